//! Birthdays of customers and pets: greets them on the day, or proposes it to the owners, who get the day's list.

use crate::engine::{Addressee, Automation, Hours, Question, Running, Scheduled, Spec, Start, Told};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use domain::texts::birthday::Birthday;
use domain::texts::birthdays_report::BirthdaysReport;
use domain::texts::nothing_new::{About, NothingNew};
use domain::texts::{Ask, CustomerName, Line, Percent, PetName, Topic};
use domain::{
    Action, AutomationName, Customer, Listed, Message, MessageId, MessageType, Misfire, Occasion, Owner, Reason,
    Recipient, Settings, Text,
};
use store::{Store, StoreError};

/// The most people of the day's list.
const LISTED: usize = 30;

/// Greets customers on their own and their pets' birthdays.
pub struct Birthdays;

impl Automation for Birthdays {
    const SPEC: Spec = Spec {
        name: AutomationName::Birthdays,
        start: Start::AtHours(Hours {
            cron: "0 9 * * *",
            // At nine the day has eleven hours left in which a greeting may be sent.
            misfire: Misfire::Within(TimeDelta::hours(10)),
            action: Action::Auto,
            only_on_its_day: true,
            also_on: None,
        }),
        text: MessageType::Birthday,
        topic: Some(Topic::Birthdays),
        still_holds: is_kept,
    };
}

impl Scheduled for Birthdays {
    type Match = Occasion;

    async fn by_index(
        running: &Running,
        store: &Store,
        limit: Option<i32>,
        cursor: Option<&str>,
    ) -> Result<(Vec<Occasion>, Option<String>), StoreError> {
        store.birthdays_on(running.business.business_id, running.date, limit, cursor).await
    }

    fn of_customer(running: &Running, customer: &Customer) -> Vec<Occasion> {
        Occasion::on(customer, running.date)
    }

    fn person(found: &Occasion) -> Addressee {
        let Occasion { customer_id, locale, marketing_consent, .. } = *found;
        Addressee { customer_id, locale, marketing_consent }
    }

    /// One greeting of one birthday in one year.
    fn message_id(running: &Running, found: &Occasion) -> MessageId {
        message_id(found, running.date.year())
    }

    fn text<'a>(running: &'a Running, found: &'a Occasion) -> Box<dyn Text + 'a> {
        Box::new(Birthday {
            name: CustomerName(found.name.as_deref()),
            business: Line(&running.business.name),
            pet: PetName(found.celebrant.pet()),
            offer: Percent(Self::offer(running)),
        })
    }

    fn list(found: &Occasion, listed: &mut Vec<Listed>) {
        if listed.len() < LISTED {
            listed.push(Listed {
                customer_id: found.customer_id,
                name: found.name.clone(),
                phone: found.phone.clone(),
                pet: found.celebrant.pet().map(str::to_owned),
                step: None,
                rank: Default::default(),
            });
        }
    }

    fn offer_set(settings: &Settings) -> u8 {
        settings.birthday_offer
    }

    /// A greeting may go on its day alone.
    fn goes_until(running: &Running) -> Option<DateTime<Utc>> {
        Some(running.start_of(running.day(1)))
    }

    fn report<'a>(running: &'a Running, owner: &'a Owner, told: Told<'a>) -> Box<dyn Text + 'a> {
        let Told { people, found, writable, question } = told;
        let greeted = running.action == Action::Auto;
        let Running { business, .. } = running;
        let report = BirthdaysReport::new(&owner.name, &business.name, people, found, Self::offer(running), greeted);
        Box::new(match question {
            Question::Open(number) => report.asking(Ask { number, writable }),
            Question::Answered => report.answered(),
            Question::Nobody => report,
        })
    }

    fn nothing<'a>(running: &'a Running, owner: &'a Owner) -> Box<dyn Text + 'a> {
        Box::new(NothingNew::new(&owner.name, &running.business.name, About::Birthdays))
    }
}

fn message_id(occasion: &Occasion, year: i32) -> MessageId {
    let Occasion { customer_id, celebrant, month_day, .. } = occasion;
    let recipient = Recipient::Customer(*customer_id);
    MessageId::of(format!("birthday/{recipient}/{}/{month_day}/{year}", celebrant.key()))
}

/// Whether the birthday that a greeting is for still is the customer's.
fn is_kept(greeting: &Message, customer: &Customer) -> Result<(), Reason> {
    let mut parts = greeting.message_id.as_str().rsplit('/').skip(1);
    let (month_day, celebrant) = (parts.next(), parts.next());
    let kept = Occasion::all(customer)
        .iter()
        .any(|it| Some(it.month_day.as_str()) == month_day && Some(it.celebrant.key()) == celebrant);
    if kept { Ok(()) } else { Err(Reason::BirthdayChanged) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{BusinessId, Content, CustomerId, Pet, Profile};
    use uuid::Uuid;

    fn greeting(id: MessageId, customer: &Customer) -> Message {
        let content = Content::default();
        let to = Recipient::Customer(customer.customer_id);
        let (business, now) = (BusinessId(Uuid::nil()), DateTime::UNIX_EPOCH);
        Message::new(business, id, to, MessageType::Birthday, content, now, TimeDelta::zero())
    }

    #[test]
    fn a_greeting_holds_while_its_birthday_is_the_customers() {
        let pet = |name: &str, birthday: &str| Pet {
            name: name.to_owned(),
            species: None,
            birthday: Some(birthday.parse().unwrap()),
        };
        let given = Profile { birthday: Some("1990-02-28".parse().unwrap()), ..Profile::default() };
        let mut customer = Customer::new(CustomerId(Uuid::from_u128(1)), None, &given, DateTime::UNIX_EPOCH);
        customer.pets = vec![pet("Rex", "--02-29"), pet("réx", "--05-01"), pet("Mia", "2020-02-29")];
        let all: Vec<Message> =
            Occasion::all(&customer).iter().map(|it| greeting(message_id(it, 2027), &customer)).collect();
        for greeting in &all {
            assert_eq!(is_kept(greeting, &customer), Ok(()));
            assert_eq!(crate::still_holds(greeting, &customer), Ok(()));
            assert_eq!(greeting.message_id.to_string().parse(), Ok(greeting.message_id.clone()));
        }
        customer.birthday = None;
        // The second pet of the name is the first now.
        customer.pets.remove(0);
        let kept = all.iter().filter(|greeting| crate::still_holds(greeting, &customer).is_ok()).count();
        assert_eq!((all.len(), kept), (3, 1));
    }
}
