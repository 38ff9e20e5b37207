//! A person at one business, as its record says.

use crate::{Birthday, CustomerId, Locale, Phone};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// A customer's record. All times in UTC.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// Written once.
    pub customer_id: CustomerId,
    /// Unique per business; absent for a person known only by a business-scoped user id.
    pub phone: Option<Phone>,
    /// Unique per business; set once by the webhook.
    pub chat_id: Option<String>,
    /// WhatsApp's business-scoped user id.
    pub bsuid: Option<String>,
    /// A name equal to the phone counts as missing.
    pub name: Option<String>,
    /// From the webhook; an absent one never overwrites.
    pub username: Option<String>,
    /// At most three.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Address for mail.
    pub email: Option<String>,
    /// With or without a year.
    pub birthday: Option<Birthday>,
    /// As the customer says.
    pub gender: Option<Gender>,
    /// As written by the customer.
    pub city: Option<String>,
    /// The language to write in; the business's if absent.
    pub locale: Option<Locale>,
    /// `None` until somebody said yes or no.
    pub marketing_consent: Option<bool>,
    /// Pets in the order they were given.
    #[serde(default)]
    pub pets: Vec<Pet>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When anything of it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A pet of a customer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Pet {
    /// Its name.
    pub name: String,
    /// `dog`, `cat`, … as written.
    pub species: Option<String>,
    /// With or without a year.
    pub birthday: Option<Birthday>,
}

/// As the customer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumIter)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Gender {
    /// Also `mujer`, `feminino`, `femenino`.
    Female,
    /// Also `hombre`, `masculino`.
    Male,
    /// Also `otro`, `outro`.
    Other,
}

/// A field of the profile that a business may want.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ProfileField {
    /// What to call the customer.
    Name,
    /// Address for mail.
    Email,
    /// Day and month at least.
    Birthday,
    /// As the customer says.
    Gender,
    /// Where the customer lives.
    City,
    /// Whether marketing is welcome.
    Consent,
}
