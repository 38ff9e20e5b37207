//! Every writing operation, and the reads that a budget is set for: what it answers, what it costs, and that a lost
//! answer or a conflict changes neither.

use crate::support::*;
use chrono::{NaiveDate, TimeDelta};
use domain::chat::handover::Standing;
use domain::crm::{Finding, Known};
use domain::inbound::InboundKind;
use domain::ledger::Again;
use domain::purchase::Line;
use domain::recount::Recount;
use domain::sessions::limits::CodeLimits;
use domain::sessions::{SessionEvent, SessionNews, UserId};
use domain::sync::Sync;
use domain::{
    AnswerStep, Appointment, AppointmentStatus, Attempt, AutomationName, Campaign, Counted, CustomerFilter, CustomerId,
    Does, Evidence, Firing, Gateway, KeyId, Kind, Misfire, Money, OwnerId, Pace, Pet, Priority, Profile, ProfileStatus,
    Progress, Proposal, ProposalStatus, Purchase, Reach, Reason, Recipient, RequestNumber, RunId, RunState,
    SavedSearch, Sender, Session, SessionId, Status, Tally,
};
use std::fmt::Debug;
use std::pin::Pin;
use store::*;
use strum::IntoEnumIterator;
use uuid::Uuid;

type Run = for<'a> fn(&'a World) -> Pin<Box<dyn Future<Output = String> + 'a>>;

struct Operation {
    name: &'static str,
    run: Run,
    answer: &'static str,
    calls: u64,
    read_units: f64,
    write_units: f64,
}

/// `"name", calls, read units, write units, answer => what is done with a fresh world`
macro_rules! operations {
    ($($name:literal, $calls:literal, $read:literal, $written:literal, $answer:literal => |$w:ident| $run:expr;)*) => {
        vec![$(Operation {
            name: $name,
            run: |$w| Box::pin(async move { shown(&$run.await) }),
            answer: $answer,
            calls: $calls,
            read_units: $read,
            write_units: $written,
        }),*]
    };
}

/// The answer, without what is between the braces of a record.
fn shown<T: Debug>(answer: &Result<T, StoreError>) -> String {
    match answer {
        Ok(answer) => format!("{answer:?}"),
        Err(error) => format!("error: {error}"),
    }
}

const BIA: CustomerId = CustomerId(Uuid::from_u128(90));
const KEY: KeyId = KeyId(Uuid::from_u128(9));

fn api_key() -> ApiKey {
    ApiKey {
        key_id: KEY,
        business_id: Some(BUSINESS),
        label: "shop".to_owned(),
        limit_requests: None,
        created_at: at(0),
    }
}

fn saved_search() -> SavedSearch {
    let filter = CustomerFilter { city: Some("Santos".to_owned()), ..CustomerFilter::default() };
    SavedSearch { name: "of-santos".parse().unwrap(), filter, sort: None, limit: None, saved_at: at(9) }
}

fn session() -> Session {
    Session::new(SessionId(Uuid::from_u128(70)), UserId::Number(1), Gateway::Evolution, at(0))
}

fn connected(seconds: i64) -> SessionEvent {
    let address = session().session_id.to_string();
    SessionEvent {
        event_id: "connected".to_owned(),
        address,
        at: at(seconds),
        news: SessionNews::Connected { phone: None },
    }
}

fn text<T: Debug>(value: &T) -> String {
    format!("{value:?}")
}

fn owner() -> WebhookOwner {
    WebhookOwner { business_id: BUSINESS, sender_id: SENDER }
}

fn named() -> Profile {
    Profile { name: Some("Ana".to_owned()), ..Profile::default() }
}

fn to_ana() -> Recipient {
    Recipient::Customer(ANA)
}

fn by_claim() -> Attempt {
    Attempt(CLAIM.to_owned())
}

fn turn() -> Turn {
    Turn {
        kind: InboundKind::Text,
        told: None,
        media: None,
        at: at(5),
        gateway_message_id: "wamid.1".to_owned(),
        sender_id: SENDER,
        owner_id: None,
        own: false,
        text: "Oi!".to_owned(),
    }
}

const OWNER: OwnerId = OwnerId(Uuid::from_u128(8));

fn turn_of_owner() -> Turn {
    Turn { owner_id: Some(OWNER), ..turn() }
}

/// Seeded messages that are sent have their own name as the gateway's id.
fn reported(name: &str, evidence: Evidence) -> Report<'_> {
    Report {
        evidence,
        at: at(50),
        gateway_message_id: Some(name),
        gateway: Gateway::CloudApi,
        error: Some("131026: …"),
        again: None,
    }
}

async fn world() -> World {
    let world = World::seeded().await;
    world.store.create_key("known", &api_key(), &attempt()).await.unwrap();
    world.store.count_request(KEY, 3, TimeDelta::minutes(15), at(0), &attempt()).await.unwrap();
    world.store.put_webhook("known", owner(), &attempt()).await.unwrap();
    world.seed_campaign().await;
    world.store.create_proposal(&proposal("2026-03-11"), &attempt()).await.unwrap();
    world.store.put_asked(BUSINESS, &asked(8)).await.unwrap();
    world.store.register(BUSINESS, &customer(90, Some(90)), &Profile::default(), &attempt()).await.unwrap();
    record(&world, bought("bought", 1)).await.unwrap();
    record(&world, Purchase { at: at(-200_000), ..bought("corrected", 4) }).await.unwrap();
    world.store.keep_owner_answer(BUSINESS, "kept", answered(), at(9), &attempt()).await.unwrap();
    number(&world, "numbered").await.unwrap();
    world.store.meter().reset();
    world
}

async fn load(w: &World, id: &str, points: i64) -> Result<LoadPoints, StoreError> {
    let id = load_id(id);
    w.store
        .load_points(BUSINESS, ANA, &Load { load_id: &id, points, reason: Some("visit"), at: at(1) }, &attempt())
        .await
}

fn real(minor: i64) -> Money {
    Money::new(minor, "BRL".parse().unwrap())
}

/// One bath of Bia, who has bought before.
fn bought(invoice: &str, version: u64) -> Purchase {
    let line = Line { product: "Banho".to_owned(), ingredients: Vec::new(), thousandths: 1_000, amount: 14_500 };
    Purchase { version, customer_id: BIA, ..purchase(invoice, 10, 14_500, vec![line]) }
}

/// Shown without quotes.
struct Recorded(String);

impl Debug for Recorded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

async fn record(w: &World, purchase: Purchase) -> Result<Recorded, StoreError> {
    let zone = "America/Sao_Paulo".parse().unwrap();
    Ok(match w.store.record_purchase(BUSINESS, &purchase, zone, at(300_000), &attempt()).await? {
        RecordPurchase::Done { recording, statistics, .. } => {
            Recorded(format!("{recording:?} {}", statistics.total_spent))
        }
        other => Recorded(format!("{other:?}")),
    })
}

async fn claim(w: &World, kind: Kind) -> Result<Claimed, StoreError> {
    let message = message(&message_id("pending"), kind);
    w.store.claim(&claim_of(&message, &Reach::default(), at(10)), &attempt()).await
}

fn of_campaign() -> domain::Message {
    let campaign_id = "spring-2026".parse().unwrap();
    let message = message(&domain::MessageId::campaign(&campaign_id, ANA), Kind::Marketing);
    domain::Message { campaign_id: Some(campaign_id), ..message }
}

async fn settle(w: &World, id: &str, settlement: Settlement<'_>) -> Result<Moved, StoreError> {
    w.store.settle(BUSINESS, &message_id(id), &by_claim(), settlement, &attempt()).await
}

async fn apply(w: &World, id: &str, evidence: Evidence) -> Result<Applied, StoreError> {
    w.store.apply_report(BUSINESS, &message_id(id), &reported(id, evidence), at(50), &attempt()).await
}

async fn apply_for_now(w: &World, id: &str) -> Result<Applied, StoreError> {
    let again = Some(Again { not_before: at(60), counts: true });
    let report = Report { again, ..reported(id, Evidence::Failed) };
    w.store.apply_report(BUSINESS, &message_id(id), &report, at(50), &attempt()).await
}

async fn rename_business(w: &World) -> Result<Updated, StoreError> {
    let before = Versioned { record: business(BUSINESS), version: 1 };
    let mut after = business(BUSINESS);
    after.name = "Patas".to_owned();
    w.store.update_business(&before, &after, &AT_HOURS, &attempt()).await
}

async fn change_ana(w: &World, consent: Option<bool>) -> Result<Updated, StoreError> {
    let mut after = ana();
    (after.city, after.marketing_consent, after.updated_at) = (Some("Cali".to_owned()), consent, at(9));
    w.store.update_customer(BUSINESS, &Versioned { record: ana(), version: 1 }, &after, &attempt()).await
}

async fn register(w: &World, id: u128, number: u32, given: &Profile) -> Result<&'static str, StoreError> {
    let fresh = domain::Customer::new(domain::CustomerId(Uuid::from_u128(id)), Some(phone(number)), given, at(3));
    Ok(match w.store.register(BUSINESS, &fresh, given, &attempt()).await? {
        RegisterOutcome::Created => "created",
        RegisterOutcome::Known { changed: true, .. } => "filled",
        RegisterOutcome::Known { changed: false, .. } => "known",
    })
}

/// How many of them were new.
async fn register_all(w: &World, phones: std::ops::Range<u32>) -> Result<usize, StoreError> {
    let people: Vec<_> =
        (500..).zip(phones).map(|(id, number)| (customer(id, Some(number)), Profile::default())).collect();
    let outcomes = w.store.register_all(BUSINESS, &people, &attempt()).await;
    Ok(outcomes.into_iter().filter(|outcome| *outcome == Ok(RegisterOutcome::Created)).count())
}

async fn meet(w: &World, id: u128, number: u32, chat: Option<&str>) -> Result<(bool, u32, u32), StoreError> {
    let mut fresh = customer(id, Some(number));
    fresh.chat_id = chat.map(str::to_owned);
    let met = w.store.meet(BUSINESS, &fresh, at(3), &attempt()).await?.unwrap();
    Ok((met.created, met.attached, met.conflicts))
}

async fn reserve(w: &World) -> Result<usize, StoreError> {
    let read = w.store.sender_row(BUSINESS, SENDER).await?;
    let slots = Slots {
        pace: Pace::per_minute(20),
        want: 1,
        kind: Kind::Transactional,
        now: at(0),
        lead: TimeDelta::zero(),
        spacing: None,
    };
    match w.store.reserve(BUSINESS, SENDER, &read, slots, &attempt()).await? {
        domain::Reservation::Reserved { slots, .. } => Ok(slots.len()),
        domain::Reservation::Refused { .. } => Ok(0),
    }
}

async fn advance(w: &World) -> Result<bool, StoreError> {
    let mut due = Vec::new();
    for shard in due_shards() {
        due.extend(w.store.due_automations(shard, at(1_000_000), 100, None).await?.rows);
    }
    w.store.meter().reset();
    let it = due.iter().find(|it| it.name == AutomationName::Birthdays).unwrap();
    let firing = Firing::at(at(1_000_000), &it.cron, it.timezone, it.slot, Misfire::Latest).unwrap();
    w.store.advance_automation(it, &firing, &attempt()).await
}

fn chat() -> domain::chat::Chat {
    let mut chat = domain::chat::Chat::default();
    assert!(chat.hear("wamid.1", at(60), false));
    chat
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn finding() -> Finding {
    Finding {
        profile_status: ProfileStatus::Quoted,
        next_action: Some("Ask again".to_owned()),
        next_action_date: Some(date("2026-12-03")),
        follow_up: Some("Vamos marcar?".to_owned()),
        priority: Priority::default(),
        reason: None,
    }
}

/// A chat that waits for its analysis, as it is kept.
async fn waiting_chat(w: &World) -> Result<Versioned<domain::chat::Chat>, StoreError> {
    let mut chat = domain::chat::Chat::default();
    assert!(chat.hear("wamid.1", at(60), true));
    assert!(chat.settle(1, TimeDelta::hours(1)).is_some());
    let before = w.store.chat(BUSINESS, ANA).await?;
    w.store.put_chat(BUSINESS, ANA, &before, &chat, &attempt()).await?;
    w.store.chat(BUSINESS, ANA).await
}

/// An appointment that a customer has asked for.
async fn requested(w: &World) -> Result<(), StoreError> {
    let asked = |it| Appointment {
        status: AppointmentStatus::Pending,
        request: Some(domain::request::BookingRequest::Waiting),
        ..it
    };
    change_booked(w, asked).await?;
    Ok(())
}

async fn due_requests(w: &World) -> Result<Vec<DueRequest>, StoreError> {
    w.store.meter().reset();
    let mut due = Vec::new();
    for shard in due_shards() {
        due.extend(w.store.due_requests(shard, at(1_000_000_000), 100, None).await?.rows);
    }
    Ok(due)
}

async fn due_chats(w: &World) -> Result<Vec<DueChat>, StoreError> {
    let mut due = Vec::new();
    for shard in due_shards() {
        due.extend(w.store.due_chats(shard, at(1_000_000), 100, None).await?.rows);
    }
    Ok(due)
}

fn asked_run() -> store::Run {
    store::Run { run_id: RunId(Uuid::from_u128(8)), business_id: None, jobs: 2, created_at: at(9) }
}

fn part() -> RunPart {
    let tally = Tally { found: 1, ..Tally::default() };
    RunPart { automation: AutomationName::Birthdays, business_id: Some(BUSINESS), is_job: true, tally }
}

fn proposal(date: &str) -> Proposal {
    Proposal {
        business_id: BUSINESS,
        automation: AutomationName::Birthdays,
        date: date.parse().unwrap(),
        number: 0,
        found: 2,
        people: Vec::new(),
        offer: 10,
        free: Vec::new(),
        status: ProposalStatus::Open,
        campaign_id: None,
        until: at(3_600),
        created_at: at(9),
    }
}

async fn move_proposal(w: &World, status: ProposalStatus) -> Result<bool, StoreError> {
    let before = Proposal { number: 1, ..proposal("2026-03-11") };
    w.store.move_proposal(&before, &Proposal { status, ..before.clone() }, &attempt()).await
}

fn answered() -> KeptAnswer {
    let Proposal { automation, date, .. } = proposal("2026-03-11");
    let steps = vec![AnswerStep { automation, date, does: Does::Start { offer: Some(15) } }];
    KeptAnswer { steps, ..KeptAnswer::default() }
}

async fn number(w: &World, id: &str) -> Result<RequestNumber, StoreError> {
    w.store.number_request(BUSINESS, &id.parse().unwrap(), at(9_000), at(10), &attempt()).await
}

fn asked(id: u128) -> Asked {
    Asked {
        run_id: RunId(Uuid::from_u128(id)),
        automation: Some(AutomationName::DailySummary),
        campaign_id: None,
        owner_id: None,
        state: RunState::Waiting,
        moved_at: at(9),
        created_at: at(9),
    }
}

fn pets() -> Vec<Pet> {
    let pet = |name: &str| Pet { name: name.to_owned(), species: None, birthday: Some("--02-29".parse().unwrap()) };
    vec![pet("Rex"), pet("Mia")]
}

/// An appointment that is there.
async fn booked(w: &World) -> Result<Versioned<Appointment>, StoreError> {
    let booked = appointment("known", 0);
    w.store.create_appointment(BUSINESS, &booked, &made_as(&booked), Taking::FreeTime, &attempt()).await?;
    w.store.meter().reset();
    Ok(Versioned { record: booked, version: 1 })
}

async fn change_booked(
    w: &World,
    change: impl Fn(Appointment) -> Appointment,
) -> Result<UpdateAppointment, StoreError> {
    let before = booked(w).await?;
    let after = change(before.record.clone());
    w.store.update_appointment(BUSINESS, &before, &after, Taking::FreeTime, &attempt()).await
}

/// The first step of all of Ana's into another record.
async fn join_ana(w: &World) -> Result<Joined, StoreError> {
    let other = customer(50, Some(50));
    w.store.register(BUSINESS, &other, &Profile::default(), &attempt()).await?;
    w.store.meter().reset();
    w.store.join_step(BUSINESS, ANA, other.customer_id, &attempt()).await
}

fn due(id: &str) -> DueMessage {
    DueMessage { business_id: BUSINESS, message_id: message_id(id), kind: Kind::Transactional, not_before: at(900) }
}

fn operations() -> Vec<Operation> {
    operations! {
        // Its sync, and the due index.
        "create business", 1, 0.0, 7.0, "true" => |w| w.store.create_business(&business(OTHER), &[], &attempt());
        "create business with its automations", 1, 0.0, 13.0, "true" => |w| async {
            w.store.create_business(&business(OTHER), &automations(OTHER), &attempt()).await
        };
        "business with senders", 1, 1.0, 0.0, "1" => |w| async {
            Ok(w.store.business_with_senders(BUSINESS).await?.unwrap().senders.len())
        };
        "update business", 1, 0.0, 1.0, "Done(2)" => |w| rename_business(w);
        "business moves to another zone", 2, 2.0, 10.0, "Done(2)" => |w| async {
            let mut after = business(BUSINESS);
            after.timezone = "America/Manaus".parse().unwrap();
            w.store.update_business(&Versioned { record: business(BUSINESS), version: 1 }, &after, &AT_HOURS, &attempt()).await
        };
        "automation", 1, 1.0, 0.0, "true" => |w| async {
            Ok(w.store.automation(BUSINESS, AutomationName::Birthdays).await?.is_some())
        };
        "update automation", 1, 0.0, 2.0, "Done(0)" => |w| async {
            let before = automations(BUSINESS).remove(0);
            let mut after = before.clone();
            after.set(Some(false), None, None, at(0));
            w.store.update_automation(&before, &after, &attempt()).await
        };
        "due automations", 1, 0.5, 0.0, "()" => |w| async {
            w.store.due_automations(0, at(1_000_000), 100, None).await.map(drop)
        };
        "advance automation", 1, 0.0, 3.0, "true" => |w| advance(w);
        "create run", 1, 0.0, 1.0, "()" => |w| async { w.store.create_run(&asked_run()).await };
        "put run part", 1, 0.0, 1.0, "()" => |w| async { w.store.put_run_part(asked_run().run_id, &part(), at(9)).await };
        "create campaign", 1, 0.0, 6.0, "Created" => |w| async {
            w.store.create_campaign(&campaign("new"), &attempt()).await
        };
        "create campaign for later", 1, 0.0, 7.0, "Created" => |w| async {
            let progress = Progress::new(Some(at(60)));
            w.store.create_campaign(&Campaign { progress, ..campaign("new") }, &attempt()).await
        };
        "campaign", 1, 2.0, 0.0, "true" => |w| async { Ok(w.store.campaign(BUSINESS, &campaign_id("runs")).await?.is_some()) };
        "campaign's progress", 1, 1.0, 0.0, "true" => |w| async {
            Ok(w.store.campaign_progress(BUSINESS, &campaign_id("runs")).await?.is_some())
        };
        "campaigns", 2, 5.0, 0.0, "2" => |w| async { Ok(w.store.campaigns(BUSINESS, 10, None).await?.items.len()) };
        "start campaign", 2, 1.0, 2.0, "true" => |w| async {
                let starts = |it: &Progress| it.start(at(9));
            Ok(w.store.move_campaign_by(BUSINESS, &campaign_id("draft"), starts, &attempt()).await?.is_some())
            };
        "campaign waits", 2, 1.0, 3.0, "true" => |w| async {
            w.store.campaign_waits(BUSINESS, &campaign_id("runs"), 1, at(600), Reason::QuietHours, &attempt()).await
        };
        "keep preflight", 1, 0.0, 1.0, "()" => |w| async {
            w.store.keep_preflight(BUSINESS, &campaign_id("draft"), &Counted::default(), &attempt()).await
        };
        // One unit for 50 people.
        "put a chunk", 1, 0.0, 10.0, "()" => |w| async {
            w.store.put_chunks(BUSINESS, &campaign_id("runs"), 2, &[full_chunk()], at(9)).await
        };
        "chunk", 1, 3.0, 0.0, "500" => |w| async {
            Ok(w.store.chunk(BUSINESS, &campaign_id("runs"), 0).await?.unwrap().recipients.len())
        };
        "chunk done", 4, 2.0, 2.0, "true" => |w| async {
            let counts = [(Status::Sent, 499), (Status::Unknown, 1)].into();
            w.store.chunk_done(BUSINESS, &campaign_id("runs"), 0, 1, &counts, at(9), &attempt()).await
        };
        "chunk ends", 1, 1.0, 0.0, "0" => |w| async {
            Ok(w.store.chunk_ends(BUSINESS, &campaign_id("runs"), 1).await?.len())
        };
        "put who is held out", 1, 0.0, 8.0, "1" => |w| async {
            w.store.put_held(BUSINESS, &campaign_id("runs"), 1, &full_chunk().recipients, at(9)).await
        };
        // One unit for 256 people.
        "who is held out", 1, 2.0, 0.0, "500" => |w| async {
            Ok(w.store.held(BUSINESS, &campaign_id("runs"), 1).await?.len())
        };
        "put what left", 1, 0.0, 4.0, "()" => |w| async {
            w.store.put_left(BUSINESS, &campaign_id("runs"), 1, &all_left(), at(9)).await
        };
        // Four units for 500 people.
        "measured chunks", 1, 8.0, 0.0, "[(500, Some(500)), (500, None)]" => |w| async {
            let found = w.store.measured_chunks(BUSINESS, &campaign_id("runs"), 0..2).await?;
            Ok(found.iter().map(|it| (it.chunk.recipients.len(), it.left.as_ref().map(Vec::len))).collect::<Vec<_>>())
        };
        "all progress", 2, 3.0, 0.0, "2" => |w| async { Ok(w.store.all_progress(BUSINESS).await?.len()) };
        "note a join", 1, 0.0, 1.0, "()" => |w| async { w.store.note_join(BUSINESS, ANA, BIA, at(9)).await };
        "joins", 1, 1.0, 0.0, "1" => |w| async { Ok(w.store.joins(BUSINESS).await?.len()) };
        "due campaigns", 1, 0.5, 0.0, "()" => |w| async {
            w.store.due_campaigns(0, at(1_000_000), 100, None).await.map(drop)
        };
        "advance campaign", 1, 0.0, 3.0, "true" => |w| async {
            let (campaign_id, not_before) = (campaign_id("runs"), at(9) + Progress::LOOK);
            let due = DueCampaign { business_id: BUSINESS, campaign_id, not_before, begins_at: None };
            w.store.advance_campaign(&due, at(900), &attempt()).await
        };
        "delete campaign", 1, 0.0, 6.0, "true" => |w| async {
            let progress = Progress::new(None);
            let known = Versioned { record: Campaign { progress, ..campaign("draft") }, version: 1 };
            w.store.delete_campaign(&known, &attempt()).await
        };
        "create proposal", 2, 1.0, 4.0, "4" => |w| async {
            Ok(w.store.create_proposal(&proposal("2026-03-12"), &attempt()).await?.number)
        };
        "create the proposal that is there", 2, 1.0, 4.0, "1" => |w| async {
            Ok(w.store.create_proposal(&proposal("2026-03-11"), &attempt()).await?.number)
        };
        "next number", 1, 1.0, 0.0, "4" => |w| w.store.next_number(BUSINESS, at(10));
        "next number when none is open", 1, 1.0, 0.0, "1" => |w| w.store.next_number(BUSINESS, at(9_000));
        "open proposals", 2, 2.0, 0.0, "[1]" => |w| async {
            Ok(w.store.open_proposals(BUSINESS).await?.iter().map(|it| it.number).collect::<Vec<_>>())
        };
        "move a proposal on", 1, 0.0, 1.0, "true" => |w| move_proposal(w, ProposalStatus::Confirming);
        "settle a proposal", 2, 1.0, 4.0, "true" => |w| move_proposal(w, ProposalStatus::Accepted);
        "keep an owner's answer", 1, 0.0, 1.0, "false" => |w| async {
            Ok(w.store.keep_owner_answer(BUSINESS, "new", answered(), at(9), &attempt()).await?.is_done)
        };
        "keep the owner's answer that is kept", 1, 0.0, 1.0, "1" => |w| async {
            Ok(w.store.keep_owner_answer(BUSINESS, "kept", KeptAnswer::default(), at(9), &attempt()).await?.steps.len())
        };
        "owner's answer", 1, 1.0, 0.0, "Some(false)" => |w| async {
            Ok(w.store.owner_answer(BUSINESS, "kept").await?.map(|it| it.is_done))
        };
        "number a request", 2, 1.0, 1.0, "RequestNumber(4)" => |w| number(w, "asked");
        "number the request that has one", 1, 1.0, 0.0, "RequestNumber(2)" => |w| number(w, "numbered");
        "numbered requests", 1, 1.0, 0.0, "[RequestNumber(2)]" => |w| async {
            Ok(w.store.numbered_requests(BUSINESS).await?.iter().map(|it| it.number).collect::<Vec<_>>())
        };
        "settle a request", 2, 1.0, 1.0, "()" => |w| async {
            w.store.settle_request(BUSINESS, &"numbered".parse().unwrap(), &attempt()).await
        };
        "finish an owner's answer", 1, 0.0, 1.0, "()" => |w| async {
            w.store.finish_owner_answer(BUSINESS, "kept", &attempt()).await
        };
        "put asked", 1, 0.0, 1.0, "()" => |w| async { w.store.put_asked(BUSINESS, &asked(7)).await };
        "asked", 1, 1.0, 0.0, "Waiting" => |w| async {
            Ok(w.store.asked(BUSINESS, asked(8).run_id).await?.unwrap().state)
        };
        "all asked", 1, 1.0, 0.0, "1" => |w| async {
            Ok(w.store.all_asked(BUSINESS, 10, None).await?.items.len())
        };
        "move asked", 1, 0.0, 1.0, "()" => |w| async {
            w.store.move_asked(BUSINESS, asked(8).run_id, RunState::Active, at(20), &attempt()).await
        };
        "new customers", 1, 0.5, 0.0, "2" => |w| w.store.new_customers(BUSINESS, at(0)..at(86_400));
        "lately lapsed", 1, 0.5, 0.0, "2" => |w| async {
            Ok(w.store.lately_lapsed(BUSINESS, at(1_000_000), 10).await?.len())
        };
        "save a search", 1, 0.0, 1.0, "()" => |w| w.store.save_search(BUSINESS, &saved_search());
        "saved search", 1, 1.0, 0.0, "true" => |w| async {
            w.store.save_search(BUSINESS, &saved_search()).await?;
            w.store.meter().reset();
            Ok(w.store.saved_search(BUSINESS, &saved_search().name).await? == Some(saved_search()))
        };
        "saved searches", 1, 1.0, 0.0, "0" => |w| async { Ok(w.store.saved_searches(BUSINESS).await?.len()) };
        "forget a search", 1, 0.0, 1.0, "()" => |w| w.store.forget_search(BUSINESS, &saved_search().name);
        "keep a sender", 1, 0.0, 4.0, "Kept" => |w| async {
            let new = Sender { sender_id: domain::SenderId(Uuid::from_u128(77)), address: "new".to_owned(), ..sender() };
            w.store.keep_sender(None, &new, at(9), &attempt()).await
        };
        "change a sender", 1, 0.0, 4.0, "Kept" => |w| async {
            w.store.keep_sender(Some(&sender()), &Sender { per_minute: 7, ..sender() }, at(9), &attempt()).await
        };
        "a sender gets another address", 1, 0.0, 6.0, "Kept" => |w| async {
            w.store.keep_sender(Some(&sender()), &Sender { address: "b".to_owned(), ..sender() }, at(9), &attempt()).await
        };
        "a sender whose address is another's", 2, 1.0, 4.0, "AddressTaken" => |w| async {
            let new = Sender { sender_id: domain::SenderId(Uuid::from_u128(77)), ..sender() };
            w.store.keep_sender(None, &new, at(1_000), &attempt()).await
        };
        "close business", 16, 4.5, 20.0, "()" => |w| w.store.close_business(BUSINESS, &attempt());
        "put webhook", 1, 0.0, 1.0, "true" => |w| async { w.store.put_webhook("new", owner(), &attempt()).await };
        "remove webhook", 1, 0.0, 1.0, "()" => |w| w.store.remove_webhook("known");
        "create key", 1, 0.0, 2.0, "true" => |w| async { w.store.create_key("new", &api_key(), &attempt()).await };
        "key", 1, 1.0, 0.0, "true" => |w| async { Ok(w.store.key("known").await? == Some(api_key())) };
        "delete key", 2, 0.5, 2.0, "true" => |w| w.store.delete_key(BUSINESS, KEY);
        "count request", 1, 0.0, 1.0, "Within(2)" => |w| async {
            w.store.count_request(KEY, 3, TimeDelta::minutes(15), at(1), &attempt()).await
        };
        "count request in a new window", 2, 0.0, 2.0, "Within(1)" => |w| async {
            w.store.count_request(KEY, 3, TimeDelta::minutes(15), at(900), &attempt()).await
        };
        "register", 1, 0.0, 7.0, "\"created\"" => |w| async { register(w, 50, 2, &named()).await };
        "register with consent", 1, 0.0, 9.0, "\"created\"" => |w| async {
            register(w, 50, 2, &Profile { marketing_consent: Some(true), ..named() }).await
        };
        // The customer's and two pets'.
        "register with birthdays", 1, 0.0, 13.0, "\"created\"" => |w| async {
            register(w, 50, 2, &Profile { pets: pets(), birthday: Some("--03-12".parse().unwrap()), ..named() }).await
        };
        "register again", 2, 1.0, 6.0, "\"known\"" => |w| async { register(w, 50, 1, &Profile::default()).await };
        "register again with more", 3, 1.0, 8.0, "\"filled\"" => |w| async { register(w, 50, 1, &named()).await };
        // 33 people in a transaction.
        "register forty new people together", 3, 40.0, 280.0, "40" => |w| async { register_all(w, 2..42).await };
        "register known people together", 2, 2.0, 0.0, "0" => |w| async { register_all(w, 1..2).await };
        "customer", 1, 1.0, 0.0, "true" => |w| async { Ok(w.store.customer(BUSINESS, ANA).await?.is_some()) };
        "birthdays on a date", 1, 0.5, 0.0, "0" => |w| async {
            Ok(w.store.birthdays_on(BUSINESS, "2026-03-12".parse().unwrap(), None, None).await?.0.len())
        };
        "lapsed before", 1, 0.5, 0.0, "2" => |w| async {
            Ok(w.store.lapsed_before(BUSINESS, at(1_000_000), None, None).await?.0.len())
        };
        "scan customers", 1, 0.5, 0.0, "2" => |w| async { Ok(w.store.scan_customers(None).await?.0.len()) };
        "customer by phone", 2, 2.0, 0.0, "true" => |w| async {
            Ok(w.store.customer_by(BUSINESS, Identity::Phone(&phone(1))).await?.is_some())
        };
        "update customer", 1, 0.0, 1.0, "Done(2)" => |w| change_ana(w, None);
        "update customer's consent", 1, 0.0, 5.0, "Done(2)" => |w| change_ana(w, Some(true));
        "set consent", 2, 1.0, 5.0, "Done" => |w| async {
            w.store.set_consent(BUSINESS, ANA, false, at(9), &attempt()).await
        };
        "opt out", 2, 1.0, 5.0, "()" => |w| w.store.opt_out(BUSINESS, to_ana(), at(9), &attempt());
        "meet somebody known", 2, 2.0, 0.0, "(false, 0, 0)" => |w| meet(w, 50, 1, None);
        "meet somebody known by a new chat", 3, 2.0, 4.0, "(false, 1, 0)" => |w| meet(w, 50, 1, Some("chat"));
        "meet somebody new", 5, 4.0, 9.0, "(true, 0, 0)" => |w| meet(w, 50, 2, Some("chat"));
        "move identities", 1, 0.0, 9.0, "Done" => |w| async {
            let before = Versioned { record: ana(), version: 1 };
            w.store.move_identities(BUSINESS, &before, Some(&phone(3)), Some("b1"), &attempt()).await
        };
        "attach a chat", 1, 0.0, 4.0, "Done" => |w| async {
            let before = Versioned { record: ana(), version: 1 };
            w.store.attach_chat(BUSINESS, &before, "573001234567@s.whatsapp.net", &attempt()).await
        };
        "drop identities", 1, 0.0, 5.0, "Done" => |w| async {
            let before = Versioned { record: ana(), version: 1 };
            w.store.drop_identities(BUSINESS, &before, true, true, &attempt()).await
        };
        "load points", 2, 1.0, 6.0, "Loaded { balance: 90 }" => |w| load(w, "second", -10);
        "load points again", 2, 1.0, 6.0, "Repeated { balance: 100, points: 100 }" => |w| load(w, "first", 100);
        "load points below zero", 2, 2.0, 0.0, "BelowZero { balance: 100 }" => |w| load(w, "second", -101);
        "entry", 1, 1.0, 0.0, "true" => |w| async {
            Ok(w.store.entry(BUSINESS, ANA, &load_id("first")).await?.is_some())
        };
        "entries", 1, 1.0, 0.0, "1" => |w| async {
            Ok(w.store.entries(BUSINESS, ANA, 10, None).await?.items.len())
        };
        // The invoice's name, the purchase and its two indexes, the names, the record and its index twice.
        "record a purchase", 3, 3.0, 12.0, "New 43500" => |w| record(w, Purchase { at: at(20), ..bought("new", 1) });
        // From now on there is a rhythm, and a day on which the customer is due.
        "record a third visit", 3, 3.0, 13.0, "New 43500" => |w| record(w, Purchase { at: at(200_000), ..bought("new", 1) });
        // The purchase is read too.
        "record a purchase again", 3, 4.0, 0.0, "Repeated 29000" => |w| record(w, bought("bought", 1));
        "record an older version", 3, 4.0, 0.0, "Older { kept: 4 } 29000" => |w| record(w, bought("corrected", 1));
        "record a correction", 4, 4.0, 8.0, "Corrected 14507" => |w| async {
            record(w, Purchase { total: real(7), ..bought("bought", 2) }).await
        };
        // Nothing is left of it, and what is left besides is looked for.
        "record a refund", 5, 5.0, 10.0, "Corrected 14500" => |w| {
            record(w, Purchase { total: real(0), lines: Vec::new(), ..bought("bought", 2) })
        };
        "favorites", 1, 1.0, 0.0, "2" => |w| async {
            Ok(w.store.favorites(BUSINESS, BIA).await?.products.times("Banho"))
        };
        "purchases of a customer", 1, 1.0, 0.0, "2" => |w| async {
            Ok(w.store.customer_purchases(BUSINESS, BIA, 10, None).await?.items.len())
        };
        "revenue of a day", 1, 0.5, 0.0, "Revenue { total: 14500, purchases: 1 }" => |w| {
            w.store.revenue_between(BUSINESS, at(0), at(3_600))
        };
        "customers of whom purchases were recorded", 1, 0.5, 0.0, "1" => |w| async {
            Ok(w.store.recorded_on(BUSINESS, at(10).date_naive(), at(0), None).await?.0.len())
        };
        // The two of them, besides the index of the day.
        "list all purchases", 2, 2.5, 0.0, "2" => |w| async {
            Ok(w.store.recorded_purchases(BUSINESS, at(0), at(20), 10, None).await?.items.len())
        };
        "books", 2, 2.0, 0.0, "2" => |w| async { Ok(w.store.books(BUSINESS, BIA).await?.unwrap().purchases.len()) };
        // The names, the record and its index.
        "correct books", 3, 2.0, 5.0, "true" => |w| async {
            let books = w.store.books(BUSINESS, BIA).await?.unwrap();
            let nothing = Recount::of(&books.customer.record, &books.favorites, &[], "UTC".parse().unwrap());
            w.store.correct_books(BUSINESS, &books, &nothing, &attempt()).await
        };
        "walk customers", 1, 0.5, 0.0, "2" => |w| async {
            Ok(w.store.walk_customers(BUSINESS, None).await?.0.len())
        };
        "sync", 1, 1.0, 0.0, "true" => |w| async { Ok(w.store.sync(BUSINESS).await?.is_some()) };
        "create sync that is there", 1, 0.0, 1.0, "Conflict" => |w| async {
            let sync = Sync::new(at(0), "UTC".parse().unwrap());
            w.store.create_sync(BUSINESS, &sync, at(0), &attempt()).await
        };
        "update sync", 2, 1.0, 3.0, "Done(2)" => |w| async {
            let known = w.store.sync(BUSINESS).await?.unwrap();
            w.store.update_sync(BUSINESS, &known, &known.record.clone().asked(at(5)), at(5), &attempt()).await
        };
        "due syncs", 1, 0.5, 0.0, "1" => |w| async {
            Ok(w.store.due_syncs(sync_shards().start, at(1_000_000), 10, None).await?.rows.len())
        };
        "advance sync", 1, 0.0, 3.0, "true" => |w| async {
            let not_before = w.store.sync(BUSINESS).await?.unwrap().record.next_at;
            w.store.meter().reset();
            let due = DueSync { business_id: BUSINESS, not_before };
            w.store.advance_sync(&due, at(2_000_000), &attempt()).await
        };
        "due visitors of three days", 3, 1.5, 0.0, "0" => |w| async {
            let (from, until) = ("2030-03-01".parse().unwrap(), "2030-03-04".parse().unwrap());
            Ok(w.store.due_visitors(BUSINESS, from, until, 100, None).await?.0.len())
        };
        "decide marketing", 1, 0.0, 1.0, "true" => |w| async {
            w.store.decide_marketing(BUSINESS, to_ana(), false, at(9), &attempt()).await
        };
        "touch window", 1, 0.0, 1.0, "true" => |w| async {
            w.store.touch_window(BUSINESS, to_ana(), SENDER, at(9), &attempt()).await
        };
        "close window", 1, 0.0, 1.0, "false" => |w| async {
            w.store.close_window(BUSINESS, to_ana(), at(0), &attempt()).await
        };
        "reserve", 2, 1.0, 1.0, "1" => |w| reserve(w);
        "set sender down", 1, 0.0, 1.0, "true" => |w| async {
            w.store.set_sender_down(BUSINESS, SENDER, at(60), &attempt()).await
        };
        "restrict sender", 1, 0.0, 1.0, "true" => |w| async {
            w.store.restrict_sender(BUSINESS, SENDER, at(9), &attempt()).await
        };
        "clear sender down", 1, 0.0, 1.0, "()" => |w| w.store.clear_sender_down(BUSINESS, SENDER);
        "mend sender", 1, 0.0, 1.0, "()" => |w| w.store.mend_sender(BUSINESS, SENDER, at(9));
        "keep turn", 1, 0.0, 1.0, "true" => |w| async {
            w.store.keep_turn(BUSINESS, Conversation::Customer(ANA), &turn(), &attempt()).await
        };
        "words of a recording that was kept without", 2, 0.0, 2.0, "false" => |w| async {
            let of = Conversation::Customer(ANA);
            let silent = Turn { kind: InboundKind::Audio, text: String::new(), gateway_message_id: "wamid.2".to_owned(), ..turn() };
            w.store.keep_turn(BUSINESS, of, &silent, &attempt()).await?;
            w.store.meter().reset();
            w.store.keep_turn(BUSINESS, of, &Turn { kind: InboundKind::Text, ..Turn { text: "Oi!".to_owned(), ..silent } }, &attempt()).await
        };
        "slow sender", 1, 0.0, 1.0, "()" => |w| w.store.slow_sender(BUSINESS, SENDER, at(9), &attempt());
        "note pulse", 1, 0.0, 1.0, "()" => |w| async {
            let pulse = domain::sessions::Pulse::beat(None, at(9)).unwrap();
            w.store.note_pulse(BUSINESS, SENDER, &pulse, &attempt()).await
        };
        // The chat and its place in the list.
        "chat that is kept", 2, 1.0, 2.0, "true" => |w| async {
            let before = w.store.chat(BUSINESS, ANA).await?;
            w.store.put_chat(BUSINESS, ANA, &before, &chat(), &attempt()).await
        };
        // The message with its three indexes, and the chat with its own, in one transaction: each write costs twice.
        "answer chat", 1, 0.0, 8.0, "Done" => |w| async {
            let before = w.store.chat(BUSINESS, ANA).await?;
            w.store.meter().reset();
            let message = message(&message_id("new"), Kind::Transactional);
            w.store.answer_chat(BUSINESS, ANA, &before, &chat(), &message, &attempt()).await
        };
        "list chats", 3, 2.5, 0.0, "1" => |w| async {
            let before = w.store.chat(BUSINESS, ANA).await?;
            w.store.put_chat(BUSINESS, ANA, &before, &chat(), &attempt()).await?;
            w.store.meter().reset();
            Ok(w.store.list_chats(BUSINESS, &[Standing::Open], at(9), 50, None).await?.items.len())
        };
        "dialogue", 3, 10.5, 0.0, "true" => |w| async {
            w.store.keep_turn(BUSINESS, Conversation::Customer(ANA), &turn(), &attempt()).await?;
            w.store.meter().reset();
            Ok(w.store.dialogue(BUSINESS, ANA, at(9), 50, None).await?.items.len() > 1)
        };
        // The record with its index, and the chat with its own, in one transaction: each write costs twice.
        "record conversation", 2, 1.0, 8.0, "Done" => |w| async {
            let before = w.store.chat(BUSINESS, ANA).await?;
            w.store.put_chat(BUSINESS, ANA, &before, &chat(), &attempt()).await?;
            let before = w.store.chat(BUSINESS, ANA).await?;
            w.store.meter().reset();
            let mut after = before.record.clone();
            let settled = after.settle(1, TimeDelta::hours(1)).unwrap();
            w.store.record_conversation(BUSINESS, ANA, &before, &after, &settled, at(999), &attempt()).await
        };
        // The same; the record gets its place in the index by next step, and the chat leaves the due index.
        "record analysis", 2, 1.0, 8.0, "Done" => |w| async {
            let waiting = waiting_chat(w).await?;
            let mut after = waiting.record.clone();
            after.analyse(None);
            let known = Known { wrote_at: Some(at(5)), today: date("2026-12-01"), has_appointment: false, now: at(999) };
            w.store.meter().reset();
            w.store.record_analysis(BUSINESS, ANA, &waiting, &after, &finding(), 90, known, &attempt()).await
        };
        "due chats", 16, 8.0, 0.0, "1" => |w| async {
            waiting_chat(w).await?;
            w.store.meter().reset();
            Ok(due_chats(w).await?.len())
        };
        "advance chat", 1, 0.0, 3.0, "true" => |w| async {
            waiting_chat(w).await?;
            let due = due_chats(w).await?.remove(0);
            w.store.meter().reset();
            w.store.advance_chat(&due, at(99_999), &attempt()).await
        };
        "chat lines", 3, 10.5, 0.0, "7" => |w| async {
            w.store.keep_turn(BUSINESS, Conversation::Customer(ANA), &turn_of_owner(), &attempt()).await?;
            w.store.meter().reset();
            Ok(w.store.chat_lines(BUSINESS, ANA, at(0), at(999), 20).await?.len())
        };
        "messages named", 1, 0.5, 0.0, "0" => |w| async {
            Ok(w.store.messages_named(BUSINESS, "follow-up/", at(0), at(999)).await?.len())
        };
        "usage", 1, 0.5, 0.0, "0" => |w| async { Ok(w.store.usage(BUSINESS, date("2026-12-01"), date("2026-12-31")).await?.tokens()) };
        "follow-ups of a day", 1, 0.5, 0.0, "1" => |w| async {
            let before = Versioned { record: ana(), version: 1 };
            let after = domain::Customer { next_action_date: Some(date("2026-12-03")), ..ana() };
            w.store.update_customer(BUSINESS, &before, &after, &attempt()).await?;
            w.store.meter().reset();
            Ok(w.store.follow_ups_on(BUSINESS, date("2026-12-03"), None, None).await?.0.len())
        };
        "keep turn of an owner", 1, 0.0, 1.0, "true" => |w| async {
            w.store.keep_turn(BUSINESS, Conversation::Owners, &turn_of_owner(), &attempt()).await
        };
        "latest turns", 1, 1.0, 0.0, "1" => |w| async {
            w.store.keep_turn(BUSINESS, Conversation::Owners, &turn_of_owner(), &attempt()).await?;
            w.store.meter().reset();
            let filter = TurnFilter { owners: Some(&[OWNER]), ..TurnFilter::default() };
            let found = w.store.latest_turns(BUSINESS, Conversation::Owners, &filter, at(9), 50, None).await?;
            Ok(found.items.len())
        };
        "forget other owners", 2, 1.0, 1.0, "()" => |w| async {
            w.store.keep_turn(BUSINESS, Conversation::Owners, &turn_of_owner(), &attempt()).await?;
            w.store.meter().reset();
            w.store.forget_other_owners(BUSINESS, &[]).await
        };
        "first seen", 1, 0.0, 1.0, "true" => |w| async {
            Ok(w.store.first_seen(BUSINESS, Conversation::Customer(ANA), "wamid.1", at(5), &attempt()).await? == at(5))
        };
        // The record and three indexes.
        "create message", 1, 0.0, 4.0, "Created" => |w| async {
            w.store.create_message(&message(&message_id("new"), Kind::Transactional), &attempt()).await
        };
        "message", 1, 1.0, 0.0, "true" => |w| async {
            Ok(w.store.message(BUSINESS, &message_id("pending")).await?.is_some())
        };
        "claim", 1, 0.0, 4.0, "Claimed" => |w| claim(w, Kind::Transactional);
        "claim marketing", 1, 0.0, 4.0, "Claimed" => |w| claim(w, Kind::Marketing);
        // The record and the list of its customer's.
        "claim a campaign's", 1, 0.0, 5.0, "Claimed" => |w| async {
            let (message, reach) = (of_campaign(), Reach::default());
            w.store.claim_new(&claim_of(&message, &reach, at(10)), &attempt()).await
        };
        "move a claim", 1, 0.0, 1.0, "true" => |w| async {
            claim(w, Kind::Transactional).await?;
            w.store.meter().reset();
            w.store.move_claim(BUSINESS, to_ana(), slot(at(10)), slot(at(14)), &attempt()).await
        };
        // It is found by the gateway's id from now on, which is a write more.
        "settle: sent", 1, 0.0, 3.0, "Done" => |w| settle(w, "sending", Settlement::Sent {
            at: at(11), gateway_message_id: "wamid.1", findable: true,
        });
        // Its place in the due index is one write away and one write back.
        "settle: retry", 1, 0.0, 3.0, "Done" => |w| settle(w, "sending", Settlement::Retry {
            again: Again { not_before: at(60), counts: true }, error: "not_accepted: …",
        });
        "settle: unknown", 1, 0.0, 3.0, "Done" => |w| settle(w, "sending", Settlement::Unknown {
            not_before: at(600), error: "unknown: …",
        });
        "settle: failed", 1, 0.0, 2.0, "Done" => |w| settle(w, "sending", Settlement::Failed { error: "refused: …" });
        "settle: repeat", 1, 0.0, 3.0, "Done" => |w| settle(w, "unknown", Settlement::Repeat { not_before: at(900) });
        "settle: give up", 1, 0.0, 2.0, "Done" => |w| settle(w, "unknown", Settlement::GiveUp { error: "unknown: …" });
        "settle: evidence", 1, 0.0, 3.0, "Done" => |w| settle(w, "unknown", Settlement::Sent {
            at: at(11), gateway_message_id: "wamid.1", findable: true,
        });
        "expire lease", 1, 0.0, 3.0, "Done" => |w| async {
            let id = message_id("sending");
            w.store.expire_lease(BUSINESS, &id, at(30), at(630), "unknown: …", &attempt()).await
        };
        "defer", 1, 0.0, 3.0, "Done" => |w| async {
            w.store.defer(BUSINESS, &message_id("pending"), at(60), "pace: …", &attempt()).await
        };
        "skip", 1, 0.0, 2.0, "Done" => |w| async {
            w.store.skip(BUSINESS, &message_id("pending"), "opted_out: …", &attempt()).await
        };
        "fail", 1, 0.0, 2.0, "Done" => |w| async {
            w.store.fail(BUSINESS, &message_id("pending"), None, "no_sender: …", &attempt()).await
        };
        "fail when claimed", 1, 0.0, 2.0, "Done" => |w| async {
            w.store.fail(BUSINESS, &message_id("sending"), Some(&by_claim()), "refused: …", &attempt()).await
        };
        "retry message", 1, 0.0, 2.0, "Done" => |w| async {
            w.store.retry_message(BUSINESS, &message_id("failed"), at(60), &attempt()).await
        };
        "report: delivered", 1, 0.0, 1.0, "Done" => |w| apply(w, "sent", Evidence::Delivered);
        // It is found by the gateway's id from now on, by a write of its own.
        "report: delivered, of an unknown one", 2, 0.0, 4.0, "Done" => |w| apply(w, "unknown", Evidence::Delivered);
        "report: failed", 1, 0.0, 1.0, "Done" => |w| apply(w, "sent", Evidence::Failed);
        "report: failed for now", 1, 0.0, 3.0, "Done" => |w| apply_for_now(w, "sent");
        "report: nothing new", 1, 0.0, 1.0, "AlreadyThere(Read)" => |w| apply(w, "read", Evidence::Delivered);
        "take evidence", 1, 0.0, 1.0, "true" => |w| async {
            w.store.take_evidence(BUSINESS, to_ana(), &message_id("unknown"), "wamid.1", &attempt()).await
        };
        "find by gateway id", 1, 0.5, 0.0, "true" => |w| async {
            Ok(w.store.find_by_gateway_id(BUSINESS, "sent").await? == Some(message_id("sent")))
        };
        "ids of a customer's messages", 1, 0.5, 0.0, "true" => |w| async {
            Ok(!w.store.customer_message_ids(BUSINESS, ANA, 100).await?.is_empty())
        };
        // The appointment, its two indexes and the day.
        "create appointment", 2, 1.0, 6.0, "Created" => |w| async {
            w.store.create_appointment(BUSINESS, &appointment("new", 0), &made_as(&appointment("new", 0)), Taking::FreeTime, &attempt()).await
        };
        "create appointment anyway", 1, 0.0, 6.0, "Created" => |w| async {
            w.store.create_appointment(BUSINESS, &appointment("new", 0), &made_as(&appointment("new", 0)), Taking::AnyTime, &attempt()).await
        };
        "create appointment over midnight", 3, 2.0, 8.0, "Created" => |w| async {
            w.store.create_appointment(BUSINESS, &appointment("new", 690), &made_as(&appointment("new", 690)), Taking::FreeTime, &attempt()).await
        };
        "create appointment that is done", 4, 3.0, 10.0, "Created" => |w| async {
            let done = Appointment { status: AppointmentStatus::Done, updated_at: at(90_000), ..appointment("new", 0) };
            w.store.create_appointment(BUSINESS, &done, &made_as(&done), Taking::FreeTime, &attempt()).await
        };
        "confirm appointment", 1, 0.0, 2.0, "Done(2)" => |w| async {
            change_booked(w, |it| Appointment { status: AppointmentStatus::Confirmed, ..it }).await
        };
        "move appointment", 2, 1.0, 8.0, "Done(2)" => |w| async {
            change_booked(w, |it| Appointment { start: noon() + TimeDelta::hours(2), ..it }).await
        };
        "cancel appointment", 1, 0.0, 5.0, "Done(2)" => |w| async {
            change_booked(w, |it| Appointment { status: AppointmentStatus::Cancelled, ..it }).await
        };
        "appointment is done", 3, 2.0, 7.0, "Done(2)" => |w| async {
            change_booked(w, |it| Appointment { status: AppointmentStatus::Done, updated_at: at(90_000), ..it }).await
        };
        "appointment", 1, 1.0, 0.0, "true" => |w| async {
            let booked = booked(w).await?;
            Ok(w.store.appointment(BUSINESS, &booked.record.appointment_id).await? == Some(booked))
        };
        "taken times", 1, 1.0, 0.0, "1" => |w| async {
            let booked = booked(w).await?.record;
            Ok(w.store.taken_times(BUSINESS, &booked.time()).await?.len())
        };
        "appointments between", 1, 0.5, 0.0, "1" => |w| async {
            let booked = booked(w).await?.record;
            Ok(w.store.appointments_between(BUSINESS, booked.start, booked.end()).await?.len())
        };
        "customer's appointments", 2, 1.5, 0.0, "1" => |w| async {
            booked(w).await?;
            Ok(w.store.customer_appointments(BUSINESS, ANA, 10, None).await?.items.len())
        };
        "due requests", 16, 8.0, 0.0, "1" => |w| async {
            requested(w).await?;
            Ok(due_requests(w).await?.len())
        };
        "advance request", 1, 0.0, 4.0, "true" => |w| async {
            requested(w).await?;
            let due = due_requests(w).await?.remove(0);
            w.store.meter().reset();
            w.store.advance_request(&due, at(2_000_000), &attempt()).await
        };
        "has appointments or purchases, none", 2, 1.5, 0.0, "false" => |w| {
            w.store.has_appointments_or_purchases(BUSINESS, ANA)
        };
        "has appointments or purchases", 2, 1.5, 0.0, "true" => |w| w.store.has_appointments_or_purchases(BUSINESS, BIA);
        "open session", 2, 1.0, 5.0, "Opened" => |w| w.store.open_session(&session(), &attempt());
        "open session, known", 4, 3.0, 5.0, "\"Known\"" => |w| async {
            w.store.open_session(&session(), &attempt()).await?;
            let again = w.store.open_session(&session(), &attempt()).await?;
            Ok(text(&again).split('(').next().unwrap_or_default().to_owned())
        };
        "an event of a session", 4, 2.0, 6.0, "true" => |w| async {
            w.store.open_session(&session(), &attempt()).await?;
            let kept = w.store.sessions_of([session().session_id]).await?.remove(0);
            let mut after = kept.session.clone();
            after.take(&connected(10), at(10), CodeLimits::default());
            w.store.change_session(&kept, &after, &attempt()).await
        };
        "put a session off", 4, 2.0, 8.0, "true" => |w| async {
            w.store.open_session(&session(), &attempt()).await?;
            let kept = w.store.sessions_of([session().session_id]).await?.remove(0);
            let mut after = kept.session.clone();
            after.take(&connected(10), at(10), CodeLimits::default());
            w.store.put_session_off(&kept, &after, &attempt()).await
        };
        "sessions", 18, 9.0, 5.0, "1" => |w| async {
            w.store.open_session(&session(), &attempt()).await?;
            Ok(w.store.sessions(50, None).await?.items.len())
        };
        "due sessions", 1, 0.5, 0.0, "()" => |w| async { w.store.due_sessions(0, at(10_000), 100, None).await.map(drop) };
        "advance session", 3, 1.0, 8.0, "true" => |w| async {
            w.store.open_session(&session(), &attempt()).await?;
            let due = DueSession { session_id: session().session_id, not_before: session().deadline() };
            w.store.advance_session(&due, at(1_800), &attempt()).await
        };
        "upstream", 1, 2.0, 0.0, "()" => |w| async { w.store.upstream().await.map(drop) };
        "note batch", 1, 0.0, 1.0, "()" => |w| w.store.note_batch(Upstream::Codes, BatchEnd::Answered, at(10));
        "end flight", 1, 0.0, 1.0, "()" => |w| w.store.end_flight("flight", at(10));
        "flights over", 2, 2.0, 1.0, "1" => |w| async {
            w.store.end_flight("over", at(10)).await?;
            Ok(w.store.flights_over(["over", "under way"].map(str::to_owned)).await?.len())
        };
        "count fallen", 1, 0.0, 1.0, "3" => |w| w.store.count_fallen(3, at(10), &attempt());
        "due", 1, 0.5, 0.0, "()" => |w| async { w.store.due_messages(0, at(10_000), 100, None).await.map(drop) };
        "join step", 17, 6.5, 37.0, "Done" => |w| join_ana(w);
        "advance due", 1, 0.0, 3.0, "true" => |w| async {
            w.store.advance_message(&due("pending"), at(1_800), &attempt()).await
        };
    }
}

#[tokio::test(start_paused = true)]
async fn costs_what_its_budget_says() {
    let seeded = world().await;
    for operation in operations() {
        let world = seeded.copy();
        assert_eq!((operation.run)(&world).await, operation.answer, "{}", operation.name);
        let usage = world.store.meter().usage();
        assert_eq!(usage.calls, operation.calls, "{}", operation.name);
        if !world.database.counts_units() {
            continue;
        }
        let cost = (usage.read_units, usage.write_units);
        let budget = (operation.read_units, operation.write_units);
        assert_eq!(cost, budget, "{}: {:#?}", operation.name, world.store.meter().calls());
    }
}

#[tokio::test(start_paused = true)]
async fn a_fault_that_passes_changes_nothing() {
    let seeded = world().await;
    for operation in operations().into_iter().filter(|operation| operation.write_units > 0.0) {
        let (plain, expected) = (seeded.copy(), operation.answer);
        (operation.run)(&plain).await;
        for fault in [Fault::AnswerLost, Fault::TokenLost, Fault::Conflict, Fault::Throttled] {
            let world = seeded.copy();
            world.database.inject(fault);
            assert_eq!((operation.run)(&world).await, expected, "{}: {fault:?}", operation.name);
            assert_eq!(world.database.faults_left(), 0);
            for table in Table::iter() {
                assert_eq!(world.without_tokens(table), plain.without_tokens(table), "{}: {fault:?}", operation.name);
            }
        }
    }
}
