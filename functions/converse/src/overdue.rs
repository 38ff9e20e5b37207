//! Requests for appointments that nobody answers. After some hours of the day the owners are asked again, and the customer
//! hears that nothing is confirmed yet. Before its start a request expires: its time is free, and both sides are told.

use crate::{Converser, TRIES};
use automations::TellBookings;
use chrono::{DateTime, Utc};
use domain::texts::booking_decision::{BookingDecision, Decided};
use domain::texts::booking_notice::AskedOwner;
use domain::{Appointment, BookingRequest, Business, BusinessId, Draft, MessageId, Recipient, RequestNumber};
use kit::batch::{Failure, Outcome};
use queues::converse::RequestTask;
use store::{Taking, UpdateAppointment, Versioned};

impl Converser {
    /// Takes a request further, if its time has come. Each step can be taken again.
    pub(crate) async fn overdue(&self, task: &RequestTask) -> Outcome {
        let (store, id) = (self.app.store(), task.business_id);
        for _ in 0..TRIES {
            let Some(found) = store.appointment(id, &task.appointment_id).await? else { return Ok(()) };
            let Versioned { record: business, .. } = match store.business(id).await? {
                Some(business) => business,
                // Closed meanwhile.
                None => return Ok(()),
            };
            if found.record.request == Some(BookingRequest::Expired) {
                // An earlier delivery may have died before it told the owners.
                return self.tell_expired(&business, &found.record).await;
            }
            let now = self.app.now();
            let Some(due) = found.record.request_due().filter(|due| *due <= now) else { return Ok(()) };
            if self.restored.covers(due) {
                return self.of_before(id, &found, now).await;
            }
            let after = if found.record.expires_at() <= now {
                found.record.expired(now)
            } else {
                self.remind(&business, &found.record).await?;
                found.record.asked_again()
            };
            let attempt = self.app.attempt();
            match store.update_appointment(id, &found, &after, Taking::AnyTime, &attempt).await? {
                UpdateAppointment::Done(_) | UpdateAppointment::Unchanged if after.is_waiting() => return Ok(()),
                UpdateAppointment::Done(_) | UpdateAppointment::Unchanged => {
                    metrics::counter!("bookings_expired").increment(1);
                    return self.tell_expired(&business, &after).await;
                }
                UpdateAppointment::Conflict | UpdateAppointment::Taken => {}
            }
        }
        Err(Failure::retry("contended"))
    }

    /// A step that the deployment before may have taken, and told: it is taken without a word. One that has expired stays for
    /// a human until its start, as it may have been confirmed there.
    async fn of_before(&self, id: BusinessId, found: &Versioned<Appointment>, now: DateTime<Utc>) -> Outcome {
        let after = if now < found.record.expires_at() {
            found.record.asked_again()
        } else if now < found.record.start {
            return Ok(());
        } else {
            found.record.ended_unsaid(now)
        };
        let attempt = self.app.attempt();
        match self.app.store().update_appointment(id, found, &after, Taking::AnyTime, &attempt).await? {
            UpdateAppointment::Done(_) | UpdateAppointment::Unchanged => Ok(()),
            UpdateAppointment::Conflict | UpdateAppointment::Taken => Err(Failure::retry("contended")),
        }
    }

    async fn remind(&self, business: &Business, appointment: &Appointment) -> Outcome {
        let customer = self.app.store().customer(business.business_id, appointment.customer_id).await?;
        // Erased meanwhile: the appointment goes too.
        let Some(Versioned { record: customer, .. }) = customer else { return Ok(()) };
        self.ask_owners(business, &customer, appointment, AskedOwner::Again).await?;
        let told = TellBookings::not_yet(business, &customer, appointment).map_err(Failure::permanent)?;
        if let Some(told) = told {
            self.outbox.write(business.business_id, told).await?;
        }
        Ok(())
    }

    /// Tells each owner that a request has expired. The change of the appointment tells the customer.
    async fn tell_expired(&self, business: &Business, appointment: &Appointment) -> Outcome {
        let (store, id) = (self.app.store(), business.business_id);
        store.settle_request(id, &appointment.appointment_id, &self.app.attempt()).await?;
        let about = (appointment.service.as_str(), appointment.start.with_timezone(&business.timezone).naive_local());
        for owner in &business.owners {
            // It has no number any more.
            let none = RequestNumber(0);
            let text = BookingDecision::new(&owner.name, &business.name, Decided::Expired, about, none);
            let message = format!("booking-decision/{}/{}/expired", appointment.appointment_id, owner.owner_id);
            let to = Recipient::Owner(owner.owner_id);
            let draft = Draft::new(MessageId::of(message), to, &text, business.voice(None));
            self.outbox.write(id, draft.map_err(Failure::permanent)?).await?;
        }
        Ok(())
    }
}
