//! The queues, each written here once: its name in the template and the variable that tells a function where it is follow.

use domain::AutomationName;
use kit::env::{FromEnv, Vars};
use std::collections::BTreeMap;
use std::fmt;
use strum::{EnumIter, IntoEnumIterator};

/// A queue of ours. Its name in kebab-case stands in the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter)]
pub enum Queue {
    /// One transactional message to send.
    SendTransactional,
    /// One marketing message or owner report to send. It never stands before a transactional message.
    SendMarketing,
    /// Inbound messages, and the gateways' news of people and senders.
    InboundMessages,
    /// Status reports.
    MessageStatuses,
    /// A customer who has written and waits for the assistant.
    Converse,
    /// A recording whose words are wanted.
    TranscribeVoice,
    /// A conversation that may have ended.
    RecordActivity,
    /// A conversation that has been idle for long, and is to be analysed.
    AnalyzeConversation,
    /// A customer whom the search of customers has to look at again.
    IndexCustomers,
    /// A business whose customers are held against their purchases and their index.
    SyncCustomers,
    /// A customer to erase.
    EraseCustomer,
    /// A campaign to freeze, to start, to look after or to end.
    RunCampaign,
    /// The runner of a campaign: it writes to the people of its chunks, one chunk after the other.
    SendCampaign,
    /// A run that reads every customer, of whichever automation.
    LegacyRuns,
    /// What a gateway is to do with a session.
    ManageSessions,
    /// The first news of sessions after a quiet time.
    SessionExpress,
    /// Sessions that fell.
    SessionDisconnects,
    /// Other changes of sessions.
    SessionStatuses,
    /// Codes to scan.
    SessionCodes,
    /// The start of an automation, each in a queue of its own: its hour, or an event.
    #[strum(disabled)]
    Automation(AutomationName),
}

impl Queue {
    /// Every queue, those of the automations included.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter().chain(AutomationName::iter().map(Self::Automation))
    }

    /// The environment variable that holds its URL, as `QUEUE_SEND_MARKETING`.
    #[must_use]
    pub fn variable(self) -> String {
        format!("QUEUE_{}", self.to_string().to_uppercase().replace('-', "_"))
    }
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Automation(name) = self else {
            // The variant's name in kebab-case.
            for (place, letter) in format!("{self:?}").char_indices() {
                if place > 0 && letter.is_uppercase() {
                    f.write_str("-")?;
                }
                write!(f, "{}", letter.to_ascii_lowercase())?;
            }
            return Ok(());
        };
        name.fmt(f)
    }
}

/// The function was not given this queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no URL is configured for the queue {0}")]
pub struct NoQueue(pub Queue);

/// The addresses of the queues; a function is given only those it writes to.
#[derive(Clone, Default)]
pub struct QueueUrls(BTreeMap<Queue, String>);

impl QueueUrls {
    /// The address of a queue.
    ///
    /// # Errors
    /// If this function was not given it.
    pub fn url(&self, queue: Queue) -> Result<&str, NoQueue> {
        self.0.get(&queue).map(String::as_str).ok_or(NoQueue(queue))
    }
}

impl FromIterator<(Queue, String)> for QueueUrls {
    fn from_iter<T: IntoIterator<Item = (Queue, String)>>(urls: T) -> Self {
        Self(urls.into_iter().collect())
    }
}

impl fmt::Debug for QueueUrls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl FromEnv for QueueUrls {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Queue::all().filter_map(|queue| Some((queue, vars.optional_url(&queue.variable())?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_told_by_its_name() {
        let names: Vec<String> = Queue::all().map(|queue| queue.to_string()).collect();
        assert!(
            names.contains(&"send-transactional".to_owned()) && names.contains(&"birthdays".to_owned()),
            "{names:?}"
        );
        assert_eq!(Queue::Automation(AutomationName::InactiveCustomers).variable(), "QUEUE_INACTIVE_CUSTOMERS");
    }
}
