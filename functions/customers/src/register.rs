//! Registering customers: one, or a list of which each is registered or refused by itself.

use crate::{Customers, ahead};
use api::customers::{
    Customer, CustomerOutcome, CustomerResult, CustomerResults, CustomersAnswer, GivenCustomers, Registration,
};
use api::parameters::OfBusiness;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::{Business, CustomerId, Locale, Phone, Profile};
use kit::customers::no_business;
use kit::fields::Fields;
use kit::json::{Given, Json};
use kit::keys::Caller;
use kit::params::Query;
use kit::serve::locale;
use kit::{App, Problem};
use std::collections::BTreeMap;
use store::RegisterOutcome;

/// The most customers of one request.
const MOST: usize = 500;

/// A customer who was read, and can be kept.
struct New {
    phone: Phone,
    profile: Profile,
}

impl New {
    /// The customer that they are if nobody knows them.
    fn customer(&self, app: &App, imported: bool) -> domain::Customer {
        let fresh = domain::Customer::new(CustomerId(app.id()), Some(self.phone.clone()), &self.profile, app.now());
        domain::Customer { imported, ..fresh }
    }
}

pub(crate) async fn register(
    State(Customers { app, .. }): State<Customers>,
    caller: Caller,
    Query(about): Query<OfBusiness>,
    headers: HeaderMap,
    given: Given<GivenCustomers>,
) -> Result<(StatusCode, Json<CustomersAnswer>), Problem> {
    let business = app.store().business(caller.business(about.business_id)?).await?;
    let business = business.ok_or_else(no_business)?.record;
    let Some(entries) = given.entries_beside("customers", MOST, &["import"])? else {
        let (status, customer, _) = keep(&app, &business, read(&app, &business, &given.of())?, false).await?;
        return Ok((status, Json(CustomersAnswer::One(Box::new(customer)))));
    };
    let results = register_all(&app, &business, &entries, given.flag("import")?, locale(&headers)).await;
    Ok((StatusCode::OK, Json(CustomersAnswer::Several(CustomerResults { results }))))
}

/// Each by itself: one that is refused keeps no other from being registered.
async fn register_all(
    app: &App,
    business: &Business,
    entries: &[Given<Registration>],
    import: bool,
    locale: Locale,
) -> Vec<CustomerResult> {
    let mut results: BTreeMap<usize, CustomerResult> = BTreeMap::new();
    let (mut places, mut people) = (Vec::new(), Vec::new());
    for (nth, entry) in entries.iter().enumerate() {
        match read(app, business, entry) {
            Ok(new) => {
                places.push(nth);
                people.push((new.customer(app, import), new.profile));
            }
            Err(problem) => drop(results.insert(nth, refused(&problem, locale))),
        }
    }
    let outcomes = app.store().register_all(business.business_id, &people, &app.attempt()).await;
    for ((nth, (fresh, _)), outcome) in places.into_iter().zip(people).zip(outcomes) {
        let result = match outcome {
            Ok(outcome) => kept(answer(fresh, outcome)),
            Err(error) => refused(&error.into(), locale),
        };
        results.insert(nth, result);
    }
    results.into_values().collect()
}

fn kept((status, customer, outcome): (StatusCode, Customer, CustomerOutcome)) -> CustomerResult {
    let customer_id = Some(customer.customer_id);
    CustomerResult { status: status.as_u16(), outcome: Some(outcome), customer_id, problem: None }
}

fn refused(problem: &Problem, locale: Locale) -> CustomerResult {
    if let Some(cause) = problem.cause() {
        tracing::error!(cause, "a customer of a list could not be registered: {cause}");
    }
    let (status, problem) = (problem.status().as_u16(), Some(problem.told(locale)));
    CustomerResult { status, outcome: None, customer_id: None, problem }
}

fn read(app: &App, business: &Business, given: &Given<Registration>) -> Result<New, Problem> {
    let now = app.now();
    let country = Some(business.country.as_str());
    let given = given.read_also(country, |name, value| ahead(name, value, now))?;
    let mut fields = Fields::new();
    let phone = fields.check("phone", Phone::parse(&given.phone, country));
    let profile = given.into_profile();
    fields.add(profile.problems_at(now));
    fields.finish()?;
    let phone = phone.ok_or_else(|| Problem::internal("a phone that was checked could not be read"))?;
    Ok(New { phone, profile })
}

async fn keep(
    app: &App,
    business: &Business,
    new: New,
    import: bool,
) -> Result<(StatusCode, Customer, CustomerOutcome), Problem> {
    let fresh = new.customer(app, import);
    let outcome = app.store().register(business.business_id, &fresh, &new.profile, &app.attempt()).await?;
    Ok(answer(fresh, outcome))
}

fn answer(fresh: domain::Customer, outcome: RegisterOutcome) -> (StatusCode, Customer, CustomerOutcome) {
    match outcome {
        RegisterOutcome::Created => (StatusCode::CREATED, fresh.into(), CustomerOutcome::Created),
        RegisterOutcome::Known { customer, changed } => {
            let outcome = if changed { CustomerOutcome::Updated } else { CustomerOutcome::Unchanged };
            (StatusCode::OK, (*customer).into(), outcome)
        }
    }
}
