//! The profile fields of a customer: given at registration, by an answer, or by a human.

use crate::fold::fold;
use crate::line::{NOT_A_LINE, is_line};
use crate::{Birthday, Locale, Pet};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// Fields given about a customer; an absent field was not given. `Debug` hides them.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The name to call the customer by.
    pub name: Option<String>,
    /// Address for mail.
    pub email: Option<String>,
    /// With or without a year.
    pub birthday: Option<Birthday>,
    /// As the customer says.
    pub gender: Option<Gender>,
    /// As written by the customer.
    pub city: Option<String>,
    /// The language to write in.
    pub locale: Option<Locale>,
    /// Whether marketing is welcome.
    pub marketing_consent: Option<bool>,
    /// At most 40.
    pub pets: Vec<Pet>,
}

/// A field that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) to it in the request.
    pub pointer: String,
    /// The value that was expected.
    pub detail: &'static str,
}

/// The most pets of one customer: their birthdays are kept with the record in one transaction.
pub(crate) const MAX_PETS: usize = 40;

impl Profile {
    /// The fields whose values cannot be stored, with what was expected of each.
    #[must_use]
    pub fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        let mut check = |ok: bool, pointer: String, detail: &'static str| {
            if !ok {
                problems.push(FieldProblem { pointer, detail });
            }
        };
        for (pointer, text) in [("/name", &self.name), ("/city", &self.city)] {
            check(fits(text.as_deref()), pointer.to_owned(), "expected at most 200 characters");
            check(text.as_deref().is_none_or(is_line), pointer.to_owned(), NOT_A_LINE);
        }
        let email = self.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
        check(email.is_none_or(is_email), "/email".to_owned(), "expected one address, as ana@example.com");
        check(self.pets.len() <= MAX_PETS, "/pets".to_owned(), "expected at most 40 pets");
        for (index, pet) in self.pets.iter().take(MAX_PETS).enumerate() {
            let named = !pet.name.trim().is_empty() && fits(Some(&pet.name));
            check(named, format!("/pets/{index}/name"), "expected 1 to 200 characters");
            check(is_line(&pet.name), format!("/pets/{index}/name"), NOT_A_LINE);
            check(fits(pet.species.as_deref()), format!("/pets/{index}/species"), "expected at most 200 characters");
            check(pet.species.as_deref().is_none_or(is_line), format!("/pets/{index}/species"), NOT_A_LINE);
        }
        problems
    }

    /// Those of [`Profile::problems`], and birthdays that lie ahead at `now`.
    #[must_use]
    pub fn problems_at(&self, now: DateTime<Utc>) -> Vec<FieldProblem> {
        let mut problems = self.problems();
        let own = self.birthday.map(|birthday| ("/birthday".to_owned(), birthday));
        let pets = self.pets.iter().take(MAX_PETS).enumerate();
        let pets = pets.filter_map(|(index, pet)| Some((format!("/pets/{index}/birthday"), pet.birthday?)));
        for (pointer, birthday) in own.into_iter().chain(pets) {
            problems.extend(birthday.problem(now).map(|detail| FieldProblem { pointer, detail }));
        }
        problems
    }
}

/// Whether a text is short enough for the record.
fn fits(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.chars().count() <= 200)
}

/// Whether it has the shape of one address, as RFC 5321 bounds it. Whether somebody reads mail there, only mail tells.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let bounded = text.len() <= 254 && (1..=64).contains(&local.len());
    let plain = text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>,;()\\\"".contains(c));
    let hosted = host.contains('.') && host.split('.').all(|label| !label.is_empty());
    bounded && plain && hosted && !local.contains('@')
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Profile(…)")
    }
}

/// As the customer says. Read in three languages, written in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumIter)]
#[serde(rename_all = "lowercase", try_from = "String")]
#[strum(serialize_all = "lowercase")]
pub enum Gender {
    /// Also `mujer`, `feminino`, `femenino`.
    Female,
    /// Also `hombre`, `masculino`.
    Male,
    /// Also `otro`, `outro`.
    Other,
}

/// A gender that was refused, with the form that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected female, male or other (also mujer, hombre, otro, feminino, masculino, outro)")]
pub struct GenderError;

impl FromStr for Gender {
    type Err = GenderError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match fold(text).as_str() {
            "female" | "mujer" | "femenino" | "femenina" | "feminino" | "feminina" | "mulher" | "woman" => {
                Ok(Self::Female)
            }
            "male" | "hombre" | "masculino" | "homem" | "man" => Ok(Self::Male),
            "other" | "otro" | "otra" | "outro" | "outra" => Ok(Self::Other),
            _ => Err(GenderError),
        }
    }
}

impl TryFrom<String> for Gender {
    type Error = GenderError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// A field of the profile that a business may want.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ProfileField {
    /// The name to call the customer by.
    Name,
    /// Address for mail.
    Email,
    /// Day and month at least.
    Birthday,
    /// As the customer says.
    Gender,
    /// The city that the customer lives in.
    City,
    /// Whether marketing is welcome.
    Consent,
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn gender_in_three_languages() {
        for (text, gender) in [
            ("female mujer feminino femenino MUJER", Gender::Female),
            ("male hombre masculino Hombre", Gender::Male),
            ("other otro outro", Gender::Other),
        ] {
            for word in text.split(' ') {
                assert_eq!(word.parse(), Ok(gender), "{word}");
            }
        }
        assert_eq!("m".parse::<Gender>(), Err(GenderError));
        for gender in Gender::iter() {
            let json = serde_json::to_value(gender).unwrap();
            assert_eq!(json, gender.to_string());
            assert_eq!(serde_json::from_value::<Gender>(json).unwrap(), gender);
        }
    }

    #[test]
    fn refused_fields_are_pointed_at() {
        let long = Some("x".repeat(201));
        let pet = |name: &str| Pet { name: name.to_owned(), species: None, birthday: None };
        let profile = Profile {
            name: long.clone(),
            email: Some("ana@".to_owned()),
            city: long.clone(),
            pets: vec![pet("Rex"), pet(" "), Pet { species: long, ..pet("Mia") }],
            ..Profile::default()
        };
        let pointers: Vec<_> = profile.problems().into_iter().map(|problem| problem.pointer).collect();
        assert_eq!(pointers, ["/name", "/city", "/email", "/pets/1/name", "/pets/2/species"]);
        let lines = Some("a\nb".to_owned());
        let pets = vec![Pet { species: lines.clone(), ..pet("a\tb") }];
        let profile = Profile { name: lines.clone(), city: lines, pets, ..Profile::default() };
        let problems = profile.problems();
        let pointers: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(pointers, ["/name", "/city", "/pets/0/name", "/pets/0/species"]);
        assert!(problems.iter().all(|problem| problem.detail == NOT_A_LINE));
        let many = Profile { pets: vec![pet("Rex"); 41], ..Profile::default() };
        assert_eq!(many.problems().len(), 1);
        assert_eq!(Profile { email: Some(" ".to_owned()), ..Profile::default() }.problems(), []);
    }

    #[test]
    fn birthdays_ahead_are_pointed_at() {
        let day = |text: &str| Some(text.parse().unwrap());
        let pet = |birthday| Pet { name: "Rex".to_owned(), species: None, birthday };
        let now = "2026-11-29T08:00:00Z".parse().unwrap();
        let pets = vec![pet(day("2020-05-01")), pet(None), pet(day("9999-12-31"))];
        let profile = Profile { birthday: day("2030-01-01"), pets, ..Profile::default() };
        let pointers: Vec<_> = profile.problems_at(now).into_iter().map(|problem| problem.pointer).collect();
        assert_eq!(pointers, ["/birthday", "/pets/2/birthday"]);
        assert_eq!(Profile { birthday: day("--12-31"), ..Profile::default() }.problems_at(now), []);
    }

    #[test]
    fn addresses() {
        for (email, ok) in [
            ("ana@example.com", true),
            ("ana.souza+loja@mail.example.com.br", true),
            ("josé@exämple.es", true),
            ("ana", false),
            ("ana@localhost", false),
            ("@example.com", false),
            ("ana@example..com", false),
            ("ana@b@example.com", false),
            ("ana souza@example.com", false),
            ("Ana <ana@example.com>", false),
            ("a@example.com,b@example.com", false),
        ] {
            assert_eq!(is_email(email), ok, "{email}");
        }
    }
}
