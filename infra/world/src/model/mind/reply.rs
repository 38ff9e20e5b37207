//! The answer to a customer: its text, what is to be done, and what was learned.

use super::super::ask::{ModelRole, ModelTurn};
use super::booking::{self, Outcome, Talk};
use super::briefing::Briefing;
use super::days::Moment;
use super::facts;
use super::fields::Fields;
use super::hours;
use super::language::Language;
use super::sentences::{self, Sentence, say};
use super::services::{self, Thing};
use super::texts;
use super::wishes::Wishes;
use super::words::Words;
use serde_json::{Value, json};

/// So many words are a question even without its sign.
const SHORT: usize = 4;

/// The answer in the form `reply`.
pub(super) fn value(briefing: &Briefing, turns: &[ModelTurn]) -> Value {
    let said: Vec<(bool, &str)> = turns.iter().filter_map(side).collect();
    let after = said.iter().rposition(|(is_customer, _)| *is_customer).map_or(0, |last| last + 1);
    let begin = said[..after].iter().rposition(|(is_customer, _)| !is_customer).map_or(0, |last| last + 1);
    let (before, new) = (&said[..begin], &said[begin..after]);
    let sends = new.iter().any(|(_, text)| unbracketed(text).is_some());
    let text = new.iter().map(|(_, text)| unbracketed(text).unwrap_or(text)).collect::<Vec<_>>().join("\n");
    let words = Words::of(&text);
    let language = language(briefing, &words, before);
    let wishes = Wishes::of(&words);
    let asked = Question { briefing, language, words: &words, wishes, sends, talk: Talk::new(&words, before) };
    let fields = Fields::read(&text, &words);
    let answer = asked.answer(&fields);
    let booking = answer.booking.as_ref().map(|(service, start)| json!({"service": service, "start": start}));
    let Answer { text, action, .. } = answer;
    json!({"text": text, "action": action, "language": language.code(), "fields": fields, "booking": booking})
}

/// Whether a turn is the customer's, and its text.
fn side(turn: &ModelTurn) -> Option<(bool, &str)> {
    match turn.role {
        ModelRole::User => Some((true, turn.text.as_str())),
        ModelRole::Assistant => Some((false, turn.text.as_str())),
        ModelRole::System | ModelRole::Developer => None,
    }
}

/// The words beside what is told in brackets, as `[image: my dog]`; `None` if nothing is.
fn unbracketed(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    Some(inner.split_once(": ").map_or("", |(_, words)| words))
}

/// The customer's, by their newest words or by earlier ones; else the business's.
fn language(briefing: &Briefing, new: &Words, before: &[(bool, &str)]) -> Language {
    let earlier = before.iter().rev().filter(|(is_customer, _)| *is_customer);
    let by_earlier = || earlier.map(|(_, text)| Words::of(text)).find_map(|words| Language::of(&words));
    Language::of(new).or_else(by_earlier).or(briefing.language).unwrap_or(Language::Spanish)
}

struct Question<'a> {
    briefing: &'a Briefing,
    language: Language,
    words: &'a Words,
    wishes: Wishes,
    /// Whether something came that is no text.
    sends: bool,
    talk: Talk<'a>,
}

struct Answer {
    text: String,
    action: &'static str,
    booking: Option<(String, String)>,
}

impl Answer {
    fn new(text: impl Into<String>, action: &'static str) -> Self {
        Self { text: text.into(), action, booking: None }
    }
}

impl Question<'_> {
    fn answer(&self, fields: &Fields) -> Answer {
        let wishes = self.wishes;
        let say = |sentence: Sentence, action| Answer::new(say(self.language, sentence), action);
        match () {
            () if wishes.opt_out => return say(sentences::OPT_OUT, "opt_out"),
            () if wishes.astray => return say(sentences::OFF_TOPIC, "none"),
            () if wishes.urgent => return say(sentences::URGENT, "hand_over"),
            () if wishes.complaint => return say(sentences::COMPLAINT, "hand_over"),
            () if wishes.person => return say(sentences::TO_A_PERSON, "hand_over"),
            () if wishes.change => return say(sentences::CHANGE, "hand_over"),
            () => {}
        }
        let mut parts = self.parts();
        if parts.is_empty() && !fields.is_empty() {
            parts.push(say(sentences::NOTED, "fill_profile"));
        }
        if parts.is_empty() && self.sends {
            parts.push(say(sentences::CANNOT_OPEN, "none"));
        } else if parts.is_empty() {
            parts.push(self.small_talk());
        } else if wishes.greeting {
            parts.insert(0, Answer::new(self.greeting(), "none"));
        }
        // The last part that wants something decides.
        let action = parts.iter().rev().map(|part| part.action).find(|action| *action != "none").unwrap_or("none");
        let action = if action == "none" && !fields.is_empty() { "fill_profile" } else { action };
        let booking = parts.iter_mut().find_map(|part| part.booking.take()).filter(|_| action == "book_request");
        let text = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ");
        Answer { text, action, booking }
    }

    /// An answer to each thing that is asked about the business.
    fn parts(&self) -> Vec<Answer> {
        let (language, wishes) = (self.language, self.wishes);
        let mut parts = Vec::new();
        if wishes.robot {
            parts.push(Answer::new(say(language, sentences::ROBOT), "none"));
        }
        let books = self.wants_to_book();
        if wishes.hours {
            let moment = Moment::read(self.words, self.briefing.first_day(), &[], false);
            parts.push(known(language, hours::answer(language, self.briefing, &moment)));
        }
        if wishes.price || (wishes.services && !books) {
            parts.push(self.price());
        }
        if facts::has_topic(self.words) {
            parts.push(known(language, facts::about(self.briefing, language, self.words, 1)));
        }
        if books {
            parts.push(match booking::outcome(language, self.briefing, &self.talk) {
                Outcome::Goes(text) => Answer::new(text, "none"),
                Outcome::HandOver(text) => Answer::new(text, "hand_over"),
                Outcome::Request { text, service, start } => {
                    Answer { text, action: "book_request", booking: Some((service, start)) }
                }
            });
        }
        // "E banho e tosa?" asks for a price without a word for it.
        if parts.is_empty() && self.names_service() && (self.words.asks || self.words.all.len() <= SHORT) {
            let fact = facts::about(self.briefing, language, self.words, 2);
            parts.push(fact.map_or_else(|| self.price(), |fact| Answer::new(fact, "none")));
        }
        parts.dedup_by(|one, other| one.text == other.text);
        parts
    }

    fn wants_to_book(&self) -> bool {
        let wishes = self.wishes;
        let names_service = self.names_service();
        let goes_on = || names_service || !self.talk.moment(self.briefing).is_empty();
        // "Segunda às 11:30 para tosa?" says it without a word for it.
        let moment = Moment::read(self.words, self.briefing.first_day(), &self.briefing.free, false);
        let names_time = moment.day.is_some() && !moment.hours.is_empty() && !wishes.hours && !wishes.price;
        wishes.booking
            || names_time
            || (wishes.wish && names_service && !self.words.asks && !wishes.price && !facts::has_topic(self.words))
            || (wishes.yes && !wishes.no && (self.talk.was_offered() || self.talk.is_on()))
            || (self.talk.is_on() && !wishes.hours && !wishes.price && !wishes.no && goes_on())
    }

    fn names_service(&self) -> bool {
        matches!(services::thing(&self.briefing.services, &[self.words]), Thing::Services(_))
    }

    fn price(&self) -> Answer {
        let language = self.language;
        let services = &self.briefing.services;
        let offer = if self.briefing.free.is_empty() || self.wants_to_book() {
            String::new()
        } else {
            format!("\n{}", say(language, sentences::OFFER))
        };
        let mut texts: Vec<&Words> = vec![self.words];
        if !self.wishes.services {
            texts.extend(&self.talk.earlier);
        }
        let named = match services::thing(services, &texts) {
            Thing::Unknown if !services.is_empty() => {
                return Answer::new(say(language, sentences::NO_SUCH_SERVICE), "hand_over");
            }
            Thing::Services(named) => named,
            Thing::Unknown | Thing::Unnamed => services.iter().collect(),
        };
        match named.as_slice() {
            [] => known(language, None),
            [one] => match &one.price {
                Some(price) => {
                    let time = one.minutes.map(|minutes| services::minutes(language, minutes));
                    let text = texts::price(language, &one.name, price, time.as_deref());
                    Answer::new(format!("{text}{}", offer.replace('\n', " ")), "none")
                }
                None => Answer::new(say(language, sentences::NO_PRICE), "hand_over"),
            },
            several => {
                let list = services::list(language, several);
                let begin = if self.wishes.price { sentences::PRICES } else { sentences::OUR_SERVICES };
                Answer::new(format!("{}{list}{offer}", say(language, begin)), "none")
            }
        }
    }

    fn small_talk(&self) -> Answer {
        let (language, wishes) = (self.language, self.wishes);
        let answer = |sentence: Sentence, action| Answer::new(say(language, sentence), action);
        if wishes.off_topic {
            return answer(sentences::OFF_TOPIC, "none");
        }
        if wishes.of_the_business || self.words.asks {
            if let Some(fact) = facts::about(self.briefing, language, self.words, 1) {
                return Answer::new(fact, "none");
            }
            if wishes.of_the_business && !wishes.how_are_you && !wishes.no {
                return answer(sentences::UNKNOWN, "hand_over");
            }
        }
        match () {
            () if wishes.no => answer(sentences::NO, "none"),
            () if wishes.thanks => answer(sentences::THANKS, "none"),
            () if wishes.greeting || wishes.how_are_you => Answer::new(self.welcome(), "none"),
            () if wishes.yes || self.words.all.is_empty() => answer(sentences::YES, "none"),
            () if self.words.asks => answer(sentences::OFF_TOPIC, "none"),
            () => answer(sentences::NOT_UNDERSTOOD, "none"),
        }
    }

    fn greeting(&self) -> String {
        texts::greeting(self.language, self.words, self.briefing.first_name())
    }

    /// A greeting that says once who speaks.
    fn welcome(&self) -> String {
        let mut parts = vec![self.greeting()];
        if self.wishes.how_are_you {
            parts.push(say(self.language, sentences::ALL_WELL).to_owned());
        }
        if self.talk.last_answer.is_none() {
            parts.extend(self.briefing.business.as_ref().map(|name| texts::who_speaks(self.language, name)));
        }
        parts.push(say(self.language, sentences::HOW_CAN_I_HELP).to_owned());
        parts.join(" ")
    }
}

/// The text, or that the team will answer.
fn known(language: Language, text: Option<String>) -> Answer {
    text.map_or_else(|| Answer::new(say(language, sentences::UNKNOWN), "hand_over"), |text| Answer::new(text, "none"))
}
