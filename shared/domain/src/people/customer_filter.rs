//! What customers of a business are searched for by, and in which order they are wanted.

use crate::{Gender, ProfileStatus, SearchName};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What customers have to be like: all of what is given. Texts are compared without accents, case and blanks. `Debug`
/// hides the name.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerFilter {
    /// From one of its words on, the name begins with this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Known, and this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// The whole city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The last purchase was at least so many local days ago: 0 is today, 1 is yesterday. A customer who never
    /// bought is not found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_days_since_last_purchase: Option<u32>,
    /// The last purchase was at most so many local days ago, or is still to come. A customer
    /// who never bought is not found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_days_since_last_purchase: Option<u32>,
    /// Whether the last contact was long ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inactivity: Option<Inactivity>,
    /// One of the favorite products.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub favorite_product: Option<String>,
    /// One of the favorite ingredients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub favorite_ingredient: Option<String>,
    /// In minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_total_spent: Option<i64>,
    /// At least so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_purchases: Option<u32>,
    /// At most so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_purchases: Option<u32>,
    /// The registration was at most so many local days ago: 0 is today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_days_since_registration: Option<u32>,
    /// In minor units: total spent divided by purchases, without rounding. A customer who never bought is not
    /// found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_average_ticket: Option<i64>,
    /// One of the labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Known, and this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_status: Option<ProfileStatus>,
    /// Whether the customer is a VIP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_vip: Option<bool>,
    /// What the customer said to marketing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
}

impl CustomerFilter {
    /// The same with the days after which a business calls a customer inactive, if that is asked for.
    #[must_use]
    pub fn with_inactive_days(mut self, days: u32) -> Self {
        self.inactivity = self.inactivity.map(|inactivity| Inactivity { days, ..inactivity });
        self
    }
}

impl fmt::Debug for CustomerFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomerFilter")
            .field("name", &self.name.as_ref().map(|_| "…"))
            .field("gender", &self.gender)
            .field("city", &self.city)
            .field("min_days_since_last_purchase", &self.min_days_since_last_purchase)
            .field("max_days_since_last_purchase", &self.max_days_since_last_purchase)
            .field("inactivity", &self.inactivity)
            .field("favorite_product", &self.favorite_product)
            .field("favorite_ingredient", &self.favorite_ingredient)
            .field("min_total_spent", &self.min_total_spent)
            .field("min_purchases", &self.min_purchases)
            .field("max_purchases", &self.max_purchases)
            .field("max_days_since_registration", &self.max_days_since_registration)
            .field("min_average_ticket", &self.min_average_ticket)
            .field("label", &self.label)
            .field("profile_status", &self.profile_status)
            .field("is_vip", &self.is_vip)
            .field("consent", &self.consent)
            .finish()
    }
}

/// Inactive customers, or all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inactivity {
    /// False for the others.
    pub is_inactive: bool,
    /// A customer without a contact for more than so many times 24 hours is inactive.
    pub days: u32,
}

/// What a customer said to marketing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// Yes.
    Given,
    /// No.
    Refused,
    /// Nothing yet.
    Unknown,
}

impl Consent {
    /// As the record has it.
    #[must_use]
    pub fn said(self) -> Option<bool> {
        match self {
            Self::Given => Some(true),
            Self::Refused => Some(false),
            Self::Unknown => None,
        }
    }
}

/// An order. Equal ones come by id. Customers without a value come last, either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// By this.
    pub key: SortKey,
    /// The largest or latest first.
    pub descending: bool,
}

/// What customers can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// The time of the last purchase.
    LastPurchase,
    /// The amount.
    TotalSpent,
}

/// A search that a business has given a name. Campaigns can be for the customers that it finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSearch {
    /// Unique within a business.
    pub name: SearchName,
    /// Which customers.
    pub filter: CustomerFilter,
    /// The order that it was asked for in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    /// The most customers of a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// UTC.
    pub saved_at: DateTime<Utc>,
}

impl SavedSearch {
    /// The most that a business may have.
    pub const MOST: usize = 100;
}
