//! A day with few appointments, to an owner.

use super::flash::FreeDay;
use super::suggestions::FlashText;
use super::{
    Ask, Asking, CountedIfAny, Hours, Invitee, Line, MoreRows, OnDay, OwnerName, Percent, ProposalNumber, Rows, ToWhom,
    Unit,
};
use chrono::NaiveDate;

text! {
    /// Tells an owner of a day with few appointments, and of people who could come.
    LowOccupancyReport: Owner, OnItsDay
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// the day, as `mañana, domingo 29 de noviembre`
    day: OnDay,
    /// its appointments with their word, as `2 citas`; missing if there are none
    appointments: CountedIfAny,
    /// its free times, as `9:00, 10:00 y 15:00`
    hours: Hours,
    /// a line for each person who could come, with the reason
    people: Rows<Invitee<'a>>,
    /// how many there are besides those listed
    more: MoreRows<Invitee<'a>>,
    /// how much off, as `10 %` in Spanish or `10%`; missing if it is nothing
    offer: Percent,
    /// the text that the people would get; missing if there is nobody or no time
    suggestion: FlashText<'a>,
    /// `asked`; `told` if nothing is proposed; or `answered` if an owner has answered already
    action: Asking,
    /// the number of the proposal
    number: ProposalNumber,
    /// the people that it would go to, as `a todos`
    to_whom: ToWhom,
}

/// A day with few appointments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LowDay {
    /// The day and the starts of its free slots, local time.
    pub free: FreeDay,
    /// Its appointments that take place.
    pub appointments: u64,
    /// The local date on which the report is read.
    pub today: NaiveDate,
}

impl<'a> LowOccupancyReport<'a> {
    /// The people are all those who would be written to; `ask` is the proposal, if there is one.
    #[must_use]
    pub fn new(
        owner: &'a str,
        business: &'a str,
        day: &LowDay,
        people: Vec<Invitee<'a>>,
        offer: u8,
        ask: Option<Ask>,
    ) -> Self {
        let LowDay { free, appointments, today } = day;
        let people = Rows::all(people);
        let count = u64::try_from(people.rows().len()).unwrap_or(u64::MAX);
        Self {
            name: OwnerName(Some(owner)),
            business: Line(business),
            day: OnDay { day: free.date, today: *today },
            appointments: CountedIfAny(*appointments, Unit::Appointment),
            hours: Hours(free.hours.as_slice().into()),
            suggestion: FlashText { business, people: people.clone(), days: vec![free.clone()], today: *today, offer },
            more: people.more(),
            people,
            offer: Percent(offer),
            action: Asking::of(ask),
            number: ProposalNumber(ask.map(|ask| ask.number)),
            to_whom: ToWhom { ask, count },
        }
    }

    /// For a proposal that an owner has answered already.
    #[must_use]
    pub fn answered(self) -> Self {
        let to_whom = ToWhom { ask: None, ..self.to_whom };
        Self { action: Asking::Answered, number: ProposalNumber(None), to_whom, ..self }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use super::tests::invitees;
    use chrono::NaiveTime;
    let date = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
    let day = |appointments, hours: &[u32]| {
        let hours = hours.iter().map(|hour| NaiveTime::from_hms_opt(*hour, 0, 0).unwrap()).collect();
        LowDay { free: FreeDay { date: date(29), hours }, appointments, today: date(28) }
    };
    let in_three_days = LowDay { today: date(26), ..day(0, &[9]) };
    let report = |owner, day: LowDay, people, offer, ask| -> Box<dyn super::Text> {
        Box::new(LowOccupancyReport::new(owner, "Pet Amigo", &day, people, offer, ask))
    };
    let ask = |number, writable| Some(Ask { number, writable });
    vec![
        report("Carlos Ruiz", day(2, &[9, 10, 14]), invitees(), 25, ask(3, 4)),
        report("", day(1, &[9, 10, 11, 12, 13, 14, 15]), invitees()[..1].to_vec(), 25, ask(1, 1)),
        report("Carlos Ruiz", day(0, &[9]), invitees(), 0, ask(2, 3)),
        report("Carlos Ruiz", day(2, &[]), vec![], 25, None),
        Box::new(LowOccupancyReport::new("", "Pet Amigo", &day(0, &[9]), invitees(), 25, ask(1, 4)).answered()),
        Box::new(LowOccupancyReport::new("", "Pet Amigo", &in_three_days, vec![], 25, None)),
    ]
}
