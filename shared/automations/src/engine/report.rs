//! Messages to the owners of a business, and the proposal that their yes starts.

use super::Scheduled;
use super::running::{JobError, Running};
use super::write::count;
use chrono::{DateTime, Utc};
use domain::texts::{Ask, Person, Step};
use domain::{
    Action, AutomationName, CustomerId, Draft, Listed, Owner, Phone, Proposal, ProposalStatus, Recipient, Tally, Text,
};
use kit::App;
use kit::outbox::Outbox;
use store::{Store, StoreError};

/// A campaign that the owners' yes would start.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// The number of customers that it is about.
    pub found: u64,
    /// The customers, if they are few and chosen; else those that match the automation on the date.
    pub people: Vec<CustomerId>,
    /// The offer to them, percent.
    pub offer: u8,
    /// The free times that are offered, UTC.
    pub free: Vec<DateTime<Utc>>,
    /// From here on it has expired, UTC.
    pub until: DateTime<Utc>,
}

/// The facts of a run for the report to the owners.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// Those who are listed.
    pub people: &'a [Person<'a>],
    /// How many were found.
    pub found: u64,
    /// Those of them who may be written to.
    pub writable: u64,
    /// The question that it ends in.
    pub question: Question,
}

/// The question that a report to an owner ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// None: nobody may be written to.
    Nobody,
    /// For a yes to the proposal of this number.
    Open(u32),
    /// None: an owner has answered it.
    Answered,
}

impl Question {
    /// As a text asks it, with the number of people who may be written to.
    #[must_use]
    pub fn ask(self, writable: u64) -> Option<Ask> {
        match self {
            Self::Open(number) => Some(Ask { number, writable }),
            Self::Nobody | Self::Answered => None,
        }
    }

    /// About a proposal as it is kept: an owner who has answered it is not asked again.
    pub(super) fn about(kept: &Proposal, now: DateTime<Utc>) -> Self {
        match kept.status {
            _ if kept.is_open(now) => Self::Open(kept.number),
            ProposalStatus::Accepted | ProposalStatus::Declined => Self::Answered,
            _ => Self::Nobody,
        }
    }
}

/// Keeps what is proposed, before anybody is told of it. Answers it as it is kept: an earlier try may have kept it.
pub(super) async fn propose(
    app: &App,
    store: &Store,
    running: &Running,
    (automation, date): (AutomationName, chrono::NaiveDate),
    suggestion: Suggestion,
) -> Result<Proposal, StoreError> {
    let Suggestion { found, people, offer, free, until } = suggestion;
    let proposal = Proposal {
        business_id: running.business.business_id,
        automation,
        date,
        number: 0,
        found,
        people,
        offer,
        free,
        status: ProposalStatus::Open,
        campaign_id: None,
        until,
        created_at: app.now(),
    };
    store.create_proposal(&proposal, &app.attempt()).await
}

/// Tells each owner once for `purpose`, which the id of the message ends with. Stops between owners when `until` has
/// passed; says whether all are told.
pub(super) async fn tell<'a>(
    app: &App,
    outbox: &Outbox,
    (automation, purpose): (AutomationName, &str),
    running: &'a Running,
    tally: &mut Tally,
    until: DateTime<Utc>,
    text: impl Fn(&'a Owner) -> Box<dyn Text + 'a>,
) -> Result<bool, JobError> {
    let business_id = running.business.business_id;
    if running.owners().next().is_none() {
        tracing::warn!(%business_id, "business {business_id} has no owner to report to");
        tally.skip("no_owner");
    }
    for owner in running.owners() {
        if tally.owners_told.contains(&owner.owner_id) {
            continue;
        }
        if app.now() >= until {
            return Ok(false);
        }
        let id = running.report_id(automation, owner.owner_id, purpose);
        let to = Recipient::Owner(owner.owner_id);
        let draft = Draft::new(id, to, &*text(owner), running.business.voice(None))?;
        count(&outbox.write(business_id, draft).await?, running.begun_at, tally);
        tally.owners_told.insert(owner.owner_id);
    }
    tally.owners_told.clear();
    Ok(true)
}

/// Tells each owner of the people who were found, once for the date, after the proposal is kept. Says whether all are
/// told.
pub(super) async fn report<A: Scheduled>(
    app: &App,
    store: &Store,
    outbox: &Outbox,
    running: &Running,
    tally: &mut Tally,
    until: DateTime<Utc>,
) -> Result<bool, JobError> {
    let purpose = running.date.to_string();
    if tally.found == 0 {
        let line = |owner| A::nothing(running, owner);
        return tell(app, outbox, (A::SPEC.name, &purpose), running, tally, until, line).await;
    }
    // Owners are asked about nobody, unless they ask.
    let is_idle = tally.writable == 0 && tally.listed.is_empty();
    if running.action == Action::Propose && is_idle && !running.tells_nothing(A::SPEC.name) {
        tally.skip("nobody_to_propose");
        return Ok(true);
    }
    let mut question = Question::Nobody;
    if let Some(suggestion) = suggestion::<A>(running, tally) {
        let kept = propose(app, store, running, (A::SPEC.name, running.date), suggestion).await?;
        question = Question::about(&kept, app.now());
    }
    let listed = std::mem::take(&mut tally.listed);
    let people: Vec<Person<'_>> = listed.iter().map(person).collect();
    let told = Told { people: &people, found: tally.found, writable: tally.writable, question };
    let text = |owner| A::report(running, owner, told);
    let all = tell(app, outbox, (A::SPEC.name, &purpose), running, tally, until, text).await?;
    if !all {
        tally.listed = listed;
    }
    Ok(all)
}

/// The campaign that is proposed, if the owners are asked and anybody may be written to.
pub(super) fn suggestion<A: Scheduled>(running: &Running, tally: &Tally) -> Option<Suggestion> {
    let asks = running.action == Action::Propose && tally.writable > 0;
    asks.then(|| Suggestion {
        found: tally.writable,
        people: Vec::new(),
        offer: A::offer(running),
        free: Vec::new(),
        until: A::open_until(running),
    })
}

pub(super) fn person(listed: &Listed) -> Person<'_> {
    let phone = listed.phone.as_ref().map(Phone::digits);
    let step = listed.step.as_ref().map(|step| Step { action: &step.action, by_person: step.by_person });
    Person { name: listed.name.as_deref(), phone, pet: listed.pet.as_deref(), step }
}
