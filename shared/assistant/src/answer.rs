//! What the model says, in a form that code can decide on, and why it may say nothing.

use domain::Locale;
use domain::fold::fold;
use domain::learned::Told;
use http::StatusCode;
use kit::http::Response;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use std::time::Duration;

/// The longest text that goes to a person, in characters: WhatsApp takes 4,096.
const LONGEST: usize = 4_000;
/// The longest wait that a server can ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// What the assistant wants to be done. Code decides whether it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The text is all.
    None,
    /// A person is to go on.
    HandOver,
    /// The customer wants an appointment.
    BookRequest,
    /// The customer has told something of their profile.
    FillProfile,
    /// The customer wants no more promotions.
    OptOut,
}

/// An answer. `Debug` is not derived: it holds what is said to a person.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Reply {
    /// What is said to the customer.
    pub text: String,
    /// What is to be done.
    pub action: Action,
    /// The conversation until now, in a few sentences, if it was asked for.
    #[serde(default)]
    pub summary: Option<String>,
    /// The language of the answer.
    #[serde(default, deserialize_with = "language")]
    pub language: Option<Locale>,
    /// What the customer has told of their profile.
    #[serde(default)]
    pub fields: Told,
    /// The appointment that the customer wants.
    #[serde(default)]
    pub booking: Option<Booking>,
}

/// An appointment that a customer wants, as the model has understood it. Nothing of it is checked yet.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Booking {
    /// The service.
    pub service: String,
    /// Its start, as `2026-11-30T09:00`, in the business's zone.
    pub start: String,
}

/// One that Recado does not write is none.
fn language<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Locale>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.as_deref().and_then(Locale::parse))
}

/// Words, without accents, by which a text says that something is booked or was done. Only code may say so.
const CLAIMS: [&str; 42] = [
    "esta agendad",
    "ficou agendad",
    "foi agendad",
    "ja agendei",
    " agendei ",
    "esta reservad",
    "ficou reservad",
    "foi reservad",
    " reservei ",
    "esta confirmad",
    "esta marcad",
    "ficou marcad",
    " marquei ",
    "quedo agendad",
    "queda agendad",
    "quedo reservad",
    "queda reservad",
    "he reservado",
    "he agendado",
    "is booked",
    "is confirmed",
    "been booked",
    "i booked",
    "i have booked",
    " cancelei ",
    "foi cancelad",
    "ha sido cancelad",
    "fue cancelad",
    "been cancelled",
    "been canceled",
    "i cancelled",
    "i canceled",
    " alterei ",
    "i have changed",
    "i changed",
    "agora e vip",
    "agora voce e vip",
    "ahora eres vip",
    "ahora es vip",
    "now vip",
    "now a vip",
    "discount applied",
];

impl Reply {
    /// Whether the text says of itself that something was done. The assistant does nothing itself.
    #[must_use]
    pub fn claims_an_act(&self) -> bool {
        claims_an_act(&self.text)
    }
}

/// Whether a text says that something was done.
pub(crate) fn claims_an_act(text: &str) -> bool {
    let text = format!(" {} ", fold(text));
    CLAIMS.iter().any(|claim| text.contains(claim))
}

/// An answer and what it cost.
#[derive(Clone, PartialEq, Eq)]
pub struct Replied {
    /// The answer.
    pub reply: Reply,
    /// Tokens that were read and written.
    pub tokens: u64,
    /// Whether the text stands on what the model was told: it makes up no price, names nobody, and tells no rules.
    pub is_founded: bool,
}

/// There is no answer. The reason is a word that holds nothing private.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NoAnswer {
    /// Why.
    pub reason: String,
    /// Whether another try may bring one, and after which time if the server has said so.
    pub again: Option<Option<Duration>>,
    /// Tokens that were read and written all the same.
    pub tokens: u64,
}

impl NoAnswer {
    pub(crate) fn never(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), again: None, tokens: 0 }
    }

    pub(crate) fn later(reason: impl Into<String>, after: Option<Duration>) -> Self {
        Self { reason: reason.into(), again: Some(after.map(|wait| wait.min(LONGEST_WAIT))), tokens: 0 }
    }
}

/// The form of an answer, as the API takes it.
pub(crate) fn schema() -> Value {
    let optional = || json!({"type": ["string", "null"]});
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["text", "action", "language", "fields", "booking", "summary"],
        "properties": {
            "text": {"type": "string"},
            "action": {"type": "string", "enum": ["none", "hand_over", "book_request", "fill_profile", "opt_out"]},
            "language": {"type": "string", "enum": ["es", "pt-BR", "en"]},
            "fields": {
                "type": "object",
                "additionalProperties": false,
                "required": ["name", "email", "birthday", "city"],
                "properties": {"name": optional(), "email": optional(), "birthday": optional(), "city": optional()},
            },
            "booking": {
                "type": ["object", "null"],
                "additionalProperties": false,
                "required": ["service", "start"],
                "properties": {"service": {"type": "string"}, "start": {"type": "string"}},
            },
            "summary": optional(),
        },
    })
}

/// Reads the next answer in a conversation.
pub(crate) fn read(response: &Response) -> Result<Replied, NoAnswer> {
    let Said { form: reply, tokens } = read_form::<Reply>(response)?;
    let length = reply.text.trim().chars().count();
    if length == 0 || length > LONGEST {
        return Err(NoAnswer { tokens, ..NoAnswer::later("unsayable_answer", None) });
    }
    Ok(Replied { reply, tokens, is_founded: false })
}

/// What the model has filled in, and what it cost.
pub(crate) struct Said<T> {
    pub form: T,
    pub tokens: u64,
}

/// Reads what the server answered, in the form that was asked for.
pub(crate) fn read_form<T: DeserializeOwned>(response: &Response) -> Result<Said<T>, NoAnswer> {
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    if !response.status().is_success() {
        return Err(refused(response, &body["error"]));
    }
    let tokens = body["usage"]["total_tokens"].as_u64().unwrap_or_default();
    let spent = |error: NoAnswer| NoAnswer { tokens, ..error };
    match body["status"].as_str() {
        Some("completed") => {}
        Some("failed") => return Err(spent(failed(&body["error"]))),
        Some("incomplete") => return Err(spent(NoAnswer::later("incomplete", None))),
        _ => return Err(spent(NoAnswer::later("unreadable_answer", None))),
    }
    let messages = body["output"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|item| item["type"] == "message" && item["phase"] != "commentary");
    let parts: Vec<&Value> = messages.filter_map(|message| message["content"].as_array()).flatten().collect();
    if parts.iter().any(|part| part["type"] == "refusal") {
        return Err(spent(NoAnswer::never("refusal")));
    }
    let said: String =
        parts.iter().filter(|part| part["type"] == "output_text").filter_map(|it| it["text"].as_str()).collect();
    let form = serde_json::from_str(&said).map_err(|_| spent(NoAnswer::later("unreadable_answer", None)))?;
    Ok(Said { form, tokens })
}

/// An answer that says in its body that it failed.
fn failed(error: &Value) -> NoAnswer {
    match error["code"].as_str() {
        Some(code @ ("server_error" | "rate_limit_exceeded")) => NoAnswer::later(code, None),
        Some(code) => NoAnswer::never(word(code)),
        None => NoAnswer::later("failed", None),
    }
}

pub(crate) fn refused(response: &Response, error: &Value) -> NoAnswer {
    let status = response.status();
    let code =
        error["code"].as_str().or(error["type"].as_str()).map_or_else(|| format!("http_{}", status.as_u16()), word);
    let has_no_money = error["type"] == "insufficient_quota" || code == "insufficient_quota";
    let is_busy = code == "conversation_locked"
        || status == StatusCode::REQUEST_TIMEOUT
        || status == StatusCode::CONFLICT
        || status == StatusCode::TOO_MANY_REQUESTS
        || status.is_server_error();
    let header = |name: &str| response.headers().get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let after = header("retry-after-ms").map(Duration::from_millis).or(header("retry-after").map(Duration::from_secs));
    if is_busy && !has_no_money { NoAnswer::later(code, after) } else { NoAnswer::never(code) }
}

/// A code of the server's, as far as it is one.
fn word(code: &str) -> String {
    let is_plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if is_plain && code.len() <= 60 { code.to_owned() } else { "unknown_code".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &Value) -> Response {
        http::Response::builder().status(status).body(body.to_string().into()).unwrap()
    }

    fn said(text: &str) -> Value {
        json!({"status": "completed", "usage": {"total_tokens": 135}, "output": [
            {"type": "reasoning", "content": []},
            {"type": "message", "phase": "final_answer", "content": [{"type": "output_text", "text": text}]}]})
    }

    #[test]
    fn a_reply_is_read_with_its_tokens() {
        let replied = read(&response(200, &said(r#"{"text":"Olá!","action":"none","language":"pt-BR"}"#)))
            .unwrap_or_else(|_| panic!());
        assert_eq!((replied.reply.text.as_str(), replied.reply.action, replied.tokens), ("Olá!", Action::None, 135));
        assert!(replied.reply.booking.is_none() && replied.reply.fields == Told::default());
        let said = said(
            r#"{"text":"Ok","action":"book_request","language":"pt-BR","booking":{"service":"Banho","start":"x"},
                "fields":{"name":"Ana","email":null,"birthday":null,"city":null}}"#,
        );
        let Ok(Replied { reply, .. }) = read(&response(200, &said)) else { panic!() };
        assert_eq!((reply.language, reply.fields.name.as_deref()), (Some(Locale::PtBr), Some("Ana")));
        assert_eq!(reply.booking.map(|it| (it.service, it.start)), Some(("Banho".to_owned(), "x".to_owned())));
    }

    #[test]
    fn each_failure_says_whether_to_try_again() {
        let error = |kind: &str, code: &str| json!({"error": {"message": "m", "type": kind, "code": code}});
        let refusal = json!({"status": "completed", "output": [
            {"type": "message", "content": [{"type": "refusal", "refusal": "no"}]}]});
        let rows = [
            (response(429, &error("rate_limit_error", "rate_limit_exceeded")), "rate_limit_exceeded", true),
            (
                response(429, &error("insufficient_quota", "credit_balance_exhausted")),
                "credit_balance_exhausted",
                false,
            ),
            (
                response(400, &error("invalid_request_error", "context_length_exceeded")),
                "context_length_exceeded",
                false,
            ),
            (response(400, &error("invalid_request_error", "conversation_locked")), "conversation_locked", true),
            (response(401, &error("invalid_request_error", "invalid_api_key")), "invalid_api_key", false),
            (response(404, &error("invalid_request_error", "model_not_found")), "model_not_found", false),
            (response(503, &Value::Null), "http_503", true),
            (response(400, &error("x", "Ana's phone is 55")), "unknown_code", false),
            (response(200, &json!({"status": "failed", "error": {"code": "server_error"}})), "server_error", true),
            (response(200, &json!({"status": "incomplete"})), "incomplete", true),
            (response(200, &json!("<html>")), "unreadable_answer", true),
            (response(200, &said("{\"text\": ")), "unreadable_answer", true),
            (response(200, &said(r#"{"text":"  ","action":"none"}"#)), "unsayable_answer", true),
            (response(200, &said(r#"{"text":"x","action":"make_vip"}"#)), "unreadable_answer", true),
            (response(200, &refusal), "refusal", false),
        ];
        for (response, reason, again) in rows {
            let Err(found) = read(&response) else { panic!("{reason}") };
            assert_eq!((found.reason.as_str(), found.again.is_some()), (reason, again));
        }
    }

    #[test]
    fn a_text_that_says_that_something_is_booked_is_known() {
        let claims = |text: &str| claims_an_act(text);
        for text in [
            "Pronto! Seu banho ESTÁ agendado para amanhã.",
            "Listo, su cita quedó reservada.",
            "Your appointment is booked for 9:00.",
            "Agendei para as 10h!",
            "Feito: agora você é VIP!",
            "Your appointment has been cancelled.",
        ] {
            assert!(claims(text), "{text}");
        }
        for text in ["O banho custa R$ 70.", "¿Quiere reservar?", "Which day works best for you?", "Abrimos às 9h."] {
            assert!(!claims(text), "{text}");
        }
    }

    #[test]
    fn a_server_may_say_when_to_come_again() {
        let mut busy = response(429, &Value::Null);
        busy.headers_mut().insert("retry-after", http::HeaderValue::from_static("7"));
        assert_eq!(read(&busy).err().and_then(|it| it.again), Some(Some(Duration::from_secs(7))));
        busy.headers_mut().insert("retry-after", http::HeaderValue::from_static("9000"));
        assert_eq!(read(&busy).err().and_then(|it| it.again), Some(Some(LONGEST_WAIT)));
    }
}
