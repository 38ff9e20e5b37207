//! Searches that a business has given a name.

use crate::parameters::OfBusiness;
use crate::search::{CustomerSearch, SearchMeta};
use crate::values::{SearchName, Time};
use crate::{Address, Operation, Tag};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// List the saved searches
    ///
    /// By name, each with the exact number of customers that it finds now.
    ListSearches,
    /// Read a saved search
    ///
    /// With the exact number of customers that it finds now. To read these customers, send `search` to
    /// `POST /api/customers/search`.
    ReadSearch,
    /// Save a search
    ///
    /// The body is that of `POST /api/customers/search`, without `cursor`. What had this name before is replaced. A campaign
    /// can be for all that it finds, by `"audience": {"search": name}`.
    SaveSearch,
    /// Delete a saved search
    ///
    /// Campaigns that were made for it keep it as it was.
    DeleteSearch,
}

impl crate::Route for Route {
    const TAG: Tag = Tag { name: "Saved searches", description: "Searches with a name, which campaigns can be for." };

    fn address(self) -> Address {
        match self {
            Self::ListSearches => Address::get("/api/searches"),
            Self::ReadSearch => Address::get("/api/searches/{name}"),
            Self::SaveSearch => Address::put("/api/searches/{name}"),
            Self::DeleteSearch => Address::delete("/api/searches/{name}"),
        }
    }

    fn operation(self) -> Operation {
        let of_name = || Operation::with_key().path::<SearchPath>().query::<OfBusiness>().not_found();
        match self {
            Self::ListSearches => {
                Operation::with_key().query::<OfBusiness>().answer::<SavedSearches>(200, "All of them.").not_found()
            }
            Self::ReadSearch => of_name().answer::<SavedSearch>(200, "The search and its number."),
            Self::SaveSearch => of_name()
                .body::<CustomerSearch>([(
                    "lapsed",
                    "Women who spent much and have not bought for two months",
                    json!({"gender": "female", "minDaysSinceLastPurchase": 60, "minTotalSpent": 500}),
                )])
                .answer::<SavedSearch>(200, "It took the place of another one.")
                .answer::<SavedSearch>(201, "It is saved.")
                .conflict(
                    "too_many_searches",
                    "The business has 100 saved searches",
                    "This business has 100 saved searches; delete one first.",
                    "The business has too many saved searches.",
                ),
            Self::DeleteSearch => of_name().answer::<SearchDeleted>(200, "It is deleted."),
        }
    }
}

/// The saved search that a call is about.
#[derive(Deserialize, IntoParams)]
pub struct SearchPath {
    /// Its name.
    #[param(value_type = SearchName, example = "lapsed-in-santos")]
    pub name: domain::SearchName,
}

/// A search with a name.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "name": "lapsed-in-santos",
    "search": {"city": "Santos", "minDaysSinceLastPurchase": 60},
    "total": 41,
    "saved_at": "2026-11-30T12:00:00Z",
    "meta": {"as_of": "2026-11-30T12:00:41Z", "milliseconds": 1, "index_generation": 4711,
        "cost": {"index_requests": 0, "bytes_read": 0, "usd": 0.0000012}}
})))]
pub struct SavedSearch {
    /// Unique in the business.
    #[schema(value_type = SearchName)]
    pub name: domain::SearchName,
    /// As it is understood.
    pub search: CustomerSearch,
    /// How many customers it finds now.
    pub total: u64,
    /// When it was saved, UTC.
    #[schema(value_type = Time)]
    pub saved_at: DateTime<Utc>,
    /// How the number was come by; absent in a list, which says it once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<SearchMeta>,
}

/// The saved searches of a business.
#[derive(Serialize, ToSchema)]
pub struct SavedSearches {
    /// By name.
    pub searches: Vec<SavedSearch>,
    /// How the numbers were come by.
    pub meta: SearchMeta,
}

/// A saved search that was deleted.
#[derive(Serialize, ToSchema)]
pub struct SearchDeleted {
    /// Its name.
    #[schema(value_type = SearchName)]
    pub name: domain::SearchName,
}
