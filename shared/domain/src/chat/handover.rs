//! The handover: a person of the business is called to a chat or has it, and the assistant is silent.
//!
//! A handover ends by a call, by a word, or by its time. Its time stands in the chat, so it is over then even if nobody
//! has noted that yet.

use super::Chat;
use crate::fold::fold;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, IntoStaticStr};

/// How far a handover is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumIter, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Stage {
    /// The customer was told that a person will answer, and nobody has come yet.
    Called,
    /// A person has the chat.
    Taken,
}

/// A person of the business in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// Whether somebody has come.
    pub stage: Stage,
    /// Since when it is at this stage, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub since: DateTime<Utc>,
    /// When the assistant is back, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub until: DateTime<Utc>,
}

/// The end of the last handover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// When the assistant got the chat back, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// How far the handover had come.
    pub stage: Stage,
    /// Whether a person gave it back; else its time was over.
    pub by_person: bool,
}

/// Where a chat stands in the list of a business.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Display, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Standing {
    /// The conversation goes on, without a person.
    Open,
    /// A person is called or has the chat.
    Human,
    /// The conversation has ended.
    Quiet,
}

/// The words behind a slash by which a person gives a chat back, without accents: in English, Spanish and Portuguese.
const RETURN_WORDS: [&str; 6] = ["bot", "robot", "robo", "assistant", "asistente", "assistente"];

/// Whether a text that a person of the business wrote to a customer gives the chat back to the assistant. It must be all of
/// the text.
#[must_use]
pub fn gives_back(text: &str) -> bool {
    let word = text.trim().strip_prefix('/').map(fold);
    word.is_some_and(|word| RETURN_WORDS.contains(&word.as_str()))
}

impl Chat {
    /// Who is called or has the chat at `now` (UTC).
    #[must_use]
    pub fn person(&self, now: DateTime<Utc>) -> Option<&Handover> {
        self.handover.as_ref().filter(|handover| now < handover.until)
    }

    /// Whether a person has taken the chat since `written` and has it at `now`: what the assistant wrote before that is not
    /// said any more. All in UTC.
    #[must_use]
    pub fn was_taken_since(&self, written: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        self.person(now).is_some_and(|held| held.stage == Stage::Taken && written <= held.since)
    }

    /// Whether a message waits for its answer.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.answered < self.sequence
    }

    /// Its place in the list, as far as it is noted: a handover counts until its end is.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (&self.handover, self.settled == self.activity) {
            (Some(_), _) => Standing::Human,
            (None, true) => Standing::Quiet,
            (None, false) => Standing::Open,
        }
    }

    /// The same at `now` (UTC), though the end of a handover may not be noted yet.
    #[must_use]
    pub fn standing_at(&self, now: DateTime<Utc>) -> Standing {
        let mut chat = self.clone();
        chat.lapse(now);
        chat.standing()
    }

    /// Calls a person, for at most `length`. One that has the chat, or was called before, stays.
    pub fn call_a_person(&mut self, now: DateTime<Utc>, length: TimeDelta) {
        self.lapse(now);
        let since = now.trunc_subsecs(3);
        self.handover.get_or_insert(Handover { stage: Stage::Called, since, until: since + length });
    }

    /// A person takes the chat over at `at`, or goes on with it: until `length` later. Nothing changes if that is past, or
    /// if the chat has been given back since `at`. All in UTC.
    pub fn take_over(&mut self, at: DateTime<Utc>, now: DateTime<Utc>, length: TimeDelta) {
        self.lapse(now);
        let at = at.trunc_subsecs(3);
        if at + length <= now || self.returned.is_some_and(|returned| returned.by_person && at <= returned.at) {
            return;
        }
        let held = self.handover.filter(|held| held.stage == Stage::Taken);
        let since = held.map_or(at, |held| held.since.min(at));
        let until = held.map_or(at + length, |held| held.until.max(at + length));
        self.handover = Some(Handover { stage: Stage::Taken, since, until });
    }

    /// Gives the chat back to the assistant at `now` (UTC); whether a person was called or had it.
    pub fn give_back(&mut self, now: DateTime<Utc>) -> bool {
        self.lapse(now);
        match self.handover.take() {
            Some(Handover { stage, .. }) => {
                self.returned = Some(Returned { at: now.trunc_subsecs(3), stage, by_person: true });
                true
            }
            None => false,
        }
    }

    /// Takes what a person of the business wrote to the customer by their own hand at `at`; `false` if it was taken before.
    /// Words take the chat over, and answer what the customer had written until then. A word of [`gives_back`] gives it back,
    /// unless it was taken after that. All in UTC.
    pub fn hear_own(
        &mut self,
        id: &str,
        at: DateTime<Utc>,
        is_return: bool,
        now: DateTime<Utc>,
        length: TimeDelta,
    ) -> bool {
        if !self.remember(id) {
            return false;
        }
        self.activity += 1;
        self.analysis = None;
        self.last_at = self.last_at.max(Some(at));
        if is_return {
            self.lapse(now);
            // A gateway tells whole seconds.
            if self.handover.is_some_and(|held| held.since.trunc_subsecs(0) <= at) {
                self.give_back(at);
            }
            return true;
        }
        self.take_over(at, now, length);
        if self.wrote_at.is_none_or(|wrote| wrote <= at) {
            self.answered = self.sequence;
            self.waiting_since = None;
        }
        true
    }

    /// Takes what another chat with the same person has, whose record goes into this one's: what the record does not know,
    /// a person of the business who is in it, the messages that it knows, and what waits in it as one message more.
    pub fn join(&mut self, other: &Self) {
        other.heard.iter().for_each(|id| {
            self.remember(id);
        });
        if other.is_unanswered() {
            self.sequence += 1;
            self.waiting_since = self.waiting_since.into_iter().chain(other.waiting_since).min();
        }
        if other.settled < other.activity {
            self.activity += 1;
        }
        self.tokens += other.tokens;
        self.answers += other.answers;
        self.learned.take_up(&other.learned);
        self.contact.join(&other.contact);
        self.asked_for_number |= other.asked_for_number;
        self.wrote_at = self.wrote_at.max(other.wrote_at);
        self.last_at = self.last_at.max(other.last_at);
        self.handover = self.handover.or(other.handover);
    }

    /// Ends a turn that finds its message answered by a person.
    pub fn pass(&mut self, sequence: u64) {
        self.answered = self.answered.max(sequence);
        self.waiting_since = self.waiting_since.filter(|_| self.is_unanswered());
        self.leave(0);
    }

    /// Notes the end of a handover whose time is over at `now`, UTC.
    pub fn lapse(&mut self, now: DateTime<Utc>) {
        if let Some(Handover { stage, until, .. }) = self.handover.filter(|held| held.until <= now) {
            self.handover = None;
            self.returned = Some(Returned { at: until, stage, by_person: false });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Begin;
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + seconds, 0).unwrap()
    }

    const LEASE: TimeDelta = TimeDelta::seconds(60);
    const HOUR: TimeDelta = TimeDelta::hours(1);

    #[test]
    fn of_two_chats_that_become_one_nothing_that_waits_is_lost() {
        let (mut one, mut other) = (Chat::default(), Chat::default());
        one.hear("m1", at(0), true);
        one.answer(1, 10, at(5));
        one.settle(one.activity, HOUR);
        other.hear("m2", at(20), true);
        other.hear("m3", at(30), true);
        other.take_over(at(31), at(31), HOUR);
        one.join(&other);
        assert_eq!((one.sequence, one.answered, one.waiting_since), (2, 1, Some(at(20))));
        assert_eq!((one.standing(), one.activity - one.settled), (Standing::Human, 1));
        assert!(!one.hear("m3", at(30), true), "it has been heard");
        let before = one.clone();
        one.join(&Chat { handover: None, ..Chat::default() });
        assert_eq!(one, before);
    }

    #[test]
    fn while_a_person_has_the_chat_no_turn_begins_and_none_that_began_answers() {
        let mut chat = Chat::default();
        chat.hear("m1", at(0), true);
        assert_eq!(chat.begin(1, "a", at(5), LEASE), Begin::Begun);
        chat.take_over(at(6), at(6), HOUR);
        assert!(!chat.may_answer(1, "a", at(7)));
        chat.leave(80);
        chat.hear("m2", at(60), true);
        assert_eq!(chat.begin(2, "b", at(65), LEASE), Begin::Past);
        assert_eq!((chat.standing(), chat.tokens), (Standing::Human, 80));
        // An hour after the person's last word the assistant is back, though nobody has noted it.
        assert_eq!(chat.standing_at(at(3_605)), Standing::Human);
        assert_eq!(chat.standing_at(at(3_606)), Standing::Open);
        assert_eq!(chat.begin(2, "c", at(3_606), LEASE), Begin::Begun);
        assert_eq!(chat.returned, Some(Returned { at: at(3_606), stage: Stage::Taken, by_person: false }));
    }

    #[test]
    fn each_word_of_the_person_prolongs_the_handover_and_answers_what_was_asked() {
        let mut chat = Chat::default();
        chat.hear("m1", at(0), true);
        assert!(chat.hear_own("o1", at(10), false, at(11), HOUR));
        assert!(!chat.hear_own("o1", at(10), false, at(2_000), HOUR), "a repeat");
        assert!(!chat.is_unanswered() && chat.waiting_since.is_none());
        assert!(chat.hear_own("o2", at(1_000), false, at(1_001), HOUR));
        let held = Handover { stage: Stage::Taken, since: at(10), until: at(4_600) };
        assert_eq!(chat.person(at(4_599)), Some(&held));
        // One that comes late shortens nothing, and answers nothing that was written after it.
        chat.hear("m2", at(1_500), true);
        assert!(chat.hear_own("o3", at(500), false, at(1_501), HOUR));
        assert_eq!((chat.person(at(4_599)), chat.is_unanswered()), (Some(&held), true));
    }

    #[test]
    fn what_was_written_before_the_chat_was_given_back_does_not_take_it_again() {
        let mut chat = Chat::default();
        chat.take_over(at(0), at(0), HOUR);
        assert!(chat.give_back(at(60)));
        assert!(!chat.give_back(at(61)), "a repeat");
        assert!(chat.hear_own("o1", at(30), false, at(70), HOUR));
        assert_eq!(chat.person(at(71)), None);
        assert!(chat.hear_own("o2", at(80), false, at(81), HOUR));
        assert!(chat.person(at(82)).is_some());
        // A day later it is news of yesterday.
        chat.give_back(at(90));
        assert!(chat.hear_own("o3", at(100), false, at(86_400), HOUR));
        assert_eq!(chat.person(at(86_400)), None);
        // One that comes a moment after the end of its time goes on with it.
        chat.take_over(at(90_000), at(90_000), HOUR);
        assert!(chat.hear_own("o4", at(93_599), false, at(93_605), HOUR));
        assert!(chat.person(at(93_606)).is_some());
    }

    #[test]
    fn a_word_gives_the_chat_back_unless_it_was_taken_since() {
        let mut chat = Chat::default();
        chat.take_over(at(0), at(0), HOUR);
        chat.hear("m1", at(10), true);
        assert!(chat.hear_own("w1", at(20), true, at(20), HOUR));
        assert_eq!((chat.person(at(20)), chat.is_unanswered()), (None, true));
        chat.take_over(at(30), at(30), HOUR);
        assert!(!chat.hear_own("w1", at(20), true, at(31), HOUR), "a repeat");
        assert!(chat.hear_own("w0", at(5), true, at(32), HOUR), "late");
        assert!(chat.person(at(33)).is_some());
    }

    #[test]
    fn a_call_waits_for_a_person_who_may_come_or_not() {
        let mut chat = Chat::default();
        chat.hear("m1", at(0), true);
        chat.begin(1, "a", at(5), LEASE);
        chat.answer(1, 100, at(6));
        chat.call_a_person(at(6), HOUR);
        chat.call_a_person(at(600), HOUR);
        assert_eq!(chat.handover.map(|it| (it.stage, it.until)), Some((Stage::Called, at(3_606))));
        chat.hear("m2", at(700), true);
        assert_eq!(chat.begin(2, "b", at(705), LEASE), Begin::Past);
        chat.take_over(at(800), at(800), HOUR);
        assert_eq!(chat.handover.map(|it| (it.stage, it.since)), Some((Stage::Taken, at(800))));
    }

    #[test]
    fn a_word_is_known_in_three_languages_and_only_alone() {
        for word in ["/bot", " /BOT ", "/robô", "/robot", "/Asistente", "/assistente", "/assistant"] {
            assert!(gives_back(word), "{word}");
        }
        for text in ["bot", "fale com o /bot", "/bot por favor", "", "/", "/agenda"] {
            assert!(!gives_back(text), "{text}");
        }
    }

    proptest! {
        /// Whatever comes twice and in any order: no turn answers while a person has the chat, and the time that was promised
        /// ends every handover.
        #[test]
        fn nobody_talks_over_a_person(acts in prop::collection::vec((0..6_u8, 0..40_i64, 0..8_u64), 1..80)) {
            let (mut chat, mut now) = (Chat::default(), 0);
            for (act, late, nth) in acts {
                now += 7;
                match act {
                    0 => drop(chat.hear(&format!("m{nth}-{}", now / 30), at(now - late), true)),
                    1 => drop(chat.hear_own(&format!("o{nth}-{}", now / 30), at(now - late), nth == 0, at(now), HOUR)),
                    2 => chat.take_over(at(now), at(now), HOUR),
                    3 => drop(chat.give_back(at(now))),
                    4 => chat.call_a_person(at(now), HOUR),
                    _ => {
                        let held = chat.person(at(now)).is_some();
                        let began = chat.begin(chat.sequence, "run", at(now), LEASE) == Begin::Begun;
                        prop_assert!(!(held && began));
                        if began {
                            prop_assert!(chat.may_answer(chat.sequence, "run", at(now)));
                            chat.answer(chat.sequence, 1, at(now));
                        }
                    }
                }
                prop_assert!(chat.answered <= chat.sequence);
            }
            prop_assert!(chat.person(at(now) + HOUR).is_none());
            prop_assert_ne!(chat.standing_at(at(now) + HOUR), Standing::Human);
        }
    }
}
