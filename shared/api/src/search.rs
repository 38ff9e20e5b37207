//! The search of customers.

use crate::parameters::{OfBusiness, Within};
use crate::values::{Gender, GivenAmount, GivenGender, Id, Label, Phone, ProfileStatus, Time};
use crate::{Address, Operation, Schemas, Tag};
use chrono::{DateTime, Utc};
use domain::{BusinessId, CustomerId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Search customers
    ///
    /// Customers who are all that is asked for, with the exact number of them. Texts are compared without accents, case
    /// and blanks: `sao paulo` finds São Paulo. Days are whole local days of the business, and 0 is today. Changes of
    /// customers are found about a minute after they were made: `meta.as_of` says how fresh the answer is.
    SearchCustomers,
    /// Count the segments of customers
    ///
    /// Classes that people know, each with its rule and the exact number of its customers. The first eight are of the last
    /// purchase and the number of purchases: each customer is in one of them. The others overlap with these.
    CountSegments,
}

impl crate::Route for Route {
    const TAG: Tag =
        Tag { name: "Search", description: "Customers of a business by what they are and what they bought." };

    fn address(self) -> Address {
        match self {
            Self::SearchCustomers => Address::post("/api/customers/search"),
            Self::CountSegments => Address::get("/api/segments"),
        }
    }

    fn operation(self) -> Operation {
        match self {
            Self::SearchCustomers => Operation::with_key()
                .query::<OfBusiness>()
                .body::<CustomerSearch>([
                    ("all", "Everybody", json!({})),
                    (
                        "lapsed",
                        "Women of Santos who spent much and have not bought for two months, the best first",
                        json!({"gender": "female", "city": "santos", "minDaysSinceLastPurchase": 60, "minTotalSpent": 500,
                            "consent": "given", "sort": "-totalSpent", "limit": 20}),
                    ),
                ])
                .answer::<FoundCustomers>(200, "A page of those who were found.")
                .not_found(),
            Self::CountSegments => Operation::with_key()
                .query::<SegmentsQuery>()
                .answer::<Segments>(200, "The segments with their numbers.")
                .not_found(),
        }
    }

    fn refine(schemas: &mut Schemas) {
        let given = json!(["given", "refused", "unknown"]);
        schemas.say_of_field("CustomerSearch", "consent", "enum", given);
        let sorts = json!(["lastPurchase", "-lastPurchase", "totalSpent", "-totalSpent"]);
        schemas.say_of_field("CustomerSearch", "sort", "enum", sorts);
    }
}

/// What customers have to be like: all of what is given.
// Named as in the system that this one replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerSearch {
    /// From one of its words on, the name begins with this.
    #[schema(max_length = 200, format = "line")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Known, and this one.
    #[schema(value_type = Option<GivenGender>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<domain::Gender>,
    /// The whole city.
    #[schema(max_length = 200, format = "line")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The last purchase was at least so many days ago. A customer who never bought is not found.
    #[schema(maximum = 100_000)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_days_since_last_purchase: Option<u32>,
    /// The last purchase was at most so many days ago. A customer who never bought is not found.
    #[schema(maximum = 100_000)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_days_since_last_purchase: Option<u32>,
    /// Whether the last contact was longer ago than the business's `inactive_days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_inactive: Option<bool>,
    /// One of the five products that stand in most of the customer's purchases.
    #[schema(max_length = 200, format = "line")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub favorite_product: Option<String>,
    /// One of the five ingredients that stand in most of the customer's purchases.
    #[schema(max_length = 200, format = "line")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub favorite_ingredient: Option<String>,
    /// After refunds.
    #[schema(value_type = Option<GivenAmount>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_total_spent: Option<crate::values::Decimal>,
    /// How often the customer has bought at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_purchases: Option<u32>,
    /// How often the customer has bought at most; 0 finds those who never bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_purchases: Option<u32>,
    /// The customer was registered at most so many days ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 100_000)]
    pub max_days_since_registration: Option<u32>,
    /// What was spent divided by the number of purchases. A customer who never bought is not found.
    #[schema(value_type = Option<GivenAmount>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_average_ticket: Option<crate::values::Decimal>,
    /// One of the labels.
    #[schema(value_type = Option<Label>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// How far the customer has come.
    #[schema(value_type = Option<ProfileStatus>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_status: Option<domain::ProfileStatus>,
    /// Whether the customer has the label VIP, or has come or bought at least 20 times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vip: Option<bool>,
    /// What the customer said to marketing: `given`, `refused`, or `unknown` if nobody has asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<GivenConsent>,
    /// By the time of the last purchase or by what was spent; with a minus, the latest or the most first. Customers
    /// without a value come last. If it is absent, the order of registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<GivenSort>,
    /// Customers on a page.
    #[schema(minimum = 1, maximum = 200, default = 50)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// From the page before, of the same search.
    #[schema(min_length = 1, max_length = 200, format = "line")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// What a customer said to marketing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GivenConsent {
    /// Yes.
    Given,
    /// No.
    Refused,
    /// Nobody has asked.
    Unknown,
}

/// An order of customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub enum GivenSort {
    /// The longest ago first.
    #[serde(rename = "lastPurchase")]
    LastPurchase,
    /// The latest first.
    #[serde(rename = "-lastPurchase")]
    LastPurchaseDescending,
    /// The least first.
    #[serde(rename = "totalSpent")]
    TotalSpent,
    /// The most first.
    #[serde(rename = "-totalSpent")]
    TotalSpentDescending,
}

/// A page of the customers who were found.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "total": 1,
    "customers": [{
        "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
        "phone": "5511987654321",
        "name": "Ana Souza",
        "gender": "female",
        "city": "Santos",
        "labels": ["VIP"],
        "vip": true,
        "marketing_consent": true,
        "last_purchase_at": "2026-09-21T14:03:07Z",
        "purchases": 12,
        "total_spent": 1740.5,
        "average_ticket": 145.04,
        "favorite_products": ["Banho"],
        "favorite_ingredients": ["frango"],
        "last_contact_at": "2026-09-21T14:03:07Z",
        "created_at": "2025-01-21T14:03:07Z"
    }],
    "cursor": null,
    "meta": {"as_of": "2026-11-30T12:00:41Z", "milliseconds": 3, "index_generation": 4711,
        "cost": {"index_requests": 1, "bytes_read": 0, "usd": 0.0000021}}
})))]
pub struct FoundCustomers {
    /// How many there are, on all pages.
    pub total: u64,
    /// In the order that was asked for.
    pub customers: Vec<FoundCustomer>,
    /// For the next page; `null` at the end. It stays right while customers change.
    #[schema(required)]
    pub cursor: Option<String>,
    /// How the answer was come by.
    pub meta: SearchMeta,
}

/// A customer as the index knows them. A field that is not known is absent.
#[derive(Serialize, ToSchema)]
pub struct FoundCustomer {
    /// Written once.
    #[schema(value_type = Id)]
    pub customer_id: CustomerId,
    /// E.164 digits without `+`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Phone>)]
    pub phone: Option<String>,
    /// The name that the customer is called by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// As the customer says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Gender>)]
    pub gender: Option<domain::Gender>,
    /// As written by the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Words that the business sorts its customers by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 3)]
    pub labels: Vec<String>,
    /// How far the customer has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ProfileStatus>)]
    pub profile_status: Option<domain::ProfileStatus>,
    /// Whether the customer has the label VIP, or has come or bought at least 20 times.
    pub vip: bool,
    /// Absent until somebody said yes or no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketing_consent: Option<bool>,
    /// When the customer last bought something that was not given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>)]
    pub last_purchase_at: Option<DateTime<Utc>>,
    /// How often the customer has bought.
    pub purchases: u32,
    /// In units of the business's currency.
    #[schema(minimum = 0)]
    pub total_spent: f64,
    /// `total_spent` divided by `purchases`; absent if nothing was bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub average_ticket: Option<f64>,
    /// The products that stand in the most purchases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5)]
    pub favorite_products: Vec<String>,
    /// The ingredients that stand in the most purchases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5)]
    pub favorite_ingredients: Vec<String>,
    /// When the person was last in contact, UTC.
    #[schema(value_type = Time)]
    pub last_contact_at: DateTime<Utc>,
    /// When it was registered, UTC.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
}

/// How an answer of the search was come by.
#[derive(Serialize, ToSchema)]
pub struct SearchMeta {
    /// The answer has every change that the index had by then, UTC.
    #[schema(value_type = Time)]
    pub as_of: DateTime<Utc>,
    /// Of the function, to answer.
    pub milliseconds: u64,
    /// The number of the index's last change.
    pub index_generation: u64,
    /// What it cost.
    pub cost: SearchCost,
}

/// What an answer of the search cost.
#[derive(Serialize, ToSchema)]
pub struct SearchCost {
    /// Requests to the storage of the index.
    pub index_requests: u64,
    /// Bytes of the index that were not in memory yet.
    pub bytes_read: u64,
    /// The requests, the call of the API and the function's time, in US dollars at list prices.
    #[schema(minimum = 0)]
    pub usd: f64,
}

/// Where the classes of customers are cut.
#[derive(Deserialize, IntoParams)]
pub struct SegmentsQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// A purchase at most so many days ago is recent.
    #[param(inline)]
    pub recent_days: Option<Within<1, 3_650, 30>>,
    /// A customer who has not bought for longer is lapsing. More than `recent_days`.
    #[param(inline)]
    pub lapsing_days: Option<Within<1, 3_650, 90>>,
    /// A customer who has not bought for longer is lost. More than `lapsing_days`.
    #[param(inline)]
    pub lost_days: Option<Within<1, 3_650, 365>>,
    /// From so many purchases on a customer is a frequent one.
    #[param(inline)]
    pub frequent: Option<Within<2, 1_000, 4>>,
}

/// The segments of a business's customers.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "total": 280,
    "segments": [{"name": "champions", "customers": 12, "share": 0.0429,
        "rule": "Bought at most 30 days ago, and at least 4 times.",
        "search": {"maxDaysSinceLastPurchase": 30, "minPurchases": 4}}],
    "meta": {"as_of": "2026-11-30T12:00:41Z", "milliseconds": 1, "index_generation": 4711,
        "cost": {"index_requests": 0, "bytes_read": 0, "usd": 0.0000012}}
})))]
pub struct Segments {
    /// All customers.
    pub total: u64,
    /// Each with its number.
    pub segments: Vec<CountedSegment>,
    /// How the answer was come by.
    pub meta: SearchMeta,
}

/// A segment with its number.
#[derive(Serialize, ToSchema)]
pub struct CountedSegment {
    /// Its name, as `champions`.
    pub name: &'static str,
    /// How many there are, exactly.
    pub customers: u64,
    /// Of all customers.
    #[schema(minimum = 0, maximum = 1)]
    pub share: f64,
    /// Which customers these are.
    pub rule: String,
    /// Why nobody is in it; absent if somebody is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_empty: Option<&'static str>,
    /// The search that finds them.
    pub search: CustomerSearch,
}
