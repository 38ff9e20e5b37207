//! What people wrote to a business: its owners, or one of its customers.

use api::messages::{InboundMessage, MessagePage, MessagesQuery};
use domain::{BusinessId, CustomerId, OwnerId};
use kit::customers::no_business;
use kit::fields::Fields;
use kit::{App, Problem};
use store::{Conversation, Turn, TurnFilter};

/// Lists what a customer wrote; without one, what the owners wrote that was no answer.
pub(crate) async fn list(
    app: &App,
    business: BusinessId,
    customer: Option<CustomerId>,
    limit: usize,
    request: &MessagesQuery,
) -> Result<MessagePage, Problem> {
    let mut fields = Fields::new();
    fields.require("/type", request.r#type.is_none(), OF_OURS);
    fields.require("/status", request.status.is_none(), OF_OURS);
    fields.require("/campaign", request.campaign.is_none(), OF_OURS);
    fields.finish()?;
    let owners = match customer {
        Some(_) => None,
        None => Some(owners(app, business, request.owner_number_id).await?),
    };
    let of = customer.map_or(Conversation::Owners, Conversation::Customer);
    let filter = TurnFilter { owners: owners.as_deref(), with_own: false, from: request.from, to: request.to };
    let page = app.store().latest_turns(business, of, &filter, app.now(), limit, request.cursor.as_deref()).await?;
    let shown = |turn: Turn| InboundMessage {
        text: turn.in_words(),
        gateway_message_id: turn.gateway_message_id,
        business_id: business,
        owner_number_id: turn.owner_id,
        customer_id: customer,
        sender_id: turn.sender_id,
        at: turn.at,
        kind: turn.kind.into(),
        media: turn.media,
    };
    let inbound = page.items.into_iter().map(shown).collect();
    Ok(MessagePage { messages: Vec::new(), inbound: Some(inbound), cursor: page.cursor })
}

const OF_OURS: &str = "expected only with: direction=out";

/// The owners of a business, or the one that is asked for.
pub(crate) async fn owners(app: &App, business: BusinessId, only: Option<OwnerId>) -> Result<Vec<OwnerId>, Problem> {
    let known = app.store().business(business).await?.ok_or_else(no_business)?.record;
    let owners: Vec<OwnerId> = known.owners.iter().map(|owner| owner.owner_id).collect();
    match only {
        None => Ok(owners),
        Some(owner) if owners.contains(&owner) => Ok(vec![owner]),
        Some(_) => Err(Problem::not_found("This business has no such owner.")),
    }
}
