//! What our functions tell each other: tasks on the queues, events on the bus, and the one producer that sends both.

pub mod events;
pub mod producer;
mod split;
pub mod tasks;

pub use producer::{Bus, Queue, QueueUrls, Queues, Unsent};
pub use split::{MAX_STATUS_TASK, Tasks};
