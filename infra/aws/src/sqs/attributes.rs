use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    arn,
    queues::{Message, QueueConfig, Queues, Redrive, Refusal},
};

/// The attributes of a message beside its body, by SQS's names for them.
pub(crate) fn of_message(message: &Message) -> BTreeMap<String, String> {
    let millis = |at: chrono::DateTime<chrono::Utc>| at.timestamp_millis().to_string();
    let all = [
        ("SenderId", Some(arn::ACCOUNT.to_owned())),
        ("SentTimestamp", Some(millis(message.sent_at))),
        ("ApproximateReceiveCount", Some(message.receive_count.to_string())),
        ("ApproximateFirstReceiveTimestamp", message.first_received_at.map(millis)),
        ("MessageGroupId", message.group.clone()),
        ("MessageDeduplicationId", message.deduplication_id.clone()),
        ("SequenceNumber", message.sequence_number.clone()),
        ("AWSTraceHeader", message.trace.clone()),
        ("DeadLetterQueueSourceArn", message.failed_in.as_deref().map(arn::queue)),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RedrivePolicy {
    dead_letter_target_arn: String,
    /// A number, or the same as a text.
    max_receive_count: Value,
}

/// Reads the attributes of CreateQueue.
pub(super) fn config(name: String, attributes: &BTreeMap<String, String>) -> Result<QueueConfig, Refusal> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let stem = name.strip_suffix(".fifo").unwrap_or(&name);
    if stem.is_empty() || name.len() > 80 || !stem.chars().all(plain) {
        let reason = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
        return Err(Refusal::invalid("QueueName", &name, reason));
    }
    let mut config = QueueConfig::new(name);
    config.fifo = false;
    for (attribute, value) in attributes {
        let wrong = || {
            let text = format!("Invalid value for the parameter {attribute}.");
            Refusal::new("InvalidAttributeValue", text)
        };
        let number = |least: u32, most: u32| {
            let number = value.parse().ok().filter(|number| (least..=most).contains(number));
            number.ok_or_else(wrong)
        };
        let flag = || value.parse::<bool>().map_err(|_| wrong());
        match attribute.as_str() {
            "DelaySeconds" => config.delay = number(0, 900)?,
            "VisibilityTimeout" => config.visibility = number(0, 43_200)?,
            "MessageRetentionPeriod" => config.retention = number(60, 1_209_600)?,
            "ReceiveMessageWaitTimeSeconds" => config.receive_wait = number(0, 20)?,
            "MaximumMessageSize" => config.maximum_bytes = number(1_024, 1_048_576)? as usize,
            "FifoQueue" => config.fifo = flag()?,
            "ContentBasedDeduplication" => config.content_deduplication = flag()?,
            "DeduplicationScope" => config.deduplication_by_group = value == "messageGroup",
            "RedrivePolicy" => {
                let policy: RedrivePolicy = serde_json::from_str(value).map_err(|_| wrong())?;
                let count = match &policy.max_receive_count {
                    Value::String(text) => text.parse().ok(),
                    count => count.as_u64().and_then(|count| u32::try_from(count).ok()),
                };
                let max_receives = count.filter(|count| (1..=1_000).contains(count)).ok_or_else(wrong)?;
                let dead_letters = arn::name_of(&policy.dead_letter_target_arn).to_owned();
                config.redrive = Some(Redrive { dead_letters, max_receives });
            }
            "FifoThroughputLimit" | "KmsMasterKeyId" | "Policy" | "RedriveAllowPolicy" | "SqsManagedSseEnabled" => {}
            _ => return Err(Refusal::new("InvalidAttributeName", format!("Unknown Attribute {attribute}."))),
        }
    }
    Ok(config)
}

/// Answers GetQueueAttributes.
pub(super) fn describe(queues: &Queues, queue: &str, names: &[String]) -> Result<Value, Refusal> {
    let (config, created) = queues.config(queue)?;
    let depth = queues.depths().remove(queue).unwrap_or_default();
    let redrive = config.redrive.as_ref().map(|redrive| {
        let arn = arn::queue(&redrive.dead_letters);
        json!({"deadLetterTargetArn": arn, "maxReceiveCount": redrive.max_receives}).to_string()
    });
    let flag = |flag: bool| flag.then(|| "true".to_owned());
    let all = [
        ("QueueArn", Some(arn::queue(queue))),
        ("ApproximateNumberOfMessages", Some(depth.visible.to_string())),
        ("ApproximateNumberOfMessagesNotVisible", Some(depth.in_flight.to_string())),
        ("ApproximateNumberOfMessagesDelayed", Some(depth.delayed.to_string())),
        ("CreatedTimestamp", Some(created.timestamp().to_string())),
        ("LastModifiedTimestamp", Some(created.timestamp().to_string())),
        ("DelaySeconds", Some(config.delay.to_string())),
        ("VisibilityTimeout", Some(config.visibility.to_string())),
        ("MessageRetentionPeriod", Some(config.retention.to_string())),
        ("ReceiveMessageWaitTimeSeconds", Some(config.receive_wait.to_string())),
        ("MaximumMessageSize", Some(config.maximum_bytes.to_string())),
        ("RedrivePolicy", redrive),
        ("FifoQueue", flag(config.fifo)),
        ("ContentBasedDeduplication", config.fifo.then(|| config.content_deduplication.to_string())),
        ("SqsManagedSseEnabled", flag(true)),
    ];
    if let Some(unknown) = names.iter().find(|name| *name != "All" && !KNOWN.contains(&name.as_str())) {
        return Err(Refusal::new("InvalidAttributeName", format!("Unknown Attribute {unknown}.")));
    }
    let wanted = |name: &str| names.iter().any(|asked| asked == "All" || asked == name);
    let chosen: BTreeMap<&str, String> =
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).filter(|(name, _)| wanted(name)).collect();
    Ok(if chosen.is_empty() { json!({}) } else { json!({"Attributes": chosen}) })
}

/// Names that may be asked for.
const KNOWN: [&str; 21] = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
    "ContentBasedDeduplication",
    "CreatedTimestamp",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "LastModifiedTimestamp",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "Policy",
    "QueueArn",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
];
