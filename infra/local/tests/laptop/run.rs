//! A run as a library.

use local::{Laptop, Options, StartError};
use reqwest::Method;
use serde_json::json;

use crate::client::{Run, options, programs};

#[tokio::test]
async fn everything_that_calls_a_function_calls_it_and_is_metered() {
    let programs = programs();
    let mut options = options(&programs);
    options.parameters.insert("Greeting".to_owned(), "ahoj".to_owned());
    let laptop = Laptop::start(options).await.unwrap();
    let run = Run::at(laptop.address());

    let echoed = run.get("/echo/one?two=3").await;
    assert_eq!(echoed["event"]["rawPath"], "/echo/one");
    let environment = &echoed["environment"];
    assert_eq!((&environment["GREETING"], &environment["TZ"]), (&json!("ahoj"), &json!(":UTC")));
    assert!(environment["WHAPI_URL"].as_str().unwrap().ends_with("/whapi"));
    assert_eq!(run.get("/_local/gateways").await["whapi"], environment["WHAPI_URL"]);
    assert!(environment.get("CLOCK_OFFSET_SECONDS").is_none());
    assert_eq!(run.ask(Method::GET, "/elsewhere", None).await, (404, json!({"message": "Not Found"})));

    run.put_thing("a").await.unwrap();
    let event = json!({"Source": "test", "DetailType": "T", "Detail": "{}", "EventBusName": "bus"});
    run.aws("events", "AWSEvents.PutEvents", json!({"Entries": [event]})).await.unwrap();
    let fired = run.post("/_local/schedules/clock/fire", json!({"as_of": "2026-12-24T09:00:00Z"})).await;
    assert_eq!(fired["result"]["event"]["time"], "2026-12-24T09:00:00Z");
    laptop.settled().await;

    let usage = run.get("/_local/usage").await;
    for function in ["http", "tasks", "changes", "clock"] {
        assert_eq!(usage["functions"][function]["invocations"], 1, "{function}");
    }
    assert_eq!(usage["tables"]["Things"]["write_units"], 1.0);
    assert_eq!(
        usage["queues"]["tasks"]["actions"],
        json!({"SendMessage": 1, "ReceiveMessage": 1, "DeleteMessageBatch": 1})
    );
    assert_eq!((&usage["buses"]["bus"]["events"], &usage["api"]["requests"]), (&json!(1), &json!(2)));
    assert!(usage["usd"]["total"].as_f64().unwrap() > 0.0);
    let state = run.get("/_local/state").await;
    let names = |part: &str| -> Vec<String> {
        let list = state[part].as_array().unwrap();
        list.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((names("queues"), names("schedules")), (vec!["tasks".to_owned()], vec!["clock".to_owned()]));
    assert_eq!(names("functions"), ["changes", "clock", "http", "tasks"]);
    laptop.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_failed_message_can_be_seen_and_sent_again() {
    let programs = programs();
    let laptop = Laptop::start(options(&programs)).await.unwrap();
    let run = Run::at(laptop.address());

    run.send_task(json!({"do": "fail"}), 0).await;
    let queue = async || run.get("/_local/queues").await["queues"][0].clone();
    while run.get("/_local/usage").await["functions"]["tasks"]["errors"] != 1 {}
    assert_eq!(queue().await["in_flight"], 1);
    run.post("/_local/clock", json!({"advance_seconds": 61})).await;
    while queue().await["dead"] != 1 {}
    let shown = run.get("/_local/queues/tasks").await;
    assert_eq!(shown["dead_letters"][0]["body"], json!({"do": "fail"}));
    assert_eq!(run.post("/_local/queues/tasks/redrive", json!({})).await, json!({"moved": 1}));
    assert_eq!(queue().await["dead"], 0);

    run.post("/_local/faults", json!({"service": "dynamodb", "kind": "answer_lost", "table": "Things", "times": 1}))
        .await;
    assert!(run.put_thing("a").await.unwrap_err().is_request());
    assert_eq!(run.things().await, 1);
    run.post("/_local/faults", json!({"service": "dynamodb", "kind": "throttled"})).await;
    assert!(run.put_thing("b").await.is_err());
    run.post("/_local/faults", json!({"kind": "answer_lost", "times": 1})).await;
    let faults = run.get("/_local/faults").await;
    assert_eq!(
        (&faults["faults"][0]["kind"], &faults["dynamodb"][0]["kind"]),
        (&json!("answer_lost"), &json!("throttled"))
    );
    assert_eq!(run.ask(Method::DELETE, "/_local/faults", None).await.0, 204);
    run.put_thing("b").await.unwrap();

    run.get("/echo/x").await;
    assert_eq!(run.post("/_local/functions/http/kill", json!({})).await, json!({"killed": 1}));
    assert_eq!(laptop.kill("HttpFunction"), Some(0));
    let before = run.get("/echo/x").await["environment"]["CLOCK_OFFSET_SECONDS"].clone();
    run.post("/_local/clock", json!({"advance_seconds": 86_400})).await;
    let after = run.get("/echo/x").await["environment"]["CLOCK_OFFSET_SECONDS"].clone();
    assert_eq!((before, after), (json!("61"), json!("86461")));

    for (method, path, body) in [
        (Method::POST, "/_local/faults", json!({"kind": "unheard_of"})),
        (Method::POST, "/_local/faults", json!({"service": "s3"})),
        (Method::POST, "/_local/schedules/clock/fire", json!({"as": 1})),
        (Method::POST, "/_local/queues/nothing/redrive", json!({})),
        (Method::POST, "/_local/functions/nothing/kill", json!({})),
        (Method::GET, "/_local/nothing", json!({})),
        (Method::POST, "/_local/inbound", json!({"sender": "nobody", "phone": "5511999990001", "text": "Oi"})),
    ] {
        let (status, answer) = run.ask(method, path, Some(body)).await;
        assert!([400, 404].contains(&status) && answer["error"].is_string(), "{path}: {status} {answer}");
    }
    assert_eq!(run.get("/_local/sent").await, json!({"total": 0, "sent": []}));
    laptop.shutdown().await.unwrap();
}

#[tokio::test]
async fn foreign_names_are_not_served() {
    let programs = programs();
    let laptop = Laptop::start(options(&programs)).await.unwrap();
    let request = local::http_client().unwrap().get(laptop.address()).header("host", "evil.example");
    assert_eq!(request.send().await.unwrap().status(), 403);
    let page = local::http_client().unwrap().get(laptop.address()).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("<html"));
}

#[tokio::test]
async fn another_page_cannot_act() {
    let programs = programs();
    let laptop = Laptop::start(options(&programs)).await.unwrap();
    let http = local::http_client().unwrap();
    let event = json!({"TableName": "recado-ThingsTable", "Item": {"pk": {"S": "a"}}}).to_string();
    for (path, body) in [
        ("/_local/clock", r#"{"advance_seconds": 1}"#),
        ("/_local/inbound", "{}"),
        ("/_local/world/habits", "{}"),
        ("/_aws/dynamodb", event.as_str()),
        ("/2015-03-31/functions/http/invocations", "{}"),
    ] {
        let post = |headers: &[(&str, &str)]| {
            let request = http.post(format!("{}{path}", laptop.address())).body(body.to_owned());
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send()
        };
        let foreign = post(&[("origin", "http://evil.example"), ("sec-fetch-site", "cross-site")]).await.unwrap();
        assert_eq!(foreign.status(), 403, "{path}");
        for own in [vec![], vec![("origin", laptop.address()), ("sec-fetch-site", "same-origin")]] {
            assert_ne!(post(&own).await.unwrap().status(), 403, "{path}");
        }
    }
}

#[tokio::test]
async fn a_run_goes_on_where_the_last_one_ended() {
    let programs = programs();
    let folder = tempfile::tempdir().unwrap();
    let options = || Options { data: Some(folder.path().to_path_buf()), ..options(&programs) };
    let laptop = Laptop::start(options()).await.unwrap();
    let run = Run::at(laptop.address());
    run.put_thing("a").await.unwrap();
    run.send_task(json!({"later": true}), 900).await;
    laptop.settled().await;
    assert!(matches!(Laptop::start(options()).await, Err(StartError::Data(_))));
    laptop.shutdown().await.unwrap();

    let laptop = Laptop::start(options()).await.unwrap();
    let run = Run::at(laptop.address());
    run.put_thing("b").await.unwrap();
    laptop.settled().await;
    assert_eq!(run.things().await, 2);
    let queue = &run.get("/_local/queues").await["queues"][0];
    assert_eq!((&queue["delayed"], &queue["visible"]), (&json!(1), &json!(0)));
    // The change of the first run was seen then.
    assert_eq!(run.get("/_local/usage").await["functions"]["changes"]["invocations"], 1);
    laptop.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_run_that_cannot_start_says_why_in_one_line() {
    let programs = programs();
    let laptop = Laptop::start(options(&programs)).await.unwrap();
    let port: u16 = laptop.address().rsplit(':').next().unwrap().parse().unwrap();
    let nothing = tempfile::tempdir().unwrap();
    let broken = nothing.path().join("template.yaml");
    std::fs::write(&broken, "Resources: [").unwrap();
    let mut unknown = options(&programs);
    unknown.parameters.insert("Greting".to_owned(), "hi".to_owned());
    for (options, says) in [
        (Options { port, ..options(&programs) }, format!("port {port} is in use; choose another one with --port")),
        (Options { template: broken, ..options(&programs) }, "template".to_owned()),
        (unknown, "Parameters.Greting".to_owned()),
        (
            Options { programs: Some(nothing.path().to_path_buf()), ..options(&programs) },
            "function changes has no program".to_owned(),
        ),
    ] {
        let Err(error) = Laptop::start(options).await else { panic!("{says}") };
        let line = error.to_string();
        assert!(line.contains(&says) && !line.contains('\n'), "{line}");
    }
}
