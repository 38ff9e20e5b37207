//! The rules that hold for all gateways, and the ground that the tests of each stand on: clients against a real HTTP
//! server.

mod recordings;
mod server;
mod webhooks;

pub use server::{Act, Seen, against, gateways, nobody};

use crate::{Address, Body, Credentials, GatewayClient, Gateways, Outbound, SendOutcome, adapter};
use crate::{SessionClient, SessionWebhook};
use chrono::{DateTime, Utc};
use domain::{BusinessId, Button, Gateway, Phone, Refusal, Sender, SenderId, SentAs};
use http::{HeaderMap, HeaderName};
use serde_json::Value;
use server::network;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use strum::IntoEnumIterator;
use uuid::Uuid;

pub const ANA: &str = "5511999990001";

/// The sender's address.
pub const NUMBER: &str = "200000000000002";

/// A webhook's body, and Meta's signature of it under `test_app_secret`.
pub const BODY: &[u8] = br#"{"object":"whatsapp_business_account","entry":[]}"#;
pub const SIGNED: &str = "sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756";

pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

pub fn now() -> DateTime<Utc> {
    at(1_790_500_000)
}

pub fn ana_phone() -> Option<Phone> {
    Some(Phone::from_gateway(ANA).unwrap())
}

fn sender(gateway: Gateway) -> Sender {
    Sender {
        sender_id: SenderId(Uuid::nil()),
        business_id: BusinessId(Uuid::nil()),
        gateway,
        address: NUMBER.to_owned(),
        sealed_credentials: String::new(),
        per_minute: 20,
        in_use_since: None,
        templates: BTreeMap::new(),
    }
}

/// What went under an approved template.
pub fn sent_as(template: &str, language: &str, text: &str) -> SentAs {
    let (template, language, text) = (template.to_owned(), language.to_owned(), text.to_owned());
    SentAs { template, language, text, buttons: Vec::new() }
}

/// Each text is the name of its field.
fn credentials(gateway: Gateway) -> Credentials {
    let fields = adapter(gateway).credential_fields().iter();
    let json: Value = fields.map(|field| ((*field).to_owned(), Value::from(*field))).collect();
    Credentials::from_json(gateway, &json).unwrap()
}

/// Whether a webhook with this header is taken for the gateway's.
pub fn authentic(credentials: &Credentials, name: &'static str, value: &str, body: &[u8]) -> bool {
    let headers = HeaderMap::from_iter([(HeaderName::from_static(name), value.parse().unwrap())]);
    adapter(credentials.gateway()).is_authentic(credentials, &headers, body)
}

pub fn client(gateways: &Gateways, gateway: Gateway) -> Box<dyn GatewayClient> {
    gateways.client(network(), &sender(gateway), &credentials(gateway)).unwrap()
}

pub fn ana() -> Address {
    Address::Phone(Phone::from_gateway(ANA).unwrap())
}

pub fn hello() -> Body {
    Body::Text("Olá, Ana".to_owned())
}

/// A question with choices.
pub fn choices() -> Vec<Button> {
    vec![Button::new("appointment/7/come", "Vou"), Button::new("appointment/7/cannot", "Não posso")]
}

pub fn with_choices() -> Body {
    Body::Buttons { text: "Você vem?".to_owned(), buttons: choices() }
}

pub fn outbound(to: Address, body: Body) -> Outbound {
    Outbound { to, body, message_id: "direct/run:42".parse().unwrap() }
}

pub async fn sent(gateway: Gateway, act: Act, to: Address, body: Body) -> (SendOutcome, Vec<Seen>) {
    let acts = [act];
    against(&acts, |url| async move { client(&gateways(&url), gateway).send(&outbound(to, body)).await }).await
}

pub async fn outcome(gateway: Gateway, act: Act) -> SendOutcome {
    sent(gateway, act, ana(), hello()).await.0
}

pub fn answer(status: u16, body: &Value) -> Act {
    Act::Answer(status, "", body.to_string())
}

pub fn refusal(outcome: &SendOutcome) -> Option<Refusal> {
    match outcome {
        SendOutcome::NotAccepted { refusal, .. } => Some(*refusal),
        SendOutcome::Accepted { .. } | SendOutcome::Perhaps { .. } => None,
    }
}

/// A session under test, at a server that plays the acts.
pub async fn with_session<T, F: Future<Output = T>>(
    gateway: Gateway,
    acts: &[Act],
    call: impl FnOnce(Box<dyn SessionClient>) -> F,
) -> (T, Vec<Seen>) {
    against(acts, |url| call(gateways(&url).session(network(), gateway, "acme", "key").unwrap())).await
}

/// Where a session under test reports.
pub fn session_webhook() -> SessionWebhook {
    SessionWebhook { url: "https://h.example/webhooks/s3".to_owned(), secret: "hush".to_owned() }
}

/// The request lines that were seen, without the version.
pub fn lines(seen: &[Seen]) -> Vec<&str> {
    seen.iter().filter_map(|it| it.head.split(" HTTP/1.1").next()).collect()
}

pub fn is_perhaps(outcome: &SendOutcome, word: &str) -> bool {
    matches!(outcome, SendOutcome::Perhaps { reason } if reason == word)
}

#[tokio::test]
async fn a_message_that_cannot_be_right_is_not_even_sent() {
    let gateways = gateways(&nobody().await);
    let too_long = Body::Text("é".repeat(4097));
    let chat = Address::Chat(format!("{ANA}@s.whatsapp.net"));
    for (gateway, to, body) in [
        (Gateway::CloudApi, ana(), too_long),
        (Gateway::CloudApi, ana(), Body::Text(" \n".to_owned())),
        (Gateway::CloudApi, ana(), Body::Buttons { text: " ".to_owned(), buttons: choices() }),
        (Gateway::CloudApi, ana(), Body::Buttons { text: "é".repeat(4090), buttons: choices() }),
        (Gateway::CloudApi, chat.clone(), hello()),
        (Gateway::Whapi, Address::Bsuid("BR.1".to_owned()), hello()),
        (Gateway::Whapi, chat.clone(), Body::Text(String::new())),
        (Gateway::Evolution, Address::Bsuid("BR.1".to_owned()), hello()),
        (Gateway::Evolution, chat, Body::Text(String::new())),
        (Gateway::Evolution, ana(), Body::Buttons { text: " ".to_owned(), buttons: choices() }),
        (Gateway::Waha, Address::Bsuid("BR.1".to_owned()), hello()),
        (Gateway::Waha, ana(), Body::Text(" ".to_owned())),
    ] {
        let outcome = client(&gateways, gateway).send(&outbound(to, body)).await;
        assert_eq!(refusal(&outcome), Some(Refusal::BadRequest), "{outcome:?}");
    }
    let mixed = gateways.client(network(), &sender(Gateway::Whapi), &credentials(Gateway::CloudApi));
    assert!(mixed.is_err());
}

#[tokio::test]
async fn a_connection_that_fails_before_or_after_the_request_is_told_apart() {
    for gateway in Gateway::iter() {
        let refused = client(&gateways(&nobody().await), gateway).send(&outbound(ana(), hello())).await;
        assert_eq!(refused, SendOutcome::refused(Refusal::Retry, "not_connected"));
        let lost = outcome(gateway, Act::HangUp).await;
        assert!(is_perhaps(&lost, "connection_lost"), "{lost:?}");
        let silent = outcome(gateway, Act::Silence).await;
        assert!(is_perhaps(&silent, "timed_out"), "{silent:?}");
        let half = outcome(gateway, Act::Answer(200, "content-length: 99\r\nx-", String::new())).await;
        assert!(is_perhaps(&half, "connection_lost"), "{half:?}");
    }
}

#[test]
fn each_gateway_is_a_line_of_the_list() {
    let all: Vec<_> = Gateway::iter().map(adapter).collect();
    let variables: BTreeSet<_> = all.iter().map(|it| it.endpoint().variable).collect();
    assert_eq!(variables.len(), all.len(), "two gateways with one address");
    for adapter in all {
        // One that the operator runs is on the same machine until it is told where.
        let url = adapter.endpoint().url;
        let is_safe = url.starts_with("https://") || url.starts_with("http://localhost:");
        assert!(is_safe && !url.ends_with('/'), "{url}");
        assert!(!adapter.credential_fields().contains(&"gateway"), "the seal has a field of this name");
        // Else nothing could ever be learnt of a message whose answer was lost.
        assert!(adapter.statuses_carry_our_id() || adapter.can_be_searched());
    }
}

#[tokio::test]
async fn only_a_gateway_that_can_be_searched_answers() {
    for gateway in Gateway::iter() {
        let client = client(&gateways(&nobody().await), gateway);
        let (text, buttons, since) = ("Olá".to_owned(), Vec::new(), DateTime::UNIX_EPOCH);
        let sought = crate::Sought { to: ana(), text, buttons, since };
        let can = client.find_sent(&sought).await != crate::SearchOutcome::Unsupported;
        assert_eq!(can, adapter(gateway).can_be_searched(), "{gateway}");
    }
}

#[test]
fn a_gateway_with_sessions_takes_the_credentials_that_a_session_has() {
    let with_sessions: Vec<Gateway> = Gateway::iter()
        .filter(|gateway| gateways("http://localhost:1").session(network(), *gateway, "acme", "k").is_some())
        .collect();
    assert_eq!(with_sessions, [Gateway::Evolution, Gateway::Waha]);
    for gateway in with_sessions {
        assert_eq!(adapter(gateway).credential_fields(), ["api_key", "webhook_secret"], "{gateway}");
        let own = Credentials::of_session(gateway, "k", "s");
        let sender = sender(gateway);
        assert!(gateways("http://localhost:1").client(network(), &sender, &own).is_ok(), "{gateway}");
        for (name, good) in [("acme-1", true), ("a.b_c", true), ("..", false), ("a/b", false), ("", false)] {
            assert_eq!(adapter(gateway).check_address(name).is_ok(), good, "{gateway} {name}");
        }
    }
}

#[test]
fn nothing_private_is_shown() {
    assert!(!format!("{:?}", outbound(ana(), hello())).contains(ANA));
    for gateway in Gateway::iter() {
        let shown = format!("{:?}", credentials(gateway));
        assert_eq!(shown, format!("Credentials({gateway}, …)"));
    }
}
