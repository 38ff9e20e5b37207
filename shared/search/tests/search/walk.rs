//! What a sync asks of an index: all its customers in their order, nothing written for nothing, and no object left.

use crate::model::Model;
use crate::people::{BUSINESS, change, customer, now};
use domain::{Attempt, CustomerId};
use futures::TryStreamExt;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use proptest::prelude::*;
use search::{Change, Index, Limits};
use std::sync::Arc;

async fn objects(store: &InMemory) -> usize {
    store.list(None).try_collect::<Vec<_>>().await.unwrap().len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn each_customer_is_met_once_in_the_order_of_the_ids(
        batches in prop::collection::vec(prop::collection::vec(change(), 1..30), 1..6),
        bytes_in_manifest in prop::sample::select(vec![0, 100_000]),
        most in 1..20_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = Arc::new(InMemory::new());
            let index = Index::new(store.clone()).with_limits(Limits { bytes_in_manifest, rows_of_part: 7 });
            let (mut model, mut snapshot) = (Model::default(), index.open(BUSINESS).await.unwrap());
            for (nth, changes) in batches.into_iter().enumerate() {
                model.apply(&changes);
                snapshot = index.commit(&snapshot, changes, now(), &Attempt(nth.to_string())).await.unwrap();
            }
            let (mut met, mut after) = (Vec::<CustomerId>::new(), None);
            loop {
                let page = snapshot.customers_after(after, most);
                met.extend(&page);
                after = page.last().copied();
                if page.len() < most {
                    break;
                }
            }
            let mut wanted: Vec<_> = model.0.keys().copied().collect();
            wanted.sort_by_key(|customer| customer.0);
            prop_assert_eq!(met, wanted);

            // Whom it does not have, it need not lose.
            let before = objects(&store).await;
            let lost = snapshot.customers_after(None, usize::MAX);
            let nobody = vec![Change::Remove(customer(1_000_000))];
            let same = index.commit(&snapshot, nobody, now(), &Attempt("nobody".to_owned())).await.unwrap();
            prop_assert_eq!((same.generation(), same.cost().puts), (snapshot.generation(), 0));
            prop_assert_eq!(objects(&store).await, before);
            prop_assert_eq!(index.open(BUSINESS).await.unwrap().customers_after(None, usize::MAX), lost);

            let erased = index.erase(BUSINESS).await.unwrap();
            prop_assert_eq!((erased, objects(&store).await), (before as u64, 0));
            prop_assert_eq!(index.erase(BUSINESS).await.unwrap(), 0);
            prop_assert_eq!(index.open(BUSINESS).await.unwrap().customers(), 0);
            Ok(())
        })?;
    }
}
