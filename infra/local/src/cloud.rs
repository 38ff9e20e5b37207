//! AWS as the template describes it, and the world outside: in process, without sockets, and with any way to run the
//! functions. A laptop and a simulation have it in common.

use std::path::Path;
use std::sync::Arc;

use aws::bus::Bus;
use aws::clock::Clock;
use aws::dynamodb::{Dynamodb, TableError};
use aws::invoke::Invoke;
use aws::pollers::{Checkpoints, QueuePoller, StreamPoller, StreamSource};
use aws::queues::{Queues, Refusal};
use aws::s3::{Bucket, KeptError, S3};
use aws::schedules::{ExpressionError, Schedules};
use aws::sqs::Sqs;
use aws::template::{QueueMapping, StreamMapping, Template};
use aws::usage::Usage;
use futures::future::BoxFuture;
use world::World;

use crate::gateway_api::Gateway;
use crate::names::Names;

/// The parts of a template beside its functions, and the outside.
pub struct Cloud {
    /// The one clock of all its parts.
    pub clock: Clock,
    /// The short names of the template's parts.
    pub names: Names,
    /// The meter of all its parts.
    pub usage: Arc<Usage>,
    /// The tables, with their streams.
    pub dynamodb: Arc<Dynamodb>,
    /// The queues, dead letters included.
    pub queues: Queues,
    /// Physical names of the queues that a function reads.
    pub read: Vec<String>,
    /// Physical names of the tables with a stream.
    pub streamed: Vec<String>,
    /// The mappings by which pollers bring messages to functions.
    pub queue_mappings: Vec<QueueMapping>,
    /// The mappings by which pollers bring changes to functions.
    pub stream_mappings: Vec<StreamMapping>,
    /// The position of each stream mapping.
    pub checkpoints: Checkpoints,
    /// The queues' protocol.
    pub sqs: Sqs,
    /// The buckets and their protocol.
    pub s3: S3,
    /// The event bus and its protocol.
    pub bus: Bus,
    /// The functions that are called by time.
    pub schedules: Schedules,
    /// The HTTP API.
    pub gateway: Gateway,
    /// Gateways, phones, people.
    pub world: World,
    functions: Arc<dyn Invoke>,
}

/// The parts that a cloud is made with.
pub struct Setting<'a> {
    /// The clock of all its parts.
    pub clock: Clock,
    /// Decides its ids and chances.
    pub rng: fastrand::Rng,
    /// Counts what it does.
    pub usage: Arc<Usage>,
    /// The part that runs the functions.
    pub functions: Arc<dyn Invoke>,
    /// The file or folder of its tables; in memory if `None`.
    pub tables: Option<&'a Path>,
    /// The folder of its buckets; in memory if `None`.
    pub buckets: Option<&'a Path>,
    /// Address under which queues are found.
    pub queue_base_url: String,
}

/// The part of the template that cannot be made; one clear line.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// A schedule's expression is broken.
    #[error("template: {0}")]
    Schedule(#[from] ExpressionError),
    /// A queue's setting is refused.
    #[error("template: {0}")]
    Queue(#[from] Refusal),
    /// A bucket's folder cannot be used.
    #[error(transparent)]
    Bucket(#[from] KeptError),
    /// A table in it is broken, or other than the one kept.
    #[error("{0}")]
    Table(#[from] TableError),
}

/// Physical names of the queues that a function of `template` reads.
#[must_use]
pub fn queues_read(template: &Template) -> Vec<String> {
    template.queue_mappings.iter().map(|mapping| mapping.queue.clone()).collect()
}

impl Cloud {
    /// Makes tables, queues, bus, schedules and routes of `template`.
    ///
    /// # Errors
    /// Something in the template is broken, or the tables kept are other ones.
    pub fn new(template: &Template, setting: Setting<'_>) -> Result<Self, CloudError> {
        let Setting { clock, mut rng, usage, functions, tables, buckets, queue_base_url } = setting;
        let dynamodb = Arc::new(open_tables(template, tables, &clock)?);
        dynamodb.observe(usage.clone());
        let queues = Queues::new(clock.clone(), rng.fork(), usage.clone());
        create_queues(template, &queues)?;
        let s3 = S3::new(open_buckets(template, buckets)?, clock.clone(), usage.clone());
        let bus = Bus::new(template, queues.clone(), rng.fork(), functions.clone(), usage.clone());
        let schedules = Schedules::new(&template.schedules, clock.clone(), rng.fork(), functions.clone())?;
        let gateway = Gateway::new(&template.routes, functions.clone(), usage.clone(), clock.clone(), rng.fork());
        let shown = clock.clone();
        Ok(Self {
            names: Names::new(template),
            gateway,
            sqs: Sqs::new(queues.clone(), queue_base_url),
            s3,
            world: World::new(Arc::new(move || shown.now()), rng.u64(..)),
            checkpoints: Checkpoints::default(),
            queue_mappings: template.queue_mappings.clone(),
            stream_mappings: template.stream_mappings.clone(),
            streamed: template
                .tables
                .values()
                .filter(|table| table.stream.is_some())
                .map(|table| table.name.clone())
                .collect(),
            read: queues_read(template),
            clock,
            usage,
            dynamodb,
            queues,
            bus,
            schedules,
            functions,
        })
    }

    /// The workers that bring events to the functions, each to be run for ever: bus, queues, streams. The schedules are
    /// run apart.
    #[must_use]
    pub fn workers(&self) -> Vec<BoxFuture<'static, ()>> {
        let mut workers: Vec<BoxFuture<'static, ()>> = vec![Box::pin(self.bus.clone().run())];
        for mapping in &self.queue_mappings {
            let poller = QueuePoller::new(mapping.clone(), self.queues.clone(), self.functions.clone());
            workers.push(Box::pin(poller.run()));
        }
        for mapping in &self.stream_mappings {
            let source: Arc<dyn StreamSource> = self.dynamodb.clone();
            let (checkpoints, queues) = (self.checkpoints.clone(), self.queues.clone());
            let poller = StreamPoller::new(mapping.clone(), source, checkpoints, queues, self.functions.clone());
            workers.push(Box::pin(poller.run()));
        }
        workers
    }

    /// Forgets the changes that every function has seen.
    pub fn trim_streams(&self) {
        for table in &self.streamed {
            let mappings = self.stream_mappings.iter().filter(|mapping| mapping.table == *table);
            let seen: Vec<_> = mappings.map(|mapping| self.checkpoints.get(&mapping.name)).collect();
            // Sequence numbers are of one length, so the least text is the least number.
            let done = if seen.is_empty() { self.dynamodb.latest(table) } else { seen.into_iter().min().flatten() };
            if let Some(done) = done {
                self.dynamodb.trim_stream(table, &done);
            }
        }
    }

    /// Whether every change has been seen.
    #[must_use]
    pub fn streams_are_read(&self) -> bool {
        self.stream_mappings.iter().all(|mapping| {
            let seen = self.checkpoints.get(&mapping.name);
            self.dynamodb.records(&mapping.table, seen.as_deref(), 1).is_empty()
        })
    }

    /// Whether no message can be received or is with a function.
    #[must_use]
    pub fn queues_are_empty(&self) -> bool {
        let depths = self.queues.depths();
        self.read.iter().all(|queue| depths.get(queue).is_none_or(|depth| depth.visible + depth.in_flight == 0))
    }
}

fn open_tables(template: &Template, tables: Option<&Path>, clock: &Clock) -> Result<Dynamodb, TableError> {
    let dynamodb = match tables {
        Some(path) => Dynamodb::file(path, clock.clone())?,
        None => Dynamodb::memory(clock.clone())?,
    };
    template.tables.values().try_for_each(|table| dynamodb.open_table(table))?;
    Ok(dynamodb)
}

fn open_buckets(template: &Template, folder: Option<&Path>) -> Result<Vec<Bucket>, KeptError> {
    let open = |name: &String| match folder {
        Some(folder) => Bucket::folder(name, &folder.join(name)),
        None => Ok(Bucket::memory(name)),
    };
    template.buckets.values().map(open).collect()
}

/// Dead letters first: a queue may name only what is there.
fn create_queues(template: &Template, queues: &Queues) -> Result<(), Refusal> {
    let (dead, alive): (Vec<_>, Vec<_>) = template.queues.values().partition(|queue| queue.redrive.is_none());
    dead.into_iter().chain(alive).try_for_each(|queue| queues.create(queue.clone()))
}
