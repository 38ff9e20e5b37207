//! Both sides of a conversation: what a customer wrote, what persons of the business wrote to them on the phone, and our
//! messages to them.

use crate::conversations::{KEPT, WHAT};
use crate::dynamodb::{Found, Item, Query, cursor, from_item, read_text, stamp, text};
use crate::keys::SK;
use crate::keys::conversations as keys;
use crate::keys::messages::{BY_CUSTOMER, CREATED_KEY, CUSTOMER_KEY, customer_key};
use crate::messages::{self, read_created, read_ids, write_place};
use crate::tables::Table;
use crate::{Conversation, Page, Store, StoreError, Turn};
use chrono::{DateTime, Utc};
use domain::{BusinessId, CustomerId, Message};
use futures::future;
use std::cmp::Reverse;

/// A message of either side.
#[derive(Clone, PartialEq)]
pub enum Said {
    /// By a person: the customer, or one of the business on the phone.
    Turn(Turn),
    /// By us.
    Message(Box<Message>),
}

/// How far a page has come in each of the two lists. Empty: it has taken nothing yet.
#[derive(Clone, Default)]
struct Place {
    turn: String,
    message: String,
}

/// A message of a list, before it is read whole.
enum Entry {
    Turn(Turn, String),
    Message(Item, String),
}

impl Store {
    /// A conversation, by the time at which each message was written or made, the newest first, at most `limit` (1 to 100) a
    /// page. What is to be removed by `now` (UTC) is left out; one of ours that was made in this moment may not be among them
    /// yet.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn dialogue(
        &self,
        business: BusinessId,
        customer: CustomerId,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Said>, StoreError> {
        let of = Conversation::Customer(customer);
        let scope = format!("{}/dialogue", keys::partition(business, of));
        let mut place = cursor.map(|cursor| read_place(&scope, cursor)).transpose()?.unwrap_or_default();
        let (turns, messages) = future::try_join(
            self.turns_behind(business, of, now, limit, &place.turn),
            self.messages_behind(business, customer, now, limit, &place.message),
        )
        .await?;
        let mut is_followed = turns.next.is_some() || messages.next.is_some();
        let mut all = Vec::new();
        for item in turns.items {
            let sk = read_text(&item, SK).ok_or(StoreError::Corrupt(WHAT))?.to_owned();
            let turn: Turn = from_item(item, WHAT)?;
            all.push((turn.at, Entry::Turn(turn, sk)));
        }
        for item in messages.items {
            let written = write_place(&item)?;
            all.push((read_created(&item)?, Entry::Message(item, written)));
        }
        // Each list is in order; of one moment, a turn goes before what answers it.
        all.sort_by_key(|(at, found)| Reverse((at.timestamp_millis(), matches!(found, Entry::Message(..)))));
        is_followed |= all.len() > limit;
        all.truncate(limit);
        let mut records = self.records(&ids(&all)).await?;
        let mut items = Vec::with_capacity(all.len());
        for (_, found) in all {
            match found {
                Entry::Turn(turn, sk) => {
                    place.turn = sk;
                    items.push(Said::Turn(turn));
                }
                Entry::Message(key, written) => {
                    place.message = written;
                    let (_, id) = read_ids(&key)?;
                    items.extend(records.remove(&id).map(|message| Said::Message(Box::new(message))));
                }
            }
        }
        let next = is_followed.then(|| cursor::encode(&scope, &format!("{}\n{}", place.turn, place.message)));
        Ok(Page { items, cursor: next })
    }

    async fn turns_behind(
        &self,
        business: BusinessId,
        of: Conversation,
        now: DateTime<Utc>,
        limit: usize,
        place: &str,
    ) -> Result<Found, StoreError> {
        let (first, last) = keys::turns_between(now - KEPT, now + KEPT);
        let start = Some(place.to_owned()).filter(|place| !place.is_empty());
        // DynamoDB takes no place outside of what is asked for.
        if start.as_ref().is_some_and(|start| *start < first) {
            return Ok(Found { items: Vec::new(), next: None });
        }
        self.some_turns(business, of, (first, last), false, limit, start).await
    }

    async fn messages_behind(
        &self,
        business: BusinessId,
        customer: CustomerId,
        now: DateTime<Utc>,
        limit: usize,
        place: &str,
    ) -> Result<Found, StoreError> {
        let list = customer_key(business, customer);
        let start = match place {
            "" => None,
            place => Some(messages::read_place(business, CUSTOMER_KEY, &list, place)?),
        };
        self.query(Query {
            table: Table::Messages,
            index: Some(BY_CUSTOMER),
            condition: &format!("#{CUSTOMER_KEY} = :list AND #{CREATED_KEY} BETWEEN :from AND :to"),
            values: vec![
                ("list", text(list)),
                ("from", text(stamp(now - messages::KEPT))),
                ("to", text(stamp(now + messages::KEPT))),
            ],
            forward: false,
            consistent: false,
            limit: i32::try_from(limit.max(1)).ok(),
            start,
        })
        .await
    }
}

/// The keys of our messages among these.
fn ids(all: &[(DateTime<Utc>, Entry)]) -> Vec<Item> {
    let keys = all.iter().filter_map(|(_, found)| match found {
        Entry::Message(key, _) => Some(key.clone()),
        Entry::Turn(..) => None,
    });
    keys.collect()
}

fn read_place(scope: &str, cursor: &str) -> Result<Place, StoreError> {
    let place = cursor::decode(scope, cursor)?;
    let (turn, message) = place.split_once('\n').ok_or(StoreError::BadCursor)?;
    if !turn.is_empty() && !turn.starts_with(keys::TURN) {
        return Err(StoreError::BadCursor);
    }
    Ok(Place { turn: turn.to_owned(), message: message.to_owned() })
}
