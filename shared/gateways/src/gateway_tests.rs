//! The clients against a real HTTP server, row by row of the gateways' documented answers.

use crate::cloud_api::meaning;
use crate::gateway::{Address, Body, Evidence, Gateways, Health, Outbound, Outcome, Sought};
use crate::sealing::{CloudApiCredentials, Credentials, WhapiCredentials};
use crate::test_server::{Act, Seen, against, gateways, network, nobody};
use chrono::{DateTime, Utc};
use domain::Refusal;
use domain::{BusinessId, Gateway, Phone, Sender, SenderId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

const ANA: &str = "5511999990001";

fn sender(gateway: Gateway) -> Sender {
    Sender {
        sender_id: SenderId(Uuid::nil()),
        business_id: BusinessId(Uuid::nil()),
        gateway,
        address: "200000000000002".to_owned(),
        sealed_credentials: String::new(),
        per_minute: 20,
        templates: BTreeMap::new(),
    }
}

fn credentials(gateway: Gateway) -> Credentials {
    match gateway {
        Gateway::CloudApi => Credentials::CloudApi(CloudApiCredentials {
            access_token: "EAAG".to_owned(),
            app_secret: "a".to_owned(),
            verify_token: "v".to_owned(),
        }),
        Gateway::Whapi => {
            Credentials::Whapi(WhapiCredentials { token: "channel-token".to_owned(), webhook_secret: "w".to_owned() })
        }
    }
}

fn client(gateways: &Gateways, gateway: Gateway) -> Box<dyn crate::GatewayClient> {
    gateways.client(network(), &sender(gateway), credentials(gateway)).unwrap()
}

fn ana() -> Address {
    Address::Phone(Phone::from_gateway(ANA).unwrap())
}

fn hello() -> Body {
    Body::Text("Olá, Ana".to_owned())
}

fn outbound(to: Address, body: Body) -> Outbound {
    Outbound { to, body, message_id: "direct/run:42".parse().unwrap() }
}

async fn sent(gateway: Gateway, act: Act, to: Address, body: Body) -> (Outcome, Vec<Seen>) {
    let acts = [act];
    against(&acts, |url| async move { client(&gateways(&url), gateway).send(&outbound(to, body)).await }).await
}

async fn outcome(gateway: Gateway, act: Act) -> Outcome {
    sent(gateway, act, ana(), hello()).await.0
}

fn answer(status: u16, body: &Value) -> Act {
    Act::Answer(status, "", body.to_string())
}

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

fn refusal(outcome: &Outcome) -> Option<Refusal> {
    match outcome {
        Outcome::NotAccepted { refusal, .. } => Some(*refusal),
        Outcome::Accepted { .. } | Outcome::Perhaps { .. } => None,
    }
}

fn is_perhaps(outcome: &Outcome, word: &str) -> bool {
    matches!(outcome, Outcome::Perhaps { reason } if reason == word)
}

#[tokio::test]
async fn cloud_api_takes_text_template_and_user_id() {
    let (outcome, seen) = sent(Gateway::CloudApi, accepted(), ana(), hello()).await;
    assert!(outcome == Outcome::Accepted { gateway_message_id: "wamid.XXX".to_owned() });
    let head = seen[0].head.to_ascii_lowercase();
    assert!(head.starts_with("post /v26.0/200000000000002/messages http/1.1\r\n"), "{head}");
    assert!(head.contains("authorization: bearer eaag") && head.contains("content-type: application/json"), "{head}");
    assert_eq!(
        seen[0].body,
        json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+5511999990001", "type": "text",
               "text": {"body": "Olá, Ana", "preview_url": false}, "biz_opaque_callback_data": "direct/run:42"})
    );

    let template = |parameters: &[&str]| Body::Template {
        name: "order_update".to_owned(),
        language: "pt_BR".to_owned(),
        parameters: parameters.iter().map(ToString::to_string).collect(),
        text: "Olá".to_owned(),
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
async fn what_cannot_be_right_is_not_even_sent() {
    let gateways = gateways(&nobody().await);
    let too_long = Body::Text("é".repeat(4097));
    let chat = Address::Chat(format!("{ANA}@s.whatsapp.net"));
    for (gateway, to, body) in [
        (Gateway::CloudApi, ana(), too_long),
        (Gateway::CloudApi, ana(), Body::Text(" \n".to_owned())),
        (Gateway::CloudApi, chat.clone(), hello()),
        (Gateway::Whapi, Address::Bsuid("BR.1".to_owned()), hello()),
        (Gateway::Whapi, chat, Body::Text(String::new())),
    ] {
        let outcome = client(&gateways, gateway).send(&outbound(to, body)).await;
        assert_eq!(refusal(&outcome), Some(Refusal::BadRequest), "{outcome:?}");
    }
    let mixed = gateways.client(network(), &sender(Gateway::Whapi), credentials(Gateway::CloudApi));
    assert!(mixed.is_err());
}

/// Every documented code of Cloud API.
const CODES: [(&[i64], Refusal); 13] = [
    (&[1, 2, 131_000, 131_016, 131_057], Refusal::Retry),
    (&[4, 80_007, 130_429], Refusal::RateLimited { after: None }),
    (&[131_056], Refusal::PairLimited),
    (&[131_049], Refusal::WaitADay),
    (&[131_047], Refusal::WindowClosed),
    (&[131_050], Refusal::OptedOut),
    (&[130_403], Refusal::Blocked),
    (&[131_026, 130_472, 130_497], Refusal::Undeliverable),
    (&[131_063, 132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016], Refusal::TemplateProblem),
    (&[131_031, 368, 131_042, 131_048, 131_064], Refusal::SenderRestricted),
    (&[133_010], Refusal::SenderDisconnected),
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
        assert_eq!(matches!(outcome, Outcome::Perhaps { .. }), expected.is_none(), "{act:?}: {outcome:?}");
    }
    let told = |status, number| Act::Answer(status, "retry-after: 17\r\n", code(number).to_string());
    let after = Some(Refusal::RateLimited { after: Some(Duration::from_secs(17)) });
    assert_eq!(refusal(&outcome(Gateway::CloudApi, told(400, 130_429)).await), after);
    assert_eq!(refusal(&outcome(Gateway::CloudApi, told(429, 999_999)).await), after);
}

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
        assert_eq!(matches!(outcome, Outcome::Perhaps { .. }), expected.is_none(), "{act:?}: {outcome:?}");
    }

    let template =
        Body::Template { name: "t".to_owned(), language: "es".to_owned(), parameters: vec![], text: "Hola".to_owned() };
    let accepted = answer(200, &json!({"sent": true, "message": message}));
    let (outcome, seen) = sent(Gateway::Whapi, accepted, ana(), template).await;
    assert!(outcome == Outcome::Accepted { gateway_message_id: "AbC-dEf".to_owned() });
    assert!(seen[0].head.starts_with("POST /messages/text HTTP/1.1\r\n"), "{}", seen[0].head);
    assert!(seen[0].head.to_ascii_lowercase().contains("authorization: bearer channel-token"));
    assert_eq!(
        seen[0].body,
        json!({"to": "5511999990001@s.whatsapp.net", "body": "Hola", "typing_time": 0, "no_link_preview": true})
    );
}

#[tokio::test]
async fn a_connection_that_fails_before_or_after_the_request_is_told_apart() {
    for gateway in [Gateway::CloudApi, Gateway::Whapi] {
        let refused = client(&gateways(&nobody().await), gateway).send(&outbound(ana(), hello())).await;
        assert_eq!(refused, Outcome::refused(Refusal::Retry, "not_connected"));
        let lost = outcome(gateway, Act::HangUp).await;
        assert!(is_perhaps(&lost, "connection_lost"), "{lost:?}");
        let silent = outcome(gateway, Act::Silence).await;
        assert!(is_perhaps(&silent, "timed_out"), "{silent:?}");
        let half = outcome(gateway, Act::Answer(200, "content-length: 99\r\nx-", String::new())).await;
        assert!(is_perhaps(&half, "connection_lost"), "{half:?}");
    }
}

fn claimed() -> DateTime<Utc> {
    "2026-11-21T18:00:00Z".parse().unwrap()
}

async fn look(acts: &[Act], to: Address) -> (Evidence, Vec<Seen>) {
    against(acts, |url| async move {
        let sought = Sought { to, text: "Olá, Ana\n20 pontos ".to_owned(), since: claimed() };
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
    assert!(evidence == Evidence::Found { gateway_message_ids: ids });
    let path =
        format!("GET /messages/list/5511999990001%40s.whatsapp.net?from_me=true&time_from={}&count=100 ", at(-5));
    assert!(seen[0].head.starts_with(&path), "{}", seen[0].head);

    for (act, expected) in [
        (answer(200, &json!({"messages": []})), Evidence::NotFound),
        (answer(404, &json!({"error": {"code": 404, "message": "…"}})), Evidence::NotFound),
        (answer(200, &json!({})), Evidence::Unavailable { reason: "http_200".to_owned() }),
        (answer(500, &json!({})), Evidence::Unavailable { reason: "http_500".to_owned() }),
        (Act::HangUp, Evidence::Unavailable { reason: "connection_lost".to_owned() }),
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
        assert!(evidence == Evidence::NotFound);
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
fn an_address_is_what_the_gateway_can_send_to() {
    let phone = Phone::from_gateway(ANA).unwrap();
    let choose = |gateway, phone, chat| Address::choose(gateway, phone, Some("BR.1"), chat);
    let bsuid = Some(Address::Bsuid("BR.1".to_owned()));
    let chat = format!("{ANA}@s.whatsapp.net");
    assert_eq!(choose(Gateway::CloudApi, Some(&phone), Some(&chat)), Some(ana()));
    assert_eq!(choose(Gateway::CloudApi, None, Some(&chat)), bsuid);
    assert_eq!(choose(Gateway::Whapi, Some(&phone), Some(&chat)), Some(Address::Chat(chat.clone())));
    assert_eq!(choose(Gateway::Whapi, Some(&phone), Some("1@lid")), Some(ana()));
    assert_eq!(choose(Gateway::Whapi, None, Some("1@lid")), None);
    assert!(!format!("{:?}", outbound(ana(), hello())).contains(ANA));
}

#[test]
fn a_pair_waits_four_to_the_nth_seconds() {
    let waits: Vec<u64> = [1, 2, 4, 5, 40].map(|n| domain::refusal::pair_wait(n).as_secs()).to_vec();
    assert_eq!(waits, [4, 16, 256, 900, 900]);
}
