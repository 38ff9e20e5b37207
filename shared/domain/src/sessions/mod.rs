//! Sessions of QR gateways: one WhatsApp connection each, opened for a user of the operator.

pub mod limits;
pub mod news;
pub mod pulse;
pub mod session;
mod track;
pub mod user;

pub use news::{SessionEvent, SessionNews};
pub use pulse::Pulse;
pub use session::{Code, Flight, How, Session, SessionStatus, Told};
pub use track::{Command, Dropped, Forward, Taken, Tracked};
pub use user::UserId;

#[cfg(test)]
mod tests;
