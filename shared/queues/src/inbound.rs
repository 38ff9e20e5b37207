//! The news that a gateway tells us of people and of the sender, as tasks of one queue.

use crate::envelope::{Task, TaskError, head, task};
use crate::queue::Queue;
use domain::inbound::{IdentityChange, InboundMessage, OwnMessage, PersonIdentity, Preference, SenderEvent};
use domain::{BusinessId, Gateway, SenderId};
use serde::{Deserialize, Serialize};

/// A person wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboundTask {
    /// The business of the customer.
    pub business_id: BusinessId,
    /// The number or session that it came to.
    pub sender_id: SenderId,
    /// The gateway that told of it.
    pub gateway: Gateway,
    /// The message that was written.
    pub message: InboundMessage,
}
task!(InboundTask, "inbound_message", |_| Queue::InboundMessages);

/// The business wrote to a person, by another way than ours or as the echo of one of our messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnTask {
    /// The business that wrote.
    pub business_id: BusinessId,
    /// The number or session that it left from.
    pub sender_id: SenderId,
    /// The gateway that told of it.
    pub gateway: Gateway,
    /// The message that was written.
    pub message: OwnMessage,
    /// The number of times that it was put back.
    #[serde(default)]
    pub put_backs: u32,
}
task!(OwnTask, "own_message", |_| Queue::InboundMessages);

/// A person spoke: the words of the recording go to the inbound messages, as if they had been written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TranscribeTask {
    /// The business of the customer.
    pub business_id: BusinessId,
    /// The number or session that it came to.
    pub sender_id: SenderId,
    /// The gateway that has the recording.
    pub gateway: Gateway,
    /// The message, with the gateway's name of the recording.
    pub message: InboundMessage,
    /// The number of times that it was tried.
    #[serde(default)]
    pub tries: u32,
}
task!(TranscribeTask, "transcribe_voice", |_| Queue::TranscribeVoice);

/// A person stopped or resumed marketing by the gateway's own switch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreferenceTask {
    /// The business of the customer.
    pub business_id: BusinessId,
    /// The number or session that it came to.
    pub sender_id: SenderId,
    /// The gateway that told of it.
    pub gateway: Gateway,
    /// The person, and the yes or no.
    pub preference: Preference,
}
task!(PreferenceTask, "preference", |_| Queue::InboundMessages);

/// A person's chat has other labels at the gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelsTask {
    /// The business of the customer.
    pub business_id: BusinessId,
    /// The number or session whose chat it is.
    pub sender_id: SenderId,
    /// The gateway that told of it.
    pub gateway: Gateway,
    /// The person whose chat it is.
    pub who: PersonIdentity,
}
task!(LabelsTask, "labels", |_| Queue::InboundMessages);

/// A person's number or user id changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdentityChangeTask {
    /// The business of the customer.
    pub business_id: BusinessId,
    /// The number or session that it came to.
    pub sender_id: SenderId,
    /// The gateway that told of it.
    pub gateway: Gateway,
    /// The identities before and after.
    pub change: IdentityChange,
}
task!(IdentityChangeTask, "identity_change", |_| Queue::InboundMessages);

/// The sender itself changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SenderTask {
    /// The business of the sender.
    pub business_id: BusinessId,
    /// The sender whose state changed.
    pub sender_id: SenderId,
    /// The gateway that told of it.
    pub gateway: Gateway,
    /// The event at the sender.
    pub event: SenderEvent,
}
task!(SenderTask, "sender", |_| Queue::InboundMessages);

/// Anything on the queue of inbound messages.
#[derive(Clone, Debug, PartialEq)]
pub enum InboundWork {
    /// A person wrote.
    Message(InboundTask),
    /// The business wrote.
    Own(OwnTask),
    /// A person stopped or resumed marketing.
    Preference(PreferenceTask),
    /// A person's chat has other labels.
    Labels(LabelsTask),
    /// A person's identity changed.
    Identity(IdentityChangeTask),
    /// The sender changed.
    Sender(SenderTask),
}

impl Task for InboundWork {
    fn queue(&self) -> Queue {
        Queue::InboundMessages
    }

    fn group(&self) -> String {
        match self {
            Self::Message(task) => task.group(),
            Self::Own(task) => task.group(),
            Self::Preference(task) => task.group(),
            Self::Labels(task) => task.group(),
            Self::Identity(task) => task.group(),
            Self::Sender(task) => task.group(),
        }
    }

    fn body(&self) -> Result<String, TaskError> {
        match self {
            Self::Message(task) => task.body(),
            Self::Own(task) => task.body(),
            Self::Preference(task) => task.body(),
            Self::Labels(task) => task.body(),
            Self::Identity(task) => task.body(),
            Self::Sender(task) => task.body(),
        }
    }

    fn parse(body: &str) -> Result<Self, TaskError> {
        match head(body)?.as_str() {
            InboundTask::TYPE => Ok(Self::Message(serde_json::from_str(body)?)),
            OwnTask::TYPE => Ok(Self::Own(serde_json::from_str(body)?)),
            PreferenceTask::TYPE => Ok(Self::Preference(serde_json::from_str(body)?)),
            LabelsTask::TYPE => Ok(Self::Labels(serde_json::from_str(body)?)),
            IdentityChangeTask::TYPE => Ok(Self::Identity(serde_json::from_str(body)?)),
            SenderTask::TYPE => Ok(Self::Sender(serde_json::from_str(body)?)),
            _ => Err(TaskError::Type),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use domain::inbound::{InboundKind, PersonIdentity};
    use serde_json::json;
    use uuid::Uuid;

    fn business() -> BusinessId {
        BusinessId(Uuid::from_u128(1))
    }

    #[test]
    fn a_body_holds_only_characters_that_sqs_takes() {
        let odd: String = (0..=0xffff_u32).filter_map(char::from_u32).filter(|c| !c.is_alphanumeric()).collect();
        let message = InboundMessage {
            gateway_message_id: "m".to_owned(),
            from: PersonIdentity::default(),
            name: None,
            username: None,
            kind: InboundKind::Text,
            text: Some(odd),
            payload: None,
            reply_to: None,
            at: DateTime::UNIX_EPOCH,
            told: None,
            media: None,
            is_own_contact: false,
            undated: false,
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
        assert_eq!(task.group(), business().to_string());
        let other = json!({"v": 1, "type": "send_message"}).to_string();
        assert_eq!(InboundWork::parse(&other), Err(TaskError::Type));
    }
}
