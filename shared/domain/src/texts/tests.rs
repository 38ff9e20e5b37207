//! The built-in texts as people read them.

use super::birthday::Birthday;
use super::birthdays_report::BirthdaysReport;
use super::inactive_report::{Away, InactiveReport};
use super::words::number;
use super::*;
use proptest::prelude::*;
use strum::IntoEnumIterator;

const fn person(name: Option<&'static str>, phone: Option<&'static str>, pet: Option<&'static str>) -> Person<'static> {
    Person { name, phone, pet }
}

pub(super) const PEOPLE: &[Person<'static>] = &[
    person(Some("Ana María Souza"), Some("573001112233"), Some("Rex")),
    person(Some(" João\nPedro "), Some("+55 11 98765-4321"), None),
    person(None, Some("573004445566"), Some("Luna \u{202e}\u{0}Bella")),
    person(Some("Bia"), None, Some(" ")),
    person(None, None, None),
];

pub(super) const PETS: &[Person<'static>] = &[PEOPLE[0], PEOPLE[2]];

/// Samples of one text.
pub(super) type Samples = fn() -> Vec<Box<dyn Text>>;

/// A sample for each of these with and without a customer's name.
pub(super) fn for_each_name<W: Copy, T: Text + 'static>(
    with: impl IntoIterator<Item = W>,
    text: impl Fn(CustomerName<'static>, W) -> T,
) -> Vec<Box<dyn Text>> {
    let mut samples: Vec<Box<dyn Text>> = Vec::new();
    for with in with {
        for name in [Some("Ana María Souza"), None] {
            samples.push(Box::new(text(CustomerName(name), with)));
        }
    }
    samples
}

/// Each text as it reads in each language stands in its folder: `cargo insta accept`, or `INSTA_UPDATE=always`, after a
/// look at what has changed.
#[test]
fn every_text_in_every_language() {
    for (name, samples) in SAMPLES {
        for locale in Locale::iter() {
            let contents: Vec<Content> = samples().iter().map(|text| text.content(locale).unwrap()).collect();
            for (text, content) in samples().iter().zip(&contents) {
                assert_eq!(text.message_type().to_string(), *name);
                for variable in text.message_type().variables() {
                    assert!(!content.variables[variable.name].is_empty(), "{}", variable.name);
                }
            }
            let texts: Vec<String> = contents.into_iter().map(|content| content.text).collect();
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(name);
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_snapshot!(locale.to_string(), texts.join("\n\n----\n\n")));
        }
    }
}

#[test]
fn what_an_approved_template_gets() {
    let birthday =
        Birthday { name: CustomerName(None), business: Line("Pet Amigo"), pet: PetName(None), offer: Percent(10) };
    let greeting = birthday.content(Locale::Es).unwrap().variables;
    assert_eq!((&*greeting["name"], &*greeting["pet"], &*greeting["offer"]), ("cliente", "ti", "10\u{a0}%"));
    let report =
        BirthdaysReport::new(" ", "Pet Amigo", &PEOPLE[..2], 2, 10, true).content(Locale::Es).unwrap().variables;
    assert_eq!((&*report["name"], &*report["more"], &*report["action"]), ("equipo", "0", "greeted"));
    assert_eq!(report["people"], "Rex (tutor: Ana María Souza – +573001112233)\nJoão Pedro – +5511987654321");
    let away = Away { days: 30, offer: 20 };
    let report = InactiveReport::new("", "Pet Amigo", PEOPLE, 34, away, false).content(Locale::Es).unwrap().variables;
    assert_eq!((&*report["more"], &*report["days"], &*report["action"]), ("29", "30", "proposed"));
}

#[test]
fn a_report_of_many_long_names_fits() {
    let long = "ñ".repeat(200);
    for (pet, all) in [(None, true), (Some(long.as_str()), false)] {
        let people = [Person { name: Some(&long), phone: Some("573001112233445"), pet }; 30];
        let reports: [Box<dyn Text + '_>; 2] = [
            Box::new(BirthdaysReport::new(&long, &long, &people, 1_000_000, 255, true)),
            Box::new(InactiveReport::new(&long, &long, &people, 1_000_000, Away { days: u16::MAX, offer: 255 }, true)),
        ];
        for locale in Locale::iter() {
            for report in &reports {
                let Content { text, variables, .. } = report.content(locale).unwrap();
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
        let reports: [Box<dyn Text + '_>; 2] = [
            Box::new(BirthdaysReport::new("", "Pet Amigo", &people, 2, 10, false)),
            Box::new(InactiveReport::new("", "Pet Amigo", &people, 2, Away { days: 30, offer: 20 }, false)),
        ];
        for report in reports {
            let text = report.text(Locale::En).unwrap();
            prop_assert!(!text.chars().any(|letter| letter != '\n' && letter.is_control()));
            prop_assert_eq!(text.split('\n').count(), 8);
            prop_assert_eq!(text.split('\n').filter(|line| line.starts_with("• ")).count(), 2);
        }
    }
}

/// Variables that choose among words and are not written themselves.
const CHOICES: [&str; 3] = ["change", "action", "concern"];

#[test]
fn every_built_in_text_needs_its_variables() {
    for (message_type, locale) in MessageType::iter().flat_map(|t| Locale::iter().map(move |l| (t, l))) {
        let Some(spec) = message_type.text() else { continue };
        let all = |without: &str| -> BTreeMap<String, String> {
            let names = spec.variables.iter().map(|variable| variable.name).filter(|name| *name != without);
            names.map(|name| (name.to_owned(), format!("‹{name}›"))).collect()
        };
        let text = render(message_type, locale, &all("")).unwrap();
        for variable in spec.variables {
            assert!(text.contains(&format!("‹{}›", variable.name)) || CHOICES.contains(&variable.name), "{text}");
            let without = render(message_type, locale, &all(variable.name));
            assert_eq!(without.is_ok(), variable.fallback.is_some(), "{message_type} {locale} {}", variable.name);
        }
    }
}
