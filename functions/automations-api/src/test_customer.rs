//! A registration from end to end: a customer whom nobody can be sent anything to is registered, the question for missing
//! fields is waited for, and everything is erased.

use crate::run::{Runs, no_business};
use api::automations::{TestCustomer, TestQuestion};
use automations::RequestMissingFields;
use domain::{BusinessId, Customer, CustomerId, Profile};
use kit::Problem;
use queues::tasks::EraseTask;
use std::time::Duration;
use store::{Erased, RegisterOutcome};

/// The question is waited for so long.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// The time after which the remains of a test that was cut off are erased.
const ERASE_AFTER: Duration = Duration::from_secs(60);

pub(crate) async fn run(runs: &Runs, business_id: BusinessId) -> Result<TestCustomer, Problem> {
    let Runs { app, queues, .. } = runs;
    let store = app.store();
    let business = store.business(business_id).await?.ok_or_else(no_business)?.record;
    let customer_id = CustomerId(app.id());
    let nothing = Profile::default();
    let fresh = Customer::new(customer_id, None, &nothing, app.now());
    let missing = fresh.missing(&business.wanted_fields);

    let erase = EraseTask::of_customer(business_id, customer_id);
    queues.send(&erase, ERASE_AFTER).await.map_err(Problem::unavailable)?;
    match store.register(business_id, &fresh, &nothing, &app.attempt()).await? {
        RegisterOutcome::Created => {}
        RegisterOutcome::Known { .. } => return Err(Problem::internal("a new customer was known")),
    }
    let question = if missing.is_empty() { None } else { Some(wait(runs, business_id, customer_id).await?) };
    while store.erase_step(business_id, customer_id, app.now(), &app.attempt()).await? == Erased::More {}
    Ok(TestCustomer { business_id, customer_id, missing, question, erased: true })
}

async fn wait(runs: &Runs, business: BusinessId, customer: CustomerId) -> Result<TestQuestion, Problem> {
    let app = &runs.app;
    let begun = app.now();
    let id = RequestMissingFields::message_id(customer);
    loop {
        let message = app.store().message(business, &id).await?;
        let waited = app.now() - begun;
        let is_over = waited.to_std().is_ok_and(|waited| waited >= PATIENCE);
        if message.is_some() || is_over {
            return Ok(TestQuestion {
                asked: message.is_some(),
                milliseconds: waited.num_milliseconds(),
                status: message.as_ref().map(|message| message.status),
                text: message.map(|message| message.content.text),
            });
        }
        app.clock().sleep(LOOK_AGAIN).await;
    }
}
