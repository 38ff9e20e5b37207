//! Whether all parts answer.

use api::parameters::Nothing;
use api::service::{HealthComponent, HealthComponents, Healthy, IsHealthy, IsUnhealthy, Unhealthy};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use kit::App;
use kit::config::Keys;
use kit::keys::is_operator;
use kit::params::Query;
use std::sync::{Arc, Mutex, PoisonError};
use store::StoreError;

/// The time for which the number of customers is known without asking again: it is the control plane that is asked.
const KEPT_FOR: TimeDelta = TimeDelta::seconds(10);

#[derive(Clone)]
pub(crate) struct Health {
    app: App,
    keys: Keys,
    count: Arc<Mutex<Option<Told>>>,
}

/// The number of customers, and when it was told.
#[derive(Clone, Copy)]
struct Told {
    count: u64,
    at: DateTime<Utc>,
}

pub(crate) async fn read(
    State(health): State<Health>,
    headers: HeaderMap,
    Query(Nothing {}): Query<Nothing>,
) -> Response {
    let store = health.app.store();
    let (count, businesses, upstream) = tokio::join!(health.customer_count(), store.ping(), store.upstream());
    let parts = [
        ("customers", part("customers", &count)),
        ("businesses", part("businesses", &businesses)),
        ("sessions", part("sessions", &upstream)),
    ];
    let [customers, businesses, sessions] = parts.map(|(_, part)| part);
    let has_failed = upstream.is_ok_and(|rows| rows.iter().any(|(_, row)| row.failures > 0));
    let upstream = if has_failed { HealthComponent::Failed } else { HealthComponent::Ok };
    let components = HealthComponents { customers, businesses, sessions, upstream };
    let (timestamp, uptime) = (health.app.now(), health.app.clock().monotonic().as_secs());
    let failed = parts.into_iter().filter(|(_, part)| *part == HealthComponent::Failed).map(|(name, _)| name);
    let failed: Vec<_> = failed.collect();
    let is_operator = is_operator(&health.keys, &headers);
    match count {
        Ok(count) if failed.is_empty() => {
            let customer_count = is_operator.then_some(count);
            Json(Healthy { status: IsHealthy::Healthy, timestamp, customer_count, uptime, components }).into_response()
        }
        count => {
            let (status, error) = (IsUnhealthy::Unhealthy, format!("No answer from: {}.", failed.join(", ")));
            let customer_count = count.ok().filter(|_| is_operator);
            let report = Unhealthy { status, timestamp, customer_count, uptime, components, error };
            (StatusCode::SERVICE_UNAVAILABLE, Json(report)).into_response()
        }
    }
}

/// Why it fails is the log's to know, not the caller's.
fn part<T>(name: &'static str, answer: &Result<T, StoreError>) -> HealthComponent {
    match answer {
        Ok(_) => HealthComponent::Ok,
        Err(cause) => {
            tracing::error!(component = name, %cause, "{name} do not answer: {cause}");
            HealthComponent::Failed
        }
    }
}

impl Health {
    pub(crate) fn new(app: App, keys: Keys) -> Self {
        // Made now, its connection is open before the first request.
        let _ = app.store();
        Self { app, keys, count: Arc::default() }
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
