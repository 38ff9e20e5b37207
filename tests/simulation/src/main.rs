//! `cargo simulate`: one seed or many.

use clap::Parser;
use simulation::faults::Fault;
use simulation::{Options, Outcome, simulate};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::ops::Range;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Lines of the trace that are shown of a violation.
const SHOWN: usize = 60;

/// Weeks of the bundle in seconds, decided by a seed.
#[derive(Parser)]
#[command(name = "cargo simulate")]
struct Arguments {
    /// The seed of one run.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Many runs, as `1..10000` (the last one is not run); stops at the first that fails.
    #[arg(long, value_parser = range)]
    seeds: Option<Range<u64>>,
    /// Number of runs at once, each on its own thread.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// Weeks in which people and callers are at work.
    #[arg(long, default_value_t = Options::default().weeks)]
    weeks: u32,
    /// Number of businesses.
    #[arg(long, default_value_t = Options::default().businesses)]
    businesses: usize,
    /// Number of people at each.
    #[arg(long, default_value_t = Options::default().customers)]
    customers: usize,
    /// Kinds of fault that do not happen, with commas between; `all` for none at all.
    #[arg(long, value_delimiter = ',')]
    without: Vec<String>,
    /// Of a run that fails, turns off kinds of fault one by one while it still fails.
    #[arg(long)]
    minimise: bool,
    /// Writes every line of the trace to standard error as it happens.
    #[arg(long)]
    trace: bool,
    /// Tells a week of the demo's businesses as Markdown, message by message, and runs nothing else.
    #[arg(long, exclusive = true)]
    transcript: bool,
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let parsed = text.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    parsed.ok_or_else(|| "expected two numbers, as 1..10000".to_owned())
}

impl Arguments {
    fn options(&self, seed: u64) -> Result<Options, String> {
        use strum::IntoEnumIterator;
        let without = match self.without.as_slice() {
            [all] if all == "all" => Fault::iter().collect(),
            some => some
                .iter()
                .map(|name| name.parse().map_err(|_| format!("there is no fault {name}")))
                .collect::<Result<BTreeSet<Fault>, String>>()?,
        };
        let (weeks, businesses, customers) = (self.weeks, self.businesses, self.customers);
        Ok(Options {
            seed,
            weeks,
            businesses,
            customers,
            sessions: false,
            without,
            start: None,
            restored: None,
            aloud: self.trace,
        })
    }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<bool, String> {
    if arguments.transcript {
        let told = simulation::transcript::transcript().map_err(|error| error.to_string())?;
        std::io::stdout().write_all(told.text.as_bytes()).map_err(|error| error.to_string())?;
        return Ok(true);
    }
    match &arguments.seeds {
        Some(seeds) => many(arguments, seeds.clone()),
        None => one(arguments, arguments.options(arguments.seed)?),
    }
}

fn one(arguments: &Arguments, options: Options) -> Result<bool, String> {
    let begin = now();
    let outcome = simulate(&options).map_err(|error| error.to_string())?;
    say(&summary(&outcome, begin.elapsed()));
    say(&format!("digest {}", outcome.trace.digest()));
    if outcome.violations.is_empty() {
        return Ok(true);
    }
    explain(&options, &outcome);
    if arguments.minimise {
        minimise(options)?;
    }
    Ok(false)
}

fn summary(outcome: &Outcome, took: Duration) -> String {
    let history = &outcome.history;
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    for record in history.messages.values() {
        *ends.entry(record.status()).or_default() += 1;
    }
    let repeated: usize = history.messages.values().map(|record| record.moves("unknown", "pending")).sum();
    let unknown = history.messages.values().filter(|it| it.steps.iter().any(|(_, status)| status == "unknown")).count();
    let struck: u64 = outcome.faults.values().sum();
    let weeks = outcome.simulated.as_seconds_f64() / (7.0 * 86_400.0);
    format!(
        "{weeks:.1} weeks in {:.2} s: {} messages {ends:?}, {} accepted, {unknown} were unknown, {repeated} repeated by \
         policy; {} customers, {} loads; {struck} faults; rules fired {} times and had nothing {} times; {} lines",
        took.as_secs_f64(),
        history.messages.len(),
        history.sent.len(),
        history.customers.len(),
        history.ledgers.values().map(|ledger| ledger.entries.len()).sum::<usize>(),
        outcome.rules.0,
        outcome.rules.1,
        outcome.trace.len(),
    )
}

/// The invariant, the last events about its subject, and how to see it again.
fn explain(options: &Options, outcome: &Outcome) {
    for violation in outcome.violations.iter().take(3) {
        say(&format!("\nNOT SO: {violation}"));
        outcome.trace.about(&violation.subjects, SHOWN).iter().for_each(|line| say(&format!("  {line}")));
    }
    say(&format!("\n{} violations; again: {}", outcome.violations.len(), command(options)));
}

fn command(options: &Options) -> String {
    let Options { seed, weeks, businesses, customers, without, .. } = options;
    let without: Vec<String> = without.iter().map(ToString::to_string).collect();
    let without = if without.is_empty() { String::new() } else { format!(" --without {}", without.join(",")) };
    format!("cargo simulate --seed {seed} --weeks {weeks} --businesses {businesses} --customers {customers}{without}")
}

/// Turns off one kind of fault after the other; what is not needed stays off.
fn minimise(mut options: Options) -> Result<(), String> {
    use strum::IntoEnumIterator;
    for fault in Fault::iter() {
        let mut fewer = options.clone();
        if fewer.without.insert(fault) && !simulate(&fewer).map_err(|error| error.to_string())?.violations.is_empty() {
            options = fewer;
        }
    }
    let needed: Vec<String> =
        Fault::iter().filter(|fault| !options.without.contains(fault)).map(|fault| fault.to_string()).collect();
    say(&format!("needed: {}\nfewest: {}", needed.join(", "), command(&options)));
    Ok(())
}

/// Sums over many runs.
#[derive(Default)]
struct Sum {
    runs: AtomicU64,
    messages: AtomicU64,
    faults: AtomicU64,
    unknown: AtomicU64,
    repeated: AtomicU64,
    minutes: AtomicU64,
}

fn many(arguments: &Arguments, seeds: Range<u64>) -> Result<bool, String> {
    let (begin, next, sum) = (now(), AtomicU64::new(seeds.start), Sum::default());
    let worker = || -> Result<Option<Options>, String> {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return Ok(None);
            }
            let options = arguments.options(seed)?;
            let outcome = simulate(&options).map_err(|error| format!("seed {seed}: {error}"))?;
            sum.add(&outcome);
            if !outcome.violations.is_empty() {
                next.store(seeds.end, Ordering::Relaxed);
                say(&format!("seed {seed}: {}", summary(&outcome, begin.elapsed())));
                explain(&options, &outcome);
                return Ok(Some(options));
            }
            let runs = sum.runs.load(Ordering::Relaxed);
            if runs.is_multiple_of(100) {
                say(&sum.said(begin.elapsed()));
            }
        }
    };
    let ended: Vec<Result<Option<Options>, String>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..arguments.jobs.max(1)).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err("a run panicked".to_owned()))).collect()
    });
    say(&sum.said(begin.elapsed()));
    let mut failed = false;
    for ended in ended {
        if let Some(options) = ended? {
            failed = true;
            if arguments.minimise {
                minimise(options)?;
            }
        }
    }
    Ok(!failed)
}

impl Sum {
    fn add(&self, outcome: &Outcome) {
        let records = outcome.history.messages.values();
        let count = |number: usize| u64::try_from(number).unwrap_or_default();
        let repeated = records.clone().map(|record| record.moves("unknown", "pending")).sum();
        let unknown = records.filter(|record| record.steps.iter().any(|(_, status)| status == "unknown")).count();
        self.runs.fetch_add(1, Ordering::Relaxed);
        self.messages.fetch_add(count(outcome.history.messages.len()), Ordering::Relaxed);
        self.faults.fetch_add(outcome.faults.values().sum(), Ordering::Relaxed);
        self.unknown.fetch_add(count(unknown), Ordering::Relaxed);
        self.repeated.fetch_add(count(repeated), Ordering::Relaxed);
        self.minutes.fetch_add(u64::try_from(outcome.simulated.num_minutes()).unwrap_or_default(), Ordering::Relaxed);
    }

    fn said(&self, took: Duration) -> String {
        let get = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let weeks = get(&self.minutes) as f64 / (7.0 * 24.0 * 60.0);
        let seconds = took.as_secs_f64();
        format!(
            "{} runs, {weeks:.0} weeks in {seconds:.0} s ({:.1} a second); {} messages, {} were unknown, {} repeated by \
             policy; {} faults",
            get(&self.runs),
            weeks / seconds,
            get(&self.messages),
            get(&self.unknown),
            get(&self.repeated),
            get(&self.faults),
        )
    }
}

fn say(line: &str) {
    // A reader that has gone is no reason to fail.
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn now() -> Instant {
    Instant::now()
}
