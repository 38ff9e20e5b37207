use super::{KEY, asking, mind, post};
use crate::tests::{Outside, outside, wait};
use crate::{ModelEndpoint, ModelFault, ModelRule};
use http::Method;
use serde_json::{Value, json};

async fn ask(outside: &Outside, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let path = format!("/model/v1/{path}");
    outside.ask((method, &path), &[("authorization", KEY)], body).await.unwrap()
}

async fn conversation(outside: &Outside, body: &Value) -> String {
    let (status, made) = ask(outside, Method::POST, "conversations", body).await;
    assert_eq!((status, &made["object"]), (200, &json!("conversation")), "{made}");
    made["id"].as_str().unwrap().to_owned()
}

/// Author and text of the items of a conversation, oldest first.
async fn items(outside: &Outside, id: &str) -> Vec<(String, String)> {
    let (_, list) =
        ask(outside, Method::GET, &format!("conversations/{id}/items?order=asc&limit=100"), &Value::Null).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = list["data"].as_array().unwrap().iter();
    items.map(|item| (text(&item["role"]), text(&item["content"][0]["text"]))).collect()
}

fn within(conversation: &str, text: &str) -> Value {
    json!({"model": "gpt-5.4-mini", "instructions": mind::PETS, "input": text, "conversation": conversation})
}

#[tokio::test(start_paused = true)]
async fn a_conversation_holds_what_was_said_in_it() {
    let outside = outside();
    let first = json!({"items": [{"role": "user", "content": "Oi, me chamo Ana"}], "metadata": {"for": "Ana"}});
    let id = conversation(&outside, &first).await;
    let (status, response) = post(&outside, &within(&id, "Quanto custa o banho?")).await.unwrap();
    assert_eq!((status, &response["conversation"]), (200, &json!({"id": id})), "{response}");
    let said = response["output"][0]["content"][0]["text"].as_str().unwrap();
    let kept = items(&outside, &id).await;
    let expected = [("user", "Oi, me chamo Ana"), ("user", "Quanto custa o banho?"), ("assistant", said)];
    assert_eq!(kept, expected.map(|(role, text)| (role.to_owned(), text.to_owned())));
    // The model was told all of it.
    let request = &outside.world.model_requests()[0];
    assert_eq!((request.input.len(), outside.world.model_counts().keeping), (2, 1));

    let (_, page) = ask(&outside, Method::GET, &format!("conversations/{id}/items?limit=1"), &Value::Null).await;
    assert_eq!((page["has_more"] == true, page["data"][0]["role"].as_str()), (true, Some("assistant")));
    let after = format!("conversations/{id}/items?after={}", page["last_id"].as_str().unwrap());
    let (_, rest) = ask(&outside, Method::GET, &after, &Value::Null).await;
    assert_eq!((rest["data"].as_array().unwrap().len(), rest["has_more"] == true), (2, false));

    let kept = serde_json::to_string(&outside.world.keep()).unwrap();
    let later = crate::tests::outside();
    later.world.recall(serde_json::from_str(&kept).unwrap());
    assert_eq!(items(&later, &id).await.len(), 3);
    assert_eq!(ask(&later, Method::DELETE, &format!("conversations/{id}"), &Value::Null).await.1["deleted"], true);
    assert_eq!(ask(&later, Method::GET, &format!("conversations/{id}"), &Value::Null).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn one_response_at_a_time() {
    let outside = outside();
    let id = conversation(&outside, &json!({})).await;
    outside.world.set_model_fault(ModelRule::times(ModelFault::Slow { milliseconds: 2_000 }, 1));
    let first = async { post(&outside, &within(&id, "Oi")).await.unwrap().0 };
    let second = async {
        wait(500).await;
        let (status, answer) = post(&outside, &within(&id, "Oi?")).await.unwrap();
        assert_eq!((status, &answer["error"]["param"]), (400, &json!("conversation")), "{answer}");
        let more = json!({"items": [{"role": "user", "content": "Oi?"}]});
        let (_, added) = ask(&outside, Method::POST, &format!("conversations/{id}/items"), &more).await;
        (answer["error"]["code"].clone(), added["error"]["code"].clone())
    };
    let locked = || json!("conversation_locked");
    assert_eq!(tokio::join!(first, second), (200, (locked(), locked())));
    assert_eq!(post(&outside, &within(&id, "Oi?")).await.unwrap().0, 200);

    // A caller who goes away leaves no lock behind.
    outside.world.set_model_fault(ModelRule::times(ModelFault::Slow { milliseconds: 60_000 }, 1));
    let impatient = tokio::time::timeout(std::time::Duration::from_secs(1), post(&outside, &within(&id, "Oi"))).await;
    assert!(impatient.is_err());
    assert_eq!(post(&outside, &within(&id, "Oi?")).await.unwrap().0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_in_the_conversation_and_a_failed_one_is_not() {
    let outside = outside();
    let id = conversation(&outside, &json!({})).await;
    for (fault, expected) in [(ModelFault::Failed, 0), (ModelFault::AnswerLost, 2)] {
        outside.world.set_model_fault(ModelRule::times(fault, 1));
        let _ = post(&outside, &within(&id, "Oi")).await;
        assert_eq!(items(&outside, &id).await.len(), expected);
    }
    let refused = ModelFault::Status { status: 500, code: None, retry_after: None };
    let rule = ModelRule { endpoint: Some(ModelEndpoint::Conversations), ..ModelRule::times(refused, 1) };
    outside.world.set_model_fault(rule);
    let more = json!({"items": [{"role": "user", "content": "Oi?"}]});
    assert_eq!(ask(&outside, Method::POST, &format!("conversations/{id}/items"), &more).await.0, 500);
    assert_eq!(items(&outside, &id).await.len(), 2, "a refusal adds nothing");
}

#[tokio::test(start_paused = true)]
async fn a_response_goes_on_from_another() {
    let outside = outside();
    let kept = json!({"model": "gpt-5.4-mini", "input": "Oi, me chamo Ana"});
    let first = post(&outside, &kept).await.unwrap().1;
    let next = json!({"model": "gpt-5.4-mini", "input": "Quanto custa?", "previous_response_id": first["id"]});
    let second = post(&outside, &next).await.unwrap().1;
    assert_eq!(outside.world.model_requests()[1].input.len(), 3);
    let path = format!("responses/{}", second["id"].as_str().unwrap());
    assert_eq!(ask(&outside, Method::GET, &path, &Value::Null).await, (200, second.clone()));
    let input = ask(&outside, Method::GET, &format!("{path}/input_items"), &Value::Null).await.1;
    assert_eq!(input["data"][0]["content"][0]["text"], "Quanto custa?");
    let short = json!({"model": "gpt-5.4-mini", "previous_response_id": second["id"]});
    let (status, short) = ask(&outside, Method::POST, "responses/compact", &short).await;
    assert_eq!((status, short["output"].as_array().unwrap().len()), (200, 2), "{short}");
    let mut input = short["output"].as_array().unwrap().clone();
    input.push(json!({"role": "user", "content": "E a tosa?"}));
    assert_eq!(post(&outside, &json!({"model": "gpt-5.4-mini", "input": input})).await.unwrap().0, 200);
    assert_eq!(outside.world.model_requests()[2].input[1].text, "Oi, me chamo Ana", "the short item holds it");

    // What is not to be kept is not.
    let id = post(&outside, &asking("oi")).await.unwrap().1["id"].as_str().unwrap().to_owned();
    assert_eq!(ask(&outside, Method::GET, &format!("responses/{id}"), &Value::Null).await.0, 404);
    assert_eq!(ask(&outside, Method::DELETE, &path, &Value::Null).await.1["deleted"], true);
    assert_eq!(ask(&outside, Method::GET, &path, &Value::Null).await.0, 404);
}
