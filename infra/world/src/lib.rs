//! The outside world of the laptop run and of the tests: the gateways that speak WhatsApp, simulated over their real
//! protocols, and the people with their phones behind them.
//!
//! [`World::call`] takes a request as a gateway would, without a socket; [`World::serve`] does so on a port of its
//! own, where a lost answer really closes the connection. [`World::run`] makes time pass: ticks move on, webhooks go
//! out through a sink that the composer gives. Everything that was accepted is kept, see [`World::sent`].
//!
//! Time is tokio's (so it can be paused) for waiting, and the given clock's for what is written down.

mod agenda;
mod chat;
mod cloud_api;
mod cloud_errors;
mod fault;
mod keep;
mod page;
mod people;
mod phones;
mod sender;
mod serve;
mod state;
mod webhook;
mod whapi;
mod whapi_settings;

#[cfg(test)]
mod tests;

pub use chat::{Author, Bubble, Contact, Role, Sent, Tick};
pub use fault::{Fault, FaultKind, StandingFault};
pub use keep::Kept;
pub use people::{chat_id, person, user_id, wa_id};
pub use phones::{ChatView, Inbound, UnknownSender};
pub use sender::{Category, Gateway, Sender, Template};
pub use serve::NoAnswer;
pub use state::{Clock, Habits, World};
pub use webhook::{Sink, WebhookAnswer, WebhookCall};
