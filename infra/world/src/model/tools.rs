//! The functions that a request offers to the model. It calls one only where the request leaves it no choice.

use super::fields::{self, Field, Kind};
use super::problem::Problem;
use super::schema;
use serde_json::{Map, Value, json};

const TOOL: &[Field] = &[
    ("type", Kind::Word(&["function"])),
    ("name", Kind::Text(64)),
    ("description", Kind::Text(1 << 20)),
    ("parameters", Kind::Object),
    ("strict", Kind::Bool),
];
const CHOICES: &[&str] = &["none", "auto", "required"];

/// The functions of a request, and the choice among them.
#[derive(Debug, Default)]
pub(super) struct Tools {
    /// Each as it is shown in the answer.
    pub shown: Vec<Value>,
    /// `tool_choice`, as it is shown.
    pub choice: Value,
    /// The function that has to be called.
    call: Option<usize>,
}

impl Tools {
    /// Those of a body.
    ///
    /// # Errors
    /// The refusal that OpenAI would answer.
    pub fn read(body: &Map<String, Value>) -> Result<Self, Problem> {
        let given = body.get("tools").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let shown = given.iter().enumerate().map(|(index, tool)| one(tool, &format!("tools[{index}]")));
        let shown = shown.collect::<Result<Vec<_>, _>>()?;
        let choice = body.get("tool_choice").filter(|choice| !choice.is_null()).cloned().unwrap_or(json!("auto"));
        let call = called(&shown, &choice)?;
        Ok(Self { shown, choice, call })
    }

    /// The name of the function that has to be called, and arguments in the shape of its parameters.
    pub fn call(&self) -> Option<(String, String)> {
        let tool = &self.shown[self.call?];
        let arguments = schema::shape(&json!({}), &tool["parameters"]);
        Some((tool["name"].as_str()?.to_owned(), arguments.to_string()))
    }
}

fn one(tool: &Value, place: &str) -> Result<Value, Problem> {
    let within = |name: &str| format!("{place}.{name}");
    let fields = tool.as_object().ok_or_else(|| Problem::kind(place, "an object", tool))?;
    if tool["type"].is_null() {
        return Err(Problem::missing(&within("type")));
    }
    if tool["type"] != "function" {
        return Err(Problem::unsupported(&within("type"), "unsupported_value"));
    }
    fields::check(fields, TOOL, &format!("{place}."))?;
    let name = tool["name"].as_str().ok_or_else(|| Problem::missing(&within("name")))?;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
        let message = format!("Invalid '{}': string does not match pattern '^[a-zA-Z0-9_-]+$'.", within("name"));
        return Err(Problem::of(&within("name"), "invalid_value", &message));
    }
    let parameters = tool["parameters"].as_object().cloned().map_or_else(|| json!({}), Value::Object);
    if tool["strict"] == true {
        schema::check(&parameters).map_err(|wrong| {
            let message = format!("Invalid schema for function '{name}': {wrong}");
            Problem::of(&within("parameters"), "invalid_function_parameters", &message)
        })?;
    }
    Ok(json!({"type": "function", "name": name, "description": tool["description"], "parameters": parameters,
        "strict": tool["strict"].as_bool().unwrap_or(false)}))
}

/// The index of the function that has to be called.
fn called(tools: &[Value], choice: &Value) -> Result<Option<usize>, Problem> {
    let by_name = |name: &Value| {
        let found = tools.iter().position(|tool| tool["name"] == *name);
        let missing = || {
            let message = format!("Tool choice {name} not found in 'tools' parameter.");
            Problem::of("tool_choice", "invalid_value", &message)
        };
        found.map(Some).ok_or_else(missing)
    };
    match (choice.as_str(), choice["type"].as_str()) {
        (Some("none" | "auto"), _) => Ok(None),
        (Some("required"), _) if tools.is_empty() => {
            let message = "Tool choice 'required' must be specified with 'tools' parameter.";
            Err(Problem::of("tool_choice", "invalid_value", message))
        }
        (Some("required"), _) => Ok(Some(0)),
        (_, Some("function")) => by_name(&choice["name"]),
        (_, Some("allowed_tools")) if choice["mode"] == "required" => by_name(&choice["tools"][0]["name"]),
        (_, Some("allowed_tools")) if choice["mode"] == "auto" => Ok(None),
        _ => Err(Problem::word("tool_choice", choice, CHOICES)),
    }
}
