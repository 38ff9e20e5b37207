//! Tomorrow has few appointments: the owners are told whom to write to, on the day before at its hour or when a time of
//! tomorrow is freed. Once for a day.

use crate::candidates::{self, Candidate};
use crate::engine::{Automation, Hours, Question, Reporting, Running, Spec, Start, Suggestion, always_holds};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::texts::Topic;
use domain::texts::low_occupancy_report::{LowDay, LowOccupancyReport};
use domain::texts::nothing_new::{About, NothingNew};
use domain::{
    Action, Appointment, AppointmentStatus, AutomationName, Business, Customer, CustomerId, Job, MessageType, Misfire,
    Mode, Owner, Proposal, QuietHours, Text, day_range, free_slots, opens_on,
};
use queues::TaskError;
use queues::events::{AppointmentFreed, Delivered, Happening};
use store::{Store, StoreError};

/// The most people of the report, and of its campaign.
const LISTED: usize = 15;

/// Tells the owners of a day with few appointments.
pub struct LowOccupancy;

impl Automation for LowOccupancy {
    const SPEC: Spec = Spec {
        name: AutomationName::LowOccupancy,
        start: Start::AtHours(Hours {
            cron: "0 16 * * *",
            // Owners and customers are not written to in the night, and then it is the day itself.
            misfire: Misfire::Within(TimeDelta::hours(4)),
            action: Action::Propose,
            only_on_its_day: true,
            also_on: Some(AppointmentFreed::DETAIL_TYPE),
        }),
        text: MessageType::Flash,
        topic: Some(Topic::LowOccupancy),
        still_holds: always_holds,
    };
}

/// The facts of tomorrow.
pub struct Tomorrow {
    date: NaiveDate,
    appointments: u64,
    is_low: bool,
    /// The starts of the free slots.
    free: Vec<DateTime<Utc>>,
    people: Vec<Candidate>,
}

impl Reporting for LowOccupancy {
    type Facts = Tomorrow;

    /// A closed day wants no report. An event is answered if it freed a time of tomorrow, and the owners can still be told
    /// today.
    async fn gather(running: &Running, store: &Store) -> Result<Option<Tomorrow>, StoreError> {
        let (business, date) = (&running.business, running.day(1));
        let is_early = running.about.is_some_and(|freed| running.local(freed) != date);
        let now = running.begun_at.with_timezone(&business.timezone).time();
        let is_late = running.about.is_some() && QuietHours::from(&business.settings).contains(now);
        if is_early || is_late || opens_on(business, date).is_empty() {
            return Ok(None);
        }
        let (day, week) = (day_range(date, business.timezone), running.day(candidates::BOOKED_WITHIN));
        let until = day_range(week, business.timezone).end;
        let booked = store.appointments_between(business.business_id, day.start, until).await?;
        let of_day: Vec<Appointment> = booked.iter().filter(|it| day.contains(&it.start)).cloned().collect();
        let takes_place = |it: &&Appointment| it.status.takes_time() && it.status != AppointmentStatus::NoShow;
        let appointments = u64::try_from(of_day.iter().filter(takes_place).count()).unwrap_or(u64::MAX);
        let free = free_slots(business, date, &of_day);
        // A short day may be full with few.
        let is_low = appointments < u64::from(business.settings.low_occupancy) && !free.is_empty();
        if !is_low && running.about.is_some() {
            return Ok(None);
        }
        let mut people = Vec::new();
        if is_low {
            let mut known = candidates::booked(&booked);
            people = candidates::due(running, store, date, &known, LISTED).await?;
            known.extend(people.iter().map(|it| it.customer_id));
            people.extend(candidates::away(running, store, &known, LISTED - people.len()).await?);
        }
        Ok(Some(Tomorrow { date, appointments, is_low, free, people }))
    }

    fn found(tomorrow: &Tomorrow) -> u64 {
        tomorrow.appointments
    }

    fn has_news(tomorrow: &Tomorrow) -> bool {
        tomorrow.is_low
    }

    fn suggestion(running: &Running, tomorrow: &Tomorrow) -> Option<(NaiveDate, Suggestion)> {
        let people: Vec<CustomerId> = tomorrow.people.iter().map(|it| it.customer_id).collect();
        let asks = !people.is_empty() && !tomorrow.free.is_empty();
        asks.then(|| {
            let found = u64::try_from(people.len()).unwrap_or(u64::MAX);
            let (offer, until) = (running.business.settings.flash_offer, running.start_of(running.day(2)));
            let free = tomorrow.free.clone();
            (tomorrow.date, Suggestion { found, people, offer, free, until })
        })
    }

    fn invitation<'a>(
        proposal: &'a Proposal,
        business: &'a Business,
        customer: &'a Customer,
        now: DateTime<Utc>,
    ) -> Option<Box<dyn Text + 'a>> {
        candidates::flash(proposal, business, customer, now)
    }

    fn keep_only(tomorrow: &mut Tomorrow, people: &[CustomerId]) {
        tomorrow.people.retain(|it| people.contains(&it.customer_id));
    }

    /// Once for the day that it is about.
    fn purpose(running: &Running) -> String {
        running.day(1).to_string()
    }

    fn report<'a>(
        running: &'a Running,
        owner: &'a Owner,
        tomorrow: &'a Tomorrow,
        question: Question,
    ) -> Box<dyn Text + 'a> {
        let Running { business, date: today, .. } = running;
        let Tomorrow { date, appointments, free, people, .. } = tomorrow;
        let free = candidates::free_day(*date, free, business.timezone);
        let day = LowDay { free, appointments: *appointments, today: *today };
        let writable = u64::try_from(people.len()).unwrap_or(u64::MAX);
        let ask = question.ask(writable);
        let people = people.iter().map(Candidate::invitee).collect();
        let offer = business.settings.flash_offer;
        let report = LowOccupancyReport::new(&owner.name, &business.name, &day, people, offer, ask);
        Box::new(if question == Question::Answered { report.answered() } else { report })
    }

    fn nothing<'a>(running: &'a Running, owner: &'a Owner, tomorrow: Option<&'a Tomorrow>) -> Box<dyn Text + 'a> {
        let about = if tomorrow.is_some() { About::Occupancy } else { About::Closed };
        Box::new(NothingNew::new(&owner.name, &running.business.name, about))
    }

    fn on_event(body: &str) -> Result<Job, TaskError> {
        let Delivered { at, happening, .. } = Delivered::<AppointmentFreed>::parse(body)?;
        let job = Job::new(Self::SPEC.name, Some(happening.business_id), Mode::EventDriven, at);
        Ok(Job { unless_off: true, about: Some(happening.start), ..job })
    }
}
