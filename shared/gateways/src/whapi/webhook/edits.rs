//! Edits that Whapi tells of as changes of the earlier message.

use super::inbound;
use super::said::said;
use crate::json::{id, items, text, time};
use crate::webhook::short_hash;
use chrono::{DateTime, Utc};
use domain::inbound::{InboundKind, InboundMessage};
use serde_json::Value;

/// The edit that a change of an earlier message is: the message that made it, or the earlier message with its new words.
/// `None` for our own messages, and if the words are the same: another status, a preview, a vote, a reaction.
pub fn edit(update: &Value, received_at: DateTime<Utc>) -> Option<InboundMessage> {
    let trigger = update.get("trigger").unwrap_or(&Value::Null);
    let after = update.get("after_update").unwrap_or(trigger);
    let made_by = inbound(trigger, received_at).filter(|edit| edit.kind == InboundKind::Edit);
    if made_by.as_ref().is_some_and(|edit| edit.text.is_some()) {
        return made_by;
    }
    rewritten(update, trigger, after, received_at).or(made_by)
}

fn rewritten(update: &Value, trigger: &Value, after: &Value, received_at: DateTime<Utc>) -> Option<InboundMessage> {
    use InboundKind::{Document, Edit, Image, Text, Video};
    let message = inbound(after, received_at).filter(|it| matches!(it.kind, Text | Image | Video | Document))?;
    let words = said(after)?.text?;
    let before = update.get("before_update");
    let earlier = before.and_then(said).and_then(|said| said.text);
    let is_rewritten = match earlier {
        Some(earlier) => earlier != words,
        None => items(update, "changes").iter().filter_map(Value::as_str).any(|change| {
            matches!(change, "text" | "body" | "caption")
                || (message.kind != Text && Some(change) == text(after, "type"))
        }),
    };
    if !is_rewritten {
        return None;
    }
    let edited = id(update, "id").or_else(|| id(before?, "id")).unwrap_or_else(|| message.gateway_message_id.clone());
    // The earlier message may keep the time at which it was written first.
    let first = before.and_then(|before| time(before, "timestamp"));
    let own = id(trigger, "id").filter(|own| *own != edited);
    let made_at = time(trigger, "timestamp").filter(|_| own.is_some());
    let is_later = |at: &DateTime<Utc>| first.is_some_and(|first| first < *at);
    let at = made_at.or_else(|| [trigger, after].iter().find_map(|it| time(it, "timestamp").filter(is_later)));
    let gateway_message_id =
        own.unwrap_or_else(|| format!("{edited}/edit/{}/{}", at.unwrap_or_default().timestamp(), short_hash(&[words])));
    Some(InboundMessage {
        gateway_message_id,
        kind: Edit,
        payload: None,
        reply_to: Some(edited),
        told: None,
        media: None,
        at: at.unwrap_or(received_at),
        undated: at.is_none(),
        ..message
    })
}

/// Whether both are one edit, of which one of them has another id.
pub fn is_same(one: &InboundMessage, other: &InboundMessage) -> bool {
    let edit = InboundKind::Edit;
    let same = |of: fn(&InboundMessage) -> Option<&str>| of(one) == of(other);
    one.kind == edit && other.kind == edit && same(|it| it.reply_to.as_deref()) && same(|it| it.text.as_deref())
}
