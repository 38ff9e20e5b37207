//! Values whose meaning depends on the business: its zone and its currency.

use chrono::{DateTime, Utc};
use domain::start::read_start;
use domain::{Business, Money};
use kit::Problem;
use serde_json::Value;
use std::borrow::Cow;

/// Why a value cannot be read at this business, by the name of its schema.
pub(crate) fn read_also(name: &str, value: &Value, business: &Business) -> Option<Cow<'static, str>> {
    match name {
        "AppointmentStart" => {
            read_start(value.as_str()?, business.timezone).err().map(|error| error.to_string().into())
        }
        "GivenAmount" => match Money::read(&text_of(value), business.currency) {
            Ok(money) if money.minor < 0 => Some("expected at least 0".into()),
            Ok(_) => None,
            Err(error) => Some(error.to_string().into()),
        },
        "GivenAppointmentId" if value == "slots" => Some("expected another value than slots".into()),
        _ => None,
    }
}

/// The start that was checked.
pub(crate) fn instant(text: &str, business: &Business) -> Result<DateTime<Utc>, Problem> {
    read_start(text, business.timezone).map_err(|error| Problem::field("/start", error.to_string()))
}

/// The digits of an amount, which may be a number or a text.
pub(crate) fn text_of(amount: &Value) -> String {
    amount.as_str().map_or_else(|| amount.to_string(), str::to_owned)
}
