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
mod reply;
mod sentences;
mod services;
mod texts;
mod wishes;
mod words;

use super::ask::{Asked, Format, ModelRole};
use super::schema;
use briefing::Briefing;

/// The text of the answer. A hostile mind has so many ways of being bad, and takes the `hostile`th.
pub(super) fn text(asked: &Asked, hostile: Option<u32>) -> String {
    let more = asked.turns.iter().filter(|turn| matches!(turn.role, ModelRole::System | ModelRole::Developer));
    let told = asked.instructions.iter().chain(more.map(|turn| &turn.text));
    let instructions = told.map(String::as_str).collect::<Vec<_>>().join("\n");
    let briefing = Briefing::read(&instructions);
    let value = match (asked.format.name(), hostile) {
        (Some("analysis"), None) => analysis::value(&briefing, &asked.turns),
        (Some("analysis"), Some(nth)) => hostile::analysis(&instructions, nth),
        (_, None) => reply::value(&briefing, &asked.turns),
        (_, Some(nth)) => hostile::reply(&briefing, &instructions, nth),
    };
    match &asked.format {
        Format::Text => value["text"].as_str().unwrap_or_default().to_owned(),
        Format::Json => value.to_string(),
        Format::Schema { schema, .. } => schema::shape(&value, schema).to_string(),
    }
}
