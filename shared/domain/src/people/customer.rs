//! A person at one business, as its record says.

use crate::chat::Settled;
use crate::fold::fold;
use crate::name::is_name;
use crate::profile::MAX_PETS;
use crate::{
    ActiveHours, Birthday, CustomerId, Gender, Locale, Phone, Priority, Profile, ProfileField, ProfileStatus,
    Statistics, Visits,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::IntoEnumIterator;

/// A customer's record. All times in UTC; `Debug` hides the person.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// Written once.
    pub customer_id: CustomerId,
    /// Unique per business; absent for a person known only by a business-scoped user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// Unique per business; set once by the webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<String>,
    /// WhatsApp's business-scoped user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bsuid: Option<String>,
    /// As it was given. One that names nobody, as the phone again or `null`, counts as missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// From the webhook; an absent one never overwrites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// At most three.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Address for mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// With or without a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Birthday>,
    /// As the customer says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// As written by the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The language to write in; the business's if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// `None` until somebody said yes or no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketing_consent: Option<bool>,
    /// Pets in the order they were given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pets: Vec<Pet>,
    /// The progress of the customer towards the business.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_status: Option<ProfileStatus>,
    /// The next thing to do for the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_action: Option<String>,
    /// When, a date in the business's zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_action_date: Option<NaiveDate>,
    /// What is said to the customer on that date; without it the next step is a person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<String>,
    /// The urgency of the next action.
    #[serde(default)]
    pub priority: Priority,
    /// Why the analysis of the last conversation says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm_reason: Option<String>,
    /// When a human last changed any of these notes, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm_changed_at: Option<DateTime<Utc>>,
    /// The record was made by a message of the person, and the business has not registered them since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wrote_first: bool,
    /// The record was made by an import, and the business has not registered them since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
    /// The numbers of what the customer bought and how often they came.
    #[serde(default, skip_serializing_if = "Statistics::is_empty")]
    pub statistics: Statistics,
    /// The days on which the customer came or bought.
    #[serde(default, skip_serializing_if = "Visits::is_empty")]
    pub visits: Visits,
    /// The hours in which the customer wrote or bought.
    #[serde(default, skip_serializing_if = "ActiveHours::is_empty")]
    pub active_hours: ActiveHours,
    /// The last message in either direction, as the last conversation that ended had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_activity: Option<DateTime<Utc>>,
    /// The assistant's thread in the last conversation that ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// Tokens of the assistant in all conversations that have ended.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub thread_token_count: u64,
    /// Conversations that have ended under this record.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub conversations: u64,
    /// The record that the person goes on under. This one is being emptied and erased then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_into: Option<CustomerId>,
    /// When the person was last in contact: wrote, came, bought; at first, when it was registered.
    #[serde(default)]
    pub last_contact_at: DateTime<Utc>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When anything of it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A pet of a customer. `Debug` hides its name.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pet {
    /// As it was given.
    pub name: String,
    /// `dog`, `cat`, … as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub species: Option<String>,
    /// With or without a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Birthday>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Customer {
    /// Takes up what a conversation was. What was learned in it fills empty fields alone.
    pub fn converse(&mut self, settled: &Settled, now: DateTime<Utc>) {
        self.last_activity = self.last_activity.max(Some(settled.last_at));
        self.thread_token_count += settled.tokens;
        self.conversations += 1;
        if settled.thread_id.is_some() {
            self.thread_id.clone_from(&settled.thread_id);
        }
        self.fill_empty(&settled.learned.profile());
        self.take_up_contact(&settled.contact);
        if let Some(at) = settled.wrote_at {
            self.last_contact_at = self.last_contact_at.max(at.min(now));
            self.active_hours.note(at.min(now));
        }
        self.updated_at = now;
    }

    /// The most labels a customer has.
    pub const MAX_LABELS: usize = 3;

    /// A customer registered at `now` with the given profile. Blank texts count as not given.
    #[must_use]
    pub fn new(customer_id: CustomerId, phone: Option<Phone>, given: &Profile, now: DateTime<Utc>) -> Self {
        let mut customer = Self {
            customer_id,
            phone,
            chat_id: None,
            bsuid: None,
            name: None,
            username: None,
            labels: Vec::new(),
            email: None,
            birthday: None,
            gender: None,
            city: None,
            locale: None,
            marketing_consent: None,
            pets: Vec::new(),
            profile_status: None,
            next_action: None,
            next_action_date: None,
            follow_up: None,
            crm_reason: None,
            crm_changed_at: None,
            priority: Priority::default(),
            wrote_first: false,
            imported: false,
            statistics: Statistics::default(),
            visits: Visits::default(),
            active_hours: ActiveHours::default(),
            last_activity: None,
            thread_id: None,
            thread_token_count: 0,
            conversations: 0,
            joined_into: None,
            last_contact_at: now,
            created_at: now,
            updated_at: now,
        };
        customer.fill_empty(given);
        customer
    }

    /// Whether the business has registered them: others hear of that, and ask for what is missing.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        !self.wrote_first && !self.imported
    }

    /// The name to call the customer by; `None` if the name is missing or [names nobody](is_name).
    #[must_use]
    pub fn known_name(&self) -> Option<&str> {
        self.name.as_deref().map(str::trim).filter(|name| is_name(name))
    }

    /// The fields of `wanted` that are not known yet, in that order.
    #[must_use]
    pub fn missing(&self, wanted: &[ProfileField]) -> Vec<ProfileField> {
        let is_missing = |field: &ProfileField| match field {
            ProfileField::Name => self.known_name().is_none(),
            ProfileField::Email => is_blank(self.email.as_deref()),
            ProfileField::Birthday => self.birthday.is_none(),
            ProfileField::Gender => self.gender.is_none(),
            ProfileField::City => is_blank(self.city.as_deref()),
            ProfileField::Consent => self.marketing_consent.is_none(),
        };
        wanted.iter().copied().filter(is_missing).collect()
    }

    /// Fills empty fields from the given ones and leaves the rest: registering again changes nothing twice. Pets are
    /// known by their names, and no more than forty are kept. Says whether anything changed; `updated_at` is the
    /// caller's.
    pub fn fill_empty(&mut self, given: &Profile) -> bool {
        let name = given.name.as_deref().filter(|_| self.known_name().is_none());
        let changed = [
            match text(name) {
                // A name that names nobody is no better than the one there.
                Some(name) if is_blank(self.name.as_deref()) || is_name(&name) => {
                    self.name = Some(name);
                    true
                }
                _ => false,
            },
            fill_text(&mut self.email, given.email.as_deref()),
            fill_text(&mut self.city, given.city.as_deref()),
            fill(&mut self.birthday, given.birthday),
            fill(&mut self.gender, given.gender),
            fill(&mut self.locale, given.locale),
            fill(&mut self.marketing_consent, given.marketing_consent),
            self.fill_pets(&given.pets),
        ];
        changed.contains(&true)
    }

    /// The fields of a profile that are given and not known yet.
    #[must_use]
    pub fn lacking(&self, given: &Profile) -> Vec<ProfileField> {
        let all: Vec<_> = ProfileField::iter().collect();
        let mut filled = self.clone();
        filled.fill_empty(given);
        let still = filled.missing(&all);
        self.missing(&all).into_iter().filter(|field| !still.contains(field)).collect()
    }

    fn fill_pets(&mut self, given: &[Pet]) -> bool {
        let mut changed = false;
        for pet in given.iter().filter(|pet| !is_blank(Some(&pet.name))) {
            let folded = fold(&pet.name);
            if let Some(known) = self.pets.iter_mut().find(|known| fold(&known.name) == folded) {
                changed |= fill_text(&mut known.species, pet.species.as_deref());
                changed |= fill(&mut known.birthday, pet.birthday);
            } else if self.pets.len() < MAX_PETS {
                let species = text(pet.species.as_deref());
                self.pets.push(Pet { name: pet.name.trim().to_owned(), species, birthday: pet.birthday });
                changed = true;
            }
        }
        changed
    }

    /// Takes the first three labels that differ, without blanks around them. Says whether anything changed.
    pub fn set_labels<'a>(&mut self, given: impl IntoIterator<Item = &'a str>) -> bool {
        let mut labels: Vec<String> = Vec::with_capacity(Self::MAX_LABELS);
        for label in given.into_iter().map(str::trim).filter(|label| !label.is_empty()) {
            if labels.len() < Self::MAX_LABELS && labels.iter().all(|known| known != label) {
                labels.push(label.to_owned());
            }
        }
        let changed = self.labels != labels;
        self.labels = labels;
        changed
    }
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

fn text(given: Option<&str>) -> Option<String> {
    given.map(str::trim).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

fn fill_text(known: &mut Option<String>, given: Option<&str>) -> bool {
    let given = text(given).filter(|_| is_blank(known.as_deref()));
    let changed = given.is_some();
    if changed {
        *known = given;
    }
    changed
}

fn fill<T>(known: &mut Option<T>, given: Option<T>) -> bool {
    let changed = known.is_none() && given.is_some();
    if changed {
        *known = given;
    }
    changed
}

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer")
            .field("customer_id", &self.customer_id)
            .field("locale", &self.locale)
            .field("marketing_consent", &self.marketing_consent)
            .field("pets", &self.pets.len())
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Pet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pet(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;
    use uuid::Uuid;

    fn all_fields() -> Vec<ProfileField> {
        ProfileField::iter().collect()
    }

    fn phone() -> Option<Phone> {
        Some(Phone::from_gateway("5511987654321").unwrap())
    }

    fn full() -> Profile {
        serde_json::from_value(serde_json::json!({
            "name": " Ana Souza ", "email": "ana@example.com", "birthday": "--02-29", "gender": "mujer",
            "city": "São Paulo", "locale": "pt", "marketing_consent": false,
            "pets": [{"name": "Rex", "species": "dog"}, {"name": " "}]
        }))
        .unwrap()
    }

    fn customer(given: &Profile) -> Customer {
        Customer::new(CustomerId(Uuid::from_u128(1)), phone(), given, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn registering_again_changes_nothing() {
        let mut customer = customer(&full());
        assert_eq!(customer.known_name(), Some("Ana Souza"));
        assert_eq!((customer.pets.len(), customer.missing(&all_fields())), (1, vec![]));
        let first = customer.clone();
        assert!(!customer.fill_empty(&full()));
        assert!(!customer.fill_empty(&Profile::default()));
        let other = Profile { name: Some("Bia".to_owned()), marketing_consent: Some(true), ..Profile::default() };
        assert!(!customer.fill_empty(&other));
        assert!(customer == first);
    }

    #[test]
    fn each_field_is_missing_until_it_is_given() {
        let nobody = customer(&Profile::default());
        assert_eq!(nobody.missing(&all_fields()), all_fields());
        let wanted = [ProfileField::City, ProfileField::Name];
        assert_eq!(nobody.missing(&wanted), wanted);
        let mut blank = nobody.clone();
        let blanks = Some(" ".to_owned());
        assert!(!blank.fill_empty(&Profile {
            name: blanks.clone(),
            email: blanks.clone(),
            city: blanks,
            ..Profile::default()
        }));
        let mut customer = nobody.clone();
        assert!(customer.fill_empty(&full()));
        assert_eq!(customer.missing(&all_fields()), []);
    }

    #[test]
    fn a_name_that_names_nobody_counts_as_missing() {
        for name in [
            "5511987654321",
            "+55 11 98765-4321",
            "(11) 8765-4321",
            " 551187654321 ",
            "+55 11 98765-4322",
            "007",
            "~",
            "null",
            "ana@example.com",
        ] {
            let mut customer = customer(&Profile { name: Some(name.to_owned()), ..Profile::default() });
            assert_eq!(customer.known_name(), None, "{name}");
            assert_eq!(customer.missing(&all_fields()).first(), Some(&ProfileField::Name));
            assert_eq!(customer.name.as_deref(), Some(name.trim()));
            assert!(!customer.fill_empty(&Profile { name: Some("undefined".to_owned()), ..Profile::default() }));
            assert!(!customer.fill_empty(&Profile { name: Some(name.to_owned()), ..Profile::default() }));
            assert!(customer.fill_empty(&full()));
            assert_eq!(customer.known_name(), Some("Ana Souza"));
        }
        for name in ["Ana", "Ana 5511987654321", "✨ana✨"] {
            let customer = customer(&Profile { name: Some(name.to_owned()), ..Profile::default() });
            assert_eq!(customer.known_name(), Some(name));
        }
    }

    #[test]
    fn pets_are_known_by_name() {
        let mut customer = customer(&full());
        let pets = serde_json::json!([{"name": "réx", "birthday": "2020-05-01", "species": "cat"}, {"name": "Mia"}]);
        assert!(customer.fill_empty(&Profile { pets: serde_json::from_value(pets).unwrap(), ..Profile::default() }));
        let rex = &customer.pets[0];
        assert_eq!(customer.pets.len(), 2);
        assert_eq!((rex.name.as_str(), rex.species.as_deref()), ("Rex", Some("dog")));
        assert_eq!(rex.birthday.map(String::from).as_deref(), Some("2020-05-01"));
    }

    #[test]
    fn three_labels() {
        let mut customer = customer(&full());
        assert!(customer.set_labels([" VIP ", "", "VIP", "a", "b", "c"]));
        assert_eq!(customer.labels, ["VIP", "a", "b"]);
        assert!(!customer.set_labels(["VIP", "a", "b"]));
        assert!(customer.set_labels([]));
    }

    #[test]
    fn debug_names_nobody_and_the_record_reads_back() {
        let customer = customer(&full());
        let debug = format!("{customer:?} {:?} {:?}", customer.pets, full());
        assert!(!["Ana", "ana@", "Rex", "Paulo", "987"].iter().any(|word| debug.contains(word)), "{debug}");
        let json = serde_json::to_value(&customer).unwrap();
        assert!(serde_json::from_value::<Customer>(json).unwrap() == customer);
    }
}
