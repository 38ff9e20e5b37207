//! A message as it is sent: to a person, as text or by a template.

use super::errors::CloudError;
use crate::core::people::{self, calling_code};
use crate::core::sender::{Category, Sender};
use crate::core::world::World;
use serde_json::Value;

/// Characters of a text.
const MOST_CHARACTERS: usize = 4_096;
/// Bytes of `biz_opaque_callback_data`.
const MOST_CALLBACK_BYTES: usize = 512;

/// A request that passed validation.
pub(super) struct Checked {
    pub(super) person: String,
    /// `to` or `recipient` as it came.
    pub(super) input: String,
    pub(super) by_user_id: bool,
    pub(super) text: String,
    pub(super) template: Option<String>,
    pub(super) category: Category,
    pub(super) callback_id: Option<String>,
}

/// The person that `to`, or else `recipient`, names; the input; whether by user id.
pub(super) fn recipient(world: &World, sender: &Sender, body: &Value) -> Result<(String, String, bool), CloudError> {
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
    let state = world.state();
    let known = state.chats.keys().find(|(at, person)| *at == sender.address && people::user_id(at, person) == user_id);
    match known {
        Some((_, person)) => Ok((person.clone(), user_id.to_owned(), true)),
        None => Err(CloudError::new(131_009, "recipient is not a user id of this business")),
    }
}

pub(super) fn check(world: &World, sender: &Sender, body: &Value) -> Result<Checked, CloudError> {
    if body["messaging_product"] != "whatsapp" {
        return Err(CloudError::parameter("The parameter messaging_product is required."));
    }
    if !matches!(body["recipient_type"].as_str(), None | Some("individual")) {
        return Err(CloudError::parameter("recipient_type must be individual"));
    }
    let (person, input, by_user_id) = recipient(world, sender, body)?;
    let callback_id = match &body["biz_opaque_callback_data"] {
        Value::Null => None,
        Value::String(data) if data.len() <= MOST_CALLBACK_BYTES => Some(data.clone()),
        _ => {
            return Err(CloudError::parameter("biz_opaque_callback_data must be a string of at most 512 characters"));
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
