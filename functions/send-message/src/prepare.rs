//! From a task to a message that may go now, or to the step that must happen instead.

use crate::Dispatcher;
use crate::states::{Destination, End, Next, Ready, Record};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Business, CustomerId, Gate, GateInput, Message, MessageType, Reach, Reason, Recipient, Sender, Status, gate,
};
use gateways::{adapter, template};
use kit::batch::Failure;
use queues::producer::MAX_DELAY;
use queues::tasks::SendTask;
use std::borrow::Borrow;
use std::sync::Arc;
use std::time::Duration;
use store::{CreateMessage, Moved, Versioned};

/// The longest that a message is put back because others go to the same person. Shorter than the backstop, so that the
/// due index does not bring up a second task of it.
const LONGEST_FOR_A_PERSON: Duration = Duration::from_secs(120);

impl Dispatcher {
    pub(crate) async fn prepare(&self, place: usize, task: &SendTask) -> Result<Next, Failure> {
        // Erased meanwhile.
        let Some(message) = self.app.store().message(task.business_id, &task.message_id).await? else {
            return Ok(End::Done.into());
        };
        // The due index has brought it up again: one task is enough.
        if task.is_outdated(&message) {
            metrics::counter!("tasks_outdated").increment(1);
            return Ok(End::Done.into());
        }
        let now = self.app.now();
        match message.status {
            // Before its time nothing is decided of it: until then the person may write, or be erased.
            Status::Pending if message.scheduled_for > now => {
                self.defer(&message, message.scheduled_for, Reason::Scheduled, now).await.map(Next::End)
            }
            Status::Pending => match message.retry_not_before.map_or(Duration::ZERO, |at| until(at, now)) {
                Duration::ZERO => self.admit(place, task, message).await,
                wait if wait <= MAX_DELAY => Ok(End::PutBack(wait).into()),
                // The due index brings it then.
                _ => Ok(End::Done.into()),
            },
            Status::Sending => self.held(&message, now).await.map(Next::End),
            Status::Unknown => self.resolve_unknown(&message, now).await.map(Next::End),
            Status::Sent | Status::Delivered | Status::Read | Status::Failed | Status::Skipped => Ok(End::Done.into()),
        }
    }

    /// Another worker holds the message: under a live lease it is that worker's; after it, the message is unknown.
    pub(crate) async fn held(&self, message: &Message, now: DateTime<Utc>) -> Result<End, Failure> {
        let lease = message.lease_until.unwrap_or(now);
        if lease > now {
            return Ok(End::PutBack(until(lease, now)));
        }
        let until = now + self.config.unknown_wait;
        let error = Reason::Unknown.error_message();
        let (business, id) = (message.business_id, &message.message_id);
        self.app.store().expire_lease(business, id, now, until, &error, &self.app.attempt()).await?;
        metrics::counter!("messages_unknown", "cause" => "lease").increment(1);
        Ok(End::Done)
    }

    /// Asks the gate, and chooses the body of what may go.
    async fn admit(&self, place: usize, task: &SendTask, message: Message) -> Result<Next, Failure> {
        let store = self.app.store();
        let found = store.business_with_senders(message.business_id).await?;
        // Closed meanwhile.
        let Some(found) = found else { return self.forget(&message).await.map(Next::End) };
        let business = found.business.record;
        if let Some(end) = self.ask_campaign(&message).await? {
            return Ok(end.into());
        }
        let reach = store.reach(message.business_id, message.recipient).await?;
        let Some(sender) = choose(&found.senders, &reach).cloned() else {
            return self.fail(&message, Record::Pending, Reason::NoSender).await.map(Next::End);
        };
        let row = store.sender_row(message.business_id, sender.sender_id).await?;
        let (to, best_hour) = match self.destination(&business, &message, &sender).await? {
            Destination::Address { address, best_hour } => (address, best_hour),
            Destination::Unreachable => return self.unreachable(&message, Record::Pending).await.map(Next::End),
            Destination::Erased => return self.forget(&message).await.map(Next::End),
            Destination::Changed(reason) => return self.skip(&message, Record::Pending, reason).await.map(Next::End),
        };
        let now = self.app.now();
        let (settings, zone) = (&business.settings, business.timezone);
        let said = gate(&GateInput {
            message: &message,
            settings,
            zone,
            best_hour,
            reach: &reach,
            sender: &sender,
            state: row.state,
            restored: self.config.restored,
            now,
        });
        if let Some(end) = self.obey(&message, Record::Pending, said, task.put_backs, now).await? {
            return Ok(end.into());
        }
        let Ok(body) = template::body(&sender, &message, said == Gate::Send) else {
            // An approved template stands for it, but lacks a variable.
            return self.fail(&message, Record::Pending, Reason::NothingToSend).await.map(Next::End);
        };
        let put_backs = task.put_backs;
        let (record, business, sender) = (Record::Pending, Arc::new(business), Arc::new(sender));
        let ready = Ready { place, put_backs, message, record, business, sender, row, reach, to, body, claim: None };
        Ok(Next::Line(Box::new(ready)))
    }

    /// Does what the gate says; `None` if the message may go. Of many messages to one person each waits longer every time
    /// that it comes too early: else a hundred of them would look at each other ten thousand times.
    pub(crate) async fn obey(
        &self,
        message: &Message,
        record: Record,
        said: Gate,
        put_backs: u32,
        now: DateTime<Utc>,
    ) -> Result<Option<End>, Failure> {
        match said {
            Gate::Send | Gate::SendTemplate => Ok(None),
            Gate::Skip { reason } => self.skip(message, record, reason).await.map(Some),
            Gate::Fail { reason } => self.fail(message, record, reason).await.map(Some),
            Gate::Defer { until: free, reason: Reason::PairTime } => {
                let wait = until(free, now) * (1 << put_backs.min(8));
                Ok(Some(End::PutBack(wait.min(LONGEST_FOR_A_PERSON))))
            }
            // Nobody has to look at a message without a record but those who would make it.
            Gate::Defer { until: free, .. } if record == Record::New => Ok(Some(End::PutBack(until(free, now)))),
            Gate::Defer { until, reason } => self.defer(message, until, reason, now).await.map(Some),
        }
    }

    pub(crate) async fn skip(&self, message: &Message, record: Record, reason: Reason) -> Result<End, Failure> {
        if record == Record::New {
            return self.end_at_once(message, Status::Skipped, reason).await;
        }
        let (business, id) = (message.business_id, &message.message_id);
        let moved = self.app.store().skip(business, id, &reason.error_message(), &self.app.attempt()).await?;
        self.ended(message, moved, Status::Skipped).await
    }

    /// A person without a number or chat cannot be written to. That is no fault of a sender.
    pub(crate) async fn unreachable(&self, message: &Message, record: Record) -> Result<End, Failure> {
        let (business_id, kind) = (message.business_id, <&'static str>::from(message.message_type));
        tracing::warn!(%business_id, kind, "a message ({kind}) is to nobody who could be reached");
        self.skip(message, record, Reason::NoAddress).await
    }

    pub(crate) async fn fail(&self, message: &Message, record: Record, reason: Reason) -> Result<End, Failure> {
        if record == Record::New {
            return self.end_at_once(message, Status::Failed, reason).await;
        }
        let (business, id, claim) = (message.business_id, &message.message_id, message.attempt.as_ref());
        let moved = self.app.store().fail(business, id, claim, &reason.error_message(), &self.app.attempt()).await?;
        self.ended(message, moved, Status::Failed).await
    }

    /// Keeps a message that had no record as one that is not sent. One that somebody has made meanwhile stays.
    async fn end_at_once(&self, message: &Message, status: Status, reason: Reason) -> Result<End, Failure> {
        let ended = message.clone().ended(status, reason);
        match self.app.store().create_message(&ended, &self.app.attempt()).await? {
            CreateMessage::Created => {
                count(message, status);
                Ok(End::Done)
            }
            CreateMessage::Exists(found) => self.ended(message, Moved::Not(Some(found)), status).await,
        }
    }

    /// The next step, once a pending message has been moved. If somebody has claimed it meanwhile, this may be the same
    /// task of the queue, delivered twice: done with, it would be gone for the holder too.
    async fn ended(&self, message: &Message, moved: Moved, status: Status) -> Result<End, Failure> {
        match moved {
            Moved::Done => {
                if status != Status::Pending {
                    count(message, status);
                }
                Ok(End::Done)
            }
            Moved::Not(Some(found)) if found.status == Status::Sending => self.held(&found, self.app.now()).await,
            Moved::Not(_) => Ok(End::Done),
        }
    }

    /// A short wait is the queue's, a long one the due index's.
    pub(crate) async fn defer(
        &self,
        message: &Message,
        due: DateTime<Utc>,
        reason: Reason,
        now: DateTime<Utc>,
    ) -> Result<End, Failure> {
        let wait = until(due, now);
        if wait <= MAX_DELAY {
            return Ok(End::PutBack(wait));
        }
        let (business, id) = (message.business_id, &message.message_id);
        let moved = self.app.store().defer(business, id, due, &reason.error_message(), &self.app.attempt()).await?;
        self.ended(message, moved, Status::Pending).await
    }

    async fn destination(
        &self,
        business: &Business,
        message: &Message,
        sender: &Sender,
    ) -> Result<Destination, Failure> {
        let gateway = adapter(sender.gateway);
        let mut best_hour = None;
        let address = match message.recipient {
            Recipient::Owner(id) => {
                let owner = business.owners.iter().find(|owner| owner.owner_id == id);
                owner.and_then(|owner| gateway.address(Some(&owner.phone), None, None))
            }
            Recipient::Customer(id) => {
                let found = self.app.store().customer(message.business_id, id).await?;
                let Some(Versioned { record: known, .. }) = found else { return Ok(Destination::Erased) };
                if let Err(reason) = automations::still_holds(message, &known) {
                    return Ok(Destination::Changed(reason));
                }
                if let Err(reason) = automations::still_stands(&self.app, business, message).await? {
                    return Ok(Destination::Changed(reason));
                }
                if self.is_silenced(message, id).await? {
                    return Ok(Destination::Changed(Reason::PersonAnswers));
                }
                best_hour = business.best_hour_for(&known);
                gateway.address(known.phone.as_ref(), known.bsuid.as_deref(), known.chat_id.as_deref())
            }
        };
        Ok(address.map_or(Destination::Unreachable, |address| Destination::Address { address, best_hour }))
    }

    /// Whether it is the assistant's, and a person of the business has taken the chat since it was written.
    async fn is_silenced(&self, message: &Message, customer: CustomerId) -> Result<bool, Failure> {
        if !matches!(message.message_type, MessageType::AssistantAnswer | MessageType::AssistantFallback) {
            return Ok(false);
        }
        let chat = self.app.store().chat(message.business_id, customer).await?.record;
        Ok(chat.was_taken_since(message.created_at, self.app.now()))
    }

    /// A message that was made just before its customer was erased, or its business closed, goes too.
    async fn forget(&self, message: &Message) -> Result<End, Failure> {
        let (business, id) = (message.business_id, &message.message_id);
        self.app.store().forget_message(business, id, &self.app.attempt()).await?;
        Ok(End::Done)
    }
}

/// The sender that the person last wrote to, else the business's first.
pub(crate) fn choose<'a, S: Borrow<Sender>>(senders: &'a [S], reach: &Reach) -> Option<&'a S> {
    let last = reach.sender_id.and_then(|id| senders.iter().find(|sender| (*sender).borrow().sender_id == id));
    last.or(senders.first())
}

/// From now until then, rounded up to a whole second, as queues count.
pub(crate) fn until(time: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    let wait = (time - now).max(TimeDelta::zero()).to_std().unwrap_or_default();
    Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
}

pub(crate) fn count(message: &Message, status: Status) {
    let kind: &'static str = message.message_type.into();
    metrics::counter!("messages", "type" => kind, "status" => <&'static str>::from(status)).increment(1);
    // Alarms cannot add up what has labels. Of the messages tried some fail at once, others by a later report.
    if let Status::Sent | Status::Failed = status {
        metrics::counter!("messages_tried").increment(1);
    }
    match status {
        Status::Sent => {
            metrics::counter!("messages_sent").increment(1);
            // The dashboard adds these up; a metric of each business would cost one for each.
            let business_id = message.business_id;
            tracing::info!(%business_id, message_type = kind, sent = 1, "a message ({kind}) of business {business_id} was sent");
        }
        Status::Failed => metrics::counter!("messages_failed").increment(1),
        _ => {}
    }
}
