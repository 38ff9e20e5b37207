//! Requests for an answer as they are written, and the check of them.

use super::fields::{self, Field, Kind};
use super::items;
use super::problem::Problem;
use super::schema;
use super::tools::Tools;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The fields of a request that OpenAI, or Open Responses, knows.
const FIELDS: &[Field] = &[
    ("access_programs", Kind::Unsupported),
    ("background", Kind::Bool),
    ("background_options", Kind::Unsupported),
    ("context_management", Kind::Unsupported),
    ("conversation", Kind::Other),
    ("frequency_penalty", Kind::Number(-2.0, 2.0)),
    ("image", Kind::Unsupported),
    ("include", Kind::List(20)),
    ("input", Kind::Other),
    ("instructions", Kind::Text(10 << 20)),
    ("max_output_tokens", Kind::Whole(16, i64::MAX)),
    ("max_tool_calls", Kind::Whole(1, i64::MAX)),
    ("metadata", Kind::Metadata),
    ("model", Kind::Text(256)),
    ("moderation", Kind::Unsupported),
    ("parallel_tool_calls", Kind::Bool),
    ("presence_penalty", Kind::Number(-2.0, 2.0)),
    ("previous_response_id", Kind::Text(64)),
    ("prompt", Kind::Unsupported),
    ("prompt_cache_key", Kind::Text(64)),
    ("prompt_cache_options", Kind::Object),
    ("prompt_cache_retention", Kind::Word(&["in_memory", "24h"])),
    ("reasoning", Kind::Object),
    ("safety_identifier", Kind::Text(64)),
    ("service_tier", Kind::Word(&["auto", "default", "flex", "priority"])),
    ("store", Kind::Bool),
    ("stream", Kind::Bool),
    ("stream_options", Kind::Object),
    ("temperature", Kind::Number(0.0, 2.0)),
    ("text", Kind::Object),
    ("tool_choice", Kind::Other),
    ("tools", Kind::List(128)),
    ("top_logprobs", Kind::Whole(0, 20)),
    ("top_p", Kind::Number(0.0, 1.0)),
    ("truncation", Kind::Word(&["auto", "disabled"])),
    ("user", Kind::Text(256)),
];
const SUMMARIES: &[&str] = &["auto", "concise", "detailed"];
const REASONING: &[Field] = &[
    ("effort", Kind::Word(&["none", "minimal", "low", "medium", "high", "xhigh", "max"])),
    ("summary", Kind::Word(SUMMARIES)),
    ("generate_summary", Kind::Word(SUMMARIES)),
    ("context", Kind::Word(&["auto", "current_turn", "all_turns"])),
    ("mode", Kind::Word(&["standard", "pro"])),
];
const TEXT: &[Field] = &[("format", Kind::Object), ("verbosity", Kind::Word(&["low", "medium", "high"]))];
/// The longest name of a form, in bytes.
const LONGEST_NAME: usize = 64;
const FORMAT: &[Field] = &[
    ("type", Kind::Word(&["text", "json_object", "json_schema"])),
    ("name", Kind::Text(LONGEST_NAME)),
    ("description", Kind::Text(1 << 16)),
    ("schema", Kind::Object),
    ("strict", Kind::Bool),
];

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
    /// Its items, as they are shown.
    pub input: Vec<Value>,
    /// The conversation, oldest first: what was kept before, and what is said in `input`.
    pub turns: Vec<ModelTurn>,
    pub format: Format,
    pub tools: Tools,
    /// The most tokens of the answer.
    pub most: Option<u64>,
    /// The kept conversation that it belongs to.
    pub conversation: Option<String>,
    /// The kept response that it goes on from.
    pub previous: Option<String>,
    /// The response is to be kept.
    pub store: bool,
    pub stream: bool,
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

    /// Whether it makes the server keep anything, or stands on something that is kept.
    pub fn keeps(&self) -> bool {
        self.store || self.conversation.is_some() || self.previous.is_some()
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.instructions.as_deref().into_iter().chain(self.turns.iter().map(|turn| turn.text.as_str()))
    }
}

/// The request of a body.
///
/// # Errors
/// The refusal that OpenAI would answer.
pub(super) fn read(body: &[u8]) -> Result<Asked, Problem> {
    let body = fields::body(body, FIELDS)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let is_on = |name: &str| body.get(name).and_then(Value::as_bool);
    let within = |name: &str, fields: &[Field]| match body.get(name).and_then(Value::as_object) {
        Some(object) => fields::check(object, fields, &format!("{name}.")),
        None => Ok(()),
    };
    let model = text("model").ok_or_else(|| Problem::missing("model"))?;
    within("text", TEXT)?;
    within("reasoning", REASONING)?;
    if is_on("background") == Some(true) {
        return Err(Problem::unsupported("background", "unsupported_value"));
    }
    let stream = is_on("stream").unwrap_or_default();
    if !stream && body.get("stream_options").is_some_and(|options| !options.is_null()) {
        let message = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
        return Err(Problem::of("stream_options", "unsupported_parameter", message));
    }
    let (conversation, previous) = (conversation(&body)?, text("previous_response_id"));
    if conversation.is_some() && previous.is_some() {
        let message = "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. \
            Ensure you are only providing one of them.";
        return Err(Problem::of("previous_response_id", "mutually_exclusive_parameters", message));
    }
    let input = input(body.get("input").unwrap_or(&Value::Null))?;
    if input.is_empty() && conversation.is_none() && previous.is_none() {
        return Err(Problem::missing("input"));
    }
    Ok(Asked {
        model,
        instructions: text("instructions"),
        turns: input.iter().flat_map(items::turns).collect(),
        input,
        format: format(body.get("text").map_or(&Value::Null, |text| &text["format"]))?,
        tools: Tools::read(&body)?,
        most: body.get("max_output_tokens").and_then(Value::as_u64),
        conversation,
        previous,
        store: is_on("store").unwrap_or(true),
        stream,
        body,
    })
}

/// The items of `input`; none, if there is no input.
///
/// # Errors
/// The refusal that OpenAI would answer.
pub(super) fn input(input: &Value) -> Result<Vec<Value>, Problem> {
    match input {
        Value::String(text) => Ok(vec![items::of_text(text)]),
        Value::Array(items) => items::read(items, "input"),
        Value::Null => Ok(Vec::new()),
        _ => Err(Problem::kind("input", "a string or an array", input)),
    }
}

fn conversation(body: &Map<String, Value>) -> Result<Option<String>, Problem> {
    match body.get("conversation") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => Ok(Some(id.clone())),
        Some(Value::Object(named)) => {
            fields::check(named, &[("id", Kind::Text(64))], "conversation.")?;
            let id = named.get("id").and_then(Value::as_str).ok_or_else(|| Problem::missing("conversation.id"))?;
            Ok(Some(id.to_owned()))
        }
        Some(other) => Err(Problem::kind("conversation", "a string or an object", other)),
    }
}

fn format(format: &Value) -> Result<Format, Problem> {
    let Some(fields) = format.as_object() else { return Ok(Format::Text) };
    fields::check(fields, FORMAT, "text.format.")?;
    match format["type"].as_str() {
        None => Err(Problem::missing("text.format.type")),
        Some("json_object") => Ok(Format::Json),
        Some("json_schema") => {
            let name = format["name"].as_str().ok_or_else(|| Problem::missing("text.format.name"))?;
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            if name.is_empty() || !name.bytes().all(is_plain) {
                let message = "Invalid 'text.format.name': string does not match pattern '^[a-zA-Z0-9_-]+$'.";
                return Err(Problem::of("text.format.name", "invalid_value", message));
            }
            let schema = &format["schema"];
            if schema.is_null() {
                return Err(Problem::missing("text.format.schema"));
            }
            if format["strict"] == true {
                schema::check(schema).map_err(|wrong| {
                    let message = format!("Invalid schema for response_format '{name}': {wrong}");
                    Problem::of("text.format.schema", "invalid_json_schema", &message)
                })?;
            }
            Ok(Format::Schema { name: name.to_owned(), schema: schema.clone() })
        }
        Some(_) => Ok(Format::Text),
    }
}
