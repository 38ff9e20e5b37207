//! What the search of customers learns of: which changes of a record, and the record with the names of purchases.

use super::WHAT;
use crate::changes::Image;
use crate::dynamodb::{VERSION, from_item, read_text};
use crate::keys::{PK, customers, purchases};
use crate::tables::Table;
use crate::{Store, StoreError};
use domain::{BusinessId, Customer, CustomerId, Favorites};
use std::collections::HashMap;

/// The attributes that are searched for or shown in a list.
const SEARCHED: [&str; 11] = [
    "name",
    "phone",
    "gender",
    "city",
    "labels",
    "profile_status",
    "marketing_consent",
    "statistics",
    "last_contact_at",
    "joined_into",
    "created_at",
];
/// Attributes that every write of a record changes.
const OF_EVERY_WRITE: [&str; 2] = [VERSION, "updated_at"];

/// Whether the search has to look at the record again. A write that changes nothing else brings new names of purchases:
/// those are kept beside the record.
pub(crate) fn is_searched(before: Option<&Image>, after: Option<&Image>) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return before.is_some() || after.is_some() };
    let differs = |name: &str| before.get(name) != after.get(name);
    let names = before.keys().chain(after.keys());
    let mut others = names.filter(|name| !OF_EVERY_WRITE.contains(&name.as_str()));
    SEARCHED.iter().any(|name| differs(name)) || (differs(VERSION) && !others.any(|name| differs(name)))
}

impl Store {
    /// The records of those of the customers that exist and are not another's, each with the names of its purchases.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn searched_customers(
        &self,
        business: BusinessId,
        customers: &[CustomerId],
    ) -> Result<HashMap<CustomerId, (Customer, Favorites)>, StoreError> {
        let mut found = self.customers(business, customers).await?;
        found.retain(|_, customer| customer.joined_into.is_none());
        let buyers = found.values().filter(|customer| customer.statistics.purchases > 0);
        let keys = buyers.map(|buyer| purchases::favorites(business, buyer.customer_id)).collect();
        let mut names = HashMap::new();
        for item in self.batch_get(Table::Purchases, keys).await? {
            let of = read_text(&item, PK).and_then(customers::read).ok_or(StoreError::Corrupt(WHAT))?;
            names.insert(of.1, from_item::<Favorites>(item, WHAT)?);
        }
        let with_names = |(id, customer)| (id, (customer, names.remove(&id).unwrap_or_default()));
        Ok(found.into_iter().map(with_names).collect())
    }
}
