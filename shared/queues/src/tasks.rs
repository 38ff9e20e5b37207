//! The tasks that our functions give each other.

use crate::envelope::{Task, TaskError, decode, encode, task};
use crate::queue::Queue;
use chrono::{DateTime, Utc};
use domain::inbound::StatusUpdate;
use domain::{BusinessId, CampaignId, CustomerId, Gateway, Job, Kind, Message, MessageId, Mode, Progress, SenderId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The task to send one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendTask {
    /// The business that it belongs to.
    pub business_id: BusinessId,
    /// The message, by its deterministic id.
    pub message_id: MessageId,
    /// Its kind, which decides the queue.
    pub kind: Kind,
    /// When the message was to come due again as the task was made, UTC. If the record says a later time, there is a
    /// newer task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<DateTime<Utc>>,
    /// The number of times that the task was put back.
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

/// The status reports of messages already sent, many at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusTask {
    /// The business of the messages.
    pub business_id: BusinessId,
    /// Which number or session they left from.
    pub sender_id: SenderId,
    /// The gateway that told of it.
    pub gateway: Gateway,
    /// In the order they came.
    pub statuses: Vec<StatusUpdate>,
    /// The number of times that they were put back.
    #[serde(default)]
    pub put_backs: u32,
}
task!(StatusTask, "message_statuses", |_| Queue::MessageStatuses);

/// Answer a customer by the assistant, if nobody has written since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConverseTask {
    /// The business that the customer wrote to.
    pub business_id: BusinessId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The number of the message, among those that want an answer.
    pub sequence: u64,
    /// The number of times that the assistant had no answer.
    #[serde(default)]
    pub tries: u32,
    /// Whether a person has given the chat back since the message: it may be answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub returned: bool,
}
task!(ConverseTask, "converse", |_| Queue::Converse);

/// Bring what a conversation was to the customer's record, if nobody has written since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityTask {
    /// The business.
    pub business_id: BusinessId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The number of the message, among those of either side.
    pub activity: u64,
}
task!(ActivityTask, "record_activity", |_| Queue::RecordActivity);

/// Analyse the chat with a customer, if it waits for that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnalyzeTask {
    /// The business.
    pub business_id: BusinessId,
    /// The customer.
    pub customer_id: CustomerId,
}
task!(AnalyzeTask, "analyze_conversation", |_| Queue::AnalyzeConversation);

/// Look at a customer again, for the search of customers: the record as it is by then, or that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IndexTask {
    /// The business of the customer.
    pub business_id: BusinessId,
    /// The customer, by id.
    pub customer_id: CustomerId,
    /// When the objects that still hold an erased customer are to be deleted, UTC; `None` to look at the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sweep_at: Option<DateTime<Utc>>,
}

impl IndexTask {
    /// To look at a customer.
    #[must_use]
    pub fn of(business_id: BusinessId, customer_id: CustomerId) -> Self {
        Self { business_id, customer_id, sweep_at: None }
    }
}
task!(IndexTask, "index_customer", |_| Queue::IndexCustomers);

/// Take the nightly sync of a business further, if it is time for one or one is under way. Of a business that is gone, delete
/// the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncTask {
    /// The business.
    pub business_id: BusinessId,
}
task!(SyncTask, "sync_customers", |_| Queue::SyncCustomers);

/// Forget a person wholly, or a business with all its people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseTask {
    /// The business, or that of the customer.
    pub business_id: BusinessId,
    /// The customer, by id; `None` for the whole business, which is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// The record that the person goes on under: all that is kept goes there before this one is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<CustomerId>,
    /// Whether it is the second look.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}
task!(EraseTask, "erase_customer", |_| Queue::EraseCustomer);

impl EraseTask {
    /// To erase a customer.
    #[must_use]
    pub fn of_customer(business_id: BusinessId, customer_id: CustomerId) -> Self {
        Self { business_id, customer_id: Some(customer_id), into: None, again: false }
    }

    /// To erase a customer whose person goes on under another record, once all of it is there.
    #[must_use]
    pub fn of_joined(business_id: BusinessId, from: CustomerId, into: CustomerId) -> Self {
        Self { into: Some(into), ..Self::of_customer(business_id, from) }
    }

    /// To erase a business that is closed.
    #[must_use]
    pub fn of_business(business_id: BusinessId) -> Self {
        Self { business_id, customer_id: None, into: None, again: false }
    }
}

/// Look after a campaign: start it, freeze its audience, start its runner, or end it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignTask {
    /// Whose it is.
    pub business_id: BusinessId,
    /// Which.
    pub campaign_id: CampaignId,
    /// When it was due, UTC.
    pub due: DateTime<Utc>,
    /// When the campaign was to come due again as the task was made, UTC. If its progress says a later time, there is a
    /// newer task, or somebody has looked after it since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<DateTime<Utc>>,
}

impl CampaignTask {
    /// Whether another task of the same campaign has been made since, or somebody has looked after it.
    #[must_use]
    pub fn is_outdated(&self, progress: &Progress) -> bool {
        self.not_before.zip(progress.due_at).is_some_and(|(then, now)| then < now)
    }
}
task!(CampaignTask, "run_campaign", |_| Queue::RunCampaign);

/// The runner of a campaign: write to the people of a chunk, and of those after it. One is under way for a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkTask {
    /// Whose it is.
    pub business_id: BusinessId,
    /// Which campaign.
    pub campaign_id: CampaignId,
    /// The first chunk that is not done.
    pub chunk: u32,
    /// As the campaign's progress says: a task of an older one is dropped.
    pub epoch: u32,
}
task!(ChunkTask, "send_campaign", |_| Queue::SendCampaign);

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
        match self.0.mode {
            Mode::EventDriven => Queue::Automation(self.0.automation),
            Mode::Legacy => Queue::LegacyRuns,
        }
    }

    /// A job of all businesses has a share of its own.
    fn group(&self) -> String {
        self.0.business_id.unwrap_or(BusinessId(Uuid::nil())).to_string()
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
            message_id: MessageId::of(format!("missing-fields/{}", customer())),
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
        for body in
            ["", "null", "[]", "{}", r#"{"v":"1","type":"erase_customer"}"#, r#"{"v":1,"type":"erase_customer"}"#]
        {
            assert!(matches!(EraseTask::parse(body), Err(TaskError::Malformed { .. })), "{body}");
        }
    }
}
