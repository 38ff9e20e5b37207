//! The search of customers: what changes is found about a minute later, whatever fails meanwhile.

use super::people::minutes_pass;
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Value, json};

const BEGIN: &str = "2026-11-25T12:00:00Z";

async fn open(scene: &Scene) -> SceneBusiness {
    let sender =
        json!({"gateway": "whapi", "address": "CHANNEL-1", "credentials": {"token": "t1", "webhook_secret": "s"}});
    scene.open_with_locale(1, "pt-BR", "America/Sao_Paulo", sender).await
}

async fn found(scene: &Scene, business: &SceneBusiness, search: Value) -> (u64, Vec<String>) {
    let answer = scene.call("POST", "/api/customers/search", &business.key, Some(search)).await;
    let names = answer["customers"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap_or("?").to_owned());
    (answer["total"].as_u64().unwrap(), names.collect())
}

#[test]
fn a_customer_is_found_as_they_are_a_minute_later() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        assert_eq!(found(scene, &business, json!({})).await, (0, vec![]));
        for (phone, name, city) in [(ANA, "João da Silva", "São  Paulo"), (BIA, "Bia", "Santos")] {
            let body = json!({"phone": phone, "name": name, "city": city, "email": "a@example.com", "birthday": "--03-01",
                "gender": "male", "marketing_consent": true});
            scene.call("POST", "/api/customers", &business.key, Some(body)).await;
        }
        minutes_pass(1).await;
        assert_eq!(found(scene, &business, json!({"name": "joao"})).await, (1, vec!["João da Silva".to_owned()]));
        assert_eq!(found(scene, &business, json!({"name": "silv", "city": "sao paulo"})).await.0, 1);
        assert_eq!(found(scene, &business, json!({"name": "oao"})).await.0, 0);

        let bought = |invoice: &str, phone: &str, at: &str, total: u32| {
            json!({"invoice_id": invoice, "phone": phone, "at": at,
            "total": total, "lines": [{"product": "Ração Premium", "ingredients": ["frango"], "amount": total}]})
        };
        let purchases =
            [bought("1", ANA, "2026-11-24T23:00:00-03:00", 90), bought("2", BIA, "2026-11-20T10:00:00-03:00", 200)];
        scene.call("POST", "/api/purchases", &business.key, Some(json!({"purchases": purchases}))).await;
        minutes_pass(1).await;
        let search = json!({"favoriteProduct": "racao premium", "sort": "-totalSpent"});
        assert_eq!(found(scene, &business, search).await, (2, vec!["Bia".to_owned(), "João da Silva".to_owned()]));
        // The evening before is yesterday, and at midnight the day before.
        let yesterday = json!({"maxDaysSinceLastPurchase": 1, "minDaysSinceLastPurchase": 1});
        assert_eq!(found(scene, &business, yesterday.clone()).await, (1, vec!["João da Silva".to_owned()]));
        minutes_pass(15 * 60).await;
        assert_eq!(found(scene, &business, yesterday).await.0, 0);
        assert_eq!(found(scene, &business, json!({"minAverageTicket": "150.00", "minPurchases": 1})).await.0, 1);

        // Each customer is in one of the first eight segments, and the others are counted beside them.
        let counted = scene.call("GET", "/api/segments?frequent=2", &business.key, None).await;
        let counts: Vec<(&str, u64)> = counted["segments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (it["name"].as_str().unwrap(), it["customers"].as_u64().unwrap()))
            .collect();
        assert_eq!(counts.iter().take(8).map(|(_, count)| count).sum::<u64>(), 2, "{counts:?}");
        assert!(counts.contains(&("promising", 2)) && counts.contains(&("new", 2)) && counts.contains(&("vip", 0)));

        // A page after the other, while somebody joins in between.
        let page = json!({"limit": 1, "sort": "lastPurchase"});
        let first = scene.call("POST", "/api/customers/search", &business.key, Some(page.clone())).await;
        assert_eq!((first["total"].as_u64(), first["customers"][0]["name"].as_str()), (Some(2), Some("Bia")));
        let mut next = page;
        next["cursor"] = first["cursor"].clone();
        assert_eq!(found(scene, &business, next).await, (2, vec!["João da Silva".to_owned()]));

        scene.call("DELETE", &format!("/api/customers/{ANA}"), &business.key, None).await;
        minutes_pass(2).await;
        assert_eq!(found(scene, &business, json!({})).await, (1, vec!["Bia".to_owned()]));
        // Slow readers have an hour; after that no object has anything of the erased person.
        minutes_pass(90).await;
        let s3 = &scene.stage.run.cloud().s3;
        let holds = |key: &String| {
            let content = s3.content("recado-indexbucket", key).unwrap();
            content.windows(5).any(|it| it == "João".as_bytes())
        };
        let objects = s3.keys("recado-indexbucket", &business.id);
        assert!(!objects.is_empty() && !objects.iter().any(holds), "{objects:?}");
    });
}

#[test]
fn a_search_says_what_is_wrong_with_it() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let body = json!({"minTotalSpent": -1, "sort": "name", "limit": 201, "cty": "x"});
        let answer = scene.stage.client.call("POST", "/api/customers/search", &business.key, Some(&body)).await;
        let answer = answer.body;
        let pointers: Vec<&str> =
            answer["errors"].as_array().unwrap().iter().filter_map(|it| it["pointer"].as_str()).collect();
        assert_eq!(pointers, ["/cty", "/limit", "/minTotalSpent", "/sort"]);
    });
}
