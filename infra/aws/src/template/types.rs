use std::{
    collections::BTreeMap,
    fmt,
    ops::{Deref, DerefMut},
    time::Duration,
};

use serde_json::Value;

use crate::{pattern::Pattern, queues::QueueConfig};

/// Values by their names; secrets may be among them, so only names are ever shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Values(pub BTreeMap<String, String>);

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Deref for Values {
    type Target = BTreeMap<String, String>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Values {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// A function, as its resource describes it.
#[derive(Clone, Debug)]
pub struct FunctionResource {
    /// Physical name, as in its ARN.
    pub name: String,
    /// Folder of its program, like `target/lambda/send-message/`.
    pub code: String,
    /// The time that an invocation may take.
    pub timeout: Duration,
    /// Memory in MB, for the bill.
    pub memory_mb: u32,
    /// Its environment variables, resolved.
    pub environment: Values,
}

impl FunctionResource {
    /// Name of its program: the last folder of `code`.
    pub fn program(&self) -> &str {
        self.code.trim_end_matches('/').rsplit('/').next().unwrap_or(&self.code)
    }
}

/// A route of the HTTP API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Logical id of its function.
    pub function: String,
    /// `GET`, `POST`, … or `ANY`.
    pub method: String,
    /// Path with `{name}` and `{name+}`; `$default` for the rest.
    pub path: String,
}

/// A mapping that brings the messages of a queue to a function.
#[derive(Clone, Debug)]
pub struct QueueMapping {
    /// Logical ids of function and event, with a slash.
    pub name: String,
    /// Logical id of the function.
    pub function: String,
    /// Physical name of the queue.
    pub queue: String,
    /// Most messages of a call.
    pub batch_size: usize,
    /// The time for which a batch is gathered; zero for not at all.
    pub window: Duration,
    /// Most calls at once; `None` if the template sets none.
    pub maximum_concurrency: Option<usize>,
    /// Whether the function names the messages that failed.
    pub partial_failures: bool,
    /// A message must match one of these, if there are any; others are deleted unseen.
    pub filters: Vec<Pattern>,
}

/// A mapping that brings the changes of a table to a function.
#[derive(Clone, Debug)]
pub struct StreamMapping {
    /// Logical ids of function and event, with a slash.
    pub name: String,
    /// Logical id of the function.
    pub function: String,
    /// Name of the function in ARNs.
    pub function_name: String,
    /// Physical name of the table.
    pub table: String,
    /// Whether it begins with the oldest change, not with the next one.
    pub from_oldest: bool,
    /// Most changes of a call.
    pub batch_size: usize,
    /// The time for which a batch is gathered; zero for not at all.
    pub window: Duration,
    /// Whether a batch that fails is halved.
    pub bisect: bool,
    /// Tries after the first; `None` for ever.
    pub maximum_retries: Option<u32>,
    /// A change that is older and fails is given up; `None` for never.
    pub maximum_age: Option<Duration>,
    /// Whether the function names the change from which on it failed.
    pub partial_failures: bool,
    /// Name of the queue that is told of a batch given up.
    pub on_failure: Option<String>,
    /// A change must match one of these, if there are any.
    pub filters: Vec<Pattern>,
}

/// A function called by time.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Logical ids of function and event, with a slash.
    pub name: String,
    /// Name of the rule in ARNs.
    pub rule: String,
    /// Logical id of the function.
    pub function: String,
    /// `rate(…)` or `cron(…)`, in UTC.
    pub expression: String,
    /// The event that the function is given instead of the usual one.
    pub input: Option<Value>,
    /// Whether it runs by itself.
    pub enabled: bool,
}

/// A rule of a bus, which takes events to its targets.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Physical name, as in its ARN.
    pub name: String,
    /// Physical name of its bus.
    pub bus: String,
    /// The pattern of the events that it takes.
    pub pattern: Pattern,
    /// Whether it is at work.
    pub enabled: bool,
    /// The receivers of its events.
    pub targets: Vec<Target>,
}

/// One receiver of a rule's events.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Id within the rule.
    pub id: String,
    /// The queue or the function that gets the events.
    pub to: Receiver,
    /// Name of the queue for what cannot be delivered.
    pub dead_letters: Option<String>,
    /// Message group at a queue.
    pub group: Option<String>,
    /// The event that is sent instead of the one that came.
    pub input: Option<Value>,
}

/// The receiver of a rule's events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// Physical name of a queue.
    Queue(String),
    /// Logical id of a function.
    Function(String),
}

/// A table, as its resource describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Physical name, as in its ARN.
    pub name: String,
    /// Its key, the partition's part first.
    pub keys: Vec<Key>,
    /// Its global secondary indexes.
    pub indexes: Vec<Index>,
    /// Attribute with the time of expiry, in seconds of the epoch.
    pub time_to_live: Option<String>,
    /// The images that its stream shows, like `NEW_IMAGE`; `None` if it has no stream.
    pub stream: Option<String>,
}

/// A global secondary index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Name within the table.
    pub name: String,
    /// Its key, the partition's part first.
    pub keys: Vec<Key>,
    /// The attributes that it holds beside the keys.
    pub projection: Projection,
}

/// An attribute of a key, of a table or of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Name of the attribute in items.
    pub attribute: String,
    /// `S`, `N` or `B`.
    pub kind: String,
    /// Whether it sorts (RANGE) and does not part (HASH).
    pub sorts: bool,
}

/// The attributes that an index holds beside the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Projection {
    /// Every attribute of the item.
    All,
    /// No other attribute.
    KeysOnly,
    /// These attributes.
    Include(Vec<String>),
}

/// The content of a template, resolved.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// Parameters with the values that the run gave, or their defaults.
    pub parameters: Values,
    /// Functions by logical id.
    pub functions: BTreeMap<String, FunctionResource>,
    /// Routes of the HTTP API.
    pub routes: Vec<Route>,
    /// Mappings from queues to functions.
    pub queue_mappings: Vec<QueueMapping>,
    /// Mappings from tables to functions.
    pub stream_mappings: Vec<StreamMapping>,
    /// Functions called by time.
    pub schedules: Vec<Schedule>,
    /// Rules of the buses.
    pub rules: Vec<Rule>,
    /// Queues by logical id.
    pub queues: BTreeMap<String, QueueConfig>,
    /// Tables by logical id.
    pub tables: BTreeMap<String, Table>,
    /// Names of the buckets by logical id.
    pub buckets: BTreeMap<String, String>,
    /// Names of the event buses by logical id.
    pub buses: BTreeMap<String, String>,
}
