//! Which customers matter most to a business: the VIPs, and those most worth winning back.

use crate::{Customer, Statistics};

/// The label of customers whom a business treats best.
pub const VIP: &str = "VIP";

/// So many appointments that took place, or so many purchases, make a VIP.
pub const VIP_TIMES: u32 = 20;

impl Customer {
    /// Labelled `VIP` in any case, or at least 20 appointments that took place, or at least 20 purchases.
    #[must_use]
    pub fn is_vip(&self) -> bool {
        let Statistics { purchases, appointments_done, .. } = self.statistics;
        self.labels.iter().any(|label| label.eq_ignore_ascii_case(VIP)) || purchases.max(appointments_done) >= VIP_TIMES
    }

    /// How much the customer is worth winning back: what they have spent, times how often they came or bought, whichever
    /// is more; a labelled VIP counts as one who came twenty times. Only good for comparing customers of one business.
    /// Where nothing was spent, the times alone decide.
    #[must_use]
    pub fn worth(&self) -> u64 {
        let Statistics { purchases, appointments_done, total_spent, .. } = self.statistics;
        let least = if self.is_vip() { VIP_TIMES } else { 0 };
        let times = u64::from(purchases.max(appointments_done).max(least));
        let spent = u64::try_from(total_spent).unwrap_or(0);
        spent.saturating_add(1).saturating_mul(times + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CustomerId, Profile};
    use chrono::DateTime;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn customer(purchases: u32, appointments_done: u32, total_spent: i64, labels: &[&str]) -> Customer {
        let id = CustomerId(Uuid::from_u128(1));
        let mut customer = Customer::new(id, None, &Profile::default(), DateTime::UNIX_EPOCH);
        customer.statistics = Statistics { purchases, appointments_done, total_spent, ..Statistics::default() };
        customer.set_labels(labels.iter().copied());
        customer
    }

    #[test]
    fn a_vip_by_label_or_by_twenty_times() {
        for (vip, it) in [
            (true, customer(0, 0, 0, &["a", "vip"])),
            (true, customer(20, 0, 0, &[])),
            (true, customer(0, 20, 0, &[])),
            (false, customer(19, 19, 1_000_000, &["VIPs"])),
        ] {
            assert_eq!(it.is_vip(), vip);
        }
    }

    #[test]
    fn more_money_and_more_visits_are_worth_more() {
        let order = [
            customer(0, 0, 0, &[]),
            customer(0, 3, 0, &[]),
            customer(0, 0, 0, &["VIP"]),
            customer(1, 0, 9_000, &[]),
            customer(1, 6, 9_000, &[]),
            customer(12, 0, 90_000, &[]),
            customer(12, 0, 90_000, &["VIP"]),
        ];
        assert!(order.is_sorted_by(|a, b| a.worth() < b.worth()));
    }

    proptest! {
        #[test]
        fn never_less_for_more(bought in 0..1_000_u32, came in 0..1_000_u32, spent: i64, more in 0..1_000_u32) {
            let worth = |bought, came, spent| customer(bought, came, spent, &[]).worth();
            let least = worth(bought, came, spent);
            prop_assert!(worth(bought + more, came, spent) >= least);
            prop_assert!(worth(bought, came + more, spent) >= least);
            prop_assert!(worth(bought, came, spent.saturating_add(more.into())) >= least);
        }
    }
}
