//! The part of the laptop's page that shows the world and acts in it, as an axum Router.

use crate::core::chat::{Author, Role, Tick};
use crate::core::fault::FaultRule;
use crate::core::gateway::Gateway;
use crate::core::people;
use crate::core::phones::{ByHand, ChatView, Inbound};
use crate::core::sender::Sender;
use crate::core::world::{Habits, World};
use crate::page_model;
use crate::page_sessions;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Characters of the last message that the list shows.
const PREVIEW: usize = 80;

impl World {
    /// The routes for the page and for scripts, to be nested at `/_local/world`:
    ///
    /// `GET contacts?since=` (people by business), `GET chat?sender=&phone=&seen=`, `POST inbound` ([`Inbound`]),
    /// `POST by-hand` ([`ByHand`]),
    /// `POST marketing {sender, phone, stop}`, `POST labels {sender, phone, labels}`,
    /// `GET POST DELETE faults` ([`FaultRule`]), `DELETE faults/{id}`, `GET sent?after=`, `GET duplicates`,
    /// `GET PUT habits` ([`Habits`]), `GET POST senders` ([`Sender`], without what is secret in the list); and those of
    /// `page_sessions` and `page_model`.
    pub fn page_api(&self) -> Router {
        Router::new()
            .route("/contacts", get(contacts))
            .route("/chat", get(chat))
            .route("/inbound", post(inbound))
            .route("/by-hand", post(by_hand))
            .route("/marketing", post(marketing))
            .route("/labels", post(labels))
            .route("/faults", get(faults).post(set_fault).delete(clear_faults))
            .route("/faults/{id}", delete(clear_fault))
            .route("/sent", get(sent))
            .route("/duplicates", get(duplicates))
            .route("/habits", get(habits).put(set_habits))
            .route("/senders", get(senders).post(register))
            .merge(page_sessions::routes())
            .merge(page_model::routes())
            .with_state(self.clone())
    }
}

#[derive(Serialize)]
struct Business {
    sender: String,
    gateway: Gateway,
    name: String,
    number: String,
    verified: Option<bool>,
    connected: bool,
    contacts: Vec<Person>,
}

#[derive(Serialize)]
struct Person {
    phone: String,
    name: Option<String>,
    customer_id: Option<String>,
    owner_id: Option<String>,
    role: Role,
    without_phone: bool,
    unread: usize,
    last: Option<Last>,
}

#[derive(Serialize)]
struct Last {
    text: String,
    from: Author,
    tick: Tick,
    at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Since {
    since: Option<u64>,
}

async fn contacts(State(world): State<World>, Query(Since { since }): Query<Since>) -> Json<Value> {
    let state = world.state();
    if since == Some(state.version) {
        return Json(json!({"version": state.version, "unchanged": true}));
    }
    let mut businesses: BTreeMap<&str, Business> = BTreeMap::new();
    for (address, sender) in state.senders.iter().filter(|(_, sender)| sender.has_phone()) {
        let setup = &sender.setup;
        let business = Business {
            sender: address.clone(),
            gateway: setup.gateway,
            name: setup.name.clone(),
            number: setup.number.clone(),
            verified: sender.verified,
            connected: sender.connected,
            contacts: Vec::new(),
        };
        businesses.insert(address, business);
    }
    for ((address, person), chat) in &state.chats {
        let Some(business) = businesses.get_mut(address.as_str()) else { continue };
        let last = chat.bubbles.last().map(|bubble| Last {
            text: bubble.text.chars().take(PREVIEW).collect(),
            from: bubble.from,
            tick: bubble.tick,
            at: bubble.at,
        });
        business.contacts.push(Person {
            phone: person.clone(),
            name: chat.shown_name(),
            customer_id: chat.listed.customer_id.clone(),
            owner_id: chat.listed.owner_id.clone(),
            role: chat.role,
            without_phone: chat.hides_phone,
            unread: chat.unread(),
            last,
        });
    }
    let businesses: Vec<Business> = businesses.into_values().collect();
    Json(json!({"version": state.version, "businesses": businesses}))
}

#[derive(Deserialize)]
struct Look {
    sender: String,
    phone: String,
    #[serde(default)]
    seen: bool,
}

/// `null` if the two have nothing to do with each other yet.
async fn chat(State(world): State<World>, Query(look): Query<Look>) -> Json<Option<ChatView>> {
    Json(world.chat(&look.sender, &look.phone, look.seen))
}

async fn inbound(State(world): State<World>, Json(message): Json<Inbound>) -> Response {
    if !people::is_phone(&message.phone) {
        return problem(StatusCode::BAD_REQUEST, people::NO_PHONE);
    }
    match world.inbound(&message) {
        Ok(id) => (StatusCode::ACCEPTED, Json(json!({"message_id": id}))).into_response(),
        Err(unknown) => problem(StatusCode::NOT_FOUND, &unknown.to_string()),
    }
}

async fn by_hand(State(world): State<World>, Json(message): Json<ByHand>) -> Response {
    if !people::is_phone(&message.phone) {
        return problem(StatusCode::BAD_REQUEST, people::NO_PHONE);
    }
    match world.by_hand(&message) {
        Ok(id) => (StatusCode::ACCEPTED, Json(json!({"message_id": id}))).into_response(),
        Err(unknown) => problem(StatusCode::NOT_FOUND, &unknown.to_string()),
    }
}

#[derive(Deserialize)]
struct Marketing {
    sender: String,
    phone: String,
    stop: bool,
}

async fn marketing(State(world): State<World>, Json(wish): Json<Marketing>) -> StatusCode {
    world.stop_marketing(&wish.sender, &wish.phone, wish.stop);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Labels {
    sender: String,
    phone: String,
    labels: Vec<String>,
}

async fn labels(State(world): State<World>, Json(wish): Json<Labels>) -> StatusCode {
    let labels: Vec<&str> = wish.labels.iter().map(String::as_str).collect();
    world.set_labels(&wish.sender, &wish.phone, &labels);
    StatusCode::NO_CONTENT
}

async fn faults(State(world): State<World>) -> Json<Value> {
    Json(json!({"faults": world.faults()}))
}

async fn set_fault(State(world): State<World>, Json(fault): Json<FaultRule>) -> Response {
    let id = world.set_fault(fault);
    (StatusCode::CREATED, Json(json!({"id": id}))).into_response()
}

async fn clear_faults(State(world): State<World>) -> StatusCode {
    world.clear_fault(None);
    StatusCode::NO_CONTENT
}

async fn clear_fault(State(world): State<World>, Path(id): Path<u64>) -> StatusCode {
    if world.clear_fault(Some(id)) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: usize,
}

async fn sent(State(world): State<World>, Query(After { after }): Query<After>) -> Json<Value> {
    let (total, sent) = world.sent_after(after);
    Json(json!({"total": total, "sent": sent}))
}

async fn duplicates(State(world): State<World>) -> Json<Value> {
    Json(json!({"duplicates": world.duplicates()}))
}

async fn habits(State(world): State<World>) -> Json<Habits> {
    Json(world.habits())
}

async fn set_habits(State(world): State<World>, Json(habits): Json<Habits>) -> Json<Habits> {
    world.set_habits(habits);
    Json(world.habits())
}

async fn senders(State(world): State<World>) -> Json<Value> {
    let known =
        |it: Sender| json!({"gateway": it.gateway, "address": it.address, "number": it.number, "name": it.name});
    Json(json!({"senders": world.senders().into_iter().map(known).collect::<Vec<_>>()}))
}

async fn register(State(world): State<World>, Json(sender): Json<Sender>) -> StatusCode {
    world.register(sender);
    StatusCode::CREATED
}

pub(crate) fn problem(status: StatusCode, detail: &str) -> Response {
    (status, Json(json!({"error": detail}))).into_response()
}
