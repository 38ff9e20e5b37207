//! Several writers, crashes, lost answers, and readers at work meanwhile.

use crate::model::Model;
use crate::people::{BUSINESS, change, customer, now, row};
use crate::unreliable::{Fault, Unreliable};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::Attempt;
use domain::CustomerFilter;
use futures::TryStreamExt;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use search::{Change, Index, Limits, SearchError, Snapshot};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Every commit makes parts, and a merge makes several.
const NONE: Limits = Limits { bytes_in_manifest: 0, rows_of_part: 15 };

fn attempt(name: &str) -> Attempt {
    Attempt(name.to_owned())
}

/// The same changes in each run, so many in a batch.
fn changes(batches: &[usize]) -> Vec<Vec<Change>> {
    let mut runner = TestRunner::deterministic();
    let mut batch = |size: &usize| prop::collection::vec(change(), *size).new_tree(&mut runner).unwrap().current();
    batches.iter().map(&mut batch).collect()
}

/// A part of each is too large to be merged with those of later ones.
const FALLING: [usize; 4] = [100, 16, 5, 2];

fn rows(count: usize) -> Vec<search::Row> {
    prop::collection::vec(row(), count).new_tree(&mut TestRunner::deterministic()).unwrap().current()
}

fn model(snapshot: &Snapshot) -> Model {
    let ids = snapshot.ids(&CustomerFilter::default(), now(), Tz::UTC);
    Model(ids.map(|id| (id, snapshot.row(id).unwrap())).collect())
}

async fn objects(store: &InMemory) -> BTreeSet<String> {
    store.list(None).map_ok(|object| object.location.to_string()).try_collect().await.unwrap()
}

async fn parts(store: &InMemory) -> usize {
    objects(store).await.iter().filter(|name| name.contains("/part/")).count()
}

/// The operation under test.
#[derive(Clone, Copy, Debug)]
enum Operation {
    Commit,
    Compact,
    Reset,
}

async fn operate(
    index: &Index,
    operation: Operation,
    base: &Snapshot,
    changes: Vec<Change>,
    now: DateTime<Utc>,
    by: &str,
) -> Result<Snapshot, SearchError> {
    match operation {
        Operation::Commit => index.commit(base, changes, now, &attempt(by)).await,
        Operation::Compact => index.compact(base, now, &attempt(by)).await,
        Operation::Reset => index.reset(BUSINESS, now, &attempt(by)).await,
    }
}

#[tokio::test]
async fn whatever_happens_at_any_request_the_index_is_as_before_or_after() {
    let mut struck = 0;
    for operation in [Operation::Commit, Operation::Compact, Operation::Reset] {
        for fault in [Fault::Crash, Fault::Refused, Fault::Lost, Fault::Repeated] {
            for at in 0.. {
                let (now, later) = (now(), now() + TimeDelta::hours(2));
                let inner = Arc::new(InMemory::new());
                let healthy = Index::new(inner.clone()).with_limits(NONE);
                let mut batches = changes(&[&FALLING[..], &[12]].concat());
                let last = batches.pop().unwrap();
                let mut before = Model::default();
                let mut base = healthy.open(BUSINESS).await.unwrap();
                for (nth, batch) in batches.into_iter().enumerate() {
                    before.apply(&batch);
                    base = healthy.commit(&base, batch, now, &attempt(&nth.to_string())).await.unwrap();
                }
                assert!(base.parts() > 2);
                let mut after = before.clone();
                match operation {
                    Operation::Commit => after.apply(&last),
                    Operation::Compact => {}
                    Operation::Reset => after.0.clear(),
                }
                let store = Unreliable::new(inner.clone(), at, fault);
                let index = Index::new(store.clone()).with_limits(NONE);
                let done = operate(&index, operation, &base, last.clone(), later, "tried").await;
                let read = healthy.open(BUSINESS).await.unwrap();
                if done.is_ok() {
                    assert_eq!(model(&read), after, "{operation:?} {fault:?} at {at}");
                } else {
                    assert!([&before, &after].contains(&&model(&read)), "{operation:?} {fault:?} at {at}");
                    // A reader that knows the base finds the same.
                    assert_eq!(model(&healthy.refresh(&base).await.unwrap()), model(&read));
                }
                // The caller reads again, and repeats.
                let repeated = operate(&healthy, operation, &read, last, later, "repeated").await.unwrap();
                assert_eq!(model(&repeated), after, "{operation:?} {fault:?} at {at}");
                assert_eq!(model(&healthy.open(BUSINESS).await.unwrap()), after);
                // Nothing is left behind in the end.
                let compact = healthy.compact(&repeated, later, &attempt("compact")).await.unwrap();
                let end = later + TimeDelta::hours(2);
                let swept = healthy.compact(&compact, end, &attempt("sweep")).await.unwrap();
                let end = end + TimeDelta::hours(2);
                let swept = healthy.compact(&swept, end, &attempt("sweep again")).await.unwrap();
                assert_eq!(model(&swept), after);
                let left = objects(&inner).await;
                assert_eq!(left.len(), 1 + swept.parts(), "{operation:?} {fault:?} at {at}: {left:?}");
                if !store.struck() {
                    break;
                }
                struck += 1;
            }
        }
    }
    assert!(struck > 100, "{struck}");
}

#[tokio::test]
async fn of_two_writers_one_succeeds_and_nothing_is_lost() {
    let index = Index::new(Arc::new(InMemory::new()));
    let base = index.open(BUSINESS).await.unwrap();
    let mut batches = changes(&[15, 15]).into_iter();
    let (one, other) = (batches.next().unwrap(), batches.next().unwrap());
    let (first_attempt, second_attempt) = (attempt("one"), attempt("other"));
    let first = index.commit(&base, one.clone(), now(), &first_attempt);
    let second = index.commit(&base, other.clone(), now(), &second_attempt);
    let (first, second) = futures::join!(first, second);
    let mut wanted = Model::default();
    let (winner, late) = match (first, second) {
        (Ok(winner), Err(SearchError::Conflict)) => {
            wanted.apply(&one);
            (winner, other)
        }
        (Err(SearchError::Conflict), Ok(winner)) => {
            wanted.apply(&other);
            (winner, one)
        }
        both => panic!("{both:?}"),
    };
    assert_eq!(model(&winner), wanted);
    wanted.apply(&late);
    let newest = index.refresh(&base).await.unwrap();
    let both = index.commit(&newest, late, now(), &attempt("late")).await.unwrap();
    assert_eq!((model(&both), both.generation()), (wanted, 2));
}

#[tokio::test]
async fn a_base_that_is_long_gone_is_a_conflict() {
    let index = Index::new(Arc::new(InMemory::new()));
    let empty = index.open(BUSINESS).await.unwrap();
    let mut batches = changes(&[2; 60]).into_iter();
    let base = index.commit(&empty, batches.next().unwrap(), now(), &attempt("first")).await.unwrap();
    let (mut newest, mut time) = (base.clone(), now());
    for (nth, batch) in batches.enumerate() {
        time += TimeDelta::minutes(7);
        newest = index.commit(&newest, batch, time, &attempt(&nth.to_string())).await.unwrap();
    }
    // The manifests after these are deleted, so that their numbers are free.
    for stale in [&empty, &base] {
        let late = index.commit(stale, changes(&[3]).remove(0), time, &attempt("late")).await;
        assert!(matches!(late, Err(SearchError::Conflict)), "{late:?}");
        let refreshed = index.refresh(stale).await.unwrap();
        assert_eq!((model(&refreshed), refreshed.generation()), (model(&newest), newest.generation()));
    }
}

#[tokio::test]
async fn a_reader_that_is_slower_than_a_merge_still_reads() {
    let store = Arc::new(InMemory::new());
    let index = Index::new(store.clone()).with_limits(NONE);
    let mut base = index.open(BUSINESS).await.unwrap();
    for (nth, batch) in changes(&FALLING).into_iter().enumerate() {
        base = index.commit(&base, batch, now(), &attempt(&nth.to_string())).await.unwrap();
    }
    let (old, before) = (model(&base), objects(&store).await);
    assert!(base.parts() > 1);
    let compact = index.compact(&base, now() + TimeDelta::minutes(59), &attempt("compact")).await.unwrap();
    let kept = objects(&store).await;
    assert!(kept.is_superset(&before), "a reader may be about to read any of them");
    assert_eq!((model(&base), model(&compact)), (old.clone(), old.clone()));
    let time = now() + TimeDelta::minutes(59 + 59);
    let later = index.commit(&compact, changes(&[1]).remove(0), time, &attempt("later")).await.unwrap();
    assert!(parts(&store).await > later.parts());
    let time = now() + TimeDelta::minutes(59 + 61);
    let later = index.commit(&later, changes(&[1]).remove(0), time, &attempt("an hour later")).await.unwrap();
    assert_eq!(parts(&store).await, later.parts() + 1, "the one that this commit has merged");
    assert_eq!(model(&base), old);
}

/// An erased person's words are in no object of the state after the commit, and in no object at all an hour later.
#[tokio::test]
async fn an_erased_person_is_gone() {
    const NAME: &str = "Wilhelmine";
    for limits in [NONE, Limits { bytes_in_manifest: 100_000, ..NONE }] {
        let store = Arc::new(InMemory::new());
        let index = Index::new(store.clone()).with_limits(limits);
        let mut snapshot = index.open(BUSINESS).await.unwrap();
        let mut all = rows(60);
        let mut person = all.pop().unwrap();
        person.customer_id = customer(1_000);
        person.name = Some(NAME.to_owned());
        // Older versions of the person stand in older parts.
        for (nth, rows) in [40, 10, 4, 1].into_iter().enumerate() {
            let mut changes: Vec<_> = all.drain(..rows).map(|row| Change::Put(Box::new(row))).collect();
            changes.extend((nth % 2 == 0).then(|| Change::Put(Box::new(person.clone()))));
            snapshot = index.commit(&snapshot, changes, now(), &attempt(&nth.to_string())).await.unwrap();
        }
        assert!(holders(&store, NAME).await.len() > 1);
        let before = objects(&store).await;
        let erased = vec![Change::Remove(person.customer_id)];
        let snapshot = index.commit(&snapshot, erased, now(), &attempt("erase")).await.unwrap();
        let new: BTreeSet<_> = objects(&store).await.difference(&before).cloned().collect();
        assert!(!new.is_empty() && holders(&store, NAME).await.is_disjoint(&new));
        assert!(snapshot.row(person.customer_id).is_none());
        let hour = now() + TimeDelta::hours(1);
        index.compact(&snapshot, hour, &attempt("sweep")).await.unwrap();
        assert_eq!(holders(&store, NAME).await, BTreeSet::new());
    }
}

async fn holders(store: &InMemory, words: &str) -> BTreeSet<String> {
    let mut holders = BTreeSet::new();
    for name in objects(store).await {
        let bytes = store.get(&name.as_str().into()).await.unwrap().bytes().await.unwrap();
        if bytes.windows(words.len()).any(|window| window == words.as_bytes()) {
            holders.insert(name);
        }
    }
    holders
}

/// One change a second, committed once a minute, for a day: the requests and bytes that `docs/performance.md` tells.
#[tokio::test]
async fn a_day_of_changes_costs_few_requests() {
    let index = Index::new(Arc::new(InMemory::new()));
    let mut snapshot = index.open(BUSINESS).await.unwrap();
    let some = rows(500);
    let (mut puts, mut lists, mut written, mut most) = (0, 0, 0, 0);
    for minute in 0..24 * 60u32 {
        let time = now() + TimeDelta::minutes(minute.into());
        let changes = (0..60u128).map(|second| {
            let nth = u128::from(minute) * 60 + second;
            let mut row = some[usize::try_from(nth % 500).unwrap()].clone();
            row.customer_id = customer(nth * 7_919 % 86_399);
            Change::Put(Box::new(row))
        });
        snapshot = index.commit(&snapshot, changes.collect(), time, &attempt(&minute.to_string())).await.unwrap();
        let cost = snapshot.cost();
        puts += cost.puts;
        lists += cost.lists;
        written += cost.bytes_written;
        most = most.max(snapshot.parts());
    }
    assert!(puts <= 24 * 60 * 13 / 10 && lists <= 1, "{puts} {lists}");
    assert!(written < 100_000_000 && most <= 8, "{written} {most}");
}
