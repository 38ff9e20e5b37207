//! AWS on a laptop, as libraries without sockets: what `template.yaml` describes, in process and on tokio's time.

pub mod bus;
pub mod clock;
pub mod dynamodb;
pub mod invoke;
pub mod observe;
pub mod pollers;
pub mod arn;
pub mod pattern;
pub mod queues;
pub mod schedules;
pub mod sqs;
pub mod template;
pub mod usage;
mod reply;

pub use reply::Reply;
