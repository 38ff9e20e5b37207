//! The decision of a person about marketing, kept with its date. The words that decide are read elsewhere.

use chrono::{DateTime, Utc};
use domain::inbound::CLOCK_AHEAD;
use domain::{BusinessId, CustomerId, OptChange, Recipient};
use kit::App;
use store::{Consented, StoreError};

/// When words were said, UTC, with a gateway's clock held to ours.
#[must_use]
pub fn sensible(app: &App, at: DateTime<Utc>) -> DateTime<Utc> {
    at.min(app.now() + CLOCK_AHEAD)
}

/// Keeps the decision; `true` if it is the one that stands, now or since an earlier delivery of the same message.
///
/// # Errors
/// As every operation of the store.
pub async fn decide(
    app: &App,
    business: BusinessId,
    customer: CustomerId,
    change: OptChange,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let (yes, store, at) = (change == OptChange::In, app.store(), sensible(app, at));
    match store.set_consent(business, customer, yes, at, &app.attempt()).await? {
        Consented::Done => {
            metrics::counter!("marketing_decisions", "decision" => if yes { "in" } else { "out" }).increment(1);
            Ok(true)
        }
        Consented::NoCustomer => Ok(false),
        Consented::Older => {
            let reach = store.reach(business, Recipient::Customer(customer)).await?;
            let stands = if yes { reach.opted_in_at } else { reach.opted_out_at };
            Ok(reach.consent == Some(yes) && stands == Some(at))
        }
    }
}
