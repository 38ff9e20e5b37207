//! One outbound WhatsApp message: its record.

use crate::texts::Goes;
use crate::{
    Attempt, BusinessId, Button, ButtonsError, CampaignId, CustomerId, Gateway, Locale, MessageId, MessageType,
    OwnerId, Reason, Recipient, SenderId, SentAs, Text, TextError, Voice,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// The record of one outbound message. All times in UTC; `Debug` hides what it says.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Deterministic: what the message is for.
    pub message_id: MessageId,
    /// The business that it belongs to.
    pub business_id: BusinessId,
    /// The customer or owner who gets it.
    pub recipient: Recipient,
    /// Which number or session it leaves from; set at the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_id: Option<SenderId>,
    /// Which text it is.
    pub message_type: MessageType,
    /// The rules that it is under.
    pub kind: Kind,
    /// The text that is sent.
    pub content: Content,
    /// The approved template under which it last went, if it went as one; set at the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_as: Option<SentAs>,
    /// Not sent before; when it was made, unless it is [`Message::later`].
    pub scheduled_for: DateTime<Utc>,
    /// The status; only moves forward.
    pub status: Status,
    /// Claims so far.
    pub attempts: u32,
    /// Claims that the gateway surely did not accept, 429 apart: they use up the retry delays.
    #[serde(default)]
    pub failures: u32,
    /// Whether it has gone once more after nothing was known of it; that is done once.
    #[serde(default)]
    pub repeated: bool,
    /// Whether nothing was ever known of its last claim: evidence may still lift it, and the claim counts.
    #[serde(default)]
    pub gave_up: bool,
    /// When it is looked at again, by `run-due` if nothing else did; absent when it is settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// The gateway has not accepted it, and no task may try it again earlier. In the past once it is claimed again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_not_before: Option<DateTime<Utc>>,
    /// When a human last had it sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retried_at: Option<DateTime<Utc>>,
    /// When it was last claimed: evidence of it is not older.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<DateTime<Utc>>,
    /// Until when the worker that claimed it may still settle it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<DateTime<Utc>>,
    /// The claim that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<Attempt>,
    /// When the gateway took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<DateTime<Utc>>,
    /// The gateway's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway_message_id: Option<String>,
    /// Why it is skipped, failed, waiting or unknown: a stable word first, then a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// The campaign that it is of. Such a message is not in the list of the business's messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    /// Whether a person of the business wrote it, and has the chat since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_person: bool,
    /// Free, for people.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// When the record was made; it is kept 90 days from here, or from its time if that is later.
    pub created_at: DateTime<Utc>,
}

impl Message {
    /// Whether it may wait for the hour at which its recipient is around: greetings, win-backs and campaigns that are about
    /// no day. A caller's message, a review and a flash offer have a time of their own.
    #[must_use]
    pub fn waits_for_the_best_hour(&self) -> bool {
        let is_of_any_hour = matches!(self.message_type, MessageType::Birthday | MessageType::WinBack);
        let is_a_campaigns = self.campaign_id.is_some() && self.message_type.goes() != Goes::OnItsDay;
        self.kind == Kind::Marketing && (is_of_any_hour || is_a_campaigns)
    }

    /// A message made at `now` and never claimed: pending, and of its type's kind, which the caller may change. It
    /// comes due after `backstop` if the stream has not brought it to a worker before.
    #[must_use]
    pub fn new(
        business_id: BusinessId,
        message_id: MessageId,
        recipient: Recipient,
        message_type: MessageType,
        content: Content,
        now: DateTime<Utc>,
        backstop: TimeDelta,
    ) -> Self {
        Self {
            message_id,
            business_id,
            recipient,
            sender_id: None,
            message_type,
            kind: message_type.kind(),
            content,
            sent_as: None,
            scheduled_for: now,
            status: Status::Pending,
            attempts: 0,
            failures: 0,
            repeated: false,
            gave_up: false,
            next_attempt_at: Some(now + backstop),
            retry_not_before: None,
            retried_at: None,
            claimed_at: None,
            lease_until: None,
            attempt: None,
            sent_at: None,
            gateway_message_id: None,
            error_message: None,
            campaign_id: None,
            by_person: false,
            metadata: BTreeMap::new(),
            created_at: now,
        }
    }

    /// As it was drafted.
    #[must_use]
    pub fn of(business_id: BusinessId, draft: Draft, now: DateTime<Utc>, backstop: TimeDelta) -> Self {
        let Draft { id, to, message_type, content, not_before, metadata } = draft;
        let message = Self { metadata, ..Self::new(business_id, id, to, message_type, content, now, backstop) };
        match not_before {
            Some(at) => message.later(at),
            None => message,
        }
    }

    /// The same, to be sent at `at` (UTC) and never before: then the due index brings it up. A time that is past when it is
    /// made counts as at once.
    #[must_use]
    pub fn later(self, at: DateTime<Utc>) -> Self {
        if at <= self.created_at {
            return self;
        }
        Self { scheduled_for: at, next_attempt_at: Some(at), ..self }
    }

    /// As the phone shows it, or would if it went as free text.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.sent_as.as_ref().map_or(&self.content.text, |sent| &sent.text)
    }

    /// Whether it has to be found by the gateway's id once it is sent: to know its status reports, or an answer that
    /// quotes it. Nobody looks so for a campaign's message where reports carry our own id.
    #[must_use]
    pub fn is_found_by_gateway_id(&self, gateway: Gateway) -> bool {
        self.campaign_id.is_none() || !gateway.reports_our_id()
    }

    /// Ended before it was ever claimed: never to be looked at again.
    #[must_use]
    pub fn ended(self, status: Status, reason: Reason) -> Self {
        Self { status, error_message: Some(reason.error_message()), next_attempt_at: None, ..self }
    }

    /// The buttons below it on the phone: those of the approved template that went, with our ids.
    #[must_use]
    pub fn shown_buttons(&self) -> Vec<Button> {
        let own = &self.content.buttons;
        let Some(sent) = &self.sent_as else { return own.clone() };
        own.iter().zip(&sent.buttons).map(|(own, title)| Button::new(own.id.clone(), title.clone())).collect()
    }

    /// The customer, if it goes to one.
    #[must_use]
    pub fn customer_id(&self) -> Option<CustomerId> {
        match self.recipient {
            Recipient::Customer(id) => Some(id),
            Recipient::Owner(_) => None,
        }
    }

    /// The owner, if it goes to one.
    #[must_use]
    pub fn owner_id(&self) -> Option<OwnerId> {
        match self.recipient {
            Recipient::Owner(id) => Some(id),
            Recipient::Customer(_) => None,
        }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A gateway's message id may carry the phone number in it.
        f.debug_struct("Message")
            .field("message_id", &self.message_id)
            .field("business_id", &self.business_id)
            .field("recipient", &self.recipient)
            .field("sender_id", &self.sender_id)
            .field("message_type", &self.message_type)
            .field("kind", &self.kind)
            .field("content", &self.content)
            .field("sent_as", &self.sent_as)
            .field("scheduled_for", &self.scheduled_for)
            .field("status", &self.status)
            .field("attempts", &self.attempts)
            .field("failures", &self.failures)
            .field("repeated", &self.repeated)
            .field("gave_up", &self.gave_up)
            .field("next_attempt_at", &self.next_attempt_at)
            .field("retry_not_before", &self.retry_not_before)
            .field("claimed_at", &self.claimed_at)
            .field("lease_until", &self.lease_until)
            .field("attempt", &self.attempt)
            .field("sent_at", &self.sent_at)
            .field("has_gateway_message_id", &self.gateway_message_id.is_some())
            .field("error_message", &self.error_message)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

/// A built-in text to somebody, before it is a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The id, made of the purpose: the same purpose makes the same id.
    pub id: MessageId,
    /// The customer or owner that gets it.
    pub to: Recipient,
    /// Which text it is.
    pub message_type: MessageType,
    /// The text that is sent.
    pub content: Content,
    /// When it is sent, UTC, if that is later than now.
    pub not_before: Option<DateTime<Utc>>,
    /// Kept with the message.
    pub metadata: BTreeMap<String, String>,
}

impl Draft {
    /// The text as the person is written to.
    ///
    /// # Errors
    /// A variable that is not optional is missing.
    pub fn new(id: MessageId, to: Recipient, text: &dyn Text, voice: Voice) -> Result<Self, TextError> {
        let (message_type, content) = (text.message_type(), text.content(voice)?);
        Ok(Self { id, to, message_type, content, not_before: None, metadata: BTreeMap::new() })
    }

    /// With something to be kept beside it.
    #[must_use]
    pub fn noting(mut self, name: &str, value: String) -> Self {
        self.metadata.insert(name.to_owned(), value);
        self
    }

    /// With buttons below the text.
    ///
    /// # Errors
    /// WhatsApp does not take them.
    pub fn offering(mut self, buttons: Vec<Button>) -> Result<Self, ButtonsError> {
        crate::buttons::check(&buttons)?;
        self.content.buttons = buttons;
        Ok(self)
    }

    /// To be sent at a later time, UTC; at once if that has passed.
    #[must_use]
    pub fn later(self, at: DateTime<Utc>) -> Self {
        Self { not_before: Some(at), ..self }
    }
}

/// The content of a message: the text, and the variables that an approved template takes in its stead.
/// `Debug` hides both.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// As the person reads it, where free text goes.
    pub text: String,
    /// The language of text and variables, if they are of one that Recado writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// Name of the approved template among the sender's; the message type if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// For the approved template.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    /// The variables in the business's own language, where that is not the person's: its approved templates may be in
    /// that language only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<OtherLanguage>,
    /// The choices that the person may tap; as [`crate::buttons::check`] has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
}

/// The variables of a text in one more language. `Debug` hides them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherLanguage {
    /// Which one.
    pub locale: Locale,
    /// By name.
    pub variables: BTreeMap<String, String>,
}

impl fmt::Debug for OtherLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtherLanguage").field("locale", &self.locale).finish_non_exhaustive()
    }
}

impl Content {
    /// The value of a variable for a template of this language.
    #[must_use]
    pub fn variable(&self, name: &str, locale: Option<Locale>) -> Option<&str> {
        let other = self.fallback.as_ref().filter(|it| Some(it.locale) == locale && self.locale != locale);
        other.map_or(&self.variables, |it| &it.variables).get(name).map(String::as_str)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("text_len", &self.text.len())
            .field("template", &self.template)
            .field("variables", &self.variables.len())
            .field("buttons", &self.buttons.len())
            .finish()
    }
}

/// The rules that a message is under.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// An answer, points, a confirmation: goes first, at any hour.
    Transactional,
    /// A report to an owner: waits for quiet hours.
    Owner,
    /// Greetings, win-back, campaigns: under consent, quiet hours and the weekly cap.
    Marketing,
}

/// The status of a message.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// Waits to be sent, for the first time or again.
    Pending,
    /// A worker holds it under a lease.
    Sending,
    /// Perhaps accepted: waits for evidence.
    Unknown,
    /// Accepted by the gateway.
    Sent,
    /// On the person's phone.
    Delivered,
    /// The person has seen it.
    Read,
    /// Not sent, with its error.
    Failed,
    /// Not sent, by a rule.
    Skipped,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use uuid::Uuid;

    /// A fresh message to a customer.
    pub(crate) fn message() -> Message {
        let customer = CustomerId(Uuid::from_u128(2));
        Message::new(
            BusinessId(Uuid::from_u128(1)),
            MessageId::of(format!("missing-fields/{customer}")),
            Recipient::Customer(customer),
            MessageType::MissingFields,
            Content { text: "Hi Ana!".to_owned(), ..Content::default() },
            DateTime::UNIX_EPOCH,
            TimeDelta::minutes(15),
        )
    }

    #[test]
    fn debug_does_not_say_what_it_says() {
        let mut message = message();
        message.gateway_message_id = Some("wamid.HBgLNTczMDAx".to_owned());
        message.content.variables.insert("name".to_owned(), "Ana".to_owned());
        let debug = format!("{message:#?}");
        assert!(!debug.contains("Ana") && !debug.contains("wamid"), "{debug}");
    }

    #[test]
    fn a_message_is_of_its_types_kind() {
        for (message_type, kind) in [
            (MessageType::Points, Kind::Transactional),
            (MessageType::Direct, Kind::Transactional),
            (MessageType::WinBack, Kind::Marketing),
            (MessageType::BirthdaysReport, Kind::Owner),
        ] {
            let Message { message_id, business_id, recipient, content, .. } = message();
            let (now, backstop) = (DateTime::UNIX_EPOCH, TimeDelta::minutes(15));
            let made = Message::new(business_id, message_id, recipient, message_type, content, now, backstop);
            assert_eq!(made.kind, kind, "{message_type}");
        }
        assert_eq!(MessageType::WinBack.to_string(), "win_back");
        assert_eq!(serde_json::to_value(MessageType::BirthdaysReport).unwrap(), "birthdays_report");
    }

    #[test]
    fn a_message_for_later_is_looked_at_then_and_one_for_the_past_as_any() {
        let (made, hour) = (message(), TimeDelta::hours(1));
        let later = made.clone().later(made.created_at + hour);
        assert_eq!(
            (later.scheduled_for, later.next_attempt_at),
            (made.created_at + hour, Some(made.created_at + hour))
        );
        assert_eq!(made.clone().later(made.created_at - hour), made);
        assert_eq!(made.clone().later(made.created_at), made);
    }

    #[test]
    fn the_phones_buttons_are_those_of_the_template_that_went() {
        let mut message = message();
        let kept = serde_json::to_value(&message.content).unwrap();
        assert!(kept.get("buttons").is_none() && message.shown_buttons().is_empty());
        message.content.buttons = vec![Button::new("a/come", "Voy"), Button::new("a/cannot", "No puedo")];
        assert_eq!(message.shown_buttons(), message.content.buttons);
        let text = "Oi".to_owned();
        let of =
            |buttons| SentAs { template: "t".to_owned(), language: "pt_BR".to_owned(), text: text.clone(), buttons };
        message.sent_as = Some(of(vec!["Vou".to_owned()]));
        assert_eq!(message.shown_buttons(), [Button::new("a/come", "Vou")]);
        message.sent_as = Some(of(vec![]));
        assert!(message.shown_buttons().is_empty());
    }

    #[test]
    fn an_older_record_reads() {
        let mut json = serde_json::to_value(message()).unwrap();
        for absent in ["failures", "repeated", "gave_up"] {
            assert!(json.as_object_mut().unwrap().remove(absent).is_some());
        }
        assert_eq!(serde_json::from_value::<Message>(json).unwrap(), message());
    }
}
