//! Items and their attributes.

use crate::StoreError;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

pub(crate) type Item = HashMap<String, AttributeValue>;

/// The token of the last conditional write.
pub(crate) const TOKEN: &str = "attempt";
/// Counts the changes of a record that is changed optimistically.
pub(crate) const VERSION: &str = "version";
/// When the item may be removed, in epoch seconds.
pub(crate) const EXPIRES_AT: &str = "expires_at";

/// A record with the number of its last change, to change it only as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// As it was read.
    pub record: T,
    /// Goes up by one with every change.
    pub version: u64,
}

/// The outcome of an optimistic change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Updated {
    /// It is changed; this is its new version.
    Done(u64),
    /// Nothing differs; nothing was written.
    Unchanged,
    /// Somebody changed or removed it since: read it again.
    Conflict,
}

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number(value: impl Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A time as epoch milliseconds.
pub(crate) fn millis(time: DateTime<Utc>) -> AttributeValue {
    number(time.timestamp_millis())
}

/// A time as text that sorts by it: RFC 3339 in UTC, always with milliseconds.
pub(crate) fn stamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(crate) fn read_text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

pub(crate) fn read_number<T: FromStr>(item: &Item, name: &str) -> Option<T> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

pub(crate) fn read_millis(item: &Item, name: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(read_number(item, name)?)
}

/// The record's fields as attributes; absent ones are left out.
pub(crate) fn to_item<T: Serialize>(record: &T, what: &'static str) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(record).map_err(|_| StoreError::Unwritable(what))?;
    item.retain(|_, value| !value.is_null());
    Ok(item)
}

/// A record from attributes of the names of its fields; others are ignored.
pub(crate) fn from_item<T: DeserializeOwned>(item: Item, what: &'static str) -> Result<T, StoreError> {
    serde_dynamo::from_item(item).map_err(|_| StoreError::Corrupt(what))
}

/// A record with its version, which counts as 0 where there is none.
pub(crate) fn versioned<T: DeserializeOwned>(item: Item, what: &'static str) -> Result<Versioned<T>, StoreError> {
    let version = read_number(&item, VERSION).unwrap_or_default();
    Ok(Versioned { record: from_item(item, what)?, version })
}
