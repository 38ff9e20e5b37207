//! The outside world of the laptop run and of the tests: the gateways that speak WhatsApp, simulated over their real
//! protocols, and the people with their phones behind them.
//!
//! `core` has the people, the phones, the chats and all that goes wrong; it knows no protocol but by its trait. Each
//! protocol is a folder: what it answers, and how its webhooks are written. To add one, add its folder, its `mod` below
//! and its line in `list`.
//!
//! Two services stand beside the gateways: `upstream`, the operator's own, and `model`, a server of language models.
//!
//! [`World::call`] takes a request as a gateway would, without a socket; [`World::serve`] does so on a port of its
//! own, where a lost answer really closes the connection. [`World::run`] makes time pass: ticks move on, webhooks go
//! out through a sink that the composer gives. Everything that was accepted is kept, see [`World::sent`], but for a
//! limit that [`World::remember`] sets.
//!
//! Time is tokio's (so it can be paused) for waiting, and the given clock's for what is written down.

mod core;
mod list;
mod model;
mod page;
mod page_model;
mod page_sessions;
mod picture;
mod protocols;
mod upstream;

mod cloud_api;
mod evolution;
mod waha;
mod whapi;

#[cfg(test)]
mod tests;

pub use crate::core::answers::NoAnswer;
pub use crate::core::chat::{Author, Bubble, Button, Contact, Listed, Role, Sent, Tick};
pub use crate::core::fault::{Call, FaultKind, FaultRule, StandingRule};
pub use crate::core::gateway::Gateway;
pub use crate::core::keep::Kept;
pub use crate::core::people::{chat_id, person, user_id, wa_id};
pub use crate::core::phones::{ByHand, ChatView, Inbound};
pub use crate::core::sender::{Category, Sender, Template};
pub use crate::core::session::SessionState;
pub use crate::core::session_people::{SessionRefusal, SessionView};
pub use crate::core::update::{Sink, WebhookAnswer, WebhookCall};
pub use crate::core::world::{Clock, Habits, UnknownSender, World};
pub use crate::model::{
    ModelCounts, ModelEndpoint, ModelFault, ModelRequest, ModelRole, ModelRule, ModelStatus, ModelTurn,
    StandingModelRule,
};
pub use crate::upstream::{
    Batch, Effect, Endpoint, Outcome, StandingUpstreamRule, Told, UpstreamCounts, UpstreamFault, UpstreamRule,
};
