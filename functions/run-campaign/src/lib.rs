//! Looks after campaigns that are due: starts them, freezes their audiences, starts their runners, and ends them.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use campaigns::Campaigns;
use chrono::TimeDelta;
use kit::App;
use kit::batch::{Item, Order, Outcome, batch};
use kit::config::{Backstop, Indexes, RestoredAt};
use queues::tasks::CampaignTask;
use queues::{QueueUrls, Received};
use std::convert::Infallible;

/// The time for which one delivery is worked on, less than the function has: the part at hand is still finished.
const SLICE: TimeDelta = TimeDelta::seconds(40);

/// The parts that the function stands on.
pub struct Runner {
    app: App,
    campaigns: Campaigns,
}

impl Runner {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, (urls, backstop, indexes, restored): (QueueUrls, Backstop, Indexes, RestoredAt)) -> Self {
        let campaigns = Campaigns::new(app.clone(), urls);
        let campaigns = campaigns.with_messages(backstop).with_indexes(&indexes).restored_at(restored);
        Self { app, campaigns }
    }

    async fn step(&self, task: &CampaignTask) -> Outcome {
        self.campaigns.step(task, self.app.now() + SLICE).await?;
        Ok(())
    }
}

impl Runner {
    /// Looks after each campaign of a batch.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let step = async |item: Item<Received<CampaignTask>>| self.step(&item.body.0).await;
        Ok(batch(&self.app, event, Order::InOrder, step).await)
    }
}
