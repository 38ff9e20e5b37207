//! AWS on a laptop, as libraries without sockets: what `template.yaml` describes, in process and on tokio's time.

pub mod arn;
pub mod bus;
pub mod clock;
pub mod dynamodb;
mod expression;
pub mod invoke;
pub mod observe;
pub mod pattern;
pub mod pollers;
pub mod queues;
mod reply;
pub mod s3;
pub mod schedules;
pub mod sqs;
pub mod template;
pub mod usage;

pub use reply::Reply;
