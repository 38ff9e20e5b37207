//! The templates that a gateway has approved for a sender: which of them stands for a message, and its text as the phone
//! shows it.

use crate::{Content, Locale, Message, MessageType};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A template that the gateway has approved, used outside the 24-hour window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovedTemplate {
    /// The name of the approved template at the gateway.
    pub name: String,
    /// Its language code at the gateway, e.g. `pt_BR`.
    pub language: String,
    /// Of the occasions of its message type, the one that it is for, or `any`; the type's first if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occasion: Option<String>,
    /// Our variables in the order of its positional parameters.
    #[serde(default)]
    pub variables: Vec<String>,
    /// Its text at the gateway, with `{{1}}`, `{{2}}`, … for the parameters. Without it the record of a message holds
    /// the parameters alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The titles of its quick-reply buttons at the gateway, in order. A tap means what the button at the same place of
    /// the message means.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<String>,
}

/// A variable of an approved template that has no value. Names only our own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the approved template takes {0}, which has no value")]
pub struct MissingVariable(pub String);

/// The template under which a message went, and its text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentAs {
    /// The name of the approved template at the gateway.
    pub template: String,
    /// Its language code at the gateway.
    pub language: String,
    /// As the phone shows it.
    pub text: String,
    /// The titles of its quick-reply buttons that carry our ids, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<String>,
}

impl fmt::Debug for SentAs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentAs")
            .field("template", &self.template)
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

impl ApprovedTemplate {
    /// The language of its code, if it is one that Recado writes.
    #[must_use]
    pub fn locale(&self) -> Option<Locale> {
        Locale::parse(&self.language)
    }

    /// The values of its parameters, in order and each in one line. Variables in the template's language come first.
    ///
    /// # Errors
    /// A variable that it takes has no value.
    pub fn parameters(&self, content: &Content) -> Result<Vec<String>, MissingVariable> {
        let value = |variable: &String| {
            let value = content.variable(variable, self.locale()).map(one_line).filter(|value| !value.is_empty());
            value.ok_or_else(|| MissingVariable(variable.clone()))
        };
        self.variables.iter().map(value).collect()
    }

    /// As the phone shows it with these parameters. Without a body it is the template's name and the parameters.
    #[must_use]
    pub fn rendered(&self, parameters: &[String]) -> String {
        let Some(body) = &self.body else {
            return format!("[{}] {}", self.name, parameters.join(" · ")).trim_end().to_owned();
        };
        let mut text = String::with_capacity(body.len());
        for part in parts(body) {
            match part {
                Part::Words(words) => text.push_str(words),
                Part::Place(place) => text.push_str(parameters.get(place.wrapping_sub(1)).map_or("", String::as_str)),
            }
        }
        text
    }

    /// Everything that is wrong with it under this key, as a caller gives it: the field, and what was expected.
    #[must_use]
    pub fn problems(&self, key: &str) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        let mut check = |ok: bool, field, expected: &dyn Fn() -> String| {
            if !ok {
                problems.push((field, expected()));
            }
        };
        let short = |text: &str| (1..=MOST_NAME).contains(&text.trim().chars().count());
        let plain = |text: &'static str| move || text.to_owned();
        check(short(&self.name), "name", &plain("expected 1 to 512 characters"));
        check(short(&self.language), "language", &plain("expected a language code such as pt_BR"));
        check(self.variables.len() <= MOST_VARIABLES, "variables", &plain("expected at most 100 variables"));
        check(self.variables.iter().all(|it| short(it)), "variables", &plain("expected names of 1 to 512 characters"));
        let short_title = |title: &String| (1..=MOST_TITLE).contains(&title.trim().chars().count());
        check(self.buttons.len() <= MOST_BUTTONS, "buttons", &plain("expected at most 10 entries"));
        check(self.buttons.iter().all(short_title), "buttons", &plain("expected 1 to 25 characters"));
        let built_in: Option<MessageType> = key.parse().ok();
        let occasions = built_in.map_or(&[][..], MessageType::occasions);
        let allowed = |it: &str| occasions.contains(&it) || it == ANY && !occasions.is_empty();
        let known = self.occasion.as_deref().is_none_or(allowed);
        check(known, "occasion", &|| match occasions {
            [] => "expected none: there are no occasions of this".to_owned(),
            _ => format!("expected one of: {}, {ANY}", occasions.join(", ")),
        });
        if let Some(built_in) = built_in.filter(|it| !it.variables().is_empty()) {
            let names: Vec<_> = built_in.variables().iter().map(|it| it.name).collect();
            let known = self.variables.iter().all(|it| names.contains(&it.as_str()));
            check(known, "variables", &|| format!("expected variables of this text: {}", names.join(", ")));
        }
        if let Some(body) = &self.body {
            check(
                (1..=MOST_BODY).contains(&body.trim().chars().count()),
                "body",
                &plain("expected 1 to 1024 characters"),
            );
            let mut places: Vec<usize> =
                parts(body).into_iter().filter_map(|it| if let Part::Place(n) = it { Some(n) } else { None }).collect();
            places.sort_unstable();
            places.dedup();
            let fit = places.iter().copied().eq(1..=self.variables.len());
            check(fit, "body", &|| match self.variables.len() {
                0 => "expected no {{1}}, as there are no variables".to_owned(),
                many => format!("expected each of {{{{1}}}} to {{{{{many}}}}}, one for each variable"),
            });
            if let Some((variable, counted)) = built_in.and_then(|built_in| self.bare_count(built_in, body)) {
                check(false, "body", &|| format!("expected {counted} in the place of {variable}, which may be 1"));
            }
        }
        problems
    }

    /// A count whose unit stands in the body, where it is wrong for one: the variable, and the one with its unit.
    fn bare_count(&self, built_in: MessageType, body: &str) -> Option<(&str, String)> {
        let mut parts = parts(body).into_iter().peekable();
        while let Some(part) = parts.next() {
            let (Part::Place(place), Some(Part::Words(words))) = (part, parts.peek()) else { continue };
            let Some(variable) = self.variables.get(place.wrapping_sub(1)) else { continue };
            let counted = format!("{variable}_with_unit");
            let has_counted = built_in.variables().iter().any(|it| it.name == counted);
            // `{{1}} novos pontos` is wrong for one as `{{1}} pontos` is. A sign ends what is counted.
            let counts = words.split(['.', ',', ';', ':', '!', '?', '(', ')', '\n', '–', '—', '·']).next();
            let counts =
                counts.unwrap_or_default().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            let is_bare = counts.take(UNIT_WITHIN).any(crate::texts::is_unit);
            if has_counted && words.starts_with(char::is_whitespace) && is_bare {
                return Some((variable, counted));
            }
        }
        None
    }
}

/// The occasion of a template whose words fit all occasions.
const ANY: &str = "any";
/// The unit of a count stands among so many words after it.
const UNIT_WITHIN: usize = 2;
/// The longest name of a template that WhatsApp takes, and of a variable here, in characters.
const MOST_NAME: usize = 512;
/// More than WhatsApp's longest template body has room for.
const MOST_VARIABLES: usize = 100;
/// The longest body of a template, in characters.
const MOST_BODY: usize = 1_024;
/// The most quick replies of a template.
const MOST_BUTTONS: usize = 10;
/// The longest title of a template's quick reply, in characters.
const MOST_TITLE: usize = 25;
/// The most templates under one name: an occasion in a language.
const MOST_TEMPLATES: usize = 50;

enum Part<'a> {
    Words(&'a str),
    Place(usize),
}

/// A body's words and places. Braces around anything but a number are words.
fn parts(body: &str) -> Vec<Part<'_>> {
    let (mut parts, mut from, mut seek) = (Vec::new(), 0, 0);
    while let Some(opens) = body.get(seek..).and_then(|rest| rest.find("{{")).map(|at| at + seek) {
        let inside = body.get(opens + 2..).unwrap_or_default();
        let place = inside.split_once("}}").and_then(|(name, _)| Some((name.len(), name.trim().parse().ok()?)));
        let Some((length, place)) = place else {
            seek = opens + 2;
            continue;
        };
        parts.push(Part::Words(body.get(from..opens).unwrap_or_default()));
        parts.push(Part::Place(place));
        from = opens + 2 + length + 2;
        seek = from;
    }
    parts.push(Part::Words(body.get(from..).unwrap_or_default()));
    parts.retain(|part| !matches!(part, Part::Words("")));
    parts
}

/// Meta refuses parameters with line breaks, tabs or more than four blanks in a row: a list's lines go with `; ` between
/// them.
fn one_line(value: &str) -> String {
    let lines = value.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

/// The approved templates that stand for one message type, or under one name: one for each occasion and language. In
/// JSON a single template or a list of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApprovedTemplates(Vec<ApprovedTemplate>);

impl ApprovedTemplates {
    /// All of them, in the order in which they were given.
    #[must_use]
    pub fn all(&self) -> &[ApprovedTemplate] {
        &self.0
    }

    /// Everything that is wrong with them under this key, as a caller gives it: the place below it, and what was
    /// expected.
    #[must_use]
    pub fn problems(&self, key: &str) -> Vec<(String, String)> {
        if self.0.is_empty() || self.0.len() > MOST_TEMPLATES {
            return vec![(String::new(), "expected 1 to 50 templates".to_owned())];
        }
        let mut problems = Vec::new();
        for (nth, template) in self.0.iter().enumerate() {
            let at = if self.0.len() == 1 { String::new() } else { format!("/{nth}") };
            let found = template.problems(key).into_iter();
            problems.extend(found.map(|(field, expected)| (format!("{at}/{field}"), expected)));
            let same = |it: &&ApprovedTemplate| it.occasion == template.occasion && it.language == template.language;
            if self.0.iter().take(nth).any(|it| same(&it)) {
                problems.push((at, "expected one template for an occasion in a language".to_owned()));
            }
        }
        problems
    }

    /// The template for a message: of its occasion; in its language, else in the one that it is filled in too. A caller
    /// that fills a template by itself gets the first, if none is in the customer's language.
    #[must_use]
    pub fn choose(&self, message_type: MessageType, content: &Content) -> Option<&ApprovedTemplate> {
        let first = message_type.occasions().first().copied();
        let wanted = message_type.occasion(&content.variables).or(first);
        let of = |occasion| self.0.iter().filter(move |it| it.occasion.as_deref().or(first) == occasion);
        // A caller that names a template has chosen the occasion.
        let fit: Vec<_> = match content.template {
            Some(_) => self.0.iter().collect(),
            None => of(wanted).chain(of(Some(ANY)).filter(|_| wanted.is_some())).collect(),
        };
        let in_language = |wanted: Locale| fit.iter().find(|template| template.locale() == Some(wanted));
        let languages = [content.locale, content.fallback.as_ref().map(|it| it.locale)];
        let found = languages.into_iter().flatten().find_map(in_language);
        let any = content.template.is_some() || content.locale.is_none();
        found.or_else(|| fit.first().filter(|_| any)).copied()
    }
}

impl FromIterator<ApprovedTemplate> for ApprovedTemplates {
    fn from_iter<T: IntoIterator<Item = ApprovedTemplate>>(templates: T) -> Self {
        Self(templates.into_iter().collect())
    }
}

impl From<ApprovedTemplate> for ApprovedTemplates {
    fn from(template: ApprovedTemplate) -> Self {
        Self(vec![template])
    }
}

impl Serialize for ApprovedTemplates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ApprovedTemplates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Vec<ApprovedTemplate>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a template or a list of templates")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, one: A) -> Result<Self::Value, A::Error> {
                Ok(vec![ApprovedTemplate::deserialize(MapAccessDeserializer::new(one))?])
            }
        }
        deserializer.deserialize_any(OneOrMany).map(Self)
    }
}

impl crate::Sender {
    /// The approved template that stands for a message: the one it names, or the one of its type.
    #[must_use]
    pub fn template(&self, message: &Message) -> Option<&ApprovedTemplate> {
        let name = message.content.template.as_deref().unwrap_or(message.message_type.into());
        self.templates.get(name)?.choose(message.message_type, &message.content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OtherLanguage;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    fn templates(json: Value) -> ApprovedTemplates {
        serde_json::from_value(json).unwrap()
    }

    fn variables(all: &[(&str, &str)]) -> BTreeMap<String, String> {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// A notice in a language, with its change; in the business's language too, if that is another.
    fn notice(locale: Locale, fallback: Option<Locale>, change: &str) -> Content {
        let in_language = |locale: Locale| variables(&[("change", change), ("points", &format!("1 {locale}"))]);
        Content {
            locale: Some(locale),
            variables: in_language(locale),
            fallback: fallback.map(|locale| OtherLanguage { locale, variables: in_language(locale) }),
            ..Content::default()
        }
    }

    #[test]
    fn a_message_goes_under_the_template_of_its_occasion_and_language() {
        let all = templates(json!([
            {"name": "added_pt", "language": "pt_BR", "variables": ["points"]},
            {"name": "added_es", "language": "es_MX", "occasion": "added", "variables": ["points"]},
            {"name": "taken_pt", "language": "pt_BR", "occasion": "taken", "variables": ["points"]},
        ]));
        let (pt, es, en) = (Locale::PtBr, Locale::Es, Locale::En);
        for (locale, fallback, change, expected) in [
            (pt, None, "added", Some(("added_pt", "1 pt-BR"))),
            (es, Some(pt), "added", Some(("added_es", "1 es"))),
            (en, Some(pt), "added", Some(("added_pt", "1 pt-BR"))),
            (pt, None, "taken", Some(("taken_pt", "1 pt-BR"))),
            (es, Some(pt), "taken", Some(("taken_pt", "1 pt-BR"))),
            (en, None, "taken", None),
        ] {
            let content = notice(locale, fallback, change);
            let chosen = all.choose(MessageType::Points, &content);
            let filled = chosen.map(|it| (it.name.clone(), it.parameters(&content).unwrap().join("")));
            let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
            assert_eq!(filled, expected, "{locale} {fallback:?} {change}");
        }
    }

    #[test]
    fn a_template_without_an_occasion_is_for_the_usual_one_and_any_for_all() {
        let chosen = |json, change| {
            templates(json).choose(MessageType::Points, &notice(Locale::Es, None, change)).map(|it| it.name.clone())
        };
        let usual = json!({"name": "usual", "language": "es"});
        let any = json!({"name": "any", "language": "es", "occasion": "any"});
        assert_eq!(chosen(usual.clone(), "added").as_deref(), Some("usual"));
        assert_eq!(chosen(usual.clone(), "taken"), None);
        assert_eq!(chosen(any.clone(), "taken").as_deref(), Some("any"));
        assert_eq!(chosen(json!([any, usual]), "added").as_deref(), Some("usual"));
    }

    #[test]
    fn a_caller_that_fills_a_template_by_itself_gets_one_in_any_language() {
        let all = templates(json!([{"name": "pt", "language": "pt_BR"}, {"name": "es", "language": "es"}]));
        let named = |locale| Content { locale, template: Some("offer".to_owned()), ..Content::default() };
        let chosen = |locale| all.choose(MessageType::Direct, &named(locale)).unwrap().name.clone();
        assert_eq!([Some(Locale::Es), Some(Locale::En), None].map(chosen), ["es", "pt", "pt"]);
        let of_an_occasion = templates(json!({"name": "a", "language": "es", "occasion": "taken"}));
        assert!(of_an_occasion.choose(MessageType::Direct, &named(None)).is_some());
    }

    #[test]
    fn the_text_of_a_template_is_its_body_with_the_parameters() {
        let template = |body: Option<&str>| ApprovedTemplate {
            name: "x".to_owned(),
            language: "es".to_owned(),
            occasion: None,
            variables: Vec::new(),
            body: body.map(str::to_owned),
            buttons: Vec::new(),
        };
        let parameters = ["Ana".to_owned(), "{{1}}".to_owned()];
        for (body, text) in [
            (Some("Hola {{1}}: {{ 2 }}. {{1}}!"), "Hola Ana: {{1}}. Ana!"),
            (Some("{{name}} {{1}} {{"), "{{name}} Ana {{"),
            (Some("{{{1}}}"), "{{{1}}}"),
            (Some(""), ""),
            (None, "[x] Ana · {{1}}"),
        ] {
            assert_eq!(template(body).rendered(&parameters), text, "{body:?}");
        }
    }

    #[test]
    fn what_cannot_be_filled_is_told_when_it_is_given() {
        for (key, json, expected) in [
            (
                "points",
                json!({"name": "a", "language": "es", "variables": ["balance"], "body": "Saldo: {{1}}"}),
                vec![],
            ),
            ("points", json!({"name": "a", "language": "es", "occasion": "any"}), vec![]),
            ("offer", json!({"name": "a", "language": "es", "variables": ["price"]}), vec![]),
            ("points", json!({"name": "", "language": " "}), vec!["/name", "/language"]),
            ("points", json!({"name": "a", "language": "es", "occasion": "lost"}), vec!["/occasion"]),
            ("offer", json!({"name": "a", "language": "es", "occasion": "any"}), vec!["/occasion"]),
            ("points", json!({"name": "a", "language": "es", "variables": ["price"]}), vec!["/variables"]),
            ("offer", json!({"name": "a", "language": "es", "variables": [""]}), vec!["/variables"]),
            (
                "points",
                json!({"name": "a", "language": "es", "variables": ["balance"], "body": "Saldo"}),
                vec!["/body"],
            ),
            ("points", json!({"name": "a", "language": "es", "body": "Saldo {{1}}"}), vec!["/body"]),
            (
                "points",
                json!({"name": "a", "language": "es", "variables": ["points"], "body": "{{1}} *puntos*"}),
                vec!["/body"],
            ),
            (
                "points",
                json!({"name": "a", "language": "es", "variables": ["points_with_unit"], "body": "{{1}} más"}),
                vec![],
            ),
            ("points", json!({"name": "a", "language": "es", "buttons": ["Voy", "No puedo"]}), vec![]),
            ("points", json!({"name": "a", "language": "es", "buttons": [" ", "x"]}), vec!["/buttons"]),
            ("points", json!({"name": "a", "language": "es", "buttons": vec!["x"; 11]}), vec!["/buttons"]),
            ("points", json!([{"name": "a", "language": "es"}, {"name": "", "language": "es"}]), vec!["/1/name", "/1"]),
            ("points", json!([]), vec![""]),
        ] {
            let told = templates(json.clone()).problems(key);
            let places: Vec<_> = told.iter().map(|(place, _)| place.as_str()).collect();
            assert_eq!(places, expected, "{json}: {told:?}");
        }
    }

    #[test]
    fn one_template_or_a_list_is_read_and_written_as_it_was() {
        for json in [
            json!({"name": "a", "language": "es", "variables": []}),
            json!({"name": "a", "language": "es", "variables": [], "buttons": ["Voy"]}),
            json!([{"name": "a", "language": "es", "variables": ["x"]}, {"name": "b", "language": "en", "variables": []}]),
        ] {
            assert_eq!(serde_json::to_value(templates(json.clone())).unwrap(), json);
        }
        for wrong in [json!("a"), json!({"name": "a"}), json!({"name": "a", "language": "es", "more": 1})] {
            assert!(serde_json::from_value::<ApprovedTemplates>(wrong).is_err());
        }
    }

    #[test]
    fn a_list_fits_a_parameter() {
        for (value, parameter) in [
            ("Rex (tutor: Ana – +5511987654321)\nBia\r\nCaio", "Rex (tutor: Ana – +5511987654321); Bia; Caio"),
            ("\n Rex \n\n\tBia     Luz\n", "Rex; Bia Luz"),
            ("10\u{a0}%", "10 %"),
            ("a\rb\u{2028}c\u{b}d", "a b c d"),
            (" \n\t", ""),
        ] {
            assert_eq!(one_line(value), parameter);
        }
    }
}
