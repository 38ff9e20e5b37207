//! Sends the lines: a few requests at once, each batch noted when it is done.

use super::lines::{self, Batch, Rejected, Unit};
use super::plan::Plan;
use super::progress::{Progress, Subject, contains};
use super::rejects::Rejects;
use super::{Counts, tell};
use crate::arguments::ImportArguments;
use crate::client::{Client, backoff, in_words};
use crate::input::InputError;
use crate::kinds::Kind;
use crate::terminal::Terminal;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::mpsc;

/// Batches that wait between the one who reads and the one who sends.
const AHEAD: usize = 2;
/// Tries of a thing that the service could not do, though the request as a whole was answered.
const TRIES: u32 = 6;

/// A batch that was sent.
struct Sent {
    batch: Batch,
    counts: Counts,
}

/// Sends all lines that are not done yet; says what became of all, with those of earlier runs.
pub(super) async fn send(
    client: Client,
    plan: &Plan,
    arguments: &ImportArguments,
    terminal: &Terminal,
) -> Result<Counts, String> {
    let path = arguments.rejects.clone().unwrap_or_else(|| Rejects::path_beside(&plan.path));
    let is_input = path.exists() && path.canonicalize().ok() == plan.path.canonicalize().ok();
    if is_input {
        return Err("--rejects: expected another file than the input".to_owned());
    }
    let file = |error: std::io::Error| format!("{}: {error}", path.display());
    let beside = Progress::path_beside(&plan.path);
    let progress_file = |error: std::io::Error| format!("{}: {error}", beside.display());
    let subject = Subject {
        version: 1,
        content: plan.content.hash.clone(),
        url: client.url().to_owned(),
        target: client
            .business
            .clone()
            .unwrap_or_else(|| hex::encode(Sha256::digest(client.key())).chars().take(12).collect()),
        kind: plan.kind.name().to_owned(),
        reading: plan.reading(),
        rejects: path.clone(),
    };
    let mut progress = Progress::open(beside.clone(), &subject).map_err(progress_file)?;
    let mut rejects = Rejects::open(path.clone(), progress.rejects).map_err(file)?;
    if progress.counts.read > 0 {
        terminal.say(&format!("going on: {} of {} lines are done", progress.counts.read, plan.lines));
    }
    let done = Arc::new(progress.rows());
    let bar = terminal.bar(plan.lines, progress.counts.read);
    let (to, mut batches) = mpsc::channel::<Batch>(AHEAD);
    let result = std::thread::scope(|scope| {
        let skip = done.clone();
        let reading = scope.spawn(move || {
            let is_done = |row: u64| contains(&skip, row);
            let mut take = |batch: Batch| to.blocking_send(batch).map_err(|_| InputError::Stopped);
            lines::read(plan, &is_done, &mut take)
        });
        let sending = async {
            let ending = tokio::signal::ctrl_c();
            tokio::pin!(ending);
            let mut busy = FuturesUnordered::new();
            let mut under_way: HashSet<u64> = HashSet::new();
            let mut waiting: Option<Batch> = None;
            let share = Share::new();
            let mut is_ending = false;
            let mut is_read = false;
            loop {
                // A batch that is about somebody of a batch under way waits: of two lines of one phone the first wins.
                let may_go = waiting.as_ref().is_some_and(|batch| {
                    busy.len() < arguments.requests && batch.units.iter().all(|unit| !under_way.contains(&unit.hash))
                });
                if may_go && let Some(batch) = waiting.take() {
                    under_way.extend(batch.units.iter().map(|unit| unit.hash));
                    busy.push(post(client.clone(), plan.kind, share.clone(), batch));
                }
                if waiting.is_none() && busy.is_empty() && (is_read || is_ending) {
                    return if is_ending { Err(stopped(&beside)) } else { Ok(()) };
                }
                tokio::select! {
                    biased;
                    _ = &mut ending, if !is_ending => {
                        is_ending = true;
                        waiting = None;
                        terminal.note("stopping; what is under way ends first");
                        batches.close();
                    }
                    // Whoever asks twice does not wait for what is under way.
                    _ = tokio::signal::ctrl_c(), if is_ending => return Err(stopped(&beside)),
                    Some(sent) = busy.next(), if !busy.is_empty() => {
                        let Sent { batch, counts } = sent?;
                        for unit in &batch.units {
                            under_way.remove(&unit.hash);
                        }
                        let bytes = rejects.add(plan, &batch.rejected).map_err(file)?;
                        progress.note(batch.rows.clone(), counts, bytes).map_err(progress_file)?;
                        bar.at(progress.counts.read, progress.counts.rejected);
                    }
                    batch = batches.recv(), if waiting.is_none() && !is_read && !is_ending => {
                        is_read = batch.is_none();
                        waiting = batch;
                    }
                }
            }
        };
        let sent: Result<(), String> =
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(sending));
        batches.close();
        while batches.try_recv().is_ok() {}
        let read = reading.join().map_err(|_| "the file could not be read to its end".to_owned())?;
        sent?;
        read.map_err(|error| error.to_string())
    });
    bar.end();
    let found = result?;
    let counts = progress.counts;
    progress.finish().map_err(progress_file)?;
    tell::end(plan, &counts, found.repeated, rejects.path(), terminal);
    Ok(counts)
}

fn stopped(progress: &std::path::Path) -> String {
    format!("stopped. The same command goes on where it was, by {}", progress.display())
}

/// How many things go in one request: fewer after one that the service could not answer, and more again after one that it
/// could. A service that is short of processor time may need longer for a batch than a request may last.
#[derive(Clone)]
struct Share(Arc<AtomicUsize>);

impl Share {
    const MOST: usize = 500;
    const LEAST: usize = 20;

    fn new() -> Self {
        Self(Arc::new(AtomicUsize::new(Self::MOST)))
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// After a request of so many.
    fn failed(&self, size: usize) {
        self.0.store((size / 2).clamp(Self::LEAST, Self::MOST), Ordering::Relaxed);
    }

    fn went_well(&self) {
        let size = self.get();
        self.0.store((size + size / 8 + 1).min(Self::MOST), Ordering::Relaxed);
    }
}

/// Sends a batch; the lines that the service refuses are among the rejected ones then.
async fn post(client: Client, kind: Kind, share: Share, mut batch: Batch) -> Result<Sent, String> {
    let mut counts = Counts { read: batch.rows.end - batch.rows.start, ..Counts::default() };
    let mut left = std::mem::take(&mut batch.units);
    let hashes: Vec<u64> = left.iter().map(|unit| unit.hash).collect();
    let mut tries = 0;
    while !left.is_empty() {
        let size = share.get().min(left.len());
        let now = left.get(..size).unwrap_or_default();
        let body = body(kind, now).map_err(|error| error.to_string())?;
        let is_last = size <= Share::LEAST;
        let told = match client.post(&format!("/api/{}", kind.name()), body, is_last).await {
            Ok(told) => told,
            Err(error) if error.may_pass() && !is_last => {
                share.failed(size);
                tokio::time::sleep(backoff(0)).await;
                continue;
            }
            Err(error) if error.may_pass() => {
                return Err(format!("{error}, again and again; go on later with the same command"));
            }
            Err(error) => return Err(error.to_string()),
        };
        let results = told["results"].as_array().map(Vec::as_slice).unwrap_or_default();
        if results.len() != size {
            return Err(format!("the service answers {} results for {size} {}", results.len(), kind.name()));
        }
        share.went_well();
        let mut again = Vec::new();
        let later = left.split_off(size);
        for (unit, result) in left.into_iter().zip(results) {
            let status = result["status"].as_u64().unwrap_or_default();
            let lines = u64::try_from(unit.records.len()).unwrap_or_default();
            match (status, outcome(kind, status, result)) {
                (_, Some(Outcome::Created)) => counts.created += lines,
                (_, Some(Outcome::Updated)) => counts.updated += lines,
                (_, Some(Outcome::Unchanged)) => counts.unchanged += lines,
                (429 | 500.., None) if tries < TRIES => again.push(unit),
                (429 | 500.., None) => {
                    return Err("the service could not do a part of the lines, again and again; go on later with the \
                                same command"
                        .to_owned());
                }
                (_, None) => {
                    let reason = in_words(&result["problem"]);
                    let rejected = unit.records.into_iter();
                    batch.rejected.extend(rejected.map(|record| Rejected { record, reason: reason.clone() }));
                }
            }
        }
        if !again.is_empty() {
            tries += 1;
            tokio::time::sleep(backoff(tries)).await;
        }
        // In their order: of two lines of one phone the first wins.
        again.extend(later);
        left = again;
    }
    batch.rejected.sort_by_key(|rejected| rejected.record.row);
    counts.rejected = u64::try_from(batch.rejected.len()).unwrap_or_default();
    // For the one who waits for them.
    batch.units = hashes.into_iter().map(Unit::named).collect();
    Ok(Sent { batch, counts })
}

fn body(kind: Kind, units: &[Unit]) -> Result<Vec<u8>, serde_json::Error> {
    let list: Vec<_> = units.iter().map(|unit| &unit.body).collect();
    let mut body = serde_json::Map::from_iter([(kind.name().to_owned(), serde_json::to_value(list)?)]);
    if kind != Kind::Purchases {
        body.insert("import".to_owned(), Value::Bool(true));
    }
    serde_json::to_vec(&body)
}

enum Outcome {
    Created,
    Updated,
    Unchanged,
}

/// What became of a thing that was taken.
fn outcome(kind: Kind, status: u64, result: &Value) -> Option<Outcome> {
    let word = match kind {
        Kind::Customers => result["outcome"].as_str(),
        Kind::Purchases => result["purchase"]["outcome"].as_str(),
        Kind::Appointments => None,
    };
    match (status, word) {
        (201, Some("corrected")) => Some(Outcome::Updated),
        (201, _) => Some(Outcome::Created),
        (200, Some("updated")) => Some(Outcome::Updated),
        (200, _) => Some(Outcome::Unchanged),
        _ => None,
    }
}
