//! A campaign's messages: a runner goes through the chunks of the frozen audience, one after the other, at the pace of
//! the senders.
//!
//! A recipient's message has no record until it is claimed: the claim makes it, so it costs no write to plan it and no
//! task to send it. The record decides: whoever comes to a recipient again (a task that is delivered twice, a runner after
//! a crash) finds it and leaves it as it is. From its settlement on, a record that needs another look is one like any
//! other, in the due index.
//!
//! A task that is delivered twice makes two runners. Each chunk is done by one of them; the other ends there.

mod page;
mod runner;
mod underway;

use crate::Dispatcher;
use crate::campaign::runner::Runner;
use crate::states::{End, Record};
use chrono::TimeDelta;
use domain::{Campaign, CampaignStatus, Chunk, Message, Reason, Status};
use kit::batch::Failure;
use queues::tasks::ChunkTask;
use std::collections::BTreeMap;
use std::time::Duration;
use store::Versioned;

/// Recipients that are read at the same time, at most.
const PAGE: usize = 100;

/// A message that waits for its paused campaign is looked at so often.
const PAUSED_LOOK: TimeDelta = TimeDelta::minutes(20);

/// The end of a campaign's task in this function.
pub(crate) enum Ran {
    /// Nothing is left to do, or the feeder starts another runner.
    Done,
    /// The task goes on at this chunk, after so long.
    GoOn(u32, Duration),
}

impl Dispatcher {
    /// Goes on with a campaign, for as long as one delivery may take.
    pub(crate) async fn go_on(&self, task: &ChunkTask) -> Result<Ran, Failure> {
        let store = self.app.store();
        let found = store.campaign(task.business_id, &task.campaign_id).await?;
        let Some(Versioned { record: campaign, .. }) = found else { return Ok(Ran::Done) };
        if !campaign.progress.runs(task.epoch) {
            metrics::counter!("tasks_outdated").increment(1);
            // Another runner comes to everybody whom this one has left.
            if campaign.progress.status == CampaignStatus::Running {
                return Ok(Ran::Done);
            }
            return self.leave(&campaign, task.chunk).await;
        }
        let Some(found) = store.business_with_senders(task.business_id).await? else { return Ok(Ran::Done) };
        Runner::new(self, task, campaign, found).run().await
    }

    /// The campaign is paused or over. A runner may have died with claims: what becomes of those has to be found out, also
    /// if nobody goes on.
    async fn leave(&self, campaign: &Campaign, first: u32) -> Result<Ran, Failure> {
        let store = self.app.store();
        let now = self.app.now();
        let mut wait = Duration::ZERO;
        for number in first..campaign.progress.chunks {
            let Some(chunk) = store.chunk(campaign.business_id, &campaign.campaign_id, number).await? else { break };
            let known = self.messages_of(campaign, &chunk).await?;
            for message in known.iter().filter(|message| message.status == Status::Sending) {
                if let End::PutBack(lease) = self.held(message, now).await? {
                    wait = wait.max(lease);
                }
            }
            // Nobody has come so far.
            if known.is_empty() {
                break;
            }
        }
        Ok(if wait.is_zero() { Ran::Done } else { Ran::GoOn(first, wait) })
    }

    /// A campaign's message that has become one like any other waits while the campaign is paused, and does not go once it
    /// is cancelled.
    pub(crate) async fn ask_campaign(&self, message: &Message) -> Result<Option<End>, Failure> {
        let Some(campaign) = &message.campaign_id else { return Ok(None) };
        let progress = self.app.store().campaign_progress(message.business_id, campaign).await?;
        match progress.map(|progress| progress.record.status) {
            Some(CampaignStatus::Paused) => {
                let now = self.app.now();
                self.defer(message, now + PAUSED_LOOK, Reason::CampaignPaused, now).await.map(Some)
            }
            Some(CampaignStatus::Cancelled) | None => {
                self.skip(message, Record::Pending, Reason::CampaignCancelled).await.map(Some)
            }
            Some(_) => Ok(None),
        }
    }

    /// The messages of a chunk that have a record.
    async fn messages_of(&self, campaign: &Campaign, chunk: &Chunk) -> Result<Vec<Message>, Failure> {
        let ids: Vec<_> = (0..chunk.recipients.len()).filter_map(|nth| chunk.message_id(campaign, nth)).collect();
        Ok(self.app.store().messages(campaign.business_id, &ids).await?)
    }

    /// The messages of a chunk by status, as they now are.
    async fn counts(&self, campaign: &Campaign, chunk: &Chunk) -> Result<BTreeMap<Status, u64>, Failure> {
        let mut counts = BTreeMap::new();
        for message in self.messages_of(campaign, chunk).await? {
            *counts.entry(message.status).or_default() += 1;
        }
        Ok(counts)
    }
}
