//! The world as its callers see it: in process on a paused clock, and once on a real socket.

mod faults;
mod page;
mod socket;

use crate::*;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use http::{Method, Request};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

pub const SHOP: &str = "200000000000002";
pub const HOTEL: &str = "MANTIS-M72HC";
pub const ANA: &str = "5511999990001";
/// A session that was open before the world began.
pub const CAFE: &str = "cafe";

/// A world with a shop on the Cloud API and a hotel on Whapi, and the webhooks it has sent.
pub struct Outside {
    pub world: World,
    calls: Arc<Mutex<Vec<WebhookCall>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

pub fn outside() -> Outside {
    let began = Instant::now();
    let start: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
    let clock = move || start + TimeDelta::from_std(Instant::now() - began).unwrap();
    let world = World::new(Arc::new(clock), 7);
    world.register(Sender {
        gateway: Gateway::CloudApi,
        address: SHOP.to_owned(),
        number: "551130000001".to_owned(),
        name: "Pet shop".to_owned(),
        token: "meta token".to_owned(),
        webhook: "/webhooks/cloud_api/abc".to_owned(),
        app_secret: Some("app secret".to_owned()),
        verify_token: None,
        webhook_headers: [].into(),
        templates: vec![
            template("points", Category::Utility, "Olá {{1}}, você tem {{2}} pontos."),
            template("offer", Category::Marketing, "Oi {{first_name}}!"),
        ],
    });
    world.register(Sender {
        gateway: Gateway::Whapi,
        address: HOTEL.to_owned(),
        number: "5716000002".to_owned(),
        name: "Hotel".to_owned(),
        token: "whapi token".to_owned(),
        webhook: "/webhooks/whapi/def".to_owned(),
        app_secret: None,
        verify_token: None,
        webhook_headers: [("x-recado-secret".to_owned(), "s3cr3t".to_owned())].into(),
        templates: Vec::new(),
    });
    let (calls, answers) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(VecDeque::new())));
    let outside = Outside { world, calls, answers };
    let (world, calls, answers) = (outside.world.clone(), outside.calls.clone(), outside.answers.clone());
    let sink: Sink = Arc::new(move |call: WebhookCall| {
        let status = answers.lock().unwrap().pop_front().unwrap_or(200);
        // As the door does: the challenge of the query is the answer.
        let body = call.url.split("hub.challenge=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default();
        let answer = WebhookAnswer { status, body: Bytes::from(body.to_owned()) };
        calls.lock().unwrap().push(call);
        async move { answer }.boxed()
    });
    tokio::spawn(async move { world.run(sink).await });
    outside
}

fn template(name: &str, category: Category, body: &str) -> Template {
    Template { name: name.to_owned(), language: "pt_BR".to_owned(), category, body: body.to_owned(), buttons: vec![] }
}

impl Outside {
    /// The webhooks sent since the last look.
    pub fn calls(&self) -> Vec<WebhookCall> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    /// The statuses that the next webhooks are answered with.
    pub fn answer(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    /// `value`s of the Cloud API webhooks since the last look, and Whapi's bodies.
    pub fn told(&self) -> Vec<Value> {
        let body = |call: WebhookCall| serde_json::from_slice(&call.body).unwrap_or_default();
        let mut bodies: Vec<Value> = self.calls().into_iter().map(body).collect();
        for body in &mut bodies {
            if let Some(value) = body.pointer_mut("/entry/0/changes/0/value") {
                *body = value.take();
            }
        }
        bodies
    }

    pub fn write(&self, sender: &str, phone: &str, text: &str) -> String {
        let (sender, phone, text) = (sender.to_owned(), phone.to_owned(), text.to_owned());
        self.world.inbound(&Inbound { sender, phone, text, ..Inbound::default() }).unwrap()
    }

    /// A tap on a button of a message.
    pub fn tap(&self, sender: &str, phone: &str, message: &str, button: &str) -> String {
        let tap = Inbound {
            sender: sender.to_owned(),
            phone: phone.to_owned(),
            kind: Some("reply".to_owned()),
            reply_to: Some(message.to_owned()),
            payload: Some(button.to_owned()),
            ..Inbound::default()
        };
        self.world.inbound(&tap).unwrap()
    }

    pub async fn call(&self, method: Method, path: &str, token: &str, body: &Value) -> Result<(u16, Value), NoAnswer> {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
        let response = self.world.call(request.body(Bytes::from(body.to_string())).unwrap()).await?;
        let status = response.status().as_u16();
        Ok((status, serde_json::from_slice(response.body()).unwrap_or_default()))
    }

    /// A request with these headers; its answer as it is, and as JSON.
    pub async fn ask(
        &self,
        (method, path): (Method, &str),
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Result<(u16, Value), NoAnswer> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let response = self.world.call(request.body(Bytes::from(body)).unwrap()).await?;
        Ok((response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default()))
    }

    /// Registers a sender whose session is open.
    pub fn register_session(&self, gateway: Gateway) {
        self.world.register(Sender {
            gateway,
            address: CAFE.to_owned(),
            number: "551130000009".to_owned(),
            name: "Café".to_owned(),
            token: "cafe token".to_owned(),
            webhook: "/webhooks/cafe".to_owned(),
            app_secret: Some("s3cr3t".to_owned()),
            verify_token: None,
            webhook_headers: [("x-recado-secret".to_owned(), "s3cr3t".to_owned())].into(),
            templates: Vec::new(),
        });
    }

    /// Sends by the Cloud API: fields over those of a plain text to Ana.
    pub async fn cloud(&self, fields: Value) -> Result<(u16, Value), NoAnswer> {
        let mut body = json!({
            "messaging_product": "whatsapp", "to": format!("+{ANA}"), "type": "text", "text": {"body": "Oi"},
        });
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.call(Method::POST, &format!("/cloud_api/v26.0/{SHOP}/messages"), "meta token", &body).await
    }

    pub async fn whapi(&self, to: &str, body: &str) -> Result<(u16, Value), NoAnswer> {
        let body = json!({"to": to, "body": body});
        self.call(Method::POST, "/whapi/messages/text", "whapi token", &body).await
    }

    pub async fn evolution(&self, to: &str, text: &str) -> Result<(u16, Value), NoAnswer> {
        let path = format!("/evolution/message/sendText/{CAFE}");
        self.ask((Method::POST, &path), &[("apikey", "cafe token")], &json!({"number": to, "text": text})).await
    }

    pub async fn waha(&self, to: &str, text: &str) -> Result<(u16, Value), NoAnswer> {
        let body = json!({"session": CAFE, "chatId": format!("{to}@c.us"), "text": text});
        self.ask((Method::POST, "/waha/api/sendText"), &[("x-api-key", "world-waha-key")], &body).await
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, "whapi token", &Value::Null).await.unwrap()
    }
}

pub async fn wait(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

pub fn statuses(told: &[Value]) -> Vec<&str> {
    told.iter()
        .flat_map(|value| value["statuses"].as_array().into_iter().flatten())
        .filter_map(|s| s["status"].as_str())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn one_seed_one_world() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let outside = outside();
        outside.world.set_fault(FaultRule { probability: Some(0.5), ..FaultRule::always(FaultKind::WebhookTwice) });
        for _ in 0..5 {
            outside.write(SHOP, ANA, "oi");
            outside.cloud(json!({})).await.unwrap();
            outside.whapi(ANA, "hola").await.unwrap();
            wait(1_000).await;
        }
        let calls = outside.calls();
        runs.push(calls.into_iter().map(|call| (call.url, call.body)).collect::<Vec<_>>());
    }
    assert!(runs[0].len() > 30);
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test(start_paused = true)]
async fn a_world_goes_on_where_it_was_kept() {
    let before = outside();
    before.write(SHOP, ANA, "oi");
    wait(1_000).await;
    before.cloud(json!({"biz_opaque_callback_data": "a"})).await.unwrap();
    wait(100).await;
    before.answer(&[500]);
    before.write(SHOP, "5511999990002", "alô");
    wait(10).await;
    let kept = serde_json::to_string(&before.world.keep()).unwrap();

    let after = outside();
    after.world.recall(serde_json::from_str(&kept).unwrap());
    wait(10_000).await;
    let told = after.told();
    assert_eq!(statuses(&told), ["delivered", "read"]);
    assert_eq!(told.iter().filter(|value| value["messages"][0]["text"]["body"] == "alô").count(), 1);
    assert_eq!(after.world.sent().len(), 1);
    after.cloud(json!({})).await.unwrap();
    wait(1_000).await;
    assert_eq!(statuses(&after.told()), ["sent", "delivered"], "the window is still open");
}

#[test]
fn the_core_names_no_protocol() {
    let core = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/core");
    let files: Vec<_> = std::fs::read_dir(core).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() > 10);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for gateway in Gateway::ALL {
            for name in [gateway.name().to_owned(), format!("{gateway:?}")] {
                assert!(!text.contains(&name), "{} names {name}", file.display());
            }
        }
    }
}
