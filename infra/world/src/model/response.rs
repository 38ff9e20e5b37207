//! The answer of the model as an object: all 31 fields that Open Responses requires.

use super::ask::{Asked, Format};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// About so many bytes are a token.
const BYTES_OF_TOKEN: usize = 4;

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelStatus {
    /// It is all there, or the model has refused.
    Completed,
    /// It broke off at the most tokens.
    Incomplete,
    /// There is none.
    Failed,
}

/// What the model wrote.
pub(super) struct Written {
    pub status: ModelStatus,
    pub text: Option<String>,
    pub refusal: Option<String>,
    /// It is what the mind meant to say.
    pub is_whole: bool,
    pub input_tokens: u64,
    pub output_tokens: u64,
}

impl Written {
    /// The text, unless it is longer than what was asked for.
    pub fn new(asked: &Asked, text: String) -> Self {
        let mut written = Self {
            status: ModelStatus::Completed,
            text: Some(text),
            refusal: None,
            is_whole: true,
            input_tokens: tokens(asked.bytes()),
            output_tokens: 0,
        };
        written.count();
        if let Some(most) = asked.most.filter(|most| written.output_tokens > *most) {
            written.break_off(usize::try_from(most).unwrap_or(usize::MAX).saturating_mul(BYTES_OF_TOKEN));
            written.status = ModelStatus::Incomplete;
        }
        written
    }

    /// The text breaks off in its middle.
    pub fn break_in_two(&mut self) {
        self.break_off(self.text.as_ref().map_or(0, |text| text.len() / 2));
    }

    /// Nothing is written but a refusal.
    pub fn refuse(&mut self) {
        self.text = None;
        self.refusal = Some("I'm sorry, but I cannot help with that.".to_owned());
        self.is_whole = false;
        self.count();
    }

    /// Nothing is written.
    pub fn fail(&mut self) {
        (self.text, self.refusal, self.is_whole) = (None, None, false);
        self.status = ModelStatus::Failed;
        self.count();
    }

    fn break_off(&mut self, bytes: usize) {
        if let Some(text) = &mut self.text {
            text.truncate(text.floor_char_boundary(bytes));
        }
        self.is_whole = false;
        self.count();
    }

    fn count(&mut self) {
        let text = self.text.as_ref().or(self.refusal.as_ref());
        self.output_tokens = tokens(text.map_or(0, String::len));
    }
}

pub(super) fn tokens(bytes: usize) -> u64 {
    u64::try_from(bytes.div_ceil(BYTES_OF_TOKEN)).unwrap_or(u64::MAX)
}

/// The response object.
pub(super) fn object(asked: &Asked, written: &Written, now: DateTime<Utc>, rng: &mut fastrand::Rng) -> Value {
    let as_asked = |name: &str, usual: Value| asked.body.get(name).filter(|it| !it.is_null()).cloned().unwrap_or(usual);
    let reasoning =
        asked.body.get("reasoning").map_or((&Value::Null, &Value::Null), |it| (&it["effort"], &it["summary"]));
    let verbosity = asked.body.get("text").and_then(|text| text["verbosity"].as_str());
    let is_complete = written.status == ModelStatus::Completed;
    json!({
        "id": id("resp", rng),
        "object": "response",
        "created_at": now.timestamp(),
        "completed_at": is_complete.then(|| now.timestamp()),
        "status": written.status,
        "incomplete_details":
            (written.status == ModelStatus::Incomplete).then(|| json!({"reason": "max_output_tokens"})),
        "model": asked.model,
        "previous_response_id": null,
        "instructions": asked.instructions,
        "output": output(written, rng),
        "error": (written.status == ModelStatus::Failed).then(|| json!({"code": "server_error",
            "message": "The server had an error while processing your request. Sorry about that!"})),
        "tools": [],
        "tool_choice": as_asked("tool_choice", json!("auto")),
        "truncation": "disabled",
        "parallel_tool_calls": as_asked("parallel_tool_calls", json!(true)),
        "text": {
            "format": format(asked),
            "verbosity": verbosity.unwrap_or("medium"),
        },
        "top_p": as_asked("top_p", json!(1.0)),
        "presence_penalty": as_asked("presence_penalty", json!(0.0)),
        "frequency_penalty": as_asked("frequency_penalty", json!(0.0)),
        "top_logprobs": as_asked("top_logprobs", json!(0)),
        "temperature": as_asked("temperature", json!(1.0)),
        "reasoning": {"effort": reasoning.0, "summary": reasoning.1},
        "usage": {
            "input_tokens": written.input_tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": written.output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": written.input_tokens + written.output_tokens,
        },
        "max_output_tokens": asked.most,
        "max_tool_calls": as_asked("max_tool_calls", Value::Null),
        "store": false,
        "background": false,
        "service_tier": "default",
        "metadata": as_asked("metadata", json!({})),
        "safety_identifier": as_asked("safety_identifier", Value::Null),
        "prompt_cache_key": as_asked("prompt_cache_key", Value::Null),
    })
}

fn output(written: &Written, rng: &mut fastrand::Rng) -> Value {
    let part = match (&written.text, &written.refusal) {
        (Some(text), _) => json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []}),
        (None, Some(refusal)) => json!({"type": "refusal", "refusal": refusal}),
        (None, None) => return json!([]),
    };
    let status = if written.status == ModelStatus::Incomplete { "incomplete" } else { "completed" };
    json!([{"id": id("msg", rng), "type": "message", "role": "assistant", "status": status, "phase": "final_answer",
        "content": [part]}])
}

fn format(asked: &Asked) -> Value {
    match &asked.format {
        Format::Text => json!({"type": "text"}),
        Format::Json => json!({"type": "json_object"}),
        Format::Schema { name, .. } => {
            let given = &asked.body["text"]["format"];
            // Open Responses takes no schema here, OpenAI repeats it.
            json!({"type": "json_schema", "name": name, "description": given["description"], "schema": null,
                "strict": given["strict"].as_bool().unwrap_or_default()})
        }
    }
}

/// A new id, as `resp_0123…`.
pub(super) fn id(kind: &str, rng: &mut fastrand::Rng) -> String {
    format!("{kind}_{:016x}{:016x}", rng.u64(..), rng.u64(..))
}
