//! All that is known of a customer, in one document.

use api::customers::{CustomerExport, ExportedMarketing, ExportedMessage, ExportedTurn};
use api::points::PointsEntry;
use chrono::{DateTime, Utc};
use domain::{BusinessId, Customer, Recipient};
use kit::Problem;
use store::{MessageFilter, Store};

const PAGE: usize = 100;

/// Reads all of it, page by page.
pub(crate) async fn gather(
    store: &Store,
    business: BusinessId,
    customer: Customer,
    now: DateTime<Utc>,
) -> Result<CustomerExport, Problem> {
    let id = customer.customer_id;
    let reach = store.reach(business, Recipient::Customer(id)).await?;
    let mut exported = CustomerExport {
        points_balance: store.balance(business, id).await?.unwrap_or_default(),
        points: Vec::new(),
        messages: Vec::new(),
        conversation: Vec::new(),
        marketing: ExportedMarketing {
            opted_out_at: reach.opted_out_at,
            opted_in_at: reach.opted_in_at,
            consent: reach.consent,
        },
        customer: customer.into(),
    };
    let entries = store.entries(business, id, usize::MAX, None).await?.items;
    exported.points.extend(entries.into_iter().map(|entry| PointsEntry {
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
        exported.messages.extend(page.items.into_iter().map(|message| ExportedMessage {
            text: message.shown().to_owned(),
            message_id: message.message_id,
            message_type: message.message_type,
            kind: message.kind,
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
        exported.conversation.extend(page.items.into_iter().map(|turn| ExportedTurn { at: turn.at, text: turn.text }));
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(exported);
        }
    }
}
