//! The texts that people write, each message once; removed after 90 days by time to live. What a customer writes is
//! kept by customer, and beside it what a person of the business wrote to them on the phone. What owners write that is no answer is kept by business.

pub(crate) use crate::changes::nothing as change;
use crate::dynamodb::{
    EXPIRES_AT, Found, Item, Outcome, Query, Write, cursor, from_item, millis, number, read_millis, read_text, text,
    to_item,
};
use crate::keys::conversations::{self as keys, TURN};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Page, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::inbound::InboundKind;
use domain::{Attempt, BusinessId, CustomerId, OwnerId, SenderId};
use serde::{Deserialize, Serialize};

pub(crate) const WHAT: &str = "conversations";
const TEXT: &str = "text";
const KIND: &str = "kind";
const MEDIA: &str = "media";
/// When a message without a time was first seen.
const SEEN_AT: &str = "seen_at";
pub(crate) const KEPT: TimeDelta = TimeDelta::days(90);
/// Messages that one query looks through for those of owners who are gone.
const STEP: usize = 100;

/// Whose texts are kept together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversation {
    /// A customer's.
    Customer(CustomerId),
    /// Those of all owners of the business.
    Owners,
}

/// A message that a person wrote: a customer or an owner to the business, or a person of the business to a customer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// When, by the gateway; UTC, kept in milliseconds.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// The id that the gateway gave it.
    pub gateway_message_id: String,
    /// The sender that it was written to.
    pub sender_id: SenderId,
    /// The owner who wrote it; of a customer's there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<OwnerId>,
    /// Whether a person of the business wrote it to the customer, on the phone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// Text, picture or another kind.
    #[serde(default, skip_serializing_if = "is_text")]
    pub kind: InboundKind,
    /// The words that were typed; empty if there are none.
    pub text: String,
    /// What it shows beside them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<String>,
    /// The gateway's name of the file that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
}

fn is_text(kind: &InboundKind) -> bool {
    *kind == InboundKind::Text
}

impl Turn {
    /// The turn in words, as `[image: my dog]`.
    #[must_use]
    pub fn in_words(&self) -> String {
        self.kind.in_words(Some(&self.text), self.told.as_deref()).unwrap_or_default()
    }
}

/// Which turns of a conversation are listed; `None` does not restrict.
#[derive(Clone, Copy, Debug, Default)]
pub struct TurnFilter<'a> {
    /// Of the owners' only those of these.
    pub owners: Option<&'a [OwnerId]>,
    /// Also what persons of the business wrote to the customer.
    pub with_own: bool,
    /// Written at this time or later, UTC.
    pub from: Option<DateTime<Utc>>,
    /// Written before this time, UTC.
    pub to: Option<DateTime<Utc>>,
}

impl TurnFilter<'_> {
    fn takes(&self, turn: &Turn) -> bool {
        let is_of = |owners: &[OwnerId]| turn.owner_id.is_some_and(|owner| owners.contains(&owner));
        self.owners.is_none_or(is_of) && (self.with_own || !turn.own)
    }
}

/// Whether it is a recording that nobody has understood.
fn lacks_words(turn: &Item) -> bool {
    read_text(turn, KIND) == Some(InboundKind::Audio.into()) && read_text(turn, TEXT) == Some("")
}

impl Store {
    /// Keeps a message; `false` if it was kept before. A recording is kept once, and with its words if any delivery of it
    /// brings them.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn keep_turn(
        &self,
        business: BusinessId,
        of: Conversation,
        turn: &Turn,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let mut item = to_item(turn, WHAT)?;
        item.extend(keys::turn(business, of, turn.at, &turn.gateway_message_id));
        item.insert(EXPIRES_AT.to_owned(), number((turn.at + KEPT).timestamp()));
        let outcome = self.write(Write::put(Table::Conversations, item).if_new(), attempt).await?;
        let Outcome::Refused(found) = outcome else { return Ok(true) };
        if found.is_some_and(|found| lacks_words(&found)) && turn.kind == InboundKind::Text {
            let words =
                Write::update(Table::Conversations, keys::turn(business, of, turn.at, &turn.gateway_message_id))
                    .set(TEXT, text(&turn.text))
                    .remove(KIND)
                    .remove(MEDIA)
                    .if_same(TEXT, Some(text("")));
            self.write(words, attempt).await?;
        }
        Ok(false)
    }

    /// When a message was first seen that the gateway gives no time of: `at` (UTC), or the time that an earlier delivery
    /// of it has kept.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn first_seen(
        &self,
        business: BusinessId,
        of: Conversation,
        gateway_message_id: &str,
        at: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<DateTime<Utc>, StoreError> {
        let mut item = keys::undated(business, of, gateway_message_id);
        item.insert(SEEN_AT.to_owned(), millis(at));
        item.insert(EXPIRES_AT.to_owned(), number((at + KEPT).timestamp()));
        Ok(match self.write(Write::put(Table::Conversations, item).if_new(), attempt).await? {
            Outcome::Refused(Some(found)) => read_millis(&found, SEEN_AT).unwrap_or(at),
            _ => at,
        })
    }

    /// A customer's messages, and those that persons of the business wrote to the customer, oldest first, at most `limit` a page.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn turns(
        &self,
        business: BusinessId,
        customer: CustomerId,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Turn>, StoreError> {
        let of = Conversation::Customer(customer);
        let scope = format!("{}/turns", keys::partition(business, of));
        let place = read_place(&scope, cursor)?;
        let found = self.some_turns(business, of, keys::all_turns(), true, limit, place).await?;
        page(found, &scope)
    }

    /// The messages of a conversation, newest first, at most `limit` a page. A page may have fewer and still be followed
    /// by others. Messages that are to be removed by `now` are left out.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn latest_turns(
        &self,
        business: BusinessId,
        of: Conversation,
        filter: &TurnFilter<'_>,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Turn>, StoreError> {
        let from = filter.from.unwrap_or(DateTime::UNIX_EPOCH).max(now - KEPT);
        let (first, last) = keys::turns_between(from, filter.to.unwrap_or(now + KEPT).max(from));
        let scope = format!("{}/latest", keys::partition(business, of));
        let place = read_place(&scope, cursor)?;
        // DynamoDB takes no place outside of what is asked for.
        if place.as_ref().is_some_and(|place| *place < first) {
            return Ok(Page { items: Vec::new(), cursor: None });
        }
        let place = place.filter(|place| *place <= last);
        let found = self.some_turns(business, of, (first, last), false, limit, place).await?;
        let mut page = page(found, &scope)?;
        page.items.retain(|turn| filter.takes(turn));
        Ok(page)
    }

    /// Deletes what is kept of owners other than these. It is safe to repeat.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn forget_other_owners(&self, business: BusinessId, owners: &[OwnerId]) -> Result<(), StoreError> {
        let (of, mut place) = (Conversation::Owners, None);
        loop {
            let found = self.some_turns(business, of, keys::all_turns(), true, STEP, place).await?;
            let mut others = Vec::new();
            for item in found.items {
                let turn: Turn = from_item(item.clone(), WHAT)?;
                if turn.owner_id.is_none_or(|owner| !owners.contains(&owner)) {
                    others.push(item);
                }
            }
            self.delete_all(Table::Conversations, others).await?;
            place = found.next.as_ref().and_then(|key| read_text(key, SK)).map(str::to_owned);
            if place.is_none() {
                return Ok(());
            }
        }
    }

    /// Those between two sort keys, behind a place.
    pub(crate) async fn some_turns(
        &self,
        business: BusinessId,
        of: Conversation,
        (first, last): (String, String),
        forward: bool,
        limit: usize,
        place: Option<String>,
    ) -> Result<Found, StoreError> {
        self.query(Query {
            table: Table::Conversations,
            index: None,
            condition: "#pk = :pk AND #sk BETWEEN :first AND :last",
            values: vec![(PK, text(keys::partition(business, of))), ("first", text(first)), ("last", text(last))],
            forward,
            consistent: true,
            limit: i32::try_from(limit.max(1)).ok(),
            start: place.map(|sk| keys::place(business, of, sk)),
        })
        .await
    }
}

fn read_place(scope: &str, cursor: Option<&str>) -> Result<Option<String>, StoreError> {
    let is_turn = |sk: &str| sk.starts_with(TURN);
    cursor.map(|cursor| cursor::decode_place(scope, cursor, is_turn)).transpose()
}

fn page(found: Found, scope: &str) -> Result<Page<Turn>, StoreError> {
    let next = found.next.as_ref().and_then(|key| read_text(key, SK));
    let cursor = next.map(|sk| cursor::encode(scope, sk));
    let items = found.items.into_iter().map(|item| from_item(item, WHAT)).collect::<Result<_, _>>()?;
    Ok(Page { items, cursor })
}
