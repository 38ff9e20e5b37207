use crate::faults::Fault;
use crate::{Options, simulate};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use strum::IntoEnumIterator;

/// The time that the runs of every change may take, in seconds; `SIMULATION_SECONDS` says otherwise.
const SECONDS: u64 = 60;
/// However slow the machine is, these seeds run. Others run as long as they fit.
const FEWEST: u64 = 4;

#[test]
fn the_same_seed_makes_the_same_trace() {
    let digest = |seed| {
        let outcome = simulate(&Options { seed, ..Options::default() }).unwrap();
        assert!(outcome.trace.len() > 1_000, "a run in which little happens shows little");
        outcome.trace.digest()
    };
    let all = [7, 8];
    let first = all.map(digest);
    // Hash maps and allocators of another thread begin elsewhere.
    let second = std::thread::scope(|scope| {
        let again = all.map(|seed| scope.spawn(move || digest(seed)));
        again.map(|thread| thread.join().unwrap())
    });
    assert_eq!(first, second);
    assert_eq!(BTreeSet::from(first).len(), all.len());
}

/// The reasons by which a rule keeps a message from being sent.
const RULES: [&str; 8] = [
    "consent_refused",
    "opted_out",
    "opt_in_required",
    "weekly_cap",
    "day_over",
    "birthday_changed",
    "new_contact",
    "window_closed",
];

/// In a run without faults all wanted messages are sent.
#[test]
fn on_a_calm_day_everything_arrives() {
    let mut sent = 0;
    for seed in 1..5 {
        let without = Fault::iter().collect();
        let outcome = simulate(&Options { seed, without, ..Options::default() }).unwrap();
        assert!(outcome.violations.is_empty(), "{seed}: {:?}", outcome.violations);
        for (key, record) in outcome.history.messages.iter().filter(|(_, record)| record.gone.is_none()) {
            let error = record.error.as_deref().unwrap_or_default();
            let by_rule = record.status() == "skipped" && RULES.iter().any(|rule| error.starts_with(rule));
            let arrived = matches!(record.status(), "sent" | "delivered" | "read");
            sent += usize::from(arrived);
            // The reminder of a time that was moved or cancelled is wanted by nobody.
            let is_void = record.status() == "skipped" && error.starts_with("appointment_changed");
            let is_fine = arrived || is_void || (by_rule && record.kind != "transactional");
            assert!(is_fine, "{seed}: {} is {}: {error}", key.1, record.status());
        }
    }
    assert!(sent > 100, "{sent}");
}

/// As many seeds as fit in the time, from 1. `cargo simulate --seeds 1..10001` for more; `docs/reliability-log.md`
/// holds the findings.
#[test]
fn nothing_is_lost_or_doubled() {
    let seconds = std::env::var("SIMULATION_SECONDS").map_or(SECONDS, |seconds| seconds.parse().unwrap());
    let (begin, next) = (Instant::now(), AtomicU64::new(1));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > FEWEST && begin.elapsed().as_secs() >= seconds {
                return seed;
            }
            let outcome = simulate(&Options { seed, ..Options::default() }).unwrap();
            let violations: Vec<String> = outcome.violations.iter().map(ToString::to_string).collect();
            assert!(violations.is_empty(), "cargo simulate --seed {seed}\n{}", violations.join("\n"));
        }
    };
    let past = std::thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.map(|worker| worker.join().unwrap()).into_iter().min().unwrap()
    });
    // Written past the harness, which shows only what fails.
    let said = format!("simulation: {} weeks, seeds 1..{past}, in {} s\n", past - 1, begin.elapsed().as_secs());
    std::io::stderr().write_all(said.as_bytes()).unwrap();
}

/// A week of sessions at each gateway, before a backend that fails. `cargo simulate --businesses 0` runs others.
#[test]
fn no_news_of_a_session_is_lost_or_overtaken() {
    std::thread::scope(|scope| {
        for seed in 1..3 {
            scope.spawn(move || {
                let outcome = simulate(&Options { seed, businesses: 0, ..Options::default() }).unwrap();
                let violations: Vec<String> = outcome.violations.iter().map(ToString::to_string).collect();
                assert!(
                    violations.is_empty(),
                    "cargo simulate --businesses 0 --seed {seed}\n{}",
                    violations.join("\n")
                );
            });
        }
    });
}

/// The breaks that the simulation is known to find must be breaks of the code as it is.
#[test]
fn every_break_still_applies() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("breaks");
    let patches: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    let patches: Vec<_> = patches.into_iter().filter(|path| path.extension().is_some_and(|it| it == "patch")).collect();
    assert!(patches.len() >= 33);
    for patch in patches {
        let mut git = Command::new("git");
        let checked = git.args(["apply", "--check"]).arg(&patch).current_dir(local::workspace()).output().unwrap();
        assert!(checked.status.success(), "{}: {}", patch.display(), String::from_utf8_lossy(&checked.stderr));
    }
}
