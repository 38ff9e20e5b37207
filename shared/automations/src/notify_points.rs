//! Tells a customer about a change of points, with the balance.

use crate::engine::{Automation, JobError, Spec, Start, Triggered, always_holds};
use domain::texts::points::Points;
use domain::{AutomationName, Business, Customer, Draft, MessageId, MessageType, Recipient};
use kit::App;
use queues::events::{Happening, PointsLoaded};

/// Sends a notice for each change of points.
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
        app: &App,
        business: &Business,
        customer: &Customer,
        event: &PointsLoaded,
    ) -> Result<Option<Draft>, JobError> {
        let PointsLoaded { business_id, customer_id, load_id, points, balance } = event;
        let Some(entry) = app.store().entry(*business_id, *customer_id, load_id).await? else { return Ok(None) };
        let (name, reason) = (customer.known_name(), entry.reason.as_deref());
        let text = Points::new(name, &business.name, *points, balance.unsigned_abs(), reason);
        let id = MessageId::of(format!("points/{customer_id}/{load_id}"));
        let to = Recipient::Customer(*customer_id);
        Ok(Some(Draft::new(id, to, &text, business.voice(customer.locale))?))
    }
}
