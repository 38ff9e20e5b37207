//! The reasons for which messages are skipped or wait: each must be true by the books.

use super::greeted::{days_of, greeting, had, made, refused, wants};
use super::marketing::{WORD_ON_ITS_WAY, is_night};
use super::reminders::had_changed;
use super::{Violation, booked};
use crate::businesses::SimulatedBusiness;
use crate::history::{Booked, History, Key, Person, Record, Said, Wish};
use crate::templates;
use chrono::{DateTime, TimeDelta, Timelike, Utc};

/// The longest from the facts that a function has read to the write that follows from them.
const DECIDED: TimeDelta = TimeDelta::minutes(2);
/// The span in which the weekly cap counts.
const WEEK: TimeDelta = TimeDelta::days(7);
/// The time for which a reply window is open.
const WINDOW: TimeDelta = TimeDelta::hours(24);

/// The rules that hold back marketing, and nothing that a person waits for.
const OF_MARKETING: [&str; 7] =
    ["opted_out", "consent_refused", "opt_in_required", "weekly_cap", "new_contact", "quiet_hours", "best_hour"];

/// The texts that are for a day and not for the next.
const OF_A_DAY: [&str; 10] = [
    "appointment_reminder",
    "birthday",
    "birthdays_report",
    "daily_summary",
    "flash",
    "follow_up",
    "follow_ups_report",
    "low_occupancy_report",
    "nothing_new",
    "opportunities_report",
];

/// No rule of marketing skips or defers a transactional message.
pub(super) fn transactional(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (key, record) in history.messages.iter().filter(|(_, record)| record.kind == "transactional") {
        for pair in record.said.windows(2) {
            let [before, said] = pair else { continue };
            let by_the_gate = matches!((&*before.status, &*said.status), (_, "skipped") | ("pending", "pending"));
            if by_the_gate && OF_MARKETING.contains(&said.reason()) {
                let detail = format!("{} is {} at {}: {}", key.1, said.status, said.at, said.error);
                found.push(Violation::new(detail, [key.1.clone()]));
            }
        }
    }
    found
}

/// Each skip has a reason, and the reason was true at its time; so was the night of a message that waits for the
/// morning.
pub(super) fn reasons(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for business in businesses {
        for (key, record) in history.messages.iter().filter(|(key, _)| key.0 == business.id) {
            for said in &record.said {
                let books = Books { history, business, key, record, at: said.at };
                if !books.agree(said) {
                    let detail =
                        format!("{} ({}) is {} at {}: {}", key.1, record.kind, said.status, said.at, said.error);
                    let subjects = [key.1.clone()].into_iter().chain(record.customer.clone());
                    found.push(Violation::new(detail, subjects));
                }
            }
        }
    }
    found
}

/// All that is known from outside of a message, at a time.
struct Books<'a> {
    history: &'a History,
    business: &'a SimulatedBusiness,
    key: &'a Key,
    record: &'a Record,
    at: DateTime<Utc>,
}

impl Books<'_> {
    fn agree(&self, said: &Said) -> bool {
        let marketing = self.record.kind == "marketing";
        match (said.status.as_str(), said.reason()) {
            ("skipped", "opted_out" | "consent_refused") => marketing && self.has_refused(),
            ("skipped", "opt_in_required") => marketing && self.has_not_opted_in(),
            ("skipped", "weekly_cap") => marketing && self.week() >= self.business.weekly_cap,
            ("skipped", "new_contact") => {
                ["win-back/", "follow-up/"].iter().any(|of| self.key.1.starts_with(of)) && self.has_written()
            }
            // The record's notes are not in the books.
            ("skipped", "step_changed") => self.key.1.starts_with("follow-up/"),
            ("skipped", "has_appointment") => {
                ["win-back/", "follow-up/"].iter().any(|of| self.key.1.starts_with(of)) && self.has_booked()
            }
            ("skipped", "birthday_changed") => self.has_moved_the_birthday(),
            ("skipped", "day_over") => self.is_day_over(),
            ("skipped", "appointment_changed") => {
                had_changed(self.history, self.key, self.at - DECIDED, self.at)
                    || booked::had_another_answer(self.history, self.key, self.at)
            }
            ("skipped", "no_address") => self.person().is_some_and(|person| person.phone.is_none()),
            ("skipped", "window_closed") => self.is_window_closed(),
            ("skipped", "campaign_cancelled") => self.is_cancelled(),
            ("skipped", "answered") => self.has_told(),
            ("skipped", "person_answers") => self.is_taken(),
            ("skipped", _) | ("failed", "no_sender" | "nothing_to_send") => false,
            ("pending", "scheduled") => self.record.scheduled_for.is_some_and(|at| at > self.at - DECIDED),
            ("pending", "best_hour") => marketing && self.business.best_hour,
            ("pending", "quiet_hours") => {
                is_night(self.business, self.at) || is_night(self.business, self.at - DECIDED)
            }
            _ => true,
        }
    }

    /// Whether it is the assistant's; that a person has the chat is looked at when it is skipped.
    fn is_taken(&self) -> bool {
        self.record.message_type.starts_with("assistant_")
            && (self.history.taken_at.iter())
                .any(|(key, at)| key.0 == self.key.0 && Some(&key.1) == self.record.customer.as_ref() && *at <= self.at)
    }

    /// Written, or been registered with more: again, or first after the question, of a person whose record a text has made.
    fn has_told(&self) -> bool {
        let of = self.record.customer.as_ref();
        let is_it = |what: &Wish| matches!(what, Wish::Register { customer, .. } if Some(customer) == of);
        let theirs = self.history.asked.iter().filter(|it| it.business == self.key.0 && is_it(&it.what));
        let registered: Vec<_> = theirs.filter(|it| it.since <= self.at).collect();
        let is_told = registered.len() > 1 || registered.iter().any(|it| it.since > made(self.record));
        self.record.message_type == "missing_fields" && (is_told || self.has_written())
    }

    fn has_booked(&self) -> bool {
        let of = self.record.customer.as_ref();
        let theirs = |booked: &Booked| Some(&booked.customer) == of && booked.at <= self.at;
        self.history.appointments.iter().any(|(key, steps)| key.0 == self.key.0 && steps.iter().any(theirs))
    }

    fn is_cancelled(&self) -> bool {
        let of_it = |campaign: &str| self.key.1.starts_with(&format!("campaign/{campaign}/"));
        self.history.cancelled.iter().any(|(business, campaign, _)| *business == self.key.0 && of_it(campaign))
    }

    fn person(&self) -> Option<&Person> {
        self.history.person(&self.key.0, self.record)
    }

    fn has_refused(&self) -> bool {
        self.person().is_some_and(|person| refused(person, self.at - DECIDED, self.at))
    }

    fn has_not_opted_in(&self) -> bool {
        let wants = |person| wants(person, self.at - DECIDED, self.at);
        self.business.requires_opt_in && !self.person().is_some_and(wants)
    }

    /// The most claims of marketing to the person that may count in the week. A message counts once, and once more if
    /// nothing was known of an earlier claim; of this message only those count.
    fn week(&self) -> usize {
        let week = self.at - WEEK - DECIDED..=self.at;
        let theirs = |(key, record): &(&Key, &Record)| {
            key.0 == self.key.0 && record.customer == self.record.customer && record.kind == "marketing"
        };
        let counted = |(key, record): (&Key, &Record)| {
            let claims = record.claims().filter(|claim| week.contains(claim)).count() + record.earlier_claims;
            claims.min(usize::from(key != self.key) + record.given_up() + record.earlier_claims)
        };
        self.history.messages.iter().filter(theirs).map(counted).sum()
    }

    fn has_written(&self) -> bool {
        let limit = TimeDelta::days(i64::from(self.business.inactive_days));
        let phone = self.person().and_then(|person| person.phone.as_ref());
        self.history.written.iter().any(|it| {
            it.business == self.key.0
                && Some(&it.phone) == phone
                && it.at > self.at - limit - DECIDED
                && it.at <= self.at
        })
    }

    fn has_moved_the_birthday(&self) -> bool {
        let (Some(person), Some(it)) = (self.person(), greeting(&self.key.1)) else { return false };
        !had(days_of(person, it.celebrant), it.month_day, self.at - DECIDED, self.at).1
    }

    /// In the evening the next hour at which it may go is of another day.
    fn is_day_over(&self) -> bool {
        let of_a_day = OF_A_DAY.contains(&self.record.message_type.as_str());
        let local = |at: DateTime<Utc>| at.with_timezone(&self.business.zone);
        let day = self.record.scheduled_for.unwrap_or(made(self.record));
        let is_over = local(self.at).date_naive() > local(day).date_naive();
        of_a_day && (is_over || local(self.at).hour() >= self.business.quiet.0)
    }

    /// Only where a gateway has such a window, and for a text without a template, to a person who has not written in
    /// time.
    fn is_window_closed(&self) -> bool {
        if self.business.gateway != "cloud_api" || templates::stand_for(&self.record.message_type) {
            return false;
        }
        let customer = self.record.customer.clone().map(|customer| (self.key.0.clone(), customer));
        let closed = customer.and_then(|key| self.history.closed.get(&key)).map(Vec::as_slice).unwrap_or_default();
        let phone = self.person().and_then(|person| person.phone.as_ref());
        let is_open = self.history.written.iter().any(|it| {
            it.business == self.key.0
                && Some(&it.phone) == phone
                && it.at > self.at - WINDOW + DECIDED
                && it.arrived.is_some_and(|seen| seen + WORD_ON_ITS_WAY < self.at)
                && !closed.iter().any(|at| *at >= it.at)
        });
        !is_open
    }
}
