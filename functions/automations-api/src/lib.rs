//! Automations over HTTP: when they run and what they do, and runs on demand, by index or as the replaced system did
//! (R1.6).

mod run;
mod settings;
mod test_customer;
mod view;

use crate::run::Runs;
use crate::view::{RunAnswer, RunView};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::{AutomationName, BusinessId, Mode, RunId};
use kit::config::{Backstop, Keys};
use kit::json::Json;
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use queues::{QueueUrls, Queues};
use serde::Deserialize;

/// The routes.
pub fn router(app: App, (keys, urls, backstop): (Keys, QueueUrls, Backstop)) -> Router {
    let queues = Queues::new(app.sqs().clone(), urls);
    let runs = Runs { backstop, queues, app: app.clone() };
    let routes = Router::new()
        .route("/api/automation-events", get(event).post(event))
        .route("/api/automations", get(all).post(all))
        .route("/api/automations/runs/{run_id}", get(read))
        .route("/api/automations/{name}", get(settings::read).put(settings::change))
        .with_state(runs);
    guarded(&app, keys, routes)
}

#[derive(Deserialize)]
struct EventRequest {
    event: Event,
    business_id: Option<BusinessId>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Event {
    Birthdays,
    Inactive,
    TestCustomer,
}

/// Runs one automation now, by its index.
async fn event(
    State(runs): State<Runs>,
    caller: Caller,
    Query(request): Query<EventRequest>,
) -> Result<Response, Problem> {
    let automation = match request.event {
        Event::Birthdays => AutomationName::Birthdays,
        Event::Inactive => AutomationName::InactiveCustomers,
        Event::TestCustomer => {
            let business = caller.business(request.business_id)?;
            return Ok(Json(test_customer::run(&runs, business).await?).into_response());
        }
    };
    let business = about(caller, request.business_id)?;
    runs.start(vec![automation], business, Mode::EventDriven).await.map(RunAnswer::into_response)
}

#[derive(Deserialize)]
struct AllRequest {
    #[serde(default = "legacy")]
    mode: Mode,
    business_id: Option<BusinessId>,
}

/// Old cron lines name no mode.
fn legacy() -> Mode {
    Mode::Legacy
}

/// Runs all automations now.
async fn all(State(runs): State<Runs>, caller: Caller, Query(request): Query<AllRequest>) -> Result<Response, Problem> {
    let business = about(caller, request.business_id)?;
    runs.start(automations::scheduled().map(|(name, _)| name).collect(), business, request.mode)
        .await
        .map(RunAnswer::into_response)
}

/// The business, or every one if the operator names none.
fn about(caller: Caller, requested: Option<BusinessId>) -> Result<Option<BusinessId>, Problem> {
    match (caller, requested) {
        (Caller::Operator, None) => Ok(None),
        (caller, requested) => caller.business(requested).map(Some),
    }
}

#[derive(Deserialize)]
struct ReadRequest {
    business_id: Option<BusinessId>,
    cursor: Option<String>,
}

/// What a run that outlasted its request has done.
async fn read(
    State(runs): State<Runs>,
    caller: Caller,
    Path(run): Path<RunId>,
    Query(request): Query<ReadRequest>,
) -> Result<Json<RunView>, Problem> {
    let business = about(caller, request.business_id)?;
    runs.read(run, business, request.cursor.as_deref()).await.map(Json)
}
