//! The server as its callers see it. `mind` has what it says.

mod any_text;
mod faults;
mod kept;
mod mind;
mod schema;
mod stream;
mod transcription;

use crate::NoAnswer;
use crate::tests::{Outside, outside, wait};
use http::Method;
use serde_json::{Value, json};

const KEY: &str = "Bearer world-model-key";
const RESPONSES: &str = "/model/v1/responses";
/// The fields that Open Responses requires of a response object, nullable ones included.
const REQUIRED: [&str; 31] = [
    "id",
    "object",
    "created_at",
    "completed_at",
    "status",
    "incomplete_details",
    "model",
    "previous_response_id",
    "instructions",
    "output",
    "error",
    "tools",
    "tool_choice",
    "truncation",
    "parallel_tool_calls",
    "text",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "top_logprobs",
    "temperature",
    "reasoning",
    "usage",
    "max_output_tokens",
    "max_tool_calls",
    "store",
    "background",
    "service_tier",
    "metadata",
    "safety_identifier",
    "prompt_cache_key",
];

fn form(name: &str, schema: Value) -> Value {
    json!({"format": {"type": "json_schema", "name": name, "strict": true, "schema": schema}})
}

fn object(properties: Value) -> Value {
    let required: Vec<_> = properties.as_object().unwrap().keys().cloned().collect();
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

fn reply_form() -> Value {
    let optional = || json!({"type": ["string", "null"]});
    let mut booking = object(json!({"service": {"type": "string"}, "start": {"type": "string"}}));
    booking["type"] = json!(["object", "null"]);
    let actions = ["none", "hand_over", "book_request", "fill_profile", "opt_out"];
    let fields = json!({"name": optional(), "email": optional(), "birthday": optional(), "city": optional()});
    form(
        "reply",
        object(json!({
            "text": {"type": "string"},
            "action": {"type": "string", "enum": actions},
            "language": {"type": "string", "enum": ["es", "pt-BR", "en"]},
            "fields": object(fields),
            "booking": booking,
        })),
    )
}

fn analysis_form() -> Value {
    let states = ["lead", "interested", "quoted", "booked", "customer", "lost"];
    form(
        "analysis",
        object(json!({
            "profile_status": {"type": "string", "enum": states},
            "next_action": {"type": ["string", "null"]},
            "next_action_date": {"type": ["string", "null"]},
            "priority": {"type": "integer", "minimum": 1, "maximum": 5},
            "reason": {"type": "string"},
        })),
    )
}

fn asking(text: &str) -> Value {
    json!({"model": "gpt-5.4-mini", "instructions": mind::PETS, "input": text, "text": reply_form(), "store": false})
}

async fn post(outside: &Outside, body: &Value) -> Result<(u16, Value), NoAnswer> {
    outside.ask((Method::POST, RESPONSES), &[("authorization", KEY)], body).await
}

/// What the model said, of a response that is whole.
fn said(response: &Value) -> Value {
    assert_eq!(response["status"], "completed", "{response}");
    serde_json::from_str(response["output"][0]["content"][0]["text"].as_str().unwrap()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_response_has_every_field_and_counts_its_tokens() {
    let outside = outside();
    let mut body = asking("Oi, quanto custa o banho?");
    body["metadata"] = json!({"turn": "7"});
    body["safety_identifier"] = json!("abc");
    body["max_output_tokens"] = json!(500);
    let (status, response) = post(&outside, &body).await.unwrap();
    assert_eq!(status, 200, "{response}");
    let mut fields: Vec<&str> = response.as_object().unwrap().keys().map(String::as_str).collect();
    let mut required = REQUIRED;
    fields.sort_unstable();
    required.sort_unstable();
    assert_eq!(fields, required);
    assert!(response["id"].as_str().unwrap().starts_with("resp_"));
    let text = response["output"][0]["content"][0]["text"].as_str().unwrap();
    let input = (mind::PETS.len() + "Oi, quanto custa o banho?".len()).div_ceil(4);
    let usage = &response["usage"];
    assert_eq!(usage["input_tokens"], input);
    assert_eq!(usage["output_tokens"], text.len().div_ceil(4));
    assert_eq!(usage["total_tokens"], input + text.len().div_ceil(4));
    assert_eq!((&response["metadata"]["turn"], &response["max_output_tokens"]), (&json!("7"), &json!(500)));
    assert_eq!(response["created_at"], 1_795_262_400);
    let counts = outside.world.model_counts();
    assert_eq!((counts.requests, counts.turned_away, counts.failures, counts.keeping), (1, 0, 0, 0));
    assert_eq!((counts.input_tokens, counts.output_tokens), (input as u64, text.len().div_ceil(4) as u64));
    let request = &outside.world.model_requests()[0];
    assert_eq!(
        (request.format.as_deref(), request.output.as_deref(), request.answer),
        (Some("reply"), Some(text), Some(200))
    );
    assert_eq!(
        (request.input[0].role, request.input[0].text.as_str()),
        (crate::ModelRole::User, "Oi, quanto custa o banho?")
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_badly_made_is_turned_away() {
    let outside = outside();
    let with = |name: &str, value: Value| {
        let mut body = asking("oi");
        body[name] = value;
        body
    };
    let item = |item: Value| with("input", json!([item]));
    let loose = json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]});
    for (key, body, status, code) in [
        ("Bearer wrong", asking("oi"), 401, "invalid_api_key"),
        (KEY, with("model", json!("gpt-9")), 404, "model_not_found"),
        (KEY, with("model", Value::Null), 400, "missing_required_parameter"),
        (KEY, with("input", Value::Null), 400, "missing_required_parameter"),
        (KEY, with("input", json!([])), 400, "missing_required_parameter"),
        (KEY, with("background", json!(true)), 400, "unsupported_value"),
        (KEY, with("moderation", json!({})), 400, "unsupported_parameter"),
        (KEY, with("conversation", json!(7)), 400, "invalid_type"),
        (KEY, with("previous_response_id", json!("resp_1")), 400, "previous_response_not_found"),
        (KEY, with("truncation", json!("no")), 400, "invalid_value"),
        (KEY, with("stream_options", json!({})), 400, "unsupported_parameter"),
        (KEY, with("temprature", json!(1)), 400, "unknown_parameter"),
        (KEY, with("temperature", json!("warm")), 400, "invalid_type"),
        (KEY, with("temperature", json!(2.5)), 400, "decimal_above_max_value"),
        (KEY, with("reasoning", json!({"effort": "hard"})), 400, "invalid_value"),
        (KEY, with("text", json!({"shape": "round"})), 400, "unknown_parameter"),
        (KEY, with("tools", json!([{"type": "web_search"}])), 400, "unsupported_value"),
        (KEY, with("tools", json!([{"type": "function", "name": "a b"}])), 400, "invalid_value"),
        (KEY, with("tool_choice", json!("required")), 400, "invalid_value"),
        (KEY, with("model", json!("whisper-1")), 400, "unsupported_model"),
        (KEY, with("max_output_tokens", json!(15)), 400, "integer_below_min_value"),
        (KEY, with("input", json!("x".repeat(600_000))), 400, "context_length_exceeded"),
        (KEY, item(json!({"role": "customer", "content": "oi"})), 400, "invalid_value"),
        (KEY, item(json!({"role": "user", "content": "oi", "mood": "good"})), 400, "unknown_parameter"),
        (KEY, item(json!({"role": "user", "content": [{"type": "output_text", "text": "oi"}]})), 400, "invalid_value"),
        (KEY, item(json!({"role": "user", "content": [{"type": "input_text"}]})), 400, "missing_required_parameter"),
        (KEY, item(json!({"type": "compaction", "encrypted_content": "x"})), 400, "invalid_encrypted_content"),
        (
            KEY,
            item(json!({"role": "assistant", "content": [{"type": "input_text", "text": "oi"}]})),
            400,
            "invalid_value",
        ),
        (KEY, item(json!({"role": "user"})), 400, "missing_required_parameter"),
        (KEY, with("text", form("a b", object(json!({})))), 400, "invalid_value"),
        (KEY, with("text", form("reply", loose)), 400, "invalid_json_schema"),
        (KEY, with("metadata", json!({"a": 1})), 400, "invalid_type"),
        (KEY, with("safety_identifier", json!("x".repeat(65))), 400, "string_above_max_length"),
    ] {
        let (found, answer) = outside.ask((Method::POST, RESPONSES), &[("authorization", key)], &body).await.unwrap();
        let error = &answer["error"];
        assert_eq!((found, error["code"].as_str()), (status, Some(code)), "{answer}");
        assert!(error["message"].is_string() && error["type"].is_string() && error.get("param").is_some());
    }
    let counts = outside.world.model_counts();
    assert_eq!((counts.requests, counts.turned_away), (0, 33));
    let (status, _) =
        outside.ask((Method::POST, "/model/v1/assistants"), &[("authorization", KEY)], &json!({})).await.unwrap();
    assert_eq!(status, 404);
}

#[tokio::test(start_paused = true)]
async fn the_models_are_listed_and_one_of_them_ends() {
    let outside = outside();
    let get =
        async |path: &str| outside.ask((Method::GET, path), &[("authorization", KEY)], &Value::Null).await.unwrap();
    let (status, list) = get("/model/v1/models").await;
    let first = &list["data"][0];
    assert_eq!((status, &list["object"], &first["id"]), (200, &json!("list"), &json!("gpt-5.4-mini")));
    assert_eq!(
        (&first["object"], &first["owned_by"], &first["shutdown_date"]),
        (&json!("model"), &json!("openai"), &Value::Null)
    );
    assert!(first["created"].is_i64());
    assert_eq!(get("/model/v1/models/gpt-5-mini").await.1["shutdown_date"], "2026-12-11");
    let old = json!({"model": "gpt-5-mini", "input": "hola"});
    assert_eq!(post(&outside, &old).await.unwrap().0, 200);
    wait(20 * 24 * 3_600_000).await;
    assert_eq!(post(&outside, &old).await.unwrap().0, 404);
    assert_eq!(get("/model/v1/models/gpt-5-mini").await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn content_may_come_as_parts_and_the_answer_as_plain_text() {
    let outside = outside();
    let input = json!([
        {"role": "developer", "content": mind::PETS},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Oi"}]},
        {"role": "assistant", "content": [{"type": "output_text", "text": "Olá! Como posso ajudar?"}]},
        {"role": "user", "content": [
            {"type": "input_text", "text": "Quanto"}, {"type": "input_text", "text": "custa o banho?"}]},
    ]);
    let (_, response) = post(&outside, &json!({"model": "gpt-5.4-mini", "input": input})).await.unwrap();
    let text = response["output"][0]["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("R$ 80,00"), "{text}");
    assert_eq!(response["text"]["format"]["type"], "text");
}

#[tokio::test(start_paused = true)]
async fn one_seed_one_answer_and_nothing_is_forgotten() {
    let mut answers = Vec::new();
    for _ in 0..2 {
        let outside = outside();
        answers.push(post(&outside, &asking("Quais são os preços?")).await.unwrap());
    }
    assert_eq!(answers[0], answers[1]);

    let before = outside();
    before.world.remember(2);
    for _ in 0..3 {
        post(&before, &asking("oi")).await.unwrap();
    }
    assert_eq!(before.world.model_requests().len(), 2);
    let kept = serde_json::to_string(&before.world.keep()).unwrap();
    let after = outside();
    after.world.recall(serde_json::from_str(&kept).unwrap());
    assert_eq!((after.world.model_counts().requests, after.world.model_requests().len()), (3, 2));
    after.world.set_model_key("another");
    assert_eq!(post(&after, &asking("oi")).await.unwrap().0, 401);
}
