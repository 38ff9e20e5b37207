use std::collections::VecDeque;

use super::*;
use crate::{clock::Clock, observe::Unobserved, queues::QueueConfig, template::Given};

const TEMPLATE: &str = r#"
Resources:
  Own: {Type: AWS::Events::EventBus, Properties: {Name: own}}
  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  Dead: {Type: AWS::SQS::Queue, Properties: {QueueName: dead}}
  R:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Own
      EventPattern: {source: [recado], detail: {n: [{numeric: [">", 1]}]}}
      Targets: [{Id: T, Arn: !GetAtt Jobs.Arn, SqsParameters: {MessageGroupId: g}}]
  Off:
    Type: AWS::Events::Rule
    Properties: {State: DISABLED, EventPattern: {source: [recado]}, Targets: [{Id: T, Arn: !GetAtt Jobs.Arn}]}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: target/lambda/f
      Events:
        E:
          Type: EventBridgeRule
          Properties: {Pattern: {detail-type: [Call]}, DeadLetterConfig: {Arn: !GetAtt Dead.Arn}}
"#;

/// Answers with what it was given, in turn.
struct Scripted(Mutex<VecDeque<Result<Bytes, InvokeError>>>, Mutex<Vec<Value>>);

#[async_trait::async_trait]
impl Invoke for Scripted {
    async fn invoke(&self, _: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        self.1.lock().unwrap().push(serde_json::from_slice(&payload).unwrap());
        self.0.lock().unwrap().pop_front().unwrap_or(Ok(Bytes::new()))
    }
}

fn bus(answers: Vec<Result<Bytes, InvokeError>>) -> (Bus, Queues, Arc<Scripted>) {
    let template = Template::parse(TEMPLATE, &Given::at("http://local")).unwrap();
    let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
    let queues = Queues::new(clock, fastrand::Rng::with_seed(1), Arc::new(Unobserved));
    for config in template.queues.values() {
        queues.create(QueueConfig::clone(config)).unwrap();
    }
    let invoke = Arc::new(Scripted(Mutex::new(answers.into()), Mutex::default()));
    let rng = fastrand::Rng::with_seed(2);
    (Bus::new(&template, queues.clone(), rng, invoke.clone(), Arc::new(Unobserved)), queues, invoke)
}

async fn put(bus: &Bus, entries: Value) -> (u16, Value) {
    let reply = bus.handle("AWSEvents.PutEvents", json!({"Entries": entries}).to_string().as_bytes()).await;
    (reply.status, serde_json::from_slice(&reply.body).unwrap())
}

fn entry(bus: &str, detail: &str) -> Value {
    json!({"EventBusName": bus, "Source": "recado", "DetailType": "Done", "Detail": detail})
}

#[tokio::test(start_paused = true)]
async fn each_entry_stands_for_itself_and_what_matches_reaches_the_queue() {
    let (bus, queues, _) = bus(vec![]);
    let entries = json!([
        entry("own", r#"{"n": 2}"#),
        entry("arn:aws:events:us-east-1:000000000000:event-bus/own", r#"{"n": 1}"#),
        entry("default", r#"{"n": 2}"#),
        entry("nowhere", "{}"),
        entry("own", "[]"),
        {"EventBusName": "own", "DetailType": "Done", "Detail": "{}"},
    ]);
    let (status, answer) = put(&bus, entries).await;
    assert_eq!((status, &answer["FailedEntryCount"]), (200, &json!(3)));
    let codes: Vec<&Value> = answer["Entries"].as_array().unwrap().iter().map(|entry| &entry["ErrorCode"]).collect();
    let null = Value::Null;
    let expected = [json!("ResourceNotFoundException"), json!("MalformedDetail"), json!("InvalidArgument")];
    assert_eq!(codes, [&null, &null, &null, &expected[0], &expected[1], &expected[2]]);

    let received = queues.receive("jobs", 10, None).unwrap();
    assert_eq!(received.len(), 1);
    let envelope = json!({
        "version": "0", "id": answer["Entries"][0]["EventId"], "detail-type": "Done", "source": "recado",
        "account": "000000000000", "time": "2026-11-21T12:00:00Z", "region": "us-east-1", "resources": [],
        "detail": {"n": 2},
    });
    assert_eq!(serde_json::from_str::<Value>(&received[0].message.body).unwrap(), envelope);
    assert_eq!(received[0].message.group.as_deref(), Some("g"));

    let eleven: Vec<Value> = (0..11).map(|_| entry("own", "{}")).collect();
    let large: Vec<Value> = (0..2).map(|_| entry("own", &format!(r#"{{"x": "{}"}}"#, "x".repeat(530_000)))).collect();
    for entries in [json!([]), json!(eleven), json!(large)] {
        let (status, answer) = put(&bus, entries).await;
        assert_eq!((status, &answer["__type"]), (400, &json!("ValidationException")));
    }
}

#[tokio::test(start_paused = true)]
async fn faults_of_the_bus_do_what_they_are_called() {
    let (bus, queues, _) = bus(vec![]);
    let entries = json!([entry("own", r#"{"n": 2}"#), entry("own", r#"{"n": 3}"#)]);
    let waiting = || queues.depths()["jobs"].visible;
    bus.inject(BusFault::Refuse, 1);
    assert_eq!(put(&bus, entries.clone()).await.0, 500);
    assert_eq!(waiting(), 0);
    bus.inject(BusFault::FailEntry, 1);
    assert_eq!(put(&bus, entries.clone()).await.1["FailedEntryCount"], 1);
    assert_eq!(waiting(), 1);
    bus.inject(BusFault::DeliverTwice, 1);
    put(&bus, entries.clone()).await;
    assert_eq!(waiting(), 5);
    bus.inject(BusFault::LoseAnswer, 1);
    let body = json!({"Entries": entries}).to_string();
    assert!(bus.handle("AWSEvents.PutEvents", body.as_bytes()).await.lost);
    assert_eq!(waiting(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_function_is_called_until_it_has_the_event() {
    let failed = || Err(InvokeError::Failed("Boom".to_owned()));
    let (bus, queues, invoke) = bus(vec![failed(), failed(), failed(), Err(InvokeError::Missing("F".to_owned()))]);
    let call = json!([{"Source": "recado", "DetailType": "Call", "Detail": "{}"}]);
    put(&bus, call.clone()).await;

    // Dropped in the middle, it begins again.
    let minute = std::time::Duration::from_secs(60);
    let _ = tokio::time::timeout(minute / 2, bus.clone().run()).await;
    assert_eq!(invoke.1.lock().unwrap().len(), 1);
    let _ = tokio::time::timeout(minute * 2, bus.clone().run()).await;
    assert_eq!(invoke.1.lock().unwrap().len(), 3);
    assert_eq!(invoke.1.lock().unwrap()[0]["detail-type"], "Call");
    let _ = tokio::time::timeout(minute * 10, bus.clone().run()).await;
    let buried = queues.receive("dead", 10, None).unwrap();
    assert_eq!(buried[0].message.attributes["ERROR_CODE"].string_value.as_deref(), Some("RESOURCE_NOT_FOUND"));
    assert_eq!(invoke.1.lock().unwrap().len(), 4);
}
