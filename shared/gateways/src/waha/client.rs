//! Sending by WAHA, and looking through its chats.
//!
//! A call about a session that is not working waits at the server, up to ten seconds, for the session to work. So it may
//! time out here before WAHA refuses it.

use super::{HIDDEN, PERSON, bare};
use crate::json::{first, id, integer, text, time};
use crate::recordings;
use crate::spellings::{chat, chats};
use crate::transport::{self, Calls, GatewayAnswer};
use crate::{
    Address, ChatOutcome, ContactOutcome, GatewayClient, Health, NoRecording, Outbound, Recording, SearchOutcome,
    SendOutcome, Sought, TypingOutcome,
};
use async_trait::async_trait;
use domain::chat::contact::Shown;
use domain::{Phone, Refusal};
use futures::future::join;
use http::StatusCode;
use serde_json::{Value, json};

/// The number of a chat's messages that are looked at for evidence.
const LOOK_AT: usize = 100;

/// The client of one session at WAHA.
pub struct WahaClient {
    calls: Calls,
    session: String,
}

impl WahaClient {
    pub fn new(calls: Calls, session: &str) -> Self {
        Self { calls, session: session.to_owned() }
    }

    /// Looks through what left in one chat since the claim.
    async fn look(&self, chat: &str, sought: &Sought) -> SearchOutcome {
        let (chat, since) = (chat.replace('@', "%40"), sought.earliest());
        let path = format!(
            "/api/{}/chats/{chat}/messages?limit={LOOK_AT}&downloadMedia=false&filter.fromMe=true\
             &filter.timestamp.gte={since}",
            self.session
        );
        let answer = match self.calls.get(&path).await {
            Ok(answer) => answer,
            Err(failed) => return SearchOutcome::Unavailable { reason: failed.word().to_owned() },
        };
        let (true, Some(messages)) = (answer.status.is_success(), answer.json.as_array()) else {
            return SearchOutcome::Unavailable { reason: format!("http_{}", answer.status.as_u16()) };
        };
        let found = messages
            .iter()
            .filter(|message| message["fromMe"] == json!(true) && !has_failed(message))
            .filter(|message| text(message, "body").is_some_and(|words| sought.reads(words)))
            .filter_map(|message| Some((time(message, "timestamp")?, bare(&id(message, "id")?).to_owned())));
        sought.found(found)
    }
}

/// Whether WhatsApp has refused a message.
fn has_failed(message: &Value) -> bool {
    message.get("ack").and_then(integer).is_some_and(|ack| ack < 0)
}

/// The id of a message that was taken. Each engine says it in a way of its own.
fn sent_id(answer: &Value) -> Option<String> {
    let of = |key: &Value| id(key, "_serialized").or_else(|| id(key, "id"));
    let own = id(answer, "id")
        .or_else(|| answer.get("id").and_then(of))
        .or_else(|| answer.get("key").and_then(of))
        .or_else(|| answer.get("_data")?.get("id").and_then(of));
    own.map(|id| bare(&id).to_owned())
}

fn outcome(answer: &GatewayAnswer) -> SendOutcome {
    let detail = format!("waha http {}", answer.status.as_u16());
    match answer.status {
        status if status.is_success() => match sent_id(&answer.json) {
            Some(gateway_message_id) => SendOutcome::Accepted { gateway_message_id },
            // Some versions answer without a body.
            None => SendOutcome::perhaps("unreadable_answer"),
        },
        StatusCode::UNAUTHORIZED => SendOutcome::refused(Refusal::Credentials, detail),
        // There is no such session, or it is not working.
        StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => {
            SendOutcome::refused(Refusal::SenderDisconnected, detail)
        }
        _ => transport::by_status(answer, detail),
    }
}

/// What WhatsApp knows of a number.
fn checked(answer: &GatewayAnswer) -> ChatOutcome {
    let exists = answer.json.get("numberExists").and_then(Value::as_bool);
    match (answer.status.is_success(), exists, id(&answer.json, "chatId")) {
        (true, Some(true), Some(chat)) if chat.ends_with(PERSON) || chat.ends_with(HIDDEN) => ChatOutcome::Found(chat),
        (true, Some(false), _) => ChatOutcome::Nobody,
        (true, ..) => ChatOutcome::not_answered(SendOutcome::perhaps("unreadable answer")),
        _ => ChatOutcome::not_answered(outcome(answer)),
    }
}

/// The state of a session by its name, as it stands in answers.
fn health(status: &str) -> Health {
    match status {
        "WORKING" => Health::Connected,
        "STARTING" => Health::Connecting,
        "SCAN_QR_CODE" | "PASSKEY_REQUIRED" | "PASSKEY_CONFIRMATION_REQUIRED" => Health::NeedsLogin,
        "STOPPED" | "FAILED" => Health::Disconnected,
        _ => Health::Unknown,
    }
}

#[async_trait]
impl GatewayClient for WahaClient {
    async fn send(&self, outbound: &Outbound) -> SendOutcome {
        let Some(chat) = chat(&outbound.to, PERSON) else {
            return SendOutcome::refused(Refusal::BadRequest, "a user id is no address here");
        };
        let Some(text) = outbound.body.as_text() else {
            return SendOutcome::refused(Refusal::BadRequest, "the text is empty");
        };
        let payload = json!({"session": self.session, "chatId": chat, "text": text, "linkPreview": false});
        match self.calls.post("/api/sendText", &payload).await {
            Ok(answer) => outcome(&answer),
            Err(failed) => failed.outcome(),
        }
    }

    async fn find_chat(&self, phone: &Phone) -> ChatOutcome {
        let path = format!("/api/contacts/check-exists?phone={}&session={}", phone.digits(), self.session);
        match self.calls.get(&path).await {
            Ok(answer) => checked(&answer),
            Err(failed) => ChatOutcome::not_answered(failed.outcome()),
        }
    }

    async fn find_sent(&self, sought: &Sought) -> SearchOutcome {
        for chat in chats(&sought.to, PERSON) {
            match self.look(&chat, sought).await {
                SearchOutcome::NotFound => {}
                evidence => return evidence,
            }
        }
        SearchOutcome::NotFound
    }

    /// The name that stands in the phone's contacts, else the one that the person has given themselves.
    async fn contact(&self, to: &Address) -> ContactOutcome {
        let Some(chat) = chat(to, PERSON) else { return ContactOutcome::Unsupported };
        let (session, chat) = (&self.session, chat.replace('@', "%40"));
        let of_person = format!("/api/contacts?contactId={chat}&session={session}");
        let of_chat = format!("/api/{session}/labels/chats/{chat}");
        let (person, labels) = match join(self.calls.get(&of_person), self.calls.get(&of_chat)).await {
            (Ok(person), Ok(labels)) => (person, labels),
            (Err(failed), _) | (_, Err(failed)) => return failed.into(),
        };
        let (true, Some(labels)) = (labels.status.is_success(), labels.json.as_array()) else {
            return ContactOutcome::unavailable(&labels);
        };
        // A person of whom the phone knows nothing has no name here.
        let name = first(&person.json, &["name", "pushname", "pushName"]).filter(|_| person.status.is_success());
        let labels = labels.iter().filter_map(|label| text(label, "name")).map(str::to_owned).collect();
        ContactOutcome::Shown(Shown { name: name.map(str::to_owned), labels })
    }

    async fn show_typing(&self, to: &Address, _: &str) -> TypingOutcome {
        let Some(chat) = chat(to, PERSON) else { return TypingOutcome::Unsupported };
        TypingOutcome::of(self.calls.post("/api/startTyping", &json!({"session": self.session, "chatId": chat})).await)
    }

    /// WAHA names a file by its address as WAHA itself knows it. Only the path of it is ours.
    async fn recording(&self, name: &str) -> Result<Recording, NoRecording> {
        recordings::file(self.calls.download(recordings::in_path(name)?).await?, None)
    }

    async fn health(&self) -> Health {
        match self.calls.get(&format!("/api/sessions/{}", self.session)).await {
            Ok(answer) if answer.status == StatusCode::OK => {
                text(&answer.json, "status").map_or(Health::Unknown, health)
            }
            _ => Health::Unknown,
        }
    }
}
