//! The rules by which SQS refuses a message at its send (API reference, SendMessage).

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{Attributes, NewMessage, QueueConfig, Refusal};

const MOST_ATTRIBUTES: usize = 10;
const MOST_DELAY: i64 = 900;

/// Bytes that count towards the limits: the body and the names, types and values of the attributes.
pub(crate) fn bytes(body: &str, attributes: &Attributes) -> usize {
    let attributes = attributes.iter().map(|(name, attribute)| {
        let text = attribute.string_value.as_ref().map_or(0, String::len);
        let binary = attribute.binary_value.as_ref().map_or(0, |value| value.len() / 4 * 3);
        name.len() + attribute.data_type.len() + text + binary
    });
    body.len() + attributes.sum::<usize>()
}

pub(super) fn message(config: &QueueConfig, message: &NewMessage) -> Result<(), Refusal> {
    if message.body.is_empty() {
        return Err(Refusal::missing("MessageBody"));
    }
    let texts = message.attributes.values().filter_map(|attribute| attribute.string_value.as_deref());
    if !texts.chain([message.body.as_str()]).all(is_allowed) {
        let text = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";
        return Err(Refusal::new("InvalidMessageContents", text));
    }
    attributes(&message.attributes)?;
    if bytes(&message.body, &message.attributes) > config.maximum_bytes {
        let reason = format!("Message must be shorter than {} bytes.", config.maximum_bytes);
        let text = format!("One or more parameters are invalid. Reason: {reason}");
        return Err(Refusal::new("InvalidParameterValue", text));
    }
    delay(config, message.delay)?;
    if let Some(group) = &message.group {
        id("MessageGroupId", group)?;
    } else if config.fifo {
        return Err(Refusal::missing("MessageGroupId"));
    }
    match &message.deduplication_id {
        Some(value) if config.fifo => id("MessageDeduplicationId", value),
        Some(value) => {
            let reason = "The request includes a parameter that is not valid for this queue type.";
            Err(Refusal::invalid("MessageDeduplicationId", value, reason))
        }
        None if config.fifo && !config.content_deduplication => {
            let text = "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly";
            Err(Refusal::new("InvalidParameterValue", text))
        }
        None => Ok(()),
    }
}

fn delay(config: &QueueConfig, delay: Option<i64>) -> Result<(), Refusal> {
    match delay {
        Some(seconds) if config.fifo && seconds != 0 => {
            let reason = "The request include parameter that is not valid for this queue type.";
            Err(Refusal::invalid("DelaySeconds", seconds, reason))
        }
        Some(seconds) if !(0..=MOST_DELAY).contains(&seconds) => {
            Err(Refusal::invalid("DelaySeconds", seconds, "DelaySeconds must be >= 0 and <= 900."))
        }
        _ => Ok(()),
    }
}

fn attributes(attributes: &Attributes) -> Result<(), Refusal> {
    if attributes.len() > MOST_ATTRIBUTES {
        let text = format!("Number of message attributes [{}] exceeds the allowed maximum [10].", attributes.len());
        return Err(Refusal::new("InvalidParameterValue", text));
    }
    for (name, attribute) in attributes {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        let reserved = name.to_lowercase().starts_with("aws.") || name.to_lowercase().starts_with("amazon.");
        let dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
        if name.is_empty() || name.len() > 256 || !name.chars().all(plain) || reserved || dots {
            return Err(Refusal::new("InvalidParameterValue", "Invalid attribute name."));
        }
        let kind = attribute.data_type.split('.').next().unwrap_or_default();
        let refused = |reason: &str| {
            let text = format!("The message attribute '{name}' {reason}");
            Err(Refusal::new("InvalidParameterValue", text))
        };
        match (kind, &attribute.string_value, &attribute.binary_value) {
            ("String", Some(text), None) if !text.is_empty() => {}
            ("Number", Some(text), None) if text.parse::<f64>().is_ok() => {}
            ("Binary", None, Some(value)) if STANDARD.decode(value).is_ok_and(|bytes| !bytes.is_empty()) => {}
            ("String" | "Number" | "Binary", _, _) => return refused("must contain a value that fits its type."),
            _ => {
                return refused(
                    "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
                );
            }
        }
    }
    Ok(())
}

/// Groups and names of repeats: at most 128 letters, digits and ASCII punctuation.
fn id(parameter: &str, value: &str) -> Result<(), Refusal> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_punctuation();
    if value.is_empty() || value.len() > 128 || !value.chars().all(allowed) {
        let reason =
            format!("{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.");
        return Err(Refusal::invalid(parameter, value, &reason));
    }
    Ok(())
}

fn is_allowed(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
}
