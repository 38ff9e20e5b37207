//! Names of things. Ids are deterministic: an effect that is made once has an id built from its purpose.

use crate::inbound::AccountNotice;
use crate::{AutomationName, OptChange};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

uuid_id! {
    /// A tenant.
    BusinessId
}
uuid_id! {
    /// A person at one business, UUID v7.
    CustomerId
}
uuid_id! {
    /// An API key, not the key itself.
    KeyId
}
uuid_id! {
    /// A person at the business, reached at a WhatsApp number.
    OwnerId
}
uuid_id! {
    /// The number or session that a business writes from.
    SenderId
}

uuid_id! {
    /// A session of a QR gateway; at the gateway it has this name too.
    SessionId
}

/// An id that was refused, with the form that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{expected}")]
pub struct IdError {
    expected: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $max:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The longest allowed, in bytes.
            pub const MAX_LEN: usize = $max;

            /// The text as it is stored.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let ok = !text.is_empty() && text.len() <= $max && text.bytes().all(|b| (0x21..0x7f).contains(&b));
                if ok { Ok(Self(text.to_owned())) } else { Err(IdError { expected: $expected }) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

text_id! {
    /// The caller's name for a points entry, unique for a customer.
    LoadId, 128, "expected 1 to 128 printable ASCII characters without blanks"
}

text_id! {
    /// The caller's name for an appointment, unique within a business; one of ours where the caller gives none.
    AppointmentId, 128, "expected 1 to 128 printable ASCII characters without blanks"
}
text_id! {
    /// The caller's name for a purchase, unique within a business.
    InvoiceId, 128, "expected 1 to 128 printable ASCII characters without blanks"
}
text_id! {
    /// The caller's name for a campaign, unique within a business; one of ours where the caller gives none.
    CampaignId, 128, "expected 1 to 128 printable ASCII characters without blanks"
}
text_id! {
    /// A business's name of a saved search.
    SearchName, 64, "expected 1 to 64 printable ASCII characters without blanks"
}

const NAME: &str = "expected 1 to 128 printable ASCII characters without blanks and ?, and no part between slashes that is \
                    empty, . or ..";

/// Whether a text can stand in the path of an address, whatever is on the way: API Gateway cuts a path at `?`, and clients
/// leave out parts that are `.` or `..`.
fn is_addressable(text: &str) -> bool {
    !text.contains('?') && text.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

impl AppointmentId {
    /// The appointment that a customer asks for by a message, named by its number within the chat. It names nobody: what is
    /// kept of it beside the appointment stays when the customer is erased.
    #[must_use]
    pub fn of_chat(customer: CustomerId, sequence: u64) -> Self {
        let hash = Sha256::digest(format!("{customer}/{sequence}"));
        Self(format!("chat-{}", hex::encode(hash.get(..12).unwrap_or(&hash))))
    }
}

impl CampaignId {
    /// The campaign of a proposal. No caller can give this name: theirs begin with no point.
    #[must_use]
    pub fn of_proposal(automation: AutomationName, date: NaiveDate) -> Self {
        Self(format!(".{automation}.{date}"))
    }
}

macro_rules! given {
    ($($name:ident),+) => {$(
        impl $name {
            /// Reads one that a caller gives now: those that were kept before may be less narrow.
            ///
            /// # Errors
            /// With the form that was expected.
            pub fn given(text: &str) -> Result<Self, IdError> {
                let id = text.parse().ok().filter(|_| is_addressable(text));
                id.ok_or(IdError { expected: NAME })
            }
        }
    )+};
}

given!(LoadId, AppointmentId, InvoiceId);

impl SearchName {
    /// Reads one that a caller gives now. It is one part of an address.
    ///
    /// # Errors
    /// With the form that was expected.
    pub fn given(text: &str) -> Result<Self, IdError> {
        let expected = "expected 1 to 64 letters, digits, -, _ and .";
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let id = text.parse().ok().filter(|_| text.bytes().all(plain) && is_addressable(text));
        id.ok_or(IdError { expected })
    }
}

impl CampaignId {
    /// Reads one that a caller gives now. It is one part of an address.
    ///
    /// # Errors
    /// With the form that was expected.
    pub fn given(text: &str) -> Result<Self, IdError> {
        let expected = "expected 1 to 128 letters, digits, -, _, . and :, and no . at the beginning";
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        let id = text.parse().ok().filter(|_| text.bytes().all(plain) && !text.starts_with('.'));
        id.ok_or(IdError { expected })
    }
}

text_id! {
    /// Named by the purpose of the message: two attempts at the same effect meet in the same id. Unique within a
    /// business.
    MessageId, 256, "expected 1 to 256 printable ASCII characters without blanks"
}

impl MessageId {
    /// The id of a purpose: a word, and the ids and dates that tell it from every other. Each of them is printable
    /// ASCII without blanks.
    #[must_use]
    pub fn of(text: String) -> Self {
        Self(text)
    }

    /// A message that an API caller sends and names.
    #[must_use]
    pub fn direct(name: &MessageName) -> Self {
        Self::of(format!("direct/{name}"))
    }

    /// A message that an API caller sends and does not name.
    #[must_use]
    pub fn direct_unnamed(id: Uuid) -> Self {
        Self::of(format!("direct/{id}"))
    }

    /// The confirmation of an opt-out or opt-in: one for each change of the person's mind, and one a local day at most.
    /// `before` is when they last decided otherwise, UTC.
    #[must_use]
    pub fn opt_confirmation(
        customer: CustomerId,
        change: OptChange,
        before: Option<DateTime<Utc>>,
        day: NaiveDate,
    ) -> Self {
        let change = match change {
            OptChange::Out => "out",
            OptChange::In => "in",
        };
        Self::of(format!("opt/{customer}/{change}/{}/{day}", before.map_or(0, |at| at.timestamp_millis())))
    }

    /// The one question whether promotions are to end.
    #[must_use]
    pub fn opt_question(customer: CustomerId) -> Self {
        Self::of(format!("opt-question/{customer}"))
    }

    /// A campaign's message to a customer.
    #[must_use]
    pub fn campaign(campaign: &CampaignId, customer: CustomerId) -> Self {
        Self::of(format!("campaign/{campaign}/{customer}"))
    }

    /// The message that tells an owner of a gateway's notice, by what it says.
    #[must_use]
    pub fn sender_notice(owner: OwnerId, notice: &AccountNotice) -> Self {
        let AccountNotice { field, template, language, before, after, time, concern: _ } = notice;
        let hash = Sha256::digest(format!("{field}/{template:?}/{language:?}/{before:?}/{after:?}/{time:?}"));
        Self::of(format!("notice/{owner}/{}", hex::encode(hash.get(..16).unwrap_or(&hash))))
    }
}

/// A caller's own name of a message, for idempotency.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct MessageName(LoadId);

impl MessageName {
    /// The longest allowed, in bytes.
    pub const MAX_LEN: usize = LoadId::MAX_LEN;
}

impl fmt::Display for MessageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for MessageName {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        LoadId::given(text).map(Self)
    }
}

impl TryFrom<String> for MessageName {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Marks one attempt at a conditional write, so that a repeat by the SDK after a lost answer
/// recognises its own work in the item that stood in its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attempt(pub String);

/// The recipient of a message, canonical: the same person under any spelling is the same recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// A customer of the business.
    Customer(CustomerId),
    /// An owner of the business.
    Owner(OwnerId),
}

impl FromStr for Recipient {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || match text.split_once('/')? {
            ("customer", id) => id.parse().ok().map(Self::Customer),
            ("owner", id) => id.parse().ok().map(Self::Owner),
            _ => None,
        };
        read().ok_or(IdError { expected: "expected customer/{id} or owner/{id}" })
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(id) => write!(f, "customer/{id}"),
            Self::Owner(id) => write!(f, "owner/{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_id_can_be_read_back() {
        let customer = CustomerId(Uuid::from_u128(7));
        let longest = "~".repeat(LoadId::MAX_LEN);
        for id in [
            MessageId::direct(&longest.parse().unwrap()),
            MessageId::opt_confirmation(customer, OptChange::Out, None, NaiveDate::MIN),
            MessageId::opt_confirmation(customer, OptChange::In, Some(DateTime::UNIX_EPOCH), NaiveDate::MAX),
            MessageId::opt_question(customer),
        ] {
            assert_eq!(id.to_string().parse::<MessageId>().unwrap(), id);
        }
    }

    #[test]
    fn a_given_name_can_stand_in_an_address() {
        for name in ["a", "sale#1", "sale%41", "a/b", "a\\b", "...", ".a", "a..", "a:b"] {
            assert_eq!(LoadId::given(name).map(|id| id.to_string()), Ok(name.to_owned()));
            assert!(name.parse::<MessageName>().is_ok());
        }
        for name in ["", "a?b", ".", "..", "a/../b", "a/.", "/a", "a/", "a//b", "a b"] {
            assert!(LoadId::given(name).is_err() && name.parse::<MessageName>().is_err(), "{name}");
        }
    }

    #[test]
    fn a_campaigns_name_is_one_part_of_an_address() {
        for name in ["spring-2027", "a.b:c_d", "0"] {
            assert_eq!(CampaignId::given(name).map(|id| id.to_string()), Ok(name.to_owned()));
        }
        for name in ["", "a/b", "a?b", ".", "..", ".a", "a b", "a%41", "ñ"] {
            assert!(CampaignId::given(name).is_err(), "{name}");
        }
    }

    #[test]
    fn refused_with_what_was_expected() {
        for text in ["", "a b", "ñ", "a\n", &"x".repeat(129)] {
            let error = text.parse::<LoadId>().unwrap_err();
            assert_eq!(error.to_string(), "expected 1 to 128 printable ASCII characters without blanks");
        }
    }
}
