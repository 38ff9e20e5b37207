//! The calls of the store to DynamoDB, whatever the table: every call is metered, and every conditional write carries
//! its attempt token.

mod calls;
pub(crate) mod cursor;
mod error;
mod item;
mod meter;
mod write;

pub(crate) use calls::{Found, Outcome, Query, ROUNDS, Refusal, Transacted, hash};
pub use error::StoreError;
pub(crate) use item::{
    EXPIRES_AT, Item, VERSION, from_item, millis, number, read_millis, read_number, read_text, stamp, text, to_item,
    versioned,
};
pub use item::{Updated, Versioned};
pub use meter::{Call, Meter, Usage};
pub(crate) use write::Write;
