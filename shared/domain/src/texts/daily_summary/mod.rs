//! The day, to an owner.

mod values;

pub use values::{Cheer, Details, Tomorrow, Visit};

use super::{Choice, CountedIfAny, Date, IfAny, Line, LineIfAny, MoreRows, OwnerName, Rows, Unit};
use chrono::NaiveDate;
use strum::{IntoStaticStr, VariantNames};

text! {
    /// Tells an owner of the day: appointments, revenue, new customers, and what is still to be confirmed.
    DailySummary: Owner, OnItsDay
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// the day, as `domingo 29 de noviembre`
    date: Date,
    /// `busy`, or `quiet` if there is nothing to tell of the day
    mood: Mood,
    /// the appointments of the day with their word, as `8 citas`; missing if there are none
    appointments: CountedIfAny,
    /// what became of them, as `6 realizadas, 1 no vino`; missing if that says no more than their number
    details: Details,
    /// the revenue in the business's currency, as `R$ 1.450,00`; missing if there is none
    revenue: LineIfAny<'a>,
    /// how many customers are new; missing if there are none
    new_customers: IfAny,
    /// how many appointments nobody has confirmed; missing if there are none
    pending: IfAny,
    /// a line for each appointment of the day, as `Rex – Baño a las 9:00`
    visits: Rows<Visit<'a>>,
    /// how many there are besides those listed
    more: MoreRows<Visit<'a>>,
    /// a sentence on the appointments of the next day; missing if that is not told
    tomorrow: Tomorrow,
    /// a kind word
    cheer: Cheer,
}

/// Whether there is anything to tell.
#[derive(Clone, Copy, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Mood {
    /// There is.
    Busy,
    /// Neither an appointment nor a sale nor a new customer.
    Quiet,
}

impl Choice for Mood {}

/// The figures of a local day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures<'a> {
    /// Appointments that took place.
    pub done: u64,
    /// Appointments of the day of which that is not known yet.
    pub open: u64,
    /// Customers who did not come.
    pub no_shows: u64,
    /// As [`Money::written`](crate::Money::written) has it; `None` if there is none.
    pub revenue: Option<&'a str>,
    /// Customers whose record was made on this day.
    pub new_customers: u64,
    /// Appointments that nobody has confirmed.
    pub pending: u64,
    /// Appointments of the next day; `None` if that is not to be told, as on the eve of a closed day.
    pub tomorrow: Option<u64>,
}

impl<'a> DailySummary<'a> {
    /// Of a local date. The visits are the day's in the order of their time, without those that were cancelled.
    #[must_use]
    pub fn new(
        owner: &'a str,
        business: &'a str,
        date: NaiveDate,
        figures: Figures<'a>,
        visits: Vec<Visit<'a>>,
    ) -> Self {
        let Figures { done, open, no_shows, revenue, new_customers, pending, tomorrow } = figures;
        let visits = Rows::all(visits);
        let appointments = done + open + no_shows;
        let quiet = appointments == 0 && revenue.is_none() && new_customers == 0;
        Self {
            name: OwnerName(Some(owner)),
            business: Line(business),
            date: Date(date),
            mood: if quiet { Mood::Quiet } else { Mood::Busy },
            appointments: CountedIfAny(appointments, Unit::Appointment),
            details: Details { done, open, no_shows },
            revenue: LineIfAny(revenue),
            new_customers: IfAny(new_customers),
            pending: IfAny(pending),
            more: visits.more(),
            visits,
            tomorrow: Tomorrow(tomorrow),
            cheer: Cheer { date, quiet, works: tomorrow.is_some_and(|many| many > 0) },
        }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use chrono::NaiveTime;
    let visit = |pet, customer, service, hour, no_show| Visit {
        pet,
        customer,
        service,
        time: NaiveTime::from_hms_opt(hour, 30 * (hour % 2), 0).unwrap(),
        no_show,
    };
    let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
    let visits = vec![
        visit(Some("Rex"), Some("Ana María Souza"), "Baño", 9, false),
        visit(None, Some("João Pedro"), "Corte", 10, true),
        visit(None, None, "Consulta", 13, false),
    ];
    let figures = Figures {
        done: 2,
        open: 0,
        no_shows: 1,
        revenue: Some("R$ 1.450,00"),
        new_customers: 1,
        pending: 3,
        tomorrow: Some(5),
    };
    let sample = |owner, day, figures, visits| -> Box<dyn super::Text> {
        Box::new(DailySummary::new(owner, "Pet Amigo", day, figures, visits))
    };
    vec![
        sample("Carlos Ruiz", day(25), figures, visits),
        sample(
            "",
            day(27),
            Figures { done: 0, open: 1, no_shows: 0, pending: 1, tomorrow: Some(1), ..figures },
            vec![visit(Some("Luna"), None, "Baño", 15, false)],
        ),
        sample("", day(27), Figures { done: 2, open: 1, tomorrow: Some(8), ..Figures::default() }, vec![]),
        sample("", day(27), Figures { done: 2, tomorrow: Some(0), ..Figures::default() }, vec![]),
        sample("Carlos Ruiz", day(28), Figures { revenue: Some("R$ 80,00"), ..Figures::default() }, vec![]),
        sample("Carlos Ruiz", day(29), Figures { tomorrow: Some(0), ..Figures::default() }, vec![]),
        sample("", day(26), Figures { pending: 2, tomorrow: Some(4), ..Figures::default() }, vec![]),
    ]
}
