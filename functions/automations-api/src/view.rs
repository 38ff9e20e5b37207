//! Answers of runs.

use api::automations::{EventDone, RunDone, RunLater, RunPart};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use domain::{RunId, Tally};
use kit::json::Json;

/// The work that a run has done, or the id under which it will be told.
pub(crate) enum RunAnswer {
    Done(EventDone),
    Later(RunId),
}

impl From<RunDone> for RunAnswer {
    fn from(done: RunDone) -> Self {
        Self::Done(EventDone::Run(done))
    }
}

impl RunAnswer {
    pub(crate) fn into_response(self) -> Response {
        match self {
            Self::Done(done) => Json(done).into_response(),
            Self::Later(run_id) => {
                let location = [(LOCATION, format!("/api/automations/runs/{run_id}"))];
                (StatusCode::ACCEPTED, location, Json(RunLater { run_id })).into_response()
            }
        }
    }
}

pub(crate) fn part(part: store::RunPart) -> RunPart {
    let store::RunPart { automation, business_id, tally, .. } = part;
    let Tally { found, messages, skipped, queries, items_read, read_units, milliseconds, .. } = tally;
    RunPart { business_id, automation, found, messages, skipped, queries, items_read, read_units, milliseconds }
}
