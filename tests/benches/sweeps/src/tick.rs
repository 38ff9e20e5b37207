//! The reads and writes of the minute tick when nothing is due, one automation, or half of the deployment at nine
//! o'clock.

use crate::business;
use crate::cloud::Bench;
use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::{AutomationName, BusinessId};
use serde_json::{Value, json};
use std::error::Error;
use std::fmt;
use std::time::Instant;
use store::Usage;
use uuid::Uuid;

/// A line of the second table.
pub struct Tick {
    pub what: String,
    pub used: Usage,
    pub queue_requests: u64,
    pub jobs: usize,
    took: u128,
}

impl fmt::Display for Tick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, used: Usage { calls, read_units, write_units, .. }, queue_requests, jobs, took } = self;
        write!(f, "| {what} | {calls} | {read_units:.1} | {write_units:.1} | {queue_requests} | {jobs} | {took} |")
    }
}

pub async fn ticks(businesses: usize) -> Result<Vec<Tick>, Box<dyn Error>> {
    let now = Utc::now();
    let bench = Bench::new(now)?;
    let (app, config) = bench.app("run-due")?;
    let function = run_due::Sweeper::new(app.clone(), config);
    let (maker, ()) = bench.app("businesses")?;
    // A minute after an hour: chats that wait for their analysis are looked for in each quarter alone.
    // From the night of tomorrow on, when it is after two in both zones: half are due at nine in the one zone, half two hours
    // later; one has an hour of its own.
    let day = (now + TimeDelta::days(1)).date_naive().and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(421);
    let mut nines: Vec<DateTime<Utc>> = Vec::new();
    for nth in 0..businesses {
        let id = BusinessId(Uuid::from_u128(1 + nth as u128));
        let business = business(id, if nth % 2 == 0 { "America/Sao_Paulo" } else { "America/Bogota" })?;
        let mut automation = crate::automation(&business, AutomationName::Birthdays, day)?;
        if nth == 0 {
            let alone = (day + TimeDelta::minutes(7)).with_timezone(&business.timezone);
            automation.set(None, Some(alone.format("%-M %-H * * *").to_string().parse()?), None, day);
        }
        nines.extend(automation.due_at().filter(|_| nth == 0 || nth == 2));
        maker.store().create_business(&business, &[automation], &maker.attempt()).await?;
    }
    let [alone, nine] = nines[..] else { return Err("two times are looked at".into()) };

    println!(
        "| minute tick over {businesses} businesses | calls | read units | write units | queue requests | jobs | ms |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let mut times = vec![("nothing is due", day), ("one is due", alone), ("half are due at 9:00", nine)];
    times.sort_by_key(|(_, at)| *at);
    // The nightly syncs have begun by then.
    function.handle(tick(day)?).await.map_err(|error| error.to_string())?;
    let mut rows = Vec::new();
    for (what, at) in times {
        for (what, at) in [(what.to_owned(), at), (format!("{what}, a second tick"), at)] {
            app.store().meter().reset();
            let before = depth(&bench)?;
            bench.queue_requests();
            let begun = Instant::now();
            function.handle(tick(at)?).await.map_err(|error| error.to_string())?;
            let took = begun.elapsed().as_millis();
            let used = app.store().meter().reset();
            let (queue_requests, jobs) = (bench.queue_requests(), depth(&bench)? - before);
            rows.push(Tick { what, used, queue_requests, jobs, took });
        }
    }
    Ok(rows)
}

fn tick(at: DateTime<Utc>) -> serde_json::Result<EventBridgeEvent<Value>> {
    serde_json::from_value(json!({"version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events",
                                  "account": "1", "time": at, "region": "us-east-1", "resources": [], "detail": {}}))
}

/// Jobs in the queue.
fn depth(bench: &Bench) -> Result<usize, Box<dyn Error>> {
    let queue = bench.inner.cloud.names.queue("birthdays").ok_or("no such queue")?;
    Ok(bench.inner.cloud.queues.depths().get(queue).map_or(0, |depth| depth.visible))
}
