//! The service itself: health and documentation.

use crate::values::Time;
use crate::{Address, Operation, Tag};
use chrono::{DateTime, Utc};
use serde::Serialize;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Do all parts answer?
    ///
    /// Needs no key. With the operator key it also tells how many customers there are.
    ReadHealth,
    /// This document
    ReadDocument,
    /// This document as a page to try calls on
    ReadPage,
}

impl crate::Route for Route {
    const TAG: Tag = Tag { name: "Service", description: "Health and documentation. No API key." };

    fn address(self) -> Address {
        match self {
            Self::ReadHealth => Address::get("/health"),
            Self::ReadDocument => Address::get("/openapi.json"),
            Self::ReadPage => Address::get("/api-docs"),
        }
    }

    fn operation(self) -> Operation {
        let operation = Operation::with_schemes(&[]).problems(&["400"]);
        match self {
            Self::ReadHealth => {
                operation.answer::<Healthy>(200, "All of them.").answer::<Unhealthy>(503, "Not all of them.")
            }
            Self::ReadDocument => {
                let version = ObjectBuilder::new().schema_type(Type::String);
                let document = ObjectBuilder::new().property("openapi", version).required("openapi").build();
                operation.response(200, answer("OpenAPI 3.1.", "application/json", document))
            }
            Self::ReadPage => {
                let html = ObjectBuilder::new().schema_type(Type::String).build();
                operation.response(200, answer("A page that needs nothing else.", "text/html", html))
            }
        }
    }
}

fn answer(description: &str, content_type: &str, schema: Object) -> Response {
    let content = ContentBuilder::new().schema(Some(RefOr::T(Schema::Object(schema)))).build();
    ResponseBuilder::new().description(description).content(content_type, content).build()
}

/// All parts answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(examples(json!({
    "status": "healthy",
    "timestamp": "2026-11-21T14:03:07.215Z",
    "customerCount": 1204,
    "uptime": 321,
    "components": {"customers": "ok", "businesses": "ok", "sessions": "ok", "upstream": "ok"}
})))]
pub struct Healthy {
    /// The answer in a word.
    pub status: IsHealthy,
    /// When it was found.
    #[schema(value_type = Time)]
    pub timestamp: DateTime<Utc>,
    /// Only for the operator key: customers of all businesses, as the table counts them about every six hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_count: Option<u64>,
    /// Seconds since the instance that answers was started.
    pub uptime: u64,
    /// Each part.
    pub components: HealthComponents,
}

/// Some parts do not answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(examples(json!({
    "status": "unhealthy",
    "timestamp": "2026-11-21T14:03:07.215Z",
    "uptime": 321,
    "components": {"customers": "failed", "businesses": "ok", "sessions": "ok", "upstream": "ok"},
    "error": "No answer from: customers."
})))]
pub struct Unhealthy {
    /// The answer in a word.
    pub status: IsUnhealthy,
    /// When it was found.
    #[schema(value_type = Time)]
    pub timestamp: DateTime<Utc>,
    /// Only for the operator key, and absent if it cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_count: Option<u64>,
    /// Seconds since the instance that answers was started.
    pub uptime: u64,
    /// Each part.
    pub components: HealthComponents,
    /// Which parts do not answer.
    pub error: String,
}

/// All parts answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum IsHealthy {
    /// Its only word.
    Healthy,
}

/// Some parts do not answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum IsUnhealthy {
    /// Its only word.
    Unhealthy,
}

/// The parts that are asked.
#[derive(Serialize, ToSchema)]
pub struct HealthComponents {
    /// The table of customers.
    pub customers: HealthComponent,
    /// The table of businesses.
    pub businesses: HealthComponent,
    /// The table of sessions.
    pub sessions: HealthComponent,
    /// The operator's backend, as the last batch found it. What it does not take waits, and nothing is lost: so a backend
    /// that failed does not make the service unhealthy.
    pub upstream: HealthComponent,
}

/// Whether a part answers.
#[derive(Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(examples("ok"))]
pub enum HealthComponent {
    /// It answers.
    Ok,
    /// It does not, or not what it should.
    Failed,
}
