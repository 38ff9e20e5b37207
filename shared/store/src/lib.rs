//! The data in DynamoDB: the only place that names a table, an attribute or an index. Times, ids and attempt tokens
//! come as arguments; no clock, no chance and no environment is read here.
//!
//! Every conditional write carries the attempt token it was given, so a write whose answer was lost is recognised
//! when the SDK makes it again. A token is for one call of one operation.

pub mod api_keys;
pub mod automations;
pub mod birthdays;
pub mod businesses;
mod calls;
pub mod changes;
pub mod contacts;
pub mod conversations;
mod cursor;
pub mod customers;
pub mod due;
pub mod erase;
pub mod error;
pub mod identities;
mod item;
pub mod ledger;
mod message_item;
pub mod message_lists;
pub mod messages;
pub mod meter;
pub mod pace;
pub mod points;
mod reach;
pub mod runs;
pub mod statuses;
pub mod tables;
mod write;

pub use api_keys::{ApiKey, Counted};
pub use automations::DueAutomation;
pub use businesses::{WebhookOwner, WithSenders};
pub use changes::Change;
pub use conversations::Turn;
pub use customers::{Consented, Met, RegisterOutcome};
pub use due::{Due, DueCursor, due_shards};
pub use erase::Erased;
pub use error::StoreError;
pub use identities::{Attached, Identity};
pub use item::{Updated, Versioned};
pub use ledger::{Claim, Claimed, Moved, Settlement, Slot};
pub use message_lists::MessageFilter;
pub use messages::CreateMessage;
pub use meter::{Meter, Usage};
pub use pace::{SenderRow, Slots};
pub use points::{Entry, Load, LoadPoints};
pub use runs::{Run, RunPart};
pub use statuses::{Applied, Report};
pub use tables::Tables;

use std::sync::Arc;

/// The tables, through one client. Clones share its connections and its meter.
#[derive(Clone, Debug)]
pub struct Store {
    client: aws_sdk_dynamodb::Client,
    tables: Arc<Tables>,
    meter: Meter,
}

impl Store {
    /// A store of these tables that adds what it consumes to the meter.
    #[must_use]
    pub fn new(client: aws_sdk_dynamodb::Client, tables: Tables, meter: Meter) -> Self {
        Self { client, tables: Arc::new(tables), meter }
    }

    /// The same tables through the same client, counted apart.
    #[must_use]
    pub fn counted(&self, meter: Meter) -> Self {
        Self { meter, ..self.clone() }
    }

    /// The meter that it adds to.
    #[must_use]
    pub fn meter(&self) -> &Meter {
        &self.meter
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// In the list's order.
    pub items: Vec<T>,
    /// Continues the list of the same business with the same filters; absent at its end.
    pub cursor: Option<String>,
}
