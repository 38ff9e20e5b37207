//! Purchases: invoices of customers, and the statistics that they make.

use crate::customers::CustomerPath;
use crate::parameters::{OfBusiness, PageSize};
use crate::values::{
    CurrencyCode, GivenAmount, GivenInvoiceId, Id, Ingredient, InvoiceId, NamedPhone, PastTime, Phone, Quantity,
    SignedAmount, Time,
};
use crate::{Address, Operation, Schemas, Tag, problem};
use chrono::{DateTime, Utc};
use domain::{BusinessId, CustomerId, Favorites, Money, Statistics};
use kit::problem::Told;
use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Record a purchase, or several
    ///
    /// An invoice counts once, by its `invoice_id`. A correction or a refund is the same invoice with a higher `version`
    /// and what is left of it; one with nothing left, `total` 0 and no `lines`, counts no more. An older version changes
    /// nothing, and the answer says so. The customer's statistics are those of what is left, and a purchase is a contact.
    ///
    /// One object answers 201 if it was recorded now, and 200 if not. A list answers 200 with a result for each, in the
    /// same order: what is wrong with one does not keep the others back.
    RecordPurchases,
    /// List all purchases
    ///
    /// In the order in which they were recorded or last corrected, the oldest first. An invoice stands there once, in its
    /// last version, also if nothing is left of it; one that is corrected while you read comes again at the end. A page
    /// may be empty and have a `cursor`: follow it until there is none. To keep a copy up to date, ask again with
    /// `recorded_since` a minute before the latest `updated_at` that you have.
    ListAllPurchases,
    /// List a customer's purchases
    ///
    /// The newest first. An invoice stands there in its last version, also if nothing is left of it.
    ListPurchases,
}

impl crate::Route for Route {
    const TAG: Tag =
        Tag { name: "Purchases", description: "Invoices of customers, and the statistics that they make." };

    fn address(self) -> Address {
        match self {
            Self::RecordPurchases => Address::post("/api/purchases"),
            Self::ListAllPurchases => Address::get("/api/purchases"),
            Self::ListPurchases => Address::get("/api/customers/{customer}/purchases"),
        }
    }

    fn operation(self) -> Operation {
        match self {
            Self::RecordPurchases => Operation::with_key()
                .query::<OfBusiness>()
                .body::<GivenPurchases>([
                    (
                        "one",
                        "A purchase, by phone",
                        json!({"invoice_id": "2026-4711", "phone": "5511987654321", "at": "2026-11-21T11:03:07-03:00",
                            "total": "145.00", "lines": [{"product": "Ração Premium 3 kg", "ingredients": ["frango", "arroz"],
                            "quantity": 1, "amount": "145.00"}]}),
                    ),
                    (
                        "refund",
                        "The same invoice, of which a part was brought back",
                        json!({"invoice_id": "2026-4711", "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
                            "at": "2026-11-21T11:03:07-03:00", "version": 2, "total": 0, "lines": []}),
                    ),
                    (
                        "list",
                        "Several at once",
                        json!({"purchases": [{"invoice_id": "2026-4712", "phone": "5511987654321",
                            "at": "2026-11-22T09:30:00-03:00", "total": 60, "lines": [{"product": "Banho", "amount": 60}]}]}),
                    ),
                ])
                .answer_with::<PurchasesAnswer>(
                    200,
                    "It was recorded before, or a later version was. Of a list, what became of each.",
                    [],
                )
                .answer::<RecordedPurchase>(201, "Recorded.")
                .not_found()
                .conflicts(
                    "Nothing has changed",
                    &[
                        (
                            "invoice_differs",
                            "This version of the invoice was recorded before and says something else",
                            "This version of the invoice says something else. Give a correction a higher version.",
                            "This version of the invoice was recorded with other content.",
                        ),
                        (
                            "invoice_taken",
                            "The invoice is another customer's",
                            "This invoice is another customer's.",
                            "This invoice belongs to another customer.",
                        ),
                    ],
                ),
            Self::ListAllPurchases => Operation::with_key()
                .query::<AllPurchasesQuery>()
                .answer::<PurchasePage>(200, "A page of purchases.")
                .not_found(),
            Self::ListPurchases => Operation::with_key()
                .path::<CustomerPath>()
                .query::<PurchasesQuery>()
                .answer::<PurchasePage>(200, "A page of purchases.")
                .not_found(),
        }
    }

    fn refine(schemas: &mut Schemas) {
        schemas.say("NewPurchase", "oneOf", json!([{"required": ["customer_id"]}, {"required": ["phone"]}]));
    }
}

/// Which page of a customer's purchases.
#[derive(Deserialize, IntoParams)]
pub struct PurchasesQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// Purchases on a page.
    #[param(inline)]
    pub limit: Option<PageSize>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// Which page of all purchases.
#[derive(Deserialize, IntoParams)]
pub struct AllPurchasesQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// Only those that were recorded or corrected at this time or later.
    #[param(value_type = Option<Time>)]
    pub recorded_since: Option<DateTime<Utc>>,
    /// Purchases on a page.
    #[param(inline)]
    pub limit: Option<PageSize>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// A purchase, or a list of them.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum GivenPurchases {
    /// One.
    One(Box<NewPurchase>),
    /// Several.
    Several(PurchaseList),
}

/// Several purchases.
#[derive(Deserialize, ToSchema)]
pub struct PurchaseList {
    /// Those of one customer are recorded in this order.
    #[schema(max_items = 500)]
    pub purchases: Vec<NewPurchase>,
}

/// A version of a purchase.
#[derive(Deserialize, ToSchema)]
pub struct NewPurchase {
    /// The business's own name of the invoice.
    #[schema(value_type = GivenInvoiceId)]
    pub invoice_id: domain::InvoiceId,
    /// This or `phone`.
    #[schema(value_type = Option<Id>)]
    pub customer_id: Option<CustomerId>,
    /// This or `customer_id`. With `+` and the country code, or as it is dialled in the business's country.
    #[schema(value_type = Option<NamedPhone>)]
    pub phone: Option<String>,
    /// When it was bought.
    #[schema(value_type = PastTime)]
    pub at: DateTime<Utc>,
    /// What is left to pay or was paid, after refunds.
    #[schema(value_type = GivenAmount)]
    pub total: crate::values::Decimal,
    /// That of the business, if it is given.
    #[schema(value_type = Option<CurrencyCode>)]
    pub currency: Option<String>,
    /// What was bought and not brought back.
    #[schema(max_items = 100)]
    pub lines: Vec<NewLine>,
    /// Counts up with each correction or refund; 1 if it is absent.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, default = 1)]
    pub version: Option<u64>,
}

/// A line of an invoice.
#[derive(Deserialize, ToSchema)]
pub struct NewLine {
    /// As the business calls it.
    #[schema(min_length = 1, max_length = 200, format = "line")]
    pub product: String,
    /// What it is made of, as the business calls it.
    #[serde(default)]
    #[schema(max_items = 20, value_type = Vec<Ingredient>)]
    pub ingredients: Vec<String>,
    /// 1 if it is absent.
    #[schema(value_type = Option<Quantity>)]
    pub quantity: Option<crate::values::Decimal>,
    /// Of the line; with a minus for a discount.
    #[schema(value_type = SignedAmount)]
    pub amount: crate::values::Decimal,
}

/// What became of a purchase that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordOutcome {
    /// The invoice is new.
    Recorded,
    /// It takes the place of an older version.
    Corrected,
    /// This version was recorded before.
    Known,
    /// A later version was recorded before; nothing changed.
    Older,
}

/// A purchase that is kept, and the customer's statistics with it.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "invoice_id": "2026-4711",
    "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
    "outcome": "recorded",
    "version": 1,
    "statistics": {"last_purchase_at": "2026-11-21T14:03:07Z", "purchases": 12, "total_spent": 1740.5,
        "average_ticket": 145.04, "favorite_products": ["Banho"], "favorite_ingredients": ["frango"]}
})))]
pub struct RecordedPurchase {
    /// As it was given.
    #[schema(value_type = InvoiceId)]
    pub invoice_id: domain::InvoiceId,
    /// The customer, by id.
    #[schema(value_type = Id)]
    pub customer_id: CustomerId,
    /// `recorded`: the invoice is new. `corrected`: it takes the place of an older version. `known`: this version was
    /// recorded before. `older`: a later version was recorded before, and nothing changed.
    #[schema(inline)]
    pub outcome: RecordOutcome,
    /// The version that is kept.
    #[schema(minimum = 1)]
    pub version: u64,
    /// The customer's, as they now are.
    pub statistics: CustomerStatistics,
}

/// The numbers of a customer's purchases, after refunds.
#[derive(Serialize, ToSchema)]
pub struct CustomerStatistics {
    /// Absent if nothing was bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Time>)]
    pub last_purchase_at: Option<DateTime<Utc>>,
    /// How many.
    pub purchases: u32,
    /// In units of the business's currency.
    #[schema(minimum = 0)]
    pub total_spent: f64,
    /// `total_spent` divided by `purchases`; absent if nothing was bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub average_ticket: Option<f64>,
    /// The five products that stand in the most purchases, the most frequent first.
    #[schema(max_items = 5)]
    pub favorite_products: Vec<String>,
    /// The five ingredients that stand in the most purchases, the most frequent first.
    #[schema(max_items = 5)]
    pub favorite_ingredients: Vec<String>,
}

impl CustomerStatistics {
    /// As they are told.
    #[must_use]
    pub fn new(statistics: &Statistics, favorites: &Favorites) -> Self {
        Self {
            last_purchase_at: statistics.last_purchase_at,
            purchases: statistics.purchases,
            total_spent: statistics.spent().map_or(0.0, Money::units),
            average_ticket: statistics.average_ticket().map(Money::units),
            favorite_products: favorites.products.favorites(),
            favorite_ingredients: favorites.ingredients.favorites(),
        }
    }
}

/// What became of one purchase of a list.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"status": 404, "problem": {"type": "urn:recado:problem:not_found", "title": "Not Found",
    "status": 404, "detail": "This business has no such customer.", "errors": [], "error": "There is no such thing."}})))]
pub struct PurchaseResult {
    /// The status that it would have been answered with alone.
    #[schema(minimum = 200, maximum = 599)]
    pub status: u16,
    /// If it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchase: Option<RecordedPurchase>,
    /// If it is not. Pointers lead into this purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<problem::Problem>)]
    pub problem: Option<Told>,
}

/// What became of the purchases of a list.
#[derive(Serialize, ToSchema)]
pub struct PurchaseResults {
    /// In the order of the list.
    pub results: Vec<PurchaseResult>,
}

/// Of one purchase or of a list.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum PurchasesAnswer {
    /// Of one.
    One(Box<RecordedPurchase>),
    /// Of a list.
    Several(PurchaseResults),
}

/// A purchase, in its last version.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "invoice_id": "2026-4711",
    "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
    "phone": "5511987654321",
    "at": "2026-11-21T14:03:07Z",
    "total": 145.0,
    "currency": "BRL",
    "lines": [{"product": "Ração Premium 3 kg", "ingredients": ["frango", "arroz"], "quantity": 1.0, "amount": 145.0}],
    "version": 1,
    "created_at": "2026-11-21T14:03:09.112Z",
    "updated_at": "2026-11-21T14:03:09.112Z"
})))]
pub struct Purchase {
    /// As it was given.
    #[schema(value_type = InvoiceId)]
    pub invoice_id: domain::InvoiceId,
    /// Of whom it is.
    #[schema(value_type = Id)]
    pub customer_id: CustomerId,
    /// In the list of all purchases, that of the customer now, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Phone>)]
    pub phone: Option<domain::Phone>,
    /// When it was bought.
    #[schema(value_type = Time)]
    pub at: DateTime<Utc>,
    /// What is left of it.
    #[schema(minimum = 0)]
    pub total: f64,
    /// ISO 4217.
    #[schema(value_type = CurrencyCode)]
    pub currency: &'static str,
    /// What was bought and not brought back.
    pub lines: Vec<Line>,
    /// From 1.
    #[schema(minimum = 1)]
    pub version: u64,
    /// When its first version was recorded.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
    /// When this version was recorded.
    #[schema(value_type = Time)]
    pub updated_at: DateTime<Utc>,
}

/// A line of a purchase.
#[derive(Serialize, ToSchema)]
pub struct Line {
    /// As the business calls it.
    pub product: String,
    /// What it is made of.
    pub ingredients: Vec<String>,
    /// At most three decimals.
    #[schema(minimum = 0)]
    pub quantity: f64,
    /// Of the line.
    pub amount: f64,
}

impl From<domain::Purchase> for Purchase {
    fn from(purchase: domain::Purchase) -> Self {
        let currency = purchase.total.currency;
        let line = |line: domain::purchase::Line| Line {
            quantity: line.quantity(),
            amount: Money::new(line.amount, currency).units(),
            product: line.product,
            ingredients: line.ingredients,
        };
        Self {
            invoice_id: purchase.invoice_id,
            customer_id: purchase.customer_id,
            phone: None,
            at: purchase.at,
            total: purchase.total.units(),
            currency: currency.code(),
            lines: purchase.lines.into_iter().map(line).collect(),
            version: purchase.version,
            created_at: purchase.created_at,
            updated_at: purchase.updated_at,
        }
    }
}

/// A page of purchases.
#[derive(Serialize, ToSchema)]
pub struct PurchasePage {
    /// In the order of the list.
    pub purchases: Vec<Purchase>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
}
