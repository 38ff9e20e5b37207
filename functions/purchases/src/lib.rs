//! Purchases over HTTP: record one or several, list a customer's or all.

mod request;

use api::Route as _;
use api::customers::CustomerPath;
use api::parameters::{OfBusiness, PageSize};
use api::purchases::{
    AllPurchasesQuery, CustomerStatistics, GivenPurchases, NewPurchase, Purchase, PurchasePage, PurchaseResult,
    PurchaseResults, PurchasesAnswer, PurchasesQuery, RecordOutcome, RecordedPurchase, Route,
};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::{Business, CustomerId, Locale};
use futures::{StreamExt, stream};
use kit::config::Keys;
use kit::customers::{named, no_business, no_customer};
use kit::json::{Given, Json};
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::serve::locale;
use kit::{App, Problem};
use std::collections::{BTreeMap, BTreeSet};
use store::{RecordPurchase, Recording};

/// The most purchases of one request.
const MOST: usize = 500;
/// Customers whose purchases are recorded at once.
const AT_ONCE: usize = 16;

/// The routes, as `template.yaml` names them.
pub fn router(app: App, keys: Keys) -> Router {
    let routes = api::router(|route: Route| match route {
        Route::RecordPurchases => route.to(record),
        Route::ListAllPurchases => route.to(list_all),
        Route::ListPurchases => route.to(list),
    });
    guarded(&app, keys, routes.with_state(app.clone()))
}

async fn record(
    State(app): State<App>,
    caller: Caller,
    Query(about): Query<OfBusiness>,
    headers: HeaderMap,
    given: Given<GivenPurchases>,
) -> Result<(StatusCode, Json<PurchasesAnswer>), Problem> {
    let business = app.store().business(caller.business(about.business_id)?).await?;
    let business = business.ok_or_else(no_business)?.record;
    let Some(entries) = given.entries("purchases", MOST)? else {
        let (status, recorded) = keep(&app, &business, request::read(&app, &business, &given.of()).await?).await?;
        return Ok((status, Json(PurchasesAnswer::One(Box::new(recorded)))));
    };
    let results = record_all(&app, &business, &entries, locale(&headers)).await;
    Ok((StatusCode::OK, Json(PurchasesAnswer::Several(PurchaseResults { results }))))
}

/// Those of one customer one after the other, in their order; of several customers at once.
async fn record_all(
    app: &App,
    business: &Business,
    entries: &[Given<NewPurchase>],
    locale: Locale,
) -> Vec<PurchaseResult> {
    let reading: Vec<_> = entries.iter().map(|entry| request::read(app, business, entry)).collect();
    let read: Vec<_> = stream::iter(reading).buffered(AT_ONCE).collect().await;
    let mut results: BTreeMap<usize, PurchaseResult> = BTreeMap::new();
    let mut customers: BTreeMap<CustomerId, Vec<(usize, domain::Purchase)>> = BTreeMap::new();
    for (nth, read) in read.into_iter().enumerate() {
        match read {
            Ok(purchase) => customers.entry(purchase.customer_id).or_default().push((nth, purchase)),
            Err(problem) => drop(results.insert(nth, refused(&problem, locale))),
        }
    }
    let recording: Vec<_> =
        customers.into_values().map(|purchases| keep_in_order(app, business, purchases, locale)).collect();
    let mut recording = stream::iter(recording).buffer_unordered(AT_ONCE);
    while let Some(done) = recording.next().await {
        results.extend(done);
    }
    results.into_values().collect()
}

async fn keep_in_order(
    app: &App,
    business: &Business,
    purchases: Vec<(usize, domain::Purchase)>,
    locale: Locale,
) -> Vec<(usize, PurchaseResult)> {
    let mut done = Vec::with_capacity(purchases.len());
    for (nth, purchase) in purchases {
        let result = match keep(app, business, purchase).await {
            Ok((status, purchase)) => {
                PurchaseResult { status: status.as_u16(), purchase: Some(purchase), problem: None }
            }
            Err(problem) => refused(&problem, locale),
        };
        done.push((nth, result));
    }
    done
}

fn refused(problem: &Problem, locale: Locale) -> PurchaseResult {
    if let Some(cause) = problem.cause() {
        tracing::error!(cause, "a purchase of a list could not be recorded: {cause}");
    }
    PurchaseResult { status: problem.status().as_u16(), purchase: None, problem: Some(problem.told(locale)) }
}

async fn keep(
    app: &App,
    business: &Business,
    purchase: domain::Purchase,
) -> Result<(StatusCode, RecordedPurchase), Problem> {
    let (id, zone) = (business.business_id, business.timezone);
    let (recording, statistics, favorites) =
        match app.store().record_purchase(id, &purchase, zone, app.now(), &app.attempt()).await? {
            RecordPurchase::Done { recording, statistics, favorites } => (recording, statistics, favorites),
            RecordPurchase::Differs => {
                let detail = "This version of the invoice says something else. Give a correction a higher version.";
                return Err(Problem::conflict(detail).coded("invoice_differs"));
            }
            RecordPurchase::AnotherCustomers => {
                return Err(Problem::conflict("This invoice is another customer's.").coded("invoice_taken"));
            }
            RecordPurchase::NoCustomer => return Err(no_customer()),
        };
    let (status, outcome, version) = match recording {
        Recording::New => (StatusCode::CREATED, RecordOutcome::Recorded, purchase.version),
        Recording::Corrected => (StatusCode::CREATED, RecordOutcome::Corrected, purchase.version),
        Recording::Repeated => (StatusCode::OK, RecordOutcome::Known, purchase.version),
        Recording::Older { kept } => (StatusCode::OK, RecordOutcome::Older, kept),
    };
    let recorded = RecordedPurchase {
        invoice_id: purchase.invoice_id,
        customer_id: purchase.customer_id,
        outcome,
        version,
        statistics: CustomerStatistics::new(&statistics, &favorites),
    };
    Ok((status, recorded))
}

async fn list_all(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<AllPurchasesQuery>,
) -> Result<Json<PurchasePage>, Problem> {
    let (id, limit) = (caller.business(page.business_id)?, PageSize::of(page.limit));
    let business = app.store().business(id).await?.ok_or_else(no_business)?.record;
    // Before the business was made, nothing was recorded.
    let from = page.recorded_since.map_or(business.created_at, |since| since.max(business.created_at));
    let found = app.store().recorded_purchases(id, from, app.now(), limit, page.cursor.as_deref()).await?;
    let of: BTreeSet<CustomerId> = found.items.iter().map(|purchase| purchase.customer_id).collect();
    let customers = app.store().customers(id, &of.into_iter().collect::<Vec<_>>()).await?;
    let shown = |purchase: domain::Purchase| {
        let phone = customers.get(&purchase.customer_id).and_then(|customer| customer.phone.clone());
        Purchase { phone, ..Purchase::from(purchase) }
    };
    Ok(Json(PurchasePage { purchases: found.items.into_iter().map(shown).collect(), cursor: found.cursor }))
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(who): Path<CustomerPath>,
    Query(page): Query<PurchasesQuery>,
) -> Result<Json<PurchasePage>, Problem> {
    let (business, limit) = (caller.business(page.business_id)?, PageSize::of(page.limit));
    let id = named(&app, business, &who.customer, "/customer").await?;
    app.store().customer(business, id).await?.ok_or_else(no_customer)?;
    let page = app.store().customer_purchases(business, id, limit, page.cursor.as_deref()).await?;
    let purchases = page.items.into_iter().map(Purchase::from).collect();
    Ok(Json(PurchasePage { purchases, cursor: page.cursor }))
}
