//! Values whose meaning depends on the business: its zone and its currency.

use api::values::Decimal;
use api::wrong_amount;
use chrono::{DateTime, Utc};
use domain::Business;
use domain::start::read_start;
use kit::Problem;
use serde_json::Value;
use std::borrow::Cow;

/// Why a value cannot be read at this business, by the name of its schema.
pub(crate) fn read_also(name: &str, value: &Value, business: &Business) -> Option<Cow<'static, str>> {
    match name {
        "AppointmentStart" => {
            read_start(value.as_str()?, business.timezone).err().map(|error| error.to_string().into())
        }
        "GivenAppointmentId" if value == "slots" => Some("expected another value than slots".into()),
        _ => wrong_amount(name, value, business),
    }
}

/// The start that was checked.
pub(crate) fn instant(text: &str, business: &Business) -> Result<DateTime<Utc>, Problem> {
    read_start(text, business.timezone).map_err(|error| Problem::field("/start", error.to_string()))
}

/// The price that was checked, in minor units.
pub(crate) fn minor(price: Option<&Decimal>, business: &Business) -> Result<Option<i64>, Problem> {
    let money = price.map(|price| price.money(business)).transpose();
    Ok(money.map_err(|error| Problem::field("/price", error.to_string()))?.map(|money| money.minor))
}
