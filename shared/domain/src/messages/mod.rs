//! Messages: those we send, with the rules under which they go, and those we get.

pub mod approved;
pub mod buttons;
pub mod gate;
pub mod inbound;
pub mod ledger;
pub mod message;
pub mod opt;
pub mod pace;
pub mod reach;
pub mod reason;
pub mod refusal;
pub(crate) mod reply;
pub mod warm_up;
pub mod yes_or_no;
