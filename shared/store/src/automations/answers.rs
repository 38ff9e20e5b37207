//! What owners' answers do, by the message that each was written in. Kept for longer than a webhook is repeated.

use crate::dynamodb::{EXPIRES_AT, Item, Outcome, Write, from_item, number, to_item};
use crate::keys::PK;
use crate::keys::automations as keys;
use crate::tables::Table;
use crate::{Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{AnswerStep, Attempt, BusinessId, RequestStep};
use serde::{Deserialize, Serialize};

const WHAT: &str = "owners' answers";
const IS_DONE: &str = "is_done";
/// Meta repeats a webhook for seven days.
const KEPT: TimeDelta = TimeDelta::days(8);

/// What an owner's answer does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// To proposals, in this order.
    pub steps: Vec<AnswerStep>,
    /// To appointments that customers asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RequestStep>,
    /// Whether all of it is done.
    pub is_done: bool,
}

fn read(item: Item) -> Result<KeptAnswer, StoreError> {
    from_item(item, WHAT)
}

impl Store {
    /// What the answer in an owner's message does, if it was kept. `message` is the hash of the gateway's id.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn owner_answer(&self, business: BusinessId, message: &str) -> Result<Option<KeptAnswer>, StoreError> {
        self.get(Table::Automations, keys::answer(business, message)).await?.map(read).transpose()
    }

    /// Keeps what an answer does, before it is done. Answers what is kept: another delivery may have come first.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn keep_owner_answer(
        &self,
        business: BusinessId,
        message: &str,
        answer: KeptAnswer,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<KeptAnswer, StoreError> {
        let mut item = to_item(&answer, WHAT)?;
        item.extend(keys::answer(business, message));
        item.insert(EXPIRES_AT.to_owned(), number((now + KEPT).timestamp()));
        match self.write(Write::put(Table::Automations, item).if_new(), attempt).await? {
            Outcome::Refused(Some(kept)) => read(kept),
            _ => Ok(answer),
        }
    }

    /// All of an answer is done: a repeat of its delivery does nothing.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn finish_owner_answer(
        &self,
        business: BusinessId,
        message: &str,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let write = Write::update(Table::Automations, keys::answer(business, message))
            .set(IS_DONE, AttributeValue::Bool(true))
            .only_if(format!("attribute_exists(#{PK})"));
        self.write(write, attempt).await.map(drop)
    }
}
