//! The built-in texts, in three languages. A text is a folder: `mod.rs` says what it is filled with, and `es.txt`,
//! `pt-BR.txt` and `en.txt` are its minijinja templates. The build script finds the folders.
//!
//! No preposition and no article stands before a business's name: its gender is not known. It is a subject or a signature.
//! A marketing text ends with the word that stops such messages.

mod asking;
mod dates;
mod fields;
mod invitees;
mod people;
mod rows;
mod suggestions;
mod topics;
mod values;
mod words;

#[cfg(test)]
mod list_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod told_tests;

pub use asking::{Ask, Asking, ProposalNumber, ToWhom};
pub use dates::{At, AtIfAny, AtTime, Date, DateIfAny, FreeTimes, Hours, OnDay, OnDays};
pub use fields::{Asked, AskedToo, Learned, Purpose};
pub use invitees::{Invitee, Why};
pub use people::{Caller, People, Person, Step};
pub use rows::{MoreRows, Row, Rows};
pub use suggestions::FlashText;
pub use topics::{Proposed, Topic, TopicIfAny};
pub(crate) use values::is_unit;
pub use values::{
    Choice, Count, Counted, CountedIfAny, CustomerName, IfAny, Line, LineIfAny, Lines, Others, OwnerName, Percent,
    PetName, Reason, Unit, Value,
};

use crate::{Content, Kind, Locale, OtherLanguage, Voice};
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use strum::{Display, EnumIter, EnumMessage, EnumString, IntoStaticStr};

/// Declares a text: its name and kind, when it may go, and its variables, each with its meaning and its type.
macro_rules! text {
    (
        $(#[doc = $about:literal])+
        $name:ident: $kind:ident, $goes:ident
        $($(#[doc = $meaning:literal])+ $variable:ident: $value:ty,)+
    ) => {
        $(#[doc = $about])+
        #[derive(Clone)]
        pub struct $name<'a> {
            $($(#[doc = $meaning])+ pub $variable: $value,)+
        }

        impl<'a> $name<'a> {
            /// What it is, without what it is filled with.
            pub const SPEC: $crate::texts::Spec = $crate::texts::Spec {
                kind: $crate::Kind::$kind,
                goes: $crate::texts::Goes::$goes,
                variables: &[$($crate::texts::Variable {
                    name: stringify!($variable),
                    meaning: concat!($($meaning),+).trim_ascii(),
                    fallback: <$value as $crate::texts::Value>::FALLBACK,
                    occasions: <$value as $crate::texts::Value>::OCCASIONS,
                }),+],
            };
        }

        impl $crate::texts::Text for $name<'_> {
            fn message_type(&self) -> $crate::MessageType {
                $crate::MessageType::$name
            }

            fn fill(&self, voice: $crate::Voice, room: usize) -> std::collections::BTreeMap<String, String> {
                let all = [$((stringify!($variable), $crate::texts::Value::write(&self.$variable, voice, room))),+];
                all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
            }
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A text that cannot be written. Says nothing of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text {message_type} in {locale} cannot be written: {kind}")]
pub struct TextError {
    /// Which text.
    pub message_type: MessageType,
    /// In which language.
    pub locale: Locale,
    /// As minijinja says: a variable that is not optional is missing, or the template is broken.
    pub kind: ErrorKind,
}

/// What a built-in text is.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// What rules a message of it is under.
    pub kind: Kind,
    /// When a message of it may go, beyond what its kind says.
    pub goes: Goes,
    /// What it is filled with, as an approved template may take it too.
    pub variables: &'static [Variable],
}

/// When a message may go, beyond what its kind says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goes {
    /// At any time.
    Always,
    /// Only on the local date of the business that it was scheduled for.
    OnItsDay,
    /// Only while the person has not written for the business's limit of inactivity.
    WhileInactive,
}

/// A variable of a built-in text.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// As it stands in the templates.
    pub name: &'static str,
    /// For people.
    pub meaning: &'static str,
    /// There if the variable may be missing. The built-in text then goes without it; an approved template, which takes no
    /// empty parameter, gets this.
    pub fallback: Option<fn(Voice) -> &'static str>,
    /// The words that it chooses among, if it chooses the wording; else none.
    pub occasions: &'static [&'static str],
}

impl MessageType {
    /// The kind of such a message, unless the caller says otherwise.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.text().map_or(Kind::Transactional, |text| text.kind)
    }

    /// When a message of it may go, beyond what its kind says.
    #[must_use]
    pub fn goes(self) -> Goes {
        self.text().map_or(Goes::Always, |text| text.goes)
    }

    /// The occasions that have wordings of their own, the usual one first; none if there is one wording.
    #[must_use]
    pub fn occasions(self) -> &'static [&'static str] {
        self.variables().iter().map(|variable| variable.occasions).find(|all| !all.is_empty()).unwrap_or_default()
    }

    /// The occasion of a message with these variables.
    #[must_use]
    pub fn occasion(self, variables: &BTreeMap<String, String>) -> Option<&str> {
        let chooses = self.variables().iter().find(|variable| !variable.occasions.is_empty())?;
        variables.get(chooses.name).map(String::as_str)
    }

    /// The variables of its built-in text; none if it has no built-in text.
    #[must_use]
    pub fn variables(self) -> &'static [Variable] {
        self.text().map_or(&[], |text| text.variables)
    }
}

/// A built-in text with its variables.
pub trait Text {
    /// The type of the message that it is.
    fn message_type(&self) -> MessageType;

    /// Its variables as they are written; optional ones that are missing are left out. A list takes at most `room`
    /// characters.
    fn fill(&self, voice: Voice, room: usize) -> BTreeMap<String, String>;

    /// As the person reads it.
    ///
    /// # Errors
    /// A variable that is not optional is missing.
    fn text(&self, voice: Voice) -> Result<String, TextError> {
        render(self.message_type(), voice, &self.fill(voice, ROOM))
    }

    /// What a message of it holds: the text, and every variable for an approved template, fallbacks included.
    ///
    /// # Errors
    /// A variable that is not optional is missing.
    fn content(&self, voice: Voice) -> Result<Content, TextError> {
        let text = self.text(voice)?;
        let fallback = voice
            .fallback()
            .map(|other| OtherLanguage { locale: other.locale(), variables: all_variables(self, other) });
        Ok(Content {
            text,
            locale: Some(voice.locale()),
            template: None,
            variables: all_variables(self, voice),
            fallback,
            buttons: Vec::new(),
        })
    }
}

/// Every variable for an approved template, fallbacks included.
fn all_variables<T: Text + ?Sized>(text: &T, voice: Voice) -> BTreeMap<String, String> {
    let mut variables = text.fill(voice, TEMPLATE_ROOM);
    for variable in text.message_type().variables() {
        if let Some(fallback) = variable.fallback {
            variables.entry(variable.name.to_owned()).or_insert_with(|| fallback(voice).to_owned());
        }
    }
    variables
}

/// What a report's list may take of a message of 4,096 characters.
const ROOM: usize = 3_000;
/// What it may take of an approved template, which Meta holds to 1,024 characters with its parameters unless it is
/// nothing but a body.
const TEMPLATE_ROOM: usize = 500;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    for (name, source) in SOURCES {
        // One that does not parse is missing when it is asked for; a test asks for all.
        let _ = environment.add_template(name, source);
    }
    environment
});

/// The built-in text of a type, filled with variables by name. `usted` is true where the person is addressed so; it chooses
/// among wordings and is no variable of approved templates.
fn render(message_type: MessageType, voice: Voice, variables: &BTreeMap<String, String>) -> Result<String, TextError> {
    let locale = voice.locale();
    let template = ENVIRONMENT.get_template(&format!("{locale}/{message_type}"));
    let form = ("usted", minijinja::Value::from(voice.is_usted()));
    let filled = variables.iter().map(|(name, value)| (name.as_str(), minijinja::Value::from(value.as_str())));
    let filled = minijinja::Value::from_pairs(filled.chain([form]));
    let text = template.and_then(|template| template.render(filled));
    text.map_err(|error| TextError { message_type, locale, kind: error.kind() })
}
