//! The snapshots that an instance keeps in memory.

use crate::error::SearchError;
use crate::index::Index;
use crate::snapshot::{Cost, Snapshot};
use chrono::{DateTime, TimeDelta, Utc};
use domain::BusinessId;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Snapshots of the businesses that were asked for last, up to so many bytes. They may vanish at any moment.
pub struct Kept {
    index: Index,
    most: u64,
    snapshots: Mutex<BTreeMap<BusinessId, Entry>>,
}

struct Entry {
    snapshot: Snapshot,
    /// When it was the newest.
    newest_at: DateTime<Utc>,
    used_at: DateTime<Utc>,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

impl Kept {
    /// Keeps snapshots of the index, of so many bytes together. The one that is asked for is kept whatever its size.
    #[must_use]
    pub fn new(index: Index, most: u64) -> Self {
        Self { index, most, snapshots: Mutex::default() }
    }

    /// The newest snapshot: what is kept is brought up to date.
    ///
    /// # Errors
    /// If the store fails, or an object is damaged.
    pub async fn newest(&self, business: BusinessId, now: DateTime<Utc>) -> Result<Snapshot, SearchError> {
        let known = self.entries().get(&business).map(|entry| entry.snapshot.clone());
        let newest = match known {
            Some(known) => self.index.refresh(&known).await?,
            None => self.index.open(business).await?,
        };
        self.keep(newest.clone(), now);
        Ok(newest)
    }

    /// A snapshot that was the newest at most so long ago. One from memory costs nothing.
    ///
    /// # Errors
    /// If the store fails, or an object is damaged.
    pub async fn recent(
        &self,
        business: BusinessId,
        now: DateTime<Utc>,
        age: TimeDelta,
    ) -> Result<Snapshot, SearchError> {
        if let Some(entry) = self.entries().get_mut(&business).filter(|entry| now - entry.newest_at <= age) {
            entry.used_at = now;
            return Ok(Snapshot { cost: Cost::default(), ..entry.snapshot.clone() });
        }
        self.newest(business, now).await
    }

    /// Keeps a snapshot that is the newest now.
    pub fn keep(&self, snapshot: Snapshot, now: DateTime<Utc>) {
        let business = snapshot.business;
        let mut entries = self.entries();
        entries.insert(business, Entry { snapshot, newest_at: now, used_at: now });
        while entries.values().map(|entry| entry.snapshot.bytes()).sum::<u64>() > self.most {
            let others = entries.iter().filter(|(id, _)| **id != business);
            let Some(oldest) = others.min_by_key(|(_, entry)| entry.used_at).map(|(id, _)| *id) else { break };
            entries.remove(&oldest);
        }
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<BusinessId, Entry>> {
        self.snapshots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
