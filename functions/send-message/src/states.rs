//! The states of a task, in the order in which it goes through them.
//!
//! 1. `prepare` reads the message and finds its [`Destination`]. A message that may not go now is at its [`End`].
//! 2. A message that may go is [`Ready`] and stands in its sender's [`crate::line::Line`], until it has a slot.
//! 3. Shortly before its slot it is claimed, see [`Claiming`]. A message that another worker holds is not sent.
//! 4. In its slot it is sent and settled: it is at its [`End`]. A message that has missed its slot is [`Ready`] again.
//!
//! After each step but the last, [`Next`] says whether the task is in the line or at its end.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Attempt, Business, BusinessId, Gate, GateInput, Kind, Message, Reach, Reason, RestoredAt, Sender, SenderId, Slot,
    gate,
};
use gateways::{Address, Body};
use std::sync::Arc;
use std::time::Duration;
use store::SenderRow;

/// The address of a message, or the reason for which it has none.
pub(crate) enum Destination {
    /// An address to which the gateway can send it.
    Address {
        /// As the gateway takes it.
        address: Address,
        /// The local hour at which marketing is best sent to the person, if the business lets it wait for that.
        best_hour: Option<u8>,
    },
    /// A person with neither number nor chat at this gateway.
    Unreachable,
    /// A customer who was erased.
    Erased,
    /// A customer whose record has changed: what the message is for does not hold any more.
    Changed(Reason),
}

/// The next step for a task.
pub(crate) enum Next {
    /// It waits in its sender's line for a slot.
    Line(Box<Ready>),
    /// This function has done with it.
    End(End),
}

impl From<End> for Next {
    fn from(end: End) -> Self {
        Self::End(end)
    }
}

/// The end of a task in this function, unless it fails.
pub(crate) enum End {
    /// Nothing is left to do, or the due index will bring the message up.
    Done,
    /// The task comes again after so long.
    PutBack(Duration),
}

/// Whether a message has a record before it is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// It has one, which is pending.
    Pending,
    /// It has none yet: the claim makes it. So it is with a campaign's.
    New,
}

/// A message that may go as soon as its sender is free.
pub(crate) struct Ready {
    pub(crate) place: usize,
    pub(crate) put_backs: u32,
    pub(crate) message: Message,
    pub(crate) record: Record,
    pub(crate) business: Arc<Business>,
    pub(crate) sender: Arc<Sender>,
    pub(crate) row: SenderRow,
    pub(crate) reach: Reach,
    pub(crate) to: Address,
    pub(crate) body: Body,
    /// The claim, once it is made. It stays with a message that has missed its slot.
    pub(crate) claim: Option<Held>,
}

impl Ready {
    /// Messages of one sender stand in one line.
    pub(crate) fn line(&self) -> (BusinessId, SenderId) {
        (self.message.business_id, self.sender.sender_id)
    }

    /// The time from this message's slot to the next for marketing, if its sender is slowed.
    pub(crate) fn spacing(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let is_marketing = self.message.kind == Kind::Marketing;
        self.sender.marketing_spacing(&self.row.state, now).filter(|_| is_marketing)
    }

    /// The gate's verdict with this reach row.
    pub(crate) fn gate(&self, reach: &Reach, restored: RestoredAt, now: DateTime<Utc>) -> Gate {
        gate(&GateInput {
            message: &self.message,
            settings: &self.business.settings,
            zone: self.business.timezone,
            // It has been waited for.
            best_hour: None,
            reach,
            sender: &self.sender,
            state: self.row.state,
            restored,
            now,
        })
    }
}

/// Whether a message is this worker's to send in its slot.
pub(crate) enum Claiming {
    /// It is, under this claim.
    Held(Box<Ready>, Held),
    /// It is not: somebody else took it, or what the gate saw has changed.
    Lost(Next),
}

/// A claim that was made.
#[derive(Clone)]
pub(crate) struct Held {
    /// The attempt token of the claim.
    pub(crate) claim: Attempt,
    /// Until when it may be settled.
    pub(crate) lease_until: DateTime<Utc>,
    pub(crate) slot: Slot,
}
