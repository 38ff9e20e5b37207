//! What a run would send now, and to whom. It reads as the run does, a bounded number of people, and writes nothing.

use super::report::{person, suggestion};
use super::running::{JobError, Running};
use super::{Question, Reporting, Scheduled, Told, write};
use chrono::NaiveDate;
use domain::texts::Person;
use domain::{Action, BusinessId, CustomerId, Job, Mode, OwnerId, Tally, Text, TextError};
use kit::App;
use std::collections::BTreeMap;
use store::Store;

/// The most people that a preview reads.
const READ: i32 = 1_000;
/// The most messages to customers that a preview shows.
const SHOWN: usize = 20;

/// What a run would send now.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The local date that it would run for.
    pub date: NaiveDate,
    /// Whether customers would be written to at once.
    pub action: Action,
    /// The number of those found, as far as they were read.
    pub found: u64,
    /// Whether there are more than were read.
    pub has_more: bool,
    /// The messages that customers would get, as far as they were read.
    pub messages: u64,
    /// Those found who would get none, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// The first of the messages to customers.
    pub customers: Vec<PreviewMessage>,
    /// The owners' reports; none if there is nothing to tell.
    pub owners: Vec<PreviewReport>,
}

/// A message that a customer would get.
#[derive(Clone)]
pub struct PreviewMessage {
    /// The customer, by id.
    pub customer_id: CustomerId,
    /// As the customer would read it.
    pub text: String,
}

/// A report that an owner would get.
#[derive(Clone)]
pub struct PreviewReport {
    /// The owner, by id.
    pub owner_id: OwnerId,
    /// As the owner would read it.
    pub text: String,
}

impl std::fmt::Debug for PreviewMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreviewMessage").field("customer_id", &self.customer_id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for PreviewReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreviewReport").field("owner_id", &self.owner_id).finish_non_exhaustive()
    }
}

/// Of one that writes to customers; `None` if there is no such business.
///
/// # Errors
/// As a run.
pub async fn of_scheduled<A: Scheduled>(app: &App, business: BusinessId) -> Result<Option<Preview>, JobError> {
    let store = app.store();
    let Some(running) = now::<A>(app, store, business).await? else { return Ok(None) };
    let (found, cursor) = A::by_index(&running, store, Some(READ), None).await?;
    let (mut tally, mut customers, mut messages) = (Tally::default(), Vec::new(), 0);
    for it in &found {
        tally.found += 1;
        match write::left_out::<A>(&running, it) {
            Some(reason) => tally.skip(reason),
            None if running.action == Action::Propose => tally.writable += 1,
            None => {
                messages += 1;
                if customers.len() < SHOWN {
                    let person = A::person(it);
                    let text = A::text(&running, it).text(running.business.voice(person.locale))?;
                    customers.push(PreviewMessage { customer_id: person.customer_id, text });
                }
            }
        }
    }
    let mut listed = Vec::new();
    write::list::<A>(&running, &found, &mut listed);
    let people: Vec<Person<'_>> = listed.iter().map(person).collect();
    let mut question = Question::Nobody;
    if suggestion::<A>(&running, &tally).is_some() {
        question = Question::Open(store.next_number(business, app.now()).await?);
    }
    let told = Told { people: &people, found: tally.found, writable: tally.writable, question };
    let asks = running.action == Action::Auto || question != Question::Nobody;
    let tells_nothing = running.tells_nothing(A::SPEC.name);
    let owners = match tally.found {
        0 if tells_nothing => reports(&running, |owner| A::nothing(&running, owner))?,
        1.. if asks || tells_nothing => reports(&running, |owner| A::report(&running, owner, told))?,
        _ => Vec::new(),
    };
    Ok(Some(Preview {
        date: running.date,
        action: running.action,
        found: tally.found,
        has_more: cursor.is_some(),
        messages,
        skipped: tally.skipped,
        customers,
        owners,
    }))
}

/// Of one that reports; `None` if there is no such business.
///
/// # Errors
/// As a run.
pub async fn of_reporting<A: Reporting>(app: &App, business: BusinessId) -> Result<Option<Preview>, JobError> {
    let store = app.store();
    let Some(running) = now::<A>(app, store, business).await? else { return Ok(None) };
    let mut preview = Preview {
        date: running.date,
        action: running.action,
        found: 0,
        has_more: false,
        messages: 0,
        skipped: BTreeMap::new(),
        customers: Vec::new(),
        owners: Vec::new(),
    };
    let Some(facts) = A::gather(&running, store).await? else { return Ok(Some(preview)) };
    preview.found = A::found(&facts);
    if A::has_news(&facts) {
        let question = match A::suggestion(&running, &facts) {
            Some(_) => Question::Open(store.next_number(business, app.now()).await?),
            None => Question::Nobody,
        };
        preview.owners = reports(&running, |owner| A::report(&running, owner, &facts, question))?;
    } else if running.tells_nothing(A::SPEC.name) {
        preview.owners = reports(&running, |owner| A::nothing(&running, owner, Some(&facts)))?;
    }
    Ok(Some(preview))
}

/// The business as a run of now would have it, switched on or not.
async fn now<A: super::Automation>(
    app: &App,
    store: &Store,
    business: BusinessId,
) -> Result<Option<Running>, JobError> {
    let job = Job::new(A::SPEC.name, Some(business), Mode::EventDriven, app.now());
    Ok(Running::of(store, &A::SPEC, &[business], &job).await?.pop())
}

fn reports<'a>(
    running: &'a Running,
    report: impl Fn(&'a domain::Owner) -> Box<dyn Text + 'a>,
) -> Result<Vec<PreviewReport>, TextError> {
    let voice = running.business.voice(None);
    let owners = running.owners();
    owners.map(|owner| Ok(PreviewReport { owner_id: owner.owner_id, text: report(owner).text(voice)? })).collect()
}
