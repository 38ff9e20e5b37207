//! What the assistant has learned of a customer in a conversation. The customer's record takes it up at the end.
//!
//! A model reads it out of the conversation, and a model may err or be led astray. So nothing is taken that the customer
//! has not written, and that the record's own rules would refuse.

use super::answers::days_in;
use super::profile::is_email;
use crate::fold::fold;
use crate::line::is_line;
use crate::name::is_name;
use crate::{Birthday, Customer, Locale, Profile, ProfileField, read_answers};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// The longest name or city, in characters. Longer ones are no answer to a question.
const LONGEST: usize = 80;

/// Fields as a model gives them. `Debug` is not derived: they are a person's.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Told {
    /// The name to call the customer by.
    pub name: Option<String>,
    /// Address for mail.
    pub email: Option<String>,
    /// As ISO 8601, or in the order of the business's country.
    pub birthday: Option<String>,
    /// The city that the customer lives in.
    pub city: Option<String>,
}

/// Fields that were learned. Consent is never among them. `Debug` hides them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Learned {
    /// The name to call the customer by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address for mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// With or without a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Birthday>,
    /// The city that the customer lives in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The language to write in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
}

impl Learned {
    /// What can be taken of what a model gives: what the customer has written in `said` and the record may hold. `country`
    /// is the business's (ISO 3166-1 alpha-2), for the order of day and month.
    #[must_use]
    pub fn read(told: &Told, said: &[&str], country: &str, zone: Tz, now: DateTime<Utc>) -> Self {
        let (wrote, today) = (Wrote::of(said), now.with_timezone(&zone).date_naive());
        let text = |given: &Option<String>| {
            let given = given.as_deref().map(str::trim).unwrap_or_default();
            let fits =
                (1..=LONGEST).contains(&given.chars().count()) && is_line(given) && given.chars().all(is_written);
            (fits && is_name(given) && wrote.has_words(given)).then(|| given.to_owned())
        };
        let email = told.email.as_deref().map(str::trim).filter(|email| is_email(email) && wrote.has(email));
        let birthday = told.birthday.as_deref().and_then(|text| {
            let read = || read_answers(text, &[ProfileField::Birthday], country, today).profile.birthday;
            text.parse().ok().or_else(read)
        });
        // A model may add a year, and must not.
        let days: Vec<Birthday> = said.iter().flat_map(|line| days_in(line, country, today)).collect();
        let is_said = |it: &Birthday| {
            let same =
                |day: &Birthday| day.month_day() == it.month_day() && (it.year().is_none() || it.year() == day.year());
            days.iter().any(same)
        };
        let birthday = birthday.filter(|birthday| birthday.problem(now).is_none() && is_said(birthday));
        Self {
            name: text(&told.name),
            email: email.map(ToOwned::to_owned),
            birthday,
            city: text(&told.city),
            locale: None,
        }
    }

    /// Without what the record knows.
    #[must_use]
    pub fn lacking(self, customer: &Customer) -> Self {
        let mut filled = customer.clone();
        filled.fill_empty(&self.profile());
        Self {
            name: self.name.filter(|_| filled.name != customer.name),
            email: self.email.filter(|_| filled.email != customer.email),
            birthday: self.birthday.filter(|_| customer.birthday.is_none()),
            city: self.city.filter(|_| filled.city != customer.city),
            locale: self.locale.filter(|_| customer.locale.is_none()),
        }
    }

    /// Takes up what was learned since: of two answers the later one holds, until the record has one.
    pub fn take_up(&mut self, newer: &Self) {
        let Self { name, email, birthday, city, locale } = newer.clone();
        self.name = name.or(self.name.take());
        self.email = email.or(self.email.take());
        self.birthday = birthday.or(self.birthday);
        self.city = city.or(self.city.take());
        self.locale = locale.or(self.locale);
    }

    /// As fields of a profile.
    #[must_use]
    pub fn profile(&self) -> Profile {
        let Self { name, email, birthday, city, locale } = self.clone();
        Profile { name, email, birthday, city, locale, ..Profile::default() }
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Debug for Learned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Learned(…)")
    }
}

/// Letters and what stands between them in a name: no figures, and no signs of programs and addresses.
fn is_written(c: char) -> bool {
    c.is_alphabetic() || " '’.-".contains(c) || unicode_normalization::char::is_combining_mark(c)
}

/// What a customer has written.
struct Wrote {
    lines: Vec<String>,
    words: BTreeSet<String>,
}

impl Wrote {
    fn of(said: &[&str]) -> Self {
        let words = said.iter().flat_map(|line| fold(line).split(' ').map(ToOwned::to_owned).collect::<Vec<_>>());
        Self { words: words.collect(), lines: said.iter().map(|line| line.to_lowercase()).collect() }
    }

    fn has(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.lines.iter().any(|line| line.contains(&text))
    }

    fn has_words(&self, text: &str) -> bool {
        fold(text).split(' ').all(|word| self.words.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CustomerId;
    use uuid::Uuid;

    fn told(name: &str, email: &str, birthday: &str, city: &str) -> Told {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Told { name: some(name), email: some(email), birthday: some(birthday), city: some(city) }
    }

    fn read(told: &Told, said: &[&str]) -> Learned {
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        Learned::read(told, said, "BR", Tz::America__Sao_Paulo, now)
    }

    #[test]
    fn what_the_customer_wrote_is_learned() {
        let said = ["me chamo ana SOUZA", "nasci em 12/03/1990, moro em São Paulo", "meu email é Ana@exemplo.com.br."];
        for birthday in ["1990-03-12", "12/03/1990"] {
            let learned = read(&told("Ana Souza", "ana@exemplo.com.br", birthday, "São Paulo"), &said);
            let day = "1990-03-12".parse().unwrap();
            assert_eq!((learned.name.as_deref(), learned.birthday), (Some("Ana Souza"), Some(day)));
            assert_eq!(
                (learned.email.as_deref(), learned.city.as_deref()),
                (Some("ana@exemplo.com.br"), Some("São Paulo"))
            );
        }
    }

    #[test]
    fn what_nobody_wrote_or_no_record_may_hold_is_not_learned() {
        let wrote = "<script>alert(1)</script> null 1 31/02/2031 30 not an email eu@x 02/05";
        for told in [
            // Nobody wrote it.
            told("Maria", "maria@example.com", "1990-03-12", "Lima"),
            told("<script>alert(1)</script>", "not an email", "2031-02-30", "null"),
            told("null", "eu@x", "2031-01-30", "1"),
            // A day that is named without a month, and a year that is not named.
            told("", "", "--01-30", ""),
            told("", "", "1990-05-02", ""),
            told(&"null ".repeat(40), "", "0000-00-00", "null\nnull"),
        ] {
            assert!(read(&told, &[wrote]).is_empty(), "{:?}", read(&told, &[wrote]).profile().name);
        }
    }

    #[test]
    fn empty_fields_are_filled_and_no_other() {
        let at = DateTime::UNIX_EPOCH;
        let known = Profile { name: Some("Ana".to_owned()), locale: Some(Locale::Es), ..Profile::default() };
        let mut ana = Customer::new(CustomerId(Uuid::nil()), None, &known, at);
        let told = read(&told("Bia", "b@x.co", "", ""), &["soy Bia, b@x.co"]);
        let told = Learned { locale: Some(Locale::En), ..told };
        let learned = told.clone().lacking(&ana);
        assert_eq!((learned.name.clone(), learned.email.as_deref(), learned.locale), (None, Some("b@x.co"), None));
        assert!(ana.fill_empty(&told.profile()));
        assert_eq!(
            (ana.known_name(), ana.email.as_deref(), ana.locale),
            (Some("Ana"), Some("b@x.co"), Some(Locale::Es))
        );
        assert!(ana.marketing_consent.is_none());
    }

    #[test]
    fn of_two_answers_the_later_one_holds() {
        let mut learned = read(&told("Carlo", "", "", "Lima"), &["carlo, de lima"]);
        learned.take_up(&read(&told("Carlos", "", "", ""), &["perdón, Carlos"]));
        assert_eq!((learned.name.as_deref(), learned.city.as_deref()), (Some("Carlos"), Some("Lima")));
        assert!(!format!("{learned:?}").contains("Carlos"));
    }
}
