//! The free times of the next three open days and the regular customers who are due, to the owners.

use crate::candidates::{self, Candidate};
use crate::engine::{Automation, Hours, Question, Reporting, Running, Spec, Start, Suggestion, always_holds};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::texts::Topic;
use domain::texts::nothing_new::{About, NothingNew};
use domain::texts::opportunities_report::{DayAhead, OpportunitiesReport};
use domain::{
    Action, Appointment, AutomationName, Business, Customer, CustomerId, MessageType, Misfire, Owner, Proposal, Text,
    day_range, free_slots, opens_on,
};
use store::{Store, StoreError};

/// The open days that it looks at.
const DAYS: usize = 3;
/// It looks for them so many days ahead.
const AHEAD: u64 = 14;
/// The most people of the report, and of its campaign.
const LISTED: usize = 15;

/// The free times of each day that are offered: as many as a text tells.
const OFFERED: usize = 6;

/// Regular customers come without a discount.
const OFFER: u8 = 0;

/// Tells the owners of free times and of customers who are due.
pub struct Opportunities;

impl Automation for Opportunities {
    const SPEC: Spec = Spec {
        name: AutomationName::Opportunities,
        start: Start::AtHours(Hours {
            cron: "0 15 * * 2,4",
            misfire: Misfire::Within(TimeDelta::hours(5)),
            action: Action::Propose,
            only_on_its_day: true,
            also_on: None,
        }),
        text: MessageType::Flash,
        topic: Some(Topic::Opportunities),
        still_holds: always_holds,
    };
}

/// An open day.
pub struct OpenDay {
    date: NaiveDate,
    booked: u64,
    /// The starts of the free slots.
    free: Vec<DateTime<Utc>>,
}

/// The facts of the next open days.
pub struct Ahead {
    days: Vec<OpenDay>,
    people: Vec<Candidate>,
}

impl Reporting for Opportunities {
    type Facts = Ahead;

    /// A business that is closed for long wants no report.
    async fn gather(running: &Running, store: &Store) -> Result<Option<Ahead>, StoreError> {
        let business = &running.business;
        let dates = (1..=AHEAD).map(|ahead| running.day(ahead)).filter(|date| !opens_on(business, *date).is_empty());
        let dates: Vec<NaiveDate> = dates.take(DAYS).collect();
        let Some(last) = dates.last().copied() else { return Ok(None) };
        let of_day = |date| day_range(date, business.timezone);
        let until = last.max(running.day(candidates::BOOKED_WITHIN));
        let (from, until) = (of_day(running.day(1)).start, of_day(until).end);
        let appointments = store.appointments_between(business.business_id, from, until).await?;
        let days = dates.into_iter().map(|date| open_day(running, date, &appointments)).collect();
        let booked = candidates::booked(&appointments);
        let people = candidates::due(running, store, last, &booked, LISTED).await?;
        Ok(Some(Ahead { days, people }))
    }

    fn found(ahead: &Ahead) -> u64 {
        u64::try_from(ahead.people.len()).unwrap_or(u64::MAX)
    }

    fn has_news(ahead: &Ahead) -> bool {
        !ahead.people.is_empty() && ahead.days.iter().any(|day| !day.free.is_empty())
    }

    fn suggestion(running: &Running, ahead: &Ahead) -> Option<(NaiveDate, Suggestion)> {
        let people: Vec<CustomerId> = ahead.people.iter().map(|it| it.customer_id).collect();
        let last = ahead.days.last()?.date;
        let (found, until) = (Self::found(ahead), running.start_of(last));
        let free = ahead.days.iter().flat_map(|day| day.free.iter().take(OFFERED)).copied().collect();
        Some((running.date, Suggestion { found, people, offer: OFFER, free, until }))
    }

    fn invitation<'a>(
        proposal: &'a Proposal,
        business: &'a Business,
        customer: &'a Customer,
        now: DateTime<Utc>,
    ) -> Option<Box<dyn Text + 'a>> {
        candidates::flash(proposal, business, customer, now)
    }

    fn keep_only(ahead: &mut Ahead, people: &[CustomerId]) {
        ahead.people.retain(|it| people.contains(&it.customer_id));
    }

    fn report<'a>(running: &'a Running, owner: &'a Owner, ahead: &'a Ahead, question: Question) -> Box<dyn Text + 'a> {
        let Running { business, date: today, .. } = running;
        let day = |day: &OpenDay| DayAhead {
            free: candidates::free_day(day.date, &day.free, business.timezone),
            booked: day.booked,
        };
        let days = ahead.days.iter().map(day).collect();
        let ask = question.ask(Self::found(ahead));
        let people = ahead.people.iter().map(Candidate::invitee).collect();
        let report = OpportunitiesReport::new(&owner.name, &business.name, (days, *today), people, OFFER, ask);
        Box::new(if question == Question::Answered { report.answered() } else { report })
    }

    fn nothing<'a>(running: &'a Running, owner: &'a Owner, _: Option<&'a Ahead>) -> Box<dyn Text + 'a> {
        Box::new(NothingNew::new(&owner.name, &running.business.name, About::Opportunities))
    }
}

fn open_day(running: &Running, date: NaiveDate, appointments: &[Appointment]) -> OpenDay {
    let time = day_range(date, running.business.timezone);
    let of_day: Vec<Appointment> = appointments.iter().filter(|it| time.contains(&it.start)).cloned().collect();
    let booked = of_day.iter().filter(|it| it.status.is_open()).count();
    let free = free_slots(&running.business, date, &of_day);
    OpenDay { date, booked: u64::try_from(booked).unwrap_or(u64::MAX), free }
}
