//! A customer's chat from the first question to the last stop, and a stranger's: each message that we send is understood
//! when it is answered, and the API shows what the phone showed.

use crate::bundle::{Bundle, TestBusiness};
use serde_json::{Value, json};
use world::Gateway;

const ANA: &str = "5511987654321";

/// The phone's texts from the business after it has written this, once everything has been done.
async fn after(bundle: &Bundle, business: &TestBusiness, phone: &str, text: &str) -> Vec<String> {
    let before = bundle.got(business, phone).len();
    bundle.write(business, phone, text);
    bundle.laptop.settled().await;
    let mut got = bundle.got(business, phone);
    println!("  {phone} > {text}");
    for text in got.iter().skip(before) {
        println!("< {text}");
    }
    got.split_off(before)
}

async fn customer(bundle: &Bundle, business: &TestBusiness, phone: &str) -> Value {
    bundle.get(&format!("/api/customers/{phone}"), &business.key).await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_registers_answers_stops_in_a_sentence_and_comes_back() {
    let bundle = Bundle::with(&[("BackstopSeconds", "5")]).await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    let registered = json!({"phone": ANA, "name": "ANA SOUZA"});
    bundle.post("/api/customers", &business.key, registered).await.expect(201);
    bundle.until("the question", async || !bundle.got(&business, ANA).is_empty()).await;
    let question = bundle.got(&business, ANA).remove(0);
    println!("< {question}");
    assert!(question.contains("Ana") && question.contains("e-mail") && question.contains("aniversário"), "{question}");
    assert!(!question.contains("cidade"), "{question}");

    let thanks = after(&bundle, &business, ANA, "Oi! É ana@example.com e nasci em 12/03/1990").await;
    assert!(thanks.len() == 1 && thanks[0].contains("e-mail") && thanks[0].contains("cidade"), "{thanks:?}");
    let ana = customer(&bundle, &business, ANA).await;
    assert_eq!((&ana["email"], &ana["birthday"]), (&json!("ana@example.com"), &json!("1990-03-12")));

    // Asked once more for two, and no further.
    let thanks = after(&bundle, &business, ANA, "feminino").await;
    assert!(thanks.len() == 1 && !thanks[0].contains('?'), "{thanks:?}");
    assert_eq!(after(&bundle, &business, ANA, "obrigada!").await, [] as [String; 0]);

    let told = after(&bundle, &business, ANA, "não quero mais receber essas promoções de vocês").await;
    assert!(told.len() == 1 && told[0].contains("VOLTAR"), "{told:?}");
    assert_eq!(after(&bundle, &business, ANA, "SAIR").await, [] as [String; 0]);
    assert_eq!(customer(&bundle, &business, ANA).await["marketing_consent"], false);
    let told = after(&bundle, &business, ANA, "voltar").await;
    assert!(told.len() == 1 && told[0].contains("SAIR"), "{told:?}");
    assert_eq!(after(&bundle, &business, ANA, "quero voltar aí amanhã com a Mel").await, [] as [String; 0]);

    let asked = after(&bundle, &business, ANA, "quero cancelar").await;
    assert!(asked.len() == 1 && asked[0].contains('?') && asked[0].contains("SAIR"), "{asked:?}");
    assert_eq!(after(&bundle, &business, ANA, "quero cancelar").await, [] as [String; 0]);
    let told = after(&bundle, &business, ANA, "sim, por favor").await;
    assert!(told.len() == 1 && told[0].contains("VOLTAR"), "{told:?}");
    assert_eq!(customer(&bundle, &business, ANA).await["marketing_consent"], false);

    let records = bundle.messages(&business).await;
    let mut shown: Vec<_> = records.iter().map(|it| it["content"]["text"].as_str().unwrap().to_owned()).collect();
    let mut got = bundle.got(&business, ANA);
    (shown.sort(), got.sort());
    assert_eq!(shown, got);
    bundle.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_asked_nothing_until_the_business_registers_them() {
    let bundle = Bundle::with(&[("BackstopSeconds", "5")]).await;
    let business = bundle.business(Gateway::CloudApi, 4_800).await;
    for text in ["quanto custa um banho?", "meu email é bia@example.com"] {
        assert_eq!(after(&bundle, &business, ANA, text).await, [] as [String; 0]);
    }
    let told = after(&bundle, &business, "5511987650009", "SAIR").await;
    assert_eq!(told.len(), 1, "{told:?}");
    bundle.post("/api/customers", &business.key, json!({"phone": ANA})).await.expect(200);
    bundle.until("the question", async || bundle.got(&business, ANA).len() == 1).await;
    bundle.end().await;
}

/// Outside the reply window a template goes, in the customer's language and for the occasion.
#[tokio::test(flavor = "multi_thread")]
async fn the_record_shows_the_template_as_the_phone_did() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::CloudApi, 4_800).await;
    bundle.customer(&business, ANA).await;
    for (load, points) in [("first", 50), ("second", -1)] {
        let load = json!({"phone": ANA, "points": points, "load_id": load});
        bundle.post("/api/points/load", &business.key, load).await.expect(201);
        bundle.laptop.settled().await;
    }
    let records = bundle.messages(&business).await;
    let shown: Vec<_> = records.iter().rev().map(|it| it["content"]["text"].as_str().unwrap()).collect();
    assert_eq!(shown, bundle.got(&business, ANA));
    assert!(
        records.iter().all(|it| it["sent_as"] == json!({"template": "pontos", "language": "pt_BR"})),
        "{records:?}"
    );
    let export = bundle.get(&format!("/api/customers/{ANA}/export"), &business.key).await.expect(200);
    let exported: Vec<_> = export["messages"].as_array().unwrap().iter().rev().map(|it| &it["text"]).collect();
    assert_eq!(exported, shown.iter().collect::<Vec<_>>());
    bundle.end().await;
}
