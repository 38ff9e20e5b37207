//! Automations on demand and at their hours: each customer is written to once, and the answers tell the tally.

use crate::bundle::{Bundle, TestBusiness};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};
use std::time::Duration;
use world::Gateway;

/// The bundle's businesses are in São Paulo, which is so far behind UTC all the year.
const BEHIND: TimeDelta = TimeDelta::hours(3);
const OWNER: &str = "5511912340000";
/// The time after which the first deletion of a test customer is done.
const ERASED_AFTER: Duration = Duration::from_secs(61);
/// The time after which the second deletion is done, of all that an index may have hidden at the first.
const LOOKED_AGAIN_AFTER: Duration = Duration::from_secs(901);

/// A bundle in which it is noon at the businesses, so that no day ends meanwhile; and the date there.
async fn noon() -> (Bundle, NaiveDate) {
    let bundle = Bundle::start().await;
    let clock = &bundle.laptop.parts().cloud.clock;
    let today = (clock.now() - BEHIND).date_naive();
    let noon = today.succ_opt().unwrap().and_hms_opt(12, 0, 0).unwrap().and_utc() + BEHIND;
    clock.advance((noon - clock.now()).to_std().unwrap());
    (bundle, today.succ_opt().unwrap())
}

/// A customer who lacks nothing, and so is asked nothing.
async fn customer(bundle: &Bundle, business: &TestBusiness, phone: &str, name: &str, birthday: &str, more: Value) {
    let mut body = json!({"phone": phone, "name": name, "email": "a@example.com", "gender": "female", "city": "Santos",
                          "birthday": birthday, "marketing_consent": true});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    bundle.post("/api/customers", &business.key, body).await.expect(201);
}

/// The answer is what the served document says of it.
async fn is_told(bundle: &Bundle, schema: &str, answer: &Value) {
    let document = bundle.get("/openapi.json", "").await.expect(200);
    let schema = format!("#/components/schemas/{schema}");
    let root = json!({"$ref": schema, "components": {"schemas": document["components"]["schemas"]}});
    let validator = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
    let problems: Vec<_> = validator.iter_errors(answer).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{schema}: {problems:#?} in {answer:#}");
}

/// A run of one business, told at once.
async fn run(bundle: &Bundle, method: &str, path: &str, business: &TestBusiness) -> Value {
    let answer = bundle.call(method, path, &business.key, None).await.expect(200);
    is_told(bundle, "RunDone", &answer).await;
    answer
}

/// The part of an answer that is about one automation.
fn part<'a>(answer: &'a Value, automation: &str) -> &'a Value {
    let parts: Vec<_> =
        answer["results"].as_array().unwrap().iter().filter(|part| part["automation"] == automation).collect();
    assert_eq!(parts.len(), 1, "{answer:#}");
    parts[0]
}

/// Found, made, left out.
fn counts(part: &Value) -> (u64, u64, Value) {
    (part["found"].as_u64().unwrap(), part["messages"].as_u64().unwrap(), part["skipped"].clone())
}

async fn dynamodb(bundle: &Bundle, operation: &str, request: Value) -> Value {
    let operation = format!("DynamoDB_20120810.{operation}");
    let reply = bundle.laptop.parts().cloud.dynamodb.handle(&operation, request.to_string().as_bytes()).await;
    serde_json::from_slice(&reply.body).unwrap()
}

/// The items of all tables in which a text stands.
async fn with_text(bundle: &Bundle, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for table in dynamodb(bundle, "ListTables", json!({})).await["TableNames"].as_array().unwrap() {
        let scanned = dynamodb(bundle, "Scan", json!({"TableName": table})).await;
        let items = scanned["Items"].as_array().unwrap().iter().map(Value::to_string);
        found.extend(items.filter(|item| item.contains(text)));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn birthdays_are_greeted_once_in_whatever_way_they_are_found() {
    let (bundle, today) = noon().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    let [ana, tutor, refuses, later] = ["5511987650001", "5511987650002", "5511987650003", "5511987650004"];
    let day = today.format("--%m-%d").to_string();
    let tomorrow = today.succ_opt().unwrap().format("1990-%m-%d").to_string();
    let pet = json!({"pets": [{"name": "Rex", "birthday": day}, {"name": "Mia"}]});
    customer(&bundle, &business, ana, "Ana Souza", &today.format("1988-%m-%d").to_string(), json!({})).await;
    customer(&bundle, &business, tutor, "Bia Lima", &tomorrow, pet).await;
    customer(&bundle, &business, refuses, "Caio Reis", &day, json!({"marketing_consent": false})).await;
    customer(&bundle, &business, later, "Davi Melo", &tomorrow, json!({})).await;
    let received = || [ana, tutor, refuses, later, OWNER].map(|phone| bundle.got(&business, phone).len());

    let first = run(&bundle, "POST", "/api/automation-events?event=birthdays", &business).await;
    let birthdays = part(&first, "birthdays");
    assert_eq!(counts(birthdays), (3, 3, json!({"consent_refused": 1})));
    assert_eq!((&birthdays["queries"], &birthdays["business_id"]), (&json!(1), &json!(business.id)));
    bundle.until("greetings and report", async || received() == [1, 1, 0, 0, 1]).await;
    let said = |phone: &str, parts: &[&str]| {
        let text = bundle.got(&business, phone).remove(0);
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    };
    said(ana, &["Ana", "10%"]);
    said(tutor, &["Rex", "10%"]);
    said(OWNER, &["Rui", "3 aniversários", "Rex (tutor: Bia Lima", "Ana Souza", "Caio Reis"]);

    let again = run(&bundle, "GET", "/api/automation-events?event=birthdays", &business).await;
    let nothing_new = (3, 0, json!({"consent_refused": 1, "made_before": 3}));
    assert_eq!(counts(part(&again, "birthdays")), nothing_new);
    bundle.get("/api/automations?mode=legacy", &business.key).await.expect(403);
    let of_it = format!("business_id={}", business.id);
    for (path, key, is_legacy) in [
        (format!("/api/automations?mode=legacy&{of_it}"), bundle.operator(), true),
        (format!("/api/automations?{of_it}"), bundle.operator(), true),
        ("/api/automations".to_owned(), business.key.as_str(), false),
        ("/api/automations?mode=event-driven".to_owned(), business.key.as_str(), false),
    ] {
        let all = bundle.call("GET", &path, key, None).await.expect(200);
        assert_eq!(all["mode"], if is_legacy { "legacy" } else { "event-driven" });
        assert_eq!(counts(part(&all, "birthdays")), nothing_new, "{path}");
        assert_eq!(counts(part(&all, "inactive-customers")), (0, 0, json!({})), "{path}");
        // All four customers, where by index there are just the three birthdays; and in both the business and what it
        // has set.
        let read = part(&all, "birthdays")["items_read"].as_u64().unwrap();
        assert_eq!(read, if is_legacy { 4 } else { 3 } + 2, "{path}");
    }
    bundle.laptop.settled().await;
    assert_eq!(received(), [1, 1, 0, 0, 1]);

    at_its_hour(&bundle, &business).await;
    bundle.until("tomorrow's greetings", async || received() == [1, 2, 0, 1, 2]).await;
    at_its_hour_again(&bundle, &business).await;
    assert_eq!(received(), [1, 2, 0, 1, 2]);
    assert_eq!(bundle.dead_letters().await, 0);
    bundle.end().await;
}

/// The due index brings tomorrow's run.
async fn at_its_hour(bundle: &Bundle, business: &TestBusiness) {
    let before = bundle.get("/api/automations/birthdays", &business.key).await.expect(200);
    fire(bundle, &before["next_run_at"]).await;
    let after = bundle.get("/api/automations/birthdays", &business.key).await.expect(200);
    is_told(bundle, "Automation", &after).await;
    assert_eq!(after["last_run"], before["next_slot"]);
    let next = |automation: &Value| automation["next_run_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    assert_eq!(next(&after) - next(&before), TimeDelta::days(1));
}

async fn at_its_hour_again(bundle: &Bundle, business: &TestBusiness) {
    let now = bundle.get("/api/automations/birthdays", &business.key).await.expect(200);
    let next: DateTime<Utc> = now["next_run_at"].as_str().unwrap().parse().unwrap();
    fire(bundle, &json!(next - TimeDelta::minutes(1))).await;
    bundle.laptop.settled().await;
    assert_eq!(bundle.get("/api/automations/birthdays", &business.key).await.expect(200), now);
}

async fn fire(bundle: &Bundle, as_of: &Value) {
    bundle.post("/_local/schedules/run-due/fire", "", json!({"as_of": as_of})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_customer_is_asked_and_leaves_nothing_behind() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    let path = "/api/automation-events?event=test-customer";
    let told = bundle.call("POST", path, &business.key, None).await.expect(200);
    is_told(&bundle, "TestCustomer", &told).await;
    assert_eq!(
        (&told["business_id"], &told["question"]["asked"], &told["erased"]),
        (&json!(business.id), &json!(true), &json!(true))
    );
    assert_eq!(told["missing"], json!(["name", "email", "birthday", "gender", "city", "consent"]));
    assert!(told["question"]["text"].as_str().unwrap().contains("Pet Feliz"), "{told:#}");
    bundle.laptop.settled().await;
    let id = told["customer_id"].as_str().unwrap();
    bundle.get(&format!("/api/customers/{id}"), &business.key).await.expect(404);
    assert_eq!(with_text(&bundle, id).await, Vec::<String>::new());
    assert!(!with_text(&bundle, &business.id).await.is_empty(), "a text that is there is found");
    assert!(bundle.laptop.world().sent().is_empty());
    assert_eq!(bundle.messages(&business).await, Vec::<Value>::new());

    let no_questions = json!({"wanted_fields": []});
    bundle
        .call("PATCH", &format!("/api/businesses/{}", business.id), &business.key, Some(&no_questions))
        .await
        .expect(200);
    let told = bundle.call("GET", path, &business.key, None).await.expect(200);
    is_told(&bundle, "TestCustomer", &told).await;
    assert_eq!((&told["missing"], &told["question"], &told["erased"]), (&json!([]), &Value::Null, &true.into()));
    bundle.laptop.settled().await;
    assert_eq!(with_text(&bundle, told["customer_id"].as_str().unwrap()).await, Vec::<String>::new());

    bundle.laptop.parts().cloud.clock.advance(ERASED_AFTER);
    let erased = async || {
        let queues = bundle.get("/_local/queues", "").await.expect(200);
        let queue = queues["queues"].as_array().unwrap().iter().find(|it| it["name"] == "erase-customer").unwrap();
        ["visible", "delayed", "in_flight", "dead"].iter().all(|state| queue[state] == 0)
    };
    bundle.laptop.settled().await;
    bundle.laptop.parts().cloud.clock.advance(LOOKED_AGAIN_AFTER);
    bundle.until("erasures of what is gone are done", erased).await;
    assert_eq!(bundle.dead_letters().await, 0);
    bundle.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_automation_is_set_and_what_is_wrong_is_told_by_its_name() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    let other = bundle.business(Gateway::Whapi, 4_800).await;
    let path = "/api/automations/birthdays";
    let set = async |change: Value| {
        let after = bundle.call("PUT", path, &business.key, Some(&change)).await.expect(200);
        is_told(&bundle, "Automation", &after).await;
        assert_eq!(bundle.get(path, &business.key).await.expect(200), after);
        after
    };
    let fresh = bundle.get(path, &business.key).await.expect(200);
    is_told(&bundle, "Automation", &fresh).await;
    assert_eq!(
        (&fresh["cron"], &fresh["action"], &fresh["enabled"]),
        (&"0 9 * * *".into(), &"auto".into(), &true.into())
    );
    let moved = set(json!({"cron": " 30  7 * * 1 ", "action": "propose"})).await;
    assert_eq!((&moved["cron"], &moved["action"]), (&json!("30 7 * * 1"), &json!("propose")));
    assert_ne!(moved["next_run_at"], fresh["next_run_at"]);
    assert!(moved["next_slot"].as_str().unwrap().ends_with("T07:30:00"), "{moved:#}");
    assert!(moved["next_run_at"].as_str().unwrap().ends_with("T10:30:00Z"), "{moved:#}");
    let off = set(json!({"enabled": false})).await;
    assert_eq!((&off["enabled"], &off["next_run_at"], &off["next_slot"]), (&false.into(), &Value::Null, &Value::Null));
    let on = set(json!({"enabled": true})).await;
    assert_eq!(on["next_run_at"], moved["next_run_at"]);

    let theirs = format!("business_id={}", other.id);
    let their_business = format!("/api/businesses/{}", other.id);
    for (method, path, key, body, status, pointer) in [
        ("PUT", path.to_owned(), &business.key, json!({"cron": "61 9 * * *"}), 400, "/cron"),
        ("PUT", path.to_owned(), &business.key, json!({"cron": "0 9 30 2 *"}), 400, "/cron"),
        ("PUT", path.to_owned(), &business.key, json!({"cron": "* 9 * * *"}), 400, "/cron"),
        ("PUT", path.to_owned(), &business.key, json!({"action": "ask"}), 400, "/action"),
        ("PUT", path.to_owned(), &business.key, json!({"hour": 9}), 400, "/hour"),
        ("PUT", "/api/automations/spam".to_owned(), &business.key, json!({}), 400, "/name"),
        ("PUT", format!("{path}?{theirs}"), &business.key, json!({"enabled": false}), 403, ""),
        ("GET", format!("{path}?{theirs}"), &business.key, Value::Null, 403, ""),
        ("POST", format!("/api/automation-events?event=birthdays&{theirs}"), &business.key, Value::Null, 403, ""),
        ("POST", format!("/api/automation-events?event=test-customer&{theirs}"), &business.key, Value::Null, 403, ""),
        ("POST", format!("/api/automations?{theirs}"), &business.key, Value::Null, 403, ""),
        ("GET", "/api/automation-events?event=opportunities".to_owned(), &business.key, Value::Null, 400, "/event"),
        ("GET", "/api/automation-events".to_owned(), &business.key, Value::Null, 400, "/event"),
        ("GET", "/api/automations?mode=fast".to_owned(), &business.key, Value::Null, 400, "/mode"),
        ("GET", "/api/automations/runs/last".to_owned(), &business.key, Value::Null, 400, "/run_id"),
        ("GET", format!("/api/automations/runs/{}", business.id), &business.key, Value::Null, 404, ""),
        (
            "PATCH",
            their_business.clone(),
            &other.key,
            json!({"settings": {"birthday_offer": 101}}),
            400,
            "/settings/birthday_offer",
        ),
        (
            "PATCH",
            their_business.clone(),
            &other.key,
            json!({"settings": {"formality": "vos"}}),
            400,
            "/settings/formality",
        ),
        (
            "PATCH",
            their_business,
            &other.key,
            json!({"settings": {"win_back_offer": "20"}}),
            400,
            "/settings/win_back_offer",
        ),
    ] {
        let answer = bundle.call(method, &path, key, Some(&body).filter(|body| !body.is_null())).await;
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        is_told(&bundle, "Problem", &answer.body).await;
        let told = answer.body["errors"][0]["pointer"].as_str().unwrap_or_default();
        assert_eq!(told, pointer, "{method} {path}: {answer:?}");
    }
    let every = "/api/automation-events?event=test-customer";
    let told = bundle.call("POST", every, bundle.operator(), None).await.expect(400);
    assert_eq!(told["errors"][0]["pointer"], "/business_id");
    assert_eq!(bundle.get(path, &business.key).await.expect(200), on);
    bundle.end().await;
}

/// A run that goes on after its request: where it is told of, and what it has done at its end.
async fn later(bundle: &Bundle, path: &str) -> (String, Value) {
    let url = format!("{}{path}", bundle.laptop.address());
    let answer = bundle.http.post(url).header("x-api-key", bundle.operator()).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let place = answer.headers()["location"].to_str().unwrap().to_owned();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    is_told(bundle, "RunLater", &body).await;
    assert_eq!(place, format!("/api/automations/runs/{}", body["run_id"].as_str().unwrap()));
    let read = async || bundle.get(&place, bundle.operator()).await.expect(200);
    bundle.until("the run is completed", async || read().await["state"] == "completed").await;
    let run = read().await;
    is_told(bundle, "Run", &run).await;
    (place, run)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_runs_every_business() {
    let (bundle, today) = noon().await;
    let businesses = [bundle.business(Gateway::Whapi, 4_800).await, bundle.business(Gateway::Whapi, 4_800).await];
    let phones = ["5511987650001", "5511987650002"];
    for (business, phone) in businesses.iter().zip(phones) {
        customer(&bundle, business, phone, "Ana Souza", &today.format("--%m-%d").to_string(), json!({})).await;
    }
    let found = |run: &Value, automation: &str| -> Vec<(String, u64, u64)> {
        let all = run["results"].as_array().unwrap().iter().filter(|part| part["automation"] == automation);
        let whose = all.filter_map(|part| Some((part["business_id"].as_str()?.to_owned(), counts(part))));
        whose.map(|(business, (found, messages, _))| (business, found, messages)).collect()
    };
    let each = |messages: u64| -> Vec<(String, u64, u64)> {
        let mut each: Vec<_> = businesses.iter().map(|business| (business.id.clone(), 1, messages)).collect();
        each.sort();
        each
    };
    let (place, run) = later(&bundle, "/api/automations?mode=event-driven").await;
    assert_eq!((&run["jobs"], &run["jobs_done"], &run["cursor"]), (&json!(6), &json!(6), &Value::Null));
    assert_eq!(found(&run, "birthdays"), each(2));
    assert_eq!(found(&run, "inactive-customers").len(), 2);
    bundle.get(&place, &businesses[0].key).await.expect(404);
    // The simulated senders share a token, by which Whapi tells senders apart: which of them it was does not show.
    let greetings = || {
        let sent = bundle.laptop.world().sent();
        phones.map(|phone| sent.iter().filter(|it| it.to == world::person(phone)).count())
    };
    bundle.until("both are greeted", async || greetings() == [1, 1]).await;

    let (_, run) = later(&bundle, "/api/automations").await;
    assert_eq!((&run["jobs"], &run["jobs_done"]), (&json!(3), &json!(3)));
    assert_eq!(found(&run, "birthdays"), each(0));
    let together: Vec<_> =
        run["results"].as_array().unwrap().iter().filter(|part| part["business_id"].is_null()).collect();
    assert_eq!(together.len(), 3);
    assert!(together.iter().all(|part| part["items_read"].as_u64().unwrap() >= 2), "{run:#}");

    let off = json!({"enabled": false});
    bundle.call("PUT", "/api/automations/birthdays", &businesses[1].key, Some(&off)).await.expect(200);
    let (_, run) = later(&bundle, "/api/automation-events?event=birthdays").await;
    let mut expected = [(businesses[0].id.clone(), 1, 0), (businesses[1].id.clone(), 0, 0)];
    expected.sort();
    assert_eq!(found(&run, "birthdays"), expected);
    assert_eq!(bundle.dead_letters().await, 0);
    bundle.end().await;
}

/// An automation that an event starts has the same API: it is on, and can be switched off and on.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_starts_an_automation_unless_it_is_switched_off() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    let path = "/api/automations/request-missing-fields";
    let set = async |on: bool| {
        let after = bundle.call("PUT", path, &business.key, Some(&json!({"enabled": on}))).await.expect(200);
        is_told(&bundle, "Automation", &after).await;
        assert_eq!(bundle.get(path, &business.key).await.expect(200), after);
        after
    };
    let fresh = bundle.get(path, &business.key).await.expect(200);
    assert_eq!(
        (&fresh["enabled"], &fresh["event"], &fresh["cron"], &fresh["next_run_at"]),
        (&true.into(), &"CustomerRegistered".into(), &Value::Null, &Value::Null)
    );
    assert_eq!(set(false).await["enabled"], false);
    let register = async |phone: &str| bundle.post("/api/customers", &business.key, json!({"phone": phone})).await;
    register("5511911110001").await.expect(201);
    bundle.laptop.settled().await;
    assert!(bundle.got(&business, "5511911110001").is_empty());

    // The zone of the business moves what runs at its hours, and nothing else.
    let moved = json!({"timezone": "America/Bogota"});
    let own = format!("/api/businesses/{}", business.id);
    bundle.call("PATCH", &own, &business.key, Some(&moved)).await.expect(200);
    let off = bundle.get(path, &business.key).await.expect(200);
    assert_eq!((&off["enabled"], &off["timezone"]), (&false.into(), &"America/Bogota".into()));

    assert_eq!(set(true).await["enabled"], true);
    register("5511911110002").await.expect(201);
    bundle.until("the question", async || !bundle.got(&business, "5511911110002").is_empty()).await;

    for (body, pointer) in [(json!({"cron": "0 9 * * *"}), "/cron"), (json!({"action": "propose"}), "/action")] {
        let answer = bundle.call("PUT", path, &business.key, Some(&body)).await;
        assert_eq!((answer.status, &answer.body["errors"][0]["pointer"]), (400, &pointer.into()), "{answer:?}");
    }
    bundle.end().await;
}
