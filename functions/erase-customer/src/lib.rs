//! Removes everything that is known of a customer, or of a closed business with all its people, in steps that can be
//! repeated. Of a record whose person goes on under another, all that is kept goes there first.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{BusinessId, CustomerId};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::config::Backstop;
use queues::tasks::EraseTask;
use queues::{QueueUrls, Queues, Received};
use std::convert::Infallible;
use std::time::Duration;
use store::{Erased, Joined};

/// Steps of one delivery: a thousand times what a customer usually has, and far within the function's time.
const STEPS: usize = 50;

/// The parts that the function stands on.
pub struct Eraser {
    app: App,
    queues: Queues,
    backstop: Backstop,
}

impl Eraser {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, (urls, backstop): (QueueUrls, Backstop)) -> Self {
        Self { queues: Queues::new(app.sqs().clone(), urls), backstop, app }
    }

    async fn erase(&self, task: &EraseTask) -> Outcome {
        if let (Some(from), Some(into)) = (task.customer_id, task.into)
            && self.moved(task.business_id, from, into).await?
        {
            if !task.again {
                // What is under way under the old record still comes over at the second look.
                return self.look_again(task).await;
            }
            // Made under the old record since it was joined: erased, they would be lost.
            if self.app.store().has_appointments_or_purchases(task.business_id, from).await? {
                tracing::warn!(customer_id = %from, "record {from} stays: its appointments or purchases did not go over");
                return Ok(());
            }
        }
        let store = self.app.store();
        for _ in 0..STEPS {
            let (now, attempt) = (self.app.now(), self.app.attempt());
            let done = match task.customer_id {
                Some(customer) => store.erase_step(task.business_id, customer, now, &attempt).await?,
                None => store.erase_business_step(task.business_id, now, &attempt).await?,
            };
            if done == Erased::Done {
                if task.again && task.customer_id.is_none() {
                    store.forget_closed(task.business_id).await?;
                }
                return self.look_again(task).await;
            }
        }
        match task.customer_id {
            Some(_) => Err(Failure::retry("there is more to erase")),
            // A business may take longer than a task may be delivered: it goes on as a new one.
            None => self.queues.send(task, Duration::ZERO).await.map_err(Failure::retry),
        }
    }

    /// Moves all of a record to the one that its person goes on under; `false` if that is erased.
    async fn moved(&self, business: BusinessId, from: CustomerId, into: CustomerId) -> Result<bool, Failure> {
        let store = self.app.store();
        let Some(taker) = store.customer(business, into).await? else { return Ok(false) };
        // It may have gone into a third meanwhile.
        let into = taker.record.joined_into.unwrap_or(into);
        for _ in 0..STEPS {
            if store.join_step(business, from, into, &self.app.attempt()).await? == Joined::Done {
                return Ok(true);
            }
        }
        Err(Failure::retry("there is more to move"))
    }

    /// The index of a customer's messages may not have shown the last ones yet.
    async fn look_again(&self, task: &EraseTask) -> Outcome {
        if task.again {
            return Ok(());
        }
        let delay = self.backstop.0.to_std().unwrap_or_default();
        self.queues.send(&EraseTask { again: true, ..task.clone() }, delay).await.map_err(Failure::retry)
    }
}

impl Eraser {
    /// Erases each customer of a batch.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let erase = async |item: Item<Received<EraseTask>>| self.erase(&item.body.0).await;
        Ok(batch(&self.app, event, Order::InOrder, erase).await)
    }
}
