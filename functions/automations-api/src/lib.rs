//! Automations over HTTP: when they run and what they do, and runs on demand, by index or as the replaced system did.

mod crm;
mod proactive;
mod proposals;
mod run;
mod settings;
mod test_customer;
mod view;

use crate::run::Runs;
use crate::view::RunAnswer;
use api::Route as _;
use api::automations::{Event, EventDone, EventQuery, ReadRunQuery, Route, Run, RunPath, RunQuery};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use campaigns::Campaigns;
use domain::{AutomationName, BusinessId, Mode};
use kit::config::{Backstop, Keys};
use kit::env::{FromEnv, Vars};
use kit::json::Json;
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use queues::{QueueUrls, Queues};
use strum::IntoEnumIterator;

/// Cents of a US dollar for a million tokens of the model; `None` if the deployment does not know it.
pub struct TokenPrice(Option<u64>);

impl FromEnv for TokenPrice {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let cents = vars.parsed_or("ASSISTANT_CENTS_A_MILLION", 0, "a whole number of cents");
        Self(Some(cents).filter(|cents| *cents > 0))
    }
}

/// The routes, as `template.yaml` names them.
pub fn router(app: App, (keys, (urls, backstop), price): (Keys, (QueueUrls, Backstop), TokenPrice)) -> Router {
    let queues = Queues::new(app.sqs().clone(), urls.clone());
    let campaigns = Campaigns::new(app.clone(), urls);
    let runs = Runs { backstop, queues, campaigns, token_price: price.0, app: app.clone() };
    let routes = api::router(|route: Route| match route {
        Route::RunAutomation | Route::RunAutomationByGet => route.to(event),
        Route::RunAutomations | Route::RunAutomationsByGet => route.to(all),
        Route::ReadRun => route.to(read),
        Route::ReadAutomation => route.to(settings::read),
        Route::ChangeAutomation => route.to(settings::change),
        Route::PreviewAutomation => route.to(settings::preview),
    });
    let proactive = api::router(|route: api::proactive::Route| match route {
        api::proactive::Route::StartProactive => route.to(proactive::start),
        api::proactive::Route::ReadProactive => route.to(proactive::read),
        api::proactive::Route::ListProactive => route.to(proactive::list),
    });
    let proposals = api::router(|route: api::proposals::Route| match route {
        api::proposals::Route::ListProposals => route.to(proposals::list),
    });
    let crm = api::router(|route: api::crm::Route| match route {
        api::crm::Route::ExecuteDailyActions => route.to(crm::execute),
        api::crm::Route::ReadCrmStatus => route.to(crm::status),
    });
    guarded(&app, keys, routes.merge(proactive).merge(proposals).merge(crm).with_state(runs))
}

/// Runs one automation now, by its index.
async fn event(
    State(runs): State<Runs>,
    caller: Caller,
    Query(request): Query<EventQuery>,
) -> Result<Response, Problem> {
    let automation = match request.event {
        Event::Birthdays => AutomationName::Birthdays,
        Event::Inactive => AutomationName::InactiveCustomers,
        Event::TestCustomer => {
            let business = caller.business(request.business_id)?;
            let done = test_customer::run(&runs, business).await?;
            return Ok(RunAnswer::Done(EventDone::Test(done)).into_response());
        }
    };
    let business = about(caller, request.business_id)?;
    runs.start(vec![automation], business, Mode::EventDriven).await.map(RunAnswer::into_response)
}

/// Runs all automations now that look for customers.
async fn all(State(runs): State<Runs>, caller: Caller, Query(request): Query<RunQuery>) -> Result<Response, Problem> {
    let business = about(caller, request.business_id)?;
    let mode = match (caller, request.mode) {
        (Caller::Operator, mode) => mode.unwrap_or(Mode::Legacy),
        // It would read, and tell by its cost, what other businesses have.
        (Caller::Business(_), Some(Mode::Legacy)) => {
            let detail =
                "Only the operator key may read every customer; use mode=event-driven, which does the same work.";
            return Err(Problem::forbidden(detail));
        }
        (Caller::Business(_), _) => Mode::EventDriven,
    };
    let names = AutomationName::iter().filter(|name| automations::finds_customers(*name)).collect();
    runs.start(names, business, mode).await.map(RunAnswer::into_response)
}

/// The business, or every one if the operator names none.
fn about(caller: Caller, requested: Option<BusinessId>) -> Result<Option<BusinessId>, Problem> {
    match (caller, requested) {
        (Caller::Operator, None) => Ok(None),
        (caller, requested) => caller.business(requested).map(Some),
    }
}

/// Answers with the work of a run that outlasted its request.
async fn read(
    State(runs): State<Runs>,
    caller: Caller,
    Path(RunPath { run_id }): Path<RunPath>,
    Query(request): Query<ReadRunQuery>,
) -> Result<Json<Run>, Problem> {
    let business = about(caller, request.business_id)?;
    runs.read(run_id, business, request.cursor.as_deref()).await.map(Json)
}
