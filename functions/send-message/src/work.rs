//! The tasks that this function does.

use queues::tasks::{ChunkTask, SendTask};
use queues::{Queue, Task, TaskError};

/// A task, as one of the queues brings it.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// To send one message.
    Message(SendTask),
    /// To go on with a campaign.
    Campaign(ChunkTask),
}

impl Work {
    pub(crate) fn message(&self) -> Option<&SendTask> {
        match self {
            Self::Message(task) => Some(task),
            Self::Campaign(_) => None,
        }
    }
}

impl Task for Work {
    fn queue(&self) -> Queue {
        match self {
            Self::Message(task) => task.queue(),
            Self::Campaign(task) => task.queue(),
        }
    }

    fn group(&self) -> String {
        match self {
            Self::Message(task) => task.group(),
            Self::Campaign(task) => task.group(),
        }
    }

    fn body(&self) -> Result<String, TaskError> {
        match self {
            Self::Message(task) => task.body(),
            Self::Campaign(task) => task.body(),
        }
    }

    fn parse(body: &str) -> Result<Self, TaskError> {
        match SendTask::parse(body) {
            Err(TaskError::Type) => ChunkTask::parse(body).map(Self::Campaign),
            read => read.map(Self::Message),
        }
    }
}
