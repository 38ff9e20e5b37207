//! Appointments that customers ask for in the chat. The assistant only reads the wish; what it gives is checked here. An
//! appointment that is asked for takes its time at once, and is none until the business confirms it.

use super::appointment::AppointmentStatus;
use super::slots::{free_beside, is_bookable, touches_any};
use super::start::read_start;
use crate::business::Service;
use crate::fold::fold;
use crate::{Appointment, AppointmentId, Business, Customer, Money, QuietHours, day_range, local_day};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// Days, with today, whose free times the assistant is told.
const DAYS_TOLD: usize = 7;
/// The most times that it is told: more would cost more than they help.
const MOST_TOLD: usize = 120;
/// An appointment may be asked for so long ahead.
const AHEAD: TimeDelta = TimeDelta::days(60);
/// Free times that are offered in the place of one that is not free.
const OFFERED: usize = 3;
/// The most requests of one customer that wait for the business at a time.
pub const MOST_WAITING: usize = 3;

/// How the business has decided on an appointment that its customer asked for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumIter, EnumString, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum BookingRequest {
    /// Not yet. It is not booked.
    Waiting,
    /// It is booked.
    Confirmed,
    /// It does not take place.
    Declined,
    /// Nobody has answered in time. It does not take place.
    Expired,
}

impl BookingRequest {
    /// As it is once the appointment has a status.
    #[must_use]
    pub fn with(self, status: AppointmentStatus) -> Self {
        match (self, status) {
            (Self::Waiting, AppointmentStatus::Cancelled) => Self::Declined,
            // Brought back.
            (Self::Declined | Self::Expired, AppointmentStatus::Pending) => Self::Waiting,
            (_, AppointmentStatus::Confirmed | AppointmentStatus::Done | AppointmentStatus::NoShow) => Self::Confirmed,
            (same, _) => same,
        }
    }
}

/// A request that nobody answers expires so long before its start, or half-way to it if that is later.
const EXPIRES: TimeDelta = TimeDelta::hours(1);

impl Appointment {
    /// When it expires, if it is a request that nobody answers, UTC.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        let half_way = self.created_at + (self.start - self.created_at) / 2;
        (self.start - EXPIRES).max(half_way)
    }

    /// When a request that waits is to be looked at, UTC: the owners are asked again, or it expires. `None` of any other.
    #[must_use]
    pub fn request_due(&self) -> Option<DateTime<Utc>> {
        let expires = self.expires_at();
        self.is_waiting().then(|| self.remind_at.map_or(expires, |at| at.min(expires)))
    }

    /// As it is once the owners were asked again.
    #[must_use]
    pub fn asked_again(&self) -> Self {
        Self { remind_at: None, ..self.clone() }
    }

    /// As it is once nobody has answered in time, at `now` (UTC).
    #[must_use]
    pub fn expired(&self, now: DateTime<Utc>) -> Self {
        let (status, request) = (AppointmentStatus::Cancelled, Some(BookingRequest::Expired));
        Self { status, request, remind_at: None, updated_at: now, ..self.clone() }
    }

    /// As it is once its time has passed and nobody is to be told: no request any more.
    #[must_use]
    pub fn ended_unsaid(&self, now: DateTime<Utc>) -> Self {
        Self { request: None, ..self.expired(now) }
    }
}

/// When the owners are asked again about what a customer asked for at `asked` (UTC): after some hours of the day, counted
/// from the morning if it was at night.
fn asked_again_at(business: &Business, asked: DateTime<Utc>) -> DateTime<Utc> {
    let (night, zone) = (QuietHours::from(&business.settings), business.timezone);
    let by_day = |at| night.ends_after(at, zone).unwrap_or(at);
    by_day(by_day(asked) + TimeDelta::hours(business.settings.request_reminder_hours.into()))
}

/// An appointment that a customer wants, as code has found it possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The number of the message that asks for it, within the chat.
    pub sequence: u64,
    /// As the business calls it.
    pub service: String,
    /// When it begins, UTC.
    pub start: DateTime<Utc>,
    /// How long it takes.
    pub minutes: u16,
    /// In minor units of the business's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// The pet that it is for, if the customer has one and no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pet: Option<String>,
}

/// Why a wish is none for an appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unwanted {
    /// The business does nothing of this name.
    NoSuchService,
    /// Nobody can come then: the time cannot be read, has passed, is too far ahead, or is no slot. Of a time that can be
    /// read the wish is kept, so that others near it can be offered.
    NoSuchTime(Box<Wanted>),
}

impl Wanted {
    /// What a customer wants: a service by its name, and a start in the business's zone, as `2026-11-30T09:00`.
    ///
    /// # Errors
    /// It is no wish that can be passed on.
    pub fn read(
        business: &Business,
        service: &str,
        start: &str,
        sequence: u64,
        now: DateTime<Utc>,
    ) -> Result<Self, Unwanted> {
        let named = |it: &&Service| fold(&it.name) == fold(service);
        let service = business.settings.services.iter().find(named).ok_or(Unwanted::NoSuchService)?;
        let price = service.price.as_deref().and_then(|price| Money::read(price, business.currency).ok());
        let told = read_local(start, business);
        let wanted = Self {
            sequence,
            service: service.name.clone(),
            start: told.unwrap_or(now),
            minutes: service.minutes.unwrap_or(business.slot_minutes).max(1),
            price: price.map(|price| price.minor),
            pet: None,
        };
        let is_ahead = now < wanted.start && wanted.start <= now + AHEAD;
        if told.is_some() && is_ahead && is_bookable(business, &wanted.time()) {
            Ok(wanted)
        } else {
            Err(Unwanted::NoSuchTime(Box::new(wanted)))
        }
    }

    fn time(&self) -> Range<DateTime<Utc>> {
        self.start..self.start + TimeDelta::minutes(self.minutes.into())
    }

    /// For the customer's pet, if they have one and no more.
    #[must_use]
    pub fn of_pet(self, customer: &Customer) -> Self {
        let pet = if let [only] = customer.pets.as_slice() { Some(only.name.clone()) } else { None };
        Self { pet, ..self }
    }

    /// As an appointment of the customer that waits for the business.
    #[must_use]
    pub fn appointment(&self, business: &Business, customer: &Customer, now: DateTime<Utc>) -> Appointment {
        let mut appointment = Appointment {
            appointment_id: AppointmentId::of_chat(customer.customer_id, self.sequence),
            customer_id: customer.customer_id,
            customer_name: customer.name.clone(),
            pet: self.pet.clone(),
            service: self.service.clone(),
            start: self.start,
            minutes: self.minutes,
            price: self.price,
            status: AppointmentStatus::Pending,
            request: Some(BookingRequest::Waiting),
            over_at_import: false,
            remind_at: None,
            announced_at: None,
            created_at: now,
            updated_at: now,
        };
        let again = asked_again_at(business, now);
        appointment.remind_at = Some(again).filter(|again| *again < appointment.expires_at());
        appointment
    }

    /// The free starts of the next days that are nearest to the wanted one, in their order.
    #[must_use]
    pub fn nearest(
        &self,
        business: &Business,
        taken: &[Range<DateTime<Utc>>],
        now: DateTime<Utc>,
    ) -> Vec<DateTime<Utc>> {
        let length = TimeDelta::minutes(self.minutes.into());
        let is_free = |start: &DateTime<Utc>| {
            let time = *start..*start + length;
            now < *start && is_bookable(business, &time) && !touches_any(&time, taken)
        };
        let days = days_told(business, now).flat_map(|date| free_beside(business, date, taken));
        let mut free: Vec<_> = days.filter(is_free).collect();
        free.sort_by_key(|start| (*start - self.start).abs());
        free.truncate(OFFERED);
        free.sort_unstable();
        free
    }
}

/// A local time without an offset: with one, nobody knows which of both is meant.
fn read_local(text: &str, business: &Business) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let is_local =
        ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().any(|it| NaiveDateTime::parse_from_str(text, it).is_ok());
    read_start(text, business.timezone).ok().filter(|_| is_local)
}

/// Whether customers of the business may ask for appointments in the chat.
#[must_use]
pub fn takes_requests(business: &Business) -> bool {
    !business.opening_hours.is_empty() && !business.settings.services.is_empty()
}

fn days_told(business: &Business, now: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
    local_day(now, business.timezone).iter_days().take(DAYS_TOLD)
}

/// The time whose appointments decide which times are told, UTC.
#[must_use]
pub fn time_told(business: &Business, now: DateTime<Utc>) -> Range<DateTime<Utc>> {
    let last = days_told(business, now).last().unwrap_or_default();
    now..day_range(last, business.timezone).end
}

/// The free times of the next days: local days with the local times at which their slots begin.
#[must_use]
pub fn free_times(
    business: &Business,
    taken: &[Range<DateTime<Utc>>],
    now: DateTime<Utc>,
) -> Vec<(NaiveDate, Vec<NaiveTime>)> {
    let mut room = MOST_TOLD;
    let mut days = Vec::new();
    for date in days_told(business, now) {
        let free = free_beside(business, date, taken).into_iter().filter(|start| now < *start).take(room);
        let times: Vec<_> = free.map(|start| start.with_timezone(&business.timezone).time()).collect();
        room -= times.len();
        if !times.is_empty() {
            days.push((date, times));
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diary::slots::tests::business;
    use crate::{CustomerId, Profile};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Open from nine to twelve and from one to six in Bogotá.
    fn shop() -> Business {
        let mut shop = business("CO", "America/Bogota");
        let service = |name: &str, minutes, price: &str| Service {
            name: name.to_owned(),
            minutes,
            price: Some(price.to_owned()),
        };
        shop.settings.services = vec![service("Baño y corte", Some(120), "80"), service("Uñas", None, "15.50")];
        shop
    }

    #[test]
    fn a_wish_is_a_service_of_the_business_and_a_slot_ahead() {
        let now = at("2026-11-20T15:30:00Z");
        let read = |service: &str, start: &str| Wanted::read(&shop(), service, start, 7, now);
        let wanted = read("bano y CORTE", "2026-11-20T13:00").unwrap();
        assert_eq!((wanted.service.as_str(), wanted.start), ("Baño y corte", at("2026-11-20T18:00:00Z")));
        assert_eq!((wanted.minutes, wanted.price, wanted.sequence), (120, Some(8_000), 7));
        assert_eq!(read("uñas", "2026-11-23T09:00:00").unwrap().minutes, 60);
        assert_eq!(read("Time travel", "2026-11-23T09:00"), Err(Unwanted::NoSuchService));
        for start in [
            "1999-12-31T23:59",
            "tomorrow at noon",
            "",
            "2026-11-23T03:17",
            // A Sunday, an hour that has passed, one that ends after closing, and one too far ahead.
            "2026-11-22T09:00",
            "2026-11-20T10:00",
            "2026-11-23T17:00",
            "2027-03-01T09:00",
            // Of which clock?
            "2026-11-23T09:00Z",
            "2026-11-23T09:00-05:00",
        ] {
            assert!(matches!(read("Baño y corte", start), Err(Unwanted::NoSuchTime(_))), "{start}");
        }
    }

    #[test]
    fn the_nearest_free_times_hold_the_whole_service() {
        let (shop, now) = (shop(), at("2026-11-20T15:30:00Z"));
        let wanted = Wanted::read(&shop, "Baño y corte", "2026-11-20T15:00", 1, now).unwrap();
        // Three to four is another's.
        let taken = [at("2026-11-20T20:00:00Z")..at("2026-11-20T21:00:00Z")];
        let nearest = wanted.nearest(&shop, &taken, now);
        let shown: Vec<_> =
            nearest.iter().map(|start| start.with_timezone(&shop.timezone).format("%d %H:%M").to_string()).collect();
        assert_eq!(shown, ["20 13:00", "20 16:00", "21 09:00"]);
    }

    #[test]
    fn the_assistant_is_told_of_a_week_and_of_no_time_that_has_passed() {
        let (shop, now) = (shop(), at("2026-11-20T15:30:00Z"));
        let taken = [at("2026-11-20T16:00:00Z")..at("2026-11-20T19:00:00Z")];
        let free = free_times(&shop, &taken, now);
        let first: Vec<_> = free[0].1.iter().map(|time| time.format("%H:%M").to_string()).collect();
        assert_eq!((free.len(), first.join(" ").as_str()), (6, "14:00 15:00 16:00 17:00"));
        assert_eq!(time_told(&shop, now), now..at("2026-11-27T05:00:00Z"));
        let short = Business { slot_minutes: 5, ..shop };
        assert_eq!(free_times(&short, &[], now).iter().map(|(_, times)| times.len()).sum::<usize>(), MOST_TOLD);
    }

    /// In Bogotá, by the default of two hours: asked, for when, asked again, expired.
    #[test]
    fn a_request_is_asked_about_again_by_day_and_expires_before_its_start() {
        let shop = shop();
        let ana = Customer::new(CustomerId(uuid::Uuid::nil()), None, &Profile::default(), DateTime::UNIX_EPOCH);
        for (asked, start, again, expires) in [
            ("2026-11-20T15:30:00Z", "2026-11-21T09:00", Some("2026-11-20T17:30:00Z"), "2026-11-21T13:00:00Z"),
            // At night, and in the evening.
            ("2026-11-20T03:00:00Z", "2026-11-20T15:00", Some("2026-11-20T15:00:00Z"), "2026-11-20T19:00:00Z"),
            ("2026-11-20T23:30:00Z", "2026-11-21T13:00", Some("2026-11-21T13:00:00Z"), "2026-11-21T17:00:00Z"),
            // It expires before, and half-way.
            ("2026-11-20T23:30:00Z", "2026-11-21T09:00", None, "2026-11-21T13:00:00Z"),
            ("2026-11-20T14:00:00Z", "2026-11-20T10:00", None, "2026-11-20T14:30:00Z"),
        ] {
            let wanted = Wanted::read(&shop, "Uñas", start, 1, at(asked)).unwrap();
            let made = wanted.appointment(&shop, &ana, at(asked));
            assert_eq!((made.remind_at, made.expires_at()), (again.map(at), at(expires)), "{asked}");
            assert_eq!(made.request_due(), Some(again.map_or(at(expires), at)));
            assert_eq!(made.asked_again().request_due(), Some(at(expires)));
            let gone = made.expired(at(expires));
            assert_eq!((gone.request_due(), gone.booking().is_decided_after(Some(made.booking()))), (None, true));
        }
    }

    #[test]
    fn the_status_decides_a_request() {
        use AppointmentStatus::{Cancelled, Confirmed, Done, Pending};
        use BookingRequest as Request;
        for (before, status, after) in [
            (Request::Waiting, Pending, Request::Waiting),
            (Request::Waiting, Confirmed, Request::Confirmed),
            (Request::Waiting, Done, Request::Confirmed),
            (Request::Waiting, Cancelled, Request::Declined),
            (Request::Declined, Pending, Request::Waiting),
            (Request::Declined, Confirmed, Request::Confirmed),
            (Request::Confirmed, Pending, Request::Confirmed),
            (Request::Confirmed, Cancelled, Request::Confirmed),
            (Request::Expired, Cancelled, Request::Expired),
            (Request::Expired, Pending, Request::Waiting),
            (Request::Expired, Confirmed, Request::Confirmed),
        ] {
            assert_eq!(before.with(status), after, "{before} {status}");
        }
    }
}
