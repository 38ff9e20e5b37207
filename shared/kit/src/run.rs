//! The steps of a `main`: it starts, then serves one invocation after the other.

use crate::app::App;
use crate::env::{Env, FromEnv};
use crate::serve::serve;
use axum::Router;
use futures::FutureExt;
use futures::future::Inspect;
use lambda_runtime::{LambdaEvent, LambdaInvocation, Runtime, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::fmt::Display;
use std::task::{Context, Poll};
use tower::{Layer, Service};
use tracing::Instrument;
use tracing::instrument::Instrumented;

/// Why a function ended.
pub type Error = lambda_runtime::Error;

/// Serves HTTP: `setup` makes the routes of the App and the function's own configuration (`()` if it has none).
///
/// # Errors
/// The environment is not what is needed, or the Lambda runtime is gone.
pub async fn run_http<C: FromEnv>(name: &'static str, setup: impl FnOnce(App, C) -> Router) -> Result<(), Error> {
    let (app, config) = start(name)?;
    let router = serve(&app, setup(app.clone(), config));
    app.warm().await;
    let service = service_fn(move |event: LambdaEvent<Box<RawValue>>| {
        let LambdaEvent { payload, context } = event;
        let router = router.clone();
        async move { crate::event::answer(router, payload.get(), context).await }
    });
    Runtime::new(service).layer(PerInvocation).run().await
}

/// Serves events of any kind: `setup` makes what `handle` is given at each one. An error of `handle` fails the
/// invocation and is logged as it is displayed, so it may hold nothing personal.
///
/// # Errors
/// The environment is not what is needed, or the Lambda runtime is gone.
pub async fn run_events<C, S, E, R, X, F>(
    name: &'static str,
    setup: impl FnOnce(App, C) -> S,
    handle: F,
) -> Result<(), Error>
where
    C: FromEnv,
    S: 'static,
    E: DeserializeOwned + 'static,
    R: Serialize + 'static,
    X: Display,
    F: AsyncFn(&S, E) -> Result<R, X>,
{
    let (app, config) = start(name)?;
    let state = setup(app.clone(), config);
    app.warm().await;
    let service = service_fn(|event: LambdaEvent<E>| {
        let done = handle(&state, event.payload).boxed_local();
        async move { done.await.map_err(|error| error.to_string()) }
    });
    Runtime::new(service).layer(PerInvocation).run().await
}

fn start<C: FromEnv>(name: &'static str) -> Result<(App, C), Error> {
    let env = Env::process();
    crate::tracing::init(env.get("RUST_LOG"));
    crate::metrics::init();
    App::from_process(env).map_err(|error| {
        tracing::error!(function = name, %error, "{name} cannot start: {error}");
        error.into()
    })
}

/// Names the invocation in its log lines, and writes its metrics when it is answered.
struct PerInvocation;

impl<S> Layer<S> for PerInvocation {
    type Service = Invocations<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Invocations { inner }
    }
}

struct Invocations<S> {
    inner: S,
}

impl<S> Service<LambdaInvocation> for Invocations<S>
where
    S: Service<LambdaInvocation, Response = (), Error = Error>,
{
    type Response = ();
    type Error = Error;
    type Future = Inspect<Instrumented<S::Future>, fn(&Result<(), Error>)>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        let span = tracing::info_span!("invocation", request_id = invocation.context.request_id);
        let answered = span.in_scope(|| self.inner.call(invocation));
        answered.instrument(span).inspect(|_| crate::metrics::flush())
    }
}
