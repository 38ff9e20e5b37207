//! Objects that are not what was written: an error that names the object, or the right answer.

use crate::model::Model;
use crate::people::{BUSINESS, change, filter, now, sort};
use chrono_tz::Tz;
use domain::Attempt;
use futures::TryStreamExt;
use object_store::memory::InMemory;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use proptest::prelude::*;
use search::{Change, Index, Limits, Query, SearchError};
use std::sync::Arc;

#[derive(Clone, Debug)]
enum Harm {
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Lengthen(u8),
    Delete,
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        6 => (any::<prop::sample::Index>(), 1..=u8::MAX).prop_map(|(at, bits)| Harm::Flip(at, bits)),
        1 => any::<prop::sample::Index>().prop_map(Harm::Cut),
        1 => any::<u8>().prop_map(Harm::Lengthen),
        1 => Just(Harm::Delete),
    ]
}

/// Writes the checksums anew, as if the damage had been there when the object was written.
fn sign(object: &mut [u8]) -> Option<()> {
    let blocks = u32::from_le_bytes(object.get(8..12)?.try_into().ok()?) as usize;
    let end = 12usize.checked_add(blocks.checked_mul(12)?)?;
    let mut begin = end + 4;
    for nth in 0..blocks {
        let entry = 12 + nth * 12;
        let length = u64::from_le_bytes(object.get(entry..entry + 8)?.try_into().ok()?);
        let until = begin.checked_add(usize::try_from(length).ok()?)?;
        let checksum = crc32fast::hash(object.get(begin..until)?);
        object.get_mut(entry + 8..entry + 12)?.copy_from_slice(&checksum.to_le_bytes());
        begin = until;
    }
    let checksum = crc32fast::hash(object.get(..end)?);
    object.get_mut(end..end + 4)?.copy_from_slice(&checksum.to_le_bytes());
    Some(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_told_or_does_no_harm(
        batches in prop::collection::vec(prop::collection::vec(change(), 1..20), 1..4),
        which: prop::sample::Index,
        harm in harm(),
        is_signed: bool,
        (filter, sort) in (filter(), sort()),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = Arc::new(InMemory::new());
            let index = Index::new(store.clone()).with_limits(Limits { bytes_in_manifest: 2_500, rows_of_part: 9 });
            let mut model = Model::default();
            let mut base = index.open(BUSINESS).await.unwrap();
            for (nth, batch) in batches.into_iter().enumerate() {
                model.apply(&batch);
                base = index.commit(&base, batch, now(), &Attempt(nth.to_string())).await.unwrap();
            }
            let objects: Vec<ObjectMeta> = store.list(None).try_collect().await.unwrap();
            // Nobody was there to be removed, so nothing was written.
            prop_assume!(!objects.is_empty());
            let path = &objects[which.index(objects.len())].location;
            let mut object = store.get(path).await.unwrap().bytes().await.unwrap().to_vec();
            match harm {
                Harm::Flip(at, bits) => {
                    let at = at.index(object.len());
                    object[at] ^= bits;
                }
                Harm::Cut(at) => object.truncate(at.index(object.len())),
                Harm::Lengthen(byte) => object.push(byte),
                Harm::Delete => {}
            }
            if is_signed {
                let _ = sign(&mut object);
            }
            if matches!(harm, Harm::Delete) {
                store.delete(path).await.unwrap();
            } else {
                store.put(path, object.into()).await.unwrap();
            }
            let query = Query { filter: filter.clone(), sort, limit: 1_000, cursor: None };
            match index.open(BUSINESS).await {
                Ok(snapshot) => {
                    let page = snapshot.search(&query, now(), Tz::UTC).unwrap();
                    let _ = snapshot.ids(&filter, now(), Tz::UTC).count();
                    let _ = index.compact(&snapshot, now(), &Attempt("after".to_owned())).await;
                    // A wrong checksum is found; a right one under wrong bytes need not be.
                    let is_whole = snapshot.generation() == base.generation();
                    if !is_signed && is_whole {
                        prop_assert!(page.rows == model.search(&filter, sort, now(), Tz::UTC));
                    }
                }
                Err(SearchError::Damaged { object, .. } | SearchError::Missing { object }) => {
                    prop_assert_eq!(object, path.to_string());
                }
                Err(error) => prop_assert!(false, "{}", error),
            }
            // The customers can be indexed anew.
            let anew = index.reset(BUSINESS, now(), &Attempt("anew".to_owned())).await.unwrap();
            let rows = model.0.values().cloned().map(|row| Change::Put(Box::new(row)));
            let anew = index.commit(&anew, rows.collect(), now(), &Attempt("filled".to_owned())).await.unwrap();
            prop_assert_eq!(anew.customers(), model.0.len() as u64);
            Ok(())
        })?;
    }
}
