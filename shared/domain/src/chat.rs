//! The chat with one customer: what waits for an answer, the turn of the assistant that is under way, and what the
//! customer's record does not know yet.
//!
//! Two numbers go up: `sequence` with each message that wants an answer, and `activity` with each message of either side.
//! A task carries the number of its time. When it comes and the number is another, somebody has written since, and a later
//! task does the work. So a repeat, a crash or another order can neither answer twice nor count tokens twice.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The messages whose ids are remembered, to know a repeat.
const REMEMBERED: usize = 50;
/// A person who writes on and on is answered after so long.
pub const LONGEST_SILENCE: TimeDelta = TimeDelta::seconds(30);
/// A conversation ends so long after its last message.
pub const CONVERSATION: TimeDelta = TimeDelta::minutes(10);

/// A turn of the assistant that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The run that does it.
    pub run: String,
    /// When another run may take it up, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub until: DateTime<Utc>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The last message of either side, UTC.
    pub last_at: DateTime<Utc>,
    /// The last message of the customer, UTC.
    pub wrote_at: Option<DateTime<Utc>>,
    /// Tokens of the assistant since the last time.
    pub tokens: u64,
}

impl Chat {
    /// Takes a message of the customer; `false` if it was taken before.
    pub fn hear(&mut self, id: &str, at: DateTime<Utc>, wants_answer: bool) -> bool {
        if self.heard.iter().any(|heard| heard == id) {
            return false;
        }
        self.heard.push(id.to_owned());
        let surplus = self.heard.len().saturating_sub(REMEMBERED);
        self.heard.drain(..surplus);
        self.activity += 1;
        self.wrote_at = self.wrote_at.max(Some(at));
        self.last_at = self.last_at.max(Some(at));
        if wants_answer {
            self.sequence += 1;
            self.waiting_since.get_or_insert(at);
        }
        true
    }

    /// Begins a turn at `now` (UTC) that answers all messages up to this one, for at most `lease`.
    pub fn begin(&mut self, sequence: u64, run: &str, now: DateTime<Utc>, lease: TimeDelta) -> Begin {
        let has_waited = self.waiting_since.is_some_and(|since| since + LONGEST_SILENCE <= now);
        if sequence <= self.answered || (sequence != self.sequence && !has_waited) {
            return Begin::Past;
        }
        if let Some(turn) = self.turn.as_ref().filter(|turn| turn.run != run && now < turn.until) {
            return Begin::Busy(turn.until);
        }
        self.turn = Some(Turn { run: run.to_owned(), until: now + lease });
        Begin::Begun
    }

    /// Whether a turn that began at a sequence may still answer: nobody has written since, or the person has waited long.
    #[must_use]
    pub fn may_answer(&self, began_at: u64, run: &str, now: DateTime<Utc>) -> bool {
        let is_ours = self.turn.as_ref().is_some_and(|turn| turn.run == run && now < turn.until);
        let has_waited = self.waiting_since.is_some_and(|since| since + LONGEST_SILENCE <= now);
        is_ours && self.answered < began_at && (self.sequence == began_at || has_waited)
    }

    /// Keeps that the messages up to this one have their answer since `now`, UTC.
    pub fn answer(&mut self, sequence: u64, tokens: u64, now: DateTime<Utc>) {
        self.answered = self.answered.max(sequence);
        self.activity += 1;
        self.last_at = self.last_at.max(Some(now));
        self.waiting_since = self.waiting_since.filter(|_| self.answered < self.sequence);
        self.leave(tokens);
    }

    /// Ends a turn that answers nothing. Its tokens count.
    pub fn leave(&mut self, tokens: u64) {
        self.turn = None;
        self.tokens += tokens;
    }

    /// Ends the conversation, if nobody has written since this activity; `None` if somebody has, or if it has ended.
    pub fn settle(&mut self, activity: u64) -> Option<Settled> {
        if activity != self.activity || self.settled == activity {
            return None;
        }
        self.settled = activity;
        let tokens = std::mem::take(&mut self.tokens);
        Some(Settled { last_at: self.last_at?, wrote_at: self.wrote_at, tokens })
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
        assert_eq!(chat.settle(early), None);
        let settled = Settled { last_at: at(66), wrote_at: Some(at(60)), tokens: 350 };
        assert_eq!([(); 2].map(|()| chat.settle(4)), [Some(settled), None]);
        assert!(chat.hear("m3", at(900), false));
        assert_eq!(chat.settle(5).map(|it| it.tokens), Some(0));
    }

    /// A purchase may have come since the last message.
    #[test]
    fn a_contact_only_moves_forward() {
        let mut ana =
            crate::Customer::new(crate::CustomerId(uuid::Uuid::nil()), None, &crate::Profile::default(), at(100));
        let settled = |wrote| Settled { last_at: at(wrote + 5), wrote_at: Some(at(wrote)), tokens: 10 };
        ana.converse(&settled(50), at(700));
        assert_eq!((ana.last_contact_at, ana.last_activity), (at(100), Some(at(55))));
        ana.converse(&settled(800), at(1_500));
        assert_eq!((ana.last_contact_at, ana.last_activity), (at(800), Some(at(805))));
        assert_eq!(ana.thread_token_count, 20);
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
                    _ => settled += chat.settle(chat.activity).map_or(0, |it| it.tokens),
                }
            }
            settled += chat.tokens;
            prop_assert!(answers.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!(settled, spent);
        }
    }
}
