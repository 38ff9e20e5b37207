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
        let vip = &counted["segments"][8];
        assert_eq!(vip["why_empty"], json!("No customer has the label VIP, and none has come or bought 20 times."));

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

/// A saved search counts what it finds now, and a campaign for it goes to these customers and to nobody else, whatever
/// becomes of the search meanwhile.
#[test]
fn a_campaign_goes_to_those_whom_a_saved_search_finds() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        for (nth, city) in [(1, "Santos"), (2, "São Paulo"), (3, "santos"), (4, "Santos")] {
            let body = json!({"phone": format!("5511987650{nth:03}"), "name": format!("Ana {nth}"), "city": city,
                "email": "a@example.com", "birthday": "--03-01", "gender": "female", "marketing_consent": true});
            scene.call("POST", "/api/customers", &business.key, Some(body)).await;
        }
        minutes_pass(1).await;
        let path = "/api/searches/of-santos";
        let of_santos = json!({"city": "SANTOS", "minTotalSpent": 0, "sort": "-totalSpent"});
        let saved = scene.call("PUT", path, &business.key, Some(of_santos)).await;
        assert_eq!((&saved["total"], &saved["search"]["city"]), (&json!(3), &json!("SANTOS")), "{saved}");
        assert_eq!(saved["search"]["minTotalSpent"], json!(0.0));
        let listed = scene.call("GET", "/api/searches", &business.key, None).await;
        assert_eq!((&listed["searches"][0]["name"], &listed["searches"][0]["total"]), (&json!("of-santos"), &json!(3)));

        let make = |id: &str, search: &str| json!({"campaign_id": id, "name": "Santos", "audience": {"search": search}, "message": "Oi, {{name}}!"});
        let refused =
            scene.stage.client.call("POST", "/api/campaigns", &business.key, Some(&make("x", "unknown"))).await.body;
        assert_eq!(refused["errors"][0]["pointer"], json!("/audience/search"), "{refused}");
        scene.call("POST", "/api/campaigns", &business.key, Some(make("santos", "of-santos"))).await;
        let counted = scene.call("GET", "/api/campaigns/santos/preflight", &business.key, None).await;
        assert_eq!(counted["recipients"], json!(3), "{counted}");

        // The search changes and goes; the campaign stays as it was made, and the same call makes no other one.
        scene.call("PUT", path, &business.key, Some(json!({"city": "São Paulo"}))).await;
        let again = scene.call("POST", "/api/campaigns", &business.key, Some(make("santos", "of-santos"))).await;
        assert_eq!(again["status"], json!("draft"));
        scene.call("DELETE", path, &business.key, None).await;
        let gone = scene.stage.client.call("GET", path, &business.key, None).await;
        assert_eq!(gone.status, 404);

        // Somebody who has left since the index was written is left out.
        scene.call("DELETE", "/api/customers/5511987650004", &business.key, None).await;
        scene.call("POST", "/api/campaigns/santos/start", &business.key, None).await;
        minutes_pass(4).await;
        let told = scene.call("GET", "/api/campaigns/santos", &business.key, None).await;
        assert_eq!(
            (&told["status"], &told["audience"]),
            (&json!("finished"), &json!({"search": "of-santos"})),
            "{told}"
        );
        let got = |nth: u32| scene.got(&business, &format!("5511987650{nth:03}")).len();
        assert_eq!([got(1), got(2), got(3), got(4)], [1, 0, 1, 0]);
    });
}

#[test]
fn a_saved_search_has_a_plain_name_and_no_page() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let put = async |name: &str, body: Value| {
            scene.stage.client.call("PUT", &format!("/api/searches/{name}"), &business.key, Some(&body)).await.body
        };
        let refused = put("a:b", json!({})).await;
        assert_eq!(refused["errors"][0]["pointer"], json!("/name"), "{refused}");
        let refused = put("a", json!({"cursor": "x"})).await;
        assert_eq!(refused["errors"][0]["pointer"], json!("/cursor"), "{refused}");
        for nth in 0..100 {
            assert_eq!(put(&format!("s{nth}"), json!({})).await["total"], json!(0));
        }
        assert_eq!(put("s100", json!({})).await["status"], json!(409));
        assert_eq!(put("s99", json!({"vip": true})).await["search"], json!({"vip": true}));
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
