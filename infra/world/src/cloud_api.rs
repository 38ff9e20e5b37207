//! WhatsApp Cloud API: `POST /{version}/{phone-number-id}/messages`.

use crate::chat::{Chat, Tick};
use crate::cloud_errors::CloudError;
use crate::fault::{FaultKind, Subject};
use crate::people;
use crate::sender::{Category, Gateway, Sender, calling_code};
use crate::serve::{Answer, NoAnswer};
use crate::state::{Acceptance, State, World};
use chrono::{DateTime, Utc};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// Graph versions that are not expired, as of 2026-11.
const VERSIONS: std::ops::RangeInclusive<u32> = 21..=26;
/// Characters of a text.
const MOST_CHARACTERS: usize = 4_096;
/// Bytes of `biz_opaque_callback_data`.
const MOST_CALLBACK_BYTES: usize = 512;
/// One message to a person in this time …
const PAIR_INTERVAL: Duration = Duration::from_secs(6);
/// … but for so many that may be borrowed from the future.
const PAIR_BURST: u32 = 45;

/// A request that passed validation.
struct Checked {
    /// The person.
    person: String,
    /// `to` or `recipient` as it came.
    input: String,
    by_user_id: bool,
    text: String,
    template: Option<String>,
    category: Category,
    callback_id: Option<String>,
}

impl World {
    pub(crate) async fn cloud_api(
        &self,
        method: &Method,
        path: &str,
        bearer: &str,
        body: &[u8],
    ) -> Result<Answer, NoAnswer> {
        let arrived_at = self.now();
        let trace: String = {
            let mut state = self.state();
            (0..11).map(|_| state.rng.alphanumeric()).collect()
        };
        let error = |error: &CloudError| Ok(error.answer(&trace));
        let mut parts = path.split('/');
        let version = parts.next().and_then(|version| version.strip_prefix('v')?.strip_suffix(".0")?.parse().ok());
        if !version.is_some_and(|version| VERSIONS.contains(&version)) {
            return error(&CloudError::new(2_500, "Unknown path components: unknown or expired version"));
        }
        let (address, edge) = (parts.next().unwrap_or_default(), parts.next());
        let sender = match self.cloud_sender(address, bearer) {
            Ok(sender) => sender,
            Err(refused) => return error(&refused),
        };
        if method != Method::POST || edge != Some("messages") || parts.next().is_some() {
            return error(&CloudError::parameter("Unsupported request: only POST to messages is known"));
        }
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        if body["status"] == "read" {
            return Ok(self.mark_read(address, body["message_id"].as_str().unwrap_or_default(), &trace));
        }
        let person = self.recipient(&sender, &body).map(|(person, ..)| person);
        let fault = self.strike(Gateway::CloudApi, address, person.as_deref().ok());
        match &fault.end {
            Some(FaultKind::RefuseConnection) => return Err(NoAnswer::Refused),
            Some(FaultKind::RequestLost) => {
                self.take_time(fault.slow).await;
                return Err(NoAnswer::Lost);
            }
            Some(FaultKind::Status { status, retry_after, accepted: false }) => {
                self.take_time(fault.slow).await;
                return Ok(plain(*status, *retry_after, &trace));
            }
            Some(FaultKind::ErrorCode { code }) => return error(&CloudError::new(*code, "as the fault was set")),
            Some(FaultKind::Disconnected) => {
                return error(&CloudError::new(
                    133_010,
                    "The phone number is not registered on the WhatsApp Business Platform",
                ));
            }
            _ => {}
        }
        let checked = match self.check(&sender, &body) {
            Ok(checked) => checked,
            Err(wrong) => return error(&wrong),
        };
        let fails = match fault.end {
            Some(FaultKind::FailLater { code }) => Some(code),
            _ => None,
        };
        let (input, by_user_id, person) = (checked.input.clone(), checked.by_user_id, checked.person.clone());
        let id = match self.change(|state| state.take_cloud(address, checked, fails, arrived_at)) {
            Ok(id) => id,
            Err(refused) => return error(&refused),
        };
        self.take_time(fault.slow).await;
        match fault.end {
            Some(FaultKind::AnswerLost) => return Err(NoAnswer::Lost),
            Some(FaultKind::Status { status, retry_after, .. }) => return Ok(plain(status, retry_after, &trace)),
            _ => {}
        }
        let contact = if by_user_id {
            json!({"input": input, "user_id": people::user_id(address, &person)})
        } else {
            json!({"input": input, "wa_id": people::wa_id(&person)})
        };
        let answer = json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": id}]});
        Ok(Answer::json(200, &answer))
    }

    fn cloud_sender(&self, address: &str, bearer: &str) -> Result<Sender, CloudError> {
        let state = self.state();
        let mut senders = state.senders.values().map(|sender| &sender.setup).filter(|s| s.gateway == Gateway::CloudApi);
        let knows_token = senders.clone().any(|sender| sender.token == bearer);
        if bearer.is_empty() || !knows_token {
            return Err(CloudError::new(190, "Invalid OAuth access token"));
        }
        let Some(sender) = senders.find(|sender| sender.address == address) else {
            return Err(CloudError::parameter(
                "Unsupported post request. The object does not exist or cannot be loaded",
            ));
        };
        if sender.token == bearer {
            Ok(sender.clone())
        } else {
            Err(CloudError::new(131_005, "The token has no permission for this phone number"))
        }
    }

    /// The person that `to`, or else `recipient`, names; the input; whether by user id.
    fn recipient(&self, sender: &Sender, body: &Value) -> Result<(String, String, bool), CloudError> {
        if let Some(to) = body["to"].as_str() {
            let digits: String = to.chars().filter(|c| !" -().".contains(*c)).collect();
            let number = match digits.strip_prefix('+') {
                Some(number) => number.to_owned(),
                None => format!("{}{digits}", calling_code(&sender.number)),
            };
            let valid = (8..=15).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
            return if valid {
                Ok((people::person(&number), to.to_owned(), false))
            } else {
                Err(CloudError::new(131_009, "to is not a phone number"))
            };
        }
        let Some(user_id) = body["recipient"].as_str() else {
            return Err(CloudError::new(131_008, "to or recipient is required"));
        };
        let state = self.state();
        let known =
            state.chats.keys().find(|(at, person)| *at == sender.address && people::user_id(at, person) == user_id);
        match known {
            Some((_, person)) => Ok((person.clone(), user_id.to_owned(), true)),
            None => Err(CloudError::new(131_009, "recipient is not a user id of this business")),
        }
    }

    fn check(&self, sender: &Sender, body: &Value) -> Result<Checked, CloudError> {
        if body["messaging_product"] != "whatsapp" {
            return Err(CloudError::parameter("The parameter messaging_product is required."));
        }
        if !matches!(body["recipient_type"].as_str(), None | Some("individual")) {
            return Err(CloudError::parameter("recipient_type must be individual"));
        }
        let (person, input, by_user_id) = self.recipient(sender, body)?;
        let callback_id = match &body["biz_opaque_callback_data"] {
            Value::Null => None,
            Value::String(data) if data.len() <= MOST_CALLBACK_BYTES => Some(data.clone()),
            _ => {
                return Err(CloudError::parameter(
                    "biz_opaque_callback_data must be a string of at most 512 characters",
                ));
            }
        };
        let (text, template, category) = match body["type"].as_str().unwrap_or("text") {
            "text" => {
                let text = body["text"]["body"].as_str().unwrap_or_default();
                if text.trim().is_empty() {
                    return Err(CloudError::new(131_008, "text.body is required"));
                }
                if text.chars().count() > MOST_CHARACTERS {
                    return Err(CloudError::parameter("text.body must be at most 4096 characters long"));
                }
                (text.to_owned(), None, Category::Service)
            }
            "template" => {
                let (text, name, category) = render(sender, &body["template"])?;
                (text, Some(name), category)
            }
            _ => return Err(CloudError::new(131_051, "Only text and template are known here")),
        };
        Ok(Checked { person, input, by_user_id, text, template, category, callback_id })
    }

    fn mark_read(&self, sender: &str, id: &str, trace: &str) -> Answer {
        let found = self.change(|state| {
            let chats = state.chats.iter_mut().filter(|((at, _), _)| at == sender);
            let bubble = chats.filter_map(|(_, chat)| chat.bubble(id)).next();
            bubble.map(|bubble| bubble.tick = Tick::Read).is_some()
        });
        match found {
            true => Answer::json(200, &json!({"success": true})),
            false => CloudError::new(131_009, "message_id is not known").answer(trace),
        }
    }
}

impl State {
    /// Accepts a message unless the pair rate or (by switch) the closed window forbids it.
    fn take_cloud(
        &mut self,
        sender: &str,
        checked: Checked,
        fails: Option<u32>,
        arrived_at: DateTime<Utc>,
    ) -> Result<String, CloudError> {
        let Checked { person, by_user_id, text, template, category, callback_id, .. } = checked;
        let subject = Subject { gateway: Gateway::CloudApi, sender, person: Some(&person) };
        let paired = self.faults.stands(&subject, &FaultKind::PairRate);
        let at_once = self.faults.stands(&subject, &FaultKind::WindowAtOnce);
        let chat = self.chat(sender, &person);
        let closed = template.is_none() && chat.window_until.is_none_or(|until| until <= arrived_at);
        let stopped = category == Category::Marketing && chat.stopped_marketing;
        if paired && !take_pair_slot(chat) {
            return Err(CloudError::new(131_056, "Too many messages from this phone number to the same phone number"));
        }
        if closed && at_once {
            return Err(CloudError::new(131_047, "More than 24 hours have passed since the customer last replied"));
        }
        let rule = if closed { Some(131_047) } else { stopped.then_some(131_050) };
        let (sender, fails) = (sender.to_owned(), fails.or(rule));
        let acceptance =
            Acceptance { sender, person, text, template, category, callback_id, by_user_id, fails, arrived_at };
        Ok(self.accept(Gateway::CloudApi, acceptance))
    }
}

fn take_pair_slot(chat: &mut Chat) -> bool {
    let now = Instant::now();
    let next = chat.next_free.map_or(now, |next| next.max(now));
    let free = next <= now + PAIR_INTERVAL * PAIR_BURST;
    if free {
        chat.next_free = Some(next + PAIR_INTERVAL);
    }
    free
}

/// The text of an approved template with its parameters, its name and category.
fn render(sender: &Sender, template: &Value) -> Result<(String, String, Category), CloudError> {
    let (Some(name), Some(language)) = (template["name"].as_str(), template["language"]["code"].as_str()) else {
        return Err(CloudError::new(131_008, "template.name and template.language.code are required"));
    };
    let Some(approved) = sender.templates.iter().find(|known| known.name == name && known.language == language) else {
        return Err(CloudError::new(132_001, format!("template name ({name}) does not exist in {language}")));
    };
    let no_parameters = Vec::new();
    let components = template["components"].as_array().unwrap_or(&no_parameters);
    let body = components.iter().find(|component| component["type"] == "body");
    let parameters = body.and_then(|body| body["parameters"].as_array()).unwrap_or(&no_parameters);
    let mut text = String::new();
    let mut rest = approved.body.as_str();
    let mut used = 0;
    while let Some((before, after)) = rest.split_once("{{") {
        let (place, after) = after.split_once("}}").unwrap_or((after, ""));
        let value = match place.trim().parse::<usize>() {
            Ok(number) => parameters.get(number.wrapping_sub(1)),
            Err(_) => parameters.iter().find(|parameter| parameter["parameter_name"] == place.trim()),
        };
        let value =
            value.filter(|parameter| parameter["type"] == "text").and_then(|parameter| parameter["text"].as_str());
        let Some(value) = value else {
            return Err(CloudError::new(
                132_000,
                format!("body: {} parameters do not fit the template", parameters.len()),
            ));
        };
        if value.is_empty() || value.contains(['\n', '\t']) || value.contains("     ") {
            return Err(CloudError::new(
                132_012,
                "A parameter is empty, or has a new line, a tab or more than 4 blanks in a row",
            ));
        }
        text.push_str(before);
        text.push_str(value);
        rest = after;
        used += 1;
    }
    if used != parameters.len() {
        return Err(CloudError::new(132_000, format!("body: {} parameters, expected {used}", parameters.len())));
    }
    text.push_str(rest);
    if text.chars().count() > MOST_CHARACTERS {
        return Err(CloudError::new(132_005, "The text with its parameters is too long"));
    }
    Ok((text, name.to_owned(), approved.category))
}

/// An answer of what stands in front of the API: without an error code, but for too many calls.
fn plain(status: u16, retry_after: Option<u32>, trace: &str) -> Answer {
    let mut answer =
        if status == 429 { CloudError::new(4, "Too many calls").answer(trace) } else { Answer::html(status) };
    answer.status = status;
    answer.retry_after = retry_after;
    answer
}
