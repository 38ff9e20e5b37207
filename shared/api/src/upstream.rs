//! What Recado posts to the operator's own backend: codes and statuses of sessions, many at a time.

use crate::sessions::GivenUserId;
use crate::values::{Id, Time};
use crate::{Address, Operation, Tag};
use chrono::{DateTime, Utc};
use domain::SessionId;
use domain::sessions::{SessionStatus, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// Where codes go, below the upstream's address.
pub const CODES: &str = "/api/qr/batch";
/// Where statuses go, below the upstream's address.
pub const STATUSES: &str = "/api/whatsapp/status/batch";

/// The routes that the operator's backend serves.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Take codes to scan
    ///
    /// At most one of a session in 30 seconds, the newest, and none that is over.
    TakeCodes,
    /// Take the statuses of sessions
    ///
    /// Only what differs from what was told before, and of several changes of a session that come together the last. Sessions that fell come within about a second, other changes within
    /// about five.
    TakeStatuses,
}

impl crate::Route for Route {
    const TAG: Tag = Tag { name: "Sessions", description: "What Recado tells of sessions, many at a time." };

    fn address(self) -> Address {
        match self {
            Self::TakeCodes => Address::post(CODES),
            Self::TakeStatuses => Address::post(STATUSES),
        }
    }

    fn operation(self) -> Operation {
        let (batch, event, session) =
            ("3f0c2c8d5b1e4a79b0d6f1a2c3e4d5f6", "4b1f0c", "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11");
        let operation = Operation::with_schemes(&["bearer"]).header::<BatchHeaders>();
        let operation = match self {
            Self::TakeCodes => operation.body::<CodeBatch>([(
                "codes",
                "A code",
                json!({"batch_id": batch, "items": [{"event_id": event, "session_id": session, "user_id": 1,
                    "qr": "2@Zx9...", "at": "2026-11-21T14:03:07.215Z", "expires_at": "2026-11-21T14:05:07.215Z"}]}),
            )]),
            Self::TakeStatuses => operation.body::<StatusBatch>([(
                "statuses",
                "A logout",
                json!({"batch_id": batch, "items": [{"event_id": event, "session_id": session, "user_id": 1,
                    "status": "inactive", "state": "logged_out", "reason": 401, "at": "2026-11-21T14:03:07.215Z"}]}),
            )]),
        };
        operation
            .answer::<BatchAnswer>(200, "All of it was taken. A body is not needed.")
            .answer::<BatchAnswer>(207, "Not all of it was taken; the results say why.")
            .told(
                400,
                "The batch cannot be read. It is halved until the item is found that is at fault; that one is a dead letter.",
            )
            .told(429, "Not now. All of it comes again, after `Retry-After` if that is given.")
            .told(503, "Not now, as with any other failure and with no answer: all of it comes again, later and later.")
    }
}

/// The headers of a batch.
#[derive(IntoParams)]
#[expect(dead_code, reason = "only its description is used")]
pub struct BatchHeaders {
    /// The same as `batch_id`: the same items come under the same key.
    #[param(rename = "Idempotency-Key", example = "3f0c2c8d5b1e4a79b0d6f1a2c3e4d5f6")]
    idempotency_key: String,
}

/// Codes to scan. The same items come under the same `batch_id`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct CodeBatch {
    /// Made of the ids of its events.
    batch_id: String,
    /// At most 50.
    #[schema(min_items = 1)]
    items: Vec<CodeItem>,
}

/// Statuses of sessions. The same items come under the same `batch_id`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct StatusBatch {
    /// Made of the ids of its events.
    batch_id: String,
    /// At most 50, those of one session in the order in which they happened.
    #[schema(min_items = 1)]
    items: Vec<StatusItem>,
}

/// Some items of one kind. The same items come under the same `batch_id`, and the header `Idempotency-Key` repeats it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch<T> {
    /// Made of the ids of its events.
    pub batch_id: String,
    /// At most 50, those of one session in the order in which they happened.
    pub items: Vec<T>,
}

/// A code to scan. `Debug` hides it.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CodeItem {
    /// The same whenever this is told again: an item of an id that was taken before changes nothing.
    pub event_id: String,
    /// The session that waits to be scanned.
    #[schema(value_type = Id)]
    pub session_id: SessionId,
    /// The operator's own name of the user, as it was given.
    #[schema(value_type = GivenUserId)]
    pub user_id: UserId,
    /// The text that the picture of the code holds.
    pub qr: String,
    /// When the code was made, UTC.
    #[schema(value_type = Time)]
    pub at: DateTime<Utc>,
    /// When it is worth nothing any more, UTC.
    #[schema(value_type = Time)]
    pub expires_at: DateTime<Utc>,
}

impl std::fmt::Debug for CodeItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeItem").field("event_id", &self.event_id).finish_non_exhaustive()
    }
}

/// The status of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StatusItem {
    /// The same whenever this is told again: an item of an id that was taken before changes nothing.
    pub event_id: String,
    /// The session.
    #[schema(value_type = Id)]
    pub session_id: SessionId,
    /// The operator's own name of the user, as it was given.
    #[schema(value_type = GivenUserId)]
    pub user_id: UserId,
    /// Whether messages can be sent by it.
    pub status: WireStatus,
    /// The same in more words.
    #[schema(value_type = crate::sessions::SessionStatus)]
    pub state: SessionStatus,
    /// WhatsApp's number of the reason, as 401 for a logout, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<u16>,
    /// Since when, UTC.
    #[schema(value_type = Time)]
    pub at: DateTime<Utc>,
}

/// Whether messages can be sent by a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WireStatus {
    /// They can.
    Active,
    /// They cannot.
    Inactive,
}

impl From<SessionStatus> for WireStatus {
    fn from(status: SessionStatus) -> Self {
        if status.is_active() { Self::Active } else { Self::Inactive }
    }
}

/// The answer to a batch: 200 if all of it was taken, else 207. An item that is not named was taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchAnswer {
    /// What became of the items, in any order.
    #[serde(default)]
    pub results: Vec<ItemResult>,
}

/// What became of an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ItemResult {
    /// The item.
    pub event_id: String,
    /// The outcome.
    pub status: ItemOutcome,
    /// Why, in a few words, if it was not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// The outcome of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemOutcome {
    /// Taken.
    Accepted,
    /// Taken before; nothing has changed.
    Repeated,
    /// It never will be taken: it goes to the dead letters with its reason.
    Refused,
    /// Not now: it comes again.
    Later,
}
