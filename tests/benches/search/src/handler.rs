//! The search as a client calls it: requests to the routes of the function, which are read whole.

use crate::cloud::{Bench, KEY, Link};
use crate::queries::Search;
use crate::{BUSINESS, people};
use api::search::{CustomerSearch, GivenConsent, GivenSort};
use api::values::Decimal;
use axum::Router;
use axum::body::{Body, to_bytes};
use chrono::{DateTime, Utc};
use domain::customer_filter::{Consent, Sort, SortKey};
use domain::{Business, CustomerId, Money};
use kit::App;
use kit::clock::Clock;
use search::Query;
use serde_json::Value;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower::ServiceExt;

/// An instance keeps a business for a minute.
const FORGOTTEN: Duration = Duration::from_secs(61);

/// An instance of the function.
pub struct Handler {
    app: App,
    router: Router,
}

/// An answer, and how long it took.
pub struct Answer {
    pub total: u64,
    pub customers: Vec<CustomerId>,
    pub cursor: Option<String>,
    pub took: Duration,
}

impl Handler {
    /// One that has not been asked yet.
    pub fn new(bench: &Arc<Bench>, link: Option<Arc<Link>>) -> Result<Self, Box<dyn Error>> {
        let (app, config) = bench.app("search-customers", Clock::tokio(people::now()), link)?;
        Ok(Self { router: kit::serve(&app, search_customers::router(app.clone(), config)), app })
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app.now()
    }

    /// Gives the business the days of inactivity that a search asks for: the API has them as a setting.
    pub async fn settle(&self, search: &Search) -> Result<Business, Box<dyn Error>> {
        let store = self.app.store();
        let before = store.business(BUSINESS).await?.ok_or("no business")?;
        let mut after = before.record.clone();
        if let Some(inactivity) = search.query.filter.inactivity {
            after.settings.inactive_days = inactivity.days.try_into()?;
        }
        store.update_business(&before, &after, &[], &self.app.attempt()).await?;
        Ok(after)
    }

    /// The same in the midst of other searches: time must be paused, and goes on until the instance reads the business again.
    pub async fn settle_anew(&self, search: &Search) -> Result<Business, Box<dyn Error>> {
        let known = self.app.store().business(BUSINESS).await?.ok_or("no business")?.record;
        let asked = search.query.filter.inactivity.map(|it| it.days);
        if asked.is_none_or(|days| days == u32::from(known.settings.inactive_days)) {
            return Ok(known);
        }
        let business = self.settle(search).await?;
        tokio::time::advance(FORGOTTEN).await;
        Ok(business)
    }

    /// The body of the page that is asked for, or of the last one, by the cursors of the pages before.
    pub async fn paged(&self, search: &Search, business: &Business) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut asked = asked(&search.query, business);
        for _ in 1..search.page {
            let Some(cursor) = self.ask(&serde_json::to_vec(&asked)?).await?.cursor else { break };
            asked.cursor = Some(cursor);
        }
        Ok(serde_json::to_vec(&asked)?)
    }

    pub async fn ask(&self, body: &[u8]) -> Result<Answer, Box<dyn Error>> {
        let request = http::Request::post("/api/customers/search")
            .header("content-type", "application/json")
            .header("x-api-key", KEY)
            .body(Body::from(body.to_vec()))?;
        let begin = Instant::now();
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await?;
        let took = begin.elapsed();
        if !status.is_success() {
            return Err(format!("{status}: {}", String::from_utf8_lossy(&bytes)).into());
        }
        let answer: Value = serde_json::from_slice(&bytes)?;
        let ids = answer["customers"].as_array().into_iter().flatten().map(|it| it["customer_id"].clone());
        Ok(Answer {
            total: answer["total"].as_u64().ok_or("no total")?,
            customers: ids.map(serde_json::from_value).collect::<Result<_, _>>()?,
            cursor: answer["cursor"].as_str().map(str::to_owned),
            took,
        })
    }
}

/// A search as a client writes it.
fn asked(query: &Query, business: &Business) -> CustomerSearch {
    let filter = query.filter.clone();
    let amount =
        |minor: Option<i64>| minor.map(|minor| Decimal(Money::new(minor, business.currency).units().to_string()));
    CustomerSearch {
        name: filter.name,
        gender: filter.gender,
        city: filter.city,
        min_days_since_last_purchase: filter.min_days_since_last_purchase,
        max_days_since_last_purchase: filter.max_days_since_last_purchase,
        is_inactive: filter.inactivity.map(|inactivity| inactivity.is_inactive),
        favorite_product: filter.favorite_product,
        favorite_ingredient: filter.favorite_ingredient,
        min_total_spent: amount(filter.min_total_spent),
        min_purchases: filter.min_purchases,
        min_average_ticket: amount(filter.min_average_ticket),
        label: filter.label,
        profile_status: filter.profile_status,
        consent: filter.consent.map(|consent| match consent {
            Consent::Given => GivenConsent::Given,
            Consent::Refused => GivenConsent::Refused,
            Consent::Unknown => GivenConsent::Unknown,
        }),
        sort: query.sort.map(|Sort { key, descending }| match (key, descending) {
            (SortKey::LastPurchase, false) => GivenSort::LastPurchase,
            (SortKey::LastPurchase, true) => GivenSort::LastPurchaseDescending,
            (SortKey::TotalSpent, false) => GivenSort::TotalSpent,
            (SortKey::TotalSpent, true) => GivenSort::TotalSpentDescending,
        }),
        limit: Some(query.limit),
        ..CustomerSearch::default()
    }
}
