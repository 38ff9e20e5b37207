//! Recordings: how each gateway names one in its webhooks, and how it is fetched there.

use super::server::{Act, against, gateways};
use super::{answer, client};
use crate::{Recording, adapter};
use chrono::DateTime;
use domain::Gateway;
use serde_json::{Value, json};

const VOICE: &str = "audio/ogg; codecs=opus";

fn named(gateway: Gateway, address: &str, body: &Value) -> Option<String> {
    let read = adapter(gateway).read_webhook(body.to_string().as_bytes(), address, DateTime::UNIX_EPOCH);
    read.unwrap().inbound.remove(0).media
}

#[test]
fn each_gateway_names_a_recording_and_a_picture() {
    let message = json!({"from": "5511999990001", "id": "m", "timestamp": "1790000000", "type": "audio",
                         "audio": {"id": "1234567890123456", "mime_type": VOICE, "voice": true}});
    let value = json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"}, "messages": [message]});
    let meta = json!({"object": "whatsapp_business_account",
                      "entry": [{"id": "w", "changes": [{"field": "messages", "value": value}]}]});
    assert_eq!(named(Gateway::CloudApi, "1", &meta).as_deref(), Some("1234567890123456"));

    let whapi = |content: Value| {
        let mut message = json!({"id": "m", "from_me": false, "chat_id": "5511999990001@s.whatsapp.net",
                                 "timestamp": 1_790_000_000});
        message.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
        json!({"messages": [message], "event": {"type": "messages", "event": "post"}, "channel_id": "C"})
    };
    let voice = whapi(json!({"type": "voice", "voice": {"id": "ogg-m", "mime_type": VOICE}}));
    assert_eq!(named(Gateway::Whapi, "C", &voice).as_deref(), Some("ogg-m"));
    let picture = whapi(json!({"type": "image", "image": {"id": "jpeg-m"}}));
    assert_eq!(named(Gateway::Whapi, "C", &picture).as_deref(), Some("jpeg-m"));

    let evolution = |message: Value| {
        json!({"event": "messages.upsert", "instance": "acme", "date_time": "2026-11-21T18:00:00.000Z", "data": {
            "key": {"remoteJid": "5511999990001@s.whatsapp.net", "fromMe": false, "id": "3EB0"},
            "message": message, "messageTimestamp": 1_790_000_000}})
    };
    let voice = json!({"ephemeralMessage": {"message": {"audioMessage": {"mimetype": VOICE, "ptt": true}}}});
    assert_eq!(named(Gateway::Evolution, "acme", &evolution(voice)).as_deref(), Some("3EB0"));
    assert_eq!(named(Gateway::Evolution, "acme", &evolution(json!({"conversation": "oi"}))), None);

    let waha = |url: Value| {
        json!({"event": "message", "session": "acme", "payload": {
            "id": "false_5511999990001@c.us_AA", "timestamp": 1_790_000_000, "from": "5511999990001@c.us",
            "fromMe": false, "body": "", "hasMedia": true, "media": {"url": url, "mimetype": VOICE}}})
    };
    let kept = waha(json!("http://localhost:3000/api/files/acme/AA.oga"));
    assert_eq!(named(Gateway::Waha, "acme", &kept).as_deref(), Some("/api/files/acme/AA.oga"));
    for elsewhere in
        [json!("https://bucket.s3.example/acme/AA.oga"), json!("http://169.254.169.254/latest"), json!(null)]
    {
        assert_eq!(named(Gateway::Waha, "acme", &waha(elsewhere)), None);
    }
}

/// Fetches a recording at a server that plays the acts: the recording or the reason, and the requests.
async fn fetched(gateway: Gateway, name: &str, acts: &[Act]) -> (Result<Recording, (String, bool)>, Vec<String>) {
    let fetch = |url: String| async move { client(&gateways(&url), gateway).recording(name).await };
    let (found, seen) = against(acts, fetch).await;
    (found.map_err(|no| (no.reason, no.again)), seen.into_iter().map(|seen| seen.head).collect())
}

fn file() -> Act {
    Act::Answer(200, "content-type: audio/ogg; codecs=opus\r\n", "OggS".to_owned())
}

#[tokio::test]
async fn each_gateway_gives_a_recording() {
    let recording = || Ok(Recording { audio: "OggS".into(), mime: VOICE.to_owned() });
    for (gateway, name, act, request) in [
        (Gateway::Whapi, "ogg-m", file(), "GET /media/ogg-m HTTP/1.1"),
        (Gateway::Waha, "/api/files/acme/AA.oga", file(), "GET /api/files/acme/AA.oga HTTP/1.1"),
        (
            Gateway::Evolution,
            "3EB0",
            answer(201, &json!({"mediaType": "audioMessage", "mimetype": VOICE, "base64": "T2dnUw==", "buffer": null})),
            "POST /chat/getBase64FromMediaMessage/",
        ),
    ] {
        let (found, seen) = fetched(gateway, name, &[act]).await;
        assert!(found == recording(), "{gateway}");
        assert!(seen[0].starts_with(request), "{}", seen[0]);
    }
}

/// Where Meta says the file is, the key goes only by TLS or to Meta itself.
#[tokio::test]
async fn cloud_api_tells_where_a_recording_is() {
    let told = |url: String| answer(200, &json!({"url": url, "mime_type": VOICE, "file_size": 4, "id": "7"}));
    let (found, seen) = fetched(Gateway::CloudApi, "7", &[told("http://169.254.169.254/latest".to_owned())]).await;
    assert!(matches!(found, Err((reason, true)) if reason == "unbuildable_request"));
    assert!(seen[0].contains("/7 HTTP/1.1") && seen.len() == 1, "{seen:?}");

    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let elsewhere = told(format!("http://127.0.0.1:{port}/x"));
    let (found, _) = fetched(Gateway::CloudApi, "7", &[elsewhere]).await;
    assert!(found.is_err(), "another port is another server");
}

#[tokio::test]
async fn a_recording_that_is_not_there_says_whether_to_come_again() {
    let refused = |status: u16| answer(status, &json!({}));
    for gateway in [Gateway::CloudApi, Gateway::Whapi, Gateway::Evolution, Gateway::Waha] {
        for (act, reason, again) in [
            (refused(410), "http_410", false),
            (refused(404), "http_404", true),
            (refused(429), "http_429", true),
            (refused(500), "http_500", true),
            (Act::HangUp, "connection_lost", true),
            (Act::Silence, "timed_out", true),
        ] {
            let name = if gateway == Gateway::Waha { "/api/files/acme/7.oga" } else { "7" };
            let (found, _) = fetched(gateway, name, std::slice::from_ref(&act)).await;
            assert!(matches!(&found, Err((why, more)) if why == reason && *more == again), "{gateway} {act:?}");
        }
        if gateway != Gateway::Evolution {
            let (found, seen) = fetched(gateway, "../secrets", &[]).await;
            assert!(matches!(found, Err((reason, false)) if reason == "unusable_name"));
            assert!(seen.is_empty());
        }
    }
}
