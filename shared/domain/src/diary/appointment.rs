//! An appointment: a customer, a service and a time.

use super::request::BookingRequest;
use crate::{AppointmentId, CustomerId};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::ops::Range;
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// An appointment of a customer. All times in UTC; `Debug` hides the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// The caller's own name for it, or one of ours; unique within a business.
    pub appointment_id: AppointmentId,
    /// The customer who comes.
    pub customer_id: CustomerId,
    /// The customer's name when the appointment was made, so that a list of the day needs no more reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// The name of the pet that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pet: Option<String>,
    /// As the business calls it.
    pub service: String,
    /// When it begins.
    pub start: DateTime<Utc>,
    /// How long it takes.
    pub minutes: u16,
    /// In minor units of the business's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// How the business has decided, if the customer asked for it in the chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<BookingRequest>,
    /// It was done already when it was imported: nobody is asked how it was.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over_at_import: bool,
    /// When the owners are asked again about a request that waits; none once they were, or if it expires before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_at: Option<DateTime<Utc>>,
    /// When the business last moved it, cancelled it or brought it back so that the customer is to hear of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything of it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Appointment {
    /// When it is over.
    #[must_use]
    pub fn end(&self) -> DateTime<Utc> {
        self.start + TimeDelta::minutes(self.minutes.into())
    }

    /// From its start until before its end.
    #[must_use]
    pub fn time(&self) -> Range<DateTime<Utc>> {
        self.start..self.end()
    }

    /// Its time, its status and what it is for.
    #[must_use]
    pub fn booking(&self) -> Booking {
        let Self { start, minutes, status, request, announced_at, .. } = *self;
        Booking { start, minutes, status, request, announced_at, service: self.service_hash() }
    }

    /// Whether it was asked for in the chat, and the business has not decided. Nothing may say that it is booked.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.request == Some(BookingRequest::Waiting)
    }

    /// Of its service and its pet as they now are.
    #[must_use]
    pub fn service_hash(&self) -> ServiceHash {
        ServiceHash::of(&self.service, self.pet.as_deref())
    }

    /// As it is after a change.
    ///
    /// A confirmed one that moves waits for a confirmation again, for its new time. A cancelled one comes back only with
    /// a start, which may be the old one: its time may be another's by now. Nobody has come, or stayed away, before the
    /// start.
    ///
    /// # Errors
    /// The status cannot be that now.
    pub fn changed(&self, change: AppointmentChange, now: DateTime<Utc>) -> Result<Self, StatusError> {
        let AppointmentChange { pet, service, start, minutes, price, status, tells } = change;
        let comes_back = self.status == AppointmentStatus::Cancelled && start.is_some();
        let moves = start.is_some_and(|start| start != self.start);
        let usual = match self.status {
            AppointmentStatus::Cancelled if comes_back => AppointmentStatus::Pending,
            AppointmentStatus::Confirmed if moves => AppointmentStatus::Pending,
            unchanged => unchanged,
        };
        let mut after = Self {
            pet: pet.or_else(|| self.pet.clone()),
            service: service.unwrap_or_else(|| self.service.clone()),
            start: start.unwrap_or(self.start),
            minutes: minutes.unwrap_or(self.minutes),
            price: price.or(self.price),
            status: status.unwrap_or(usual),
            ..self.clone()
        };
        if self.status == AppointmentStatus::Cancelled && after.status.takes_time() && !comes_back {
            return Err(StatusError::Cancelled);
        }
        after.request = self.request.map(|request| request.with(after.status));
        after.remind_at = self.remind_at.filter(|_| after.is_waiting());
        after.announced_at = self.announced(&after, tells, now);
        after.check_status(now)?;
        if after != *self {
            after.updated_at = now;
        }
        Ok(after)
    }

    /// When the customer is to hear of what has become of it. The decision on a request is told by itself.
    fn announced(&self, after: &Self, tells: bool, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (was, is) = (self.status.is_open(), after.status.is_open());
        let changes = was != is || self.start != after.start;
        let is_decision = self.is_waiting() || self.request != after.request;
        let is_ahead = now < if is { after.start } else { self.start };
        let is_news = is || was && after.status == AppointmentStatus::Cancelled;
        match changes {
            true => Some(now).filter(|_| tells && !is_decision && is_ahead && is_news),
            false => self.announced_at,
        }
    }

    /// Whether its status can be that now.
    ///
    /// # Errors
    /// It cannot.
    pub fn check_status(&self, now: DateTime<Utc>) -> Result<(), StatusError> {
        let is_over = matches!(self.status, AppointmentStatus::Done | AppointmentStatus::NoShow);
        if is_over && self.start > now { Err(StatusError::NotBegun) } else { Ok(()) }
    }

    /// Whether the customer's visits are others than before: it took place now, or did not after all, or at another time.
    #[must_use]
    pub fn changes_visits(&self, before: Option<&Self>) -> bool {
        let visit = |one: &Self| (one.status == AppointmentStatus::Done).then(|| (one.start, one.service.clone()));
        before.and_then(visit) != visit(self)
    }

    /// Whether it asks for time that it did not have as it was before.
    #[must_use]
    pub fn needs_time(&self, before: Option<&Self>) -> bool {
        let had = before.filter(|before| before.status.takes_time()).map(Self::time);
        let has_it = had.is_some_and(|had| had.start <= self.start && self.end() <= had.end);
        self.status.takes_time() && !has_it
    }
}

/// A change of an appointment; what is absent stays.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AppointmentChange {
    /// The name of the pet that it is for.
    pub pet: Option<String>,
    /// As the business calls it.
    pub service: Option<String>,
    /// When it begins, UTC.
    pub start: Option<DateTime<Utc>>,
    /// How long it takes.
    pub minutes: Option<u16>,
    /// In minor units of the business's currency.
    pub price: Option<i64>,
    /// Where it stands then.
    pub status: Option<AppointmentStatus>,
    /// Whether the customer is to hear of a move or a cancellation.
    pub tells: bool,
}

/// Why an appointment cannot have a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusError {
    /// It is cancelled, and comes back only with a start.
    Cancelled,
    /// It has not begun: nobody has come yet, or stayed away.
    NotBegun,
}

/// A short hash of the service and the pet of an appointment: whether a text still tells the right ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceHash(u32);

impl ServiceHash {
    /// Of a service, and of the pet's name if there is one.
    #[must_use]
    pub fn of(service: &str, pet: Option<&str>) -> Self {
        let hash = Sha256::digest(format!("{service:?}/{pet:?}"));
        Self(hash.iter().take(4).fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
    }
}

impl fmt::Display for ServiceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// The time and the status of an appointment, and what it is for: what others act on when they change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// When it begins, UTC.
    pub start: DateTime<Utc>,
    /// How long it takes.
    pub minutes: u16,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// How the business has decided, if the customer asked for it in the chat.
    pub request: Option<BookingRequest>,
    /// When the business last changed it so that the customer is to hear of it, UTC.
    pub announced_at: Option<DateTime<Utc>>,
    /// Its service and its pet.
    pub service: ServiceHash,
}

impl Booking {
    /// When it is over, UTC.
    #[must_use]
    pub fn end(self) -> DateTime<Utc> {
        self.start + TimeDelta::minutes(self.minutes.into())
    }

    /// Whether it was made, moved, brought back, got another service or pet, or was a request that the business has
    /// confirmed, and is still to come or to be decided on. One that a customer has only asked for is not booked.
    #[must_use]
    pub fn is_booked_after(self, before: Option<Self>) -> bool {
        let waits = |it: Self| it.request == Some(BookingRequest::Waiting);
        let same = |before: Self| before.start == self.start && before.service == self.service;
        let was = before.is_some_and(|before| before.status.takes_time() && !waits(before) && same(before));
        self.status.is_open() && !waits(self) && !was
    }

    /// Whether it was decided since on an appointment that its customer asked for, or the business has changed it so that
    /// the customer is to hear of it.
    #[must_use]
    pub fn is_decided_after(self, before: Option<Self>) -> bool {
        let decided = |it: Self| it.request.filter(|request| *request != BookingRequest::Waiting);
        let announced = |it: Self| it.announced_at;
        decided(self).is_some() && decided(self) != before.and_then(decided)
            || announced(self).is_some() && announced(self) != before.and_then(announced)
    }

    /// Whether the time of before is free since: it was cancelled, or moved away from its start.
    #[must_use]
    pub fn has_freed(self, before: Self) -> bool {
        before.status.takes_time() && (!self.status.takes_time() || before.start != self.start)
    }

    /// Whether it has become done.
    #[must_use]
    pub fn is_done_after(self, before: Option<Self>) -> bool {
        let was = before.is_some_and(|before| before.status == AppointmentStatus::Done);
        self.status == AppointmentStatus::Done && !was
    }
}

impl fmt::Debug for Appointment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Appointment")
            .field("appointment_id", &self.appointment_id)
            .field("customer_id", &self.customer_id)
            .field("start", &self.start)
            .field("minutes", &self.minutes)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// The status of an appointment.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AppointmentStatus {
    /// Made, and not confirmed yet.
    Pending,
    /// The customer, or the business, has said that it takes place.
    Confirmed,
    /// It took place.
    Done,
    /// It does not take place; its time is free.
    Cancelled,
    /// The customer did not come.
    NoShow,
}

impl AppointmentStatus {
    /// Whether its time is taken.
    #[must_use]
    pub fn takes_time(self) -> bool {
        self != Self::Cancelled
    }

    /// Whether it is still to come or to be decided on.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AppointmentStatus::{Cancelled, Confirmed, Done, NoShow, Pending};
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn appointment(status: AppointmentStatus) -> Appointment {
        Appointment {
            appointment_id: "a-1".parse().unwrap(),
            customer_id: CustomerId(Uuid::from_u128(2)),
            customer_name: Some("Ana".to_owned()),
            pet: None,
            service: "Baño".to_owned(),
            start: at("2026-11-20T15:00:00Z"),
            minutes: 60,
            price: None,
            status,
            request: None,
            over_at_import: false,
            remind_at: None,
            announced_at: None,
            created_at: at("2026-11-01T00:00:00Z"),
            updated_at: at("2026-11-01T00:00:00Z"),
        }
    }

    #[test]
    fn which_status_follows_which() {
        let (early, late) = ("2026-11-20T14:59:59Z", "2026-11-20T15:00:00Z");
        let (old, new) = (Some("2026-11-20T15:00:00Z"), Some("2026-11-19T15:00:00Z"));
        for (before, start, status, now, after) in [
            (Pending, None, Some(Confirmed), early, Ok(Confirmed)),
            (Confirmed, None, Some(Pending), early, Ok(Pending)),
            (Pending, None, Some(Cancelled), late, Ok(Cancelled)),
            (Pending, None, Some(Done), early, Err(StatusError::NotBegun)),
            (Confirmed, None, Some(NoShow), early, Err(StatusError::NotBegun)),
            (Confirmed, None, Some(Done), late, Ok(Done)),
            (Done, None, Some(NoShow), late, Ok(NoShow)),
            (NoShow, None, Some(Pending), late, Ok(Pending)),
            (Done, None, Some(Cancelled), late, Ok(Cancelled)),
            // A move.
            (Confirmed, new, None, early, Ok(Pending)),
            (Confirmed, old, None, early, Ok(Confirmed)),
            (Confirmed, new, Some(Confirmed), early, Ok(Confirmed)),
            (Pending, new, Some(Done), early, Ok(Done)),
            (Done, Some("2026-11-21T15:00:00Z"), None, late, Err(StatusError::NotBegun)),
            // A return.
            (Cancelled, None, None, early, Ok(Cancelled)),
            (Cancelled, None, Some(Cancelled), early, Ok(Cancelled)),
            (Cancelled, None, Some(Confirmed), early, Err(StatusError::Cancelled)),
            (Cancelled, None, Some(Done), late, Err(StatusError::Cancelled)),
            (Cancelled, old, None, early, Ok(Pending)),
            (Cancelled, new, Some(Confirmed), early, Ok(Confirmed)),
            (Cancelled, new, Some(Cancelled), early, Ok(Cancelled)),
        ] {
            let change = AppointmentChange { start: start.map(at), status, ..AppointmentChange::default() };
            let changed = appointment(before).changed(change, at(now));
            assert_eq!(changed.map(|changed| changed.status), after, "{before} {start:?} {status:?} {now}");
        }
    }

    /// A move, a cancellation or a return, ahead of its time, if the caller wants it told.
    #[test]
    fn the_customer_is_to_hear_of_what_changes_a_visit() {
        use BookingRequest::{Declined, Waiting};
        let (old, new) = ("2026-11-20T15:00:00Z", "2026-11-21T15:00:00Z");
        let (early, late) = (at("2026-11-19T15:00:00Z"), at("2026-11-20T16:00:00Z"));
        for (before, request, start, status, now, hears) in [
            (Confirmed, None, None, Some(Cancelled), early, true),
            (Pending, None, Some(new), None, early, true),
            (Confirmed, None, Some(new), Some(Confirmed), early, true),
            (Cancelled, None, Some(old), None, early, true),
            (Confirmed, Some(BookingRequest::Confirmed), None, Some(Cancelled), early, true),
            (Confirmed, None, Some(old), None, early, false),
            (Pending, None, None, Some(Confirmed), early, false),
            (Confirmed, None, None, Some(Cancelled), late, false),
            (Confirmed, None, None, Some(Done), late, false),
            (Done, None, None, Some(Cancelled), late, false),
            (Pending, Some(Waiting), None, Some(Cancelled), early, false),
            (Pending, Some(Waiting), Some(new), None, early, false),
            (Cancelled, Some(Declined), Some(new), Some(Confirmed), early, false),
        ] {
            let one = Appointment { request, ..appointment(before) };
            for tells in [true, false] {
                let change = AppointmentChange { start: start.map(at), status, tells, ..AppointmentChange::default() };
                let after = one.changed(change, now).unwrap();
                let expected = Some(now).filter(|_| hears && tells);
                assert_eq!(after.announced_at, expected, "{before} {request:?} {start:?} {status:?}");
                assert!(!hears || !tells || after.booking().is_decided_after(Some(one.booking())));
            }
        }
        // A later change that is none of these leaves it.
        let told = Appointment { announced_at: Some(early), ..appointment(Pending) };
        let change = AppointmentChange { price: Some(50), tells: true, ..AppointmentChange::default() };
        assert_eq!(told.changed(change, late).unwrap().announced_at, Some(early));
    }

    #[test]
    fn a_change_that_changes_nothing_leaves_no_trace() {
        let before = appointment(Confirmed);
        let same = AppointmentChange {
            service: Some("Baño".to_owned()),
            start: Some(before.start),
            minutes: Some(60),
            status: Some(Confirmed),
            ..AppointmentChange::default()
        };
        assert!(before.changed(same.clone(), at("2026-11-19T00:00:00Z")) == Ok(before.clone()));
        let now = at("2026-11-19T00:00:00Z");
        let after = before.changed(AppointmentChange { price: Some(50), ..same }, now).unwrap();
        assert_eq!((after.price, after.updated_at), (Some(50), now));
    }

    #[test]
    fn time_is_needed_by_what_did_not_have_it() {
        let before = appointment(Confirmed);
        assert!(before.needs_time(None));
        assert!(!before.needs_time(Some(&before)));
        assert!(!appointment(Cancelled).needs_time(None));
        assert!(before.needs_time(Some(&appointment(Cancelled))));
        assert!(!Appointment { minutes: 30, ..before.clone() }.needs_time(Some(&before)));
        assert!(Appointment { minutes: 61, ..before.clone() }.needs_time(Some(&before)));
        assert!(Appointment { start: at("2026-11-20T14:00:00Z"), ..before.clone() }.needs_time(Some(&before)));
    }

    /// Booked, freed, done.
    #[test]
    fn what_others_act_on() {
        let service = ServiceHash::of("Baño", None);
        let booking = |status, start: &str| Booking {
            start: at(start),
            minutes: 60,
            status,
            request: None,
            announced_at: None,
            service,
        };
        let (ten, eleven) = ("2026-11-20T15:00:00Z", "2026-11-20T16:00:00Z");
        for (before, after, expected) in [
            (None, (Pending, ten), [true, false, false]),
            (None, (Done, ten), [false, false, true]),
            (None, (Cancelled, ten), [false, false, false]),
            (Some((Pending, ten)), (Confirmed, ten), [false, false, false]),
            (Some((Pending, ten)), (Pending, eleven), [true, true, false]),
            (Some((Confirmed, ten)), (Cancelled, ten), [false, true, false]),
            (Some((Cancelled, ten)), (Cancelled, eleven), [false, false, false]),
            (Some((Cancelled, ten)), (Pending, ten), [true, false, false]),
            (Some((Confirmed, ten)), (Done, ten), [false, false, true]),
            (Some((Done, ten)), (Done, eleven), [false, true, false]),
            (Some((Done, ten)), (NoShow, ten), [false, false, false]),
            (Some((NoShow, ten)), (Pending, ten), [false, false, false]),
        ] {
            let (was, is) = (before.map(|(status, start)| booking(status, start)), booking(after.0, after.1));
            let found = [is.is_booked_after(was), was.is_some_and(|was| is.has_freed(was)), is.is_done_after(was)];
            assert_eq!(found, expected, "{before:?} {after:?}");
        }
    }

    /// A request is booked once it is confirmed, and decided on once.
    #[test]
    fn a_request_is_booked_by_its_confirmation() {
        let now = at("2026-11-19T00:00:00Z");
        let asked = Appointment { request: Some(BookingRequest::Waiting), ..appointment(Pending) };
        let to = |status| AppointmentChange { status: Some(status), ..AppointmentChange::default() };
        let back = AppointmentChange { start: Some(asked.start), ..AppointmentChange::default() };
        let (confirmed, declined) =
            (asked.changed(to(Confirmed), now).unwrap(), asked.changed(to(Cancelled), now).unwrap());
        let (again, cancelled) = (declined.changed(back, now).unwrap(), confirmed.changed(to(Cancelled), now).unwrap());
        assert!(asked.is_waiting() && again.is_waiting() && !confirmed.is_waiting());
        for (before, after, booked, decided) in [
            (None, &asked, false, false),
            (Some(&asked), &confirmed, true, true),
            (Some(&asked), &declined, false, true),
            (Some(&declined), &again, false, false),
            (Some(&confirmed), &cancelled, false, false),
        ] {
            let (was, is) = (before.map(Appointment::booking), after.booking());
            assert_eq!((is.is_booked_after(was), is.is_decided_after(was)), (booked, decided), "{before:?} {after:?}");
        }
    }

    #[test]
    fn another_service_or_pet_is_booked_anew_while_it_is_to_come() {
        let before = appointment(Confirmed);
        let other = [
            Appointment { service: "Corte".to_owned(), ..before.clone() },
            Appointment { pet: Some("Rex".to_owned()), ..before.clone() },
        ];
        for after in other {
            assert!(after.booking().is_booked_after(Some(before.booking())));
            assert!(!after.booking().has_freed(before.booking()));
            let done = Appointment { status: Done, ..after };
            assert!(!done.booking().is_booked_after(Some(before.booking())));
        }
        let dearer = Appointment { price: Some(1), ..before.clone() };
        assert!(!dearer.booking().is_booked_after(Some(before.booking())));
    }
}
