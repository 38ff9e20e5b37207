//! The people of a campaign, with the status of their messages: a part of a chunk of the frozen audience at a time.

use crate::found;
use api::campaigns::{CampaignPath, CampaignRecipient, RecipientPage, RecipientsQuery};
use api::messages::Message;
use axum::extract::State;
use campaigns::Campaigns;
use domain::{CustomerId, MessageId};
use kit::Problem;
use kit::json::Json;
use kit::keys::Caller;
use kit::params::{Path, Query};
use std::collections::HashMap;
use store::StoreError;

/// The most people that are looked at for a page.
const PAGE: usize = 100;

pub(crate) async fn list(
    State(campaigns): State<Campaigns>,
    caller: Caller,
    Path(path): Path<CampaignPath>,
    Query(request): Query<RecipientsQuery>,
) -> Result<Json<RecipientPage>, Problem> {
    let business = caller.business(request.business_id)?;
    let campaign = found(&campaigns, business, &path).await?.record;
    let (number, place) = request.cursor.as_deref().map_or(Ok((0, 0)), read_cursor)?;
    let nothing = || Ok(Json(RecipientPage { recipients: Vec::new(), cursor: None }));
    if number >= campaign.progress.chunks {
        return nothing();
    }
    let store = campaigns.app().store();
    let Some(chunk) = store.chunk(business, &campaign.campaign_id, number).await? else { return nothing() };
    let end = chunk.recipients.len().min(place.saturating_add(PAGE));
    let ids = (place..end).filter_map(|nth| Some((*chunk.recipients.get(nth)?, chunk.message_id(&campaign, nth)?)));
    let ids: Vec<(CustomerId, MessageId)> = ids.collect();
    let messages = store.messages(business, ids.iter().map(|(_, id)| id)).await?;
    let mut messages: HashMap<MessageId, domain::Message> =
        messages.into_iter().map(|message| (message.message_id.clone(), message)).collect();
    let recipients = ids.into_iter().map(|(customer_id, id)| {
        let message = messages.remove(&id);
        CampaignRecipient {
            customer_id,
            status: message.as_ref().map(|it| it.status),
            message: message.map(Message::from),
        }
    });
    let recipients = recipients.filter(|it| request.status.is_none_or(|wanted| it.status == Some(wanted))).collect();
    let next = if end < chunk.recipients.len() { (number, end) } else { (number + 1, 0) };
    let cursor = (next.0 < campaign.progress.chunks).then(|| format!("{}.{}", next.0, next.1));
    Ok(Json(RecipientPage { recipients, cursor }))
}

/// The number of a chunk, and a place in it.
fn read_cursor(cursor: &str) -> Result<(u32, usize), StoreError> {
    let read = || {
        let (number, place) = cursor.split_once('.')?;
        Some((number.parse().ok()?, place.parse().ok()?))
    };
    read().ok_or(StoreError::BadCursor)
}
