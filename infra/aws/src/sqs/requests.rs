//! Requests of the JSON protocol, as far as they are looked at.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::queues::{Attribute, Attributes, NewMessage};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OfQueue {
    pub queue_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Named {
    pub queue_name: Option<String>,
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    pub queue_name_prefix: Option<String>,
    pub max_results: Option<usize>,
    pub next_token: Option<String>,
}

/// A message, alone or as an entry of a batch.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Send {
    pub id: Option<String>,
    pub message_body: Option<String>,
    pub delay_seconds: Option<i64>,
    pub message_attributes: Option<Attributes>,
    pub message_system_attributes: Option<BTreeMap<String, Attribute>>,
    pub message_deduplication_id: Option<String>,
    pub message_group_id: Option<String>,
}

impl From<Send> for NewMessage {
    fn from(send: Send) -> Self {
        let mut system = send.message_system_attributes.unwrap_or_default();
        Self {
            body: send.message_body.unwrap_or_default(),
            attributes: send.message_attributes.unwrap_or_default(),
            trace: system.remove("AWSTraceHeader").and_then(|header| header.string_value),
            group: send.message_group_id,
            deduplication_id: send.message_deduplication_id,
            delay: send.delay_seconds,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound = "T: serde::de::DeserializeOwned")]
pub(super) struct Batch<T> {
    #[serde(default = "Vec::new")]
    pub entries: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Receive {
    #[serde(default)]
    pub attribute_names: Vec<String>,
    #[serde(default)]
    pub message_system_attribute_names: Vec<String>,
    #[serde(default)]
    pub message_attribute_names: Vec<String>,
    pub max_number_of_messages: Option<i64>,
    pub visibility_timeout: Option<i64>,
    pub wait_time_seconds: Option<i64>,
}

/// A deletion or a change of visibility, alone or as an entry of a batch.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Handle {
    pub id: Option<String>,
    pub receipt_handle: Option<String>,
    pub visibility_timeout: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attributed {
    #[serde(default)]
    pub attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Move {
    pub source_arn: Option<String>,
    pub destination_arn: Option<String>,
}

pub(super) trait Entry {
    fn id(&self) -> &str;
}

impl Entry for Send {
    fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }
}

impl Entry for Handle {
    fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }
}
