//! The objects of one business, and what each request costs.

use crate::error::SearchError;
use crate::snapshot::Cost;
use bytes::Bytes;
use domain::BusinessId;
use futures::TryStreamExt;
use futures::future::join_all;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutPayload};
use std::collections::BTreeMap;

/// So many objects a listing has on a page, in S3.
const LISTED: u64 = 1_000;

/// The objects of a business.
pub(crate) struct Store<'a> {
    store: &'a dyn ObjectStore,
    business: BusinessId,
    pub(crate) cost: Cost,
}

impl<'a> Store<'a> {
    pub(crate) fn new(store: &'a dyn ObjectStore, business: BusinessId) -> Self {
        Self { store, business, cost: Cost::default() }
    }

    pub(crate) fn business(&self) -> BusinessId {
        self.business
    }

    fn folder(&self, kind: &str) -> Path {
        Path::from_iter([self.business.to_string().as_str(), kind])
    }

    /// Numbers have as many digits as the largest, so that names are in their order.
    pub(crate) fn manifest_path(&self, generation: u64) -> Path {
        self.folder("manifest").join(format!("{generation:020}"))
    }

    pub(crate) fn part_path(&self, name: &str) -> Path {
        self.folder("part").join(name)
    }

    async fn get(&mut self, path: &Path) -> Result<Option<Bytes>, SearchError> {
        self.cost.gets += 1;
        let found = match self.store.get(path).await {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        match found {
            Ok(bytes) => {
                self.cost.bytes_read += bytes.len() as u64;
                Ok(Some(bytes))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn manifest(&mut self, generation: u64) -> Result<Option<Bytes>, SearchError> {
        self.get(&self.manifest_path(generation)).await
    }

    pub(crate) async fn has_manifest(&mut self, generation: u64) -> Result<bool, SearchError> {
        self.cost.gets += 1;
        match self.store.head(&self.manifest_path(generation)).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Those of the parts that are there.
    pub(crate) async fn parts(&mut self, names: &[String]) -> Result<BTreeMap<String, Bytes>, SearchError> {
        let read = join_all(names.iter().map(|name| {
            let mut one = Store::new(self.store, self.business);
            async move { (one.get(&one.part_path(name)).await, one.cost) }
        }));
        let mut found = BTreeMap::new();
        for (name, (object, cost)) in names.iter().zip(read.await) {
            self.cost.gets += cost.gets;
            self.cost.bytes_read += cost.bytes_read;
            found.extend(object?.map(|object| (name.clone(), object)));
        }
        Ok(found)
    }

    /// The names in a folder, in no certain order.
    pub(crate) async fn names(&mut self, kind: &str, after: Option<&Path>) -> Result<Vec<String>, SearchError> {
        let folder = self.folder(kind);
        let listing = match after {
            Some(after) => self.store.list_with_offset(Some(&folder), after),
            None => self.store.list(Some(&folder)),
        };
        let name = |found: object_store::ObjectMeta| found.location.filename().map(str::to_owned);
        let names: Vec<Option<String>> = listing.map_ok(name).try_collect().await?;
        self.cost.lists += names.len() as u64 / LISTED + 1;
        Ok(names.into_iter().flatten().collect())
    }

    /// The highest number of a manifest above this one.
    pub(crate) async fn newest_generation(&mut self, above: u64) -> Result<Option<u64>, SearchError> {
        let after = self.manifest_path(above);
        let names = self.names("manifest", Some(&after)).await?;
        Ok(names.iter().filter_map(|name| name.parse().ok()).filter(|generation| *generation > above).max())
    }

    pub(crate) async fn write_part(&mut self, name: &str, object: Bytes) -> Result<(), SearchError> {
        self.cost.puts += 1;
        self.cost.bytes_written += object.len() as u64;
        self.store.put(&self.part_path(name), PutPayload::from_bytes(object)).await?;
        Ok(())
    }

    /// Writes a manifest if its number is free, or this very manifest stands there: then the store has lost an answer.
    pub(crate) async fn create_manifest(&mut self, generation: u64, object: Bytes) -> Result<(), SearchError> {
        self.cost.puts += 1;
        self.cost.bytes_written += object.len() as u64;
        let path = self.manifest_path(generation);
        let payload = PutPayload::from_bytes(object.clone());
        match self.store.put_opts(&path, payload, PutMode::Create.into()).await {
            Ok(_) => Ok(()),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => {
                if self.get(&path).await? == Some(object) {
                    Ok(())
                } else {
                    Err(SearchError::Conflict)
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes an object, which may be gone already.
    async fn delete(&mut self, path: &Path) -> Result<(), SearchError> {
        self.cost.deletes += 1;
        match self.store.delete(path).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn delete_manifest(&mut self, generation: u64) -> Result<(), SearchError> {
        self.delete(&self.manifest_path(generation)).await
    }

    pub(crate) async fn delete_part(&mut self, name: &str) -> Result<(), SearchError> {
        self.delete(&self.part_path(name)).await
    }

    /// Deletes every object but one manifest, manifests from the oldest on.
    pub(crate) async fn delete_all_but(&mut self, generation: u64) -> Result<(), SearchError> {
        let mut manifests: Vec<u64> =
            self.names("manifest", None).await?.iter().filter_map(|name| name.parse().ok()).collect();
        manifests.sort_unstable();
        for older in manifests.into_iter().filter(|older| *older < generation) {
            self.delete_manifest(older).await?;
        }
        let parts = self.names("part", None).await?;
        for name in parts {
            self.delete_part(&name).await?;
        }
        Ok(())
    }
}
