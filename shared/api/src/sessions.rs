//! Sessions of QR gateways.

use crate::parameters::PageSize;
use crate::values::{Id, Time};
use crate::{Address, Operation, Tag};
use chrono::{DateTime, Utc};
use domain::SessionId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Open a user's session
    ///
    /// Operator key only. The same user gets the same session until it is stopped, however many ask at once. A session that
    /// rests, as one that nobody scanned, is opened again. The gateway makes it a moment after the answer: read the session
    /// for its code.
    StartSession,
    /// List sessions
    ///
    /// Operator key only. In no order that means anything.
    ListSessions,
    /// Read a session
    ///
    /// Operator key only. From our own store: the gateway is not asked.
    ReadSession,
    /// The code to scan as a picture of pixels
    ///
    /// Operator key only. 404 while there is no code, or when it is over.
    ReadCodePng,
    /// The code to scan as a drawing
    ///
    /// Operator key only. 404 while there is no code, or when it is over.
    ReadCodeSvg,
    /// Stop a session
    ///
    /// Operator key only. The gateway logs the phone out and removes the session a moment after the answer. The user's next
    /// session is a new one. Stopping again changes nothing.
    StopSession,
}

impl crate::Route for Route {
    const TAG: Tag = Tag {
        name: "Sessions",
        description: "WhatsApp connections at a QR gateway, for users of the operator. The operator key only.",
    };

    fn address(self) -> Address {
        match self {
            Self::StartSession => Address::post("/start"),
            Self::ListSessions => Address::get("/sessions"),
            Self::ReadSession => Address::get("/sessions/{session_id}"),
            Self::ReadCodePng => Address::get("/sessions/{session_id}/qr.png"),
            Self::ReadCodeSvg => Address::get("/sessions/{session_id}/qr.svg"),
            Self::StopSession => Address::post("/sessions/{session_id}/stop"),
        }
    }

    fn operation(self) -> Operation {
        let operation = Operation::with_operator_key();
        match self {
            Self::StartSession => operation
                .body::<NewSession>([
                    ("number", "A user by number", json!({"user_id": 1})),
                    ("text", "A user by name", json!({"user_id": "shop-17"})),
                ])
                .answer::<Started>(200, "The user's session.")
                .problems(&["503"]),
            Self::ListSessions => operation.query::<SessionsQuery>().answer::<SessionPage>(200, "A page of sessions."),
            Self::ReadSession => operation.path::<SessionPath>().answer::<Session>(200, "The session.").not_found(),
            Self::ReadCodePng => {
                let bytes = ObjectBuilder::new()
                    .schema_type(Type::String)
                    .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
                let answer = picture("The picture.", "image/png", bytes.build().into());
                operation.path::<SessionPath>().response(200, answer).not_found()
            }
            Self::ReadCodeSvg => {
                let text = ObjectBuilder::new().schema_type(Type::String).build();
                let answer = picture("The drawing.", "image/svg+xml", text.into());
                operation.path::<SessionPath>().response(200, answer).not_found()
            }
            Self::StopSession => {
                operation.path::<SessionPath>().answer::<Session>(200, "It is stopped.").not_found().problems(&["503"])
            }
        }
    }
}

fn picture(description: &str, content_type: &str, schema: Schema) -> Response {
    let content = ContentBuilder::new().schema(Some(RefOr::T(schema))).build();
    ResponseBuilder::new().description(description).content(content_type, content).build()
}

/// The session that a call is about.
#[derive(Deserialize, IntoParams)]
pub struct SessionPath {
    /// As `/start` has answered it.
    #[param(value_type = Id, example = "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11")]
    pub session_id: SessionId,
}

/// Which page of the sessions.
#[derive(Deserialize, IntoParams)]
pub struct SessionsQuery {
    /// Sessions on a page.
    #[param(inline)]
    pub limit: Option<PageSize<200>>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// The user that a session is for.
#[derive(Deserialize, ToSchema)]
pub struct NewSession {
    /// The operator's own name of the user: a whole number, or 1 to 128 printable ASCII characters without blanks. `1` and
    /// `"1"` are the same user. It travels with everything that is told of the session.
    #[schema(value_type = GivenUserId)]
    pub user_id: domain::sessions::UserId,
}

/// The operator's own name of a user.
#[derive(ToSchema)]
#[schema(examples(1))]
#[serde(untagged)]
pub enum GivenUserId {
    /// A whole number.
    Number(i64),
    /// Any other name.
    Text(UserName),
}

/// A name of a user that is no number.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[!-~]{1,128}$", examples("shop-17"))]
#[expect(dead_code, reason = "only its schema is used")]
pub struct UserName(String);

/// A user's session.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"success": true, "session_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11"})))]
pub struct Started {
    /// Always.
    pub success: bool,
    /// The session.
    #[schema(value_type = Id)]
    pub session_id: SessionId,
}

/// A session.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// The session.
    #[schema(value_type = Id)]
    pub session_id: SessionId,
    /// The operator's own name of the user, as it was given.
    #[schema(value_type = GivenUserId)]
    pub user_id: domain::sessions::UserId,
    /// The gateway at which it is.
    #[schema(value_type = crate::values::Gateway)]
    pub gateway: domain::Gateway,
    /// Where it stands: `opening`, `connecting`, `waiting_for_scan`, `action_required`, `connected`, `disconnected`,
    /// `ended` (by the gateway), `not_scanned`, `logged_out`, `refused` (by WhatsApp), `replaced` (by another program),
    /// `looping` (it kept falling), `failed` (the gateway could not open it) or `stopped`.
    #[schema(value_type = SessionStatus)]
    pub status: domain::sessions::SessionStatus,
    /// Whether messages can be sent by it: `active` or `inactive`.
    pub connection: crate::upstream::WireStatus,
    /// Since when it stands so, UTC.
    #[schema(value_type = Time)]
    pub since: DateTime<Utc>,
    /// How that is known.
    pub evidence: Evidence,
    /// The code to scan, while there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr: Option<QrCode>,
    /// Since when nobody has written to it, though it says that it is connected: twice as long as the longest pause of the
    /// last weeks. Absent if it is not silent, or is no business's sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>)]
    pub silent_since: Option<DateTime<Utc>>,
    /// When it was opened, UTC.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
}

/// Where a session stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the field says it")]
pub enum SessionStatus {
    Opening,
    Connecting,
    WaitingForScan,
    ActionRequired,
    Connected,
    Disconnected,
    Ended,
    NotScanned,
    LoggedOut,
    Refused,
    Replaced,
    Looping,
    Failed,
    Stopped,
}

/// How the status of a session is known.
#[derive(Serialize, ToSchema)]
pub struct Evidence {
    /// `webhook`: the gateway told of it; `answer`: it was asked; `timeout`: nothing came in time; `request`: a caller of
    /// this API.
    #[schema(value_type = String)]
    pub source: domain::sessions::How,
    /// When it was last known, UTC.
    #[schema(value_type = Time)]
    pub at: DateTime<Utc>,
    /// Seconds since then.
    pub age: u64,
    /// WhatsApp's number of the reason, as 401 for a logout, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<u16>,
}

/// A code to scan.
#[derive(Serialize, ToSchema)]
pub struct QrCode {
    /// The text that the picture of the code holds.
    pub code: String,
    /// When it was made, UTC.
    #[schema(value_type = Time)]
    pub at: DateTime<Utc>,
    /// When it is worth nothing any more, UTC.
    #[schema(value_type = Time)]
    pub expires_at: DateTime<Utc>,
}

/// A page of sessions.
#[derive(Serialize, ToSchema)]
pub struct SessionPage {
    /// At most as many as asked for; a page may have fewer.
    pub sessions: Vec<Session>,
    /// For the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
