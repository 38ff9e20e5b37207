//! Businesses: tenants, their senders and their settings.

use crate::parameters::{BusinessPath, PageSize};
use crate::senders::{ChangedSender, GivenSender, NewSender, Sender};
use crate::values::{
    AutomationName, Country, CurrencyCode, Date, Decimal, Formality, GivenAmount, GivenLocale, GivenPhone, Id, Locale,
    OpeningHours, Phone, ProfileField, ReminderHours, ReviewUrl, Time, TimeZone,
};
use crate::{Address, Operation, Schemas, Tag};
use chrono::{DateTime, NaiveDate, Utc};
use domain::business::{Day, Span};
use domain::{BusinessId, OwnerId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Create a business
    ///
    /// Operator key only. The answer shows each sender's `webhook_path`, this once.
    CreateBusiness,
    /// List all businesses
    ///
    /// Operator key only. The oldest first, without their senders.
    ListBusinesses,
    /// Read a business with its senders
    ReadBusiness,
    /// Change a business
    ///
    /// A field that is absent stays as it is. Owners, opening hours and wanted fields are given as a whole, senders one
    /// by one, settings field by field. `country`, `currency` and `senders` take the operator key.
    ChangeBusiness,
    /// Close a business
    ///
    /// Operator key only. At once it cannot be read, its keys end (a function may know one for 60 seconds more), its
    /// webhooks are unknown, its automations stop, and messages that wait are not sent. What is kept of its people is
    /// erased in the background, and a quarter of an hour later once more for what came meanwhile. It cannot be undone.
    CloseBusiness,
}

impl crate::Route for Route {
    const TAG: Tag = Tag { name: "Businesses", description: "Tenants, their senders and their settings." };

    fn address(self) -> Address {
        match self {
            Self::CreateBusiness => Address::post("/api/businesses"),
            Self::ListBusinesses => Address::get("/api/businesses"),
            Self::ReadBusiness => Address::get("/api/businesses/{business_id}"),
            Self::ChangeBusiness => Address::patch("/api/businesses/{business_id}"),
            Self::CloseBusiness => Address::delete("/api/businesses/{business_id}"),
        }
    }

    fn operation(self) -> Operation {
        let whapi = || {
            json!({"gateway": "whapi", "address": "MANTIS-M72HC",
                "credentials": {"token": "dlVhO2…", "webhook_secret": "chosen at set-up"}})
        };
        match self {
            Self::CreateBusiness => Operation::with_operator_key()
                .body::<NewBusiness>([
                    (
                        "least",
                        "Only what is required",
                        json!({"name": "Café Central", "country": "CO", "locale": "es", "currency": "COP",
                            "timezone": "America/Bogota"}),
                    ),
                    (
                        "whole",
                        "With people, senders and settings",
                        json!({
                            "name": "Banho & Tosa da Bia",
                            "country": "BR",
                            "locale": "pt-BR",
                            "currency": "BRL",
                            "timezone": "America/Sao_Paulo",
                            "owners": [{"name": "Bia", "phone": "(11) 98765-0000"}],
                            "senders": [
                                {
                                    "gateway": "cloud_api",
                                    "address": "106540352242922",
                                    "credentials": {"access_token": "EAAG…", "app_secret": "0f1e2d3c…",
                                        "verify_token": "chosen at set-up"},
                                    "templates": {"points": {"name": "recado_points", "language": "pt_BR",
                                        "variables": ["name", "balance"]}}
                                },
                                {
                                    "gateway": "whapi",
                                    "address": "THORHM-K4T8S",
                                    "credentials": {"token": "dlVhO2…", "webhook_secret": "chosen at set-up"},
                                    "messages_per_minute": 15
                                }
                            ],
                            "opening_hours": {
                                "monday": [{"opens": "09:00", "closes": "12:00"}, {"opens": "13:00", "closes": "18:00"}],
                                "saturday": [{"opens": "09:00", "closes": "13:00"}]
                            },
                            "slot_minutes": 30,
                            "wanted_fields": ["name", "birthday"],
                            "settings": {"quiet_from": "21:00", "weekly_cap": 1}
                        }),
                    ),
                ])
                .answer::<Business>(201, "The business with its senders.")
                .conflict(ADDRESS_TAKEN.0, ADDRESS_TAKEN.1, ADDRESS_TAKEN.2, ADDRESS_TAKEN.2),
            Self::ListBusinesses => Operation::with_operator_key()
                .query::<BusinessesQuery>()
                .answer::<BusinessPage>(200, "A page of businesses."),
            Self::ReadBusiness => Operation::with_key()
                .path::<BusinessPath>()
                .answer::<Business>(200, "The business with its senders. Credentials are never shown.")
                .not_found(),
            Self::ChangeBusiness => Operation::with_key()
                .path::<BusinessPath>()
                .body::<BusinessChange>([
                    (
                        "consent",
                        "Ask for consent first",
                        json!({"settings": {"require_opt_in": true}, "wanted_fields": ["name", "consent"]}),
                    ),
                    (
                        "senders",
                        "Operator: slow one sender down and add another",
                        json!({"senders": [
                            {"sender_id": "019ab1bf-9a10-7e6b-8c2d-3d4f5a6b7c02", "messages_per_minute": 10},
                            whapi()
                        ]}),
                    ),
                ])
                .answer::<Business>(200, "The business as it now is.")
                .not_found()
                .conflict(ADDRESS_TAKEN.0, ADDRESS_TAKEN.1, ADDRESS_TAKEN.2, ADDRESS_TAKEN.2),
            Self::CloseBusiness => Operation::with_operator_key()
                .path::<BusinessPath>()
                .answer::<Closing>(202, "It is closed, and will be erased.")
                .not_found(),
        }
    }

    fn refine(schemas: &mut Schemas) {
        for schema in ["NewBusiness", "BusinessChange"] {
            schemas.say_unique(schema, "wanted_fields");
        }
        for list in ["closed_days", "open_days", "reminder_hours"] {
            schemas.say_unique("Settings", list);
        }
    }
}

/// A word, when it is said, and an example.
const ADDRESS_TAKEN: (&str, &str, &str) =
    ("address_taken", "Another sender has the address of one of these", "Another sender has this address.");

/// A business that will be erased.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01"})))]
pub struct Closing {
    /// Of the business.
    #[schema(value_type = Id)]
    pub business_id: BusinessId,
}

/// Which page of the businesses.
#[derive(Deserialize, IntoParams)]
pub struct BusinessesQuery {
    /// Businesses on a page.
    #[param(inline)]
    pub limit: Option<PageSize>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// A business to create.
#[derive(Deserialize, ToSchema)]
pub struct NewBusiness {
    /// As its customers know it.
    #[schema(min_length = 1, max_length = 200, format = "line")]
    pub name: String,
    /// ISO 3166-1, two letters.
    #[schema(value_type = Country)]
    pub country: String,
    /// The language of its messages.
    #[schema(value_type = GivenLocale)]
    pub locale: String,
    /// ISO 4217.
    #[schema(value_type = CurrencyCode)]
    pub currency: String,
    /// IANA zone.
    #[schema(value_type = TimeZone)]
    pub timezone: String,
    /// The people who get the reports.
    #[serde(default)]
    #[schema(default = json!([]), max_items = 20)]
    pub owners: Vec<GivenOwner>,
    /// The numbers and sessions that it writes from.
    #[serde(default)]
    #[schema(value_type = Vec<NewSender>, default = json!([]), max_items = 20)]
    pub senders: Vec<GivenSender>,
    /// When it is open; never if absent.
    #[serde(default)]
    #[schema(value_type = OpeningHours)]
    pub opening_hours: BTreeMap<Day, Vec<Span>>,
    /// Length of a slot of the diary.
    #[schema(minimum = 5, maximum = 1440, default = 60)]
    pub slot_minutes: Option<u16>,
    /// The fields that it asks its customers for, in this order.
    #[schema(
        value_type = Option<Vec<ProfileField>>,
        default = json!(["name", "email", "birthday", "gender", "city", "consent"])
    )]
    pub wanted_fields: Option<Vec<domain::ProfileField>>,
    /// Those that differ from the defaults.
    #[serde(default)]
    #[schema(value_type = Settings)]
    pub settings: Map<String, Value>,
}

/// A change of a business: a field that is absent stays as it is.
#[derive(Deserialize, ToSchema)]
pub struct BusinessChange {
    /// As its customers know it.
    #[schema(min_length = 1, max_length = 200, format = "line")]
    pub name: Option<String>,
    /// Operator only. ISO 3166-1, two letters.
    #[schema(value_type = Option<Country>)]
    pub country: Option<String>,
    /// The language of its messages.
    #[schema(value_type = Option<GivenLocale>)]
    pub locale: Option<String>,
    /// Operator only. ISO 4217.
    #[schema(value_type = Option<CurrencyCode>)]
    pub currency: Option<String>,
    /// IANA zone.
    #[schema(value_type = Option<TimeZone>)]
    pub timezone: Option<String>,
    /// All owners, in the place of those before.
    #[schema(max_items = 20)]
    pub owners: Option<Vec<GivenOwner>>,
    /// Operator only. Those that change or are new; the others stay. A business has at most 20.
    #[schema(value_type = Option<Vec<ChangedSender>>, max_items = 20)]
    pub senders: Option<Vec<GivenSender>>,
    /// All days, in the place of those before.
    #[schema(value_type = Option<OpeningHours>)]
    pub opening_hours: Option<BTreeMap<Day, Vec<Span>>>,
    /// Length of a slot of the diary.
    #[schema(minimum = 5, maximum = 1440)]
    pub slot_minutes: Option<u16>,
    /// The fields that it asks its customers for, in this order.
    #[schema(value_type = Option<Vec<ProfileField>>)]
    pub wanted_fields: Option<Vec<domain::ProfileField>>,
    /// Those that change.
    #[schema(value_type = Option<Settings>)]
    pub settings: Option<Map<String, Value>>,
}

/// A person who gets the reports. An owner who is known keeps the id, by naming it or by the same phone.
#[derive(Clone, Deserialize, ToSchema)]
pub struct GivenOwner {
    /// Of an owner who is known.
    #[schema(value_type = Option<Id>)]
    pub owner_id: Option<OwnerId>,
    /// The name that the person is called by.
    #[schema(min_length = 1, max_length = 200, format = "line")]
    pub name: String,
    /// With `+` and the country code, or as it is dialled in the business's country. Each only once.
    #[schema(value_type = GivenPhone)]
    pub phone: String,
}

/// A person at the business.
#[derive(Serialize, ToSchema)]
pub struct Owner {
    /// Written once.
    #[schema(value_type = Id)]
    pub owner_id: OwnerId,
    /// The name that the person is called by.
    pub name: String,
    /// Where the reports go.
    #[schema(value_type = Phone)]
    pub phone: domain::Phone,
}

impl From<domain::Owner> for Owner {
    fn from(domain::Owner { owner_id, name, phone }: domain::Owner) -> Self {
        Self { owner_id, name, phone }
    }
}

/// Decisions of a business. In a request, a setting that is absent stays as it is.
#[derive(ToSchema)]
pub struct Settings {
    /// From here on marketing and owner reports wait, in the business's zone.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", format = "hour-minute", default = "20:00")]
    pub quiet_from: Option<String>,
    /// Until here. Equal to `quiet_from`: no quiet hours.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", format = "hour-minute", default = "08:00")]
    pub quiet_until: Option<String>,
    /// Marketing messages to one person in 7 days.
    #[schema(minimum = 0, maximum = 255, default = 2)]
    pub weekly_cap: Option<u8>,
    /// Whether marketing needs a yes first.
    #[schema(default = false)]
    pub require_opt_in: Option<bool>,
    /// Days without contact until a customer is inactive.
    #[schema(minimum = 1, maximum = 3650, default = 30)]
    pub inactive_days: Option<u16>,
    /// Hours before an appointment at which its customer is asked whether they come. Empty: never. A reminder that would
    /// go in the quiet hours goes in the morning after, or in the evening before if the morning is too late.
    #[schema(value_type = Option<Vec<ReminderHours>>, max_items = 3, default = json!([24]))]
    pub reminder_hours: Option<Vec<u16>>,
    /// The discount that a birthday's greeting offers, in percent.
    #[schema(minimum = 0, maximum = 100, default = 10)]
    pub birthday_offer: Option<u8>,
    /// The discount that a win-back text offers, in percent.
    #[schema(minimum = 0, maximum = 100, default = 20)]
    pub win_back_offer: Option<u8>,
    /// Local days on which it is closed, whatever its opening hours say.
    #[schema(value_type = Option<Vec<Date>>, max_items = 366, default = json!([]))]
    pub closed_days: Option<Vec<NaiveDate>>,
    /// Local days on which it is open by its opening hours, although they are national holidays. Countries of Latin
    /// America have holidays here.
    #[schema(value_type = Option<Vec<Date>>, max_items = 366, default = json!([]))]
    pub open_days: Option<Vec<NaiveDate>>,
    /// The discount that a flash text offers, in percent.
    #[schema(minimum = 0, maximum = 100, default = 25)]
    pub flash_offer: Option<u8>,
    /// A campaign that an owner says yes to goes by itself up to so many people. Beyond, a second yes is waited for.
    #[schema(minimum = 0, maximum = 4_294_967_295_u32, default = 200)]
    pub confirm_above: Option<u32>,
    /// A day with fewer appointments has few: the owners are told of it on the day before.
    #[schema(minimum = 0, maximum = 65535, default = 3)]
    pub low_occupancy: Option<u16>,
    /// The automations that send the owners one line when there is nothing to tell; the daily summary does so on open days
    /// alone.
    #[schema(value_type = Option<Vec<AutomationName>>, default = json!(["daily-summary"]))]
    pub empty_reports: Option<Vec<domain::AutomationName>>,
    /// Whether the owners get one line at the end of a campaign that no owner has said yes to.
    #[schema(default = true)]
    pub campaign_reports: Option<bool>,
    /// How people are addressed in the built-in texts. Absent: by the country.
    pub formality: Option<Formality>,
    /// The address of the business's page for reviews. An empty text takes it away.
    #[schema(value_type = Option<ReviewUrl>)]
    pub review_url: Option<String>,
    /// What the business does for its customers: the assistant tells it.
    #[schema(max_items = 100, default = json!([]))]
    pub services: Option<Vec<Service>>,
    /// What the assistant is to know and how it is to speak, in any language. With it, customers who write are answered by
    /// the assistant; an empty text ends that.
    #[schema(max_length = 8000, examples("Atendemos cães e gatos. Banho custa R$ 80 e leva uma hora."))]
    pub instructions: Option<String>,
    /// How the assistant is to write again to a customer with whom something is open, in any language. An empty text ends
    /// that.
    #[schema(max_length = 1000, examples("Ofereça um horário nesta semana. Nunca ofereça desconto."))]
    pub follow_up_instructions: Option<String>,
    /// What a customer writes within so many seconds is answered together.
    #[schema(default = 5, minimum = 1, maximum = 30)]
    pub reply_silence_seconds: Option<u16>,
    /// The answer when the assistant has none. An empty text brings the built-in one back.
    #[schema(max_length = 1000, examples("Já chamo alguém da equipe para você 🐾"))]
    pub fallback_line: Option<String>,
    /// Minutes after the last message of a person of the business, or after one was called, at which the assistant answers
    /// again.
    #[schema(default = 60, minimum = 1, maximum = 1440)]
    pub handover_minutes: Option<u16>,
    /// Hours of the day after which the owners are asked again about an appointment that a customer asked for in the chat,
    /// and the customer hears that it is not confirmed yet.
    #[schema(default = 2, minimum = 1, maximum = 24)]
    pub request_reminder_hours: Option<u16>,
    /// Whether voice notes are written down by a model and read as if they had been written. The recording itself is not
    /// kept.
    #[schema(default = false)]
    pub voice_notes: Option<bool>,
    /// Minutes after which the gateway is asked again for the name and the labels of a customer who writes.
    #[schema(default = 15, minimum = 1, maximum = 1440)]
    pub look_up_minutes: Option<u16>,
    /// What a US dollar costs in the business's currency. The return of a campaign needs it, as WhatsApp charges in dollars.
    /// An empty text takes it away.
    #[schema(pattern = "^([0-9]{1,6}([.][0-9]{1,6})?)?$", examples("5.42"))]
    pub dollar_rate: Option<String>,
    /// Whether greetings, win-backs and campaigns wait for the hour of the day at which the customer writes and buys, for at
    /// most a day. Without enough of these, for the hour of most customers of the business; without that, they do not wait.
    #[schema(default = false)]
    pub best_hour: Option<bool>,
}

/// What a business does for its customers.
#[derive(ToSchema)]
#[schema(examples(json!({"name": "Banho", "minutes": 60, "price": 70})))]
pub struct Service {
    /// As customers call it.
    #[schema(min_length = 1, max_length = 100, format = "line")]
    pub name: String,
    /// How long it takes.
    #[schema(minimum = 0, maximum = 65_535)]
    pub minutes: Option<u16>,
    /// In units of the business's currency.
    #[schema(value_type = Option<GivenAmount>)]
    pub price: Option<Decimal>,
}

/// A tenant.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01",
    "name": "Banho & Tosa da Bia",
    "country": "BR",
    "locale": "pt-BR",
    "currency": "BRL",
    "timezone": "America/Sao_Paulo",
    "owners": [{"owner_id": "019ab1bf-8d21-7a11-8f3e-2b4c6d8e0f05", "name": "Bia", "phone": "5511987650000"}],
    "opening_hours": {"monday": [{"opens": "09:00", "closes": "18:00"}]},
    "slot_minutes": 30,
    "wanted_fields": ["name", "birthday"],
    "settings": {
        "quiet_from": "21:00",
        "quiet_until": "08:00",
        "weekly_cap": 1,
        "require_opt_in": false,
        "inactive_days": 30,
        "reminder_hours": [24],
        "birthday_offer": 10,
        "win_back_offer": 20,
        "closed_days": ["2026-12-31"],
        "open_days": [],
        "flash_offer": 25,
        "confirm_above": 200,
        "low_occupancy": 3,
        "empty_reports": ["daily-summary"],
        "campaign_reports": true
    },
    "created_at": "2026-11-20T18:30:00.500Z",
    "updated_at": "2026-11-20T18:30:00.500Z",
    "senders": [{
        "sender_id": "019ab1bf-9a10-7e6b-8c2d-3d4f5a6b7c02",
        "gateway": "cloud_api",
        "address": "106540352242922",
        "messages_per_minute": 4800,
        "templates": {"points": {"name": "recado_points", "language": "pt_BR", "variables": ["name", "balance"]}},
        "webhook_path": "/webhooks/cloud_api/q3Zb0u5d8mXk2Vh1"
    }]
})))]
pub struct Business {
    /// Written once.
    #[schema(value_type = Id)]
    pub business_id: BusinessId,
    /// As its customers know it.
    pub name: String,
    /// ISO 3166-1, two letters.
    #[schema(pattern = "^[A-Z]{2}$")]
    pub country: String,
    /// The language of its messages.
    #[schema(value_type = Locale)]
    pub locale: domain::Locale,
    /// ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$")]
    pub currency: &'static str,
    /// IANA zone; all its hours are in it.
    pub timezone: &'static str,
    /// The people who get the reports.
    pub owners: Vec<Owner>,
    /// When it is open.
    #[schema(value_type = OpeningHours)]
    pub opening_hours: BTreeMap<Day, Vec<Span>>,
    /// Length of a slot of the diary.
    pub slot_minutes: u16,
    /// The fields that it asks its customers for, in this order.
    #[schema(value_type = Vec<ProfileField>)]
    pub wanted_fields: Vec<domain::ProfileField>,
    /// All of them, defaults included.
    #[schema(value_type = Settings)]
    pub settings: domain::Settings,
    /// When it was created.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
    /// When anything of it last changed.
    #[schema(value_type = Time)]
    pub updated_at: DateTime<Utc>,
    /// Not in the list of businesses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub senders: Option<Vec<Sender>>,
}

impl From<domain::Business> for Business {
    fn from(business: domain::Business) -> Self {
        Self {
            business_id: business.business_id,
            name: business.name,
            country: business.country,
            locale: business.locale,
            currency: business.currency.code(),
            timezone: business.timezone.name(),
            owners: business.owners.into_iter().map(Owner::from).collect(),
            opening_hours: business.opening_hours,
            slot_minutes: business.slot_minutes,
            wanted_fields: business.wanted_fields,
            settings: business.settings,
            created_at: business.created_at,
            updated_at: business.updated_at,
            senders: None,
        }
    }
}

impl Business {
    /// With its senders.
    #[must_use]
    pub fn with_senders(self, senders: Vec<Sender>) -> Self {
        Self { senders: Some(senders), ..self }
    }
}

/// A page of businesses.
#[derive(Serialize, ToSchema)]
pub struct BusinessPage {
    /// The oldest first, without their senders.
    pub businesses: Vec<Business>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
}
