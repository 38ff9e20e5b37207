//! All that is known of a customer, in one document.

use chrono::{DateTime, Utc};
use domain::{BusinessId, Customer, Kind, LoadId, MessageId, MessageType, Recipient, Status};
use kit::Problem;
use serde::Serialize;
use store::{MessageFilter, Store};

const PAGE: usize = 100;

/// The record, the points, what was written to the customer and what the customer wrote.
#[derive(Serialize)]
pub(crate) struct Exported {
    customer: Customer,
    points_balance: i64,
    points: Vec<Points>,
    messages: Vec<Sent>,
    conversation: Vec<Written>,
    marketing: Marketing,
}

#[derive(Serialize)]
struct Points {
    load_id: LoadId,
    points: i64,
    reason: Option<String>,
    balance: i64,
    created_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Sent {
    message_id: MessageId,
    message_type: MessageType,
    kind: Kind,
    text: String,
    status: Status,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
struct Written {
    at: DateTime<Utc>,
    text: String,
}

#[derive(Serialize)]
struct Marketing {
    opted_out_at: Option<DateTime<Utc>>,
    opted_in_at: Option<DateTime<Utc>>,
    consent: Option<bool>,
}

impl Exported {
    pub(crate) async fn gather(
        store: &Store,
        business: BusinessId,
        customer: Customer,
        now: DateTime<Utc>,
    ) -> Result<Self, Problem> {
        let id = customer.customer_id;
        let reach = store.reach(business, Recipient::Customer(id)).await?;
        let mut exported = Self {
            points_balance: store.balance(business, id).await?.unwrap_or_default(),
            points: Vec::new(),
            messages: Vec::new(),
            conversation: Vec::new(),
            marketing: Marketing {
                opted_out_at: reach.opted_out_at,
                opted_in_at: reach.opted_in_at,
                consent: reach.consent,
            },
            customer,
        };
        let entries = store.entries(business, id, usize::MAX, None).await?.items;
        exported.points.extend(entries.into_iter().map(|entry| Points {
            load_id: entry.load_id,
            points: entry.points,
            reason: entry.reason,
            balance: entry.balance_after,
            created_at: entry.created_at,
        }));
        let filter = MessageFilter { customer: Some(id), ..MessageFilter::default() };
        let mut cursor = None;
        loop {
            let page = store.list_messages(business, &filter, now, PAGE, cursor.as_deref()).await?;
            exported.messages.extend(page.items.into_iter().map(|message| Sent {
                message_id: message.message_id,
                message_type: message.message_type,
                kind: message.kind,
                text: message.content.text,
                status: message.status,
                created_at: message.created_at,
                sent_at: message.sent_at,
            }));
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        loop {
            let page = store.turns(business, id, PAGE, cursor.as_deref()).await?;
            exported.conversation.extend(page.items.into_iter().map(|turn| Written { at: turn.at, text: turn.text }));
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(exported);
            }
        }
    }
}
