//! The settings that a business decides on.

use crate::line::is_line;
use crate::{AutomationName, Formality};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// At least a day: a customer who wrote today is not inactive.
fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let days = u16::deserialize(deserializer).ok().filter(|days| (1..=3_650).contains(days));
    days.ok_or_else(|| D::Error::custom("expected a whole number of days, from 1 to 3650"))
}

/// A part of a price, in percent.
fn percent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let percent = u8::deserialize(deserializer).ok().filter(|percent| *percent <= 100);
    percent.ok_or_else(|| D::Error::custom("expected a whole number of percent, from 0 to 100"))
}

/// At most three reminders of an appointment, each within the week before it.
fn hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<u16>, D::Error> {
    let hours = BTreeSet::<u16>::deserialize(deserializer).ok();
    let hours = hours.filter(|all| all.len() <= 3 && all.iter().all(|hours| (1..=168).contains(hours)));
    hours.ok_or_else(|| D::Error::custom("expected at most 3 whole numbers of hours, each from 1 to 168"))
}

/// An address that a text may tell, and that a phone opens: printable ASCII and short enough for a line. None if empty.
fn link<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(link) = Option::<String>::deserialize(deserializer)?.filter(|link| !link.is_empty()) else {
        return Ok(None);
    };
    let host = link.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if host.contains('.')
        && host.split('.').all(is_label)
        && link.len() <= 200
        && link.bytes().all(|byte| byte.is_ascii_graphic())
    {
        return Ok(Some(link));
    }
    Err(D::Error::custom("expected an address that begins with https://, without spaces, of at most 200 characters"))
}

/// What the assistant is told: at most 8,000 characters. None if empty.
fn instructions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let given = Option::<String>::deserialize(deserializer)?.filter(|text| !text.trim().is_empty());
    let is_short = given.as_ref().is_none_or(|text| text.chars().count() <= MOST_INSTRUCTIONS);
    if is_short { Ok(given) } else { Err(D::Error::custom("expected at most 8000 characters")) }
}

/// A text to a customer: at most 1,000 characters. None if empty.
fn short_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let given = Option::<String>::deserialize(deserializer)?.filter(|text| !text.trim().is_empty());
    let is_short = given.as_ref().is_none_or(|text| text.chars().count() <= 1_000);
    if is_short { Ok(given) } else { Err(D::Error::custom("expected at most 1000 characters")) }
}

/// The time in which what a person writes is answered together.
fn silence<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let seconds = u16::deserialize(deserializer).ok().filter(|seconds| (1..=30).contains(seconds));
    seconds.ok_or_else(|| D::Error::custom("expected a whole number of seconds, from 1 to 30"))
}

/// The time for which a person of the business has a chat after their last message: at most a day.
fn handover<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let minutes = u16::deserialize(deserializer).ok().filter(|minutes| (1..=1_440).contains(minutes));
    minutes.ok_or_else(|| D::Error::custom("expected a whole number of minutes, from 1 to 1440"))
}

/// The hours of the day in which a request is expected to be answered: at most a day.
fn request_reminder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let hours = u16::deserialize(deserializer).ok().filter(|hours| (1..=24).contains(hours));
    hours.ok_or_else(|| D::Error::custom("expected a whole number of hours, from 1 to 24"))
}

/// The time after which a gateway is asked for the name and the labels of a customer again: at most a day.
fn look_up<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let minutes = u16::deserialize(deserializer).ok().filter(|minutes| (1..=1_440).contains(minutes));
    minutes.ok_or_else(|| D::Error::custom("expected a whole number of minutes, from 1 to 1440"))
}

/// What a US dollar costs, as `5.42`: at most six digits on either side of the point, and above nought. None if empty.
fn price_of_a_dollar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, "0"));
    let are_digits = |part: &str| (1..=6).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_digit());
    if are_digits(whole) && are_digits(decimals) && text.bytes().any(|it| matches!(it, b'1'..=b'9')) {
        return Ok(Some(text));
    }
    Err(D::Error::custom("expected a price above 0, as 5.42"))
}

/// The most characters of the assistant's instructions.
const MOST_INSTRUCTIONS: usize = 8_000;

/// What the business does for its customers, as the assistant tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// As customers call it.
    pub name: String,
    /// How long it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u16>,
    /// In units of the business's currency, as `80.00`.
    #[serde(default, deserialize_with = "amount", skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
}

/// As JSON may have it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Amount {
    Text(String),
    Whole(u64),
    Number(f64),
}

/// A number, or a text that is one: not negative, with a point before the decimals.
fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = match Option::<Amount>::deserialize(deserializer) {
        Ok(Some(Amount::Text(text))) => text,
        Ok(Some(Amount::Whole(number))) => number.to_string(),
        Ok(Some(Amount::Number(number))) => number.to_string(),
        Ok(None) => return Ok(None),
        Err(_) => String::new(),
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.len() <= 200 && part.bytes().all(|it| it.is_ascii_digit());
    if are_digits(whole) && are_digits(decimals) {
        return Ok(Some(text));
    }
    Err(D::Error::custom("expected an amount, as 80 or 80.50"))
}

/// At most 100 services, each with a name.
fn services<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Service>, D::Error> {
    let given = Vec::<Service>::deserialize(deserializer)?;
    let is_named =
        |service: &Service| (1..=100).contains(&service.name.trim().chars().count()) && is_line(&service.name);
    if given.len() <= 100 && given.iter().all(is_named) {
        return Ok(given);
    }
    Err(D::Error::custom("expected at most 100 services, each with a name of at most 100 characters"))
}

/// The settings of a business; everything has a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// From here on marketing and owner reports wait, in the business's zone. Default 20:00.
    #[serde(with = "super::hour_minute")]
    pub quiet_from: NaiveTime,
    /// Until here. Default 08:00.
    #[serde(with = "super::hour_minute")]
    pub quiet_until: NaiveTime,
    /// Marketing messages to one person in 7 days. Default 2.
    pub weekly_cap: u8,
    /// Whether marketing needs a yes first. Default false.
    pub require_opt_in: bool,
    /// Days without contact until a customer is inactive. Default 30.
    #[serde(deserialize_with = "days")]
    pub inactive_days: u16,
    /// The offer of a birthday's greeting, percent. Default 10.
    #[serde(deserialize_with = "percent")]
    pub birthday_offer: u8,
    /// The offer of a win-back text, percent. Default 20.
    #[serde(deserialize_with = "percent")]
    pub win_back_offer: u8,
    /// Local days on which it is closed, whatever its opening hours say. Default none.
    pub closed_days: BTreeSet<NaiveDate>,
    /// Local days on which it is open by its opening hours, although they are holidays. Default none.
    pub open_days: BTreeSet<NaiveDate>,
    /// The offer of a flash text, percent. Default 25.
    #[serde(deserialize_with = "percent")]
    pub flash_offer: u8,
    /// A campaign that an owner says yes to goes by itself up to so many people; beyond, a second yes is waited for.
    /// Default 200.
    pub confirm_above: u32,
    /// A day with fewer appointments has few. Default 3.
    pub low_occupancy: u16,
    /// The automations that send the owners one line when there is nothing to tell. Default: the daily summary alone.
    pub empty_reports: BTreeSet<AutomationName>,
    /// Whether the owners get one line at the end of a campaign that no owner has said yes to. Default yes.
    pub campaign_reports: bool,
    /// Hours before an appointment at which its customer is asked whether they come: at most 3. Default 24.
    #[serde(deserialize_with = "hours")]
    pub reminder_hours: BTreeSet<u16>,
    /// How people are addressed, in the languages that have the form. Default: that of the language and the country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formality: Option<Formality>,
    /// The address of its page for reviews. Nobody is asked for a review without it.
    #[serde(deserialize_with = "link", skip_serializing_if = "Option::is_none")]
    pub review_url: Option<String>,
    /// What the business does for its customers, for the assistant. Default none.
    #[serde(deserialize_with = "services")]
    pub services: Vec<Service>,
    /// What the assistant is to know and how it is to speak. Without it, nobody is answered by the assistant.
    #[serde(deserialize_with = "instructions", skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// How the assistant is to write again to a customer with whom something is open. Default: nothing special.
    #[serde(deserialize_with = "short_text", skip_serializing_if = "Option::is_none")]
    pub follow_up_instructions: Option<String>,
    /// What a customer writes within so many seconds is answered together. Default 5.
    #[serde(deserialize_with = "silence")]
    pub reply_silence_seconds: u16,
    /// The answer when the assistant has none. Default: a built-in text.
    #[serde(deserialize_with = "short_text", skip_serializing_if = "Option::is_none")]
    pub fallback_line: Option<String>,
    /// Minutes after the last message of a person of the business, or after one was called, at which the assistant answers
    /// again. Default 60.
    #[serde(deserialize_with = "handover")]
    pub handover_minutes: u16,
    /// Hours of the day after which the owners are asked again about an appointment that a customer wants, and the customer
    /// hears that it is not confirmed yet. Default 2.
    #[serde(deserialize_with = "request_reminder")]
    pub request_reminder_hours: u16,
    /// Whether recordings are written down and read as if they had been written. Default no.
    pub voice_notes: bool,
    /// Minutes after which the gateway is asked for the name and the labels of a customer again, once the customer writes.
    /// Default 15.
    #[serde(deserialize_with = "look_up")]
    pub look_up_minutes: u16,
    /// What a US dollar costs in the business's currency, as `5.42`: WhatsApp charges in dollars. Default: not known.
    #[serde(deserialize_with = "price_of_a_dollar", skip_serializing_if = "Option::is_none")]
    pub dollar_rate: Option<String>,
    /// Whether greetings, win-backs and campaigns wait for the hour of the day at which the customer writes and buys, for at
    /// most a day. Default no.
    pub best_hour: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            quiet_from: NaiveTime::from_hms_opt(20, 0, 0).unwrap_or(NaiveTime::MIN),
            quiet_until: NaiveTime::from_hms_opt(8, 0, 0).unwrap_or(NaiveTime::MIN),
            weekly_cap: 2,
            require_opt_in: false,
            inactive_days: 30,
            birthday_offer: 10,
            win_back_offer: 20,
            closed_days: BTreeSet::new(),
            open_days: BTreeSet::new(),
            flash_offer: 25,
            confirm_above: 200,
            low_occupancy: 3,
            empty_reports: BTreeSet::from([AutomationName::DailySummary]),
            campaign_reports: true,
            reminder_hours: [24].into(),
            formality: None,
            review_url: None,
            services: Vec::new(),
            instructions: None,
            follow_up_instructions: None,
            reply_silence_seconds: 5,
            fallback_line: None,
            handover_minutes: 60,
            request_reminder_hours: 2,
            voice_notes: false,
            look_up_minutes: 15,
            dollar_rate: None,
            best_hour: false,
        }
    }
}

impl Settings {
    /// The time for which a person has a chat, see [`Self::handover_minutes`].
    #[must_use]
    pub fn handover(&self) -> TimeDelta {
        TimeDelta::minutes(self.handover_minutes.into())
    }

    /// The time after which a customer is looked up again, see [`Self::look_up_minutes`].
    #[must_use]
    pub fn look_up(&self) -> TimeDelta {
        TimeDelta::minutes(self.look_up_minutes.into())
    }

    /// What a US dollar costs in units of the business's currency, if the business has told it.
    #[must_use]
    pub fn dollar_rate(&self) -> Option<f64> {
        self.dollar_rate.as_ref()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_have_defaults_and_no_others() {
        let defaults = json!({"quiet_from": "20:00", "quiet_until": "08:00", "weekly_cap": 2,
            "require_opt_in": false, "inactive_days": 30, "birthday_offer": 10, "win_back_offer": 20,
            "closed_days": [], "open_days": [], "flash_offer": 25, "confirm_above": 200, "low_occupancy": 3,
            "empty_reports": ["daily-summary"], "campaign_reports": true, "reminder_hours": [24],
            "services": [], "reply_silence_seconds": 5, "handover_minutes": 60,
            "request_reminder_hours": 2, "voice_notes": false, "look_up_minutes": 15,
            "best_hour": false});
        assert_eq!(serde_json::to_value(Settings::default()).unwrap(), defaults);
        assert_eq!(serde_json::from_value::<Settings>(json!({})).unwrap(), Settings::default());
        for (wrong, said) in [
            (json!({"quiet": "20:00"}), "unknown field `quiet`"),
            (json!({"quiet_from": "20:00:00"}), "HH:MM"),
            (json!({"quiet_from": "8:00"}), "HH:MM"),
            (json!({"quiet_from": "24:00"}), "HH:MM"),
            (json!({"inactive_days": 0}), "days, from 1 to 3650"),
            (json!({"inactive_days": 3_651}), "days, from 1 to 3650"),
            (json!({"birthday_offer": 101}), "percent, from 0 to 100"),
            (json!({"win_back_offer": 1_000}), "percent, from 0 to 100"),
            (json!({"win_back_offer": -1}), "percent, from 0 to 100"),
            (json!({"win_back_offer": 12.5}), "percent, from 0 to 100"),
            (json!({"reminder_hours": [0]}), "hours, each from 1 to 168"),
            (json!({"reminder_hours": [1, 169]}), "hours, each from 1 to 168"),
            (json!({"reminder_hours": [1, 2, 3, 4]}), "at most 3 whole numbers"),
            (json!({"reminder_hours": 24}), "hours, each from 1 to 168"),
            (json!({"review_url": "g.page/r/x"}), "begins with https://"),
            (json!({"review_url": "https://g.page/a b"}), "without spaces"),
            (json!({"review_url": "https://g..page/x"}), "begins with https://"),
            (json!({"review_url": "https:///review"}), "begins with https://"),
            (json!({"review_url": "https://g.page\n"}), "without spaces"),
            (json!({"review_url": format!("https://g.page/{}", "x".repeat(186))}), "at most 200 characters"),
            (json!({"instructions": "x".repeat(8_001)}), "at most 8000 characters"),
            (json!({"services": [{"name": ""}]}), "each with a name"),
            (json!({"services": [{"name": "Banho", "price": -1}]}), "expected an amount"),
            (json!({"services": [{"name": "Banho", "cost": 1}]}), "unknown field `cost`"),
            (json!({"reply_silence_seconds": 31}), "seconds, from 1 to 30"),
            (json!({"handover_minutes": 0}), "minutes, from 1 to 1440"),
            (json!({"handover_minutes": 1_441}), "minutes, from 1 to 1440"),
            (json!({"request_reminder_hours": 25}), "hours, from 1 to 24"),
            (json!({"fallback_line": "x".repeat(1_001)}), "at most 1000 characters"),
            (json!({"dollar_rate": "0.00"}), "a price above 0"),
            (json!({"dollar_rate": "5,42"}), "a price above 0"),
            (json!({"dollar_rate": "1e3"}), "a price above 0"),
            (json!({"dollar_rate": "1234567"}), "a price above 0"),
            (json!({"formality": "vos"}), "expected one of `tu`, `usted`, `você`"),
        ] {
            let error = serde_json::from_value::<Settings>(wrong).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        let whole: Settings = serde_json::from_value(json!({"birthday_offer": 100, "win_back_offer": 0})).unwrap();
        assert_eq!((whole.birthday_offer, whole.win_back_offer), (100, 0));
        let rate = |text: &str| serde_json::from_value::<Settings>(json!({"dollar_rate": text})).unwrap().dollar_rate();
        assert_eq!((rate("5.42"), rate("4100"), rate("")), (Some(5.42), Some(4_100.0), None));
    }
}
