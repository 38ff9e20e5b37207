//! Points: a balance that never goes below zero, and the ledger it is the sum of.

use crate::customers::CustomerPath;
use crate::parameters::{OfBusiness, PageSize};
use crate::values::{GivenLoadId, Id, LoadId, NamedPhone, Time};
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
    /// Read the balance and its entries
    ///
    /// The newest entries first.
    ReadPoints,
    /// Add or take points
    ///
    /// Counts once for each `load_id` of the business: the same load again answers 200 with the balance of the first time.
    /// Other points under the same `load_id`, or those of another customer, are 409. The customer is told over WhatsApp,
    /// once.
    LoadPoints,
}

impl crate::Route for Route {
    const TAG: Tag =
        Tag { name: "Points", description: "A balance that never goes below zero, and the ledger it is the sum of." };

    fn address(self) -> Address {
        match self {
            Self::ReadPoints => Address::get("/api/customers/{customer}/points"),
            Self::LoadPoints => Address::post("/api/points/load"),
        }
    }

    fn operation(self) -> Operation {
        match self {
            Self::ReadPoints => Operation::with_key()
                .path::<CustomerPath>()
                .query::<PointsQuery>()
                .answer::<PointsPage>(200, "The balance and a page of entries.")
                .not_found(),
            Self::LoadPoints => Operation::with_key()
                .query::<OfBusiness>()
                .body::<PointsLoad>([
                    (
                        "add",
                        "Add, by phone",
                        json!({"phone": "5511987654321", "points": 50, "reason": "visita",
                            "load_id": "visit-2026-11-21-17"}),
                    ),
                    (
                        "take",
                        "Take, by id",
                        json!({"customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11", "points": -30, "reason": "brinde",
                            "load_id": "gift-204"}),
                    ),
                ])
                .answer::<PointsLoaded>(200, "These points were loaded before; the answer of that time.")
                .answer::<PointsLoaded>(201, "Loaded.")
                .not_found()
                .conflicts(
                    "Nothing has changed",
                    &[
                        (
                            "below_zero",
                            "More points would be taken than there are",
                            "The balance is 20 points, and it cannot go below zero.",
                            "The points balance cannot go below zero.",
                        ),
                        (
                            "load_id_taken",
                            "Other points, or another customer's, were loaded under this `load_id`",
                            "Other points, or another customer's, were loaded under this load_id.",
                            "Other points were loaded under this load_id.",
                        ),
                    ],
                ),
        }
    }

    fn refine(schemas: &mut Schemas) {
        schemas.say("PointsLoad", "oneOf", json!([{"required": ["customer_id"]}, {"required": ["phone"]}]));
        schemas.say_of_field("PointsLoad", "points", "not", json!({"const": 0}));
    }
}

/// Which page of the entries.
#[derive(Deserialize, IntoParams)]
pub struct PointsQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// Entries on a page.
    #[param(inline)]
    pub limit: Option<PageSize<200>>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// A change of a customer's points.
#[derive(Deserialize, ToSchema)]
pub struct PointsLoad {
    /// This or `phone`.
    #[schema(value_type = Option<Id>)]
    pub customer_id: Option<CustomerId>,
    /// This or `customer_id`. With `+` and the country code, or as it is dialled in the business's country.
    #[schema(value_type = Option<NamedPhone>)]
    pub phone: Option<String>,
    /// To add, or with a minus to take. Not 0.
    #[schema(minimum = -1_000_000_000, maximum = 1_000_000_000)]
    pub points: i64,
    /// For people.
    #[schema(max_length = 200, format = "line")]
    pub reason: Option<String>,
    /// The same load again changes nothing.
    #[schema(value_type = GivenLoadId)]
    pub load_id: domain::LoadId,
}

/// Points that were loaded.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"balance": 50, "load_id": "visit-2026-11-21-17"})))]
pub struct PointsLoaded {
    /// After this load.
    #[schema(minimum = 0)]
    pub balance: i64,
    /// As it was given.
    #[schema(value_type = LoadId)]
    pub load_id: domain::LoadId,
}

/// A change of the balance.
#[derive(Serialize, ToSchema)]
pub struct PointsEntry {
    /// As it was given.
    #[schema(value_type = LoadId)]
    pub load_id: domain::LoadId,
    /// Added, or with a minus taken.
    pub points: i64,
    /// As it was given.
    #[schema(required)]
    pub reason: Option<String>,
    /// After it.
    #[schema(minimum = 0)]
    pub balance: i64,
    /// When it was loaded.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
}

/// The balance and a page of its entries.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "balance": 50,
    "entries": [{
        "load_id": "visit-2026-11-21-17",
        "points": 50,
        "reason": "visita",
        "balance": 50,
        "created_at": "2026-11-21T14:05:11.004Z"
    }],
    "cursor": null
})))]
pub struct PointsPage {
    /// The sum of all entries.
    #[schema(minimum = 0)]
    pub balance: i64,
    /// The newest first.
    pub entries: Vec<PointsEntry>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
}
