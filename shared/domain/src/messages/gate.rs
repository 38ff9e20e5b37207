//! The one gate before a message: whether it may go now, later or never.
//!
//! A pure function of known facts. Facts that can change between gate and claim (opt-out, weekly cap, pair time) are
//! also part of the claim's condition on the recipient's reach row.

use crate::local_time::moment;
use crate::pace::MARKETING_HORIZON;
use crate::reach::{PAIR_TIME, WINDOW};
use crate::texts::Goes;
use crate::{CustomerId, Kind, Message, QuietHours, Reach, Reason, Recipient, RestoredAt, Sender, Settings};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// The standing of a sender at its gateway, as its pace row says. Times in UTC, milliseconds since the epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SenderState {
    /// Disconnected or told to wait: nothing goes before this time.
    #[serde(with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub down_until: Option<DateTime<Utc>>,
    /// Restricted by the gateway until a human does something about it.
    pub restricted: bool,
    /// When its first message went, as far as we know.
    #[serde(with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub first_used_at: Option<DateTime<Utc>>,
    /// In poor health until then: its marketing is slow.
    #[serde(with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub slow_until: Option<DateTime<Utc>>,
    /// Of a slowed sender, when its next marketing message may go.
    #[serde(with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub marketing_free_at: Option<DateTime<Utc>>,
}

/// All that the gate looks at.
#[derive(Clone, Copy, Debug)]
pub struct GateInput<'a> {
    /// The message that is to be sent.
    pub message: &'a Message,
    /// The settings that the business has decided on.
    pub settings: &'a Settings,
    /// The business's zone: where the person is nobody knows.
    pub zone: Tz,
    /// The local hour at which marketing is best sent to the recipient, if the business lets it wait for that.
    pub best_hour: Option<u8>,
    /// The reach row of the recipient.
    pub reach: &'a Reach,
    /// Which number or session it would leave from.
    pub sender: &'a Sender,
    /// The sender's standing at its gateway.
    pub state: SenderState,
    /// When the deployment took over from the one whose tables it was restored from.
    pub restored: RestoredAt,
    /// Now, UTC.
    pub now: DateTime<Utc>,
}

/// The verdict of the gate: now, later or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// It may go as text.
    Send,
    /// It may go as the sender's approved template, [`Sender::template`].
    SendTemplate,
    /// It waits: ask again at a given time.
    Defer {
        /// When to ask again; later than now.
        until: DateTime<Utc>,
        /// The reason that the record keeps.
        reason: Reason,
    },
    /// It never goes, by a rule of the business or the person.
    Skip {
        /// The reason that the record keeps.
        reason: Reason,
    },
    /// It cannot go until a human has done something.
    Fail {
        /// The reason that the record keeps.
        reason: Reason,
    },
}

/// Asks the gate. Final decisions come first, then waits. The weekly cap and the reply window are checked when the
/// message could go, because both change while it waits.
#[must_use]
pub fn gate(input: &GateInput<'_>) -> Gate {
    if input.message.may_have_gone(input.restored) {
        return Gate::Fail { reason: Reason::Restored };
    }
    if day(input).is_some_and(|day| local_date(input, input.now) > day) {
        return Gate::Skip { reason: Reason::DayOver };
    }
    let marketing = input.message.kind == Kind::Marketing;
    if let Some(reason) = refused(input).filter(|_| marketing) {
        return Gate::Skip { reason };
    }
    if input.state.restricted {
        return kept(input);
    }
    if let Some((until, reason)) = waits(input) {
        if day(input).is_some_and(|day| local_date(input, until) > day) {
            return Gate::Skip { reason: Reason::DayOver };
        }
        return Gate::Defer { until, reason };
    }
    let earlier = input.reach.marketing_within_week(input.now, input.message.refused_claim());
    if marketing && earlier.len() >= usize::from(input.settings.weekly_cap) {
        return Gate::Skip { reason: Reason::WeeklyCap };
    }
    let form = form(input);
    if !matches!(form, Gate::Send | Gate::SendTemplate) {
        return form;
    }
    match input.reach.last_claim_at.map(|last| last + PAIR_TIME).filter(|free| *free > input.now) {
        Some(until) => Gate::Defer { until, reason: Reason::PairTime },
        None => form,
    }
}

/// How often a message is looked at whose sender is restricted: somebody may have mended it.
const RESTRICTED_LOOK: TimeDelta = TimeDelta::hours(1);
/// A message waits so long from its time for its sender to be mended. What is older surprises the person.
const RESTRICTED_WAIT: TimeDelta = TimeDelta::hours(24);

/// Of a restricted sender: kept until somebody has mended it, for a day.
fn kept(input: &GateInput<'_>) -> Gate {
    let until = input.now + RESTRICTED_LOOK;
    if day(input).is_some_and(|day| local_date(input, until) > day) {
        Gate::Skip { reason: Reason::DayOver }
    } else if until > input.message.scheduled_for + RESTRICTED_WAIT {
        Gate::Fail { reason: Reason::SenderRestricted }
    } else {
        Gate::Defer { until, reason: Reason::SenderRestricted }
    }
}

/// Why the person does not get marketing.
fn refused(input: &GateInput<'_>) -> Option<Reason> {
    let reach = input.reach;
    if reach.opted_out() {
        Some(Reason::OptedOut)
    } else if reach.consent == Some(false) {
        Some(Reason::ConsentRefused)
    } else if input.settings.require_opt_in && reach.consent != Some(true) && reach.opted_in_at.is_none() {
        Some(Reason::OptInRequired)
    } else if input.message.message_type.goes() == Goes::WhileInactive && wrote_lately(input) {
        Some(Reason::NewContact)
    } else {
        None
    }
}

/// The local date that it belongs to, as a greeting or the day's list does.
fn day(input: &GateInput<'_>) -> Option<NaiveDate> {
    let is_of_a_day = input.message.message_type.goes() == Goes::OnItsDay;
    is_of_a_day.then(|| local_date(input, input.message.scheduled_for))
}

fn local_date(input: &GateInput<'_>, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&input.zone).date_naive()
}

/// Whether the person has written since they counted as inactive.
fn wrote_lately(input: &GateInput<'_>) -> bool {
    let since = input.now - TimeDelta::days(i64::from(input.settings.inactive_days));
    input.reach.window_until.is_some_and(|until| until - WINDOW > since)
}

/// Until when it has to wait, by the clock or for the sender.
fn waits(input: &GateInput<'_>) -> Option<(DateTime<Utc>, Reason)> {
    let now = input.now;
    if input.message.scheduled_for > now {
        return Some((input.message.scheduled_for, Reason::Scheduled));
    }
    if let Some(until) = input.state.down_until.filter(|until| *until > now) {
        return Some((until, Reason::SenderDown));
    }
    if input.message.kind == Kind::Transactional {
        return None;
    }
    if let Some(end) = QuietHours::from(input.settings).ends_after(now, input.zone) {
        return Some((end, Reason::QuietHours));
    }
    if let Some(best) = best_moment(input).filter(|best| *best > now) {
        return Some((best, Reason::BestHour));
    }
    let is_slowed =
        input.message.kind == Kind::Marketing && input.sender.marketing_spacing(&input.state, now).is_some();
    let free = input.state.marketing_free_at.filter(|free| is_slowed && *free > now + MARKETING_HORIZON)?;
    Some((free, Reason::WarmUp))
}

/// The person's minute of the first best hour from the time of the message on: of its own day alone, if it belongs to one.
/// The minutes spread people over the hour. A message whose time lies in the hour goes at its time, and so does one to a person
/// whose reply window is open and would be closed by then.
fn best_moment(input: &GateInput<'_>) -> Option<DateTime<Utc>> {
    let hour = input.best_hour.filter(|_| input.message.waits_for_the_best_hour())?;
    let from = input.message.scheduled_for;
    let local = from.with_timezone(&input.zone).naive_local();
    if local.hour() == u32::from(hour) {
        return None;
    }
    let days = [Some(local.date()), local.date().checked_add_days(Days::new(1))];
    let minute = minute(input.message.recipient);
    let moments = days.into_iter().flatten().filter_map(|day| day.and_hms_opt(hour.into(), minute, 0));
    let best = moments.filter_map(|local| moment(local, input.zone)).find(|at| *at > from)?;
    // The quiet hours may have changed since the hour of a business was counted.
    let is_quiet = QuietHours::from(input.settings).contains(best.with_timezone(&input.zone).time());
    let is_of_its_day = day(input).is_none_or(|day| local_date(input, best) == day);
    let closes_by_then = form(input) == Gate::Send && form(&GateInput { now: best, ..*input }) != Gate::Send;
    (is_of_its_day && !is_quiet && !closes_by_then).then_some(best)
}

fn minute(recipient: Recipient) -> u32 {
    match recipient {
        Recipient::Customer(CustomerId(id)) => u32::try_from(id.as_u128() % 60).unwrap_or_default(),
        Recipient::Owner(_) => 0,
    }
}

/// As text or as a template.
fn form(input: &GateInput<'_>) -> Gate {
    let has_window = input.sender.gateway.has_window();
    let has_text = !input.message.content.text.trim().is_empty();
    let closed = has_window && !input.reach.in_window(input.now);
    if has_text && !closed {
        Gate::Send
    } else if has_window && input.sender.template(input.message).is_some() {
        Gate::SendTemplate
    } else if has_text {
        Gate::Skip { reason: Reason::WindowClosed }
    } else {
        Gate::Fail { reason: Reason::NothingToSend }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BusinessId, Gateway, MessageType, SenderId};
    use chrono::TimeDelta;
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    const ZONE: Tz = Tz::America__Sao_Paulo;

    /// A message to a person who has just written, at noon on a working day.
    struct World {
        message: Message,
        settings: Settings,
        reach: Reach,
        sender: Sender,
        state: SenderState,
        now: DateTime<Utc>,
        restored: RestoredAt,
        best_hour: Option<u8>,
    }

    fn world(kind: Kind) -> World {
        let now = "2026-03-10T15:00:00Z".parse().unwrap();
        let sender = Sender {
            sender_id: SenderId(Uuid::from_u128(3)),
            business_id: BusinessId(Uuid::from_u128(1)),
            gateway: Gateway::CloudApi,
            address: String::new(),
            sealed_credentials: String::new(),
            per_minute: 4_800,
            in_use_since: None,
            templates: [].into(),
        };
        let reach = Reach { window_until: Some(now + TimeDelta::hours(1)), ..Reach::default() };
        let message = Message { kind, scheduled_for: now, ..crate::message::tests::message() };
        let (settings, state, restored) = (Settings::default(), SenderState::default(), RestoredAt::default());
        World { message, settings, reach, sender, state, now, restored, best_hour: None }
    }

    impl World {
        fn gate(&self) -> Gate {
            let Self { message, settings, reach, sender, state, now, restored, best_hour } = self;
            let (state, restored, now, best_hour) = (*state, *restored, *now, *best_hour);
            gate(&GateInput { message, settings, zone: ZONE, best_hour, reach, sender, state, restored, now })
        }

        fn with(mut self, change: impl FnOnce(&mut Self)) -> Gate {
            change(&mut self);
            self.gate()
        }

        fn approve(&mut self, name: &str) {
            let template = json!({"name": "x", "language": "es"});
            self.sender.templates.insert(name.to_owned(), serde_json::from_value(template).unwrap());
        }
    }

    fn on(kind: Kind, change: impl FnOnce(&mut World)) -> Gate {
        world(kind).with(change)
    }

    const KINDS: [Kind; 3] = [Kind::Transactional, Kind::Owner, Kind::Marketing];

    #[test]
    fn marketing_goes_only_to_who_wants_it() {
        let opted_out = |w: &mut World| w.reach.opted_out_at = Some(w.now);
        let back = |w: &mut World| {
            w.reach.decide(false, w.now - TimeDelta::days(2));
            w.reach.decide(true, w.now - TimeDelta::days(1));
            w.settings.require_opt_in = true;
        };
        let skip = |reason| Gate::Skip { reason };
        for kind in KINDS {
            let marketing = kind == Kind::Marketing;
            let or_send = |reason| if marketing { skip(reason) } else { Gate::Send };
            assert_eq!(on(kind, |_| ()), Gate::Send);
            assert_eq!(on(kind, back), Gate::Send);
            assert_eq!(on(kind, |w| w.reach.consent = Some(true)), Gate::Send);
            assert_eq!(on(kind, opted_out), or_send(Reason::OptedOut));
            assert_eq!(on(kind, |w| w.reach.consent = Some(false)), or_send(Reason::ConsentRefused));
            assert_eq!(on(kind, |w| w.settings.require_opt_in = true), or_send(Reason::OptInRequired));
            let week = |w: &mut World| w.reach.marketing_at = vec![w.now.timestamp_millis() - 5; 2];
            assert_eq!(on(kind, week), or_send(Reason::WeeklyCap));
            assert_eq!(on(kind, |w| w.settings.weekly_cap = 0), or_send(Reason::WeeklyCap));
        }
    }

    /// It is noon in the zone.
    #[test]
    fn marketing_of_no_hour_waits_for_the_best_one() {
        let World { message, now, .. } = world(Kind::Marketing);
        let minutes = TimeDelta::minutes(minute(message.recipient).into());
        let wait = |hours| Gate::Defer { until: now + TimeDelta::hours(hours) + minutes, reason: Reason::BestHour };
        let at = |best, message_type: MessageType| {
            on(message_type.kind(), |w| {
                w.best_hour = Some(best);
                (w.sender.gateway, w.reach) = (Gateway::Whapi, Reach::default());
                w.message.message_type = message_type;
                w.message.kind = message_type.kind();
            })
        };
        let (greeting, win_back) = (MessageType::Birthday, MessageType::WinBack);
        for message_type in [greeting, win_back] {
            assert_eq!(at(18, message_type), wait(6));
            assert_eq!(at(12, message_type), Gate::Send);
        }
        assert_eq!(at(9, greeting), Gate::Send, "a greeting belongs to its day");
        assert_eq!(at(9, win_back), wait(21));
        assert_eq!(at(21, greeting), Gate::Send, "a greeting does not wait for an hour of the night");
        assert_eq!(at(18, MessageType::Points), Gate::Send);
        let campaign = |w: &mut World| {
            w.best_hour = Some(18);
            w.reach.window_until = Some(w.now + TimeDelta::hours(8));
            w.message.campaign_id = Some(crate::CampaignId::given("spring").unwrap());
        };
        assert_eq!(on(Kind::Marketing, campaign), wait(6));
        let later = |w: &mut World| {
            campaign(w);
            w.now += TimeDelta::hours(7);
        };
        assert_eq!(on(Kind::Marketing, later), Gate::Send, "it has waited");
        let window_closes = |w: &mut World| {
            campaign(w);
            w.reach.window_until = Some(w.now + TimeDelta::hours(1));
        };
        assert_eq!(on(Kind::Marketing, window_closes), Gate::Send);
        let said_by_hand = |w: &mut World| w.best_hour = Some(18);
        assert_eq!(on(Kind::Marketing, said_by_hand), Gate::Send);
    }

    #[test]
    fn a_message_tried_again_does_not_count_against_itself() {
        let again = |w: &mut World| {
            let first = w.now - TimeDelta::minutes(1);
            w.reach.marketing_at = vec![first.timestamp_millis() - 9_000_000, first.timestamp_millis()];
            w.message.claimed_at = Some(first);
        };
        assert_eq!(on(Kind::Marketing, again), Gate::Send);
        let perhaps_accepted = |w: &mut World| {
            again(w);
            w.message.gave_up = true;
        };
        assert_eq!(on(Kind::Marketing, perhaps_accepted), Gate::Skip { reason: Reason::WeeklyCap });
    }

    #[test]
    fn outside_the_window_only_templates_go_where_there_is_a_window() {
        for kind in KINDS {
            let closed = |w: &mut World| w.reach.window_until = Some(w.now);
            assert_eq!(on(kind, closed), Gate::Skip { reason: Reason::WindowClosed });
            assert_eq!(on(kind, |w| w.reach = Reach::default()), Gate::Skip { reason: Reason::WindowClosed });
            let whapi = |w: &mut World| (w.sender.gateway, w.reach) = (Gateway::Whapi, Reach::default());
            assert_eq!(on(kind, whapi), Gate::Send);
            let by_type = |w: &mut World| {
                w.approve("missing_fields");
                w.reach.window_until = None;
            };
            assert_eq!(on(kind, by_type), Gate::SendTemplate);
            let by_name = |w: &mut World| {
                w.message.content.template = Some("spring".to_owned());
                by_type(w);
                w.approve("spring");
            };
            assert_eq!(on(kind, by_name), Gate::SendTemplate);
            let another = |w: &mut World| {
                by_type(w);
                w.message.content.template = Some("autumn".to_owned());
            };
            assert_eq!(on(kind, another), Gate::Skip { reason: Reason::WindowClosed });
            // A message that is only a template goes as one inside the window too, and never through Whapi.
            let only = |w: &mut World| {
                w.approve("missing_fields");
                w.message.content.text.clear();
            };
            assert_eq!(on(kind, only), Gate::SendTemplate);
            let nothing = |w: &mut World| {
                only(w);
                w.sender.gateway = Gateway::Whapi;
            };
            assert_eq!(on(kind, nothing), Gate::Fail { reason: Reason::NothingToSend });
        }
    }

    /// Its time has come before the tables were restored: whatever else would be said of it, a human decides.
    #[test]
    fn what_may_have_gone_before_a_restore_waits_for_a_human() {
        for kind in KINDS {
            let restored = |w: &mut World| {
                w.message.created_at = w.now - TimeDelta::hours(2);
                w.message.scheduled_for = w.now - TimeDelta::hours(1);
                w.restored = RestoredAt(Some(w.now - TimeDelta::minutes(1)));
            };
            let said = Gate::Fail { reason: Reason::Restored };
            assert_eq!(on(kind, restored), said);
            let opted_out = |w: &mut World| {
                restored(w);
                w.reach.decide(false, w.now);
                w.state.down_until = Some(w.now + TimeDelta::hours(1));
            };
            assert_eq!(on(kind, opted_out), said);
            let retried = |w: &mut World| {
                restored(w);
                w.message.retried_at = Some(w.now);
            };
            assert_eq!(on(kind, retried), Gate::Send);
            let made_since = |w: &mut World| {
                restored(w);
                w.message.created_at = w.now;
            };
            assert_eq!(on(kind, made_since), Gate::Send);
        }
    }

    #[test]
    fn a_message_that_waits_says_until_when() {
        let second = TimeDelta::seconds(1);
        for kind in KINDS {
            let now = world(kind).now;
            let defer = |until, reason| Gate::Defer { until, reason };
            let pair = |w: &mut World| w.reach.last_claim_at = Some(now - second);
            assert_eq!(on(kind, pair), defer(now + second * 5, Reason::PairTime));
            assert_eq!(on(kind, |w| w.reach.last_claim_at = Some(now - second * 6)), Gate::Send);
            let down = |w: &mut World| w.state.down_until = Some(now + second);
            assert_eq!(on(kind, down), defer(now + second, Reason::SenderDown));
            assert_eq!(on(kind, |w| w.state.down_until = Some(now)), Gate::Send);
            let later = |w: &mut World| w.message.scheduled_for = now + second;
            assert_eq!(on(kind, later), defer(now + second, Reason::Scheduled));
            let restricted = |w: &mut World| w.state.restricted = true;
            assert_eq!(on(kind, restricted), defer(now + TimeDelta::hours(1), Reason::SenderRestricted));
            let for_a_day = |w: &mut World| {
                w.state.restricted = true;
                w.message.scheduled_for = now - TimeDelta::hours(24);
            };
            assert_eq!(on(kind, for_a_day), Gate::Fail { reason: Reason::SenderRestricted });

            let night = |w: &mut World| {
                w.now = "2026-03-10T23:00:00Z".parse().unwrap();
                w.reach.window_until = Some(w.now + second);
            };
            let morning = "2026-03-11T11:00:00Z".parse().unwrap();
            let expected = if kind == Kind::Transactional { Gate::Send } else { defer(morning, Reason::QuietHours) };
            assert_eq!(on(kind, night), expected);
            let night_opted_out = |w: &mut World| {
                night(w);
                w.reach.decide(false, w.now);
            };
            if kind == Kind::Marketing {
                assert_eq!(on(kind, night_opted_out), Gate::Skip { reason: Reason::OptedOut });
            }
        }
    }

    proptest! {
        /// A deferral ends: asked again at the time it named, the gate says something else in the end. It never lets
        /// marketing or an owner report through at night, nor marketing to a person who does not want it.
        #[test]
        fn deferrals_end(
            kind in prop::sample::select(KINDS.as_slice()), hours in 0..24 * 400i64, scheduled in -50..50i64,
            down in prop::option::of(-10_000..10_000i64), last in prop::option::of(-10..5i64),
            consent: Option<bool>, week in prop::collection::vec(-1_000_000..0i64, 0..4),
        ) {
            let mut w = world(kind);
            w.sender.gateway = Gateway::Whapi;
            w.now += TimeDelta::hours(hours);
            w.message.scheduled_for = w.now + TimeDelta::hours(scheduled);
            w.state.down_until = down.map(|s| w.now + TimeDelta::seconds(s));
            w.reach.last_claim_at = last.map(|s| w.now + TimeDelta::seconds(s));
            w.reach.consent = consent;
            w.reach.marketing_at = week.iter().map(|s| w.now.timestamp_millis() + s * 1000).collect();
            for _ in 0..5 {
                let Gate::Defer { until, .. } = w.gate() else { break };
                prop_assert!(until > w.now);
                w.now = until;
            }
            match w.gate() {
                Gate::Send => {
                    prop_assert!(w.message.scheduled_for <= w.now);
                    if kind != Kind::Transactional {
                        let local = w.now.with_timezone(&ZONE).time();
                        prop_assert!(!QuietHours::from(&w.settings).contains(local));
                    }
                    prop_assert!(kind != Kind::Marketing || consent != Some(false));
                }
                Gate::Skip { .. } => prop_assert_eq!(kind, Kind::Marketing),
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }
}
