//! A human's change of a customer's record: absent fields stay, `null` removes.

use api::customers::CustomerChange;
use chrono::{DateTime, Utc};
use domain::crm::{LONGEST_ACTION, LONGEST_FOLLOW_UP};
use domain::{Customer, Profile};
use kit::Problem;
use kit::fields::Fields;

/// Tells all fields that are wrong.
pub(crate) fn check(change: &CustomerChange) -> Result<(), Problem> {
    let profile = Profile {
        name: change.name.clone().flatten(),
        email: change.email.clone().flatten(),
        city: change.city.clone().flatten(),
        pets: change.pets.clone().unwrap_or_default(),
        ..Profile::default()
    };
    let mut fields = Fields::new();
    fields.add(profile.problems());
    let labels = change.labels.as_deref().unwrap_or_default();
    fields.require("labels", labels.len() <= Customer::MAX_LABELS, "expected at most 3 labels");
    let plain = labels.iter().all(|label| !label.trim().is_empty() && label.chars().count() <= 100);
    fields.require("labels", plain, "expected labels of 1 to 100 characters");
    let action = change.next_action.iter().flatten().all(|text| text.chars().count() <= LONGEST_ACTION);
    fields.require("next_action", action, "expected at most 500 characters");
    let said = change.follow_up.iter().flatten().all(|text| text.chars().count() <= LONGEST_FOLLOW_UP);
    fields.require("follow_up", said, "expected at most 1000 characters");
    fields.finish()
}

/// Changes what is given, at `now` (UTC).
pub(crate) fn apply(change: &CustomerChange, customer: &mut Customer, now: DateTime<Utc>) {
    let text = |given: &Option<String>| given.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    if let Some(name) = &change.name {
        customer.name = text(name);
    }
    if let Some(email) = &change.email {
        customer.email = text(email);
    }
    if let Some(birthday) = change.birthday {
        customer.birthday = birthday;
    }
    if let Some(gender) = change.gender {
        customer.gender = gender;
    }
    if let Some(city) = &change.city {
        customer.city = text(city);
    }
    if let Some(locale) = change.locale {
        customer.locale = locale;
    }
    if let Some(consent) = change.marketing_consent {
        customer.marketing_consent = Some(consent);
    }
    if let Some(pets) = &change.pets {
        customer.pets.clone_from(pets);
    }
    if let Some(labels) = &change.labels {
        customer.set_labels(labels.iter().map(String::as_str));
    }
    if let Some(status) = change.profile_status {
        customer.profile_status = status;
    }
    if let Some(action) = &change.next_action {
        customer.next_action = text(action);
    }
    if let Some(date) = change.next_action_date {
        customer.next_action_date = date;
    }
    if let Some(priority) = change.priority {
        customer.priority = priority.unwrap_or_default();
    }
    if let Some(said) = &change.follow_up {
        customer.follow_up = text(said);
    }
    if notes_are_given(change) {
        customer.crm_changed_at = Some(now);
        // The reason was that of the analysis.
        customer.crm_reason = None;
    }
}

/// Whether a human has written any of the notes that the analysis of a conversation writes otherwise.
fn notes_are_given(change: &CustomerChange) -> bool {
    change.profile_status.is_some()
        || change.next_action.is_some()
        || change.next_action_date.is_some()
        || change.follow_up.is_some()
        || change.priority.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use domain::{CustomerId, Priority, ProfileStatus};
    use serde_json::{Value, json};

    fn changed(change: Value) -> Option<Customer> {
        let given = json!({"name": "Ana", "marketing_consent": true, "pets": [{"name": "Rex"}]});
        let given: Profile = serde_json::from_value(given).ok()?;
        let id = CustomerId("01a20000-0000-7000-8000-000000000001".parse().ok()?);
        let mut customer = Customer::new(id, None, &given, chrono::DateTime::UNIX_EPOCH);
        customer.set_labels(["VIP"]);
        apply(&serde_json::from_value(change).ok()?, &mut customer, DateTime::UNIX_EPOCH);
        Some(customer)
    }

    #[test]
    fn an_absent_field_stays_and_null_removes() {
        let same = changed(json!({})).unwrap();
        assert_eq!((same.name.as_deref(), same.labels.len(), same.pets.len()), (Some("Ana"), 1, 1));
        let bare = changed(json!({"name": null, "labels": null, "pets": null})).unwrap();
        assert_eq!((bare.name, bare.labels.len(), bare.pets.len()), (None, 0, 0));
        assert_eq!(bare.marketing_consent, Some(true));
    }

    #[test]
    fn a_human_notes_what_comes_next() {
        let note = json!({"profile_status": "quoted", "next_action": " call ", "next_action_date": "2026-12-01",
                          "priority": 1});
        let noted = changed(note).unwrap();
        assert_eq!((noted.profile_status, noted.next_action.as_deref()), (Some(ProfileStatus::Quoted), Some("call")));
        assert_eq!((noted.next_action_date, u8::from(noted.priority)), (NaiveDate::from_ymd_opt(2026, 12, 1), 1));
        assert_eq!(noted.crm_changed_at, Some(DateTime::UNIX_EPOCH));
        assert_eq!(changed(json!({"city": "Bogotá"})).unwrap().crm_changed_at, None);
        assert_eq!(changed(json!({"priority": null})).unwrap().priority, Priority::default());
        for refused in
            [json!({"priority": 6}), json!({"profile_status": "vip"}), json!({"next_action_date": "2026-02-31"})]
        {
            assert!(changed(refused).is_none());
        }
    }

    #[test]
    fn consent_is_yes_or_no() {
        assert_eq!(changed(json!({"marketing_consent": false})).unwrap().marketing_consent, Some(false));
        assert!(changed(json!({"marketing_consent": null})).is_none());
    }
}
