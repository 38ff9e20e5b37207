//! The businesses of a run with their senders and keys, as the API's own answers have told them. The page shows them,
//! and lists their people by name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use world::{Listed, World};

/// Name of the file in which a run with `--data` keeps its book; only its owner may read it.
pub(crate) const KEPT: &str = "businesses.json";

/// Businesses by their ids.
#[derive(Default)]
pub struct Book {
    businesses: Mutex<BTreeMap<String, Business>>,
}

/// A business, as far as a laptop must know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Business {
    /// As its customers know it.
    pub name: String,
    /// Its IANA zone: the page shows its diary in it.
    #[serde(default)]
    pub timezone: String,
    /// The gateways' addresses of its senders.
    pub senders: BTreeSet<String>,
    /// The oldest first.
    pub keys: Vec<Key>,
}

/// A business key that this run has seen made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Its name in the API.
    pub key_id: String,
    /// The name that people know it by.
    pub label: String,
    /// The key itself. It guards nothing but a laptop.
    pub key: String,
}

impl Book {
    /// All businesses, the oldest first: their ids grow with time.
    pub fn businesses(&self) -> BTreeMap<String, Business> {
        self.lock().clone()
    }

    /// Takes up what another run has kept.
    pub(crate) fn take_up(&self, kept: BTreeMap<String, Business>) {
        self.lock().extend(kept);
    }

    /// The business that a request is about: that of its key, or the one that its query names.
    pub(crate) fn business_of(&self, key: Option<&str>, query: &str) -> Option<String> {
        let book = self.lock();
        let has = |business: &Business| business.keys.iter().any(|known| Some(known.key.as_str()) == key);
        let by_key = book.iter().find(|(_, business)| has(business)).map(|(id, _)| id.clone());
        by_key.or_else(|| {
            let named = query.split('&').find_map(|pair| pair.strip_prefix("business_id="))?;
            book.contains_key(named).then(|| named.to_owned())
        })
    }

    /// The API has `told` of a business: it and its owners are known at each of its senders.
    pub(crate) fn business(&self, world: &World, told: &Value) {
        let Some(id) = told["business_id"].as_str() else { return };
        let addresses =
            told["senders"].as_array().into_iter().flatten().filter_map(|sender| sender["address"].as_str());
        let senders = {
            let mut book = self.lock();
            let business = book.entry(id.to_owned()).or_default();
            business.name = told["name"].as_str().unwrap_or_default().to_owned();
            business.timezone = told["timezone"].as_str().unwrap_or_default().to_owned();
            business.senders.extend(addresses.map(str::to_owned));
            business.senders.clone()
        };
        for owner in told["owners"].as_array().into_iter().flatten() {
            let Some(phone) = owner["phone"].as_str() else { continue };
            let listed = Listed { name: text(&owner["name"]), customer_id: None, owner_id: text(&owner["owner_id"]) };
            senders.iter().for_each(|sender| world.list_person(sender, phone, listed.clone()));
        }
    }

    /// The API has `told` of a customer of a business, whole.
    pub(crate) fn customer(&self, world: &World, business: &str, told: &Value) {
        let Some(id) = told["customer_id"].as_str() else { return };
        for sender in self.senders(business) {
            world.unlist_customer(&sender, id);
            if let Some(phone) = told["phone"].as_str() {
                let listed = Listed { name: text(&told["name"]), customer_id: Some(id.to_owned()), owner_id: None };
                world.list_person(&sender, phone, listed);
            }
        }
    }

    /// A customer, named by id or phone, is erased.
    pub(crate) fn erased(&self, world: &World, business: &str, customer: &str) {
        self.senders(business).iter().for_each(|sender| world.unlist_customer(sender, customer));
    }

    /// The API has `told` of a new key of a business.
    pub(crate) fn key_made(&self, business: &str, told: &Value) {
        if let (Some(key_id), Some(key)) = (text(&told["key_id"]), text(&told["key"])) {
            let label = text(&told["label"]).unwrap_or_default();
            self.lock().entry(business.to_owned()).or_default().keys.push(Key { key_id, label, key });
        }
    }

    /// A key of a business is no more.
    pub(crate) fn key_deleted(&self, business: &str, key_id: &str) {
        if let Some(business) = self.lock().get_mut(business) {
            business.keys.retain(|key| key.key_id != key_id);
        }
    }

    fn senders(&self, business: &str) -> BTreeSet<String> {
        self.lock().get(business).map(|business| business.senders.clone()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Business>> {
        self.businesses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
