use super::{KEY, analysis_form, asking, mind, post, reply_form, said};
use crate::tests::outside;
use crate::{ModelEndpoint, ModelFault, ModelRule, ModelStatus, NoAnswer};
use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};

fn status(status: u16, code: Option<&str>, retry_after: Option<u32>) -> ModelFault {
    ModelFault::Status { status, code: code.map(str::to_owned), retry_after }
}

#[tokio::test(start_paused = true)]
async fn every_failure_of_a_server() {
    for (fault, expected, code, kind) in [
        (ModelFault::Down, Err(NoAnswer::Refused), "", ""),
        (ModelFault::AnswerLost, Err(NoAnswer::Lost), "", ""),
        (status(401, None, None), Ok(401), "invalid_api_key", "invalid_request_error"),
        (status(404, None, None), Ok(404), "model_not_found", "invalid_request_error"),
        (status(400, None, None), Ok(400), "context_length_exceeded", "invalid_request_error"),
        (status(429, None, Some(7)), Ok(429), "rate_limit_exceeded", "rate_limit_error"),
        (status(429, Some("insufficient_quota"), None), Ok(429), "insufficient_quota", "insufficient_quota"),
        (
            status(429, Some("project_spend_limit_exceeded"), None),
            Ok(429),
            "project_spend_limit_exceeded",
            "insufficient_quota",
        ),
        (status(500, None, None), Ok(500), "server_error", "server_error"),
        (status(503, None, None), Ok(503), "server_is_overloaded", "service_unavailable_error"),
    ] {
        let outside = outside();
        let id = outside.world.set_model_fault(ModelRule::times(fault.clone(), 1));
        let answer = post(&outside, &asking("oi")).await;
        assert_eq!(answer.as_ref().map(|answer| answer.0).map_err(|it| *it), expected, "{fault:?}");
        if let Ok((_, answer)) = answer {
            assert_eq!((&answer["error"]["code"], &answer["error"]["type"]), (&json!(code), &json!(kind)), "{fault:?}");
        }
        let counts = outside.world.model_counts();
        assert_eq!((counts.requests, counts.failures), (1, 1), "{fault:?}");
        assert_eq!(counts.input_tokens > 0, fault == ModelFault::AnswerLost, "a lost answer costs too");
        assert_eq!(post(&outside, &asking("oi")).await.unwrap().0, 200, "{fault:?}");
        assert!(outside.world.clear_model_fault(Some(id)) && outside.world.model_faults().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_be_none() {
    let ask = async |fault: ModelFault| {
        let outside = outside();
        outside.world.set_model_fault(ModelRule::always(fault));
        let (status, response) = post(&outside, &asking("Quanto custa o banho?")).await.unwrap();
        assert_eq!((status, outside.world.model_counts().failures), (200, 1));
        (response, outside.world.model_requests().remove(0))
    };
    let text = |response: &Value| response["output"][0]["content"][0]["text"].as_str().unwrap().to_owned();
    let (response, _) = ask(ModelFault::Garbage).await;
    assert_eq!(response, Value::Null, "a page is no JSON");
    let (response, _) = ask(ModelFault::BrokenJson).await;
    assert_eq!(response["status"], "completed");
    assert!(serde_json::from_str::<Value>(&text(&response)).is_err());
    let (response, request) = ask(ModelFault::Incomplete).await;
    assert_eq!(
        (&response["status"], &response["incomplete_details"]["reason"]),
        (&json!("incomplete"), &json!("max_output_tokens"))
    );
    assert_eq!((&response["completed_at"], &response["output"][0]["status"]), (&Value::Null, &json!("incomplete")));
    assert_eq!((request.status, request.output), (Some(ModelStatus::Incomplete), Some(text(&response))));
    let (response, _) = ask(ModelFault::Failed).await;
    assert_eq!((&response["status"], &response["error"]["code"]), (&json!("failed"), &json!("server_error")));
    assert_eq!(response["output"], json!([]));
    let (response, _) = ask(ModelFault::Refusal).await;
    let part = &response["output"][0]["content"][0];
    assert_eq!((&part["type"], part["refusal"].is_string()), (&json!("refusal"), true));
}

#[tokio::test(start_paused = true)]
async fn an_answer_breaks_off_where_its_tokens_end() {
    let outside = outside();
    let mut body = asking("Quais são os serviços?");
    body["max_output_tokens"] = json!(16);
    let (_, response) = post(&outside, &body).await.unwrap();
    assert_eq!((&response["status"], &response["usage"]["output_tokens"]), (&json!("incomplete"), &json!(16)));
}

#[tokio::test(start_paused = true)]
async fn a_fault_has_its_time_its_header_and_its_requests() {
    let outside = outside();
    let set = |rule| outside.world.set_model_fault(rule);
    let slow = set(ModelRule::always(ModelFault::Slow { milliseconds: 9_000 }));
    let began = tokio::time::Instant::now();
    post(&outside, &asking("oi")).await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 9);
    outside.world.clear_model_fault(Some(slow));

    set(ModelRule::times(status(429, None, Some(7)), 1));
    let request = Request::builder().method(Method::POST).uri("/model/v1/responses").header("authorization", KEY);
    let request = request.body(Bytes::from(asking("oi").to_string())).unwrap();
    let answer = outside.world.call(request).await.unwrap();
    assert_eq!(answer.headers()["retry-after"], "7");
    assert!(answer.headers()["x-request-id"].to_str().unwrap().starts_with("req_"));

    let only = |rule: ModelRule| ModelRule { times: Some(1), ..rule };
    set(only(ModelRule { format: Some("analysis".to_owned()), ..ModelRule::always(status(503, None, None)) }));
    set(only(ModelRule { about: Some("Rex".to_owned()), ..ModelRule::always(status(500, None, None)) }));
    set(only(ModelRule { endpoint: Some(ModelEndpoint::Models), ..ModelRule::always(status(401, None, None)) }));
    set(ModelRule { probability: Some(0.0), ..ModelRule::always(ModelFault::Down) });
    assert_eq!(post(&outside, &asking("oi")).await.unwrap().0, 200);
    let mut analysis = asking("oi");
    analysis["text"] = analysis_form();
    assert_eq!(post(&outside, &analysis).await.unwrap().0, 503);
    assert_eq!(post(&outside, &asking("É o Rex")).await.unwrap().0, 500);
    let models = async || outside.ask((Method::GET, "/model/v1/models"), &[("authorization", KEY)], &Value::Null).await;
    assert_eq!(models().await.unwrap().0, 401);
    set(ModelRule::always(ModelFault::Hostile));
    assert_eq!(models().await.unwrap().0, 200, "only answers can be hostile");
    assert!(outside.world.clear_model_fault(None));
}

#[tokio::test(start_paused = true)]
async fn a_hostile_mind_keeps_the_form_and_nothing_else() {
    let outside = outside();
    outside.world.set_model_fault(ModelRule::always(ModelFault::Hostile));
    let mut replies = Vec::new();
    for _ in 0..10 {
        let mut body = asking("Oi");
        body["text"] = reply_form();
        replies.push(said(&post(&outside, &body).await.unwrap().1));
    }
    let actions: Vec<&str> = replies.iter().filter_map(|reply| reply["action"].as_str()).collect();
    assert!(
        ["none", "hand_over", "book_request", "fill_profile", "opt_out"].iter().all(|action| actions.contains(action))
    );
    assert_eq!(replies[0]["booking"]["start"], "2026-12-02T03:17");
    assert!(replies[3]["text"].as_str().unwrap().contains(mind::PETS));
    assert!(replies[5]["text"].as_str().unwrap().len() > 4_096);
    let mut analysis = asking("Oi");
    analysis["text"] = analysis_form();
    for _ in 0..3 {
        let priority = said(&post(&outside, &analysis).await.unwrap().1)["priority"].as_i64().unwrap();
        assert!((1..=5).contains(&priority));
    }
}
