//! The protocol of SQS (AWS JSON 1.0) over [`Queues`].

pub(crate) mod attributes;
mod requests;

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::{
    Reply, arn,
    queues::{Attributes, NewMessage, QueueFault, Queues, Received, Refusal, Sent, bytes, digest},
};
use requests::{Attributed, Batch, Entry, Handle, List, Move, Named, OfQueue, Receive, Send};

const CONTENT_TYPE: &str = "application/x-amz-json-1.0";
const MOST_ENTRIES: usize = 10;
/// Most bytes of a batch, all messages together.
const MOST_BATCH_BYTES: usize = 1_048_576;

/// SQS as SDKs talk to it; a clone serves the same queues.
#[derive(Clone)]
pub struct Sqs {
    queues: Queues,
    base_url: String,
}

type ActionResult = Result<Value, Refusal>;

impl Sqs {
    /// Serves queues whose addresses begin with `base_url`.
    pub fn new(queues: Queues, base_url: impl Into<String>) -> Self {
        Self { queues, base_url: base_url.into() }
    }

    /// Answers a request; `target` is the header `x-amz-target`, like `AmazonSQS.SendMessage`. A receive call waits as
    /// long as it asks for.
    pub async fn handle(&self, target: &str, body: &[u8]) -> Reply {
        let action = target.rsplit('.').next().unwrap_or_default();
        let lose = matches!(action, "SendMessage" | "SendMessageBatch");
        match self.act(action, body).await {
            Ok(answer) => {
                let mut reply = Reply::json(200, CONTENT_TYPE, &answer);
                if lose && let Ok(queue) = self.queue(body) {
                    reply.lost = self.queues.strikes(&queue, QueueFault::LoseSendAnswer);
                }
                reply
            }
            Err(refusal) => {
                let fault = if refusal.sender_fault() { "Sender" } else { "Receiver" };
                let body = json!({"__type": format!("com.amazonaws.sqs#{}", refusal.code), "message": refusal.text});
                Reply::json(refusal.status, CONTENT_TYPE, &body)
                    .with_header("x-amzn-query-error", format!("{};{fault}", refusal.query_code()))
            }
        }
    }

    async fn act(&self, action: &str, body: &[u8]) -> ActionResult {
        match action {
            "SendMessage" => self.send(body),
            "SendMessageBatch" => self.send_batch(body),
            "ReceiveMessage" => self.receive(body).await,
            "DeleteMessage" => self.one(body, action, |queue, handle| self.delete(queue, handle)),
            "DeleteMessageBatch" => self.batch(body, action, |queue, handle| self.delete(queue, handle)),
            "ChangeMessageVisibility" => self.one(body, action, |queue, handle| self.change_visibility(queue, handle)),
            "ChangeMessageVisibilityBatch" => {
                self.batch(body, action, |queue, handle| self.change_visibility(queue, handle))
            }
            "CreateQueue" => {
                let Named { queue_name, attributes } = parse(body)?;
                let name = queue_name.ok_or_else(|| Refusal::missing("QueueName"))?;
                self.queues.create(attributes::config(name.clone(), &attributes)?)?;
                Ok(json!({"QueueUrl": self.url(&name)}))
            }
            "GetQueueUrl" => {
                let name = parse::<Named>(body)?.queue_name.ok_or_else(|| Refusal::missing("QueueName"))?;
                self.queues.config(&name)?;
                self.queues.count(&name, action, 0);
                Ok(json!({"QueueUrl": self.url(&name)}))
            }
            "ListQueues" => self.list(&parse(body)?),
            "GetQueueAttributes" => {
                let (queue, Attributed { attribute_names }) = (self.queue(body)?, parse(body)?);
                self.queues.count(&queue, action, 0);
                attributes::describe(&self.queues, &queue, &attribute_names)
            }
            "PurgeQueue" => {
                let queue = self.queue(body)?;
                self.queues.purge(&queue)?;
                self.queues.count(&queue, action, 0);
                Ok(json!({}))
            }
            "StartMessageMoveTask" => {
                let Move { source_arn, destination_arn } = parse(body)?;
                let source = source_arn.ok_or_else(|| Refusal::missing("SourceArn"))?;
                self.queues.redrive(arn::name_of(&source), destination_arn.as_deref().map(arn::name_of))?;
                Ok(json!({"TaskHandle": self.queues.new_id()}))
            }
            _ => Err(Refusal::new("UnknownOperationException", format!("{action} is not offered here"))),
        }
    }

    fn send(&self, body: &[u8]) -> ActionResult {
        let (queue, send) = (self.queue(body)?, parse::<Send>(body)?);
        let message = NewMessage::from(send);
        self.queues.count(&queue, "SendMessage", bytes(&message.body, &message.attributes));
        if self.queues.strikes(&queue, QueueFault::RefuseSend) {
            return Err(Refusal::internal());
        }
        self.queues.send(&queue, message).map(|sent| Value::Object(sent_json(sent)))
    }

    fn send_batch(&self, body: &[u8]) -> ActionResult {
        let (queue, Batch { entries }) = (self.queue(body)?, parse::<Batch<Send>>(body)?);
        self.queues.config(&queue)?;
        check_batch(&entries)?;
        let messages: Vec<_> = entries.into_iter().map(|entry| (entry.id().to_owned(), entry.into())).collect();
        let size = |(_, message): &(String, NewMessage)| bytes(&message.body, &message.attributes);
        let total: usize = messages.iter().map(size).sum();
        if total > MOST_BATCH_BYTES {
            let text =
                format!("Batch requests cannot be longer than {MOST_BATCH_BYTES} bytes. You have sent {total} bytes.");
            return Err(Refusal::new("BatchRequestTooLong", text));
        }
        self.queues.count(&queue, "SendMessageBatch", total);
        if self.queues.strikes(&queue, QueueFault::RefuseSend) {
            return Err(Refusal::internal());
        }
        let mut refuse = self.queues.strikes(&queue, QueueFault::RefuseEntry);
        Ok(outcome(messages.into_iter().map(|(id, message)| {
            let refused = std::mem::take(&mut refuse);
            let sent = if refused { Err(Refusal::internal()) } else { self.queues.send(&queue, message) };
            (id, sent.map(sent_json))
        })))
    }

    async fn receive(&self, body: &[u8]) -> ActionResult {
        let (queue, mut receive) = (self.queue(body)?, parse::<Receive>(body)?);
        let (config, _) = self.queues.config(&queue)?;
        let most = receive.max_number_of_messages.unwrap_or(1);
        let most_allowed = usize::try_from(most).ok().filter(|most| (1..=10).contains(most));
        let Some(most) = most_allowed else {
            let reason = "Must be between 1 and 10, if provided.";
            return Err(Refusal::invalid("MaxNumberOfMessages", most, reason));
        };
        let wait = receive.wait_time_seconds.unwrap_or(i64::from(config.receive_wait));
        if !(0..=20).contains(&wait) {
            let reason = "Must be >= 0 and <= 20, if provided.";
            return Err(Refusal::invalid("WaitTimeSeconds", wait, reason));
        }
        let received = self.queues.receive_within(&queue, most, receive.visibility_timeout, wait).await?;
        let size = received.iter().map(|received| bytes(&received.message.body, &received.message.attributes)).sum();
        self.queues.count(&queue, "ReceiveMessage", size);
        if received.is_empty() {
            return Ok(json!({}));
        }
        receive.attribute_names.append(&mut receive.message_system_attribute_names);
        let messages: Vec<Value> = received.into_iter().map(|received| received_json(received, &receive)).collect();
        Ok(json!({"Messages": messages}))
    }

    fn delete(&self, queue: &str, handle: Handle) -> Result<(), Refusal> {
        let receipt = handle.receipt_handle.ok_or_else(|| Refusal::missing("ReceiptHandle"))?;
        self.queues.delete(queue, &receipt)
    }

    fn change_visibility(&self, queue: &str, handle: Handle) -> Result<(), Refusal> {
        let receipt = handle.receipt_handle.ok_or_else(|| Refusal::missing("ReceiptHandle"))?;
        let seconds = handle.visibility_timeout.ok_or_else(|| Refusal::missing("VisibilityTimeout"))?;
        self.queues.change_visibility(queue, &receipt, seconds)
    }

    fn one(&self, body: &[u8], action: &str, act: impl Fn(&str, Handle) -> Result<(), Refusal>) -> ActionResult {
        let (queue, handle) = (self.queue(body)?, parse(body)?);
        self.queues.count(&queue, action, 0);
        act(&queue, handle).map(|()| json!({}))
    }

    fn batch(&self, body: &[u8], action: &str, act: impl Fn(&str, Handle) -> Result<(), Refusal>) -> ActionResult {
        let (queue, Batch { entries }) = (self.queue(body)?, parse::<Batch<Handle>>(body)?);
        self.queues.config(&queue)?;
        check_batch(&entries)?;
        self.queues.count(&queue, action, 0);
        Ok(outcome(entries.into_iter().map(|entry| {
            let id = entry.id().to_owned();
            (id, act(&queue, entry).map(|()| Map::new()))
        })))
    }

    fn list(&self, list: &List) -> ActionResult {
        let prefix = list.queue_name_prefix.as_deref().unwrap_or_default();
        let after = list.next_token.as_deref().unwrap_or_default();
        let names = self.queues.names().into_iter().filter(|name| name.starts_with(prefix) && name.as_str() > after);
        let mut names: Vec<String> = names.collect();
        let more = names.len() > list.max_results.unwrap_or(1_000);
        names.truncate(list.max_results.unwrap_or(1_000));
        let mut answer = json!({"QueueUrls": names.iter().map(|name| self.url(name)).collect::<Vec<_>>()});
        if let Some(last) = names.last().filter(|_| more && list.max_results.is_some()) {
            answer["NextToken"] = json!(last);
        }
        Ok(answer)
    }

    fn url(&self, name: &str) -> String {
        arn::queue_url(&self.base_url, name)
    }

    /// Name of the queue that a request is about.
    fn queue(&self, body: &[u8]) -> Result<String, Refusal> {
        let url = parse::<OfQueue>(body)?.queue_url.ok_or_else(|| Refusal::missing("QueueUrl"))?;
        Ok(arn::name_of(&url).to_owned())
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::new("SerializationException", error.to_string()))
}

fn check_batch(entries: &[impl Entry]) -> Result<(), Refusal> {
    if entries.is_empty() {
        return Err(Refusal::new("EmptyBatchRequest", "There should be at least one entry in the request."));
    }
    if entries.len() > MOST_ENTRIES {
        let text = format!("Maximum number of entries per request are 10. You have sent {}.", entries.len());
        return Err(Refusal::new("TooManyEntriesInBatchRequest", text));
    }
    let mut ids = BTreeSet::new();
    for entry in entries {
        let id = entry.id();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if id.is_empty() || id.len() > 80 || !id.chars().all(plain) {
            let text = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.";
            return Err(Refusal::new("InvalidBatchEntryId", text));
        }
        if !ids.insert(id) {
            return Err(Refusal::new("BatchEntryIdsNotDistinct", format!("Id {id} repeated.")));
        }
    }
    Ok(())
}

/// Answer to a batch: what was done and what was not.
fn outcome(results: impl Iterator<Item = (String, Result<Map<String, Value>, Refusal>)>) -> Value {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for (id, result) in results {
        match result {
            Ok(mut done) => {
                done.insert("Id".to_owned(), id.into());
                successful.push(done);
            }
            Err(refusal) => failed.push(json!({
                "Id": id,
                "Code": refusal.query_code(),
                "Message": refusal.text,
                "SenderFault": refusal.sender_fault(),
            })),
        }
    }
    json!({"Successful": successful, "Failed": failed})
}

fn sent_json(sent: Sent) -> Map<String, Value> {
    let optional = [
        ("MD5OfMessageAttributes", sent.md5_of_attributes),
        ("SequenceNumber", sent.sequence_number),
        ("MessageId", Some(sent.message_id)),
        ("MD5OfMessageBody", Some(sent.md5_of_body)),
    ];
    optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect()
}

fn received_json(received: Received, asked: &Receive) -> Value {
    let Received { message, receipt_handle } = received;
    let mut json = json!({
        "MessageId": message.message_id,
        "ReceiptHandle": receipt_handle,
        "MD5OfBody": digest::of_body(&message.body),
        "Body": message.body,
    });
    let mut system = attributes::of_message(&message);
    if !asked.attribute_names.iter().any(|name| name == "All") {
        system.retain(|name, _| asked.attribute_names.contains(name));
    }
    if !system.is_empty() {
        json["Attributes"] = json!(system);
    }
    let wanted = |name: &String| {
        asked.message_attribute_names.iter().any(|asked| match asked.strip_suffix(".*") {
            Some(prefix) => name.starts_with(prefix),
            None => asked == "All" || asked == name,
        })
    };
    let own: Attributes = message.attributes.into_iter().filter(|(name, _)| wanted(name)).collect();
    if let Some(digest) = digest::of_attributes(&own) {
        json["MD5OfMessageAttributes"] = digest.into();
        json["MessageAttributes"] = json!(own);
    }
    json
}
