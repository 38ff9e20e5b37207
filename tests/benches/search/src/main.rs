//! The search of customers: bytes, times and memory of the index of one business, over generated customers and searches.
//! Prints the figures of `docs/performance.md`.
#![expect(clippy::print_stdout, reason = "it prints figures")]

mod export;
mod folder;
mod people;
mod queries;

use chrono::TimeDelta;
use chrono_tz::Tz;
use clap::Parser;
use domain::{Attempt, BusinessId};
use object_store::memory::InMemory;
use people::{customer, now};
use queries::{Search, searches};
use search::{Change, Cost, Index, Query, Snapshot};
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

#[derive(Parser)]
struct Args {
    /// Customers of the business.
    #[arg(long, default_value_t = 800_000)]
    customers: u64,
    /// Searches, each of which is run so many times.
    #[arg(long, default_value_t = 200)]
    searches: usize,
    /// Times that a search is run warm.
    #[arg(long, default_value_t = 21)]
    times: usize,
    /// Customers of a commit while the index is built.
    #[arg(long, default_value_t = 50_000)]
    batch: u64,
    /// Prints each search.
    #[arg(long)]
    each: bool,
    /// Seconds between the commits of a day with one change a second; nothing else is done then.
    #[arg(long)]
    day: Option<u32>,
    /// Where the index is kept: it is built if there is none, and else opened by a process that has built nothing.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Where the customers and the searches are written, for `peers.py`.
    #[arg(long)]
    export: Option<PathBuf>,
}

const BUSINESS: BusinessId = BusinessId(Uuid::from_u128(1));
const ZONE: Tz = Tz::America__Sao_Paulo;
/// Bytes a second that a function gets from S3.
const DOWNLOAD: f64 = 60e6;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let store = Arc::new(InMemory::new());
    let index = Index::new(store.clone());
    let is_kept = match &args.folder {
        Some(folder) => folder::read(&store, folder).await?,
        None => false,
    };
    if let Some(seconds) = args.day {
        return day(&index, seconds).await;
    }
    if !is_kept {
        fill(&index, &args).await?;
    }
    if let Some(folder) = args.folder.as_ref().filter(|_| !is_kept) {
        return folder::write(&store, folder).await;
    }

    println!("memory before opening {} MB", resident());
    let before = processor();
    let snapshot = index.open(BUSINESS).await?;
    let opened = processor() - before;
    let download = snapshot.cost().bytes_read as f64 / DOWNLOAD;
    println!(
        "opened in {:.0} ms of a processor, and {:.0} ms for {} bytes at 60 MB/s in {} requests",
        opened,
        download * 1e3,
        snapshot.cost().bytes_read,
        snapshot.cost().gets + snapshot.cost().lists
    );
    println!("memory with the index {} MB", resident());

    let searches = searches(args.searches, args.customers);
    let mut told = Vec::with_capacity(searches.len());
    let mut cold = Vec::with_capacity(searches.len());
    let mut warm = Vec::with_capacity(searches.len());
    let mut least = Vec::with_capacity(searches.len());
    for search in &searches {
        // A reader that has never been asked: nothing is made of the columns yet.
        let fresh = if cold.len() < 5 { Some(index.open(BUSINESS).await?) } else { None };
        if let Some(fresh) = fresh {
            let before = processor();
            fresh.search(&search.query, now(), ZONE)?;
            cold.push(processor() - before);
        }
        let query = paged(&snapshot, search)?;
        let mut times = Vec::with_capacity(args.times);
        let mut total = 0;
        for _ in 0..args.times {
            let started = Instant::now();
            let page = snapshot.search(&query, now(), ZONE)?;
            times.push(milliseconds(started.elapsed()));
            total = page.total;
        }
        let median = percentile(&mut times, 0.5);
        if args.each {
            println!("{median:8.3} ms {total:7} of page {} {:?} {:?}", search.page, query.sort, query.filter);
        }
        told.push(export::told(search, total, median, snapshot.search(&query, now(), ZONE)?.rows.first()));
        least.push(percentile(&mut times, 0.0));
        warm.push(median);
    }
    println!(
        "first search of a fresh reader: {:.0} to {:.0} ms of a processor",
        percentile(&mut cold, 0.0),
        percentile(&mut cold, 1.0)
    );
    println!("warm, {} searches, each {} times:", warm.len(), args.times);
    // Other processes on the machine make the medians longer, and the least times hardly.
    for (what, mut times) in [("medians", warm), ("least times", least)] {
        let [median, ninety, most, slowest] = [0.5, 0.9, 0.99, 1.0].map(|part| percentile(&mut times, part));
        println!("{what}: median {median:.3} ms, p90 {ninety:.3} ms, p99 {most:.3} ms, slowest {slowest:.3} ms");
    }
    println!("memory after the searches {} MB", resident());
    drop(snapshot);
    if let Some(folder) = &args.export {
        export::write(folder, args.customers, &told)?;
    }
    update(&index, &args).await
}

/// A day of changes to an index that begins empty.
async fn day(index: &Index, seconds: u32) -> Result<(), Box<dyn Error>> {
    let mut snapshot = index.open(BUSINESS).await?;
    let (mut all, mut most) = (Cost::default(), 0);
    for from in (0..86_400).step_by(seconds as usize) {
        let changes =
            (from..from + seconds).map(|nth| Change::Put(Box::new(customer(u64::from(nth) * 7_919 % 86_399))));
        let time = now() + TimeDelta::seconds((from + seconds).into());
        snapshot = index.commit(&snapshot, changes.collect(), time, &Attempt(from.to_string())).await?;
        let cost = snapshot.cost();
        all.puts += cost.puts;
        all.gets += cost.gets;
        all.lists += cost.lists;
        all.deletes += cost.deletes;
        all.bytes_written += cost.bytes_written;
        most = most.max(snapshot.parts());
    }
    println!("a commit every {seconds} s: {all:?}, at most {most} parts");
    Ok(())
}

async fn fill(index: &Index, args: &Args) -> Result<(), Box<dyn Error>> {
    let before = processor();
    let built = build(index, args).await?;
    println!(
        "built in {:.1} s of a processor: {} parts, {} bytes",
        (processor() - before) / 1e3,
        built.parts(),
        built.bytes()
    );
    let before = processor();
    let compact = index.compact(&built, now(), &Attempt("compact".to_owned())).await?;
    println!("compacted in {:.2} s of a processor: {} parts", (processor() - before) / 1e3, compact.parts());
    println!("{:.1} bytes a customer", compact.bytes() as f64 / compact.customers() as f64);
    Ok(())
}

async fn build(index: &Index, args: &Args) -> Result<Snapshot, Box<dyn Error>> {
    let mut snapshot = index.open(BUSINESS).await?;
    let mut from = 0;
    while from < args.customers {
        let until = (from + args.batch).min(args.customers);
        let changes = (from..until).map(|nth| Change::Put(Box::new(customer(nth)))).collect();
        snapshot = index.commit(&snapshot, changes, now(), &Attempt(from.to_string())).await?;
        from = until;
    }
    Ok(snapshot)
}

/// The query of the page that is asked for, or of the last one.
fn paged(snapshot: &Snapshot, search: &Search) -> Result<Query, Box<dyn Error>> {
    let mut query = search.query.clone();
    for _ in 1..search.page {
        let Some(cursor) = snapshot.search(&query, now(), ZONE)?.cursor else { break };
        query.cursor = Some(cursor);
    }
    Ok(query)
}

/// Ten thousand changes at once, one of a minute's, and an erasure.
async fn update(index: &Index, args: &Args) -> Result<(), Box<dyn Error>> {
    let mut base = index.open(BUSINESS).await?;
    for (what, count) in [("10,000 changes", 10_000), ("60 changes", 60), ("1 change", 1)] {
        let step = args.customers / count;
        let changes = (0..count).map(|nth| {
            let mut row = customer(nth * step);
            row.purchases += 1;
            Change::Put(Box::new(row))
        });
        let changes = changes.collect();
        let (started, before) = (Instant::now(), processor());
        base = index.commit(&base, changes, now(), &Attempt(what.to_owned())).await?;
        report(what, started.elapsed(), processor() - before, &base);
    }
    let erased = vec![Change::Remove(customer(args.customers / 2).customer_id)];
    let (started, before) = (Instant::now(), processor());
    base = index.commit(&base, erased, now(), &Attempt("erased".to_owned())).await?;
    report("an erasure", started.elapsed(), processor() - before, &base);
    Ok(())
}

fn report(what: &str, took: Duration, processor: f64, after: &Snapshot) {
    let cost = after.cost();
    let took = milliseconds(took);
    println!("{what}: {took:.1} ms, {processor} ms of a processor, {} PUTs, {} bytes", cost.puts, cost.bytes_written);
}

/// Milliseconds of a processor that the process has taken, in steps of ten.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program may have blanks; the fields are counted from behind it.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn percentile(times: &mut [f64], part: f64) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
    let place = (part * (times.len().saturating_sub(1)) as f64).round() as usize;
    times.get(place).copied().unwrap_or(f64::NAN)
}

/// In MB; 0 where the system does not tell.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).map_or(0, |kilobytes: u64| kilobytes / 1_000)
}
