//! Outbound messages over HTTP: send one, read, list, retry (R5.8).

mod request;
mod view;

use crate::request::NewMessage;
use crate::view::{MessagePage, MessageView};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use domain::{BusinessId, CustomerRef, Message, MessageId, MessageType, Status};
use kit::config::{Backstop, Keys};
use kit::json::Json;
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use serde::Deserialize;
use store::{CreateMessage, MessageFilter, Moved};

#[derive(Clone)]
struct Messages {
    app: App,
    backstop: Backstop,
}

/// The routes. A message's id has slashes in it, so it takes the rest of the path.
pub fn router(app: App, (keys, backstop): (Keys, Backstop)) -> Router {
    let routes = Router::new()
        .route("/api/messages", post(send).get(list))
        .route("/api/messages/{*message}", get(read).post(retry))
        .with_state(Messages { app: app.clone(), backstop });
    guarded(&app, keys, routes)
}

#[derive(Deserialize)]
struct About {
    business_id: Option<BusinessId>,
}

async fn send(
    State(Messages { app, backstop }): State<Messages>,
    caller: Caller,
    Query(about): Query<About>,
    Json(request): Json<NewMessage>,
) -> Result<(StatusCode, Json<MessageView>), Problem> {
    let business = caller.business(about.business_id)?;
    let request = request.read()?;
    let customer = app.store().resolve(business, &request.customer).await?.ok_or_else(no_customer)?;
    let known = app.store().customer(business, customer).await?.ok_or_else(no_customer)?.record;
    let message = request.message(&app, business, &known, backstop);
    match app.store().create_message(&message, &app.attempt()).await? {
        CreateMessage::Created => Ok((StatusCode::ACCEPTED, Json(MessageView::of(message)))),
        CreateMessage::Exists(before) if is_repeat(&before, &message) => {
            Ok((StatusCode::ACCEPTED, Json(MessageView::of(*before))))
        }
        CreateMessage::Exists(_) => {
            Err(Problem::conflict("Another message was sent under this message_id.").coded("message_id_taken"))
        }
    }
}

fn is_repeat(before: &Message, again: &Message) -> bool {
    before.recipient == again.recipient && before.kind == again.kind && before.content == again.content
}

#[derive(Deserialize)]
struct ListRequest {
    business_id: Option<BusinessId>,
    r#type: Option<MessageType>,
    status: Option<Status>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    customer: Option<CustomerRef>,
    limit: Option<usize>,
    cursor: Option<String>,
}

async fn list(
    State(Messages { app, .. }): State<Messages>,
    caller: Caller,
    Query(request): Query<ListRequest>,
) -> Result<Json<MessagePage>, Problem> {
    let business = caller.business(request.business_id)?;
    let limit = request.limit.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        return Err(Problem::field("/limit", "expected from 1 to 100"));
    }
    let customer = match &request.customer {
        Some(who) => Some(app.store().resolve(business, who).await?.ok_or_else(no_customer)?),
        None => None,
    };
    let filter = MessageFilter {
        customer,
        message_type: request.r#type,
        status: request.status,
        from: request.from,
        to: request.to,
    };
    let page = app.store().list_messages(business, &filter, app.now(), limit, request.cursor.as_deref()).await?;
    Ok(Json(MessagePage::of(page)))
}

async fn read(
    State(Messages { app, .. }): State<Messages>,
    caller: Caller,
    Path(message): Path<MessageId>,
    Query(about): Query<About>,
) -> Result<Json<MessageView>, Problem> {
    let business = caller.business(about.business_id)?;
    let message = app.store().message(business, &message).await?.ok_or_else(no_message)?;
    Ok(Json(MessageView::of(message)))
}

/// `POST /api/messages/{message_id}/retry`: a human sends a failed message again. One that is on its way already, by this
/// call of which the answer was lost or by another, is answered as it is.
async fn retry(
    State(Messages { app, .. }): State<Messages>,
    caller: Caller,
    Path(path): Path<String>,
    Query(about): Query<About>,
) -> Result<(StatusCode, Json<MessageView>), Problem> {
    let Some(id) = path.strip_suffix("/retry") else { return Err(Problem::method_not_allowed()) };
    let id: MessageId = id.parse().map_err(|_| no_message())?;
    let business = caller.business(about.business_id)?;
    let moved = app.store().retry_message(business, &id, app.now(), &app.attempt()).await?;
    if let Moved::Not(found) = moved {
        let found = found.ok_or_else(no_message)?;
        let status = found.status;
        if !status.is_settled() {
            return Ok((StatusCode::ACCEPTED, Json(MessageView::of(*found))));
        }
        let detail = format!("Only a failed message can be sent again; this one is {status}.");
        return Err(Problem::conflict(detail).coded("not_failed"));
    }
    let message = app.store().message(business, &id).await?.ok_or_else(no_message)?;
    Ok((StatusCode::ACCEPTED, Json(MessageView::of(message))))
}

fn no_customer() -> Problem {
    Problem::not_found("This business has no such customer.")
}

fn no_message() -> Problem {
    Problem::not_found("This business has no such message.")
}
