//! How far apart the marketing messages of a sender are, if it is slower than its pace: WhatsApp bans numbers that begin
//! with a flood, and numbers that people complain of. Answers and other transactional messages keep the pace.
//!
//! A number that was linked by a code is fresh for two weeks from its first message. On the first day it sends ten
//! marketing messages an hour, and twice as many every second day. A number in poor health sends at a quarter of its pace.

use crate::{Pace, Sender, SenderState};
use chrono::{DateTime, TimeDelta, Utc};

/// The marketing messages that a fresh number sends in each hour of its first day.
const FIRST_DAY: i64 = 10;
/// The days after which a fresh number sends twice as many.
const DOUBLED_AFTER: i64 = 2;
/// The days for which a number is fresh.
const FRESH: i64 = 14;
/// A number in poor health is so many times slower.
const POOR: i32 = 4;

/// After WhatsApp said that people dislike what a number sends, its marketing is slow for so long.
pub const SLOW_AFTER_COMPLAINTS: TimeDelta = TimeDelta::days(7);
/// After a session fell again and again, its marketing is slow for so long.
pub const SLOW_AFTER_FALLS: TimeDelta = TimeDelta::days(1);

impl Sender {
    /// The time from one marketing message of a slowed sender to the next, at `now` (UTC); `None` if its pace is all that
    /// counts.
    #[must_use]
    pub fn marketing_spacing(&self, state: &SenderState, now: DateTime<Utc>) -> Option<TimeDelta> {
        let pace = TimeDelta::from_std(Pace::per_minute(self.per_minute).interval()).ok()?;
        let fresh = self.fresh_spacing(state, now).filter(|fresh| *fresh > pace);
        let is_poor = state.slow_until.is_some_and(|until| now < until);
        if is_poor { Some(fresh.unwrap_or(pace) * POOR) } else { fresh }
    }

    /// The time that so many marketing messages take from `now` (UTC) on. Quiet hours come on top.
    #[must_use]
    pub fn marketing_takes(&self, state: &SenderState, mut count: u64, now: DateTime<Utc>) -> TimeDelta {
        let pace = TimeDelta::from_std(Pace::per_minute(self.per_minute).interval()).unwrap_or_default();
        let used = SenderState { first_used_at: state.first_used_at.or(Some(now)), ..*state };
        let mut taken = TimeDelta::zero();
        // A slowed sender becomes faster from day to day.
        for _ in 0..FRESH {
            let Some(spacing) = self.marketing_spacing(&used, now + taken) else { break };
            let in_a_day = u64::try_from(TimeDelta::days(1).num_seconds() / spacing.num_seconds().max(1));
            let sent = count.min(in_a_day.unwrap_or(u64::MAX));
            if sent < in_a_day.unwrap_or(u64::MAX) {
                return taken + times(spacing, sent);
            }
            (count, taken) = (count - sent, taken + TimeDelta::days(1));
        }
        taken + times(pace, count)
    }

    fn fresh_spacing(&self, state: &SenderState, now: DateTime<Utc>) -> Option<TimeDelta> {
        // Meta has limits of its own for a new number, and so has Whapi.
        if !self.gateway.has_sessions() {
            return None;
        }
        let since = self.in_use_since.map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc());
        let days = since.or(state.first_used_at).map_or(0, |since| (now - since).num_days().max(0));
        let an_hour = FIRST_DAY << (days / DOUBLED_AFTER).min(FRESH);
        (days < FRESH).then(|| TimeDelta::hours(1) / i32::try_from(an_hour).unwrap_or(i32::MAX))
    }
}

fn times(spacing: TimeDelta, count: u64) -> TimeDelta {
    let micros = spacing.num_microseconds().unwrap_or(i64::MAX);
    let all = micros.saturating_mul(i64::try_from(count).unwrap_or(i64::MAX));
    TimeDelta::microseconds(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BusinessId, Gateway, SenderId};
    use std::collections::BTreeMap;
    use uuid::Uuid;

    fn sender(gateway: Gateway) -> Sender {
        Sender {
            sender_id: SenderId(Uuid::nil()),
            business_id: BusinessId(Uuid::nil()),
            gateway,
            address: "shop".into(),
            sealed_credentials: String::new(),
            per_minute: 20,
            templates: BTreeMap::new(),
            in_use_since: None,
        }
    }

    fn day(days: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000, 0).unwrap() + TimeDelta::days(days)
    }

    fn minutes(spacing: Option<TimeDelta>) -> Option<f64> {
        spacing.map(|spacing| spacing.num_milliseconds() as f64 / 60_000.0)
    }

    #[test]
    fn a_fresh_number_is_slow_and_doubles_every_second_day() {
        let (sender, never) = (sender(Gateway::Evolution), SenderState::default());
        assert_eq!(minutes(sender.marketing_spacing(&never, day(9))), Some(6.0));
        let used = SenderState { first_used_at: Some(day(0)), ..never };
        let on = |days| minutes(sender.marketing_spacing(&used, day(days)));
        assert_eq!([0, 1, 2, 3, 4, 12].map(on), [6.0, 6.0, 3.0, 3.0, 1.5, 0.09375].map(Some));
        assert_eq!(on(14), None);
    }

    #[test]
    fn a_number_that_was_in_use_or_is_metas_own_is_not_fresh() {
        let state = SenderState::default();
        let known = Sender { in_use_since: Some(day(-14).date_naive()), ..sender(Gateway::Waha) };
        assert_eq!(known.marketing_spacing(&state, day(0)), None);
        for gateway in [Gateway::CloudApi, Gateway::Whapi] {
            assert_eq!(sender(gateway).marketing_spacing(&state, day(0)), None);
        }
    }

    #[test]
    fn a_number_in_poor_health_is_four_times_slower_until_that_is_over() {
        let state = SenderState { slow_until: Some(day(1)), ..SenderState::default() };
        let cloud = sender(Gateway::CloudApi);
        let pace = TimeDelta::from_std(Pace::per_minute(20).interval()).unwrap();
        assert_eq!(cloud.marketing_spacing(&state, day(0)), Some(pace * 4));
        assert_eq!(cloud.marketing_spacing(&state, day(1)), None);
        assert_eq!(minutes(sender(Gateway::Waha).marketing_spacing(&state, day(0))), Some(24.0));
    }

    #[test]
    fn many_messages_take_the_days_of_the_warm_up() {
        let fresh = sender(Gateway::Evolution);
        let takes = |count| fresh.marketing_takes(&SenderState::default(), count, day(0));
        assert_eq!(takes(10), TimeDelta::hours(1));
        // 240 on each of two days, and then 480 a day.
        assert_eq!(takes(480), TimeDelta::days(2));
        assert_eq!(takes(480 + 240), TimeDelta::days(2) + TimeDelta::hours(12));
        assert!(takes(1_000_000) > TimeDelta::days(14));
        let pace = TimeDelta::from_std(Pace::per_minute(20).interval()).unwrap();
        assert_eq!(sender(Gateway::Whapi).marketing_takes(&SenderState::default(), 100, day(0)), pace * 100);
    }
}
