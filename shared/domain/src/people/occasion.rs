//! The birthdays of a customer and their pets, each with the fields that a greeting needs.

use crate::fold::fold;
use crate::{Birthday, Customer, CustomerId, Locale, Phone};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;

/// A birthday at a customer's. `Debug` hides the person.
#[derive(Clone, PartialEq, Eq)]
pub struct Occasion {
    /// The customer who is greeted.
    pub customer_id: CustomerId,
    /// The customer or pet whose birthday it is.
    pub celebrant: Celebrant,
    /// `MM-DD`, as born.
    pub month_day: String,
    /// The name that the customer is called by, if it is known.
    pub name: Option<String>,
    /// The customer's phone, if it is known.
    pub phone: Option<Phone>,
    /// The language to write in; the business's if absent.
    pub locale: Option<Locale>,
    /// `None` until the customer said yes or no.
    pub marketing_consent: Option<bool>,
}

/// The customer or pet whose birthday it is. `Debug` hides the name.
#[derive(Clone, PartialEq, Eq)]
pub enum Celebrant {
    /// The customer's own birthday.
    Customer,
    /// The birthday of a pet.
    Pet {
        /// The id of the pet at its customer: made of its name, and does not show it.
        key: String,
        /// As it was given.
        name: String,
    },
}

impl Celebrant {
    /// `self`, or the pet's key.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Customer => "self",
            Self::Pet { key, .. } => key,
        }
    }

    /// The pet's name, if it is a pet.
    #[must_use]
    pub fn pet(&self) -> Option<&str> {
        match self {
            Self::Customer => None,
            Self::Pet { name, .. } => Some(name),
        }
    }
}

impl Occasion {
    /// All of a customer's, each once: two pets of the same name are one.
    #[must_use]
    pub fn all(customer: &Customer) -> Vec<Self> {
        let own = customer.birthday.map(|day| (Celebrant::Customer, day));
        let pets = customer.pets.iter().filter_map(|pet| {
            let key = hex::encode(&Sha256::digest(fold(&pet.name))[..8]);
            Some((Celebrant::Pet { key, name: pet.name.clone() }, pet.birthday?))
        });
        let mut all = BTreeMap::new();
        for (celebrant, day) in own.into_iter().chain(pets) {
            all.entry(celebrant.key().to_owned()).or_insert_with(|| Self::of(customer, celebrant, day));
        }
        all.into_values().collect()
    }

    /// Those that are kept on a local date.
    #[must_use]
    pub fn on(customer: &Customer, date: NaiveDate) -> Vec<Self> {
        let days = Birthday::month_days_kept_on(date);
        Self::all(customer).into_iter().filter(|it| days.contains(&it.month_day)).collect()
    }

    fn of(customer: &Customer, celebrant: Celebrant, day: Birthday) -> Self {
        Self {
            customer_id: customer.customer_id,
            celebrant,
            month_day: day.month_day(),
            name: customer.known_name().map(str::to_owned),
            phone: customer.phone.clone(),
            locale: customer.locale,
            marketing_consent: customer.marketing_consent,
        }
    }
}

impl fmt::Debug for Occasion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Occasion").field("customer_id", &self.customer_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Celebrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Celebrant({})", self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Pet, Profile};
    use chrono::DateTime;
    use uuid::Uuid;

    #[test]
    fn the_customers_own_and_each_pets() {
        let pet = |name: &str, birthday: Option<&str>| Pet {
            name: name.to_owned(),
            species: None,
            birthday: birthday.map(|day| day.parse().unwrap()),
        };
        let given = Profile {
            name: Some("Ana".to_owned()),
            birthday: Some("1990-02-28".parse().unwrap()),
            ..Profile::default()
        };
        let mut customer = Customer::new(CustomerId(Uuid::from_u128(1)), None, &given, DateTime::UNIX_EPOCH);
        customer.pets = vec![
            pet("Rex", Some("--02-29")),
            pet("réx", Some("--05-01")),
            pet("Mia", Some("2020-02-29")),
            pet("Tom", None),
        ];
        let on = |date: &str| -> Vec<Option<String>> {
            let found = Occasion::on(&customer, date.parse().unwrap());
            found.iter().map(|it| it.celebrant.pet().map(str::to_owned)).collect()
        };
        let (rex, mia) = (Some("Rex".to_owned()), Some("Mia".to_owned()));
        assert_eq!(Occasion::all(&customer).len(), 3);
        let common = on("2027-02-28");
        assert!(common.len() == 3 && [None, rex.clone(), mia.clone()].iter().all(|it| common.contains(it)));
        assert_eq!(on("2028-02-28"), [None]);
        let leap = on("2028-02-29");
        assert!(leap.len() == 2 && leap.contains(&rex) && leap.contains(&mia));
        assert_eq!(on("2027-05-01"), []);
        let debug = format!("{:?}", Occasion::all(&customer));
        assert!(!debug.contains("Ana") && !debug.contains("Rex"), "{debug}");
    }
}
