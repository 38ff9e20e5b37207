//! Customers: register, read, change, export, erase.

use crate::appointments::Appointment;
use crate::parameters::{OfBusiness, PageSize};
use crate::points::PointsEntry;
use crate::purchases::Purchase;
use crate::values::{
    Birthday, Date, Gender, GivenGender, GivenLocale, GivenPhone, Id, Label, Locale, MessageId, MessageKind,
    MessageStatus, MessageType, NamedCustomer, Phone, Priority, ProfileStatus, Time,
};
use crate::{Address, Operation, Schemas, Tag, problem};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{BusinessId, CustomerId, Favorites, Kind, Money, Profile, Status};
use kit::problem::Told;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Register a customer, or up to 500
    ///
    /// A phone is one customer, in any spelling. If it is known, fields that were empty are filled and the others stay.
    /// A new customer whose profile lacks fields that the business wants is asked for them over WhatsApp, once.
    ///
    /// A list answers 200 with a result for each, in the same order: what is wrong with one does not keep the others back.
    /// With `import` it brings customers from elsewhere: nobody hears of them, and they are asked for nothing, until they
    /// are registered one by one or in a list without it.
    RegisterCustomer,
    /// List customers
    ///
    /// By their last contact, the newest first unless `order` says otherwise. One who was registered or in contact in this moment
    /// may not be listed yet.
    ListCustomers,
    /// Read a customer
    ReadCustomer,
    /// Change a customer
    ///
    /// A field that is absent stays as it is; `null` or a blank text removes it. The phone never changes here.
    ChangeCustomer,
    /// Erase a customer
    ///
    /// Removes everything that is known of the customer: profile, points, purchases, messages, conversation. Done a moment after
    /// the answer, once more a quarter of an hour later for messages that came meanwhile, and cannot be undone. A
    /// message that the person wrote before does not bring them back if it arrives later: for 15 days a hash of their
    /// number says when they were erased. Reports to owners keep their text for up to 90 days. Export first if in
    /// doubt.
    EraseCustomer,
    /// Export all that is known of a customer
    ///
    /// A page has about 2 MB at most: nearly every customer fits into one. Every page has the record; points, purchases,
    /// messages and conversation go on from page to page.
    ExportCustomer,
}

impl crate::Route for Route {
    const TAG: Tag =
        Tag { name: "Customers", description: "People at a business: register, read, change, export, erase." };

    fn address(self) -> Address {
        match self {
            Self::RegisterCustomer => Address::post("/api/customers"),
            Self::ListCustomers => Address::get("/api/customers"),
            Self::ReadCustomer => Address::get("/api/customers/{customer}"),
            Self::ChangeCustomer => Address::patch("/api/customers/{customer}"),
            Self::EraseCustomer => Address::delete("/api/customers/{customer}"),
            Self::ExportCustomer => Address::get("/api/customers/{customer}/export"),
        }
    }

    fn operation(self) -> Operation {
        let of_customer = || Operation::with_key().path::<CustomerPath>().query::<OfBusiness>().not_found();
        match self {
            Self::RegisterCustomer => Operation::with_key()
                .query::<OfBusiness>()
                .body::<GivenCustomers>([
                    ("least", "Only what is required", json!({"phone": "+57 300 123 4567"})),
                    (
                        "whole",
                        "All that can be given",
                        json!({
                            "phone": "+55 11 98765-4321",
                            "name": "Ana Souza",
                            "email": "ana@example.com",
                            "birthday": "1990-03-12",
                            "gender": "female",
                            "city": "Santos",
                            "locale": "pt-BR",
                            "marketing_consent": true,
                            "pets": [{"name": "Rex", "species": "dog", "birthday": "--05-01"}]
                        }),
                    ),
                    (
                        "import",
                        "Several that come from another system",
                        json!({"import": true, "customers": [
                            {"phone": "+55 11 98765-4321", "name": "Ana Souza"},
                            {"phone": "+55 11 91234-5678", "name": "Rui Lima", "birthday": "1984-07-02"}
                        ]}),
                    ),
                ])
                .answer_with::<CustomersAnswer>(
                    200,
                    "The customer was known: the record as it now is. Of a list, what became of each.",
                    [],
                )
                .answer::<Customer>(201, "The customer is new.")
                .not_found(),
            Self::ListCustomers => Operation::with_key()
                .query::<CustomersQuery>()
                .answer::<CustomerPage>(200, "A page of customers.")
                .not_found(),
            Self::ReadCustomer => {
                of_customer().answer::<Customer>(200, "The record, with the points balance and the favorites.")
            }
            Self::ChangeCustomer => of_customer()
                .body::<CustomerChange>([
                    ("change", "A new city and a label", json!({"city": "Santos", "labels": ["VIP"]})),
                    ("remove", "No e-mail any more", json!({"email": null})),
                ])
                .answer::<Customer>(200, "The record as it now is."),
            Self::EraseCustomer => of_customer().answer::<Erasing>(202, "It will be erased."),
            Self::ExportCustomer => Operation::with_key()
                .path::<CustomerPath>()
                .query::<ExportQuery>()
                .answer::<CustomerExport>(200, "Everything, or a page of it.")
                .not_found(),
        }
    }

    fn refine(schemas: &mut Schemas) {
        let removable = [
            "name",
            "email",
            "birthday",
            "gender",
            "city",
            "locale",
            "profile_status",
            "next_action",
            "next_action_date",
            "follow_up",
            "priority",
            "pets",
            "labels",
        ];
        schemas.may_be_null("CustomerChange", &removable);
        // A form sends the field that was left empty too.
        let email = json!([{"maxLength": 0}, {"format": "email", "maxLength": 254}]);
        schemas.say_of_field("Registration", "email", "anyOf", email.clone());
        schemas.say_of_field("CustomerChange", "email", "anyOf", email);
    }
}

/// The customer that a call is about.
#[derive(Deserialize, IntoParams)]
pub struct CustomerPath {
    /// The customer's id, or the phone in any spelling: with `+` and the country code, or as it is dialled in the
    /// business's country.
    #[param(inline, value_type = NamedCustomer, example = "5511987654321")]
    pub customer: String,
}

/// How the customers of a business are ordered by their last contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumIter)]
#[serde(rename_all = "lowercase")]
#[schema(default = "newest")]
pub enum ContactOrder {
    /// Those who were in contact last come first.
    #[default]
    Newest,
    /// Those whose contact is longest ago come first.
    Oldest,
}

/// Which page of the customers.
#[derive(Deserialize, IntoParams)]
pub struct CustomersQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// By the last contact. With `newest`, a customer who is in contact while the pages are read may be on none of them. With
    /// `oldest`, such a customer is on a later page, and may be on two.
    #[param(inline)]
    pub order: Option<ContactOrder>,
    /// Customers on a page.
    #[param(inline)]
    pub limit: Option<PageSize>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// Which page of an export.
#[derive(Deserialize, IntoParams)]
pub struct ExportQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// A customer, or a list of them.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum GivenCustomers {
    /// One.
    One(Box<Registration>),
    /// Several.
    Several(CustomerList),
}

/// Several customers.
#[derive(Deserialize, ToSchema)]
pub struct CustomerList {
    /// Each is registered or refused by itself. Those of one phone go in this order.
    #[schema(max_items = 500)]
    pub customers: Vec<Registration>,
    /// Whether they come from elsewhere, as from a file of the system before. Nobody is asked for missing fields then, and
    /// the owners are not told of new customers.
    #[serde(default)]
    #[schema(default = false)]
    pub import: bool,
}

/// A customer to register, or to fill the empty fields of.
// The fields of a profile by name: in a flattened one, serde would not see which are unknown.
#[derive(Deserialize, ToSchema)]
pub struct Registration {
    /// With `+` and the country code, or as it is dialled in the business's country.
    #[schema(value_type = GivenPhone)]
    pub phone: String,
    /// A name that is only the phone again counts as missing.
    #[schema(max_length = 200, format = "line")]
    pub name: Option<String>,
    /// One address for mail.
    pub email: Option<String>,
    /// With or without the year.
    #[schema(value_type = Option<Birthday>)]
    pub birthday: Option<domain::Birthday>,
    /// As the customer says.
    #[schema(value_type = Option<GivenGender>)]
    pub gender: Option<domain::Gender>,
    /// As the customer writes it.
    #[schema(max_length = 200, format = "line")]
    pub city: Option<String>,
    /// The language to write in; the business's if absent.
    #[schema(value_type = Option<GivenLocale>)]
    pub locale: Option<domain::Locale>,
    /// Whether marketing is welcome. Leave out if nobody has asked.
    pub marketing_consent: Option<bool>,
    /// Pets, each under another name.
    #[serde(default)]
    #[schema(value_type = Vec<Pet>, max_items = 40)]
    pub pets: Vec<domain::Pet>,
}

impl Registration {
    /// The profile that it gives.
    #[must_use]
    pub fn into_profile(self) -> Profile {
        let Self { phone: _, name, email, birthday, gender, city, locale, marketing_consent, pets } = self;
        Profile { name, email, birthday, gender, city, locale, marketing_consent, pets }
    }
}

/// A pet of a customer.
#[derive(ToSchema)]
#[schema(examples(json!({"name": "Rex", "species": "dog", "birthday": "--05-01"})))]
pub struct Pet {
    /// The pet is known by it.
    #[schema(min_length = 1, max_length = 200, format = "line")]
    pub name: String,
    /// As it is written.
    #[schema(max_length = 200, format = "line", examples("dog"))]
    pub species: Option<String>,
    /// With or without the year.
    #[schema(value_type = Option<Birthday>)]
    pub birthday: Option<String>,
}

/// A change of a customer: a field that is absent stays as it is; `null` or a blank text removes it.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct CustomerChange {
    /// The name that the customer is called by.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200, format = "line")]
    pub name: Option<Option<String>>,
    /// One address for mail.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    /// With or without the year.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<Birthday>)]
    pub birthday: Option<Option<domain::Birthday>>,
    /// As the customer says.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<GivenGender>)]
    pub gender: Option<Option<domain::Gender>>,
    /// As the customer writes it.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200, format = "line")]
    pub city: Option<Option<String>>,
    /// The language to write in.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<GivenLocale>)]
    pub locale: Option<Option<domain::Locale>>,
    /// The answer of the customer, now. Yes or no: an answer that was once given is not taken back.
    #[serde(deserialize_with = "said")]
    pub marketing_consent: Option<bool>,
    /// All pets, in the place of those before.
    #[serde(deserialize_with = "listed")]
    #[schema(value_type = Option<Vec<Pet>>, max_items = 40)]
    pub pets: Option<Vec<domain::Pet>>,
    /// All labels, in the place of those before.
    #[serde(deserialize_with = "listed")]
    #[schema(value_type = Option<Vec<Label>>, max_items = 3)]
    pub labels: Option<Vec<String>>,
    /// How far the customer has come.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<ProfileStatus>)]
    pub profile_status: Option<Option<domain::ProfileStatus>>,
    /// The next thing to do.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 500)]
    pub next_action: Option<Option<String>>,
    /// When to do it, in the business's time zone.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<Date>)]
    pub next_action_date: Option<Option<NaiveDate>>,
    /// What is said to the customer on that date, at the hour of follow-ups. Without it the step is a person's.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 1000)]
    pub follow_up: Option<Option<String>>,
    /// How soon it has to be done.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<Priority>)]
    pub priority: Option<Option<domain::Priority>>,
}

/// `null` is given too.
#[expect(clippy::option_option, reason = "absent and removed are two things")]
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    bool::deserialize(deserializer).map(Some)
}

/// `null` is an empty list.
fn listed<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
    Option::<Vec<T>>::deserialize(deserializer).map(|list| Some(list.unwrap_or_default()))
}

/// A person at one business. A field that is not known is absent.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
    "phone": "5511987654321",
    "name": "Ana Souza",
    "labels": ["VIP"],
    "email": "ana@example.com",
    "birthday": "1990-03-12",
    "gender": "female",
    "city": "Santos",
    "locale": "pt-BR",
    "marketing_consent": true,
    "pets": [{"name": "Rex", "species": "dog", "birthday": "--05-01"}],
    "priority": 2,
    "last_contact_at": "2026-11-21T14:03:07.215Z", "thread_token_count": 850,
    "created_at": "2026-11-21T14:03:07.215Z",
    "updated_at": "2026-11-21T14:03:07.215Z",
    "points_balance": 50
})))]
pub struct Customer {
    /// Written once.
    #[schema(value_type = Id)]
    pub customer_id: CustomerId,
    /// E.164 digits without `+`. Absent for a person whom WhatsApp names only by `bsuid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Phone>)]
    pub phone: Option<domain::Phone>,
    /// The chat at the gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("5511987654321@s.whatsapp.net"))]
    pub chat_id: Option<String>,
    /// WhatsApp's business-scoped user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bsuid: Option<String>,
    /// The name that the customer is called by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// As the person is called on WhatsApp.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Words that the business sorts its customers by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 3)]
    pub labels: Vec<String>,
    /// One address for mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// With or without the year.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Birthday>)]
    pub birthday: Option<domain::Birthday>,
    /// As the customer says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Gender>)]
    pub gender: Option<domain::Gender>,
    /// As the customer writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The language to write in; the business's if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Locale>)]
    pub locale: Option<domain::Locale>,
    /// Absent until somebody said yes or no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketing_consent: Option<bool>,
    /// In the order in which they were given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Pet>)]
    pub pets: Vec<domain::Pet>,
    /// How far the customer has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ProfileStatus>)]
    pub profile_status: Option<domain::ProfileStatus>,
    /// The next thing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_action: Option<String>,
    /// In the business's time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Date>)]
    pub next_action_date: Option<NaiveDate>,
    /// What is said to the customer on that date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<String>,
    /// Why the analysis of the last conversation says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crm_reason: Option<String>,
    /// How soon it has to be done.
    #[schema(value_type = Priority)]
    pub priority: domain::Priority,
    /// When the person was last in contact: wrote, came, bought; at first, when it was registered. UTC.
    #[schema(value_type = Time)]
    pub last_contact_at: DateTime<Utc>,
    /// The last message in either direction, known ten minutes after the conversation's last one; UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>)]
    pub last_activity: Option<DateTime<Utc>>,
    /// The assistant's thread in the last conversation that ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// Tokens of the assistant in all conversations that have ended.
    pub thread_token_count: u64,
    /// When it was registered.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
    /// When anything of it last changed.
    #[schema(value_type = Time)]
    pub updated_at: DateTime<Utc>,
    /// When the customer last bought something that was not given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>)]
    pub last_purchase_at: Option<DateTime<Utc>>,
    /// How often the customer has bought, without what was given back. Absent, as the other numbers, until the first
    /// purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchases: Option<u32>,
    /// After refunds, in units of the business's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub total_spent: Option<f64>,
    /// `total_spent` divided by `purchases`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub average_ticket: Option<f64>,
    /// The five products that stand in the most purchases, the most frequent first. Only where one customer is read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5)]
    pub favorite_products: Vec<String>,
    /// The five ingredients that stand in the most purchases, the most frequent first. Only where one customer is read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5)]
    pub favorite_ingredients: Vec<String>,
    /// Only where one customer is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub points_balance: Option<i64>,
}

impl Customer {
    /// With the names that stand in the customer's purchases most often.
    #[must_use]
    pub fn with_favorites(self, favorites: &Favorites) -> Self {
        Self {
            favorite_products: favorites.products.favorites(),
            favorite_ingredients: favorites.ingredients.favorites(),
            ..self
        }
    }
}

impl From<domain::Customer> for Customer {
    fn from(customer: domain::Customer) -> Self {
        let statistics = &customer.statistics;
        Self {
            last_purchase_at: statistics.last_purchase_at,
            purchases: statistics.spent().map(|_| statistics.purchases),
            total_spent: statistics.spent().map(Money::units),
            average_ticket: statistics.average_ticket().map(Money::units),
            favorite_products: Vec::new(),
            favorite_ingredients: Vec::new(),
            customer_id: customer.customer_id,
            phone: customer.phone,
            chat_id: customer.chat_id,
            bsuid: customer.bsuid,
            name: customer.name,
            username: customer.username,
            labels: customer.labels,
            email: customer.email,
            birthday: customer.birthday,
            gender: customer.gender,
            city: customer.city,
            locale: customer.locale,
            marketing_consent: customer.marketing_consent,
            pets: customer.pets,
            profile_status: customer.profile_status,
            next_action: customer.next_action,
            next_action_date: customer.next_action_date,
            follow_up: customer.follow_up,
            crm_reason: customer.crm_reason,
            priority: customer.priority,
            last_contact_at: customer.last_contact_at,
            last_activity: customer.last_activity,
            thread_id: customer.thread_id,
            thread_token_count: customer.thread_token_count,
            created_at: customer.created_at,
            updated_at: customer.updated_at,
            points_balance: None,
        }
    }
}

/// What became of a customer of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CustomerOutcome {
    /// The customer is new.
    Created,
    /// Something that was empty has been filled.
    Updated,
    /// All was known.
    Unchanged,
}

/// What became of one customer of a list.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"status": 201, "outcome": "created", "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11"})))]
pub struct CustomerResult {
    /// The status that it would have been answered with alone.
    #[schema(minimum = 200, maximum = 599)]
    pub status: u16,
    /// If it is kept. `created`: the customer is new. `updated`: something that was empty has been filled. `unchanged`:
    /// all was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub outcome: Option<CustomerOutcome>,
    /// If it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>)]
    pub customer_id: Option<CustomerId>,
    /// If it is not. Pointers lead into this customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<problem::Problem>)]
    pub problem: Option<Told>,
}

/// What became of the customers of a list.
#[derive(Serialize, ToSchema)]
pub struct CustomerResults {
    /// In the order of the list.
    pub results: Vec<CustomerResult>,
}

/// Of one customer or of a list.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum CustomersAnswer {
    /// Of one.
    One(Box<Customer>),
    /// Of a list.
    Several(CustomerResults),
}

/// A page of customers.
#[derive(Serialize, ToSchema)]
pub struct CustomerPage {
    /// In the order that was asked for.
    pub customers: Vec<Customer>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
}

/// A customer that will be erased.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11"})))]
pub struct Erasing {
    /// Of the customer.
    #[schema(value_type = Id)]
    pub customer_id: CustomerId,
}

/// The record, the points, the purchases, the messages to the customer and the messages from the customer.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "customer": {
        "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
        "phone": "5511987654321",
        "name": "Ana Souza",
        "priority": 2,
        "last_contact_at": "2026-11-21T14:03:07.215Z", "thread_token_count": 0,
        "created_at": "2026-11-21T14:03:07.215Z",
        "updated_at": "2026-11-21T14:03:07.215Z"
    },
    "points_balance": 50,
    "points": [{
        "load_id": "visit-2026-11-21-17",
        "points": 50,
        "reason": "visita",
        "balance": 50,
        "created_at": "2026-11-21T14:05:11.004Z"
    }],
    "purchases": [{
        "invoice_id": "2026-4711",
        "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
        "at": "2026-11-21T14:03:07Z",
        "total": 145.0,
        "currency": "BRL",
        "lines": [{"product": "Banho", "ingredients": [], "quantity": 1.0, "amount": 145.0}],
        "version": 1,
        "created_at": "2026-11-21T14:03:09.112Z",
        "updated_at": "2026-11-21T14:03:09.112Z"
    }],
    "appointments": [],
    "messages": [{
        "message_id": "points/019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11/visit-2026-11-21-17",
        "message_type": "points",
        "kind": "transactional",
        "text": "Você ganhou 50 pontos e tem 50 ao todo 🎉",
        "status": "delivered",
        "created_at": "2026-11-21T14:05:11.931Z",
        "sent_at": "2026-11-21T14:05:12.802Z"
    }],
    "conversation": [{"at": "2026-11-21T14:07:40Z", "author": "customer", "kind": "text", "text": "Obrigada!"}],
    "summary": "Ana asks for baths of her dog Thor, on Saturdays.",
    "marketing": {"opted_out_at": null, "opted_in_at": "2026-11-21T14:03:07.215Z", "consent": true},
    "active_hours": ["2026-11-21T14:00:00Z"],
    "cursor": null
})))]
pub struct CustomerExport {
    /// The record.
    pub customer: Customer,
    /// The sum of all entries.
    #[schema(minimum = 0)]
    pub points_balance: i64,
    /// Every change of the balance, the newest first.
    pub points: Vec<PointsEntry>,
    /// Every purchase in its last version, the newest first.
    pub purchases: Vec<Purchase>,
    /// All appointments, the latest first.
    pub appointments: Vec<Appointment>,
    /// The messages to the customer of the last 90 days.
    pub messages: Vec<ExportedMessage>,
    /// The messages from the customer of the last 90 days, and those that persons of the business wrote on the phone.
    pub conversation: Vec<ExportedTurn>,
    /// What the assistant keeps in mind of the conversation, in its own words; `null` if it has summed up nothing yet.
    #[schema(required)]
    pub summary: Option<String>,
    /// The last answers of the customer about marketing.
    pub marketing: ExportedMarketing,
    /// The begins of the latest hours in which the customer wrote or bought, the earliest first. The best hour to write is
    /// learned from them.
    #[schema(value_type = Vec<Time>, max_items = 20)]
    pub active_hours: Vec<DateTime<Utc>>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
}

/// A message that was written to the customer.
#[derive(Serialize, ToSchema)]
pub struct ExportedMessage {
    /// Its name, by its purpose.
    #[schema(value_type = MessageId)]
    pub message_id: domain::MessageId,
    /// Which text it was.
    #[schema(value_type = MessageType)]
    pub message_type: domain::MessageType,
    /// The rules that it was under.
    #[schema(value_type = MessageKind)]
    pub kind: Kind,
    /// As the customer read it.
    pub text: String,
    /// Where it stands.
    #[schema(value_type = MessageStatus)]
    pub status: Status,
    /// When it was made.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
    /// When the gateway took it.
    #[schema(value_type = Option<Time>, required)]
    pub sent_at: Option<DateTime<Utc>>,
}

/// Something that the customer wrote, or a person of the business to them on the phone.
#[derive(Serialize, ToSchema)]
pub struct ExportedTurn {
    /// When it was written.
    #[schema(value_type = Time)]
    pub at: DateTime<Utc>,
    /// `customer`, or `person`: one of the business, on the phone.
    pub author: crate::conversations::Author,
    /// What it is.
    pub kind: crate::conversations::SaidKind,
    /// As it was written. What is no text is told in brackets, as `[image: my dog]`.
    pub text: String,
    /// The gateway's own name of the file, if it is one. Recado keeps no files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
}

/// The last answers of the customer about marketing.
#[derive(Serialize, ToSchema)]
pub struct ExportedMarketing {
    /// When the customer ended it.
    #[schema(value_type = Option<Time>, required)]
    pub opted_out_at: Option<DateTime<Utc>>,
    /// When the customer asked for it.
    #[schema(value_type = Option<Time>, required)]
    pub opted_in_at: Option<DateTime<Utc>>,
    /// Yes or no, if somebody asked.
    #[schema(required)]
    pub consent: Option<bool>,
}
