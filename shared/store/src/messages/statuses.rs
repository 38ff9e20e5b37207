//! Status reports of a message, applied forward only.

use super::item::{
    ERROR_MESSAGE, FAILED_IDS, GATEWAY_MESSAGE_ID, GAVE_UP, LEASE_UNTIL, SENT_AT, STATUS, WHAT, read_message,
};
use super::ledger::{look_again, settled};
use crate::dynamodb::{Item, Outcome, Write, millis, read_text, text};
use crate::keys::messages::{self as keys, GATEWAY_KEY};
use crate::tables::Table;
use crate::{Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use domain::ledger::{Again, Evidence, MessageEvent, next};
use domain::{Attempt, BusinessId, Gateway, MessageId, Status};
use strum::IntoEnumIterator;

/// A gateway's report of a message.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The status that it reports.
    pub evidence: Evidence,
    /// When, by the gateway, UTC.
    pub at: DateTime<Utc>,
    /// The id that the gateway gave it.
    pub gateway_message_id: Option<&'a str>,
    /// The gateway that reports.
    pub gateway: Gateway,
    /// Why it failed.
    pub error: Option<&'a str>,
    /// When it is tried again, if it failed for a reason that passes.
    pub again: Option<Again>,
}

impl Report<'_> {
    fn event(&self) -> MessageEvent {
        match self.again {
            Some(_) if self.evidence == Evidence::Failed => MessageEvent::FailedForNow,
            _ => MessageEvent::Evidence(self.evidence),
        }
    }
}

/// The outcome of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The record has moved.
    Done,
    /// It is as far or farther.
    AlreadyThere(Status),
    /// The worker that sends it has not settled it: apply it again when the lease is over.
    NotYet {
        /// Until when the worker may settle, UTC.
        lease_until: DateTime<Utc>,
    },
    /// There is no such message.
    Gone,
}

impl Store {
    /// Moves a message as the gateway reports, by one write.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn apply_report(
        &self,
        business: BusinessId,
        message: &MessageId,
        report: &Report<'_>,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Applied, StoreError> {
        let event = report.event();
        let takes = |status: Status| next(status, event).is_some();
        let to = Status::iter().find_map(|status| next(status, event)).ok_or(StoreError::Unwritable(WHAT))?;
        let mut write = Write::update(Table::Messages, keys::message(business, message))
            .set(STATUS, text(to.to_string()))
            .remove(LEASE_UNTIL)
            .remove(GAVE_UP);
        write = match report.again.filter(|_| event == MessageEvent::FailedForNow) {
            Some(again) => reopened(write, message, again),
            None => settled(write),
        };
        write = if report.evidence == Evidence::Failed {
            write.set(ERROR_MESSAGE, text(report.error.unwrap_or("the gateway reports a failure")))
        } else {
            write.set_if_absent(SENT_AT, millis(report.at)).remove(ERROR_MESSAGE)
        };
        if let Some(id) = report.gateway_message_id {
            write = of_this_attempt(write, report.evidence, id);
            if event != MessageEvent::FailedForNow {
                write = write.set_if_absent(GATEWAY_MESSAGE_ID, text(id));
            }
        }
        let mut places = Vec::new();
        for status in Status::iter().filter(|status| takes(*status)) {
            let place = format!("#{STATUS} = :from_{status}");
            write = write.with(&format!("from_{status}"), text(status.to_string()));
            if status == Status::Sending {
                write = write.with("now", millis(now));
                places.push(format!("{place} AND #{LEASE_UNTIL} <= :now"));
            } else {
                places.push(place);
            }
        }
        if takes(Status::Unknown) && !takes(Status::Failed) {
            // One that failed only because nothing was known of it takes evidence as an unknown one does.
            write = write.with("from_failed", text(Status::Failed.to_string())).with("yes", AttributeValue::Bool(true));
            places.push(format!("#{STATUS} = :from_failed AND #{GAVE_UP} = :yes"));
        }
        let write = write.only_if(places.iter().map(|place| format!("({place})")).collect::<Vec<_>>().join(" OR "));
        let found = match self.write(write, attempt).await? {
            Outcome::Written(item) | Outcome::AlreadyMine(item) => {
                self.let_be_found(business, message, report, &item, attempt).await?;
                return Ok(Applied::Done);
            }
            Outcome::Refused(None) => return Ok(Applied::Gone),
            Outcome::Refused(Some(item)) => {
                // The worker of an earlier delivery may have died before it had.
                self.let_be_found(business, message, report, &item, attempt).await?;
                let failed = report.gateway_message_id.filter(|_| report.evidence == Evidence::Failed);
                if let Some(id) = failed.filter(|id| !has_failed(&item, id)) {
                    self.remember_failed(business, message, id, attempt).await?;
                }
                read_message(item)?
            }
        };
        Ok(match found.lease_until {
            Some(lease_until) if found.status == Status::Sending => Applied::NotYet { lease_until },
            _ => Applied::AlreadyThere(found.status),
        })
    }

    /// The settlement lets a message be found by the gateway's id, if it has to be: see [`domain::Message::is_found_by_gateway_id`].
    /// Where it was lost, a report does.
    async fn let_be_found(
        &self,
        business: BusinessId,
        message: &MessageId,
        report: &Report<'_>,
        item: &Item,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let Some(id) = report.gateway_message_id.filter(|id| read_text(item, GATEWAY_MESSAGE_ID) == Some(id)) else {
            return Ok(());
        };
        if item.contains_key(GATEWAY_KEY) || !read_message(item.clone())?.is_found_by_gateway_id(report.gateway) {
            return Ok(());
        }
        let write = Write::update(Table::Messages, keys::message(business, message))
            .set(GATEWAY_KEY, text(keys::gateway_key(business, id)))
            .if_same(GATEWAY_MESSAGE_ID, Some(text(id)));
        self.write(write, &Attempt(format!("{}/found", attempt.0))).await.map(drop)
    }

    /// The failure of an attempt that policy or a human has given another: a late word that it left is not of that one.
    async fn remember_failed(
        &self,
        business: BusinessId,
        message: &MessageId,
        reported: &str,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let write = Write::update(Table::Messages, keys::message(business, message))
            .append(FAILED_IDS, text(reported))
            .if_one_of(STATUS, [Status::Pending.to_string()])
            .only_if(format!("NOT contains(#{FAILED_IDS}, :reported)"))
            .with("reported", text(reported));
        self.write(write, &Attempt(format!("{}/failed", attempt.0))).await?;
        Ok(())
    }
}

fn has_failed(item: &Item, reported: &str) -> bool {
    let ids = item.get(FAILED_IDS).and_then(|ids| ids.as_l().ok());
    ids.is_some_and(|ids| ids.iter().any(|id| id.as_s().is_ok_and(|id| id == reported)))
}

/// In the due index again, without the marks of the attempt.
fn reopened(write: Write, message: &MessageId, again: Again) -> Write {
    look_again(write, message, again).remove(SENT_AT).remove(GATEWAY_MESSAGE_ID).remove(GATEWAY_KEY)
}

/// That an attempt left or failed says nothing of one that has been made since; that it arrived does.
fn of_this_attempt(write: Write, evidence: Evidence, reported: &str) -> Write {
    let write = match evidence {
        Evidence::Delivered | Evidence::Read => return write,
        Evidence::Sent => write,
        Evidence::Failed => write
            .only_if(format!("attribute_not_exists(#{GATEWAY_MESSAGE_ID}) OR #{GATEWAY_MESSAGE_ID} = :reported"))
            .append(FAILED_IDS, text(reported)),
    };
    write.only_if(format!("NOT contains(#{FAILED_IDS}, :reported)")).with("reported", text(reported))
}
