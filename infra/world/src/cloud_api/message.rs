//! A message as it is sent: to a person, as text or by a template.

use super::errors::CloudError;
use crate::core::chat::Button;
use crate::core::people::{self, calling_code};
use crate::core::sender::{Category, Sender};
use crate::core::world::World;
use serde_json::Value;

/// Characters of a text.
const MOST_CHARACTERS: usize = 4_096;
/// Characters of a text above buttons.
const MOST_CHARACTERS_WITH_BUTTONS: usize = 1_024;
/// Buttons of a message.
const MOST_BUTTONS: usize = 3;
/// Characters of a button's title.
const MOST_TITLE: usize = 20;
/// Characters of a button's id.
const MOST_ID: usize = 256;
/// Bytes of `biz_opaque_callback_data`.
const MOST_CALLBACK_BYTES: usize = 512;

/// A request that passed validation.
pub(super) struct Checked {
    pub(super) person: String,
    /// `to` or `recipient` as it came.
    pub(super) input: String,
    pub(super) by_user_id: bool,
    pub(super) text: String,
    pub(super) buttons: Vec<Button>,
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
    let content = match body["type"].as_str().unwrap_or("text") {
        "text" => {
            let text = body["text"]["body"].as_str().unwrap_or_default();
            Content::free(text_of(text, "text.body", MOST_CHARACTERS)?, Vec::new())
        }
        "interactive" => {
            let interactive = &body["interactive"];
            let text = interactive["body"]["text"].as_str().unwrap_or_default();
            let text = text_of(text, "interactive.body.text", MOST_CHARACTERS_WITH_BUTTONS)?;
            Content::free(text, buttons(interactive)?)
        }
        "template" => render(sender, &body["template"])?,
        _ => return Err(CloudError::new(131_051, "Only text, interactive and template are known here")),
    };
    let Content { text, buttons, template, category } = content;
    Ok(Checked { person, input, by_user_id, text, buttons, template, category, callback_id })
}

/// The content of a message.
struct Content {
    text: String,
    buttons: Vec<Button>,
    template: Option<String>,
    category: Category,
}

impl Content {
    fn free(text: String, buttons: Vec<Button>) -> Self {
        Self { text, buttons, template: None, category: Category::Service }
    }
}

fn text_of(text: &str, name: &str, most: usize) -> Result<String, CloudError> {
    if text.trim().is_empty() {
        return Err(CloudError::new(131_008, format!("{name} is required")));
    }
    if text.chars().count() > most {
        return Err(CloudError::parameter(format!("{name} must be at most {most} characters long")));
    }
    Ok(text.to_owned())
}

/// The reply buttons of an interactive message.
fn buttons(interactive: &Value) -> Result<Vec<Button>, CloudError> {
    let wrong = |details: &str| CloudError::new(131_009, details);
    if interactive["type"] == "request_contact_info" {
        let is_named = interactive["action"]["name"] == "request_contact_info";
        return if is_named { Ok(Vec::new()) } else { Err(wrong("action.name must be request_contact_info")) };
    }
    if interactive["type"] != "button" {
        return Err(wrong("interactive.type: only button and request_contact_info are known here"));
    }
    let given = interactive["action"]["buttons"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !(1..=MOST_BUTTONS).contains(&given.len()) {
        return Err(wrong("action.buttons: expected 1 to 3 buttons"));
    }
    let mut buttons: Vec<Button> = Vec::with_capacity(given.len());
    for button in given {
        let part = |name: &str, most: usize| {
            let part = button["reply"][name].as_str().unwrap_or_default();
            (1..=most).contains(&part.chars().count()).then(|| part.to_owned())
        };
        let (Some(id), Some(title), true) = (part("id", MOST_ID), part("title", MOST_TITLE), button["type"] == "reply")
        else {
            return Err(wrong("A button is no reply with an id of 1 to 256 and a title of 1 to 20 characters"));
        };
        if buttons.iter().any(|other| other.id == id || other.title == title) {
            return Err(wrong("Two buttons have the same id or title"));
        }
        buttons.push(Button { id, title });
    }
    Ok(buttons)
}

/// An approved template with its parameters.
fn render(sender: &Sender, template: &Value) -> Result<Content, CloudError> {
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
    let buttons = quick_replies(&approved.buttons, components)?;
    Ok(Content { text, buttons, template: Some(name.to_owned()), category: approved.category })
}

/// The quick replies of a template. One without a payload brings its title back.
fn quick_replies(titles: &[String], components: &[Value]) -> Result<Vec<Button>, CloudError> {
    let button = |title: &String| Button { id: title.clone(), title: title.clone() };
    let mut buttons: Vec<Button> = titles.iter().map(button).collect();
    for component in components.iter().filter(|component| component["type"] == "button") {
        let index = match &component["index"] {
            Value::String(index) => index.parse().ok(),
            index => index.as_u64().and_then(|index| usize::try_from(index).ok()),
        };
        let payload = &component["parameters"][0];
        let of_button = index.and_then(|index| buttons.get_mut(index));
        match (of_button, component["sub_type"].as_str(), payload["type"].as_str(), payload["payload"].as_str()) {
            (Some(button), Some("quick_reply"), Some("payload"), Some(id)) if !id.is_empty() => {
                id.clone_into(&mut button.id);
            }
            _ => return Err(CloudError::new(132_012, "buttons: the parameters do not fit the template")),
        }
    }
    Ok(buttons)
}
