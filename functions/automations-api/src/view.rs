//! Answers.

use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDateTime, Utc};
use domain::{Action, Automation, AutomationName, Business, BusinessId, Mode, RunId, Tally};
use kit::json::Json;
use serde::Serialize;
use std::collections::BTreeMap;
use store::RunPart;

/// What a run has done, or where it will be told.
pub(crate) enum RunAnswer {
    Done { mode: Mode, results: Vec<Part> },
    Later(RunId),
}

#[derive(Serialize)]
struct Done {
    mode: Mode,
    results: Vec<Part>,
}

#[derive(Serialize)]
struct Later {
    run_id: RunId,
}

impl RunAnswer {
    pub(crate) fn into_response(self) -> Response {
        match self {
            Self::Done { mode, results } => Json(Done { mode, results }).into_response(),
            Self::Later(run_id) => {
                let location = [(LOCATION, format!("/api/automations/runs/{run_id}"))];
                (StatusCode::ACCEPTED, location, Json(Later { run_id })).into_response()
            }
        }
    }
}

/// What was done for a business, and what it cost.
#[derive(Serialize)]
pub(crate) struct Part {
    /// `None` where all businesses were read together.
    business_id: Option<BusinessId>,
    automation: AutomationName,
    found: u64,
    messages: u64,
    skipped: BTreeMap<String, u64>,
    queries: u64,
    items_read: u64,
    read_units: f64,
    milliseconds: u64,
}

impl Part {
    pub(crate) fn of(part: RunPart) -> Self {
        let RunPart { automation, business_id, tally, .. } = part;
        let Tally { found, messages, skipped, queries, items_read, read_units, milliseconds, .. } = tally;
        Self { business_id, automation, found, messages, skipped, queries, items_read, read_units, milliseconds }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RunState {
    Active,
    Completed,
}

#[derive(Serialize)]
pub(crate) struct RunView {
    pub(crate) run_id: RunId,
    /// Absent on pages after the first, as the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<RunState>,
    pub(crate) jobs: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jobs_done: Option<u64>,
    pub(crate) results: Vec<Part>,
    pub(crate) cursor: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
}

/// An automation of a business.
#[derive(Serialize)]
pub(crate) struct AutomationView {
    business_id: BusinessId,
    name: AutomationName,
    enabled: bool,
    /// `None` if an event starts it.
    cron: Option<String>,
    /// The event that starts it; `None` if it runs at its hours.
    event: Option<&'static str>,
    timezone: String,
    action: Action,
    /// UTC; `None` while it is switched off.
    next_run_at: Option<DateTime<Utc>>,
    /// Local times.
    next_slot: Option<NaiveDateTime>,
    last_run: Option<NaiveDateTime>,
    last_skipped: Option<NaiveDateTime>,
}

impl AutomationView {
    pub(crate) fn of(automation: &Automation) -> Self {
        Self {
            business_id: automation.business_id,
            name: automation.name,
            enabled: automation.enabled(),
            cron: Some(automation.cron.as_str().to_owned()),
            event: None,
            timezone: automation.timezone.name().to_owned(),
            action: automation.action,
            next_run_at: automation.due_at(),
            next_slot: automation.pending,
            last_run: automation.last_run,
            last_skipped: automation.last_skipped,
        }
    }

    pub(crate) fn on_event(business: &Business, name: AutomationName, event: &'static str, enabled: bool) -> Self {
        Self {
            business_id: business.business_id,
            name,
            enabled,
            cron: None,
            event: Some(event),
            timezone: business.timezone.name().to_owned(),
            action: Action::Auto,
            next_run_at: None,
            next_slot: None,
            last_run: None,
            last_skipped: None,
        }
    }
}
