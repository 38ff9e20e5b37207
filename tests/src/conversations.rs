//! Conversations with the assistant, by the real programs.

use crate::bundle::Bundle;
use serde_json::json;
use world::Gateway;

const ANA: &str = "5511987654321";

/// Two businesses, as of the assistant's instructions each has its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_answered_and_the_record_learns_of_it_once() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    let settings =
        json!({"instructions": "Cães e gatos.", "services": [{"name": "Banho", "minutes": 60, "price": "70.00"}]});
    let path = format!("/api/businesses/{}", business.id);
    let changed = json!({"settings": settings});
    bundle.call("PATCH", &path, &business.key, Some(&changed)).await.expect(200);
    bundle.customer(&business, ANA).await;
    for text in ["oi", "quanto custa o banho?"] {
        bundle.write(&business, ANA, text);
    }
    bundle.until("the answer", async || bundle.got(&business, ANA).iter().any(|text| text.contains("70"))).await;
    let customer = format!("/api/customers/{ANA}");
    let record = async || bundle.get(&customer, &business.key).await.expect(200);
    bundle.until("the record learns of it", async || record().await["thread_token_count"].as_u64() > Some(0)).await;
    let first = record().await["thread_token_count"].as_u64().unwrap();
    assert_eq!(bundle.got(&business, ANA).len(), 1);

    bundle.write(&business, ANA, "quero falar com uma pessoa");
    bundle.until("the owner is told", async || !bundle.got(&business, "5511912340000").is_empty()).await;
    let listed = async |state: &str| {
        let page = bundle.get(&format!("/api/conversations?state={state}"), &business.key).await.expect(200);
        page["conversations"].as_array().unwrap().iter().map(|it| it["phone"].clone()).collect::<Vec<_>>()
    };
    bundle.until("the chat waits for a person", async || listed("human").await == [json!(ANA)]).await;
    let turn = async |does: &str| {
        let path = format!("/api/conversations/{ANA}/{does}");
        bundle.call("POST", &path, &business.key, None).await.expect(200)["handover"]["stage"].clone()
    };
    assert_eq!(turn("takeover").await, "taken");
    bundle.write(&business, ANA, "quanto custa o banho?");
    let said = bundle.got(&business, ANA).len();
    bundle.laptop.settled().await;
    assert_eq!(bundle.got(&business, ANA).len(), said, "the assistant is silent");
    assert_eq!(turn("release").await, serde_json::Value::Null);
    bundle.until("what waited is answered", async || bundle.got(&business, ANA).len() > said).await;
    bundle.until("tokens add up", async || record().await["thread_token_count"].as_u64() > Some(first)).await;
    bundle.end().await;
}
