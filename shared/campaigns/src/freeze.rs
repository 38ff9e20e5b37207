//! The freezing of an audience: its people are read page by page, judged, and kept in chunks. After each few chunks the
//! progress says how far it is. So a worker that dies is followed by another, and no more than a few chunks are in memory.

use crate::audience::page;
use crate::judge::{HELD_OUT, Judge, Verdict};
use crate::{CampaignError, Campaigns};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Campaign, Chunk, Counted};
use kit::App;
use store::{Updated, Versioned, WithSenders};

/// For so long one worker may freeze: longer than a function works.
const HELD: TimeDelta = TimeDelta::seconds(75);
/// The chunks that are filled before they are kept: the last of them may not be full.
const FILLED: usize = 4;
/// The pages that are read for them at most, as in some nobody is written to.
const PAGES: usize = 16;

/// The state of a freezing that a worker has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frozen {
    /// The whole audience is frozen.
    Whole,
    /// There is more to freeze.
    Part,
    /// Somebody else has moved the campaign: it is theirs.
    Taken,
}

/// Freezes until the audience is done or `until` (UTC) has passed.
pub(crate) async fn freeze(
    campaigns: &Campaigns,
    known: &WithSenders,
    campaign: &mut Versioned<Campaign>,
    until: DateTime<Utc>,
) -> Result<Frozen, CampaignError> {
    let app = campaigns.app();
    let now = app.now();
    let taken = campaign.record.progress.take_freeze(now + HELD, now);
    let first = known.senders.first().ok_or(CampaignError::NoSender)?;
    let taken = domain::Progress { per_minute: first.per_minute, ..taken };
    if !moved(app, campaign, taken).await? {
        return Ok(Frozen::Taken);
    }
    loop {
        if !part(campaigns, known, campaign).await? {
            return Ok(Frozen::Taken);
        }
        if campaign.record.progress.frozen_at.is_some() {
            return Ok(Frozen::Whole);
        }
        if app.now() >= until {
            let left = campaign.record.progress.leave_freeze();
            return Ok(if moved(app, campaign, left).await? { Frozen::Part } else { Frozen::Taken });
        }
    }
}

/// Freezes a few chunks; `false` if somebody else has moved the campaign.
async fn part(
    campaigns: &Campaigns,
    known: &WithSenders,
    campaign: &mut Versioned<Campaign>,
) -> Result<bool, CampaignError> {
    let app = campaigns.app();
    let (store, business) = (app.store(), &known.business.record);
    let Campaign { campaign_id, business_id, progress, .. } = &campaign.record;
    let size = Chunk::size(progress.per_minute);
    let since = progress.started_at.unwrap_or(campaign.record.created_at);
    let mut judge = Judge::new(known, &campaign.record, app.now());
    let mut cursor = progress.freeze.as_ref().and_then(|freeze| freeze.cursor.clone());
    let (mut all, mut held, mut counted) = (Chunk::default(), Vec::new(), Counted::default());
    let limit = since - TimeDelta::days(i64::from(business.settings.inactive_days));
    for _ in 0..PAGES {
        let (people, next) = page(campaigns, business, &campaign.record.audience, since, cursor.as_deref()).await?;
        let verdicts = judge.judge(store, &people).await?;
        for (person, verdict) in people.into_iter().zip(verdicts) {
            match verdict {
                Verdict::Goes { .. } => {
                    counted.recipients += 1;
                    all.recipients.push(person.customer_id);
                    all.marks.push(person.mark(limit));
                    all.message_ids.extend(person.draft.map(|draft| draft.id));
                }
                Verdict::LeftOut(reason) => {
                    counted.leave_out(reason);
                    held.extend(Some(person.customer_id).filter(|_| reason == HELD_OUT));
                }
            }
        }
        cursor = next;
        if cursor.is_none() || all.recipients.len() >= size * FILLED {
            break;
        }
    }
    let chunks = split(&all, size);
    store.put_chunks(*business_id, campaign_id, progress.chunks, &chunks, app.now()).await?;
    let count = u32::try_from(chunks.len()).unwrap_or(u32::MAX);
    let lists = store.put_held(*business_id, campaign_id, progress.held, &held, app.now()).await?;
    let mut after = progress.froze(count, counted, cursor, app.now());
    after.held = progress.held.saturating_add(lists);
    after.at_best_hours |= judge.at_best_hours();
    if after.frozen_at.is_some() {
        after.slowed_until = slowed_until(app, known, after.recipients).await?;
    }
    moved(app, campaign, after).await
}

/// When a slowed sender is expected to have sent so many; `None` of one that is not slowed.
async fn slowed_until(app: &App, known: &WithSenders, count: u64) -> Result<Option<DateTime<Utc>>, CampaignError> {
    let Some(sender) = known.senders.first() else { return Ok(None) };
    let row = app.store().sender_row(known.business.record.business_id, sender.sender_id).await?;
    let now = app.now();
    let is_slowed = sender.marketing_spacing(&row.state, now).is_some();
    Ok(is_slowed.then(|| now + sender.marketing_takes(&row.state, count, now)))
}

fn split(all: &Chunk, size: usize) -> Vec<Chunk> {
    let parts = all.recipients.chunks(size).zip(all.marks.chunks(size)).enumerate();
    let parts = parts.map(|(nth, (recipients, marks))| Chunk {
        recipients: recipients.to_vec(),
        message_ids: all.message_ids.chunks(size).nth(nth).unwrap_or_default().to_vec(),
        marks: marks.to_vec(),
    });
    parts.collect()
}

/// Moves the campaign from where it was read; `false` if somebody else has.
pub(crate) async fn moved(
    app: &App,
    campaign: &mut Versioned<Campaign>,
    after: domain::Progress,
) -> Result<bool, CampaignError> {
    let Campaign { campaign_id, business_id, progress, .. } = &campaign.record;
    let before = Versioned { record: progress.clone(), version: campaign.version };
    match app.store().move_campaign(*business_id, campaign_id, &before, &after, &app.attempt()).await? {
        Updated::Done(version) => {
            campaign.version = version;
            campaign.record.progress = after;
            Ok(true)
        }
        Updated::Unchanged => Ok(true),
        Updated::Conflict => Ok(false),
    }
}
