//! The words by which a person ends marketing or asks for it.
//!
//! A text is cut into sentences and folded, and `lexicon` gives each word a class. The rules look at classes, so one rule
//! holds for three languages. `alone` knows keywords, `reason` keywords with a reason, `verbs` verbs of ending and their
//! objects, `forbids` negations, and `joins` words that ask for messages. `mood` tells a request from a report. If nothing
//! was understood in a short text, `mended` reads it again with one word mended; `keys` knows how a hand misses a key. The
//! words stand in one file per language, and the sentences that must be understood stand beside them.

mod alone;
mod choice;
mod en;
mod es;
mod forbids;
mod joins;
mod keys;
mod labels;
mod lexicon;
mod mended;
mod mood;
mod more;
mod pt;
mod reason;
mod rules;
mod sentence;
#[cfg(test)]
mod tests;
mod text;
pub(crate) mod typo;
mod verbs;

pub use choice::{Choice, is_of_reminders, wish_of_choice};
pub use more::{answer_beside, asks_more, tells_more};

use serde::{Deserialize, Serialize};

/// What a person decided about marketing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptChange {
    /// No more marketing.
    Out,
    /// Marketing is welcome.
    In,
}

/// What a message says about marketing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wish {
    /// Clearly: no more.
    Out,
    /// Clearly: yes. The words name the messages.
    In,
    /// A word such as `Volver` or `Start`, which we told the person. It is an opt-in only after an opt-out.
    Back,
    /// It may be about marketing. The person is asked once.
    Unsure,
}

/// The wish in a text that a person typed. Case, accents, emoji, courtesy, signatures and small typos do not matter.
/// Of a text over 400 bytes its first lines decide; if they say nothing, the ends of the paragraph that is too long.
#[must_use]
pub fn wish(text: &str) -> Option<Wish> {
    text::deciding(text).and_then(|lines| rules::wish(&lines)).or_else(|| wish_of_paragraph(text))
}

/// Where the middle is not read, the person is asked. No opt-in hides in so many words.
fn wish_of_paragraph(text: &str) -> Option<Wish> {
    let paragraph = text::paragraph(text)?;
    match rules::wish(&paragraph.text)? {
        Wish::Out if paragraph.whole => Some(Wish::Out),
        Wish::Out | Wish::Unsure => Some(Wish::Unsure),
        Wish::In | Wish::Back => None,
    }
}

/// Whether a text has words about an end of messages. It decides nothing: it says that a wish which somebody
/// else has read in the text may be there.
#[must_use]
pub fn is_near(text: &str) -> bool {
    rules::is_near(text)
}
