//! What a customer has bought, and how often they came: the numbers of it.

use crate::{Appointment, AppointmentStatus, Customer, Money, Purchase, local_day};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use iso_currency::Currency;
use serde::{Deserialize, Serialize};

/// The numbers of a customer's purchases and appointments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Statistics {
    /// How many [count](Purchase::counts).
    pub purchases: u32,
    /// In minor units of `currency`.
    pub total_spent: i64,
    /// The currency of the purchase that was recorded last. Nothing is converted if a business changes its currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// When the last purchase that counts was made, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_purchase_at: Option<DateTime<Utc>>,
    /// Appointments that took place.
    pub appointments_done: u32,
}

impl Statistics {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What was spent, if anything was bought.
    #[must_use]
    pub fn spent(&self) -> Option<Money> {
        self.currency.map(|currency| Money::new(self.total_spent, currency))
    }

    /// What was spent divided by the number of purchases, rounded half up to a minor unit.
    #[must_use]
    pub fn average_ticket(&self) -> Option<Money> {
        let (purchases, spent) = (i64::from(self.purchases), self.spent()?);
        (purchases > 0).then(|| Money { minor: spent.minor.saturating_add(purchases / 2) / purchases, ..spent })
    }
}

impl Purchase {
    /// Whether the statistics can only follow the change if the customer's other purchases are known: this one may have
    /// been the last, or the only one of its day.
    #[must_use]
    pub fn uncovers_others(before: Option<&Self>, after: &Self) -> bool {
        before.is_some_and(|before| before.counts() && (!after.counts() || after.at != before.at))
    }
}

impl Customer {
    /// Records a purchase: `before` as its last version was, and `others` with the times (UTC) of the customer's newest
    /// other purchases that count, if the change [uncovers](Purchase::uncovers_others) them. A purchase is a contact at
    /// its time, and never one to come; a contact is not taken back.
    pub fn record_purchase(
        &mut self,
        before: Option<&Purchase>,
        after: &Purchase,
        others: &[DateTime<Utc>],
        zone: Tz,
        now: DateTime<Utc>,
    ) {
        let day = |at: &DateTime<Utc>| local_day(*at, zone);
        let statistics = &mut self.statistics;
        if let Some(before) = before.filter(|before| before.counts()) {
            statistics.purchases = statistics.purchases.saturating_sub(1);
            statistics.total_spent = statistics.total_spent.saturating_sub(before.total.minor);
            if Purchase::uncovers_others(Some(before), after) {
                if statistics.last_purchase_at == Some(before.at) {
                    statistics.last_purchase_at = others.iter().max().copied();
                }
                self.visits.did_not_buy(day(&before.at));
                others.iter().map(day).for_each(|day| self.visits.bought(day));
            }
        }
        statistics.currency = Some(after.total.currency);
        if after.counts() {
            statistics.purchases = statistics.purchases.saturating_add(1);
            statistics.total_spent = statistics.total_spent.saturating_add(after.total.minor);
            statistics.last_purchase_at = statistics.last_purchase_at.max(Some(after.at));
            self.visits.bought(day(&after.at));
            self.last_contact_at = self.last_contact_at.max(after.at.min(now));
            self.active_hours.note(after.at.min(now));
        }
    }

    /// Records that an appointment took place, or that it did not after all: `before` as it was, if it is not new. It is
    /// a visit of the local day of its start, and a contact at its end, and never one to come. `is_only` says that no
    /// other appointment of the day of `before` took place.
    pub fn record_appointment(&mut self, before: Option<&Appointment>, after: &Appointment, is_only: bool, zone: Tz) {
        let day = |appointment: &Appointment| local_day(appointment.start, zone);
        if let Some(before) = before.filter(|before| before.status == AppointmentStatus::Done) {
            self.statistics.appointments_done = self.statistics.appointments_done.saturating_sub(1);
            if is_only {
                self.visits.did_not_come(day(before));
            }
        }
        if after.status == AppointmentStatus::Done {
            self.statistics.appointments_done = self.statistics.appointments_done.saturating_add(1);
            self.visits.came(day(after), &after.service);
            self.last_contact_at = self.last_contact_at.max(after.end().min(after.updated_at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::purchase::Line;
    use crate::{CustomerId, Favorites, Profile};
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};
    use uuid::Uuid;

    const ZONE: Tz = Tz::America__Sao_Paulo;
    const PRODUCTS: [&str; 4] = ["Ração", "racao", "Banho", "Coleira"];

    fn now() -> DateTime<Utc> {
        "2026-11-29T12:00:00Z".parse().unwrap()
    }

    fn customer() -> Customer {
        Customer::new(CustomerId(Uuid::from_u128(1)), None, &Profile::default(), DateTime::UNIX_EPOCH)
    }

    fn purchase(invoice: u8, hours_ago: i64, total: i64, products: &[usize]) -> Purchase {
        let line = |nth: &usize| Line {
            product: PRODUCTS[*nth].to_owned(),
            ingredients: vec!["Frango".to_owned()],
            thousandths: 1_000,
            amount: 0,
        };
        let at = now() - chrono::TimeDelta::hours(hours_ago);
        Purchase {
            invoice_id: format!("i{invoice}").parse().unwrap(),
            customer_id: customer().customer_id,
            at,
            total: Money::new(total, Currency::BRL),
            lines: products.iter().map(line).collect(),
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }

    /// A customer whose invoices are recorded one after the other, each in the place of the one of the same name.
    #[derive(Default)]
    struct Books(BTreeMap<String, Purchase>);

    impl Books {
        fn record(&mut self, customer: &mut Customer, favorites: &mut Favorites, given: &Purchase) {
            let before = self.0.insert(given.invoice_id.to_string(), given.clone());
            let counting = self.0.values().filter(|it| it.counts() && it.invoice_id != given.invoice_id);
            let others: Vec<_> = counting.map(|it| it.at).collect();
            let others = if Purchase::uncovers_others(before.as_ref(), given) { &others[..] } else { &[] };
            customer.record_purchase(before.as_ref(), given, others, ZONE, now());
            favorites.replace(before.as_ref(), given);
        }

        fn counting(&self) -> impl Iterator<Item = &Purchase> {
            self.0.values().filter(|it| it.counts())
        }
    }

    #[test]
    fn a_refund_takes_back_what_it_replaces() {
        let (mut ana, mut names, mut books) = (customer(), Favorites::default(), Books::default());
        books.record(&mut ana, &mut names, &purchase(1, 100, 10_000, &[0, 2]));
        books.record(&mut ana, &mut names, &purchase(2, 50, 5_001, &[1]));
        assert_eq!((ana.statistics.purchases, ana.statistics.total_spent), (2, 15_001));
        assert_eq!(ana.statistics.average_ticket().map(|money| money.minor), Some(7_501));
        assert_eq!(names.products.favorites(), ["Ração", "Banho"]);
        assert_eq!(names.products.times("RACAO"), 2);
        let contact = ana.last_contact_at;
        books.record(&mut ana, &mut names, &purchase(2, 50, 0, &[]));
        assert_eq!((ana.statistics.purchases, ana.statistics.total_spent), (1, 10_000));
        assert_eq!(ana.statistics.last_purchase_at, Some(now() - chrono::TimeDelta::hours(100)));
        assert_eq!(names.products.favorites(), ["Banho", "Ração"]);
        assert_eq!(ana.last_contact_at, contact);
        books.record(&mut ana, &mut names, &purchase(1, 100, 0, &[]));
        assert_eq!((ana.statistics.purchases, ana.statistics.last_purchase_at), (0, None));
        assert!(ana.statistics.average_ticket().is_none() && names.products.is_empty() && names.ingredients.is_empty());
    }

    #[test]
    fn a_purchase_is_no_contact_to_come() {
        let mut ana = customer();
        ana.record_purchase(None, &purchase(1, -1, 100, &[]), &[], ZONE, now());
        assert_eq!(ana.last_contact_at, now());
        ana.record_purchase(None, &purchase(2, 90, 100, &[]), &[], ZONE, now());
        assert_eq!(ana.last_contact_at, now());
    }

    proptest! {
        /// However invoices come, are corrected, moved and given back: the numbers are those of what is left.
        #[test]
        fn the_numbers_are_those_of_what_is_left(
            given in prop::collection::vec(
                (0..6_u8, 0..200_i64, 0..3_i64, prop::collection::vec(0..4_usize, 0..3)),
                1..40,
            )
        ) {
            let (mut ana, mut names, mut books) = (customer(), Favorites::default(), Books::default());
            for (invoice, hours_ago, total, products) in given {
                books.record(&mut ana, &mut names, &purchase(invoice, hours_ago, total * 1_000, &products));
                let left: Vec<_> = books.counting().collect();
                let Statistics { purchases, total_spent, last_purchase_at, .. } = ana.statistics;
                prop_assert_eq!(usize::try_from(purchases).unwrap(), left.len());
                prop_assert_eq!(total_spent, left.iter().map(|it| it.total.minor).sum::<i64>());
                prop_assert_eq!(last_purchase_at, left.iter().map(|it| it.at).max());
                for product in ["Ração", "Banho", "Coleira"] {
                    let is_of = |line: &Line| crate::fold::fold(&line.product) == crate::fold::fold(product);
                    let times = left.iter().filter(|it| it.lines.iter().any(is_of)).count();
                    prop_assert_eq!(usize::try_from(names.products.times(product)).unwrap(), times);
                }
                let mut days = crate::Visits::default();
                let all: BTreeSet<_> = left.iter().map(|it| local_day(it.at, ZONE)).collect();
                all.into_iter().for_each(|day| days.bought(day));
                prop_assert_eq!(ana.visits.rhythm(), days.rhythm());
            }
        }
    }
}
