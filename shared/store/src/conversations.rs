//! The texts that customers write, each message once; removed after 90 days by time to live.

pub(crate) use crate::changes::nothing as change;
use crate::dynamodb::{
    EXPIRES_AT, Outcome, Query, Write, cursor, from_item, millis, number, read_millis, read_text, text, to_item,
};
use crate::keys::conversations::{self as keys, TURN};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Page, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Attempt, BusinessId, CustomerId, SenderId};
use serde::{Deserialize, Serialize};

const WHAT: &str = "conversations";
/// When a message without a time was first seen.
const SEEN_AT: &str = "seen_at";
const KEPT: TimeDelta = TimeDelta::days(90);

/// A message that a customer wrote.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// When, by the gateway; UTC, kept in milliseconds.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// The id that the gateway gave it.
    pub gateway_message_id: String,
    /// The sender that it was written to.
    pub sender_id: SenderId,
    /// The text of the turn.
    pub text: String,
}

impl Store {
    /// Keeps a message; `false` if it was kept before.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn keep_turn(
        &self,
        business: BusinessId,
        customer: CustomerId,
        turn: &Turn,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let mut item = to_item(turn, WHAT)?;
        item.extend(keys::turn(business, customer, turn.at, &turn.gateway_message_id));
        item.insert(EXPIRES_AT.to_owned(), number((turn.at + KEPT).timestamp()));
        let outcome = self.write(Write::put(Table::Conversations, item).if_new(), attempt).await?;
        Ok(!matches!(outcome, Outcome::Refused(_)))
    }

    /// When a message was first seen that the gateway gives no time of: `at` (UTC), or the time that an earlier delivery
    /// of it has kept.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn first_seen(
        &self,
        business: BusinessId,
        customer: CustomerId,
        gateway_message_id: &str,
        at: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<DateTime<Utc>, StoreError> {
        let mut item = keys::undated(business, customer, gateway_message_id);
        item.insert(SEEN_AT.to_owned(), millis(at));
        item.insert(EXPIRES_AT.to_owned(), number((at + KEPT).timestamp()));
        Ok(match self.write(Write::put(Table::Conversations, item).if_new(), attempt).await? {
            Outcome::Refused(Some(found)) => read_millis(&found, SEEN_AT).unwrap_or(at),
            _ => at,
        })
    }

    /// A customer's messages, oldest first, at most `limit` a page.
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
        let pk = keys::partition(business, customer);
        let scope = format!("{pk}/turns");
        let is_turn = |sk: &str| sk.starts_with(TURN);
        let start = cursor.map(|cursor| cursor::decode_place(&scope, cursor, is_turn)).transpose()?;
        let found = self
            .query(Query {
                table: Table::Conversations,
                index: None,
                condition: "#pk = :pk AND begins_with(#sk, :turn)",
                values: vec![(PK, text(pk)), ("turn", text(TURN))],
                forward: true,
                consistent: true,
                limit: i32::try_from(limit.max(1)).ok(),
                start: start.map(|sk| keys::place(business, customer, sk)),
            })
            .await?;
        let next = found.next.as_ref().and_then(|key| read_text(key, SK));
        let cursor = next.map(|sk| cursor::encode(&scope, sk));
        let items = found.items.into_iter().map(|item| from_item(item, WHAT)).collect::<Result<_, _>>()?;
        Ok(Page { items, cursor })
    }
}
