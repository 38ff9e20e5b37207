//! Webhooks: where the gateways report.

use crate::values::Gateway;
use crate::{Address, Operation, Tag};
use serde::Deserialize;
use serde_json::json;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::IntoParams;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ResponseBuilder, Schema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Answer Meta's challenge at set-up
    VerifyWebhook,
    /// Take what a gateway reports
    ///
    /// Messages, statuses and events as the gateway writes them, at most 4 MiB. Checked over the raw bytes and put into
    /// queues; a part that is not understood is ignored. Anything but 200 makes the gateway deliver again.
    ReceiveWebhook,
}

impl crate::Route for Route {
    const TAG: Tag = Tag { name: "Webhooks", description: "Where the gateways report. No API key." };

    fn address(self) -> Address {
        match self {
            Self::VerifyWebhook => Address::get("/webhooks/{gateway}/{secret}"),
            Self::ReceiveWebhook => Address::post("/webhooks/{gateway}/{secret}"),
        }
    }

    fn operation(self) -> Operation {
        match self {
            Self::VerifyWebhook => {
                let text = ObjectBuilder::new().schema_type(Type::String).build();
                let content =
                    ContentBuilder::new().schema(Some(Schema::Object(text))).example(Some(json!("1158201444")));
                let answer =
                    ResponseBuilder::new().description("The challenge.").content("text/plain", content.build());
                Operation::with_schemes(&[])
                    .path::<WebhookPath>()
                    .query::<Challenge>()
                    .response(200, answer)
                    .problems(&["400", "401", "403", "404", "default"])
            }
            Self::ReceiveWebhook => Operation::with_schemes(&[
                "metaSignature",
                "whapiSecret",
                "evolutionSecret",
                "wahaSignature",
            ])
            .path::<WebhookPath>()
            .foreign_body([
                ("cloud_api", "From Meta", json!({"object": "whatsapp_business_account", "entry": []})),
                (
                    "whapi",
                    "From Whapi",
                    json!({"messages": [], "event": {"type": "messages", "event": "post"},
                            "channel_id": "THORHM-K4T8S"}),
                ),
                (
                    "evolution",
                    "From Evolution",
                    json!({"event": "connection.update", "instance": "acme-1", "date_time": "2026-11-21T15:00:00.000Z",
                            "data": {"instance": "acme-1", "state": "open", "statusReason": 200}}),
                ),
                (
                    "waha",
                    "From WAHA",
                    json!({"id": "evt_01", "timestamp": 1_795_284_000_000_i64, "event": "session.status",
                            "session": "acme-1", "payload": {"status": "WORKING", "statuses": []}}),
                ),
            ])
            .response(200, ResponseBuilder::new().description("Taken. No body."))
            .problems(&["400", "401", "404", "413", "default"]),
        }
    }
}

/// The sender that a webhook is of.
#[derive(Deserialize, IntoParams)]
pub struct WebhookPath {
    /// The sender's gateway.
    #[param(value_type = Gateway)]
    pub gateway: String,
    /// Names the sender: the last part of its `webhook_path`.
    #[param(example = "q3Zb0u5d8mXk2Vh1")]
    pub secret: String,
}

/// Meta's question at set-up.
#[derive(Deserialize, IntoParams)]
pub struct Challenge {
    /// `subscribe`; anything else is 403.
    #[serde(rename = "hub.mode", default)]
    #[param(example = "subscribe")]
    pub mode: String,
    /// The `verify_token` of the sender's credentials.
    #[serde(rename = "hub.verify_token", default)]
    #[param(example = "chosen at set-up")]
    pub verify_token: String,
    /// The text to answer with.
    #[serde(rename = "hub.challenge", default)]
    #[param(example = "1158201444")]
    pub challenge: String,
}
