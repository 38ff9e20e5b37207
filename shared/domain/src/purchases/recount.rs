//! What a customer's purchases come to, counted anew. Each purchase changes the numbers by itself, so these must be the
//! same; where they are not, something is wrong with the code or somebody has written into the tables.

use crate::{Customer, Favorites, Purchase, Statistics, local_day};
use chrono_tz::Tz;
use iso_currency::Currency;

/// A customer's record and names as all purchases make them.
#[derive(Clone, Debug, PartialEq)]
pub struct Recount {
    /// The record, with the numbers and days that were counted.
    pub customer: Customer,
    /// The names that were counted.
    pub favorites: Favorites,
    /// Whether a number or a name differed.
    pub drifted: bool,
    /// Whether a day of a visit differed. Such a day is one of the zone in which it was recorded, and a refund leaves fewer
    /// days than there are, so it is no sign of a mistake.
    pub days_differ: bool,
}

impl Recount {
    /// Counts all purchases of a customer, those that were given back among them. A local day is one of the zone.
    #[must_use]
    pub fn of(known: &Customer, names: &Favorites, all: &[Purchase], zone: Tz) -> Self {
        let counting = || all.iter().filter(|purchase| purchase.counts());
        let statistics = Statistics {
            purchases: u32::try_from(counting().count()).unwrap_or(u32::MAX),
            total_spent: counting().fold(0, |sum: i64, purchase| sum.saturating_add(purchase.total.minor)),
            last_purchase_at: counting().map(|purchase| purchase.at).max(),
            currency: currency(known.statistics.currency, all),
            appointments_done: known.statistics.appointments_done,
        };
        let favorites = names.recounted(all);
        let mut customer = Customer { statistics, ..known.clone() };
        customer.visits.bought_on(counting().map(|purchase| local_day(purchase.at, zone)));
        Self {
            drifted: customer.statistics != known.statistics || favorites.is_some(),
            days_differ: customer.visits != known.visits,
            favorites: favorites.unwrap_or_else(|| names.clone()),
            customer,
        }
    }
}

/// The currency of the purchase that was recorded last. Of several that were recorded at one time, any.
fn currency(known: Option<Currency>, all: &[Purchase]) -> Option<Currency> {
    let last = all.iter().map(|purchase| purchase.updated_at).max()?;
    let mut of_last = all.iter().filter(|purchase| purchase.updated_at == last).map(|purchase| purchase.total.currency);
    let first = of_last.next();
    if first == known { first } else { of_last.find(|currency| Some(*currency) == known).or(first) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::purchase::Line;
    use crate::{CustomerId, Money, Profile};
    use chrono::{DateTime, TimeDelta};
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    const ZONE: Tz = Tz::America__Sao_Paulo;
    const PRODUCTS: [&str; 4] = ["Ração", "racao", "Banho", "Coleira"];

    fn customer() -> Customer {
        Customer::new(CustomerId(Uuid::from_u128(1)), None, &Profile::default(), DateTime::UNIX_EPOCH)
    }

    fn purchase(invoice: u8, version: u64, hours: i64, total: i64, products: &[usize]) -> Purchase {
        let at = DateTime::UNIX_EPOCH + TimeDelta::hours(hours);
        let line = |nth: &usize| Line {
            product: PRODUCTS[*nth].to_owned(),
            ingredients: vec!["Frango".to_owned()],
            thousandths: 1_000,
            amount: 0,
        };
        Purchase {
            invoice_id: format!("i{invoice}").parse().unwrap(),
            customer_id: customer().customer_id,
            at,
            total: Money::new(total, Currency::BRL),
            lines: products.iter().map(line).collect(),
            version,
            created_at: at,
            updated_at: at,
        }
    }

    /// Records them one after the other, each in the place of the one of the same invoice.
    fn books(given: &[(u8, i64, i64, Vec<usize>)]) -> (Customer, Favorites, Vec<Purchase>) {
        let (mut ana, mut names) = (customer(), Favorites::default());
        let mut kept: BTreeMap<u8, Purchase> = BTreeMap::new();
        for (nth, (invoice, hours, total, products)) in (1..).zip(given) {
            let mut after = purchase(*invoice, nth, *hours, *total, products);
            let now = DateTime::UNIX_EPOCH + TimeDelta::days(100) + TimeDelta::seconds(nth.cast_signed());
            after.updated_at = now;
            let before = kept.insert(*invoice, after.clone());
            after.created_at = before.as_ref().map_or(now, |before| before.created_at);
            kept.insert(*invoice, after.clone());
            let others: Vec<_> =
                kept.values().filter(|it| it.counts() && it.invoice_id != after.invoice_id).map(|it| it.at).collect();
            let others = if Purchase::uncovers_others(before.as_ref(), &after) { &others[..] } else { &[] };
            ana.record_purchase(before.as_ref(), &after, others, ZONE, now);
            names.replace(before.as_ref(), &after);
        }
        (ana, names, kept.into_values().collect())
    }

    proptest! {
        /// However invoices come, are corrected, moved and given back: counted anew they come to the same.
        #[test]
        fn what_was_recorded_one_by_one_has_no_drift(
            given in prop::collection::vec(
                (0..6_u8, 0..400_i64, 0..3_i64, prop::collection::vec(0..4_usize, 0..3)),
                0..40,
            )
        ) {
            let (ana, names, all) = books(&given);
            let counted = Recount::of(&ana, &names, &all, ZONE);
            prop_assert!(!counted.drifted && !counted.days_differ, "{:?} {:?}", ana.statistics, counted.customer.statistics);
            prop_assert_eq!(&counted.customer, &ana);
            prop_assert_eq!(counted.favorites, names);
        }
    }

    #[test]
    fn any_number_name_or_day_that_differs_is_put_right() {
        let given = [(1, 0, 100, vec![0, 2]), (2, 30, 250, vec![1]), (3, 60, 0, vec![])];
        let (ana, names, all) = books(&given);
        let spoil: [fn(&mut Customer, &mut Favorites); 7] = [
            |ana, _| ana.statistics.purchases += 1,
            |ana, _| ana.statistics.total_spent -= 1,
            |ana, _| ana.statistics.last_purchase_at = None,
            |ana, _| ana.statistics.currency = Some(Currency::USD),
            |_, names| *names = Favorites::default(),
            |_, names| names.replace(None, &purchase(9, 1, 0, 1, &[0])),
            |_, names| names.replace(None, &purchase(9, 1, 0, 1, &[3])),
        ];
        for (nth, spoil) in spoil.into_iter().enumerate() {
            let (mut other, mut others) = (ana.clone(), names.clone());
            spoil(&mut other, &mut others);
            let counted = Recount::of(&other, &others, &all, ZONE);
            assert!(counted.drifted && !counted.days_differ, "{nth}");
            assert_eq!((&counted.customer, &counted.favorites), (&ana, &names), "{nth}");
        }
        let mut other = ana.clone();
        other.visits.did_not_buy("1970-01-02".parse().unwrap());
        let counted = Recount::of(&other, &names, &all, ZONE);
        assert!(!counted.drifted && counted.days_differ);
        assert_eq!(counted.customer, ana);
    }
}
