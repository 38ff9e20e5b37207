//! The slots of the diary: times of `slot_minutes` each, one after the other from the hour of opening on.

use super::opening::open_times;
use crate::days::local_day;
use crate::{Appointment, Business};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeSet;
use std::ops::Range;

/// The starts of the slots of a local day that no appointment touches, in order. Those of `booked` whose time is not
/// taken do not count; those that begin on the day before and last into this one do.
#[must_use]
pub fn free_slots(business: &Business, date: NaiveDate, booked: &[Appointment]) -> Vec<DateTime<Utc>> {
    let taken = booked.iter().filter(|one| one.status.takes_time()).map(Appointment::time);
    free_beside(business, date, &taken.collect::<Vec<_>>())
}

/// As [`free_slots`], of the times that are taken.
#[must_use]
pub fn free_beside(business: &Business, date: NaiveDate, taken: &[Range<DateTime<Utc>>]) -> Vec<DateTime<Utc>> {
    let length = slot_length(business);
    let mut starts = slots(business, date);
    starts.retain(|start| !touches_any(&(*start..*start + length), taken));
    starts
}

/// The starts of all slots of a local day, in order. Each of them ends before the business closes.
#[must_use]
pub fn slots(business: &Business, date: NaiveDate) -> Vec<DateTime<Utc>> {
    let length = slot_length(business);
    let mut starts = BTreeSet::new();
    for open in open_times(business, date) {
        let mut start = open.start;
        while start + length <= open.end {
            starts.insert(start);
            start += length;
        }
    }
    starts.into_iter().collect()
}

/// Whether a time begins with a slot and ends before the business closes, so that it is free if nobody has it.
#[must_use]
pub fn is_bookable(business: &Business, time: &Range<DateTime<Utc>>) -> bool {
    let length = slot_length(business).num_minutes();
    let fits = |open: &Range<DateTime<Utc>>| {
        let since = time.start - open.start;
        let is_slot = since.num_minutes() % length == 0 && since == TimeDelta::minutes(since.num_minutes());
        open.start <= time.start && time.end <= open.end && is_slot
    };
    open_times(business, local_day(time.start, business.timezone)).iter().any(fits)
}

/// Whether a time shares a moment with any of those that are taken.
#[must_use]
pub fn touches_any(time: &Range<DateTime<Utc>>, taken: &[Range<DateTime<Utc>>]) -> bool {
    taken.iter().any(|other| time.start < other.end && other.start < time.end)
}

fn slot_length(business: &Business) -> TimeDelta {
    TimeDelta::minutes(business.slot_minutes.max(1).into())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::business::{Day, Span};
    use crate::{AppointmentStatus, BusinessId, CustomerId, Locale, Settings};
    use chrono_tz::Tz;
    use iso_currency::Currency;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use strum::IntoEnumIterator;
    use uuid::Uuid;

    /// Open from nine to twelve and from one to six, but on Sundays, in slots of an hour.
    pub(crate) fn business(country: &str, zone: &str) -> Business {
        let span = |opens: &str, closes: &str| Span { opens: opens.parse().unwrap(), closes: closes.parse().unwrap() };
        let hours = vec![span("13:00:00", "18:00:00"), span("09:00:00", "12:00:00")];
        let at = DateTime::UNIX_EPOCH;
        Business {
            business_id: BusinessId(Uuid::from_u128(1)),
            name: "Pata Feliz".to_owned(),
            country: country.to_owned(),
            locale: Locale::Es,
            currency: Currency::USD,
            timezone: zone.parse().unwrap(),
            owners: Vec::new(),
            opening_hours: Day::iter().filter(|day| *day != Day::Sunday).map(|day| (day, hours.clone())).collect(),
            slot_minutes: 60,
            wanted_fields: Vec::new(),
            settings: Settings::default(),
            best_hour: None,
            switched_off: std::collections::BTreeSet::new(),
            created_at: at,
            updated_at: at,
        }
    }

    fn around_the_clock(zone: &str) -> Business {
        let whole = Span { opens: "00:00:00".parse().unwrap(), closes: "23:00:00".parse().unwrap() };
        let hours = Day::iter().map(|day| (day, vec![whole])).collect();
        Business { opening_hours: hours, ..business("US", zone) }
    }

    fn booked(start: &str, minutes: u16, status: AppointmentStatus) -> Appointment {
        let at = DateTime::UNIX_EPOCH;
        Appointment {
            appointment_id: "a-1".parse().unwrap(),
            customer_id: CustomerId(Uuid::from_u128(2)),
            customer_name: None,
            pet: None,
            service: "Baño".to_owned(),
            start: start.parse().unwrap(),
            minutes,
            price: None,
            status,
            request: None,
            over_at_import: false,
            remind_at: None,
            announced_at: None,
            created_at: at,
            updated_at: at,
        }
    }

    fn shown(business: &Business, starts: &[DateTime<Utc>]) -> String {
        let local = |start: &DateTime<Utc>| start.with_timezone(&business.timezone).format("%H:%M").to_string();
        starts.iter().map(local).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn free_is_what_no_appointment_touches() {
        use AppointmentStatus::{Cancelled, Confirmed, Done, NoShow, Pending};
        let business = business("CO", "America/Bogota");
        let date = "2026-11-20".parse().unwrap();
        for (booking, free) in [
            (None, "09:00 10:00 11:00 13:00 14:00 15:00 16:00 17:00"),
            (Some(("2026-11-20T15:00:00Z", 60, Pending)), "09:00 11:00 13:00 14:00 15:00 16:00 17:00"),
            // Longer than a slot, and beside the slots: all that it touches.
            (Some(("2026-11-20T14:30:00Z", 61, Confirmed)), "11:00 13:00 14:00 15:00 16:00 17:00"),
            (Some(("2026-11-20T14:30:00Z", 15, NoShow)), "10:00 11:00 13:00 14:00 15:00 16:00 17:00"),
            (Some(("2026-11-20T12:00:00Z", 150, Done)), "10:00 11:00 13:00 14:00 15:00 16:00 17:00"),
            (Some(("2026-11-20T02:00:00Z", 1_440, Pending)), ""),
            (Some(("2026-11-20T15:00:00Z", 60, Cancelled)), "09:00 10:00 11:00 13:00 14:00 15:00 16:00 17:00"),
            // It ends when the slot begins, and begins when the slot ends.
            (Some(("2026-11-20T17:00:00Z", 60, Pending)), "09:00 10:00 11:00 13:00 14:00 15:00 16:00 17:00"),
        ] {
            let booked: Vec<_> =
                booking.map(|(start, minutes, status)| booked(start, minutes, status)).into_iter().collect();
            assert_eq!(shown(&business, &free_slots(&business, date, &booked)), free, "{booking:?}");
        }
        let sunday = "2026-11-22".parse().unwrap();
        assert!(free_slots(&business, sunday, &[]).is_empty());
        let long = Business { slot_minutes: 90, ..business.clone() };
        assert_eq!(shown(&long, &free_slots(&long, date, &[])), "09:00 10:30 13:00 14:30 16:00");
    }

    #[test]
    fn a_time_is_bookable_if_it_begins_with_a_slot_and_ends_before_closing() {
        let business = business("CO", "America/Bogota");
        for (start, minutes, is_free) in [
            ("2026-11-20T14:00:00Z", 60, true),
            ("2026-11-20T14:00:00Z", 180, true),
            // Over the break at noon.
            ("2026-11-20T14:00:00Z", 181, false),
            ("2026-11-20T14:30:00Z", 60, false),
            ("2026-11-20T14:00:30Z", 60, false),
            ("2026-11-20T13:00:00Z", 60, false),
            ("2026-11-20T22:00:00Z", 60, true),
            ("2026-11-20T22:00:00Z", 61, false),
            ("2026-11-20T17:00:00Z", 60, false),
            ("2026-11-22T14:00:00Z", 60, false),
        ] {
            let start: DateTime<Utc> = start.parse().unwrap();
            assert_eq!(
                is_bookable(&business, &(start..start + TimeDelta::minutes(minutes))),
                is_free,
                "{start} {minutes}"
            );
        }
    }

    #[test]
    fn a_day_of_23_or_25_hours_has_as_many_slots() {
        for (zone, date, free) in [
            ("America/New_York", "2026-03-08", "00:00 01:00 03:00 04:00 05:00 06:00"),
            ("America/New_York", "2026-11-01", "00:00 01:00 01:00 02:00 03:00 04:00"),
            ("America/Santiago", "2026-09-06", "01:00 02:00 03:00 04:00 05:00 06:00"),
        ] {
            let business = around_the_clock(zone);
            let slots = slots(&business, date.parse().unwrap());
            assert_eq!(shown(&business, slots.get(..6).unwrap()), free, "{zone} {date}");
            let hours = if date.contains("-11-") { 24 } else { 22 };
            assert_eq!(slots.len(), hours, "{zone} {date}");
        }
        // The hour before midnight comes twice.
        let mut santiago = around_the_clock("America/Santiago");
        let evening = Span { opens: "22:00:00".parse().unwrap(), closes: "23:30:00".parse().unwrap() };
        santiago.opening_hours = BTreeMap::from([(Day::Saturday, vec![evening])]);
        let slots = slots(&santiago, "2026-04-04".parse().unwrap());
        assert_eq!(shown(&santiago, &slots), "22:00 23:00");
    }

    proptest! {
        /// A free slot is bookable, shares no moment with what is booked, and is of its day.
        #[test]
        fn free_slots_can_be_booked(
            zone in prop::sample::select(vec!["America/Bogota", "America/New_York", "America/Santiago", "America/Havana"]),
            day in 0..4_000u64, slot in 5..180u16,
            booked_at in prop::collection::vec((0..3_000i64, 1..600u16), 0..12),
        ) {
            let zone: Tz = zone.parse().unwrap();
            let business = Business { slot_minutes: slot, ..around_the_clock(zone.name()) };
            let date = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(day);
            let whole = crate::days::day_range(date, zone);
            let booked: Vec<_> = booked_at.into_iter().map(|(minute, minutes)| {
                let start = whole.start - TimeDelta::days(1) + TimeDelta::minutes(minute);
                Appointment { start, ..booked("2026-01-01T00:00:00Z", minutes, AppointmentStatus::Pending) }
            }).collect();
            let length = TimeDelta::minutes(slot.into());
            let free = free_slots(&business, date, &booked);
            for start in &free {
                let time = *start..*start + length;
                prop_assert!(is_bookable(&business, &time));
                prop_assert!(booked.iter().all(|other| other.end() <= time.start || time.end <= other.start));
                prop_assert!(whole.contains(start));
            }
            // And every other slot is touched.
            for start in slots(&business, date).iter().filter(|start| !free.contains(start)) {
                let time = *start..*start + length;
                prop_assert!(booked.iter().any(|other| other.start < time.end && time.start < other.end()));
            }
        }
    }
}
