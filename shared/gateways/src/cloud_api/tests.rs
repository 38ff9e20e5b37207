//! The client against a real HTTP server, row by row of the documented answers.

use super::CloudApi;
use super::codes::meaning;
use crate::tests::{ANA, Act, ana, answer, choices, hello, outcome, refusal, sent, sent_as, with_choices};
use crate::{Adapter, Address, Body, SendOutcome};
use domain::{Gateway, Phone, Refusal};
use serde_json::{Value, json};
use std::time::Duration;

fn accepted() -> Act {
    answer(
        200,
        &json!({"messaging_product": "whatsapp", "contacts": [{"input": "+5511999990001", "wa_id": ANA}],
                "messages": [{"id": "wamid.XXX", "message_status": "accepted"}]}),
    )
}

fn code(code: i64) -> Value {
    json!({"error": {"message": format!("(#{code}) …"), "type": "OAuthException", "code": code,
                     "error_data": {"messaging_product": "whatsapp", "details": "…"}, "fbtrace_id": "x"}})
}

#[tokio::test]
async fn cloud_api_takes_text_template_and_user_id() {
    let (outcome, seen) = sent(Gateway::CloudApi, accepted(), ana(), hello()).await;
    assert!(outcome == SendOutcome::Accepted { gateway_message_id: "wamid.XXX".to_owned() });
    let head = seen[0].head.to_ascii_lowercase();
    assert!(head.starts_with("post /v26.0/200000000000002/messages http/1.1\r\n"), "{head}");
    assert!(
        head.contains("authorization: bearer access_token") && head.contains("content-type: application/json"),
        "{head}"
    );
    assert_eq!(
        seen[0].body,
        json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+5511999990001", "type": "text",
               "text": {"body": "Olá, Ana", "preview_url": false}, "biz_opaque_callback_data": "direct/run:42"})
    );

    let template = |parameters: &[&str]| Body::Template {
        sent_as: sent_as("order_update", "pt_BR", "Olá"),
        parameters: parameters.iter().map(ToString::to_string).collect(),
        payloads: Vec::new(),
    };
    let bsuid = Address::Bsuid("BR.1".to_owned());
    let (_, seen) = sent(Gateway::CloudApi, accepted(), bsuid.clone(), template(&["Ana", "20"])).await;
    assert_eq!((seen[0].body.get("to"), &seen[0].body["recipient"]), (None, &json!("BR.1")));
    assert_eq!(seen[0].body["type"], "template");
    assert_eq!(
        seen[0].body["template"],
        json!({"name": "order_update", "language": {"code": "pt_BR"}, "components": [{"type": "body",
               "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "20"}]}]})
    );
    let (_, seen) = sent(Gateway::CloudApi, accepted(), bsuid, template(&[])).await;
    assert_eq!(seen[0].body["template"], json!({"name": "order_update", "language": {"code": "pt_BR"}}));
}

#[tokio::test]
async fn cloud_api_takes_buttons_with_a_text_and_on_a_template() {
    let (outcome, seen) = sent(Gateway::CloudApi, accepted(), ana(), with_choices()).await;
    assert!(outcome == SendOutcome::Accepted { gateway_message_id: "wamid.XXX".to_owned() });
    let reply = |id: &str, title: &str| json!({"type": "reply", "reply": {"id": id, "title": title}});
    let buttons = json!([reply("appointment/7/come", "Vou"), reply("appointment/7/cannot", "Não posso")]);
    assert_eq!(
        (&seen[0].body["type"], &seen[0].body["interactive"]),
        (
            &json!("interactive"),
            &json!({"type": "button", "body": {"text": "Você vem?"}, "action": {"buttons": buttons}})
        )
    );
    // Above so long a text no buttons may stand.
    let long = Body::Buttons { text: "é".repeat(1025), buttons: choices() };
    let (_, seen) = sent(Gateway::CloudApi, accepted(), ana(), long).await;
    let text = seen[0].body["text"]["body"].as_str().unwrap();
    assert!(text.ends_with("é\n\n1 – Vou\n2 – Não posso"), "{text}");

    let payloads = vec!["appointment/7/come".to_owned(), "appointment/7/cannot".to_owned()];
    let template = Body::Template { sent_as: sent_as("t", "pt_BR", "Olá"), parameters: vec![], payloads };
    let (_, seen) = sent(Gateway::CloudApi, accepted(), ana(), template).await;
    let button = |index: &str, payload: &str| {
        json!({"type": "button", "sub_type": "quick_reply", "index": index,
                                                    "parameters": [{"type": "payload", "payload": payload}]})
    };
    let components = json!([button("0", "appointment/7/come"), button("1", "appointment/7/cannot")]);
    assert_eq!(seen[0].body["template"], json!({"name": "t", "language": {"code": "pt_BR"}, "components": components}));
}

/// Every documented code of Cloud API.
const CODES: [(&[i64], Refusal); 13] = [
    (&[1, 2, 131_000, 131_016, 131_057, 133_004, 134_101, 135_000], Refusal::Retry),
    (&[4, 80_007, 130_429], Refusal::RateLimited { after: None }),
    (&[131_056], Refusal::PairLimited),
    (&[131_049], Refusal::WaitADay),
    (&[470, 131_047], Refusal::WindowClosed),
    (&[131_050], Refusal::OptedOut),
    (&[130_403], Refusal::Blocked),
    (&[131_021, 131_026, 131_030, 130_472, 130_497], Refusal::Undeliverable),
    (
        &[
            131_055, 131_063, 132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016, 132_018, 134_100, 134_102,
            2_388_040,
        ],
        Refusal::TemplateProblem,
    ),
    (&[131_031, 368, 131_037, 131_042, 131_045, 131_048, 131_064, 134_011], Refusal::SenderRestricted),
    (&[133_000, 133_005, 133_006, 133_010, 133_015], Refusal::SenderDisconnected),
    (&[0, 3, 10, 190, 200, 299, 131_005], Refusal::Credentials),
    (&[131_051, 131_052, 131_053, 131_008, 131_009, 100, 33, 131_062], Refusal::BadRequest),
];

#[tokio::test]
async fn cloud_apis_codes_decide_whatever_the_http_status() {
    for (codes, expected) in CODES {
        for &number in codes {
            for status in [400, 401, 403, 404, 429, 500, 502, 503, 504, 200] {
                let outcome = outcome(Gateway::CloudApi, answer(status, &code(number))).await;
                assert_eq!(refusal(&outcome), Some(expected), "{number} with {status}: {outcome:?}");
            }
            assert_eq!(meaning(number), Some(expected));
        }
    }
    let text = json!({"error": {"code": "131047"}});
    assert_eq!(refusal(&outcome(Gateway::CloudApi, answer(400, &text)).await), Some(Refusal::WindowClosed));
}

#[tokio::test]
async fn cloud_apis_http_status_decides_only_without_a_known_code() {
    let unknown = code(999_999);
    let html = Act::Answer(502, "content-type: text/html\r\n", "<html>".to_owned());
    for (act, expected) in [
        (answer(400, &unknown), Some(Refusal::BadRequest)),
        (answer(400, &json!({})), Some(Refusal::BadRequest)),
        (answer(404, &json!(null)), Some(Refusal::BadRequest)),
        (answer(401, &json!({})), Some(Refusal::Credentials)),
        (answer(403, &unknown), Some(Refusal::Credentials)),
        (answer(429, &json!({})), Some(Refusal::RateLimited { after: None })),
        (answer(503, &unknown), Some(Refusal::Retry)),
        (answer(500, &unknown), None),
        (answer(502, &json!({})), None),
        (answer(504, &json!([])), None),
        (html, None),
        (answer(408, &json!({})), None),
        (answer(302, &json!({})), None),
        (answer(200, &json!({"messages": []})), None),
        (answer(200, &unknown), None),
        (Act::Answer(200, "", "not json".to_owned()), None),
    ] {
        let outcome = outcome(Gateway::CloudApi, act.clone()).await;
        assert_eq!(refusal(&outcome), expected, "{act:?}: {outcome:?}");
        assert_eq!(matches!(outcome, SendOutcome::Perhaps { .. }), expected.is_none(), "{act:?}: {outcome:?}");
    }
    let told = |status, number| Act::Answer(status, "retry-after: 17\r\n", code(number).to_string());
    let after = Some(Refusal::RateLimited { after: Some(Duration::from_secs(17)) });
    assert_eq!(refusal(&outcome(Gateway::CloudApi, told(400, 130_429)).await), after);
    assert_eq!(refusal(&outcome(Gateway::CloudApi, told(429, 999_999)).await), after);
}

#[test]
fn an_address_is_a_phone_or_a_user_id() {
    let phone = Phone::from_gateway(ANA).unwrap();
    let chat = format!("{ANA}@s.whatsapp.net");
    assert_eq!(CloudApi.address(Some(&phone), Some("BR.1"), Some(&chat)), Some(ana()));
    assert_eq!(CloudApi.address(None, Some("BR.1"), Some(&chat)), Some(Address::Bsuid("BR.1".to_owned())));
    assert_eq!(CloudApi.address(None, None, Some(&chat)), None);
}
