//! The variables of a business's own text, and what may be wrong with it.

use crate::fold::fold;
use crate::texts::words::{first_name, one_line};
use crate::{Locale, Voice};
use std::fmt;

/// The longest text, in characters: WhatsApp takes 4,096, and names and a way out are added.
const LONGEST: usize = 3_800;

const NAME: &str = "name";
const BUSINESS: &str = "business";

/// What people write in the place of our variables, folded.
const MEANT: &[(&str, &[&str])] = &[
    (
        NAME,
        &[
            "nombre",
            "nome",
            "first name",
            "firstname",
            "customer",
            "customer name",
            "cliente",
            "nombre cliente",
            "nome cliente",
            "primeiro nome",
            "primer nombre",
            "tutor",
            "client",
            "user",
        ],
    ),
    (
        BUSINESS,
        &[
            "negocio",
            "empresa",
            "tienda",
            "loja",
            "company",
            "shop",
            "store",
            "business name",
            "marca",
            "petshop",
            "pet shop",
        ],
    ),
];

/// What is wrong with a business's own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnMessageProblem {
    /// It says nothing.
    Empty,
    /// It is longer than WhatsApp takes.
    TooLong,
    /// A variable that there is not, as it was written; and the one that was probably meant.
    Unknown {
        /// Without braces.
        variable: String,
        /// The one that was probably meant.
        meant: Option<&'static str>,
    },
    /// `{{` without `}}`.
    Unclosed,
}

impl fmt::Display for OwnMessageProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("expected a text that is not empty"),
            Self::TooLong => write!(f, "expected at most {LONGEST} characters"),
            Self::Unknown { variable, meant: Some(meant) } => {
                write!(f, "unknown variable `{variable}`; did you mean `{{{{{meant}}}}}`?")
            }
            Self::Unknown { variable, meant: None } => {
                write!(f, "unknown variable `{variable}`; there are `{{{{name}}}}` and `{{{{business}}}}`")
            }
            Self::Unclosed => f.write_str("expected `}}` after each `{{`"),
        }
    }
}

/// Everything that is wrong with a business's own text, when it is saved; each variable once.
#[must_use]
pub fn problems(text: &str) -> Vec<OwnMessageProblem> {
    let mut problems = Vec::new();
    if text.trim().is_empty() {
        problems.push(OwnMessageProblem::Empty);
    }
    if text.chars().count() > LONGEST {
        problems.push(OwnMessageProblem::TooLong);
    }
    for part in parts(text) {
        let problem = match part {
            Part::Variable(NAME | BUSINESS) => continue,
            Part::Variable(variable) => unknown(variable),
            Part::Open => OwnMessageProblem::Unclosed,
            // `{name}` is a slip.
            Part::Words(words) => match words.split('{').skip(1).find_map(|rest| rest.split_once('}')) {
                Some((variable, _)) if meant(variable).is_some() => unknown(variable),
                _ => continue,
            },
        };
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    problems
}

fn unknown(variable: &str) -> OwnMessageProblem {
    let variable: String = one_line(variable).chars().take(40).collect();
    OwnMessageProblem::Unknown { meant: meant(&variable), variable }
}

fn meant(variable: &str) -> Option<&'static str> {
    let folded = fold(variable);
    let known = |(name, others): &&(&'static str, &[&str])| {
        let near = |it: &str| it == folded || (it.len() > 3 && strsim::osa_distance(it, &folded) == 1);
        near(name) || others.iter().any(|other| near(other))
    };
    MEANT.iter().find(known).map(|(name, _)| *name)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    Words(&'a str),
    Variable(&'a str),
    /// Braces that nothing closes.
    Open,
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        parts.push(Part::Words(before));
        let Some((variable, next)) = after.split_once("}}") else {
            parts.push(Part::Open);
            rest = after;
            continue;
        };
        parts.push(Part::Variable(variable.trim()));
        rest = next;
    }
    parts.push(Part::Words(rest));
    parts
}

/// With the first name and the business's name. Without a name, the words around it close up; after a preposition the person
/// is addressed instead. Unknown variables are left out.
#[must_use]
pub fn filled(text: &str, name: Option<&str>, business: &str, voice: Voice) -> String {
    let name = name.and_then(first_name);
    let mut filled = String::with_capacity(text.len() + 32);
    let mut closes = Closing::No;
    for part in parts(text) {
        match part {
            Part::Words(words) => {
                filled.push_str(&closes.before(words));
                closes = Closing::No;
            }
            Part::Variable(BUSINESS) => filled.push_str(&one_line(business)),
            Part::Variable(NAME) => match &name {
                Some(name) => filled.push_str(name),
                None => closes = without_name(&mut filled, voice),
            },
            Part::Variable(_) | Part::Open => {}
        }
    }
    filled.trim().to_owned()
}

/// How the words after a name that is not known go on.
#[derive(Clone, Copy)]
enum Closing {
    /// As they are.
    No,
    /// As the beginning of a sentence, without the comma that parted it from the name.
    Begins,
}

impl Closing {
    fn before(self, words: &str) -> String {
        match self {
            Self::No => words.to_owned(),
            Self::Begins => {
                let rest = words.trim_start_matches([',', ':', '!', '.']).trim_start_matches(' ');
                let mut letters = rest.chars();
                letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
            }
        }
    }
}

/// Takes back what leads to the name, or says the person's pronoun after a preposition.
fn without_name(filled: &mut String, voice: Voice) -> Closing {
    const PREPOSITIONS: &[&str] =
        &["a", "para", "pra", "con", "com", "de", "por", "sin", "sem", "to", "for", "with", "from", "of", "without"];
    let line = filled.rsplit('\n').next().unwrap_or_default();
    let before = line.trim_end_matches(' ');
    if before.is_empty() || before.ends_with(['¡', '¿', '.', '!', '?']) {
        return Closing::Begins;
    }
    let last = before.rsplit(' ').next().unwrap_or_default().to_lowercase();
    if PREPOSITIONS.contains(&last.as_str()) {
        let pronoun = match voice.locale() {
            Locale::Es if voice.is_usted() => "usted",
            Locale::Es if last == "con" => {
                filled.truncate(filled.trim_end_matches(' ').len() - last.len());
                "contigo"
            }
            Locale::Es => "ti",
            Locale::PtBr => "você",
            Locale::En => "you",
        };
        filled.push_str(pronoun);
        return Closing::No;
    }
    let kept = filled.trim_end_matches(' ').trim_end_matches(',').len();
    filled.truncate(kept);
    Closing::No
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::detail_in;
    use proptest::prelude::*;

    fn voice(locale: Locale) -> Voice {
        Voice::new(locale, None, "MX")
    }

    #[test]
    fn a_text_reads_well_with_a_name_and_without() {
        for (locale, text, with, without) in [
            (Locale::PtBr, "Oi, {{name}}! Tudo bem?", "Oi, Ana! Tudo bem?", "Oi! Tudo bem?"),
            (Locale::PtBr, "Oi {{name}}, tudo bem?", "Oi Ana, tudo bem?", "Oi, tudo bem?"),
            (Locale::Es, "¡Hola {{ name }}!", "¡Hola Ana!", "¡Hola!"),
            (Locale::Es, "¡{{name}}, mira esto!", "¡Ana, mira esto!", "¡Mira esto!"),
            (Locale::Es, "Hola, {{name}}, mira", "Hola, Ana, mira", "Hola, mira"),
            (Locale::Es, "{{name}}: hay fiesta", "Ana: hay fiesta", "Hay fiesta"),
            (Locale::Es, "Un regalo para {{name}}.", "Un regalo para Ana.", "Un regalo para ti."),
            (Locale::Es, "Queremos hablar con {{name}}.", "Queremos hablar con Ana.", "Queremos hablar contigo."),
            (Locale::PtBr, "Um mimo para {{name}} hoje", "Um mimo para Ana hoje", "Um mimo para você hoje"),
            (Locale::En, "News for {{name}}!", "News for Ana!", "News for you!"),
            (Locale::En, "Hi!\n{{name}}, come in", "Hi!\nAna, come in", "Hi!\nCome in"),
            (Locale::En, "Hi! {{name}}, come in", "Hi! Ana, come in", "Hi! Come in"),
            (Locale::En, "{{business}} misses you, {{name}}", "Pet Amigo misses you, Ana", "Pet Amigo misses you"),
            (Locale::En, "{{name}}", "Ana", ""),
        ] {
            assert_eq!(filled(text, Some("Ana María"), "Pet Amigo", voice(locale)), with);
            assert_eq!(filled(text, None, "Pet Amigo", voice(locale)), without);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, said) in [
            ("Hola {{name}}, de {{ business }}", vec![]),
            ("Hola {{nombre}}", vec!["unknown variable `nombre`; did you mean `{{name}}`?"]),
            (
                "Oi {{nome}} da {{loja}}, {{nome}}",
                vec![
                    "unknown variable `nome`; did you mean `{{name}}`?",
                    "unknown variable `loja`; did you mean `{{business}}`?",
                ],
            ),
            ("Hi {{nmae}}", vec!["unknown variable `nmae`; did you mean `{{name}}`?"]),
            ("Hi {name}", vec!["unknown variable `name`; did you mean `{{name}}`?"]),
            ("Hi {{pet}}", vec!["unknown variable `pet`; there are `{{name}}` and `{{business}}`"]),
            ("Hi {{name", vec!["expected `}}` after each `{{`"]),
            ("1 {2} 3 {a, b}", vec![]),
            (" \n", vec!["expected a text that is not empty"]),
        ] {
            let told: Vec<String> = problems(text).iter().map(ToString::to_string).collect();
            assert_eq!(told, said, "{text}");
        }
        assert_eq!(problems(&"ñ".repeat(LONGEST + 1)), [OwnMessageProblem::TooLong]);
        for text in ["", "{{nome}} {{pet}} {{x", &"ñ".repeat(LONGEST + 1)] {
            for problem in problems(text).iter().map(ToString::to_string) {
                assert_ne!(detail_in(&problem, Locale::Es), problem);
                assert_ne!(detail_in(&problem, Locale::PtBr), problem);
            }
        }
    }

    proptest! {
        /// No variable is left once a text is filled, with a name or without.
        #[test]
        fn what_is_saved_is_filled(
            text in "([a-zñ ,.!¡\\n]|\\{\\{name\\}\\}|\\{\\{ business \\}\\}){1,12}x", named: bool,
        ) {
            prop_assert_eq!(problems(&text), []);
            let filled = filled(&text, named.then_some("Ana"), "Pet Amigo", voice(Locale::Es));
            prop_assert!(!filled.contains(['{', '}']), "{}", filled);
        }
    }
}
