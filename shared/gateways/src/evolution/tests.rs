//! The client and the session against a real HTTP server, row by row of the answers that Evolution 2.3.7 gives.

use super::Evolution;
use crate::tests::{
    ANA, Act, Seen, against, ana, answer, choices, client, gateways, is_perhaps, lines, outcome, refusal, sent,
    session_webhook, with_choices, with_session,
};
use crate::{
    Adapter, Address, Body, ChatOutcome, Health, SearchOutcome, SendOutcome, SessionClient, SessionError, Sought,
};
use chrono::{DateTime, Utc};
use domain::sessions::news::SessionNews;
use domain::{Gateway, Phone, Refusal};
use serde_json::{Value, json};
use std::future::Future;

fn error(status: u16, message: &Value) -> Act {
    answer(status, &json!({"status": status, "error": "…", "response": {"message": message}}))
}

#[tokio::test]
async fn evolutions_answers() {
    let nobody = json!([{"jid": format!("{ANA}@s.whatsapp.net"), "exists": false, "number": ANA}]);
    for (act, expected) in [
        // The form of the request, complained of by a list in the list.
        (error(400, &json!([["instance requires property \"text\""]])), Some(Refusal::BadRequest)),
        (Act::Answer(400, "", "<html>".to_owned()), Some(Refusal::BadRequest)),
        (error(400, &nobody), Some(Refusal::NotOnWhatsapp)),
        (error(400, &json!(["Error: Connection Closed"])), Some(Refusal::SenderDisconnected)),
        (error(500, &json!("Connection Closed")), Some(Refusal::SenderDisconnected)),
        (
            error(500, &json!("Cannot read properties of undefined (reading 'onWhatsApp')")),
            Some(Refusal::SenderDisconnected),
        ),
        (error(401, &json!("Unauthorized")), Some(Refusal::Credentials)),
        (error(404, &json!(["The \"acme\" instance does not exist"])), Some(Refusal::SenderDisconnected)),
        (answer(429, &json!({})), Some(Refusal::RateLimited { after: None })),
        (answer(503, &json!({})), Some(Refusal::Retry)),
        // It has left, and could not be kept.
        (error(400, &json!(["PrismaClientKnownRequestError: P1017"])), None),
        (error(400, &json!(["Error: Timed Out"])), None),
        (error(500, &json!("Internal Server Error")), None),
        (answer(408, &json!({})), None),
        (answer(502, &json!({})), None),
        (answer(504, &json!({})), None),
        (answer(201, &json!({})), None),
        (Act::Answer(200, "", "OK".to_owned()), None),
    ] {
        let outcome = outcome(Gateway::Evolution, act.clone()).await;
        assert_eq!(refusal(&outcome), expected, "{act:?}: {outcome:?}");
        assert_eq!(matches!(outcome, SendOutcome::Perhaps { .. }), expected.is_none(), "{act:?}: {outcome:?}");
    }
    assert!(is_perhaps(&outcome(Gateway::Evolution, error(400, &json!(["Error: x"]))).await, "http_400"));
}

fn accepted() -> Act {
    let key = json!({"remoteJid": format!("{ANA}@s.whatsapp.net"), "fromMe": true, "id": "3EB0A1"});
    answer(201, &json!({"key": key, "status": "PENDING", "message": {"conversation": "…"}, "messageTimestamp": 1}))
}

#[tokio::test]
async fn a_message_goes_as_a_text_to_a_number_or_a_chat() {
    let (outcome, seen) = sent(Gateway::Evolution, accepted(), ana(), Body::Text("Olá".to_owned())).await;
    assert!(outcome == SendOutcome::Accepted { gateway_message_id: "3EB0A1".to_owned() });
    assert_eq!(lines(&seen), ["POST /message/sendText/200000000000002"]);
    assert!(seen[0].head.to_ascii_lowercase().contains("apikey: api_key\r\n"), "{}", seen[0].head);
    assert!(!seen[0].head.to_ascii_lowercase().contains("authorization"), "{}", seen[0].head);
    assert_eq!(seen[0].body, json!({"number": ANA, "text": "Olá", "linkPreview": false}));

    let hidden = Address::Chat("987654321012345@lid".to_owned());
    let (_, seen) = sent(Gateway::Evolution, accepted(), hidden, with_choices()).await;
    assert_eq!(seen[0].body["number"], "987654321012345@lid");
    assert_eq!(seen[0].body["text"], "Você vem?\n\n1 – Vou\n2 – Não posso");
}

fn claimed() -> DateTime<Utc> {
    "2026-11-21T18:00:00Z".parse().unwrap()
}

async fn look(acts: &[Act], to: Address) -> (SearchOutcome, Vec<Seen>) {
    against(acts, |url| async move {
        let sought = Sought { to, text: "Olá, Ana\n20 pontos ".to_owned(), buttons: choices(), since: claimed() };
        client(&gateways(&url), Gateway::Evolution).find_sent(&sought).await
    })
    .await
}

fn page(records: &Value) -> Act {
    answer(200, &json!({"messages": {"total": 1, "pages": 1, "currentPage": 1, "records": records}}))
}

#[tokio::test]
async fn evolution_shows_what_left_in_a_chat() {
    let chat = format!("{ANA}@s.whatsapp.net");
    let record = |id: &str, from_me: bool, seconds: i64, message: Value| json!({"id": "cuid", "key": {"id": id, "fromMe": from_me, "remoteJid": chat}, "messageTimestamp": claimed().timestamp() + seconds, "message": message, "MessageUpdate": [{"status": "DELIVERY_ACK"}]});
    let text = |text: &str| json!({"conversation": text});
    let mut failed = record("failed", true, 1, text("Olá, Ana\n20 pontos"));
    failed["MessageUpdate"] = json!([{"status": "ERROR"}]);
    let found = json!([
        record("later", true, 60, text("Olá, Ana\r\n20 pontos")),
        record("ours", true, 1, json!({"extendedTextMessage": {"text": "Olá, Ana\n20 pontos"}})),
        record("numbers", true, 2, text("Olá, Ana\n20 pontos\n\n1 – Vou\n2 – Não posso")),
        record("theirs", false, 2, text("Olá, Ana\n20 pontos")),
        record("before", true, -6, text("Olá, Ana\n20 pontos")),
        record("other", true, 3, text("Olá, Ana\n30 pontos")),
        failed,
        null
    ]);
    let (evidence, seen) = look(&[page(&found)], Address::Chat(chat.clone())).await;
    let ids = ["ours", "numbers", "later"].map(str::to_owned).to_vec();
    assert!(evidence == SearchOutcome::Found { gateway_message_ids: ids }, "{evidence:?}");
    assert_eq!(lines(&seen), ["POST /chat/findMessages/200000000000002"]);
    let question = json!({"where": {"key": {"remoteJid": chat, "fromMe": true}}, "offset": 100, "page": 1});
    assert_eq!(seen[0].body, question);

    for (act, expected) in [
        (page(&json!([])), SearchOutcome::NotFound),
        (error(404, &json!(["…"])), SearchOutcome::Unavailable { reason: "http_404".to_owned() }),
        (answer(200, &json!({})), SearchOutcome::Unavailable { reason: "http_200".to_owned() }),
        (answer(500, &json!({})), SearchOutcome::Unavailable { reason: "http_500".to_owned() }),
        (Act::HangUp, SearchOutcome::Unavailable { reason: "connection_lost".to_owned() }),
    ] {
        assert!(look(std::slice::from_ref(&act), Address::Chat(chat.clone())).await.0 == expected, "{act:?}");
    }
    let (_, seen) = look(&[page(&json!([])), page(&json!([]))], ana()).await;
    let asked = seen.iter().map(|it| it.body["where"]["key"]["remoteJid"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(asked, ["5511999990001@s.whatsapp.net", "551199990001@s.whatsapp.net"]);
}

#[tokio::test]
async fn evolution_is_asked_for_a_chat() {
    let ask = |act: Act| async move {
        let phone = Phone::from_gateway("5531987650101").unwrap();
        against(&[act], |url| async move { client(&gateways(&url), Gateway::Evolution).find_chat(&phone).await }).await
    };
    let found =
        |jid: &str, exists: bool| answer(200, &json!([{"jid": jid, "exists": exists, "number": "5531987650101"}]));
    let (chat, seen) = ask(found("553187650101@s.whatsapp.net", true)).await;
    assert_eq!(chat, ChatOutcome::Found("553187650101@s.whatsapp.net".to_owned()));
    assert_eq!(lines(&seen), ["POST /chat/whatsappNumbers/200000000000002"]);
    assert_eq!(seen[0].body, json!({"numbers": ["5531987650101"]}));
    assert_eq!(ask(found("987654321012345@lid", true)).await.0, ChatOutcome::Found("987654321012345@lid".to_owned()));
    assert_eq!(ask(found("5531987650101@s.whatsapp.net", false)).await.0, ChatOutcome::Nobody);
    let closed = json!({"data": null, "isBoom": true, "output": {"statusCode": 428,
        "payload": {"statusCode": 428, "error": "Precondition Required", "message": "Connection Closed"}}});
    for (act, expected) in [
        (answer(200, &json!([])), Refusal::Retry),
        (found("1@g.us", true), Refusal::Retry),
        (answer(400, &closed), Refusal::SenderDisconnected),
        (answer(400, &json!({})), Refusal::Retry),
        (error(401, &json!("Unauthorized")), Refusal::Credentials),
        (error(404, &json!(["…"])), Refusal::SenderDisconnected),
        (answer(429, &json!({})), Refusal::RateLimited { after: None }),
        (answer(500, &json!({})), Refusal::Retry),
        (Act::HangUp, Refusal::Retry),
    ] {
        let outcome = ask(act.clone()).await.0;
        assert!(matches!(outcome, ChatOutcome::Refused { refusal, .. } if refusal == expected), "{act:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_instances_health() {
    let ask = |act: Act| async move {
        let acts = [act];
        against(&acts, |url| async move { client(&gateways(&url), Gateway::Evolution).health().await }).await
    };
    let state = |state: &str| answer(200, &json!({"instance": {"instanceName": "acme", "state": state}}));
    let (health, seen) = ask(state("open")).await;
    assert_eq!(health, Health::Connected);
    assert_eq!(lines(&seen), ["GET /instance/connectionState/200000000000002"]);
    assert_eq!(ask(state("connecting")).await.0, Health::Connecting);
    assert_eq!(ask(state("close")).await.0, Health::Disconnected);
    assert_eq!(ask(error(404, &json!(["…"]))).await.0, Health::Unknown);
}

#[test]
fn an_address_is_a_chat_or_a_phone_and_a_lid_at_last() {
    let phone = Phone::from_gateway(ANA).unwrap();
    let chat = format!("{ANA}@s.whatsapp.net");
    assert_eq!(Evolution.address(Some(&phone), Some("BR.1"), Some(&chat)), Some(Address::Chat(chat.clone())));
    assert_eq!(Evolution.address(Some(&phone), None, Some("1@lid")), Some(ana()));
    assert_eq!(Evolution.address(None, Some("BR.1"), Some("1@lid")), Some(Address::Chat("1@lid".to_owned())));
    assert_eq!(Evolution.address(None, Some("BR.1"), Some("1@g.us")), None);
}

async fn opened(acts: &[Act]) -> (Result<(), SessionError>, Vec<Seen>) {
    with_session(Gateway::Evolution, acts, |session| async move { session.open(&session_webhook()).await }).await
}

fn code() -> Act {
    answer(200, &json!({"pairingCode": null, "code": "2@abc", "base64": "data:…", "count": 1}))
}

#[tokio::test]
async fn an_instance_is_created_and_connected_or_gets_its_webhook_anew() {
    let created = || answer(201, &json!({"instance": {"instanceName": "acme", "status": "close"}, "hash": "T"}));
    let (done, seen) = opened(&[created(), code()]).await;
    assert_eq!(done, Ok(()));
    assert_eq!(lines(&seen), ["POST /instance/create", "GET /instance/connect/acme"]);
    assert!(seen[0].head.to_ascii_lowercase().contains("apikey: key\r\n"), "{}", seen[0].head);
    let webhook = json!({"enabled": true, "url": "https://h.example/webhooks/s3", "byEvents": false, "base64": false,
        "headers": {"x-webhook-secret": "hush"},
        "events": ["QRCODE_UPDATED", "CONNECTION_UPDATE", "STATUS_INSTANCE", "LOGOUT_INSTANCE", "REMOVE_INSTANCE",
                   "MESSAGES_UPSERT", "MESSAGES_UPDATE"]});
    let expected = json!({"instanceName": "acme", "integration": "WHATSAPP-BAILEYS", "qrcode": false,
                          "groupsIgnore": true, "webhook": webhook});
    assert_eq!(seen[0].body, expected);

    let in_use = || error(403, &json!(["This name \"acme\" is already in use."]));
    let (done, seen) = opened(&[in_use(), answer(201, &json!({})), code()]).await;
    assert_eq!(done, Ok(()));
    assert_eq!(lines(&seen)[1..], ["POST /webhook/set/acme", "GET /instance/connect/acme"]);
    assert_eq!(seen[1].body, json!({"webhook": webhook}));

    let refused = |status: &str| Err(SessionError::Refused(status.to_owned()));
    let unavailable = |word: &str| Err(SessionError::Unavailable(word.to_owned()));
    for (acts, expected) in [
        (vec![error(401, &json!("Unauthorized"))], refused("http_401")),
        (vec![error(400, &json!(["Invalid integration"]))], refused("http_400")),
        (vec![error(500, &json!("…"))], unavailable("http_500")),
        (vec![Act::HangUp], unavailable("connection_lost")),
        (vec![in_use(), error(500, &json!("…"))], unavailable("http_500")),
        (vec![created(), answer(200, &json!({"error": true, "message": "…"}))], unavailable("told_of_an_error")),
    ] {
        assert_eq!(opened(&acts).await.0, expected, "{acts:?}");
    }
}

#[tokio::test]
async fn an_instance_tells_how_it_stands() {
    let state = |state: &str| answer(200, &json!({"instance": {"instanceName": "acme", "state": state}}));
    let record = |kept: &str| {
        let mut all = json!([{"name": "acme", "connectionStatus": kept, "ownerJid": format!("{ANA}@s.whatsapp.net"),
                              "disconnectionReasonCode": null}]);
        if kept == "close" {
            all[0]["disconnectionReasonCode"] = json!(401);
        }
        answer(200, &all)
    };
    let look = async |acts: &[Act]| {
        with_session(Gateway::Evolution, acts, |session| async move { session.look().await }).await
    };
    let of_code = |code: Option<&str>| SessionNews::Code { code: code.map(str::to_owned) };
    for (acts, expected) in [
        (vec![state("open"), record("open")], SessionNews::Connected { phone: Phone::from_gateway(ANA).ok() }),
        (vec![state("connecting"), record("connecting"), code()], of_code(Some("2@abc"))),
        (vec![state("connecting"), record("connecting"), answer(200, &json!({"count": 0}))], SessionNews::Connecting),
        // It connects a linked phone again, and still has the code of long ago.
        (vec![state("connecting"), record("open")], SessionNews::Connecting),
        (vec![state("close"), record("connecting")], SessionNews::CodesEnded),
        (vec![state("close"), record("close")], SessionNews::Disconnected { reason: Some(401) }),
        (vec![state("close"), record("open")], SessionNews::Disconnected { reason: None }),
    ] {
        let (news, seen) = look(&acts).await;
        assert_eq!(news, Ok(expected), "{acts:?}");
        let asked = ["GET /instance/connectionState/acme", "GET /instance/fetchInstances?instanceName=acme"];
        assert_eq!(lines(&seen)[..2], asked);
    }
    assert_eq!(look(&[error(404, &json!(["…"]))]).await.0, Err(SessionError::Gone));
    assert_eq!(look(&[state("open"), answer(200, &json!([]))]).await.0, Err(SessionError::Gone));
    let unreadable = Err(SessionError::Unavailable("unreadable_answer".to_owned()));
    assert_eq!(look(&[state("open"), answer(200, &json!({}))]).await.0, unreadable);
}

#[tokio::test]
async fn an_instance_is_restarted_paused_and_closed() {
    async fn call<F: Future<Output = Result<(), SessionError>>>(
        acts: &[Act],
        call: impl FnOnce(Box<dyn SessionClient>) -> F,
    ) -> (Result<(), SessionError>, String) {
        let (done, seen) = with_session(Gateway::Evolution, acts, call).await;
        (done, lines(&seen).join(", "))
    }
    let restart = async |acts: &[Act]| call(acts, |session| async move { session.restart().await }).await;
    let pause = async |acts: &[Act]| call(acts, |session| async move { session.pause().await }).await;
    let close = async |acts: &[Act]| call(acts, |session| async move { session.close().await }).await;
    let ok = || answer(200, &json!({"status": "SUCCESS", "error": false}));
    let gone = || error(404, &json!(["…"]));
    let shut = || error(400, &json!(["The \"acme\" instance is not connected"]));
    let unavailable = |word: &str| Err(SessionError::Unavailable(word.to_owned()));

    assert_eq!(restart(&[ok()]).await, (Ok(()), "POST /instance/restart/acme".to_owned()));
    let told = answer(200, &json!({"error": true, "message": "… is not connected"}));
    let connected = "POST /instance/restart/acme, GET /instance/connect/acme".to_owned();
    assert_eq!(restart(&[told, code()]).await, (Ok(()), connected));
    assert_eq!(restart(&[gone()]).await.0, Err(SessionError::Gone));

    assert_eq!(pause(&[ok()]).await, (Ok(()), "DELETE /instance/logout/acme".to_owned()));
    assert_eq!(pause(&[shut()]).await.0, Ok(()));
    assert_eq!(pause(&[gone()]).await.0, Err(SessionError::Gone));
    assert_eq!(pause(&[error(500, &json!("…"))]).await.0, unavailable("http_500"));

    assert_eq!(close(&[ok()]).await, (Ok(()), "DELETE /instance/delete/acme".to_owned()));
    assert_eq!(close(&[gone()]).await.0, Ok(()));
    assert_eq!(close(&[shut()]).await.0, unavailable("http_400"));
    assert_eq!(close(&[error(401, &json!("…"))]).await.0, Err(SessionError::Refused("http_401".to_owned())));
}
