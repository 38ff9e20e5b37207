//! Nobody is asked to make an appointment who has one.

use crate::engine::JobError;
use domain::{Business, Message, Reason, Recipient};
use kit::App;

/// The latest starts of a customer that are looked at: behind as many cancelled ones an open one is not seen.
const LOOKED_AT: usize = 10;

/// Whether the customer of a message has no appointment that is still to come.
///
/// # Errors
/// The store did not answer.
pub(crate) async fn is_missing(
    app: &App,
    business: &Business,
    message: &Message,
) -> Result<Result<(), Reason>, JobError> {
    let Recipient::Customer(customer) = message.recipient else { return Ok(Ok(())) };
    let found = app.store().customer_appointments(business.business_id, customer, LOOKED_AT, None).await?.items;
    let is_ahead = found.iter().any(|it| it.status.is_open() && app.now() < it.start);
    Ok(if is_ahead { Err(Reason::HasAppointment) } else { Ok(()) })
}
