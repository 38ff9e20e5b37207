//! What travels on the queues: versioned, tagged JSON. Unknown fields are ignored; an unknown version or type is an
//! error, so that an old function never guesses at a new task.

use crate::producer::Queue;
use chrono::{DateTime, Utc};
use domain::inbound::{IdentityChange, InboundMessage, Preference, SenderEvent, StatusUpdate};
use domain::{AutomationName, BusinessId, CustomerId, Gateway, Job, Kind, Message, MessageId, SenderId};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// The version this build writes and reads.
pub const VERSION: u64 = 1;

/// Why a body is not the task or event that was expected. Never quotes the body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// Not JSON, or a field is missing or of another kind.
    #[error("malformed task at line {line}, column {column}")]
    Malformed {
        /// From 1.
        line: usize,
        /// From 0.
        column: usize,
    },
    /// A version this build does not know.
    #[error("unknown task version {0}")]
    Version(u64),
    /// Another type than expected.
    #[error("unknown task type")]
    Type,
}

impl From<serde_json::Error> for TaskError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed { line: error.line(), column: error.column() }
    }
}

/// Something that travels on one queue.
pub trait Task: Sized {
    /// Where it travels.
    fn queue(&self) -> Queue;

    /// Whose it is; its fair share of the queue goes by this.
    fn business_id(&self) -> BusinessId;

    /// As it is sent.
    ///
    /// # Errors
    /// Only if a field cannot be written as JSON.
    fn body(&self) -> Result<String, TaskError>;

    /// As it was sent.
    ///
    /// # Errors
    /// Another version or type, or malformed.
    fn parse(body: &str) -> Result<Self, TaskError>;
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    v: u64,
    r#type: &'static str,
    #[serde(flatten)]
    task: &'a T,
}

#[derive(Deserialize)]
struct Head {
    v: u64,
    r#type: String,
}

fn encode<T: Serialize>(kind: &'static str, task: &T) -> Result<String, TaskError> {
    let body = serde_json::to_string(&Envelope { v: VERSION, r#type: kind, task })?;
    // The two characters that JSON lets through and SQS refuses; control characters are escaped already.
    Ok(body.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}"))
}

fn head(body: &str) -> Result<String, TaskError> {
    let head: Head = serde_json::from_str(body)?;
    if head.v == VERSION { Ok(head.r#type) } else { Err(TaskError::Version(head.v)) }
}

fn decode<T: DeserializeOwned>(kind: &'static str, body: &str) -> Result<T, TaskError> {
    if head(body)? == kind { Ok(serde_json::from_str(body)?) } else { Err(TaskError::Type) }
}

macro_rules! task {
    ($name:ty, $kind:literal, $queue:expr) => {
        impl $name {
            /// Its `type` in the JSON.
            pub const TYPE: &'static str = $kind;
        }

        impl Task for $name {
            fn queue(&self) -> Queue {
                let queue: fn(&Self) -> Queue = $queue;
                queue(self)
            }

            fn business_id(&self) -> BusinessId {
                self.business_id
            }

            fn body(&self) -> Result<String, TaskError> {
                encode(Self::TYPE, self)
            }

            fn parse(body: &str) -> Result<Self, TaskError> {
                decode(Self::TYPE, body)
            }
        }
    };
}

/// Send one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendTask {
    /// Whose it is.
    pub business_id: BusinessId,
    /// Which message.
    pub message_id: MessageId,
    /// Its kind, which decides the queue.
    pub kind: Kind,
    /// When the message was to be looked at again, UTC, as the task was made: once that is later there is a newer task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<DateTime<Utc>>,
    /// How often it was sent anew with a delay.
    #[serde(default)]
    pub put_backs: u32,
}

impl SendTask {
    /// Whether another task of the same message has been made since.
    #[must_use]
    pub fn is_outdated(&self, message: &Message) -> bool {
        self.not_before.zip(message.next_attempt_at).is_some_and(|(then, now)| then < now)
    }
}
task!(SendTask, "send_message", |task| match task.kind {
    Kind::Transactional => Queue::SendTransactional,
    Kind::Owner | Kind::Marketing => Queue::SendMarketing,
});

/// A task as its queue brings it, with its version and type checked.
#[derive(Clone, Debug)]
pub struct Received<T>(pub T);

impl<'de, T: Task> Deserialize<'de> for Received<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Box::<RawValue>::deserialize(deserializer)?;
        T::parse(body.get()).map(Self).map_err(D::Error::custom)
    }
}

/// A person wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboundTask {
    /// Whose customer.
    pub business_id: BusinessId,
    /// At which number or session.
    pub sender_id: SenderId,
    /// Who told.
    pub gateway: Gateway,
    /// What was written.
    pub message: InboundMessage,
}
task!(InboundTask, "inbound_message", |_| Queue::InboundMessages);

/// A person stopped or resumed marketing by the gateway's own switch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreferenceTask {
    /// Whose customer.
    pub business_id: BusinessId,
    /// At which number or session.
    pub sender_id: SenderId,
    /// Who told.
    pub gateway: Gateway,
    /// Who, and what.
    pub preference: Preference,
}
task!(PreferenceTask, "preference", |_| Queue::InboundMessages);

/// A person's number or user id changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdentityChangeTask {
    /// Whose customer.
    pub business_id: BusinessId,
    /// At which number or session.
    pub sender_id: SenderId,
    /// Who told.
    pub gateway: Gateway,
    /// From what to what.
    pub change: IdentityChange,
}
task!(IdentityChangeTask, "identity_change", |_| Queue::InboundMessages);

/// The sender itself changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SenderTask {
    /// Whose sender.
    pub business_id: BusinessId,
    /// Which.
    pub sender_id: SenderId,
    /// Who told.
    pub gateway: Gateway,
    /// What became of it.
    pub event: SenderEvent,
}
task!(SenderTask, "sender", |_| Queue::InboundMessages);

/// Anything on the queue of inbound messages.
#[derive(Clone, Debug, PartialEq)]
pub enum InboundWork {
    /// A person wrote.
    Message(InboundTask),
    /// A person stopped or resumed marketing.
    Preference(PreferenceTask),
    /// A person's identity changed.
    Identity(IdentityChangeTask),
    /// The sender changed.
    Sender(SenderTask),
}

impl Task for InboundWork {
    fn queue(&self) -> Queue {
        Queue::InboundMessages
    }

    fn business_id(&self) -> BusinessId {
        match self {
            Self::Message(task) => task.business_id,
            Self::Preference(task) => task.business_id,
            Self::Identity(task) => task.business_id,
            Self::Sender(task) => task.business_id,
        }
    }

    fn body(&self) -> Result<String, TaskError> {
        match self {
            Self::Message(task) => task.body(),
            Self::Preference(task) => task.body(),
            Self::Identity(task) => task.body(),
            Self::Sender(task) => task.body(),
        }
    }

    fn parse(body: &str) -> Result<Self, TaskError> {
        match head(body)?.as_str() {
            InboundTask::TYPE => Ok(Self::Message(serde_json::from_str(body)?)),
            PreferenceTask::TYPE => Ok(Self::Preference(serde_json::from_str(body)?)),
            IdentityChangeTask::TYPE => Ok(Self::Identity(serde_json::from_str(body)?)),
            SenderTask::TYPE => Ok(Self::Sender(serde_json::from_str(body)?)),
            _ => Err(TaskError::Type),
        }
    }
}

/// What became of messages already sent, many at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusTask {
    /// Whose messages.
    pub business_id: BusinessId,
    /// Which number or session they left from.
    pub sender_id: SenderId,
    /// Who told.
    pub gateway: Gateway,
    /// In the order they came.
    pub statuses: Vec<StatusUpdate>,
    /// How often they were sent anew with a delay.
    #[serde(default)]
    pub put_backs: u32,
}
task!(StatusTask, "message_statuses", |_| Queue::MessageStatuses);

/// Forget a person wholly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseTask {
    /// Whose customer.
    pub business_id: BusinessId,
    /// Who.
    pub customer_id: CustomerId,
    /// Whether it is the second look.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}
task!(EraseTask, "erase_customer", |_| Queue::EraseCustomer);

/// Run an automation, or go on with it. Names those who will stand in the report to the owners.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobTask(pub Job);

impl JobTask {
    /// Its `type` in the JSON.
    pub const TYPE: &'static str = "job";
}

impl Task for JobTask {
    fn queue(&self) -> Queue {
        match self.0.automation {
            AutomationName::Birthdays => Queue::Birthdays,
            AutomationName::InactiveCustomers => Queue::InactiveCustomers,
        }
    }

    /// A job of all businesses has a share of its own.
    fn business_id(&self) -> BusinessId {
        self.0.business_id.unwrap_or(BusinessId(Uuid::nil()))
    }

    fn body(&self) -> Result<String, TaskError> {
        encode(Self::TYPE, self)
    }

    fn parse(body: &str) -> Result<Self, TaskError> {
        decode(Self::TYPE, body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use serde_json::{Value, json};
    use uuid::Uuid;

    const BUSINESS: &str = "00000000-0000-0000-0000-000000000001";
    const CUSTOMER: &str = "00000000-0000-0000-0000-000000000002";

    fn business() -> BusinessId {
        BusinessId(Uuid::from_u128(1))
    }

    fn customer() -> CustomerId {
        CustomerId(Uuid::from_u128(2))
    }

    #[test]
    fn a_task_is_read_as_it_was_written() {
        let task = SendTask {
            business_id: business(),
            message_id: MessageId::missing_fields(customer()),
            kind: Kind::Marketing,
            not_before: None,
            put_backs: 3,
        };
        let body = task.body().unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&body).unwrap(),
            json!({"v": 1, "type": "send_message", "business_id": BUSINESS,
                   "message_id": format!("missing-fields/{CUSTOMER}"), "kind": "marketing", "put_backs": 3})
        );
        assert_eq!(SendTask::parse(&body).unwrap(), task);
    }

    #[test]
    fn a_newer_field_is_ignored_but_a_newer_version_or_another_type_is_not() {
        let with = |v: u64, kind: &str| {
            json!({"v": v, "type": kind, "business_id": BUSINESS, "customer_id": CUSTOMER, "new": [1]}).to_string()
        };
        assert!(EraseTask::parse(&with(1, "erase_customer")).is_ok());
        assert_eq!(EraseTask::parse(&with(2, "erase_customer")), Err(TaskError::Version(2)));
        assert_eq!(EraseTask::parse(&with(1, "send_message")), Err(TaskError::Type));
        assert_eq!(InboundWork::parse(&with(1, "send_message")), Err(TaskError::Type));
        for body in
            ["", "null", "[]", "{}", r#"{"v":"1","type":"erase_customer"}"#, r#"{"v":1,"type":"erase_customer"}"#]
        {
            assert!(matches!(EraseTask::parse(body), Err(TaskError::Malformed { .. })), "{body}");
        }
    }

    #[test]
    fn a_body_holds_only_characters_that_sqs_takes() {
        let odd: String = (0..=0xffff_u32).filter_map(char::from_u32).filter(|c| !c.is_alphanumeric()).collect();
        let message = InboundMessage {
            gateway_message_id: "m".to_owned(),
            from: domain::inbound::PersonIdentity::default(),
            name: None,
            username: None,
            kind: domain::inbound::InboundKind::Text,
            text: Some(odd),
            payload: None,
            reply_to: None,
            at: DateTime::UNIX_EPOCH,
        };
        let sender_id = SenderId(Uuid::from_u128(3));
        let task = InboundTask { business_id: business(), sender_id, gateway: Gateway::Whapi, message };
        let body = task.body().unwrap();
        let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
        assert!(body.chars().all(allowed));
        assert!(InboundTask::parse(&body).is_ok());
    }

    #[test]
    fn the_inbound_queue_tells_its_tasks_apart() {
        let task = InboundWork::Sender(SenderTask {
            business_id: business(),
            sender_id: SenderId(Uuid::from_u128(3)),
            gateway: Gateway::Whapi,
            event: SenderEvent::Disconnected,
        });
        assert_eq!(InboundWork::parse(&task.body().unwrap()).unwrap(), task);
        assert_eq!(task.business_id(), business());
    }
}
