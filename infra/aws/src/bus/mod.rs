//! The event buses: PutEvents as EventBridge has it (AWS JSON 1.1), and rules that pass events on to queues and
//! functions.

mod entry;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use futures::{StreamExt, stream::FuturesUnordered};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    Reply, arn,
    invoke::{Invoke, InvokeError, invoke_later},
    observe::{Observe, chunks},
    queues::{Attribute, NewMessage, Queues},
    template::{Receiver, Rule, Target, Template},
};
use entry::{Entry, Unfit};

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
const MOST_ENTRIES: usize = 10;
/// All entries of a request together stay below this, in bytes.
const TOO_MANY_BYTES: usize = 1_048_576;

/// Something that goes wrong at PutEvents as often as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BusFault {
    /// The request is answered with 500 and does nothing.
    Refuse,
    /// The request is answered with 200, and its first entry failed.
    FailEntry,
    /// The request is done and its answer lost.
    LoseAnswer,
    /// Each event of the request is delivered twice.
    DeliverTwice,
}

/// All buses with their rules; a clone is another handle to the same ones.
#[derive(Clone)]
pub struct Bus {
    shared: Arc<Shared>,
}

struct Shared {
    buses: Vec<String>,
    rules: Vec<Rule>,
    queues: Queues,
    invoke: Arc<dyn Invoke>,
    observe: Arc<dyn Observe>,
    called: Notify,
    state: Mutex<State>,
}

struct State {
    rng: fastrand::Rng,
    faults: BTreeMap<BusFault, usize>,
    /// Calls of functions that are not done yet, by their numbers.
    calls: BTreeMap<u64, Call>,
    next_call: u64,
}

#[derive(Clone)]
struct Call {
    function: String,
    event: Bytes,
    rule: String,
    target: Target,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    entries: Vec<Entry>,
}

impl Bus {
    /// Takes the buses and rules of a template, beside the bus `default`.
    pub fn new(
        template: &Template,
        queues: Queues,
        rng: fastrand::Rng,
        invoke: Arc<dyn Invoke>,
        observe: Arc<dyn Observe>,
    ) -> Self {
        let buses = template.buses.values().cloned().chain(["default".to_owned()]).collect();
        let state = State { rng, faults: BTreeMap::new(), calls: BTreeMap::new(), next_call: 0 };
        let shared = Shared {
            buses,
            rules: template.rules.clone(),
            queues,
            invoke,
            observe,
            called: Notify::new(),
            state: Mutex::new(state),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Answers a request; `target` is the header `x-amz-target`, like `AWSEvents.PutEvents`.
    pub async fn handle(&self, target: &str, body: &[u8]) -> Reply {
        if target.rsplit('.').next() != Some("PutEvents") {
            return refusal(400, "UnknownOperationException", format!("{target} is not offered here"));
        }
        let PutEvents { entries } = match serde_json::from_slice(body) {
            Ok(request) => request,
            Err(error) => return refusal(400, "SerializationException", error.to_string()),
        };
        if entries.is_empty() || entries.len() > MOST_ENTRIES {
            let bound = if entries.is_empty() { "greater than or equal to 1" } else { "less than or equal to 10" };
            let text = format!(
                "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length {bound}"
            );
            return refusal(400, "ValidationException", text);
        }
        if entries.iter().map(Entry::bytes).sum::<usize>() >= TOO_MANY_BYTES {
            return refusal(400, "ValidationException", "Total size of the entries in the request is over the limit.");
        }
        if self.strikes(BusFault::Refuse) {
            return refusal(500, "InternalException", "This exception occurs due to unexpected causes.");
        }
        let mut fail = self.strikes(BusFault::FailEntry);
        let times = if self.strikes(BusFault::DeliverTwice) { 2 } else { 1 };
        let results: Vec<Result<String, Unfit>> = entries
            .iter()
            .map(|entry| match std::mem::take(&mut fail) {
                true => Err(("InternalFailure", "Internal Service Failure".to_owned())),
                false => self.put(entry, times),
            })
            .collect();
        let failed = results.iter().filter(|result| result.is_err()).count();
        let entries = results.into_iter().map(|result| match result {
            Ok(id) => json!({"EventId": id}),
            Err((code, text)) => json!({"ErrorCode": code, "ErrorMessage": text}),
        });
        let answer = json!({"FailedEntryCount": failed, "Entries": entries.collect::<Vec<_>>()});
        Reply { lost: self.strikes(BusFault::LoseAnswer), ..Reply::json(200, CONTENT_TYPE, &answer) }
    }

    /// Calls the functions that rules name, for ever; a call begun and not ended when this is dropped is made again by
    /// the next run.
    pub async fn run(self) {
        let (mut at_work, mut begun) = (FuturesUnordered::new(), 0);
        loop {
            let called = self.shared.called.notified();
            let fresh: Vec<(u64, Call)> =
                self.state().calls.range(begun..).map(|(number, call)| (*number, call.clone())).collect();
            for (number, call) in fresh {
                begun = number + 1;
                at_work.push(self.call(number, call));
            }
            tokio::select! {
                biased;
                Some(()) = at_work.next(), if !at_work.is_empty() => {}
                () = called => {}
            }
        }
    }

    /// Lets something go wrong the next so many times; 0 ends it.
    pub fn inject(&self, fault: BusFault, times: usize) {
        self.state().faults.insert(fault, times);
    }

    /// The faults that are still to strike, each with the number of times that are left.
    #[must_use]
    pub fn faults(&self) -> Vec<(BusFault, usize)> {
        self.state().faults.iter().filter(|(_, times)| **times > 0).map(|(fault, times)| (*fault, *times)).collect()
    }

    fn strikes(&self, fault: BusFault) -> bool {
        let mut state = self.state();
        let Some(left) = state.faults.get_mut(&fault) else { return false };
        let strikes = *left > 0;
        *left = left.saturating_sub(1);
        strikes
    }

    fn put(&self, entry: &Entry, times: usize) -> Result<String, Unfit> {
        let bus = entry.bus();
        if !self.shared.buses.iter().any(|known| known == bus) {
            return Err(("ResourceNotFoundException", format!("Event bus {bus} does not exist.")));
        }
        let id = uuid::Builder::from_random_bytes(self.state().rng.u128(..).to_be_bytes()).into_uuid().to_string();
        let event = entry.envelope(&id, self.shared.queues.clock().now())?;
        self.shared.observe.bus_events(bus, chunks(entry.bytes()));
        let rules = self.shared.rules.iter().filter(|rule| rule.enabled && rule.bus == bus);
        for rule in rules.filter(|rule| rule.pattern.matches(&event)) {
            for target in &rule.targets {
                for _ in 0..times {
                    self.deliver(rule, target, &event);
                }
            }
        }
        Ok(id)
    }

    fn deliver(&self, rule: &Rule, target: &Target, event: &Value) {
        let body = target.input.as_ref().unwrap_or(event).to_string();
        match &target.to {
            Receiver::Queue(queue) => {
                self.shared.queues.count(queue, "SendMessage", body.len());
                let message = NewMessage { group: target.group.clone(), ..NewMessage::text(body.as_str()) };
                if let Err(refusal) = self.shared.queues.send(queue, message) {
                    self.bury(&arn::rule(&rule.bus, &rule.name), target, body, refusal.code);
                }
            }
            Receiver::Function(function) => {
                let mut state = self.state();
                let number = state.next_call;
                state.next_call += 1;
                let rule = arn::rule(&rule.bus, &rule.name);
                let call = Call { function: function.clone(), event: body.into(), rule, target: target.clone() };
                state.calls.insert(number, call);
                drop(state);
                self.shared.called.notify_waiters();
            }
        }
    }

    async fn call(&self, number: u64, call: Call) {
        let clock = self.shared.queues.clock();
        let result = invoke_later(self.shared.invoke.as_ref(), clock, &call.function, call.event.clone()).await;
        match result {
            // Only what could not be handed over is EventBridge's; a function's own failure is Lambda's to drop.
            Err(InvokeError::Missing(_)) => {
                let body = String::from_utf8_lossy(&call.event).into_owned();
                self.bury(&call.rule, &call.target, body, "RESOURCE_NOT_FOUND");
            }
            Err(error) => tracing::warn!(function = call.function, %error, "event dropped"),
            Ok(_) => {}
        }
        self.state().calls.remove(&number);
    }

    /// Sends what cannot be delivered to the target's dead letters, with the reason beside it.
    fn bury(&self, rule: &str, target: &Target, body: String, code: &str) {
        tracing::warn!(rule, code, "event not delivered");
        let Some(queue) = &target.dead_letters else { return };
        let to = match &target.to {
            Receiver::Queue(queue) => arn::queue(queue),
            Receiver::Function(function) => arn::function(function),
        };
        let text = |value: &str| Attribute {
            data_type: "String".to_owned(),
            string_value: Some(value.to_owned()),
            binary_value: None,
        };
        let attributes = [("RULE_ARN", rule), ("TARGET_ARN", &to), ("ERROR_CODE", code)];
        let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), text(value))).collect();
        if let Err(refusal) = self.shared.queues.send(queue, NewMessage { attributes, ..NewMessage::text(body) }) {
            tracing::error!(queue, %refusal, "event lost");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refusal(status: u16, code: &str, text: impl Into<String>) -> Reply {
    let text: String = text.into();
    Reply::json(status, CONTENT_TYPE, &json!({"__type": code, "message": text}))
}

#[cfg(test)]
mod tests;
