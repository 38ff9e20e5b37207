//! The present time. Nobody else asks the machine.

use aws_smithy_async::time::TimeSource;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// The time, UTC. A clone is the same clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    source: Source,
    origin: Instant,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    /// The machine's, with an offset that only the laptop sets.
    Machine { offset: TimeDelta },
    /// Tokio's, which a test can pause and move.
    Tokio { start: DateTime<Utc> },
}

impl Clock {
    /// The machine's clock, moved by `offset`.
    #[must_use]
    pub fn machine(offset: TimeDelta) -> Self {
        Self { source: Source::Machine { offset }, origin: tokio_now() }
    }

    /// A clock that shows `start` now and then goes with tokio's time, paused or not.
    #[must_use]
    pub fn tokio(start: DateTime<Utc>) -> Self {
        Self { source: Source::Tokio { start }, origin: tokio_now() }
    }

    /// Now, UTC.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match self.source {
            Source::Machine { offset } => machine_now() + offset,
            Source::Tokio { start } => start + self.monotonic(),
        }
    }

    /// Since this clock was made; never goes back. For durations in metrics.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        tokio_now().saturating_duration_since(self.origin)
    }

    /// Waits, in tokio's time.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        Clock::now(self).into()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
fn machine_now() -> DateTime<Utc> {
    Utc::now()
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks tokio for the time")]
fn tokio_now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn goes_with_paused_time_and_tells_the_sdk_the_same() {
        let start = "2026-03-01T09:00:00Z".parse().unwrap();
        let clock = Clock::tokio(start);
        clock.sleep(Duration::from_secs(90)).await;
        assert_eq!(clock.now(), start + TimeDelta::seconds(90));
        assert_eq!(clock.monotonic(), Duration::from_secs(90));
        assert_eq!(TimeSource::now(&clock), SystemTime::from(clock.now()));
    }

    #[tokio::test]
    async fn an_offset_moves_the_machine_clock() {
        let day = TimeDelta::days(1);
        let earlier = Clock::machine(TimeDelta::zero()).now();
        assert!(Clock::machine(day).now() >= earlier + day);
    }
}
