//! The search as a client calls it: requests to the routes of the function, which are read whole.

use crate::cloud::{Bench, KEY, Link};
use crate::queries::Search;
use crate::{BUSINESS, people};
use api::search::CustomerSearch;
use axum::Router;
use axum::body::{Body, to_bytes};
use chrono::{DateTime, Utc};
use domain::{Business, CustomerId};
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
    search_customers::asked(query.filter.clone(), query.sort, Some(query.limit), business.currency)
}
