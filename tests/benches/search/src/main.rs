//! The search of customers: bytes, times and memory of the index of one business, over generated customers and searches,
//! through the routes of the function and without them. Prints figures of `docs/performance.md`; `peers.py` runs it.
#![expect(clippy::print_stdout, reason = "it prints figures")]

mod cloud;
mod commits;
mod export;
mod figures;
mod folder;
mod handler;
mod people;
mod queries;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use clap::Parser;
use cloud::{Bench, Link};
use domain::{BusinessId, CustomerId};
use figures::{milliseconds, percentile, processor, resident};
use handler::{Answer, Handler};
use object_store::memory::InMemory;
use people::now;
use queries::{Search, searches};
use search::{Index, Query, Snapshot};
use serde_json::json;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
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
    /// Where the customers, the searches and the figures are written, for `peers.py`.
    #[arg(long)]
    export: Option<PathBuf>,
}

const BUSINESS: BusinessId = BusinessId(Uuid::from_u128(1));
const ZONE: Tz = Tz::America__Sao_Paulo;
/// First answers of handlers and of readers.
const FIRST: usize = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    if let Some(seconds) = args.day {
        return commits::day(&Index::new(Arc::new(InMemory::new())), seconds).await;
    }
    if let Some(folder) = &args.export {
        std::fs::create_dir_all(folder)?;
    }
    let bench = Bench::new(now()).await?;
    let store = bench.bucket(None)?;
    let is_kept = match &args.folder {
        Some(folder) => folder::read(store.as_ref(), folder).await?,
        None => false,
    };
    if !is_kept {
        let (built, took) = commits::fill(&Index::new(bench.bucket(Some(Link::to_s3()))?), &args).await?;
        if let Some(folder) = &args.export {
            let load = json!({"seconds": took.as_secs_f64(), "bytes": built.bytes()});
            std::fs::write(folder.join("load.json"), serde_json::to_vec(&load)?)?;
            export::write(folder, args.customers, commits::MANY)?;
        }
    }
    if let Some(folder) = args.folder.as_ref().filter(|_| !is_kept) {
        return folder::write(store.as_ref(), folder).await;
    }
    println!("memory with the objects and an empty table {} MB", resident());

    let mut searches = searches(args.searches, args.customers);
    for inactivity in searches.iter_mut().filter_map(|search| search.query.filter.inactivity.as_mut()) {
        // The setting of a business, below which there is none.
        inactivity.days = inactivity.days.max(1);
    }
    let cold = first_answers(&bench, &searches).await?;
    let asked = ask(&bench, &searches, &args).await?;
    let memory = resident();
    println!("memory after these searches {memory} MB");
    let index = Index::new(store);
    compare(&index, &searches, &asked, &args).await?;
    let link = Link::to_s3();
    let changes = commits::update(&Index::new(bench.bucket(Some(link.clone()))?), &link, &args).await?;
    if let Some(folder) = &args.export {
        let told = searches.iter().zip(&asked);
        let told: Vec<_> = told.map(|(it, asked)| export::told(it, asked.at, &asked.answer, asked.median)).collect();
        let ours = json!({"cold": cold, "memory": memory, "changes": changes, "searches": told});
        std::fs::write(folder.join("ours.json"), serde_json::to_vec(&ours)?)?;
    }
    Ok(())
}

/// Answers of handlers that have nothing in memory, over a store as slow as S3. The tables answer at once. In milliseconds,
/// that of the first search, which is also the first of this process.
async fn first_answers(bench: &Arc<Bench>, searches: &[Search]) -> Result<f64, Box<dyn Error>> {
    let mut times = Vec::new();
    for search in searches.iter().take(FIRST) {
        let business = Handler::new(bench, None)?.settle(search).await?;
        let begin = Instant::now();
        let handler = Handler::new(bench, Some(Link::to_s3()))?;
        let first = Search { page: 1, query: search.query.clone() };
        let body = handler.paged(&first, &business).await?;
        handler.ask(&body).await?;
        times.push(milliseconds(begin.elapsed()));
    }
    let told: Vec<String> = times.iter().map(|time| format!("{time:.0}")).collect();
    println!("first answer of a handler with nothing, 20 ms to the first byte and 60 MB/s: {} ms", told.join(", "));
    times.first().copied().ok_or_else(|| "no searches".into())
}

/// A search through the handler.
struct Asked {
    at: DateTime<Utc>,
    answer: Answer,
    median: f64,
}

/// Each search by one handler. Its time stands still, but for the settings of the business.
async fn ask(bench: &Arc<Bench>, searches: &[Search], args: &Args) -> Result<Vec<Asked>, Box<dyn Error>> {
    tokio::time::pause();
    let handler = Handler::new(bench, None)?;
    let mut asked = Vec::with_capacity(searches.len());
    let mut least = Vec::with_capacity(searches.len());
    let mut tables = Vec::with_capacity(searches.len());
    for search in searches {
        let business = handler.settle_anew(search).await?;
        let at = handler.now();
        let body = handler.paged(search, &business).await?;
        let mut answer = handler.ask(&body).await?;
        let (mut times, mut of_tables) = (Vec::with_capacity(args.times), Vec::with_capacity(args.times));
        for _ in 0..args.times {
            bench.tables_took();
            answer = handler.ask(&body).await?;
            times.push(milliseconds(answer.took));
            of_tables.push(milliseconds(bench.tables_took()));
        }
        if handler.now() != at {
            return Err("time went on".into());
        }
        least.push(percentile(&mut times, 0.0));
        tables.push(percentile(&mut of_tables, 0.5));
        let median = percentile(&mut times, 0.5);
        if args.each {
            let (total, query) = (answer.total, &search.query);
            println!("{median:8.3} ms {total:7} of page {} {:?} {:?}", search.page, query.sort, query.filter);
        }
        asked.push(Asked { at, answer, median });
    }
    tokio::time::resume();
    println!("through the handler, {} searches, each {} times:", searches.len(), args.times);
    tell("medians", asked.iter().map(|asked| asked.median).collect());
    tell("least times", least);
    tell("medians of the embedded table in it", tables);
    Ok(asked)
}

/// The same searches by the index itself.
async fn compare(index: &Index, searches: &[Search], asked: &[Asked], args: &Args) -> Result<(), Box<dyn Error>> {
    let before = processor();
    let snapshot = index.open(BUSINESS).await?;
    let (cost, opened) = (snapshot.cost(), processor() - before);
    println!(
        "opened in {opened:.0} ms of a processor: {} bytes in {} requests",
        cost.bytes_read,
        cost.gets + cost.lists
    );
    let (mut cold, mut medians, mut least) = (Vec::new(), Vec::new(), Vec::new());
    let mut differ = 0;
    for (search, asked) in searches.iter().zip(asked) {
        if cold.len() < FIRST {
            // Nothing is made of the columns yet.
            let fresh = index.open(BUSINESS).await?;
            let before = processor();
            fresh.search(&search.query, asked.at, ZONE)?;
            cold.push(processor() - before);
        }
        let query = paged(&snapshot, search, asked.at)?;
        let page = snapshot.search(&query, asked.at, ZONE)?;
        let customers: Vec<CustomerId> = page.rows.iter().map(|row| row.customer_id).collect();
        differ += usize::from((page.total, &customers) != (asked.answer.total, &asked.answer.customers));
        let mut times = Vec::with_capacity(args.times);
        for _ in 0..args.times {
            let started = Instant::now();
            snapshot.search(&query, asked.at, ZONE)?;
            times.push(milliseconds(started.elapsed()));
        }
        least.push(percentile(&mut times, 0.0));
        medians.push(percentile(&mut times, 0.5));
    }
    let [fastest, slowest] = [0.0, 1.0].map(|part| percentile(&mut cold, part));
    println!("first search of a fresh reader: {fastest:.0} to {slowest:.0} ms of a processor");
    println!("without the handler; {differ} pages or totals differ:");
    tell("medians", medians);
    tell("least times", least);
    Ok(())
}

/// Other processes on the machine make the medians longer, and the least times hardly.
fn tell(what: &str, mut times: Vec<f64>) {
    let [median, ninety, most, slowest] = [0.5, 0.9, 0.99, 1.0].map(|part| percentile(&mut times, part));
    println!("{what}: median {median:.3} ms, p90 {ninety:.3} ms, p99 {most:.3} ms, slowest {slowest:.3} ms");
}

/// The query of the page that is asked for, or of the last one.
fn paged(snapshot: &Snapshot, search: &Search, at: DateTime<Utc>) -> Result<Query, Box<dyn Error>> {
    let mut query = search.query.clone();
    for _ in 1..search.page {
        let Some(cursor) = snapshot.search(&query, at, ZONE)?.cursor else { break };
        query.cursor = Some(cursor);
    }
    Ok(query)
}
