//! Sending by Whapi, and looking through its chats.

use super::{PERSON, health};
use crate::json::{first, id, items, text, time};
use crate::recordings;
use crate::spellings::{chat, chats};
use crate::transport::{self, Calls, Connection, GatewayAnswer, KeyHeader};
use crate::{
    Address, Body, ChatOutcome, ContactOutcome, GatewayClient, Health, NoRecording, Outbound, Recording, SearchOutcome,
    SendOutcome, Sought, TypingOutcome,
};
use async_trait::async_trait;
use domain::buttons::numbered;
use domain::chat::contact::Shown;
use domain::{Button, Phone, Refusal, SentAs};
use http::StatusCode;
use serde_json::{Value, json};

/// For how long a person sees that somebody types, in seconds: the silence and the model.
const TYPING_SECONDS: u8 = 15;
/// The number of a chat's messages that are looked at for evidence.
const LOOK_AT: usize = 100;

/// The client of one channel at Whapi.
pub struct WhapiClient {
    calls: Calls,
}

impl WhapiClient {
    pub fn new(connection: Connection, token: &str) -> Self {
        Self { calls: connection.with_key(KeyHeader::Bearer, token) }
    }

    async fn send_text(&self, to: &str, text: &str) -> SendOutcome {
        let payload = json!({"to": to, "body": text, "typing_time": 0, "no_link_preview": true});
        self.post("/messages/text", &payload).await
    }

    async fn post(&self, path: &str, payload: &Value) -> SendOutcome {
        match self.calls.post(path, payload).await {
            Ok(answer) => outcome(&answer),
            Err(failed) => failed.outcome(),
        }
    }

    /// Looks through what left in one chat since the claim.
    async fn look(&self, chat: &str, sought: &Sought) -> SearchOutcome {
        let since = sought.earliest();
        let chat = chat.replace('@', "%40");
        let path = format!("/messages/list/{chat}?from_me=true&time_from={since}&count={LOOK_AT}");
        let answer = match self.calls.get(&path).await {
            Ok(answer) => answer,
            Err(failed) => return SearchOutcome::Unavailable { reason: failed.word().to_owned() },
        };
        match answer.status {
            StatusCode::OK if answer.json.get("messages").is_some_and(Value::is_array) => {}
            // No such chat: nothing was ever said there.
            StatusCode::NOT_FOUND => return SearchOutcome::NotFound,
            status => return SearchOutcome::Unavailable { reason: format!("http_{}", status.as_u16()) },
        }
        let found = items(&answer.json, "messages")
            .iter()
            .filter(|message| message["from_me"] == json!(true) && message["status"] != json!("failed"))
            .filter(|message| words(message).is_some_and(|words| sought.reads(words)))
            .filter_map(|message| Some((time(message, "timestamp")?, id(message, "id")?)));
        sought.found(found)
    }
}

/// What WhatsApp knows of a number, by the answer to the check of contacts.
fn checked(answer: &GatewayAnswer) -> ChatOutcome {
    let contact = items(&answer.json, "contacts").first().unwrap_or(&Value::Null);
    match (answer.status, text(contact, "status"), id(contact, "wa_id")) {
        (StatusCode::OK, Some("valid"), Some(found)) if found.ends_with(PERSON) => ChatOutcome::Found(found),
        (StatusCode::OK, Some("valid"), Some(found)) if !found.contains('@') => {
            ChatOutcome::Found(format!("{found}{PERSON}"))
        }
        (StatusCode::OK, Some("invalid"), _) => ChatOutcome::Nobody,
        // A server that speaks as Whapi and has no check.
        (StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED, ..) => {
            ChatOutcome::Unsupported
        }
        (StatusCode::OK, ..) => ChatOutcome::Refused {
            refusal: Refusal::Retry,
            detail: "whapi contact check: unreadable answer".to_owned(),
        },
        _ => ChatOutcome::not_answered(outcome(answer)),
    }
}

fn outcome(answer: &GatewayAnswer) -> SendOutcome {
    let detail = format!("whapi http {}", answer.status.as_u16());
    match answer.status {
        StatusCode::OK if answer.json["sent"] == json!(false) => SendOutcome::refused(Refusal::Retry, "whapi not sent"),
        status if status.is_success() => match answer.json.get("message").and_then(|message| id(message, "id")) {
            Some(gateway_message_id) => SendOutcome::Accepted { gateway_message_id },
            None => SendOutcome::perhaps("unreadable_answer"),
        },
        // The channel is not authorised: its session must be connected again.
        StatusCode::UNAUTHORIZED => SendOutcome::refused(Refusal::SenderDisconnected, detail),
        // The limit of a trial or of the account.
        StatusCode::PAYMENT_REQUIRED => SendOutcome::refused(Refusal::SenderRestricted, detail),
        // A forbidden recipient.
        StatusCode::FORBIDDEN => SendOutcome::refused(Refusal::Undeliverable, detail),
        _ => transport::by_status(answer, detail),
    }
}

/// The text of a message of the list, if it is a text or has one above buttons.
fn words(message: &Value) -> Option<&str> {
    let body = |kind: &&str| message.get(kind)?.get("body");
    ["text", "link_preview", "interactive", "buttons", "hsm"].iter().filter_map(body).find_map(|body| match body {
        Value::String(words) => Some(words.as_str()),
        inner => first(inner, &["text", "body"]),
    })
}

/// The body of a message with buttons.
fn with_buttons(to: &str, text: &str, buttons: &[Button]) -> Value {
    let reply = |button: &Button| json!({"type": "quick_reply", "id": button.id, "title": button.title});
    let buttons: Vec<Value> = buttons.iter().map(reply).collect();
    json!({"to": to, "type": "button", "body": {"text": text}, "action": {"buttons": buttons}})
}

#[async_trait]
impl GatewayClient for WhapiClient {
    async fn send(&self, outbound: &Outbound) -> SendOutcome {
        let Some(to) = chat(&outbound.to, PERSON) else {
            return SendOutcome::refused(Refusal::BadRequest, "a user id is no address here");
        };
        let (Body::Text(text)
        | Body::ContactRequest(text)
        | Body::Buttons { text, .. }
        | Body::Template { sent_as: SentAs { text, .. }, .. }) = &outbound.body;
        if text.trim().is_empty() {
            return SendOutcome::refused(Refusal::BadRequest, "the text is empty");
        }
        let Body::Buttons { buttons, .. } = &outbound.body else { return self.send_text(&to, text).await };
        match self.post("/messages/interactive", &with_buttons(&to, text, buttons)).await {
            // Nothing left. Whapi promises nothing of buttons, and a server that speaks as Whapi may not know them.
            SendOutcome::NotAccepted { refusal: Refusal::BadRequest, .. } => {
                self.send_text(&to, &numbered(text, buttons)).await
            }
            outcome => outcome,
        }
    }

    async fn find_chat(&self, phone: &Phone) -> ChatOutcome {
        let question = json!({"blocking": "wait", "force_check": false, "contacts": [phone.digits()]});
        match self.calls.post("/contacts", &question).await {
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

    async fn contact(&self, to: &Address) -> ContactOutcome {
        let Some(chat) = chat(to, PERSON) else { return ContactOutcome::Unsupported };
        let answer = match self.calls.get(&format!("/chats/{}", chat.replace('@', "%40"))).await {
            Ok(answer) => answer,
            Err(failed) => return failed.into(),
        };
        match answer.status {
            StatusCode::OK => {
                let labels = items(&answer.json, "labels").iter().filter_map(|label| text(label, "name"));
                let name = text(&answer.json, "name").map(str::to_owned);
                ContactOutcome::Shown(Shown { name, labels: labels.map(str::to_owned).collect() })
            }
            _ => ContactOutcome::unavailable(&answer),
        }
    }

    async fn show_typing(&self, to: &Address, _: &str) -> TypingOutcome {
        let Some(chat) = chat(to, PERSON) else { return TypingOutcome::Unsupported };
        let presence = json!({"presence": "typing", "delay": TYPING_SECONDS});
        TypingOutcome::of(self.calls.put(&format!("/presences/{}", chat.replace('@', "%40")), &presence).await)
    }

    async fn recording(&self, name: &str) -> Result<Recording, NoRecording> {
        let path = format!("/media/{}", recordings::in_path(name)?);
        recordings::file(self.calls.download(&path).await?, None)
    }

    async fn health(&self) -> Health {
        match self.calls.get("/health?wakeup=false").await {
            Ok(answer) if answer.status == StatusCode::OK => {
                answer.json.get("status").and_then(|status| text(status, "text")).map_or(Health::Unknown, health)
            }
            _ => Health::Unknown,
        }
    }
}
