//! The reads of the reports to owners, at sizes of business: as many appointments, new customers and customers who are due,
//! whatever the number of customers.

use crate::cloud::Bench;
use crate::{BUSINESS, automation, business, people, run};
use chrono::{DateTime, Days, TimeDelta, Utc};
use domain::business::{Day, Span};
use domain::{
    Appointment, AppointmentStatus, AutomationName, Business, CustomerId, Mode, Owner, OwnerId, Phone, Tally, day_range,
};
use std::error::Error;
use std::fmt;
use store::{MadeAs, Taking};
use strum::IntoEnumIterator;
use uuid::Uuid;

const REPORTS: [AutomationName; 3] =
    [AutomationName::DailySummary, AutomationName::LowOccupancy, AutomationName::Opportunities];

/// Appointments of today and of each of the next days but tomorrow, which has few.
const BOOKED: u64 = 12;

/// A line of the table.
pub struct Row {
    size: usize,
    pub automation: AutomationName,
    pub tally: Tally,
    took: u128,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { size, automation, tally, took } = self;
        let Tally { found, messages, queries, items_read, read_units, .. } = tally;
        write!(
            f,
            "| {size} | {automation} | {found} | {messages} | {queries} | {items_read} | {read_units:.1} | {took} |"
        )
    }
}

/// Each report once, in a business of so many customers, of whom `due` are inactive and as many are due for a visit.
pub async fn reports(size: usize, due: usize) -> Result<Vec<Row>, Box<dyn Error>> {
    let now = Utc::now();
    let bench = Bench::new(now)?;
    let business = open(business(BUSINESS, "America/Sao_Paulo")?)?;
    let date = now.with_timezone(&business.timezone).date_naive();
    let automations: Vec<_> = REPORTS.iter().map(|name| automation(&business, *name, now)).collect::<Result<_, _>>()?;
    let (maker, ()) = bench.app("businesses")?;
    maker.store().create_business(&business, &automations, &maker.attempt()).await?;
    let (registers, ()) = bench.app("customers")?;
    people::settle(&bench, &registers, BUSINESS, size, due, date, now).await?;
    let (diary, ()) = bench.app("appointments")?;
    for ahead in [0, 2, 3, 4] {
        for nth in 0..BOOKED {
            let day = day_range(date + Days::new(ahead), business.timezone);
            let made = appointment(ahead * 100 + nth, day.start + TimeDelta::hours(i64::try_from(nth)? + 9))?;
            let (store, attempt) = (diary.store(), diary.attempt());
            store
                .create_appointment(BUSINESS, &made, &MadeAs::of(&made, Some(made.minutes)), Taking::AnyTime, &attempt)
                .await?;
        }
    }
    let (app, ()) = bench.app("automations-api")?;
    let mut rows = Vec::new();
    for automation in REPORTS {
        let (tally, took) = run(&app, automation, Mode::EventDriven).await?;
        rows.push(Row { size, automation, tally, took });
    }
    Ok(rows)
}

/// Open at any day and hour, with an owner.
fn open(business: Business) -> Result<Business, Box<dyn Error>> {
    let span = Span { opens: "00:00:00".parse()?, closes: "23:00:00".parse()? };
    let owner_id = OwnerId(Uuid::from_u128(5));
    let owner = Owner { owner_id, name: "Rui".to_owned(), phone: Phone::parse("5511990000000", None)? };
    let opening_hours = Day::iter().map(|day| (day, vec![span])).collect();
    // A holiday would be no open day, whenever this is run.
    Ok(Business { country: "US".to_owned(), owners: vec![owner], opening_hours, ..business })
}

fn appointment(nth: u64, start: DateTime<Utc>) -> Result<Appointment, Box<dyn Error>> {
    Ok(Appointment {
        appointment_id: format!("a-{nth}").parse()?,
        customer_id: CustomerId(Uuid::from_u128(u128::from(nth) + 1)),
        customer_name: Some("Ana Souza".to_owned()),
        pet: Some("Rex".to_owned()),
        service: "Banho".to_owned(),
        start,
        minutes: 30,
        price: Some(8_000),
        status: AppointmentStatus::Confirmed,
        request: None,
        over_at_import: false,
        remind_at: None,
        announced_at: None,
        created_at: start,
        updated_at: start,
    })
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use automations::Progress;
    use domain::Job;

    /// A daily summary to three owners, of whom one was told by an earlier slice: what the first slice answers, the messages
    /// of the next, and whether the job is done.
    pub async fn in_slices() -> Result<(u64, u64, bool), Box<dyn Error>> {
        let now = Utc::now();
        let bench = Bench::new(now)?;
        let mut business = open(business(BUSINESS, "America/Sao_Paulo")?)?;
        for nth in [6_u32, 7] {
            let mut owner = business.owners[0].clone();
            owner.owner_id = OwnerId(Uuid::from_u128(nth.into()));
            business.owners.push(owner);
        }
        let (maker, ()) = bench.app("businesses")?;
        maker.store().create_business(&business, &[], &maker.attempt()).await?;
        let (app, ()) = bench.app("automations-api")?;
        let job = Job::new(AutomationName::DailySummary, Some(BUSINESS), Mode::EventDriven, app.now());
        let Progress::More(mut rest) = automations::work(&app, crate::BACKSTOP, job, DateTime::UNIX_EPOCH).await?
        else {
            return Err("it did not stop between owners".into());
        };
        let first = rest.done[&BUSINESS].messages;
        rest.done.entry(BUSINESS).or_default().owners_told.insert(business.owners[1].owner_id);
        let rest: Job = serde_json::from_str(&serde_json::to_string(&rest)?)?;
        match automations::work(&app, crate::BACKSTOP, rest, app.now() + TimeDelta::hours(1)).await? {
            Progress::Done(job) => Ok((first, job.done[&BUSINESS].messages, job.done[&BUSINESS].told)),
            Progress::More(_) => Err("an hour was not enough".into()),
        }
    }
}
