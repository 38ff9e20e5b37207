//! Opening and ending instances of Evolution, with the key of its server.

use super::{PERSON, SECRET_HEADER};
use crate::json::{id, integer, phone, text};
use crate::sessions::done;
use crate::transport::{Calls, GatewayAnswer};
use crate::{SessionClient, SessionError, SessionWebhook};
use async_trait::async_trait;
use domain::sessions::news::SessionNews;
use http::StatusCode;
use serde_json::{Value, json};

/// The events that `webhook` reads, by their names in settings.
const EVENTS: [&str; 7] = [
    "QRCODE_UPDATED",
    "CONNECTION_UPDATE",
    "STATUS_INSTANCE",
    "LOGOUT_INSTANCE",
    "REMOVE_INSTANCE",
    "MESSAGES_UPSERT",
    "MESSAGES_UPDATE",
];

/// One instance at Evolution.
pub struct EvolutionSession {
    calls: Calls,
    instance: String,
}

impl EvolutionSession {
    pub fn new(calls: Calls, instance: &str) -> Self {
        Self { calls, instance: instance.to_owned() }
    }

    fn path(&self, call: &str) -> String {
        format!("/{call}/{}", self.instance)
    }

    /// Has it connect if it is shut, which takes two seconds; the code that waits to be scanned, if there is one.
    async fn connect(&self) -> Result<Value, SessionError> {
        let answer = heard(done(self.calls.get(&self.path("instance/connect")).await)?)?;
        Ok(answer.json)
    }

    /// The record that the server keeps of it. Its state is `connecting` from the first code until a phone is linked.
    async fn record(&self) -> Result<Value, SessionError> {
        let path = format!("/instance/fetchInstances?instanceName={}", self.instance);
        let Value::Array(all) = done(self.calls.get(&path).await)?.json else {
            return Err(SessionError::Unavailable("unreadable_answer".to_owned()));
        };
        all.into_iter().find(|it| text(it, "name") == Some(self.instance.as_str())).ok_or(SessionError::Gone)
    }
}

/// Where and how the instance reports.
fn reports(webhook: &SessionWebhook) -> Value {
    json!({"enabled": true, "url": webhook.url, "headers": {SECRET_HEADER: webhook.secret}, "byEvents": false,
           "base64": false, "events": EVENTS})
}

/// Some errors come under the status 200.
fn heard(answer: GatewayAnswer) -> Result<GatewayAnswer, SessionError> {
    if answer.json["error"] == json!(true) {
        return Err(SessionError::Unavailable("told_of_an_error".to_owned()));
    }
    Ok(answer)
}

#[async_trait]
impl SessionClient for EvolutionSession {
    /// Created without a code and then connected: with a code, the call to create takes five seconds.
    async fn open(&self, webhook: &SessionWebhook) -> Result<(), SessionError> {
        let instance = json!({"instanceName": self.instance, "integration": "WHATSAPP-BAILEYS", "qrcode": false,
                              "groupsIgnore": true, "webhook": reports(webhook)});
        match self.calls.post("/instance/create", &instance).await {
            // The name is in use.
            Ok(answer) if answer.status == StatusCode::FORBIDDEN => {
                let webhook = json!({"webhook": reports(webhook)});
                done(self.calls.post(&self.path("webhook/set"), &webhook).await)?;
            }
            answer => {
                done(answer)?;
            }
        }
        self.connect().await.map(|_| ())
    }

    async fn look(&self) -> Result<SessionNews, SessionError> {
        let answer = done(self.calls.get(&self.path("instance/connectionState")).await)?;
        let state = answer.json.get("instance").and_then(|instance| text(instance, "state"));
        let record = self.record().await?;
        let waits_for_a_phone = text(&record, "connectionStatus") == Some("connecting");
        Ok(match state {
            Some("open") => SessionNews::Connected { phone: owner(&record) },
            Some("connecting") if waits_for_a_phone => match id(&self.connect().await?, "code") {
                Some(code) => SessionNews::Code { code: Some(code) },
                None => SessionNews::Connecting,
            },
            // It may still show a code that was scanned long ago.
            Some("connecting") => SessionNews::Connecting,
            _ if waits_for_a_phone => SessionNews::CodesEnded,
            _ => SessionNews::Disconnected { reason: reason(record.get("disconnectionReasonCode")) },
        })
    }

    async fn restart(&self) -> Result<(), SessionError> {
        let answer = done(self.calls.post(&self.path("instance/restart"), &json!({})).await)?;
        match heard(answer) {
            Ok(_) => Ok(()),
            // One that is shut cannot be restarted, but connected.
            Err(_) => self.connect().await.map(|_| ()),
        }
    }

    /// Evolution cannot stop an instance, and connects again as long as a phone is linked. So the phone is logged out.
    async fn pause(&self) -> Result<(), SessionError> {
        match done(self.calls.delete(&self.path("instance/logout")).await) {
            // It is shut.
            Err(SessionError::Refused(status)) if status == "http_400" => Ok(()),
            answer => answer.map(|_| ()),
        }
    }

    /// The deletion logs the phone out by itself. A logout of its own before it would make the deletion fail: the
    /// instance would still seem to be open, and could not be logged out again.
    async fn close(&self) -> Result<(), SessionError> {
        match done(self.calls.delete(&self.path("instance/delete")).await) {
            Ok(_) | Err(SessionError::Gone) => Ok(()),
            // The phone could not be logged out for now.
            Err(SessionError::Refused(status)) if status == "http_400" => Err(SessionError::Unavailable(status)),
            Err(error) => Err(error),
        }
    }
}

/// The number of the linked phone.
fn owner(record: &Value) -> Option<domain::Phone> {
    phone(text(record, "ownerJid")?.strip_suffix(PERSON)?)
}

/// WhatsApp's number for a reason. Evolution says 200 if it knows none.
pub fn reason(code: Option<&Value>) -> Option<u16> {
    u16::try_from(integer(code?)?).ok().filter(|code| *code != 200)
}
