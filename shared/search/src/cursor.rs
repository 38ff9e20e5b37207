//! The end of a page, from which the next one goes on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::customer_filter::{Sort, SortKey};
use std::fmt;
use std::str::FromStr;

/// The place of a customer in an order: the value and the id. It holds while customers come and go around it: a page
/// begins with the first customer behind this place, as the index then is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) sort: Option<Sort>,
    pub(crate) value: Option<i64>,
    pub(crate) key: u128,
}

/// A cursor that no page of this search gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the cursor of a page of a search with the same sort")]
pub struct BadCursor;

/// The first byte: the version of the form.
const VERSION: u8 = 1;
/// Version, sort, whether there is a value, the value, and the id.
const LENGTH: usize = 1 + 1 + 1 + 8 + 16;

fn code(sort: Option<Sort>) -> u8 {
    match sort {
        None => 0,
        Some(Sort { key: SortKey::LastPurchase, descending }) => 1 + u8::from(descending),
        Some(Sort { key: SortKey::TotalSpent, descending }) => 3 + u8::from(descending),
    }
}

fn sort(code: u8) -> Result<Option<Sort>, BadCursor> {
    Ok(Some(match code {
        0 => return Ok(None),
        1 | 2 => Sort { key: SortKey::LastPurchase, descending: code == 2 },
        3 | 4 => Sort { key: SortKey::TotalSpent, descending: code == 4 },
        _ => return Err(BadCursor),
    }))
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend_from_slice(&[VERSION, code(self.sort), u8::from(self.value.is_some())]);
        bytes.extend_from_slice(&self.value.unwrap_or(0).to_be_bytes());
        bytes.extend_from_slice(&self.key.to_be_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| BadCursor)?;
        let [version, code, has_value, rest @ ..] = bytes.as_slice() else { return Err(BadCursor) };
        let (value, key) = rest.split_first_chunk::<8>().ok_or(BadCursor)?;
        let (value, key) = (i64::from_be_bytes(*value), key.try_into().map_err(|_| BadCursor)?);
        let value = match has_value {
            1 => Some(value),
            0 if value == 0 => None,
            _ => return Err(BadCursor),
        };
        let sort = sort(*code)?;
        let is_real = match sort {
            None => value.is_none(),
            Some(Sort { key: SortKey::TotalSpent, .. }) => value.is_some(),
            Some(Sort { key: SortKey::LastPurchase, .. }) => true,
        };
        if *version != VERSION || !is_real {
            return Err(BadCursor);
        }
        Ok(Self { sort, value, key: u128::from_be_bytes(key) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// A text is the cursor that it writes, or none.
        #[test]
        fn read_strictly(mut bytes in prop::collection::vec(any::<u8>(), 20..30), code in 0..6u8, has_value in 0..3u8) {
            bytes[0] = VERSION;
            bytes[1] = code;
            bytes[2] = has_value;
            let text = URL_SAFE_NO_PAD.encode(&bytes);
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert_eq!(cursor.to_string(), text);
            }
        }

        #[test]
        fn read_back(code in 0..5u8, value: Option<i64>, key: u128) {
            let sort = sort(code).unwrap();
            let value = match sort {
                None => None,
                Some(Sort { key: SortKey::TotalSpent, .. }) => Some(value.unwrap_or(0)),
                Some(_) => value,
            };
            let cursor = Cursor { sort, value, key };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    #[test]
    fn other_texts_are_no_cursors() {
        for text in ["", "a", "AQAA", "ñ", " AQIB", &"A".repeat(36), &"A".repeat(400)] {
            assert_eq!(text.parse::<Cursor>(), Err(BadCursor), "{text}");
        }
    }
}
