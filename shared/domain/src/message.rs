//! One outbound WhatsApp message: its record and the states it moves through.

use crate::{Attempt, BusinessId, CustomerId, MessageId, OwnerId, Recipient, SenderId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// The record of one outbound message. All times in UTC.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Deterministic: what the message is for.
    pub message_id: MessageId,
    /// Whose it is.
    pub business_id: BusinessId,
    /// Who gets it.
    pub recipient: Recipient,
    /// Which number or session it leaves from; set at the claim.
    pub sender_id: Option<SenderId>,
    /// Which text it is.
    pub message_type: MessageType,
    /// What rules it is under.
    pub kind: Kind,
    /// What is sent.
    pub content: Content,
    /// Not before.
    pub scheduled_for: DateTime<Utc>,
    /// Where it stands; only moves forward.
    pub status: Status,
    /// Claims so far.
    pub attempts: u32,
    /// When it is looked at again, by `run-due` if nothing else did; absent when it is settled.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Until when the worker that claimed it may still settle it.
    pub lease_until: Option<DateTime<Utc>>,
    /// The claim that holds it.
    pub attempt: Option<Attempt>,
    /// When the gateway took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// The gateway's own id.
    pub gateway_message_id: Option<String>,
    /// Why it is skipped, failed, waiting or unknown: a stable word first, then a sentence.
    pub error_message: Option<String>,
    /// Free, for people.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// When the record was made; it is kept 90 days from here.
    pub created_at: DateTime<Utc>,
}

impl Message {
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

/// What is sent: the text, and the variables that an approved template takes in its stead.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// As the person reads it.
    pub text: String,
    /// Name of the approved template among the sender's; the message type if absent.
    pub template: Option<String>,
    /// For the approved template.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
}

/// What rules a message is under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr)]
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

/// Which text a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MessageType {
    /// The question for profile fields.
    MissingFields,
    /// The notice of a points entry.
    Points,
    /// An opt-out confirmed.
    OptOut,
    /// An opt-in confirmed.
    OptIn,
    /// Sent by an API caller.
    Direct,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr)]
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
    /// Seen.
    Read,
    /// Not sent, with its error.
    Failed,
    /// Not sent, by a rule.
    Skipped,
}
