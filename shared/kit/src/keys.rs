//! The caller: the key in `x-api-key`, and how often it may call.

use crate::app::App;
use crate::config::Keys;
use crate::problem::Problem;
use ::http::request::Parts;
use ::http::{HeaderMap, Method};
use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BusinessId, KeyId};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::api_keys::{ApiKey, Counted};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// The time for which a key is known without asking the store: so long does a revoked key still work.
const KNOWN_FOR: TimeDelta = TimeDelta::seconds(60);
/// The time for which a key is known to be none.
const UNKNOWN_FOR: TimeDelta = TimeDelta::seconds(10);
/// The most hashes that are remembered of each sort.
const REMEMBERED: usize = 1_000;
/// Longer than any key that we hand out.
const LONGEST_KEY: usize = 256;
/// Under this id the requests of the operator key are counted.
const OPERATOR: KeyId = KeyId(Uuid::nil());

/// The caller of a request; an extractor behind [`guarded`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// May do everything, and names the business.
    Operator,
    /// Acts for its business only.
    Business(BusinessId),
}

impl Caller {
    /// The business that a request is about, given the one that it names.
    ///
    /// # Errors
    /// 400 if an operator names none, 403 if a business names another.
    pub fn business(self, requested: Option<BusinessId>) -> Result<BusinessId, Problem> {
        match (self, requested) {
            (Self::Operator, Some(business)) => Ok(business),
            (Self::Operator, None) => {
                Err(Problem::field("/business_id", "must be given, as the operator key acts for every business"))
            }
            (Self::Business(own), None) => Ok(own),
            (Self::Business(own), Some(business)) if own == business => Ok(own),
            (Self::Business(_), Some(_)) => Err(Problem::forbidden("This key acts for another business.")),
        }
    }

    /// Passes the operator only.
    ///
    /// # Errors
    /// 403 for a business.
    pub fn operator(self) -> Result<(), Problem> {
        match self {
            Self::Operator => Ok(()),
            Self::Business(_) => Err(Problem::forbidden("Only the operator key may do this.")),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get().copied().ok_or_else(|| Problem::internal("the route is not guarded by a key"))
    }
}

/// The form in which an API key is kept: its SHA-256 in hex.
#[must_use]
pub fn hash_of(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}

/// Whether a request has the operator key, where no key is asked for. Such a request is not counted.
#[must_use]
pub fn is_operator(keys: &Keys, headers: &HeaderMap) -> bool {
    headers.get("x-api-key").is_some_and(|key| {
        let hash: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        hash.ct_eq(keys.operator_hash.expose()).into()
    })
}

/// Lets only requests with a known key through, each counted against its key's limit; they carry their [`Caller`].
pub fn guarded(app: &App, keys: Keys, router: Router) -> Router {
    let guard = Guard { app: app.clone(), keys, counts: true, memory: Arc::default() };
    router.layer(from_fn_with_state(guard, check))
}

/// The same, and no request is counted.
pub fn guarded_uncounted(app: &App, keys: Keys, router: Router) -> Router {
    let guard = Guard { app: app.clone(), keys, counts: false, memory: Arc::default() };
    router.layer(from_fn_with_state(guard, check))
}

async fn check(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    // It tells only which methods an address takes, and a browser asks without a key.
    if request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    match guard.admit(request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

#[derive(Clone)]
struct Guard {
    app: App,
    keys: Keys,
    counts: bool,
    memory: Arc<Mutex<Memory>>,
}

#[derive(Clone, Copy)]
struct Known {
    caller: Caller,
    key_id: KeyId,
    limit: u32,
}

impl Guard {
    async fn admit(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        let Some(key) = headers.get("x-api-key").filter(|key| !key.is_empty()) else {
            return Err(Problem::unauthorized("The header x-api-key with an API key is missing."));
        };
        let known = match key.to_str() {
            Ok(key) if key.len() <= LONGEST_KEY => self.known(Sha256::digest(key).into()).await?,
            _ => None,
        };
        let known = known.ok_or_else(|| Problem::unauthorized("The API key in x-api-key is not known."))?;
        if self.counts {
            self.count(known).await?;
        }
        Ok(known.caller)
    }

    async fn known(&self, hash: [u8; 32]) -> Result<Option<Known>, Problem> {
        if bool::from(hash.ct_eq(self.keys.operator_hash.expose())) {
            let limit = self.keys.operator_limit;
            return Ok(Some(Known { caller: Caller::Operator, key_id: OPERATOR, limit }));
        }
        let now = self.app.now();
        if let Some(remembered) = self.memory().recall(&hash, now) {
            return Ok(remembered);
        }
        let found = self.app.store().key(&hex::encode(hash)).await?.map(|record| self.admitted(&record));
        self.memory().remember(hash, found, now);
        Ok(found)
    }

    fn admitted(&self, record: &ApiKey) -> Known {
        let (caller, limit) = match record.business_id {
            Some(business) => (Caller::Business(business), self.keys.limit),
            None => (Caller::Operator, self.keys.operator_limit),
        };
        Known { caller, key_id: record.key_id, limit: record.limit_requests.unwrap_or(limit) }
    }

    /// One write a request; none while the key is known to have used up its window.
    async fn count(&self, known: Known) -> Result<(), Problem> {
        let now = self.app.now();
        if let Some(wait) = self.memory().full_for(known.key_id, now) {
            return Err(Problem::too_many_requests(wait));
        }
        let window = TimeDelta::from_std(self.keys.window).unwrap_or(TimeDelta::MAX);
        let attempt = self.app.attempt();
        match self.app.store().count_request(known.key_id, known.limit, window, now, &attempt).await? {
            Counted::Within(_) => Ok(()),
            Counted::Limited { retry_after } => {
                // A window that another clock has opened may seem to end later than one from now.
                let retry_after = retry_after.min(window);
                self.memory().fill(known.key_id, now, retry_after);
                Err(Problem::too_many_requests(retry_after.to_std().unwrap_or_default()))
            }
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The keys and limits that this instance need not ask the store for. It goes by the wall clock, which also counts the
/// time it was frozen.
#[derive(Default)]
struct Memory {
    known: Remembered<[u8; 32], Known>,
    unknown: Remembered<[u8; 32], ()>,
    full: Remembered<KeyId, DateTime<Utc>>,
}

impl Memory {
    fn recall(&self, hash: &[u8; 32], now: DateTime<Utc>) -> Option<Option<Known>> {
        let known = self.known.get(hash, now, KNOWN_FOR).map(Some);
        known.or_else(|| self.unknown.get(hash, now, UNKNOWN_FOR).map(|()| None))
    }

    fn remember(&mut self, hash: [u8; 32], found: Option<Known>, now: DateTime<Utc>) {
        match found {
            Some(known) => self.known.put(hash, known, now),
            None => self.unknown.put(hash, (), now),
        }
    }

    /// A window that is full is not asked about again before it ends, or for as long as a key is known: its limit may
    /// be raised.
    fn full_for(&self, key: KeyId, now: DateTime<Utc>) -> Option<Duration> {
        let until = self.full.get(&key, now, KNOWN_FOR)?;
        (until - now).to_std().ok().filter(|wait| !wait.is_zero())
    }

    fn fill(&mut self, key: KeyId, now: DateTime<Utc>, wait: TimeDelta) {
        if let Some(until) = now.checked_add_signed(wait) {
            self.full.put(key, until, now);
        }
    }
}

/// Values with the time at which they were true. Forgets everything when it is full.
struct Remembered<K, V>(HashMap<K, (DateTime<Utc>, V)>);

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + std::hash::Hash, V: Copy> Remembered<K, V> {
    fn get(&self, key: &K, now: DateTime<Utc>, lasts: TimeDelta) -> Option<V> {
        self.0.get(key).filter(|(since, _)| *since <= now && now - *since < lasts).map(|(_, value)| *value)
    }

    fn put(&mut self, key: K, value: V, now: DateTime<Utc>) {
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        self.0.insert(key, (now, value));
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
