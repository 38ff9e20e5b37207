//! Demo data: three businesses with their customers and appointments, loaded by the public API alone.

mod people;
mod places;
mod purchases;
mod templates;

use chrono::{Days, NaiveDate};
use futures::{StreamExt, TryStreamExt, stream};
use http::StatusCode;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use people::Person;
use places::{PLACES, Place};
use serde_json::{Value, json};
use std::time::Duration;
use world::{Contact, Gateway, Role, Sender, World};

use crate::onboarding;

/// Requests at once.
const AT_ONCE: usize = 8;
/// Requests in a window of the demo's keys.
const KEY_LIMIT: u32 = 100_000;
/// Tries of one request.
const TRIES: u32 = 4;

/// The API and the world that the demo data goes to.
pub struct Target<'a> {
    /// With time-outs.
    pub http: &'a reqwest::Client,
    /// The public API without a slash at the end, as `http://127.0.0.1:8080`.
    pub api: &'a str,
    /// May create businesses.
    pub operator_key: &'a str,
    /// Gets the senders and the people.
    pub world: &'a World,
    /// Some customers have their birthday then.
    pub today: NaiveDate,
    /// Customers of each business at most, for a quick start.
    pub most_customers: usize,
}

/// A business that was loaded.
#[derive(Clone)]
pub struct Loaded {
    /// As its customers know it.
    pub name: &'static str,
    /// Its id at the API.
    pub business_id: String,
    /// A business key of its own.
    pub key: String,
    /// The number of its customers.
    pub customers: usize,
}

/// Why demo data could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The API could not be reached.
    #[error("{route} was not answered")]
    Unreachable {
        /// Method and path, without what is private.
        route: &'static str,
        /// The error of the HTTP client.
        #[source]
        source: reqwest::Error,
    },
    /// The API answered with a problem.
    #[error("{route} answered {status}: {title}")]
    Refused {
        /// Method and path, without what is private.
        route: &'static str,
        /// The status of the answer.
        status: StatusCode,
        /// Title of the problem, and the fields it names.
        title: String,
    },
    /// The API's answer lacks what it must have.
    #[error("{route} answered without {field}")]
    Unreadable {
        /// Method and path, without what is private.
        route: &'static str,
        /// The name of the field that is missing.
        field: &'static str,
    },
}

/// Loads the three businesses.
///
/// # Errors
/// The API cannot be reached, or refuses.
pub async fn load(target: &Target<'_>) -> Result<Vec<Loaded>, DemoError> {
    stream::iter(&PLACES).then(|place| business(target, place)).try_collect().await
}

/// The demo's businesses as the operator makes them: bodies of `POST /api/businesses`.
#[must_use]
pub fn openings() -> Vec<Value> {
    PLACES.iter().map(opening).collect()
}

fn opening(place: &Place) -> Value {
    let owners: Value =
        place.owners.iter().map(|(name, phone)| json!({"name": name, "phone": format!("+{phone}")})).collect();
    let mut body = (place.profile)();
    body["owners"] = owners;
    body["senders"] = json!([{
        "gateway": place.gateway,
        "address": place.address,
        "credentials": Secrets::of(place).credentials(place.gateway),
        "templates": templates::given(place.templates),
    }]);
    body
}

async fn business(target: &Target<'_>, place: &'static Place) -> Result<Loaded, DemoError> {
    let body = opening(place);
    let route = "POST /api/businesses";
    let answer = post(target, route, "/api/businesses", target.operator_key, &body).await?;
    let business_id = field(route, &answer, "/business_id", "business_id")?;
    let webhook = field(route, &answer, "/senders/0/webhook_path", "senders[0].webhook_path")?;

    let route = "POST /api/businesses/{business_id}/keys";
    let path = format!("/api/businesses/{business_id}/keys");
    let limit = json!({"label": "demo", "limit": KEY_LIMIT});
    let answer = post(target, route, &path, target.operator_key, &limit).await?;
    let key = field(route, &answer, "/key", "key")?;

    let sender = onboarding::outside(&body["senders"][0], place.name, place.address, &webhook);
    let sender = sender.ok_or(DemoError::Unreadable { route, field: "senders[0]" })?;
    target.world.register(Sender {
        number: place.number.to_owned(),
        templates: templates::known(place.templates),
        ..sender
    });
    let count = place.customers.min(target.most_customers);
    let people = people::customers(place.names, count, place.unfinished, target.today, place.phone);
    let owner = |(name, phone): &(&str, &str)| contact(place, name, phone, Role::Owner);
    target.world.add_contacts(place.owners.iter().map(owner));
    target.world.add_contacts(people.iter().map(|person| contact(place, &person.name, &person.phone, Role::Customer)));
    let register = |person: Person| {
        let key = &key;
        async move { post(target, "POST /api/customers", "/api/customers", key, &person.body).await.map(drop) }
    };
    let visits = visits(place, &people, target.today);
    let phones: Vec<String> = people.iter().map(|person| person.phone.clone()).collect();
    stream::iter(people).map(register).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    for body in purchases::purchases(&phones, place.products, target.today) {
        let route = "POST /api/purchases";
        let answer = post(target, route, "/api/purchases", &key, &body).await?;
        let results = answer["results"].as_array().into_iter().flatten();
        let kept = results.filter(|result| result["status"].as_u64().is_some_and(|status| status < 300)).count();
        if Some(kept) != body["purchases"].as_array().map(Vec::len) {
            return Err(DemoError::Unreadable { route, field: "results" });
        }
    }
    // Of a day on which the business is closed nothing is made.
    post(target, "POST /api/appointments", "/api/appointments", &key, &visits).await?;
    Ok(Loaded { name: place.name, business_id, key, customers: count })
}

/// The appointments of today, and two of tomorrow's: then there is room for more.
fn visits(place: &Place, people: &[Person], today: NaiveDate) -> Value {
    let tomorrow = today + Days::new(1);
    let mut people = people.iter().cycle().step_by(5);
    let mut appointments = Vec::new();
    for (date, status, most) in [(today, "confirmed", place.visits.len()), (tomorrow, "pending", 2)] {
        for (time, service, price) in place.visits.iter().take(most) {
            let Some(person) = people.next() else { continue };
            let mut body = json!({
                "appointment_id": format!("demo-{date}-{time}"), "phone": person.body["phone"], "service": service,
                "start": format!("{date}T{time}"), "price": price, "status": status,
            });
            if let Some(pet) = person.body.pointer("/pets/0/name") {
                body["pet"] = pet.clone();
            }
            appointments.push(body);
        }
    }
    json!({"appointments": appointments})
}

fn contact(place: &Place, name: &str, phone: &str, role: Role) -> Contact {
    Contact { sender: place.address.to_owned(), phone: phone.to_owned(), name: name.to_owned(), role }
}

/// The secrets that a sender and its gateway both know. They guard nothing, as the gateway is simulated.
struct Secrets {
    token: String,
    webhook: String,
    verify: String,
}

impl Secrets {
    fn of(place: &Place) -> Self {
        let secret = |what| format!("demo-{what}-{}", place.address);
        Self { token: secret("token"), webhook: secret("webhook"), verify: secret("verify") }
    }

    fn credentials(&self, gateway: Gateway) -> Value {
        match gateway {
            Gateway::CloudApi => {
                json!({"access_token": self.token, "app_secret": self.webhook, "verify_token": self.verify})
            }
            Gateway::Evolution | Gateway::Waha => json!({"api_key": self.token, "webhook_secret": self.webhook}),
            Gateway::Whapi => json!({"token": self.token, "webhook_secret": self.webhook}),
        }
    }
}

/// Posts until it is answered with success; again after a pause while the API is busy or starting.
async fn post(
    target: &Target<'_>,
    route: &'static str,
    path: &str,
    key: &str,
    body: &Value,
) -> Result<Value, DemoError> {
    let url = format!("{}{path}", target.api);
    let mut tries = 0;
    loop {
        tries += 1;
        let request = target.http.post(&url).header("x-api-key", key).header(CONTENT_TYPE, "application/json");
        let unreachable = |source: reqwest::Error| DemoError::Unreachable { route, source: source.without_url() };
        let response = request.body(body.to_string()).send().await.map_err(unreachable)?;
        let status = response.status();
        let told = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let bytes = response.bytes().await.map_err(unreachable)?;
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if status.is_success() {
            return Ok(answer);
        }
        let again = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        if !again || tries == TRIES {
            return Err(DemoError::Refused { route, status, title: title(&answer) });
        }
        tokio::time::sleep(Duration::from_secs(told.unwrap_or(1_u64).min(10))).await;
    }
}

/// The problem's title and the fields it names; never a value.
fn title(problem: &Value) -> String {
    let title = problem["title"].as_str().unwrap_or("no problem document");
    let errors = problem["errors"].as_array().into_iter().flatten();
    let fields: Vec<&str> = errors.filter_map(|error| error["pointer"].as_str()).collect();
    if fields.is_empty() { title.to_owned() } else { format!("{title} ({})", fields.join(", ")) }
}

fn field(route: &'static str, answer: &Value, pointer: &str, field: &'static str) -> Result<String, DemoError> {
    let text = answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    text.ok_or(DemoError::Unreadable { route, field })
}
