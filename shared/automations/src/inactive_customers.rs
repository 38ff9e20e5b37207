//! Customers who have been away for long: proposes to the owners to win them back, or writes to them.

use crate::appointment_ahead;
use crate::engine::{
    Addressee, Automation, Hours, Question, Running, Scheduled, Spec, Start, StillStands, Told, always_holds,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::texts::inactive_report::{Away, InactiveReport};
use domain::texts::nothing_new::{About, NothingNew};
use domain::texts::win_back::WinBack;
use domain::texts::{Ask, CustomerName, Line, Percent, Topic};
use domain::{
    Action, AutomationName, Customer, Lapsed, Listed, MessageId, MessageType, Misfire, Owner, Recipient, Settings, Text,
};
use futures::FutureExt;
use store::{Store, StoreError};

/// The most people of the report.
const LISTED: usize = 10;

/// A customer is written to once, within this time after becoming inactive; message records are kept for longer.
const WON_BACK_WITHIN: TimeDelta = TimeDelta::days(60);

/// Wins customers back.
pub struct InactiveCustomers;

impl Automation for InactiveCustomers {
    const SPEC: Spec = Spec {
        name: AutomationName::InactiveCustomers,
        start: Start::AtHours(Hours {
            cron: "0 10 * * 1",
            // A customer who is inactive on Monday is so on Tuesday.
            misfire: Misfire::Latest,
            action: Action::Propose,
            only_on_its_day: false,
            also_on: None,
        }),
        text: MessageType::WinBack,
        topic: Some(Topic::Inactive),
        still_holds: always_holds,
    };

    /// An appointment is no contact until it is done.
    const STILL_STANDS: Option<StillStands> =
        Some(|app, business, message| appointment_ahead::is_missing(app, business, message).boxed());
}

impl Scheduled for InactiveCustomers {
    type Match = Lapsed;

    async fn by_index(
        running: &Running,
        store: &Store,
        limit: Option<i32>,
        cursor: Option<&str>,
    ) -> Result<(Vec<Lapsed>, Option<String>), StoreError> {
        store.lapsed_before(running.business.business_id, inactive_since(running), limit, cursor).await
    }

    fn of_customer(running: &Running, customer: &Customer) -> Vec<Lapsed> {
        let is_inactive = customer.last_contact_at < inactive_since(running);
        is_inactive.then(|| Lapsed::from(customer)).into_iter().collect()
    }

    fn person(found: &Lapsed) -> Addressee {
        let Lapsed { customer_id, locale, marketing_consent, .. } = *found;
        Addressee { customer_id, locale, marketing_consent }
    }

    /// It is too late to win the customer back once the message of this absence may be forgotten: a customer who has not
    /// answered it is not asked again.
    fn left_out(running: &Running, found: &Lapsed) -> Option<&'static str> {
        (found.last_contact_at < inactive_since(running) - WON_BACK_WITHIN).then_some("long_gone")
    }

    /// One text of one absence: nobody is written to again for not answering, as long as the record is kept.
    fn message_id(_: &Running, found: &Lapsed) -> MessageId {
        let since = found.last_contact_at.date_naive();
        MessageId::of(format!("win-back/{}/{since}", Recipient::Customer(found.customer_id)))
    }

    fn text<'a>(running: &'a Running, found: &'a Lapsed) -> Box<dyn Text + 'a> {
        Box::new(WinBack {
            name: CustomerName(found.name.as_deref()),
            business: Line(&running.business.name),
            offer: Percent(Self::offer(running)),
        })
    }

    /// Those most worth winning back first, and of equal ones those who were there last.
    fn list(found: &Lapsed, listed: &mut Vec<Listed>) {
        let rank = (found.worth, found.last_contact_at);
        let place = listed.partition_point(|other| other.rank >= rank);
        if place < LISTED {
            let Lapsed { customer_id, name, phone, pet, .. } = found.clone();
            listed.insert(place, Listed { customer_id, name, phone, pet, step: None, rank });
            listed.truncate(LISTED);
        }
    }

    fn offer_set(settings: &Settings) -> u8 {
        settings.win_back_offer
    }

    fn report<'a>(running: &'a Running, owner: &'a Owner, told: Told<'a>) -> Box<dyn Text + 'a> {
        let Told { people, found, writable, question } = told;
        let Running { business, .. } = running;
        let away = Away { days: business.settings.inactive_days, offer: Self::offer(running) };
        let written = running.action == Action::Auto;
        let report = InactiveReport::new(&owner.name, &business.name, people, found, away, written);
        Box::new(match question {
            Question::Open(number) => report.asking(Ask { number, writable }),
            Question::Answered => report.answered(),
            Question::Nobody => report,
        })
    }

    fn nothing<'a>(running: &'a Running, owner: &'a Owner) -> Box<dyn Text + 'a> {
        Box::new(NothingNew::new(&owner.name, &running.business.name, About::Inactive))
    }
}

/// A customer whose last contact was before this is inactive.
fn inactive_since(running: &Running) -> DateTime<Utc> {
    running.begun_at - TimeDelta::days(i64::from(running.business.settings.inactive_days))
}
