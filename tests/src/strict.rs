//! Every route is as strict and as helpful as every other: walked by the document, so that a new route is in it.

use crate::bundle::{Answer, Bundle, TestBusiness};
use crate::document::{paths, resolved};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use world::Gateway;

/// A route of the document with its parameters filled in.
struct Call {
    method: String,
    path: String,
    /// An example of its body.
    body: Option<Value>,
    /// All methods of its path, as `Allow` tells them.
    allow: BTreeSet<String>,
    /// Parameters of the query, each with values that it refuses.
    wrong: Vec<(&'static str, Vec<String>)>,
}

fn calls(business: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    for (path, item) in paths().filter(|(path, _)| !path.starts_with("/webhooks")) {
        let methods = item.iter().map(|(method, _)| method.to_uppercase());
        let head = item.iter().any(|(method, _)| method == "get").then(|| "HEAD".to_owned());
        let allow: BTreeSet<String> = methods.chain(head).chain(["OPTIONS".to_owned()]).collect();
        for (method, operation) in item {
            let mut path = path.replace("{business_id}", business);
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let example = parameter["example"].as_str().unwrap_or_default();
                path = path.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), example);
            }
            let examples = &operation["requestBody"]["content"]["application/json"]["examples"];
            let longest = examples.as_object().and_then(|examples| {
                examples.values().map(|example| example["value"].clone()).max_by_key(|value| value.to_string().len())
            });
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let of_query = parameters.filter(|parameter| parameter["in"] == "query");
            let wrong = of_query.filter_map(|it| Some((it["name"].as_str()?, refused_values(&it["schema"])))).collect();
            let method = method.to_uppercase();
            calls.push(Call { method, path, body: longest, allow: allow.clone(), wrong });
        }
    }
    assert!(calls.len() > 25);
    let bounded = calls.iter().flat_map(|call| &call.wrong).filter(|(_, values)| values.len() == 3);
    assert!(bounded.count() > 10, "the numbers of the queries");
    calls
}

/// Values that a schema of a parameter refuses; none for one that takes any text.
fn refused_values(schema: &'static Value) -> Vec<String> {
    let schema = resolved(schema);
    if schema["type"] == "integer" {
        let bound = |name: &str| schema[name].as_i64().unwrap();
        return vec![(bound("minimum") - 1).to_string(), (bound("maximum") + 1).to_string(), "zz".to_owned()];
    }
    let is_read = schema["enum"].is_array() || schema["format"].is_string();
    if is_read { vec!["zz".to_owned(), String::new()] } else { Vec::new() }
}

/// The places of objects in a value.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(at.to_owned());
            fields.iter().for_each(|(name, inner)| objects(inner, &format!("{at}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(nth, inner)| objects(inner, &format!("{at}/{nth}"), found));
        }
        _ => {}
    }
}

fn pointers(answer: &Answer) -> Vec<String> {
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["pointer"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn send(bundle: &Bundle, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> reqwest::Response {
    let url = format!("{}{path}", bundle.laptop.address());
    let request = bundle.http.request(method.parse().unwrap(), url).header("x-api-key", bundle.operator());
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(body.to_owned()).send().await.unwrap()
}

/// The status and the pointers of what is wrong at a place of the request, and the place as they tell it: an entry of a
/// list that answers for each has its own.
fn refused(answer: &Answer, place: &str) -> (u64, Vec<String>, String) {
    let entry = |at: &str| {
        let (_, rest) = at.strip_prefix('/')?.split_once('/')?;
        let (nth, within) = rest.split_once('/').map_or((rest, String::new()), |(nth, rest)| (nth, format!("/{rest}")));
        Some((answer.body["results"].get(nth.parse::<usize>().ok()?)?, within))
    };
    let Some((entry, within)) = entry(place) else {
        return (answer.status.into(), pointers(answer), place.to_owned());
    };
    let errors = entry["problem"]["errors"].as_array().unwrap();
    let told = errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned());
    (entry["status"].as_u64().unwrap(), told.collect(), within)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_alike() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 20).await;
    let key = bundle.operator();
    for Call { method, path, body, wrong, .. } in calls(&business.id) {
        // All that are wrong are told together, beside one that is unknown.
        for nth in 0..3 {
            let mut query = vec![("zz", "1")];
            query.extend(wrong.iter().filter_map(|(name, values)| Some((*name, values.get(nth)?.as_str()))));
            let told = query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
            let answer = bundle.call(&method, &format!("{path}?{told}"), key, body.as_ref()).await;
            assert_eq!(answer.status, 400, "{method} {path}?{told}: {answer:?}");
            let expected: BTreeSet<String> = query.iter().map(|(name, _)| format!("/{name}")).collect();
            let found: BTreeSet<String> = pointers(&answer).into_iter().collect();
            assert!(found.is_superset(&expected), "{method} {path}?{told}: {answer:?}");
        }
        let about = if path.starts_with("/api/businesses") || path == "/start" { "" } else { "business_id=" };
        let about = if about.is_empty() { String::new() } else { format!("&{about}{}", business.id) };
        // A name that is unknown, with the one that was meant.
        let answer = bundle.call(&method, &format!("{path}?busines_id=1"), key, body.as_ref()).await;
        assert_eq!(answer.status, 400, "{method} {path}: {answer:?}");
        assert!(pointers(&answer).contains(&"/busines_id".to_owned()), "{method} {path}: {answer:?}");
        if !about.is_empty() && path.starts_with("/api/") {
            assert!(answer.body.to_string().contains("did you mean `business_id`?"), "{method} {path}: {answer:?}");
        }
        let Some(body) = body else { continue };
        let path = format!("{path}?{}", about.trim_start_matches('&'));
        let mut places = Vec::new();
        objects(&body, "", &mut places);
        for place in &places {
            // An array in the place of an object, with the values that serde would take it by.
            let mut wrong = body.clone();
            let object = wrong.pointer_mut(place).unwrap();
            *object = object.as_object().unwrap().values().cloned().collect();
            let answer = bundle.call(&method, &path, key, Some(&wrong)).await;
            let (status, told_at, at) = refused(&answer, place);
            assert_eq!(status, 400, "{method} {path} with an array at {place}: {answer:?}");
            // Where a list is allowed, its elements are refused.
            let told = told_at.iter().any(|it| *it == at || it.starts_with(&format!("{at}/")));
            assert!(told, "{method} {path}: {place} {answer:?}");

            // A field that is unknown, in each object that has fields of its own, and `null`.
            let mut wrong = body.clone();
            let object = wrong.pointer_mut(place).unwrap().as_object_mut().unwrap();
            object.insert("zz".to_owned(), Value::Null);
            let answer = bundle.call(&method, &path, key, Some(&wrong)).await;
            assert_eq!(refused(&answer, place).0, 400, "{method} {path} with more at {place}: {answer:?}");
        }
        for (content_type, status) in [("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("", 0)] {
            let headers = [("content-type", content_type)];
            let headers = if content_type.is_empty() { &headers[..0] } else { &headers[..] };
            let answer = Answer::of(send(&bundle, &method, &path, headers, "[]").await).await;
            let expected = if status == 0 { 400 } else { status };
            assert_eq!(answer.status, expected, "{method} {path} as {content_type}: {answer:?}");
        }
    }
    bundle.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_answers_as_people_expect() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 20).await;
    let phone = "5511987654321";
    bundle.customer(&business, phone).await;
    // A link to a chat is read in a path as in a body, also where it leads to another function.
    for path in ["", "/export", "/points"] {
        let address = format!("/api/customers/wa.me/{phone}{path}?business_id={}", business.id);
        assert_eq!(send(&bundle, "GET", &address, &[], "").await.status(), 200, "{path}");
    }
    for Call { path, allow, .. } in calls(&business.id).into_iter().filter(|call| call.method == "GET") {
        let about = if path.starts_with("/api/businesses") { "" } else { "business_id=" };
        let about = format!("{about}{}", if about.is_empty() { "" } else { &business.id });
        let about = if path.starts_with("/api/automation") || !path.starts_with("/api/") || path == "/api-docs" {
            String::new()
        } else {
            about
        };
        let status = send(&bundle, "GET", &format!("{path}?{about}"), &[], "").await.status();
        let slash = send(&bundle, "GET", &format!("{path}/?{about}"), &[], "").await;
        assert_eq!(slash.status(), status, "{path}/");
        let head = send(&bundle, "HEAD", &format!("{path}?{about}"), &[], "").await;
        assert_eq!(head.status(), status, "HEAD {path}");
        assert_eq!(head.bytes().await.unwrap().len(), 0, "HEAD {path}");
        let options = bundle.http.request(reqwest::Method::OPTIONS, format!("{}{path}", bundle.laptop.address()));
        let options = options.send().await.unwrap();
        let told = options.headers()["allow"].to_str().unwrap().split(',').map(str::to_owned);
        assert_eq!(options.status(), 204, "OPTIONS {path}");
        assert_eq!(told.collect::<BTreeSet<_>>(), allow, "OPTIONS {path}");
        let refused = send(&bundle, "TRACE", &path, &[], "").await;
        assert!(refused.status() == 405 && refused.headers().contains_key("allow"), "TRACE {path}: {refused:?}");
        if path.starts_with("/api/customers") {
            assert_eq!(slash.headers()["cache-control"], "no-store", "{path}");
        }
    }
    bundle.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_tells_all_in_the_callers_language() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 20).await;
    let body = json!({"phone": "98765-4128", "nmae": "Ana", "birthday": "2999-03-12", "gender": "x", "email": "ana",
        "marketing_consent": "yes", "pets": [{"nam": "Rex"}, ["Mia"]], "city": null, "locale": "fr"});
    let path = format!("/api/customers?business_id={}", business.id);
    let mut said = Vec::new();
    for language in ["en", "es", "pt-BR"] {
        let headers = [("content-type", "application/json"), ("accept-language", language)];
        let answer = Answer::of(send(&bundle, "POST", &path, &headers, &body.to_string()).await).await;
        let mut told = pointers(&answer);
        told.sort();
        let expected = [
            "/birthday",
            "/city",
            "/email",
            "/gender",
            "/locale",
            "/marketing_consent",
            "/nmae",
            "/pets/0/nam",
            "/pets/0/name",
            "/pets/1",
            "/phone",
        ];
        assert_eq!(told, expected, "{answer:?}");
        said.push(answer.body["errors"].as_array().unwrap().clone());
    }
    for ((en, es), pt) in said[0].iter().zip(&said[1]).zip(&said[2]) {
        assert!(en["detail"] != es["detail"] && es["detail"] != pt["detail"], "{en} {es} {pt}");
    }
    let made = json!({"name": "", "country": "Brasil", "currency": "BRLL", "timezone": "Mars", "owners": {},
        "slot_minutes": "60", "senders": [{"gateway": "whapi", "address": "A-1", "credentials": {"token": "t"}}]});
    let answer = bundle.post("/api/businesses", bundle.operator(), made).await;
    let mut told = pointers(&answer);
    told.sort();
    let expected = [
        "/country",
        "/currency",
        "/locale",
        "/name",
        "/owners",
        "/senders/0/credentials",
        "/slot_minutes",
        "/timezone",
    ];
    assert_eq!(told, expected, "{answer:?}");
    // What the schema does not tell is told beside what it tells.
    let templates = json!({"points": {"name": "a", "language": "es", "body": "Saldo {{1}}"}});
    let sender =
        json!({"gateway": "whapi", "address": "with a blank", "credentials": {"token": "t"}, "templates": templates});
    let settings = json!({"quiet_from": "soon", "review_url": "nowhere", "inactive_days": 0});
    let made = json!({"name": "", "country": "BR", "currency": "BRL", "locale": "fr", "timezone": "Mars",
        "slot_minutes": 1, "owners": [{"name": "Ana", "phone": "12"}], "settings": settings, "senders": [sender]});
    let answer = bundle.post("/api/businesses", bundle.operator(), made.clone()).await;
    let mut told = pointers(&answer);
    told.sort();
    let expected = [
        "/locale",
        "/name",
        "/owners/0/phone",
        "/senders/0/address",
        "/senders/0/credentials",
        "/senders/0/templates/points/body",
        "/settings/inactive_days",
        "/settings/quiet_from",
        "/settings/review_url",
        "/slot_minutes",
        "/timezone",
    ];
    assert_eq!(told, expected, "{answer:?}");
    let changed = format!("/api/businesses/{}", business.id);
    let answer = bundle.call("PATCH", &changed, bundle.operator(), Some(&made)).await;
    let mut told = pointers(&answer);
    told.sort();
    assert_eq!(told, expected, "{answer:?}");
    bundle.end().await;
}

/// As it is dialled at home, a phone is the same person on every route.
#[tokio::test(flavor = "multi_thread")]
async fn a_national_phone_is_read_alike_everywhere() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    let key = &business.key;
    let phone = "11 98800-0001";
    let body = |more: Value| {
        let mut body = json!({"phone": phone});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let made = bundle.post("/api/customers", key, body(json!({}))).await.expect(201);
    assert_eq!(made["phone"], "5511988000001");
    let id = made["customer_id"].clone();
    bundle.post("/api/points/load", key, body(json!({"points": 5, "load_id": "a"}))).await.expect(201);
    let sent = bundle.post("/api/messages", key, body(json!({"text": "Oi", "message_id": "a"}))).await.expect(202);
    assert_eq!(sent["customer_id"], id);
    let there = "/api/customers/11%2098800-0001";
    assert_eq!(bundle.get(there, key).await.expect(200)["customer_id"], id);
    assert_eq!(bundle.get(&format!("{there}/points"), key).await.expect(200)["balance"], 5);
    let export = bundle.get(&format!("{there}/export"), key).await.expect(200);
    assert_eq!((&export["customer"]["customer_id"], &export["cursor"]), (&id, &Value::Null));
    let change = json!({"city": "Santos"});
    bundle.call("PATCH", there, key, Some(&change)).await.expect(200);
    for query in ["phone=11+98800-0001", "customer=11%2098800-0001", &format!("customer_id={}", id.as_str().unwrap())] {
        let list = bundle.get(&format!("/api/messages?{query}"), key).await.expect(200);
        assert!(list["messages"].to_string().contains("direct/a"), "{query}: {list}");
    }
    bundle.get("/api/messages?phone=1&customer_id=2", key).await.expect(400);
    let list = bundle.get("/api/customers?limit=1", key).await.expect(200);
    assert_eq!((&list["customers"][0]["customer_id"], &list["cursor"]), (&id, &Value::Null));
    bundle.call("DELETE", there, key, None).await.expect(202);
    bundle.until("it is erased", async || bundle.get(there, key).await.status == 404).await;
    bundle.call("DELETE", there, key, None).await.expect(404);
    bundle.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_means_one_thing() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    let key = &business.key;
    let (ana, bia) =
        (bundle.customer(&business, "5511987650001").await, bundle.customer(&business, "5511987650002").await);
    let load = |customer: &str, points: i64| json!({"customer_id": customer, "points": points, "load_id": "visit"});
    bundle.post("/api/points/load", key, load(&ana, 5)).await.expect(201);
    bundle.post("/api/points/load", key, load(&ana, 5)).await.expect(200);
    for other in [load(&ana, 6), load(&bia, 5)] {
        let told = bundle.post("/api/points/load", key, other).await.expect(409);
        assert_eq!(told["type"], "urn:recado:problem:load_id_taken");
    }
    // An id is decoded once.
    for (name, written) in
        [("sale#1", "sale%231"), ("sale%41", "sale%2541"), ("saleA", "saleA"), ("a\\b", "a%5Cb"), ("a/b", "a/b")]
    {
        let message = json!({"customer_id": ana, "text": name, "message_id": name});
        bundle.post("/api/messages", key, message).await.expect(202);
        let read = bundle.get(&format!("/api/messages/direct/{written}"), key).await.expect(200);
        assert_eq!(read["content"]["text"], name);
    }
    for name in ["a?b", ".", "..", "a/../b", "a/", "a b"] {
        let message = json!({"customer_id": ana, "text": name, "message_id": name});
        bundle.post("/api/messages", key, message).await.expect(400);
        let load = json!({"customer_id": ana, "points": 1, "load_id": name});
        bundle.post("/api/points/load", key, load).await.expect(400);
    }
    bundle.end().await;
}

fn sender(gateway: &str, address: &str) -> Value {
    let credentials = match gateway {
        "whapi" => json!({"token": "t", "webhook_secret": "s"}),
        _ => json!({"access_token": "t", "app_secret": "s", "verify_token": "v"}),
    };
    json!({"gateway": gateway, "address": address, "credentials": credentials})
}

fn with_senders(senders: &[Value]) -> Value {
    json!({"name": "Patas", "country": "BR", "locale": "pt-BR", "currency": "BRL", "timezone": "America/Sao_Paulo",
        "senders": senders})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_belongs_to_one_sender() {
    let bundle = Bundle::start().await;
    let key = bundle.operator();
    let make = async |senders: &[Value]| bundle.post("/api/businesses", key, with_senders(senders)).await;
    for (gateway, address) in [("cloud_api", "sender-1"), ("cloud_api", "12"), ("whapi", "a b"), ("whapi", "x@y")] {
        let told = make(&[sender(gateway, address)]).await.expect(400);
        assert_eq!(told["errors"][0]["pointer"], "/senders/0/address");
    }
    let first = make(&[sender("whapi", "ONE-1")]).await.expect(201);
    make(&[sender("whapi", "TWO-2"), sender("whapi", "TWO-2")]).await.expect(400);
    assert_eq!(make(&[sender("whapi", "ONE-1")]).await.expect(409)["type"], "urn:recado:problem:address_taken");
    let second = make(&[sender("whapi", "TWO-2")]).await.expect(201);
    let patch = async |business: &Value, address: &str| {
        let change = json!({"senders": [{"sender_id": business["senders"][0]["sender_id"], "address": address}]});
        let path = format!("/api/businesses/{}", business["business_id"].as_str().unwrap());
        bundle.call("PATCH", &path, key, Some(&change)).await
    };
    patch(&second, "ONE-1").await.expect(409);
    patch(&first, "ONE-3").await.expect(200);
    patch(&second, "ONE-1").await.expect(200);
    let too_many: Vec<Value> = (0..21).map(|nth| sender("whapi", &format!("MANY-{nth}"))).collect();
    assert_eq!(make(&too_many).await.expect(400)["errors"][0]["pointer"], "/senders");
    bundle.end().await;
}

/// Once it is closed, nothing of a business can be read and nothing is sent for it; then nothing is left of its people.
#[tokio::test(flavor = "multi_thread")]
async fn a_business_can_be_closed() {
    let bundle = Bundle::start().await;
    let business: TestBusiness = bundle.business(Gateway::Whapi, 4_800).await;
    let other = bundle.business(Gateway::Whapi, 4_800).await;
    let ids: Vec<String> = [1, 2, 3].map(|nth| format!("551198765000{nth}")).to_vec();
    let mut customers = Vec::new();
    for phone in &ids {
        customers.push(bundle.customer(&business, phone).await);
    }
    let stays = bundle.customer(&other, "5511987650001").await;
    let path = format!("/api/businesses/{}", business.id);
    bundle.call("DELETE", &path, &business.key, None).await.expect(403);
    bundle.call("DELETE", &path, bundle.operator(), None).await.expect(202);
    bundle.get(&path, bundle.operator()).await.expect(404);
    let webhook = bundle.http.post(format!("{}{}", bundle.laptop.address(), business.webhook));
    let webhook = webhook.header("authorization", "Bearer s").body("{}").send().await.unwrap();
    assert_eq!(webhook.status(), 401);
    bundle
        .until("its people are gone", async || {
            let mut left = 0;
            for customer in &customers {
                let path = format!("/api/customers/{customer}?business_id={}", business.id);
                left += usize::from(bundle.get(&path, bundle.operator()).await.status != 404);
            }
            left == 0
        })
        .await;
    assert_eq!(bundle.get(&format!("/api/customers/{stays}"), &other.key).await.status, 200);
    assert_eq!(bundle.dead_letters().await, 0);
    bundle.end().await;
}
