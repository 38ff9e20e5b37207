//! The search of customers: an index for each business, kept as objects of a store.
//!
//! A *part* is an object with rows in the order of their ids, column by column. A *manifest* lists the parts of the
//! index in their order and holds the newest rows itself. Each commit writes one manifest more, under the next number,
//! and only if nobody has written that number: so commits stand in one line, and a reader sees whole ones. A row hides
//! those of the same customer in older parts.
//!
//! A [`Snapshot`] holds its parts in memory as they are stored. What a query needs besides (the rows of a value, the
//! order by a number) is made of the columns when it is first asked for.

mod bits;
mod builder;
mod cursor;
mod error;
mod filter;
mod format;
mod index;
mod kept;
mod kinds;
mod lists;
mod manifest;
mod matching;
mod merge;
mod numbers;
mod page;
mod part;
mod row;
mod snapshot;
mod store;
mod sweep;
mod walk;

pub use cursor::{BadCursor, Cursor};
pub use error::SearchError;
pub use filter::Query;
pub use index::{Index, Limits};
pub use kept::Kept;
pub use page::Page;
pub use row::{Change, Row};
pub use snapshot::{Cost, Snapshot};
