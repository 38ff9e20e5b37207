//! The models that the server has.

use super::problem::Problem;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

/// What a model does.
#[derive(PartialEq)]
enum Skill {
    Answers,
    Transcribes,
}

struct Known {
    id: &'static str,
    skill: Skill,
    /// When it was made, in seconds of Unix time.
    created: i64,
    /// The first day on which it is gone, as `YYYY-MM-DD`.
    shutdown: Option<&'static str>,
}

const MODELS: [Known; 7] = [
    Known { id: "gpt-5.4-mini", skill: Skill::Answers, created: 1_773_705_600, shutdown: None },
    Known { id: "gpt-5.4", skill: Skill::Answers, created: 1_772_668_800, shutdown: None },
    // One whose end has been told.
    Known { id: "gpt-5-mini", skill: Skill::Answers, created: 1_754_524_800, shutdown: Some("2026-12-11") },
    Known { id: "gpt-transcribe", skill: Skill::Transcribes, created: 1_788_220_800, shutdown: None },
    Known { id: "gpt-4o-transcribe", skill: Skill::Transcribes, created: 1_742_068_463, shutdown: Some("2027-02-26") },
    Known {
        id: "gpt-4o-mini-transcribe",
        skill: Skill::Transcribes,
        created: 1_742_068_596,
        shutdown: Some("2027-02-26"),
    },
    Known { id: "whisper-1", skill: Skill::Transcribes, created: 1_677_532_384, shutdown: Some("2027-02-26") },
];

impl Known {
    fn is_there(&self, now: DateTime<Utc>) -> bool {
        let end = self.shutdown.and_then(|day| day.parse::<NaiveDate>().ok());
        end.is_none_or(|end| now.date_naive() < end)
    }

    fn view(&self) -> Value {
        json!({"id": self.id, "object": "model", "created": self.created, "owned_by": "openai",
            "shutdown_date": self.shutdown})
    }
}

/// Whether a model answers.
///
/// # Errors
/// The refusal that OpenAI would answer.
pub(super) fn answers(id: &str, now: DateTime<Utc>) -> Result<(), Problem> {
    has(id, &Skill::Answers, "Responses API", now)
}

/// Whether a model transcribes.
///
/// # Errors
/// The refusal that OpenAI would answer.
pub(super) fn transcribes(id: &str, now: DateTime<Utc>) -> Result<(), Problem> {
    has(id, &Skill::Transcribes, "Audio API", now)
}

fn has(id: &str, skill: &Skill, api: &str, now: DateTime<Utc>) -> Result<(), Problem> {
    let known = find(id, now)?;
    if known.skill == *skill {
        return Ok(());
    }
    let message = format!("The requested model '{id}' cannot be used with the {api}.");
    Err(Problem::of("model", "unsupported_model", &message))
}

fn find(id: &str, now: DateTime<Utc>) -> Result<&'static Known, Problem> {
    let found = MODELS.iter().find(|known| known.id == id && known.is_there(now));
    found.ok_or_else(|| Problem::model_not_found(id))
}

pub(super) fn one(id: &str, now: DateTime<Utc>) -> Result<Value, Problem> {
    find(id, now).map(Known::view)
}

pub(super) fn list(now: DateTime<Utc>) -> Value {
    let there = MODELS.iter().filter(|known| known.is_there(now)).map(Known::view);
    json!({"object": "list", "data": there.collect::<Vec<_>>()})
}
