//! Who matches: by an index that holds just those, or by looking at every customer.

use crate::{JobError, Shop};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Action, AutomationName, Customer, Lapsed, Occasion};
use store::Store;

/// Somebody whom a run is about.
pub(crate) enum Match {
    /// A birthday today.
    Birthday(Occasion),
    /// Without contact for too long.
    Inactive(Lapsed),
}

/// The most of a page if each of them is written to, so that a page is done in seconds.
const WRITTEN_TO: i32 = 1_000;

/// A page of those who match, and where to go on.
pub(crate) async fn by_index(
    store: &Store,
    shop: &Shop,
    now: DateTime<Utc>,
    cursor: Option<&str>,
) -> Result<(Vec<Match>, Option<String>), JobError> {
    let business = shop.business.business_id;
    let limit = (shop.action == Action::Auto).then_some(WRITTEN_TO);
    Ok(match shop.automation {
        AutomationName::Birthdays => {
            let (found, next) = store.birthdays_on(business, shop.date, limit, cursor).await?;
            (found.into_iter().map(Match::Birthday).collect(), next)
        }
        AutomationName::InactiveCustomers => {
            let (found, next) = store.lapsed_before(business, inactive_since(shop, now), limit, cursor).await?;
            (found.into_iter().map(Match::Inactive).collect(), next)
        }
    })
}

/// What of one customer matches.
pub(crate) fn of_customer(shop: &Shop, customer: &Customer, now: DateTime<Utc>) -> Vec<Match> {
    match shop.automation {
        AutomationName::Birthdays => Occasion::on(customer, shop.date).into_iter().map(Match::Birthday).collect(),
        AutomationName::InactiveCustomers => {
            let is_inactive = customer.last_contact_at < inactive_since(shop, now);
            is_inactive.then(|| Match::Inactive(Lapsed::from(customer))).into_iter().collect()
        }
    }
}

/// Whose last contact was before this is inactive.
fn inactive_since(shop: &Shop, now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(i64::from(shop.business.settings.inactive_days))
}
