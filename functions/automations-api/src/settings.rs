//! Hours and action of an automation of a business.

use crate::run::{Runs, no_business, problem};
use api::automations::{AutomationChange, AutomationPath, Preview};
use api::parameters::OfBusiness;
use automations::{Hours, Start};
use axum::extract::State;
use domain::{Action, Automation, AutomationName, BusinessId, Cron};
use kit::fields::Fields;
use kit::json::Json;
use kit::keys::Caller;
use kit::params::{Path, Query};
use kit::{App, Problem};
use store::Updated;

/// Tries of a change that somebody else's change comes between.
const TRIES: usize = 5;

pub(crate) async fn read(
    State(Runs { app, .. }): State<Runs>,
    caller: Caller,
    Path(AutomationPath { name }): Path<AutomationPath>,
    Query(about): Query<OfBusiness>,
) -> Result<Json<api::automations::Automation>, Problem> {
    let business = caller.business(about.business_id)?;
    match automations::spec(name).start {
        Start::AtHours(hours) => Ok(Json((&find(&app, business, name, hours).await?.0).into())),
        Start::OnEvent(event) => switch(&app, business, name, event, None).await,
    }
}

/// What it would send now.
pub(crate) async fn preview(
    State(Runs { app, .. }): State<Runs>,
    caller: Caller,
    Path(AutomationPath { name }): Path<AutomationPath>,
    Query(about): Query<OfBusiness>,
) -> Result<Json<Preview>, Problem> {
    let business = caller.business(about.business_id)?;
    if let Start::OnEvent(_) = automations::spec(name).start {
        return Err(Problem::field("/name", "expected one that runs at its hours: an event starts this automation"));
    }
    let preview = automations::preview(&app, name, business).await.map_err(problem)?;
    Ok(Json(Preview::of(name, preview.ok_or_else(no_business)?)))
}

/// Changes the fields that are given; a field that is absent stays.
pub(crate) async fn change(
    State(Runs { app, .. }): State<Runs>,
    caller: Caller,
    Path(AutomationPath { name }): Path<AutomationPath>,
    Query(about): Query<OfBusiness>,
    Json(change): Json<AutomationChange>,
) -> Result<Json<api::automations::Automation>, Problem> {
    let business = caller.business(about.business_id)?;
    let mut fields = Fields::new();
    let hours = match automations::spec(name).start {
        Start::AtHours(hours) => hours,
        Start::OnEvent(event) => {
            fields.require("cron", change.cron.is_none(), "expected none: an event starts this automation");
            fields.require("action", change.action.is_none(), "expected none: an event starts this automation");
            fields.finish()?;
            return switch(&app, business, name, event, change.enabled).await;
        }
    };
    let only_reports = !automations::finds_customers(name) && change.action == Some(Action::Auto);
    fields.require("action", !only_reports, "expected propose: this automation reports to the owners");
    let cron = change.cron.as_deref().and_then(|cron| fields.check("cron", cron.parse::<Cron>()));
    let is_seldom = cron.as_ref().is_none_or(Cron::is_at_most_hourly);
    fields.require("cron", is_seldom, "expected one minute, as 0 9 * * *: automations run at most once an hour");
    fields.finish()?;
    for _ in 0..TRIES {
        let (before, is_kept) = find(&app, business, name, hours).await?;
        let mut after = before.clone();
        after.set(change.enabled, cron.clone(), change.action, app.now());
        let done = if is_kept {
            app.store().update_automation(&before, &after, &app.attempt()).await? != Updated::Conflict
        } else {
            app.store().create_automation(&after, &app.attempt()).await?
        };
        if done {
            return Ok(Json((&after).into()));
        }
    }
    Err(Problem::unavailable("an automation kept changing"))
}

/// The automation, and whether it is kept already: a business from before there was one has it switched off.
async fn find(
    app: &App,
    business: BusinessId,
    name: AutomationName,
    hours: Hours,
) -> Result<(Automation, bool), Problem> {
    if let Some(known) = app.store().automation(business, name).await? {
        return Ok((known, true));
    }
    let record = app.store().business(business).await?.ok_or_else(no_business)?.record;
    let mut fresh = hours.automation(&record, name, app.now()).map_err(Problem::internal)?;
    fresh.set(Some(false), None, None, app.now());
    Ok((fresh, false))
}

/// Switches an automation that an event starts, if that is asked for, and tells how it is.
async fn switch(
    app: &App,
    business: BusinessId,
    name: AutomationName,
    event: &'static str,
    on: Option<bool>,
) -> Result<Json<api::automations::Automation>, Problem> {
    for _ in 0..TRIES {
        let before = app.store().business(business).await?.ok_or_else(no_business)?;
        let mut after = before.record.clone();
        let changed = match on {
            Some(true) => after.switched_off.remove(&name),
            Some(false) => after.switched_off.insert(name),
            None => false,
        };
        if changed {
            after.updated_at = app.now();
            if app.store().update_business(&before, &after, &[], &app.attempt()).await? == Updated::Conflict {
                continue;
            }
        }
        let enabled = !after.switched_off.contains(&name);
        return Ok(Json(api::automations::Automation::on_event(&after, name, event, enabled)));
    }
    Err(Problem::unavailable("a business kept changing"))
}
