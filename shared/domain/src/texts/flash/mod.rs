//! The free times of a day or a few, offered to a customer.

use super::{CustomerName, Hours, Line, OnDays, Percent};
use chrono::{NaiveDate, NaiveTime};

text! {
    /// Offers a customer the free times of a day or a few. It is written anew on each day, as it may say `tomorrow`.
    Flash: Marketing, OnItsDay
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// the days, as `mañana, domingo 29 de noviembre` or `mañana y el lunes 30`
    days: OnDays,
    /// the free times, if it is one day, as `9:00, 10:00 y 15:00`
    hours: Hours,
    /// how much off, as `10 %` in Spanish or `10%`; missing if it is nothing
    offer: Percent,
}

/// A local day that has free times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeDay {
    /// Which one.
    pub date: NaiveDate,
    /// The starts of its free slots, local time.
    pub hours: Vec<NaiveTime>,
}

impl<'a> Flash<'a> {
    /// As it is read on the local date `today`; `None` once all the days are over or none has a free time.
    #[must_use]
    pub fn new(
        name: Option<&'a str>,
        business: &'a str,
        days: &[FreeDay],
        today: NaiveDate,
        offer: u8,
    ) -> Option<Self> {
        let left: Vec<&FreeDay> = days.iter().filter(|day| day.date >= today && !day.hours.is_empty()).collect();
        let hours = match left.as_slice() {
            [] => return None,
            [only] => only.hours.as_slice(),
            _ => &[],
        };
        Some(Self {
            name: CustomerName(name),
            business: Line(business),
            days: OnDays { days: left.iter().map(|day| day.date).collect(), today },
            hours: Hours(hours.into()),
            offer: Percent(offer),
        })
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    let date = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
    let hours = |hours: &[u32]| hours.iter().map(|hour| NaiveTime::from_hms_opt(*hour, 0, 0).unwrap()).collect();
    let day = |day, at: &[u32]| FreeDay { date: date(day), hours: hours(at) };
    let tomorrow = vec![day(29, &[9, 10, 15])];
    let days = vec![day(27, &[9]), day(29, &[9, 10]), day(30, &[14]), FreeDay { date: date(30), hours: Vec::new() }];
    let whole = vec![day(28, &[9, 10, 11, 12, 13, 14, 15])];
    let later = vec![day(30, &[16])];
    super::tests::for_each_name(
        [(tomorrow, 25), (days, 0), (whole, 25), (later, 0)],
        |CustomerName(name), (days, offer)| Flash::new(name, "Pet Amigo", &days, date(28), offer).unwrap(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_over_is_offered_to_nobody() {
        let date = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let free = |day| FreeDay { date: date(day), hours: vec![NaiveTime::MIN] };
        let flash = |days: &[FreeDay], today| Flash::new(None, "Pet Amigo", days, date(today), 25).is_some();
        assert!(flash(&[free(28)], 28) && !flash(&[free(28)], 29) && flash(&[free(28), free(29)], 29));
        assert!(!flash(&[], 28) && !flash(&[FreeDay { date: date(28), hours: Vec::new() }], 28));
    }
}
