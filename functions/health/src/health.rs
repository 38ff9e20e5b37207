//! Whether all parts answer.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use chrono::{DateTime, TimeDelta, Utc};
use kit::App;
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};
use store::StoreError;

/// How long the number of customers is known without asking again: it is the control plane that is asked.
const KEPT_FOR: TimeDelta = TimeDelta::seconds(10);

#[derive(Clone)]
pub(crate) struct Health {
    app: App,
    count: Arc<Mutex<Option<Told>>>,
}

/// The number of customers, and when it was told.
#[derive(Clone, Copy)]
struct Told {
    count: u64,
    at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Report {
    status: &'static str,
    timestamp: DateTime<Utc>,
    #[serde(rename = "customerCount", skip_serializing_if = "Option::is_none")]
    customer_count: Option<u64>,
    /// Seconds since the instance was started.
    uptime: u64,
    components: Components,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize)]
struct Components {
    customers: Component,
    businesses: Component,
}

#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Component {
    Ok,
    Failed,
}

pub(crate) async fn read(State(health): State<Health>) -> impl IntoResponse {
    let (count, businesses) = tokio::join!(health.customer_count(), health.app.store().ping());
    let components = Components { customers: part("customers", &count), businesses: part("businesses", &businesses) };
    let failed = components.failed();
    let report = Report {
        status: if failed.is_empty() { "healthy" } else { "unhealthy" },
        timestamp: health.app.now(),
        customer_count: count.ok(),
        uptime: health.app.clock().monotonic().as_secs(),
        components,
        error: (!failed.is_empty()).then(|| format!("No answer from: {}.", failed.join(", "))),
    };
    let status = if failed.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(report))
}

/// Why it fails is the log's to know, not the caller's.
fn part<T>(name: &'static str, answer: &Result<T, StoreError>) -> Component {
    match answer {
        Ok(_) => Component::Ok,
        Err(cause) => {
            tracing::error!(component = name, %cause, "{name} do not answer: {cause}");
            Component::Failed
        }
    }
}

impl Components {
    fn failed(&self) -> Vec<&'static str> {
        let all = [("customers", self.customers), ("businesses", self.businesses)];
        all.into_iter().filter(|(_, part)| *part == Component::Failed).map(|(name, _)| name).collect()
    }
}

impl Health {
    pub(crate) fn new(app: App) -> Self {
        // Made now, its connection is open before the first request.
        let _ = app.store();
        Self { app, count: Arc::default() }
    }

    async fn customer_count(&self) -> Result<u64, StoreError> {
        let now = self.app.now();
        if let Some(count) = self.kept(now) {
            return Ok(count);
        }
        let count = self.app.store().customer_count().await?;
        *self.count.lock().unwrap_or_else(PoisonError::into_inner) = Some(Told { count, at: now });
        Ok(count)
    }

    fn kept(&self, now: DateTime<Utc>) -> Option<u64> {
        let told = *self.count.lock().unwrap_or_else(PoisonError::into_inner);
        told.filter(|told| told.at <= now && now - told.at < KEPT_FOR).map(|told| told.count)
    }
}
