//! Senders: the numbers and sessions that a business writes from. They have no routes of their own.

use crate::values::{ButtonTitle, Gateway, Id, Templates, VariableName};
use chrono::NaiveDate;
use domain::SenderId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Approved templates by what they stand for: a message type, or a name of one's own that messages give.
type GivenTemplates = BTreeMap<String, domain::ApprovedTemplates>;

/// A sender in a request: a [`NewSender`], or a [`SenderChange`] of the one that it names.
#[derive(Clone, Deserialize)]
pub struct GivenSender {
    /// Of the one that changes.
    pub sender_id: Option<SenderId>,
    /// Cannot change.
    pub gateway: Option<domain::Gateway>,
    /// At the gateway.
    pub address: Option<String>,
    /// As [`Credentials`] says; read by the gateway's own types.
    pub credentials: Option<Value>,
    /// From 1 to 60,000.
    pub messages_per_minute: Option<u32>,
    /// No day to come.
    pub in_use_since: Option<NaiveDate>,
    /// All of them.
    pub templates: Option<GivenTemplates>,
}

/// A number or session to write from.
#[derive(ToSchema)]
pub struct NewSender {
    /// The service that speaks WhatsApp for it.
    #[schema(value_type = Gateway)]
    pub gateway: String,
    /// `cloud_api`: the phone number id, digits. `whapi`: the channel id. `evolution`: the instance's name. `waha`: the
    /// session's name. No other sender has it.
    #[schema(min_length = 1, max_length = 100, format = "line")]
    pub address: String,
    /// Sealed, and never read back.
    pub credentials: Credentials,
    /// Default 4800 (`cloud_api`) or 20 (the others).
    #[schema(minimum = 1, maximum = 60_000)]
    pub messages_per_minute: Option<u32>,
    /// `evolution` and `waha`: the day since when the number has been in use. A number that was used for less than 14 days
    /// sends marketing slowly, so that WhatsApp does not ban it: 10 messages an hour on its first day, and twice as many
    /// every second day. Without this date a number is new with the first message that Recado sends from it.
    #[schema(value_type = Option<String>, format = Date, examples("2024-03-01"))]
    pub in_use_since: Option<NaiveDate>,
    /// Those that are approved for it.
    pub templates: Option<Templates>,
}

/// A change of a sender: a field that is absent stays as it is. The gateway cannot change. A sender that is named here
/// counts as mended: a restriction or a pause is forgotten.
#[derive(ToSchema)]
pub struct SenderChange {
    /// Which one changes.
    #[schema(value_type = Id)]
    pub sender_id: String,
    /// If given, as it is.
    #[schema(value_type = Option<Gateway>)]
    pub gateway: Option<String>,
    /// `cloud_api`: the phone number id, digits. `whapi`: the channel id. `evolution`: the instance's name. `waha`: the
    /// session's name. No other sender has it.
    #[schema(min_length = 1, max_length = 100, format = "line")]
    pub address: Option<String>,
    /// All of them, in the place of those before.
    pub credentials: Option<Credentials>,
    /// From now on.
    #[schema(minimum = 1, maximum = 60_000)]
    pub messages_per_minute: Option<u32>,
    /// The day since when the number has been in use: see a new sender.
    #[schema(value_type = Option<String>, format = Date, examples("2024-03-01"))]
    pub in_use_since: Option<NaiveDate>,
    /// All templates, in the place of those before.
    pub templates: Option<Templates>,
}

/// A change of a sender that is there, or a sender that is new.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum ChangedSender {
    /// Of the one that it names.
    Change(SenderChange),
    /// It names none.
    New(NewSender),
}

/// The secrets that the sender and its webhooks are known by, different for each gateway. Sealed, and never read back.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum Credentials {
    /// Of `cloud_api`.
    CloudApi(CloudApiCredentials),
    /// Of `whapi`.
    Whapi(WhapiCredentials),
    /// Of `evolution` and of `waha`.
    Session(SessionCredentials),
}

/// Of Meta's Cloud API.
#[derive(ToSchema)]
pub struct CloudApiCredentials {
    /// Bearer token of the Graph API.
    #[schema(min_length = 1)]
    pub access_token: String,
    /// Signs the webhooks.
    #[schema(min_length = 1)]
    pub app_secret: String,
    /// Answers the challenge at set-up.
    #[schema(min_length = 1)]
    pub verify_token: String,
}

/// Of Whapi.
#[derive(ToSchema)]
pub struct WhapiCredentials {
    /// Bearer token of the channel.
    #[schema(min_length = 1)]
    pub token: String,
    /// Comes with each webhook as `Authorization: Bearer …`.
    #[schema(min_length = 1)]
    pub webhook_secret: String,
}

/// Of Evolution and of WAHA.
#[derive(ToSchema)]
pub struct SessionCredentials {
    /// Of the gateway's server.
    #[schema(min_length = 1)]
    pub api_key: String,
    /// `evolution`: comes with each webhook in the header `x-webhook-secret`, so the instance's webhook is given that
    /// header. `waha`: signs the webhooks, as the key of their `hmac`.
    #[schema(min_length = 1)]
    pub webhook_secret: String,
}

/// A template that the gateway has approved.
#[derive(ToSchema)]
pub struct ApprovedTemplate {
    /// The name of the approved template at the gateway.
    #[schema(min_length = 1, max_length = 512, format = "line")]
    pub name: String,
    /// Its language code at the gateway.
    #[schema(examples("pt_BR"), min_length = 1, max_length = 20, format = "line")]
    pub language: String,
    /// Of the occasions of its message type, the one that it is for: `added` or `taken` for `points`, `greeted`,
    /// `proposed` or `asked` for `birthdays_report`, `proposed`, `written` or `asked` for `inactive_report`, and so on: a
    /// wrong one is answered with those that there are. `any` if its words fit them all; the first if absent.
    pub occasion: Option<String>,
    /// Our variables, in the order of its positional parameters. A count has a second variable with its unit:
    /// `points_with_unit` is `1 ponto` or `50 pontos`.
    #[serde(default)]
    #[schema(value_type = Vec<VariableName>, default = json!([]), max_items = 100)]
    pub variables: Vec<String>,
    /// Its text at the gateway, with `{{1}}`, `{{2}}`, … for the parameters. The record of a message shows this text.
    #[schema(max_length = 1024, examples("Oi, {{1}}! Agora você tem {{2}}."))]
    pub body: Option<String>,
    /// The titles of its quick-reply buttons at the gateway, in order. A tap on one means what the button at the same
    /// place of the built-in text means.
    #[serde(default)]
    #[schema(value_type = Vec<ButtonTitle>, default = json!([]), max_items = 10)]
    pub buttons: Vec<String>,
}

/// A number or session that a business writes from. Credentials are never shown.
#[derive(Serialize, ToSchema)]
pub struct Sender {
    /// Written once.
    #[schema(value_type = Id)]
    pub sender_id: SenderId,
    /// The service that speaks WhatsApp for it.
    #[schema(value_type = Gateway)]
    pub gateway: domain::Gateway,
    /// `cloud_api`: the phone number id. `whapi`: the channel id. `evolution`: the instance's name. `waha`: the session's
    /// name.
    pub address: String,
    /// The most that it sends.
    #[schema(minimum = 1)]
    pub messages_per_minute: u32,
    /// The day since when the number has been in use, if it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, examples("2024-03-01"))]
    pub in_use_since: Option<NaiveDate>,
    /// Those that are approved for it.
    #[schema(value_type = Templates)]
    pub templates: GivenTemplates,
    /// Where the gateway's webhooks go. Only in the answer that the sender is made by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("/webhooks/cloud_api/q3Zb0u5d8mXk2Vh1"))]
    pub webhook_path: Option<String>,
}

impl From<domain::Sender> for Sender {
    fn from(sender: domain::Sender) -> Self {
        Self {
            sender_id: sender.sender_id,
            gateway: sender.gateway,
            address: sender.address,
            messages_per_minute: sender.per_minute,
            in_use_since: sender.in_use_since,
            templates: sender.templates,
            webhook_path: None,
        }
    }
}
