//! The moves of a message's record from claim to settlement. Which move is allowed is the domain's; here it becomes the
//! condition of one write.

use super::item::{
    ATTEMPTS, CLAIM, CLAIMED_AT, ERROR_MESSAGE, FAILURES, GATEWAY_MESSAGE_ID, GAVE_UP, LEASE_UNTIL, REPEATED,
    RETRIED_AT, RETRY_NOT_BEFORE, SENDER_ID, SENT_AS, SENT_AT, STATUS, SentAsRow, WHAT, message_item, read_message,
};
use crate::dynamodb::{Item, Outcome, Refusal, Transacted, Write, millis, number, text, to_item};
use crate::keys::due::{NOT_BEFORE, SHARD};
use crate::keys::messages::{self as keys, GATEWAY_KEY};
use crate::keys::recipients;
use crate::recipients::{CONSENT, LAST_CLAIM_AT, LAST_MESSAGE_ID, MARKETING_AT, marketing_list, read_reach};
use crate::tables::Table;
use crate::{Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use domain::ledger::{Again, MessageEvent, next};
use domain::reach::PAIR_TIME;
use domain::{Attempt, BusinessId, Kind, Message, MessageId, Reach, Recipient, SenderId, SentAs, Slot, Status};
use strum::IntoEnumIterator;

/// A claim of a pending message. Its attempt token is the claim's name from then on.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// As it was read.
    pub message: &'a Message,
    /// As the gate saw it.
    pub reach: &'a Reach,
    /// Which sender it leaves from.
    pub sender_id: SenderId,
    /// The approved template under which it goes, if it goes as one.
    pub sent_as: Option<&'a SentAs>,
    /// Now, UTC.
    pub now: DateTime<Utc>,
    /// When it is going to be sent: its slot.
    pub slot: Slot,
    /// Until when it may be settled.
    pub lease_until: DateTime<Utc>,
}

/// The outcome of a claim.
#[derive(Clone, Debug, PartialEq)]
pub enum Claimed {
    /// The message is this worker's to send.
    Claimed,
    /// It is not pending any more, or gone.
    Lost(Option<Box<Message>>),
    /// The row that the gate judged by has changed: ask it again.
    ReachChanged(Reach),
}

/// The end of a claim, or the policy's decision on one that nothing is known of.
#[derive(Clone, Copy, Debug)]
pub enum Settlement<'a> {
    /// The gateway has accepted it.
    Sent {
        /// When it was accepted, UTC.
        at: DateTime<Utc>,
        /// The id that the gateway gave it.
        gateway_message_id: &'a str,
        /// Whether it has to be found by that id, see [`Message::is_found_by_gateway_id`].
        findable: bool,
    },
    /// The gateway surely has not accepted it: pending again.
    Retry {
        /// When it is looked at again, and no earlier.
        again: Again,
        /// For `error_message`: a stable word, then a sentence.
        error: &'a str,
    },
    /// Perhaps accepted.
    Unknown {
        /// Until when evidence is waited for.
        not_before: DateTime<Utc>,
        /// For `error_message`: a stable word, then a sentence.
        error: &'a str,
    },
    /// Surely not accepted, and not tried again.
    Failed {
        /// For `error_message`: a stable word, then a sentence.
        error: &'a str,
    },
    /// Nothing has become known of it, and it goes once more: pending again.
    Repeat {
        /// When it is looked at again.
        not_before: DateTime<Utc>,
    },
    /// Nothing has become known of it, and it does not go again: failed.
    GiveUp {
        /// For `error_message`: a stable word, then a sentence.
        error: &'a str,
    },
}

/// The outcome of a move.
#[derive(Clone, Debug, PartialEq)]
pub enum Moved {
    /// The record has moved.
    Done,
    /// It stands elsewhere by now, or is gone.
    Not(Option<Box<Message>>),
}

impl Store {
    /// Takes a pending message under a lease and marks the person as written to, or does neither. Marketing is claimed
    /// only if the person's consent and the week's marketing are as the gate saw them, any message only if the last one
    /// to the person goes [`PAIR_TIME`] before this. A message that was claimed and refused since it was read is lost:
    /// its own claim would count against it, and there is a newer task.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn claim(&self, claim: &Claim<'_>, attempt: &Attempt) -> Result<Claimed, StoreError> {
        let Message { business_id, message_id, .. } = claim.message;
        let record = Write::update(Table::Messages, keys::message(*business_id, message_id))
            .set(STATUS, text(Status::Sending.to_string()))
            .set(CLAIM, text(attempt.0.clone()))
            .set(CLAIMED_AT, millis(claim.now))
            .set(LEASE_UNTIL, millis(claim.lease_until))
            .set(SENDER_ID, text(claim.sender_id.to_string()))
            .remove(GAVE_UP)
            .add_one(ATTEMPTS)
            .if_same(CLAIM, claim.message.attempt.as_ref().map(|before| text(before.0.clone())));
        let record = match claim.sent_as {
            Some(sent_as) => {
                let row = SentAsRow::of(sent_as, &claim.message.content);
                record.set(SENT_AS, AttributeValue::M(to_item(&row, WHAT)?))
            }
            None => record.remove(SENT_AS),
        };
        self.claimed(from(record, MessageEvent::Claim), claim, attempt).await
    }

    /// Makes the record of a message that has none, as a claim that holds it, and marks the person as written to, or does
    /// neither: under the conditions of [`Store::claim`]. The record is in no due index: until it is settled, whoever
    /// made it has to look at it again.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn claim_new(&self, claim: &Claim<'_>, attempt: &Attempt) -> Result<Claimed, StoreError> {
        let record = Message {
            status: Status::Sending,
            attempts: 1,
            attempt: Some(attempt.clone()),
            claimed_at: Some(claim.now),
            lease_until: Some(claim.lease_until),
            sender_id: Some(claim.sender_id),
            sent_as: claim.sent_as.cloned(),
            next_attempt_at: None,
            ..claim.message.clone()
        };
        let record = Write::put(Table::Messages, message_item(&record)?).if_new();
        self.claimed(record, claim, attempt).await
    }

    /// The write of the record, with the person's reach row.
    async fn claimed(&self, record: Write, claim: &Claim<'_>, attempt: &Attempt) -> Result<Claimed, StoreError> {
        let Message { business_id, recipient, .. } = claim.message;
        let mut reach = Write::update(Table::Recipients, recipients::recipient(*business_id, *recipient))
            .set(LAST_CLAIM_AT, millis(claim.slot.ends))
            .set(LAST_MESSAGE_ID, text(claim.message.message_id.to_string()))
            .only_if(format!("attribute_not_exists(#{LAST_CLAIM_AT}) OR #{LAST_CLAIM_AT} <= :latest"))
            .with("latest", millis(claim.slot.begins - PAIR_TIME));
        if claim.message.kind == Kind::Marketing {
            let mut after = claim.reach.clone();
            after.claim(claim.message.kind, claim.now, claim.message.refused_claim());
            reach = reach
                .if_same(CONSENT, claim.reach.consent.map(AttributeValue::Bool))
                .if_same(MARKETING_AT, marketing_list(&claim.reach.marketing_at))
                .set(MARKETING_AT, AttributeValue::L(after.marketing_at.iter().map(number).collect()));
        }
        let refusals = match self.transact(vec![record, reach], attempt).await? {
            Transacted::Committed => return Ok(Claimed::Claimed),
            Transacted::Refused(refusals) => refusals,
        };
        let mut refusals = refusals.into_iter();
        match (refusals.next(), refusals.next()) {
            (Some(Refusal::Yes(record)), _) => Ok(Claimed::Lost(boxed(record)?)),
            (_, Some(Refusal::Yes(row))) => Ok(Claimed::ReachChanged(read_reach(row)?)),
            _ => Err(StoreError::Contended("claim")),
        }
    }

    /// A claimed message has missed its slot and gets another: from then on the person is written to in that one. `false`
    /// if somebody else has claimed the person since, or the row is gone: then nothing changes.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn move_claim(
        &self,
        business: BusinessId,
        recipient: Recipient,
        missed: Slot,
        next: Slot,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let reach = Write::update(Table::Recipients, recipients::recipient(business, recipient))
            .set(LAST_CLAIM_AT, millis(next.ends))
            .if_same(LAST_CLAIM_AT, Some(millis(missed.ends)));
        Ok(!matches!(self.write(reach, attempt).await?, Outcome::Refused(_)))
    }

    /// Ends the claim of this name, by one write.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn settle(
        &self,
        business: BusinessId,
        message: &MessageId,
        claim: &Attempt,
        settlement: Settlement<'_>,
        attempt: &Attempt,
    ) -> Result<Moved, StoreError> {
        let write = Write::update(Table::Messages, keys::message(business, message)).remove(LEASE_UNTIL);
        let (event, write) = match settlement {
            Settlement::Sent { at, gateway_message_id, findable } => {
                let write = settled(write)
                    .set(SENT_AT, millis(at))
                    .set(GATEWAY_MESSAGE_ID, text(gateway_message_id))
                    .remove(ERROR_MESSAGE);
                let key = || text(keys::gateway_key(business, gateway_message_id));
                (MessageEvent::Accepted, if findable { write.set(GATEWAY_KEY, key()) } else { write })
            }
            Settlement::Retry { again, error } => {
                let write = look_again(write, message, again).set(ERROR_MESSAGE, text(error));
                (MessageEvent::NotAccepted { retry: true }, write)
            }
            Settlement::Unknown { not_before, error } => {
                (MessageEvent::PerhapsAccepted, due(write, message, not_before).set(ERROR_MESSAGE, text(error)))
            }
            Settlement::Failed { error } => {
                (MessageEvent::NotAccepted { retry: false }, settled(write).set(ERROR_MESSAGE, text(error)))
            }
            Settlement::Repeat { not_before } => (
                MessageEvent::PolicyRepeat,
                due(write, message, not_before).set(REPEATED, AttributeValue::Bool(true)).remove(GATEWAY_MESSAGE_ID),
            ),
            Settlement::GiveUp { error } => (
                MessageEvent::PolicyGiveUp,
                settled(write).set(ERROR_MESSAGE, text(error)).set(GAVE_UP, AttributeValue::Bool(true)),
            ),
        };
        let write = write.if_same(CLAIM, Some(text(claim.0.clone())));
        self.advance(event, write, attempt).await
    }

    /// Nobody has settled the message in its lease, which is over by `now`: it is unknown, and evidence is waited for
    /// until `not_before`.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn expire_lease(
        &self,
        business: BusinessId,
        message: &MessageId,
        now: DateTime<Utc>,
        not_before: DateTime<Utc>,
        error: &str,
        attempt: &Attempt,
    ) -> Result<Moved, StoreError> {
        let write = due(Write::update(Table::Messages, keys::message(business, message)), message, not_before)
            .set(ERROR_MESSAGE, text(error))
            .remove(LEASE_UNTIL)
            .only_if(format!("#{LEASE_UNTIL} <= :now"))
            .with("now", millis(now));
        self.advance(MessageEvent::LeaseExpired, write, attempt).await
    }

    /// A pending message waits until `not_before`.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn defer(
        &self,
        business: BusinessId,
        message: &MessageId,
        not_before: DateTime<Utc>,
        reason: &str,
        attempt: &Attempt,
    ) -> Result<Moved, StoreError> {
        let write = Write::update(Table::Messages, keys::message(business, message))
            .set(NOT_BEFORE, millis(not_before))
            .set(ERROR_MESSAGE, text(reason));
        self.advance(MessageEvent::Defer, write, attempt).await
    }

    /// A pending message is not sent, by a rule.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn skip(
        &self,
        business: BusinessId,
        message: &MessageId,
        reason: &str,
        attempt: &Attempt,
    ) -> Result<Moved, StoreError> {
        let write = Write::update(Table::Messages, keys::message(business, message)).set(ERROR_MESSAGE, text(reason));
        self.advance(MessageEvent::Skip, settled(write), attempt).await
    }

    /// A message that is pending, or held by the claim of this name, can never be sent.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn fail(
        &self,
        business: BusinessId,
        message: &MessageId,
        claim: Option<&Attempt>,
        error: &str,
        attempt: &Attempt,
    ) -> Result<Moved, StoreError> {
        let write = Write::update(Table::Messages, keys::message(business, message))
            .set(ERROR_MESSAGE, text(error))
            .remove(LEASE_UNTIL)
            .if_same(CLAIM, claim.map(|claim| text(claim.0.clone())));
        self.advance(MessageEvent::Permanent, settled(write), attempt).await
    }

    /// A human sends a failed message again at `now` (UTC): it is looked at from then on, with all its retries.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn retry_message(
        &self,
        business: BusinessId,
        message: &MessageId,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Moved, StoreError> {
        let write = due(Write::update(Table::Messages, keys::message(business, message)), message, now)
            .set(RETRIED_AT, millis(now))
            .set(FAILURES, number(0))
            .remove(RETRY_NOT_BEFORE)
            .remove(REPEATED)
            .remove(GATEWAY_MESSAGE_ID);
        self.advance(MessageEvent::Retry, write, attempt).await
    }

    async fn advance(&self, event: MessageEvent, write: Write, attempt: &Attempt) -> Result<Moved, StoreError> {
        let to = Status::iter().find_map(|status| next(status, event));
        let to = to.ok_or(StoreError::Unwritable(WHAT))?;
        let write = from(write.set(STATUS, text(to.to_string())), event);
        match self.write(write, attempt).await? {
            Outcome::Written(_) | Outcome::AlreadyMine(_) => Ok(Moved::Done),
            Outcome::Refused(item) => Ok(Moved::Not(boxed(item)?)),
        }
    }
}

/// Only from where the domain lets the event happen.
fn from(write: Write, event: MessageEvent) -> Write {
    let statuses = Status::iter().filter(|status| next(*status, event).is_some());
    write.if_one_of(STATUS, statuses.map(|status| status.to_string()))
}

/// Nobody has to look at it again.
pub(crate) fn settled(write: Write) -> Write {
    write.remove(SHARD).remove(NOT_BEFORE)
}

/// In the due index, if it was not there before, and comes due then.
fn due(write: Write, message: &MessageId, not_before: DateTime<Utc>) -> Write {
    write.set(SHARD, text(keys::due_shard(message))).set(NOT_BEFORE, millis(not_before))
}

/// Not earlier than then, and whether that uses up a delay.
pub(crate) fn look_again(write: Write, message: &MessageId, again: Again) -> Write {
    let write = due(write, message, again.not_before).set(RETRY_NOT_BEFORE, millis(again.not_before));
    if again.counts { write.add_one(FAILURES) } else { write }
}

fn boxed(item: Option<Item>) -> Result<Option<Box<Message>>, StoreError> {
    Ok(item.map(read_message).transpose()?.map(Box::new))
}
