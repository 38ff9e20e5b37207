//! A campaign to everybody of a business, from the frozen audience to its end: what the runner costs for each person, and
//! whether it takes more memory for more people. Under tokio's paused time: hours of sending take as long as their work.

use crate::cloud::Bench;
use crate::phones::Arrived;
use crate::{BUSINESS, business, memory, people};
use aws_lambda_events::event::sqs::SqsEvent;
use campaigns::Campaigns;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Audience, Campaign, CampaignId, CampaignStatus, Gateway, Progress, Segment, Sender, SenderId, Wording};
use gateways::{Credentials, SealingKey};
use kit::App;
use queues::QueueUrls;
use queues::tasks::CampaignTask;
use send_message::Dispatcher;
use serde_json::json;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::Usage;
use uuid::Uuid;

/// Eighty a second.
const PER_MINUTE: u32 = 4_800;

/// A line of the table of campaigns that are sent to their end.
pub struct Fed {
    /// People of the business, all of whom are written to.
    pub people: usize,
    /// What the gateway got.
    pub arrived: Arrived,
    /// The messages that the campaign counts as sent.
    pub sent: u64,
    /// Of the runner and the feeder, from the frozen audience to the end.
    pub used: Usage,
    /// Sends, receives and deletes of the runner's task.
    pub queue_requests: u64,
    /// Deliveries of the runner's task.
    pub invocations: u64,
    /// The time of all deliveries.
    pub billed: TimeDelta,
    /// MB of this process when the first tenth was sent, and at most after it.
    pub memory: (f64, f64),
    took: Duration,
}

impl fmt::Display for Fed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { people, arrived, sent, used, queue_requests, invocations, billed, memory, took } = self;
        let each = |sum: f64| sum / *people as f64;
        write!(
            f,
            "| {people} | {sent} | {} | {:.1} | {} | {:.3} | {:.3} | {:.4} | {:.4} | {:.2} | {:.1} | {:.1} | {} |",
            arrived.twice,
            self.seconds(),
            arrived.most,
            each(used.write_units),
            each(used.read_units),
            each(*queue_requests as f64),
            each(*invocations as f64),
            each(billed.num_milliseconds() as f64),
            memory.0,
            memory.1,
            took.as_secs()
        )
    }
}

impl Fed {
    /// From the first message to the last.
    pub fn seconds(&self) -> f64 {
        self.arrived.span.map_or(0.0, |(first, last)| (last - first).as_seconds_f64())
    }
}

/// Sends a template to all of a business with so many customers.
pub async fn fed(people: usize) -> Result<Fed, Box<dyn Error>> {
    // A Wednesday at noon: nobody has to wait for the morning.
    let start: DateTime<Utc> = "2026-11-25T15:00:00Z".parse()?;
    let bench = Bench::on_disk_from(start)?;
    let (maker, key): (_, SealingKey) = bench.app("businesses")?;
    let business = business(BUSINESS, "America/Sao_Paulo")?;
    maker.store().create_business(&business, &[], &maker.attempt()).await?;
    maker.store().keep_sender(None, &sender(&key, &maker)?, start, &maker.attempt()).await?;
    let (registers, ()) = bench.app("customers")?;
    people::settle(&bench, &registers, BUSINESS, people, 0, start.date_naive(), start).await?;

    let campaign = campaign(start)?;
    let (app, urls): (_, QueueUrls) = bench.app("run-campaign")?;
    let feeder = Campaigns::new(app.clone(), urls);
    app.store().create_campaign(&campaign, &app.attempt()).await?;
    feeder.start(BUSINESS, &campaign.campaign_id).await?;
    // Frozen in one piece, as no time passes.
    feeder.step(&due(&campaign.campaign_id, app.now()), app.now() + TimeDelta::hours(1)).await?;
    app.store().meter().reset();
    bench.queue_requests();
    send(&bench, &feeder, &campaign.campaign_id, people).await
}

/// From the frozen audience to the end, with the feeder's looks at their times.
async fn send(bench: &Arc<Bench>, feeder: &Campaigns, id: &CampaignId, people: usize) -> Result<Fed, Box<dyn Error>> {
    let (app, config) = bench.app("send-message")?;
    let dispatcher = Dispatcher::new(app.clone(), config);
    let (watcher, ()) = bench.app("campaigns-api")?;
    let (begun, queue) = (Instant::now(), bench.queue("send-campaign"));
    // The first task has been sent.
    let (mut requests, mut invocations, mut billed) = (1, 0, TimeDelta::zero());
    let mut before = None;
    let progress = loop {
        let found = watcher.store().campaign_progress(BUSINESS, id).await?.ok_or("no campaign")?.record;
        match found.status {
            CampaignStatus::Finished => break found,
            CampaignStatus::Running => {}
            other => return Err(format!("it is {other:?}").into()),
        }
        if found.due_at.is_some_and(|at| at <= app.now()) {
            feeder.step(&due(id, app.now()), app.now() + TimeDelta::seconds(40)).await?;
        }
        if before.is_none() && bench.phones.arrived().messages * 10 >= people as u64 {
            before = Some(memory::now()?);
            memory::reset_peak()?;
        }
        let Some(received) = bench.inner.cloud.queues.receive(&queue, 1, None)?.pop() else {
            app.clock().sleep(Duration::from_secs(1)).await;
            continue;
        };
        let began_at = app.now();
        let event = event(&received.message.message_id, &received.message.body)?;
        let answer = Box::pin(dispatcher.handle(event)).await?;
        if !answer.batch_item_failures.is_empty() {
            return Err("a delivery failed".into());
        }
        bench.inner.cloud.queues.delete(&queue, &received.receipt_handle)?;
        billed += app.now() - began_at;
        invocations += 1;
        requests += 2;
    };
    let arrived = bench.phones.arrived();
    if arrived.messages != people as u64 || arrived.twice != 0 {
        return Err(format!("{} messages arrived, {} of them twice", arrived.messages, arrived.twice).into());
    }
    let (runner, feeders) = (app.store().meter().usage(), feeder.app().store().meter().usage());
    let used = Usage {
        read_units: runner.read_units + feeders.read_units,
        write_units: runner.write_units + feeders.write_units,
        ..runner
    };
    Ok(Fed {
        people,
        arrived,
        sent: progress.counts.get(&domain::Status::Sent).copied().unwrap_or(0),
        used,
        queue_requests: requests + bench.queue_requests(),
        invocations,
        billed,
        memory: (before.ok_or("nobody was reached")?, memory::peak()?),
        took: begun.elapsed(),
    })
}

/// A message of a queue, as Lambda shows it to a function.
fn event(message_id: &str, body: &str) -> Result<SqsEvent, serde_json::Error> {
    serde_json::from_value(json!({"Records": [{
        "messageId": message_id, "body": body, "attributes": {}, "messageAttributes": {}, "eventSource": "aws:sqs",
    }]}))
}

fn due(campaign_id: &CampaignId, due: DateTime<Utc>) -> CampaignTask {
    CampaignTask { business_id: BUSINESS, campaign_id: campaign_id.clone(), due, not_before: None }
}

fn sender(key: &SealingKey, app: &App) -> Result<Sender, Box<dyn Error>> {
    let sender_id = SenderId(Uuid::from_u128(3));
    let texts = json!({"access_token": "t", "app_secret": "s", "verify_token": "v"});
    let credentials = Credentials::from_json(Gateway::CloudApi, &texts)?;
    Ok(Sender {
        sender_id,
        business_id: BUSINESS,
        gateway: Gateway::CloudApi,
        address: "15550000000".to_owned(),
        sealed_credentials: key.seal(BUSINESS, sender_id, &credentials, app.chance().bytes())?,
        per_minute: PER_MINUTE,
        in_use_since: None,
        templates: serde_json::from_value(json!({"offer": {
            "name": "offer", "language": "pt_BR", "variables": ["name", "offer"],
            "body": "Oi, {{1}}! 🐾 Faz um tempo que você não vem. Esta semana o banho tem {{2}} % de desconto: responda a esta \
                     mensagem e achamos o melhor horário. Se não quiser receber promoções, responda SAIR.",
        }}))?,
    })
}

fn campaign(created_at: DateTime<Utc>) -> Result<Campaign, Box<dyn Error>> {
    let variables = [("name", "{{name}}"), ("offer", "20")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(Campaign {
        campaign_id: "spring".parse()?,
        business_id: BUSINESS,
        name: "Spring".to_owned(),
        audience: Audience::Segment(Segment::All),
        wording: Wording::Template { name: "offer".to_owned(), variables: variables.into(), message: None },
        start_at: None,
        holdout: 0,
        created_at,
        progress: Progress::new(None),
    })
}
