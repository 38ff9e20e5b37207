//! Event source mappings: what brings a queue's messages and a table's changes to a function.

mod checkpoints;
mod queue;
mod response;
mod source;
mod stream;

pub use checkpoints::Checkpoints;
pub use queue::QueuePoller;
pub use source::StreamSource;
pub use stream::StreamPoller;

#[cfg(test)]
mod tests;
