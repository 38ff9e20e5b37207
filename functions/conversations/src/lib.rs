//! Conversations over HTTP: the inbox of a business, one conversation, and who answers in it.

mod handover;

use api::Route as _;
use api::conversations::{
    Author, Conversation, ConversationList, ConversationMessage, ConversationPage, ConversationQuery,
    ConversationsQuery, Route, Wanted,
};
use api::customers::CustomerPath;
use api::parameters::PageSize;
use axum::Router;
use axum::extract::State;
use domain::chat::handover::Standing;
use domain::{BusinessId, Customer};
use kit::config::Keys;
use kit::customers::{self, no_customer};
use kit::env::{FromEnv, Vars};
use kit::json::Json;
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use queues::{QueueUrls, Queues};
use store::Said;

/// The function's own configuration.
pub struct Config {
    keys: Keys,
    urls: QueueUrls,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self { keys: Keys::from_env(vars), urls: QueueUrls::from_env(vars) }
    }
}

#[derive(Clone)]
struct Inbox {
    app: App,
    queues: Queues,
}

/// The routes, as `template.yaml` names them.
pub fn router(app: App, Config { keys, urls }: Config) -> Router {
    let routes = api::router(|route: Route| match route {
        Route::ListConversations => route.to(list),
        Route::ReadConversation => route.to(read),
        Route::TakeConversationOver => route.to(handover::take_over),
        Route::ReleaseConversation => route.to(handover::release),
    });
    let inbox = Inbox { queues: Queues::new(app.sqs().clone(), urls), app: app.clone() };
    guarded(&app, keys, routes.with_state(inbox))
}

async fn list(
    State(Inbox { app, .. }): State<Inbox>,
    caller: Caller,
    Query(request): Query<ConversationsQuery>,
) -> Result<Json<ConversationList>, Problem> {
    let business = caller.business(request.business_id)?;
    let limit = PageSize::of(request.limit);
    let standings: &[Standing] = match request.state.unwrap_or_default() {
        Wanted::Open => &[Standing::Open],
        Wanted::Human => &[Standing::Human],
        Wanted::All => &[Standing::Human, Standing::Open, Standing::Quiet],
    };
    let (now, cursor) = (app.now(), request.cursor.as_deref());
    let page = app.store().list_chats(business, standings, now, limit, cursor).await?;
    let conversations = page.items.iter().map(|it| Conversation::of(&it.customer, &it.chat, now)).collect();
    Ok(Json(ConversationList { conversations, cursor: page.cursor }))
}

async fn read(
    State(Inbox { app, .. }): State<Inbox>,
    caller: Caller,
    Path(path): Path<CustomerPath>,
    Query(request): Query<ConversationQuery>,
) -> Result<Json<ConversationPage>, Problem> {
    let business = caller.business(request.business_id)?;
    let limit = PageSize::of(request.limit);
    let customer = known(&app, business, &path).await?;
    let (store, now, id) = (app.store(), app.now(), customer.customer_id);
    let (chat, page) = tokio::try_join!(
        store.chat(business, id),
        store.dialogue(business, id, now, limit, request.cursor.as_deref())
    )?;
    Ok(Json(ConversationPage {
        conversation: Conversation::of(&customer, &chat.record, now),
        messages: page.items.into_iter().map(shown).collect(),
        cursor: page.cursor,
    }))
}

fn shown(said: Said) -> ConversationMessage {
    match said {
        Said::Message(message) => (*message).into(),
        Said::Turn(turn) => ConversationMessage {
            author: if turn.own { Author::Person } else { Author::Customer },
            at: turn.at,
            kind: turn.kind.into(),
            text: turn.in_words(),
            media: turn.media,
            gateway_message_id: Some(turn.gateway_message_id),
            message_id: None,
            message_type: None,
            status: None,
            error_message: None,
        },
    }
}

/// The customer that a path names.
async fn known(app: &App, business: BusinessId, path: &CustomerPath) -> Result<Customer, Problem> {
    let id = customers::named(app, business, &path.customer, "/customer").await?;
    Ok(app.store().customer(business, id).await?.ok_or_else(no_customer)?.record)
}
