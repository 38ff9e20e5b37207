//! The day's appointments, revenue and new customers, to the owners in the evening.

use crate::engine::{Automation, Hours, Question, Reporting, Running, Spec, Start, always_holds};
use chrono::{DateTime, TimeDelta, Utc};
use domain::texts::daily_summary::{DailySummary as Summary, Figures, Visit};
use domain::texts::nothing_new::{About, NothingNew};
use domain::{
    Action, Appointment, AppointmentStatus, AutomationName, MessageType, Misfire, Money, Owner, Text, day_range,
    opens_on,
};
use store::{Store, StoreError};

/// Tells the owners of the day.
pub struct DailySummary;

impl Automation for DailySummary {
    const SPEC: Spec = Spec {
        name: AutomationName::DailySummary,
        start: Start::AtHours(Hours {
            cron: "0 18 * * *",
            // A summary of yesterday is none of today.
            misfire: Misfire::Within(TimeDelta::hours(5)),
            action: Action::Propose,
            only_on_its_day: true,
            also_on: None,
        }),
        text: MessageType::DailySummary,
        topic: None,
        still_holds: always_holds,
    };
}

/// The facts of a day.
pub struct Day {
    /// Its appointments but the cancelled ones, by their start.
    appointments: Vec<Appointment>,
    /// As people of the business's country write it; `None` if there is none.
    revenue: Option<String>,
    new_customers: u64,
    /// Appointments of the rest of the day and of the next that nobody has confirmed.
    pending: u64,
    /// Appointments of the next day; `None` if it is closed and has none.
    tomorrow: Option<u64>,
}

impl Reporting for DailySummary {
    type Facts = Day;

    /// A closed day on which nothing happened wants no report.
    async fn gather(running: &Running, store: &Store) -> Result<Option<Day>, StoreError> {
        let (business, zone) = (&running.business, running.business.timezone);
        let (today, tomorrow) = (day_range(running.date, zone), day_range(running.day(1), zone));
        let both = store.appointments_between(business.business_id, today.start, tomorrow.end).await?;
        let both = both.into_iter().filter(|it| it.status.takes_time());
        let (appointments, next): (Vec<_>, Vec<_>) = both.partition(|it| it.start < today.end);
        let bought = store.revenue_between(business.business_id, today.start, today.end).await?;
        let is_pending = |it: &&Appointment| it.status == AppointmentStatus::Pending && it.start >= running.begun_at;
        let total = if bought.purchases > 0 { bought.total } else { prices(&appointments, running.begun_at) };
        let written = || Money::new(total, business.currency).written(&business.country, business.locale);
        let opens_tomorrow = !opens_on(business, running.day(1)).is_empty();
        let day = Day {
            revenue: (total != 0).then(written),
            new_customers: store.new_customers(business.business_id, today).await?,
            pending: count(appointments.iter().chain(&next).filter(is_pending)),
            tomorrow: (opens_tomorrow || !next.is_empty()).then(|| count(next.iter())),
            appointments,
        };
        let is_open = !opens_on(business, running.date).is_empty();
        Ok(Some(day).filter(|day| is_open || Self::has_news(day)))
    }

    fn found(day: &Day) -> u64 {
        count(day.appointments.iter())
    }

    fn has_news(day: &Day) -> bool {
        !day.appointments.is_empty() || day.revenue.is_some() || day.new_customers > 0 || day.pending > 0
    }

    /// One that is started by hand goes besides that of the evening.
    fn purpose(running: &Running) -> String {
        let date = running.date;
        running.run.map_or_else(|| date.to_string(), |run| format!("{date}/{run}"))
    }

    fn report<'a>(running: &'a Running, owner: &'a Owner, day: &'a Day, _: Question) -> Box<dyn Text + 'a> {
        let Running { business, date, .. } = running;
        let with = |status| count(day.appointments.iter().filter(|it| it.status == status));
        let figures = Figures {
            done: with(AppointmentStatus::Done),
            open: count(day.appointments.iter().filter(|it| it.status.is_open())),
            no_shows: with(AppointmentStatus::NoShow),
            revenue: day.revenue.as_deref(),
            new_customers: day.new_customers,
            pending: day.pending,
            tomorrow: day.tomorrow,
        };
        let visit = |it: &'a Appointment| Visit {
            pet: it.pet.as_deref(),
            customer: it.customer_name.as_deref(),
            service: &it.service,
            time: it.start.with_timezone(&business.timezone).time(),
            no_show: it.status == AppointmentStatus::NoShow,
        };
        let visits = day.appointments.iter().map(visit).collect();
        Box::new(Summary::new(&owner.name, &business.name, *date, figures, visits))
    }

    /// Of a day on which the business is open the summary itself says it.
    fn nothing<'a>(running: &'a Running, owner: &'a Owner, day: Option<&'a Day>) -> Box<dyn Text + 'a> {
        match day {
            Some(day) => Self::report(running, owner, day, Question::Nobody),
            None => Box::new(NothingNew::new(&owner.name, &running.business.name, About::Closed)),
        }
    }
}

/// What the appointments of a day brought by now, where no purchase says it: the prices of those who came or may have come.
fn prices(appointments: &[Appointment], now: DateTime<Utc>) -> i64 {
    let came = appointments.iter().filter(|it| it.status != AppointmentStatus::NoShow);
    let came = came.filter(|it| it.status == AppointmentStatus::Done || it.start <= now);
    came.filter_map(|it| it.price).sum()
}

fn count<'a>(appointments: impl Iterator<Item = &'a Appointment>) -> u64 {
    u64::try_from(appointments.count()).unwrap_or(u64::MAX)
}
