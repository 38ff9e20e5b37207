//! One run of one automation: for a business and a date, or for all businesses at once.

use crate::{Action, AutomationName, BusinessId, CustomerId, OwnerId, Phone};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use strum::{Display, EnumIter, EnumString, IntoStaticStr};
use uuid::Uuid;

/// The way in which an automation finds its customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumIter, EnumString, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Mode {
    /// By an index, which holds just what matches.
    EventDriven,
    /// By reading every customer there is, as the system did that this one replaces.
    Legacy,
}

/// The id of a run: the work that a caller asked for at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub Uuid);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far a run is that was started by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumIter, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum RunState {
    /// Its job has not begun.
    Waiting,
    /// Its job has begun.
    Active,
    /// Its job is done.
    Completed,
    /// Its job could not be done, and waits among the dead letters.
    Failed,
}

/// A run of an automation, as far as it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Which automation it is.
    pub automation: AutomationName,
    /// Of this business; of all if absent, which only [`Mode::Legacy`] knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_id: Option<BusinessId>,
    /// By index, or by reading every customer.
    pub mode: Mode,
    /// When it was asked for or enqueued, UTC: a run of one day stays of that day, however long it takes.
    pub begun_at: DateTime<Utc>,
    /// The automation's action when the job began; set at the first page of a job of one business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Whether it is left out where the automation is switched off: so unless the business asks, or somebody for it.
    #[serde(default)]
    pub unless_off: bool,
    /// Whether all who match have been read, and only the owners are to be told.
    #[serde(default)]
    pub is_read: bool,
    /// The slot it was due at, local time of the business; absent if somebody asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<NaiveDateTime>,
    /// The run that waits for its tally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// Whether somebody has started it by hand, and may ask how far it is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_followed: bool,
    /// The time that the event is about which started it, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<DateTime<Utc>>,
    /// The owner who is told; all of them if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<OwnerId>,
    /// The owner's message that asked for it, by a hash of its id. It is answered in a message of its own, also when there
    /// is nothing to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_in: Option<String>,
    /// The place at which it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The work that it has done so far, by business.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub done: BTreeMap<BusinessId, Tally>,
    /// The cost of reading all businesses together.
    #[serde(default)]
    pub together: Tally,
}

impl Job {
    /// A job that has read nothing yet.
    #[must_use]
    pub fn new(
        automation: AutomationName,
        business_id: Option<BusinessId>,
        mode: Mode,
        begun_at: DateTime<Utc>,
    ) -> Self {
        Self {
            automation,
            business_id,
            mode,
            begun_at,
            action: None,
            unless_off: false,
            is_read: false,
            slot: None,
            run: None,
            is_followed: false,
            about: None,
            owner_id: None,
            asked_in: None,
            cursor: None,
            done: BTreeMap::new(),
            together: Tally::default(),
        }
    }
}

/// The counts of a job for one business: its work and its cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Birthdays, customers or appointments: the subject of the automation.
    pub found: u64,
    /// Those of the customers found who may be written to, if the owners are asked first.
    #[serde(skip_serializing_if = "is_default")]
    pub writable: u64,
    /// Messages that were made now, to customers and owners.
    pub messages: u64,
    /// Messages that were not made, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub skipped: BTreeMap<String, u64>,
    /// Queries, or pages of a scan.
    #[serde(skip_serializing_if = "is_default")]
    pub queries: u64,
    /// Items that were read.
    #[serde(skip_serializing_if = "is_default")]
    pub items_read: u64,
    /// In read request units.
    #[serde(skip_serializing_if = "is_default")]
    pub read_units: f64,
    /// Time at work.
    #[serde(skip_serializing_if = "is_default")]
    pub milliseconds: u64,
    /// Whether all owners have been told.
    #[serde(skip_serializing_if = "is_default")]
    pub told: bool,
    /// The owners who have been told, until all of them are.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub owners_told: BTreeSet<OwnerId>,
    /// For the report to the owners, until they are told: the first, or the best.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<Listed>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Tally {
    /// Counts one that is left out.
    pub fn skip(&mut self, reason: impl fmt::Display) {
        *self.skipped.entry(reason.to_string()).or_default() += 1;
    }
}

/// Somebody in the report to the owners. `Debug` hides the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The customer, by id.
    pub customer_id: CustomerId,
    /// The name that the customer is called by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The customer's phone, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The pet whose birthday it is, or the first pet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pet: Option<String>,
    /// The next step that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<ListedStep>,
    /// The order in the report: the highest comes first.
    pub rank: (u64, DateTime<Utc>),
}

/// The next step for somebody in the report.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedStep {
    /// What is to be done; maybe blank.
    pub action: String,
    /// Whether a person has to act.
    pub by_person: bool,
}

impl fmt::Debug for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listed").field("customer_id", &self.customer_id).finish_non_exhaustive()
    }
}
