//! The pace of a sender, for any number of workers: each reserves the times of its sends in one row.
//!
//! Each send has a time in a line of equal distances (GCRA without a burst, ITU-T I.371). The row holds when the line ends, in
//! microseconds since the epoch. A reservation is one conditional update of it.
//!
//! A sender that was idle may send the messages of as much of its line at once as it was idle for, a second's at most.
//! They keep their times in the line: so whatever left early is made up for by the pause behind it, and no second and no
//! minute ever has more than it would have had.

use crate::Kind;
use chrono::{DateTime, Utc};
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

/// The pace of one sender: the time between two sends, how late a slot may be used, and how early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    interval_us: i64,
    live_us: i64,
    burst_us: i64,
}

/// How far a sender's line is taken, in microseconds since the epoch; 0 if it was never used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Booked {
    /// The first time of the line that is free.
    pub next_free: i64,
    /// Messages that are not marketing, and whose time in the line is before this, leave at once.
    pub at_once_until: i64,
}

/// The moment at which slots are asked for, and the messages they are for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// In microseconds since the epoch.
    pub now_us: i64,
    /// A time in the line lies at least so far ahead: the worker needs it to be ready then. What leaves at once leaves as
    /// soon as the worker is ready.
    pub lead_us: i64,
    /// The kind of the messages.
    pub kind: Kind,
}

impl Asked {
    /// The first time of the line that may be taken.
    #[must_use]
    pub fn earliest(self) -> i64 {
        self.now_us.saturating_add(self.lead_us)
    }

    /// The last one: the horizon.
    #[must_use]
    pub fn latest(self) -> i64 {
        self.earliest().saturating_add(i64::try_from(horizon(self.kind).as_micros()).unwrap_or(i64::MAX))
    }
}

/// From when until when a message may be sent, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// Not before.
    pub begins: DateTime<Utc>,
    /// The slot may be used before this moment, and is forfeited then.
    pub ends: DateTime<Utc>,
}

impl Slot {
    /// Whether it may be used at this moment.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        (self.begins..self.ends).contains(&now)
    }
}

/// The outcome of asking for slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// Send in these slots, once the row has taken `booked` in place of the value that was read.
    Reserved {
        /// Ascending, none before now.
        slots: Vec<Slot>,
        /// The value that the row must hold.
        booked: Booked,
    },
    /// Nothing is reserved.
    Refused {
        /// After this long a slot would be within the horizon, if nobody else takes it.
        wait: Duration,
    },
}

const MINUTE_US: i64 = 60_000_000;
const SECOND_US: i64 = 1_000_000;
/// From this limit of a minute on, a second is limited too.
const FAST: i64 = 2_040;
/// The most time by which a message may be late in its slot, however slow the pace. So much later the same person may
/// be written to again.
const LATEST_US: i64 = 250_000;

impl Pace {
    /// The pace that keeps a limit of so many messages in any minute: at 0.97 of it. From 2,040 on, no
    /// second has more than a 60th of it either: 4,800 keeps 80 in any second. Below that nothing leaves at once that has
    /// a later time: a number that is used by a person does not write to many in the same moment. A limit of 0 is taken
    /// as 1.
    #[must_use]
    pub fn per_minute(limit: u32) -> Self {
        let limit = i64::from(limit.max(1));
        // Rounded up.
        let interval_us = (MINUTE_US * 100 + limit * 97 - 1) / (limit * 97);
        // A send late in its slot still counts in a minute that began after the slot: the 3 % are what it may be late.
        let live_us = interval_us.min(limit * interval_us - MINUTE_US).min(LATEST_US);
        let burst_us = if limit < FAST { 0 } else { SECOND_US - interval_us };
        Self { interval_us, live_us, burst_us }
    }

    /// The time between two sends.
    #[must_use]
    pub fn interval(self) -> Duration {
        micros(self.interval_us)
    }

    /// Takes as many slots, at most `want`, as have their time in the line within the horizon.
    #[must_use]
    pub fn reserve(self, booked: Booked, asked: Asked, want: usize) -> Reservation {
        let (earliest, last) = (asked.earliest(), asked.latest());
        let first = booked.next_free.max(earliest);
        if first > last {
            return Reservation::Refused { wait: micros(first - last) };
        }
        let within = usize::try_from((last - first) / self.interval_us).unwrap_or(usize::MAX).saturating_add(1);
        let count = want.min(within);
        if count == 0 {
            return Reservation::Reserved { slots: Vec::new(), booked };
        }
        let idle = asked.now_us.saturating_sub(booked.next_free).clamp(0, self.burst_us);
        let booked = Booked {
            next_free: first.saturating_add(self.span(count)),
            at_once_until: booked.at_once_until.max(asked.now_us.saturating_add(idle)),
        };
        Reservation::Reserved { slots: self.slots(booked, asked, count), booked }
    }

    /// The time in the line that so many sends take, in microseconds.
    #[must_use]
    pub fn span(self, sends: usize) -> i64 {
        i64::try_from(sends).unwrap_or(i64::MAX).saturating_mul(self.interval_us)
    }

    /// The last so many slots before the end of a line.
    #[must_use]
    pub fn slots(self, booked: Booked, asked: Asked, count: usize) -> Vec<Slot> {
        let first = booked.next_free.saturating_sub(self.span(count));
        let times = std::iter::successors(Some(first), |time| time.checked_add(self.interval_us)).take(count);
        times.map(|time| self.slot(time, booked, asked)).collect()
    }

    /// One that begins early ends as it would have ended: no later than it may without the burst.
    fn slot(self, time: i64, booked: Booked, asked: Asked) -> Slot {
        let ends = time.saturating_add(self.live_us);
        if asked.kind != Kind::Marketing && time < booked.at_once_until {
            let begins = asked.now_us.min(time);
            return Slot { begins: moment(begins), ends: moment(ends.min(begins.saturating_add(LATEST_US))) };
        }
        Slot { begins: moment(time), ends: moment(ends) }
    }
}

fn moment(us: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(us).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn micros(us: i64) -> Duration {
    Duration::from_micros(u64::try_from(us).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A worker that comes after a pause, and the slots that it asks for.
    #[derive(Clone, Debug)]
    struct Ask {
        pause: i64,
        want: usize,
        kind: Kind,
        /// How late it uses its slots, in 255ths.
        late: u8,
        lead: i64,
    }

    fn asks() -> impl Strategy<Value = Vec<Ask>> {
        let kind = prop_oneof![Just(Kind::Marketing), Just(Kind::Transactional), Just(Kind::Owner)];
        // Many come within a second, with pauses in which a part of a burst is saved.
        let pause = prop_oneof![0..60_000i64, 0..1_200_000i64, 0..8_000_000i64];
        let want = prop_oneof![1..4usize, 0..90usize, 0..600usize];
        let lead = prop_oneof![Just(0), Just(100_000), 0..300_000i64];
        let ask = (pause, want, kind, any::<u8>(), lead).prop_map(|(pause, want, kind, late, lead)| Ask {
            pause,
            want,
            kind,
            late,
            lead,
        });
        prop::collection::vec(ask, 1..80)
    }

    /// Workers that come at any time, reserve, and use what they got as late as they may.
    fn sends(pace: Pace, start: i64, asks: &[Ask]) -> Vec<i64> {
        let (mut booked, mut now, mut sent) = (Booked::default(), start, Vec::new());
        for Ask { pause, want, kind, late, lead } in asks {
            now += pause;
            let asked = Asked { now_us: now, lead_us: *lead, kind: *kind };
            match pace.reserve(booked, asked, *want) {
                Reservation::Reserved { slots, booked: after } => {
                    assert!(slots.len() <= *want && after.next_free >= booked.next_free);
                    assert!(slots.is_sorted());
                    for slot in slots {
                        let begins = slot.begins.timestamp_micros();
                        assert!(begins >= now && begins < after.next_free);
                        assert!(begins <= asked.latest());
                        let long = slot.ends.timestamp_micros() - begins;
                        assert!(long >= pace.live_us && long <= LATEST_US.max(pace.live_us));
                        let at = begins + (long - 1) * i64::from(*late) / 255;
                        assert!(slot.is_live(moment(at)));
                        sent.push(at);
                    }
                    booked = after;
                }
                Reservation::Refused { wait } => {
                    let after = |us: i64| Asked { now_us: now + us, ..asked };
                    let wait = i64::try_from(wait.as_micros()).unwrap();
                    assert!(matches!(pace.reserve(booked, after(wait), 1),
                        Reservation::Reserved { slots, .. } if slots.len() == 1));
                    assert!(!matches!(pace.reserve(booked, after(wait - 1), 1), Reservation::Reserved { .. }));
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
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// No minute and, at fast paces, no second ever has more than the limit, though every send is as late in its slot as it may be.
        #[test]
        fn never_more_than_the_limit(
            limit in prop_oneof![Just(20u32), Just(4_800), 1..6_000u32, (34..100u32).prop_map(|second| second * 60)],
            asks in asks(),
        ) {
            let sent = sends(Pace::per_minute(limit), 1_700_000_000_000_000, &asks);
            prop_assert!(most_in(MINUTE_US, &sent) <= limit as usize);
            if limit >= 2_040 && limit.is_multiple_of(60) {
                prop_assert!(most_in(SECOND_US, &sent) <= (limit / 60) as usize);
            }
        }

        /// With enough to send, almost all of the limit is used.
        #[test]
        fn not_much_less_than_the_limit(
            limit in prop_oneof![Just(20u32), Just(4_800), 10..6_000u32],
            kind in prop_oneof![Just(Kind::Marketing), Just(Kind::Transactional)],
        ) {
            let minutes = 10;
            let asks = vec![Ask { pause: 500_000, want: 600, kind, late: 0, lead: 0 }; minutes * 120];
            let sent = sends(Pace::per_minute(limit), 0, &asks);
            let whole = f64::from(limit) * (minutes as f64);
            prop_assert!(sent.len() as f64 >= 0.95 * whole, "{} of {whole}", sent.len());
        }
    }

    const NOON: i64 = 1_700_000_000_000_000;

    fn taken(pace: Pace, booked: Booked, now: i64, want: usize, kind: Kind) -> (Vec<i64>, Booked) {
        let asked = Asked { now_us: now, lead_us: 0, kind };
        let Reservation::Reserved { slots, booked } = pace.reserve(booked, asked, want) else { panic!("refused") };
        (slots.iter().map(|slot| slot.begins.timestamp_micros() - NOON).collect(), booked)
    }

    #[test]
    fn a_slot_not_used_in_time_is_forfeited() {
        let slot = |limit| {
            let (booked, pace) = (Booked { next_free: 1_000, at_once_until: 0 }, Pace::per_minute(limit));
            let asked = Asked { now_us: 1_000, lead_us: 0, kind: Kind::Marketing };
            let Reservation::Reserved { slots, .. } = pace.reserve(booked, asked, 1) else { panic!() };
            slots[0]
        };
        assert_eq!(Pace::per_minute(4_800).interval(), Duration::from_micros(12_887));
        let live = |limit, us| slot(limit).is_live(moment(us));
        assert!(!live(4_800, 999) && live(4_800, 1_000) && live(4_800, 13_886) && !live(4_800, 13_887));
        assert!(live(20, 250_999) && !live(20, 251_000));
    }

    #[test]
    fn after_an_idle_second_many_leave_at_once_and_a_pause_follows() {
        let pace = Pace::per_minute(4_800);
        // Two workers, and then one of marketing.
        let (first, booked) = taken(pace, Booked::default(), NOON, 10, Kind::Transactional);
        let (second, booked) = taken(pace, booked, NOON + 5_000, 10, Kind::Transactional);
        assert_eq!((first, second), (vec![0; 10], vec![5_000; 10]));
        let (marketing, booked) = taken(pace, booked, NOON + 5_000, 1, Kind::Marketing);
        assert_eq!(marketing, [20 * 12_887]);
        // The line of a second is taken: what comes now waits for its time.
        let (rest, _) = taken(pace, booked, NOON + 5_000, 100, Kind::Transactional);
        assert_eq!((rest[0], rest[55], rest[56], rest[99]), (5_000, 5_000, 77 * 12_887, 120 * 12_887));
    }

    #[test]
    fn what_leaves_at_once_does_not_wait_for_the_lead() {
        let begins = |kind, idle_us| {
            let booked = Booked { next_free: NOON - idle_us, at_once_until: 0 };
            let asked = Asked { now_us: NOON, lead_us: 100_000, kind };
            match Pace::per_minute(4_800).reserve(booked, asked, 1) {
                Reservation::Reserved { slots, .. } => slots[0].begins.timestamp_micros() - NOON,
                Reservation::Refused { .. } => panic!("refused"),
            }
        };
        assert_eq!(begins(Kind::Transactional, 200_000), 0);
        assert_eq!(begins(Kind::Transactional, 100_000), 100_000);
        assert_eq!(begins(Kind::Marketing, 200_000), 100_000);
    }

    #[test]
    fn a_slow_sender_never_writes_to_many_in_one_moment() {
        let (slots, booked) = taken(Pace::per_minute(20), Booked::default(), NOON, 3, Kind::Transactional);
        assert_eq!(slots, [0, 3_092_784, 6_185_568]);
        assert_eq!(booked.next_free, NOON + 9_278_352);
        let (none, after) = taken(Pace::per_minute(20), booked, NOON, 0, Kind::Owner);
        assert_eq!((none, after), (vec![], booked));
    }
}
