//! Everything that a run is made of.

use std::sync::Arc;

use aws::bus::Bus;
use aws::clock::Clock;
use aws::dynamodb::Dynamodb;
use aws::pollers::Checkpoints;
use aws::queues::Queues;
use aws::schedules::Schedules;
use aws::sqs::Sqs;
use aws::template::StreamMapping;
use aws::usage::Usage;
use world::World;

use crate::gateway_api::Gateway;
use crate::names::Names;
use crate::processes::Processes;
use crate::setup::Outside;

/// The parts of a run.
pub struct Parts {
    /// Its one clock.
    pub clock: Clock,
    /// Short names.
    pub names: Names,
    /// The meter.
    pub usage: Arc<Usage>,
    /// The tables.
    pub dynamodb: Arc<Dynamodb>,
    /// The queues.
    pub queues: Queues,
    /// Physical names of the queues that a function reads.
    pub read: Vec<String>,
    /// Physical names of the tables with a stream.
    pub streamed: Vec<String>,
    /// What brings changes to functions.
    pub stream_mappings: Vec<StreamMapping>,
    /// How far they have come.
    pub checkpoints: Checkpoints,
    /// The queues' protocol.
    pub sqs: Sqs,
    /// The event bus and its protocol.
    pub bus: Bus,
    /// What is called by time.
    pub schedules: Schedules,
    /// The functions.
    pub processes: Processes,
    /// The HTTP API.
    pub gateway: Gateway,
    /// Gateways, phones, people.
    pub world: World,
    /// Where the gateways outside answer.
    pub outside: Outside,
}
