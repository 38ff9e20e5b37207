//! A customer's own rhythm: how often they come, and when they are due again.

use crate::{Customer, CustomerId, Locale, Phone};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The last days on which a customer came or bought, in the business's zone, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Visits {
    /// Days of appointments that took place, the earliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    appointments: Vec<NaiveDate>,
    /// Days of purchases, the earliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    purchases: Vec<NaiveDate>,
    /// The service of the last appointment.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_service: Option<String>,
}

/// How often a customer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// The last visit that it is made of.
    pub last_visit: NaiveDate,
    /// The median of the days between visits, at least 1.
    pub every_days: u16,
    /// The number of visits that it is made of.
    pub visits: u32,
}

impl Rhythm {
    /// The day on which the next visit is due.
    #[must_use]
    pub fn due_on(&self) -> NaiveDate {
        self.last_visit.checked_add_days(Days::new(self.every_days.into())).unwrap_or(NaiveDate::MAX)
    }
}

impl Visits {
    /// How many days of each kind are kept.
    pub const KEPT: usize = 10;
    /// A rhythm takes so many visits.
    pub const LEAST: usize = 3;

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// An appointment took place on a day.
    pub fn came(&mut self, day: NaiveDate, service: &str) {
        if self.appointments.last().is_none_or(|last| day >= *last) {
            self.last_service = Some(service.to_owned());
        }
        keep(&mut self.appointments, day);
    }

    /// The appointment of a day did not take place after all, and no other of that day did.
    pub fn did_not_come(&mut self, day: NaiveDate) {
        if self.appointments.last() == Some(&day) {
            self.last_service = None;
        }
        self.appointments.retain(|kept| *kept != day);
    }

    /// Something was bought on a day.
    pub fn bought(&mut self, day: NaiveDate) {
        keep(&mut self.purchases, day);
    }

    /// Nothing was bought on a day after all.
    pub fn did_not_buy(&mut self, day: NaiveDate) {
        self.purchases.retain(|kept| *kept != day);
    }

    /// Something was bought on these days and on no other.
    pub fn bought_on(&mut self, days: impl IntoIterator<Item = NaiveDate>) {
        self.purchases.clear();
        days.into_iter().for_each(|day| keep(&mut self.purchases, day));
    }

    /// The service of the last appointment that took place; `None` if that one did not after all, for the one before it
    /// is not kept.
    #[must_use]
    pub fn last_service(&self) -> Option<&str> {
        self.last_service.as_deref()
    }

    /// The median gap of at least three visits. Visits are days of appointments; of a customer with fewer than three of
    /// these, days of purchases too. Somebody who also comes for food between two baths is due for a bath no sooner.
    #[must_use]
    pub fn rhythm(&self) -> Option<Rhythm> {
        let mut days = self.appointments.clone();
        if days.len() < Self::LEAST {
            days.extend(&self.purchases);
            days.sort_unstable();
            days.dedup();
        }
        let last_visit = *days.last().filter(|_| days.len() >= Self::LEAST)?;
        let mut gaps: Vec<i64> = days.iter().zip(days.iter().skip(1)).map(|(a, b)| (*b - *a).num_days()).collect();
        gaps.sort_unstable();
        let (low, high) = (gaps.get((gaps.len() - 1) / 2)?, gaps.get(gaps.len() / 2)?);
        let every_days = u16::try_from((low + high + 1) / 2).unwrap_or(u16::MAX);
        Some(Rhythm { last_visit, every_days, visits: u32::try_from(days.len()).unwrap_or(u32::MAX) })
    }
}

/// Adds a day in its place; of more than are kept the earliest goes.
fn keep(days: &mut Vec<NaiveDate>, day: NaiveDate) {
    if let Err(place) = days.binary_search(&day) {
        days.insert(place, day);
        if days.len() > Visits::KEPT {
            days.remove(0);
        }
    }
}

/// A regular customer, with the fields that a report needs. `Debug` hides the person.
#[derive(Clone, PartialEq, Eq)]
pub struct DueVisitor {
    /// The customer, by id.
    pub customer_id: CustomerId,
    /// The name that the customer is called by, if it is known.
    pub name: Option<String>,
    /// The customer's phone, if it is known.
    pub phone: Option<Phone>,
    /// The language to write in; the business's if absent.
    pub locale: Option<Locale>,
    /// `None` until the customer said yes or no.
    pub marketing_consent: Option<bool>,
    /// The customer's first pet.
    pub pet: Option<String>,
    /// The last visit of the rhythm, a day in the business's zone.
    pub last_visit: NaiveDate,
    /// The median of the days between visits.
    pub every_days: u16,
    /// The number of visits that the rhythm is made of.
    pub visits: u32,
    /// By [`Customer::is_vip`].
    pub vip: bool,
    /// The service of the last appointment that took place.
    pub last_service: Option<String>,
}

impl DueVisitor {
    /// A customer who has a rhythm.
    #[must_use]
    pub fn of(customer: &Customer) -> Option<Self> {
        let Rhythm { last_visit, every_days, visits } = customer.visits.rhythm()?;
        Some(Self {
            customer_id: customer.customer_id,
            name: customer.known_name().map(str::to_owned),
            phone: customer.phone.clone(),
            locale: customer.locale,
            marketing_consent: customer.marketing_consent,
            pet: customer.pets.first().map(|pet| pet.name.clone()),
            last_visit,
            every_days,
            visits,
            vip: customer.is_vip(),
            last_service: customer.visits.last_service.clone(),
        })
    }
}

impl fmt::Debug for DueVisitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DueVisitor")
            .field("customer_id", &self.customer_id)
            .field("last_visit", &self.last_visit)
            .field("every_days", &self.every_days)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn day(nth: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(nth)
    }

    fn came(days: &[u64]) -> Visits {
        let mut visits = Visits::default();
        days.iter().for_each(|nth| visits.came(day(*nth), "Banho"));
        visits
    }

    #[test]
    fn the_median_of_the_gaps_of_at_least_three_visits() {
        for (days, every) in [
            (&[][..], None),
            (&[0, 14], None),
            (&[0, 14, 28], Some(14)),
            (&[0, 14, 14, 28], Some(14)),
            (&[0, 14, 29], Some(15)),
            (&[0, 14, 28, 128], Some(14)),
            (&[0, 1, 2], Some(1)),
            (&[28, 0, 14], Some(14)),
        ] {
            let rhythm = came(days).rhythm();
            assert_eq!(rhythm.map(|rhythm| rhythm.every_days), every, "{days:?}");
            if let Some(rhythm) = rhythm {
                assert_eq!(rhythm.last_visit, day(*days.iter().max().unwrap()));
                assert_eq!((rhythm.due_on() - rhythm.last_visit).num_days(), i64::from(rhythm.every_days));
            }
        }
    }

    #[test]
    fn purchases_count_where_there_are_few_appointments() {
        let mut visits = came(&[0, 28]);
        visits.bought(day(0));
        assert_eq!(visits.rhythm(), None);
        visits.bought(day(7));
        assert_eq!(visits.rhythm().map(|rhythm| rhythm.every_days), Some(14));
        visits.came(day(56), "Tosa");
        visits.bought(day(60));
        let rhythm = visits.rhythm().unwrap();
        assert_eq!((rhythm.every_days, rhythm.last_visit, rhythm.visits), (28, day(56), 3));
        visits.came(day(1), "Banho");
        assert_eq!(visits.last_service(), Some("Tosa"));
    }

    #[test]
    fn a_service_of_a_visit_that_did_not_take_place_is_forgotten() {
        let mut visits = came(&[0, 14]);
        visits.came(day(28), "Tosa");
        visits.did_not_come(day(14));
        assert_eq!(visits.last_service(), Some("Tosa"));
        visits.did_not_come(day(28));
        assert_eq!(visits.last_service(), None);
        visits.came(day(21), "Banho");
        assert_eq!(visits.last_service(), Some("Banho"));
    }

    proptest! {
        /// In whatever order visits are told, and however often, the rhythm is that of the last ten.
        #[test]
        fn the_order_does_not_matter(mut days in prop::collection::vec(0..400_u64, 0..40)) {
            let told = came(&days);
            days.reverse();
            prop_assert_eq!(came(&days).rhythm(), told.rhythm());
            let last: Vec<u64> = BTreeSet::from_iter(days).into_iter().rev().take(Visits::KEPT).collect();
            prop_assert_eq!(came(&last).rhythm(), told.rhythm());
        }

        /// Somebody who comes every so many days is due so many days after the last visit, and one missed visit changes
        /// nothing of it.
        #[test]
        fn a_regular_customer_is_due_in_their_rhythm(every in 1..60_u64, visits in 5..30_u64, missed in 1..4_u64) {
            let days: Vec<u64> = (0..visits).filter(|nth| *nth != missed).map(|nth| nth * every).collect();
            let rhythm = came(&days).rhythm().unwrap();
            prop_assert_eq!(rhythm.due_on(), day(visits * every));
        }
    }
}
