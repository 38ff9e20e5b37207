//! Cursors of lists: opaque to callers, and bound to the list they were given for.

use crate::StoreError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A place in the list named by `scope`, which starts with the business id.
pub(crate) fn encode(scope: &str, place: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{scope}\n{place}"))
}

/// The place, if the cursor is one of this list and the place is one that the list can have. DynamoDB would refuse any
/// other as our fault.
pub(crate) fn decode_place(
    scope: &str,
    cursor: &str,
    is_possible: impl Fn(&str) -> bool,
) -> Result<String, StoreError> {
    decode(scope, cursor).and_then(|place| is_possible(&place).then_some(place).ok_or(StoreError::BadCursor))
}

/// The place, if the cursor is one of this list.
pub(crate) fn decode(scope: &str, cursor: &str) -> Result<String, StoreError> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| StoreError::BadCursor)?;
    let text = String::from_utf8(bytes).map_err(|_| StoreError::BadCursor)?;
    let place = text.strip_prefix(scope).and_then(|rest| rest.strip_prefix('\n'));
    // No key is empty.
    Ok(place.filter(|place| !place.is_empty()).ok_or(StoreError::BadCursor)?.to_owned())
}
