use super::{KEY, RESPONSES, asking};
use crate::tests::{Outside, outside};
use crate::{ModelFault, ModelRule};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

/// The events of an answer, without the end of the stream.
async fn events(outside: &Outside, more: Value) -> Vec<Value> {
    let mut body = asking("Quanto custa o banho?");
    body["stream"] = json!(true);
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let request = Request::post(RESPONSES).header("authorization", KEY).body(Bytes::from(body.to_string())).unwrap();
    let answer = outside.world.call(request).await.unwrap();
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    let text = String::from_utf8(answer.body().to_vec()).unwrap();
    let events = text.strip_suffix("data: [DONE]\n\n").unwrap();
    let read = |event: &str| {
        let (name, data) = event.split_once('\n').unwrap();
        let data: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
        assert_eq!(name.strip_prefix("event: "), data["type"].as_str());
        data
    };
    events.split_terminator("\n\n").map(read).collect()
}

fn kinds(events: &[Value]) -> Vec<&str> {
    let mut kinds: Vec<_> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    kinds.dedup();
    kinds
}

#[tokio::test(start_paused = true)]
async fn a_stream_tells_the_answer_as_it_grows() {
    let told = events(&outside(), json!({})).await;
    let whole = [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ];
    assert_eq!(kinds(&told), whole);
    let numbers: Vec<_> = told.iter().map(|event| event["sequence_number"].as_u64()).collect();
    assert_eq!(numbers, (0..told.len() as u64).map(Some).collect::<Vec<_>>());
    let grown: String = told.iter().filter_map(|event| event["delta"].as_str()).collect();
    let end = &told.last().unwrap()["response"];
    assert_eq!(json!(grown), end["output"][0]["content"][0]["text"]);
    assert_eq!((&told[0]["response"]["status"], &told[0]["response"]["usage"]), (&json!("in_progress"), &Value::Null));
}

#[tokio::test(start_paused = true)]
async fn a_stream_tells_refusals_calls_and_ends() {
    let outside = outside();
    let tools = json!([{"type": "function", "name": "look", "parameters": {"type": "object", "properties": {}}}]);
    let told = events(&outside, json!({"tools": tools, "tool_choice": "required"})).await;
    assert!(kinds(&told).contains(&"response.function_call_arguments.done"));
    for (fault, expected) in [
        (ModelFault::Refusal, "response.refusal.done"),
        (ModelFault::Incomplete, "response.incomplete"),
        (ModelFault::Failed, "response.failed"),
    ] {
        outside.world.set_model_fault(ModelRule::times(fault, 1));
        let told = events(&outside, json!({})).await;
        assert!(kinds(&told).contains(&expected), "{:?}", kinds(&told));
    }
}
