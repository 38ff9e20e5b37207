//! The gateways that speak WhatsApp for us. The files here are the core, which knows no gateway. Each folder is one
//! gateway and holds all that is known of it. [`adapter`] is the list of them.

mod adapter;
mod adapters;
mod address;
mod attention;
mod client;
mod cloud_api;
mod credentials;
mod evolution;
mod json;
mod outbound;
mod outcome;
mod protocol;
mod recordings;
mod sealing;
mod search;
mod session_secrets;
mod sessions;
mod spellings;
pub mod template;
mod told;
mod transport;
mod waha;
mod webhook;
mod whapi;

#[cfg(test)]
mod tests;

pub use adapter::{Adapter, Endpoint};
pub use adapters::{Gateways, WrongCredentials, adapter};
pub use address::Address;
pub use attention::{ContactOutcome, TypingOutcome};
pub use client::{GatewayClient, Health};
pub use credentials::{Credentials, CredentialsError};
pub use outbound::{Body, Outbound};
pub use outcome::SendOutcome;
pub use recordings::{NoRecording, Recording};
pub use sealing::{NONCE_LEN, SealError, SealingKey};
pub use search::{ChatOutcome, SearchOutcome, Sought};
pub use session_secrets::SessionSecrets;
pub use sessions::{SessionClient, SessionError, SessionWebhook};
pub use transport::Connection;
pub use webhook::NotJson;
