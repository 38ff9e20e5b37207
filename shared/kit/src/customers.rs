//! The customer that a caller names, in the same words on every route: by id, or by phone as it is dialled in the
//! business's country.

use crate::app::App;
use crate::json::{Body, Given};
use crate::problem::Problem;
use domain::{BusinessId, CustomerId, CustomerRef};

/// The customer of an id or phone that stands at `pointer`. An id is not looked up. Reads the business only if the phone
/// needs its country.
///
/// # Errors
/// 400 if it is neither, 404 if the business has no such customer.
pub async fn named(app: &App, business: BusinessId, text: &str, pointer: &str) -> Result<CustomerId, Problem> {
    let country = country_for(app, business, Some(text)).await?;
    find(app, business, text, country.as_deref(), pointer).await
}

/// As [`named`], at a business of this country (ISO 3166-1), which is not read again.
///
/// # Errors
/// Those of [`named`].
pub async fn named_in(
    app: &App,
    business: BusinessId,
    text: &str,
    country: &str,
    pointer: &str,
) -> Result<CustomerId, Problem> {
    find(app, business, text, Some(country), pointer).await
}

/// Reads a body that names a customer by `customer_id` or `phone`, and finds the customer; an id is not looked up.
///
/// # Errors
/// 400 with every field that is wrong, 404 if there is no such business or customer.
pub async fn of_body<T: Body>(app: &App, business: BusinessId, given: &Given<T>) -> Result<(T, CustomerId), Problem> {
    let phone = given.text("phone");
    let country = country_for(app, business, phone).await?;
    let body = given.read(country.as_deref())?;
    let (text, pointer) = match (given.text("customer_id"), phone) {
        (Some(id), _) => (id, "/customer_id"),
        (None, phone) => (phone.unwrap_or_default(), "/phone"),
    };
    Ok((body, find(app, business, text, country.as_deref(), pointer).await?))
}

async fn find(
    app: &App,
    business: BusinessId,
    text: &str,
    country: Option<&str>,
    pointer: &str,
) -> Result<CustomerId, Problem> {
    let readings = match country {
        Some(country) => CustomerRef::readings(text, country),
        None => text.parse().map(|one| vec![one]),
    };
    for who in readings.map_err(|error| Problem::field(pointer, error.to_string()))? {
        if let Some(id) = app.store().resolve(business, &who).await? {
            return Ok(id);
        }
    }
    Err(no_customer())
}

async fn country_for(app: &App, business: BusinessId, phone: Option<&str>) -> Result<Option<String>, Problem> {
    if !phone.is_some_and(CustomerRef::needs_country) {
        return Ok(None);
    }
    let found = app.store().business(business).await?.ok_or_else(no_business)?;
    Ok(Some(found.record.country))
}

/// 404: no such customer.
#[must_use]
pub fn no_customer() -> Problem {
    Problem::not_found("This business has no such customer.")
}

/// 404: no such business.
#[must_use]
pub fn no_business() -> Problem {
    Problem::not_found("There is no such business.")
}
