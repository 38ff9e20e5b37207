//! Sessions of the QR gateway: the operator's backend that opens, reads and stops them, the people who scan their codes,
//! and all that is seen of them.

pub mod actors;
pub mod books;
pub mod life;
pub mod script;

pub use books::Sessions;
