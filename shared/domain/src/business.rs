//! A business: its people, its hours, its senders.

mod settings;

pub use settings::{Service, Settings};

use crate::approved::ApprovedTemplates;
use crate::{AutomationName, BusinessId, Customer, Locale, OwnerId, Phone, ProfileField, QuietHours, SenderId, Voice};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use strum::{Display, EnumIter, EnumString, IntoStaticStr, VariantNames};

/// A tenant: its time zone, language, currency, people and settings. `Debug` hides names.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Business {
    /// Written once.
    pub business_id: BusinessId,
    /// As its customers know it.
    pub name: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    /// The language of its messages.
    pub locale: Locale,
    /// ISO 4217.
    pub currency: iso_currency::Currency,
    /// IANA zone; all its hours are in it.
    pub timezone: Tz,
    /// The people who get the owner reports.
    pub owners: Vec<Owner>,
    /// By weekday, the spans in which it is open, local time. A day that is absent is closed.
    #[serde(default)]
    pub opening_hours: BTreeMap<Day, Vec<Span>>,
    /// Length of a slot of the diary.
    pub slot_minutes: u16,
    /// The fields that it asks its customers for, in this order.
    pub wanted_fields: Vec<ProfileField>,
    /// The settings that it has decided on, with defaults.
    #[serde(default)]
    pub settings: Settings,
    /// The local hour around which its customers write and buy. The nightly sync counts it, if the business lets marketing
    /// wait for the best hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_hour: Option<u8>,
    /// Automations that no event starts here any more. It stands in this record because an event reads it anyway.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub switched_off: BTreeSet<AutomationName>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When anything of it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Business {
    /// How a person is written to: in this language, or in the business's own if the person has none.
    #[must_use]
    pub fn voice(&self, locale: Option<Locale>) -> Voice {
        let in_language = |locale| Voice::new(locale, self.settings.formality, &self.country);
        in_language(locale.unwrap_or(self.locale)).or(in_language(self.locale))
    }

    /// The local hour at which marketing is best sent to a customer: the customer's own, else that of the business. `None` if
    /// neither is known, or if the business does not let marketing wait.
    #[must_use]
    pub fn best_hour_for(&self, customer: &Customer) -> Option<u8> {
        let quiet = QuietHours::from(&self.settings);
        let own = self.settings.best_hour.then(|| customer.active_hours.best(self.timezone, quiet))?;
        own.or(self.best_hour)
    }

    /// When marketing goes that is due at `at`, UTC: at the end of the quiet hours, if it is in them.
    #[must_use]
    pub fn marketing_from(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        QuietHours::from(&self.settings).ends_after(at, self.timezone).unwrap_or(at)
    }
}

impl fmt::Debug for Business {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Business")
            .field("business_id", &self.business_id)
            .field("country", &self.country)
            .field("locale", &self.locale)
            .field("currency", &self.currency)
            .field("timezone", &self.timezone)
            .field("owners", &self.owners)
            .field("settings", &self.settings)
            .field("updated_at", &self.updated_at)
            .finish_non_exhaustive()
    }
}

/// A person at the business. `Debug` hides who.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Owner {
    /// Written once.
    pub owner_id: OwnerId,
    /// The name to call the person by.
    pub name: String,
    /// The phone that the reports go to.
    pub phone: Phone,
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owner").field("owner_id", &self.owner_id).finish_non_exhaustive()
    }
}

/// A weekday, written `monday` … `sunday`, in calendar order from Monday.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Display, EnumString, EnumIter,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Mon => Self::Monday,
            Weekday::Tue => Self::Tuesday,
            Weekday::Wed => Self::Wednesday,
            Weekday::Thu => Self::Thursday,
            Weekday::Fri => Self::Friday,
            Weekday::Sat => Self::Saturday,
            Weekday::Sun => Self::Sunday,
        }
    }
}

/// From `opens` until before `closes`, local time of one day. Read only if it ends later than it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SpanText", deny_unknown_fields)]
pub struct Span {
    /// `HH:MM`.
    #[serde(with = "hour_minute")]
    pub opens: NaiveTime,
    /// `HH:MM`, later than `opens`.
    #[serde(with = "hour_minute")]
    pub closes: NaiveTime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpanText {
    #[serde(with = "hour_minute")]
    opens: NaiveTime,
    #[serde(with = "hour_minute")]
    closes: NaiveTime,
}

impl TryFrom<SpanText> for Span {
    type Error = &'static str;
    fn try_from(SpanText { opens, closes }: SpanText) -> Result<Self, Self::Error> {
        if opens < closes { Ok(Self { opens, closes }) } else { Err("expected `closes` later than `opens`") }
    }
}

/// A local time as `HH:MM`.
mod hour_minute {
    use chrono::NaiveTime;
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    pub fn serialize<S: Serializer>(time: &NaiveTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.format("%H:%M"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time = NaiveTime::parse_from_str(&text, "%H:%M").ok().filter(|_| text.len() == 5);
        time.ok_or_else(|| D::Error::custom("expected a time of day as HH:MM"))
    }
}

/// The service that speaks WhatsApp for us. Its other facts stand in its folder in `shared/gateways`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Gateway {
    /// WhatsApp Cloud API by Meta. In paths and JSON `cloud_api`.
    CloudApi,
    /// Whapi.cloud.
    Whapi,
    /// Evolution API, on a server of the operator's.
    Evolution,
    /// WAHA, on a server of the operator's.
    Waha,
}

impl Gateway {
    /// Whether only approved templates go to people who have not written in the last 24 hours.
    #[must_use]
    pub fn has_window(self) -> bool {
        match self {
            Self::CloudApi => true,
            Self::Whapi | Self::Evolution | Self::Waha => false,
        }
    }

    /// Whether its status reports name a message by our own id.
    #[must_use]
    pub fn reports_our_id(self) -> bool {
        match self {
            Self::CloudApi => true,
            Self::Whapi | Self::Evolution | Self::Waha => false,
        }
    }

    /// Whether its numbers are sessions on a server of the operator's, linked by a code.
    #[must_use]
    pub fn has_sessions(self) -> bool {
        match self {
            Self::CloudApi | Self::Whapi => false,
            Self::Evolution | Self::Waha => true,
        }
    }
}

/// The number or session that a business writes from. `Debug` hides credentials and number.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Sender {
    /// Written once.
    pub sender_id: SenderId,
    /// The business that it belongs to.
    pub business_id: BusinessId,
    /// The service that speaks WhatsApp for it.
    pub gateway: Gateway,
    /// As the gateway names it: Cloud API's phone number id, Whapi's channel id, the name of Evolution's instance or of
    /// WAHA's session.
    pub address: String,
    /// Sealed; opened only at a gateway call or a webhook check.
    pub sealed_credentials: String,
    /// Messages a minute. The gateway's folder says the default.
    pub per_minute: u32,
    /// The day since when the number has been in use, if the business has told of it: one that was not is fresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_use_since: Option<NaiveDate>,
    /// Approved templates by the text they stand for, as `MessageType` or free name.
    #[serde(default)]
    pub templates: BTreeMap<String, ApprovedTemplates>,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("sender_id", &self.sender_id)
            .field("business_id", &self.business_id)
            .field("gateway", &self.gateway)
            .field("per_minute", &self.per_minute)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn opening_hours_end_after_they_begin() {
        let hours: BTreeMap<Day, Vec<Span>> =
            serde_json::from_value(json!({"monday": [{"opens": "09:00", "closes": "12:30"}]})).unwrap();
        let json = serde_json::to_value(&hours).unwrap();
        assert_eq!(json, json!({"monday": [{"opens": "09:00", "closes": "12:30"}]}));
        for (opens, closes) in [("09:00", "09:00"), ("18:00", "02:00")] {
            assert!(serde_json::from_value::<Span>(json!({"opens": opens, "closes": closes})).is_err());
        }
    }
}
