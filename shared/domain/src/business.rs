//! A tenant and what it has decided.

use crate::{BusinessId, Locale, OwnerId, Phone, ProfileField, SenderId};
use chrono::{DateTime, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// A tenant: its time zone, language, currency, people and settings.
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
    /// Who gets the reports.
    pub owners: Vec<Owner>,
    /// By weekday, the spans in which it is open, local time. A day that is absent is closed.
    #[serde(default)]
    pub opening_hours: BTreeMap<Day, Vec<Span>>,
    /// Length of a slot of the diary.
    pub slot_minutes: u16,
    /// What it asks its customers for, in this order.
    pub wanted_fields: Vec<ProfileField>,
    /// What it has decided, with defaults.
    #[serde(default)]
    pub settings: Settings,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When anything of it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A person at the business.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Owner {
    /// Written once.
    pub owner_id: OwnerId,
    /// What to call the person.
    pub name: String,
    /// Where the reports go.
    pub phone: Phone,
}

/// A weekday, written `monday` … `sunday`, in calendar order from Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Display, EnumString, EnumIter)]
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

/// From `opens` until before `closes`, local time of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// `HH:MM`.
    pub opens: NaiveTime,
    /// `HH:MM`, later than `opens`.
    pub closes: NaiveTime,
}

/// What a business may set; everything has a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// From here on marketing and owner reports wait, in the recipient's zone. Default 20:00.
    pub quiet_from: NaiveTime,
    /// Until here. Default 08:00.
    pub quiet_until: NaiveTime,
    /// Marketing messages to one person in 7 days. Default 2.
    pub weekly_cap: u8,
    /// Whether marketing needs a yes first. Default false.
    pub require_opt_in: bool,
    /// Days without contact until a customer is inactive. Default 30.
    pub inactive_days: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            quiet_from: NaiveTime::from_hms_opt(20, 0, 0).unwrap_or(NaiveTime::MIN),
            quiet_until: NaiveTime::from_hms_opt(8, 0, 0).unwrap_or(NaiveTime::MIN),
            weekly_cap: 2,
            require_opt_in: false,
            inactive_days: 30,
        }
    }
}

/// The service that speaks WhatsApp for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Gateway {
    /// WhatsApp Cloud API by Meta. In paths and JSON `cloud_api`.
    CloudApi,
    /// Whapi.cloud.
    Whapi,
}

/// The number or session that a business writes from.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Sender {
    /// Written once.
    pub sender_id: SenderId,
    /// Whose it is.
    pub business_id: BusinessId,
    /// Who speaks WhatsApp for it.
    pub gateway: Gateway,
    /// Cloud API: the phone number id. Whapi: the channel id.
    pub address: String,
    /// Sealed; opened only at a gateway call or a webhook check.
    pub sealed_credentials: String,
    /// Messages a minute. Default 4,800 (Cloud API, 80 a second) or 20.
    pub per_minute: u32,
    /// Approved templates by the text they stand for, as `MessageType` or free name.
    #[serde(default)]
    pub templates: BTreeMap<String, ApprovedTemplate>,
}

/// A template that the gateway has approved, used outside the 24-hour window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovedTemplate {
    /// Its name at the gateway.
    pub name: String,
    /// Its language code at the gateway, e.g. `pt_BR`.
    pub language: String,
    /// Our variables in the order of its positional parameters.
    #[serde(default)]
    pub variables: Vec<String>,
}
