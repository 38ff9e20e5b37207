//! Whether all parts answer, the OpenAPI document, and a page to try it on (R3.5, R7.2). None of them asks for a key.

mod docs;
mod health;

use crate::health::Health;
use axum::Router;
use axum::routing::get;
use kit::App;

/// The routes.
pub fn router(app: App, (): ()) -> Router {
    Router::new()
        .route("/health", get(health::read))
        .route("/openapi.json", get(docs::document))
        .route("/api-docs", get(docs::page))
        .with_state(Health::new(app))
}
