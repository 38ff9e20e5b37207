//! Sending by Cloud API.

use super::codes::meaning;
use crate::transport::{self, Connection, GatewayAnswer};
use crate::{Address, Body, GatewayClient, Health, Outbound, SendOutcome};
use async_trait::async_trait;
use domain::{Refusal, SentAs};
use http::StatusCode;
use serde_json::{Value, json};

/// The longest text, in characters.
const MAX_TEXT: usize = 4096;

/// The longest `biz_opaque_callback_data`, in characters; our ids are shorter.
const MAX_CALLBACK_DATA: usize = 512;

const _: () = assert!(domain::MessageId::MAX_LEN <= MAX_CALLBACK_DATA);

/// One phone number at Cloud API.
pub struct CloudApiClient {
    connection: Connection,
    path: String,
    access_token: String,
}

impl CloudApiClient {
    pub fn new(connection: Connection, phone_number_id: &str, access_token: &str) -> Self {
        Self { connection, path: format!("/{phone_number_id}/messages"), access_token: access_token.to_owned() }
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
    match &outbound.body {
        Body::Text(text) if text.trim().is_empty() => return Err("the text is empty"),
        Body::Text(text) if text.chars().count() > MAX_TEXT => return Err("the text is longer than 4,096 characters"),
        Body::Text(text) => {
            payload["type"] = json!("text");
            payload["text"] = json!({"body": text, "preview_url": false});
        }
        Body::Template { sent_as: SentAs { template: name, language, .. }, parameters } => {
            payload["type"] = json!("template");
            payload["template"] = json!({"name": name, "language": {"code": language}});
            if !parameters.is_empty() {
                let parameters: Vec<Value> =
                    parameters.iter().map(|text| json!({"type": "text", "text": text})).collect();
                payload["template"]["components"] = json!([{"type": "body", "parameters": parameters}]);
            }
        }
    }
    Ok(payload)
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
        match self.connection.post(&self.path, &self.access_token, &payload).await {
            Ok(answer) => outcome(&answer),
            Err(failed) => failed.outcome(),
        }
    }

    /// It tells of its numbers by webhook.
    async fn health(&self) -> Health {
        Health::Unknown
    }
}
