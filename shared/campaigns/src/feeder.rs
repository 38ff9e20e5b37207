//! The feeder of campaigns: what happens to one when it is due. Each step is safe to repeat.

use crate::freeze::{Frozen, freeze, moved};
use crate::{CampaignError, Campaigns};
use chrono::{DateTime, Utc};
use domain::returns::Left;
use domain::texts::campaign_done::CampaignDone;
use domain::texts::{IfAny, Line, OwnerName, Topic};
use domain::{Audience, Campaign, Draft, MessageId, Progress, Recipient, Status, Step};
use queues::tasks::{CampaignTask, ChunkTask};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use store::{ChunkEnd, Versioned};

/// What became of a campaign that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stepped {
    /// Nothing was to be done.
    Nothing,
    /// It was found too late, or may have gone before a restore, and is paused.
    Paused,
    /// Its audience is being frozen, by another task.
    Freezing,
    /// A runner is started.
    Started,
    /// It is left alone until later.
    Later,
    /// It is finished.
    Finished,
}

/// Messages by status, and what left for each person of a chunk.
type Ended = (BTreeMap<Status, u64>, Vec<Option<Left>>);

impl Campaigns {
    /// Does what is due for a campaign, until `until` (UTC): then it sends itself on.
    ///
    /// # Errors
    /// The store or a queue did not answer: the task may be done again.
    pub async fn step(&self, task: &CampaignTask, until: DateTime<Utc>) -> Result<Stepped, CampaignError> {
        let (app, store) = (self.app(), self.app().store());
        let Some(mut campaign) = store.campaign(task.business_id, &task.campaign_id).await? else {
            return Ok(Stepped::Nothing);
        };
        if task.is_outdated(&campaign.record.progress) {
            metrics::counter!("tasks_outdated").increment(1);
            return Ok(Stepped::Nothing);
        }
        if campaign.record.progress.may_have_gone(self.restored()) {
            return self.may_have_gone(&mut campaign).await;
        }
        loop {
            let now = app.now();
            match campaign.record.progress.step(task.due, now) {
                Step::Nothing => return Ok(Stepped::Nothing),
                Step::TooLate => return self.too_late(&mut campaign).await,
                Step::Start => {
                    let Some(started) = campaign.record.progress.start(now) else { return Ok(Stepped::Nothing) };
                    if !moved(app, &mut campaign, started).await? {
                        return Ok(Stepped::Nothing);
                    }
                }
                Step::Freeze => {
                    // Closed meanwhile: it is being erased.
                    let Some(known) = store.business_with_senders(task.business_id).await? else {
                        return Ok(Stepped::Nothing);
                    };
                    match freeze(self, &known, &mut campaign, until).await {
                        Ok(Frozen::Whole) => {}
                        Ok(Frozen::Taken) => return Ok(Stepped::Nothing),
                        Ok(Frozen::Part) => {
                            self.send_step(&campaign.record, now).await?;
                            return Ok(Stepped::Freezing);
                        }
                        Err(CampaignError::NoSender) => return self.no_sender(&mut campaign).await,
                        Err(error) => return Err(error),
                    }
                }
                Step::Run => return self.run(&mut campaign, now).await,
                Step::LookAgain => {
                    let later = campaign.record.progress.look_again(now + Progress::LOOK);
                    moved(app, &mut campaign, later).await?;
                    return Ok(Stepped::Later);
                }
                Step::Settle => return self.settle(&mut campaign, until).await,
                Step::Recount => return self.recount(&mut campaign, until).await,
            }
        }
    }

    /// Starts a runner. The epoch goes first: should the task not follow, the due index brings it.
    async fn run(&self, campaign: &mut Versioned<Campaign>, now: DateTime<Utc>) -> Result<Stepped, CampaignError> {
        let runs = campaign.record.progress.run(now);
        if !moved(self.app(), campaign, runs).await? {
            return Ok(Stepped::Nothing);
        }
        let Campaign { campaign_id, business_id, progress, .. } = &campaign.record;
        let task = ChunkTask {
            business_id: *business_id,
            campaign_id: campaign_id.clone(),
            chunk: progress.done,
            epoch: progress.epoch,
        };
        self.queues().send(&task, Duration::ZERO).await?;
        metrics::counter!("campaign_runners").increment(1);
        Ok(Stepped::Started)
    }

    async fn too_late(&self, campaign: &mut Versioned<Campaign>) -> Result<Stepped, CampaignError> {
        let reason = "too_late: It was found more than an hour after its time, and waits for a word to go on.";
        self.pause_for(campaign, reason).await
    }

    async fn may_have_gone(&self, campaign: &mut Versioned<Campaign>) -> Result<Stepped, CampaignError> {
        let reason = "restored: The tables were restored, and it may have gone to people of whom nothing stands here. It waits for a word to go on.";
        self.pause_for(campaign, reason).await
    }

    async fn no_sender(&self, campaign: &mut Versioned<Campaign>) -> Result<Stepped, CampaignError> {
        self.pause_for(campaign, &domain::Reason::NoSender.error_message()).await
    }

    /// Nobody has asked for it: an alarm tells of it.
    async fn pause_for(&self, campaign: &mut Versioned<Campaign>, reason: &str) -> Result<Stepped, CampaignError> {
        let Some(paused) = campaign.record.progress.pause(reason.to_owned()) else { return Ok(Stepped::Nothing) };
        let Campaign { campaign_id, business_id, .. } = campaign.record.clone();
        if moved(self.app(), campaign, paused).await? {
            metrics::counter!("campaigns_paused").increment(1);
            tracing::warn!(%business_id, %campaign_id, reason, "campaign {campaign_id} of business {business_id} is paused");
            return Ok(Stepped::Paused);
        }
        Ok(Stepped::Nothing)
    }

    /// Counts the messages again that were not settled, until `until` (UTC), when it sends itself on. Ends the campaign once
    /// all are settled.
    async fn settle(&self, campaign: &mut Versioned<Campaign>, until: DateTime<Utc>) -> Result<Stepped, CampaignError> {
        let (app, store) = (self.app(), self.app().store());
        let now = app.now();
        let Campaign { campaign_id, business_id, progress, .. } = &campaign.record;
        let mut ends = store.chunk_ends(*business_id, campaign_id, progress.done).await?;
        let open = ends.iter_mut().filter(|end| end.is_open() && end.chunk >= progress.settling);
        for (nth, end) in open.enumerate() {
            // One at least: it comes to an end.
            if nth > 0 && app.now() >= until {
                let part = progress.settled(end.chunk, app.now());
                if moved(app, campaign, part).await? {
                    self.send_step(&campaign.record, now).await?;
                }
                return Ok(Stepped::Later);
            }
            let counts = self.count(&campaign.record, end.chunk).await?;
            if counts != end.counts {
                store.count_chunk(*business_id, campaign_id, end.chunk, &counts, now).await?;
                end.counts = counts;
            }
        }
        if ends.iter().any(ChunkEnd::is_open) {
            let later = progress.look_again(now + Progress::SETTLE);
            moved(self.app(), campaign, later).await?;
            return Ok(Stepped::Later);
        }
        let finished = progress.finish(sum(&ends), now);
        self.tell_owners(&campaign.record, &finished.counts).await?;
        if !moved(self.app(), campaign, finished).await? {
            return Ok(Stepped::Nothing);
        }
        metrics::counter!("campaigns_finished").increment(1);
        Ok(Stepped::Finished)
    }

    /// Tells the owners of the end of what they have said yes to, each once; of another campaign, unless the business has
    /// switched that off.
    async fn tell_owners(&self, campaign: &Campaign, counts: &BTreeMap<Status, u64>) -> Result<(), CampaignError> {
        let Some(outbox) = self.outbox() else { return Ok(()) };
        let Some(known) = self.app().store().business(campaign.business_id).await? else { return Ok(()) };
        let business = known.record;
        let topic = match &campaign.audience {
            Audience::Proposal(proposal) => automations::topic(proposal.automation),
            _ if !business.settings.campaign_reports => return Ok(()),
            _ => Topic::Named(&campaign.name),
        };
        let count = |wanted: &[Status]| IfAny(wanted.iter().filter_map(|status| counts.get(status)).sum());
        for owner in &business.owners {
            let text = CampaignDone {
                name: OwnerName(Some(&owner.name)),
                business: Line(&business.name),
                topic,
                sent: count(&[Status::Sent, Status::Delivered, Status::Read]),
                failed: count(&[Status::Failed]),
                skipped: count(&[Status::Skipped]),
            };
            let id = MessageId::of(format!("campaign-done/{}/{}", owner.owner_id, campaign.campaign_id));
            let draft = Draft::new(id, Recipient::Owner(owner.owner_id), &text, business.voice(None))?;
            outbox.write(business.business_id, draft).await?;
        }
        Ok(())
    }

    /// Counts all messages once more, chunk by chunk, until `until` (UTC): the next look goes on.
    async fn recount(
        &self,
        campaign: &mut Versioned<Campaign>,
        until: DateTime<Utc>,
    ) -> Result<Stepped, CampaignError> {
        let (app, store) = (self.app(), self.app().store());
        let Campaign { campaign_id, business_id, progress, .. } = &campaign.record;
        let (mut next, mut is_last) = (progress.recounted, false);
        while !is_last && app.now() < until {
            let (counts, left) = self.count_left(&campaign.record, next).await?;
            // In a campaign that was cancelled nobody was reached from here on.
            is_last = next >= progress.chunks || (next >= progress.done && counts.is_empty());
            if !is_last {
                store.put_left(*business_id, campaign_id, next, &left, app.now()).await?;
                store.count_chunk(*business_id, campaign_id, next, &counts, app.now()).await?;
                next += 1;
            }
        }
        let all = if is_last { Some(sum(&store.chunk_ends(*business_id, campaign_id, next).await?)) } else { None };
        let counted = progress.recount(next, all);
        moved(app, campaign, counted).await?;
        Ok(if is_last { Stepped::Finished } else { Stepped::Later })
    }

    /// The messages of a chunk by status, as their records say now.
    pub(crate) async fn count(&self, campaign: &Campaign, chunk: u32) -> Result<BTreeMap<Status, u64>, CampaignError> {
        Ok(self.count_left(campaign, chunk).await?.0)
    }

    /// The same, and which of them have left, in the order of the chunk.
    async fn count_left(&self, campaign: &Campaign, chunk: u32) -> Result<Ended, CampaignError> {
        let store = self.app().store();
        let (business, mut counts, mut left) = (campaign.business_id, BTreeMap::new(), Vec::new());
        let Some(chunk) = store.chunk(business, &campaign.campaign_id, chunk).await? else { return Ok((counts, left)) };
        let ids: Vec<_> = (0..chunk.recipients.len()).filter_map(|nth| chunk.message_id(campaign, nth)).collect();
        left.resize(ids.len(), None);
        let places: HashMap<&MessageId, usize> = ids.iter().zip(0..).collect();
        for message in store.messages(business, &ids).await? {
            *counts.entry(message.status).or_default() += 1;
            if let Some(place) = places.get(&message.message_id).and_then(|place| left.get_mut(*place)) {
                *place = Left::of(&message, &campaign.campaign_id);
            }
        }
        Ok((counts, left))
    }
}

/// The messages of all chunks by status.
pub(crate) fn sum(ends: &[ChunkEnd]) -> BTreeMap<Status, u64> {
    let mut counts = BTreeMap::new();
    for (status, count) in ends.iter().flat_map(|end| &end.counts) {
        *counts.entry(*status).or_default() += count;
    }
    counts
}
