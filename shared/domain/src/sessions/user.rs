//! The operator's own names of users.

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The operator's own name of a user: it travels with everything that is told of the user's session, as it was given.
/// `1` and `"1"` name the same user.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum UserId {
    /// A whole number.
    Number(i64),
    /// Any other name.
    Text(String),
}

impl UserId {
    /// The longest allowed, in bytes.
    pub const MAX_LEN: usize = 128;

    /// Whether it can be a name: 1 to [`UserId::MAX_LEN`] printable characters of ASCII without blanks.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        match self {
            Self::Number(_) => true,
            Self::Text(text) => {
                (1..=Self::MAX_LEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
            }
        }
    }
}

impl<'de> Deserialize<'de> for UserId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = UserId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number or a text")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<UserId, E> {
                Ok(UserId::Number(number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<UserId, E> {
                i64::try_from(number).map(UserId::Number).map_err(|_| E::custom("expected at most 9223372036854775807"))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<UserId, E> {
                Ok(UserId::Text(text.to_owned()))
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// Hides it: it may be a name or a number of a person.
impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserId(…)")
    }
}
