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
        topic: None,
        still_holds: always_holds,
    };
}

impl Triggered for NotifyPoints {
    type Event = PointsLoaded;

    /// One notice of one entry; none of an entry that was erased meanwhile. One that has gone to the person's other record
    /// is told there, under the same id.
    async fn messages(
        app: &App,
        business: &Business,
        customer: &Customer,
        event: &PointsLoaded,
    ) -> Result<Vec<Draft>, JobError> {
        let PointsLoaded { business_id, customer_id, load_id, points, balance } = event;
        let holder = customer.joined_into.unwrap_or(*customer_id);
        let entry = match app.store().entry(*business_id, holder, load_id).await? {
            None if holder != *customer_id => app.store().entry(*business_id, *customer_id, load_id).await?,
            found => found,
        };
        let Some(entry) = entry else { return Ok(Vec::new()) };
        let (name, reason) = (customer.known_name(), entry.reason.as_deref());
        let text = Points::new(name, &business.name, *points, balance.unsigned_abs(), reason);
        let id = MessageId::of(format!("points/{customer_id}/{load_id}"));
        let to = Recipient::Customer(holder);
        Ok(vec![Draft::new(id, to, &text, business.voice(customer.locale))?])
    }
}
