//! Tells a customer about a change of points, with the balance.

use crate::engine::{Automation, JobError, Spec, Start, Triggered, always_holds};
use domain::texts::points::Points;
use domain::{AutomationName, Business, Customer, Draft, MessageId, MessageType, Recipient};
use queues::events::{Happening, PointsLoaded};
use store::Store;

/// Tells of points.
pub struct NotifyPoints;

impl Automation for NotifyPoints {
    const SPEC: Spec = Spec {
        name: AutomationName::NotifyPoints,
        start: Start::OnEvent(PointsLoaded::DETAIL_TYPE),
        text: MessageType::Points,
        still_holds: always_holds,
    };
}

impl Triggered for NotifyPoints {
    type Event = PointsLoaded;

    /// One notice of one entry; none of an entry that was erased meanwhile.
    async fn message(
        store: &Store,
        business: &Business,
        customer: &Customer,
        event: &PointsLoaded,
    ) -> Result<Option<Draft>, JobError> {
        let PointsLoaded { business_id, customer_id, load_id, points, balance } = event;
        let Some(entry) = store.entry(*business_id, *customer_id, load_id).await? else { return Ok(None) };
        let (name, balance, reason) = (customer.known_name(), balance.unsigned_abs(), entry.reason.as_deref());
        let text = Points::new(name, &business.name, *points, balance, reason);
        let id = MessageId::of(format!("points/{customer_id}/{load_id}"));
        Ok(Some(Draft::new(id, Recipient::Customer(*customer_id), &text, business.voice(customer.locale))?))
    }
}
