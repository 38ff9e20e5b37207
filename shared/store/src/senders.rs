//! When a sender is free next, and whether it is down: `next_free` in epoch microseconds; `down_until` and `restricted`
//! as the fields of [`SenderState`]; `mended_at`, epoch milliseconds.

pub(crate) use crate::changes::nothing as change;
use crate::dynamodb::{Item, Outcome, ROUNDS, Write, from_item, millis, number, read_number};
use crate::keys::senders as keys;
use crate::tables::Table;
use crate::{Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use domain::{Attempt, BusinessId, Pace, Reservation, SenderId, SenderState};
use std::time::Duration;

const NEXT_FREE: &str = "next_free";
const DOWN_UNTIL: &str = "down_until";
const RESTRICTED: &str = "restricted";
/// When somebody mended it. The gateway's news from before that moment is past.
const MENDED_AT: &str = "mended_at";

/// The row by which workers share a sender's pace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SenderRow {
    /// From when the next send is free, in epoch microseconds; 0 if it was never used.
    pub next_free: i64,
    /// The sender's standing at its gateway.
    pub state: SenderState,
}

/// The slots that a worker asks for.
#[derive(Clone, Copy, Debug)]
pub struct Slots {
    /// The sender's pace.
    pub pace: Pace,
    /// The most slots that it takes.
    pub want: usize,
    /// The time ahead within which a slot must lie.
    pub horizon: Duration,
    /// Now, UTC.
    pub now: DateTime<Utc>,
}

fn read_row(item: Option<Item>) -> Result<SenderRow, StoreError> {
    let Some(item) = item else { return Ok(SenderRow::default()) };
    let next_free = read_number(&item, NEXT_FREE).unwrap_or_default();
    Ok(SenderRow { next_free, state: from_item(item, "senders")? })
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
        let now = slots.now.timestamp_micros();
        let latest = now.saturating_add(i64::try_from(slots.horizon.as_micros()).unwrap_or(i64::MAX));
        let mut before = read.next_free;
        for _ in 0..ROUNDS {
            let reservation = slots.pace.reserve(before, now, slots.want, slots.horizon);
            let Reservation::Reserved { slots: taken, next_free } = &reservation else { return Ok(reservation) };
            let (Some(first), Some(last)) = (taken.first(), taken.last()) else { return Ok(reservation) };
            let (span, length) = (next_free - first, last - first);
            let row = Write::update(Table::Senders, keys::sender(business, sender));
            // Each of many workers gets its slots at the first try: a worker that comes between the read and the write
            // only moves them back.
            let write = if before < now {
                row.set(NEXT_FREE, number(next_free))
                    .only_if(format!("attribute_not_exists(#{NEXT_FREE}) OR #{NEXT_FREE} < :now"))
            } else {
                row.add(NEXT_FREE, number(span))
                    .only_if(format!("#{NEXT_FREE} BETWEEN :now AND :latest"))
                    .with("latest", number(latest - length))
            };
            match self.write(write.with("now", number(now)), attempt).await? {
                Outcome::Written(row) | Outcome::AlreadyMine(row) => {
                    let next_free = read_row(Some(row))?.next_free;
                    let moved = next_free - span - first;
                    let slots = taken.iter().map(|slot| slot + moved).collect();
                    return Ok(Reservation::Reserved { slots, next_free });
                }
                Outcome::Refused(found) => before = read_row(found)?.next_free,
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

    /// The sender is connected again.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn clear_sender_down(&self, business: BusinessId, sender: SenderId) -> Result<(), StoreError> {
        let row = Write::update(Table::Senders, keys::sender(business, sender));
        self.write_plain(row.remove(DOWN_UNTIL)).await
    }

    /// Somebody has mended the sender: it is neither down nor restricted any more. `now` is UTC.
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
        self.write_plain(row.remove(DOWN_UNTIL).remove(RESTRICTED)).await
    }
}
