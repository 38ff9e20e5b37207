//! Tells a customer about a change of points, with the balance (R1.3).

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::texts::{About, Text};
use domain::{Message, MessageId, Recipient};
use kit::batch::{Failure, Order, Outcome, batch};
use kit::{App, config::Backstop};
use queues::events::{Delivered, PointsLoaded};
use std::convert::Infallible;

/// What the function stands on.
pub struct Function {
    app: App,
    backstop: Backstop,
}

impl Function {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, backstop: Backstop) -> Self {
        Self { app, backstop }
    }

    async fn notify(&self, loaded: PointsLoaded) -> Outcome {
        let PointsLoaded { business_id, customer_id, load_id, points, balance } = loaded;
        let store = self.app.store();
        // Whoever is gone meanwhile is not told.
        let Some(business) = store.business(business_id).await? else { return Ok(()) };
        let Some(customer) = store.customer(business_id, customer_id).await? else { return Ok(()) };
        let Some(entry) = store.entry(business_id, customer_id, &load_id).await? else { return Ok(()) };
        let (business, customer) = (business.record, customer.record);
        let text = Text {
            name: customer.known_name(),
            business: &business.name,
            about: About::Points { points, balance, reason: entry.reason.as_deref() },
        };
        let content = text.content(customer.locale.unwrap_or(business.locale)).map_err(Failure::permanent)?;
        let message = Message::new(
            business_id,
            MessageId::points(customer_id, &load_id),
            Recipient::Customer(customer_id),
            text.message_type(),
            content,
            self.app.now(),
            self.backstop.0,
        );
        store.create_message(&message, &self.app.attempt()).await?;
        Ok(())
    }
}

/// Does each entry of a batch by itself.
///
/// # Errors
/// None: what fails is answered for by itself.
pub async fn handle(function: &Function, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    let notify = async |item: kit::batch::Item<Delivered<PointsLoaded>>| function.notify(item.body.happening).await;
    Ok(batch(&function.app, event, Order::Concurrent(10), notify).await)
}
