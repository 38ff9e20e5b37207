//! The search of customers over HTTP. It is answered from the index of the business, which an instance keeps in memory;
//! the tables are not asked.

mod answer;
mod businesses;
mod cost;
mod request;
mod saved;
mod segments;

pub use request::asked;

use api::Route as _;
use api::parameters::OfBusiness;
use api::search::{CountedSegment, CustomerSearch, FoundCustomers, Route, Segments, SegmentsQuery};
use api::searches;
use axum::Router;
use axum::extract::State;
use businesses::Businesses;
use chrono::TimeDelta;
use cost::Prices;
use domain::{BusinessId, CustomerFilter};
use kit::config::{Indexes, Keys};
use kit::env::{FromEnv, Vars};
use kit::json::{Given, Json};
use kit::keys::{Caller, guarded};
use kit::params::Query;
use kit::{App, Problem};
use search::{Index, Kept, SearchError, Snapshot};
use segments::Cuts;
use std::sync::Arc;

/// A snapshot that was the newest so long ago is asked for again.
const FRESH: TimeDelta = TimeDelta::seconds(15);

/// The function's own configuration.
pub struct Config {
    keys: Keys,
    indexes: Indexes,
    prices: Prices,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self { keys: Keys::from_env(vars), indexes: Indexes::from_env(vars), prices: Prices::from_env(vars) }
    }
}

#[derive(Clone)]
struct Search(Arc<Parts>);

struct Parts {
    app: App,
    snapshots: Kept,
    businesses: Businesses,
    prices: Prices,
}

/// The routes, as `template.yaml` names them.
pub fn router(app: App, Config { keys, indexes, prices }: Config) -> Router {
    let routes = api::router(|route: Route| match route {
        Route::SearchCustomers => route.to(search_customers),
        Route::CountSegments => route.to(count_segments),
    });
    let of_saved = api::router(|route: searches::Route| match route {
        searches::Route::ListSearches => route.to(saved::list),
        searches::Route::ReadSearch => route.to(saved::read),
        searches::Route::SaveSearch => route.to(saved::save),
        searches::Route::DeleteSearch => route.to(saved::delete),
    });
    let snapshots = Kept::new(Index::new(app.bucket(&indexes.bucket)), indexes.memory);
    let parts = Parts { app: app.clone(), snapshots, businesses: Businesses::default(), prices };
    guarded(&app, keys, routes.merge(of_saved).with_state(Search(Arc::new(parts))))
}

async fn search_customers(
    State(Search(parts)): State<Search>,
    caller: Caller,
    Query(about): Query<OfBusiness>,
    given: Given<CustomerSearch>,
) -> Result<Json<FoundCustomers>, Problem> {
    let begin = parts.app.clock().monotonic();
    let business = parts.businesses.known(&parts.app, caller.business(about.business_id)?).await?;
    let query = request::read(&business, &given)?;
    let snapshot = parts.snapshot(business.business_id).await?;
    let page = snapshot.search(&query, parts.app.now(), business.timezone);
    let page = page.map_err(|error| Problem::field("/cursor", error.to_string()))?;
    let time = parts.app.clock().monotonic() - begin;
    let cost = parts.prices.of(snapshot.cost(), time);
    metrics::counter!("searches").increment(1);
    metrics::histogram!("search_milliseconds").record(time.as_secs_f64() * 1_000.0);
    metrics::histogram!("search_microdollars").record(cost.usd * 1e6);
    Ok(Json(answer::found(page, &snapshot, business.currency, time, cost)))
}

async fn count_segments(
    State(Search(parts)): State<Search>,
    caller: Caller,
    Query(given): Query<SegmentsQuery>,
) -> Result<Json<Segments>, Problem> {
    let (begin, now) = (parts.app.clock().monotonic(), parts.app.now());
    let business = parts.businesses.known(&parts.app, caller.business(given.business_id)?).await?;
    let cuts = Cuts::read(&given)?;
    let snapshot = parts.snapshot(business.business_id).await?;
    let count = |filter: &CustomerFilter| snapshot.count(filter, now, business.timezone);
    let total = count(&CustomerFilter::default());
    let buyers = count(&CustomerFilter { min_purchases: Some(1), ..CustomerFilter::default() });
    let segments = cuts.segments(&business).into_iter().map(|segment| {
        let customers = count(&segment.filter);
        let share = if total == 0 { 0.0 } else { customers as f64 / total as f64 };
        CountedSegment {
            name: segment.name,
            customers,
            share: (share * 1e4).round() / 1e4,
            why_empty: (customers == 0).then(|| segment.why_empty(total, buyers)),
            rule: segment.rule,
            search: request::asked(segment.filter, None, None, business.currency),
        }
    });
    let segments = segments.collect();
    let time = parts.app.clock().monotonic() - begin;
    Ok(Json(Segments { total, segments, meta: answer::meta(&snapshot, time, parts.prices.of(snapshot.cost(), time)) }))
}

impl Parts {
    async fn snapshot(&self, business: BusinessId) -> Result<Snapshot, Problem> {
        let now = self.app.now();
        self.snapshots.recent(business, now, FRESH).await.map_err(|error| {
            if error.is_damage() {
                metrics::counter!("index_damaged").increment(1);
            }
            match error {
                SearchError::Damaged { .. } => Problem::internal(error),
                error => Problem::unavailable(error),
            }
        })
    }
}
