//! Automations: work that a business does by itself at its hours, and runs on demand.

use crate::parameters::OfBusiness;
use crate::values::{
    AutomationAction, AutomationName, Cron, Date, Id, LocalTime, MessageStatus, NotMade, ProfileField, RunMode, Time,
};
use crate::{Address, Example, Operation, Tag};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::{Action, Business, BusinessId, CustomerId, Mode, OwnerId, RunId, Status};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Run one automation now
    ///
    /// By its index, now and whatever its hour: `birthdays`, `inactive` or `test-customer`. Customers are written to if
    /// the automation's action is `auto`; the owners get their report once a day. A run of one business is answered
    /// with the work that was done; one that would outlast the request, as of every business, with where it will be
    /// told. No body.
    ///
    /// `test-customer` registers a customer who cannot be sent anything, waits up to 10 seconds for the question
    /// for what is missing, and erases everything.
    RunAutomation,
    /// Run one automation now, as old cron lines do
    ///
    /// The same as `POST`: it runs, and answers with the work that was done.
    RunAutomationByGet,
    /// Run all automations now
    ///
    /// All automations that look for customers, of a business, or with the operator key and no `business_id` of every
    /// business that has not switched them off. Those that only report to the owners are started by
    /// `POST /api/aurora/proactive`. `event-driven` reads just what matches; `legacy` reads every customer there is, as the system
    /// did that this one replaces. Both find the same and write the same. As `legacy` reads the customers of every
    /// business, only the operator key may ask for it. No body.
    RunAutomations,
    /// Run all automations now, as old cron lines do
    ///
    /// The same as `POST`: it runs, and answers with the work that was done.
    RunAutomationsByGet,
    /// Read the work of a run
    ///
    /// Kept 7 days. A business key reads the runs of its own business.
    ReadRun,
    /// Read when an automation runs, and its action
    ReadAutomation,
    /// Set when an automation runs, and its action
    ///
    /// A field that is absent stays as it is. A cron that differs, and being switched on, count from now: an hour that
    /// has been today is not made up for.
    ChangeAutomation,
    /// Read what an automation would send now
    ///
    /// To whom and with which words, whatever its hour and whether it is switched on. Nothing is sent or kept. It reads at
    /// most 1,000 people, and shows the first 20 messages to customers.
    PreviewAutomation,
}

impl crate::Route for Route {
    const TAG: Tag = Tag {
        name: "Automations",
        description: "Work that a business does by itself at its hours, and runs on demand.",
    };

    fn address(self) -> Address {
        match self {
            Self::RunAutomation => Address::post("/api/automation-events"),
            Self::RunAutomationByGet => Address::get("/api/automation-events"),
            Self::RunAutomations => Address::post("/api/automations"),
            Self::RunAutomationsByGet => Address::get("/api/automations"),
            Self::ReadRun => Address::get("/api/automations/runs/{run_id}"),
            Self::ReadAutomation => Address::get("/api/automations/{name}"),
            Self::ChangeAutomation => Address::put("/api/automations/{name}"),
            Self::PreviewAutomation => Address::get("/api/automations/{name}/preview"),
        }
    }

    fn operation(self) -> Operation {
        let of_automation = || Operation::with_key().path::<AutomationPath>().query::<OfBusiness>().not_found();
        match self {
            Self::RunAutomation | Self::RunAutomationByGet => {
                let operation = Operation::with_key().query::<EventQuery>().not_found();
                let done =
                    operation.answer_with::<EventDone>(200, "The work that was done.", [birthdays_done(), test_done()]);
                run_later(done)
            }
            Self::RunAutomations | Self::RunAutomationsByGet => {
                let operation = Operation::with_key().query::<RunQuery>().not_found();
                run_later(operation.answer_with::<RunDone>(200, "The work that was done.", [all_done_again()]))
            }
            Self::ReadRun => Operation::with_key()
                .path::<RunPath>()
                .query::<ReadRunQuery>()
                .answer::<Run>(200, "The run, as far as it is, and a page of the work that it has done.")
                .not_found(),
            Self::ReadAutomation => of_automation().answer::<Automation>(200, "The automation of the business."),
            Self::ChangeAutomation => of_automation()
                .body::<AutomationChange>([
                    ("ask", "Ask the owner first", json!({"action": "propose"})),
                    ("hour", "At 8:30 from Monday to Saturday", json!({"cron": "30 8 * * 1-6"})),
                    ("off", "Never by itself", json!({"enabled": false})),
                ])
                .answer::<Automation>(200, "The automation as it now is."),
            Self::PreviewAutomation => of_automation().answer::<Preview>(200, "What it would send."),
        }
    }
}

pub(crate) fn run_later(operation: Operation) -> Operation {
    let place = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::Custom("uri-reference".to_owned())))
        .examples(["/api/automations/runs/019ab1d2-5c0e-7a31-8f44-0d1e2f3a4b5c"]);
    let header = HeaderBuilder::new().description(Some("Where the run is told of.")).schema(place.build());
    let description = "It would outlast the request, and goes on after it. `Location` says where to ask.";
    operation.answer_with_header::<RunLater>(202, description, "Location", header.build())
}

fn birthdays_done() -> Example {
    let done = json!({
        "mode": "event-driven",
        "results": [{
            "business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01",
            "automation": "birthdays",
            "found": 3,
            "messages": 3,
            "skipped": {"consent_refused": 1},
            "queries": 1,
            "items_read": 5,
            "read_units": 2.5,
            "milliseconds": 21
        }]
    });
    ("birthdays", "Three birthdays: two greetings and the owner's report", done)
}

fn test_done() -> Example {
    let done = json!({
        "business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01",
        "customer_id": "019ab1d3-77aa-7b10-9c21-3e4f5a6b7c8d",
        "missing": ["name", "birthday"],
        "question": {
            "asked": true,
            "milliseconds": 412,
            "status": "pending",
            "text": "Oi! Aqui é da Patas & Cia. Pode nos contar seu nome e sua data de aniversário? 🐾"
        },
        "erased": true
    });
    ("test", "The test customer was asked", done)
}

fn all_done_again() -> Example {
    let done = json!({
        "mode": "event-driven",
        "results": [
            {
                "business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01",
                "automation": "birthdays",
                "found": 3,
                "messages": 0,
                "skipped": {"consent_refused": 1, "made_before": 3},
                "queries": 1,
                "items_read": 5,
                "read_units": 2.5,
                "milliseconds": 21
            },
            {
                "business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01",
                "automation": "inactive-customers",
                "found": 12,
                "messages": 0,
                "skipped": {"made_before": 1},
                "queries": 1,
                "items_read": 14,
                "read_units": 3,
                "milliseconds": 18
            }
        ]
    });
    ("again", "By index, of one business, once more on the same day", done)
}

/// Which automation to run, and of which business.
#[derive(Deserialize, IntoParams)]
pub struct EventQuery {
    /// The automation to run, or the test.
    #[param(inline, example = "birthdays")]
    pub event: Event,
    /// The business. A business key may leave it out; the operator key then means every business, but for
    /// `test-customer`, which is of one.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
}

/// An automation to run, or the test.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The automation of birthdays.
    Birthdays,
    /// The automation of inactive customers.
    Inactive,
    /// A registration from end to end.
    TestCustomer,
}

/// How to run all automations, and of which business.
#[derive(Deserialize, IntoParams)]
pub struct RunQuery {
    /// How customers are found. If it is absent, as in old cron lines: `legacy` with the operator key, `event-driven`
    /// with a business key.
    #[param(value_type = Option<RunMode>, inline)]
    pub mode: Option<Mode>,
    /// The business. A business key may leave it out; the operator key then means every business.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
}

/// The run that a call is about.
#[derive(Deserialize, IntoParams)]
pub struct RunPath {
    /// The run, as the answer 202 names it.
    #[param(value_type = Id, example = "019ab1d2-5c0e-7a31-8f44-0d1e2f3a4b5c")]
    pub run_id: RunId,
}

/// The business that a run was of, and the page of it.
#[derive(Deserialize, IntoParams)]
pub struct ReadRunQuery {
    /// The business. A business key may leave it out; the operator key then means every business.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// The automation that a call is about.
#[derive(Deserialize, IntoParams)]
pub struct AutomationPath {
    /// Which automation.
    #[param(value_type = AutomationName, example = "birthdays")]
    pub name: domain::AutomationName,
}

/// An automation of a business.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01",
    "name": "birthdays",
    "enabled": true,
    "cron": "0 9 * * *",
    "event": null,
    "timezone": "America/Sao_Paulo",
    "action": "auto",
    "next_run_at": "2026-11-22T12:00:00Z",
    "next_slot": "2026-11-22T09:00:00",
    "last_run": "2026-11-21T09:00:00",
    "last_skipped": null
})))]
pub struct Automation {
    /// The business that it belongs to.
    #[schema(value_type = Id)]
    pub business_id: BusinessId,
    /// Which it is.
    #[schema(value_type = AutomationName)]
    pub name: domain::AutomationName,
    /// Whether it runs by itself, or answers its event, and in runs of every business. A run of this business alone goes
    /// anyway.
    pub enabled: bool,
    /// When it runs; `null` if an event alone starts it.
    #[schema(value_type = Option<Cron>, required)]
    pub cron: Option<String>,
    /// The event that starts it, besides its hours if it has any; `null` if none does.
    #[schema(required)]
    pub event: Option<String>,
    /// The business's IANA zone.
    pub timezone: String,
    /// Whether customers are written to at once.
    #[schema(value_type = AutomationAction)]
    pub action: Action,
    /// When it runs next, in UTC; `null` while it is switched off.
    #[schema(value_type = Option<Time>, required)]
    pub next_run_at: Option<DateTime<Utc>>,
    /// The same in local time; work by date is done for this date.
    #[schema(value_type = Option<LocalTime>, required)]
    pub next_slot: Option<NaiveDateTime>,
    /// The hour that it ran for last, in local time.
    #[schema(value_type = Option<LocalTime>, required)]
    pub last_run: Option<NaiveDateTime>,
    /// The hour that was left out last, in local time: missed by too much, or before one that ran.
    #[schema(value_type = Option<LocalTime>, required)]
    pub last_skipped: Option<NaiveDateTime>,
}

impl From<&domain::Automation> for Automation {
    fn from(automation: &domain::Automation) -> Self {
        Self {
            business_id: automation.business_id,
            name: automation.name,
            enabled: automation.enabled(),
            cron: Some(automation.cron.as_str().to_owned()),
            event: automations::hours(automation.name).and_then(|hours| hours.also_on).map(str::to_owned),
            timezone: automation.timezone.name().to_owned(),
            action: automation.action,
            next_run_at: automation.due_at(),
            next_slot: automation.pending,
            last_run: automation.last_run,
            last_skipped: automation.last_skipped,
        }
    }
}

impl Automation {
    /// One that an event starts.
    #[must_use]
    pub fn on_event(business: &Business, name: domain::AutomationName, event: &str, enabled: bool) -> Self {
        Self {
            business_id: business.business_id,
            name,
            enabled,
            cron: None,
            event: Some(event.to_owned()),
            timezone: business.timezone.name().to_owned(),
            action: Action::Auto,
            next_run_at: None,
            next_slot: None,
            last_run: None,
            last_skipped: None,
        }
    }
}

/// A change of an automation: a field that is absent stays as it is. One that an event starts takes `enabled` alone.
#[derive(Deserialize, ToSchema)]
pub struct AutomationChange {
    /// Whether it runs by itself, and in runs of every business.
    pub enabled: Option<bool>,
    /// When it runs.
    #[schema(value_type = Option<Cron>)]
    pub cron: Option<String>,
    /// Whether customers are written to at once.
    #[schema(value_type = Option<AutomationAction>)]
    pub action: Option<Action>,
}

/// What an automation would send now.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "name": "birthdays",
    "date": "2026-11-21",
    "action": "auto",
    "found": 2,
    "has_more": false,
    "messages": 1,
    "skipped": {"consent_refused": 1},
    "customers": [{
        "customer_id": "019ab1d3-77aa-7b10-9c21-3e4f5a6b7c8d",
        "text": "Feliz aniversário, Ana! 🎉"
    }],
    "owners": [{
        "owner_id": "019ab1bf-8d21-7a11-8f3e-2b4c6d8e0f05",
        "text": "Oi, Bia! 🎂 Hoje tem 2 aniversários…"
    }]
})))]
pub struct Preview {
    /// Which automation.
    #[schema(value_type = AutomationName)]
    pub name: domain::AutomationName,
    /// The business's local date, for which it would run.
    #[schema(value_type = Date)]
    pub date: NaiveDate,
    /// Whether customers would be written to at once.
    #[schema(value_type = AutomationAction)]
    pub action: Action,
    /// Birthdays, customers or appointments that were found.
    pub found: u64,
    /// Whether there are more than were read.
    pub has_more: bool,
    /// The messages that customers would get.
    pub messages: u64,
    /// Those found who would get none, by reason.
    #[schema(value_type = NotMade)]
    pub skipped: BTreeMap<String, u64>,
    /// The first of the messages to customers.
    pub customers: Vec<PreviewMessage>,
    /// The reports to the owners; none if there is nothing to tell.
    pub owners: Vec<PreviewReport>,
}

/// A message that a customer would get.
#[derive(Serialize, ToSchema)]
pub struct PreviewMessage {
    /// The customer.
    #[schema(value_type = Id)]
    pub customer_id: CustomerId,
    /// As the customer would read it.
    pub text: String,
}

/// A report that an owner would get.
#[derive(Serialize, ToSchema)]
pub struct PreviewReport {
    /// The owner.
    #[schema(value_type = Id)]
    pub owner_id: OwnerId,
    /// As the owner would read it.
    pub text: String,
}

impl Preview {
    /// Of an automation.
    #[must_use]
    pub fn of(name: domain::AutomationName, preview: automations::Preview) -> Self {
        let automations::Preview { date, action, found, has_more, messages, skipped, customers, owners } = preview;
        let message = |it: automations::PreviewMessage| PreviewMessage { customer_id: it.customer_id, text: it.text };
        let report = |it: automations::PreviewReport| PreviewReport { owner_id: it.owner_id, text: it.text };
        Self {
            name,
            date,
            action,
            found,
            has_more,
            messages,
            skipped,
            customers: customers.into_iter().map(message).collect(),
            owners: owners.into_iter().map(report).collect(),
        }
    }
}

/// The work that one automation did, or the result of the test.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum EventDone {
    /// Of an automation.
    Run(RunDone),
    /// Of the test customer.
    Test(TestCustomer),
}

/// The work that was done for a business, and its cost.
#[derive(Serialize, ToSchema)]
pub struct RunPart {
    /// `null` for the cost of reading all businesses together (`legacy`).
    #[schema(value_type = Option<Id>, required)]
    pub business_id: Option<BusinessId>,
    /// Which it was.
    #[schema(value_type = AutomationName)]
    pub automation: domain::AutomationName,
    /// Birthdays, customers or appointments: the subject of the automation.
    pub found: u64,
    /// Made now, to customers and owners.
    pub messages: u64,
    /// By reason.
    #[schema(value_type = NotMade)]
    pub skipped: BTreeMap<String, u64>,
    /// Queries, or pages of a scan.
    pub queries: u64,
    /// Items that were read.
    pub items_read: u64,
    /// Read request units of DynamoDB, as it billed them.
    #[schema(minimum = 0.0)]
    pub read_units: f64,
    /// Time at work.
    pub milliseconds: u64,
}

/// The work that a run has done.
#[derive(Serialize, ToSchema)]
pub struct RunDone {
    /// How customers were found.
    #[schema(value_type = RunMode)]
    pub mode: Mode,
    /// One of each automation.
    pub results: Vec<RunPart>,
}

/// A run that goes on.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"run_id": "019ab1d2-5c0e-7a31-8f44-0d1e2f3a4b5c"})))]
pub struct RunLater {
    /// To ask by.
    #[schema(value_type = Id)]
    pub run_id: RunId,
}

/// A run that outlasted its request.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "run_id": "019ab1d2-5c0e-7a31-8f44-0d1e2f3a4b5c",
    "state": "active",
    "jobs": 2,
    "jobs_done": 1,
    "results": [{
        "business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01",
        "automation": "birthdays",
        "found": 3,
        "messages": 3,
        "skipped": {"consent_refused": 1},
        "queries": 1,
        "items_read": 5,
        "read_units": 2.5,
        "milliseconds": 21
    }],
    "cursor": null,
    "created_at": "2026-11-21T14:20:00.512Z"
})))]
pub struct Run {
    /// As the answer 202 named it.
    #[schema(value_type = Id)]
    pub run_id: RunId,
    /// How far it is. Absent on pages after the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<RunState>,
    /// How many jobs the run has.
    pub jobs: u64,
    /// Those that are done. Absent on pages after the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jobs_done: Option<u64>,
    /// A page of the work that is done: by automation and business, and in `legacy` the cost of reading all.
    pub results: Vec<RunPart>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
    /// When it was asked for.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
}

/// `completed` once all its jobs are done.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// Some jobs are not done.
    Active,
    /// All jobs are done.
    Completed,
}

/// The result of a registration from end to end.
#[derive(Serialize, ToSchema)]
pub struct TestCustomer {
    /// Where the customer was registered.
    #[schema(value_type = Id)]
    pub business_id: BusinessId,
    /// Of the customer who is erased again.
    #[schema(value_type = Id)]
    pub customer_id: CustomerId,
    /// The fields that the business wants to know of a new customer.
    #[schema(value_type = Vec<ProfileField>)]
    pub missing: Vec<domain::ProfileField>,
    /// `null` if nothing is missing, so that nothing is asked.
    #[schema(required)]
    pub question: Option<TestQuestion>,
    /// Whether everything is erased.
    pub erased: bool,
}

/// The question for what is missing.
#[derive(Serialize, ToSchema)]
pub struct TestQuestion {
    /// Whether the message was made within 10 seconds.
    pub asked: bool,
    /// How long that took.
    #[schema(minimum = 0)]
    pub milliseconds: i64,
    /// Where the message stood.
    #[schema(value_type = Option<MessageStatus>, required)]
    pub status: Option<Status>,
    /// As a customer would read it.
    #[schema(required)]
    pub text: Option<String>,
}
