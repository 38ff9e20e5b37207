//! The way from a wish for an appointment to a request of one of the free times.

use super::briefing::{Briefing, FreeDay};
use super::days::Moment;
use super::hours::{date, hour};
use super::language::Language;
use super::sentences::{self, say};
use super::services::{self, Thing};
use super::texts;
use super::words::{Phrases, Words};
use chrono::{NaiveDate, NaiveTime};

/// Days and times of a day that are offered at once.
const MOST_DAYS: usize = 3;
const MOST_TIMES: usize = 6;
/// What the mind itself has said when it offered times, or asked for a day or a service.
const OFFERED: Phrases = Phrases("fica melhor para voce, te queda mejor, le queda mejor, works best for you");
const OFFERED_ONE: Phrases = Phrases("tenho livre so as, tengo libre solo a las, is free does that work for you");
const PASSED_ON: Phrases = Phrases("confirm*");
const ASKED_DAY: Phrases = Phrases("qual dia fica, que dia te queda, which day works");
const ASKED_SERVICE: Phrases = Phrases("para qual servico, para que servicio es, which service is it");
const OFFERED_TO_LOOK: Phrases = Phrases("eu veja um horario, te busco un horario, look for a time");
/// So many earlier texts of the customer still count.
const MOST_EARLIER: usize = 6;

/// The conversation so far, as far as an appointment is wished for in it.
pub(super) struct Talk<'a> {
    /// The customer's newest words.
    pub new: &'a Words,
    /// Those before that belong to the same wish, the newest first.
    pub earlier: Vec<Words>,
    /// The last words of the business.
    pub last_answer: Option<Words>,
}

/// What comes of a wish for an appointment.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There is still something to be asked.
    Goes(String),
    /// The team has to look at it.
    HandOver(String),
    /// A free time of a service is asked for.
    Request { text: String, service: String, start: String },
}

impl<'a> Talk<'a> {
    pub fn new(new: &'a Words, before: &[(bool, &str)]) -> Self {
        let mut earlier = Vec::new();
        for (is_customer, text) in before.iter().rev() {
            let words = Words::of(text);
            // What was passed on to the team is done.
            if !is_customer && words.say(PASSED_ON) {
                break;
            }
            if *is_customer && earlier.len() < MOST_EARLIER {
                earlier.push(words);
            }
        }
        let last_answer = before.iter().rev().find(|(is_customer, _)| !is_customer).map(|(_, text)| Words::of(text));
        Self { new, earlier, last_answer }
    }

    /// Whether the business has offered times, or asked for a day or a service.
    pub fn is_on(&self) -> bool {
        self.answered(OFFERED) || self.answered(OFFERED_ONE) || self.answered(ASKED_SERVICE)
    }

    pub fn was_offered(&self) -> bool {
        self.answered(OFFERED_TO_LOOK)
    }

    fn answered(&self, phrases: Phrases) -> bool {
        self.last_answer.as_ref().is_some_and(|answer| answer.say(phrases))
    }

    /// The day and hour that are meant, with what was said before of the same wish.
    pub fn moment(&self, briefing: &Briefing) -> Moment {
        let read = |words: &Words| Moment::read(words, briefing.first_day(), &briefing.free, self.is_on());
        let mut moment = read(self.new);
        if !self.is_on() {
            return moment;
        }
        let answered = || self.last_answer.as_ref().map(read).unwrap_or_default();
        // "Yes" to the only time, or a service for a time that was found.
        if moment.is_empty() && (self.answered(OFFERED_ONE) || self.answered(ASKED_SERVICE)) {
            return answered();
        }
        if moment.hours.is_empty() && self.answered(ASKED_DAY) {
            moment.hours = answered().hours;
        }
        if moment.day.is_none() && !moment.hours.is_empty() {
            moment.day = self.earlier.iter().find_map(|words| read(words).day);
        }
        moment
    }

    fn texts(&self) -> Vec<&Words> {
        std::iter::once(self.new).chain(&self.earlier).collect()
    }
}

/// What comes of the wish.
pub(super) fn outcome(language: Language, briefing: &Briefing, talk: &Talk<'_>) -> Outcome {
    let thing = services::thing(&briefing.services, &talk.texts());
    if thing == Thing::Unknown && !briefing.services.is_empty() {
        return Outcome::HandOver(say(language, sentences::NO_SUCH_SERVICE).to_owned());
    }
    if briefing.free.is_empty() {
        return Outcome::HandOver(say(language, sentences::NO_TIMES).to_owned());
    }
    let moment = talk.moment(briefing);
    let free = |day: NaiveDate| briefing.free.iter().find(|free| free.day == day);
    match (moment.day, moment.hours.as_slice()) {
        (Some(day), []) => match free(day).map(|free| in_part(free, &moment)) {
            Some(times) if times.len() == 1 => {
                let only = texts::only_free(language, &date(language, day), &hour(language, times[0]));
                Outcome::Goes(format!("{only} {}", say(language, sentences::IS_IT_FINE)))
            }
            Some(times) if !times.is_empty() => {
                let times = hours_of(language, &times);
                let offer = texts::free_on(language, &date(language, day), &times);
                Outcome::Goes(format!("{offer} {}", say(language, sentences::WHICH_TIME)))
            }
            _ => offer(language, briefing, &moment, Some(say(language, sentences::DAY_FULL))),
        },
        (Some(day), hours) => {
            let time = free(day).and_then(|free| hours.iter().find(|hour| free.times.contains(hour)));
            match time {
                Some(time) => request(language, briefing, thing, (day, *time)),
                None => offer(
                    language,
                    briefing,
                    &Moment { part: None, ..moment },
                    Some(say(language, sentences::TIME_TAKEN)),
                ),
            }
        }
        (None, []) => offer(language, briefing, &moment, None),
        (None, hours) => at_hour(language, briefing, thing, hours),
    }
}

/// A time without a day: of the only day that has it.
fn at_hour(language: Language, briefing: &Briefing, thing: Thing<'_>, hours: &[NaiveTime]) -> Outcome {
    let found = hours.iter().find_map(|hour| {
        let days: Vec<_> = briefing.free.iter().filter(|free| free.times.contains(hour)).map(|free| free.day).collect();
        (!days.is_empty()).then_some((*hour, days))
    });
    match found {
        None => offer(language, briefing, &Moment::default(), Some(say(language, sentences::TIME_TAKEN))),
        Some((time, days)) if days.len() == 1 => request(language, briefing, thing, (days[0], time)),
        Some((time, days)) => {
            let days: Vec<_> = days.into_iter().take(MOST_DAYS).map(|day| date(language, day)).collect();
            let days = texts::joined(language, &days);
            let offer = texts::free_at(language, &hour(language, time), &days);
            Outcome::Goes(format!("{offer} {}", say(language, sentences::WHICH_DAY)))
        }
    }
}

fn request(language: Language, briefing: &Briefing, thing: Thing<'_>, (day, time): (NaiveDate, NaiveTime)) -> Outcome {
    let services: Vec<&str> = match &thing {
        Thing::Services(services) => services.iter().map(|service| service.name.as_str()).collect(),
        Thing::Unknown | Thing::Unnamed => briefing.services.iter().map(|service| service.name.as_str()).collect(),
    };
    let service = match services.as_slice() {
        [] => say(language, sentences::SOME_SERVICE),
        [one] => one,
        several => {
            let names: Vec<String> = several.iter().map(|name| format!("\n• {name}")).collect();
            let at = texts::is_free(language, &date(language, day), &hour(language, time));
            return Outcome::Goes(format!("{at} {}{}", say(language, sentences::WHICH_SERVICE), names.concat()));
        }
    };
    let text = texts::requested(language, service, &date(language, day), &hour(language, time));
    let start = format!("{}T{}", day.format("%Y-%m-%d"), time.format("%H:%M"));
    Outcome::Request { text, service: service.to_owned(), start }
}

/// The first free times, or those of the part of the day that is named.
fn offer(language: Language, briefing: &Briefing, moment: &Moment, because: Option<&str>) -> Outcome {
    let days: Vec<_> = briefing.free.iter().map(|free| (free.day, in_part(free, moment))).collect();
    let mut days: Vec<_> = days.into_iter().filter(|(_, times)| !times.is_empty()).collect();
    if days.is_empty() {
        days = briefing.free.iter().map(|free| (free.day, free.times.clone())).collect();
    }
    // A day that was named comes first.
    days.sort_by_key(|(day, _)| Some(*day) != moment.day);
    let lines = days
        .iter()
        .take(MOST_DAYS)
        .map(|(day, times)| format!("\n• {}: {}", date(language, *day), hours_of(language, times)));
    let lines: String = lines.collect();
    let begin = because.unwrap_or(say(language, sentences::GLADLY));
    let (free, which) = (say(language, sentences::THESE_ARE_FREE), say(language, sentences::WHICH_TIME));
    Outcome::Goes(format!("{begin} {free}{lines}\n{which}"))
}

fn in_part(free: &FreeDay, moment: &Moment) -> Vec<NaiveTime> {
    free.times.iter().copied().filter(|time| moment.part.is_none_or(|part| part.holds(*time))).collect()
}

fn hours_of(language: Language, times: &[NaiveTime]) -> String {
    let times: Vec<_> = times.iter().take(MOST_TIMES).map(|time| hour(language, *time)).collect();
    texts::joined(language, &times)
}
