//! Commits to the index: all customers, changes of some, a day of changes.

use crate::cloud::Link;
use crate::figures::{milliseconds, processor};
use crate::people::{customer, now};
use crate::{Args, BUSINESS};
use chrono::TimeDelta;
use domain::Attempt;
use search::{Change, Cost, Index, Row, Snapshot};
use std::error::Error;
use std::time::{Duration, Instant};

/// Changes at once, of which the peers are told too.
pub const MANY: u64 = 10_000;

/// Every customer, three hours ago, and how long the commits took.
pub async fn fill(index: &Index, args: &Args) -> Result<(Snapshot, Duration), Box<dyn Error>> {
    let ago = now() - TimeDelta::hours(3);
    let mut took = Duration::ZERO;
    let mut processors = 0.0;
    let mut snapshot = index.open(BUSINESS).await?;
    let mut from = 0;
    while from < args.customers {
        let until = (from + args.batch).min(args.customers);
        let changes = (from..until).map(|nth| Change::Put(Box::new(customer(nth)))).collect();
        let (begin, before) = (Instant::now(), processor());
        snapshot = index.commit(&snapshot, changes, ago, &Attempt(from.to_string())).await?;
        took += begin.elapsed();
        processors += processor() - before;
        from = until;
    }
    println!(
        "built in {:.1} s, {:.1} s of a processor: {} parts, {} bytes",
        took.as_secs_f64(),
        processors / 1e3,
        snapshot.parts(),
        snapshot.bytes()
    );
    let (begin, before) = (Instant::now(), processor());
    let compact = index.compact(&snapshot, ago, &Attempt("compact".to_owned())).await?;
    let compacted = begin.elapsed();
    println!(
        "compacted in {:.1} s, {:.2} s of a processor: {} parts",
        compacted.as_secs_f64(),
        (processor() - before) / 1e3,
        compact.parts()
    );
    println!("{:.1} bytes a customer", compact.bytes() as f64 / compact.customers() as f64);
    // What was superseded goes after an hour.
    let swept = index.compact(&compact, now(), &Attempt("sweep".to_owned())).await?;
    Ok((swept, took + compacted))
}

/// So many customers, each with one purchase more.
pub fn changed(customers: u64, count: u64) -> impl Iterator<Item = Row> {
    let step = customers / count.min(customers);
    (0..count.min(customers)).map(move |nth| {
        let mut row = customer(nth * step);
        row.purchases += 1;
        row
    })
}

/// Ten thousand changes at once, those of a minute, one, and an erasure, by a writer that has the index in memory. Answers
/// how long the first took, in milliseconds.
pub async fn update(index: &Index, link: &Link, args: &Args) -> Result<f64, Box<dyn Error>> {
    let mut base = index.open(BUSINESS).await?;
    let puts = |count| changed(args.customers, count).map(|row| Change::Put(Box::new(row))).collect();
    let steps = [
        ("10,000 changes", puts(MANY)),
        ("60 changes", puts(60)),
        ("1 change", puts(1)),
        ("an erasure", vec![Change::Remove(customer(args.customers / 2).customer_id)]),
    ];
    let mut first = None;
    for (what, changes) in steps {
        link.waited();
        let (started, before) = (Instant::now(), processor());
        base = index.refresh(&base).await?;
        base = index.commit(&base, changes, now(), &Attempt(what.to_owned())).await?;
        let (took, processor) = (milliseconds(started.elapsed()), processor() - before);
        let (waited, cost) = (milliseconds(link.waited()), base.cost());
        println!(
            "{what}: {took:.1} ms, {waited:.1} ms of them for the store, {processor} ms of a processor, {} PUTs, {} bytes",
            cost.puts, cost.bytes_written
        );
        first.get_or_insert(took);
    }
    first.ok_or_else(|| "nothing was changed".into())
}

/// A day of changes to an index that begins empty.
pub async fn day(index: &Index, seconds: u32) -> Result<(), Box<dyn Error>> {
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
