//! Two records that are one person's: what the one that stays takes over, and what is left of the other.

use crate::{Customer, CustomerId, Profile};
use chrono::{DateTime, Utc};

impl Customer {
    /// Takes over what this record lacks of `other`, the same person's. Identities and the word about marketing are the
    /// caller's to move.
    pub fn take_over(&mut self, other: &Self) {
        self.fill_empty(&Profile {
            name: other.name.clone(),
            email: other.email.clone(),
            birthday: other.birthday,
            gender: other.gender,
            city: other.city.clone(),
            locale: other.locale,
            marketing_consent: None,
            pets: other.pets.clone(),
        });
        self.username = self.username.take().or_else(|| other.username.clone());
        let labels = [self.labels.as_slice(), other.labels.as_slice()].concat();
        self.set_labels(labels.iter().map(String::as_str));
        self.profile_status = self.profile_status.or(other.profile_status);
        if self.next_action.is_none() && self.next_action_date.is_none() {
            self.next_action.clone_from(&other.next_action);
            self.next_action_date = other.next_action_date;
            self.follow_up.clone_from(&other.follow_up);
            self.crm_reason.clone_from(&other.crm_reason);
            self.crm_changed_at = other.crm_changed_at;
            self.priority = other.priority;
        }
        if other.is_registered() {
            (self.wrote_first, self.imported) = (false, false);
        }
        self.last_activity = self.last_activity.max(other.last_activity);
        self.thread_token_count += other.thread_token_count;
        self.last_contact_at = self.last_contact_at.max(other.last_contact_at);
        self.active_hours.take_over(&other.active_hours);
    }

    /// What is left of this record at `now` (UTC) when the person goes on under another: nobody is found by it.
    #[must_use]
    pub fn left_for(&self, other: CustomerId, now: DateTime<Utc>) -> Self {
        Self {
            marketing_consent: self.marketing_consent,
            wrote_first: self.wrote_first,
            imported: self.imported,
            last_contact_at: self.last_contact_at,
            updated_at: now,
            joined_into: Some(other),
            ..Self::new(self.customer_id, None, &Profile::default(), self.created_at)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    fn customer(id: u128, given: serde_json::Value) -> Customer {
        let given: Profile = serde_json::from_value(given).unwrap();
        Customer::new(CustomerId(Uuid::from_u128(id)), None, &given, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn the_record_that_stays_lacks_nothing_of_the_other() {
        let mut stays = customer(1, json!({"name": "Ana", "pets": [{"name": "Rex"}]}));
        stays.set_labels(["VIP"]);
        let mut other = customer(
            2,
            json!({"name": "Bea", "email": "b@example.com", "birthday": "--03-01", "marketing_consent": true,
                "pets": [{"name": "rex", "birthday": "--05-01"}, {"name": "Mia"}]}),
        );
        (other.username, other.wrote_first) = (Some("bea".to_owned()), true);
        other.next_action = Some("call".to_owned());
        other.set_labels(["VIP", "new"]);
        other.last_contact_at = "2026-11-21T14:03:07Z".parse().unwrap();
        stays.take_over(&other);
        assert_eq!((stays.name.as_deref(), stays.email.as_deref()), (Some("Ana"), Some("b@example.com")));
        assert_eq!((stays.username.as_deref(), stays.next_action.as_deref()), (Some("bea"), Some("call")));
        assert_eq!((stays.labels.len(), stays.pets.len()), (2, 2));
        assert!(stays.birthday.is_some() && stays.pets.iter().any(|pet| pet.birthday.is_some()));
        assert_eq!((stays.marketing_consent, stays.wrote_first), (None, false));
        assert_eq!(stays.last_contact_at, other.last_contact_at);

        let left = other.left_for(stays.customer_id, DateTime::UNIX_EPOCH);
        assert_eq!((left.joined_into, left.customer_id), (Some(stays.customer_id), other.customer_id));
        assert!(left.name.is_none() && left.pets.is_empty() && left.username.is_none() && left.wrote_first);
    }
}
