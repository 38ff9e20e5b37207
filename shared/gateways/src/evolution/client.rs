//! Sending by Evolution, and looking through what it keeps.

use super::{HIDDEN, PERSON, health};
use crate::json::{id, items, text, time};
use crate::protocol;
use crate::spellings::chats;
use crate::transport::{self, Calls, Failed, GatewayAnswer};
use crate::{
    Address, ChatOutcome, GatewayClient, Health, NoRecording, Outbound, Recording, SearchOutcome, SendOutcome, Sought,
    TypingOutcome,
};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Phone, Refusal};
use http::StatusCode;
use kit::http::HttpError;
use serde_json::{Value, json};

/// The number of a chat's messages that are looked at for evidence.
const LOOK_AT: usize = 100;

/// For how long a person sees that somebody types, in milliseconds: the silence and the model.
const TYPING_MILLIS: u32 = 15_000;

/// The words with which its library says that the socket to WhatsApp is shut. It says so before it sends.
const NOT_CONNECTED: &str = "Connection Closed";
/// The words for an instance that has never had a socket.
const NEVER_CONNECTED: &str = "(reading 'onWhatsApp')";

/// The client of one instance at Evolution.
pub struct EvolutionClient {
    calls: Calls,
    instance: String,
}

impl EvolutionClient {
    pub fn new(calls: Calls, instance: &str) -> Self {
        Self { calls, instance: instance.to_owned() }
    }

    /// Looks through what left in one chat since the claim.
    async fn look(&self, chat: &str, sought: &Sought) -> SearchOutcome {
        let question = json!({"where": {"key": {"remoteJid": chat, "fromMe": true}}, "offset": LOOK_AT, "page": 1});
        let answer = match self.calls.post(&format!("/chat/findMessages/{}", self.instance), &question).await {
            Ok(answer) => answer,
            Err(failed) => return SearchOutcome::Unavailable { reason: failed.word().to_owned() },
        };
        let page = answer.json.get("messages").unwrap_or(&Value::Null);
        if !answer.status.is_success() || !page.get("records").is_some_and(Value::is_array) {
            return SearchOutcome::Unavailable { reason: format!("http_{}", answer.status.as_u16()) };
        }
        let found = items(page, "records")
            .iter()
            .filter(|record| record["key"]["fromMe"] == json!(true) && !has_failed(record))
            .filter(|record| {
                let said = record.get("message").and_then(protocol::said);
                said.and_then(|said| said.text).is_some_and(|words| sought.reads(words))
            })
            .filter_map(|record| Some((time(record, "messageTimestamp")?, id(record.get("key")?, "id")?)));
        sought.found(found)
    }
}

/// Whether WhatsApp has refused a message that the gateway keeps.
fn has_failed(record: &Value) -> bool {
    items(record, "MessageUpdate").iter().any(|update| text(update, "status") == Some("ERROR"))
}

/// The number or chat, as Evolution takes it. It finds WhatsApp's own spelling of a number by itself.
fn number(to: &Address) -> Option<&str> {
    match to {
        Address::Phone(phone) => Some(phone.digits()),
        Address::Chat(id) => Some(id),
        Address::Bsuid(_) => None,
    }
}

/// What Evolution says is wrong: one text or more, which may lie deeper in the list if it is about the request's form.
fn complaint(answer: &GatewayAnswer) -> &Value {
    let response = answer.json.get("response").and_then(|response| response.get("message"));
    let of_library = || answer.json.get("output")?.get("payload")?.get("message");
    response.or_else(of_library).or_else(|| answer.json.get("message")).unwrap_or(&Value::Null)
}

/// The complaints, each by itself.
fn complaints(answer: &GatewayAnswer) -> &[Value] {
    match complaint(answer) {
        Value::Array(all) => all,
        one => std::slice::from_ref(one),
    }
}

fn outcome(answer: &GatewayAnswer) -> SendOutcome {
    let detail = format!("evolution http {}", answer.status.as_u16());
    let says = |words| complaints(answer).iter().filter_map(Value::as_str).any(|said| said.contains(words));
    match answer.status {
        status if status.is_success() => match answer.json.get("key").and_then(|key| id(key, "id")) {
            Some(gateway_message_id) => SendOutcome::Accepted { gateway_message_id },
            None => SendOutcome::perhaps("unreadable_answer"),
        },
        StatusCode::UNAUTHORIZED => SendOutcome::refused(Refusal::Credentials, detail),
        // There is no such instance.
        StatusCode::NOT_FOUND => SendOutcome::refused(Refusal::SenderDisconnected, detail),
        _ if says(NOT_CONNECTED) || says(NEVER_CONNECTED) => {
            SendOutcome::refused(Refusal::SenderDisconnected, format!("{detail}, not connected"))
        }
        StatusCode::BAD_REQUEST if complaints(answer).iter().any(|it| it["exists"] == json!(false)) => {
            SendOutcome::refused(Refusal::NotOnWhatsapp, detail)
        }
        // Any error of its own, while it sends and after it has: it may not have been able to keep what has left. What
        // is wrong with the request's form comes as a list in the list.
        StatusCode::BAD_REQUEST if complaints(answer).iter().any(Value::is_string) => SendOutcome::perhaps("http_400"),
        _ => transport::by_status(answer, detail),
    }
}

/// What WhatsApp knows of a number.
fn checked(answer: &GatewayAnswer) -> ChatOutcome {
    let found = answer.json.as_array().and_then(|all| all.first()).unwrap_or(&Value::Null);
    match (answer.status.is_success(), found.get("exists").and_then(Value::as_bool), id(found, "jid")) {
        (true, Some(true), Some(chat)) if chat.ends_with(PERSON) || chat.ends_with(HIDDEN) => ChatOutcome::Found(chat),
        (true, Some(false), _) => ChatOutcome::Nobody,
        (true, ..) => ChatOutcome::not_answered(SendOutcome::perhaps("unreadable answer")),
        _ => ChatOutcome::not_answered(outcome(answer)),
    }
}

#[async_trait]
impl GatewayClient for EvolutionClient {
    async fn send(&self, outbound: &Outbound) -> SendOutcome {
        let Some(number) = number(&outbound.to) else {
            return SendOutcome::refused(Refusal::BadRequest, "a user id is no address here");
        };
        let Some(text) = outbound.body.as_text() else {
            return SendOutcome::refused(Refusal::BadRequest, "the text is empty");
        };
        let payload = json!({"number": number, "text": text, "linkPreview": false});
        match self.calls.post(&format!("/message/sendText/{}", self.instance), &payload).await {
            Ok(answer) => outcome(&answer),
            Err(failed) => failed.outcome(),
        }
    }

    async fn find_chat(&self, phone: &Phone) -> ChatOutcome {
        let question = json!({"numbers": [phone.digits()]});
        match self.calls.post(&format!("/chat/whatsappNumbers/{}", self.instance), &question).await {
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

    /// Evolution answers when it is over, and goes on whether or not anybody waits for that.
    async fn show_typing(&self, to: &Address, _: &str) -> TypingOutcome {
        let Some(number) = number(to) else { return TypingOutcome::Unsupported };
        let presence = json!({"number": number, "presence": "composing", "delay": TYPING_MILLIS});
        match self.calls.post(&format!("/chat/sendPresence/{}", self.instance), &presence).await {
            Err(Failed::Http(HttpError::MaybeSent { timeout: true, .. })) => TypingOutcome::Shown,
            answer => TypingOutcome::of(answer),
        }
    }

    async fn recording(&self, name: &str) -> Result<Recording, NoRecording> {
        let question = json!({"message": {"key": {"id": name}}, "convertToMp4": false});
        let answer = self.calls.post(&format!("/chat/getBase64FromMediaMessage/{}", self.instance), &question).await?;
        if !answer.status.is_success() {
            return Err(NoRecording::by_status(answer.status));
        }
        let audio = text(&answer.json, "base64").and_then(|audio| STANDARD.decode(audio).ok());
        let audio = audio.ok_or_else(|| NoRecording::later("unreadable_answer"))?;
        Ok(Recording { audio: audio.into(), mime: text(&answer.json, "mimetype").unwrap_or_default().to_owned() })
    }

    async fn health(&self) -> Health {
        match self.calls.get(&format!("/instance/connectionState/{}", self.instance)).await {
            Ok(answer) if answer.status == StatusCode::OK => {
                answer.json.get("instance").and_then(|it| text(it, "state")).map_or(Health::Unknown, health)
            }
            _ => Health::Unknown,
        }
    }
}
