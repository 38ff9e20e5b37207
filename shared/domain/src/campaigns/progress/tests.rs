use super::*;
use proptest::prelude::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

/// A campaign of three chunks that runs.
fn running() -> Progress {
    let counted = Counted { recipients: 25, ..Counted::default() };
    let started = Progress::new(None).start(at(0)).unwrap().take_freeze(at(60), at(0));
    started.froze(3, counted, None, at(5)).run(at(6))
}

#[test]
fn a_campaign_goes_from_its_time_to_its_end() {
    let new = Progress::new(Some(at(100)));
    assert_eq!(new.step(at(100), at(99)), Step::Nothing);
    assert_eq!(new.begins_at, Some(at(100)));
    assert_eq!(new.step(at(100), at(100)), Step::Start);
    let started = new.start(at(100)).unwrap();
    assert_eq!(started.step(at(100), at(100)), Step::Freeze);
    let taken = started.take_freeze(at(160), at(100));
    assert_eq!(taken.step(at(100), at(159)), Step::Nothing, "another worker freezes");
    assert_eq!(taken.step(at(100), at(160)), Step::Freeze, "its worker died");
    let half = taken.froze(2, Counted { recipients: 20, ..Counted::default() }, Some("c".to_owned()), at(110));
    assert_eq!(
        (half.step(at(110), at(111)), half.leave_freeze().step(at(110), at(111))),
        (Step::Nothing, Step::Freeze)
    );
    assert_eq!(half.freeze.as_ref().and_then(|it| it.cursor.as_deref()), Some("c"));
    let frozen = half.froze(1, Counted { recipients: 5, ..Counted::default() }, None, at(120));
    assert_eq!((frozen.chunks, frozen.recipients, frozen.frozen_at), (3, 25, Some(at(120))));
    assert_eq!(frozen.step(at(120), at(120)), Step::Run);
    let mut runs = frozen.run(at(120));
    assert_eq!((frozen.begins_at, runs.begins_at), (Some(at(100)), None));
    for chunk in 0..3 {
        assert_eq!(runs.chunk_done(chunk + 1, runs.epoch, at(130)), None, "not its turn");
        runs = runs.chunk_done(chunk, runs.epoch, at(130)).unwrap();
    }
    assert_eq!((runs.step(at(130), at(130)), runs.due_at), (Step::Settle, Some(at(130))));
    let part = runs.settled(2, at(135));
    assert_eq!((part.step(at(135), at(136)), part.settling), (Step::Settle, 2));
    assert_eq!(part.look_again(at(735)).settling, 0, "the next round counts from the first");
    let ended = runs.finish(BTreeMap::from([(Status::Sent, 25)]), at(140));
    let day_later = at(140) + Progress::RECOUNTED_AFTER;
    assert_eq!((ended.step(at(140), at(150)), ended.due_at), (Step::Nothing, Some(day_later)), "a late task");
    assert_eq!(ended.step(day_later, day_later), Step::Recount);
    let counted = ended.recount(2, None);
    assert_eq!((counted.recounted, &counted.counts, counted.due_at), (2, &ended.counts, ended.due_at));
    let counted = counted.recount(3, Some(BTreeMap::from([(Status::Read, 25)])));
    assert_eq!((counted.step(day_later, day_later), counted.due_at), (Step::Nothing, None));
}

#[test]
fn a_runner_that_gets_no_further_is_started_anew_and_one_that_does_is_left_alone() {
    let begun = running();
    assert_eq!(begun.step(at(126), at(126)), Step::Run);
    let further = begun.chunk_done(0, begun.epoch, at(60)).unwrap();
    assert_eq!(further.step(at(126), at(126)), Step::LookAgain);
    let looked = further.look_again(at(246));
    assert_eq!(looked.step(at(246), at(246)), Step::Run);
    let anew = looked.run(at(246));
    assert!(!anew.runs(looked.epoch) && anew.chunk_done(1, looked.epoch, at(247)).is_none());
}

#[test]
fn a_campaign_that_is_found_late_is_not_started_by_itself() {
    let new = Progress::new(Some(at(0)));
    assert_eq!(new.step(at(0), at(3_600)), Step::Start);
    assert_eq!(new.step(at(0), at(3_601)), Step::TooLate);
    assert_eq!(running().step(at(0), at(3_601)), Step::TooLate);
    let sent = Progress { done: 3, chunks: 3, ..running() };
    assert_eq!(sent.step(at(0), at(36_000)), Step::Settle, "nothing is left to send");
    let night = running().wait(1, at(36_000), Reason::QuietHours).unwrap();
    assert_eq!(night.step(at(36_000), at(36_060)), Step::Run, "it waited for the morning");
}

#[test]
fn only_what_waits_or_runs_can_be_paused_and_only_what_is_paused_resumed() {
    let (draft, running) = (Progress::new(None), running());
    assert!(draft.pause(String::new()).is_none() && draft.resume(None, at(1)).is_none());
    let paused = running.pause("asked: …".to_owned()).unwrap();
    assert!(paused.start(at(1)).is_none() && paused.pause(String::new()).is_none());
    assert!(!paused.runs(running.epoch) && paused.due_at.is_none());
    let resumed = paused.resume(None, at(10)).unwrap();
    assert_eq!(resumed.step(at(10), at(10)), Step::Run);
    assert!(!resumed.run(at(10)).runs(running.epoch));
    let cancelled = paused.cancel("asked: …".to_owned(), at(20)).unwrap();
    assert!(cancelled.resume(None, at(30)).is_none() && cancelled.cancel(String::new(), at(30)).is_none());
}

#[test]
fn one_that_was_paused_before_its_time_waits_for_it_again() {
    let waits = Progress::new(Some(at(100)));
    let paused = waits.pause("asked: …".to_owned()).unwrap();
    let again = paused.resume(Some(at(100)), at(99)).unwrap();
    assert_eq!(again, Progress { epoch: 1, ..waits });
    let late = paused.resume(Some(at(100)), at(100)).unwrap();
    assert_eq!((late.status, late.started_at), (CampaignStatus::Running, Some(at(100))));
    // One that was started before its time has begun.
    let started = again.start(at(50)).unwrap().pause(String::new()).unwrap();
    assert!(started.resume(Some(at(100)), at(60)).unwrap().is_running());
}

#[test]
fn one_that_froze_nothing_is_started_anew_by_its_resuming() {
    let started = Progress::new(None).start(at(0)).unwrap();
    let resumed = |progress: &Progress| {
        progress.pause("no_sender: …".to_owned()).unwrap().resume(None, at(90_000)).unwrap().started_at
    };
    assert_eq!(resumed(&started), Some(at(90_000)));
    let taken = started.take_freeze(at(60), at(0));
    assert_eq!((resumed(&taken), resumed(&running())), (Some(at(0)), Some(at(0))));
}

proptest! {
    /// Whatever happens in whatever order, no epoch runs again once it has ended, and no chunk is done twice.
    #[test]
    fn an_epoch_never_comes_back(moves in prop::collection::vec((0..6u8, 0..4u32), 1..60)) {
        let (mut now, mut ended, mut done) = (running(), Vec::new(), 0);
        for (what, chunk) in moves {
            let (before, epoch) = (now.clone(), now.epoch);
            let next = match what {
                0 => now.pause(String::new()),
                1 => now.resume(None, at(1)),
                2 => Some(now.run(at(1))).filter(|_| now.status == CampaignStatus::Running),
                3 => now.cancel(String::new(), at(1)),
                4 => now.wait(epoch, at(2), Reason::QuietHours),
                _ => now.chunk_done(chunk, epoch, at(1)),
            };
            now = next.unwrap_or(now);
            if before.runs(epoch) && !now.runs(epoch) {
                ended.push(epoch);
            }
            prop_assert!(ended.iter().all(|epoch| !now.runs(*epoch) || now.epoch == before.epoch && before.runs(*epoch)));
            prop_assert!(now.done == done || now.done == done + 1);
            done = now.done;
        }
    }
}

#[test]
fn the_end_is_expected_at_the_pace() {
    let runs = Progress { per_minute: 20, ..running() };
    let left = runs.expected_end(5, at(0)).unwrap() - at(0);
    assert!((60..=63).contains(&left.num_seconds()), "{left}");
    let night = runs.wait(1, at(3_600), Reason::QuietHours).unwrap();
    assert!(night.expected_end(5, at(0)).unwrap() > at(3_600));
    assert_eq!(Progress::new(None).expected_end(0, at(0)), None);
}

#[test]
fn the_end_is_a_day_later_where_messages_wait_for_the_best_hours() {
    let runs = Progress { per_minute: 20, at_best_hours: true, ..running() };
    let day = 24 * 3_600;
    let left = runs.expected_end(5, at(0)).unwrap() - at(0);
    assert!((day + 60..=day + 63).contains(&left.num_seconds()), "{left}");
    // All have been reached after a night, and some still wait.
    let reached = (0..3).fold(runs, |runs, chunk| runs.chunk_done(chunk, runs.epoch, at(40_000)).unwrap());
    assert_eq!(reached.expected_end(25, at(43_600)), Some(at(40_000 + day)));
    assert_eq!(reached.expected_end(25, at(40_000 + day + 60)), Some(at(40_000 + day + 60)));
}
