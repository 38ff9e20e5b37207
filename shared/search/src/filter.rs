//! What is searched for, and in which order it is wanted.

use crate::cursor::Cursor;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::{Gender, ProfileStatus, day_range, local_day};
use std::fmt;
use std::ops::Range;

/// What customers have to be like: all of what is given. Texts are compared without accents, case and blanks. `Debug`
/// hides the name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// From one of its words on, the name begins with this.
    pub name: Option<String>,
    /// Known, and this one.
    pub gender: Option<Gender>,
    /// The whole city.
    pub city: Option<String>,
    /// The last purchase was at least so many local days ago: 0 is today, 1 is yesterday. Who never bought is not found.
    pub min_days_since_last_purchase: Option<u32>,
    /// The last purchase was at most so many local days ago, or is still to come. Who never bought is not found.
    pub max_days_since_last_purchase: Option<u32>,
    /// Whether the last contact was long ago.
    pub inactivity: Option<Inactivity>,
    /// One of the favorite products.
    pub favorite_product: Option<String>,
    /// One of the favorite ingredients.
    pub favorite_ingredient: Option<String>,
    /// In minor units.
    pub min_total_spent: Option<i64>,
    /// At least so many.
    pub min_purchases: Option<u32>,
    /// At most so many.
    pub max_purchases: Option<u32>,
    /// At this moment or later.
    pub registered_since: Option<DateTime<Utc>>,
    /// In minor units: total spent divided by purchases, without rounding. Who never bought is not found.
    pub min_average_ticket: Option<i64>,
    /// One of the labels.
    pub label: Option<String>,
    /// Known, and this one.
    pub profile_status: Option<ProfileStatus>,
    /// Whether the customer is a VIP.
    pub is_vip: Option<bool>,
    /// What the customer said to marketing.
    pub consent: Option<Consent>,
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter")
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
            .field("min_average_ticket", &self.min_average_ticket)
            .field("label", &self.label)
            .field("profile_status", &self.profile_status)
            .field("is_vip", &self.is_vip)
            .field("consent", &self.consent)
            .finish()
    }
}

/// Inactive customers, or all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inactivity {
    /// False for the others.
    pub is_inactive: bool,
    /// A customer without a contact for more than so many times 24 hours is inactive.
    pub days: u32,
}

/// What a customer said to marketing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Yes.
    Given,
    /// No.
    Refused,
    /// Nothing yet.
    Unknown,
}

impl Consent {
    pub(crate) fn said(self) -> Option<bool> {
        match self {
            Self::Given => Some(true),
            Self::Refused => Some(false),
            Self::Unknown => None,
        }
    }
}

/// A search.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Which customers.
    pub filter: Filter,
    /// By id if absent, which is the order of registration.
    pub sort: Option<Sort>,
    /// The most customers of a page.
    pub limit: usize,
    /// The end of the page before.
    pub cursor: Option<Cursor>,
}

/// An order. Equal ones come by id. Customers without a value come last, either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By this.
    pub key: SortKey,
    /// The largest or latest first.
    pub descending: bool,
}

/// What customers can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// The time of the last purchase.
    LastPurchase,
    /// The amount.
    TotalSpent,
}

/// Every number from the first until before the second.
pub(crate) type Numbers = Range<i128>;
/// Below and above all numbers.
pub(crate) const ANY: Numbers = -(1 << 64)..1 << 64;

impl Filter {
    /// The seconds of last purchases, if they matter.
    pub(crate) fn last_purchase(&self, now: DateTime<Utc>, zone: Tz) -> Option<Numbers> {
        let (min, max) = (self.min_days_since_last_purchase, self.max_days_since_last_purchase);
        if min.is_none() && max.is_none() {
            return None;
        }
        let today = local_day(now, zone);
        // Before the calendar begins nobody bought.
        let day = |days: u32| today.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN);
        let begin = |day: NaiveDate| {
            if day <= FIRST_DAY { ANY.start } else { i128::from(day_range(day, zone).start.timestamp()) }
        };
        let end = |day: NaiveDate| {
            if day <= FIRST_DAY { ANY.start } else { i128::from(day_range(day, zone).end.timestamp()) }
        };
        Some(max.map_or(ANY.start, |days| begin(day(days)))..min.map_or(ANY.end, |days| end(day(days))))
    }

    /// The seconds of last contacts, if they matter.
    pub(crate) fn last_contact(&self, now: DateTime<Utc>) -> Option<Numbers> {
        let Inactivity { is_inactive, days } = self.inactivity?;
        let since = now.checked_sub_signed(TimeDelta::days(days.into())).unwrap_or(DateTime::<Utc>::MIN_UTC);
        // Contacts are whole seconds, so one before a fraction of a second is one before its end.
        let since = i128::from(since.timestamp()) + i128::from(since.timestamp_subsec_nanos() > 0);
        Some(if is_inactive { ANY.start..since } else { since..ANY.end })
    }
}

/// Nothing is older, and the calendar of every zone has the day before it.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
