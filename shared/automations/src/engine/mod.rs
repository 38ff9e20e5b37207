//! The parts that automations have in common. An automation that runs at its hours reads the people who match, page by
//! page. It writes to them, and reports to the owners. An automation that an event starts writes one message.

mod listener;
mod report;
mod running;
mod work;
mod worker;
mod write;

pub use listener::Listener;
pub use running::{JobError, Running};
pub use work::{Jobs, Progress};
pub use worker::Worker;

use chrono::{DateTime, Utc};
use domain::schedule::CronError;
use domain::texts::Person;
use domain::{
    Action, AutomationName, Business, Customer, CustomerId, Draft, Listed, Locale, Message, MessageId, MessageType,
    Misfire, Owner, Reason, Settings, Text,
};
use kit::App;
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
    /// The text that it writes to a customer.
    pub text: MessageType,
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

/// A rule of a business that acts by itself.
pub trait Automation: 'static {
    /// The facts that can be told of it without running it.
    const SPEC: Spec;
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

    /// The id of the match's message, made of its purpose.
    fn message_id(running: &Running, found: &Self::Match) -> MessageId;

    /// The text of the match's message.
    fn text<'a>(running: &'a Running, found: &'a Self::Match) -> Box<dyn Text + 'a>;

    /// Gives it its place in the report to the owners, if it has one.
    fn list(found: &Self::Match, listed: &mut Vec<Listed>);

    /// The offer to customers, percent.
    fn offer(settings: &Settings) -> u8;

    /// The report to an owner of `count` matches, of which `people` are listed.
    fn report<'a>(running: &'a Running, owner: &'a Owner, people: &'a [Person<'a>], count: u64) -> Box<dyn Text + 'a>;
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

    /// The message that follows from the event, if one does. An event may be delivered again: the message's id is made of
    /// what it is for.
    fn message(
        app: &App,
        business: &Business,
        customer: &Customer,
        event: &Self::Event,
    ) -> impl Future<Output = Result<Option<Draft>, JobError>> + Send;
}

/// Does something with an automation, whichever it is.
pub trait Visitor {
    /// The outcome of the visit.
    type Output;

    /// With one that runs at its hours.
    fn scheduled<A: Scheduled>(self) -> Self::Output;

    /// With one that an event starts.
    fn triggered<A: Triggered>(self) -> Self::Output;
}
