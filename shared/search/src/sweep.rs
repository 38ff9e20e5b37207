//! Deleting what no reader can hold any more.
//!
//! A reader needs an object only between the manifest and its last part, which takes seconds. An hour is far more.

use crate::error::SearchError;
use crate::manifest::{Manifest, Mark, Retired};
use crate::store::Store;
use chrono::{DateTime, TimeDelta, Utc};

/// What was superseded so long ago is deleted.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// A base of this age may have been superseded by manifests that are deleted already; by half of it surely not.
const OLD: TimeDelta = TimeDelta::minutes(30);
/// The time between two marks.
const BETWEEN_MARKS: TimeDelta = TimeDelta::minutes(5);
/// The most manifests that a commit deletes.
const MOST: u64 = 50;

/// What is left of old things.
pub(crate) struct Sweep {
    pub(crate) retired: Vec<Retired>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) kept_from: u64,
}

/// Whether the manifest after this one may have been deleted, and its number may look free.
pub(crate) fn is_old(manifest: &Manifest, now: DateTime<Utc>) -> bool {
    manifest.generation == 0 || manifest.as_of + OLD <= now
}

/// The marks of the next manifest.
pub(crate) fn marks(mut marks: Vec<Mark>, generation: u64, now: DateTime<Utc>) -> Vec<Mark> {
    if marks.last().is_none_or(|last| last.at + BETWEEN_MARKS <= now) {
        marks.push(Mark { generation, at: now });
    }
    marks
}

/// Deletes some of what is over. What could not be deleted stays for the next time.
pub(crate) async fn before_commit(store: &mut Store<'_>, manifest: &Manifest, now: DateTime<Utc>) -> Sweep {
    some(store, manifest, now, MOST).await
}

/// Deletes all that is over, and the parts that crashed writers left.
pub(crate) async fn all(store: &mut Store<'_>, manifest: &Manifest, now: DateTime<Utc>) -> Result<Sweep, SearchError> {
    let sweep = some(store, manifest, now, u64::MAX).await;
    for name in store.names("part", None).await? {
        // The commit for which it was written can no longer take place: its number is given.
        let number = name.split('-').next().and_then(|number| number.parse::<u64>().ok());
        let is_over = number.is_some_and(|number| number <= manifest.generation);
        let is_listed = manifest.parts.iter().any(|entry| entry.name == name)
            || manifest.retired.iter().any(|retired| retired.name == name);
        if is_over && !is_listed {
            store.delete_part(&name).await?;
        }
    }
    Ok(sweep)
}

async fn some(store: &mut Store<'_>, manifest: &Manifest, now: DateTime<Utc>, most: u64) -> Sweep {
    let mut retired = Vec::new();
    for part in &manifest.retired {
        let is_over = part.at + KEPT <= now;
        if !is_over || store.delete_part(&part.name).await.is_err() {
            retired.push(part.clone());
        }
    }
    let own = Mark { generation: manifest.generation, at: manifest.as_of };
    let marks = manifest.marks.iter().chain([&own]);
    let over = marks.filter(|mark| mark.at + KEPT <= now).map(|mark| mark.generation).max();
    let until = over.unwrap_or(0);
    let mut kept_from = manifest.kept_from;
    let mut deleted = 0;
    // From the oldest on: a reader concludes from the one it knows that the next was not written.
    while kept_from < until && deleted < most {
        // Generations are counted from 1.
        if kept_from > 0 && store.delete_manifest(kept_from).await.is_err() {
            break;
        }
        kept_from += 1;
        deleted += 1;
    }
    let marks = manifest.marks.iter().filter(|mark| mark.generation > kept_from).copied().collect();
    Sweep { retired, marks, kept_from }
}
