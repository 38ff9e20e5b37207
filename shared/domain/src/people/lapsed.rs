//! A customer who may have been away for long.

use crate::{Customer, CustomerId, Locale, Phone};
use chrono::{DateTime, Utc};
use std::fmt;

/// A customer, with the fields that a win-back text and the owner report need. `Debug` hides the person.
#[derive(Clone, PartialEq, Eq)]
pub struct Lapsed {
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
    /// By [`Customer::is_vip`].
    pub vip: bool,
    /// By [`Customer::worth`].
    pub worth: u64,
    /// The customer's first pet.
    pub pet: Option<String>,
    /// When it was last in contact.
    pub last_contact_at: DateTime<Utc>,
}

impl From<&Customer> for Lapsed {
    fn from(customer: &Customer) -> Self {
        Self {
            customer_id: customer.customer_id,
            name: customer.known_name().map(str::to_owned),
            phone: customer.phone.clone(),
            locale: customer.locale,
            marketing_consent: customer.marketing_consent,
            vip: customer.is_vip(),
            worth: customer.worth(),
            pet: customer.pets.first().map(|pet| pet.name.clone()),
            last_contact_at: customer.last_contact_at,
        }
    }
}

impl fmt::Debug for Lapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lapsed").field("customer_id", &self.customer_id).finish_non_exhaustive()
    }
}
