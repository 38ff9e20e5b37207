//! How often a customer has bought what: all names with their counts, of which the strongest are the favorites.

use crate::Purchase;
use crate::fold::fold;
use crate::purchase::Line;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The names of a customer's purchases.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Favorites {
    /// The products.
    pub products: Names,
    /// The ingredients of the products.
    pub ingredients: Names,
}

/// Names, and in how many purchases each of them stands. Names that people read as equal are one, in the first
/// spelling.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Named>", into = "Vec<Named>")]
pub struct Names(BTreeMap<String, Named>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Named {
    name: String,
    times: u32,
}

impl From<Vec<Named>> for Names {
    fn from(names: Vec<Named>) -> Self {
        Self(names.into_iter().map(|named| (key(&named.name), named)).collect())
    }
}

impl From<Names> for Vec<Named> {
    fn from(names: Names) -> Self {
        names.0.into_values().collect()
    }
}

/// A name of signs alone stands for itself.
fn key(name: &str) -> String {
    let folded = fold(name);
    if folded.is_empty() { name.trim().to_lowercase() } else { folded }
}

impl Names {
    /// How many different names are kept at most. Of a customer who has bought more, further ones do not count.
    pub const KEPT: usize = 1_000;
    /// The most of all of them, in bytes: an item has room for 400 KB.
    const MOST_BYTES: usize = 100_000;
    /// Longer than any name, in bytes.
    const LONGEST: usize = 1_000;
    /// How many of them are the favorites.
    pub const FAVORITES: usize = 5;

    /// The strongest, the most frequent first; of equal ones in the order of the alphabet.
    #[must_use]
    pub fn favorites(&self) -> Vec<String> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by_key(|(key, named)| (std::cmp::Reverse(named.times), *key));
        all.into_iter().take(Self::FAVORITES).map(|(_, named)| named.name.clone()).collect()
    }

    /// In how many purchases a name stands.
    #[must_use]
    pub fn times(&self, name: &str) -> u32 {
        self.0.get(&key(name)).map_or(0, |named| named.times)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that were counted, in the spelling that is known here; `None` if they are these, or if there are so many
    /// that some had no room: which of them is a matter of their order.
    fn corrected(&self, mut counted: Self) -> Option<Self> {
        let bytes: usize = counted.0.values().map(|named| named.name.len()).sum();
        let is_full = counted.0.len() >= Self::KEPT || bytes + Self::LONGEST > Self::MOST_BYTES;
        let times = |names: &Self| names.0.iter().map(|(key, named)| (key.clone(), named.times)).collect::<Vec<_>>();
        if is_full || times(self) == times(&counted) {
            return None;
        }
        for (key, named) in &mut counted.0 {
            if let Some(known) = self.0.get(key) {
                named.name.clone_from(&known.name);
            }
        }
        Some(counted)
    }

    fn replace(&mut self, before: &BTreeMap<String, &str>, after: &BTreeMap<String, &str>) {
        for key in before.keys().filter(|key| !after.contains_key(*key)) {
            if let Some(named) = self.0.get_mut(key) {
                named.times = named.times.saturating_sub(1);
                if named.times == 0 {
                    self.0.remove(key);
                }
            }
        }
        let mut bytes: usize = self.0.values().map(|named| named.name.len()).sum();
        for (key, name) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
            let has_room = self.0.len() < Self::KEPT && bytes + name.len() <= Self::MOST_BYTES;
            match self.0.get_mut(key) {
                Some(named) => named.times = named.times.saturating_add(1),
                None if has_room => {
                    bytes += name.len();
                    self.0.insert(key.clone(), Named { name: name.trim().to_owned(), times: 1 });
                }
                None => {}
            }
        }
    }
}

impl Favorites {
    /// Takes the names of a purchase as it was back, and counts those of it as it is.
    pub fn replace(&mut self, before: Option<&Purchase>, after: &Purchase) {
        let products: fn(&Line) -> Vec<&String> = |line| vec![&line.product];
        let ingredients: fn(&Line) -> Vec<&String> = |line| line.ingredients.iter().collect();
        self.products.replace(&names(before, products), &names(Some(after), products));
        self.ingredients.replace(&names(before, ingredients), &names(Some(after), ingredients));
    }

    /// The names of all purchases, if they differ from these. Spellings that are known stay.
    #[must_use]
    pub fn recounted(&self, all: &[Purchase]) -> Option<Self> {
        let mut in_order: Vec<_> = all.iter().collect();
        in_order.sort_by_key(|purchase| purchase.created_at);
        let mut counted = Self::default();
        in_order.into_iter().for_each(|purchase| counted.replace(None, purchase));
        let (products, ingredients) =
            (self.products.corrected(counted.products), self.ingredients.corrected(counted.ingredients));
        (products.is_some() || ingredients.is_some()).then(|| Self {
            products: products.unwrap_or_else(|| self.products.clone()),
            ingredients: ingredients.unwrap_or_else(|| self.ingredients.clone()),
        })
    }
}

/// The names of a purchase, each once.
fn names(purchase: Option<&Purchase>, of: fn(&Line) -> Vec<&String>) -> BTreeMap<String, &str> {
    let lines = purchase.into_iter().flat_map(|purchase| &purchase.lines);
    let mut all = BTreeMap::new();
    for name in lines.flat_map(of).filter(|name| !name.trim().is_empty()) {
        all.entry(key(name)).or_insert(name.as_str());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CustomerId, Money};
    use chrono::DateTime;
    use uuid::Uuid;

    fn purchase(products: impl IntoIterator<Item = String>) -> Purchase {
        let line = |product| Line { product, ingredients: Vec::new(), thousandths: 1_000, amount: 0 };
        Purchase {
            invoice_id: "i".parse().unwrap(),
            customer_id: CustomerId(Uuid::from_u128(1)),
            at: DateTime::UNIX_EPOCH,
            total: Money::new(1, iso_currency::Currency::BRL),
            lines: products.into_iter().map(line).collect(),
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn they_never_outgrow_an_item() {
        let mut favorites = Favorites::default();
        for visit in 0..400 {
            favorites.replace(None, &purchase((0..10).map(|nth| format!("{visit} {nth} {}", "ñ".repeat(190)))));
        }
        assert!(serde_json::to_vec(&favorites).unwrap().len() < 150_000);
        let mut favorites = Favorites::default();
        for visit in 0..400 {
            favorites.replace(None, &purchase((0..10).map(|nth| format!("{visit} {nth}"))));
        }
        assert_eq!(favorites.products.0.len(), Names::KEPT);
    }

    #[test]
    fn a_name_of_signs_alone_counts_too() {
        let mut favorites = Favorites::default();
        favorites.replace(None, &purchase(["🦴".to_owned(), " 🦴 ".to_owned(), "🐟".to_owned()]));
        assert_eq!((favorites.products.times("🦴"), favorites.products.times("🐟")), (1, 1));
    }
}
