//! Batches as they are written, and the check of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which of the two kinds of batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// Codes to scan.
    Qr,
    /// The standing of sessions.
    Status,
}

impl Endpoint {
    pub(super) fn of(path: &str) -> Option<Self> {
        match path {
            "api/qr/batch" => Some(Self::Qr),
            "api/whatsapp/status/batch" => Some(Self::Status),
            _ => None,
        }
    }
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It took effect.
    Accepted,
    /// It had taken effect before.
    Repeated,
    /// It never will.
    Refused,
    /// It may be sent again.
    Later,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    pub batch_id: String,
    pub items: Vec<Item>,
}

/// An item of either kind.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    pub event_id: String,
    pub session_id: String,
    /// Any JSON integer or string.
    pub user_id: Value,
    pub at: DateTime<Utc>,
    pub qr: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
    pub status: Option<Standing>,
    pub state: Option<String>,
    pub reason: Option<u16>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    Active,
    Inactive,
}

impl Standing {
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }
}

/// The batch of a body.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub(super) fn read(endpoint: Endpoint, body: &[u8]) -> Result<Asked, String> {
    let batch: Asked = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if batch.batch_id.is_empty() {
        return Err("batch_id is empty".to_owned());
    }
    if batch.items.is_empty() {
        return Err("items is empty".to_owned());
    }
    for (index, item) in batch.items.iter().enumerate() {
        item.check(endpoint).map_err(|wrong| format!("items[{index}]: {wrong}"))?;
    }
    Ok(batch)
}

impl Item {
    fn check(&self, endpoint: Endpoint) -> Result<(), &'static str> {
        if self.event_id.is_empty() || self.session_id.is_empty() {
            return Err("event_id and session_id are required");
        }
        if !(self.user_id.is_string() || self.user_id.is_i64() || self.user_id.is_u64()) {
            return Err("user_id is an integer or a string");
        }
        let of_qr = (self.qr.as_ref().is_some_and(|qr| !qr.is_empty()), self.expires_at.is_some());
        let of_status = (self.status.is_some(), self.state.is_some());
        match (endpoint, of_qr, of_status) {
            (Endpoint::Qr, (true, true), (false, false)) if self.reason.is_none() => Ok(()),
            (Endpoint::Status, (false, false), (true, true)) => Ok(()),
            (Endpoint::Qr, ..) => Err("it needs qr and expires_at, and nothing of a status"),
            (Endpoint::Status, ..) => Err("it needs status and state, and nothing of a code"),
        }
    }
}
