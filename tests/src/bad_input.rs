//! Bad input is told by its field, writes nothing and says nothing personal in a log.

use crate::bundle::{Answer, Bundle};
use serde_json::{Value, json};
use world::Gateway;

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_a_problem_document_and_nothing_else() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 20).await;
    let other = bundle.business(Gateway::Whapi, 20).await;
    let theirs = bundle.customer(&other, "5511912340001").await;
    bundle.laptop.settled().await;
    let before = items(&bundle).await;

    let secret = "Zacarias";
    let them = format!("/api/customers/{theirs}");
    let them_at_home = format!("/api/customers/{theirs}?business_id={}", other.id);
    let their_business = format!("/api/businesses/{}", other.id);
    let cases: Vec<(&str, &str, &str, Value, u16, &str)> = vec![
        ("POST", "/api/customers", &business.key, json!({"name": secret}), 400, "/phone"),
        ("POST", "/api/customers", &business.key, json!({"phone": "call me maybe"}), 400, "/phone"),
        ("POST", "/api/customers", &business.key, json!({"phone": "0800 591 2117"}), 400, "/phone"),
        ("POST", "/api/customers", &business.key, json!({"phone": "5511987654321", "name": "A\nna"}), 400, "/name"),
        ("POST", "/api/customers", &business.key, json!({"phone": 5_511_987_654_321_u64}), 400, "/phone"),
        ("POST", "/api/customers", &business.key, json!({"phone": "5511987654321", "nmae": secret}), 400, "/nmae"),
        (
            "POST",
            "/api/customers",
            &business.key,
            json!({"phone": "5511987654321", "birthday": "1990-02-31"}),
            400,
            "/birthday",
        ),
        ("POST", "/api/customers", &business.key, json!({"phone": "5511987654321", "email": secret}), 400, "/email"),
        ("POST", "/api/customers", &business.key, json!({"phone": "5511987654321", "name": ["a"]}), 400, "/name"),
        ("POST", "/api/customers", &business.key, json!([]), 400, ""),
        ("POST", "/api/customers?buisness_id=1", &business.key, json!({"phone": "5511987654321"}), 400, "/buisness_id"),
        (
            "POST",
            "/api/points/load",
            &business.key,
            json!({"phone": "5511987654321", "points": 1.5, "load_id": "x"}),
            400,
            "/points",
        ),
        (
            "POST",
            "/api/points/load",
            &business.key,
            json!({"phone": "5511987654321", "points": 0, "load_id": "x"}),
            400,
            "/points",
        ),
        (
            "POST",
            "/api/points/load",
            &business.key,
            json!({"phone": "5511987654321", "points": 1, "load_id": "a b"}),
            400,
            "/load_id",
        ),
        (
            "POST",
            "/api/points/load",
            &business.key,
            json!({"phone": "5511987654321", "points": 1, "load_id": "x"}),
            404,
            "",
        ),
        (
            "POST",
            "/api/points/load",
            &business.key,
            json!({"customer_id": theirs, "points": 1, "load_id": "x"}),
            404,
            "",
        ),
        (
            "POST",
            "/api/appointments",
            &business.key,
            json!({"customer_id": theirs, "service": secret, "start": "2026-11-24T09:00", "overbook": true}),
            404,
            "",
        ),
        (
            "POST",
            "/api/appointments",
            &business.key,
            json!({"customer_id": theirs, "service": "x", "start": "2026-11-24"}),
            400,
            "/start",
        ),
        (
            "POST",
            "/api/appointments",
            &business.key,
            json!({"customer_id": theirs, "service": "x", "start": "2026-11-24T09:00", "price": 1.005}),
            400,
            "/price",
        ),
        ("POST", "/api/appointments", &business.key, json!({"appointments": [], "service": "x"}), 400, "/service"),
        ("GET", "/api/appointments", &business.key, Value::Null, 400, "/date"),
        ("PATCH", "/api/appointments/none", &business.key, json!({"status": "done"}), 404, ""),
        ("GET", &them, &business.key, Value::Null, 404, ""),
        ("GET", &them_at_home, &business.key, Value::Null, 403, ""),
        ("PATCH", &them, &business.key, json!({"name": secret}), 404, ""),
        ("DELETE", "/api/customers/5511912340001", &business.key, Value::Null, 404, ""),
        ("GET", &their_business, &business.key, Value::Null, 403, ""),
        (
            "POST",
            "/api/businesses",
            &business.key,
            json!({"name": "x", "country": "BR", "locale": "es", "currency": "BRL", "timezone": "America/Bogota"}),
            403,
            "",
        ),
        (
            "POST",
            "/api/businesses",
            bundle.operator(),
            json!({"name": "x", "country": "Brasil", "locale": "xx", "currency": "BRLL", "timezone": "Mars"}),
            400,
            "/country",
        ),
        ("POST", "/api/messages", &business.key, json!({"customer_id": theirs, "text": secret}), 404, ""),
        ("POST", "/api/messages", &business.key, json!({"phone": "5511912340001"}), 400, "/text"),
        (
            "POST",
            "/api/messages",
            &business.key,
            json!({"phone": "5511912340001", "template": {"name": "x", "variables": {"name": "a".repeat(1_025)}}}),
            400,
            "/template/variables/name",
        ),
        ("GET", "/api/messages?status=flying", &business.key, Value::Null, 400, "/status"),
        ("GET", "/api/customers/5511912340001", "", Value::Null, 401, ""),
        ("GET", "/api/customers/5511912340001", "rk_wrong", Value::Null, 401, ""),
        ("PUT", "/api/customers", &business.key, json!({}), 405, ""),
    ];
    for (method, path, key, body, status, pointer) in cases {
        let body = (!body.is_null()).then_some(&body);
        let answer = bundle.call(method, path, key, body).await;
        let told = format!("{method} {path} {body:?}: {answer:?}");
        assert_eq!(answer.status, status, "{told}");
        assert_eq!(answer.content_type, "application/problem+json", "{told}");
        assert!(answer.body["error"].is_string() && answer.body["detail"].is_string(), "{told}");
        if !pointer.is_empty() {
            assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{told}");
        }
    }
    raw(&bundle, &business.key, "application/json", "{\"phone\": ".into(), 400).await;
    raw(&bundle, &business.key, "text/plain", "{}".into(), 415).await;
    raw(&bundle, &business.key, "application/json", format!("{{\"name\": \"{}\"}}", "x".repeat(2 << 20)), 413).await;
    assert_eq!(items(&bundle).await, before, "nothing was written");
    let logs: String = bundle.laptop.logs().iter().map(|line| format!("{line:?}\n")).collect();
    for personal in [secret, "98765", "12340001", business.key.as_str(), "rk_wrong"] {
        assert!(!logs.contains(personal), "{personal} is in the logs");
    }
    bundle.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_webhook_changes_nothing() {
    let bundle = Bundle::start().await;
    for gateway in [Gateway::CloudApi, Gateway::Whapi] {
        let business = bundle.business(gateway, 20).await;
        let before = items(&bundle).await;
        let forged = json!({"messages": [], "object": "whatsapp_business_account", "entry": []}).to_string();
        let url = format!("{}{}", bundle.laptop.address(), business.webhook);
        for (name, value) in [("x", "y"), ("x-hub-signature-256", "sha256=00"), ("authorization", "Bearer nope")] {
            let request = bundle.http.post(&url).header(name, value).header("content-type", "application/json");
            Answer::of(request.body(forged.clone()).send().await.unwrap()).await.expect(401);
        }
        let elsewhere = url.replace(&business.webhook[business.webhook.len() - 8..], "00000000");
        let request = bundle.http.post(elsewhere).header("authorization", "Bearer s").body(forged.clone());
        Answer::of(request.send().await.unwrap()).await.expect(401);
        bundle.laptop.settled().await;
        assert_eq!(items(&bundle).await, before);
    }
    let counted = bundle.laptop.logs().iter().any(|line| format!("{line:?}").contains("webhooks_refused"));
    assert!(counted, "refusals are counted");
    bundle.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_has_used_up_its_requests_is_told_when_to_come_again() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 20).await;
    let path = format!("/api/businesses/{}/keys", business.id);
    let made = bundle.post(&path, bundle.operator(), json!({"label": "small", "limit": 3})).await.expect(201);
    let key = made["key"].as_str().unwrap();
    for _ in 0..3 {
        bundle.get("/api/messages", key).await.expect(200);
    }
    let limited = bundle.get("/api/messages", key).await;
    let wait: u64 = limited.retry_after.as_deref().unwrap().parse().unwrap();
    assert!((890..=900).contains(&wait), "{wait}");
    limited.expect(429);
    bundle.end().await;
}

async fn raw(bundle: &Bundle, key: &str, content_type: &str, body: String, status: u16) {
    let url = format!("{}/api/customers", bundle.laptop.address());
    let request = bundle.http.post(url).header("x-api-key", key).header("content-type", content_type).body(body);
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!((answer.status, answer.content_type.as_str()), (status, "application/problem+json"), "{answer:?}");
}

/// The number of items in each table, but for the counters of keys.
async fn items(bundle: &Bundle) -> Vec<(String, i64)> {
    let cloud = &bundle.laptop.parts().cloud;
    let mut counts = Vec::new();
    for (table, name) in cloud.names.tables().filter(|(table, _)| *table != "ApiKeys") {
        let reply = cloud
            .dynamodb
            .handle("DynamoDB_20120810.DescribeTable", json!({"TableName": name}).to_string().as_bytes())
            .await;
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        counts.push((table.to_owned(), body["Table"]["ItemCount"].as_i64().unwrap()));
    }
    counts
}
