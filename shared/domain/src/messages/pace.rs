//! The pace of a sender, for any number of workers: each reserves the times of its sends in one row.
//!
//! GCRA without a burst (ITU-T I.371). The row holds only `next_free`, the time from which the next send is free, in
//! microseconds since the epoch; 0 if it was never used. A reservation is one conditional update of it.

use crate::Kind;
use std::time::Duration;

/// The time ahead within which marketing may reserve. Short, so that a transactional message never waits long behind a
/// campaign.
pub const MARKETING_HORIZON: Duration = Duration::from_secs(2);

/// The time ahead within which transactional messages and owner reports may reserve. A worker waits for its slot at
/// most so long, well within its lease.
pub const PROMPT_HORIZON: Duration = Duration::from_secs(10);

/// The time ahead within which messages of a kind may reserve.
#[must_use]
pub fn horizon(kind: Kind) -> Duration {
    match kind {
        Kind::Marketing => MARKETING_HORIZON,
        Kind::Transactional | Kind::Owner => PROMPT_HORIZON,
    }
}

/// The pace of one sender: the time between two slots, and how late a slot may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    interval_us: i64,
    live_us: i64,
}

/// The outcome of asking for slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// Send at these times, once the row has taken `next_free` in place of the value that was read.
    Reserved {
        /// In microseconds since the epoch, ascending, none before now.
        slots: Vec<i64>,
        /// The value that the row must hold.
        next_free: i64,
    },
    /// Nothing is reserved.
    Refused {
        /// After this long a slot would be within the horizon, if nobody else takes it.
        wait: Duration,
    },
}

const MINUTE_US: i64 = 60_000_000;
/// The most time by which a message may be late in its slot, however slow the pace. So much later the same person may
/// be written to again.
const LATEST_US: i64 = 250_000;

impl Pace {
    /// The pace that keeps a limit of so many messages in any minute: at 0.97 of it. From 2,040 on, no
    /// second has more than a 60th of it either: 4,800 keeps 80 in any second. A limit of 0 is taken as 1.
    #[must_use]
    pub fn per_minute(limit: u32) -> Self {
        let limit = i64::from(limit.max(1));
        // Rounded up.
        let interval_us = (MINUTE_US * 100 + limit * 97 - 1) / (limit * 97);
        // A send late in its slot still counts in a minute that began after the slot: the 3 % are what it may be late.
        let live_us = interval_us.min(limit * interval_us - MINUTE_US).min(LATEST_US);
        Self { interval_us, live_us }
    }

    /// The time between two slots.
    #[must_use]
    pub fn interval(self) -> Duration {
        micros(self.interval_us)
    }

    /// Takes as many slots, at most `want`, as begin within the horizon from now.
    #[must_use]
    pub fn reserve(self, next_free: i64, now_us: i64, want: usize, horizon: Duration) -> Reservation {
        let last = now_us.saturating_add(i64::try_from(horizon.as_micros()).unwrap_or(i64::MAX));
        let first = next_free.max(now_us);
        if first > last {
            return Reservation::Refused { wait: micros(first - last) };
        }
        let within = usize::try_from((last - first) / self.interval_us).unwrap_or(usize::MAX).saturating_add(1);
        let slots: Vec<i64> = std::iter::successors(Some(first), |slot| slot.checked_add(self.interval_us))
            .take(want.min(within))
            .collect();
        let next_free = slots.last().map_or(next_free, |slot| slot.saturating_add(self.interval_us));
        Reservation::Reserved { slots, next_free }
    }

    /// Whether a slot may be used now. One that was not used in its interval (at slow paces in its first quarter of a
    /// second) is forfeited.
    #[must_use]
    pub fn slot_is_live(self, slot: i64, now_us: i64) -> bool {
        (slot..self.slot_ends(slot)).contains(&now_us)
    }

    /// From when on a slot is forfeited, in microseconds since the epoch.
    #[must_use]
    pub fn slot_ends(self, slot: i64) -> i64 {
        slot.saturating_add(self.live_us)
    }
}

fn micros(us: i64) -> Duration {
    Duration::from_micros(u64::try_from(us).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Workers that come at any time, reserve, and use what they got as late as they may.
    fn sends(pace: Pace, start: i64, asks: &[(i64, usize, bool, u8)]) -> Vec<i64> {
        let (mut next_free, mut now, mut sent) = (0, start, Vec::new());
        for (pause, want, marketing, late) in asks {
            now += pause;
            let horizon = if *marketing { MARKETING_HORIZON } else { PROMPT_HORIZON };
            match pace.reserve(next_free, now, *want, horizon) {
                Reservation::Reserved { slots, next_free: after } => {
                    assert!(slots.len() <= *want && after >= next_free);
                    for slot in slots {
                        assert!(slot >= now && slot >= next_free && slot + pace.interval_us <= after);
                        assert!(slot <= now + i64::try_from(horizon.as_micros()).unwrap());
                        let at = slot + (pace.live_us - 1) * i64::from(*late) / 255;
                        assert!(pace.slot_is_live(slot, at));
                        sent.push(at);
                    }
                    next_free = after;
                }
                Reservation::Refused { wait } => {
                    let later = now + i64::try_from(wait.as_micros()).unwrap();
                    assert!(matches!(pace.reserve(next_free, later, 1, horizon),
                        Reservation::Reserved { slots, .. } if slots.len() == 1));
                    assert!(!matches!(pace.reserve(next_free, later - 1, 1, horizon), Reservation::Reserved { .. }));
                }
            }
        }
        sent.sort_unstable();
        sent
    }

    fn most_in(window: i64, sent: &[i64]) -> usize {
        let ends = sent.iter().map(|start| sent.partition_point(|at| *at < start + window));
        ends.enumerate().map(|(start, end)| end - start).max().unwrap_or(0)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// No minute and, at fast paces, no second ever has more than the limit, though every send is as late in its slot as it may be.
        #[test]
        fn never_more_than_the_limit(
            limit in prop_oneof![Just(20u32), Just(4_800), 1..6_000u32, (34..100u32).prop_map(|second| second * 60)],
            asks in prop::collection::vec((0..8_000_000i64, 0..600usize, any::<bool>(), any::<u8>()), 1..60),
        ) {
            let sent = sends(Pace::per_minute(limit), 1_700_000_000_000_000, &asks);
            prop_assert!(most_in(MINUTE_US, &sent) <= limit as usize);
            if limit >= 2_040 && limit.is_multiple_of(60) {
                prop_assert!(most_in(1_000_000, &sent) <= (limit / 60) as usize);
            }
        }

        /// With enough to send, almost all of the limit is used.
        #[test]
        fn not_much_less_than_the_limit(limit in prop_oneof![Just(20u32), Just(4_800), 10..6_000u32], marketing: bool) {
            let minutes = 10;
            let asks = vec![(500_000, 600, marketing, 0); minutes * 120];
            let sent = sends(Pace::per_minute(limit), 0, &asks);
            let whole = f64::from(limit) * (minutes as f64);
            prop_assert!(sent.len() as f64 >= 0.95 * whole, "{} of {whole}", sent.len());
        }
    }

    #[test]
    fn a_slot_not_used_in_time_is_forfeited() {
        let pace = Pace::per_minute(4_800);
        assert_eq!(pace.interval(), Duration::from_micros(12_887));
        assert!(!pace.slot_is_live(1_000, 999) && pace.slot_is_live(1_000, 1_000));
        assert!(pace.slot_is_live(1_000, 13_886) && !pace.slot_is_live(1_000, 13_887));
        let slow = Pace::per_minute(20);
        assert!(slow.slot_is_live(0, 249_999) && !slow.slot_is_live(0, 250_000));
    }

    #[test]
    fn a_sender_never_used_is_free_and_nothing_asked_takes_nothing() {
        let pace = Pace::per_minute(20);
        let Reservation::Reserved { slots, next_free } = pace.reserve(0, 5_000_000, 9, MARKETING_HORIZON) else {
            panic!("refused")
        };
        assert_eq!((slots, next_free), (vec![5_000_000], 8_092_784));
        let Reservation::Reserved { slots, next_free } = pace.reserve(7, 5_000_000, 0, MARKETING_HORIZON) else {
            panic!("refused")
        };
        assert_eq!((slots, next_free), (vec![], 7));
    }
}
