//! A customer as the index knows one.

use chrono::{DateTime, SubsecRound, Utc};
use domain::{Customer, CustomerId, Favorites, Gender, ProfileStatus};
use std::fmt;

/// The largest amount, and the smallest with the other sign: the distance of any two has room for "none" beside it.
const LARGEST: i64 = 1 << 62;

/// A customer, with all that is searched or shown in a list. Times are UTC in whole seconds: fractions are cut off.
/// `Debug` hides the person.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// One row for each customer counts: the newest.
    pub customer_id: CustomerId,
    /// As it was given.
    pub name: Option<String>,
    /// The digits of E.164, read as a number: none begins with 0.
    pub phone: Option<u64>,
    /// As the customer says.
    pub gender: Option<Gender>,
    /// As written by the customer.
    pub city: Option<String>,
    /// When the last purchase that counts was made.
    pub last_purchase_at: Option<DateTime<Utc>>,
    /// How many count.
    pub purchases: u32,
    /// In minor units of the business's currency; at most 2⁶² either way.
    pub total_spent: i64,
    /// The products that stand in the most purchases.
    pub favorite_products: Vec<String>,
    /// The ingredients that stand in the most purchases.
    pub favorite_ingredients: Vec<String>,
    /// As the business gave them.
    pub labels: Vec<String>,
    /// The progress of the customer towards the business.
    pub profile_status: Option<ProfileStatus>,
    /// By [`domain::Customer::is_vip`].
    pub is_vip: bool,
    /// `None` until somebody said yes or no.
    pub marketing_consent: Option<bool>,
    /// The last contact.
    pub last_contact_at: DateTime<Utc>,
    /// When the customer was registered.
    pub created_at: DateTime<Utc>,
}

impl Row {
    /// Of a customer's record and the names of its purchases.
    #[must_use]
    pub fn of(customer: &Customer, names: &Favorites) -> Self {
        let statistics = &customer.statistics;
        Self {
            customer_id: customer.customer_id,
            name: customer.name.clone(),
            phone: customer.phone.as_ref().and_then(|phone| phone.digits().parse().ok()),
            gender: customer.gender,
            city: customer.city.clone(),
            last_purchase_at: statistics.last_purchase_at,
            purchases: statistics.purchases,
            total_spent: statistics.total_spent,
            favorite_products: names.products.favorites(),
            favorite_ingredients: names.ingredients.favorites(),
            labels: customer.labels.clone(),
            profile_status: customer.profile_status,
            is_vip: customer.is_vip(),
            marketing_consent: customer.marketing_consent,
            last_contact_at: customer.last_contact_at,
            created_at: customer.created_at,
        }
    }

    /// The row as it is read back: times in whole seconds, and amounts within their limits.
    #[must_use]
    pub fn stored(mut self) -> Self {
        self.total_spent = self.total_spent.clamp(-LARGEST, LARGEST);
        self.last_purchase_at = self.last_purchase_at.map(|at| at.trunc_subsecs(0));
        self.last_contact_at = self.last_contact_at.trunc_subsecs(0);
        self.created_at = self.created_at.trunc_subsecs(0);
        self
    }

    pub(crate) fn key(&self) -> u128 {
        self.customer_id.0.as_u128()
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("customer_id", &self.customer_id).finish_non_exhaustive()
    }
}

/// A change of the index. Of several for one customer in a commit, the last one counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A customer as they are now, new or known.
    Put(Box<Row>),
    /// The customer was erased: no part of the index has them any more after the commit.
    Remove(CustomerId),
}
