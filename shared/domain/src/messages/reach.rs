//! The facts about a recipient that are kept between messages: consent, the last claims, the reply window.

use crate::{Kind, MessageId, OptChange, SenderId};
use chrono::serde::ts_milliseconds_option;
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The time from one claim to the next for the same person.
pub const PAIR_TIME: TimeDelta = TimeDelta::seconds(6);

/// The span in which the weekly cap counts marketing.
pub const CAP_SPAN: TimeDelta = TimeDelta::days(7);

/// The time for which free text may go to a person after a message of theirs, where the gateway has a window.
pub const WINDOW: TimeDelta = TimeDelta::hours(24);

/// The reach row of a recipient. All times in UTC, stored as milliseconds since the epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reach {
    /// When the person last ended marketing.
    #[serde(with = "ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub opted_out_at: Option<DateTime<Utc>>,
    /// When the person last asked for marketing.
    #[serde(with = "ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub opted_in_at: Option<DateTime<Utc>>,
    /// The person's last answer; `None` until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<bool>,
    /// The last moment at which the last message that was claimed for the person may be sent.
    #[serde(with = "ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub last_claim_at: Option<DateTime<Utc>>,
    /// The last message that was claimed for the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_message_id: Option<MessageId>,
    /// Claims of marketing messages in the last 7 days, ascending, in milliseconds since the epoch.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marketing_at: Vec<i64>,
    /// Until when free text may go to the person.
    #[serde(with = "ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub window_until: Option<DateTime<Utc>>,
    /// The sender that the person last wrote to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_id: Option<SenderId>,
}

/// The last millisecond of the second of a time.
#[must_use]
pub fn end_of_second(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(0) + TimeDelta::milliseconds(999)
}

impl Reach {
    /// Keeps a yes or no to marketing, unless a later word is kept already: deliveries come in any order. In one second a
    /// no wins, as gateways tell whole seconds. Says whether anything changed.
    pub fn decide(&mut self, yes: bool, at: DateTime<Utc>) -> bool {
        let until = if yes { at } else { end_of_second(at) };
        if self.opted_out_at.is_some_and(|out| out > at) || self.opted_in_at.is_some_and(|back| back > until) {
            return false;
        }
        let before = (self.consent, self.opted_in_at, self.opted_out_at);
        self.consent = Some(yes);
        *(if yes { &mut self.opted_in_at } else { &mut self.opted_out_at }) = Some(at);
        before != (self.consent, self.opted_in_at, self.opted_out_at)
    }

    /// Keeps an opt-out or opt-in that the person wrote, as [`decide`](Self::decide).
    pub fn opt(&mut self, change: OptChange, at: DateTime<Utc>) -> bool {
        self.decide(change == OptChange::In, at)
    }

    /// Whether the person has ended marketing and not asked for it since.
    #[must_use]
    pub fn opted_out(&self) -> bool {
        let is_last = |back, out| back < out || back <= end_of_second(out) && self.consent == Some(false);
        self.opted_out_at.is_some_and(|out| self.opted_in_at.is_none_or(|back| is_last(back, out)))
    }

    /// Opens the 24-hour window by a message of the person, or keeps a later end. Says whether anything changed.
    pub fn wrote(&mut self, at: DateTime<Utc>, to: SenderId) -> bool {
        let until = at + WINDOW;
        if self.window_until.is_some_and(|known| known >= until) {
            return false;
        }
        (self.window_until, self.sender_id) = (Some(until), Some(to));
        true
    }

    /// Whether free text may go through a gateway that has a window.
    #[must_use]
    pub fn in_window(&self, now: DateTime<Utc>) -> bool {
        self.window_until.is_some_and(|until| now < until)
    }

    /// The marketing claims that count for the weekly cap. The earlier claim of the same message does not: it was not
    /// accepted, or the message would not be claimed again.
    #[must_use]
    pub fn marketing_within_week(&self, now: DateTime<Utc>, earlier_claim: Option<DateTime<Utc>>) -> Vec<i64> {
        let since = (now - CAP_SPAN).timestamp_millis();
        let own = earlier_claim.map(|at| at.timestamp_millis());
        let mut recent: Vec<i64> =
            self.marketing_at.iter().copied().filter(|at| *at > since && Some(*at) != own).collect();
        recent.sort_unstable();
        recent
    }

    /// Counts a claim at `now` of a message whose earlier claim, if it had one, was not accepted.
    pub fn claim(&mut self, kind: Kind, now: DateTime<Utc>, earlier_claim: Option<DateTime<Utc>>) {
        self.last_claim_at = Some(now);
        self.marketing_at = self.marketing_within_week(now, earlier_claim);
        if kind == Kind::Marketing {
            self.marketing_at.push(now.timestamp_millis());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    proptest! {
        /// In whatever order the person's words are delivered, and however often, the last one written counts.
        #[test]
        fn the_last_word_counts(words in prop::collection::btree_map(0..1_000i64, any::<bool>(), 1..8), seed: u64) {
            let last = *words.values().last().unwrap();
            let mut delivered: Vec<_> = words.into_iter().collect();
            delivered.extend_from_within(..);
            let mut order = seed;
            for i in (1..delivered.len()).rev() {
                order = order.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                delivered.swap(i, usize::try_from(order >> 33).unwrap() % (i + 1));
            }
            let mut reach = Reach::default();
            for (time, yes) in &delivered {
                reach.decide(*yes, at(*time));
                prop_assert!(!reach.decide(*yes, at(*time)), "twice");
            }
            prop_assert_eq!((reach.consent, reach.opted_out()), (Some(last), !last));
        }
    }

    #[test]
    fn the_cap_counts_seven_days_and_not_the_same_message_twice() {
        let day = 24 * 3600;
        let mut reach = Reach::default();
        reach.claim(Kind::Marketing, at(0), None);
        reach.claim(Kind::Transactional, at(day), None);
        reach.claim(Kind::Marketing, at(2 * day), None);
        reach.claim(Kind::Marketing, at(2 * day + 60), Some(at(2 * day)));
        assert_eq!(reach.marketing_at, [at(0), at(2 * day + 60)].map(|at| at.timestamp_millis()));
        assert_eq!(reach.marketing_within_week(at(7 * day - 1), None).len(), 2);
        assert_eq!(reach.marketing_within_week(at(7 * day), None).len(), 1);
        assert_eq!(reach.marketing_within_week(at(3 * day), Some(at(2 * day + 60))).len(), 1);
        reach.claim(Kind::Transactional, at(30 * day), None);
        assert_eq!((reach.marketing_at, reach.last_claim_at), (vec![], Some(at(30 * day))));
    }

    #[test]
    fn an_older_message_does_not_close_the_window() {
        let (one, two) = (SenderId(Uuid::from_u128(1)), SenderId(Uuid::from_u128(2)));
        let mut reach = Reach::default();
        assert!(!reach.in_window(at(0)));
        assert!(reach.wrote(at(100), one) && !reach.wrote(at(50), two) && !reach.wrote(at(100), two));
        assert_eq!(reach.sender_id, Some(one));
        assert!(reach.in_window(at(86_499)) && !reach.in_window(at(86_500)));
    }

    #[test]
    fn stored_as_numbers() {
        let mut reach = Reach::default();
        assert_eq!(serde_json::to_string(&reach).unwrap(), "{}");
        reach.decide(true, at(0));
        reach.claim(Kind::Marketing, at(1), None);
        let json = serde_json::to_string(&reach).unwrap();
        assert_eq!(
            json,
            r#"{"opted_in_at":1800000000000,"consent":true,"last_claim_at":1800000001000,"marketing_at":[1800000001000]}"#
        );
        assert_eq!(serde_json::from_str::<Reach>(&json).unwrap(), reach);
    }
}
