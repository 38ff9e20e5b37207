//! The texts about an appointment, each as it is read on its day.

use chrono::{DateTime, Utc};
use domain::texts::Person;
use domain::texts::appointment_answer::{AppointmentAnswer, Outcome};
use domain::texts::appointment_moved_notice::{AppointmentMovedNotice, Change};
use domain::texts::appointment_reminder::{AppointmentReminder, Booked};
use domain::{Appointment, Business, Customer, Owner, local_day};

/// An appointment in the words of the business, and when it is read.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub business: &'a Business,
    pub customer: &'a Customer,
    pub appointment: &'a Appointment,
    /// UTC.
    pub read_at: DateTime<Utc>,
}

impl<'a> Words<'a> {
    pub(super) fn reminder(self) -> AppointmentReminder<'a> {
        AppointmentReminder::new(self.customer.known_name(), &self.business.name, self.booked(), self.today())
    }

    pub(super) fn reply(self, outcome: Outcome) -> AppointmentAnswer<'a> {
        AppointmentAnswer::new(self.customer.known_name(), &self.business.name, outcome, self.booked(), self.today())
    }

    /// With what the customer wrote, if it was no button.
    pub(super) fn notice(self, owner: &'a Owner, change: Change, note: Option<&'a str>) -> AppointmentMovedNotice<'a> {
        let (name, phone) = (self.customer.known_name(), self.customer.phone.as_ref().map(|phone| phone.digits()));
        let about = (Person { name, phone, pet: None, step: None }, self.booked());
        AppointmentMovedNotice::new(&owner.name, &self.business.name, change, about, note, self.today())
    }

    fn booked(self) -> Booked<'a> {
        let Appointment { service, pet, start, .. } = self.appointment;
        let start = start.with_timezone(&self.business.timezone).naive_local();
        Booked { service, pet: pet.as_deref(), start }
    }

    fn today(self) -> chrono::NaiveDate {
        local_day(self.read_at, self.business.timezone)
    }
}
