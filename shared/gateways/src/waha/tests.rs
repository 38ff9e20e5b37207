//! The client and the session against a real HTTP server, row by row of the documented answers.

use super::{Waha, bare};
use crate::tests::{
    ANA, Act, Seen, against, ana, answer, choices, client, gateways, lines, outcome, refusal, sent, session_webhook,
    with_choices, with_session,
};
use crate::{
    Adapter, Address, Body, ChatOutcome, Health, SearchOutcome, SendOutcome, SessionClient, SessionError, Sought,
};
use chrono::{DateTime, Utc};
use domain::sessions::news::SessionNews;
use domain::{Gateway, Phone, Refusal};
use serde_json::{Value, json};
use std::future::Future;

#[tokio::test]
async fn wahas_answers() {
    let not_working = json!({"error": "Session status is not as expected. Try again later or restart the session",
                             "session": "acme", "status": "STARTING", "expected": ["WORKING"]});
    let not_found = json!({"statusCode": 404, "message": "We didn't find a session with name 'acme'.", "error": "…"});
    for (act, expected) in [
        (answer(400, &json!({"statusCode": 400})), Some(Refusal::BadRequest)),
        (answer(401, &json!({"statusCode": 401, "message": "Unauthorized"})), Some(Refusal::Credentials)),
        (answer(404, &not_found), Some(Refusal::SenderDisconnected)),
        (answer(422, &not_working), Some(Refusal::SenderDisconnected)),
        (answer(429, &json!({})), Some(Refusal::RateLimited { after: None })),
        (answer(503, &json!({})), Some(Refusal::Retry)),
        (answer(500, &json!({"exception": {"message": "2 UNKNOWN: server returned error 463"}})), None),
        (answer(408, &json!({})), None),
        (answer(502, &json!({})), None),
        (answer(504, &json!({})), None),
        (answer(201, &json!({})), None),
        (Act::Answer(201, "", String::new()), None),
    ] {
        let outcome = outcome(Gateway::Waha, act.clone()).await;
        assert_eq!(refusal(&outcome), expected, "{act:?}: {outcome:?}");
        assert_eq!(matches!(outcome, SendOutcome::Perhaps { .. }), expected.is_none(), "{act:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn each_engine_tells_the_id_in_a_way_of_its_own() {
    let whole = format!("true_{ANA}@c.us_3EB0A1");
    let of_page = json!({"fromMe": true, "remote": format!("{ANA}@c.us"), "id": "3EB0A1", "_serialized": whole});
    for body in [
        json!({"id": whole, "timestamp": 1_790_000_000, "fromMe": true}),
        json!({"key": {"remoteJid": "…@s.whatsapp.net", "fromMe": true, "id": "3EB0A1"}, "status": "PENDING"}),
        json!({"id": of_page, "ack": 0}),
        json!({"_data": {"id": of_page}}),
        json!({"id": {"id": "3EB0A1"}}),
        json!({"id": "3EB0A1"}),
    ] {
        let outcome = outcome(Gateway::Waha, answer(201, &body)).await;
        assert!(outcome == SendOutcome::Accepted { gateway_message_id: "3EB0A1".to_owned() }, "{body}: {outcome:?}");
    }
    for (id, expected) in [
        ("false_1-2@g.us_3EB0_5511999990001@c.us", "3EB0"),
        ("true_1@lid_AB", "AB"),
        ("true__", "true__"),
        ("true_1@c.us", "true_1@c.us"),
        ("3EB0_1", "3EB0_1"),
        ("", ""),
    ] {
        assert_eq!(bare(id), expected);
    }
}

#[tokio::test]
async fn a_message_goes_as_a_text_to_a_chat() {
    let accepted = || answer(201, &json!({"id": "3EB0A1"}));
    let (_, seen) = sent(Gateway::Waha, accepted(), ana(), Body::Text("Olá".to_owned())).await;
    assert_eq!(lines(&seen), ["POST /api/sendText"]);
    assert!(seen[0].head.to_ascii_lowercase().contains("x-api-key: api_key\r\n"), "{}", seen[0].head);
    let expected =
        json!({"session": "200000000000002", "chatId": "5511999990001@c.us", "text": "Olá", "linkPreview": false});
    assert_eq!(seen[0].body, expected);

    let hidden = Address::Chat("987654321012345@lid".to_owned());
    let (_, seen) = sent(Gateway::Waha, accepted(), hidden, with_choices()).await;
    assert_eq!(seen[0].body["chatId"], "987654321012345@lid");
    assert_eq!(seen[0].body["text"], "Você vem?\n\n1 – Vou\n2 – Não posso");
}

fn claimed() -> DateTime<Utc> {
    "2026-11-21T18:00:00Z".parse().unwrap()
}

async fn look(acts: &[Act], to: Address) -> (SearchOutcome, Vec<Seen>) {
    against(acts, |url| async move {
        let sought = Sought { to, text: "Olá, Ana\n20 pontos ".to_owned(), buttons: choices(), since: claimed() };
        client(&gateways(&url), Gateway::Waha).find_sent(&sought).await
    })
    .await
}

#[tokio::test]
async fn waha_shows_what_left_in_a_chat() {
    let chat = || Address::Chat(format!("{ANA}@c.us"));
    let message = |id: &str, from_me: bool, seconds: i64, ack: i64, body: &str| json!({"id": format!("{from_me}_{ANA}@c.us_{id}"), "fromMe": from_me, "timestamp": claimed().timestamp() + seconds, "ack": ack, "body": body, "hasMedia": false});
    let found = json!([
        message("later", true, 60, 1, "Olá, Ana\r\n20 pontos"),
        message("ours", true, 1, 0, "Olá, Ana\n20 pontos"),
        message("numbers", true, 2, 3, "Olá, Ana\n20 pontos\n\n1 – Vou\n2 – Não posso"),
        message("theirs", false, 2, 3, "Olá, Ana\n20 pontos"),
        message("before", true, -6, 1, "Olá, Ana\n20 pontos"),
        message("other", true, 3, 1, "Olá, Ana\n30 pontos"),
        message("failed", true, 1, -1, "Olá, Ana\n20 pontos"),
        null
    ]);
    let (evidence, seen) = look(&[answer(200, &found)], chat()).await;
    let ids = ["ours", "numbers", "later"].map(str::to_owned).to_vec();
    assert!(evidence == SearchOutcome::Found { gateway_message_ids: ids }, "{evidence:?}");
    let path = format!(
        "GET /api/200000000000002/chats/5511999990001%40c.us/messages?limit=100&downloadMedia=false\
         &filter.fromMe=true&filter.timestamp.gte={}",
        claimed().timestamp() - 5
    );
    assert_eq!(lines(&seen), [path]);

    for (act, expected) in [
        (answer(200, &json!([])), SearchOutcome::NotFound),
        // The session is not there: nothing is known of the chat.
        (answer(404, &json!({})), SearchOutcome::Unavailable { reason: "http_404".to_owned() }),
        (answer(422, &json!({})), SearchOutcome::Unavailable { reason: "http_422".to_owned() }),
        (answer(200, &json!({})), SearchOutcome::Unavailable { reason: "http_200".to_owned() }),
        (answer(500, &json!({})), SearchOutcome::Unavailable { reason: "http_500".to_owned() }),
        (Act::HangUp, SearchOutcome::Unavailable { reason: "connection_lost".to_owned() }),
    ] {
        assert!(look(std::slice::from_ref(&act), chat()).await.0 == expected, "{act:?}");
    }
    let (_, seen) = look(&[answer(200, &json!([])), answer(200, &json!([]))], ana()).await;
    assert!(lines(&seen)[1].contains("/chats/551199990001%40c.us/"), "{}", lines(&seen)[1]);
}

#[tokio::test]
async fn waha_is_asked_for_a_chat() {
    let ask = |act: Act| async move {
        let phone = Phone::from_gateway("5531987650101").unwrap();
        against(&[act], |url| async move { client(&gateways(&url), Gateway::Waha).find_chat(&phone).await }).await
    };
    let (chat, seen) = ask(answer(200, &json!({"numberExists": true, "chatId": "553187650101@c.us"}))).await;
    assert_eq!(chat, ChatOutcome::Found("553187650101@c.us".to_owned()));
    assert_eq!(lines(&seen), ["GET /api/contacts/check-exists?phone=5531987650101&session=200000000000002"]);
    assert_eq!(ask(answer(200, &json!({"numberExists": false}))).await.0, ChatOutcome::Nobody);
    for (act, expected) in [
        (answer(200, &json!({"numberExists": true})), Refusal::Retry),
        (answer(200, &json!({"numberExists": true, "chatId": "1@g.us"})), Refusal::Retry),
        (answer(200, &json!({})), Refusal::Retry),
        (answer(400, &json!({})), Refusal::Retry),
        (answer(401, &json!({})), Refusal::Credentials),
        (answer(422, &json!({})), Refusal::SenderDisconnected),
        (answer(429, &json!({})), Refusal::RateLimited { after: None }),
        (answer(500, &json!({})), Refusal::Retry),
        (Act::HangUp, Refusal::Retry),
    ] {
        let outcome = ask(act.clone()).await.0;
        assert!(matches!(outcome, ChatOutcome::Refused { refusal, .. } if refusal == expected), "{act:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_sessions_health() {
    let ask = |act: Act| async move {
        let acts = [act];
        against(&acts, |url| async move { client(&gateways(&url), Gateway::Waha).health().await }).await
    };
    for (status, expected) in [
        ("WORKING", Health::Connected),
        ("STARTING", Health::Connecting),
        ("SCAN_QR_CODE", Health::NeedsLogin),
        ("PASSKEY_REQUIRED", Health::NeedsLogin),
        ("FAILED", Health::Disconnected),
        ("STOPPED", Health::Disconnected),
        ("NEW", Health::Unknown),
    ] {
        let (health, seen) = ask(answer(200, &json!({"name": "acme", "status": status}))).await;
        assert_eq!(health, expected, "{status}");
        assert_eq!(lines(&seen), ["GET /api/sessions/200000000000002"]);
    }
    assert_eq!(ask(answer(404, &json!({}))).await.0, Health::Unknown);
}

#[test]
fn an_address_is_a_chat_or_a_phone_and_a_lid_at_last() {
    let phone = Phone::from_gateway(ANA).unwrap();
    let chat = format!("{ANA}@c.us");
    assert_eq!(Waha.address(Some(&phone), Some("BR.1"), Some(&chat)), Some(Address::Chat(chat.clone())));
    assert_eq!(Waha.address(Some(&phone), None, Some("1@lid")), Some(ana()));
    assert_eq!(Waha.address(None, Some("BR.1"), Some("1@lid")), Some(Address::Chat("1@lid".to_owned())));
    assert_eq!(Waha.address(None, Some("BR.1"), Some("1@s.whatsapp.net")), None);
}

async fn opened(acts: &[Act]) -> (Result<(), SessionError>, Vec<Seen>) {
    with_session(Gateway::Waha, acts, |session| async move { session.open(&session_webhook()).await }).await
}

fn config() -> Value {
    json!({
        "webhooks": [{"url": "https://h.example/webhooks/s3", "hmac": {"key": "hush"},
            "events": ["session.status", "message.any", "message.reaction", "message.edited", "message.ack",
                "label.chat.added", "label.chat.deleted"],
            "retries": {"policy": "exponential", "delaySeconds": 2, "attempts": 10}}],
        "ignore": {"status": true, "groups": true, "channels": true, "broadcast": true},
        "noweb": {"store": {"enabled": true, "fullSync": false}},
    })
}

#[tokio::test]
async fn a_session_is_created_or_gets_its_webhook_anew() {
    let ok = || answer(201, &json!({"name": "acme", "status": "STARTING"}));
    let (done, seen) = opened(&[ok()]).await;
    assert_eq!(done, Ok(()));
    assert_eq!(lines(&seen), ["POST /api/sessions"]);
    assert!(seen[0].head.to_ascii_lowercase().contains("x-api-key: key\r\n"), "{}", seen[0].head);
    assert_eq!(seen[0].body, json!({"name": "acme", "start": true, "config": config()}));

    let there = || answer(422, &json!({"message": "Session 'acme' already exists. Use PUT to update it."}));
    let mut other = config();
    other["webhooks"][0]["hmac"]["key"] = json!("old");
    let told = |config: Value| answer(200, &json!({"name": "acme", "status": "WORKING", "config": config}));
    let (done, seen) = opened(&[there(), told(other), ok(), ok()]).await;
    assert_eq!(done, Ok(()));
    let updated = ["GET /api/sessions/acme", "PUT /api/sessions/acme", "POST /api/sessions/acme/start"];
    assert_eq!(lines(&seen)[1..], updated);
    assert_eq!(seen[2].body, json!({"name": "acme", "config": config()}));
    // What is right already is not written again, as that would cut the connection.
    let (done, seen) = opened(&[there(), told(config()), ok()]).await;
    assert_eq!(done, Ok(()));
    assert_eq!(lines(&seen)[1..], ["GET /api/sessions/acme", "POST /api/sessions/acme/start"]);

    let (gone, refused) = (|| answer(404, &json!({})), |status: &str| Err(SessionError::Refused(status.to_owned())));
    for (acts, expected) in [
        (vec![answer(401, &json!({}))], refused("http_401")),
        (vec![answer(400, &json!({})), gone(), answer(400, &json!({}))], refused("http_400")),
        (vec![answer(500, &json!({}))], Err(SessionError::Unavailable("http_500".to_owned()))),
        (vec![Act::HangUp], Err(SessionError::Unavailable("connection_lost".to_owned()))),
        (vec![there(), gone(), gone()], Err(SessionError::Gone)),
    ] {
        assert_eq!(opened(&acts).await.0, expected, "{acts:?}");
    }
}

#[tokio::test]
async fn a_session_tells_how_it_stands() {
    let look =
        async |acts: &[Act]| with_session(Gateway::Waha, acts, |session| async move { session.look().await }).await;
    let session = |status: &str| {
        answer(200, &json!({"name": "acme", "status": status, "me": {"id": format!("{ANA}@c.us"), "pushName": "~"}}))
    };
    let of_code = |code: Option<&str>| SessionNews::Code { code: code.map(str::to_owned) };
    for (acts, expected) in [
        (vec![session("WORKING")], SessionNews::Connected { phone: Phone::from_gateway(ANA).ok() }),
        (vec![session("STARTING")], SessionNews::Connecting),
        (vec![session("SCAN_QR_CODE"), answer(200, &json!({"value": "2@abc"}))], of_code(Some("2@abc"))),
        (vec![session("SCAN_QR_CODE"), answer(422, &json!({}))], of_code(None)),
        (vec![session("PASSKEY_CONFIRMATION_REQUIRED")], SessionNews::ActionRequired),
        (vec![session("STOPPED")], SessionNews::Ended),
        (vec![session("FAILED")], SessionNews::Disconnected { reason: None }),
    ] {
        let (news, seen) = look(&acts).await;
        assert_eq!(news, Ok(expected), "{acts:?}");
        let asked = ["GET /api/sessions/acme", "GET /api/acme/auth/qr?format=raw"];
        assert_eq!(lines(&seen), asked[..acts.len()]);
    }
    assert_eq!(look(&[answer(404, &json!({}))]).await.0, Err(SessionError::Gone));
    let unreadable = Err(SessionError::Unavailable("unreadable_answer".to_owned()));
    assert_eq!(look(&[session("NEW")]).await.0, unreadable);
}

#[tokio::test]
async fn a_session_is_restarted_paused_and_closed() {
    async fn call<F: Future<Output = Result<(), SessionError>>>(
        acts: &[Act],
        call: impl FnOnce(Box<dyn SessionClient>) -> F,
    ) -> (Result<(), SessionError>, String) {
        let (done, seen) = with_session(Gateway::Waha, acts, call).await;
        (done, lines(&seen).join(", "))
    }
    let restart = async |acts: &[Act]| call(acts, |session| async move { session.restart().await }).await;
    let pause = async |acts: &[Act]| call(acts, |session| async move { session.pause().await }).await;
    let close = async |acts: &[Act]| call(acts, |session| async move { session.close().await }).await;
    let act = |status: u16| answer(status, &json!({}));

    assert_eq!(restart(&[act(201)]).await, (Ok(()), "POST /api/sessions/acme/restart".to_owned()));
    assert_eq!(restart(&[act(404)]).await.0, Err(SessionError::Gone));
    assert_eq!(pause(&[act(201)]).await, (Ok(()), "POST /api/sessions/acme/stop".to_owned()));
    assert_eq!(pause(&[act(401)]).await.0, Err(SessionError::Refused("http_401".to_owned())));

    let both = "POST /api/sessions/acme/logout, DELETE /api/sessions/acme".to_owned();
    for (logout, delete, expected) in [
        (201, 200, Ok(())),
        (404, 404, Ok(())),
        (422, 200, Ok(())),
        (201, 500, Err(SessionError::Unavailable("http_500".to_owned()))),
        (401, 401, Err(SessionError::Refused("http_401".to_owned()))),
    ] {
        assert_eq!(close(&[act(logout), act(delete)]).await, (expected, both.clone()), "{logout} {delete}");
    }
    // The phone comes first: without the session nobody could log it out.
    assert_eq!(close(&[act(500)]).await.0, Err(SessionError::Unavailable("http_500".to_owned())));
}
