//! The nightly sync: what has drifted is put right by the morning, whatever crashes, and a business that is closed leaves no
//! index.

use super::people::{customer, minutes_pass};
use super::{ANA, BIA, Scene, SceneBusiness, play};
use crate::drift::BUCKET;
use chrono::{DateTime, Utc};
use domain::{BusinessId, CustomerId};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use search::{Change, Index, Row, Snapshot};
use serde_json::{Value, json};
use uuid::Uuid;

/// At two o'clock in São Paulo it is five.
const BEGIN: &str = "2026-11-25T12:00:00Z";
const MORNING: &str = "2026-11-26T06:00:00Z";

async fn open(scene: &Scene) -> SceneBusiness {
    let business = scene.open(1, "America/Sao_Paulo").await;
    for phone in [ANA, BIA] {
        scene.register(&business, phone, "--03-01", json!([])).await;
    }
    business
}

async fn buy(scene: &Scene, business: &SceneBusiness, invoice: &str, phone: &str, at: DateTime<Utc>) {
    let line = json!({"product": "Banho", "ingredients": ["Frango"], "amount": 90});
    let body = json!({"invoice_id": invoice, "phone": phone, "at": at, "total": 90, "lines": [line]});
    scene.call("POST", "/api/purchases", &business.key, Some(body)).await;
}

async fn id(scene: &Scene, business: &SceneBusiness, phone: &str) -> CustomerId {
    customer(scene, business, phone).await["customer_id"].as_str().unwrap().parse().unwrap()
}

fn index(scene: &Scene) -> Index {
    Index::new(scene.stage.app.bucket(BUCKET))
}

async fn newest(scene: &Scene, business: &SceneBusiness) -> Snapshot {
    index(scene).open(business.id.parse().unwrap()).await.unwrap()
}

/// Writes into the index what no record says.
async fn spoil(scene: &Scene, business: &SceneBusiness, changes: Vec<Change>) {
    let base = newest(scene, business).await;
    let (now, attempt) = (scene.stage.run.now(), scene.stage.app.attempt());
    index(scene).commit(&base, changes, now, &attempt).await.unwrap();
}

/// Writes into a record what no purchase says.
async fn spend(scene: &Scene, business: &SceneBusiness, customer: CustomerId) {
    let (store, id): (_, BusinessId) = (&scene.stage.store, business.id.parse().unwrap());
    let known = store.customer(id, customer).await.unwrap().unwrap();
    let mut other = known.record.clone();
    other.statistics.total_spent += 700;
    other.statistics.purchases += 3;
    store.update_customer(id, &known, &other, &scene.stage.app.attempt()).await.unwrap();
}

async fn synced(scene: &Scene, business: &SceneBusiness) -> Value {
    scene.call("GET", &format!("/api/businesses/{}/sync", business.id), &business.key, None).await
}

async fn found(scene: &Scene, business: &SceneBusiness) -> Vec<Value> {
    let mut answer = scene.call("POST", "/api/customers/search", &business.key, Some(json!({}))).await;
    assert_eq!(answer["total"].as_u64().map(|total| total as usize), answer["customers"].as_array().map(Vec::len));
    answer["customers"].as_array_mut().map(std::mem::take).unwrap()
}

fn somebody(row: &Row) -> Row {
    Row { customer_id: CustomerId(Uuid::from_u128(7)), ..row.clone() }
}

#[test]
fn a_night_puts_right_what_has_drifted() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        // Bought long ago and recorded today.
        buy(scene, &business, "a", ANA, "2026-03-01T12:00:00Z".parse().unwrap()).await;
        minutes_pass(2).await;
        let (ana, bia) = (id(scene, &business, ANA).await, id(scene, &business, BIA).await);
        assert_eq!(
            synced(scene, &business).await,
            json!({
                "next_at": "2026-11-26T05:00:00Z", "next_is_whole": false, "running": null, "last": [],
            })
        );

        spend(scene, &business, ana).await;
        minutes_pass(2).await;
        let row = newest(scene, &business).await.row(ana).unwrap();
        assert_eq!((row.total_spent, row.purchases), (9_700, 4));
        spoil(scene, &business, vec![Change::Remove(bia), Change::Put(Box::new(somebody(&row)))]).await;
        minutes_pass(1).await;
        assert_eq!(found(scene, &business).await.len(), 2);

        scene.until(MORNING).await;
        let told = customer(scene, &business, ANA).await;
        assert_eq!((&told["total_spent"], &told["purchases"]), (&json!(90.0), &json!(1)));
        let index = newest(scene, &business).await;
        assert_eq!(index.customers_after(None, 9).len(), 2);
        assert_eq!((index.row(ana).unwrap().total_spent, index.row(bia).is_some()), (9_000, true));
        assert_eq!(found(scene, &business).await.len(), 2);
        let report = &synced(scene, &business).await["last"][0];
        let counts = |name: &str| report[name].as_u64().unwrap();
        assert_eq!((counts("customers_counted"), counts("customers_repaired")), (1, 1));
        assert_eq!((counts("rows_repaired"), counts("rows_removed"), counts("customers_compared")), (1, 1, 2));
        assert_eq!((&report["whole"], counts("customers"), counts("unreadable")), (&json!(false), 2, 0));
        assert!(report["started_at"].as_str().unwrap().starts_with("2026-11-26T05:0"), "{report}");
        assert!(report["ended_at"].as_str().unwrap().starts_with("2026-11-26T05:0"), "{report}");

        // In the next night nothing is left to do.
        scene.until("2026-11-27T06:00:00Z").await;
        let state = synced(scene, &business).await;
        let report = &state["last"][0];
        assert_eq!((&state["next_at"], state["last"].as_array().unwrap().len()), (&json!("2026-11-28T05:00:00Z"), 2));
        for name in ["customers_counted", "customers_repaired", "days_renewed", "rows_repaired", "rows_removed"] {
            assert_eq!(report[name], 0, "{name}");
        }
    });
}

/// A deployment from before there was a search: no sync, no index, no purchases by the day of their recording.
#[test]
fn a_whole_sync_indexes_the_customers_from_before() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        buy(scene, &business, "a", ANA, "2026-11-20T12:00:00Z".parse().unwrap()).await;
        minutes_pass(2).await;
        spend(scene, &business, id(scene, &business, ANA).await).await;
        minutes_pass(2).await;
        index(scene).erase(business.id.parse().unwrap()).await.unwrap();
        let cloud = scene.stage.run.cloud();
        let row = json!({"TableName": cloud.names.table("Automations").unwrap(),
            "Key": {"pk": {"S": business.id}, "sk": {"S": "sync"}}});
        cloud.dynamodb.handle("DynamoDB_20120810.DeleteItem", row.to_string().as_bytes()).await;
        assert_eq!(synced(scene, &business).await["next_at"], Value::Null);
        minutes_pass(1).await;
        assert_eq!(found(scene, &business).await.len(), 0);

        let path = format!("/api/businesses/{}/sync", business.id);
        let (client, operator) = (&scene.stage.client, scene.stage.client.operator());
        assert_eq!(client.call("POST", &path, &business.key, None).await.status, 403);
        for _ in 0..2 {
            let asked = client.call("POST", &path, operator, None).await;
            assert_eq!((asked.status, &asked.body["next_is_whole"]), (202, &json!(true)));
        }
        minutes_pass(3).await;
        assert_eq!(found(scene, &business).await.len(), 2);
        let state = synced(scene, &business).await;
        let report = &state["last"][0];
        assert_eq!((&report["whole"], &report["rows_repaired"]), (&json!(true), &json!(2)));
        assert_eq!((&report["customers_counted"], &report["customers_repaired"]), (&json!(2), &json!(1)));
        assert_eq!((&state["next_at"], &state["running"]), (&json!("2026-11-26T05:00:00Z"), &Value::Null));
        assert_eq!(state["last"].as_array().unwrap().len(), 1);
    });
}

/// Wherever the work of a night is cut off, several times even: by the morning all is right, and nothing is left of it.
#[test]
fn a_night_ends_well_wherever_it_is_cut_off() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let (ana, bia) = (id(scene, &business, ANA).await, id(scene, &business, BIA).await);
        let first: DateTime<Utc> = MORNING.parse().unwrap();
        for night in 0..40_u64 {
            let morning = first + chrono::TimeDelta::days(night.cast_signed());
            buy(scene, &business, &format!("i{night}"), ANA, scene.stage.run.now()).await;
            minutes_pass(2).await;
            spend(scene, &business, ana).await;
            minutes_pass(2).await;
            let row = newest(scene, &business).await.row(ana).unwrap();
            spoil(scene, &business, vec![Change::Remove(bia), Change::Put(Box::new(somebody(&row)))]).await;
            scene.stage.run.faults.crash("SyncCustomersFunction", [night, night + 1, night + 2]);
            scene.until(&morning.to_rfc3339()).await;
            minutes_pass(2).await;
            let told = customer(scene, &business, ANA).await;
            assert_eq!(told["purchases"], night + 1, "night {night}");
            let index = newest(scene, &business).await;
            assert_eq!(u64::from(index.row(ana).unwrap().purchases), night + 1, "night {night}");
            assert_eq!((index.customers_after(None, 9).len(), index.row(bia).is_some()), (2, true), "night {night}");
            assert_eq!(synced(scene, &business).await["running"], Value::Null, "night {night}");
        }
    });
}

#[test]
fn a_damaged_index_is_begun_anew() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        minutes_pass(2).await;
        let s3 = &scene.stage.run.cloud().s3;
        let manifests = s3.keys(BUCKET, &business.id).into_iter().filter(|key| key.contains("/manifest/"));
        let path = Path::from(manifests.max().unwrap());
        scene.stage.app.bucket(BUCKET).put(&path, "spoilt".into()).await.unwrap();
        assert!(index(scene).open(business.id.parse().unwrap()).await.is_err());
        scene.until(MORNING).await;
        assert_eq!(newest(scene, &business).await.customers(), 2);
        assert_eq!(found(scene, &business).await.len(), 2);
    });
}

#[test]
fn a_business_that_is_closed_leaves_no_index() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        minutes_pass(2).await;
        let s3 = &scene.stage.run.cloud().s3;
        assert!(!s3.keys(BUCKET, &business.id).is_empty());
        let path = format!("/api/businesses/{}", business.id);
        scene.call("DELETE", &path, scene.stage.client.operator(), None).await;
        minutes_pass(120).await;
        assert_eq!(s3.keys(BUCKET, &business.id), [] as [String; 0]);
        let business = business.id.parse().unwrap();
        assert_eq!(scene.stage.store.sync(business).await.unwrap(), None);
    });
}
