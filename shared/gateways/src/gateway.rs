//! The gateways behind one trait: send one message, look for evidence of it, ask for the sender's health.

use crate::cloud_api::CloudApi;
use crate::sealing::Credentials;
use crate::whapi::Whapi;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{Gateway, MessageId, Phone, Refusal, Sender};
use kit::env::{FromEnv, Vars};
use kit::http::Http;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use strum::IntoStaticStr;

/// Where a message goes, as the gateway wants it. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Address {
    /// A WhatsApp number.
    Phone(Phone),
    /// Meta's business-scoped user id; Cloud API only.
    Bsuid(String),
    /// The gateway's own id of the chat; Whapi only.
    Chat(String),
}

impl Address {
    /// The best of what is known of a person at this gateway: the chat as the gateway names it (never a LID, which
    /// cannot be sent to), else the phone, else the user id.
    #[must_use]
    pub fn choose(gateway: Gateway, phone: Option<&Phone>, bsuid: Option<&str>, chat_id: Option<&str>) -> Option<Self> {
        let phone = || phone.cloned().map(Self::Phone);
        match gateway {
            Gateway::CloudApi => phone().or_else(|| bsuid.map(|id| Self::Bsuid(id.to_owned()))),
            Gateway::Whapi => {
                chat_id.filter(|id| id.ends_with("@s.whatsapp.net")).map(|id| Self::Chat(id.to_owned())).or_else(phone)
            }
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Phone(_) => "Phone(…)",
            Self::Bsuid(_) => "Bsuid(…)",
            Self::Chat(_) => "Chat(…)",
        })
    }
}

/// What is sent. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// Free text.
    Text(String),
    /// A template that the gateway has approved.
    Template {
        /// Its name at the gateway.
        name: String,
        /// Its language code at the gateway.
        language: String,
        /// For its positional body parameters, in order.
        parameters: Vec<String>,
        /// What the person reads; a gateway without templates sends this.
        text: String,
    },
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(…)"),
            Self::Template { name, language, .. } => write!(f, "Template({name}, {language}, …)"),
        }
    }
}

/// One message to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// Where it goes.
    pub to: Address,
    /// What is sent.
    pub body: Body,
    /// Our id; comes back in the statuses of a gateway that carries it.
    pub message_id: MessageId,
}

/// What came of an attempt to send.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway has it.
    Accepted {
        /// Its id there. Contains the number at Cloud API: not for logs.
        gateway_message_id: String,
    },
    /// The gateway surely does not have it.
    NotAccepted {
        /// What must happen now.
        refusal: Refusal,
        /// The gateway's code or HTTP status, for the record; nothing private.
        detail: String,
    },
    /// The gateway may have it.
    Perhaps {
        /// A stable word first; nothing private.
        reason: String,
    },
}

impl Outcome {
    pub(crate) fn refused(refusal: Refusal, detail: impl Into<String>) -> Self {
        Self::NotAccepted { refusal, detail: detail.into() }
    }

    pub(crate) fn perhaps(reason: impl Into<String>) -> Self {
        Self::Perhaps { reason: reason.into() }
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { .. } => f.write_str("Accepted"),
            Self::NotAccepted { refusal, detail } => write!(f, "NotAccepted({refusal:?}, {detail})"),
            Self::Perhaps { reason } => write!(f, "Perhaps({reason})"),
        }
    }
}

/// A message of which it is not known whether it was accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct Sought {
    /// Where it went.
    pub to: Address,
    /// As the person would read it.
    pub text: String,
    /// When it was claimed, UTC.
    pub since: DateTime<Utc>,
}

impl fmt::Debug for Sought {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sought").field("since", &self.since).finish_non_exhaustive()
    }
}

/// What a look for evidence found.
#[derive(Clone, PartialEq, Eq)]
pub enum Evidence {
    /// Equal messages that left since the claim, oldest first; the first that belongs to no other record is ours.
    Found {
        /// Never empty.
        gateway_message_ids: Vec<String>,
    },
    /// The gateway shows no such message (yet).
    NotFound,
    /// This gateway cannot be asked; its evidence comes by webhook.
    Unsupported,
    /// The look-up failed; ask again.
    Unavailable {
        /// A stable word first; nothing private.
        reason: String,
    },
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found { gateway_message_ids } => write!(f, "Found({})", gateway_message_ids.len()),
            Self::NotFound => f.write_str("NotFound"),
            Self::Unsupported => f.write_str("Unsupported"),
            Self::Unavailable { reason } => write!(f, "Unavailable({reason})"),
        }
    }
}

/// Whether the sender can send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Health {
    /// Ready.
    Connected,
    /// Starting.
    Connecting,
    /// Waits for a person to scan a code.
    NeedsLogin,
    /// Cannot send.
    Disconnected,
    /// Not told, or the gateway did not answer.
    Unknown,
}

/// One sender at one gateway.
#[async_trait]
pub trait GatewayClient: Send + Sync {
    /// Sends one message, once; never repeats by itself.
    async fn send(&self, outbound: &Outbound) -> Outcome;

    /// Looks whether a message left.
    async fn find_sent(&self, sought: &Sought) -> Evidence;

    /// Asks whether the sender can send.
    async fn health(&self) -> Health;
}

/// Where the gateways are and how long to wait for them.
#[derive(Clone, Debug)]
pub struct Gateways {
    /// With version and without a slash at the end, e.g. `https://graph.facebook.com/v26.0`.
    pub cloud_api_url: String,
    /// Without a slash at the end, e.g. `https://gate.whapi.cloud`.
    pub whapi_url: String,
    /// For one call, whole; less than a lease.
    pub timeout: Duration,
}

impl FromEnv for Gateways {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            cloud_api_url: vars.url_or("CLOUD_API_URL", "https://graph.facebook.com/v26.0"),
            whapi_url: vars.url_or("WHAPI_URL", "https://gate.whapi.cloud"),
            timeout: vars.seconds_or("GATEWAY_TIMEOUT_SECONDS", 10),
        }
    }
}

/// The credentials are another gateway's than the sender's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the credentials do not belong to the sender's gateway")]
pub struct WrongCredentials;

impl Gateways {
    /// A client for one sender.
    ///
    /// # Errors
    /// If the credentials are another gateway's.
    pub fn client(
        &self,
        http: Arc<dyn Http>,
        sender: &Sender,
        credentials: Credentials,
    ) -> Result<Box<dyn GatewayClient>, WrongCredentials> {
        match (sender.gateway, credentials) {
            (Gateway::CloudApi, Credentials::CloudApi(credentials)) => {
                Ok(Box::new(CloudApi::new(http, &self.cloud_api_url, &sender.address, credentials, self.timeout)))
            }
            (Gateway::Whapi, Credentials::Whapi(credentials)) => {
                Ok(Box::new(Whapi::new(http, &self.whapi_url, credentials, self.timeout)))
            }
            _ => Err(WrongCredentials),
        }
    }
}
