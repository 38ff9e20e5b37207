//! The built-in texts as people read them.

use super::*;
use proptest::prelude::*;
use strum::IntoEnumIterator;

const fn person(name: Option<&'static str>, phone: Option<&'static str>, pet: Option<&'static str>) -> Person<'static> {
    Person { name, phone, pet }
}

const PEOPLE: &[Person<'static>] = &[
    person(Some("Ana María Souza"), Some("573001112233"), Some("Rex")),
    person(Some(" João\nPedro "), Some("+55 11 98765-4321"), None),
    person(None, Some("573004445566"), Some("Luna \u{202e}\u{0}Bella")),
    person(Some("Bia"), None, Some(" ")),
    person(None, None, None),
];

const PETS: &[Person<'static>] = &[PEOPLE[0], PEOPLE[2]];

fn abouts() -> Vec<About<'static>> {
    use ProfileField::{Birthday, City, Consent, Email, Gender, Name};
    let points = |points, balance, reason| About::Points { points, balance, reason };
    vec![
        About::MissingFields(&[Name, Email, Birthday]),
        About::MissingFields(&[Consent, City, Gender]),
        About::MissingFields(&[Email]),
        About::MissingFields(&[Consent]),
        points(150, 1_200, Some("compra #12")),
        points(1, 1, None),
        points(25_000, 1_234_567, None),
        points(-50, 0, Some("prêmio")),
        points(-1, 1, None),
        About::OptOut,
        About::OptIn,
        About::Birthday { pet: None, offer: 10 },
        About::Birthday { pet: Some("Rex"), offer: 10 },
        About::WinBack { offer: 20 },
    ]
}

fn reports() -> Vec<About<'static>> {
    let birthdays = |people, count, greeted| About::BirthdaysReport { people, count, offer: 10, greeted };
    let inactive = |people, count, days, written| About::InactiveReport { people, count, days, offer: 20, written };
    vec![
        birthdays(PEOPLE, 5, false),
        birthdays(&PEOPLE[..2], 1_234, true),
        birthdays(&PEOPLE[..1], 1, false),
        birthdays(&PEOPLE[1..2], 1, true),
        birthdays(PETS, 2, false),
        inactive(PEOPLE, 34, 30, false),
        inactive(PEOPLE, 5, 1_000, true),
        inactive(&PEOPLE[..1], 1, 1, false),
        inactive(&PEOPLE[..1], 1, 30, true),
    ]
}

#[test]
fn every_text_in_every_language_with_and_without_a_name() {
    for locale in Locale::iter() {
        let mut texts = Vec::new();
        for about in abouts() {
            for name in [Some("Ana María Souza"), None] {
                let text = Text { name, business: "Pet Amigo", about };
                let content = text.content(locale).unwrap();
                texts.push(content.text);
                for variable in variables(text.message_type()) {
                    assert!(!content.variables[variable.name].is_empty(), "{}", variable.name);
                }
            }
        }
        insta::assert_snapshot!(format!("texts_{locale}"), texts.join("\n"));
    }
}

#[test]
fn every_report_in_every_language() {
    for locale in Locale::iter() {
        let mut texts = Vec::new();
        for (nth, about) in reports().into_iter().enumerate() {
            let text = Text { name: (nth > 0).then_some("Carlos Ruiz"), business: "Pet Amigo", about };
            let content = text.content(locale).unwrap();
            texts.push(content.text);
            for variable in variables(text.message_type()) {
                assert!(!content.variables[variable.name].is_empty(), "{}", variable.name);
            }
        }
        insta::assert_snapshot!(format!("reports_{locale}"), texts.join("\n\n----\n\n"));
    }
}

#[test]
fn what_an_approved_template_gets() {
    let missing = |about| Text { name: None, business: "Pet Amigo", about }.content(Locale::Es).unwrap().variables;
    let greeting = missing(About::Birthday { pet: None, offer: 10 });
    assert_eq!((&*greeting["name"], &*greeting["pet"], &*greeting["offer"]), ("cliente", "ti", "10\u{a0}%"));
    let report = missing(About::BirthdaysReport { people: &PEOPLE[..2], count: 2, offer: 10, greeted: true });
    assert_eq!((&*report["name"], &*report["more"], &*report["action"]), ("equipo", "0", "greeted"));
    assert_eq!(report["people"], "Rex (tutor: Ana María Souza – +573001112233)\nJoão Pedro – +5511987654321");
    let report = missing(About::InactiveReport { people: PEOPLE, count: 34, days: 30, offer: 20, written: false });
    assert_eq!((&*report["more"], &*report["days"], &*report["action"]), ("29", "30", "proposed"));
}

#[test]
fn a_report_of_many_long_names_fits() {
    let long = "ñ".repeat(200);
    for (pet, all) in [(None, true), (Some(long.as_str()), false)] {
        let people = [Person { name: Some(&long), phone: Some("573001112233445"), pet }; 30];
        for locale in Locale::iter() {
            for about in [
                About::BirthdaysReport { people: &people, count: 1_000_000, offer: 255, greeted: true },
                About::InactiveReport { people: &people, count: 1_000_000, days: u16::MAX, offer: 255, written: true },
            ] {
                let Content { text, variables, .. } =
                    Text { name: Some(&long), business: &long, about }.content(locale).unwrap();
                assert!(text.chars().count() < 4_096, "{}", text.chars().count());
                let listed = text.lines().filter(|line| line.starts_with("• ")).count();
                assert_eq!(listed == 30, all, "{listed} listed");
                assert!(text.contains(&number(1_000_000 - listed as u64, locale)), "{text}");
                assert!(text.contains(&format!("{}…", "ñ".repeat(59))) && !text.contains(&"ñ".repeat(201)));
                let short = &variables["people"];
                assert!(short.chars().count() <= 500 && short.lines().count() >= 3, "{short}");
                assert_eq!(variables["more"], number(1_000_000 - short.lines().count() as u64, locale));
            }
        }
    }
}

proptest! {
    #[test]
    fn nothing_breaks_a_lists_line(name in any::<String>(), phone in any::<String>(), pet in any::<String>()) {
        let people = [Person { name: Some(&name), phone: Some(&phone), pet: Some(&pet) }, PEOPLE[0]];
        for about in [
            About::BirthdaysReport { people: &people, count: 2, offer: 10, greeted: false },
            About::InactiveReport { people: &people, count: 2, days: 30, offer: 20, written: false },
        ] {
            let text = Text { name: None, business: "Pet Amigo", about }.content(Locale::En).unwrap().text;
            prop_assert!(!text.chars().any(|letter| letter != '\n' && letter.is_control()));
            prop_assert_eq!(text.split('\n').count(), 8);
            prop_assert_eq!(text.split('\n').filter(|line| line.starts_with("• ")).count(), 2);
        }
    }
}

/// Variables that choose among words and are not written themselves.
const CHOICES: [&str; 2] = ["change", "action"];

#[test]
fn every_built_in_text_is_there_and_needs_its_variables() {
    for (message_type, locale) in MessageType::iter().flat_map(|t| Locale::iter().map(move |l| (t, l))) {
        let documented = variables(message_type);
        if documented.is_empty() {
            assert_eq!(render(message_type, locale, &BTreeMap::new()), Err(TextError::NoBuiltIn(message_type)));
            continue;
        }
        let all = |without: &str| -> BTreeMap<String, String> {
            let names = documented.iter().map(|variable| variable.name).filter(|name| *name != without);
            names.map(|name| (name.to_owned(), format!("‹{name}›"))).collect()
        };
        let text = render(message_type, locale, &all("")).unwrap();
        for variable in documented {
            assert!(text.contains(&format!("‹{}›", variable.name)) || CHOICES.contains(&variable.name), "{text}");
            let without = render(message_type, locale, &all(variable.name));
            assert_eq!(without.is_ok(), variable.optional, "{message_type} {locale} {}", variable.name);
            assert_eq!(fallback(message_type, variable.name, locale).is_some(), variable.optional);
        }
    }
}
