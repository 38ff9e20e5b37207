//! The businesses of a run, made by the API calls that any operator makes.

use crate::client::Client;
use crate::run::Run;
use crate::templates;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

/// A business and what is known of it from outside.
#[derive(Clone, Debug)]
pub struct SimulatedBusiness {
    pub id: String,
    /// An API key of its own.
    pub key: String,
    pub zone: Tz,
    /// Its sender: `cloud_api` or `whapi`.
    pub gateway: &'static str,
    pub address: String,
    pub sender_id: String,
    pub webhook: String,
    /// Most messages in a minute.
    pub per_minute: u32,
    /// The language in which it writes.
    pub locale: &'static str,
    /// The languages of its sender's templates.
    pub languages: Vec<&'static str>,
    /// Whether its customers get marketing only after a yes.
    pub requires_opt_in: bool,
    /// The hours in which it does not write marketing: from, until, local time.
    pub quiet: (u32, u32),
    /// Most marketing messages to a person in seven days.
    pub weekly_cap: usize,
    /// Whether its marketing waits for the hour at which each customer is around.
    pub best_hour: bool,
    pub owner: String,
    /// When it was opened.
    pub opened: DateTime<Utc>,
    /// Whether its customers are greeted without asking the owner.
    pub greets: bool,
    /// Whether inactive customers are written to without asking the owner.
    pub wins_back: bool,
    /// After so many days without contact a customer is inactive.
    pub inactive_days: u32,
    /// Whether what people say to it is written down.
    pub hears: bool,
    /// The phones of people who may become its customers.
    pub phones: Vec<String>,
}

impl SimulatedBusiness {
    /// Whether an event is about it: by its id, its key or its webhook.
    #[must_use]
    pub fn is_named_in(&self, event: &str) -> bool {
        [&self.id, &self.key, &self.webhook].into_iter().any(|name| event.contains(name.as_str()))
    }
}

/// A place where a business may be.
struct Place {
    country: &'static str,
    locale: &'static str,
    currency: &'static str,
    zone: &'static str,
    /// Phones there begin with this and go on with so many digits.
    prefix: &'static str,
    digits: usize,
}

const PLACES: [Place; 7] = [
    place("BR", "pt-BR", "BRL", "America/Sao_Paulo", "55119", 8),
    place("CL", "es", "CLP", "America/Santiago", "569", 8),
    place("MX", "es", "MXN", "America/Tijuana", "52664", 7),
    place("CO", "es", "COP", "America/Bogota", "57300", 7),
    place("CR", "es", "CRC", "America/Costa_Rica", "5068", 7),
    place("ES", "es", "EUR", "Europe/Madrid", "346", 8),
    place("US", "en", "USD", "America/New_York", "1212", 7),
];

const fn place(
    country: &'static str,
    locale: &'static str,
    currency: &'static str,
    zone: &'static str,
    prefix: &'static str,
    digits: usize,
) -> Place {
    Place { country, locale, currency, zone, prefix, digits }
}

/// Opens `count` businesses with `people` phones each; answers why not, if one cannot be opened.
///
/// # Errors
/// The answer of the API, if it is no success.
pub async fn open(
    run: &Run,
    client: &Client,
    count: usize,
    people: usize,
    rng: &mut fastrand::Rng,
) -> Result<Vec<SimulatedBusiness>, String> {
    let mut businesses = Vec::new();
    let first = rng.usize(..PLACES.len());
    for nth in 0..count {
        let place = &PLACES[(first + nth) % PLACES.len()];
        businesses.push(open_one(run, client, place, nth, people, rng).await?);
    }
    Ok(businesses)
}

async fn open_one(
    run: &Run,
    client: &Client,
    place: &Place,
    nth: usize,
    people: usize,
    rng: &mut fastrand::Rng,
) -> Result<SimulatedBusiness, String> {
    let gateway = if rng.bool() { "cloud_api" } else { "whapi" };
    let paces = if gateway == "cloud_api" { [4_800, 4_800, 60] } else { [20, 20, 5] };
    let per_minute = *rng.choice(&paces).unwrap_or(&20);
    let credentials = match gateway {
        "cloud_api" => json!({"access_token": format!("t{nth}"), "app_secret": "s", "verify_token": "v"}),
        _ => json!({"token": format!("t{nth}"), "webhook_secret": "s"}),
    };
    let quiet = *rng.choice(&[(20, 8), (21, 9), (22, 7)]).unwrap_or(&(20, 8));
    let owner = phone(place, 999_000 + nth);
    let inactive_days = *rng.choice(&[1, 2, 30]).unwrap_or(&30);
    let (greets, wins_back) = (rng.f64() < 0.8, rng.bool());
    let other = if place.locale == "es" { "pt-BR" } else { "es" };
    let mut languages = vec![place.locale];
    if rng.bool() {
        languages.insert(rng.usize(..2), other);
    }
    let requires_opt_in = rng.f64() < 0.2;
    let hours = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        .map(|day| (day.to_owned(), json!([{"opens": "08:00", "closes": "18:00"}])));
    let best_hour = nth.is_multiple_of(2);
    let asked = json!({
        "opening_hours": serde_json::Map::from_iter(hours),
        "name": format!("Shop {nth}"), "country": place.country, "locale": place.locale, "currency": place.currency,
        "timezone": place.zone,
        "owners": [{"name": "Rui", "phone": owner}],
        "senders": [{
            "gateway": gateway, "address": format!("{}{nth}", 15_550_000_000_u64), "credentials": credentials,
            "messages_per_minute": per_minute,
            "templates": templates::in_languages(&languages),
        }],
        "settings": {"quiet_from": format!("{:02}:00", quiet.0), "quiet_until": format!("{:02}:00", quiet.1),
                     "inactive_days": inactive_days, "require_opt_in": requires_opt_in, "best_hour": best_hour},
    });
    let mut asked = asked;
    let hears = nth % 2 == 1 && rng.f64() < 0.7;
    if nth % 2 == 1 {
        // Its customers are answered by the assistant.
        asked["settings"]["voice_notes"] = json!(hears);
        asked["settings"]["instructions"] = json!("Cães e gatos.");
        asked["settings"]["services"] = json!([{"name": "Banho", "minutes": 60, "price": 70}]);
    }
    let told = client.must("POST", "/api/businesses", client.operator(), Some(&asked)).await?;
    local::connect(&run.cloud().world, &asked, &told);
    let id = text(&told["business_id"]);
    let key = client
        .must("POST", &format!("/api/businesses/{id}/keys"), client.operator(), Some(&json!({"label": "till"})))
        .await?;
    let actions = [("birthdays", greets), ("inactive-customers", wins_back)];
    for (name, by_itself) in actions {
        let path = format!("/api/automations/{name}?business_id={id}");
        let action = json!({"action": if by_itself { "auto" } else { "propose" }});
        client.must("PUT", &path, client.operator(), Some(&action)).await?;
    }
    Ok(SimulatedBusiness {
        key: text(&key["key"]),
        owner,
        opened: run.now(),
        greets,
        wins_back,
        inactive_days,
        hears,
        zone: place.zone.parse().map_err(|_| format!("{} is no zone", place.zone))?,
        gateway,
        address: text(&told["senders"][0]["address"]),
        sender_id: text(&told["senders"][0]["sender_id"]),
        webhook: text(&told["senders"][0]["webhook_path"]),
        per_minute,
        locale: place.locale,
        languages,
        requires_opt_in,
        quiet,
        weekly_cap: 2,
        best_hour,
        phones: (0..people).map(|nth| phone(place, 100 + nth)).collect(),
        id,
    })
}

/// The `nth` phone of a place, E.164 digits.
fn phone(place: &Place, nth: usize) -> String {
    let lead = if place.digits == 8 { 71_000_000 } else { 2_340_000 };
    format!("{}{}", place.prefix, lead + nth * 7)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
