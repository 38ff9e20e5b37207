//! The webhooks of sessions that we opened ourselves. Their path names the session, so nothing is read. The first news
//! after a quiet time goes at once, and what follows goes with others. Of falls the first few go at once.

use crate::Door;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use domain::sessions::SessionEvent;
use domain::{BusinessId, Gateway, SenderId, SessionId, Updates};
use gateways::{Credentials, SessionSecrets};
use kit::Problem;
use kit::env::{FromEnv, Vars};
use queues::sessions::{Lane, SessionTask};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// The part of the configuration that is about sessions.
pub(crate) struct Config {
    secrets: SessionSecrets,
    /// The time for which events that are not urgent are gathered.
    window: TimeDelta,
    /// The same for sessions that fell.
    disconnect_window: TimeDelta,
    /// The falls of two such times that go at once. Of so few, the time would bring hardly any together.
    disconnects_at_once: usize,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let mut window = |name, default| TimeDelta::from_std(vars.seconds_or(name, default)).unwrap_or_default();
        Self {
            window: window("SESSION_WINDOW_SECONDS", 5),
            disconnect_window: window("DISCONNECT_WINDOW_SECONDS", 1),
            disconnects_at_once: vars.parsed_or("DISCONNECTS_AT_ONCE", 2, "a whole number"),
            secrets: SessionSecrets::from_env(vars),
        }
    }
}

/// The time for which it is known whose sender a session is.
const KNOWN_FOR: TimeDelta = TimeDelta::seconds(60);
/// The most sessions that one instance remembers.
const REMEMBERED: usize = 2_000;

/// Whose sender a session is, if it is one.
type Owner = Option<(BusinessId, SenderId)>;
/// The sessions that are known, each until it is looked up again.
type Owners = HashMap<SessionId, (Owner, DateTime<Utc>)>;

/// What the door knows of sessions.
#[derive(Clone)]
pub(crate) struct Sessions {
    config: Arc<Config>,
    /// When this instance last had events of each lane, as many as may go at once. Another instance knows of its own alone:
    /// it sends as many more at once.
    last: Arc<Mutex<BTreeMap<Lane, VecDeque<DateTime<Utc>>>>>,
    owners: Arc<Mutex<Owners>>,
}

impl Sessions {
    pub(crate) fn new(config: Config) -> Self {
        Self { config: Arc::new(config), last: Arc::default(), owners: Arc::default() }
    }

    /// The session of a webhook's path, if it is one that we opened, and the secrets of its webhook.
    pub(crate) fn named(&self, gateway: Gateway, path: &str) -> Option<(SessionId, Credentials)> {
        let session = self.config.secrets.session(path)?;
        Some((session, Credentials::of_session(gateway, "", &self.config.secrets.webhook(session))))
    }

    /// The express lane for the first events of a window, and their own for those that follow.
    fn lane(&self, event: &SessionEvent, now: DateTime<Utc>) -> Lane {
        let lane = Lane::of(&event.news);
        let (window, at_once) = match lane {
            // Twice the time, or an instance that has a part of a storm alone would send a part of it at once.
            Lane::Disconnects => (self.config.disconnect_window * 2, self.config.disconnects_at_once.max(1)),
            _ => (self.config.window, 1),
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let last = last.entry(lane).or_default();
        last.push_back(now);
        let before = if last.len() > at_once { last.pop_front() } else { None };
        if before.is_some_and(|before| now - before < window) { lane } else { Lane::Express }
    }
}

impl Door {
    /// Takes what the gateway tells of a session: its events, and what people wrote, if it is a business's sender.
    pub(crate) async fn take_of_session(
        &self,
        mut parsed: Updates,
        session: SessionId,
        gateway: Gateway,
    ) -> Result<StatusCode, Problem> {
        self.take_events(session, std::mem::take(&mut parsed.sessions)).await?;
        // Whether it can send is told by its events.
        parsed.sender.clear();
        if !parsed.is_of_people() {
            return Ok(StatusCode::OK);
        }
        match self.owner(session, gateway).await? {
            Some((business, sender)) => self.take(parsed, business, sender, gateway).await,
            None => {
                metrics::counter!("session_messages_of_nobody").increment(1);
                Ok(StatusCode::OK)
            }
        }
    }

    async fn owner(&self, session: SessionId, gateway: Gateway) -> Result<Owner, Problem> {
        let now = self.app.now();
        let owners = || self.sessions.owners.lock().unwrap_or_else(PoisonError::into_inner);
        let known = owners().get(&session).filter(|(_, until)| now < *until).map(|(owner, _)| *owner);
        if let Some(owner) = known {
            return Ok(owner);
        }
        let owner = self.app.store().sender_at(gateway, &session.to_string()).await?;
        let mut owners = owners();
        if owners.len() >= REMEMBERED {
            owners.clear();
        }
        owners.insert(session, (owner, now + KNOWN_FOR));
        Ok(owner)
    }

    /// Puts the events of a session into their queues.
    async fn take_events(&self, session_id: SessionId, events: Vec<SessionEvent>) -> Result<(), Problem> {
        let received_at = self.app.now();
        let task = |event: SessionEvent| {
            let lane = self.sessions.lane(&event, received_at);
            SessionTask { lane, ..SessionTask::new(session_id, event, received_at) }
        };
        self.enqueue(&events.into_iter().map(task).collect::<Vec<_>>()).await
    }
}
