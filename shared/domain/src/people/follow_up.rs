//! A customer with a next step on a day.

use crate::{Customer, CustomerId, Locale, Phone, Priority};
use chrono::NaiveDate;
use std::fmt;

/// A customer's next step, with what its text and the owners' report need. `Debug` hides the person.
#[derive(Clone, PartialEq, Eq)]
pub struct FollowUp {
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
    /// The day, a date in the business's zone.
    pub on: NaiveDate,
    /// What is to be done.
    pub action: Option<String>,
    /// What is said to the customer; without it the step is a person's.
    pub said: Option<String>,
    /// Its urgency.
    pub priority: Priority,
}

impl FollowUp {
    /// The next step of a customer; `None` without a date.
    #[must_use]
    pub fn of(customer: &Customer) -> Option<Self> {
        Some(Self {
            customer_id: customer.customer_id,
            name: customer.known_name().map(str::to_owned),
            phone: customer.phone.clone(),
            locale: customer.locale,
            marketing_consent: customer.marketing_consent,
            pet: customer.pets.first().map(|pet| pet.name.clone()),
            on: customer.next_action_date?,
            action: customer.next_action.clone(),
            said: customer.follow_up.clone(),
            priority: customer.priority,
        })
    }
}

impl fmt::Debug for FollowUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowUp").field("customer_id", &self.customer_id).finish_non_exhaustive()
    }
}
