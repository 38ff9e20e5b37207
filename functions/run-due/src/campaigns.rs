//! Campaigns that wait for their time, or that somebody has to look after: a task for each, and then they are looked at
//! again two minutes later. The feeder puts that off as it sees fit.

use crate::sweep::{Kind, PAGE};
use chrono::{DateTime, Utc};
use domain::{Attempt, Progress};
use kit::App;
use queues::tasks::CampaignTask;
use std::ops::Range;
use store::{DueCampaign, DueCursor, DuePage, StoreError, campaign_shards};

pub(crate) struct Campaigns<'a>(pub(crate) &'a App);

impl Kind for Campaigns<'_> {
    type Row = DueCampaign;
    type Task = CampaignTask;
    type Move = (DueCampaign, DateTime<Utc>);

    const ROWS: &'static str = "campaigns";
    const ENQUEUED: &'static str = "campaigns_enqueued";
    const UNREADABLE: &'static str = "campaigns_unreadable";

    fn shards() -> Range<u8> {
        campaign_shards()
    }

    async fn due(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueCampaign>, StoreError> {
        self.0.store().due_campaigns(shard, now, PAGE, cursor).await
    }

    fn step(&self, row: DueCampaign, now: DateTime<Utc>) -> Option<(Option<CampaignTask>, Self::Move)> {
        let DueCampaign { business_id, ref campaign_id, not_before, begins_at } = row;
        if begins_at.is_some_and(|at| at + Progress::BEGUN_WITHIN < now) {
            metrics::counter!("campaigns_not_begun").increment(1);
            tracing::warn!(%business_id, %campaign_id, "campaign {campaign_id} has not begun at its time");
        }
        let (campaign_id, next) = (campaign_id.clone(), now + Progress::LOOK);
        let task = CampaignTask { business_id, campaign_id, due: not_before, not_before: Some(next) };
        Some((Some(task), (row, next)))
    }

    async fn advance(&self, (row, next): Self::Move, attempt: &Attempt) -> Result<bool, StoreError> {
        self.0.store().advance_campaign(&row, next, attempt).await
    }
}
