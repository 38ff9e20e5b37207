//! Sending by Cloud API.

use super::codes::meaning;
use crate::json::text;
use crate::recordings;
use crate::transport::{self, Calls, Connection, GatewayAnswer, KeyHeader};
use crate::{Address, Body, GatewayClient, Health, NoRecording, Outbound, Recording, SendOutcome, TypingOutcome};
use async_trait::async_trait;
use domain::buttons::numbered;
use domain::{Button, Refusal, SentAs};
use http::StatusCode;
use serde_json::{Value, json};

/// The longest text, in characters.
const MAX_TEXT: usize = 4096;

/// The longest text above buttons, in characters.
const MAX_TEXT_WITH_BUTTONS: usize = 1024;

/// The longest `biz_opaque_callback_data`, in characters; our ids are shorter.
const MAX_CALLBACK_DATA: usize = 512;

const _: () = assert!(domain::MessageId::MAX_LEN <= MAX_CALLBACK_DATA);

/// One phone number at Cloud API.
pub struct CloudApiClient {
    calls: Calls,
    path: String,
}

impl CloudApiClient {
    pub fn new(connection: Connection, phone_number_id: &str, access_token: &str) -> Self {
        let calls = connection.with_key(KeyHeader::Bearer, access_token);
        Self { calls, path: format!("/{phone_number_id}/messages") }
    }
}

fn payload(outbound: &Outbound) -> Result<Value, &'static str> {
    let mut payload = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "biz_opaque_callback_data": outbound.message_id.as_str(),
    });
    match &outbound.to {
        // Without the plus Meta would put the business's own country code before the number.
        Address::Phone(phone) => payload["to"] = json!(format!("+{}", phone.digits())),
        Address::Bsuid(id) => payload["recipient"] = json!(id),
        Address::Chat(_) => return Err("a chat id is no address here"),
    }
    let content = match &outbound.body {
        Body::Text(text) | Body::ContactRequest(text) | Body::Buttons { text, .. } if text.trim().is_empty() => {
            return Err("the text is empty");
        }
        Body::Text(text) => free_text(text)?,
        Body::ContactRequest(text) => (
            "interactive",
            json!({"type": "request_contact_info", "body": {"text": text}, "action": {"name": "request_contact_info"}}),
        ),
        Body::Buttons { text, buttons } if text.chars().count() > MAX_TEXT_WITH_BUTTONS => {
            free_text(&numbered(text, buttons))?
        }
        Body::Buttons { text, buttons } => with_buttons(text, buttons),
        Body::Template { sent_as, parameters, payloads } => template(sent_as, parameters, payloads),
    };
    let (kind, content) = content;
    payload["type"] = json!(kind);
    payload[kind] = content;
    Ok(payload)
}

/// The type of a message, and its content under that name.
type Content = (&'static str, Value);

fn free_text(text: &str) -> Result<Content, &'static str> {
    if text.chars().count() > MAX_TEXT {
        return Err("the text is longer than 4,096 characters");
    }
    Ok(("text", json!({"body": text, "preview_url": false})))
}

fn with_buttons(text: &str, buttons: &[Button]) -> Content {
    let reply = |button: &Button| json!({"type": "reply", "reply": {"id": button.id, "title": button.title}});
    let buttons: Vec<Value> = buttons.iter().map(reply).collect();
    ("interactive", json!({"type": "button", "body": {"text": text}, "action": {"buttons": buttons}}))
}

fn template(sent_as: &SentAs, parameters: &[String], payloads: &[String]) -> Content {
    let mut components = Vec::new();
    if !parameters.is_empty() {
        let parameters: Vec<Value> = parameters.iter().map(|text| json!({"type": "text", "text": text})).collect();
        components.push(json!({"type": "body", "parameters": parameters}));
    }
    components.extend(payloads.iter().enumerate().map(|(index, payload)| {
        let parameters = [json!({"type": "payload", "payload": payload})];
        json!({"type": "button", "sub_type": "quick_reply", "index": index.to_string(), "parameters": parameters})
    }));
    let SentAs { template: name, language, .. } = sent_as;
    let mut template = json!({"name": name, "language": {"code": language}});
    if !components.is_empty() {
        template["components"] = Value::from(components);
    }
    ("template", template)
}

/// By the error's code where there is a documented one, by the HTTP status only otherwise.
fn outcome(answer: &GatewayAnswer) -> SendOutcome {
    let status = answer.status;
    let error = answer.json.get("error");
    let code = error.and_then(|error| error.get("code")).and_then(crate::json::integer);
    let detail = || match code {
        Some(code) => format!("cloud_api code {code}, http {}", status.as_u16()),
        None => format!("cloud_api http {}", status.as_u16()),
    };
    match code.and_then(meaning) {
        Some(Refusal::RateLimited { .. }) => {
            return SendOutcome::refused(Refusal::RateLimited { after: answer.retry_after }, detail());
        }
        Some(refusal) => return SendOutcome::refused(refusal, detail()),
        None => {}
    }
    match status {
        status if status.is_success() && error.is_none() => {
            let id = crate::json::items(&answer.json, "messages").first().and_then(|it| crate::json::id(it, "id"));
            match id {
                Some(gateway_message_id) => SendOutcome::Accepted { gateway_message_id },
                None => SendOutcome::perhaps("unreadable_answer"),
            }
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => SendOutcome::refused(Refusal::Credentials, detail()),
        _ => transport::by_status(answer, detail()),
    }
}

#[async_trait]
impl GatewayClient for CloudApiClient {
    async fn send(&self, outbound: &Outbound) -> SendOutcome {
        let payload = match payload(outbound) {
            Ok(payload) => payload,
            Err(why) => return SendOutcome::refused(Refusal::BadRequest, why),
        };
        match self.calls.post(&self.path, &payload).await {
            Ok(answer) => outcome(&answer),
            Err(failed) => failed.outcome(),
        }
    }

    /// The message has its blue ticks from then on.
    async fn show_typing(&self, _: &Address, message: &str) -> TypingOutcome {
        let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": message,
            "typing_indicator": {"type": "text"}});
        TypingOutcome::of(self.calls.post(&self.path, &read).await)
    }

    async fn recording(&self, name: &str) -> Result<Recording, NoRecording> {
        let told = self.calls.get(&format!("/{}", recordings::in_path(name)?)).await?;
        if !told.status.is_success() {
            return Err(NoRecording::by_status(told.status));
        }
        let url = text(&told.json, "url").ok_or_else(|| NoRecording::later("unreadable_answer"))?;
        recordings::file(self.calls.download_at(url).await?, text(&told.json, "mime_type"))
    }

    /// It tells of its numbers by webhook.
    async fn health(&self) -> Health {
        Health::Unknown
    }
}
