//! Asks a customer for profile fields that the business wants and lacks, two at a time: after the business has
//! registered them, or later in a conversation. The answers are read in `answers`.

mod answers;

pub use answers::{Answers, Said};

use crate::engine::{Automation, JobError, Spec, Start, Triggered};
use chrono::{DateTime, Utc};
use domain::texts::missing_fields::MissingFields;
use domain::{
    AutomationName, Business, Customer, CustomerId, Draft, Message, MessageId, MessageType, ProfileField, QuietHours,
    Reason, Recipient, TextError,
};
use kit::App;
use queues::events::{CustomerRegistered, Happening};

/// The most fields of one question: people answer one or two things in a message, and not five.
const AT_A_TIME: usize = 2;

/// The metadata of a question: the fields that it asks for, with commas between them.
const ASKED: &str = "asked";

/// Asks for profile fields.
pub struct RequestMissingFields;

impl RequestMissingFields {
    /// The one question to a customer.
    #[must_use]
    pub fn message_id(customer: CustomerId) -> MessageId {
        MessageId::of(format!("missing-fields/{customer}"))
    }

    /// Whether a message asks for fields.
    pub(crate) fn asks(message: &Message) -> bool {
        !asked(message).is_empty()
    }

    /// The question to a customer for the first fields that are missing, from `at` on but not in the quiet hours; `None`
    /// if nothing is missing.
    ///
    /// # Errors
    /// The text cannot be written.
    pub fn question(business: &Business, customer: &Customer, at: DateTime<Utc>) -> Result<Option<Draft>, TextError> {
        let missing = customer.missing(&business.wanted_fields);
        let asked: Vec<_> = missing.into_iter().take(AT_A_TIME).collect();
        if asked.is_empty() {
            return Ok(None);
        }
        let text = MissingFields::new(customer.known_name(), &business.name, &asked);
        let (id, to) = (Self::message_id(customer.customer_id), Recipient::Customer(customer.customer_id));
        let draft = Draft::new(id, to, &text, business.voice(customer.locale))?.noting(ASKED, written(&asked));
        Ok(Some(draft.later(QuietHours::from(&business.settings).ends_after(at, business.timezone).unwrap_or(at))))
    }
}

impl Automation for RequestMissingFields {
    const SPEC: Spec = Spec {
        name: AutomationName::RequestMissingFields,
        start: Start::OnEvent(CustomerRegistered::DETAIL_TYPE),
        text: MessageType::MissingFields,
        topic: None,
        still_holds: is_open,
    };
}

impl Triggered for RequestMissingFields {
    type Event = CustomerRegistered;

    async fn messages(
        app: &App,
        business: &Business,
        customer: &Customer,
        _: &CustomerRegistered,
    ) -> Result<Vec<Draft>, JobError> {
        Ok(Vec::from_iter(Self::question(business, customer, app.now())?))
    }
}

/// Whether any of the fields that a question asks for is still missing.
fn is_open(question: &Message, customer: &Customer) -> Result<(), Reason> {
    let asked = asked(question);
    let answered = !asked.is_empty() && customer.missing(&asked).is_empty();
    if answered { Err(Reason::Answered) } else { Ok(()) }
}

/// The fields that a question asks for; none of a message that asks nothing.
fn asked(question: &Message) -> Vec<ProfileField> {
    let fields = question.metadata.get(ASKED).map_or("", String::as_str);
    fields.split(',').filter_map(|field| field.parse().ok()).collect()
}

fn written(fields: &[ProfileField]) -> String {
    fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{business, customer};
    use chrono::TimeDelta;
    use domain::Profile;

    fn question(wanted: &[ProfileField], given: &Profile, at: &str) -> Option<Message> {
        let business = Business { wanted_fields: wanted.to_vec(), ..business() };
        let at = at.parse().unwrap();
        let draft = RequestMissingFields::question(&business, &customer(given), at).unwrap()?;
        Some(Message::of(business.business_id, draft, at, TimeDelta::minutes(15)))
    }

    #[test]
    fn two_fields_are_asked_for_at_a_time_and_not_in_the_night() {
        use ProfileField::{Birthday, City, Email, Name};
        let given = Profile { email: Some("ana@example.com".to_owned()), ..Profile::default() };
        let asked_at = question(&[Name, Email, Birthday, City], &given, "2026-03-10T15:00:00Z").unwrap();
        assert_eq!((asked(&asked_at), asked_at.scheduled_for), (vec![Name, Birthday], asked_at.created_at));
        assert_eq!(question(&[Email], &given, "2026-03-10T15:00:00Z"), None);
        let at_night = question(&[City], &given, "2026-03-11T02:00:00Z").unwrap();
        assert_eq!(at_night.scheduled_for, "2026-03-11T11:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }

    #[test]
    fn a_question_is_open_while_one_of_its_fields_is_missing() {
        use ProfileField::{City, Email};
        let question = question(&[Email, City], &Profile::default(), "2026-03-10T15:00:00Z").unwrap();
        let email = Profile { email: Some("ana@example.com".to_owned()), ..Profile::default() };
        let both = Profile { city: Some("Lima".to_owned()), ..email.clone() };
        assert_eq!(is_open(&question, &customer(&email)), Ok(()));
        assert_eq!(is_open(&question, &customer(&both)), Err(Reason::Answered));
    }
}
