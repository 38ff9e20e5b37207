//! A message as WhatsApp's own protocol has it. The gateways that speak that protocol themselves hand it on as JSON.

use crate::json::{first, text};
use domain::inbound::InboundKind;
use serde_json::Value;

/// The envelopes that a message may lie in, one in another.
const ENVELOPES: [&str; 6] = [
    "ephemeralMessage",
    "viewOnceMessage",
    "viewOnceMessageV2",
    "viewOnceMessageV2Extension",
    "documentWithCaptionMessage",
    "deviceSentMessage",
];
/// Deep enough for any of them in any other.
const MOST_ENVELOPES: usize = 6;

/// What a person did beside writing, and what WhatsApp says itself: no message.
const NO_MESSAGE: [&str; 8] = [
    "protocolMessage",
    "editedMessage",
    "pinInChatMessage",
    "keepInChatMessage",
    "groupInviteMessage",
    "newsletterAdminInviteMessage",
    "scheduledCallCreationMessage",
    "call",
];

/// The kind, the words and the payload of a message.
#[derive(Debug, PartialEq, Eq)]
pub struct Said<'a> {
    pub kind: InboundKind,
    pub text: Option<&'a str>,
    pub payload: Option<&'a str>,
    /// The id of the message that it answers.
    pub reply_to: Option<&'a str>,
}

/// `None` for what is no message of a person: deletions, invitations, keys, notices of WhatsApp itself.
pub fn said(message: &Value) -> Option<Said<'_>> {
    let message = opened(message);
    let parts = message.as_object()?;
    if let Some(text) = text(message, "conversation") {
        return Some(Said { kind: InboundKind::Text, text: Some(text), payload: None, reply_to: None });
    }
    let known = parts.iter().find_map(|(name, part)| Some((kind(name)?, part)));
    let (kind, part) = match known {
        Some(known) => known,
        None if parts.keys().any(|name| NO_MESSAGE.contains(&name.as_str())) => return None,
        // Polls, events, products, and what is still to come. Keys for groups are no part of what was said.
        None => (
            InboundKind::Other,
            parts.iter().find(|(name, part)| name.contains("Message") && part.is_object() && !is_for_keys(name))?.1,
        ),
    };
    let context = part.get("contextInfo").unwrap_or(&Value::Null);
    Some(Said {
        kind,
        text: words(kind, part),
        payload: (kind == InboundKind::Reply).then(|| chosen(part)).flatten(),
        reply_to: first(context, &["stanzaId", "stanzaID"]),
    })
}

/// What a message shows that has no words of its own.
pub fn told(message: &Value) -> Option<String> {
    let parts = opened(message).as_object()?;
    let (kind, part) = parts.iter().find_map(|(name, part)| Some((kind(name)?, part)))?;
    crate::told::told(kind, part)
}

/// The message without its envelopes.
fn opened(message: &Value) -> &Value {
    let mut message = message;
    for _ in 0..MOST_ENVELOPES {
        let Some(deeper) = ENVELOPES.iter().find_map(|name| message.get(name)?.get("message")) else { break };
        message = deeper;
    }
    message
}

fn is_for_keys(name: &str) -> bool {
    matches!(name, "senderKeyDistributionMessage" | "fastRatchetKeySenderKeyDistributionMessage")
}

fn kind(name: &str) -> Option<InboundKind> {
    Some(match name {
        "extendedTextMessage" => InboundKind::Text,
        "imageMessage" => InboundKind::Image,
        "videoMessage" | "ptvMessage" => InboundKind::Video,
        "audioMessage" => InboundKind::Audio,
        "documentMessage" => InboundKind::Document,
        "stickerMessage" | "lottieStickerMessage" => InboundKind::Sticker,
        "locationMessage" | "liveLocationMessage" => InboundKind::Location,
        "contactMessage" | "contactsArrayMessage" => InboundKind::Contacts,
        "orderMessage" => InboundKind::Order,
        "reactionMessage" | "encReactionMessage" => InboundKind::Reaction,
        "buttonsResponseMessage"
        | "listResponseMessage"
        | "templateButtonReplyMessage"
        | "interactiveResponseMessage" => InboundKind::Reply,
        "placeholderMessage" => InboundKind::Unsupported,
        _ => return None,
    })
}

fn words(kind: InboundKind, part: &Value) -> Option<&str> {
    match kind {
        InboundKind::Text => text(part, "text"),
        InboundKind::Image | InboundKind::Video | InboundKind::Document => text(part, "caption"),
        InboundKind::Location => first(part, &["caption", "comment"]),
        InboundKind::Order => first(part, &["message", "orderTitle"]),
        InboundKind::Reply => {
            first(part, &["selectedDisplayText", "title"]).or_else(|| part.get("body").and_then(|it| text(it, "text")))
        }
        InboundKind::Other => first(part, &["text", "caption", "name", "title", "contentText", "hydratedContentText"])
            .or_else(|| part.get("body").and_then(|it| text(it, "text"))),
        _ => None,
    }
}

/// The id that we gave the chosen button or entry of a list.
fn chosen(part: &Value) -> Option<&str> {
    let of_button = || first(part, &["selectedButtonId", "selectedButtonID", "selectedId", "selectedID"]);
    let of_list = || first(part.get("singleSelectReply")?, &["selectedRowId", "selectedRowID"]);
    of_button().or_else(of_list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use InboundKind as K;
    use serde_json::json;

    #[test]
    fn each_kind_of_message_says_its_own() {
        for (message, kind, text, payload) in [
            (json!({"conversation": "oi"}), K::Text, Some("oi"), None),
            (json!({"extendedTextMessage": {"text": "veja x.test"}}), K::Text, Some("veja x.test"), None),
            (json!({"imageMessage": {"caption": "Sair", "mimetype": "image/jpeg"}}), K::Image, Some("Sair"), None),
            (json!({"videoMessage": {"caption": "Sair"}}), K::Video, Some("Sair"), None),
            (json!({"ptvMessage": {}}), K::Video, None, None),
            (json!({"audioMessage": {"ptt": true, "seconds": 3}}), K::Audio, None, None),
            (json!({"documentMessage": {"caption": "Sair", "fileName": "f.pdf"}}), K::Document, Some("Sair"), None),
            (json!({"stickerMessage": {}}), K::Sticker, None, None),
            (json!({"locationMessage": {"degreesLatitude": 1.5, "name": "Casa"}}), K::Location, None, None),
            (json!({"liveLocationMessage": {"caption": "Sair"}}), K::Location, Some("Sair"), None),
            (json!({"locationMessage": {"name": "Casa", "comment": "Sair"}}), K::Location, Some("Sair"), None),
            (json!({"contactMessage": {"displayName": "Bea", "vcard": "BEGIN:VCARD"}}), K::Contacts, None, None),
            (json!({"contactsArrayMessage": {"contacts": []}}), K::Contacts, None, None),
            (json!({"orderMessage": {"orderTitle": "t", "message": "Sair"}}), K::Order, Some("Sair"), None),
            (json!({"reactionMessage": {"text": "👍", "key": {"id": "x"}}}), K::Reaction, None, None),
            (
                json!({"buttonsResponseMessage": {"selectedButtonId": "a/come", "selectedDisplayText": "Vou"}}),
                K::Reply,
                Some("Vou"),
                Some("a/come"),
            ),
            (
                json!({"listResponseMessage": {"title": "Banho", "singleSelectReply": {"selectedRowId": "7"}}}),
                K::Reply,
                Some("Banho"),
                Some("7"),
            ),
            (
                json!({"templateButtonReplyMessage": {"selectedId": "7", "selectedDisplayText": "Vou"}}),
                K::Reply,
                Some("Vou"),
                Some("7"),
            ),
            (json!({"interactiveResponseMessage": {"body": {"text": "Vou"}}}), K::Reply, Some("Vou"), None),
            (json!({"pollCreationMessageV3": {"name": "Qual?", "options": []}}), K::Other, Some("Qual?"), None),
            (json!({"productMessage": {"body": "x"}, "messageContextInfo": {}}), K::Other, None, None),
            (json!({"placeholderMessage": {"type": 0}}), K::Unsupported, None, None),
        ] {
            let said = said(&message);
            assert_eq!(said, Some(Said { kind, text, payload, reply_to: None }), "{message}");
        }
    }
    #[test]
    fn an_envelope_changes_nothing() {
        let plain = json!({"extendedTextMessage": {"text": "oi", "contextInfo": {"stanzaId": "3EB0"}}});
        let expected = Some(Said { kind: K::Text, text: Some("oi"), payload: None, reply_to: Some("3EB0") });
        assert_eq!(said(&plain), expected);
        for name in ENVELOPES {
            let once = json!({name: {"message": plain}, "messageContextInfo": {}});
            assert_eq!(said(&once), expected, "{name}");
            assert_eq!(said(&json!({"ephemeralMessage": {"message": once}})), expected, "{name}");
        }
        let of_whatsmeow = json!({"extendedTextMessage": {"text": "oi", "contextInfo": {"stanzaID": "3EB0"}}});
        assert_eq!(said(&of_whatsmeow), expected);
    }

    #[test]
    fn what_nobody_wrote_is_no_message() {
        for message in [
            json!({"protocolMessage": {"type": "REVOKE", "key": {"id": "x"}}}),
            json!({"pinInChatMessage": {"type": 1}}),
            json!({"groupInviteMessage": {"groupJid": "1@g.us"}, "messageContextInfo": {}}),
            json!({"senderKeyDistributionMessage": {"groupId": "1@g.us"}}),
            json!({"messageContextInfo": {}}),
            json!({}),
            json!(null),
            json!("x"),
        ] {
            assert_eq!(said(&message), None, "{message}");
        }
    }
}
