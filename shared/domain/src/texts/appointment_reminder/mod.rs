//! The reminder of an appointment, with three ways to answer.

use super::{AtTime, CustomerName, Line, LineIfAny, OnDay};
use crate::{Locale, Voice};
use chrono::{NaiveDate, NaiveDateTime};

text! {
    /// Reminds a customer of an appointment, and asks whether they come. It may say `tomorrow`, so it goes on its day alone.
    AppointmentReminder: Transactional, OnItsDay
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// as the business calls it
    service: Line<'a>,
    /// the pet that it is for; missing if there is none
    pet: LineIfAny<'a>,
    /// when, as `mañana, domingo 29 de noviembre, a las 9:30`
    when: AtTime,
}

/// An appointment as a text tells of it.
#[derive(Clone, Copy)]
pub struct Booked<'a> {
    /// As the business calls it.
    pub service: &'a str,
    /// The pet that it is for.
    pub pet: Option<&'a str>,
    /// Its start, local time.
    pub start: NaiveDateTime,
}

impl Booked<'_> {
    /// When it is, as it is said on the local date `today`.
    #[must_use]
    pub fn when(&self, today: NaiveDate) -> AtTime {
        AtTime { day: OnDay { day: self.start.date(), today }, time: self.start.time() }
    }
}

impl<'a> AppointmentReminder<'a> {
    /// As it is read on the local date `today`, which is the one that the message is scheduled for.
    #[must_use]
    pub fn new(name: Option<&'a str>, business: &'a str, booked: Booked<'a>, today: NaiveDate) -> Self {
        Self {
            name: CustomerName(name),
            business: Line(business),
            service: Line(booked.service),
            pet: LineIfAny(booked.pet),
            when: booked.when(today),
        }
    }
}

/// The titles of its three buttons in their order: the customer comes, wants to move it, cannot come. WhatsApp shows at
/// most 20 characters.
#[must_use]
pub fn buttons(voice: Voice) -> [&'static str; 3] {
    match voice.locale() {
        Locale::Es => ["Sí, voy", "Cambiar la hora", "No puedo ir"],
        Locale::PtBr => ["Sim, eu vou", "Mudar o horário", "Não posso ir"],
        Locale::En => ["Yes, I'll be there", "Change the time", "I can't make it"],
    }
}

#[cfg(test)]
pub(super) fn booked(service: &'static str, pet: Option<&'static str>, day: u32, hour: u32) -> Booked<'static> {
    let start = NaiveDate::from_ymd_opt(2026, 11, day).unwrap().and_hms_opt(hour, 30, 0).unwrap();
    Booked { service, pet, start }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
    let all =
        [booked("Baño y corte", Some("Rex"), 29, 9), booked("Consulta", None, 28, 15), booked("Corte", None, 30, 1)];
    super::tests::for_each_name(all, |CustomerName(name), booked| {
        AppointmentReminder::new(name, "Pet Amigo", booked, today)
    })
}
