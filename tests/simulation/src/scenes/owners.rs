//! What owners write that is no answer: kept once, listed, and gone with the owner.

use super::people::{minutes_pass, write};
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Value, json};
use store::{Conversation, Turn, TurnFilter};
use world::{FaultKind, FaultRule};

const OWNER: &str = "5511990000001";

/// What a list of inbound messages has, as who wrote it and the text.
async fn inbound(scene: &Scene, business: &SceneBusiness, more: &str) -> Vec<(String, String)> {
    let told = scene.call("GET", &format!("/api/messages?direction=in{more}"), &business.key, None).await;
    assert_eq!((&told["messages"], &told["cursor"]), (&json!([]), &Value::Null), "{told}");
    let who =
        |it: &Value| ["owner_number_id", "customer_id"].iter().find_map(|name| it[name].as_str()).map(str::to_owned);
    let all = told["inbound"].as_array().unwrap();
    all.iter().map(|it| (who(it).unwrap(), it["text"].as_str().unwrap().to_owned())).collect()
}

fn texts(listed: &[(String, String)]) -> Vec<&str> {
    listed.iter().map(|(_, text)| text.as_str()).collect()
}

/// What the table has, whoever may read it.
async fn kept(scene: &Scene, business: &SceneBusiness) -> Vec<Turn> {
    let (id, now, none) = (business.id.parse().unwrap(), scene.stage.run.now(), TurnFilter::default());
    scene.stage.store.latest_turns(id, Conversation::Owners, &none, now, 100, None).await.unwrap().items
}

/// Every webhook comes twice. One owner is a customer too.
#[test]
fn what_an_owner_writes_is_kept_once_and_goes_with_the_owner() {
    play("2026-11-23T13:00:00Z", async |scene| {
        let (business, other) = (scene.open(1, "America/Sao_Paulo").await, scene.open(2, "America/Sao_Paulo").await);
        scene.stage.run.cloud().world.set_fault(FaultRule::always(FaultKind::WebhookTwice));
        let operator = scene.stage.client.operator();
        let path = format!("/api/businesses/{}", business.id);
        let both = json!({"owners": [{"name": "Rui", "phone": OWNER}, {"name": "Bia", "phone": BIA}]});
        let told = scene.call("PATCH", &path, operator, Some(both)).await;
        let of = |nth: usize| told["owners"][nth]["owner_id"].as_str().unwrap().to_owned();
        let (rui, bia) = (of(0), of(1));
        for phone in [ANA, BIA] {
            scene.register(&business, phone, "--03-01", json!([])).await;
        }
        for (phone, text) in [(OWNER, "Amanhã abrimos às dez."), (BIA, "Troquem o telefone"), (ANA, "Oi!")] {
            write(scene, &business, phone, text);
            minutes_pass(1).await;
        }
        let listed = inbound(scene, &business, "").await;
        let expected = [(bia.clone(), "Troquem o telefone"), (rui.clone(), "Amanhã abrimos às dez.")];
        assert_eq!(listed, expected.map(|(who, text)| (who, text.to_owned())));
        let of_rui = inbound(scene, &business, &format!("&owner_number_id={rui}")).await;
        assert_eq!(texts(&of_rui), ["Amanhã abrimos às dez."]);
        // As a customer she is heard, too.
        assert_eq!(texts(&inbound(scene, &business, &format!("&phone={BIA}")).await), ["Troquem o telefone"]);
        assert_eq!(texts(&inbound(scene, &business, &format!("&customer={ANA}")).await), ["Oi!"]);
        assert_eq!(inbound(scene, &other, "").await, []);
        for (query, status) in [
            (format!("direction=in&owner_number_id={}", other.id), 404),
            (format!("owner_number_id={}", other.id), 404),
            ("direction=in&status=sent".to_owned(), 400),
            ("direction=in&type=points".to_owned(), 400),
            (format!("direction=in&owner_number_id={rui}&phone={ANA}"), 400),
            ("direction=both".to_owned(), 400),
        ] {
            let refused = scene.stage.client.call("GET", &format!("/api/messages?{query}"), &business.key, None).await;
            assert_eq!(refused.status, status, "{query}");
        }
        let one = json!({"owners": [{"name": "Rui", "phone": OWNER}]});
        scene.call("PATCH", &path, operator, Some(one)).await;
        assert_eq!(texts(&inbound(scene, &business, "").await), ["Amanhã abrimos às dez."]);
        let left = kept(scene, &business).await;
        assert!(left.len() == 1 && left[0].owner_id.unwrap().to_string() == rui);
        scene.call("DELETE", &path, operator, None).await;
        minutes_pass(30).await;
        assert!(kept(scene, &business).await.is_empty());
    });
}
