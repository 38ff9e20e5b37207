//! The built-in texts as people read them.

use super::birthday::Birthday;
use super::birthdays_report::BirthdaysReport;
use super::inactive_report::{Away, InactiveReport};
use super::missing_fields::MissingFields;
use super::points::Points;
use super::profile_thanks::ProfileThanks;
use super::win_back::WinBack;
use super::words::number;
use super::*;
use crate::{ProfileField, Wish, wish};
use proptest::prelude::*;
use strum::IntoEnumIterator;

const fn person(name: Option<&'static str>, phone: Option<&'static str>, pet: Option<&'static str>) -> Person<'static> {
    Person { name, phone, pet, step: None }
}

pub(super) const PEOPLE: &[Person<'static>] = &[
    person(Some("Ana María Souza"), Some("573001112233"), Some("Rex")),
    person(Some(" João\nPedro "), Some("+55 11 98765-4321"), None),
    person(None, Some("573004445566"), Some("Luna \u{202e}\u{0}Bella")),
    person(Some("Bia"), None, Some(" ")),
    person(None, None, None),
];

pub(super) const PETS: &[Person<'static>] = &[PEOPLE[0], PEOPLE[2]];

/// People who may come, each for another reason.
pub(super) fn invitees() -> Vec<Invitee<'static>> {
    let of = |person: &Person<'static>, why: &[Why<'static>]| Invitee { person: *person, why: why.to_vec() };
    vec![
        of(&PEOPLE[0], &[Why::LastVisit { days: 25, service: Some("Baño") }, Why::Rhythm { every_days: 15 }]),
        of(&PEOPLE[1], &[Why::Vip { weekday: Some(chrono::Weekday::Tue) }, Why::Rhythm { every_days: 7 }]),
        of(&PEOPLE[2], &[Why::LastVisit { days: 1, service: None }, Why::Vip { weekday: None }]),
        of(&PEOPLE[3], &[Why::Away { days: 31 }]),
    ]
}

/// Every way in which people are written to, with the name of its snapshots.
pub(super) fn voices() -> [(&'static str, Voice); 4] {
    let voice = |locale, country| Voice::new(locale, None, country);
    [
        ("es", voice(Locale::Es, "MX")),
        ("es-usted", voice(Locale::Es, "CO")),
        ("pt-BR", voice(Locale::PtBr, "BR")),
        ("en", voice(Locale::En, "GB")),
    ]
}

/// The samples of a text as they read.
pub(super) fn read(samples: Samples, voice: Voice) -> Vec<String> {
    samples().iter().map(|text| text.text(voice).unwrap()).collect()
}

/// Samples of one text.
pub(super) type Samples = fn() -> Vec<Box<dyn Text>>;

/// A sample for each of these with and without a customer's name.
pub(super) fn for_each_name<W: Clone, T: Text + 'static>(
    with: impl IntoIterator<Item = W>,
    text: impl Fn(CustomerName<'static>, W) -> T,
) -> Vec<Box<dyn Text>> {
    let mut samples: Vec<Box<dyn Text>> = Vec::new();
    for with in with {
        for name in [Some("Ana María Souza"), None] {
            samples.push(Box::new(text(CustomerName(name), with.clone())));
        }
    }
    samples
}

/// Each text as it reads in each language stands in its folder: `cargo insta accept`, or `INSTA_UPDATE=always`, after a
/// look at what has changed.
#[test]
fn every_text_in_every_language() {
    for (name, samples) in SAMPLES {
        for (snapshot, voice) in voices() {
            let contents: Vec<Content> = samples().iter().map(|text| text.content(voice).unwrap()).collect();
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
            settings.bind(|| insta::assert_snapshot!(snapshot, texts.join("\n\n----\n\n")));
        }
    }
}

#[test]
fn an_approved_template_gets_every_variable() {
    let [(_, tu), (_, usted), ..] = voices();
    let birthday =
        Birthday { name: CustomerName(None), business: Line("Pet Amigo"), pet: PetName(None), offer: Percent(10) };
    let greeting = birthday.content(tu).unwrap().variables;
    assert_eq!((&*greeting["name"], &*greeting["pet"], &*greeting["offer"]), ("cliente", "ti", "10\u{a0}%"));
    let greeting = Birthday { offer: Percent(0), ..birthday }.content(usted).unwrap().variables;
    assert_eq!((&*greeting["pet"], &*greeting["offer"]), ("usted", "0\u{a0}%"));
    assert_eq!(greeting.keys().collect::<Vec<_>>(), ["business", "name", "offer", "pet"]);
    let question = MissingFields::new(None, "Pet Amigo", &[ProfileField::Consent]).content(tu).unwrap().variables;
    assert_eq!(question["purpose"], "para atenderte mejor");
    let learned = Learned { fields: &[ProfileField::Name], news: false };
    let thanks = ProfileThanks::new(None, "Pet Amigo", learned, &[]).content(tu).unwrap().variables;
    assert_eq!((&*thanks["learned"], &*thanks["missing"]), ("tu nombre", "nada más"));
    let notice = Points::new(None, "Pet Amigo", -1, 50, None).content(tu).unwrap().variables;
    assert_eq!(
        (&*notice["points_with_unit"], &*notice["balance_with_unit"], &*notice["change"]),
        ("1 punto", "50 puntos", "taken")
    );
    assert_eq!((&*notice["points"], &*notice["balance"], &*notice["reason"]), ("1", "50", "–"));
    let report = BirthdaysReport::new(" ", "Pet Amigo", &PEOPLE[..2], 2, 10, true).content(tu).unwrap().variables;
    assert_eq!((&*report["name"], &*report["more"], &*report["action"]), ("equipo", "0", "greeted"));
    assert_eq!(report["people"], "Rex (tutor: Ana María Souza – +573001112233)\nJoão Pedro – +5511987654321");
    let away = Away { days: 30, offer: 20 };
    let report = InactiveReport::new("", "Pet Amigo", PEOPLE, 34, away, false).content(tu).unwrap().variables;
    assert_eq!((&*report["more"], &*report["days"], &*report["action"]), ("29", "30", "proposed"));
}

/// Whether only approved templates are filled with a variable.
fn is_for_templates(message_type: MessageType, variable: &str) -> bool {
    let names = ["points", "balance", "count_with_unit", "days_with_unit"];
    names.contains(&variable) || (message_type == MessageType::OwnMessage && variable != "message")
}

#[test]
fn every_built_in_text_needs_its_variables() {
    for (message_type, (_, voice)) in MessageType::iter().flat_map(|t| voices().map(|voice| (t, voice))) {
        let Some(spec) = message_type.text() else { continue };
        let choosing = spec.variables.iter().find(|variable| !variable.occasions.is_empty());
        let occasions = choosing.map_or(&["‹›"][..], |variable| variable.occasions);
        let written = |name: &str, occasion: &str| {
            if choosing.is_some_and(|it| it.name == name) { occasion.to_owned() } else { format!("‹{name}›") }
        };
        // On each occasion, as one may take a variable that another does not.
        let render_all = |without: &str| -> Result<Vec<String>, TextError> {
            let names = || spec.variables.iter().map(|variable| variable.name).filter(|name| *name != without);
            let all = |occasion| names().map(|name| (name.to_owned(), written(name, occasion))).collect();
            occasions.iter().map(|occasion| render(message_type, voice, &all(occasion))).collect()
        };
        let text = render_all("").unwrap().join("\n");
        for variable in spec.variables.iter().filter(|it| !is_for_templates(message_type, it.name)) {
            let chooses = !variable.occasions.is_empty();
            assert!(text.contains(&format!("‹{}›", variable.name)) || chooses, "{text}");
            let without = render_all(variable.name);
            assert_eq!(without.is_ok(), variable.fallback.is_some(), "{message_type} {voice:?} {}", variable.name);
        }
    }
}

/// The word that a person is told to stop promotions by.
fn stop_word(locale: Locale) -> &'static str {
    match locale {
        Locale::Es => "BAJA",
        Locale::PtBr => "SAIR",
        Locale::En => "STOP",
    }
}

#[test]
fn every_marketing_text_has_a_way_out() {
    let mut checked = 0;
    for ((name, samples), (_, voice)) in SAMPLES.iter().flat_map(|text| voices().map(|voice| (text, voice))) {
        let message_type: MessageType = name.parse().unwrap();
        let tells = message_type.kind() == Kind::Marketing || *name == "opt_in" || *name == "opt_question";
        let word = stop_word(voice.locale());
        assert_eq!(wish(word), Some(Wish::Out));
        for text in read(*samples, voice).iter().filter(|_| tells) {
            assert!(text.contains(&format!(" {word}")), "{text}");
            checked += 1;
        }
    }
    assert!(checked > 0);
}

#[test]
fn a_report_shows_the_text_that_would_be_sent() {
    let (name, business) = (CustomerName(Some("João")), Line("Pet Amigo"));
    let people = &PEOPLE[1..2];
    for (_, voice) in voices() {
        let greeting = Birthday { name, business, pet: PetName(None), offer: Percent(10) }.text(voice).unwrap();
        let report = BirthdaysReport::new("Bia", "Pet Amigo", people, 1, 10, false).text(voice).unwrap();
        assert!(report.contains(&greeting), "{report}");
        let text = WinBack { name, business, offer: Percent(20) }.text(voice).unwrap();
        let away = Away { days: 30, offer: 20 };
        let report = InactiveReport::new("Bia", "Pet Amigo", people, 1, away, false).text(voice).unwrap();
        assert!(report.contains(&text) && !report.contains('?'), "{report}");
    }
}

/// The words of a text, without what stands around them.
fn words_of(text: &str) -> Vec<String> {
    let is_word = |letter: char| letter.is_alphanumeric();
    text.split(|letter| !is_word(letter)).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Spanish words by which a person is addressed in one form and never in the other.
const FAMILIAR: &str = "tu tus ti te contigo tienes quieres prefieres puedes cambias visitas cuentas recibirás responde \
    sumaste usaste conocerte atenderte llamarte felicitarte contarte";
const POLITE: &str = "su sus usted le responda sumó utilizó prefiere puede cambia recibirá atenderle conocerle llamarle \
    felicitarle contarle";

#[test]
fn one_form_of_address_in_a_text() {
    let [(_, tu), (_, usted), ..] = voices();
    for (name, samples) in SAMPLES {
        for (voice, strange) in [(tu, POLITE), (usted, FAMILIAR)] {
            for text in read(*samples, voice) {
                let words = words_of(&text);
                let found: Vec<&str> = strange.split(' ').filter(|word| words.iter().any(|it| it == word)).collect();
                assert!(found.is_empty(), "{name}: {found:?} in {text}");
            }
        }
    }
}

/// `em Patas & Cia`, `de Hotel Sol`: without an article, whose gender is not known, that sounds wrong.
#[test]
fn no_preposition_before_a_business() {
    let prepositions = [
        "em", "de", "a", "para", "por", "com", "na", "no", "da", "do", "en", "con", "desde", "at", "of", "from", "to",
        "with", "in", "by",
    ];
    for ((name, samples), (_, voice)) in SAMPLES.iter().flat_map(|text| voices().map(|voice| (text, voice))) {
        for text in read(*samples, voice) {
            assert!(text.contains("Pet Amigo"), "{name}: {text}");
            for before in text.split("Pet Amigo").collect::<Vec<_>>().split_last().unwrap().1 {
                let last = before.split_whitespace().last().unwrap_or_default();
                assert!(!prepositions.contains(&last), "{name}: {text}");
            }
        }
    }
}

#[test]
fn signs_and_numbers_stand_right() {
    for ((name, samples), (_, voice)) in SAMPLES.iter().flat_map(|text| voices().map(|voice| (text, voice))) {
        for text in read(*samples, voice) {
            let said = format!("{name}: {text}");
            let count = |sign: char| text.matches(sign).count();
            if voice.locale() == Locale::Es {
                assert_eq!((count('!'), count('?')), (count('¡'), count('¿')), "{said}");
            }
            for wrong in ["  ", " .", " ,", " !", " ?", "..", "💤"] {
                assert!(!text.contains(wrong), "{wrong:?} in {said}");
            }
            assert!(text.lines().all(|line| line.trim() == line), "{said}");
            for many in ["pontos", "puntos", "points", "clientes", "customers", "días", "dias", "days", "birthdays"] {
                assert!(!text.contains(&format!(" 1 {many}")), "{said}");
            }
        }
    }
}

proptest! {
    #[test]
    fn one_is_never_many(points in prop_oneof![Just(1_i64), Just(-1), Just(21), any::<i64>()], balance in 0..3_u64) {
        for (_, voice) in voices() {
            let locale = voice.locale();
            let text = Points::new(None, "Pet Amigo", points, balance, None).text(voice).unwrap();
            let one = match locale {
                Locale::Es => "punto",
                Locale::PtBr => "ponto",
                Locale::En => "point",
            };
            let written = |count: u64| format!(" {} {one}{}", number(count, locale), if count == 1 { "" } else { "s" });
            for count in [points.unsigned_abs(), balance] {
                let told = text.match_indices(&written(count)).any(|(at, it)| !text[at + it.len()..].starts_with('s'));
                prop_assert!(told, "{}", text);
            }
        }
    }
}
