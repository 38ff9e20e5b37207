//! When a sender is free next, and how it stands: `next_free` and `at_once_until` in epoch microseconds; the fields of
//! [`SenderState`]; `mended_at`, epoch milliseconds.

pub(crate) use crate::changes::nothing as change;
use crate::dynamodb::{Item, Outcome, ROUNDS, Write, from_item, millis, number, read_number, to_item};
use crate::keys::senders as keys;
use crate::tables::Table;
use crate::{Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, TimeDelta, Utc};
use domain::pace::horizon;
use domain::sessions::Pulse;
use domain::{Asked, Attempt, Booked, BusinessId, Kind, Pace, Reservation, SenderId, SenderState};
use std::time::Duration;

const WHAT: &str = "senders";
const NEXT_FREE: &str = "next_free";
const AT_ONCE_UNTIL: &str = "at_once_until";
const DOWN_UNTIL: &str = "down_until";
const RESTRICTED: &str = "restricted";
const FIRST_USED_AT: &str = "first_used_at";
const SLOW_UNTIL: &str = "slow_until";
const MARKETING_FREE_AT: &str = "marketing_free_at";
const PULSE: &str = "pulse";
/// When somebody mended it. The gateway's news from before that moment is past.
const MENDED_AT: &str = "mended_at";

/// The row by which workers share a sender's pace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SenderRow {
    /// How far its line is taken.
    pub booked: Booked,
    /// The sender's standing at its gateway.
    pub state: SenderState,
    /// When people wrote to it, if it is a session.
    pub pulse: Option<Pulse>,
}

/// The slots that a worker asks for.
#[derive(Clone, Copy, Debug)]
pub struct Slots {
    /// The sender's pace.
    pub pace: Pace,
    /// The most slots that it takes.
    pub want: usize,
    /// The kind of the messages that are sent in them.
    pub kind: Kind,
    /// For marketing of a slowed sender, the time from its slot to the next one for marketing: one slot is taken.
    pub spacing: Option<TimeDelta>,
    /// Now, UTC.
    pub now: DateTime<Utc>,
    /// So far ahead a time in the line lies at least.
    pub lead: TimeDelta,
}

impl Slots {
    /// How long marketing of a slowed sender waits until its next slot is within the horizon.
    fn marketing_wait(&self, state: &SenderState) -> Option<Duration> {
        let free = state.marketing_free_at.filter(|_| self.spacing.is_some())?;
        let horizon = TimeDelta::from_std(horizon(self.kind)).unwrap_or_default();
        (free - self.now - self.lead - horizon).to_std().ok().filter(|wait| !wait.is_zero())
    }
}

fn read_row(item: Option<Item>) -> Result<SenderRow, StoreError> {
    let Some(item) = item else { return Ok(SenderRow::default()) };
    let time = |name| read_number(&item, name).unwrap_or_default();
    let booked = Booked { next_free: time(NEXT_FREE), at_once_until: time(AT_ONCE_UNTIL) };
    let pulse = match item.get(PULSE) {
        Some(AttributeValue::M(pulse)) => Some(from_item(pulse.clone(), WHAT)?),
        _ => None,
    };
    Ok(SenderRow { booked, state: from_item(item, WHAT)?, pulse })
}

impl Store {
    /// A sender's row; as if it had never been used, if there is none.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn sender_row(&self, business: BusinessId, sender: SenderId) -> Result<SenderRow, StoreError> {
        read_row(self.get(Table::Senders, keys::sender(business, sender)).await?)
    }

    /// Reserves slots behind those of others, as many as the row allowed when it was read. A refusal writes nothing.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn reserve(
        &self,
        business: BusinessId,
        sender: SenderId,
        read: &SenderRow,
        slots: Slots,
        attempt: &Attempt,
    ) -> Result<Reservation, StoreError> {
        let lead_us = slots.lead.num_microseconds().unwrap_or_default();
        let asked = Asked { now_us: slots.now.timestamp_micros(), lead_us, kind: slots.kind };
        let (earliest, latest) = (asked.earliest(), asked.latest());
        let mut before = *read;
        for _ in 0..ROUNDS {
            let want = if slots.spacing.is_some() { slots.want.min(1) } else { slots.want };
            if let Some(wait) = slots.marketing_wait(&before.state) {
                return Ok(Reservation::Refused { wait });
            }
            let reservation = slots.pace.reserve(before.booked, asked, want);
            let Reservation::Reserved { slots: taken, booked } = &reservation else { return Ok(reservation) };
            let count = taken.len();
            if count == 0 {
                return Ok(reservation);
            }
            let span = slots.pace.span(count);
            let mut row = Write::update(Table::Senders, keys::sender(business, sender))
                .set_if_absent(FIRST_USED_AT, millis(slots.now));
            if let Some(spacing) = slots.spacing {
                let first = booked.next_free - span;
                row = row
                    .set(MARKETING_FREE_AT, number((first + spacing.num_microseconds().unwrap_or_default()) / 1_000))
                    .only_if(format!("attribute_not_exists(#{MARKETING_FREE_AT}) OR #{MARKETING_FREE_AT} <= :ahead"))
                    .with("ahead", number(latest / 1_000));
            }
            // Each of many workers gets its slots at the first try: a worker that comes between the read and the write
            // only moves them back. What an idle sender may send at once is known from the very value that was read.
            let write = if before.booked.next_free < earliest {
                row.set(NEXT_FREE, number(booked.next_free))
                    .set(AT_ONCE_UNTIL, number(booked.at_once_until))
                    .only_if(format!("attribute_not_exists(#{NEXT_FREE}) OR #{NEXT_FREE} = :read"))
                    .with("read", number(before.booked.next_free))
            } else {
                row.add(NEXT_FREE, number(span))
                    .only_if(format!("#{NEXT_FREE} BETWEEN :earliest AND :latest"))
                    .with("earliest", number(earliest))
                    .with("latest", number(latest - span + slots.pace.span(1)))
            };
            match self.write(write, attempt).await? {
                Outcome::Written(row) | Outcome::AlreadyMine(row) => {
                    let booked = read_row(Some(row))?.booked;
                    let slots = slots.pace.slots(booked, asked, count);
                    return Ok(Reservation::Reserved { slots, booked });
                }
                Outcome::Refused(found) => before = read_row(found)?,
            }
        }
        Err(StoreError::Contended("reserve"))
    }

    /// Nothing leaves from this sender before `until`; an earlier time than the one known changes nothing (`false`).
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn set_sender_down(
        &self,
        business: BusinessId,
        sender: SenderId,
        until: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let write = Write::update(Table::Senders, keys::sender(business, sender))
            .set(DOWN_UNTIL, millis(until))
            .only_if(format!("attribute_not_exists(#{DOWN_UNTIL}) OR #{DOWN_UNTIL} < :until"))
            .with("until", millis(until));
        let outcome = self.write(write, attempt).await?;
        Ok(!matches!(outcome, Outcome::Refused(_)))
    }

    /// The gateway said at `at` (UTC) that the sender is restricted: nothing leaves from it until it is mended. `false` if
    /// it has been since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn restrict_sender(
        &self,
        business: BusinessId,
        sender: SenderId,
        at: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let write = Write::update(Table::Senders, keys::sender(business, sender))
            .set(RESTRICTED, AttributeValue::Bool(true))
            .only_if(format!("attribute_not_exists(#{MENDED_AT}) OR #{MENDED_AT} < :at"))
            .with("at", millis(at));
        let outcome = self.write(write, attempt).await?;
        Ok(!matches!(outcome, Outcome::Refused(_)))
    }

    /// The sender is in poor health: its marketing is slow until `until`, UTC. An earlier time than the one known changes
    /// nothing.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn slow_sender(
        &self,
        business: BusinessId,
        sender: SenderId,
        until: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let write = Write::update(Table::Senders, keys::sender(business, sender))
            .set(SLOW_UNTIL, millis(until))
            .only_if(format!("attribute_not_exists(#{SLOW_UNTIL}) OR #{SLOW_UNTIL} < :until"))
            .with("until", millis(until));
        self.write(write, attempt).await.map(drop)
    }

    /// Somebody has written to the sender. Of two who note it at once, one has noted it.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn note_pulse(
        &self,
        business: BusinessId,
        sender: SenderId,
        pulse: &Pulse,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let at = number(pulse.heard_at.timestamp_millis());
        let write = Write::update(Table::Senders, keys::sender(business, sender))
            .set(PULSE, AttributeValue::M(to_item(pulse, WHAT)?))
            .only_if(format!("attribute_not_exists(#{PULSE}) OR #{PULSE}.heard_at < :heard_at"))
            .with("heard_at", at);
        self.write(write, attempt).await.map(drop)
    }

    /// The sender is connected again.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn clear_sender_down(&self, business: BusinessId, sender: SenderId) -> Result<(), StoreError> {
        let row = Write::update(Table::Senders, keys::sender(business, sender));
        self.write_plain(row.remove(DOWN_UNTIL)).await
    }

    /// Somebody has mended the sender: it is neither down, restricted nor in poor health any more. `now` is UTC.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn mend_sender(
        &self,
        business: BusinessId,
        sender: SenderId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let row = Write::update(Table::Senders, keys::sender(business, sender)).set(MENDED_AT, millis(now));
        self.write_plain(row.remove(DOWN_UNTIL).remove(RESTRICTED).remove(SLOW_UNTIL)).await
    }
}
