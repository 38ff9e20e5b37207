//! From one webhook of up to 3 MB and 1,000 updates to tasks that fit a queue.

use crate::inbound::{IdentityChangeTask, InboundTask, InboundWork, LabelsTask, OwnTask, PreferenceTask, SenderTask};
use crate::tasks::StatusTask;
use domain::inbound::{StatusUpdate, Updates};
use domain::{BusinessId, Gateway, SenderId};

/// The most bytes of a status task: each begun 64 KiB of a queue request is billed as a request.
pub const MAX_STATUS_TASK: usize = 60 * 1024;

/// Room for what a status task says once: ids, gateway, version, type.
const HEAD: usize = 300;

/// The tasks that go to the queues for one webhook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tasks {
    /// For the queue of inbound messages: one for each message of either side, preference, identity and event.
    pub inbound: Vec<InboundWork>,
    /// For the queue of statuses: as many updates in each as fit.
    pub statuses: Vec<StatusTask>,
}

impl Tasks {
    /// As tasks for the queues, none larger than [`MAX_STATUS_TASK`] unless a single text is.
    #[must_use]
    pub fn of(updates: Updates, business_id: BusinessId, sender_id: SenderId, gateway: Gateway) -> Self {
        // News of a person's identity goes before their inbound messages.
        let mut inbound: Vec<InboundWork> = Vec::new();
        inbound.extend(
            updates
                .sender
                .into_iter()
                .map(|event| InboundWork::Sender(SenderTask { business_id, sender_id, gateway, event })),
        );
        inbound.extend(
            updates
                .identity_changes
                .into_iter()
                .map(|change| InboundWork::Identity(IdentityChangeTask { business_id, sender_id, gateway, change })),
        );
        inbound.extend(
            updates.preferences.into_iter().map(|preference| {
                InboundWork::Preference(PreferenceTask { business_id, sender_id, gateway, preference })
            }),
        );
        inbound.extend(
            updates
                .labelled
                .into_iter()
                .map(|who| InboundWork::Labels(LabelsTask { business_id, sender_id, gateway, who })),
        );
        inbound.extend(
            updates
                .inbound
                .into_iter()
                .map(|message| InboundWork::Message(InboundTask { business_id, sender_id, gateway, message })),
        );
        inbound.extend(
            updates
                .own
                .into_iter()
                .map(|message| InboundWork::Own(OwnTask { business_id, sender_id, gateway, message, put_backs: 0 })),
        );
        let first = StatusTask { business_id, sender_id, gateway, statuses: Vec::new(), put_backs: 0 };
        Self { inbound, statuses: first.with(updates.statuses) }
    }
}

impl StatusTask {
    /// Tasks like this one for all these reports, as many in each as fit.
    #[must_use]
    pub fn with(&self, statuses: Vec<StatusUpdate>) -> Vec<Self> {
        let packs = packed(statuses, MAX_STATUS_TASK - HEAD).into_iter();
        packs.map(|statuses| Self { statuses, ..self.clone() }).collect()
    }
}

fn packed(updates: Vec<StatusUpdate>, most: usize) -> Vec<Vec<StatusUpdate>> {
    let mut packs: Vec<Vec<StatusUpdate>> = Vec::new();
    let mut bytes = most;
    for update in updates {
        let size = serde_json::to_string(&update).map_or(0, |json| json.len() + 1);
        match packs.last_mut() {
            Some(pack) if bytes + size <= most => {
                bytes += size;
                pack.push(update);
            }
            _ => {
                bytes = size;
                packs.push(vec![update]);
            }
        }
    }
    packs
}
