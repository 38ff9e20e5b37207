//! All that is known of a customer, in pages that fit into an answer.

use crate::favorites;
use api::appointments::Appointment;
use api::conversations::Author;
use api::customers::{CustomerExport, ExportedMarketing, ExportedMessage, ExportedTurn};
use api::points::PointsEntry;
use api::purchases::Purchase;
use chrono::{DateTime, Utc};
use domain::{Business, BusinessId, Customer, CustomerId, Recipient};
use kit::Problem;
use serde::Serialize;
use store::{MessageFilter, Store, StoreError};

/// Appointments, messages or turns that are read at once.
const PAGE: usize = 50;
/// Points entries that are read at once: each such page reads all of them.
const ENTRIES: usize = 2_000;
/// The most on a page, in bytes of JSON, but for the last thing that was read. Lambda answers 6 MB at most.
const FULL: usize = 2 << 20;

/// What an export goes on with.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Points,
    Purchases,
    Appointments,
    Messages,
    Conversation,
}

impl Part {
    const ALL: [(Self, &str); 5] = [
        (Self::Points, "p"),
        (Self::Purchases, "b"),
        (Self::Appointments, "a"),
        (Self::Messages, "m"),
        (Self::Conversation, "c"),
    ];

    fn next(self) -> Option<Self> {
        match self {
            Self::Points => Some(Self::Purchases),
            Self::Purchases => Some(Self::Appointments),
            Self::Appointments => Some(Self::Messages),
            Self::Messages => Some(Self::Conversation),
            Self::Conversation => None,
        }
    }

    /// A letter, and behind it the cursor of the part's own list.
    fn write(self, cursor: Option<&str>) -> String {
        let letter = Self::ALL.into_iter().find_map(|(part, letter)| (part == self).then_some(letter));
        format!("{}{}", letter.unwrap_or_default(), cursor.unwrap_or_default())
    }

    fn read(cursor: Option<&str>) -> Result<(Self, Option<String>), StoreError> {
        let Some(cursor) = cursor else { return Ok((Self::Points, None)) };
        let found = Self::ALL.into_iter().find_map(|(part, letter)| Some((part, cursor.strip_prefix(letter)?)));
        let (part, cursor) = found.ok_or(StoreError::BadCursor)?;
        Ok((part, Some(cursor.to_owned()).filter(|cursor| !cursor.is_empty())))
    }
}

/// Reads a page of it.
pub(crate) async fn gather(
    store: &Store,
    of: &Business,
    customer: Customer,
    now: DateTime<Utc>,
    cursor: Option<&str>,
) -> Result<CustomerExport, Problem> {
    let (mut part, mut cursor) = Part::read(cursor)?;
    let business = of.business_id;
    let id = customer.customer_id;
    let reach = store.reach(business, Recipient::Customer(id)).await?;
    let chat = store.chat(business, id).await?.record;
    let favorites = favorites(store, business, &customer).await?;
    let mut exported = CustomerExport {
        points_balance: store.balance(business, id).await?.unwrap_or_default(),
        points: Vec::new(),
        purchases: Vec::new(),
        appointments: Vec::new(),
        messages: Vec::new(),
        conversation: Vec::new(),
        summary: chat.summary.map(|summary| summary.0),
        marketing: ExportedMarketing {
            opted_out_at: reach.opted_out_at,
            opted_in_at: reach.opted_in_at,
            consent: reach.consent,
        },
        active_hours: customer.active_hours.begins().collect(),
        cursor: None,
        customer: api::customers::Customer::from(customer).with_favorites(&favorites),
    };
    let mut size = 0;
    loop {
        cursor = match part {
            Part::Points => {
                let (entries, next) = points(store, business, id, cursor.as_deref()).await?;
                add(&mut exported.points, entries, &mut size);
                next
            }
            Part::Purchases => {
                let page = store.customer_purchases(business, id, PAGE, cursor.as_deref()).await?;
                add(&mut exported.purchases, page.items.into_iter().map(Purchase::from), &mut size);
                page.cursor
            }
            Part::Appointments => {
                let page = store.customer_appointments(business, id, PAGE, cursor.as_deref()).await?;
                let appointments = page.items.into_iter().map(|one| Appointment::of(one, of));
                add(&mut exported.appointments, appointments, &mut size);
                page.cursor
            }
            Part::Messages => {
                let (messages, next) = messages(store, business, id, now, cursor.as_deref()).await?;
                add(&mut exported.messages, messages, &mut size);
                next
            }
            Part::Conversation => {
                let page = store.turns(business, id, PAGE, cursor.as_deref()).await?;
                let turns = page.items.into_iter().map(|turn| ExportedTurn {
                    at: turn.at,
                    author: if turn.own { Author::Person } else { Author::Customer },
                    kind: turn.kind.into(),
                    text: turn.in_words(),
                    media: turn.media,
                });
                add(&mut exported.conversation, turns, &mut size);
                page.cursor
            }
        };
        if cursor.is_none() {
            match part.next() {
                Some(next) => part = next,
                None => return Ok(exported),
            }
        }
        if size >= FULL {
            exported.cursor = Some(part.write(cursor.as_deref()));
            return Ok(exported);
        }
    }
}

fn add<T: Serialize>(list: &mut Vec<T>, more: impl IntoIterator<Item = T>, size: &mut usize) {
    for one in more {
        *size += serde_json::to_vec(&one).map_or(0, |json| json.len());
        list.push(one);
    }
}

type List<T> = (Vec<T>, Option<String>);

async fn points(
    store: &Store,
    business: BusinessId,
    customer: CustomerId,
    cursor: Option<&str>,
) -> Result<List<PointsEntry>, StoreError> {
    let page = store.entries(business, customer, ENTRIES, cursor).await?;
    let entries = page.items.into_iter().map(|entry| PointsEntry {
        load_id: entry.load_id,
        points: entry.points,
        reason: entry.reason,
        balance: entry.balance_after,
        created_at: entry.created_at,
    });
    Ok((entries.collect(), page.cursor))
}

async fn messages(
    store: &Store,
    business: BusinessId,
    customer: CustomerId,
    now: DateTime<Utc>,
    cursor: Option<&str>,
) -> Result<List<ExportedMessage>, StoreError> {
    let filter = MessageFilter { customer: Some(customer), ..MessageFilter::default() };
    let page = store.list_messages(business, &filter, now, PAGE, cursor).await?;
    let messages = page.items.into_iter().map(|message| ExportedMessage {
        text: message.shown().to_owned(),
        message_id: message.message_id,
        message_type: message.message_type,
        kind: message.kind,
        status: message.status,
        created_at: message.created_at,
        sent_at: message.sent_at,
    });
    Ok((messages.collect(), page.cursor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_to_where_the_page_ended() {
        for (part, _) in Part::ALL {
            for inner in [None, Some("bGlzdA")] {
                let cursor = part.write(inner);
                assert!(Part::read(Some(&cursor)).unwrap() == (part, inner.map(str::to_owned)), "{cursor}");
            }
        }
        assert!(Part::read(None).unwrap() == (Part::Points, None));
        for wrong in ["", "x", "zbGlzdA"] {
            assert!(Part::read(Some(wrong)).is_err(), "{wrong}");
        }
    }

    /// Whatever a customer has, a page ends soon after it is full, and goes on with the next thing.
    #[test]
    fn a_page_is_far_below_what_lambda_answers() {
        let turn = || ExportedTurn {
            at: DateTime::UNIX_EPOCH,
            author: Author::Customer,
            kind: api::conversations::SaidKind::Text,
            text: "ñ".repeat(4_096),
            media: None,
        };
        let (mut size, mut list) = (0, Vec::new());
        while size < FULL {
            add(&mut list, (0..PAGE).map(|_| turn()), &mut size);
        }
        assert!(serde_json::to_vec(&list).unwrap().len() < 4 << 20);
    }
}
