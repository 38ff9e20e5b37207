//! What the tables' streams tell: the change that an inserted item means.

use crate::StoreError;
use crate::message_item::{CREATED_KEY, STATUS};
use crate::points::ENTRY;
use domain::{BusinessId, CustomerId, LoadId, MessageId, Status};
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
    },
}

/// What the insertion of this item means; `None` if nobody acts on it.
///
/// # Errors
/// [`StoreError::Corrupt`] if it looks like one of ours and cannot be read.
pub fn inserted(image: &Item) -> Result<Option<Change>, StoreError> {
    let sk = text(image, "sk");
    if let Some(load_id) = sk.and_then(|sk| sk.strip_prefix(ENTRY)) {
        let change = || {
            let (business_id, customer_id) = key(image)?;
            let load_id = load_id.parse().ok()?;
            let (points, balance) = (number(image, "points")?, number(image, "balance_after")?);
            Some(Change::PointsLoaded { business_id, customer_id, load_id, points, balance })
        };
        return change().map(Some).ok_or(StoreError::Corrupt("points"));
    }
    if sk.is_some() {
        return Ok(None);
    }
    if let Some(status) = text(image, STATUS).filter(|_| text(image, CREATED_KEY).is_some()) {
        if status != Status::Pending.to_string() {
            return Ok(None);
        }
        let change = key(image).map(|(business_id, message_id)| Change::MessagePending { business_id, message_id });
        return change.map(Some).ok_or(StoreError::Corrupt("messages"));
    }
    if text(image, "customer_id").is_some() && text(image, "updated_at").is_some() {
        let change = key(image).map(|(business_id, customer_id)| Change::CustomerRegistered { business_id, customer_id });
        return change.map(Some).ok_or(StoreError::Corrupt("customers"));
    }
    Ok(None)
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
