//! Birthdays and win-back.

use super::Violation;
use crate::businesses::SimulatedBusiness;
use crate::history::{History, Key, Person, Record};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

/// The longest that a change, a slot or a webhook may be on its way: outages add up.
const ON_ITS_WAY: TimeDelta = TimeDelta::hours(3);
/// So late a greeting may be.
const LATEST: TimeDelta = TimeDelta::hours(11);

/// A greeting by its id: `birthday/customer/{id}/{self or pet}/{MM-DD}/{year}`.
pub(super) struct Greeting<'a> {
    customer: &'a str,
    pub(super) celebrant: &'a str,
    pub(super) month_day: &'a str,
    year: i32,
}

pub(super) fn greeting(id: &str) -> Option<Greeting<'_>> {
    let mut parts = id.strip_prefix("birthday/customer/")?.split('/');
    let (customer, celebrant, month_day) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Greeting { customer, celebrant, month_day, year: parts.next()?.parse().ok()? })
}

fn greetings<'a>(
    history: &'a History,
    business: &'a SimulatedBusiness,
) -> impl Iterator<Item = (&'a Key, &'a Record, Greeting<'a>)> {
    let all = history.messages.iter().filter(|(key, _)| key.0 == business.id);
    all.filter_map(|(key, record)| Some((key, record, greeting(&key.1)?)))
}

pub(super) fn made(record: &Record) -> DateTime<Utc> {
    record.steps.first().map_or(DateTime::<Utc>::MIN_UTC, |(at, _)| *at)
}

/// The birthdays of the person, or of the pet.
pub(super) fn days_of<'a>(person: &'a Person, celebrant: &str) -> &'a [(DateTime<Utc>, Option<String>)] {
    if celebrant == "self" { &person.birthdays } else { &person.pets }
}

/// Whether this was the birthday at some moment of a span, or at all of them.
pub(super) fn had(
    days: &[(DateTime<Utc>, Option<String>)],
    month_day: &str,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> (bool, bool) {
    let is_it = |day: &Option<String>| day.as_deref() == Some(month_day);
    let before = days.iter().rfind(|(at, _)| *at <= from).map(|(_, day)| day);
    let within = || days.iter().filter(|(at, _)| *at > from && *at <= until).map(|(_, day)| day);
    let starts = before.is_some_and(is_it);
    (starts || within().any(is_it), starts && within().all(is_it))
}

pub(super) fn on_their_day(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for business in businesses {
        for (key, record, it) in greetings(history, business) {
            let at = made(record);
            let date = at.with_timezone(&business.zone).date_naive();
            let is_day = kept_on(date).iter().any(|day| day == it.month_day) && date.year() == it.year;
            let person = history.customers.get(&(business.id.clone(), it.customer.to_owned()));
            let theirs = |at: DateTime<Utc>| {
                person.is_some_and(|who| had(days_of(who, it.celebrant), it.month_day, at - ON_ITS_WAY, at).0)
            };
            let sent = record.steps.iter().find(|(_, status)| status == "sending").map(|(at, _)| *at);
            let is_sent_then =
                sent.is_none_or(|sent| sent.with_timezone(&business.zone).date_naive() == date && theirs(sent));
            // An owner's yes to the day's proposal greets too.
            let is_accepted = history.campaigns.contains_key(&(business.id.clone(), format!(".birthdays.{date}")));
            if !(is_day && theirs(at) && is_sent_then && (business.greets || is_accepted)) {
                let detail = format!("{} was made at {at} and first sent at {sent:?}", key.1);
                found.push(Violation::new(detail, [key.1.clone(), it.customer.to_owned()]));
            }
        }
    }
    found
}

/// Every birthday has its greeting: of all who were customers, and had it, and wanted it, from before the hour until
/// long after.
pub(super) fn each_birthday(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let Some(ended) = history.ended else { return found };
    for business in businesses {
        for date in days(business, ended) {
            let Some(slot) = at_hour(date, 9, business.zone) else { continue };
            let (from, until) = (slot - ON_ITS_WAY, slot + LATEST);
            if from < business.opened || until > ended {
                continue;
            }
            for ((_, customer), person) in history.customers.iter().filter(|(key, _)| key.0 == business.id) {
                let is_there = person.made.is_some_and(|at| at < from) && person.gone.is_none_or(|at| at > until);
                let refused = is_left_out(business, person, from, until);
                for day in kept_on(date) {
                    let ids = greetings(history, business).filter(|(_, _, it)| it.customer == customer);
                    let of_the_day = ids.filter(|(_, _, it)| it.month_day == day && it.year == date.year());
                    let made: Vec<bool> = of_the_day.map(|(_, _, it)| it.celebrant == "self").collect();
                    for is_own in [true, false] {
                        let days = if is_own { &person.birthdays } else { &person.pets };
                        let is_due = is_there && !refused && had(days, &day, from, until).1;
                        let whose = if is_own { "own" } else { "pet's" };
                        if is_due && business.greets && !made.contains(&is_own) {
                            let detail = format!("the greeting of {date} for {customer}'s {whose} was never made");
                            found.push(Violation::new(detail, [customer.clone()]));
                        }
                        if is_due && !is_told(history, business, "birthdays", date) {
                            let detail = format!("the owner was not told on {date} of {customer}'s {whose} birthday");
                            found.push(Violation::new(detail, [customer.clone()]));
                        }
                    }
                }
            }
        }
    }
    found
}

/// For each greeting, the owner is told of the date.
pub(super) fn told_to_the_owner(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for business in businesses {
        for (key, record, _) in greetings(history, business) {
            let date = made(record).with_timezone(&business.zone).date_naive();
            if !is_told(history, business, "birthdays", date) {
                let detail = format!("there is no report of {date}, as {} was made", key.1);
                found.push(Violation::new(detail, [key.1.clone()]));
            }
        }
    }
    found
}

/// A win-back text that is sent to somebody who has been in contact within the business's limit.
pub(super) fn not_won_back(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for business in businesses {
        let all = history.messages.iter().filter(|(key, _)| key.0 == business.id && key.1.starts_with("win-back/"));
        for (key, record) in all {
            let Some((sent, _)) = record.steps.iter().find(|(_, status)| status == "sending") else { continue };
            let phone = history.person(&business.id, record).and_then(|person| person.phone.clone());
            let limit = TimeDelta::days(i64::from(business.inactive_days));
            let contact = history.written.iter().find(|it| {
                let is_theirs = it.business == business.id && Some(&it.phone) == phone.as_ref() && it.arrived.is_some();
                is_theirs && it.at > *sent - limit && it.at < *sent - ON_ITS_WAY
            });
            if let Some(contact) = contact {
                let detail = format!("{} was sent at {sent}, and they wrote at {}", key.1, contact.at);
                found.push(Violation::new(detail, [key.1.clone()]));
            }
        }
    }
    found
}

/// A customer who is inactive on a Monday at ten is written to, where the business wants that.
pub(super) fn each_absence(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let Some(ended) = history.ended else { return found };
    for business in businesses {
        for date in days(business, ended).filter(|date| date.weekday() == Weekday::Mon) {
            let Some(slot) = at_hour(date, 10, business.zone) else { continue };
            let (from, until) = (slot - TimeDelta::days(i64::from(business.inactive_days)) - ON_ITS_WAY, slot + LATEST);
            if slot - ON_ITS_WAY < business.opened || until > ended {
                continue;
            }
            for ((_, customer), person) in history.customers.iter().filter(|(key, _)| key.0 == business.id) {
                let is_there = person.made.is_some_and(|at| at < from) && person.gone.is_none_or(|at| at > until);
                let refused = is_left_out(business, person, from, until);
                let wrote = history.written.iter().any(|it| {
                    it.business == business.id
                        && Some(&it.phone) == person.phone.as_ref()
                        && it.at > from
                        && it.at < until
                });
                // A purchase and an appointment that took place are contacts too. Those who have some are left out here, and
                // those who were erased, as nobody knows any more.
                let has_come = person.gone.is_some()
                    || history.kept.iter().any(|(table, item)| {
                        ["Purchases", "Appointments"].contains(&table.as_str()) && item.contains(customer)
                    });
                let id = format!("win-back/customer/{customer}/");
                let is_made = || history.messages.keys().any(|key| key.0 == business.id && key.1.starts_with(&id));
                if !is_there || refused || wrote || has_come {
                    continue;
                }
                if business.wins_back && !is_made() {
                    let detail = format!("{customer} was away on {date} and never written to");
                    found.push(Violation::new(detail, [customer.clone()]));
                }
                if !is_told(history, business, "inactive-customers", date) {
                    let detail = format!("the owner was not told on {date} that {customer} was away");
                    found.push(Violation::new(detail, [customer.clone()]));
                }
            }
        }
    }
    found
}

/// Every automation is on its way to its next slot, none has stayed behind.
pub(super) fn next_slots(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let Some(now) = history.now else { return found };
    for business in businesses {
        for name in ["birthdays", "inactive-customers"] {
            let rows = history.automations.iter().filter(|(its, of, _)| *its == business.id && of == name);
            let next: Vec<_> = rows.map(|(_, _, next)| *next).collect();
            let fits = |next: &DateTime<Utc>| *next > now - ON_ITS_WAY && *next < now + TimeDelta::days(8);
            if next.len() != 1 || !next.iter().all(fits) {
                let detail = format!("{name} of {} runs next at {next:?}, and it is {now}", business.id);
                found.push(Violation::new(detail, [business.id.clone()]));
            }
        }
    }
    found
}

/// Whether there is a report of the automation's run of a date.
fn is_told(history: &History, business: &SimulatedBusiness, automation: &str, date: NaiveDate) -> bool {
    let is_report = |id: &str| {
        id.strip_prefix(automation).is_some_and(|rest| rest.starts_with('/')) && id.ends_with(&format!("/{date}"))
    };
    history.messages.keys().any(|(its, id)| *its == business.id && is_report(id))
}

/// Whether the person may be left out, as marketing was not wanted at some moment of a span.
fn is_left_out(business: &SimulatedBusiness, person: &Person, from: DateTime<Utc>, until: DateTime<Utc>) -> bool {
    refused(person, from, until) || business.requires_opt_in && !wants(person, from, until)
}

/// Whether the person has said yes to marketing before a span, and nothing else in it.
pub(super) fn wants(person: &Person, from: DateTime<Utc>, until: DateTime<Utc>) -> bool {
    let said_yes = person.consent.iter().any(|(at, yes)| *yes && *at <= from);
    said_yes && !refused(person, from, until)
}

/// Whether the person said no to marketing, at some moment of a span.
pub(super) fn refused(person: &Person, from: DateTime<Utc>, until: DateTime<Utc>) -> bool {
    let before = person.consent.iter().rfind(|(at, _)| *at <= from);
    let within = person.consent.iter().filter(|(at, _)| *at > from && *at < until);
    before.into_iter().chain(within).any(|(_, yes)| !yes)
}

/// The birthdays that are kept on a date: 29 February is kept on the 28th in common years.
fn kept_on(date: NaiveDate) -> Vec<String> {
    let day = date.format("%m-%d").to_string();
    let instead = (day == "02-28" && date.succ_opt().is_some_and(|next| next.month() == 3)).then(|| "02-29".to_owned());
    [day].into_iter().chain(instead).collect()
}

/// A full hour that every zone of the simulation has on every day.
pub(super) fn at_hour(date: NaiveDate, hour: u32, zone: Tz) -> Option<DateTime<Utc>> {
    Some(zone.from_local_datetime(&date.and_hms_opt(hour, 0, 0)?).earliest()?.to_utc())
}

fn days(business: &SimulatedBusiness, ended: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
    let local = |at: DateTime<Utc>| at.with_timezone(&business.zone).date_naive();
    let last = local(ended);
    local(business.opened).iter_days().take_while(move |day| *day <= last)
}
