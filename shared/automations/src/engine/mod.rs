//! The parts that automations have in common. An automation that runs at its hours reads the people who match, page by
//! page. It writes to them, and reports to the owners. One that only reports gathers facts for them. An automation that an
//! event starts writes to its customer.

mod listener;
mod preview;
pub(crate) mod proposed;
mod report;
mod reporting;
mod running;
mod work;
mod worker;
mod write;

pub use listener::Listener;
pub use preview::{Preview, PreviewMessage, PreviewReport, of_reporting, of_scheduled};
pub use proposed::Invited;
pub use report::{Question, Suggestion, Told};
pub use reporting::Reports;
pub use running::{JobError, Running};
pub use work::{Jobs, Progress};
pub use worker::{LegacyWorker, Reporter, Worker};

use chrono::{DateTime, NaiveDate, Utc};
use domain::schedule::CronError;
use domain::texts::Topic;
use domain::{
    Action, AutomationName, Business, Customer, CustomerId, Draft, Job, Listed, Locale, Message, MessageId,
    MessageType, Misfire, Owner, Proposal, Reason, Settings, Text,
};
use futures::future::BoxFuture;
use kit::App;
use queues::TaskError;
use queues::events::Happening;
use std::future::Future;
use store::{Store, StoreError};

/// The facts of an automation that can be told without running it.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// In paths, queues and tables.
    pub name: AutomationName,
    /// Its hours or its event.
    pub start: Start,
    /// The text that it writes to a customer, or to owners if it writes to no customer.
    pub text: MessageType,
    /// What its proposals are about, in words; `None` if it proposes nothing.
    pub topic: Option<Topic<'static>>,
    /// Asked again just before a message of it is sent: the customer's record may have changed.
    pub still_holds: fn(&Message, &Customer) -> Result<(), Reason>,
}

/// The start of an automation: its hours, or an event.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    /// Its hours.
    AtHours(Hours),
    /// An event on the bus, by its `detail-type`.
    OnEvent(&'static str),
}

/// When an automation runs and what it does if the business has set nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Hours {
    /// Local time of the business, five-field Unix cron.
    pub cron: &'static str,
    /// The rule for a run that was missed.
    pub misfire: Misfire,
    /// Whether customers are written to at once or after the owner's yes.
    pub action: Action,
    /// Whether a run that comes on a later local date than its own does nothing.
    pub only_on_its_day: bool,
    /// The event that starts it between its hours too, by its `detail-type`.
    pub also_on: Option<&'static str>,
}

impl Hours {
    /// The automation of a business that has set nothing else, running from `now` on.
    ///
    /// # Errors
    /// The default is no cron; a test asks for all of them.
    pub fn automation(
        &self,
        business: &Business,
        name: AutomationName,
        now: DateTime<Utc>,
    ) -> Result<domain::Automation, CronError> {
        let (cron, zone) = (self.cron.parse()?, business.timezone);
        Ok(domain::Automation::new(business.business_id, name, cron, self.action, zone, now))
    }
}

/// Says that nothing has to be asked again.
///
/// # Errors
/// None.
pub fn always_holds(_: &Message, _: &Customer) -> Result<(), Reason> {
    Ok(())
}

/// Asks the store, just before a message is sent, whether what it is for still holds.
pub type StillStands =
    for<'a> fn(&'a App, &'a Business, &'a Message) -> BoxFuture<'a, Result<Result<(), Reason>, JobError>>;

/// A rule of a business that acts by itself.
pub trait Automation: 'static {
    /// The facts that can be told of it without running it.
    const SPEC: Spec;

    /// Asked beside [`Spec::still_holds`], if the customer's record does not tell it.
    const STILL_STANDS: Option<StillStands> = None;
}

/// An automation that runs at its hours.
pub trait Scheduled: Automation {
    /// A customer that a run is about.
    type Match: Send + Sync;

    /// A page of the people who match, by an index that holds just them, and where to go on.
    fn by_index(
        running: &Running,
        store: &Store,
        limit: Option<i32>,
        cursor: Option<&str>,
    ) -> impl Future<Output = Result<(Vec<Self::Match>, Option<String>), StoreError>> + Send;

    /// The matches of one customer, as [`Scheduled::by_index`] would find them.
    fn of_customer(running: &Running, customer: &Customer) -> Vec<Self::Match>;

    /// The customer that a match is about.
    fn person(found: &Self::Match) -> Addressee;

    /// Why a match is not written to, beyond the customer's consent: a word for the tally.
    fn left_out(_running: &Running, _found: &Self::Match) -> Option<&'static str> {
        None
    }

    /// Whether the owners have to act themselves, and so are told of the match in any case.
    fn is_a_persons(_found: &Self::Match) -> bool {
        false
    }

    /// The id of the match's message, made of its purpose.
    fn message_id(running: &Running, found: &Self::Match) -> MessageId;

    /// The text of the match's message.
    fn text<'a>(running: &'a Running, found: &'a Self::Match) -> Box<dyn Text + 'a>;

    /// Gives it its place in the report to the owners, if it has one.
    fn list(found: &Self::Match, listed: &mut Vec<Listed>);

    /// The offer to customers that the business has set, percent.
    fn offer_set(settings: &Settings) -> u8;

    /// The offer of a run, percent.
    fn offer(running: &Running) -> u8 {
        running.offer.unwrap_or(Self::offer_set(&running.business.settings))
    }

    /// The report to an owner.
    fn report<'a>(running: &'a Running, owner: &'a Owner, told: Told<'a>) -> Box<dyn Text + 'a>;

    /// The line to an owner when nobody is found.
    fn nothing<'a>(running: &'a Running, owner: &'a Owner) -> Box<dyn Text + 'a>;

    /// From when on a text of a run comes too late, UTC; `None` if it never does.
    fn goes_until(_running: &Running) -> Option<DateTime<Utc>> {
        None
    }

    /// From when on the owners can no longer say yes to the proposal of a run, UTC.
    fn open_until(running: &Running) -> DateTime<Utc> {
        Self::goes_until(running).unwrap_or(running.begun_at + Proposal::ANSWERED_WITHIN)
    }
}

/// An automation that reports to the owners at its hours, and writes to no customer before their yes.
pub trait Reporting: Automation {
    /// What a report is made of.
    type Facts: Send + Sync;

    /// The facts of the run's date; `None` on a day that the owners want no report of. Its reads follow what it reports,
    /// not the size of the business.
    fn gather(running: &Running, store: &Store)
    -> impl Future<Output = Result<Option<Self::Facts>, StoreError>> + Send;

    /// The number of the things found; for the tally.
    fn found(facts: &Self::Facts) -> u64;

    /// Whether there is anything to tell.
    fn has_news(facts: &Self::Facts) -> bool;

    /// The campaign that the report asks for, if it asks, and the local date that it is about.
    fn suggestion(_running: &Running, _facts: &Self::Facts) -> Option<(NaiveDate, Suggestion)> {
        None
    }

    /// The text that a customer of its proposal gets after the owners' yes; `None` if it comes too late.
    fn invitation<'a>(
        _proposal: &'a Proposal,
        _business: &'a Business,
        _customer: &'a Customer,
        _now: DateTime<Utc>,
    ) -> Option<Box<dyn Text + 'a>> {
        None
    }

    /// Leaves only these people in the facts: a proposal that is kept already is about them.
    fn keep_only(_facts: &mut Self::Facts, _people: &[CustomerId]) {}

    /// The end of the id of a report: an owner gets one of each.
    fn purpose(running: &Running) -> String {
        running.date.to_string()
    }

    /// The report to an owner, with the question that it ends in.
    fn report<'a>(
        running: &'a Running,
        owner: &'a Owner,
        facts: &'a Self::Facts,
        question: Question,
    ) -> Box<dyn Text + 'a>;

    /// The line to an owner when there is nothing to tell; without facts on a day that wants no report.
    fn nothing<'a>(running: &'a Running, owner: &'a Owner, facts: Option<&'a Self::Facts>) -> Box<dyn Text + 'a>;

    /// The job that an event starts, if its queue brings any.
    ///
    /// # Errors
    /// It is no event that starts this automation.
    fn on_event(_body: &str) -> Result<Job, TaskError> {
        Err(TaskError::Type)
    }
}

/// A customer who may be written to.
#[derive(Clone, Copy, Debug)]
pub struct Addressee {
    /// In the business.
    pub customer_id: CustomerId,
    /// The language to write in; the business's if absent.
    pub locale: Option<Locale>,
    /// `None` until the customer said yes or no.
    pub marketing_consent: Option<bool>,
}

/// An automation that an event starts.
pub trait Triggered: Automation {
    /// The event that starts it.
    type Event: Happening + Send + Sync;

    /// The messages that follow from the event; mostly one. An event may be delivered again: a message's id is made of
    /// what it is for.
    fn messages(
        app: &App,
        business: &Business,
        customer: &Customer,
        event: &Self::Event,
    ) -> impl Future<Output = Result<Vec<Draft>, JobError>> + Send;
}

/// Does something with an automation, whichever it is.
pub trait Visitor {
    /// The outcome of the visit.
    type Output;

    /// With one that runs at its hours.
    fn scheduled<A: Scheduled>(self) -> Self::Output;

    /// With one that reports to the owners at its hours.
    fn reporting<A: Reporting>(self) -> Self::Output;

    /// With one that an event starts.
    fn triggered<A: Triggered>(self) -> Self::Output;
}
