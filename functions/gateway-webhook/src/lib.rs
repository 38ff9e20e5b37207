//! The webhook door: verifies the raw bytes, splits by kind and size, enqueues, answers. Nothing is read of the
//! business but the sender that the secret in the path names, and that is remembered for a minute.

mod sessions;

use crate::sessions::Sessions;
use api::Route as _;
use api::webhooks::{Route, WebhookPath};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BusinessId, Gateway, Sender, SenderId, Updates};
use gateways::{Credentials, SealingKey, adapter};
use kit::env::{FromEnv, Secret, Vars};
use kit::keys::hash_of;
use kit::params::Path;
use kit::{App, Problem};
use queues::{QueueUrls, Queues, Tasks};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Meta posts up to 3 MB.
const LARGEST_BODY: usize = 4 << 20;
/// The time for which a sender is known without asking the store.
const KNOWN_FOR: TimeDelta = TimeDelta::seconds(60);
/// The most senders that one instance remembers.
const REMEMBERED: usize = 1_000;

/// The function's own configuration.
pub struct Config {
    urls: QueueUrls,
    sealing_key: Secret<32>,
    sessions: sessions::Config,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let (urls, sessions) = (QueueUrls::from_env(vars), sessions::Config::from_env(vars));
        Self { urls, sealing_key: vars.base64_key("SEALING_KEY"), sessions }
    }
}

type Known = Arc<(Sender, Credentials)>;
/// Senders by the hashes of their secrets, each until it is looked up again.
type Memory = HashMap<String, (Known, DateTime<Utc>)>;

#[derive(Clone)]
struct Door {
    app: App,
    queues: Queues,
    key: Arc<SealingKey>,
    known: Arc<Mutex<Memory>>,
    sessions: Sessions,
}

/// The routes, as `template.yaml` names them.
pub fn router(app: App, config: Config) -> Router {
    let door = Door {
        queues: Queues::new(app.sqs().clone(), config.urls),
        key: Arc::new(SealingKey::new(config.sealing_key.expose())),
        known: Arc::default(),
        sessions: Sessions::new(config.sessions),
        app,
    };
    let routes = api::router(|route: Route| match route {
        Route::VerifyWebhook => route.to(challenge),
        Route::ReceiveWebhook => route.to(receive),
    });
    routes.layer(DefaultBodyLimit::max(LARGEST_BODY)).with_state(door)
}

/// The gateway's question at set-up.
async fn challenge(
    State(door): State<Door>,
    Path(address): Path<WebhookPath>,
    Query(question): Query<BTreeMap<String, String>>,
) -> Result<String, Problem> {
    let known = door.find(&address).await?;
    let (sender, credentials) = &*known;
    let answer = adapter(sender.gateway).answer_challenge(credentials, &question);
    answer.ok_or_else(|| Problem::forbidden("The verify token is not this sender's."))
}

async fn receive(
    State(door): State<Door>,
    Path(address): Path<WebhookPath>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let gateway: Gateway = address.gateway.parse().map_err(|_| nobody())?;
    if let Some((session, credentials)) = door.sessions.named(gateway, &address.secret) {
        let parsed = door.read(gateway, &credentials, &session.to_string(), &headers, &body)?;
        return door.take_of_session(parsed, session, gateway).await;
    }
    let known = door.find(&address).await?;
    let (sender, credentials) = &*known;
    let parsed = door.read(sender.gateway, credentials, &sender.address, &headers, &body)?;
    if parsed.foreign > 0 {
        let (business_id, sender_id) = (sender.business_id, sender.sender_id);
        tracing::warn!(%business_id, %sender_id, "updates of another number came to the webhook of sender {sender_id}");
    }
    door.take(parsed, sender.business_id, sender.sender_id, sender.gateway).await
}

impl Door {
    /// Checks the raw bytes and sorts what they say.
    fn read(
        &self,
        gateway: Gateway,
        credentials: &Credentials,
        address: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Updates, Problem> {
        let adapter = adapter(gateway);
        if !adapter.is_authentic(credentials, headers, body) {
            return Err(refused(gateway, "The signature or secret of this webhook is missing or wrong."));
        }
        let read = adapter.read_webhook(body, address, self.app.now());
        let parsed = read.map_err(|_| Problem::bad_request("The body is not JSON."))?;
        metrics::counter!("webhook_updates_ignored").increment(parsed.ignored as u64);
        metrics::counter!("webhook_updates_foreign").increment(parsed.foreign as u64);
        Ok(parsed)
    }

    /// Puts what a business's sender tells into the queues. Whatever is not in its queue, the gateway delivers again.
    async fn take(
        &self,
        parsed: Updates,
        business: BusinessId,
        sender: SenderId,
        gateway: Gateway,
    ) -> Result<StatusCode, Problem> {
        let tasks = Tasks::of(parsed, business, sender, gateway);
        self.enqueue(&tasks.inbound).await?;
        self.enqueue(&tasks.statuses).await?;
        Ok(StatusCode::OK)
    }

    async fn enqueue<T: queues::Task>(&self, tasks: &[T]) -> Result<(), Problem> {
        if tasks.is_empty() {
            return Ok(());
        }
        let unsent = self.queues.send_all(tasks).await.map_err(Problem::unavailable)?;
        match unsent.first() {
            None => Ok(()),
            Some(first) => Err(Problem::unavailable(format!("{} tasks not sent: {}", unsent.len(), first.code))),
        }
    }

    async fn find(&self, address: &WebhookPath) -> Result<Known, Problem> {
        let gateway: Gateway = address.gateway.parse().map_err(|_| nobody())?;
        let hash = hash_of(&address.secret);
        let now = self.app.now();
        let remembered = self.memory().get(&hash).filter(|(_, until)| now < *until).map(|(known, _)| known.clone());
        let known = match remembered {
            Some(known) => known,
            None => {
                let known = self.load(&hash).await?.ok_or_else(|| refused(gateway, "There is no such webhook."))?;
                self.remember(hash, known.clone(), now + KNOWN_FOR);
                known
            }
        };
        if known.0.gateway == gateway { Ok(known) } else { Err(nobody()) }
    }

    fn remember(&self, hash: String, known: Known, until: DateTime<Utc>) {
        let mut memory = self.memory();
        if memory.len() >= REMEMBERED {
            memory.clear();
        }
        memory.insert(hash, (known, until));
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn load(&self, hash: &str) -> Result<Option<Known>, Problem> {
        let Some(owner) = self.app.store().webhook(hash).await? else { return Ok(None) };
        let Some(sender) = self.app.store().sender(owner.business_id, owner.sender_id).await? else { return Ok(None) };
        let opened = self.key.open(sender.business_id, sender.sender_id, &sender.sealed_credentials);
        let credentials = opened.map_err(Problem::internal)?;
        Ok(Some(Arc::new((sender, credentials))))
    }
}

fn nobody() -> Problem {
    Problem::not_found("There is no such webhook.")
}

/// Forged, misdirected or misconfigured: counted, and nothing else comes of it.
fn refused(gateway: Gateway, detail: &'static str) -> Problem {
    let gateway: &'static str = gateway.into();
    metrics::counter!("webhooks_refused", "gateway" => gateway).increment(1);
    tracing::warn!(gateway, "a webhook was refused");
    Problem::unauthorized(detail)
}
