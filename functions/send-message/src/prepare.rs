//! From a task to a message that may go now, or to what must happen instead.

use crate::Function;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Attempt, Business, BusinessId, Customer, Gate, GateInput, Message, MessageType, Occasion, Reach, Reason, Recipient,
    Sender, SenderId, Status, gate,
};
use gateways::{Address, Body, adapter, template};
use kit::batch::Failure;
use queues::producer::MAX_DELAY;
use queues::tasks::SendTask;
use std::time::Duration;
use store::{Moved, SenderRow, Slot, Versioned};

/// What comes next for a task.
pub(crate) enum Next {
    /// It waits for a slot.
    Ready(Box<Ready>),
    /// Nothing more is to be done for it.
    Done,
    /// It comes again after so long.
    PutBack(Duration),
}

/// Who a message goes to.
enum Whom {
    /// Somebody there.
    At(Address),
    /// Somebody who has neither number nor chat at this gateway.
    Unreachable,
    /// A customer who was erased.
    Nobody,
    /// A customer who does not have the birthday any more that the message is for.
    NoBirthday,
}

/// A message that may go as soon as its sender is free.
pub(crate) struct Ready {
    /// Its place in the batch.
    pub(crate) place: usize,
    /// How often it was put back.
    pub(crate) put_backs: u32,
    pub(crate) message: Message,
    pub(crate) business: Business,
    pub(crate) sender: Sender,
    pub(crate) row: SenderRow,
    pub(crate) reach: Reach,
    pub(crate) to: Address,
    pub(crate) body: Body,
    /// The claim, once it is made.
    pub(crate) claim: Option<Held>,
}

/// A claim that was made.
#[derive(Clone)]
pub(crate) struct Held {
    /// Its name.
    pub(crate) claim: Attempt,
    /// Until when it may be settled.
    pub(crate) lease_until: DateTime<Utc>,
    /// For which slot.
    pub(crate) slot: Slot,
}

impl Ready {
    /// Messages of one sender stand in one line.
    pub(crate) fn line(&self) -> (BusinessId, SenderId) {
        (self.message.business_id, self.sender.sender_id)
    }

    /// What the gate says of it with this reach row.
    pub(crate) fn gate(&self, reach: &Reach, now: DateTime<Utc>) -> Gate {
        gate(&GateInput {
            message: &self.message,
            settings: &self.business.settings,
            zone: self.business.timezone,
            reach,
            sender: &self.sender,
            state: self.row.state,
            now,
        })
    }
}

impl Function {
    pub(crate) async fn prepare(&self, place: usize, task: &SendTask) -> Result<Next, Failure> {
        // Erased meanwhile.
        let Some(message) = self.app.store().message(task.business_id, &task.message_id).await? else {
            return Ok(Next::Done);
        };
        // The due index has brought it up again: one task is enough.
        if task.is_outdated(&message) {
            metrics::counter!("tasks_outdated").increment(1);
            return Ok(Next::Done);
        }
        let now = self.app.now();
        match message.status {
            Status::Pending => match message.retry_not_before.map_or(Duration::ZERO, |at| until(at, now)) {
                Duration::ZERO => self.admit(place, task, message).await,
                wait if wait <= MAX_DELAY => Ok(Next::PutBack(wait)),
                // The due index brings it then.
                _ => Ok(Next::Done),
            },
            Status::Sending => self.held(&message, now).await,
            Status::Unknown => self.resolve_unknown(&message, now).await,
            Status::Sent | Status::Delivered | Status::Read | Status::Failed | Status::Skipped => Ok(Next::Done),
        }
    }

    /// Somebody holds it: under a live lease it is theirs, after it nobody knows whether the gateway took it.
    pub(crate) async fn held(&self, message: &Message, now: DateTime<Utc>) -> Result<Next, Failure> {
        let lease = message.lease_until.unwrap_or(now);
        if lease > now {
            return Ok(Next::PutBack(until(lease, now)));
        }
        let until = now + self.config.unknown_wait;
        let error = Reason::Unknown.error_message();
        let (business, id) = (message.business_id, &message.message_id);
        self.app.store().expire_lease(business, id, now, until, &error, &self.app.attempt()).await?;
        metrics::counter!("messages_unknown", "cause" => "lease").increment(1);
        Ok(Next::Done)
    }

    /// Asks the gate.
    async fn admit(&self, place: usize, task: &SendTask, message: Message) -> Result<Next, Failure> {
        let store = self.app.store();
        let found = store.business_with_senders(message.business_id).await?;
        let found = found.ok_or_else(|| Failure::permanent("there is no such business"))?;
        let business = found.business.record;
        let reach = store.reach(message.business_id, message.recipient).await?;
        let Some(sender) = choose(found.senders, &reach) else { return self.fail(&message, Reason::NoSender).await };
        let row = store.sender_row(message.business_id, sender.sender_id).await?;
        let to = match self.whom(&business, &message, &sender).await? {
            Whom::At(address) => address,
            Whom::Unreachable => return self.unreachable(&message).await,
            Whom::Nobody => return self.forget(&message).await,
            Whom::NoBirthday => return self.skip(&message, Reason::BirthdayChanged).await,
        };
        let now = self.app.now();
        let Ok(body) = template::body(&sender, message.message_type, &message.content, is_open(&sender, &reach, now))
        else {
            return self.no_body(&business, &message, &sender, &reach, row, now).await;
        };
        let put_backs = task.put_backs;
        let ready = Ready { place, put_backs, message, business, sender, row, reach, to, body, claim: None };
        let said = ready.gate(&ready.reach, now);
        self.obey(ready, said, now).await
    }

    /// Does what the gate says.
    pub(crate) async fn obey(&self, ready: Ready, said: Gate, now: DateTime<Utc>) -> Result<Next, Failure> {
        match said {
            Gate::Send | Gate::SendTemplate => Ok(Next::Ready(Box::new(ready))),
            Gate::Skip { reason } => self.skip(&ready.message, reason).await,
            Gate::Fail { reason } => self.fail(&ready.message, reason).await,
            Gate::Defer { until, reason } => self.defer(&ready.message, until, reason, now).await,
        }
    }

    /// No text and no template fits: what the gate says of it, or, if only a variable is missing, that.
    async fn no_body(
        &self,
        business: &Business,
        message: &Message,
        sender: &Sender,
        reach: &Reach,
        row: SenderRow,
        now: DateTime<Utc>,
    ) -> Result<Next, Failure> {
        let (settings, zone) = (&business.settings, business.timezone);
        match gate(&GateInput { message, settings, zone, reach, sender, state: row.state, now }) {
            Gate::Skip { reason } => self.skip(message, reason).await,
            Gate::Fail { reason } => self.fail(message, reason).await,
            Gate::Defer { until, reason } => self.defer(message, until, reason, now).await,
            Gate::Send | Gate::SendTemplate => self.fail(message, Reason::NothingToSend).await,
        }
    }

    async fn skip(&self, message: &Message, reason: Reason) -> Result<Next, Failure> {
        let (business, id) = (message.business_id, &message.message_id);
        let moved = self.app.store().skip(business, id, &reason.error_message(), &self.app.attempt()).await?;
        self.ended(message, moved, Status::Skipped).await
    }

    /// Nobody can be sent anything to without a number or chat, and it is no fault of a sender.
    async fn unreachable(&self, message: &Message) -> Result<Next, Failure> {
        let (business_id, kind) = (message.business_id, <&'static str>::from(message.message_type));
        tracing::warn!(%business_id, kind, "a message ({kind}) is to nobody who could be reached");
        self.skip(message, Reason::NoAddress).await
    }

    async fn fail(&self, message: &Message, reason: Reason) -> Result<Next, Failure> {
        let (business, id, claim) = (message.business_id, &message.message_id, message.attempt.as_ref());
        let moved = self.app.store().fail(business, id, claim, &reason.error_message(), &self.app.attempt()).await?;
        self.ended(message, moved, Status::Failed).await
    }

    /// What comes next once a message that was pending has been moved. If somebody has claimed it meanwhile, this may be the
    /// same task of the queue, delivered twice: done with, it would be gone for who holds the message too.
    async fn ended(&self, message: &Message, moved: Moved, status: Status) -> Result<Next, Failure> {
        match moved {
            Moved::Done => {
                if status != Status::Pending {
                    count(message, status);
                }
                Ok(Next::Done)
            }
            Moved::Not(Some(found)) if found.status == Status::Sending => self.held(&found, self.app.now()).await,
            Moved::Not(_) => Ok(Next::Done),
        }
    }

    /// A short wait is the queue's, a long one the due index's.
    async fn defer(
        &self,
        message: &Message,
        due: DateTime<Utc>,
        reason: Reason,
        now: DateTime<Utc>,
    ) -> Result<Next, Failure> {
        let wait = until(due, now);
        if wait <= MAX_DELAY {
            return Ok(Next::PutBack(wait));
        }
        let (business, id) = (message.business_id, &message.message_id);
        let moved = self.app.store().defer(business, id, due, &reason.error_message(), &self.app.attempt()).await?;
        self.ended(message, moved, Status::Pending).await
    }

    async fn whom(&self, business: &Business, to: &Message, sender: &Sender) -> Result<Whom, Failure> {
        let address = match to.recipient {
            Recipient::Owner(id) => {
                let owner = business.owners.iter().find(|owner| owner.owner_id == id);
                owner.and_then(|owner| adapter(sender.gateway).address(Some(&owner.phone), None, None))
            }
            Recipient::Customer(id) => {
                let found = self.app.store().customer(to.business_id, id).await?;
                let Some(Versioned { record: known, .. }) = found else { return Ok(Whom::Nobody) };
                if to.message_type == MessageType::Birthday && !Occasion::is_kept(&to.message_id, &known) {
                    return Ok(Whom::NoBirthday);
                }
                let Customer { phone, bsuid, chat_id, .. } = known;
                adapter(sender.gateway).address(phone.as_ref(), bsuid.as_deref(), chat_id.as_deref())
            }
        };
        Ok(address.map_or(Whom::Unreachable, Whom::At))
    }

    /// Of somebody who was erased, what was made just before goes too.
    async fn forget(&self, message: &Message) -> Result<Next, Failure> {
        let (business, id) = (message.business_id, &message.message_id);
        self.app.store().forget_message(business, id, &self.app.attempt()).await?;
        Ok(Next::Done)
    }
}

/// The sender that the person last wrote to, else the business's first.
fn choose(senders: Vec<Sender>, reach: &Reach) -> Option<Sender> {
    let last = reach.sender_id.and_then(|id| senders.iter().position(|sender| sender.sender_id == id));
    senders.into_iter().nth(last.unwrap_or(0))
}

fn is_open(sender: &Sender, reach: &Reach, now: DateTime<Utc>) -> bool {
    !sender.gateway.has_window() || reach.in_window(now)
}

/// From now until then, rounded up to a whole second, as queues count.
pub(crate) fn until(time: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    let wait = (time - now).max(TimeDelta::zero()).to_std().unwrap_or_default();
    Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
}

/// Counts a message that has reached a status.
pub(crate) fn count(message: &Message, status: Status) {
    let kind: &'static str = message.message_type.into();
    metrics::counter!("messages", "type" => kind, "status" => <&'static str>::from(status)).increment(1);
    // Alarms cannot add up what has labels. Of the messages tried some fail at once, others by a later report.
    if let Status::Sent | Status::Failed = status {
        metrics::counter!("messages_tried").increment(1);
    }
    match status {
        Status::Sent => metrics::counter!("messages_sent").increment(1),
        Status::Failed => metrics::counter!("messages_failed").increment(1),
        _ => {}
    }
}
