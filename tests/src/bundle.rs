//! The bundle at work on this machine, and how a caller, a gateway and a person meet it.

use local::{Laptop, Options};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};
use world::{Category, Gateway, Sender, Template};

/// Nothing here takes longer unless it is stuck.
const PATIENCE: Duration = Duration::from_secs(180);

static BUILT: OnceCell<()> = OnceCell::const_new();
/// Bundles at once: while one waits, another works; more would only wait for each other.
const SEATS: u32 = 3;
static FREE: Semaphore = Semaphore::const_new(SEATS as usize);

pub struct Bundle {
    pub laptop: Laptop,
    pub http: reqwest::Client,
    _seats: SemaphorePermit<'static>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub retry_after: Option<String>,
    pub body: Value,
}

/// A business with one sender and a key of its own.
pub struct TestBusiness {
    pub id: String,
    pub key: String,
    pub address: String,
    pub webhook: String,
}

impl Bundle {
    pub async fn start() -> Self {
        Self::seated(1, &[]).await
    }

    /// With no other bundle beside it, for a test that looks at the time things take.
    pub async fn alone() -> Self {
        Self::with(&[]).await
    }

    /// Alone, and with template parameters that are not the defaults: short time-outs leave no time for another bundle.
    pub async fn with(parameters: &[(&str, &str)]) -> Self {
        Self::seated(SEATS, parameters).await
    }

    async fn seated(seats: u32, parameters: &[(&str, &str)]) -> Self {
        BUILT.get_or_init(async || local::programs::build(&local::workspace().join("Cargo.toml")).await.unwrap()).await;
        let seats = FREE.acquire_many(seats).await.unwrap();
        let mut given: BTreeMap<_, _> =
            ["KeyLimitRequests", "OperatorLimitRequests"].map(|name| (name.to_owned(), "1000000".to_owned())).into();
        // What a conversation or a change of a customer leaves to do is done before a test has settled.
        given.insert("ConversationSeconds".to_owned(), "2".to_owned());
        given.insert("IndexWindowSeconds".to_owned(), "1".to_owned());
        given.extend(parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let show_logs = std::env::var_os("SHOW_LOGS").is_some();
        // Programs built otherwise, to measure them.
        let programs = std::env::var_os("PROGRAMS").map(Into::into);
        let options = Options { parameters: given, show_logs, programs, ..Options::default() };
        let laptop = Laptop::start(options).await.unwrap();
        let http = local::http_client().unwrap();
        Self { laptop, http, _seats: seats }
    }

    pub async fn call(&self, method: &str, path: &str, key: &str, body: Option<&Value>) -> Answer {
        let url = format!("{}{path}", self.laptop.address());
        let mut request = self.http.request(method.parse().unwrap(), url);
        if !key.is_empty() {
            request = request.header("x-api-key", key);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = Answer::of(request.send().await.unwrap()).await;
        crate::document::holds(method, path, &answer);
        answer
    }

    pub async fn post(&self, path: &str, key: &str, body: Value) -> Answer {
        self.call("POST", path, key, Some(&body)).await
    }

    pub async fn get(&self, path: &str, key: &str) -> Answer {
        self.call("GET", path, key, None).await
    }

    pub fn operator(&self) -> &'static str {
        self.laptop.operator_key()
    }

    /// A business in its gateway's country, made by the documented calls.
    pub async fn business(&self, gateway: Gateway, per_minute: u32) -> TestBusiness {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);
        let address = format!("{}", 100_000 + NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let (name, credentials) = match gateway {
            Gateway::CloudApi => ("cloud_api", json!({"access_token": "t", "app_secret": "s", "verify_token": "v"})),
            Gateway::Evolution => ("evolution", json!({"api_key": "t", "webhook_secret": "s"})),
            Gateway::Waha => ("waha", json!({"api_key": "t", "webhook_secret": "s"})),
            Gateway::Whapi => ("whapi", json!({"token": "t", "webhook_secret": "s"})),
        };
        let templates = json!({
            "missing_fields": {"name": "perfil", "language": "pt_BR", "variables": ["name", "fields"],
                               "body": "Oi {{1}}, falta: {{2}}"},
            "points": {"name": "pontos", "language": "pt_BR", "variables": ["points", "balance"], "occasion": "any",
                       "body": "Você tem {{1}} novos, {{2}} ao todo"},
        });
        let business = json!({
            "name": "Pet Feliz", "country": "BR", "locale": "pt-BR", "currency": "BRL", "timezone": "America/Sao_Paulo",
            "owners": [{"name": "Rui", "phone": "+55 11 91234-0000"}],
            "senders": [{"gateway": name, "address": address, "credentials": credentials,
                         "messages_per_minute": per_minute, "templates": templates}],
            "settings": {"quiet_from": "00:00", "quiet_until": "00:00", "weekly_cap": 100},
        });
        let made = self.post("/api/businesses", self.operator(), business).await.expect(201);
        let id = made["business_id"].as_str().unwrap().to_owned();
        let webhook = made["senders"][0]["webhook_path"].as_str().unwrap().to_owned();
        let path = format!("/api/businesses/{id}/keys");
        let key = self.post(&path, self.operator(), json!({"label": "test"})).await.expect(201);
        let cloud_api = gateway == Gateway::CloudApi;
        let template = |name: &str, body: &str| Template {
            name: name.to_owned(),
            language: "pt_BR".to_owned(),
            category: Category::Utility,
            body: body.to_owned(),
            buttons: Vec::new(),
        };
        self.laptop.world().register(Sender {
            gateway,
            address: address.clone(),
            number: "5511900000000".to_owned(),
            name: "Pet Feliz".to_owned(),
            token: "t".to_owned(),
            webhook: webhook.clone(),
            app_secret: cloud_api.then(|| "s".to_owned()),
            verify_token: cloud_api.then(|| "v".to_owned()),
            webhook_headers: [("Authorization".to_owned(), "Bearer s".to_owned())]
                .into_iter()
                .filter(|_| !cloud_api)
                .collect(),
            templates: vec![
                template("perfil", "Oi {{1}}, falta: {{2}}"),
                template("pontos", "Você tem {{1}} novos, {{2}} ao todo"),
            ],
        });
        TestBusiness { id, key: key["key"].as_str().unwrap().to_owned(), address, webhook }
    }

    /// A registered customer who lacks nothing, and so is asked nothing.
    pub async fn customer(&self, business: &TestBusiness, phone: &str) -> String {
        let body = json!({"phone": phone, "name": "Ana", "email": "ana@example.com", "birthday": "--03-10",
                          "gender": "female", "city": "Santos", "marketing_consent": true});
        let made = self.post("/api/customers", &business.key, body).await;
        assert!([200, 201].contains(&made.status), "{made:?}");
        made.body["customer_id"].as_str().unwrap().to_owned()
    }

    pub fn write(&self, business: &TestBusiness, phone: &str, text: &str) {
        let inbound = json!({"sender": business.address, "phone": phone, "text": text});
        self.laptop.world().inbound(&serde_json::from_value(inbound).unwrap()).unwrap();
    }

    /// The texts that the phone got from the business, oldest first.
    pub fn got(&self, business: &TestBusiness, phone: &str) -> Vec<String> {
        let person = world::person(phone);
        let sent = self.laptop.world().sent().into_iter();
        sent.filter(|it| it.sender == business.address && it.to == person).map(|it| it.text).collect()
    }

    /// Waits until it holds.
    pub async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let waiting = async {
            while !holds().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            let logs = self.laptop.logs().into_iter().filter(|line| !line.text.starts_with("{\"_aws\""));
            let logs: Vec<_> = logs.map(|line| format!("{} {}", line.function, line.text)).collect();
            panic!("never: {what}\n{}", logs.join("\n"));
        }
    }

    pub async fn messages(&self, business: &TestBusiness) -> Vec<Value> {
        let (mut all, mut path) = (Vec::new(), "/api/messages?limit=100".to_owned());
        loop {
            let page = self.get(&path, &business.key).await.expect(200);
            all.extend(page["messages"].as_array().unwrap().iter().cloned());
            match page["cursor"].as_str() {
                Some(cursor) => path = format!("/api/messages?limit=100&cursor={cursor}"),
                None => return all,
            }
        }
    }

    /// The sum of a metric that functions counted, whatever its labels.
    pub fn counted(&self, metric: &str) -> u64 {
        let lines = self.laptop.logs().into_iter().filter(|line| line.text.starts_with("{\"_aws\""));
        let values = lines.filter_map(|line| serde_json::from_str::<Value>(&line.text).ok()?[metric].as_u64());
        values.sum()
    }

    /// The number of dead letters in all queues.
    pub async fn dead_letters(&self) -> u64 {
        let queues = self.get("/_local/queues", "").await.expect(200);
        queues["queues"].as_array().unwrap().iter().map(|queue| queue["dead"].as_u64().unwrap()).sum()
    }

    pub async fn end(self) {
        let Self { laptop, _seats, .. } = self;
        laptop.shutdown().await.unwrap();
    }
}

impl Answer {
    pub async fn of(response: reqwest::Response) -> Self {
        let header =
            |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap_or_default().to_owned());
        let (status, content_type) = (response.status().as_u16(), header("content-type").unwrap_or_default());
        let retry_after = header("retry-after");
        let bytes = response.bytes().await.unwrap();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Self { status, content_type, retry_after, body }
    }

    /// The body of an answer of this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }
}
