//! What the model says, by rules: the same conversation has the same answer. It knows only what its instructions say,
//! and speaks Spanish, Brazilian Portuguese and English.

mod analysis;
mod booking;
mod briefing;
mod days;
mod facts;
mod fields;
mod hostile;
mod hours;
mod language;
mod obedient;
mod reply;
mod sentences;
mod services;
mod texts;
mod wishes;
mod words;

use super::ask::{Asked, Format, ModelRole};
use super::schema;
use briefing::Briefing;

/// Whom the mind serves.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Temper {
    /// The business.
    #[default]
    Honest,
    /// Nobody: it has so many ways of being bad, and takes the one of this number.
    Hostile(u32),
    /// Whoever writes, whatever it is.
    Obedient,
}

/// The text of the answer.
pub(super) fn text(asked: &Asked, temper: Temper) -> String {
    let more = asked.turns.iter().filter(|turn| matches!(turn.role, ModelRole::System | ModelRole::Developer));
    let told = asked.instructions.iter().chain(more.map(|turn| &turn.text));
    let instructions = told.map(String::as_str).collect::<Vec<_>>().join("\n");
    let briefing = Briefing::read(&instructions);
    let value = match (asked.format.name(), temper) {
        (Some("analysis"), Temper::Honest | Temper::Obedient) => analysis::value(&briefing, &asked.turns),
        (Some("analysis"), Temper::Hostile(nth)) => hostile::analysis(&instructions, nth),
        (_, Temper::Honest) => reply::value(&briefing, &asked.turns),
        (_, Temper::Hostile(nth)) => hostile::reply(&briefing, &instructions, nth),
        (_, Temper::Obedient) => obedient::reply(&briefing, &instructions, &asked.turns),
    };
    match &asked.format {
        Format::Text => value["text"].as_str().unwrap_or_default().to_owned(),
        Format::Json => value.to_string(),
        Format::Schema { schema, .. } => schema::shape(&value, schema).to_string(),
    }
}
