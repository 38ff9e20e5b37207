//! The meaning of a change of a message's record.

use super::item::{KIND, SCHEDULED_FOR, STATUS, WHAT};
use crate::changes::{Image, image_number, image_text};
use crate::keys::PK;
use crate::keys::due::NOT_BEFORE;
use crate::keys::messages as keys;
use crate::{Change, StoreError};
use chrono::DateTime;
use domain::Status;

/// A message that has become pending waits to be sent. One that was pending before has only been put off.
pub(crate) fn change(before: Option<&Image>, after: &Image) -> Result<Option<Change>, StoreError> {
    let is_pending = |image: &Image| image_text(image, STATUS) == Some(Status::Pending.into());
    if !is_pending(after) || before.is_some_and(is_pending) {
        return Ok(None);
    }
    // A new message is looked at again later, and tried at once unless it is scheduled.
    let at = if before.is_some() { NOT_BEFORE } else { SCHEDULED_FOR };
    let time = |name| image_number(after, name).and_then(DateTime::from_timestamp_millis);
    let (tried_at, not_before) = (time(at), time(NOT_BEFORE));
    let change = || {
        let (business_id, message_id) = image_text(after, PK).and_then(keys::read)?;
        let kind = image_text(after, KIND)?.parse().ok()?;
        Some(Change::MessagePending { business_id, message_id, kind, tried_at, not_before })
    };
    change().map(Some).ok_or(StoreError::Corrupt(WHAT))
}
