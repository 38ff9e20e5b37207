//! Removes everything that is known of a customer, or of a closed business with all its people, in steps that can be
//! repeated. Of a record whose person goes on under another, all that is kept goes there first.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{BusinessId, CustomerId};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::config::Backstop;
use kit::env::{FromEnv, Vars};
use queues::converse::HandoverTask;
use queues::tasks::{ActivityTask, ConverseTask, EraseTask, SyncTask};
use queues::{QueueUrls, Queues, Received};
use std::convert::Infallible;
use std::time::Duration;
use store::{Erased, Joined};

/// Before what waits in a chat that came over is answered: the customer may just be writing.
const PAUSE: Duration = Duration::from_secs(5);
/// Steps of one delivery: a thousand times what a customer usually has, and far within the function's time.
const STEPS: usize = 50;

/// The function's own configuration.
pub struct Config {
    urls: QueueUrls,
    backstop: Backstop,
    /// The time after its last message at which a conversation ends.
    conversation_ends: Duration,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            urls: QueueUrls::from_env(vars),
            backstop: Backstop::from_env(vars),
            conversation_ends: vars.seconds_or("CONVERSATION_SECONDS", 600),
        }
    }
}

/// The parts that the function stands on.
pub struct Eraser {
    app: App,
    queues: Queues,
    backstop: Backstop,
    conversation_ends: Duration,
}

impl Eraser {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, config: Config) -> Self {
        let Config { urls, backstop, conversation_ends } = config;
        Self { queues: Queues::new(app.sqs().clone(), urls), backstop, conversation_ends, app }
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
                    // Its index is nobody's now. The task comes first: should this end here, all of it comes again.
                    let index = SyncTask { business_id: task.business_id };
                    self.queues.send(&index, Duration::ZERO).await.map_err(Failure::retry)?;
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
        // What is bought under the other record still follows the campaigns that this one was written to.
        store.note_join(business, from, into, self.app.now()).await?;
        for _ in 0..STEPS {
            if store.join_step(business, from, into, &self.app.attempt()).await? == Joined::Done {
                self.go_on(business, into).await?;
                return Ok(true);
            }
        }
        Err(Failure::retry("there is more to move"))
    }

    /// The tasks of the other chat name a record that is going. Those of the one that it has become are sent here: the end
    /// of a handover, of what waits, and of the conversation. A repeat does nothing, as each is for a state of the chat.
    async fn go_on(&self, business_id: BusinessId, customer_id: CustomerId) -> Outcome {
        let chat = self.app.store().chat(business_id, customer_id).await?.record;
        if let Some(handover) = &chat.handover {
            let over = HandoverTask::of(business_id, customer_id, handover);
            self.queues.send(&over, over.wait(self.app.now())).await.map_err(Failure::retry)?;
        } else if chat.is_unanswered() {
            let sequence = chat.sequence;
            let waits = ConverseTask { business_id, customer_id, sequence, tries: 0, returned: true };
            self.queues.send(&waits, PAUSE).await.map_err(Failure::retry)?;
        }
        if chat.settled < chat.activity {
            let ends = ActivityTask { business_id, customer_id, activity: chat.activity };
            self.queues.send(&ends, self.conversation_ends).await.map_err(Failure::retry)?;
        }
        Ok(())
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
