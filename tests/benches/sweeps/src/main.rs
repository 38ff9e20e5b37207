//! The reads of the sweeps of birthdays and inactive customers, by index and as in the replaced system, at sizes of
//! business. Also the reads of the owners' reports, of the minute tick, and of a campaign's preflight and freezing. With
//! `--feed`: the cost of a campaign to its end. Prints the tables of `docs/performance.md`.
#![expect(clippy::print_stdout, reason = "it prints tables")]

mod cloud;
mod feed;
mod freeze;
mod memory;
mod people;
mod phones;
mod plot;
mod reports;
mod tick;

use automations::Progress;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use clap::Parser;
use cloud::Bench;
use domain::{Action, Automation, AutomationName, Business, BusinessId, Job, Mode, Tally};
use kit::App;
use kit::config::Backstop;
use serde_json::{Value, json};
use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

#[derive(Parser)]
struct Args {
    /// Customers of the business.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000,800000")]
    sizes: Vec<usize>,
    /// Customers with their birthday today, and as many inactive ones.
    #[arg(long, default_value_t = 2_000)]
    due: usize,
    /// Businesses of the deployment that the minute tick looks after.
    #[arg(long, default_value_t = 10_000)]
    businesses: usize,
    /// Leaves out the scans of the replaced system, which take most of the time.
    #[arg(long)]
    without_legacy: bool,
    /// Sends a campaign to all customers of a business of each of these sizes, and nothing else.
    #[arg(long, value_delimiter = ',')]
    feed: Vec<usize>,
    /// File to which a picture of the read units is written, as SVG.
    #[arg(long)]
    svg: Option<PathBuf>,
}

const BUSINESS: BusinessId = BusinessId(Uuid::from_u128(1));
/// By index, and as in the replaced system.
const MODES: [Mode; 2] = [Mode::EventDriven, Mode::Legacy];
const BACKSTOP: Backstop = Backstop(TimeDelta::minutes(15));

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    if !args.feed.is_empty() {
        return feeds(&args.feed).await;
    }
    println!(
        "| customers | due | automation | mode | found | queries | items read | read units | at least | ratio | ms |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut points = Vec::new();
    let modes = if args.without_legacy { &MODES[..1] } else { &MODES };
    for size in &args.sizes {
        for row in sweeps(*size, args.due.min(*size), modes).await? {
            println!("{row}");
            let line = format!("{}, {}", row.automation, row.mode);
            points.push(plot::Point { line, customers: row.size, read_units: row.tally.read_units });
        }
    }
    if let Some(path) = &args.svg {
        std::fs::write(path, plot::svg(&points)?)?;
    }
    println!();
    println!("| customers | report | found | messages | queries | items read | read units | ms |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for size in &args.sizes {
        for row in reports::reports(*size, args.due.min(*size)).await? {
            println!("{row}");
        }
    }
    println!();
    println!(
        "| minute tick over {} businesses | calls | read units | write units | queue requests | jobs | ms |",
        args.businesses
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for row in tick::ticks(args.businesses).await? {
        println!("{row}");
    }
    println!();
    println!(
        "| customers | campaign | recipients | chunks | slices | calls | read units each | write units each | queue \
         requests | memory at most, MB | of it more than before | ms |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for size in &args.sizes {
        for row in freeze::freezes(*size, TimeDelta::seconds(40)).await? {
            println!("{row}");
        }
    }
    Ok(())
}

/// A campaign may take so many MB more, once a tenth of its people are reached.
const MOST_MEMORY: f64 = 5.0;

/// Prints the table of campaigns that are sent to the end.
async fn feeds(sizes: &[usize]) -> Result<(), Box<dyn Error>> {
    tokio::time::pause();
    println!(
        "| people | sent | twice | seconds | most in a second | write units each | read units each | queue requests each | \
         invocations each | billed ms each | memory after a tenth, MB | at most after it | s of this machine |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for people in sizes {
        let fed = feed::fed(*people).await?;
        println!("{fed}");
        if fed.memory.1 - fed.memory.0 > MOST_MEMORY {
            return Err("the memory grows with the people".into());
        }
    }
    Ok(())
}

/// A line of the first table.
struct Row {
    size: usize,
    due: usize,
    automation: AutomationName,
    mode: Mode,
    tally: Tally,
    least: f64,
    took: u128,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { size, due, automation, mode, tally, least, took } = self;
        let Tally { found, queries, items_read, read_units, .. } = tally;
        let ratio = read_units / least;
        write!(
            f,
            "| {size} | {due} | {automation} | {mode} | {found} | {queries} | {items_read} | {read_units:.1} | {least:.1} | {ratio:.2} | {took} |"
        )
    }
}

async fn sweeps(size: usize, due: usize, modes: &[Mode]) -> Result<Vec<Row>, Box<dyn Error>> {
    let now = Utc::now();
    let bench = Bench::new(now)?;
    let (app, ()) = bench.app("automations-api")?;
    let business = business(BUSINESS, "America/Sao_Paulo")?;
    let date = now.with_timezone(&business.timezone).date_naive();
    let mut automations = Vec::new();
    for (name, _) in SWEEPS {
        // Nothing is written to customers: what is measured is the reading.
        automations.push(Automation { action: Action::Propose, ..automation(&business, name, now)? });
    }
    let (maker, ()) = bench.app("businesses")?;
    maker.store().create_business(&business, &automations, &maker.attempt()).await?;
    let (registers, ()) = bench.app("customers")?;
    people::settle(&bench, &registers, BUSINESS, size, due, date, now).await?;
    let mut rows = Vec::new();
    for (automation, query) in SWEEPS {
        let least = least(&bench, query(&bench, date, now)).await?;
        for mode in modes.iter().copied() {
            let (tally, took) = run(&app, automation, mode).await?;
            rows.push(Row { size, due, automation, mode, tally, least, took });
        }
    }
    Ok(rows)
}

async fn run(app: &App, automation: AutomationName, mode: Mode) -> Result<(Tally, u128), Box<dyn Error>> {
    let begun = Instant::now();
    let job = Job::new(automation, Some(BUSINESS), mode, app.now());
    match automations::work(app, BACKSTOP, job, app.now() + TimeDelta::hours(1)).await? {
        Progress::Done(mut job) => Ok((job.done.remove(&BUSINESS).unwrap_or_default(), begun.elapsed().as_millis())),
        Progress::More(_) => Err("an hour was not enough".into()),
    }
}

/// The automation of a business, with its defaults.
fn automation(business: &Business, name: AutomationName, now: DateTime<Utc>) -> Result<Automation, Box<dyn Error>> {
    let hours = automations::hours(name).ok_or("an event starts it")?;
    Ok(hours.automation(business, name, now)?)
}

/// A query of DynamoDB's own for just those who match.
type Least = fn(&Bench, NaiveDate, DateTime<Utc>) -> Value;

/// The sweeps that are measured, each with its query.
const SWEEPS: [(AutomationName, Least); 2] = [
    (AutomationName::Birthdays, |bench, date, _| {
        json!({
            "TableName": bench.table("Birthdays"), "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": format!("{BUSINESS}/{}", date.format("%m-%d"))}},
        })
    }),
    (AutomationName::InactiveCustomers, |bench, _, now| {
        json!({
            "TableName": bench.table("Customers"), "IndexName": "by_last_contact",
            "KeyConditionExpression": "business_id = :pk AND last_contact_at < :before",
            "ExpressionAttributeValues": {":pk": {"S": BUSINESS.to_string()},
                ":before": {"S": (now - TimeDelta::days(30)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)}},
        })
    }),
];

/// DynamoDB's price in read units for just the people that match, by queries of a megabyte each.
async fn least(bench: &Arc<Bench>, mut query: Value) -> Result<f64, Box<dyn Error>> {
    query["ReturnConsumedCapacity"] = "TOTAL".into();
    let mut units = 0.0;
    loop {
        let page = bench.dynamodb("Query", &query).await?;
        units += page["ConsumedCapacity"]["CapacityUnits"].as_f64().unwrap_or_default();
        if page["LastEvaluatedKey"].is_null() {
            return Ok(units);
        }
        query["ExclusiveStartKey"] = page["LastEvaluatedKey"].clone();
    }
}

fn business(business_id: BusinessId, zone: &str) -> Result<Business, Box<dyn Error>> {
    Ok(bench_cloud::business(business_id, zone.parse()?, Utc::now()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(work)
    }

    /// At two sizes of business with as many who match: the same queries and units, close to the least there is.
    #[test]
    fn reads_follow_matches() {
        let due = 2_000;
        let (small, large) =
            (block_on(sweeps(2_000, due, &MODES)).unwrap(), block_on(sweeps(10_000, due, &MODES)).unwrap());
        for (small, large) in small.iter().zip(&large) {
            let case = format!("{small}\n{large}");
            assert_eq!((small.tally.found, large.tally.found), (due as u64, due as u64), "{case}");
            match small.mode {
                Mode::EventDriven => {
                    assert_eq!((small.tally.queries, large.tally.queries), (1, 1), "{case}");
                    assert_eq!(small.tally.items_read, large.tally.items_read, "{case}");
                    assert!(large.tally.read_units <= 1.1 * large.least, "{case}");
                    assert!((large.tally.read_units - small.tally.read_units).abs() <= 0.5, "{case}");
                }
                Mode::Legacy => assert!(large.tally.read_units > 3.5 * small.tally.read_units, "{case}"),
            }
        }
    }

    /// At two sizes of business with as many who are due: each report reads the same, and tells the owner.
    #[test]
    fn the_reads_of_a_report_follow_what_it_tells() {
        let (small, large) =
            (block_on(reports::reports(600, 60)).unwrap(), block_on(reports::reports(2_400, 60)).unwrap());
        assert_eq!(small.len(), 3);
        for (small, large) in small.iter().zip(&large) {
            let case = format!("{small}\n{large}");
            // A summary reads the people in contact on its day: of a larger business a few more.
            let read = |row: &reports::Row| (row.tally.queries, row.tally.messages);
            assert_eq!(read(small), read(large), "{case}");
            assert!(large.tally.items_read <= small.tally.items_read + 5, "{case}");
            assert!((large.tally.read_units - small.tally.read_units).abs() <= 0.5, "{case}");
            assert_eq!(small.tally.messages, 1, "{case}");
        }
    }

    /// A report stops between owners, and goes on with those who are not told.
    #[test]
    fn a_report_goes_on_with_the_owners_who_are_left() {
        assert_eq!(block_on(reports::tests::in_slices()).unwrap(), (0, 2, true));
    }

    /// A job that is cut off after each page, of one business or of all, by index or by scan, does what one in one piece
    /// does: counts everybody once, and lists them to the owner.
    #[test]
    fn a_job_goes_on_where_it_was() {
        let due = 2_500;
        for (mode, only) in [(Mode::EventDriven, Some(BUSINESS)), (Mode::Legacy, Some(BUSINESS)), (Mode::Legacy, None)]
        {
            for (automation, _) in SWEEPS {
                let (tally, slices, report) = block_on(in_slices(mode, only, automation, due)).unwrap();
                let case = format!("{mode} {only:?} {automation}: {tally:?}");
                assert!(slices > 2, "{case}: {slices}");
                // And the owner's report.
                assert_eq!((tally.found, tally.messages), (2_500, 2_501), "{case}");
                assert!(tally.skipped.is_empty() && tally.told && tally.listed.is_empty(), "{case}");
                assert!(report.matches("Ana Souza").count() >= 10, "{report}");
            }
        }
    }

    async fn in_slices(
        mode: Mode,
        only: Option<BusinessId>,
        automation: AutomationName,
        due: usize,
    ) -> Result<(Tally, usize, String), Box<dyn Error>> {
        let now = Utc::now();
        let bench = Bench::new(now)?;
        let owner_id = domain::OwnerId(Uuid::from_u128(5));
        let owner =
            domain::Owner { owner_id, name: "Rui".to_owned(), phone: domain::Phone::parse("5511990000000", None)? };
        let business = Business { owners: vec![owner], ..business(BUSINESS, "America/Sao_Paulo")? };
        let date = now.with_timezone(&business.timezone).date_naive();
        let mut known = super::automation(&business, automation, now)?;
        known.set(None, None, Some(Action::Auto), now);
        let (maker, ()) = bench.app("businesses")?;
        maker.store().create_business(&business, &[known], &maker.attempt()).await?;
        let (registers, ()) = bench.app("customers")?;
        people::settle(&bench, &registers, BUSINESS, 6_000, due, date, now).await?;
        let (app, ()) = bench.app("automations-api")?;
        let (mut job, mut slices) = (Job::new(automation, only, mode, app.now()), 0);
        let job = loop {
            slices += 1;
            // As the queue carries it. Each page ends a slice; to tell the owners there is time.
            job = serde_json::from_str(&serde_json::to_string(&job)?)?;
            let until = if job.is_read { app.now() + TimeDelta::hours(1) } else { DateTime::UNIX_EPOCH };
            match automations::work(&app, BACKSTOP, job, until).await? {
                Progress::More(rest) => job = rest,
                Progress::Done(done) => break done,
            }
        };
        let report = domain::MessageId::of(format!("{automation}/{owner_id}/{date}"));
        let report = app.store().message(BUSINESS, &report).await?.ok_or("no report")?;
        let tally = job.done.get(&BUSINESS).cloned().unwrap_or_default();
        Ok((tally, slices, report.content.text))
    }

    /// An audience is frozen for one write unit of 50 people, cut off after each part or in one piece, at two sizes; and the
    /// preflight counts as many.
    #[test]
    fn an_audience_is_frozen_for_little() {
        for (customers, slice) in [(3_000, TimeDelta::hours(1)), (9_000, TimeDelta::zero())] {
            let rows = block_on(freeze::freezes(customers, slice)).unwrap();
            let [told, frozen] = rows.as_slice() else { panic!("two rows") };
            let case = format!("{told}\n{frozen}");
            assert_eq!((told.recipients, frozen.recipients), (customers as u64, customers as u64), "{case}");
            assert_eq!(frozen.slices > 1, slice.is_zero(), "{case}");
            let people = customers as f64;
            assert!(told.used.read_units <= 1.2 * people && told.used.write_units == 0.0, "{case}");
            assert!(frozen.used.read_units <= 1.2 * people, "{case}");
            assert!(frozen.used.write_units <= people / 50.0 + 30.0, "{case}");
        }
    }

    /// A campaign to everybody, at two sizes: each once, at the pace, within the budgets.
    #[test]
    fn a_campaign_is_fed_within_its_budgets() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let each = [1_000, 3_000].map(|people| {
            let fed = runtime.block_on(feed::fed(people)).unwrap();
            let all = people as f64;
            assert_eq!((fed.arrived.messages, fed.arrived.twice, fed.sent), (people as u64, 0, people as u64), "{fed}");
            assert!(fed.seconds() <= all / 80.0 * 1.05 && fed.arrived.most <= 80, "{fed}");
            assert!(fed.queue_requests as f64 <= 0.01 * all, "{fed}");
            assert!(fed.billed.num_milliseconds() as f64 <= 15.0 * all, "{fed}");
            (fed.used.write_units / all, fed.used.read_units / all)
        });
        let [(few_writes, few_reads), (many_writes, many_reads)] = each;
        assert!(many_writes <= few_writes && many_writes <= 6.1, "{each:?}");
        assert!(few_reads <= 4.7 && many_reads <= 4.7, "{each:?}");
    }

    /// The minute tick reads its shards and what is due, and asks the queues once for ten jobs of a shard. At nine it looks
    /// for chats to analyse and requests that nobody has answered too.
    #[test]
    fn a_tick_reads_what_is_due() {
        let rows = block_on(tick::ticks(400)).unwrap();
        let of = |what: &str| rows.iter().find(|row| row.what == what).unwrap();
        let quarter = ("half are due at 9:00, a second tick", 66, 33.0);
        for (idle, calls, units) in [("nothing is due", 34, 17.0), ("one is due, a second tick", 34, 17.0), quarter] {
            let row = of(idle);
            assert_eq!(
                (row.used.calls, row.used.read_units, row.queue_requests, row.jobs),
                (calls, units, 0, 0),
                "{row}"
            );
            assert_eq!(row.used.write_units, 0.0, "{row}");
        }
        let one = of("one is due");
        assert_eq!((one.used.calls, one.queue_requests, one.jobs), (35, 1, 1), "{one}");
        let half = of("half are due at 9:00");
        // Nobody takes the nightly syncs further here, so all 400 are due again: two more pages, and an advance of each.
        assert_eq!((half.jobs, half.used.calls), (199, 66 + 199 + 2 + 400), "{half}");
        assert!(half.used.write_units <= 3.0 * 599.0 && half.queue_requests <= 16 + 199 / 10 + 40 + 16, "{half}");
    }
}
