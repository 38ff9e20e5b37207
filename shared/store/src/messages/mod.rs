//! Message records: made once, read, found by the gateway's id.

mod change;
mod due;
mod item;
mod ledger;
mod lists;
mod of_campaign;
mod statuses;

pub(crate) use change::change;
pub use due::DueMessage;
pub(crate) use item::{KEPT, read_ids};
pub use ledger::{Claim, Claimed, Moved, Settlement};
pub use lists::MessageFilter;
pub(crate) use lists::{read_created, read_place, write_place};
pub use statuses::{Applied, Report};

use crate::dynamodb::{Outcome, Query, Write, text};
use crate::keys::messages::{self as keys, BY_GATEWAY_ID, GATEWAY_KEY};
use crate::tables::Table;
use crate::{Store, StoreError};
use domain::{Attempt, BusinessId, Message, MessageId, Status};
use item::{STATUS, WHAT, message_item, read_message};

/// The outcome of a new message.
#[derive(Clone, Debug, PartialEq)]
pub enum CreateMessage {
    /// It is kept; the stream brings it to a worker.
    Created,
    /// There is one of this id, which stays as it is.
    Exists(Box<Message>),
}

/// The write that keeps a message, once per id.
pub(crate) fn new_message(message: &Message) -> Result<Write, StoreError> {
    Ok(Write::put(Table::Messages, message_item(message)?).if_new())
}

impl Store {
    /// Keeps a message that is to be sent, once per id. It is looked at again at its `next_attempt_at`.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn create_message(&self, message: &Message, attempt: &Attempt) -> Result<CreateMessage, StoreError> {
        Ok(match self.write(new_message(message)?, attempt).await? {
            Outcome::Written(_) | Outcome::AlreadyMine(_) => CreateMessage::Created,
            Outcome::Refused(Some(item)) => CreateMessage::Exists(Box::new(read_message(item)?)),
            Outcome::Refused(None) => return Err(StoreError::Contended(WHAT)),
        })
    }

    /// A message.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn message(&self, business: BusinessId, message: &MessageId) -> Result<Option<Message>, StoreError> {
        self.get(Table::Messages, keys::message(business, message)).await?.map(read_message).transpose()
    }

    /// Removes a message that is still to be sent, and nobody is there to get it.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn forget_message(
        &self,
        business: BusinessId,
        message: &MessageId,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let write = Write::delete(Table::Messages, keys::message(business, message));
        self.write(write.if_one_of(STATUS, [Status::Pending.to_string()]), attempt).await.map(drop)
    }

    /// Those of the messages that exist, in no order.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn messages(
        &self,
        business: BusinessId,
        messages: impl IntoIterator<Item = &MessageId>,
    ) -> Result<Vec<Message>, StoreError> {
        let keys = messages.into_iter().map(|message| keys::message(business, message)).collect();
        let items = self.batch_get(Table::Messages, keys).await?;
        items.into_iter().map(read_message).collect()
    }

    /// Which message the gateway knows by this id, as the index shows it: some milliseconds after the write.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn find_by_gateway_id(
        &self,
        business: BusinessId,
        gateway_message_id: &str,
    ) -> Result<Option<MessageId>, StoreError> {
        let found = self
            .query(Query {
                table: Table::Messages,
                index: Some(BY_GATEWAY_ID),
                condition: &format!("#{GATEWAY_KEY} = :key"),
                values: vec![("key", text(keys::gateway_key(business, gateway_message_id)))],
                forward: true,
                consistent: false,
                limit: Some(1),
                start: None,
            })
            .await?;
        Ok(found.items.first().map(read_ids).transpose()?.map(|(_, message)| message))
    }
}
