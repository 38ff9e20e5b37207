//! Whether all parts answer, the OpenAPI document, and a page to try it on. None of them asks for a key; only to the
//! operator's is the number of customers told.

mod docs;
mod health;

use crate::health::Health;
use api::Route as _;
use api::service::Route;
use axum::Router;
use kit::App;
use kit::config::Keys;

/// The routes, as `template.yaml` names them.
pub fn router(app: App, keys: Keys) -> Router {
    let routes = api::router(|route: Route| match route {
        Route::ReadHealth => route.to(health::read),
        Route::ReadDocument => route.to(docs::document),
        Route::ReadPage => route.to(docs::page),
    });
    routes.with_state(Health::new(app, keys))
}
