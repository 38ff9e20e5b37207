//! The chat with one customer: what waits for an answer, the turn of the assistant that is under way, and what the
//! customer's record does not know yet.
//!
//! Two numbers go up: `sequence` with each message that wants an answer, and `activity` with each message of either side.
//! A task carries the number of its time. When it comes and the number is another, somebody has written since, and a later
//! task does the work. So a repeat, a crash or another order can neither answer twice nor count tokens twice.

pub mod contact;
pub mod handover;

use crate::{Learned, SenderId, Wanted};
use chrono::{DateTime, TimeDelta, Utc};
use contact::{Contact, ContactNews};
use handover::{Handover, Returned};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The messages whose ids are remembered, to know a repeat.
const REMEMBERED: usize = 50;
/// A person who writes on and on is answered after so long.
pub const LONGEST_SILENCE: TimeDelta = TimeDelta::seconds(30);
/// A conversation ends so long after its last message.
pub const CONVERSATION: TimeDelta = TimeDelta::minutes(10);
/// The analysis of a conversation is tried so often.
pub const ANALYSED: u32 = 3;
/// A thread of the assistant is renewed after so long.
pub const LONGEST_THREAD: TimeDelta = TimeDelta::days(7);
/// A thread of the assistant is renewed after so many tokens.
pub const LARGEST_THREAD: u64 = 20_000;
/// From so many tokens of a thread on, each answer brings a summary with it.
const SUMMED_UP_FROM: u64 = LARGEST_THREAD * 3 / 4;

/// A turn of the assistant that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The run that does it.
    pub run: String,
    /// When another run may take it up, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub until: DateTime<Utc>,
}

/// What was said, in a few sentences of the model's. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Summary(pub String);

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Summary")
    }
}

/// An analysis that is still to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// From when on, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// The number of tries that brought none.
    #[serde(default)]
    pub tries: u32,
}

/// The stretch of a chat that the assistant is shown: the same for many turns, and renewed so that it stays short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Ours, as no server keeps it.
    pub thread_id: String,
    /// When it was begun, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub begun_at: DateTime<Utc>,
    /// Messages before this time are not of it, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub since: DateTime<Utc>,
    /// Tokens of its turns.
    pub tokens: u64,
    /// What was said before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Summary>,
}

impl Thread {
    /// Whether it is short enough, and fresh enough at `now` (UTC), to go on with.
    #[must_use]
    pub fn may_go_on(&self, now: DateTime<Utc>) -> bool {
        now < self.begun_at + LONGEST_THREAD && self.tokens < LARGEST_THREAD
    }

    /// Whether it is renewed soon, so that the next answer is to sum it up.
    #[must_use]
    pub fn ends_soon(&self) -> bool {
        self.tokens >= SUMMED_UP_FROM
    }
}

/// The chat with a customer. All times in UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chat {
    /// Messages that want an answer, so far.
    pub sequence: u64,
    /// Of these, those that have one.
    pub answered: u64,
    /// The ids of the last messages, newest last; hashed by the caller, for a gateway's id may hold a phone number.
    pub heard: Vec<String>,
    /// The first recording of this conversation that was not understood, by its id in `heard`: its customer is asked to
    /// write instead, and for no later one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_understood: Option<String>,
    /// Since when a message waits for its answer.
    #[serde(with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<DateTime<Utc>>,
    /// The turn that is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<Turn>,
    /// Messages of either side, so far.
    pub activity: u64,
    /// `activity` as it was when the customer's record last learned of it.
    pub settled: u64,
    /// The last message of the customer.
    #[serde(with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub wrote_at: Option<DateTime<Utc>>,
    /// The last message of either side.
    #[serde(with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub last_at: Option<DateTime<Utc>>,
    /// Tokens of the assistant that the customer's record does not know yet.
    pub tokens: u64,
    /// Answers since then.
    pub answers: u64,
    /// The thread of the last turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<Thread>,
    /// The last summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
    /// `sequence` as it was when the chat was last analysed.
    pub analysed: u64,
    /// The analysis that is to be made, once the customer has been silent for long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analysis: Option<Waiting>,
    /// A person of the business who is called or has the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handover: Option<Handover>,
    /// The end of the last handover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned: Option<Returned>,
    /// What the customer has told of their profile, and the customer's record does not know yet.
    #[serde(skip_serializing_if = "Learned::is_empty")]
    pub learned: Learned,
    /// The appointment that a message asks for, until that message has its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Wanted>,
    /// Whether the customer, of whom no number was known, was asked for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub asked_for_number: bool,
    /// The sender that the customer last wrote to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_id: Option<SenderId>,
    /// The customer as the gateway shows them.
    #[serde(skip_serializing_if = "Contact::is_empty")]
    pub contact: Contact,
}

/// Whether a turn may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// It has begun.
    Begun,
    /// Another is under way until then, UTC.
    Busy(DateTime<Utc>),
    /// There is nothing to answer, or a later task does it.
    Past,
}

/// What the customer's record learns at the end of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The last message of either side, UTC.
    pub last_at: DateTime<Utc>,
    /// The last message of the customer, UTC.
    pub wrote_at: Option<DateTime<Utc>>,
    /// Tokens of the assistant since the last time.
    pub tokens: u64,
    /// Its answers since then.
    pub answers: u64,
    /// The assistant's thread, if it has had a turn.
    pub thread_id: Option<String>,
    /// What the customer has told of their profile.
    pub learned: Learned,
    /// What the gateway shows of the customer.
    pub contact: ContactNews,
}

impl Chat {
    /// Takes a message of the customer; `false` if it was taken before.
    pub fn hear(&mut self, id: &str, at: DateTime<Utc>, wants_answer: bool) -> bool {
        if !self.remember(id) {
            return false;
        }
        self.activity += 1;
        self.analysis = None;
        self.wrote_at = self.wrote_at.max(Some(at));
        self.last_at = self.last_at.max(Some(at));
        if wants_answer {
            self.sequence += 1;
            self.waiting_since.get_or_insert(at);
        }
        true
    }

    /// Remembers the id of a message; `false` if it was known.
    fn remember(&mut self, id: &str) -> bool {
        if self.heard.iter().any(|heard| heard == id) {
            return false;
        }
        self.heard.push(id.to_owned());
        let surplus = self.heard.len().saturating_sub(REMEMBERED);
        self.heard.drain(..surplus);
        true
    }

    /// Takes it that a message of `hear` is a recording that was not understood; whether its customer is to be asked to
    /// write instead. A repeat has the same answer until the conversation ends.
    pub fn not_understand(&mut self, id: &str, is_new: bool) -> bool {
        if is_new && self.not_understood.is_none() {
            self.not_understood = Some(id.to_owned());
        }
        self.not_understood.as_deref() == Some(id)
    }

    /// Begins a turn at `now` (UTC) that answers all messages up to this one, for at most `lease`.
    pub fn begin(&mut self, sequence: u64, run: &str, now: DateTime<Utc>, lease: TimeDelta) -> Begin {
        self.lapse(now);
        let has_waited = self.waiting_since.is_some_and(|since| since + LONGEST_SILENCE <= now);
        // When a person gives the chat back, another task comes for what waits.
        if self.handover.is_some() {
            return Begin::Past;
        }
        if sequence <= self.answered || (sequence != self.sequence && !has_waited) {
            return Begin::Past;
        }
        if let Some(turn) = self.turn.as_ref().filter(|turn| turn.run != run && now < turn.until) {
            return Begin::Busy(turn.until);
        }
        self.turn = Some(Turn { run: run.to_owned(), until: now + lease });
        if self.thread.as_ref().is_none_or(|thread| !thread.may_go_on(now)) {
            let since = self.waiting_since.unwrap_or(now);
            let (thread_id, before) = (run.to_owned(), self.summary.clone());
            self.thread = Some(Thread { thread_id, begun_at: now, since, tokens: 0, before });
        }
        Begin::Begun
    }

    /// Whether a turn that began at a sequence may still answer: no person of the business has the chat, and nobody has
    /// written since, or the customer has waited long.
    #[must_use]
    pub fn may_answer(&self, began_at: u64, run: &str, now: DateTime<Utc>) -> bool {
        let is_ours = self.turn.as_ref().is_some_and(|turn| turn.run == run && now < turn.until);
        let has_waited = self.waiting_since.is_some_and(|since| since + LONGEST_SILENCE <= now);
        // What was decided on is gone through with, whatever was written since.
        let is_decided = self.wanted.as_ref().is_some_and(|wanted| wanted.sequence == began_at);
        is_ours
            && self.person(now).is_none()
            && self.answered < began_at
            && (self.sequence == began_at || has_waited || is_decided)
    }

    /// Keeps the appointment that is asked for, before it is made: a repeat makes the same one, and asks nobody again.
    pub fn want(&mut self, wanted: Wanted, learned: &Learned, tokens: u64) {
        self.wanted = Some(wanted);
        self.learned.take_up(learned);
        self.tokens += tokens;
    }

    /// Keeps that the messages up to this one have their answer since `now`, UTC.
    pub fn answer(&mut self, sequence: u64, tokens: u64, now: DateTime<Utc>) {
        self.answered = self.answered.max(sequence);
        self.wanted = self.wanted.take().filter(|wanted| wanted.sequence > sequence);
        self.activity += 1;
        self.answers += 1;
        self.last_at = self.last_at.max(Some(now));
        self.waiting_since = self.waiting_since.filter(|_| self.answered < self.sequence);
        self.leave(tokens);
    }

    /// Ends a turn that answers nothing. Its tokens count.
    pub fn leave(&mut self, tokens: u64) {
        self.turn = None;
        self.tokens += tokens;
        if let Some(thread) = &mut self.thread {
            thread.tokens += tokens;
        }
    }

    /// Whether the conversation goes on, and nobody has written since this activity.
    #[must_use]
    pub fn ends_at(&self, activity: u64) -> bool {
        activity == self.activity && self.settled != activity
    }

    /// Ends the conversation, if nobody has written since this activity; `None` if somebody has, or if it has ended. If
    /// the customer has written what the assistant is for, it is analysed `idle` after the last message.
    pub fn settle(&mut self, activity: u64, idle: TimeDelta) -> Option<Settled> {
        if !self.ends_at(activity) {
            return None;
        }
        let last_at = self.last_at?;
        self.settled = activity;
        if self.analysed < self.sequence {
            self.analysis = Some(Waiting { at: last_at + idle, tries: 0 });
        }
        self.not_understood = None;
        let (tokens, answers) = (std::mem::take(&mut self.tokens), std::mem::take(&mut self.answers));
        let (learned, contact) = (std::mem::take(&mut self.learned), self.contact.record());
        let thread_id = self.thread.as_ref().map(|thread| thread.thread_id.clone());
        Some(Settled { last_at, wrote_at: self.wrote_at, tokens, answers, thread_id, learned, contact })
    }

    /// Whether it is to be analysed at `now`, UTC.
    #[must_use]
    pub fn waits_for_analysis(&self, now: DateTime<Utc>) -> bool {
        self.analysis.as_ref().is_some_and(|waiting| waiting.at <= now)
    }

    /// When a sweep finds it for its analysis, UTC; `None` if it waits for none, or its tries are used up.
    #[must_use]
    pub fn analysis_due(&self) -> Option<DateTime<Utc>> {
        self.analysis.as_ref().filter(|waiting| waiting.tries < ANALYSED).map(|waiting| waiting.at)
    }

    /// Keeps that it is analysed, with what was said.
    pub fn analyse(&mut self, summary: Option<Summary>) {
        self.analysed = self.sequence;
        self.analysis = None;
        self.summary = summary.or(self.summary.take());
    }

    /// Keeps that an analysis brought nothing, and waits for the next try: a quarter of an hour, then an hour. Says
    /// whether it was the last, after which the chat waits from now on for its task to be redriven.
    pub fn analyse_again(&mut self, now: DateTime<Utc>) -> bool {
        let Some(waiting) = &mut self.analysis else { return false };
        waiting.tries += 1;
        let is_last = waiting.tries >= ANALYSED;
        if !is_last {
            waiting.at = now + TimeDelta::minutes(if waiting.tries == 1 { 15 } else { 60 });
        }
        is_last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + seconds, 0).unwrap()
    }

    const LEASE: TimeDelta = TimeDelta::seconds(60);
    const IDLE: TimeDelta = TimeDelta::hours(1);

    #[test]
    fn a_conversation_asks_once_for_words_in_place_of_recordings() {
        let mut chat = Chat::default();
        let hear = |chat: &mut Chat, id: &str| {
            let is_new = chat.hear(id, at(1), false);
            chat.not_understand(id, is_new)
        };
        assert_eq!(["a", "b", "a"].map(|id| hear(&mut chat, id)), [true, false, true]);
        assert!(chat.settle(chat.activity, IDLE).is_some());
        assert_eq!(["a", "c", "b", "c"].map(|id| hear(&mut chat, id)), [false, true, false, true]);
    }

    #[test]
    fn ten_fragments_are_one_turn_and_a_repeat_is_none() {
        let mut chat = Chat::default();
        for nth in 0..10 {
            assert!(chat.hear(&format!("m{nth}"), at(nth), true));
            assert!(!chat.hear(&format!("m{nth}"), at(nth), true));
        }
        for early in 1..10 {
            assert_eq!(chat.begin(early, "a", at(14), LEASE), Begin::Past);
        }
        assert_eq!(chat.begin(10, "a", at(14), LEASE), Begin::Begun);
        assert!(chat.may_answer(10, "a", at(16)));
        chat.answer(10, 150, at(16));
        assert_eq!(chat.begin(10, "b", at(17), LEASE), Begin::Past);
        assert_eq!((chat.tokens, chat.waiting_since), (150, None));
    }

    #[test]
    fn one_turn_at_a_time_and_a_dead_one_is_taken_up() {
        let mut chat = Chat::default();
        chat.hear("m", at(0), true);
        assert_eq!(chat.begin(1, "a", at(5), LEASE), Begin::Begun);
        assert_eq!(chat.begin(1, "b", at(6), LEASE), Begin::Busy(at(65)));
        assert_eq!(chat.begin(1, "b", at(65), LEASE), Begin::Begun);
        assert!(!chat.may_answer(1, "a", at(66)));
        assert!(chat.may_answer(1, "b", at(66)));
    }

    #[test]
    fn a_newer_message_supersedes_a_turn_but_not_for_ever() {
        let mut chat = Chat::default();
        chat.hear("m1", at(0), true);
        assert_eq!(chat.begin(1, "a", at(5), LEASE), Begin::Begun);
        chat.hear("m2", at(6), true);
        assert!(!chat.may_answer(1, "a", at(7)));
        chat.leave(80);
        // The person writes on and on.
        for nth in 3..12 {
            chat.hear(&format!("m{nth}"), at(nth * 3), true);
        }
        assert_eq!(chat.begin(9, "b", at(31), LEASE), Begin::Begun);
        assert!(chat.may_answer(9, "b", at(32)));
        chat.answer(9, 20, at(33));
        assert_eq!((chat.waiting_since.is_some(), chat.tokens), (true, 100));
    }

    #[test]
    fn the_record_learns_of_a_conversation_once_and_tokens_add_up() {
        let mut chat = Chat::default();
        chat.hear("m1", at(0), true);
        let early = chat.activity;
        assert_eq!(chat.begin(1, "a", at(5), LEASE), Begin::Begun);
        chat.answer(1, 150, at(6));
        chat.hear("m2", at(60), true);
        assert_eq!(chat.begin(2, "b", at(65), LEASE), Begin::Begun);
        chat.answer(2, 200, at(66));
        assert_eq!(chat.settle(early, IDLE), None);
        let learned = Learned { city: Some("Lima".to_owned()), ..Learned::default() };
        chat.learned = learned.clone();
        let thread_id = Some("a".to_owned());
        let (last_at, wrote_at, contact) = (at(66), Some(at(60)), ContactNews::default());
        let settled = Settled { last_at, wrote_at, tokens: 350, answers: 2, thread_id, learned, contact };
        assert_eq!([(); 2].map(|()| chat.settle(4, IDLE)), [Some(settled), None]);
        assert!(chat.hear("m3", at(900), false));
        assert_eq!(chat.settle(5, IDLE).map(|it| (it.tokens, it.learned.is_empty())), Some((0, true)));
    }

    /// A purchase may have come since the last message.
    #[test]
    fn a_contact_only_moves_forward() {
        let mut ana =
            crate::Customer::new(crate::CustomerId(uuid::Uuid::nil()), None, &crate::Profile::default(), at(100));
        let learned = Learned { city: Some("Lima".to_owned()), ..Learned::default() };
        let settled = |wrote: i64| {
            let (thread_id, learned) = (Some(wrote.to_string()), learned.clone());
            let (last_at, wrote_at) = (at(wrote + 5), Some(at(wrote)));
            Settled { last_at, wrote_at, tokens: 10, answers: 1, thread_id, learned, contact: ContactNews::default() }
        };
        ana.converse(&settled(50), at(700));
        assert_eq!((ana.last_contact_at, ana.last_activity), (at(100), Some(at(55))));
        ana.converse(&settled(800), at(1_500));
        assert_eq!((ana.last_contact_at, ana.last_activity), (at(800), Some(at(805))));
        assert_eq!((ana.thread_token_count, ana.thread_id.as_deref()), (20, Some("800")));
        assert_eq!(ana.city.as_deref(), Some("Lima"));
    }

    #[test]
    fn a_chat_is_analysed_once_it_is_idle_and_again_after_new_words() {
        let mut chat = Chat::default();
        chat.hear("m1", at(0), true);
        assert!(chat.settle(1, IDLE).is_some());
        assert_eq!([3_599, 3_600].map(|seconds| chat.waits_for_analysis(at(seconds))), [false, true]);
        chat.analyse(Some(Summary("asked the price".to_owned())));
        // A word that something else has answered.
        chat.hear("m2", at(4_000), false);
        assert!(chat.settle(2, IDLE).is_some());
        assert_eq!(chat.analysis, None);
        chat.hear("m3", at(5_000), true);
        assert!(chat.settle(3, IDLE).is_some());
        assert_eq!(chat.analysis_due(), Some(at(8_600)));
        // New words before it was made.
        chat.hear("m4", at(8_700), true);
        assert_eq!(chat.analysis_due(), None);
    }

    #[test]
    fn an_analysis_is_tried_three_times_and_then_only_by_hand() {
        let mut chat = Chat::default();
        chat.hear("m1", at(0), true);
        chat.settle(1, IDLE);
        assert_eq!([4_000, 5_000].map(|seconds| chat.analyse_again(at(seconds))), [false, false]);
        assert_eq!(chat.analysis_due(), Some(at(5_000) + TimeDelta::hours(1)));
        assert!(chat.analyse_again(at(9_000)));
        assert_eq!((chat.analysis_due(), chat.waits_for_analysis(at(9_000))), (None, true));
    }

    #[test]
    fn a_thread_is_renewed_by_its_age_and_by_its_tokens() {
        let (mut chat, mut now) = (Chat::default(), 0);
        let mut turn = |now: i64, tokens| {
            chat.hear(&format!("m{now}"), at(now), true);
            assert_eq!(chat.begin(chat.sequence, &format!("r{now}"), at(now + 5), LEASE), Begin::Begun);
            let thread = chat.thread.clone().unwrap();
            chat.summary = thread.ends_soon().then(|| Summary(now.to_string()));
            chat.answer(chat.sequence, tokens, at(now + 6));
            (thread.thread_id, thread.since, thread.before.map(|summary| summary.0))
        };
        let thread = |first: i64, before: Option<&str>| (format!("r{first}"), at(first), before.map(str::to_owned));
        assert_eq!(turn(0, 15_000), thread(0, None));
        now += 60;
        assert_eq!(turn(now, 5_000), thread(0, None));
        assert_eq!(turn(120, 10), thread(120, Some("60")));
        now = 120 + LONGEST_THREAD.num_seconds();
        assert_eq!(turn(now - 10, 10), thread(120, Some("60")));
        assert_eq!(turn(now, 10), thread(now, None));
    }

    #[test]
    fn an_appointment_that_was_decided_on_is_made_whatever_is_written_since() {
        let mut chat = Chat::default();
        chat.hear("m1", at(0), true);
        assert_eq!(chat.begin(1, "a", at(5), LEASE), Begin::Begun);
        let wanted =
            Wanted { sequence: 1, service: "Banho".to_owned(), start: at(90_000), minutes: 60, price: None, pet: None };
        chat.want(wanted.clone(), &Learned::default(), 10);
        chat.hear("m2", at(6), true);
        assert!(chat.may_answer(1, "a", at(7)));
        // The run dies. The next message's turn finds what is to be made.
        assert_eq!(chat.begin(2, "b", at(70), LEASE), Begin::Begun);
        assert_eq!((chat.wanted.as_ref(), chat.may_answer(1, "b", at(71))), (Some(&wanted), true));
        chat.answer(1, 0, at(71));
        assert_eq!((chat.wanted.clone(), chat.tokens), (None, 10));
        assert!(!chat.may_answer(1, "b", at(72)));
        assert_eq!(chat.begin(2, "c", at(73), LEASE), Begin::Begun);
    }

    proptest! {
        /// Whatever comes twice and in any order: each message is answered by one turn, and each token counts once.
        #[test]
        fn tasks_in_any_order_answer_once(order in prop::collection::vec((0..6_u64, 0..4_u8), 1..60)) {
            let (mut chat, mut answers, mut spent, mut now) = (Chat::default(), Vec::new(), 0, 0);
            let mut settled = 0;
            for (nth, kind) in order {
                now += 3;
                match kind {
                    0 => drop(chat.hear(&format!("m{nth}"), at(now), true)),
                    1 | 2 => {
                        let run = format!("run-{now}");
                        if chat.begin(nth, &run, at(now), LEASE) == Begin::Begun && chat.may_answer(nth, &run, at(now)) {
                            answers.push(nth);
                            spent += 10;
                            chat.answer(nth, 10, at(now));
                        }
                    }
                    _ => settled += chat.settle(chat.activity, IDLE).map_or(0, |it| it.tokens),
                }
            }
            settled += chat.tokens;
            prop_assert!(answers.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!(settled, spent);
        }
    }
}
