//! The envelope of what travels: versioned, tagged JSON. Unknown fields are ignored; an unknown version or type is an
//! error, so that an old function never guesses at a new task.

use crate::queue::Queue;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// The version this build writes and reads.
pub const VERSION: u64 = 1;

/// Why a body is not the task or event that was expected. Never quotes the body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// Not JSON, or a field is missing or of another kind.
    #[error("malformed task at line {line}, column {column}")]
    Malformed {
        /// Counted from 1.
        line: usize,
        /// Counted from 0.
        column: usize,
    },
    /// A version this build does not know.
    #[error("unknown task version {0}")]
    Version(u64),
    /// Another type than expected.
    #[error("unknown task type")]
    Type,
}

impl From<serde_json::Error> for TaskError {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed { line: error.line(), column: error.column() }
    }
}

/// Something that travels on one queue.
pub trait Task: Sized {
    /// The queue on which it travels.
    fn queue(&self) -> Queue;

    /// The name by which the queue is shared fairly: the business, or the session.
    fn group(&self) -> String;

    /// As it is sent.
    ///
    /// # Errors
    /// Only if a field cannot be written as JSON.
    fn body(&self) -> Result<String, TaskError>;

    /// As it was sent.
    ///
    /// # Errors
    /// Another version or type, or malformed.
    fn parse(body: &str) -> Result<Self, TaskError>;
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    v: u64,
    r#type: &'static str,
    #[serde(flatten)]
    task: &'a T,
}

#[derive(Deserialize)]
struct Head {
    v: u64,
    r#type: String,
}

pub(crate) fn encode<T: Serialize>(kind: &'static str, task: &T) -> Result<String, TaskError> {
    let body = serde_json::to_string(&Envelope { v: VERSION, r#type: kind, task })?;
    // The two characters that JSON lets through and SQS refuses; control characters are escaped already.
    Ok(body.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}"))
}

pub(crate) fn head(body: &str) -> Result<String, TaskError> {
    let head: Head = serde_json::from_str(body)?;
    if head.v == VERSION { Ok(head.r#type) } else { Err(TaskError::Version(head.v)) }
}

pub(crate) fn decode<T: DeserializeOwned>(kind: &'static str, body: &str) -> Result<T, TaskError> {
    if head(body)? == kind { Ok(serde_json::from_str(body)?) } else { Err(TaskError::Type) }
}

/// A task as its queue brings it, with its version and type checked.
#[derive(Clone, Debug)]
pub struct Received<T>(pub T);

impl<'de, T: Task> Deserialize<'de> for Received<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Box::<RawValue>::deserialize(deserializer)?;
        T::parse(body.get()).map(Self).map_err(D::Error::custom)
    }
}

/// A task of one type: the type's name in the JSON, and the queue that it travels on. The queue is shared fairly by the
/// task's business, or by the field that is named last.
macro_rules! task {
    ($name:ty, $kind:literal, $queue:expr) => {
        $crate::envelope::task!($name, $kind, $queue, business_id);
    };
    ($name:ty, $kind:literal, $queue:expr, $group:ident) => {
        impl $name {
            /// Its `type` in the JSON.
            pub const TYPE: &'static str = $kind;
        }

        impl $crate::envelope::Task for $name {
            fn queue(&self) -> $crate::Queue {
                let queue: fn(&Self) -> $crate::Queue = $queue;
                queue(self)
            }

            fn group(&self) -> String {
                self.$group.to_string()
            }

            fn body(&self) -> Result<String, $crate::envelope::TaskError> {
                $crate::envelope::encode(Self::TYPE, self)
            }

            fn parse(body: &str) -> Result<Self, $crate::envelope::TaskError> {
                $crate::envelope::decode(Self::TYPE, body)
            }
        }
    };
}

pub(crate) use task;
