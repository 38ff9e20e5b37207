//! The one clock of the engine: tokio's time, so that a paused runtime decides what time it is.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::{sync::Notify, time::Instant};

/// Time of the engine: a start in UTC, tokio's time passed since, and what was skipped by [`Clock::advance`].
#[derive(Clone, Debug)]
pub struct Clock {
    start: DateTime<Utc>,
    origin: Instant,
    skipped: Arc<AtomicI64>,
    jumped: Arc<Notify>,
}

impl Clock {
    /// A clock that shows `start` now.
    pub fn starting_at(start: DateTime<Utc>) -> Self {
        Self { start, origin: Instant::now(), skipped: Arc::default(), jumped: Arc::default() }
    }

    /// The time in UTC: the start, the time that has passed since, and all that was skipped.
    pub fn now(&self) -> DateTime<Utc> {
        let passed = TimeDelta::from_std(self.origin.elapsed()).unwrap_or(TimeDelta::MAX);
        self.start
            .checked_add_signed(passed)
            .and_then(|now| now.checked_add_signed(self.skipped()))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The time that [`Clock::advance`] has skipped in all; functions get it as `CLOCK_OFFSET_SECONDS`.
    pub fn skipped(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.skipped.load(Ordering::SeqCst))
    }

    /// Moves the clock forward at once (whole milliseconds) and wakes whoever waits for a time now reached.
    pub fn advance(&self, by: Duration) {
        self.skipped.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        self.jumped.notify_waiters();
    }

    /// Waits until the clock shows `at` or later.
    pub async fn sleep_until(&self, at: DateTime<Utc>) {
        loop {
            let jumped = self.jumped.notified();
            let Ok(left) = (at - self.now()).to_std() else { return };
            if left.is_zero() {
                return;
            }
            tokio::select! {
                biased;
                () = jumped => {}
                // A far time is approached in steps: tokio's timers end after two years.
                () = tokio::time::sleep(left.min(Duration::from_secs(86_400))) => {}
            }
        }
    }

    /// Waits as long.
    pub async fn sleep(&self, time: Duration) {
        let time = TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX);
        self.sleep_until(self.now().checked_add_signed(time).unwrap_or(DateTime::<Utc>::MAX_UTC)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_sleeper_wakes_when_its_time_is_reached_by_waiting_or_by_a_jump() {
        let clock = Clock::starting_at(DateTime::UNIX_EPOCH);
        clock.sleep(Duration::from_secs(90)).await;
        assert_eq!(clock.now().timestamp(), 90);

        let jump = async {
            clock.advance(Duration::from_secs(3_000));
            clock.advance(Duration::from_secs(600));
        };
        tokio::join!(clock.sleep(Duration::from_secs(3_600)), jump);
        assert_eq!(clock.now().timestamp(), 3_690);
        assert_eq!(clock.skipped().num_seconds(), 3_600);
    }
}
