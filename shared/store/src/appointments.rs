//! The diary: appointments, and for each day (UTC) a row of the times that are taken.
//!
//! A request that waits for the business is in the due index.
//!
//! The item of an appointment has the fields of [`Appointment`], with `customer_key`, `version` and `made_as`. Its `start` is text
//! that sorts by time, as it is a whole minute. The row of a day has `version`, which goes up with each time that is
//! taken, and an attribute for each of them. So a time is given once, whoever asks for it at the same moment: it is
//! taken only if the rows of its days are as they were when it was found free. Both change in one transaction.

mod lists;
mod taken;

use crate::changes::{Image, image_number, image_text};
use crate::customers::{STEP, record_write};
use crate::due::{DueCursor, DuePage};
use crate::dynamodb::{
    Item, Outcome, ROUNDS, Refusal, Transacted, VERSION, Write, from_item, millis, number, read_millis, read_text,
    text, to_item, versioned,
};
use crate::keys::appointments::{self as keys, CUSTOMER_KEY};
use crate::keys::due::{NOT_BEFORE, SHARD, shard};
use crate::keys::{PK, SK, key_of};
use crate::tables::Table;
use crate::{Change, Store, StoreError, Versioned};
use chrono::{DateTime, Utc};
use domain::{
    Appointment, AppointmentId, AppointmentStatus, Attempt, Booking, BusinessId, CustomerId, ServiceHash, Tz, local_day,
};
use sha2::{Digest, Sha256};
use taken::Days;

const WHAT: &str = "appointments";
/// What it was made with, so that a repeat is known after a change.
const MADE_AS: &str = "made_as";

/// Which time an appointment may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// Only one that nobody has.
    FreeTime,
    /// Any, also one that others have.
    AnyTime,
}

/// What a caller gave of an appointment, as a hash: a repeat is known by it, whatever has changed since of the appointment
/// or of the business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeAs(String);

impl MadeAs {
    /// Of an appointment as it is made; `minutes` as they were given, if they were.
    #[must_use]
    pub fn of(appointment: &Appointment, minutes: Option<u16>) -> Self {
        let Appointment { customer_id, pet, service, start, price, status, .. } = appointment;
        let hash = Sha256::digest(format!("{customer_id}/{pet:?}/{service:?}/{start}/{minutes:?}/{price:?}/{status}"));
        Self(hex::encode(hash.get(..16).unwrap_or(&hash)))
    }
}

/// An appointment that was made before under the id of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeBefore {
    /// As it now is.
    pub appointment: Versioned<Appointment>,
    /// Whether it was made with the same content, whatever was changed since.
    pub is_repeat: bool,
}

/// A request of a customer that waits for the business, and is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRequest {
    /// The business.
    pub business_id: BusinessId,
    /// The appointment that is asked for.
    pub appointment_id: AppointmentId,
    /// Since when, UTC.
    pub not_before: DateTime<Utc>,
}

/// The outcome of making an appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreateAppointment {
    /// It is made.
    Created,
    /// There is one of this id.
    Exists(Box<MadeBefore>),
    /// Another appointment has a part of its time; nothing is made.
    Taken,
}

/// The outcome of changing an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateAppointment {
    /// It is changed; this is its new version.
    Done(u64),
    /// Nothing differs; nothing was written.
    Unchanged,
    /// Somebody changed or removed it since: read it again.
    Conflict,
    /// Another appointment has a part of its new time; nothing is changed.
    Taken,
}

/// What became of an appointment's writes.
enum Placed {
    Done,
    Taken,
    /// The condition of the appointment's own write did not hold; the item as it was found.
    Refused(Option<Item>),
}

/// An appointment that was made, moved, cancelled, brought back or done.
pub(crate) fn change(before: Option<&Image>, after: &Image) -> Result<Option<Change>, StoreError> {
    let Some(appointment_id) = image_text(after, SK).and_then(keys::read_appointment) else { return Ok(None) };
    let change = || {
        let before = match before {
            Some(before) => Some(booking(before)?),
            None => None,
        };
        Some(Change::AppointmentChanged {
            business_id: image_text(after, PK)?.parse().ok()?,
            appointment_id: appointment_id.parse().ok()?,
            customer_id: image_text(after, "customer_id")?.parse().ok()?,
            before,
            after: booking(after)?,
        })
    };
    change().map(Some).ok_or(StoreError::Corrupt(WHAT))
}

fn booking(image: &Image) -> Option<Booking> {
    let minutes = u16::try_from(image_number(image, "minutes")?).ok()?;
    let (start, status) = (image_text(image, "start")?.parse().ok()?, image_text(image, "status")?.parse().ok()?);
    let service = ServiceHash::of(image_text(image, "service")?, image_text(image, "pet"));
    // Absent of one that nobody asked for in the chat.
    let request = image_text(image, "request").map(str::parse).transpose().ok()?;
    let announced_at = image_text(image, "announced_at").map(str::parse).transpose().ok()?;
    Some(Booking { start, minutes, status, request, announced_at, service })
}

fn appointment_item(business: BusinessId, appointment: &Appointment) -> Result<Item, StoreError> {
    let mut item = to_item(appointment, WHAT)?;
    item.insert(CUSTOMER_KEY.to_owned(), text(keys::customer_key(business, appointment.customer_id)));
    if let Some(due) = appointment.request_due() {
        item.insert(SHARD.to_owned(), text(shard(appointment.appointment_id.as_str())));
        item.insert(NOT_BEFORE.to_owned(), millis(due));
    }
    Ok(item)
}

fn made_before(item: Item, made_as: &MadeAs) -> Result<MadeBefore, StoreError> {
    let is_repeat = read_text(&item, MADE_AS) == Some(&made_as.0);
    Ok(MadeBefore { appointment: versioned(item, WHAT)?, is_repeat })
}

impl Store {
    /// Makes an appointment, once for each id. One that is done counts as a visit and a contact of its
    /// customer.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn create_appointment(
        &self,
        business: BusinessId,
        appointment: &Appointment,
        made_as: &MadeAs,
        taking: Taking,
        attempt: &Attempt,
    ) -> Result<CreateAppointment, StoreError> {
        let mut item = appointment_item(business, appointment)?;
        item.extend(keys::appointment(business, &appointment.appointment_id));
        item.insert(VERSION.to_owned(), number(1));
        item.insert(MADE_AS.to_owned(), text(made_as.0.clone()));
        let record = Write::put(Table::Appointments, item).if_new();
        match self.place(business, record, None, appointment, taking, attempt).await? {
            Placed::Done => Ok(CreateAppointment::Created),
            Placed::Refused(Some(item)) => Ok(CreateAppointment::Exists(Box::new(made_before(item, made_as)?))),
            Placed::Refused(None) => Err(StoreError::Contended(WHAT)),
            Placed::Taken => {
                // One that was made before, and that others were put over since.
                let known = self.appointment_made_before(business, &appointment.appointment_id, made_as).await?;
                Ok(known.map_or(CreateAppointment::Taken, |known| CreateAppointment::Exists(Box::new(known))))
            }
        }
    }

    /// Changes an appointment as it was read. The time that it leaves is free at once. One that becomes done counts as a
    /// visit and a contact of its customer.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn update_appointment(
        &self,
        business: BusinessId,
        before: &Versioned<Appointment>,
        after: &Appointment,
        taking: Taking,
        attempt: &Attempt,
    ) -> Result<UpdateAppointment, StoreError> {
        let key = keys::appointment(business, &before.record.appointment_id);
        let (was, is) = (appointment_item(business, &before.record)?, appointment_item(business, after)?);
        let record = Write::update(Table::Appointments, key).turn(&was, &is);
        if record.is_idle() {
            return Ok(UpdateAppointment::Unchanged);
        }
        let next = before.version + 1;
        let record = record.set(VERSION, number(next)).if_same(VERSION, Some(number(before.version)));
        let placed = self.place(business, record, Some(&before.record), after, taking, attempt).await?;
        Ok(match placed {
            Placed::Done => UpdateAppointment::Done(next),
            Placed::Refused(_) => UpdateAppointment::Conflict,
            Placed::Taken => UpdateAppointment::Taken,
        })
    }

    /// Writes an appointment, with the times that it takes and leaves, and with the visit that it is.
    async fn place(
        &self,
        business: BusinessId,
        record: Write,
        before: Option<&Appointment>,
        after: &Appointment,
        taking: Taking,
        attempt: &Attempt,
    ) -> Result<Placed, StoreError> {
        let has_to_be_free = taking == Taking::FreeTime && after.needs_time(before);
        let mut days = None;
        for round in 1..=ROUNDS {
            if has_to_be_free && days.is_none() {
                days = Some(self.days(business, &after.time()).await?);
            }
            if days.as_ref().is_some_and(|days: &Days| !days.are_free(after)) {
                return Ok(Placed::Taken);
            }
            let mut writes = vec![record.clone()];
            if after.changes_visits(before) {
                writes.extend(self.visit_write(business, before, after).await?);
            }
            writes.extend(taken::writes(business, before, after, days.as_ref()));
            if writes.len() == 1 {
                return Ok(match self.write(record, attempt).await? {
                    Outcome::Refused(item) => Placed::Refused(item),
                    _ => Placed::Done,
                });
            }
            let Transacted::Refused(refusals) = self.transact(writes, attempt).await? else { return Ok(Placed::Done) };
            if let Some(Refusal::Yes(item)) = refusals.into_iter().next() {
                return Ok(Placed::Refused(item));
            }
            // Somebody took a time of these days, or changed the customer's record; they are read anew.
            days = None;
            self.pause(&attempt.0, round).await;
        }
        Err(StoreError::Contended(WHAT))
    }

    /// Changes the customer's record by an appointment that took place, or did not after all; nothing if the customer or
    /// the business is gone.
    async fn visit_write(
        &self,
        business: BusinessId,
        before: Option<&Appointment>,
        after: &Appointment,
    ) -> Result<Option<Write>, StoreError> {
        let Some(customer) = self.customer(business, after.customer_id).await? else { return Ok(None) };
        let Some(zone) = self.business(business).await?.map(|found| found.record.timezone) else { return Ok(None) };
        let is_only = match before.filter(|before| before.status == AppointmentStatus::Done) {
            Some(before) => !self.came_again_on_the_day(business, before, zone).await?,
            None => true,
        };
        let mut record = customer.record.clone();
        record.record_appointment(before, after, is_only, zone);
        record_write(business, &customer, &record).map(Some)
    }

    /// Whether another of the customer's newest appointments took place on the local day of this one.
    async fn came_again_on_the_day(
        &self,
        business: BusinessId,
        appointment: &Appointment,
        zone: Tz,
    ) -> Result<bool, StoreError> {
        let newest = self.customer_appointments(business, appointment.customer_id, 100, None).await?;
        let day = local_day(appointment.start, zone);
        Ok(newest.items.iter().any(|other| {
            other.appointment_id != appointment.appointment_id
                && other.status == AppointmentStatus::Done
                && local_day(other.start, zone) == day
        }))
    }

    /// The appointment that was made before under an id.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn appointment_made_before(
        &self,
        business: BusinessId,
        appointment: &AppointmentId,
        made_as: &MadeAs,
    ) -> Result<Option<MadeBefore>, StoreError> {
        let item = self.get(Table::Appointments, keys::appointment(business, appointment)).await?;
        item.map(|item| made_before(item, made_as)).transpose()
    }

    /// An appointment.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn appointment(
        &self,
        business: BusinessId,
        appointment: &AppointmentId,
    ) -> Result<Option<Versioned<Appointment>>, StoreError> {
        let item = self.get(Table::Appointments, keys::appointment(business, appointment)).await?;
        item.map(|item| versioned(item, WHAT)).transpose()
    }
}

impl Store {
    /// The requests of a shard that are due by `now`, the longest due first, at most `limit` a page.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn due_requests(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueRequest>, StoreError> {
        let read = |item: Item| {
            let due = || {
                let (pk, sk) = read_text(&item, PK).zip(read_text(&item, SK))?;
                let (business_id, appointment_id) = (pk.parse().ok()?, keys::read_appointment(sk)?.parse().ok()?);
                Some(DueRequest { business_id, appointment_id, not_before: read_millis(&item, NOT_BEFORE)? })
            };
            due().ok_or(StoreError::Corrupt(WHAT))
        };
        self.due_page(Table::Appointments, shard, now, limit, cursor, read).await
    }

    /// A request that was due is looked at again at `next`; `false` if it has changed since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn advance_request(
        &self,
        due: &DueRequest,
        next: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let write = Write::update(Table::Appointments, keys::appointment(due.business_id, &due.appointment_id))
            .set(NOT_BEFORE, millis(next))
            .if_same(NOT_BEFORE, Some(millis(due.not_before)));
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }
}

/// Takes an appointment away, with the time that it takes.
fn removal(business: BusinessId, appointment: &Versioned<Appointment>) -> Vec<Write> {
    let gone = Appointment { status: AppointmentStatus::Cancelled, ..appointment.record.clone() };
    let key = keys::appointment(business, &gone.appointment_id);
    let record = Write::delete(Table::Appointments, key).if_same(VERSION, Some(number(appointment.version)));
    let mut writes = vec![record];
    writes.extend(taken::writes(business, Some(&appointment.record), &gone, None));
    writes
}

impl Store {
    /// Deletes a part of a customer's appointments; says whether there may be more. It is safe to repeat.
    pub(crate) async fn erase_appointments(
        &self,
        business: BusinessId,
        customer: CustomerId,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let list = keys::customer_key(business, customer);
        let found = self.first_keys(Table::Appointments, Some(keys::BY_CUSTOMER), CUSTOMER_KEY, list).await?;
        if found.is_empty() {
            return Ok(false);
        }
        let full = found.len() >= usize::try_from(STEP).unwrap_or(usize::MAX);
        let keys = found.into_iter().map(key_of).collect();
        // One that has just been deleted may still stand in the index, so an entry there is no reason to go on.
        let items = self.batch_get(Table::Appointments, keys).await?;
        let more = !items.is_empty() || full;
        for (nth, item) in items.into_iter().enumerate() {
            let appointment: Versioned<Appointment> = versioned(item, WHAT)?;
            // The row of the day keeps it: it must not name the appointment.
            let own = Attempt(format!("{}/{nth}", attempt.0));
            // Refused if it has changed: it is found again.
            self.transact(removal(business, &appointment), &own).await?;
        }
        Ok(more)
    }
}

fn read(item: Item) -> Result<Appointment, StoreError> {
    from_item(item, WHAT)
}
