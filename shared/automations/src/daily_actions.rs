//! The next steps of the day: takes up with customers what was left open, and tells the owners of those who wait for a
//! person.

use crate::appointment_ahead;
use crate::engine::{
    Addressee, Automation, Hours, JobError, Question, Running, Scheduled, Spec, Start, StillStands, Told,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::texts::assistant_answer::Said;
use domain::texts::follow_up;
use domain::texts::follow_ups_report::{Action as Done, FollowUpsReport};
use domain::texts::nothing_new::{About, NothingNew};
use domain::texts::{Line, Topic};
use domain::{
    Action, AutomationName, Business, Customer, FollowUp, Listed, ListedStep, Message, MessageId, MessageType, Misfire,
    Owner, Reason, Recipient, Settings, Text,
};
use futures::FutureExt;
use kit::App;
use store::{Store, StoreError};

/// The most people of the report.
const LISTED: usize = 30;

/// Takes the day's next steps.
pub struct DailyActions;

impl Automation for DailyActions {
    const SPEC: Spec = Spec {
        name: AutomationName::DailyActions,
        start: Start::AtHours(Hours {
            cron: "0 9 * * *",
            // At nine the day has eleven hours left in which a customer may be written to.
            misfire: Misfire::Within(TimeDelta::hours(10)),
            action: Action::Auto,
            only_on_its_day: true,
            also_on: None,
        }),
        text: MessageType::FollowUp,
        topic: Some(Topic::FollowUps),
        still_holds: is_open,
    };

    const STILL_STANDS: Option<StillStands> =
        Some(|app, business, message| async move { still_stands(app, business, message).await }.boxed());
}

impl Scheduled for DailyActions {
    type Match = FollowUp;

    async fn by_index(
        running: &Running,
        store: &Store,
        limit: Option<i32>,
        cursor: Option<&str>,
    ) -> Result<(Vec<FollowUp>, Option<String>), StoreError> {
        store.follow_ups_on(running.business.business_id, running.date, limit, cursor).await
    }

    fn of_customer(running: &Running, customer: &Customer) -> Vec<FollowUp> {
        FollowUp::of(customer).filter(|step| step.on == running.date).into_iter().collect()
    }

    fn person(found: &FollowUp) -> Addressee {
        let FollowUp { customer_id, locale, marketing_consent, .. } = *found;
        Addressee { customer_id, locale, marketing_consent }
    }

    fn left_out(_: &Running, found: &FollowUp) -> Option<&'static str> {
        Self::is_a_persons(found).then_some("for_a_person")
    }

    fn is_a_persons(found: &FollowUp) -> bool {
        found.said.is_none()
    }

    /// One text of one day.
    fn message_id(running: &Running, found: &FollowUp) -> MessageId {
        MessageId::of(format!("follow-up/{}/{}", Recipient::Customer(found.customer_id), running.date))
    }

    fn text<'a>(running: &'a Running, found: &'a FollowUp) -> Box<dyn Text + 'a> {
        let message = Said(found.said.as_deref().unwrap_or_default());
        Box::new(follow_up::FollowUp { message, business: Line(&running.business.name) })
    }

    /// The urgent ones first.
    fn list(found: &FollowUp, listed: &mut Vec<Listed>) {
        let rank = (u64::from(u8::MAX - u8::from(found.priority)), DateTime::UNIX_EPOCH);
        let place = listed.partition_point(|other| other.rank >= rank);
        if place < LISTED {
            let FollowUp { customer_id, name, phone, action, .. } = found.clone();
            let step = ListedStep { action: action.unwrap_or_default(), by_person: Self::is_a_persons(found) };
            listed.insert(place, Listed { customer_id, name, phone, pet: None, step: Some(step), rank });
            listed.truncate(LISTED);
        }
    }

    fn offer_set(_: &Settings) -> u8 {
        0
    }

    /// A step is of its day alone.
    fn goes_until(running: &Running) -> Option<DateTime<Utc>> {
        Some(running.start_of(running.day(1)))
    }

    fn report<'a>(running: &'a Running, owner: &'a Owner, told: Told<'a>) -> Box<dyn Text + 'a> {
        let Told { people, found, writable, question } = told;
        let is_written = running.action == Action::Auto
            && people.iter().any(|person| person.step.is_some_and(|step| !step.by_person));
        let done = match question {
            Question::Answered => Done::Answered,
            _ if is_written => Done::Written,
            _ => Done::Nobody,
        };
        let report = FollowUpsReport::new(&owner.name, &running.business.name, people, found, done);
        Box::new(match question.ask(writable) {
            Some(ask) => report.asking(ask),
            None => report,
        })
    }

    fn nothing<'a>(running: &'a Running, owner: &'a Owner) -> Box<dyn Text + 'a> {
        Box::new(NothingNew::new(&owner.name, &running.business.name, About::FollowUps))
    }
}

/// Whether the step that a message is for still is the customer's, in the same words.
fn is_open(message: &Message, customer: &Customer) -> Result<(), Reason> {
    let day = message.message_id.as_str().rsplit('/').next().and_then(|day| day.parse().ok());
    let is_same = day.is_some() && customer.next_action_date == day;
    let is_said = customer.follow_up.as_deref().is_some_and(|said| message.content.text.contains(said.trim()));
    if is_same && is_said { Ok(()) } else { Err(Reason::StepChanged) }
}

/// Nobody is written to in the middle of a conversation, or asked to make an appointment that they have.
async fn still_stands(app: &App, business: &Business, message: &Message) -> Result<Result<(), Reason>, JobError> {
    let Recipient::Customer(customer) = message.recipient else { return Ok(Ok(())) };
    let (store, id) = (app.store(), business.business_id);
    let chat = store.chat(id, customer).await?.record;
    if chat.settled < chat.activity {
        return Ok(Err(Reason::NewContact));
    }
    if chat.analysed < chat.sequence {
        // A human has noted the step since, as where the analysis failed.
        let noted = store.customer(id, customer).await?.and_then(|it| it.record.crm_changed_at);
        if noted.is_none_or(|noted| chat.wrote_at.is_some_and(|wrote| noted <= wrote)) {
            return Ok(Err(Reason::NewContact));
        }
    }
    appointment_ahead::is_missing(app, business, message).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{BusinessId, Content, CustomerId, Profile};
    use uuid::Uuid;

    #[test]
    fn a_follow_up_goes_while_its_step_is_the_customers() {
        let customer_id = CustomerId(Uuid::from_u128(1));
        let mut customer = Customer::new(customer_id, None, &Profile::default(), DateTime::UNIX_EPOCH);
        customer.next_action_date = "2026-12-03".parse().ok();
        customer.follow_up = Some("Vamos marcar?".to_owned());
        let id = MessageId::of(format!("follow-up/{}/2026-12-03", Recipient::Customer(customer_id)));
        let content = Content { text: "Vamos marcar?\n\nSAIR".to_owned(), ..Content::default() };
        let (business, to) = (BusinessId(Uuid::nil()), Recipient::Customer(customer_id));
        let now = DateTime::UNIX_EPOCH;
        let message = Message::new(business, id, to, MessageType::FollowUp, content, now, TimeDelta::zero());
        assert_eq!(is_open(&message, &customer), Ok(()));
        assert_eq!(crate::still_holds(&message, &customer), Ok(()));
        for change in [
            |it: &mut Customer| it.next_action_date = "2026-12-04".parse().ok(),
            |it: &mut Customer| it.next_action_date = None,
            |it: &mut Customer| it.follow_up = None,
            |it: &mut Customer| it.follow_up = Some("Outra coisa".to_owned()),
        ] {
            let mut changed = customer.clone();
            change(&mut changed);
            assert_eq!(is_open(&message, &changed), Err(Reason::StepChanged));
        }
    }
}
