//! Bodies: by which schema each is checked, and which of their values only their own type can read.

use domain::business::Span;
use domain::{Birthday, Cron, CustomerRef, Gender, LoadId, Locale, MessageName, Phone, Profile};
use kit::json::words;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Display;

include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

/// Makes a type the body of a route.
macro_rules! body {
    ($($body:ty, $name:tt;)+) => {
        $(impl kit::json::Body for $body {
            const NAME: &'static str = $name;
            const SCHEMAS: &'static str = schemas!($name);

            fn wrong(name: &str, value: &Value, country: Option<&str>) -> Option<Cow<'static, str>> {
                wrong(name, value, country)
            }
        })+
    };
}

body! {
    crate::automations::AutomationChange, "AutomationChange";
    crate::businesses::BusinessChange, "BusinessChange";
    crate::businesses::NewBusiness, "NewBusiness";
    crate::customers::CustomerChange, "CustomerChange";
    crate::customers::Registration, "Registration";
    crate::keys::NewKey, "NewKey";
    crate::messages::NewMessage, "NewMessage";
    crate::points::PointsLoad, "PointsLoad";
}

/// Why a value that fits its schema cannot be read, by the name or the format of the schema.
fn wrong(name: &str, value: &Value, country: Option<&str>) -> Option<Cow<'static, str>> {
    if name == "Span" {
        return serde_json::from_value::<Span>(value.clone()).err().map(|error| words(&error.to_string()));
    }
    let text = value.as_str()?;
    match name {
        "Birthday" => refused(text.parse::<Birthday>()),
        "Country" => {
            let is_known = text.trim().len() == 2 && text.trim().bytes().all(|letter| letter.is_ascii_alphabetic());
            (!is_known).then_some("expected two letters of ISO 3166-1, as BR".into())
        }
        "Cron" => refused(text.parse::<Cron>()),
        "GivenGender" => refused(text.parse::<Gender>()),
        "GivenLoadId" => refused(LoadId::given(text)),
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
        "MessageName" => refused(text.parse::<MessageName>()),
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

fn refused<T, E: Display>(read: Result<T, E>) -> Option<Cow<'static, str>> {
    read.err().map(|error| error.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kit::json::Body;

    #[test]
    fn every_body_has_its_schema() {
        fn has<T: Body>() {
            let schemas: Value = serde_json::from_str(T::SCHEMAS).unwrap();
            assert_eq!(schemas[T::NAME]["additionalProperties"], false, "{} is not in the document", T::NAME);
        }
        has::<crate::automations::AutomationChange>();
        has::<crate::businesses::BusinessChange>();
        has::<crate::businesses::NewBusiness>();
        has::<crate::customers::CustomerChange>();
        has::<crate::customers::Registration>();
        has::<crate::keys::NewKey>();
        has::<crate::messages::NewMessage>();
        has::<crate::points::PointsLoad>();
    }
}
