//! Outbound messages over HTTP: send one, read, list, retry.

mod inbound;
mod request;
mod takeover;

use crate::request::read_message;
use api::Route as _;
use api::messages::{Direction, Message, MessagePage, MessagePath, MessagesQuery, NewMessage, Route};
use api::parameters::{OfBusiness, PageSize};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use domain::texts::own_message::is_with_way_out;
use domain::{BusinessId, CustomerId, Kind, MessageId};
use kit::config::{Backstop, Keys};
use kit::customers::{self, no_business, no_customer};
use kit::env::{FromEnv, Vars};
use kit::json::{Given, Json};
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use queues::{QueueUrls, Queues};
use std::time::Duration;
use store::{CreateMessage, MessageFilter, Moved};

/// The function's own configuration.
pub struct Config {
    keys: Keys,
    backstop: Backstop,
    urls: QueueUrls,
    /// The time after its last message at which a conversation ends.
    conversation_ends: Duration,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            keys: Keys::from_env(vars),
            backstop: Backstop::from_env(vars),
            urls: QueueUrls::from_env(vars),
            conversation_ends: vars.seconds_or("CONVERSATION_SECONDS", 600),
        }
    }
}

#[derive(Clone)]
struct Messages {
    app: App,
    backstop: Backstop,
    queues: Queues,
    conversation_ends: Duration,
}

/// The routes, as `template.yaml` names them.
pub fn router(app: App, Config { keys, backstop, urls, conversation_ends }: Config) -> Router {
    let routes = api::router(|route: Route| match route {
        Route::SendMessage => route.to(send),
        Route::ListMessages => route.to(list),
        Route::ReadMessage => route.to(read),
        Route::RetryMessage => route.to(retry),
    });
    let messages =
        Messages { queues: Queues::new(app.sqs().clone(), urls), app: app.clone(), backstop, conversation_ends };
    guarded(&app, keys, routes.with_state(messages))
}

async fn send(
    State(messages): State<Messages>,
    caller: Caller,
    Query(about): Query<OfBusiness>,
    given: Given<NewMessage>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let Messages { app, backstop, .. } = &messages;
    let business = caller.business(about.business_id)?;
    let (request, customer) = customers::of_body(app, business, &given).await?;
    let mut request = read_message(request)?;
    let known = app.store().customer(business, customer).await?.ok_or_else(no_customer)?.record;
    let given = request.text().to_owned();
    if request.needs_way_out() {
        let business = app.store().business(business).await?.ok_or_else(no_business)?.record;
        request = request.with_way_out(business.voice(known.locale));
    }
    let message = request.message(app, business, &known, *backstop);
    let made = match message.by_person {
        true => messages.take_over(&message, customer).await?,
        false => app.store().create_message(&message, &app.attempt()).await?,
    };
    match made {
        CreateMessage::Created => Ok((StatusCode::ACCEPTED, Json(message.into()))),
        CreateMessage::Exists(before) if is_repeat(&before, &message, &given) => {
            Ok((StatusCode::ACCEPTED, Json((*before).into())))
        }
        CreateMessage::Exists(_) => Err(no_longer_free()),
    }
}

fn no_longer_free() -> Problem {
    Problem::conflict("Another message was sent under this message_id.").coded("message_id_taken")
}

/// Whether the caller gave the same before. The customer may have another language since, and so another way out.
fn is_repeat(before: &domain::Message, again: &domain::Message, given: &str) -> bool {
    let (kept, made) = (&before.content, &again.content);
    before.recipient == again.recipient
        && before.kind == again.kind
        && before.by_person == again.by_person
        && (&kept.template, &kept.variables) == (&made.template, &made.variables)
        && (kept.text == given || again.kind == Kind::Marketing && is_with_way_out(&kept.text, given))
}

async fn list(
    State(Messages { app, .. }): State<Messages>,
    caller: Caller,
    Query(request): Query<MessagesQuery>,
) -> Result<Json<MessagePage>, Problem> {
    let business = caller.business(request.business_id)?;
    let limit = PageSize::of(request.limit);
    let customer = listed_customer(&app, business, &request).await?;
    match request.direction.unwrap_or(Direction::Out) {
        Direction::Out => outbound(&app, business, customer, limit, &request).await.map(Json),
        Direction::In => inbound::list(&app, business, customer, limit, &request).await.map(Json),
    }
}

/// The customer whose messages are asked for.
async fn listed_customer(
    app: &App,
    business: BusinessId,
    request: &MessagesQuery,
) -> Result<Option<CustomerId>, Problem> {
    let customer = match (request.customer_id, &request.phone, &request.customer) {
        (None, None, None) => None,
        (Some(id), None, None) => Some(id),
        (None, Some(phone), None) => Some(customers::named(app, business, phone, "/phone").await?),
        (None, None, Some(who)) => Some(customers::named(app, business, who, "/customer").await?),
        _ => return Err(Problem::field("/customer", "expected only one of: customer_id, phone, customer")),
    };
    if customer.is_some() && request.owner_number_id.is_some() {
        return Err(Problem::field("/owner_number_id", "expected only one of: owner_number_id, customer"));
    }
    if let Some(id) = customer {
        app.store().customer(business, id).await?.ok_or_else(no_customer)?;
    }
    Ok(customer)
}

async fn outbound(
    app: &App,
    business: BusinessId,
    customer: Option<CustomerId>,
    limit: usize,
    request: &MessagesQuery,
) -> Result<MessagePage, Problem> {
    if let Some(owner) = request.owner_number_id {
        inbound::owners(app, business, Some(owner)).await?;
    }
    let filter = MessageFilter {
        customer,
        owner: request.owner_number_id,
        message_type: request.r#type,
        status: request.status,
        from: request.from,
        to: request.to,
    };
    let (store, cursor) = (app.store(), request.cursor.as_deref());
    let page = match &request.campaign {
        Some(id) => {
            let campaign = store.campaign(business, id).await?.ok_or_else(no_campaign)?.record;
            store.messages_of_campaign(&campaign, &filter, limit, cursor).await?
        }
        None => store.list_messages(business, &filter, app.now(), limit, cursor).await?,
    };
    let messages = page.items.into_iter().map(Message::from).collect();
    Ok(MessagePage { messages, inbound: None, cursor: page.cursor })
}

async fn read(
    State(Messages { app, .. }): State<Messages>,
    caller: Caller,
    Path(path): Path<MessagePath>,
    Query(about): Query<OfBusiness>,
) -> Result<Json<Message>, Problem> {
    let business = caller.business(about.business_id)?;
    let message = app.store().message(business, &path.message_id).await?.ok_or_else(no_message)?;
    Ok(Json(message.into()))
}

/// `POST /api/messages/{message_id}/retry`: a human sends a failed message again. One that is on its way already, by this
/// call of which the answer was lost or by another, is answered as it is.
async fn retry(
    State(Messages { app, .. }): State<Messages>,
    caller: Caller,
    Path(rest): Path<String>,
    Query(about): Query<OfBusiness>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let Some(id) = rest.strip_suffix("/retry") else { return Err(Problem::method_not_allowed().allowing("GET,HEAD")) };
    let id: MessageId = id.parse().map_err(|_| no_message())?;
    let business = caller.business(about.business_id)?;
    let moved = app.store().retry_message(business, &id, app.now(), &app.attempt()).await?;
    if let Moved::Not(found) = moved {
        let found = found.ok_or_else(no_message)?;
        let status = found.status;
        if !status.is_settled() {
            return Ok((StatusCode::ACCEPTED, Json((*found).into())));
        }
        let detail = format!("Only a failed message can be sent again; this one is {status}.");
        return Err(Problem::conflict(detail).coded("not_failed"));
    }
    let message = app.store().message(business, &id).await?.ok_or_else(no_message)?;
    Ok((StatusCode::ACCEPTED, Json(message.into())))
}

fn no_campaign() -> Problem {
    Problem::not_found("This business has no such campaign.")
}

fn no_message() -> Problem {
    Problem::not_found("This business has no such message.")
}
