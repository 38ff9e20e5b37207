//! Ids, tokens, jitter and secrets. Nobody else asks for a random number.

use base64::Engine;
use chrono::{DateTime, Utc};
use domain::Attempt;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// A source of randomness. A clone draws from the same source.
#[derive(Clone)]
pub struct Chance(Source);

#[derive(Clone)]
enum Source {
    /// The operating system's, fit for secrets.
    Os,
    /// Decided by a seed: for tests and the simulation.
    Seeded(Arc<Mutex<fastrand::Rng>>),
}

impl Chance {
    /// The operating system's secure source.
    #[must_use]
    pub fn os() -> Self {
        Self(Source::Os)
    }

    /// The same numbers for the same seed. Never for secrets outside of tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed)))))
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            // Nothing may go on with numbers that an outsider could guess.
            Source::Os => getrandom::fill(&mut bytes).unwrap_or_else(|_| std::process::abort()),
            Source::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut bytes),
        }
        bytes
    }

    /// A UUID v7 of the time `at`.
    #[must_use]
    pub fn uuid(&self, at: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// The token of one attempt at a conditional write: 16 hex digits.
    #[must_use]
    pub fn attempt(&self) -> Attempt {
        Attempt(hex::encode(self.bytes::<8>()))
    }

    /// A secret to hand out once: 256 random bits as 43 characters that need no escaping in a URL.
    #[must_use]
    pub fn secret(&self) -> String {
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// A whole number below `bound`; 0 if `bound` is 0.
    #[must_use]
    pub fn below(&self, bound: u64) -> u64 {
        let wide = u128::from(u64::from_le_bytes(self.bytes())) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or_default()
    }

    /// A time between zero and `most`, evenly spread.
    #[must_use]
    pub fn jitter(&self, most: Duration) -> Duration {
        let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(self.below(nanos.saturating_add(1)))
    }

    /// The wait before try `nth` (from 0): up to `base` doubled each time, never above `most`, full jitter.
    #[must_use]
    pub fn backoff(&self, nth: u32, base: Duration, most: Duration) -> Duration {
        self.jitter(base.saturating_mul(2_u32.saturating_pow(nth)).min(most))
    }

    /// A seed for a generator of somebody else's, so that it is decided by ours.
    #[must_use]
    pub fn seed(&self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Os => "Chance::os",
            Source::Seeded(_) => "Chance::seeded",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_everything() {
        let draw = |chance: Chance| {
            let at = DateTime::from_timestamp_millis(1_772_355_600_123).unwrap();
            (chance.uuid(at), chance.attempt(), chance.secret(), chance.jitter(Duration::from_secs(9)), chance.seed())
        };
        assert_eq!(draw(Chance::seeded(1)), draw(Chance::seeded(1)));
        assert_ne!(draw(Chance::seeded(1)), draw(Chance::seeded(2)));
        assert_ne!(draw(Chance::os()), draw(Chance::os()));
    }

    #[test]
    fn ids_are_v7_and_carry_their_time() {
        let at = DateTime::from_timestamp_millis(1_772_355_600_123).unwrap();
        let id = Chance::os().uuid(at);
        assert_eq!(id.get_version_num(), 7);
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds, nanos), (1_772_355_600, 123_000_000));
    }

    #[test]
    fn jitter_and_backoff_stay_within_their_bounds() {
        let chance = Chance::seeded(3);
        let (base, most) = (Duration::from_millis(100), Duration::from_secs(2));
        for nth in 0..40 {
            assert!(chance.below(3) < 3);
            assert!(chance.backoff(nth, base, most) <= base.saturating_mul(1 << nth.min(20)).min(most));
        }
        assert_eq!(chance.jitter(Duration::ZERO), Duration::ZERO);
        assert_eq!(chance.below(0), 0);
    }
}
