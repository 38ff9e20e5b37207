//! The answer of the model as an object: all 31 fields that Open Responses requires, and its conversation if it has one.

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
    /// The name and the arguments of a function that is to be called.
    pub call: Option<(String, String)>,
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
            call: None,
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

    /// A call of a function, and no text.
    pub fn call(asked: &Asked, call: (String, String)) -> Self {
        let mut written = Self { text: None, call: Some(call), ..Self::new(asked, String::new()) };
        written.count();
        written
    }

    /// The text breaks off in its middle.
    pub fn break_in_two(&mut self) {
        self.break_off(self.text.as_ref().map_or(0, |text| text.len() / 2));
    }

    /// Nothing is written but a refusal.
    pub fn refuse(&mut self) {
        (self.text, self.call) = (None, None);
        self.refusal = Some("I'm sorry, but I cannot help with that.".to_owned());
        self.is_whole = false;
        self.count();
    }

    /// Nothing is written.
    pub fn fail(&mut self) {
        (self.text, self.refusal, self.call, self.is_whole) = (None, None, None, false);
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
        self.output_tokens = tokens(self.said().map_or(0, str::len));
    }

    /// All that was written: a text, a refusal, or the arguments of a call.
    pub fn said(&self) -> Option<&str> {
        let arguments = self.call.as_ref().map(|(_, arguments)| arguments);
        self.text.as_ref().or(self.refusal.as_ref()).or(arguments).map(String::as_str)
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
    let mut object = json!({
        "id": id("resp", rng),
        "object": "response",
        "created_at": now.timestamp(),
        "completed_at": is_complete.then(|| now.timestamp()),
        "status": written.status,
        "incomplete_details":
            (written.status == ModelStatus::Incomplete).then(|| json!({"reason": "max_output_tokens"})),
        "model": asked.model,
        "previous_response_id": asked.previous,
        "instructions": asked.instructions,
        "output": output(asked, written, rng),
        "error": (written.status == ModelStatus::Failed).then(|| json!({"code": "server_error",
            "message": "The server had an error while processing your request. Sorry about that!"})),
        "tools": asked.tools.shown,
        "tool_choice": asked.tools.choice,
        "truncation": as_asked("truncation", json!("disabled")),
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
        "usage": usage(written.input_tokens, written.output_tokens),
        "max_output_tokens": asked.most,
        "max_tool_calls": as_asked("max_tool_calls", Value::Null),
        "store": asked.store,
        "background": false,
        "service_tier": "default",
        "metadata": as_asked("metadata", json!({})),
        "safety_identifier": as_asked("safety_identifier", Value::Null),
        "prompt_cache_key": as_asked("prompt_cache_key", Value::Null),
    });
    if let Some(conversation) = &asked.conversation {
        object["conversation"] = json!({"id": conversation});
    }
    object
}

/// Tokens that were read and written.
pub(super) fn usage(input: u64, output: u64) -> Value {
    json!({
        "input_tokens": input,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": output,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": input + output,
    })
}

/// The items of the answer: first a summary of the reasoning, if one was asked for.
fn output(asked: &Asked, written: &Written, rng: &mut fastrand::Rng) -> Vec<Value> {
    let summary = asked.body.get("reasoning").is_some_and(|reasoning| reasoning["summary"].is_string());
    let reasoning = (summary && written.status != ModelStatus::Failed).then(|| {
        let text = "Rules decide this answer.";
        json!({"id": id("rs", rng), "type": "reasoning", "summary": [{"type": "summary_text", "text": text}]})
    });
    reasoning.into_iter().chain(said(written, rng)).collect()
}

fn said(written: &Written, rng: &mut fastrand::Rng) -> Option<Value> {
    if let Some((name, arguments)) = &written.call {
        return Some(json!({"id": id("fc", rng), "type": "function_call", "status": "completed",
            "call_id": id("call", rng), "name": name, "arguments": arguments}));
    }
    let part = match (&written.text, &written.refusal) {
        (Some(text), _) => json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []}),
        (None, Some(refusal)) => json!({"type": "refusal", "refusal": refusal}),
        (None, None) => return None,
    };
    let status = if written.status == ModelStatus::Incomplete { "incomplete" } else { "completed" };
    Some(json!({"id": id("msg", rng), "type": "message", "role": "assistant", "status": status,
        "phase": "final_answer", "content": [part]}))
}

fn format(asked: &Asked) -> Value {
    match &asked.format {
        Format::Text => json!({"type": "text"}),
        Format::Json => json!({"type": "json_object"}),
        Format::Schema { name, schema } => {
            let given = &asked.body["text"]["format"];
            // OpenAI repeats the schema, and its client wants it. The specification of Open Responses has null alone.
            json!({"type": "json_schema", "name": name, "description": given["description"], "schema": schema,
                "strict": given["strict"].as_bool().unwrap_or_default()})
        }
    }
}

/// A new id, as `resp_0123…`.
pub(super) fn id(kind: &str, rng: &mut fastrand::Rng) -> String {
    format!("{kind}_{:016x}{:016x}", rng.u64(..), rng.u64(..))
}
