//! Asks a new customer, in one message, for what the business wants to know and does not (R1.2).

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::texts::{About, Text};
use domain::{Message, MessageId, Recipient};
use kit::batch::{Failure, Order, Outcome, batch};
use kit::{App, config::Backstop};
use queues::events::{CustomerRegistered, Delivered};
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

    async fn ask(&self, registered: CustomerRegistered) -> Outcome {
        let CustomerRegistered { business_id, customer_id } = registered;
        let store = self.app.store();
        // Whoever is gone meanwhile is not asked.
        let Some(business) = store.business(business_id).await? else { return Ok(()) };
        let Some(customer) = store.customer(business_id, customer_id).await? else { return Ok(()) };
        let (business, customer) = (business.record, customer.record);
        let missing = customer.missing(&business.wanted_fields);
        if missing.is_empty() {
            return Ok(());
        }
        let text =
            Text { name: customer.known_name(), business: &business.name, about: About::MissingFields(&missing) };
        let content = text.content(customer.locale.unwrap_or(business.locale)).map_err(Failure::permanent)?;
        let message = Message::new(
            business_id,
            MessageId::missing_fields(customer_id),
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

/// Does each registration of a batch by itself.
///
/// # Errors
/// None: what fails is answered for by itself.
pub async fn handle(function: &Function, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    let ask = async |item: kit::batch::Item<Delivered<CustomerRegistered>>| function.ask(item.body.happening).await;
    Ok(batch(&function.app, event, Order::Concurrent(10), ask).await)
}
