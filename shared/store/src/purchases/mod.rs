//! Purchases: an item for each, under its customer and by its time; the names of products and ingredients of a customer
//! with their counts; and the names of invoices, each of one customer of a business. The numbers stand in the customer's
//! record, and the record's version guards all of it: every change of a customer's purchases changes the record too.

mod lists;
mod recorded;

pub use lists::{Bought, Revenue};
pub use recorded::Books;

pub(crate) use crate::changes::nothing as change;
use crate::customers::record_write;
use crate::dynamodb::{
    Item, ROUNDS, Transacted, VERSION, Versioned, Write, from_item, millis, number, read_millis, read_text, text,
    to_item,
};
use crate::keys::purchases::{self as keys, AT_KEY, DAY_KEY, RECORDED_AT, RECORDED_KEY};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{Attempt, BusinessId, Customer, CustomerId, Favorites, InvoiceId, Purchase, Statistics, Tz};

const WHAT: &str = "purchases";
const CUSTOMER_ID: &str = "customer_id";

/// What became of a purchase that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// The invoice is new.
    New,
    /// It takes the place of an older version.
    Corrected,
    /// This version was recorded before.
    Repeated,
    /// A later version was recorded before; nothing changed.
    Older {
        /// The version that is kept.
        kept: u64,
    },
}

/// The outcome of recording a purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordPurchase {
    /// It is kept, in this version or a later one.
    Done {
        /// What became of it.
        recording: Recording,
        /// The customer's, as they now are.
        statistics: Statistics,
        /// The customer's, as they now are.
        favorites: Favorites,
    },
    /// This version was recorded before and says something else; nothing changed.
    Differs,
    /// The invoice is another customer's; nothing changed.
    AnotherCustomers,
    /// There is no such customer.
    NoCustomer,
}

/// Where the purchase of an invoice stands.
struct Place {
    customer: CustomerId,
    at: DateTime<Utc>,
}

fn read_place(item: &Item) -> Result<Place, StoreError> {
    let read = || {
        let customer = read_text(item, CUSTOMER_ID)?.parse().ok()?;
        Some(Place { customer, at: read_millis(item, AT_KEY)? })
    };
    read().ok_or(StoreError::Corrupt(WHAT))
}

/// The state of a customer's purchases in which a new one is recorded.
struct Known {
    customer: Versioned<Customer>,
    favorites: Favorites,
    before: Option<Purchase>,
}

enum Found {
    Known(Box<Known>),
    AnotherCustomers,
    NoCustomer,
    /// Something came between the reads.
    Changed,
}

impl Store {
    /// Records a purchase or a later version of it, once: with the customer's numbers, names and last contact in one
    /// transaction. A local day is one of the zone; `now` is UTC. Others that change the same customer at the same time
    /// make it try again.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn record_purchase(
        &self,
        business: BusinessId,
        given: &Purchase,
        zone: Tz,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<RecordPurchase, StoreError> {
        for round in 1..=ROUNDS {
            let Known { customer, mut favorites, before } = match self.known(business, given).await? {
                Found::Known(known) => *known,
                Found::AnotherCustomers => return Ok(RecordPurchase::AnotherCustomers),
                Found::NoCustomer => return Ok(RecordPurchase::NoCustomer),
                Found::Changed => {
                    self.pause(&attempt.0, round).await;
                    continue;
                }
            };
            let recording = match before.as_ref().map(|before| (before, given.version.cmp(&before.version))) {
                None => Recording::New,
                Some((_, std::cmp::Ordering::Greater)) => Recording::Corrected,
                Some((before, std::cmp::Ordering::Equal)) if before.says_the_same(given) => Recording::Repeated,
                Some((_, std::cmp::Ordering::Equal)) => return Ok(RecordPurchase::Differs),
                Some((before, std::cmp::Ordering::Less)) => Recording::Older { kept: before.version },
            };
            if matches!(recording, Recording::Repeated | Recording::Older { .. }) {
                let statistics = customer.record.statistics;
                return Ok(RecordPurchase::Done { recording, statistics, favorites });
            }
            let mut after = given.clone();
            after.created_at = before.as_ref().map_or(given.created_at, |before| before.created_at);
            let others = if Purchase::uncovers_others(before.as_ref(), &after) {
                self.newest_others(business, &after).await?
            } else {
                Vec::new()
            };
            let mut record = customer.record.clone();
            record.record_purchase(before.as_ref(), &after, &others, zone, now);
            let known_names = favorites.clone();
            favorites.replace(before.as_ref(), &after);

            let mut writes = vec![invoice_write(business, before.as_ref(), &after), purchase_write(business, &after)?];
            if let Some(before) = before.as_ref().filter(|before| before.at != after.at) {
                let old = keys::purchase(business, before.customer_id, before.at, &before.invoice_id);
                writes.push(Write::delete(Table::Purchases, old));
            }
            if favorites != known_names {
                let mut item = to_item(&favorites, WHAT)?;
                item.extend(keys::favorites(business, after.customer_id));
                writes.push(Write::put(Table::Purchases, item));
            }
            writes.push(record_write(business, &customer, &record)?);
            // One token cannot serve two transactions: the second would take the first for itself.
            let own = Attempt(format!("{}/{round}", attempt.0));
            match self.transact(writes, &own).await? {
                Transacted::Committed => {
                    return Ok(RecordPurchase::Done { recording, statistics: record.statistics, favorites });
                }
                Transacted::Refused(_) => self.pause(&attempt.0, round).await,
            }
        }
        Err(StoreError::Contended("record purchase"))
    }

    /// The record is read first: as long as it has not changed, nothing has that is read after it.
    async fn known(&self, business: BusinessId, given: &Purchase) -> Result<Found, StoreError> {
        let id = given.customer_id;
        let Some(customer) = self.customer(business, id).await? else { return Ok(Found::NoCustomer) };
        let wanted = vec![keys::favorites(business, id), keys::invoice(business, given.invoice_id.as_str())];
        let (mut favorites, mut place) = (Favorites::default(), None);
        for item in self.batch_get(Table::Purchases, wanted).await? {
            if item.contains_key(CUSTOMER_ID) {
                place = Some(read_place(&item)?);
            } else {
                favorites = from_item(item, WHAT)?;
            }
        }
        let before = match place {
            Some(Place { customer, .. }) if customer != id => return Ok(Found::AnotherCustomers),
            Some(Place { at, .. }) => {
                let item = self.get(Table::Purchases, keys::purchase(business, id, at, &given.invoice_id)).await?;
                let Some(item) = item else { return Ok(Found::Changed) };
                Some(from_item(item, WHAT)?)
            }
            None => None,
        };
        Ok(Found::Known(Box::new(Known { customer, favorites, before })))
    }

    /// The names of a customer's purchases.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn favorites(&self, business: BusinessId, customer: CustomerId) -> Result<Favorites, StoreError> {
        let item = self.get(Table::Purchases, keys::favorites(business, customer)).await?;
        item.map_or_else(|| Ok(Favorites::default()), |item| from_item(item, WHAT))
    }
}

/// Whose the invoice is, where its purchase stands, and in which version.
fn invoice_write(business: BusinessId, before: Option<&Purchase>, after: &Purchase) -> Write {
    let mut item = keys::invoice(business, after.invoice_id.as_str());
    item.insert(CUSTOMER_ID.to_owned(), text(after.customer_id.to_string()));
    item.insert(AT_KEY.to_owned(), millis(after.at));
    item.insert(VERSION.to_owned(), number(after.version));
    let write = Write::put(Table::Purchases, item);
    match before {
        None => write.if_new(),
        Some(before) => write.if_same(VERSION, Some(number(before.version))),
    }
}

/// A purchase that counts stands in the index of its day, and each in that of the day on which it was recorded.
fn purchase_write(business: BusinessId, purchase: &Purchase) -> Result<Write, StoreError> {
    let mut item = to_item(purchase, WHAT)?;
    item.extend(keys::purchase(business, purchase.customer_id, purchase.at, &purchase.invoice_id));
    item.insert(RECORDED_KEY.to_owned(), text(keys::day(business, purchase.updated_at)));
    item.insert(RECORDED_AT.to_owned(), millis(purchase.updated_at));
    if purchase.counts() {
        item.insert(DAY_KEY.to_owned(), text(keys::day(business, purchase.at)));
        item.insert(AT_KEY.to_owned(), millis(purchase.at));
    }
    Ok(Write::put(Table::Purchases, item))
}

/// Frees the names of a customer's invoices, of whose purchases the keys are given.
pub(crate) fn invoice_removals(business: BusinessId, customer: CustomerId, items: &[Item]) -> Vec<Write> {
    let invoices = items.iter().filter_map(|item| keys::read_invoice(read_text(item, SK)?));
    let removal = |invoice: InvoiceId| {
        Write::delete(Table::Purchases, keys::invoice(business, invoice.as_str()))
            .only_if(format!("attribute_not_exists(#{PK}) OR #{CUSTOMER_ID} = :customer"))
            .with("customer", text(customer.to_string()))
    };
    invoices.map(removal).collect()
}
