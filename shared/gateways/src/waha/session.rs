//! Opening and ending sessions of WAHA, with the key of its server.

use super::webhook::{owner, standing};
use crate::json::{id, items, text};
use crate::sessions::done;
use crate::transport::Calls;
use crate::{SessionClient, SessionError, SessionWebhook};
use async_trait::async_trait;
use domain::sessions::news::SessionNews;
use http::StatusCode;
use serde_json::{Value, json};

/// The events that `webhook` reads.
const EVENTS: [&str; 7] = [
    "session.status",
    "message.any",
    "message.reaction",
    "message.edited",
    "message.ack",
    "label.chat.added",
    "label.chat.deleted",
];

/// One session at WAHA.
pub struct WahaSession {
    calls: Calls,
    session: String,
}

impl WahaSession {
    pub fn new(calls: Calls, session: &str) -> Self {
        Self { calls, session: session.to_owned() }
    }

    fn path(&self) -> String {
        format!("/api/sessions/{}", self.session)
    }

    async fn act(&self, act: &str) -> Result<(), SessionError> {
        done(self.calls.post(&format!("{}/{act}", self.path()), &json!({})).await).map(|_| ())
    }
}

/// Where and how the session reports, about people alone. One of the engines keeps messages only if it is told so, and
/// without them there is no evidence of a message whose answer was lost.
fn config(webhook: &SessionWebhook) -> Value {
    json!({
        "webhooks": [{"url": webhook.url, "events": EVENTS, "hmac": {"key": webhook.secret},
                      "retries": {"policy": "exponential", "delaySeconds": 2, "attempts": 10}}],
        "ignore": {"status": true, "groups": true, "channels": true, "broadcast": true},
        "noweb": {"store": {"enabled": true, "fullSync": false}},
    })
}

/// Whether the session reports there already, with this secret: an update would cut its connection.
fn reports(session: &Value, webhook: &SessionWebhook) -> bool {
    let config = session.get("config").unwrap_or(&Value::Null);
    items(config, "webhooks").iter().any(|it| {
        let key = it.get("hmac").and_then(|hmac| text(hmac, "key"));
        text(it, "url") == Some(&webhook.url) && key == Some(&webhook.secret) && it["events"] == json!(EVENTS)
    })
}

#[async_trait]
impl SessionClient for WahaSession {
    async fn open(&self, webhook: &SessionWebhook) -> Result<(), SessionError> {
        let config = config(webhook);
        let new = json!({"name": self.session, "start": true, "config": config});
        match self.calls.post("/api/sessions", &new).await {
            // It is there, or the request is wrong: then the update is refused too.
            Ok(answer) if matches!(answer.status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_REQUEST) => {}
            answer => return done(answer).map(|_| ()),
        }
        let (is_told, has_failed) = match done(self.calls.get(&self.path()).await) {
            Ok(answer) => (reports(&answer.json, webhook), text(&answer.json, "status") == Some("FAILED")),
            Err(SessionError::Gone) => (false, false),
            Err(error) => return Err(error),
        };
        if !is_told {
            done(self.calls.put(&self.path(), &json!({"name": self.session, "config": config})).await)?;
        }
        // One that has failed counts as started.
        self.act(if is_told && has_failed { "restart" } else { "start" }).await
    }

    async fn look(&self) -> Result<SessionNews, SessionError> {
        let session = done(self.calls.get(&self.path()).await)?.json;
        let status = text(&session, "status").unwrap_or_default();
        // It tells no history here: after the last code it says only that it has failed.
        let news = standing(status, &[], || owner(&session));
        match news {
            Some(SessionNews::Code { .. }) => {
                match done(self.calls.get(&format!("/api/{}/auth/qr?format=raw", self.session)).await) {
                    Ok(answer) => Ok(SessionNews::Code { code: id(&answer.json, "value") }),
                    // It has just gone on, and has no code any more.
                    Err(SessionError::Gone | SessionError::Refused(_)) => Ok(SessionNews::Code { code: None }),
                    Err(error) => Err(error),
                }
            }
            Some(news) => Ok(news),
            None => Err(SessionError::Unavailable("unreadable_answer".to_owned())),
        }
    }

    async fn restart(&self) -> Result<(), SessionError> {
        self.act("restart").await
    }

    async fn pause(&self) -> Result<(), SessionError> {
        self.act("stop").await
    }

    async fn close(&self) -> Result<(), SessionError> {
        match self.act("logout").await {
            // One that is not there has no phone. One that cannot be logged out can be removed.
            Ok(()) | Err(SessionError::Gone | SessionError::Refused(_)) => {}
            Err(error) => return Err(error),
        }
        match done(self.calls.delete(&self.path()).await) {
            Ok(_) | Err(SessionError::Gone) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
