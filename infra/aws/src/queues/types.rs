use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The settings of a queue; times in seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueConfig {
    /// Physical name; ends with `.fifo` if it is one.
    pub name: String,
    /// Whether groups are kept in order and repeats dropped.
    pub fifo: bool,
    /// Whether a repeat is known by the body's hash when it has no id of its own.
    pub content_deduplication: bool,
    /// Whether repeats are looked for within the group only.
    pub deduplication_by_group: bool,
    /// Wait before a message can be received, 0–900.
    pub delay: u32,
    /// The time for which a received message stays hidden, 0–43,200.
    pub visibility: u32,
    /// The time for which a message is kept, 60–1,209,600.
    pub retention: u32,
    /// Wait of a receive call that names none, 0–20.
    pub receive_wait: u32,
    /// Most bytes of a message with its attributes, 1,024–1,048,576.
    pub maximum_bytes: usize,
    /// The queue for messages that were received too often, and their limit.
    pub redrive: Option<Redrive>,
}

/// A queue's way out for messages that fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redrive {
    /// Physical name of the queue that takes the messages.
    pub dead_letters: String,
    /// Receives after which a message goes there.
    pub max_receives: u32,
}

impl QueueConfig {
    /// A queue with SQS's defaults; FIFO if the name ends with `.fifo`.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            fifo: name.ends_with(".fifo"),
            name,
            content_deduplication: false,
            deduplication_by_group: false,
            delay: 0,
            visibility: 30,
            retention: 345_600,
            receive_wait: 0,
            maximum_bytes: 1_048_576,
            redrive: None,
        }
    }
}

/// A typed value beside a message's body; its form is that of the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    /// `String`, `Number` or `Binary`, with a label after a dot if wanted.
    pub data_type: String,
    /// The value, unless it is binary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// The value in base64, if it is binary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary_value: Option<String>,
}

/// The attributes of a message by their names.
pub type Attributes = BTreeMap<String, Attribute>;

/// A message before its queue has it.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
    /// The text that the consumer gets, unchanged.
    pub body: String,
    /// Values beside it, at most ten.
    pub attributes: Attributes,
    /// X-Ray's header.
    pub trace: Option<String>,
    /// Tenant of a fair queue, group of a FIFO queue.
    pub group: Option<String>,
    /// Name of the message among repeats, FIFO only.
    pub deduplication_id: Option<String>,
    /// Seconds before it can be received, 0–900; the queue's own if `None`.
    pub delay: Option<i64>,
}

impl NewMessage {
    /// A message with nothing but a body.
    pub fn text(body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }
}

/// The facts that the sender of a message learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Id of the message; the first one's for a repeat.
    pub message_id: String,
    /// MD5 of the body in hex, by which an SDK checks the way.
    pub md5_of_body: String,
    /// MD5 of the attributes, if there are any.
    pub md5_of_attributes: Option<String>,
    /// Place in its FIFO queue.
    pub sequence_number: Option<String>,
}

/// A message as a queue keeps it; `--data` writes it as it is.
#[derive(Clone, Serialize, Deserialize)]
pub struct Message {
    /// Id, kept on the way to the dead letters.
    pub message_id: String,
    /// The text, as it was sent.
    pub body: String,
    /// Values beside it.
    #[serde(default)]
    pub attributes: Attributes,
    /// X-Ray's header.
    #[serde(default)]
    pub trace: Option<String>,
    /// Tenant or group.
    #[serde(default)]
    pub group: Option<String>,
    /// Name among repeats.
    #[serde(default)]
    pub deduplication_id: Option<String>,
    /// Place in a FIFO queue.
    #[serde(default)]
    pub sequence_number: Option<String>,
    /// When it was sent first.
    pub sent_at: DateTime<Utc>,
    /// From when its retention counts.
    pub enqueued_at: DateTime<Utc>,
    /// When it was first received.
    #[serde(default)]
    pub first_received_at: Option<DateTime<Utc>>,
    /// The number of times that it was received.
    #[serde(default)]
    pub receive_count: u32,
    /// Name of the queue that it failed in, once it is among the dead letters.
    #[serde(default)]
    pub failed_in: Option<String>,
    /// Until when it is hidden: by a delay, or by a receive.
    pub hidden_until: DateTime<Utc>,
    /// Chance part of the latest receipt handle; a message without one was never received, or its visibility ended.
    #[serde(default)]
    pub receipt: Option<u64>,
}

/// Texts are private: only the id shows.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// A message in the hands of a consumer.
#[derive(Clone, Debug)]
pub struct Received {
    /// The message with the receive count of this receipt.
    pub message: Message,
    /// The handle by which the consumer deletes it.
    pub receipt_handle: String,
}

/// The number of messages that wait in a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Depth {
    /// Can be received now.
    pub visible: usize,
    /// Wait for their delay.
    pub delayed: usize,
    /// Were received and are hidden.
    pub in_flight: usize,
    /// When the oldest of all was sent.
    pub oldest: Option<DateTime<Utc>>,
}

/// The place of a message between its send and its deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Can be received.
    Visible,
    /// Waits for its delay to end.
    Delayed,
    /// Was received, and is hidden until its visibility ends.
    InFlight,
}

/// A look at a message that does not count as receiving it.
#[derive(Clone, Debug)]
pub struct Peeked {
    /// The message, with no new receive counted.
    pub message: Message,
    /// The place that the message has now.
    pub standing: Standing,
}

/// All that waits in all queues, for `--data`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Dump {
    /// Messages by queue name, in their order, each with the number that its receipt handles name.
    pub queues: BTreeMap<String, Vec<(u64, Message)>>,
    /// Number that the next message gets.
    pub next_number: u64,
}
