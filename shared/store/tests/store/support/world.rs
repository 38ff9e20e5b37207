//! A business with a customer and messages in every state.

use super::Database;
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};
use chrono::{DateTime, TimeDelta, Utc};
use domain::purchase::Line;
use domain::returns::{Left, Mark};
use domain::{
    Action, Appointment, AppointmentStatus, Attempt, Audience, Automation, AutomationName, Business, BusinessId,
    Campaign, CampaignId, Chunk, Content, Counted, Customer, CustomerId, Evidence, Gateway, Kind, LoadId, Locale,
    Message, MessageId, MessageType, Money, Phone, Profile, Progress, Purchase, Reach, Recipient, Segment, Sender,
    SenderId, Settings, Slot, Wording,
};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{
    Claim, Claimed, CreateCampaign, CreateMessage, Load, LoadPoints, MadeAs, Meter, Report, Settlement, Store, Table,
    Tables,
};
use tokio::sync::OnceCell;
use uuid::Uuid;

pub const BUSINESS: BusinessId = BusinessId(Uuid::from_u128(1));
pub const OTHER: BusinessId = BusinessId(Uuid::from_u128(2));
pub const SENDER: SenderId = SenderId(Uuid::from_u128(3));
pub const ANA: CustomerId = CustomerId(Uuid::from_u128(4));
pub const CLAIM: &str = "claim";

/// A moment on a round millisecond.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_900_000_000 + seconds, 0).unwrap()
}

/// A token that no other attempt has.
pub fn attempt() -> Attempt {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    Attempt(format!("attempt-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// A gateway's report with nothing but what it says.
pub fn report(evidence: Evidence, at: DateTime<Utc>, gateway_message_id: Option<&str>) -> Report<'_> {
    Report { evidence, at, gateway_message_id, gateway: Gateway::CloudApi, error: None, again: None }
}

pub struct World {
    pub database: Database,
    pub store: Store,
}

pub fn client(database: &Database) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::from_keys("key", "secret", None))
        .endpoint_url("http://dynamodb")
        .http_client(database.clone());
    Client::from_conf(config.build())
}

impl World {
    pub fn new() -> Self {
        Self::on(Database::new())
    }

    /// Another with the same items.
    pub fn copy(&self) -> Self {
        Self::on(self.database.copy())
    }

    pub fn on(database: Database) -> Self {
        let tables = Tables::named(|table| Some(database.table(&table.resource())));
        let store = Store::new(client(&database), tables, Meter::with_log());
        Self { database, store }
    }

    /// With a business, its sender, a customer with 100 points and messages in every state.
    pub async fn seeded() -> Self {
        static SEEDED: OnceCell<Database> = OnceCell::const_new();
        let seeded = SEEDED.get_or_init(async || Self::seed().await.database);
        Self::on(seeded.await.copy())
    }

    async fn seed() -> Self {
        let world = Self::new();
        let store = &world.store;
        store.create_business(&business(BUSINESS), &automations(BUSINESS), &attempt()).await.unwrap();
        store.keep_sender(None, &sender(), at(0), &attempt()).await.unwrap();
        store.register(BUSINESS, &ana(), &Profile::default(), &attempt()).await.unwrap();
        let load = Load { load_id: &load_id("first"), points: 100, reason: None, at: at(0) };
        let loaded = store.load_points(BUSINESS, ANA, &load, &attempt()).await.unwrap();
        assert_eq!(loaded, LoadPoints::Loaded { balance: 100 });
        for state in State::ALL {
            world.message_in(state, &message_id(state.name())).await;
        }
        world
    }

    /// Makes a campaign that is a draft, and one that runs through two chunks.
    pub async fn seed_campaign(&self) {
        let store = &self.store;
        for id in ["draft", "runs"] {
            let created = store.create_campaign(&campaign(id), &attempt()).await.unwrap();
            assert_eq!(created, CreateCampaign::Created);
        }
        let id = campaign_id("runs");
        store.put_chunks(BUSINESS, &id, 0, &[full_chunk(), full_chunk()], at(0)).await.unwrap();
        store.put_held(BUSINESS, &id, 0, &full_chunk().recipients, at(0)).await.unwrap();
        store.put_left(BUSINESS, &id, 0, &all_left(), at(0)).await.unwrap();
        store.note_join(BUSINESS, CustomerId(Uuid::from_u128(91)), ANA, at(0)).await.unwrap();
        let counted = Counted { recipients: 1_000, ..Counted::default() };
        let runs = |it: &Progress| {
            let started = it.start(at(0))?.take_freeze(at(60), at(0));
            Some(started.froze(2, counted.clone(), None, at(5)).run(at(9)))
        };
        store.move_campaign_by(BUSINESS, &id, runs, &attempt()).await.unwrap().unwrap();
    }

    /// Makes a message and brings it into a state. Those that are sending have a lease until 30 s.
    pub async fn message_in(&self, state: State, id: &MessageId) {
        let store = &self.store;
        let created = store.create_message(&message(id, Kind::Transactional), &attempt()).await.unwrap();
        assert_eq!(created, CreateMessage::Created);
        let claim = Attempt(CLAIM.to_owned());
        if !matches!(state, State::Pending | State::Skipped) {
            // Each to a person of its own, so that none waits for another.
            let message = store.message(BUSINESS, id).await.unwrap().unwrap();
            let other = Recipient::Customer(CustomerId(Uuid::from_u128(1_000 + state as u128)));
            let message = Message { recipient: other, ..message };
            let reach = Reach::default();
            let claimed = store.claim(&claim_of(&message, &reach, at(0)), &claim).await.unwrap();
            assert_eq!(claimed, Claimed::Claimed);
        }
        let settle = async |settlement| {
            store.settle(BUSINESS, id, &claim, settlement, &attempt()).await.unwrap();
        };
        match state {
            State::Pending | State::Sending => {}
            State::Skipped => drop(store.skip(BUSINESS, id, "opted_out: …", &attempt()).await.unwrap()),
            State::Unknown => settle(unknown()).await,
            State::GaveUp => {
                settle(unknown()).await;
                settle(Settlement::GiveUp { error: "unknown: …" }).await;
            }
            State::Failed => settle(Settlement::Failed { error: "refused: …" }).await,
            State::Sent | State::Delivered | State::Read => {
                settle(Settlement::Sent { at: at(1), gateway_message_id: state.name(), findable: true }).await;
                let evidence = match state {
                    State::Delivered => Evidence::Delivered,
                    State::Read => Evidence::Read,
                    _ => return,
                };
                let report = report(evidence, at(2), None);
                store.apply_report(BUSINESS, id, &report, at(2), &attempt()).await.unwrap();
            }
        }
    }
}

/// The status of a message, with the two kinds of failure apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Pending,
    Sending,
    Unknown,
    Sent,
    Delivered,
    Read,
    Failed,
    GaveUp,
    Skipped,
}

impl State {
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Sending,
        Self::Unknown,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Failed,
        Self::GaveUp,
        Self::Skipped,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::GaveUp => "gave-up",
            Self::Skipped => "skipped",
        }
    }
}

fn unknown() -> Settlement<'static> {
    Settlement::Unknown { not_before: at(600), error: "unknown: …" }
}

pub fn claim_of<'a>(message: &'a Message, reach: &'a Reach, now: DateTime<Utc>) -> Claim<'a> {
    let lease_until = now + TimeDelta::seconds(30);
    Claim { message, reach, sender_id: SENDER, sent_as: None, now, slot: slot(now), lease_until }
}

pub fn slot(at: DateTime<Utc>) -> Slot {
    Slot { begins: at, ends: at }
}

pub fn message_id(name: &str) -> MessageId {
    MessageId::direct(&name.parse().unwrap())
}

pub fn load_id(name: &str) -> LoadId {
    name.parse().unwrap()
}

pub fn phone(number: u32) -> Phone {
    Phone::parse(&format!("+57 300 {number:07}"), None).unwrap()
}

/// Of Ana, in its first version.
pub fn purchase(invoice: &str, seconds: i64, total: i64, lines: Vec<Line>) -> Purchase {
    let total = Money::new(total, "BRL".parse().unwrap());
    let (created_at, updated_at) = (at(seconds), at(seconds));
    let invoice_id = invoice.parse().unwrap();
    Purchase { invoice_id, customer_id: ANA, at: at(seconds), total, lines, version: 1, created_at, updated_at }
}

/// Of Ana, made at 0; in an hour that begins so many minutes after noon of 2030-03-18, UTC.
pub fn appointment(id: &str, minutes: i64) -> Appointment {
    Appointment {
        appointment_id: id.parse().unwrap(),
        customer_id: ANA,
        customer_name: Some("Ana".to_owned()),
        pet: Some("Rex".to_owned()),
        service: "Banho e tosa".to_owned(),
        start: noon() + TimeDelta::minutes(minutes),
        minutes: 60,
        price: Some(8_000),
        status: AppointmentStatus::Pending,
        request: None,
        over_at_import: false,
        remind_at: None,
        announced_at: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// With its minutes given.
pub fn made_as(appointment: &Appointment) -> MadeAs {
    MadeAs::of(appointment, Some(appointment.minutes))
}

/// Of the day after `at(0)`.
pub fn noon() -> DateTime<Utc> {
    "2030-03-18T12:00:00Z".parse().unwrap()
}

/// To Ana, made at 0.
pub fn message(id: &MessageId, kind: Kind) -> Message {
    let text = "Olá Ana! 🐾 Você ganhou 10 pontos, agora são 110. Até logo na Patas e Pelos!".to_owned();
    let content = Content { text, ..Content::default() };
    let to = Recipient::Customer(ANA);
    let backstop = TimeDelta::minutes(15);
    Message { kind, ..Message::new(BUSINESS, id.clone(), to, MessageType::Direct, content, at(0), backstop) }
}

pub fn campaign_id(name: &str) -> CampaignId {
    name.parse().unwrap()
}

/// A campaign to all customers that waits for a start.
pub fn campaign(name: &str) -> Campaign {
    Campaign {
        campaign_id: campaign_id(name),
        business_id: BUSINESS,
        name: "Spring".to_owned(),
        audience: Audience::Segment(Segment::All),
        wording: Wording::Message("Oi, {{name}}!".to_owned()),
        start_at: None,
        holdout: 0,
        created_at: at(0),
        progress: Progress::new(None),
    }
}

/// As large as one can be.
/// What left for a full chunk: something for every second person.
pub fn all_left() -> Vec<Option<Left>> {
    (0..500).map(|nth| (nth % 2 == 0).then(|| Left { at: at(nth), as_template: nth % 4 == 0 })).collect()
}

pub fn full_chunk() -> Chunk {
    let recipients = (0..500).map(|nth| CustomerId(Uuid::from_u128(10_000 + nth))).collect();
    let marks = vec![Mark { country: Some(*b"BR"), is_inactive: true }; 500];
    Chunk { recipients, marks, ..Chunk::default() }
}

/// The automations that a test's business has.
pub const AT_HOURS: [AutomationName; 2] = [AutomationName::Birthdays, AutomationName::InactiveCustomers];

/// Each at nine o'clock, from 0 s on.
pub fn automations(business_id: BusinessId) -> Vec<Automation> {
    let zone = business(business_id).timezone;
    let nine = || "0 9 * * *".parse().unwrap();
    AT_HOURS.map(|name| Automation::new(business_id, name, nine(), Action::Auto, zone, at(0))).into()
}

pub fn business(business_id: BusinessId) -> Business {
    Business {
        business_id,
        name: "Patas e Pelos".to_owned(),
        country: "BR".to_owned(),
        locale: Locale::PtBr,
        currency: "BRL".parse().unwrap(),
        timezone: "America/Sao_Paulo".parse().unwrap(),
        owners: Vec::new(),
        opening_hours: BTreeMap::new(),
        slot_minutes: 30,
        wanted_fields: Vec::new(),
        settings: Settings::default(),
        best_hour: None,
        switched_off: Default::default(),
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn sender() -> Sender {
    Sender {
        sender_id: SENDER,
        business_id: BUSINESS,
        gateway: Gateway::Whapi,
        address: "CHANNEL".to_owned(),
        sealed_credentials: "sealed".to_owned(),
        per_minute: 20,
        in_use_since: None,
        templates: BTreeMap::new(),
    }
}

pub fn ana() -> Customer {
    customer(4, Some(1))
}

/// A customer with an id, and a phone if a number is given.
pub fn customer(id: u128, number: Option<u32>) -> Customer {
    Customer::new(CustomerId(Uuid::from_u128(id)), number.map(phone), &Profile::default(), at(0))
}

impl World {
    /// The items of a table, by key, but for the tokens, which differ in every world.
    pub fn without_tokens(&self, table: Table) -> BTreeMap<String, serde_json::Value> {
        let items = self.database.items(&table.resource()).into_iter().map(|mut item| {
            let attributes = item.as_object_mut().unwrap();
            attributes.remove("attempt");
            if attributes.get("claim").is_some_and(|claim| claim["S"] != CLAIM) {
                attributes.remove("claim");
            }
            (format!("{} {}", item["pk"], item["sk"]), item)
        });
        items.collect()
    }
}
