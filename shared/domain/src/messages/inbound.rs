//! The gateways' news in our own words, the same for every gateway.

use crate::sessions::news::SessionEvent;
use crate::{MessageId, Phone, Refusal, Status};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{Display, EnumIter, IntoStaticStr, VariantNames};

/// A gateway's names for a person. At least one is present in what the parsers return.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PersonIdentity {
    /// Absent for a person known only by a business-scoped user id or a LID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// Meta's business-scoped user id, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bsuid: Option<String>,
    /// The gateway's id of the chat with the person, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<String>,
}

impl PersonIdentity {
    /// Whether it names nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.phone.is_none() && self.bsuid.is_none() && self.chat_id.is_none()
    }
}

impl fmt::Debug for PersonIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known =
            [(self.phone.is_some(), "phone"), (self.bsuid.is_some(), "bsuid"), (self.chat_id.is_some(), "chat_id")];
        f.write_str("PersonIdentity")?;
        f.debug_set().entries(known.iter().filter(|(there, _)| *there).map(|(_, name)| name)).finish()
    }
}

/// The kind of message that a person sent.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum InboundKind {
    #[default]
    Text,
    /// A button or list entry was chosen; the text is its title.
    Reply,
    /// A quick reply of an approved template was tapped; the text is its title.
    Button,
    Image,
    Video,
    Audio,
    Document,
    Sticker,
    Location,
    Contacts,
    Order,
    Reaction,
    /// The new text of an earlier message. Its id is its own, and `reply_to` names the earlier one.
    Edit,
    /// WhatsApp does not show what it is. It makes no customer.
    Unsupported,
    /// Anything else that a person did in the chat.
    Other,
}

impl InboundKind {
    /// Whether its text is what a person typed or tapped, and all of it.
    #[must_use]
    pub fn is_words(self) -> bool {
        matches!(self, Self::Text | Self::Reply | Self::Button | Self::Edit)
    }

    /// Whether it is a file, which lies at the gateway.
    #[must_use]
    pub fn is_file(self) -> bool {
        matches!(self, Self::Image | Self::Video | Self::Audio | Self::Document | Self::Sticker)
    }

    /// A message in words, for people and models: what was typed, or what came, as `[image: my dog]`. `None` if nothing can
    /// be said of it.
    #[must_use]
    pub fn in_words(self, text: Option<&str>, told: Option<&str>) -> Option<String> {
        let given = |part: Option<&str>| part.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned);
        let (text, told) = (given(text), given(told));
        if self.is_words() {
            return match (text, told) {
                (Some(text), Some(told)) => Some(format!("{text} [{told}]")),
                (text, told) => text.or_else(|| told.map(|told| format!("[{self}: {told}]"))),
            };
        }
        match self {
            Self::Unsupported => None,
            // One that was taken back.
            Self::Reaction if told.is_none() => None,
            _ => {
                let parts: Vec<String> = [Some(self.to_string()), told, text].into_iter().flatten().collect();
                Some(format!("[{}]", parts.join(": ")))
            }
        }
    }
}

/// A message from a person.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct InboundMessage {
    /// The gateway's id; the same in every repeat of its delivery.
    pub gateway_message_id: String,
    /// The person who wrote.
    pub from: PersonIdentity,
    /// The name the person gave themselves at WhatsApp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The person's WhatsApp username.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Text, picture, reaction or another kind.
    pub kind: InboundKind,
    /// The text, caption or chosen title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The payload that we gave the chosen button or list entry to carry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// The gateway's id of the message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// What it shows beside the text, in one line: a place, people, a file's name, an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<String>,
    /// The gateway's name of the file that it is, by which the file is fetched; absent if the gateway has none, or if nobody
    /// could make words of a recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// Whether it is the person's own contact, which they have shared because we asked for the number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_own_contact: bool,
    /// When it was written, UTC, to the second.
    pub at: DateTime<Utc>,
    /// Whether the gateway did not say when, or named a time to come, and `at` is the time at which its webhook came: another in each repeat of
    /// the delivery.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undated: bool,
}

impl fmt::Debug for InboundMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboundMessage").field("kind", &self.kind).field("at", &self.at).finish_non_exhaustive()
    }
}

/// A message that the business wrote to a person by another way than ours: a person of the business on the phone, or another
/// program. It may also be the echo of one of ours.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnMessage {
    /// The gateway's id; the same in every repeat of its delivery.
    pub gateway_message_id: String,
    /// The person it was written to.
    pub to: PersonIdentity,
    /// Text, picture or another kind.
    #[serde(default)]
    pub kind: InboundKind,
    /// The text or caption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// See [`InboundMessage::told`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<String>,
    /// See [`InboundMessage::media`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// When it was written, UTC, to the second.
    pub at: DateTime<Utc>,
    /// Whether the gateway did not say when: see [`InboundMessage::undated`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undated: bool,
    /// Whether the gateway says that it was written on a phone or in a browser, so that it can be none of ours.
    pub by_hand: bool,
}

impl fmt::Debug for OwnMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnMessage").field("by_hand", &self.by_hand).field("at", &self.at).finish_non_exhaustive()
    }
}

/// A status report of a message that we sent.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct StatusUpdate {
    /// The gateway's id of our message.
    pub gateway_message_id: String,
    /// Our own id, where the gateway carries it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// `Sent`, `Delivered`, `Read` or `Failed`.
    pub status: Status,
    /// When it became so, UTC, to the second.
    pub at: DateTime<Utc>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<StatusError>,
}

impl fmt::Debug for StatusUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusUpdate")
            .field("status", &self.status)
            .field("at", &self.at)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// Why a message failed after it was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusError {
    /// The gateway's own code.
    pub code: i64,
    /// The meaning of the code; absent if it is not documented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// A person used the gateway's own switch for marketing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    /// The person whose switch it is.
    pub who: PersonIdentity,
    /// True if marketing must stop, false if it may go on.
    pub stop: bool,
    /// When, UTC, to the second.
    pub at: DateTime<Utc>,
}

/// A person's number or user id was replaced, or has been shown to be one person's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityChange {
    /// As known until now.
    pub before: PersonIdentity,
    /// As known from now on. An absent identity did not change, or is not told.
    pub after: PersonIdentity,
    /// When, UTC, to the second.
    pub at: DateTime<Utc>,
    /// Nothing was replaced: the person has shown that both are theirs. Two customers become one then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub joins: bool,
}

/// What a gateway says of a sender, its account or its templates. All of it is the gateway's own words, and nothing of
/// a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccountNotice {
    /// The name of the webhook's field.
    pub field: String,
    /// The template's name at the gateway, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The template's language code at the gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is from now on, or what happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Seconds since 1970 by the gateway: the same in every repeat of the delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<i64>,
    /// What a business has to act on; absent if there is nothing to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concern: Option<Concern>,
}

/// What a business has to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, IntoStaticStr, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Concern {
    /// A template is billed and limited as another category from now on.
    TemplateCategory,
    /// It will be, a day from now.
    TemplateCategoryComing,
    /// A template cannot be sent: rejected, paused or disabled.
    TemplateStatus,
    /// People dislike a template.
    TemplateQuality,
    /// People dislike what the number sends.
    NumberQuality,
    /// The name that people see of the number was rejected.
    NumberName,
    /// The account is restricted or closed, or will be.
    Account,
    /// The connection of the number was given up: a person has to scan a code.
    Connection,
}

/// Something about the sender itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SenderEvent {
    /// Ready to send.
    Connected,
    /// Starting; not ready yet.
    Connecting,
    /// Waits for a person to scan a code.
    NeedsLogin,
    /// Cannot send.
    Disconnected,
    /// It fell several times in a short time, and may fall again.
    Unsteady,
    /// The gateway said something about the account that a person should read.
    AccountNotice(AccountNotice),
}

/// One webhook, sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Updates {
    /// The messages that people wrote to us, in groups excepted.
    pub inbound: Vec<InboundMessage>,
    /// The messages that the business wrote to people by another way than ours, groups excepted.
    pub own: Vec<OwnMessage>,
    /// The status reports of our messages.
    pub statuses: Vec<StatusUpdate>,
    /// The people whose chats have other labels now.
    pub labelled: Vec<PersonIdentity>,
    /// Marketing stopped or resumed by the gateway's own switch.
    pub preferences: Vec<Preference>,
    /// About the sender itself.
    pub sender: Vec<SenderEvent>,
    /// About the session, at a QR gateway.
    pub sessions: Vec<SessionEvent>,
    /// Numbers and user ids that were replaced.
    pub identity_changes: Vec<IdentityChange>,
    /// The number of updates for another number of the same account.
    pub foreign: usize,
    /// The number of updates that were of no concern to us or not understood.
    pub ignored: usize,
}

/// A gateway's clock may be so far ahead of ours. Words of a later time would stand against all that come before it.
pub const CLOCK_AHEAD: TimeDelta = TimeDelta::seconds(30);

impl Updates {
    /// Takes the time from messages that name one to come: they count from their arrival, as those without a time.
    pub fn undate_what_is_ahead(&mut self, received_at: DateTime<Utc>) {
        for message in self.inbound.iter_mut().filter(|message| message.at > received_at + CLOCK_AHEAD) {
            (message.at, message.undated) = (received_at, true);
        }
    }

    /// Whether people wrote, or messages to people went on.
    #[must_use]
    pub fn is_of_people(&self) -> bool {
        let Self { inbound, own, statuses, labelled, preferences, identity_changes, .. } = self;
        !(inbound.is_empty()
            && own.is_empty()
            && statuses.is_empty()
            && labelled.is_empty()
            && preferences.is_empty()
            && identity_changes.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::InboundKind as K;
    use strum::IntoEnumIterator;

    #[test]
    fn a_message_of_any_kind_is_said_in_words() {
        for (kind, text, told, expected) in [
            (K::Text, Some("oi"), None, Some("oi")),
            (K::Reply, Some("Banho"), Some("60 min"), Some("Banho [60 min]")),
            (K::Reply, None, Some("day: 2026-12-01"), Some("[reply: day: 2026-12-01]")),
            (K::Image, None, None, Some("[image]")),
            (K::Image, Some(" meu cachorro "), None, Some("[image: meu cachorro]")),
            (K::Document, Some("veja"), Some("exame.pdf"), Some("[document: exame.pdf: veja]")),
            (K::Location, None, Some("Casa, -23.5 -46.6"), Some("[location: Casa, -23.5 -46.6]")),
            (K::Reaction, None, Some("👍"), Some("[reaction: 👍]")),
            (K::Reaction, None, None, None),
            (K::Text, Some(" "), None, None),
            (K::Unsupported, None, None, None),
        ] {
            assert_eq!(kind.in_words(text, told).as_deref(), expected, "{kind}");
        }
        for kind in K::iter().filter(|kind| kind.is_file()) {
            assert!(kind.in_words(None, None).is_some(), "no file is lost: {kind}");
        }
    }
}
