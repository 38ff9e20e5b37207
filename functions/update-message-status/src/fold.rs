//! Folds all status reports of a batch by message.

use domain::inbound::StatusUpdate;
use domain::{BusinessId, Evidence, MessageId, Status};
use queues::tasks::StatusTask;
use std::collections::BTreeMap;

/// By whose id a gateway names a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Named {
    /// By our message id, which Cloud API carries.
    Ours(MessageId),
    /// By the gateway's own id.
    Theirs(String),
}

/// The report that counts of one message.
pub(crate) struct Folded {
    pub(crate) named: Named,
    pub(crate) evidence: Evidence,
    pub(crate) update: StatusUpdate,
    /// The places of the tasks that told something of it.
    pub(crate) tasks: Vec<usize>,
}

/// The farthest report of each attempt of a message; of equal ones the first.
pub(crate) fn fold(tasks: &[StatusTask]) -> Vec<Folded> {
    let mut folded: BTreeMap<(BusinessId, Named, &str), Folded> = BTreeMap::new();
    for (place, task) in tasks.iter().enumerate() {
        for update in &task.statuses {
            let Some(evidence) = evidence(update.status) else { continue };
            let named = match &update.message_id {
                Some(id) => Named::Ours(id.clone()),
                None => Named::Theirs(update.gateway_message_id.clone()),
            };
            let attempt = update.gateway_message_id.as_str();
            let known = folded.entry((task.business_id, named.clone(), attempt)).or_insert_with(|| Folded {
                named,
                evidence,
                update: update.clone(),
                tasks: Vec::new(),
            });
            if rank(evidence) > rank(known.evidence) {
                (known.evidence, known.update) = (evidence, update.clone());
            }
            if known.tasks.last() != Some(&place) {
                known.tasks.push(place);
            }
        }
    }
    folded.into_values().collect()
}

fn evidence(status: Status) -> Option<Evidence> {
    match status {
        Status::Sent => Some(Evidence::Sent),
        Status::Delivered => Some(Evidence::Delivered),
        Status::Read => Some(Evidence::Read),
        Status::Failed => Some(Evidence::Failed),
        Status::Pending | Status::Sending | Status::Unknown | Status::Skipped => None,
    }
}

/// The rank of evidence: a report that it reached the phone outweighs a failure; a failure outweighs that it left.
fn rank(evidence: Evidence) -> u8 {
    match evidence {
        Evidence::Sent => 0,
        Evidence::Failed => 1,
        Evidence::Delivered => 2,
        Evidence::Read => 3,
    }
}
