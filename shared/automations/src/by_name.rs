//! What is done with an automation by its name. Links the code of all of them.

use crate::engine::{
    self, Invited, JobError, Jobs, Preview, Progress, Reporting, Reports, Scheduled, Triggered, Visitor,
};
use crate::visit;
use chrono::{DateTime, Utc};
use domain::{AutomationName, Business, BusinessId, Customer, Draft, Job, Proposal};
use futures::FutureExt;
use futures::future::BoxFuture;
use kit::App;
use kit::config::Backstop;
use store::Store;

/// Goes on with a job of whichever automation it names, as [`Jobs::work`] does. Links the code of all of them.
///
/// # Errors
/// Those of [`Jobs::work`], or an event starts the automation.
pub async fn work(app: &App, backstop: Backstop, job: Job, until: DateTime<Utc>) -> Result<Progress, JobError> {
    visit(job.automation, Work { app, backstop, job, until }).await
}

struct Work<'a> {
    app: &'a App,
    backstop: Backstop,
    job: Job,
    until: DateTime<Utc>,
}

impl<'a> Visitor for Work<'a> {
    type Output = BoxFuture<'a, Result<Progress, JobError>>;

    fn scheduled<A: Scheduled>(self) -> Self::Output {
        let jobs = Jobs::<A>::new(self.app.clone(), self.backstop);
        async move { jobs.work(self.job, self.until).await }.boxed()
    }

    fn reporting<A: Reporting>(self) -> Self::Output {
        let reports = Reports::<A>::new(self.app.clone(), self.backstop);
        async move { reports.work(self.job, self.until).await }.boxed()
    }

    fn triggered<A: Triggered>(self) -> Self::Output {
        async { Err(JobError::NotScheduled) }.boxed()
    }
}

/// What the automation of a name would send now for a business, whether or not it is switched on; `None` if there is no
/// such business. It writes nothing, and reads a bounded number of people. Links the code of all of them.
///
/// # Errors
/// Those of a run, or an event starts the automation.
pub async fn preview(app: &App, name: AutomationName, business: BusinessId) -> Result<Option<Preview>, JobError> {
    visit(name, Look { app, business }).await
}

struct Look<'a> {
    app: &'a App,
    business: BusinessId,
}

impl<'a> Visitor for Look<'a> {
    type Output = BoxFuture<'a, Result<Option<Preview>, JobError>>;

    fn scheduled<A: Scheduled>(self) -> Self::Output {
        engine::of_scheduled::<A>(self.app, self.business).boxed()
    }

    fn reporting<A: Reporting>(self) -> Self::Output {
        engine::of_reporting::<A>(self.app, self.business).boxed()
    }

    fn triggered<A: Triggered>(self) -> Self::Output {
        async { Err(JobError::NotScheduled) }.boxed()
    }
}

/// A page of at most `limit` of the customers whom a proposal is about at `now` (UTC), if it names none itself, and where to go
/// on.
///
/// # Errors
/// Those of a run.
pub async fn invited(
    store: &Store,
    business: &Business,
    proposal: &Proposal,
    now: DateTime<Utc>,
    limit: i32,
    cursor: Option<&str>,
) -> Result<(Vec<Invited>, Option<String>), JobError> {
    visit(proposal.automation, Invite { store, business, proposal, now, limit, cursor }).await
}

struct Invite<'a> {
    store: &'a Store,
    business: &'a Business,
    proposal: &'a Proposal,
    now: DateTime<Utc>,
    limit: i32,
    cursor: Option<&'a str>,
}

impl<'a> Visitor for Invite<'a> {
    type Output = BoxFuture<'a, Result<(Vec<Invited>, Option<String>), JobError>>;

    fn scheduled<A: Scheduled>(self) -> Self::Output {
        let Self { store, business, proposal, now, limit, cursor } = self;
        engine::proposed::page_of::<A>(store, business, proposal, now, limit, cursor).boxed()
    }

    fn reporting<A: Reporting>(self) -> Self::Output {
        async { Ok((Vec::new(), None)) }.boxed()
    }

    fn triggered<A: Triggered>(self) -> Self::Output {
        async { Err(JobError::NotScheduled) }.boxed()
    }
}

/// The messages that a customer gets at `now` (UTC) after an owner's yes to a proposal: mostly one, and none if the
/// proposal is not about them any more. Their ids are those that the automation itself would make.
///
/// # Errors
/// A text cannot be written, or an event starts the automation.
pub fn proposed(
    proposal: &Proposal,
    business: &Business,
    customer: &Customer,
    now: DateTime<Utc>,
) -> Result<Vec<Draft>, JobError> {
    visit(proposal.automation, Write { proposal, business, customer, now })
}

struct Write<'a> {
    proposal: &'a Proposal,
    business: &'a Business,
    customer: &'a Customer,
    now: DateTime<Utc>,
}

impl Visitor for Write<'_> {
    type Output = Result<Vec<Draft>, JobError>;

    fn scheduled<A: Scheduled>(self) -> Self::Output {
        engine::proposed::by_scheduled::<A>(self.proposal, self.business, self.customer, self.now)
    }

    fn reporting<A: Reporting>(self) -> Self::Output {
        engine::proposed::by_reporting::<A>(self.proposal, self.business, self.customer, self.now)
    }

    fn triggered<A: Triggered>(self) -> Self::Output {
        Err(JobError::NotScheduled)
    }
}

/// Whether it looks for customers, so that a run of all automations can do its work by index or by scan. The others
/// report to the owners, or an event starts them.
#[must_use]
pub fn finds_customers(name: AutomationName) -> bool {
    visit(name, Finds)
}

struct Finds;

impl Visitor for Finds {
    type Output = bool;

    fn scheduled<A: Scheduled>(self) -> bool {
        true
    }

    fn reporting<A: Reporting>(self) -> bool {
        false
    }

    fn triggered<A: Triggered>(self) -> bool {
        false
    }
}
