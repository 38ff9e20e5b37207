//! A business's notes on a customer: how far it has come, and the next step. Written by a human, or by the analysis of
//! a conversation.

use crate::Customer;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter};

/// The longest next step, and the longest reason, in characters.
pub const LONGEST_ACTION: usize = 500;
/// The longest text to a customer on the day of the next step, in characters.
pub const LONGEST_FOLLOW_UP: usize = 1_000;
/// The next step of an analysis is at most so many days away.
const FARTHEST: Days = Days::new(90);

/// The progress of a customer towards the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumIter)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum ProfileStatus {
    /// Has asked.
    Lead,
    /// Wants something.
    Interested,
    /// Knows the price.
    Quoted,
    /// Has an appointment.
    Booked,
    /// Has bought.
    Customer,
    /// Has not been heard of.
    Inactive,
    /// Will not come back.
    Lost,
}

/// The urgency of the next action, from 1 (urgent) to 5. The default is 2 (medium).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct Priority(u8);

/// A priority that was refused, with the form that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a whole number from 1 (urgent) to 5")]
pub struct PriorityError;

impl Default for Priority {
    fn default() -> Self {
        Self(2)
    }
}

impl From<Priority> for u8 {
    fn from(priority: Priority) -> Self {
        priority.0
    }
}

impl TryFrom<u8> for Priority {
    type Error = PriorityError;
    fn try_from(number: u8) -> Result<Self, Self::Error> {
        if (1..=5).contains(&number) { Ok(Self(number)) } else { Err(PriorityError) }
    }
}

/// What the analysis of a conversation says of a customer. The model's words: code decides what of them counts.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// How far the customer has come.
    pub profile_status: ProfileStatus,
    /// The next thing to do.
    pub next_action: Option<String>,
    /// When, a date in the business's zone.
    pub next_action_date: Option<NaiveDate>,
    /// What could be said to the customer on that date.
    pub follow_up: Option<String>,
    /// Its urgency.
    pub priority: Priority,
    /// Why.
    pub reason: Option<String>,
}

/// What is known of a customer when a finding is taken up.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// When the customer last wrote, UTC.
    pub wrote_at: Option<DateTime<Utc>>,
    /// The local date at the business.
    pub today: NaiveDate,
    /// Whether there is an appointment ahead.
    pub has_appointment: bool,
    /// Now, UTC.
    pub now: DateTime<Utc>,
}

impl Customer {
    /// Takes up what an analysis says, as far as it may be so; says whether it did. A human's change stands until the
    /// customer writes again.
    pub fn take_up(&mut self, finding: &Finding, known: Known) -> bool {
        if self.crm_changed_at.is_some_and(|changed| known.wrote_at.is_none_or(|wrote| wrote <= changed)) {
            return false;
        }
        // Only the diary says that somebody has an appointment.
        self.profile_status = Some(match finding.profile_status {
            ProfileStatus::Booked if !known.has_appointment => ProfileStatus::Interested,
            status => status,
        });
        let until = known.today.checked_add_days(FARTHEST).unwrap_or(known.today);
        let is_near = |date: &NaiveDate| (known.today..=until).contains(date);
        // Nobody who has an appointment is asked to make one.
        let is_needless = known.has_appointment && finding.follow_up.is_some();
        let action = finding.next_action.as_deref().filter(|_| !is_needless);
        self.next_action = action.and_then(|text| words(text, LONGEST_ACTION));
        let date = finding.next_action_date.filter(is_near).filter(|_| self.next_action.is_some());
        // Today's hour of next steps is mostly over, and the customer has just been answered.
        self.next_action_date = date.map(|date| date.max(known.today.succ_opt().unwrap_or(date)));
        self.follow_up = finding.follow_up.as_deref().and_then(|text| words(text, LONGEST_FOLLOW_UP));
        self.follow_up = self.follow_up.take().filter(|_| self.next_action_date.is_some());
        self.priority = finding.priority;
        self.crm_reason = finding.reason.as_deref().and_then(|text| words(text, LONGEST_ACTION));
        self.updated_at = known.now;
        true
    }
}

/// The text without blanks around it, and no longer than `most` characters; `None` if nothing is left.
fn words(text: &str, most: usize) -> Option<String> {
    let text: String = text.trim().chars().take(most).collect();
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CustomerId, Profile};
    use chrono::TimeDelta;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, day).unwrap()
    }

    fn finding() -> Finding {
        Finding {
            profile_status: ProfileStatus::Quoted,
            next_action: Some(" Ask whether they want an appointment. ".to_owned()),
            next_action_date: Some(day(3)),
            follow_up: Some("Shall we find a time for Rex?".to_owned()),
            priority: Priority(3),
            reason: Some("asked for the price".to_owned()),
        }
    }

    fn known() -> Known {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        Known { wrote_at: Some(DateTime::UNIX_EPOCH), today: day(1), has_appointment: false, now }
    }

    fn ana() -> Customer {
        Customer::new(CustomerId(uuid::Uuid::nil()), None, &Profile::default(), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_finding_is_taken_up_as_far_as_it_may_be_so() {
        let mut customer = ana();
        assert!(customer.take_up(&finding(), known()));
        assert_eq!(customer.next_action.as_deref(), Some("Ask whether they want an appointment."));
        assert_eq!((customer.next_action_date, u8::from(customer.priority)), (Some(day(3)), 3));
        let taken = |finding: Finding, known: Known| {
            let mut customer = ana();
            customer.take_up(&finding, known);
            (customer.profile_status, customer.next_action_date, customer.follow_up.is_some())
        };
        let quoted = Some(ProfileStatus::Quoted);
        let on = |date| Finding { next_action_date: date, ..finding() };
        assert_eq!(taken(on(Some(day(1))), known()), (quoted, Some(day(2)), true));
        let year = Days::new(365);
        for unreal in [day(1).pred_opt(), day(1).checked_add_days(year), None] {
            assert_eq!(taken(on(unreal), known()), (quoted, None, false));
        }
        let booked = Finding { profile_status: ProfileStatus::Booked, ..finding() };
        assert_eq!(taken(booked.clone(), known()).0, Some(ProfileStatus::Interested));
        let with_appointment = Known { has_appointment: true, ..known() };
        assert_eq!(taken(booked, with_appointment), (Some(ProfileStatus::Booked), None, false));
        let by_person = Finding { follow_up: None, ..finding() };
        assert_eq!(taken(by_person, with_appointment), (quoted, Some(day(3)), false));
        let silent = Finding { next_action: Some("  ".to_owned()), ..finding() };
        assert_eq!(taken(silent, known()), (quoted, None, false));
    }

    #[test]
    fn a_humans_change_stands_until_the_customer_writes_again() {
        let mut customer = ana();
        customer.profile_status = Some(ProfileStatus::Lost);
        let at = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        customer.crm_changed_at = Some(at(10));
        assert!(!customer.take_up(&finding(), Known { wrote_at: Some(at(10)), ..known() }));
        assert_eq!(customer.profile_status, Some(ProfileStatus::Lost));
        assert!(customer.take_up(&finding(), Known { wrote_at: Some(at(11)), ..known() }));
        assert_eq!(customer.profile_status, Some(ProfileStatus::Quoted));
    }

    #[test]
    fn a_priority_is_from_1_to_5() {
        let taken: Vec<u8> = (0..=u8::MAX).filter(|number| Priority::try_from(*number).is_ok()).collect();
        assert_eq!((taken, u8::from(Priority::default())), (vec![1, 2, 3, 4, 5], 2));
        assert!(serde_json::from_str::<Priority>("6").is_err());
        assert_eq!(serde_json::to_string(&ProfileStatus::Lead).unwrap(), "\"lead\"");
    }
}
