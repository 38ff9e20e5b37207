//! The tasks of the queue on which customers wait for the assistant.

use crate::envelope::{Task, TaskError, head, task};
use crate::queue::Queue;
use crate::tasks::ConverseTask;
use chrono::{DateTime, Utc};
use domain::chat::handover::Handover;
use domain::inbound::PersonIdentity;
use domain::{AppointmentId, BusinessId, CustomerId, SenderId};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Give a chat back to the assistant at its time, if no person has gone on with it since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverTask {
    /// The business that the customer writes to.
    pub business_id: BusinessId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The end of the handover as it was when the task was made, UTC. If the chat says another, there is another task.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub until: DateTime<Utc>,
}
task!(HandoverTask, "handover_over", |_| Queue::Converse);

impl HandoverTask {
    /// For the end of a handover.
    #[must_use]
    pub fn of(business_id: BusinessId, customer_id: CustomerId, handover: &Handover) -> Self {
        Self { business_id, customer_id, until: handover.until }
    }

    /// How long it is to wait from `now` (UTC) on; a queue that cannot wait so long brings it earlier.
    #[must_use]
    pub fn wait(&self, now: DateTime<Utc>) -> Duration {
        (self.until - now).to_std().unwrap_or_default() + Duration::from_secs(1)
    }
}

/// Look at a request for an appointment that nobody has answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestTask {
    /// The business that the customer wrote to.
    pub business_id: BusinessId,
    /// The appointment that is asked for.
    pub appointment_id: AppointmentId,
}
task!(RequestTask, "request_due", |_| Queue::Converse);
/// Show a customer that their message is being answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingTask {
    /// The business that the customer writes to.
    pub business_id: BusinessId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The sender that the message came to.
    pub sender_id: SenderId,
    /// The customer, as the gateway names them.
    pub to: PersonIdentity,
    /// The gateway's id of the message.
    pub gateway_message_id: String,
    /// The number of the message, among those that want an answer.
    pub sequence: u64,
}
task!(TypingTask, "show_typing", |_| Queue::Converse);

/// Anything on the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConverseWork {
    /// A customer has written and waits.
    Answer(ConverseTask),
    /// The time of a handover may be over.
    Return(HandoverTask),
    /// A request waits for the business.
    Request(RequestTask),
    /// A customer has begun to wait.
    Typing(TypingTask),
}

impl Task for ConverseWork {
    fn queue(&self) -> Queue {
        Queue::Converse
    }

    fn group(&self) -> String {
        match self {
            Self::Answer(task) => task.group(),
            Self::Return(task) => task.group(),
            Self::Request(task) => task.group(),
            Self::Typing(task) => task.group(),
        }
    }

    fn body(&self) -> Result<String, TaskError> {
        match self {
            Self::Answer(task) => task.body(),
            Self::Return(task) => task.body(),
            Self::Request(task) => task.body(),
            Self::Typing(task) => task.body(),
        }
    }

    fn parse(body: &str) -> Result<Self, TaskError> {
        match head(body)?.as_str() {
            ConverseTask::TYPE => Ok(Self::Answer(serde_json::from_str(body)?)),
            TypingTask::TYPE => Ok(Self::Typing(serde_json::from_str(body)?)),
            HandoverTask::TYPE => Ok(Self::Return(serde_json::from_str(body)?)),
            RequestTask::TYPE => Ok(Self::Request(serde_json::from_str(body)?)),
            _ => Err(TaskError::Type),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::ActivityTask;
    use uuid::Uuid;

    #[test]
    fn the_queue_tells_its_tasks_apart() {
        let (business_id, customer_id) = (BusinessId(Uuid::from_u128(1)), CustomerId(Uuid::from_u128(2)));
        let until = DateTime::from_timestamp_millis(1_780_000_000_123).unwrap();
        for work in [
            ConverseWork::Answer(ConverseTask { business_id, customer_id, sequence: 3, tries: 0, returned: true }),
            ConverseWork::Return(HandoverTask { business_id, customer_id, until }),
            ConverseWork::Request(RequestTask { business_id, appointment_id: "chat-1".parse().unwrap() }),
            ConverseWork::Typing(TypingTask {
                business_id,
                customer_id,
                sender_id: SenderId(Uuid::from_u128(3)),
                to: PersonIdentity::default(),
                gateway_message_id: "m".to_owned(),
                sequence: 3,
            }),
        ] {
            assert_eq!(ConverseWork::parse(&work.body().unwrap()).unwrap(), work);
            assert_eq!(work.group(), business_id.to_string());
        }
        let other = ActivityTask { business_id, customer_id, activity: 1 }.body().unwrap();
        assert_eq!(ConverseWork::parse(&other), Err(TaskError::Type));
    }
}
