//! The numbers and channels that businesses write from, as their gateway knows them.

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which gateway a sender or a request belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gateway {
    /// WhatsApp Cloud API by Meta.
    CloudApi,
    /// Whapi.cloud.
    Whapi,
}

/// A sender as it is registered with its gateway.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// Who speaks WhatsApp for it.
    pub gateway: Gateway,
    /// Cloud API: the phone number id. Whapi: the channel id. Unique in the world.
    pub address: String,
    /// The number that people see, E.164 digits.
    pub number: String,
    /// The name of the business, as people see it.
    pub name: String,
    /// The bearer token that its requests must carry.
    pub token: String,
    /// Where its webhooks go: a URL, or a path whose host the sink knows.
    pub webhook: String,
    /// Cloud API: signs its webhooks; without it they carry no signature.
    #[serde(default)]
    pub app_secret: Option<String>,
    /// Cloud API: sent with the challenge. With it nothing is delivered until the challenge was answered.
    #[serde(default)]
    pub verify_token: Option<String>,
    /// Whapi: headers of its webhooks, until `PATCH /settings` says otherwise.
    #[serde(default)]
    pub webhook_headers: BTreeMap<String, String>,
    /// Cloud API: the templates that Meta has approved.
    #[serde(default)]
    pub templates: Vec<Template>,
}

/// A template that Meta has approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Its language code, e.g. `pt_BR`.
    pub language: String,
    /// What it is billed as.
    pub category: Category,
    /// Its body with `{{1}}` or `{{first_name}}` where parameters go.
    pub body: String,
}

/// What a message is billed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Offers.
    Marketing,
    /// Notices.
    Utility,
    /// Codes.
    Authentication,
    /// Free text within the 24-hour window.
    Service,
}

impl Category {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Marketing => "marketing",
            Self::Utility => "utility",
            Self::Authentication => "authentication",
            Self::Service => "service",
        }
    }
}

/// Free deliveries of service messages a month and number, since 2026-10-01.
const FREE_SERVICE_MESSAGES: u32 = 1_000;

/// A sender and what its gateway keeps about it.
pub(crate) struct SenderState {
    pub setup: Sender,
    /// `None`: no challenge is wanted. Otherwise whether it was answered.
    pub verified: Option<bool>,
    /// As last told by a channel webhook.
    pub connected: bool,
    /// Whapi: what `PATCH /settings` has set.
    pub settings: serde_json::Map<String, serde_json::Value>,
    pub registered_at: DateTime<Utc>,
    month: (i32, u32),
    service_messages: u32,
}

impl SenderState {
    pub fn new(setup: Sender, now: DateTime<Utc>) -> Self {
        let verified = (setup.gateway == Gateway::CloudApi && setup.verify_token.is_some()).then_some(false);
        let settings = serde_json::Map::new();
        let month = (now.year(), now.month());
        Self { setup, verified, connected: true, settings, registered_at: now, month, service_messages: 0 }
    }

    /// `pricing.type` of a delivered message.
    pub fn pricing_type(&mut self, category: Category, now: DateTime<Utc>) -> &'static str {
        if category != Category::Service {
            return "regular";
        }
        let month = (now.year(), now.month());
        if self.month != month {
            self.month = month;
            self.service_messages = 0;
        }
        self.service_messages += 1;
        if self.service_messages <= FREE_SERVICE_MESSAGES { "free_customer_service" } else { "regular" }
    }
}

/// The country calling code that an E.164 number begins with.
pub(crate) fn calling_code(digits: &str) -> &str {
    const TWO_DIGITS: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
        "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    let length = match digits.get(..2) {
        Some(two) if two.starts_with(['1', '7']) => 1,
        Some(two) if TWO_DIGITS.contains(&two) => 2,
        _ => 3,
    };
    digits.get(..length).unwrap_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_service_messages_a_month_are_free() {
        let setup: Sender = serde_json::from_value(serde_json::json!({
            "gateway": "cloud_api", "address": "1", "number": "1", "name": "", "token": "", "webhook": "",
        }))
        .unwrap();
        let mut sender = SenderState::new(setup, "2026-11-30T23:59:59Z".parse().unwrap());
        let mut billed = |time: &str, count| {
            let time = time.parse().unwrap();
            (0..count).filter(|_| sender.pricing_type(Category::Service, time) == "regular").count()
        };
        assert_eq!(billed("2026-11-30T23:59:59Z", 1_001), 1);
        assert_eq!(billed("2026-12-01T00:00:00Z", 1_000), 0);
        assert_eq!(sender.pricing_type(Category::Utility, "2027-01-01T00:00:00Z".parse().unwrap()), "regular");
    }

    #[test]
    fn calling_codes() {
        for (number, code) in
            [("5511999990001", "55"), ("573001234567", "57"), ("50688887777", "506"), ("15550001111", "1")]
        {
            assert_eq!(calling_code(number), code);
        }
    }
}
