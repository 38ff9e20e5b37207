use crate::{Options, simulate};
use std::path::Path;
use std::process::Command;

/// Runs that every change goes through; about two minutes on two cores.
const SEEDS: std::ops::Range<u64> = 1..65;

#[test]
fn the_same_seed_makes_the_same_trace() {
    let digest = |seed| {
        let outcome = simulate(&Options { seed, ..Options::default() }).unwrap();
        assert!(outcome.trace.len() > 1_000, "a run in which little happens shows little");
        outcome.trace.digest()
    };
    assert_eq!(digest(7), digest(7));
    assert_ne!(digest(7), digest(8));
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
    assert!(patches.len() >= 7);
    for patch in patches {
        let mut git = Command::new("git");
        let checked = git.args(["apply", "--check"]).arg(&patch).current_dir(local::workspace()).output().unwrap();
        assert!(checked.status.success(), "{}: {}", patch.display(), String::from_utf8_lossy(&checked.stderr));
    }
}
