//! Purchases: repeated, corrected, given back, out of order, several at once; the statistics that the API shows, and the
//! order of the people worth winning back.

use super::people::customer;
use super::{ANA, BIA, Scene, SceneBusiness, play};
use futures::future::join_all;
use serde_json::{Value, json};

fn invoice(id: &str, version: u64, at: &str, total: &str, products: &[&str]) -> Value {
    let line = |product: &&str| json!({"product": product, "ingredients": ["Frango"], "amount": total});
    let lines: Vec<Value> = products.iter().map(line).collect();
    json!({"invoice_id": id, "phone": ANA, "at": at, "total": total, "version": version, "lines": lines})
}

async fn record(scene: &Scene, business: &SceneBusiness, body: Value) -> (u16, Value) {
    let answer = scene.stage.client.call("POST", "/api/purchases", &business.key, Some(&body)).await;
    (answer.status, answer.body)
}

async fn purchases(scene: &Scene, business: &SceneBusiness) -> Vec<Value> {
    let mut page = scene.call("GET", &format!("/api/customers/{ANA}/purchases"), &business.key, None).await;
    page["purchases"].as_array_mut().map(std::mem::take).unwrap_or_default()
}

#[test]
fn an_invoice_counts_once_in_its_last_version_however_it_comes() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let first = invoice("a", 1, "2026-11-20T10:00:00-03:00", "145.00", &["Ração", "Banho"]);
        let (status, told) = record(scene, &business, first.clone()).await;
        assert_eq!((status, &told["outcome"]), (201, &json!("recorded")));
        let statistics = json!({
            "last_purchase_at": "2026-11-20T13:00:00Z", "purchases": 1, "total_spent": 145.0, "average_ticket": 145.0,
            "favorite_products": ["Banho", "Ração"], "favorite_ingredients": ["Frango"],
        });
        assert_eq!(told["statistics"], statistics);
        let (status, told) = record(scene, &business, first).await;
        assert_eq!((status, &told["outcome"], &told["statistics"]), (200, &json!("known"), &statistics));
        let other = invoice("a", 1, "2026-11-20T10:00:00-03:00", "146.00", &["Ração", "Banho"]);
        let (status, told) = record(scene, &business, other).await;
        assert_eq!((status, &told["type"]), (409, &json!("urn:recado:problem:invoice_differs")));

        // The third version comes before the second.
        record(scene, &business, invoice("b", 1, "2026-11-24T10:00:00-03:00", "60.5", &["banho"])).await;
        let (status, _) = record(scene, &business, invoice("b", 3, "2026-11-24T10:00:00-03:00", "0", &[])).await;
        assert_eq!(status, 201);
        let late = invoice("b", 2, "2026-11-24T10:00:00-03:00", "30.25", &["banho"]);
        let (status, told) = record(scene, &business, late).await;
        assert_eq!((status, &told["outcome"], &told["version"]), (200, &json!("older"), &json!(3)));
        assert_eq!(told["statistics"], statistics);

        let ana = customer(scene, &business, ANA).await;
        for field in ["last_purchase_at", "purchases", "total_spent", "favorite_products", "favorite_ingredients"] {
            assert_eq!(ana[field], statistics[field], "{field}");
        }
        // She was registered later than she bought.
        assert!(ana["last_contact_at"].as_str().unwrap() > "2026-11-25");
        let kept = purchases(scene, &business).await;
        let kept: Vec<_> = kept.iter().map(|it| (&it["invoice_id"], &it["total"], &it["version"])).collect();
        assert_eq!(kept, [(&json!("b"), &json!(0.0), &json!(3)), (&json!("a"), &json!(145.0), &json!(1))]);

        // All of the business, in the order in which they were recorded.
        let mut path = "/api/purchases?limit=1".to_owned();
        let mut listed = Vec::new();
        loop {
            let page = scene.call("GET", &path, &business.key, None).await;
            listed.extend(page["purchases"].as_array().unwrap().clone());
            let Some(cursor) = page["cursor"].as_str() else { break };
            path = format!("/api/purchases?limit=1&cursor={cursor}");
        }
        let told: Vec<_> = listed.iter().map(|it| (&it["invoice_id"], &it["phone"], &it["version"])).collect();
        assert_eq!(told, [(&json!("a"), &json!(ANA), &json!(1)), (&json!("b"), &json!(ANA), &json!(3))]);
        assert_eq!(listed[0]["customer_id"], ana["customer_id"]);
        let later = "/api/purchases?recorded_since=2026-11-26T00:00:00Z";
        assert_eq!(scene.call("GET", later, &business.key, None).await["purchases"], json!([]));
        let other = scene.open(2, "America/Sao_Paulo").await;
        assert_eq!(scene.call("GET", "/api/purchases", &other.key, None).await["purchases"], json!([]));
    });
}

#[test]
fn what_is_wrong_with_one_of_a_list_keeps_no_other_back() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let at = "2026-11-20T10:00:00-03:00";
        let list = json!({"purchases": [
            invoice("a", 1, at, "10", &["Banho"]),
            invoice("b", 1, "2027-11-20T10:00:00-03:00", "10.005", &["Banho"]),
            {"invoice_id": "c", "phone": BIA, "at": at, "total": 10, "lines": []},
            {"invoice_id": "d", "phone": ANA, "at": at, "total": 10, "lines": [], "currency": "USD"},
            invoice("a", 2, at, "20", &["Banho"]),
            {"phone": ANA, "at": at, "total": -1, "lines": [], "vat": 3},
        ]});
        let (status, told) = record(scene, &business, list).await;
        let results = told["results"].as_array().unwrap();
        let statuses: Vec<_> = results.iter().map(|it| it["status"].as_u64().unwrap()).collect();
        assert_eq!((status, statuses), (200, vec![201, 400, 404, 400, 201, 400]));
        let wrong = |nth: usize| -> Vec<&str> {
            let errors = results[nth]["problem"]["errors"].as_array().unwrap();
            errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect()
        };
        assert_eq!(wrong(1), ["/at", "/lines/0/amount", "/total"]);
        assert_eq!(wrong(3), ["/currency"]);
        assert_eq!(wrong(5), ["/invoice_id", "/total", "/vat"]);
        assert_eq!(results[4]["purchase"]["statistics"]["total_spent"], 20.0);
        assert_eq!(customer(scene, &business, ANA).await["purchases"], 1);

        let (status, told) = record(scene, &business, json!({"purchases": [], "phone": ANA})).await;
        assert_eq!((status, &told["errors"][0]["pointer"]), (400, &json!("/phone")));
    });
}

#[test]
fn many_at_once_all_count_and_each_once() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let given = (0..12).map(async |nth| {
            let id = format!("i{}", nth % 4);
            let body =
                invoice(&id, 1 + nth / 4, "2026-11-20T10:00:00-03:00", &format!("{}", 10 * (1 + nth / 4)), &["Banho"]);
            record(scene, &business, body).await.0
        });
        let statuses = join_all(given).await;
        assert!(statuses.iter().all(|status| [200, 201].contains(status)), "{statuses:?}");
        let ana = customer(scene, &business, ANA).await;
        assert_eq!((&ana["purchases"], &ana["total_spent"]), (&json!(4), &json!(120.0)));
        assert!(purchases(scene, &business).await.iter().all(|it| it["version"] == 3));
    });
}

/// Who bought for more comes first, whoever was there last.
#[test]
fn the_inactive_report_ranks_by_what_was_spent_and_how_often() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        for phone in [ANA, BIA] {
            scene.register(&business, phone, "--03-01", json!([])).await;
        }
        scene.change(&business, ANA, json!({"name": "Ana"})).await;
        scene.change(&business, BIA, json!({"name": "Bia"})).await;
        record(scene, &business, invoice("a", 1, "2026-11-20T10:00:00-03:00", "145.00", &["Banho"])).await;
        scene.until("2026-11-25T13:00:00Z").await;
        // Bia is in contact last, and has bought nothing that is worth as much.
        let bia = json!({"invoice_id": "b", "phone": BIA, "at": "2026-11-25T12:30:00Z", "total": 5, "lines": []});
        record(scene, &business, bia).await;
        let limit = json!({"settings": {"inactive_days": 1}});
        let path = format!("/api/businesses/{}", business.id);
        scene.call("PATCH", &path, &business.key, Some(limit)).await;
        scene.until("2026-11-27T13:00:00Z").await;
        scene.call("POST", "/api/automation-events?event=inactive", &business.key, None).await;
        scene.until("2026-11-27T13:10:00Z").await;
        let report = scene.got(&business, "5511990000001").pop().unwrap().1;
        assert!(report.find("Ana").unwrap() < report.find("Bia").unwrap(), "{report}");
    });
}

#[test]
fn nothing_bought_is_left_of_one_who_is_erased_and_the_export_shows_it_before() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let bought = invoice("a", 1, "2026-11-20T10:00:00-03:00", "145.00", &["Banho"]);
        record(scene, &business, bought.clone()).await;
        let export = scene.call("GET", &format!("/api/customers/{ANA}/export"), &business.key, None).await;
        assert_eq!(export["purchases"][0]["lines"][0]["product"], "Banho");
        assert_eq!(export["customer"]["favorite_products"], json!(["Banho"]));
        scene.call("DELETE", &format!("/api/customers/{ANA}"), &business.key, None).await;
        scene.until("2026-11-25T12:30:00Z").await;
        assert_eq!(record(scene, &business, bought.clone()).await.0, 404);
        // The same number, and the same invoice, of somebody who comes anew.
        scene.register(&business, ANA, "--03-01", json!([])).await;
        assert_eq!(customer(scene, &business, ANA).await["purchases"], Value::Null);
        assert_eq!(record(scene, &business, bought).await.0, 201);
    });
}
