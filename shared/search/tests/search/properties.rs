//! Whatever is committed, merged and asked for: the index answers as the list does.

use crate::model::{Model, place};
use crate::people::{BUSINESS, change, filter, now, row_of, sort, zone};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::Attempt;
use domain::CustomerFilter;
use domain::customer_filter::Sort;
use object_store::memory::InMemory;
use proptest::prelude::*;
use search::{Change, Cursor, Index, Limits, Query, Snapshot};
use std::sync::Arc;

#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<Change>),
    Compact,
    /// The reader looks whether there is anything new.
    Refresh,
    /// The reader begins with nothing.
    Open,
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::collection::vec(change(), 1..12).prop_map(Step::Commit),
        1 => Just(Step::Compact),
        3 => Just(Step::Refresh),
        1 => Just(Step::Open),
        2 => (1..200i64).prop_map(Step::Wait),
    ]
}

fn search(snapshot: &Snapshot, query: &Query, now: DateTime<Utc>, zone: Tz) -> search::Page {
    snapshot.search(query, now, zone).unwrap()
}

/// The whole list of a snapshot, by pages, is that of the model.
fn check(
    snapshot: &Snapshot,
    model: &Model,
    filter: &CustomerFilter,
    sort: Option<Sort>,
    now: DateTime<Utc>,
    zone: Tz,
) -> Result<(), TestCaseError> {
    let wanted = model.search(filter, sort, now, zone);
    for limit in [1, 3, 1_000] {
        let mut found = Vec::new();
        let mut query = Query { filter: filter.clone(), sort, limit, cursor: None };
        loop {
            let page = search(snapshot, &query, now, zone);
            prop_assert_eq!(page.total, wanted.len() as u64);
            prop_assert!(page.rows.len() <= limit && (page.cursor.is_none() || page.rows.len() == limit));
            found.extend(page.rows);
            let Some(cursor) = page.cursor else { break };
            query.cursor = Some(cursor.to_string().parse().unwrap());
        }
        prop_assert!(found == wanted, "{:?} is not {:?}", ids(&found), ids(&wanted));
    }
    prop_assert_eq!(snapshot.count(filter, now, zone), wanted.len() as u64);
    let mut by_id: Vec<_> = wanted.iter().map(|row| row.customer_id).collect();
    by_id.sort_unstable();
    prop_assert_eq!(snapshot.ids(filter, now, zone).collect::<Vec<_>>(), by_id);
    prop_assert_eq!(snapshot.customers(), model.0.len() as u64);
    Ok(())
}

fn ids(rows: &[search::Row]) -> Vec<u128> {
    rows.iter().map(|row| row.customer_id.0.as_u128() & 0xff).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn it_answers_as_a_list_does(
        steps in prop::collection::vec(step(), 1..14),
        filters in prop::collection::vec((filter(), sort()), 14),
        zone in zone(),
        in_manifest in prop::sample::select(vec![0, 1_800, 2_500, 16_000]),
        rows_of_part in prop::sample::select(vec![1, 7, 20, 1_000]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let index = Index::new(Arc::new(InMemory::new())).with_limits(Limits { bytes_in_manifest: in_manifest, rows_of_part });
            let mut now = now();
            let mut model = Model::default();
            let mut writer = index.open(BUSINESS).await.unwrap();
            let (mut reader, mut read) = (writer.clone(), model.clone());
            let mut page: Option<(Cursor, search::Row)> = None;
            let (paged, paged_sort) = filters.last().cloned().unwrap();
            for (nth, step) in steps.into_iter().enumerate() {
                let attempt = Attempt(format!("attempt {nth}"));
                match step {
                    Step::Commit(changes) => {
                        model.apply(&changes);
                        writer = index.commit(&writer, changes, now, &attempt).await.unwrap();
                    }
                    Step::Compact => {
                        writer = index.compact(&writer, now, &attempt).await.unwrap();
                        prop_assert!(writer.parts() <= model.0.len().div_ceil(rows_of_part));
                    }
                    Step::Refresh => {
                        reader = index.refresh(&reader).await.unwrap();
                        read = model.clone();
                    }
                    Step::Open => {
                        reader = index.open(BUSINESS).await.unwrap();
                        read = model.clone();
                    }
                    Step::Wait(minutes) => now += TimeDelta::minutes(minutes),
                }
                let (filter, sort) = &filters[nth];
                check(&writer, &model, filter, *sort, now, zone)?;
                check(&reader, &read, filter, *sort, now, zone)?;
                // One more page of a list that goes on while the index changes: what is behind the last customer, as
                // that one was then.
                let cursor = page.as_ref().map(|(cursor, _)| *cursor);
                let query = Query { filter: paged.clone(), sort: paged_sort, limit: 2, cursor };
                let next = search(&writer, &query, now, zone);
                let behind = |row: &search::Row| match &page {
                    Some((_, last)) => place(row, paged_sort) > place(last, paged_sort),
                    None => true,
                };
                let wanted = model.search(&paged, paged_sort, now, zone).into_iter().filter(behind);
                prop_assert!(next.rows == wanted.take(2).collect::<Vec<_>>());
                page = next.cursor.zip(next.rows.last().cloned());
            }
            Ok(())
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Of many rows, few and many are found by other ways.
    #[test]
    fn it_answers_as_a_long_list_does(
        rows in prop::collection::vec(row_of(1_500), 800..1_500),
        later in prop::collection::vec(row_of(1_500), 100..300),
        searches in prop::collection::vec((filter(), sort()), 30),
        rows_of_part in prop::sample::select(vec![300, 10_000]),
        zone in zone(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let limits = Limits { rows_of_part, ..Limits::default() };
            let index = Index::new(Arc::new(InMemory::new())).with_limits(limits);
            let mut model = Model::default();
            let mut snapshot = index.open(BUSINESS).await.unwrap();
            for (nth, rows) in [rows, later].into_iter().enumerate() {
                let changes: Vec<_> = rows.into_iter().map(|row| Change::Put(Box::new(row))).collect();
                model.apply(&changes);
                snapshot = index.commit(&snapshot, changes, now(), &Attempt(nth.to_string())).await.unwrap();
            }
            prop_assert!(snapshot.parts() > 0);
            for (filter, sort) in searches {
                let wanted = model.search(&filter, sort, now(), zone);
                let (mut found, mut cursor) = (Vec::new(), None);
                loop {
                    let page = search(&snapshot, &Query { filter: filter.clone(), sort, limit: 200, cursor }, now(), zone);
                    prop_assert_eq!(page.total, wanted.len() as u64, "{:?} {:?}", filter, zone);
                    found.extend(page.rows);
                    cursor = page.cursor;
                    if cursor.is_none() {
                        break;
                    }
                }
                prop_assert!(found == wanted, "{:?} {:?} {:?}", filter, sort, zone);
            }
            Ok(())
        })?;
    }
}
