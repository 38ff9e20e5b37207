//! A business as the API shows it: never its credentials.

use domain::business::ApprovedTemplate;
use domain::{Business, Gateway, Sender, SenderId};
use serde::Serialize;
use std::collections::BTreeMap;
use store::Page;

#[derive(Serialize)]
pub(crate) struct BusinessView {
    #[serde(flatten)]
    business: Business,
    senders: Vec<SenderView>,
}

#[derive(Serialize)]
pub(crate) struct SenderView {
    sender_id: SenderId,
    gateway: Gateway,
    address: String,
    messages_per_minute: u32,
    templates: BTreeMap<String, ApprovedTemplate>,
    /// Where the gateway's webhooks go; shown when the sender is made, and kept as a hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_path: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct BusinessPage {
    businesses: Vec<Business>,
    cursor: Option<String>,
}

impl BusinessPage {
    pub(crate) fn of(page: Page<Business>) -> Self {
        Self { businesses: page.items, cursor: page.cursor }
    }
}

impl BusinessView {
    pub(crate) fn of(business: Business, senders: Vec<SenderView>) -> Self {
        Self { business, senders }
    }
}

impl From<Sender> for SenderView {
    fn from(sender: Sender) -> Self {
        Self {
            sender_id: sender.sender_id,
            gateway: sender.gateway,
            address: sender.address,
            messages_per_minute: sender.per_minute,
            templates: sender.templates,
            webhook_path: None,
        }
    }
}

impl SenderView {
    pub(crate) fn with_webhook(self, webhook_path: Option<String>) -> Self {
        Self { webhook_path, ..self }
    }
}

/// The senders as they are after some of them were changed or added.
pub(crate) fn merged(before: Vec<Sender>, changed: Vec<SenderView>) -> Vec<SenderView> {
    let untouched = before.into_iter().filter(|sender| !changed.iter().any(|it| it.sender_id == sender.sender_id));
    let mut all: Vec<SenderView> = untouched.map(SenderView::from).collect();
    all.extend(changed);
    all.sort_by_key(|sender| sender.sender_id);
    all
}
