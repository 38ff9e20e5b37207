//! The searches that businesses have saved.

use crate::dynamodb::{Write, from_item, to_item};
use crate::keys::businesses as keys;
use crate::keys::key_of;
use crate::tables::Table;
use crate::{Store, StoreError};
use domain::{BusinessId, SavedSearch, SearchName};

const WHAT: &str = "saved searches";

impl Store {
    /// Keeps a search under its name, whatever had that name before.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn save_search(&self, business: BusinessId, search: &SavedSearch) -> Result<(), StoreError> {
        let mut item = to_item(search, WHAT)?;
        item.extend(keys::saved_search(business, &search.name));
        self.write_plain(Write::put(Table::Businesses, item)).await
    }

    /// A search by its name.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn saved_search(
        &self,
        business: BusinessId,
        name: &SearchName,
    ) -> Result<Option<SavedSearch>, StoreError> {
        let item = self.get(Table::Businesses, keys::saved_search(business, name)).await?;
        item.map(|item| from_item(item, WHAT)).transpose()
    }

    /// All of a business, by name.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn saved_searches(&self, business: BusinessId) -> Result<Vec<SavedSearch>, StoreError> {
        let items = self.range(keys::partition(business), keys::saved_searches()).await?;
        items.into_iter().map(|item| from_item(item, WHAT)).collect()
    }

    /// Forgets a search. It is safe to repeat.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn forget_search(&self, business: BusinessId, name: &SearchName) -> Result<(), StoreError> {
        self.write_plain(Write::delete(Table::Businesses, keys::saved_search(business, name))).await
    }

    /// Forgets all of a business.
    pub(super) async fn forget_searches(&self, business: BusinessId) -> Result<(), StoreError> {
        let items = self.range(keys::partition(business), keys::saved_searches()).await?;
        self.delete_all(Table::Businesses, items.into_iter().map(key_of).collect()).await
    }
}
