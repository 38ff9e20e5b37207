//! The client against a real HTTP server, row by row of the documented answers.

use super::Whapi;
use crate::tests::{
    ANA, Act, Seen, against, ana, answer, choices, client, gateways, outbound, outcome, refusal, sent, sent_as,
    with_choices,
};
use crate::{Adapter, Address, Body, ChatOutcome, Health, SearchOutcome, SendOutcome, Sought};
use chrono::{DateTime, Utc};
use domain::{Gateway, Phone, Refusal};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn whapis_answers() {
    let refused = |status: u16| answer(status, &json!({"error": {"code": status, "message": "…", "details": "…"}}));
    let message = json!({"id": "AbC-dEf", "type": "text", "chat_id": "…", "from_me": true, "status": "pending"});
    for (act, expected) in [
        (refused(400), Some(Refusal::BadRequest)),
        (refused(401), Some(Refusal::SenderDisconnected)),
        (refused(402), Some(Refusal::SenderRestricted)),
        (refused(403), Some(Refusal::Undeliverable)),
        (refused(404), Some(Refusal::BadRequest)),
        (refused(413), Some(Refusal::BadRequest)),
        (refused(429), Some(Refusal::RateLimited { after: None })),
        (
            Act::Answer(429, "retry-after: 60\r\n", "{}".to_owned()),
            Some(Refusal::RateLimited { after: Some(Duration::from_secs(60)) }),
        ),
        (refused(503), Some(Refusal::Retry)),
        (answer(200, &json!({"sent": false})), Some(Refusal::Retry)),
        (refused(408), None),
        (refused(500), None),
        (refused(502), None),
        (refused(504), None),
        (answer(200, &json!({"sent": true})), None),
        (Act::Answer(200, "", "OK".to_owned()), None),
    ] {
        let outcome = outcome(Gateway::Whapi, act.clone()).await;
        assert_eq!(refusal(&outcome), expected, "{act:?}: {outcome:?}");
        assert_eq!(matches!(outcome, SendOutcome::Perhaps { .. }), expected.is_none(), "{act:?}: {outcome:?}");
    }

    let template = Body::Template { sent_as: sent_as("t", "es", "Hola"), parameters: vec![], payloads: vec![] };
    let accepted = answer(200, &json!({"sent": true, "message": message}));
    let (outcome, seen) = sent(Gateway::Whapi, accepted, ana(), template).await;
    assert!(outcome == SendOutcome::Accepted { gateway_message_id: "AbC-dEf".to_owned() });
    assert!(seen[0].head.starts_with("POST /messages/text HTTP/1.1\r\n"), "{}", seen[0].head);
    assert!(seen[0].head.to_ascii_lowercase().contains("authorization: bearer token"));
    assert_eq!(
        seen[0].body,
        json!({"to": "5511999990001@s.whatsapp.net", "body": "Hola", "typing_time": 0, "no_link_preview": true})
    );
}

#[tokio::test]
async fn whapi_takes_buttons_or_gets_the_choices_as_a_text() {
    let message = json!({"id": "AbC-dEf", "type": "interactive", "from_me": true, "status": "pending"});
    let accepted = || answer(200, &json!({"sent": true, "message": message}));
    let error = |status: u16| answer(status, &json!({"error": {"code": status, "message": "…"}}));
    let send = async |acts: &[Act]| {
        against(acts, |url| async move {
            client(&gateways(&url), Gateway::Whapi).send(&outbound(ana(), with_choices())).await
        })
        .await
    };
    let to = "5511999990001@s.whatsapp.net";
    let (outcome, seen) = send(&[accepted()]).await;
    assert!(outcome == SendOutcome::Accepted { gateway_message_id: "AbC-dEf".to_owned() });
    assert!(seen[0].head.starts_with("POST /messages/interactive HTTP/1.1\r\n"), "{}", seen[0].head);
    let reply = |id: &str, title: &str| json!({"type": "quick_reply", "id": id, "title": title});
    let buttons = json!([reply("appointment/7/come", "Vou"), reply("appointment/7/cannot", "Não posso")]);
    assert_eq!(
        seen[0].body,
        json!({"to": to, "type": "button", "body": {"text": "Você vem?"}, "action": {"buttons": buttons}})
    );
    for status in [400, 404, 405] {
        let (outcome, seen) = send(&[error(status), accepted()]).await;
        assert!(matches!(outcome, SendOutcome::Accepted { .. }), "{outcome:?}");
        assert!(seen[1].head.starts_with("POST /messages/text "), "{}", seen[1].head);
        assert_eq!(seen[1].body["body"], "Você vem?\n\n1 – Vou\n2 – Não posso");
    }
    // What may have been taken, or says something of the sender, is not tried in another way.
    for status in [401, 403, 429, 500, 503] {
        let (outcome, seen) = send(&[error(status), accepted()]).await;
        assert!(!matches!(outcome, SendOutcome::Accepted { .. }) && seen.len() == 1, "{status}: {outcome:?}");
    }
}

#[tokio::test]
async fn whapi_shows_a_message_with_buttons_in_whichever_form_it_left() {
    let at = claimed().timestamp();
    let message = |id: &str, kind: &str, content: serde_json::Value| json!({"id": id, "from_me": true, "type": kind, "timestamp": at, kind: content});
    let found = json!({"messages": [
        message("buttons", "interactive", json!({"body": {"text": "Você vem?"}, "action": {"buttons": []}})),
        message("numbers", "text", json!({"body": "Você vem?\n\n1 – Vou\n2 – Não posso"})),
        message("other", "interactive", json!({"body": {"text": "Outra?"}})),
    ]});
    let (evidence, _) = against(&[answer(200, &found)], |url| async move {
        let sought = Sought { to: ana(), text: "Você vem?".to_owned(), buttons: choices(), since: claimed() };
        client(&gateways(&url), Gateway::Whapi).find_sent(&sought).await
    })
    .await;
    let ids = ["buttons", "numbers"].map(str::to_owned).to_vec();
    assert!(evidence == SearchOutcome::Found { gateway_message_ids: ids }, "{evidence:?}");
}

fn claimed() -> DateTime<Utc> {
    "2026-11-21T18:00:00Z".parse().unwrap()
}

async fn look(acts: &[Act], to: Address) -> (SearchOutcome, Vec<Seen>) {
    against(acts, |url| async move {
        let sought = Sought { to, text: "Olá, Ana\n20 pontos ".to_owned(), buttons: vec![], since: claimed() };
        client(&gateways(&url), Gateway::Whapi).find_sent(&sought).await
    })
    .await
}

#[tokio::test]
async fn whapi_shows_what_left_in_a_chat() {
    let chat = || Address::Chat(format!("{ANA}@s.whatsapp.net"));
    let at = |seconds: i64| claimed().timestamp() + seconds;
    let text = |id: &str, from_me: bool, seconds: i64, text: &str| json!({"id": id, "from_me": from_me, "type": "text", "timestamp": at(seconds), "text": {"body": text}});
    let found = json!({"count": 7, "messages": [
        text("later", true, 60, "Olá, Ana\r\n20 pontos"),
        text("ours", true, 1, "Olá, Ana\n20 pontos"),
        text("theirs", false, 2, "Olá, Ana\n20 pontos"),
        text("before", true, -6, "Olá, Ana\n20 pontos"),
        text("other", true, 3, "Olá, Ana\n30 pontos"),
        {"id": "failed", "from_me": true, "status": "failed", "timestamp": at(1), "text": {"body": "Olá, Ana\n20 pontos"}},
        {"id": "preview", "from_me": true, "timestamp": at(0), "link_preview": {"body": "Olá, Ana\n20 pontos"}}, null]});
    let (evidence, seen) = look(&[answer(200, &found)], chat()).await;
    let ids = ["preview", "ours", "later"].map(str::to_owned).to_vec();
    assert!(evidence == SearchOutcome::Found { gateway_message_ids: ids });
    let path =
        format!("GET /messages/list/5511999990001%40s.whatsapp.net?from_me=true&time_from={}&count=100 ", at(-5));
    assert!(seen[0].head.starts_with(&path), "{}", seen[0].head);

    for (act, expected) in [
        (answer(200, &json!({"messages": []})), SearchOutcome::NotFound),
        (answer(404, &json!({"error": {"code": 404, "message": "…"}})), SearchOutcome::NotFound),
        (answer(200, &json!({})), SearchOutcome::Unavailable { reason: "http_200".to_owned() }),
        (answer(500, &json!({})), SearchOutcome::Unavailable { reason: "http_500".to_owned() }),
        (Act::HangUp, SearchOutcome::Unavailable { reason: "connection_lost".to_owned() }),
    ] {
        assert!(look(std::slice::from_ref(&act), chat()).await.0 == expected, "{act:?}");
    }
}

#[tokio::test]
async fn whapi_is_asked_under_both_spellings_of_a_number() {
    let none = || answer(404, &json!({}));
    for (number, other) in [(ANA, "551199990001"), ("525512345678", "5215512345678"), ("5491112345678", "541112345678")]
    {
        let to = Address::Phone(Phone::from_gateway(number).unwrap());
        let (evidence, seen) = look(&[none(), none()], to).await;
        assert!(evidence == SearchOutcome::NotFound);
        assert_eq!(seen.len(), 2, "{number}");
        assert!(seen[1].head.starts_with(&format!("GET /messages/list/{other}%40s")), "{}", seen[1].head);
    }
    let colombian = Address::Phone(Phone::from_gateway("573001234567").unwrap());
    assert_eq!(look(&[none()], colombian).await.1.len(), 1);
}

#[tokio::test]
async fn a_channels_health() {
    let ask = |act: Act| async move {
        let acts = [act];
        against(&acts, |url| async move { client(&gateways(&url), Gateway::Whapi).health().await }).await
    };
    let named = |name: &str| answer(200, &json!({"status": {"code": 1, "text": name}}));
    let (health, seen) = ask(named("AUTH")).await;
    assert_eq!(health, Health::Connected);
    assert!(seen[0].head.starts_with("GET /health?wakeup=false "));
    assert_eq!(ask(named("QR")).await.0, Health::NeedsLogin);
    assert_eq!(ask(named("SYNC_ERROR")).await.0, Health::Disconnected);
    assert_eq!(ask(answer(500, &json!({}))).await.0, Health::Unknown);
}

#[test]
fn an_address_is_a_chat_or_a_phone() {
    let phone = Phone::from_gateway(ANA).unwrap();
    let chat = format!("{ANA}@s.whatsapp.net");
    assert_eq!(Whapi.address(Some(&phone), Some("BR.1"), Some(&chat)), Some(Address::Chat(chat.clone())));
    assert_eq!(Whapi.address(Some(&phone), Some("BR.1"), Some("1@lid")), Some(ana()));
    assert_eq!(Whapi.address(None, Some("BR.1"), Some("1@lid")), None);
}

#[test]
fn numbers_that_whatsapp_may_know_otherwise_are_looked_up() {
    for (number, expected) in [
        ("5531987650101", true),
        ("5592981720105", true),
        ("525512345678", true),
        (ANA, false),
        ("5528999990001", false),
        ("551133334444", false),
        ("573001234567", false),
        ("5491112345678", false),
    ] {
        assert_eq!(Whapi.has_to_find_chat(&Phone::from_gateway(number).unwrap()), expected, "{number}");
    }
}

#[tokio::test]
async fn whapi_is_asked_for_a_chat() {
    let ask = |act: Act| async move {
        let phone = Phone::from_gateway("5531987650101").unwrap();
        against(&[act], |url| async move { client(&gateways(&url), Gateway::Whapi).find_chat(&phone).await }).await
    };
    let contact = |contact: serde_json::Value| answer(200, &json!({"contacts": [contact]}));
    let found = || ChatOutcome::Found("553187650101@s.whatsapp.net".to_owned());
    let (chat, seen) =
        ask(contact(json!({"input": "5531987650101", "status": "valid", "wa_id": "553187650101"}))).await;
    assert_eq!(chat, found());
    assert!(seen[0].head.starts_with("POST /contacts HTTP/1.1\r\n"), "{}", seen[0].head);
    assert_eq!(seen[0].body, json!({"blocking": "wait", "force_check": false, "contacts": ["5531987650101"]}));
    let whole = contact(json!({"status": "valid", "wa_id": "553187650101@s.whatsapp.net"}));
    assert_eq!(ask(whole).await.0, found());
    assert_eq!(ask(contact(json!({"input": "5531987650101", "status": "invalid"}))).await.0, ChatOutcome::Nobody);
    for (act, expected) in [
        (contact(json!({"status": "valid", "wa_id": "1@lid"})), Refusal::Retry),
        (answer(200, &json!({"contacts": []})), Refusal::Retry),
        (answer(400, &json!({})), Refusal::Retry),
        (answer(401, &json!({})), Refusal::SenderDisconnected),
        (answer(402, &json!({})), Refusal::SenderRestricted),
        (answer(429, &json!({})), Refusal::RateLimited { after: None }),
        (answer(500, &json!({})), Refusal::Retry),
        (Act::HangUp, Refusal::Retry),
    ] {
        let outcome = ask(act.clone()).await.0;
        assert!(matches!(outcome, ChatOutcome::Refused { refusal, .. } if refusal == expected), "{act:?}: {outcome:?}");
    }
}
