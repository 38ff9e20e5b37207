//! Bodies: by which schema each is checked, and which of their values only their own type can read.

use crate::values::Decimal;
use domain::business::Span;
use domain::country::{NO_COUNTRY, country as known_country};
use domain::line::{NOT_A_LINE, is_line};
use domain::purchase::Line;
use domain::start::read_start;
use domain::{
    AppointmentId, Birthday, Business, CampaignId, Cron, CustomerRef, Gender, InvoiceId, LoadId, Locale, MessageName,
    Phone, Profile, SearchName,
};
use kit::json::words;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Display;
use std::sync::LazyLock;

include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

/// Makes a type the body of a route, or a part of one.
macro_rules! body {
    ($($body:ty, $name:tt $(in $whole:tt)?;)+) => {
        $(impl kit::json::Body for $body {
            const NAME: &'static str = $name;

            fn schemas() -> &'static Value {
                // Without a schema every body is refused, as a fault of ours.
                static SCHEMAS: LazyLock<Value> =
                    LazyLock::new(|| serde_json::from_str(body!(@whole $name $($whole)?)).unwrap_or_default());
                &SCHEMAS
            }

            fn wrong(name: &str, value: &Value, country: Option<&str>) -> Option<Cow<'static, str>> {
                wrong(name, value, country)
            }
        })+
    };
    (@whole $name:tt) => { schemas!($name) };
    (@whole $name:tt $whole:tt) => { schemas!($whole) };
}

body! {
    crate::appointments::AppointmentChange, "AppointmentChange";
    crate::appointments::NewAppointment, "NewAppointment";
    crate::automations::AutomationChange, "AutomationChange";
    crate::businesses::BusinessChange, "BusinessChange";
    crate::businesses::NewBusiness, "NewBusiness";
    crate::campaigns::NewCampaign, "NewCampaign";
    crate::customers::CustomerChange, "CustomerChange";
    crate::customers::GivenCustomers, "GivenCustomers";
    crate::customers::Registration, "Registration" in "GivenCustomers";
    crate::keys::NewKey, "NewKey";
    crate::messages::NewMessage, "NewMessage";
    crate::points::PointsLoad, "PointsLoad";
    crate::proactive::NewProactive, "NewProactive";
    crate::purchases::GivenPurchases, "GivenPurchases";
    crate::search::CustomerSearch, "CustomerSearch";
    crate::sessions::NewSession, "NewSession";
    crate::purchases::NewPurchase, "NewPurchase" in "GivenPurchases";
}

const QUANTITY: &str = "expected a quantity as 1.5, with at most three decimals and at most 1000000";

/// Why a value that fits its schema cannot be read, by the name or the format of the schema. Amounts of money are read
/// by those who know the currency.
fn wrong(name: &str, value: &Value, country: Option<&str>) -> Option<Cow<'static, str>> {
    if name == "Span" {
        return serde_json::from_value::<Span>(value.clone()).err().map(|error| words(&error.to_string()));
    }
    if name == "Quantity" {
        let quantity = Line::read_quantity(&Decimal::of(value)?.0);
        return quantity.is_none().then_some(QUANTITY.into());
    }
    let text = value.as_str()?;
    match name {
        "AppointmentStart" => refused(read_start(text, domain::Tz::UTC)),
        "Birthday" => refused(text.parse::<Birthday>()),
        "Country" => known_country(text).is_none().then_some(NO_COUNTRY.into()),
        "Cron" => refused(text.parse::<Cron>()),
        "GivenAppointmentId" => refused(AppointmentId::given(text)),
        "GivenGender" => refused(text.parse::<Gender>()),
        "SearchName" => refused(SearchName::given(text)),
        "GivenCampaignId" => refused(CampaignId::given(text)),
        "GivenLoadId" => refused(LoadId::given(text)),
        "GivenInvoiceId" => refused(InvoiceId::given(text)),
        "GivenLocale" => refused(text.parse::<Locale>()),
        "GivenPhone" => refused(Phone::parse(text, country)),
        "HourMinute" | "hour-minute" => {
            let time = chrono::NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5);
            time.is_none().then_some("expected a time of day as HH:MM".into())
        }
        "NamedPhone" => match country {
            Some(country) => refused(CustomerRef::phones(text, country)),
            None => refused(CustomerRef::phone(text)),
        },
        "line" => (!is_line(text)).then_some(NOT_A_LINE.into()),
        "MessageName" => refused(text.parse::<MessageName>()),
        "date-time" => {
            let is_time = chrono::DateTime::parse_from_rfc3339(text).is_ok();
            (!is_time).then_some("expected a time as 2026-11-21T14:03:07Z".into())
        }
        "date" => {
            let is_day = text.parse::<chrono::NaiveDate>().is_ok();
            (!is_day).then_some("expected a date as 2026-11-21".into())
        }
        "email" => {
            let given = Profile { email: Some(text.to_owned()), ..Profile::default() };
            given.problems().into_iter().next().map(|problem| problem.detail.into())
        }
        "uuid" => text.parse::<domain::CustomerId>().is_err().then_some("expected an id (a UUID)".into()),
        _ => None,
    }
}

/// Why an amount of money cannot be read at a business: a `GivenAmount`, or a `SignedAmount`, which may be below zero.
#[must_use]
pub fn wrong_amount(name: &str, value: &Value, business: &Business) -> Option<Cow<'static, str>> {
    if !matches!(name, "GivenAmount" | "SignedAmount") {
        return None;
    }
    match Decimal::of(value)?.money(business) {
        Err(error) => Some(error.to_string().into()),
        Ok(amount) => (amount.minor < 0 && name == "GivenAmount").then_some("expected at least 0".into()),
    }
}

fn refused<T, E: Display>(read: Result<T, E>) -> Option<Cow<'static, str>> {
    read.err().map(|error| error.to_string().into())
}

#[cfg(test)]
mod tests {
    use kit::json::Body;

    #[test]
    fn every_body_has_its_schema() {
        fn has<T: Body>() {
            assert_eq!(T::schemas()[T::NAME]["additionalProperties"], false, "{} is not in the document", T::NAME);
        }
        has::<crate::appointments::AppointmentChange>();
        has::<crate::appointments::NewAppointment>();
        has::<crate::automations::AutomationChange>();
        has::<crate::businesses::BusinessChange>();
        has::<crate::businesses::NewBusiness>();
        has::<crate::campaigns::NewCampaign>();
        has::<crate::customers::CustomerChange>();
        has::<crate::customers::Registration>();
        has::<crate::keys::NewKey>();
        has::<crate::messages::NewMessage>();
        has::<crate::points::PointsLoad>();
        has::<crate::proactive::NewProactive>();
        has::<crate::purchases::NewPurchase>();
    }
}
