//! Messages between our functions: tasks on the queues, events on the bus, and the one producer that sends both.

pub mod converse;
pub mod envelope;
pub mod events;
pub mod inbound;
pub mod producer;
pub mod queue;
pub mod sessions;
mod split;
pub mod tasks;

pub use envelope::{Received, Task, TaskError};
pub use producer::{Bus, Queues, Unsent};
pub use queue::{Queue, QueueUrls};
pub use split::{MAX_STATUS_TASK, Tasks};
