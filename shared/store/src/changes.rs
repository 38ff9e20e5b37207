//! What the tables' streams tell: what the change of an item means.

use crate::StoreError;
use crate::message_item::{CREATED_KEY, KIND, NOT_BEFORE, SCHEDULED_FOR, STATUS};
use crate::points::ENTRY;
use chrono::{DateTime, Utc};
use domain::{BusinessId, CustomerId, Kind, LoadId, MessageId, Status};
use serde_dynamo::{AttributeValue, Item};
use std::str::FromStr;

/// Something that others act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A customer's record was made.
    CustomerRegistered {
        /// Whose customer.
        business_id: BusinessId,
        /// Who.
        customer_id: CustomerId,
    },
    /// Points were loaded.
    PointsLoaded {
        /// Whose customer.
        business_id: BusinessId,
        /// Who.
        customer_id: CustomerId,
        /// By what the load is known.
        load_id: LoadId,
        /// Added, or taken if negative.
        points: i64,
        /// After it.
        balance: i64,
    },
    /// A message waits to be sent.
    MessagePending {
        /// Whose message.
        business_id: BusinessId,
        /// Which.
        message_id: MessageId,
        /// Its kind.
        kind: Kind,
        /// From when on it may be tried; absent if at once.
        tried_at: Option<DateTime<Utc>>,
        /// When the due index brings it up.
        not_before: Option<DateTime<Utc>>,
    },
}

/// What the change of an item means; `None` if nobody acts on it.
///
/// # Errors
/// [`StoreError::Corrupt`] if it looks like one of ours and cannot be read.
pub fn change(before: Option<&Item>, after: Option<&Item>) -> Result<Option<Change>, StoreError> {
    let Some(image) = after else { return Ok(None) };
    let sk = text(image, "sk");
    if text(image, STATUS).is_some() && text(image, CREATED_KEY).is_some() {
        return pending(before, image);
    }
    if before.is_some() {
        return Ok(None);
    }
    if let Some(load_id) = sk.and_then(|sk| sk.strip_prefix(ENTRY)) {
        let change = || {
            let (business_id, customer_id) = key(image)?;
            let load_id = load_id.parse().ok()?;
            let (points, balance) = (number(image, "points")?, number(image, "balance_after")?);
            Some(Change::PointsLoaded { business_id, customer_id, load_id, points, balance })
        };
        return change().map(Some).ok_or(StoreError::Corrupt("points"));
    }
    if sk.is_none() && text(image, "customer_id").is_some() && text(image, "updated_at").is_some() {
        let change =
            key(image).map(|(business_id, customer_id)| Change::CustomerRegistered { business_id, customer_id });
        return change.map(Some).ok_or(StoreError::Corrupt("customers"));
    }
    Ok(None)
}

/// A message that has become pending. One that was pending before has only been put off.
fn pending(before: Option<&Item>, image: &Item) -> Result<Option<Change>, StoreError> {
    let is_pending = |image: &Item| text(image, STATUS) == Some(Status::Pending.into());
    if !is_pending(image) || before.is_some_and(is_pending) {
        return Ok(None);
    }
    // A new message is looked at again later, and tried at once unless it is scheduled.
    let at = if before.is_some() { NOT_BEFORE } else { SCHEDULED_FOR };
    let time = |name| number(image, name).and_then(DateTime::from_timestamp_millis);
    let (tried_at, not_before) = (time(at), time(NOT_BEFORE));
    let change = || {
        let (business_id, message_id) = key(image)?;
        let kind = text(image, KIND)?.parse().ok()?;
        Some(Change::MessagePending { business_id, message_id, kind, tried_at, not_before })
    };
    change().map(Some).ok_or(StoreError::Corrupt("messages"))
}

fn key<T: FromStr>(image: &Item) -> Option<(BusinessId, T)> {
    let (business, rest) = text(image, "pk")?.split_once('/')?;
    Some((business.parse().ok()?, rest.parse().ok()?))
}

fn text<'a>(image: &'a Item, name: &str) -> Option<&'a str> {
    match image.get(name) {
        Some(AttributeValue::S(text)) => Some(text),
        _ => None,
    }
}

fn number(image: &Item, name: &str) -> Option<i64> {
    match image.get(name) {
        Some(AttributeValue::N(number)) => number.parse().ok(),
        _ => None,
    }
}
