//! One clause of a reply, or one part of it that is meant for one field.

use super::consent::{Strength, consent};
use super::gender::{Calls, calls, gender, is_call};
use super::known::{CITIES, COUNTRIES, FIRST_NAMES};
use super::tokens::{Clause, Kind, Token};
use super::words::{
    AGREES, BIRTH, EMAIL, FEMALE, FROM, GENDER_LABEL, GREETINGS, INSIDE, LABELS, MALE, NAMED_THINGS, NEUTRAL, NEWS, NO,
    NO_NAME, Needs, PARTICLES, PLAIN_SURNAMES, Phrase, SHORTENED, SURNAMES, Topic, WEAK_YES, WORD_NAMES, Words, YES,
    phrase,
};
use crate::name::is_name;
use crate::{Birthday, Gender, ProfileField};

/// What a clause says.
#[derive(Clone, PartialEq)]
pub(super) enum Reading {
    Found(Vec<Answer>),
    /// A greeting, or words around an answer.
    Courtesy,
    Unread,
}

/// One field.
#[derive(Clone, PartialEq)]
pub(super) enum Answer {
    Name(String),
    Email(String),
    Birthday(Birthday),
    Gender(Gender, Calls),
    City(String),
    Consent(bool, Strength),
}

impl Answer {
    pub(super) fn field(&self) -> ProfileField {
        match self {
            Self::Name(_) => ProfileField::Name,
            Self::Email(_) => ProfileField::Email,
            Self::Birthday(_) => ProfileField::Birthday,
            Self::Gender(..) => ProfileField::Gender,
            Self::City(_) => ProfileField::City,
            Self::Consent(..) => ProfileField::Consent,
        }
    }

    /// Whether both say the same of one field.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Consent(one, _), Self::Consent(two, _)) => one == two,
            (Self::Gender(one, _), Self::Gender(two, _)) => one == two,
            (Self::Email(one), Self::Email(two)) => one.eq_ignore_ascii_case(two),
            _ => self == other,
        }
    }
}

/// Reads a clause for whichever of the asked fields it answers.
pub(super) fn free(clause: &Clause<'_>, asked: &[ProfileField]) -> Reading {
    let tokens = without_courtesy(clause.tokens.clone());
    if tokens.is_empty() {
        return Reading::Courtesy;
    }
    if clause.asks || (tokens.len() < clause.tokens.len() && is_call(&tokens)) {
        return Reading::Unread;
    }
    match answers(&tokens, asked) {
        Some(found) => Reading::Found(found),
        None if is_around(&tokens) => Reading::Courtesy,
        None if !asked.contains(&ProfileField::Consent) && only(&tokens, &[AGREES, WEAK_YES]) => Reading::Courtesy,
        None => Reading::Unread,
    }
}

fn answers(tokens: &[Token<'_>], asked: &[ProfileField]) -> Option<Vec<Answer>> {
    let wants = |field| asked.contains(&field);
    if let [Token { kind: Kind::Email, text, .. }] = tokens {
        return wants(ProfileField::Email).then(|| vec![Answer::Email((*text).to_owned())]);
    }
    if let Some(at) = tokens.iter().position(|token| matches!(token.kind, Kind::Date(_))) {
        return dated(tokens, at, asked);
    }
    if wants(ProfileField::Gender)
        && let Some(gender) = gender(tokens, asked == [ProfileField::Gender])
    {
        return Some(vec![Answer::Gender(gender, calls(tokens))]);
    }
    // `Mujer de Bogotá`.
    if wants(ProfileField::Gender)
        && wants(ProfileField::City)
        && let Some(at) = tokens.iter().position(|token| is_in(token, &[INSIDE, FROM]))
        && let Some(gender) = gender(tokens.get(..at)?, false)
        && let Some(city) = known_city(tokens.get(at..)?)
    {
        return Some(vec![Answer::Gender(gender, Calls::Nobody), Answer::City(city)]);
    }
    if wants(ProfileField::Consent)
        && let Some((yes, strength)) = consent(tokens, asked == [ProfileField::Consent])
    {
        return Some(vec![Answer::Consent(yes, strength)]);
    }
    // `Yo soy Ana`.
    let said = tokens.first().is_some_and(|first| matches!(first.folded.as_str(), "eu" | "yo"));
    let tokens = tokens.get(usize::from(said)..)?;
    let phrase = phrase(tokens)?;
    let value = tokens.get(phrase.len..)?;
    match phrase.topic {
        Topic::Name if wants(ProfileField::Name) => name(value, sureness(&phrase)).map(|name| vec![Answer::Name(name)]),
        Topic::City if wants(ProfileField::City) => city(value, sureness(&phrase)).map(|city| vec![Answer::City(city)]),
        _ => None,
    }
}

/// A day of birth, if what stands around it is about nothing else, or answers too.
fn dated(tokens: &[Token<'_>], at: usize, asked: &[ProfileField]) -> Option<Vec<Answer>> {
    let Kind::Date(date) = tokens.get(at)?.kind else { return None };
    let mut found = vec![Answer::Birthday(date)];
    for part in [tokens.get(..at)?, tokens.get(at + 1..)?] {
        let part = without_courtesy(part.to_vec());
        if !only(&part, &[BIRTH, NEUTRAL]) {
            found.extend(answers(&part, asked)?);
        }
    }
    asked.contains(&ProfileField::Birthday).then_some(found)
}

/// Reads a part of a reply that is meant for one field. `relaxed` if other parts of the reply show that it is: then a
/// name and a city need no capitals. `greets` if there is a greeting beside it, which may be to a person of that name.
pub(super) fn field(tokens: &[Token<'_>], wanted: ProfileField, relaxed: bool, greets: bool) -> Option<Answer> {
    let plain = if relaxed { Sureness::Placed } else { Sureness::Alone };
    let (sureness, value) = match phrase(tokens) {
        Some(phrase) if phrase.topic == Topic::Name || phrase.topic == Topic::City => {
            (sureness(&phrase), tokens.get(phrase.len..)?)
        }
        _ => (plain, tokens),
    };
    let topic = phrase(tokens).map(|phrase| phrase.topic);
    match wanted {
        ProfileField::Name if greets && topic.is_none() && tokens.len() == 1 => None,
        ProfileField::Name if topic != Some(Topic::City) => name(value, sureness).map(Answer::Name),
        ProfileField::City if topic != Some(Topic::Name) => {
            let inside = value.first().is_some_and(|first| is_in(first, &[INSIDE]));
            city(value.get(usize::from(inside)..)?, sureness).or_else(|| known_city(value)).map(Answer::City)
        }
        ProfileField::Email => {
            let at = tokens.iter().position(|token| token.kind == Kind::Email)?;
            let around = [tokens.get(..at)?, tokens.get(at + 1..)?];
            let bare = around.iter().all(|part| only(part, &[EMAIL, NEUTRAL]));
            bare.then(|| tokens.get(at).map(|token| Answer::Email(token.text.to_owned())))?
        }
        ProfileField::Birthday => {
            let at = tokens.iter().position(|token| matches!(token.kind, Kind::Date(_)))?;
            match &dated(tokens, at, &[ProfileField::Birthday])?[..] {
                [date] => Some(date.clone()),
                _ => None,
            }
        }
        ProfileField::Gender if greets && is_call(tokens) => None,
        ProfileField::Gender => gender(tokens, true).map(|gender| Answer::Gender(gender, Calls::Nobody)),
        ProfileField::Consent => consent(tokens, true).map(|(yes, strength)| Answer::Consent(yes, strength)),
        ProfileField::Name | ProfileField::City => None,
    }
}

/// A well-known name or city that is all of a clause, where more was asked for. `greets` as for [`field`].
pub(super) fn bare(tokens: &[Token<'_>], asked: &[ProfileField], greets: bool) -> Option<Answer> {
    let wants = |field| asked.contains(&field);
    if phrase(tokens).is_some() {
        return None;
    }
    let city = known_city(tokens).filter(|_| wants(ProfileField::City));
    let name = name(tokens, Sureness::Bare).filter(|_| wants(ProfileField::Name));
    match (name, city) {
        // `Santiago` may be either, `Vitória da Conquista` not.
        (Some(_), Some(_)) if tokens.len() == 1 => None,
        (_, Some(city)) => Some(Answer::City(city)),
        (Some(name), None) => Some(Answer::Name(name)).filter(|_| !greets || tokens.len() > 1),
        (None, None) => None,
    }
}

/// A well-known city, with or without a word such as `from` before it.
fn known_city(tokens: &[Token<'_>]) -> Option<String> {
    let before = tokens.first().is_some_and(|first| is_in(first, &[INSIDE, FROM]));
    city(tokens.get(usize::from(before)..)?, Sureness::Known)
}

/// Without greetings and punctuation around.
pub(super) fn without_courtesy(mut tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    loop {
        let before = tokens.len();
        let is_sign = |token: &Token<'_>| matches!(token.kind, Kind::Sign(sign) if sign != '?');
        while tokens.first().is_some_and(is_sign) {
            tokens.remove(0);
        }
        while tokens.last().is_some_and(is_sign) {
            tokens.pop();
        }
        for greeting in GREETINGS.phrases() {
            let words: Vec<_> = greeting.split(' ').collect();
            let is = |part: &[Token<'_>]| part.iter().map(|token| token.folded.as_str()).eq(words.iter().copied());
            if tokens.get(..words.len()).is_some_and(is) {
                tokens.drain(..words.len());
            }
            if let Some(start) = tokens.len().checked_sub(words.len())
                && tokens.get(start..).is_some_and(is)
            {
                tokens.truncate(start);
            }
        }
        if tokens.len() == before {
            return tokens;
        }
    }
}

pub(super) fn is_in(token: &Token<'_>, lists: &[Words]) -> bool {
    token.kind == Kind::Word && lists.iter().any(|list| list.have(&token.folded))
}

/// Whether there is nothing but words of the lists, and signs between a label and its value.
pub(super) fn only(tokens: &[Token<'_>], lists: &[Words]) -> bool {
    tokens.iter().enumerate().all(|(index, token)| {
        // `no dia` is Portuguese; a `no` before anything else may be a no.
        let on = token.folded == "no" && tokens.get(index + 1).is_some_and(|next| next.folded == "dia");
        matches!(token.kind, Kind::Sign(':' | '-' | '–' | '=' | ',')) || is_in(token, lists) || on
    })
}

/// Whether it only announces an answer. A `no` may be one.
fn is_around(tokens: &[Token<'_>]) -> bool {
    let no = matches!(tokens, [token] if is_in(token, &[NO]));
    !no && only(tokens, &[BIRTH, NEUTRAL, EMAIL, GENDER_LABEL, LABELS])
}

/// How a name or a city must look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sureness {
    /// A phrase announces it.
    Any,
    /// It stands where it was asked for.
    Placed,
    Capitals,
    /// Capitals, or a city that is well known.
    Place,
    /// Begins with a first name that is well known.
    Known,
    /// No word announces it: several words with capitals, or well known.
    Alone,
    /// As `Alone`, but only a first name that is well known.
    Bare,
}

fn sureness(phrase: &Phrase) -> Sureness {
    match phrase.needs {
        Needs::Nothing if phrase.topic == Topic::City => Sureness::Place,
        Needs::Nothing => Sureness::Any,
        Needs::Colon if phrase.colon => Sureness::Any,
        Needs::Colon | Needs::Capitals => Sureness::Capitals,
        Needs::Known => Sureness::Known,
    }
}

fn name(tokens: &[Token<'_>], sureness: Sureness) -> Option<String> {
    let first = tokens.first()?;
    let known = FIRST_NAMES.have(&first.folded);
    let announced = matches!(sureness, Sureness::Any | Sureness::Capitals | Sureness::Known);
    let words = words_of(tokens, |word| {
        let capital = is_capital(word);
        if std::ptr::eq(word, first) {
            return announced && capital && is_in(word, &[SURNAMES, WORD_NAMES]);
        }
        let plain = capital || is_in(word, &[PLAIN_SURNAMES]);
        let fits = match sureness {
            Sureness::Any => true,
            Sureness::Placed => known || capital,
            Sureness::Alone | Sureness::Bare => known && plain,
            _ => plain,
        };
        // `Linda dia` is no name unless something announces it.
        is_in(word, &[SURNAMES]) && fits && (announced || word.folded != "dia")
    })?;
    let sure = match sureness {
        Sureness::Any | Sureness::Placed => true,
        Sureness::Capitals | Sureness::Place => capitals(&words),
        Sureness::Known if is_in(first, &[WORD_NAMES]) => capitals(&words),
        // `Sou a Ana do Rex` names a pet.
        Sureness::Known => known && !words.get(1).is_some_and(|word| is_in(word, &[PARTICLES])),
        Sureness::Alone => known || (capitals(&words) && words.len() > 1),
        // `linda foto` is no name.
        Sureness::Bare => known && (capitals(&words) || is_plain_name(&words)),
    };
    let fits = words.len() <= 6 && words.iter().any(|word| word.text.chars().count() > 1);
    let text = written(tokens);
    (sure && fits && is_name(&text)).then_some(text)
}

/// A first name, or two, and a surname, in lower case; not the beginning of a sentence.
fn is_plain_name(words: &[&Token<'_>]) -> bool {
    let [first, rest @ ..] = words else { return false };
    let named = match rest {
        [] | [_] => true,
        [second, _] => FIRST_NAMES.have(&second.folded),
        _ => false,
    };
    named && !is_in(first, &[NAMED_THINGS])
}

fn city(tokens: &[Token<'_>], sureness: Sureness) -> Option<String> {
    // `Recife, PE`, `Recife/PE`, `Recife - PE`.
    let (place, state) = match tokens {
        [place @ .., Token { kind: Kind::Sign(',' | '/' | '-' | '–'), .. }, state] if is_state(state) => {
            (place, true)
        }
        [place @ .., state] if !place.is_empty() && is_state(state) => (place, true),
        place => (place, false),
    };
    let words = words_of(place, |_| false)?;
    let folded = words.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
    let known = CITIES.phrases().any(|known| known == folded);
    let named = words.first().is_some_and(|first| FIRST_NAMES.have(&first.folded));
    let sure = match sureness {
        Sureness::Any | Sureness::Placed => true,
        Sureness::Capitals => capitals(&words),
        Sureness::Known | Sureness::Bare => known,
        Sureness::Place => known || capitals(&words),
        Sureness::Alone => known || (capitals(&words) && !named && (state || words.len() > 1)),
    };
    let fits = words.len() <= 6 && folded.chars().count() > 2 && !COUNTRIES.phrases().any(|known| known == folded);
    (sure && fits).then(|| written(tokens))
}

fn is_state(token: &Token<'_>) -> bool {
    token.text.len() == 2 && token.text.bytes().all(|b| b.is_ascii_uppercase()) && !is_in(token, &[WEAK_YES, NO_NAME])
}

/// The words, if there is nothing else and none of them belongs to sentences, but for those that are `allowed`.
fn words_of<'a, 't>(tokens: &'t [Token<'a>], allowed: impl Fn(&Token<'_>) -> bool) -> Option<Vec<&'t Token<'a>>> {
    let mut words: Vec<&Token<'_>> = Vec::new();
    for token in tokens {
        match token.kind {
            Kind::Word if allowed(token) || !is_in(token, &[NO_NAME, YES, NO, NEWS, FEMALE, MALE]) => words.push(token),
            Kind::Sign('.') if words.last().is_some_and(|word| is_in(word, &[SHORTENED])) => {}
            _ => return None,
        }
    }
    let small = |word: Option<&&Token<'_>>| word.is_none_or(|word| is_in(word, &[PARTICLES]) && !is_capital(word));
    (!small(words.first()) && !small(words.last())).then_some(words)
}

fn is_capital(token: &Token<'_>) -> bool {
    token.text.chars().next().is_some_and(char::is_uppercase)
}

fn capitals(words: &[&Token<'_>]) -> bool {
    words.iter().all(|word| is_capital(word) || is_in(word, &[PARTICLES]))
}

/// As the customer wrote it, on one line.
fn written(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    for token in tokens {
        if token.parted && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(token.text);
    }
    text
}
