//! One sender at one gateway, behind one trait.

use crate::{
    Address, ChatOutcome, ContactOutcome, NoRecording, Outbound, Recording, SearchOutcome, SendOutcome, Sought,
    TypingOutcome,
};
use async_trait::async_trait;
use domain::Phone;
use strum::IntoStaticStr;

/// One sender at one gateway.
#[async_trait]
pub trait GatewayClient: Send + Sync {
    /// Sends one message, once; never repeats by itself.
    async fn send(&self, outbound: &Outbound) -> SendOutcome;

    /// Asks which chat WhatsApp has with the person of a number.
    async fn find_chat(&self, _: &Phone) -> ChatOutcome {
        ChatOutcome::Unsupported
    }

    /// Looks whether a message left.
    async fn find_sent(&self, _: &Sought) -> SearchOutcome {
        SearchOutcome::Unsupported
    }

    /// Asks for the name and the labels of a person.
    async fn contact(&self, _: &Address) -> ContactOutcome {
        ContactOutcome::Unsupported
    }

    /// Shows a person that somebody types, for some seconds or until a message comes. `message` is the gateway's id of the
    /// message that is to be answered.
    async fn show_typing(&self, to: &Address, message: &str) -> TypingOutcome;

    /// Fetches a recording by the gateway's name of it.
    ///
    /// # Errors
    /// It is not there; the error says whether another try may bring it.
    async fn recording(&self, name: &str) -> Result<Recording, NoRecording>;

    /// Asks whether the sender can send.
    async fn health(&self) -> Health;
}

/// Whether the sender can send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Health {
    /// The sender can send.
    Connected,
    /// The sender is being connected.
    Connecting,
    /// Waits for a person to scan a code.
    NeedsLogin,
    /// Cannot send.
    Disconnected,
    /// Not told, or the gateway did not answer.
    Unknown,
}
