//! What people do with a campaign: make it, start it, pause it, resume it, cancel it.

use crate::CampaignError;
use crate::feeder::sum;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BusinessId, Campaign, CampaignId, CampaignStatus, Progress, RestoredAt, Status};
use kit::App;
use kit::config::{Backstop, Indexes};
use kit::outbox::Outbox;
use queues::tasks::CampaignTask;
use queues::{QueueUrls, Queues};
use search::{Index, Kept, Snapshot};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::CreateCampaign;

/// An index that was the newest so long ago is asked for again.
const FRESH: TimeDelta = TimeDelta::seconds(15);

/// The campaigns of all businesses. Clones share everything.
#[derive(Clone)]
pub struct Campaigns {
    app: App,
    queues: Queues,
    outbox: Option<Outbox>,
    searched: Option<Arc<Kept>>,
    restored: RestoredAt,
}

/// The outcome of a move of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It stands here now; it may have stood here before.
    To(Progress),
    /// It cannot be moved there from where it stands.
    Not(Progress),
    /// There is no such campaign.
    NoCampaign,
}

impl Campaigns {
    /// Of the App, with the queue `run-campaign` among its queues; the feeder needs `send-campaign` too.
    #[must_use]
    pub fn new(app: App, urls: QueueUrls) -> Self {
        let queues = Queues::new(app.sqs().clone(), urls);
        Self { queues, outbox: None, searched: None, restored: RestoredAt::default(), app }
    }

    /// The same with messages to owners, which are looked at again after `backstop`.
    #[must_use]
    pub fn with_messages(self, backstop: Backstop) -> Self {
        Self { outbox: Some(Outbox::new(self.app.clone(), backstop)), ..self }
    }

    /// The same with the indexes in which the people of searches are found.
    #[must_use]
    pub fn with_indexes(self, indexes: &Indexes) -> Self {
        let kept = Kept::new(Index::new(self.app.bucket(&indexes.bucket)), indexes.memory);
        Self { searched: Some(Arc::new(kept)), ..self }
    }

    /// The same of a deployment that may have been restored: the feeder pauses what may have gone before.
    #[must_use]
    pub fn restored_at(self, restored: RestoredAt) -> Self {
        Self { restored, ..self }
    }

    pub(crate) fn restored(&self) -> RestoredAt {
        self.restored
    }

    /// The App that they stand on.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    pub(crate) fn outbox(&self) -> Option<&Outbox> {
        self.outbox.as_ref()
    }

    /// The search index of a business, not older than [`FRESH`].
    pub(crate) async fn snapshot(&self, business: BusinessId) -> Result<Snapshot, CampaignError> {
        let searched = self.searched.as_ref().ok_or(CampaignError::NoIndex)?;
        Ok(searched.recent(business, self.app.now(), FRESH).await?)
    }

    pub(crate) fn queues(&self) -> &Queues {
        &self.queues
    }

    /// Makes a campaign and starts it, unless there is one of its id: so a call that is repeated starts it once. One that is
    /// there is answered as it stands, and is not started if it was paused or is over.
    ///
    /// # Errors
    /// The store or the queue did not answer: the call may be repeated.
    pub async fn create_and_start(&self, campaign: &Campaign) -> Result<Moved, CampaignError> {
        match self.app.store().create_campaign(campaign, &self.app.attempt()).await? {
            CreateCampaign::Created => {}
            CreateCampaign::Exists(known) => match known.record.progress.status {
                CampaignStatus::Draft | CampaignStatus::Scheduled => {}
                _ => return Ok(Moved::To(known.record.progress)),
            },
        }
        self.start(campaign.business_id, &campaign.campaign_id).await
    }

    /// Starts a draft, or a scheduled campaign before its time. One that runs is answered as it stands.
    ///
    /// # Errors
    /// The store or the queue did not answer: the call may be repeated.
    pub async fn start(&self, business: BusinessId, campaign: &CampaignId) -> Result<Moved, CampaignError> {
        let now = self.app.now();
        let (moved, is_new) = self.by(business, campaign, Progress::is_running, |it| it.start(now)).await?;
        self.begin(business, campaign, moved, is_new).await
    }

    /// Goes on with a campaign that is paused, with the recipients who have no message yet. One that had not been started
    /// waits for its time, if that is still ahead.
    ///
    /// # Errors
    /// As [`Campaigns::start`].
    pub async fn resume(&self, business: BusinessId, campaign: &CampaignId) -> Result<Moved, CampaignError> {
        let now = self.app.now();
        let Some(known) = self.app.store().campaign(business, campaign).await? else { return Ok(Moved::NoCampaign) };
        let start_at = known.record.start_at;
        let (moved, is_new) = self.by(business, campaign, Progress::goes_on, |it| it.resume(start_at, now)).await?;
        self.begin(business, campaign, moved, is_new).await
    }

    /// Pauses a campaign that runs or waits for its time. Nothing more leaves after five seconds.
    ///
    /// # Errors
    /// The store did not answer: the call may be repeated.
    pub async fn pause(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        reason: &str,
    ) -> Result<Moved, CampaignError> {
        Ok(self.by(business, campaign, Progress::is_paused, |it| it.pause(reason.to_owned())).await?.0)
    }

    /// Ends a campaign before its end. Nothing more leaves after five seconds.
    ///
    /// # Errors
    /// As [`Campaigns::pause`].
    pub async fn cancel(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        reason: &str,
    ) -> Result<Moved, CampaignError> {
        let now = self.app.now();
        Ok(self.by(business, campaign, Progress::is_cancelled, |it| it.cancel(reason.to_owned(), now)).await?.0)
    }

    /// The messages of a campaign by status. While it runs, those of the chunks that are done; of one that stands still also
    /// those of the chunk that was begun.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn counts(&self, campaign: &Campaign) -> Result<BTreeMap<Status, u64>, CampaignError> {
        let progress = &campaign.progress;
        if progress.status == CampaignStatus::Finished || progress.recounted > 0 && progress.due_at.is_none() {
            return Ok(progress.counts.clone());
        }
        let ends = self.app.store().chunk_ends(campaign.business_id, &campaign.campaign_id, progress.done).await?;
        let (mut counts, mut next) = (sum(&ends), progress.done);
        while !progress.is_running() && next < progress.chunks {
            let more = self.count(campaign, next).await?;
            if more.is_empty() {
                break;
            }
            for (status, count) in more {
                *counts.entry(status).or_default() += count;
            }
            next += 1;
        }
        Ok(counts)
    }

    /// Makes a move, unless it is made already; says whether it is new.
    async fn by(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        is_there: fn(&Progress) -> bool,
        by: impl Fn(&Progress) -> Option<Progress>,
    ) -> Result<(Moved, bool), CampaignError> {
        let store = self.app.store();
        if let Some(after) = store.move_campaign_by(business, campaign, by, &self.app.attempt()).await? {
            return Ok((Moved::To(after), true));
        }
        let moved = match store.campaign_progress(business, campaign).await? {
            Some(found) if is_there(&found.record) => Moved::To(found.record),
            Some(found) => Moved::Not(found.record),
            None => Moved::NoCampaign,
        };
        Ok((moved, false))
    }

    /// Lets the feeder take a campaign that runs from now on, instead of the due index in two minutes.
    async fn begin(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        moved: Moved,
        is_new: bool,
    ) -> Result<Moved, CampaignError> {
        if let Moved::To(progress) = &moved
            && is_new
            && progress.is_running()
        {
            let (campaign_id, not_before) = (campaign.clone(), progress.due_at);
            let task = CampaignTask { business_id: business, campaign_id, due: self.app.now(), not_before };
            self.queues.send(&task, Duration::ZERO).await?;
        }
        Ok(moved)
    }

    /// The next part of what is due, as a task of its own.
    pub(crate) async fn send_step(&self, campaign: &Campaign, due: DateTime<Utc>) -> Result<(), CampaignError> {
        let Campaign { campaign_id, business_id, progress, .. } = campaign;
        let (campaign_id, not_before) = (campaign_id.clone(), progress.due_at);
        let task = CampaignTask { business_id: *business_id, campaign_id, due, not_before };
        Ok(self.queues.send(&task, Duration::ZERO).await?)
    }
}
