//! Requests for an answer as they are written, and the check of them.

use super::problem::Problem;
use super::schema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The fields of a request that OpenAI knows.
const FIELDS: [&str; 30] = [
    "background",
    "context_management",
    "conversation",
    "frequency_penalty",
    "include",
    "input",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "model",
    "parallel_tool_calls",
    "presence_penalty",
    "previous_response_id",
    "prompt_cache_key",
    "prompt_cache_options",
    "reasoning",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
];
/// The least that `max_output_tokens` may be.
const LEAST_OUTPUT: u64 = 16;
/// The longest name of a form, in bytes.
const LONGEST_NAME: usize = 64;
/// The most pairs of `metadata`.
const MOST_METADATA: usize = 16;
/// The longest `safety_identifier` and `prompt_cache_key`, in bytes.
const LONGEST_IDENTIFIER: usize = 64;

/// Who speaks in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelRole {
    /// The person who is answered.
    User,
    /// The model, in an earlier answer.
    Assistant,
    /// Whoever asks the model: more instructions.
    System,
    /// As `System`.
    Developer,
}

/// A message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelTurn {
    /// Its author.
    pub role: ModelRole,
    /// Its texts, one a line.
    pub text: String,
}

/// The form in which an answer is asked for.
#[derive(Debug, PartialEq)]
pub(super) enum Format {
    Text,
    /// Any JSON object.
    Json,
    Schema {
        name: String,
        schema: Value,
    },
}

impl Format {
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Schema { name, .. } => Some(name),
            Self::Text | Self::Json => None,
        }
    }
}

/// A request for an answer.
pub(super) struct Asked {
    pub model: String,
    pub instructions: Option<String>,
    /// The conversation, oldest first.
    pub turns: Vec<ModelTurn>,
    pub format: Format,
    /// The most tokens of the answer.
    pub most: Option<u64>,
    /// All fields as they came.
    pub body: Map<String, Value>,
}

impl Asked {
    /// Whether instructions or input hold this text.
    pub fn holds(&self, text: &str) -> bool {
        self.texts().any(|held| held.contains(text))
    }

    /// Bytes of instructions and input.
    pub fn bytes(&self) -> usize {
        self.texts().map(str::len).sum()
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.instructions.as_deref().into_iter().chain(self.turns.iter().map(|turn| turn.text.as_str()))
    }
}

/// The request of a body.
///
/// # Errors
/// The refusal that OpenAI, or a server without state, would answer.
pub(super) fn read(body: &[u8]) -> Result<Asked, Problem> {
    let Ok(Value::Object(body)) = serde_json::from_slice(body) else {
        let message = "We could not parse the JSON body of your request.";
        return Err(Problem { code: None, ..Problem::new(400, "", message) });
    };
    if let Some(name) = body.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(Problem::of(name, "unknown_parameter", &format!("Unknown parameter: '{name}'.")));
    }
    let model = text(&body, "model")?
        .ok_or_else(|| Problem::of("model", "missing_required_parameter", "Missing required parameter: 'model'."))?;
    stateless(&body)?;
    let instructions = text(&body, "instructions")?;
    let turns = turns(body.get("input").unwrap_or(&Value::Null))?;
    let format = format(body.get("text").map_or(&Value::Null, |text| &text["format"]))?;
    let most = match body.get("max_output_tokens") {
        None | Some(Value::Null) => None,
        Some(most) => Some(most.as_u64().ok_or_else(|| invalid("max_output_tokens", "an integer"))?),
    };
    if most.is_some_and(|most| most < LEAST_OUTPUT) {
        let message = format!("Expected a value >= {LEAST_OUTPUT}.");
        return Err(Problem::of("max_output_tokens", "integer_below_min_value", &message));
    }
    Ok(Asked { model, instructions, turns, format, most, body })
}

/// What a server that keeps nothing, and calls no tools, does not take.
fn stateless(body: &Map<String, Value>) -> Result<(), Problem> {
    let field = |name: &str| body.get(name).filter(|value| !value.is_null());
    let refused = |name: &str, code: &str| {
        Err(Problem::of(name, code, &format!("'{name}' with this value is not supported by this server.")))
    };
    for name in ["conversation", "previous_response_id"] {
        if field(name).is_some() {
            return refused(name, "unsupported_parameter");
        }
    }
    for name in ["store", "background", "stream"] {
        if field(name) == Some(&Value::Bool(true)) {
            return refused(name, "unsupported_value");
        }
    }
    if field("tools").and_then(Value::as_array).is_some_and(|tools| !tools.is_empty()) {
        return refused("tools", "unsupported_value");
    }
    if field("truncation").is_some_and(|truncation| truncation != "disabled") {
        return refused("truncation", "unsupported_value");
    }
    if let Some(metadata) = field("metadata") {
        let pairs = metadata.as_object().ok_or_else(|| invalid("metadata", "an object"))?;
        if pairs.len() > MOST_METADATA || pairs.values().any(|value| !value.is_string()) {
            return Err(invalid("metadata", "at most 16 pairs of strings"));
        }
    }
    for name in ["safety_identifier", "prompt_cache_key"] {
        if text(body, name)?.is_some_and(|text| text.len() > LONGEST_IDENTIFIER) {
            return Err(Problem::of(name, "string_above_max_length", "Expected a string with at most 64 characters."));
        }
    }
    Ok(())
}

fn turns(input: &Value) -> Result<Vec<ModelTurn>, Problem> {
    match input {
        Value::String(text) => Ok(vec![ModelTurn { role: ModelRole::User, text: text.clone() }]),
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().map(|(index, item)| turn(item, &format!("input[{index}]"))).collect()
        }
        Value::Null | Value::Array(_) => {
            Err(Problem::of("input", "missing_required_parameter", "Missing required parameter: 'input'."))
        }
        _ => Err(invalid("input", "a string or an array")),
    }
}

fn turn(item: &Value, place: &str) -> Result<ModelTurn, Problem> {
    if !item["type"].is_null() && item["type"] != "message" {
        return Err(invalid(&format!("{place}.type"), "'message'"));
    }
    let role: ModelRole = serde_json::from_value(item["role"].clone())
        .map_err(|_| invalid(&format!("{place}.role"), "'user', 'assistant', 'system' or 'developer'"))?;
    let place = format!("{place}.content");
    let text = match &item["content"] {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts =
                parts.iter().enumerate().map(|(index, part)| part_text(part, role, &format!("{place}[{index}]")));
            texts.collect::<Result<Vec<_>, _>>()?.join("\n")
        }
        _ => return Err(invalid(&place, "a string or an array")),
    };
    Ok(ModelTurn { role, text })
}

/// The text of a part; a part has another type for each side of the conversation.
fn part_text(part: &Value, role: ModelRole, place: &str) -> Result<String, Problem> {
    let (kind, field) = match (role, part["type"].as_str()) {
        (ModelRole::Assistant, Some("refusal")) => ("refusal", "refusal"),
        (ModelRole::Assistant, _) => ("output_text", "text"),
        _ => ("input_text", "text"),
    };
    if part["type"] != kind {
        return Err(invalid(&format!("{place}.type"), &format!("'{kind}'")));
    }
    part[field].as_str().map(str::to_owned).ok_or_else(|| invalid(&format!("{place}.{field}"), "a string"))
}

fn format(format: &Value) -> Result<Format, Problem> {
    match format["type"].as_str() {
        None if format.is_null() => Ok(Format::Text),
        Some("text") => Ok(Format::Text),
        Some("json_object") => Ok(Format::Json),
        Some("json_schema") => {
            let name = format["name"].as_str().unwrap_or_default();
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(is_plain) {
                return Err(invalid("text.format.name", "1 to 64 of a-z, A-Z, 0-9, '_' and '-'"));
            }
            let schema = &format["schema"];
            if !schema.is_object() {
                return Err(invalid("text.format.schema", "an object"));
            }
            if format["strict"] == true {
                schema::check(schema).map_err(|wrong| {
                    let message = format!("Invalid schema for response_format '{name}': {wrong}");
                    Problem::of("text.format.schema", "invalid_json_schema", &message)
                })?;
            }
            Ok(Format::Schema { name: name.to_owned(), schema: schema.clone() })
        }
        _ => Err(invalid("text.format.type", "'text', 'json_object' or 'json_schema'")),
    }
}

fn text(body: &Map<String, Value>, name: &str) -> Result<Option<String>, Problem> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(invalid(name, "a string")),
    }
}

fn invalid(param: &str, expected: &str) -> Problem {
    Problem::of(param, "invalid_type", &format!("Invalid value for '{param}': expected {expected}."))
}
