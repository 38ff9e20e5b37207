//! The changes that the tables' streams tell. Each table says in its own room what the change of an item means.

use crate::{StoreError, Table, customers};
use chrono::{DateTime, Utc};
use domain::{AppointmentId, Booking, BusinessId, CustomerId, Kind, LoadId, MessageId};
use serde_dynamo::AttributeValue;

/// Something that others act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A customer's record was made.
    CustomerRegistered {
        /// The business of the customer.
        business_id: BusinessId,
        /// The customer, by id.
        customer_id: CustomerId,
    },
    /// A customer's record is one person's with another, and goes into it.
    CustomerJoined {
        /// The business of both.
        business_id: BusinessId,
        /// The record that goes.
        from: CustomerId,
        /// The record that stays.
        into: CustomerId,
    },
    /// A conversation has ended, and its customer's record knows it.
    ConversationSettled {
        /// The business of the customer.
        business_id: BusinessId,
        /// The customer, by id.
        customer_id: CustomerId,
        /// Its number among the conversations that have ended under this record, from 1.
        conversation: u64,
        /// The last message of either side, UTC.
        last_activity: DateTime<Utc>,
        /// Tokens of the assistant in it.
        tokens: u64,
        /// The assistant's last thread, if it has had one.
        thread_id: Option<String>,
    },
    /// Points were loaded.
    PointsLoaded {
        /// The business of the customer.
        business_id: BusinessId,
        /// The customer, by id.
        customer_id: CustomerId,
        /// The caller's name of the entry.
        load_id: LoadId,
        /// Added, or taken if negative.
        points: i64,
        /// The balance after the entry.
        balance: i64,
    },
    /// An appointment was made or changed.
    AppointmentChanged {
        /// The business of the appointment.
        business_id: BusinessId,
        /// The appointment, by the caller's name or ours.
        appointment_id: AppointmentId,
        /// The customer, by id.
        customer_id: CustomerId,
        /// Its time, status and service before; `None` if it is new.
        before: Option<Booking>,
        /// Its time, status and service now.
        after: Booking,
    },
    /// A message waits to be sent.
    MessagePending {
        /// The business of the message.
        business_id: BusinessId,
        /// The message, by its deterministic id.
        message_id: MessageId,
        /// The kind, which decides the queue.
        kind: Kind,
        /// From when on it may be tried; absent if at once.
        tried_at: Option<DateTime<Utc>>,
        /// When the due index brings it up.
        not_before: Option<DateTime<Utc>>,
    },
}

/// An item as a stream brings it.
pub(crate) type Image = serde_dynamo::Item;

/// The meaning of a change of an item of a table; `None` if nobody acts on it. Of items that are deleted nobody does.
///
/// # Errors
/// [`StoreError::Corrupt`] if it is one that others act on and cannot be read.
pub fn change(table: Table, before: Option<&Image>, after: Option<&Image>) -> Result<Option<Change>, StoreError> {
    after.map_or(Ok(None), |after| table.meaning()(before, after))
}

/// The customer whom the search has to look at again because of a change, with the business; an erased one too.
///
/// # Errors
/// [`StoreError::Corrupt`] if a record cannot be read.
pub fn searched(
    table: Table,
    before: Option<&Image>,
    after: Option<&Image>,
) -> Result<Option<(BusinessId, CustomerId)>, StoreError> {
    match after.or(before) {
        Some(image) if table == Table::Customers && customers::is_searched(before, after) => {
            customers::whose(image).map(Some)
        }
        _ => Ok(None),
    }
}

/// Says of a table's item what its change means: as it was, unless it is new, and as it is.
pub(crate) type Meaning = fn(Option<&Image>, &Image) -> Result<Option<Change>, StoreError>;

/// Of a table on whose changes nobody acts.
pub(crate) fn nothing(_: Option<&Image>, _: &Image) -> Result<Option<Change>, StoreError> {
    Ok(None)
}

pub(crate) fn image_text<'a>(image: &'a Image, name: &str) -> Option<&'a str> {
    match image.get(name) {
        Some(AttributeValue::S(text)) => Some(text),
        _ => None,
    }
}

pub(crate) fn image_number(image: &Image, name: &str) -> Option<i64> {
    match image.get(name) {
        Some(AttributeValue::N(number)) => number.parse().ok(),
        _ => None,
    }
}
