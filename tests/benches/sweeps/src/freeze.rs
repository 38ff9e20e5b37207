//! The reads and writes of a preflight and of the freezing of an audience, at sizes of business.

use crate::cloud::Bench;
use crate::{BUSINESS, business, memory, people};
use campaigns::{Campaigns, Stepped};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Audience, Campaign, Gateway, Progress, Segment, Sender, SenderId, Wording};
use queues::QueueUrls;
use queues::tasks::CampaignTask;
use std::error::Error;
use std::fmt;
use std::time::Instant;
use store::Usage;
use uuid::Uuid;

/// A line of the third table.
pub struct Frozen {
    pub customers: usize,
    pub what: &'static str,
    pub recipients: u64,
    pub chunks: u32,
    /// Deliveries of the task that it took.
    pub slices: usize,
    pub used: Usage,
    /// Of the whole.
    pub queue_requests: u64,
    /// MB of this process, at most, and by how much it was less at the beginning.
    memory: (f64, f64),
    took: u128,
}

impl fmt::Display for Frozen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { customers, what, recipients, chunks, slices, used, queue_requests, memory: (peak, more), took } =
            self;
        let Usage { calls, read_units, write_units, .. } = used;
        let each = |units: f64| units / *recipients as f64;
        write!(
            f,
            "| {customers} | {what} | {recipients} | {chunks} | {slices} | {calls} | {:.3} | {:.4} | {queue_requests} | \
             {peak:.1} | {more:.1} | {took} |",
            each(*read_units),
            each(*write_units)
        )
    }
}

/// Counts and then freezes the audience `all` of a business with so many customers, for a sender of 80 a second. Each
/// delivery of the feeder's task works for `slice`.
pub async fn freezes(customers: usize, slice: TimeDelta) -> Result<Vec<Frozen>, Box<dyn Error>> {
    let now = Utc::now();
    let bench = Bench::on_disk(now)?;
    let (maker, ()) = bench.app("businesses")?;
    let business = business(BUSINESS, "America/Sao_Paulo")?;
    let date = now.with_timezone(&business.timezone).date_naive();
    maker.store().create_business(&business, &[], &maker.attempt()).await?;
    maker.store().keep_sender(None, &sender(), now, &maker.attempt()).await?;
    let (registers, ()) = bench.app("customers")?;
    people::settle(&bench, &registers, BUSINESS, customers, 0, date, now).await?;

    let (app, urls): (_, QueueUrls) = bench.app("run-campaign")?;
    let feeder = Campaigns::new(app.clone(), urls);
    let campaign = campaign(now)?;
    app.store().create_campaign(&campaign, &app.attempt()).await?;
    let known = app.store().business_with_senders(BUSINESS).await?.ok_or("no business")?;
    app.store().meter().reset();
    bench.queue_requests();
    let before = memory::now()?;
    memory::reset_peak()?;
    let begun = Instant::now();
    let told = feeder.preflight(&known, &campaign, now, app.now() + TimeDelta::hours(1)).await?.ok_or("too slow")?;
    let took = begun.elapsed().as_millis();
    let (recipients, used) = (told.counted.recipients, app.store().meter().reset());
    let (queue_requests, peak) = (bench.queue_requests(), memory::peak()?);
    let memory = (peak, peak - before);
    let counted =
        Frozen { customers, what: "preflight", recipients, chunks: 0, slices: 1, used, queue_requests, memory, took };

    feeder.start(BUSINESS, &campaign.campaign_id).await?;
    app.store().meter().reset();
    bench.queue_requests();
    let before = memory::now()?;
    memory::reset_peak()?;
    let begun = Instant::now();
    let mut slices = 0;
    loop {
        slices += 1;
        let (campaign_id, due) = (campaign.campaign_id.clone(), app.now());
        let task = CampaignTask { business_id: BUSINESS, campaign_id, due, not_before: None };
        match feeder.step(&task, app.now() + slice).await? {
            Stepped::Started => break,
            Stepped::Freezing => {}
            other => return Err(format!("{other:?}").into()),
        }
    }
    let took = begun.elapsed().as_millis();
    let used = app.store().meter().reset();
    let progress = app.store().campaign_progress(BUSINESS, &campaign.campaign_id).await?.ok_or("no campaign")?.record;
    let (recipients, chunks) = (progress.recipients, progress.chunks);
    let (queue_requests, peak) = (bench.queue_requests(), memory::peak()?);
    let memory = (peak, peak - before);
    Ok(vec![
        counted,
        Frozen { customers, what: "freeze", recipients, chunks, slices, used, queue_requests, memory, took },
    ])
}

fn sender() -> Sender {
    Sender {
        sender_id: SenderId(Uuid::from_u128(3)),
        business_id: BUSINESS,
        gateway: Gateway::Whapi,
        address: "CHANNEL-1".to_owned(),
        sealed_credentials: "sealed".to_owned(),
        per_minute: 4_800,
        in_use_since: None,
        templates: Default::default(),
    }
}

fn campaign(created_at: DateTime<Utc>) -> Result<Campaign, Box<dyn Error>> {
    Ok(Campaign {
        campaign_id: "spring".parse()?,
        business_id: BUSINESS,
        name: "Spring".to_owned(),
        audience: Audience::Segment(Segment::All),
        wording: Wording::Message("Oi, {{name}}!".to_owned()),
        start_at: None,
        holdout: 0,
        created_at,
        progress: Progress::new(None),
    })
}
