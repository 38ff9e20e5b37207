//! The next days and the customers who are due, to an owner.

use super::dates::date;
use super::flash::FreeDay;
use super::suggestions::FlashText;
use super::words::number;
use super::{Ask, Asking, Invitee, Line, MoreRows, OwnerName, Percent, ProposalNumber, Row, Rows, ToWhom, Unit};
use crate::{Locale, Voice};
use chrono::NaiveDate;

text! {
    /// Tells an owner of the next days and of the customers who are due.
    OpportunitiesReport: Owner, OnItsDay
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// a line for each day, as `lunes 30 de noviembre: 4 citas, 6 horas libres`
    days: Rows<DayAhead>,
    /// a line for each person who is due, with the reason
    people: Rows<Invitee<'a>>,
    /// how many there are besides those listed
    more: MoreRows<Invitee<'a>>,
    /// how much off, as `10 %` in Spanish or `10%`; missing if it is nothing
    offer: Percent,
    /// the text that the people would get; missing if there is nobody or no time
    suggestion: FlashText<'a>,
    /// `asked`; `told` if nothing is proposed; or `answered` if an owner has answered already
    action: Asking,
    /// the number of the proposal, which is that of the action in the list
    number: ProposalNumber,
    /// the people that it would go to, as `a todos`
    to_whom: ToWhom,
}

/// An open day. `line` is `lunes 30 de noviembre: 4 citas, 6 horas libres`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayAhead {
    /// The day and the starts of its free slots, local time.
    pub free: FreeDay,
    /// Its appointments.
    pub booked: u64,
}

impl Row for DayAhead {
    fn line(&self, voice: Voice) -> String {
        let locale = voice.locale();
        let free = u64::try_from(self.free.hours.len()).unwrap_or(u64::MAX);
        let booked = match (locale, self.booked) {
            (Locale::Es, 0) => "sin citas".to_owned(),
            (Locale::PtBr, 0) => "sem agendamentos".to_owned(),
            (Locale::En, 0) => "no appointments".to_owned(),
            (_, booked) => Unit::Appointment.counted(booked, locale),
        };
        let left = match (locale, free) {
            (Locale::Es, 0) => "completo".to_owned(),
            (Locale::PtBr, 0) => "lotado".to_owned(),
            (Locale::En, 0) => "full".to_owned(),
            (Locale::Es, 1) => "1 hora libre".to_owned(),
            (Locale::PtBr, 1) => "1 horário livre".to_owned(),
            (Locale::En, 1) => "1 free time".to_owned(),
            (Locale::Es, many) => format!("{} horas libres", number(many, locale)),
            (Locale::PtBr, many) => format!("{} horários livres", number(many, locale)),
            (Locale::En, many) => format!("{} free times", number(many, locale)),
        };
        format!("{}: {booked}, {left}", date(self.free.date, locale))
    }
}

impl<'a> OpportunitiesReport<'a> {
    /// The days in their order, as they are read on the local date `today`. The people are all those who would be written
    /// to; `ask` is the proposal, if there is one.
    #[must_use]
    pub fn new(
        owner: &'a str,
        business: &'a str,
        (days, today): (Vec<DayAhead>, NaiveDate),
        people: Vec<Invitee<'a>>,
        offer: u8,
        ask: Option<Ask>,
    ) -> Self {
        let people = Rows::all(people);
        let count = u64::try_from(people.rows().len()).unwrap_or(u64::MAX);
        let free = days.iter().map(|day| day.free.clone()).collect();
        Self {
            name: OwnerName(Some(owner)),
            business: Line(business),
            days: Rows::all(days),
            suggestion: FlashText { business, people: people.clone(), days: free, today, offer },
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
    let day = |day, booked, hours: &[u32]| {
        let hours = hours.iter().map(|hour| NaiveTime::from_hms_opt(*hour, 0, 0).unwrap()).collect();
        DayAhead { free: FreeDay { date: date(day), hours }, booked }
    };
    let days = || vec![day(27, 4, &[9, 10, 14]), day(28, 0, &[9, 10]), day(30, 1, &[16])];
    let report = |owner, days, people, offer, ask| -> Box<dyn super::Text> {
        Box::new(OpportunitiesReport::new(owner, "Pet Amigo", (days, date(26)), people, offer, ask))
    };
    let ask = |number, writable| Some(Ask { number, writable });
    vec![
        report("Carlos Ruiz", days(), invitees(), 0, ask(3, 4)),
        report("", vec![day(27, 8, &[]), day(28, 2, &[11])], invitees()[..1].to_vec(), 10, ask(1, 1)),
        report("Carlos Ruiz", vec![day(27, 8, &[])], vec![], 0, None),
        Box::new(OpportunitiesReport::new("", "Pet Amigo", (days(), date(26)), invitees(), 0, ask(3, 4)).answered()),
    ]
}
