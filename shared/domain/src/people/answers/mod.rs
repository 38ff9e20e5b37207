//! What a customer's reply to the question for profile fields says, as far as it is certain without a model.

mod consent;
mod dates;
mod gender;
mod known;
mod listed;
mod reading;
mod spoken;
mod tokens;
mod whose;
mod words;

use crate::{Birthday, Profile, ProfileField};
use chrono::NaiveDate;
use consent::{Strength, short_consent};
use dates::Calendar;
use gender::{Calls, is_call};
use reading::{Answer, Reading, bare, field, free, without_courtesy};
use std::fmt;
use tokens::{Clause, Kind, Token, clauses, tokens};

/// What was understood of a reply. `Debug` hides it.
#[derive(Clone, Default, PartialEq)]
pub struct Answers {
    /// The fields that were asked for and found. Consent is not among them.
    pub profile: Profile,
    /// Whether news are welcome, if that was asked and answered.
    pub consent: Option<bool>,
    /// What was not understood, in the customer's words; all of the reply if nothing was. Greetings beside an answer
    /// are left out.
    pub rest: Option<String>,
}

/// The longest reply that is read, in characters: longer ones are letters, not answers.
const LONGEST: usize = 1_000;

/// Reads a reply to the question for the `asked` fields. What is not certain stays in `rest`.
///
/// `country` is the business's (ISO 3166-1 alpha-2), for the order of day and month. `today` is the date there, for
/// years of two digits. The caller has handled a wish about marketing in it first.
#[must_use]
pub fn read_answers(text: &str, asked: &[ProfileField], country: &str, today: NaiveDate) -> Answers {
    let whole = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.chars().count() > LONGEST || asked.is_empty() {
        return Answers { rest: whole, ..Answers::default() };
    }
    let read = |compact| {
        let tokens = tokens(text, &Calendar::new(country, today, compact));
        match in_order(&tokens, asked) {
            Some(found) => (found, None),
            None => one_by_one(text, &tokens, asked),
        }
    };
    let born = |found: &[Answer]| found.iter().any(|it| it.field() == ProfileField::Birthday);
    let (found, rest) = read(asked == [ProfileField::Birthday]);
    // Eight figures beside another answer are no number of a phone, if that leaves nothing unread.
    let compact = (asked.contains(&ProfileField::Birthday) && !born(&found)).then(|| read(true));
    match compact.filter(|(found, rest)| rest.is_none() && found.len() > 1 && born(found)) {
        Some((found, _)) => collected(found, None),
        None if found.is_empty() => {
            let alone = asked == [ProfileField::Consent];
            let consent =
                if alone { short_consent(text, &tokens(text, &Calendar::new(country, today, false))) } else { None };
            Answers { consent, rest: whole.filter(|_| consent.is_none()), ..Answers::default() }
        }
        None => collected(found, rest),
    }
}

/// The days of birth that a text may name, in the order of the business's country where both are numbers.
#[must_use]
pub fn days_in(text: &str, country: &str, today: NaiveDate) -> Vec<Birthday> {
    let read: String = text.chars().take(LONGEST).collect();
    let tokens = tokens(&read, &Calendar::new(country, today, false));
    tokens.into_iter().filter_map(|token| if let Kind::Date(day) = token.kind { Some(day) } else { None }).collect()
}

/// Whether a folded word is a first name that is common in the three languages.
pub(crate) fn is_first_name(folded: &str) -> bool {
    known::FIRST_NAMES.have(folded)
}

fn collected(found: Vec<Answer>, rest: Option<String>) -> Answers {
    let mut answers = Answers { rest, ..Answers::default() };
    for answer in found {
        match answer {
            Answer::Name(name) => answers.profile.name = Some(name),
            Answer::Email(email) => answers.profile.email = Some(email),
            Answer::Birthday(birthday) => answers.profile.birthday = Some(birthday),
            Answer::Gender(gender, _) => answers.profile.gender = Some(gender),
            Answer::City(city) => answers.profile.city = Some(city),
            Answer::Consent(yes, _) => answers.consent = Some(yes),
        }
    }
    answers
}

/// One part for each field, in the order in which they were asked for: lines, or parts between commas, or between the
/// address and the date.
fn in_order(tokens: &[Token<'_>], asked: &[ProfileField]) -> Option<Vec<Answer>> {
    // The question names consent last.
    let mut order = asked.to_vec();
    order.sort_by_key(|field| *field == ProfileField::Consent);
    let sure = order.iter().any(|field| !matches!(field, ProfileField::Name | ProfileField::City));
    let is_line = |token: &Token<'_>| token.kind == Kind::Sign('\n');
    let is_comma = |token: &Token<'_>| matches!(token.kind, Kind::Sign('\n' | ',' | ';'));
    let lines = tokens.split(is_line).map(<[_]>::to_vec).collect();
    let commas = tokens.split(is_comma).map(<[_]>::to_vec).collect();
    [lines, commas, around(tokens)].into_iter().find_map(|parts: Vec<Vec<Token<'_>>>| {
        let words = |parts: &[Vec<Token<'_>>]| parts.iter().flatten().filter(|token| token.kind == Kind::Word).count();
        let before = words(&parts);
        let parts: Vec<_> = parts.into_iter().map(without_courtesy).filter(|part| !part.is_empty()).collect();
        let greets = words(&parts) < before;
        // `Moça, 12/03/1990`.
        let calls = parts.len() > 1 && parts.first().is_some_and(|first| is_call(first));
        if parts.len() != order.len() || calls {
            return None;
        }
        parts.iter().zip(&order).map(|(part, wanted)| field(part, *wanted, sure, greets)).collect()
    })
}

/// The tokens parted by line breaks, commas, and around addresses and dates.
fn around<'a>(tokens: &[Token<'a>]) -> Vec<Vec<Token<'a>>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        match token.kind {
            Kind::Email | Kind::Date(_) => parts.extend([vec![token.clone()], Vec::new()]),
            Kind::Sign('\n' | ',' | ';') => parts.push(Vec::new()),
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.push(token.clone());
                }
            }
        }
    }
    parts
}

/// What the clauses answer, read one by one, and those that answer nothing.
fn one_by_one(text: &str, tokens: &[Token<'_>], asked: &[ProfileField]) -> (Vec<Answer>, Option<String>) {
    let clauses = clauses(tokens);
    let mut readings: Vec<Reading> = clauses.iter().map(|clause| free(clause, asked)).collect();
    if let [wanted @ (ProfileField::Name | ProfileField::City)] = asked {
        alone(&clauses, &mut readings, *wanted);
    } else {
        among(&clauses, &mut readings, asked);
    }
    let others: Vec<usize> = (0..clauses.len()).filter(|at| whose::is_doubtful(&clauses, &readings, *at)).collect();
    for (_, reading) in readings.iter_mut().enumerate().filter(|(at, _)| others.contains(at)) {
        *reading = Reading::Unread;
    }
    // Of two answers to one question neither is certain.
    let given = all(&readings);
    let doubtful = |answer: &Answer| given.iter().any(|it| it.field() == answer.field() && !it.agrees(answer));
    unread_if(&mut readings, |found| found.iter().any(doubtful));
    // `Hombre, claro` calls out.
    let shown = all(&readings).iter().any(|it| !matches!(it.field(), ProfileField::Gender | ProfileField::Consent));
    let several = clauses.len() > 1;
    let called = several && (!shown || readings.contains(&Reading::Unread));
    unread_if(&mut readings, |found| {
        let is_called = |calls| if calls == Calls::Somebody { several } else { called && calls == Calls::Out };
        found.iter().any(|it| matches!(it, Answer::Gender(_, calls) if is_called(*calls)))
    });
    let unread = readings.contains(&Reading::Unread);
    let given = all(&readings);
    let others = asked == [ProfileField::Consent] || given.iter().any(|it| it.field() != ProfileField::Consent);
    let strength =
        given.iter().filter_map(|it| if let Answer::Consent(_, strength) = it { Some(*strength) } else { None });
    let consents = match strength.max() {
        Some(Strength::Named) => true,
        Some(Strength::Plain) => !unread,
        Some(Strength::Weak) | None => !unread && others,
    };
    unread_if(&mut readings, |found| !consents && found.iter().any(|it| it.field() == ProfileField::Consent));

    let unread = clauses.iter().zip(&readings).filter(|(_, reading)| **reading == Reading::Unread);
    let rest: Vec<String> =
        unread.map(|(clause, _)| format!("{}{}", clause.text(text), if clause.asks { "?" } else { "" })).collect();
    (all(&readings), Some(rest.join(" ")).filter(|rest| !rest.is_empty()))
}

fn all(readings: &[Reading]) -> Vec<Answer> {
    let found =
        readings.iter().filter_map(|reading| if let Reading::Found(found) = reading { Some(found) } else { None });
    found.flatten().cloned().collect()
}

fn unread_if(readings: &mut [Reading], doubtful: impl Fn(&[Answer]) -> bool) {
    for reading in readings {
        if matches!(reading, Reading::Found(found) if doubtful(found)) {
            *reading = Reading::Unread;
        }
    }
}

/// A name or a city that is all of the reply, if nothing else was asked.
fn alone(clauses: &[Clause<'_>], readings: &mut [Reading], wanted: ProfileField) {
    let mut unread: Vec<usize> = Vec::new();
    for (index, reading) in readings.iter().enumerate() {
        match reading {
            Reading::Unread => unread.push(index),
            Reading::Courtesy => {}
            Reading::Found(_) => return,
        }
    }
    let [index] = unread[..] else { return };
    let (Some(clause), Some(reading)) = (clauses.get(index), readings.get_mut(index)) else { return };
    let tokens = without_courtesy(clause.tokens.clone());
    let greets = clauses.len() > 1 || tokens.len() < clause.tokens.len();
    if let Some(answer) = field(&tokens, wanted, false, greets).filter(|_| !clause.asks) {
        *reading = Reading::Found(vec![answer]);
    }
}

/// Well-known names and cities among several answers, if they leave nothing unread.
fn among(clauses: &[Clause<'_>], readings: &mut [Reading], asked: &[ProfileField]) {
    let mut given: Vec<ProfileField> = all(readings).iter().map(Answer::field).collect();
    let courtesy = readings.contains(&Reading::Courtesy) || given.contains(&ProfileField::Consent);
    let mut found = Vec::new();
    for (index, (clause, _)) in
        clauses.iter().zip(&*readings).enumerate().filter(|(_, (_, it))| **it == Reading::Unread)
    {
        let tokens = without_courtesy(clause.tokens.clone());
        let greets = courtesy || tokens.len() < clause.tokens.len();
        let Some(answer) = bare(&tokens, asked, greets).filter(|_| !clause.asks) else { return };
        if given.contains(&answer.field()) {
            return;
        }
        given.push(answer.field());
        found.push((index, answer));
    }
    for (index, answer) in found {
        if let Some(reading) = readings.get_mut(index) {
            *reading = Reading::Found(vec![answer]);
        }
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answers(…)")
    }
}

#[cfg(test)]
mod tests;
