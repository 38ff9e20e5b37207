//! The data in DynamoDB: the only place that names a table, an attribute or an index. Times, ids and attempt tokens
//! come as arguments; no clock, no chance and no environment is read here.
//!
//! A room for each table, as [`Table`] lists them; their keys stand in `keys`, and how DynamoDB is called in `dynamodb`.
//!
//! Every conditional write carries the attempt token it was given, so a write whose answer was lost is recognised
//! when the SDK makes it again. A token is for one call of one operation.

pub mod api_keys;
pub mod appointments;
pub mod automations;
pub mod birthdays;
pub mod businesses;
pub mod campaigns;
pub mod changes;
mod chat_lines;
pub mod chats;
pub mod conversations;
pub mod customers;
mod dialogues;
mod due;
mod dynamodb;
pub mod identities;
mod inbox;
mod keys;
pub mod messages;
pub mod points;
pub mod purchases;
mod recipients;
pub mod senders;
pub mod sessions;
pub mod tables;
mod usage;

pub use api_keys::{ApiKey, Counted};
pub use appointments::{CreateAppointment, DueRequest, MadeAs, MadeBefore, Taking, UpdateAppointment};
pub use automations::{Asked, DueAutomation, DueSync, KeptAnswer, NumberedRequest, Run, RunPart};
pub use businesses::{KeptSender, WebhookOwner, WithSenders};
pub use campaigns::{ChunkEnd, CreateCampaign, DueCampaign, MeasuredChunk};
pub use changes::Change;
pub use chats::{Answered, DueChat, Recorded};
pub use conversations::{Conversation, Turn, TurnFilter};
pub use customers::{Consented, ContactOrder, Erased, Joined, Met, RegisterOutcome};
pub use dialogues::Said;
pub use due::{DueCursor, DuePage, campaign_shards, due_shards, sync_shards};
pub use dynamodb::{Call, Meter, StoreError, Updated, Usage, Versioned};
pub use identities::{Attached, Identity};
pub use inbox::Listed;
pub use messages::{Applied, Claim, Claimed, CreateMessage, DueMessage, MessageFilter, Moved, Report, Settlement};
pub use points::{Entry, Load, LoadPoints};
pub use purchases::{Books, Bought, RecordPurchase, Recording, Revenue};
pub use senders::{SenderRow, Slots};
pub use sessions::{BatchEnd, DueSession, KeptSession, OpenSession, Upstream, UpstreamRow};
pub use tables::{Table, Tables};

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
