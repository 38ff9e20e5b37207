//! The chats of a business by where they stand, the one with the newest message first. The index has keys alone; records are
//! read by their keys, so a list shows each chat as it is.

use crate::chats::read;
use crate::conversations::KEPT;
use crate::dynamodb::{Query, cursor, read_text, text};
use crate::keys::conversations::{self as keys, BY_STANDING, LAST_KEY, STANDING_KEY};
use crate::keys::{PK, customers};
use crate::tables::Table;
use crate::{Page, Store, StoreError};
use chrono::{DateTime, Utc};
use domain::chat::Chat;
use domain::chat::handover::Standing;
use domain::{BusinessId, Customer, CustomerId};
use futures::future;
use std::collections::HashMap;

const WHAT: &str = "chats";

/// A chat in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Whose it is.
    pub customer: Customer,
    /// As it is now.
    pub chat: Chat,
}

impl Store {
    /// Chats that stand in one of these ways, the one with the newest message first, at most `limit` (1 to 100) a page. A
    /// page may have fewer and still be followed by others. Chats that are to be removed by `now` (UTC) are left out. Reads
    /// keys of the index, and as many records as it answers.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn list_chats(
        &self,
        business: BusinessId,
        standings: &[Standing],
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Listed>, StoreError> {
        let names: Vec<String> = standings.iter().map(ToString::to_string).collect();
        let scope = format!("{business}/chats/{}", names.join("+"));
        let is_possible = |place: &str| keys::read_last_key(place).is_some();
        let before = cursor.map(|cursor| cursor::decode_place(&scope, cursor, is_possible)).transpose()?;
        let lists = standings.iter().map(|standing| self.places(business, *standing, now, limit, before.as_deref()));
        let mut places: Vec<String> = future::try_join_all(lists).await?.into_iter().flatten().collect();
        places.sort_unstable_by(|one, other| other.cmp(one));
        let has_more = places.len() > limit;
        places.truncate(limit);
        let next = places.last().filter(|_| has_more).map(|place| cursor::encode(&scope, place));
        let ids: Vec<CustomerId> = places.iter().filter_map(|place| keys::read_last_key(place)).collect();
        let of_chats = ids.iter().map(|id| keys::chat(business, *id)).collect();
        let reads = future::try_join(self.customers(business, &ids), self.batch_get(Table::Conversations, of_chats));
        let (mut records, chats) = reads.await?;
        let mut items = Vec::with_capacity(ids.len());
        let mut chats = chats
            .into_iter()
            .map(|item| {
                let pk = read_text(&item, PK).and_then(customers::read).ok_or(StoreError::Corrupt(WHAT))?;
                Ok((pk.1, read(item)?.record))
            })
            .collect::<Result<HashMap<_, _>, StoreError>>()?;
        for id in ids {
            // Of a customer who has just been erased the index may still show the chat.
            if let (Some(customer), Some(chat)) = (records.remove(&id), chats.remove(&id)) {
                items.push(Listed { customer, chat });
            }
        }
        Ok(Page { items, cursor: next })
    }

    /// The first places of a list behind this one, and one more than `limit` if there are as many.
    async fn places(
        &self,
        business: BusinessId,
        standing: Standing,
        now: DateTime<Utc>,
        limit: usize,
        before: Option<&str>,
    ) -> Result<Vec<String>, StoreError> {
        let mut values = vec![
            ("standing", text(keys::standing_key(business, standing))),
            ("first", text(keys::last_from(now - KEPT))),
        ];
        let condition = match before {
            Some(place) => {
                // A place that is asked for from is not answered again.
                values.push(("last", text(place)));
                format!("#{STANDING_KEY} = :standing AND #{LAST_KEY} BETWEEN :first AND :last")
            }
            None => format!("#{STANDING_KEY} = :standing AND #{LAST_KEY} >= :first"),
        };
        if before.is_some_and(|place| place < keys::last_from(now - KEPT).as_str()) {
            return Ok(Vec::new());
        }
        let found = self
            .query(Query {
                table: Table::Conversations,
                index: Some(BY_STANDING),
                condition: &condition,
                values,
                forward: false,
                consistent: false,
                limit: i32::try_from(limit + 2).ok(),
                start: None,
            })
            .await?;
        let places = found.items.iter().filter_map(|item| read_text(item, LAST_KEY));
        Ok(places.filter(|place| Some(*place) != before).take(limit + 1).map(str::to_owned).collect())
    }
}
