use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};

use super::*;
use crate::template::{self, Index, Key, Projection};

fn clock() -> Clock {
    Clock::starting_at(DateTime::from_timestamp(1_700_000_000, 0).unwrap())
}

fn table(indexes: &[&str]) -> template::Table {
    let key = |name: &str| Key { attribute: name.to_owned(), kind: "S".to_owned(), sorts: false };
    let index =
        |name: &&str| Index { name: format!("by_{name}"), keys: vec![key(name)], projection: Projection::KeysOnly };
    template::Table {
        name: "Things".to_owned(),
        keys: vec![key("pk")],
        indexes: indexes.iter().map(index).collect(),
        time_to_live: Some("expires_at".to_owned()),
        stream: Some("NEW_AND_OLD_IMAGES".to_owned()),
    }
}

fn open() -> Dynamodb {
    let database = Dynamodb::memory(clock()).unwrap();
    database.open_table(&table(&["colour"])).unwrap();
    database
}

async fn call(database: &Dynamodb, operation: &str, request: Value) -> (u16, Value) {
    let reply = database.handle(&format!("DynamoDB_20120810.{operation}"), request.to_string().as_bytes()).await;
    (reply.status, serde_json::from_slice(&reply.body).unwrap())
}

async fn put(database: &Dynamodb, pk: &str, colour: &str) -> (u16, Value) {
    let item = json!({"pk": {"S": pk}, "colour": {"S": colour}});
    call(database, "PutItem", json!({"TableName": "Things", "Item": item, "ReturnConsumedCapacity": "INDEXES"})).await
}

#[derive(Default)]
struct Seen(Mutex<Vec<(String, bool, Vec<Units>)>>);

impl Observer for Seen {
    fn dynamodb(&self, consumed: &Consumed<'_>) {
        let Consumed { operation, failed, used, .. } = consumed;
        self.0.lock().unwrap().push(((*operation).to_owned(), *failed, used.to_vec()));
    }
}

fn units(index: Option<&str>, read: f64, write: f64) -> Units {
    Units { table: "Things".to_owned(), index: index.map(str::to_owned), read, write }
}

#[tokio::test]
async fn every_request_is_metered_and_only_who_asks_is_told() {
    let database = open();
    let seen = Arc::new(Seen::default());
    database.observe(seen.clone());
    let key = json!({"pk": {"S": "a"}});
    let by_colour = json!({
        "TableName": "Things", "IndexName": "by_colour", "KeyConditionExpression": "colour = :c",
        "ExpressionAttributeValues": {":c": {"S": "red"}}, "ReturnConsumedCapacity": "TOTAL",
    });
    let taken = json!({
        "TableName": "Things", "Item": {"pk": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    });

    let (_, told) = put(&database, "a", "red").await;
    assert_eq!(told["ConsumedCapacity"]["GlobalSecondaryIndexes"]["by_colour"]["CapacityUnits"], json!(1.0));
    let (_, untold) = call(&database, "GetItem", json!({"TableName": "Things", "Key": key})).await;
    assert_eq!(untold, json!({"Item": {"pk": {"S": "a"}, "colour": {"S": "red"}}}));
    let (_, total) = call(&database, "Query", by_colour).await;
    assert_eq!(total["ConsumedCapacity"], json!({"TableName": "Things", "CapacityUnits": 0.5}));
    let (status, refused) = call(&database, "PutItem", taken).await;
    assert_eq!((status, &refused["Item"]["colour"]), (400, &json!({"S": "red"})));

    assert_eq!(
        *seen.0.lock().unwrap(),
        [
            ("PutItem".to_owned(), false, vec![units(None, 0.0, 1.0), units(Some("by_colour"), 0.0, 1.0)]),
            ("GetItem".to_owned(), false, vec![units(None, 0.5, 0.0)]),
            ("Query".to_owned(), false, vec![units(Some("by_colour"), 0.5, 0.0)]),
            ("PutItem".to_owned(), true, vec![units(None, 0.0, 1.0)]),
        ]
    );
}

#[tokio::test]
async fn the_stream_tells_each_change_once_in_order() {
    let database = open();
    put(&database, "a", "red").await;
    put(&database, "a", "red").await;
    put(&database, "a", "blue").await;
    let transaction = json!({"TransactItems": [
        {"Put": {"TableName": "Things", "Item": {"pk": {"S": "b"}}}},
        {"ConditionCheck": {"TableName": "Things", "Key": {"pk": {"S": "c"}},
            "ConditionExpression": "attribute_not_exists(pk)"}},
        {"Delete": {"TableName": "Things", "Key": {"pk": {"S": "a"}}}},
    ], "ClientRequestToken": "once"});
    call(&database, "TransactWriteItems", transaction.clone()).await;
    call(&database, "TransactWriteItems", transaction).await;
    let expired = json!({"pk": {"S": "d"}, "expires_at": {"N": "1699999999"}});
    let batch = json!({"RequestItems": {"Things": [{"PutRequest": {"Item": expired}}]}});
    call(&database, "BatchWriteItem", batch).await;
    assert_eq!(database.sweep_ttl().unwrap(), 1);
    assert_eq!(database.count("Things").unwrap(), 1);

    let records = database.records("Things", None, 100);
    let told: Vec<_> = records
        .iter()
        .map(|record| {
            let image = |name: &str| record["dynamodb"][name]["colour"]["S"].as_str().unwrap_or("-").to_owned();
            let name = record["eventName"].as_str().unwrap();
            let key = record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap();
            format!("{name} {key} {} {}", image("OldImage"), image("NewImage"))
        })
        .collect();
    let expected =
        ["INSERT a - red", "MODIFY a red blue", "INSERT b - -", "REMOVE a blue -", "INSERT d - -", "REMOVE d - -"];
    assert_eq!(told, expected);
    assert_eq!(records[5]["userIdentity"]["type"], "Service");

    let sequence = |n: usize| records[n]["dynamodb"]["SequenceNumber"].as_str();
    assert_eq!(database.records("Things", sequence(3), 1), records[4..5]);
    assert_eq!(database.latest("Things").as_deref(), sequence(5));
    database.trim_stream("Things", sequence(4).unwrap());
    let restarted = open();
    restarted.load_streams(&database.save_streams());
    assert_eq!(restarted.records("Things", None, 100), records[5..]);
    put(&restarted, "e", "red").await;
    assert!(restarted.latest("Things").as_deref() > sequence(5));
}

#[tokio::test(start_paused = true)]
async fn a_stream_forgets_after_a_day() {
    let database = open();
    put(&database, "a", "red").await;
    database.clock.advance(TimeDelta::hours(25).to_std().unwrap());
    put(&database, "b", "red").await;
    assert_eq!(database.records("Things", None, 100).len(), 1);
}

#[tokio::test]
async fn faults_meet_whom_they_should_as_often_as_they_should() {
    let database = open();
    let rule = |fault, operation: Option<&str>| Rule {
        fault,
        operation: operation.map(str::to_owned),
        table: Some("Things".to_owned()),
        times: Some(1),
    };
    let transaction = json!({"TransactItems": [
        {"Put": {"TableName": "Things", "Item": {"pk": {"S": "t"}}}},
        {"Put": {"TableName": "Things", "Item": {"pk": {"S": "u"}}}},
    ]});
    database.faults().add(rule(TableFault::TransactionConflict, Some("TransactWriteItems")));
    assert_eq!(put(&database, "a", "red").await.0, 200);
    let (status, refused) = call(&database, "TransactWriteItems", transaction.clone()).await;
    assert_eq!((status, &refused["CancellationReasons"][0]["Code"]), (400, &json!("TransactionConflict")));
    assert_eq!(refused["CancellationReasons"][1]["Code"], "None");
    assert_eq!(call(&database, "TransactWriteItems", transaction).await.0, 200);

    for (fault, status) in
        [(TableFault::Throttled, 400), (TableFault::InternalError, 500), (TableFault::TransactionConflict, 400)]
    {
        database.faults().add(rule(fault, None));
        assert_eq!(put(&database, "never", "red").await.0, status);
    }
    assert_eq!(database.count("Things").unwrap(), 3);

    database.faults().add(rule(TableFault::AnswerLost, None));
    let item = json!({"TableName": "Things", "Item": {"pk": {"S": "kept"}}});
    let reply = database.handle("DynamoDB_20120810.PutItem", item.to_string().as_bytes()).await;
    assert!(reply.lost);
    assert_eq!(database.count("Things").unwrap(), 4);

    database.faults().add(rule(TableFault::Unprocessed, None));
    let keys = json!([{"pk": {"S": "t"}}, {"pk": {"S": "u"}}]);
    let (_, batch) = call(&database, "BatchGetItem", json!({"RequestItems": {"Things": {"Keys": keys}}})).await;
    assert_eq!(batch["Responses"]["Things"], json!([{"pk": {"S": "t"}}]));
    assert_eq!(batch["UnprocessedKeys"]["Things"]["Keys"], json!([{"pk": {"S": "u"}}]));
    assert!(database.faults().list().is_empty());

    database.faults().by_chance(Some(Arc::new(|call| (call.operation == "GetItem").then_some(TableFault::Throttled))));
    assert_eq!(put(&database, "b", "red").await.0, 200);
    assert_eq!(call(&database, "GetItem", json!({"TableName": "Things", "Key": {"pk": {"S": "b"}}})).await.0, 400);
}

#[tokio::test]
async fn a_file_keeps_the_items_and_follows_the_template() {
    let folder = std::env::temp_dir().join(format!("dynamodb-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("tables.sqlite");
    let old = Dynamodb::file(&path, clock()).unwrap();
    old.open_table(&table(&["shape"])).unwrap();
    put(&old, "a", "red").await;
    drop(old);

    let new = Dynamodb::file(&path, clock()).unwrap();
    new.open_table(&table(&["colour"])).unwrap();
    let mut other_keys = table(&[]);
    other_keys.keys[0].attribute = "id".to_owned();
    let refused = new.open_table(&other_keys).unwrap_err().to_string();
    assert_eq!(refused, "table Things: its keys are others than those of the data kept");
    let query = json!({
        "TableName": "Things", "IndexName": "by_colour", "KeyConditionExpression": "colour = :c",
        "ExpressionAttributeValues": {":c": {"S": "red"}},
    });
    let (_, found) = call(&new, "Query", query).await;
    assert_eq!(found["Count"], 1);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_request_that_aws_would_refuse_is_refused() {
    let database = open();
    for (operation, request, error) in [
        ("ExecuteStatement", json!({}), "UnknownOperationException"),
        ("PutItem", json!([]), "SerializationException"),
        ("PutItem", json!({"TableName": "Things", "Item": {"colour": {"S": "red"}}}), "ValidationException"),
        ("PutItem", json!({"TableName": "Nothing", "Item": {"pk": {"S": "a"}}}), "ResourceNotFoundException"),
        ("GetItem", json!({"TableName": "Things", "Key": {"pk": {"N": "1"}}}), "ValidationException"),
    ] {
        let (status, refused) = call(&database, operation, request).await;
        assert_eq!((status, refused["__type"].as_str().unwrap().split('#').nth(1).unwrap()), (400, error));
    }
}
