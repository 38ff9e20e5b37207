//! Event source mappings: what brings a queue's messages and a table's changes to a function.

mod source;

pub use source::StreamSource;
