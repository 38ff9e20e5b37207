//! The gateways that speak WhatsApp for us, behind one trait: sending, looking for evidence, and the checks and parsing
//! of their webhooks. One folder a gateway.

pub mod cloud_api;
pub mod gateway;
mod json;
pub mod sealing;
pub mod template;
mod transport;
pub mod webhook;
pub mod whapi;

#[cfg(test)]
mod gateway_tests;
#[cfg(test)]
mod test_server;

pub use gateway::{Address, Body, Evidence, GatewayClient, Gateways, Health, Outbound, Outcome, Sought};
pub use sealing::{Credentials, SealingKey};
