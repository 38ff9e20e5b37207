//! The functions of the bundle, carried out in process by the code that the Lambdas run.

use automations::{LegacyWorker, Listener, Reporter, Reporting, Scheduled, Triggered, Visitor, Worker};
use axum::Router;
use bytes::Bytes;
use domain::AutomationName;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use kit::env::{EnvError, FromEnv};
use kit::{App, Parts};
use lambda_http::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::rc::Rc;
use strum::IntoEnumIterator;

/// Starts an instance of a function.
pub type Start = Box<dyn Fn(Parts) -> Result<Rc<dyn Instance>, EnvError>>;

/// The parts that a function has made at its start; it does one call at a time.
pub trait Instance {
    /// Answers one event; an error is that of the invocation.
    fn call(&self, event: Bytes) -> LocalBoxFuture<'_, Result<Bytes, String>>;
}

/// Every function by the name of its program. A new one joins by its line here, an automation by itself.
#[must_use]
pub fn functions() -> BTreeMap<&'static str, Start> {
    let automations = AutomationName::iter().map(|name| (name.into(), automations::visit(name, InProcess)));
    let others = [
        ("appointments", http(appointments::router)),
        ("automations-api", http(automations_api::router)),
        ("businesses", http(businesses::router)),
        ("campaigns-api", http(campaigns_api::router)),
        ("analyze-conversation", events(analyze_conversation::Analyst::new, analyze_conversation::Analyst::handle)),
        ("conversations", http(conversations::router)),
        ("converse", events(converse::Converser::new, converse::Converser::handle)),
        ("customers", http(customers::router)),
        ("erase-customer", events(erase_customer::Eraser::new, erase_customer::Eraser::handle)),
        (
            "forward-session-events",
            events(forward_session_events::Forwarder::new, forward_session_events::Forwarder::handle),
        ),
        ("gateway-webhook", http(gateway_webhook::router)),
        ("health", http(health::router)),
        ("index-customers", events(index_customers::Indexer::new, index_customers::Indexer::handle)),
        ("legacy-runs", events(LegacyWorker::new, LegacyWorker::handle)),
        ("manage-sessions", events(manage_sessions::Manager::new, manage_sessions::Manager::handle)),
        ("messages", http(messages::router)),
        ("points", http(points::router)),
        ("purchases", http(purchases::router)),
        ("publish-changes", events(publish_changes::Publisher::new, publish_changes::Publisher::handle)),
        ("record-activity", events(record_activity::Recorder::new, record_activity::Recorder::handle)),
        ("receive-messages", events(receive_messages::Receiver::new, receive_messages::Receiver::handle)),
        ("run-campaign", events(run_campaign::Runner::new, run_campaign::Runner::handle)),
        ("run-due", events(run_due::Sweeper::new, run_due::Sweeper::handle)),
        ("search-customers", http(search_customers::router)),
        ("sessions", http(sessions::router)),
        ("send-message", events(send_message::Dispatcher::new, send_message::Dispatcher::handle)),
        ("sync-customers", events(sync_customers::Syncer::new, sync_customers::Syncer::handle)),
        ("transcribe-voice", events(transcribe_voice::Transcriber::new, transcribe_voice::Transcriber::handle)),
        (
            "update-message-status",
            events(update_message_status::StatusUpdater::new, update_message_status::StatusUpdater::handle),
        ),
    ];
    others.into_iter().chain(automations).collect()
}

/// Starts an automation as its program does.
struct InProcess;

impl Visitor for InProcess {
    type Output = Start;

    fn scheduled<A: Scheduled>(self) -> Start {
        events(Worker::<A>::new, Worker::handle)
    }

    fn reporting<A: Reporting>(self) -> Start {
        events(Reporter::<A>::new, Reporter::handle)
    }

    fn triggered<A: Triggered>(self) -> Start {
        events(Listener::<A>::new, Listener::handle)
    }
}

fn http<C: FromEnv + 'static>(setup: fn(App, C) -> Router) -> Start {
    Box::new(move |parts| {
        let (app, config) = App::new::<C>(parts)?;
        let router = kit::serve(&app, setup(app.clone(), config));
        Ok(Rc::new(OverHttp(router)))
    })
}

struct OverHttp(Router);

impl Instance for OverHttp {
    fn call(&self, event: Bytes) -> LocalBoxFuture<'_, Result<Bytes, String>> {
        let router = self.0.clone();
        let answer = async move {
            let event = std::str::from_utf8(&event).map_err(|error| error.to_string())?;
            match kit::event::answer(router, event, Context::default()).await {
                Ok(response) => written(&response),
                Err(never) => match never {},
            }
        };
        answer.boxed_local()
    }
}

fn events<C, S, E, R, X, F>(setup: fn(App, C) -> S, handle: F) -> Start
where
    C: FromEnv + 'static,
    S: 'static,
    E: DeserializeOwned + 'static,
    R: Serialize + 'static,
    X: Display + 'static,
    F: AsyncFn(&S, E) -> Result<R, X> + Clone + 'static,
{
    Box::new(move |parts| {
        let (app, config) = App::new::<C>(parts)?;
        let (state, handle) = (setup(app, config), handle.clone());
        let answer = async move |event: Bytes| {
            let event: E = serde_json::from_slice(&event).map_err(|error| error.to_string())?;
            written(&handle(&state, event).await.map_err(|error| error.to_string())?)
        };
        Ok(Rc::new(OverEvents(answer)))
    })
}

struct OverEvents<F>(F);

impl<F: AsyncFn(Bytes) -> Result<Bytes, String>> Instance for OverEvents<F> {
    fn call(&self, event: Bytes) -> LocalBoxFuture<'_, Result<Bytes, String>> {
        (self.0)(event).boxed_local()
    }
}

fn written(answer: &impl Serialize) -> Result<Bytes, String> {
    serde_json::to_vec(answer).map(Bytes::from).map_err(|error| error.to_string())
}
