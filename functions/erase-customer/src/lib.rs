//! Removes everything that is known of a customer (R4.7), in steps that can be repeated.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use messaging::tasks::{EraseTask, Received};
use std::convert::Infallible;
use store::Erased;

/// Steps of one delivery: a thousand times what a customer usually has, and far within the function's time.
const STEPS: usize = 50;

/// What the function stands on.
pub struct Function {
    app: App,
}

impl Function {
    /// Of the App; it has no configuration of its own.
    #[must_use]
    pub fn new(app: App, (): ()) -> Self {
        Self { app }
    }

    async fn erase(&self, task: &EraseTask) -> Outcome {
        for _ in 0..STEPS {
            if self.app.store().erase_step(task.business_id, task.customer_id, &self.app.attempt()).await?
                == Erased::Done
            {
                return Ok(());
            }
        }
        Err(Failure::retry("there is more to erase"))
    }
}

/// Erases each customer of a batch.
///
/// # Errors
/// None: what fails is answered for by itself.
pub async fn handle(function: &Function, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    let erase = async |item: Item<Received<EraseTask>>| function.erase(&item.body.0).await;
    Ok(batch(&function.app, event, Order::InOrder, erase).await)
}
