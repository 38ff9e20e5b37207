//! Everything said to the outside and from it: queue tasks and bus events with their producers, the
//! WhatsApp gateways behind one trait, and the checks and parsing of their webhooks.

pub mod cloud_api;
mod cloud_api_codes;
pub mod events;
pub mod gateway;
pub mod inbound;
mod json;
pub mod producer;
pub mod sealing;
pub mod tasks;
pub mod template;
mod transport;
pub mod webhook;
pub mod whapi;

#[cfg(test)]
mod gateway_tests;
#[cfg(test)]
mod test_server;

pub use gateway::{Address, Body, Evidence, GatewayClient, Health, Outbound, Outcome, Refusal, Sought};
pub use inbound::{
    Identity, IdentityChange, InboundKind, InboundMessage, Preference, SenderEvent, StatusError, StatusUpdate,
};
pub use producer::{Bus, Queue, QueueUrls, Queues, Unsent};
pub use sealing::{Credentials, SealingKey};
