//! Events as their queue brings them, for an automation that they start.

use super::Triggered;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use kit::App;
use kit::batch::{Item, Order, Outcome, batch};
use kit::config::Backstop;
use kit::outbox::Outbox;
use queues::events::{Delivered, Happening};
use std::convert::Infallible;
use std::marker::PhantomData;

/// Answers the events of one automation.
pub struct Listener<A> {
    app: App,
    outbox: Outbox,
    automation: PhantomData<fn() -> A>,
}

impl<A: Triggered> Listener<A> {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, backstop: Backstop) -> Self {
        Self { outbox: Outbox::new(app.clone(), backstop), app, automation: PhantomData }
    }

    /// Does each event of a batch by itself.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, events: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let answer = async |item: Item<Delivered<A::Event>>| self.answer(item.body.happening).await;
        Ok(batch(&self.app, events, Order::Concurrent(10), answer).await)
    }

    async fn answer(&self, event: A::Event) -> Outcome {
        let (business_id, customer_id) = event.customer();
        let store = self.app.store();
        // A customer who is gone meanwhile is not written to.
        let Some(business) = store.business(business_id).await? else { return Ok(()) };
        if business.record.switched_off.contains(&A::SPEC.name) {
            return Ok(());
        }
        let Some(customer) = store.customer(business_id, customer_id).await? else { return Ok(()) };
        for draft in A::messages(&self.app, &business.record, &customer.record, &event).await? {
            self.outbox.write(business_id, draft).await?;
        }
        Ok(())
    }
}
