use crate::faults::Fault;
use crate::{Options, simulate};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use strum::IntoEnumIterator;

/// Runs that every change goes through; about two minutes on two cores.
const SEEDS: std::ops::Range<u64> = 1..65;

#[test]
fn the_same_seed_makes_the_same_trace() {
    let digest = |seed, weeks| {
        let outcome = simulate(&Options { seed, weeks, ..Options::default() }).unwrap();
        assert!(outcome.trace.len() > 1_000, "a run in which little happens shows little");
        outcome.trace.digest()
    };
    let all = [(7, 1), (8, 1), (9, 2)];
    let first = all.map(|(seed, weeks)| digest(seed, weeks));
    // Hash maps and allocators of another thread begin elsewhere.
    let second = std::thread::scope(|scope| {
        let again = all.map(|(seed, weeks)| scope.spawn(move || digest(seed, weeks)));
        again.map(|thread| thread.join().unwrap())
    });
    assert_eq!(first, second);
    assert_eq!(BTreeSet::from(first).len(), all.len());
}

/// What a rule keeps from being sent.
const RULES: [&str; 7] =
    ["consent_refused", "opted_out", "weekly_cap", "day_over", "birthday_changed", "new_contact", "window_closed"];

/// Where nothing goes wrong, all that was wanted is sent.
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
            let is_fine = arrived || (by_rule && record.kind != "transactional");
            assert!(is_fine, "{seed}: {} is {}: {error}", key.1, record.status());
        }
    }
    assert!(sent > 100, "{sent}");
}

/// `cargo simulate --seeds 1..10000` for more; `docs/reliability.md` says what came of it.
#[test]
fn nothing_is_lost_or_doubled() {
    let next = std::sync::atomic::AtomicU64::new(SEEDS.start);
    let work = || {
        loop {
            let seed = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if !SEEDS.contains(&seed) {
                return;
            }
            let outcome = simulate(&Options { seed, ..Options::default() }).unwrap();
            let violations: Vec<String> = outcome.violations.iter().map(ToString::to_string).collect();
            assert!(violations.is_empty(), "cargo simulate --seed {seed}\n{}", violations.join("\n"));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
}

/// The breaks that the simulation is known to find must be breaks of the code as it is.
#[test]
fn every_break_still_applies() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("breaks");
    let patches: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    let patches: Vec<_> = patches.into_iter().filter(|path| path.extension().is_some_and(|it| it == "patch")).collect();
    assert!(patches.len() >= 15);
    for patch in patches {
        let mut git = Command::new("git");
        let checked = git.args(["apply", "--check"]).arg(&patch).current_dir(local::workspace()).output().unwrap();
        assert!(checked.status.success(), "{}: {}", patch.display(), String::from_utf8_lossy(&checked.stderr));
    }
}
