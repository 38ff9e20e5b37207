//! The messages of a campaign. They stand in no list of their own: the frozen audience tells their ids.

use super::lists::{BATCH, MessageFilter, READ_AT_MOST};
use crate::dynamodb::cursor;
use crate::{Page, Store, StoreError};
use domain::{Campaign, Message, MessageId};
use std::collections::HashMap;

impl Store {
    /// Messages of a campaign, in the order of its audience, at most `limit` (1 to 100) a page. A page may have fewer than
    /// that and still be followed by others, as in [`Store::list_messages`].
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn messages_of_campaign(
        &self,
        campaign: &Campaign,
        filter: &MessageFilter,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Message>, StoreError> {
        let (business, limit) = (campaign.business_id, limit.clamp(1, BATCH));
        let scope = format!("{business}/messages/{}", campaign.campaign_id);
        let (mut number, mut place) = match cursor {
            Some(cursor) => read_place(&cursor::decode(&scope, cursor)?)?,
            None => (0, 0),
        };
        let mut page = Page { items: Vec::new(), cursor: None };
        let mut examined = 0;
        while number < campaign.progress.chunks {
            let Some(chunk) = self.chunk(business, &campaign.campaign_id, number).await? else { break };
            while place < chunk.recipients.len() {
                let end = chunk.recipients.len().min(place + BATCH);
                let ids: Vec<MessageId> = (place..end).filter_map(|nth| chunk.message_id(campaign, nth)).collect();
                let found = self.messages(business, &ids).await?;
                let mut found: HashMap<_, _> = found.into_iter().map(|it| (it.message_id.clone(), it)).collect();
                for id in &ids {
                    if page.items.len() == limit {
                        break;
                    }
                    place += 1;
                    page.items.extend(found.remove(id).filter(|message| filter.takes_any(message)));
                }
                examined += ids.len();
                if page.items.len() == limit || examined >= READ_AT_MOST {
                    let more = place < chunk.recipients.len() || number + 1 < campaign.progress.chunks;
                    page.cursor = more.then(|| cursor::encode(&scope, &format!("{number} {place}")));
                    return Ok(page);
                }
            }
            (number, place) = (number + 1, 0);
        }
        Ok(page)
    }
}

/// The number of a chunk, and a place in it.
fn read_place(place: &str) -> Result<(u32, usize), StoreError> {
    let read = || {
        let (number, place) = place.split_once(' ')?;
        number.parse().ok().zip(place.parse().ok())
    };
    read().ok_or(StoreError::BadCursor)
}
