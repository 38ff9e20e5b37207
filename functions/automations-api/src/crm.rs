//! The next steps of the day, and what the assistant has done and cost.

use crate::run::{Runs, no_business};
use crate::view::RunAnswer;
use api::campaigns::Cost;
use api::crm::{Conversations, CrmStatus, NextSteps};
use api::parameters::OfBusiness;
use axum::extract::State;
use axum::response::Response;
use chrono::{Days, NaiveDate};
use domain::usage::Usage;
use domain::{
    AutomationName, Business, BusinessId, FollowUp, Gateway, Message, Mode, Money, Recipient, Status, day_range,
    local_day,
};
use kit::Problem;
use kit::json::Json;
use kit::keys::Caller;
use kit::params::Query;
use std::collections::BTreeSet;

/// Days of which the conversations are counted.
const DAYS: u32 = 30;

pub(crate) async fn execute(
    State(runs): State<Runs>,
    caller: Caller,
    Query(about): Query<OfBusiness>,
) -> Result<Response, Problem> {
    let business = caller.business(about.business_id)?;
    let names = vec![AutomationName::DailyActions];
    runs.start(names, Some(business), Mode::EventDriven).await.map(RunAnswer::into_response)
}

pub(crate) async fn status(
    State(runs): State<Runs>,
    caller: Caller,
    Query(about): Query<OfBusiness>,
) -> Result<Json<CrmStatus>, Problem> {
    let (app, business) = (&runs.app, caller.business(about.business_id)?);
    let found = app.store().business_with_senders(business).await?.ok_or_else(no_business)?;
    let by_cloud_api = found.senders.iter().any(|sender| sender.gateway == Gateway::CloudApi);
    let record = found.business.record;
    let today = local_day(app.now(), record.timezone);
    let until = app.now().date_naive();
    let from = until.checked_sub_days(Days::new(u64::from(DAYS - 1))).unwrap_or(until);
    let usage = app.store().usage(business, from, until).await?;
    let conversations = conversations(&record, &usage, runs.token_price, by_cloud_api);
    Ok(Json(CrmStatus { date: today, next_steps: next_steps(&runs, &record, today).await?, conversations }))
}

async fn next_steps(runs: &Runs, business: &Business, today: NaiveDate) -> Result<NextSteps, Problem> {
    let (store, now, business_id) = (runs.app.store(), runs.app.now(), business.business_id);
    let since = day_range(today, business.timezone).start;
    let made = store.messages_named(business_id, "follow-up/", since, now).await?;
    let ending = format!("/{today}");
    let of_today = made.iter().filter(|message| message.message_id.as_str().ends_with(&ending));
    let mut steps = NextSteps::default();
    let mut written = BTreeSet::new();
    for message in of_today {
        written.insert(message.recipient);
        count(&mut steps, message);
    }
    for step in steps_of(runs, business_id, today).await? {
        match step.said {
            None => steps.for_a_person += 1,
            Some(_) if written.contains(&Recipient::Customer(step.customer_id)) => {}
            Some(_) => steps.due += 1,
        }
    }
    Ok(steps)
}

fn count(steps: &mut NextSteps, message: &Message) {
    match message.status {
        Status::Pending | Status::Sending => steps.waiting += 1,
        Status::Sent | Status::Delivered | Status::Read => steps.done += 1,
        Status::Failed | Status::Unknown => steps.failed += 1,
        Status::Skipped => {
            // The word before the sentence.
            let why = message.error_message.as_deref().and_then(|why| why.split(':').next());
            let reason = why.unwrap_or("unknown").to_owned();
            *steps.skipped.entry(reason).or_default() += 1;
        }
    }
}

async fn steps_of(runs: &Runs, business: BusinessId, day: NaiveDate) -> Result<Vec<FollowUp>, Problem> {
    let (mut steps, mut cursor) = (Vec::new(), None);
    loop {
        let (page, next) = runs.app.store().follow_ups_on(business, day, None, cursor.as_deref()).await?;
        steps.extend(page);
        cursor = next;
        if cursor.is_none() {
            return Ok(steps);
        }
    }
}

fn conversations(
    business: &Business,
    usage: &Usage,
    cents_a_million: Option<u64>,
    by_cloud_api: bool,
) -> Conversations {
    let model = cents_a_million.and_then(|cents| usage.model_cost(cents));
    let gateway = by_cloud_api.then(|| usage.gateway_cost(&business.country)).flatten();
    let known: Vec<f64> = [model, gateway].into_iter().flatten().map(Money::units).collect();
    let count = u32::try_from(usage.conversations).ok().filter(|count| *count > 0 && !known.is_empty());
    // To a hundredth of a cent: one conversation costs less than a cent.
    let each = count.map(|count| (known.iter().sum::<f64>() / f64::from(count) * 10_000.0).ceil() / 10_000.0);
    let told = |money: Money| Cost { amount: money.units(), currency: money.currency.code().to_owned() };
    Conversations {
        days: DAYS,
        conversations: usage.conversations,
        answers: usage.answers,
        tokens: usage.tokens(),
        analysed: usage.analysed,
        model_cost: model.map(told),
        gateway_cost: gateway.map(told),
        cost_each: each.map(|amount| Cost { amount, currency: "USD".to_owned() }),
    }
}
