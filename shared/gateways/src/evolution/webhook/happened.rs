//! When something happened at Evolution, which tells local time as if it were UTC.

use chrono::{DateTime, TimeDelta, Utc};

/// The time by which the server's clock may be ahead of ours.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);
/// The offsets of nearly all zones are whole half hours.
const STEP: i64 = 30 * 60 * 1_000;

/// The time of an event in UTC, of `date_time` in the server's zone and the time at which its webhook came. The zone is
/// not told, so it is found: an event comes when it has happened, and at most 29 minutes later. Evolution tries for 25.
///
/// In the few zones of a quarter of an hour, as Nepal's, the result is up to 15 minutes off.
pub fn happened(date_time: &str, received_at: DateTime<Utc>) -> DateTime<Utc> {
    let Ok(told) = DateTime::parse_from_rfc3339(date_time) else { return received_at };
    let told = told.to_utc();
    let ahead = (told - received_at - CLOCK_SKEW).num_milliseconds();
    // Rounded up, to a whole step.
    let steps = -(-ahead).div_euclid(STEP);
    TimeDelta::try_milliseconds(steps.saturating_mul(STEP))
        .and_then(|offset| told.checked_sub_signed(offset))
        .unwrap_or(received_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::now;
    use proptest::prelude::*;

    fn told(at: DateTime<Utc>, offset: TimeDelta) -> String {
        (at + offset).to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    }

    #[test]
    fn the_zone_of_the_server_is_found() {
        let minutes = TimeDelta::minutes;
        for (offset, late) in [
            (minutes(0), minutes(0)),
            (minutes(-180), TimeDelta::milliseconds(120)),
            (minutes(-180), minutes(25)),
            (minutes(-210), minutes(25)),
            (minutes(330), minutes(0)),
            (minutes(330), minutes(25)),
            (minutes(840), minutes(1)),
            (minutes(-720), minutes(28)),
            // The server's clock is ahead.
            (minutes(-180), TimeDelta::seconds(-59)),
        ] {
            assert_eq!(happened(&told(now(), offset), now() + late), now(), "{offset} {late}");
        }
    }

    #[test]
    fn a_time_that_is_no_time_is_that_of_the_delivery() {
        for senseless in ["", "soon", "2026-11-21", "+262143-01-01T00:00:00Z"] {
            assert_eq!(happened(senseless, now()), now(), "{senseless}");
        }
    }

    proptest! {
        #[test]
        fn every_delivery_of_an_event_tells_one_time(
            at in 0i64..4_000_000_000_000,
            half_hours in -24i32..=28,
            late in prop::collection::vec(-59_000i64..1_740_000, 2),
        ) {
            let at = DateTime::from_timestamp_millis(at).unwrap();
            let date_time = told(at, TimeDelta::minutes(30) * half_hours);
            for late in late {
                prop_assert_eq!(happened(&date_time, at + TimeDelta::milliseconds(late)), at);
            }
        }

        #[test]
        fn whatever_is_told_the_time_is_near_the_delivery(told in -8_000_000_000_000_000i64..8_000_000_000_000_000) {
            let Some(told) = DateTime::from_timestamp_millis(told) else { return Ok(()) };
            let found = happened(&told.to_rfc3339(), now());
            prop_assert!(found <= now() + CLOCK_SKEW && found > now() - TimeDelta::minutes(30), "{}", found);
        }
    }
}
