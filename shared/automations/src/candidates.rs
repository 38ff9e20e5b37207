//! Customers who may come soon: regular ones who are due, and then those who have lately become inactive.

use crate::engine::Running;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::texts::flash::{Flash, FreeDay};
use domain::texts::{self, Invitee, Person};
use domain::{
    Appointment, Business, Customer, CustomerId, DueVisitor, Lapsed, Phone, Proposal, Recipient, Settings, Text, Tz,
    local_day,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use store::{Store, StoreError};

/// Somebody whose visit was due for longer than this is not regular any more.
const OVERDUE: Days = Days::new(14);
/// The most people of each kind that are read to choose from.
const READ: usize = 200;
/// A customer with an appointment within so many days needs no other.
pub(crate) const BOOKED_WITHIN: u64 = 7;

/// A customer who may come soon. `Debug` hides the person.
#[derive(Clone)]
pub(crate) struct Candidate {
    pub(crate) customer_id: CustomerId,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<Phone>,
    pub(crate) pet: Option<String>,
    pub(crate) why: Why,
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").field("customer_id", &self.customer_id).finish_non_exhaustive()
    }
}

/// Why a customer may come.
#[derive(Clone)]
pub(crate) enum Why {
    /// By their own rhythm.
    Due {
        /// Since the last visit.
        days: u16,
        /// The median of the days between visits.
        every_days: u16,
        /// The service of the last appointment.
        service: Option<String>,
        /// Whether it is a VIP.
        vip: bool,
    },
    /// They have become inactive.
    Away {
        /// Since the last contact.
        days: u16,
    },
}

impl Candidate {
    /// As a report tells of them.
    pub(crate) fn invitee(&self) -> Invitee<'_> {
        let phone = self.phone.as_ref().map(Phone::digits);
        let person = Person { name: self.name.as_deref(), phone, pet: self.pet.as_deref(), step: None };
        let why = match &self.why {
            Why::Away { days } => vec![texts::Why::Away { days: *days }],
            Why::Due { days, every_days, service, vip } => {
                let service = service.as_deref();
                let vip = vip.then_some(texts::Why::Vip { weekday: None });
                let rhythm = texts::Why::Rhythm { every_days: *every_days };
                [texts::Why::LastVisit { days: *days, service }, rhythm].into_iter().chain(vip).collect()
            }
        };
        Invitee { person, why }
    }
}

/// A local day with the free times that it has.
pub(crate) fn free_day(date: NaiveDate, free: &[DateTime<Utc>], zone: Tz) -> FreeDay {
    FreeDay { date, hours: free.iter().map(|at| at.with_timezone(&zone).time()).collect() }
}

/// The offer of a proposal's free times to a customer, as it is read at `now`; `None` once they are over.
pub(crate) fn flash<'a>(
    proposal: &Proposal,
    business: &'a Business,
    customer: &'a Customer,
    now: DateTime<Utc>,
) -> Option<Box<dyn Text + 'a>> {
    let mut days: BTreeMap<NaiveDate, Vec<DateTime<Utc>>> = BTreeMap::new();
    for at in proposal.free.iter().filter(|at| **at > now) {
        days.entry(local_day(*at, business.timezone)).or_default().push(*at);
    }
    let days: Vec<FreeDay> = days.iter().map(|(date, free)| free_day(*date, free, business.timezone)).collect();
    let today = local_day(now, business.timezone);
    let flash = Flash::new(customer.known_name(), &business.name, &days, today, proposal.offer)?;
    Some(Box::new(flash))
}

/// The customers of these appointments that still take place.
pub(crate) fn booked(appointments: &[Appointment]) -> BTreeSet<CustomerId> {
    appointments.iter().filter(|it| it.status.is_open()).map(|it| it.customer_id).collect()
}

/// The regular customers who are due by the end of a local day and have no appointment; VIPs first, then those who came
/// most often. At most `most`.
pub(crate) async fn due(
    running: &Running,
    store: &Store,
    last: NaiveDate,
    booked: &BTreeSet<CustomerId>,
    most: usize,
) -> Result<Vec<Candidate>, StoreError> {
    let from = running.date.checked_sub_days(OVERDUE).unwrap_or(running.date);
    let until = last.succ_opt().unwrap_or(last);
    let business = running.business.business_id;
    let (mut found, _) = store.due_visitors(business, from, until, READ, None).await?;
    let settings = &running.business.settings;
    found.retain(|it| may_be_written(settings, it.marketing_consent) && !booked.contains(&it.customer_id));
    found.sort_by_key(|it| std::cmp::Reverse((it.vip, it.visits)));
    let found = below_the_cap(running, store, found, |it| it.customer_id, most).await?;
    Ok(found.into_iter().map(|it| of_due(running.date, it)).collect())
}

/// Inactive customers besides these, those who were in contact last first. At most `most`.
pub(crate) async fn away(
    running: &Running,
    store: &Store,
    besides: &BTreeSet<CustomerId>,
    most: usize,
) -> Result<Vec<Candidate>, StoreError> {
    let settings = &running.business.settings;
    let since = running.begun_at - TimeDelta::days(settings.inactive_days.into());
    let limit = i32::try_from(READ).unwrap_or(i32::MAX);
    let mut found = store.lately_lapsed(running.business.business_id, since, limit).await?;
    found.retain(|it| may_be_written(settings, it.marketing_consent) && !besides.contains(&it.customer_id));
    let found = below_the_cap(running, store, found, |it| it.customer_id, most).await?;
    Ok(found.into_iter().map(|it| of_lapsed(running, it)).collect())
}

/// The first of these who have not had the week's promotions yet, at most `most`. The reach rows of no more people are
/// read than it takes.
async fn below_the_cap<T>(
    running: &Running,
    store: &Store,
    all: Vec<T>,
    id: impl Fn(&T) -> CustomerId,
    most: usize,
) -> Result<Vec<T>, StoreError> {
    let cap = usize::from(running.business.settings.weekly_cap);
    let (mut chosen, mut rest) = (Vec::new(), all.into_iter());
    while chosen.len() < most {
        let next: Vec<T> = rest.by_ref().take(most - chosen.len()).collect();
        if next.is_empty() {
            break;
        }
        let ids: Vec<Recipient> = next.iter().map(|it| Recipient::Customer(id(it))).collect();
        let reaches = store.reaches(running.business.business_id, ids).await?;
        let has_room = |it: &T| {
            let reach = reaches.get(&Recipient::Customer(id(it)));
            reach.map_or(0, |reach| reach.marketing_within_week(running.begun_at, None).len()) < cap
        };
        chosen.extend(next.into_iter().filter(has_room));
    }
    Ok(chosen)
}

fn may_be_written(settings: &Settings, consent: Option<bool>) -> bool {
    consent.unwrap_or(!settings.require_opt_in)
}

fn of_due(today: NaiveDate, it: DueVisitor) -> Candidate {
    let why = Why::Due {
        days: days((today - it.last_visit).num_days()),
        every_days: it.every_days,
        service: it.last_service,
        vip: it.vip,
    };
    Candidate { customer_id: it.customer_id, name: it.name, phone: it.phone, pet: it.pet, why }
}

fn of_lapsed(running: &Running, it: Lapsed) -> Candidate {
    let why = Why::Away { days: days((running.date - running.local(it.last_contact_at)).num_days()) };
    Candidate { customer_id: it.customer_id, name: it.name, phone: it.phone, pet: it.pet, why }
}

fn days(days: i64) -> u16 {
    u16::try_from(days.max(0)).unwrap_or(u16::MAX)
}
