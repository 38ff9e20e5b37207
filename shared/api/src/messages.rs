//! Messages: texts that are sent over WhatsApp, and where they stand.

use crate::parameters::{OfBusiness, PageSize};
use crate::values::{
    CampaignId, GivenKind, Id, MessageDirection, MessageId, MessageKind, MessageName, MessageStatus, MessageType,
    NamedCustomer, NamedPhone, Time, Variables,
};
use crate::{Address, Operation, Schemas, Tag};
use chrono::{DateTime, Utc};
use domain::{BusinessId, CustomerId, Kind, OwnerId, Reason, SenderId, Status};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use strum::{EnumIter, EnumMessage, IntoEnumIterator, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Send a message to a customer
    ///
    /// Accepted at once, sent a moment later; read the message to see where it stands. Marketing goes only to people
    /// who have not opted out, outside the business's quiet hours and within the weekly cap. The same message under the
    /// same `message_id` again is accepted and sent once.
    SendMessage,
    /// List messages
    ///
    /// The newest first, of the last 90 days. A page may have fewer than `limit` and still a `cursor`. A message made
    /// in this moment may not be listed yet. Messages of campaigns are listed by `campaign`, in the order of its audience,
    /// and by their customer; without either they are left out.
    ///
    /// `direction=in` lists what people wrote instead, as `inbound`: what the owners wrote that answers no proposal, or with
    /// a customer what this customer wrote. Then `type`, `status` and `campaign` are refused.
    ListMessages,
    /// Read a message
    ReadMessage,
    /// Send a failed message again
    ///
    /// For a human who knows better. No body.
    RetryMessage,
}

impl crate::Route for Route {
    const TAG: Tag = Tag { name: "Messages", description: "Texts that are sent over WhatsApp, and where they stand." };

    fn address(self) -> Address {
        match self {
            Self::SendMessage => Address::post("/api/messages"),
            Self::ListMessages => Address::get("/api/messages"),
            Self::ReadMessage => Address::get("/api/messages/{*message_id}"),
            Self::RetryMessage => Address::post("/api/messages/{*message_id}/retry"),
        }
    }

    fn operation(self) -> Operation {
        let of_message = || Operation::with_key().path::<MessagePath>().query::<OfBusiness>().not_found();
        match self {
            Self::SendMessage => Operation::with_key()
                .query::<OfBusiness>()
                .body::<NewMessage>([
                    (
                        "plain",
                        "A text",
                        json!({"phone": "5511987654321", "text": "Seu pedido está pronto 🎉", "message_id": "order-812"}),
                    ),
                    (
                        "reply",
                        "A person answers from an inbox, and has the conversation from then on",
                        json!({"phone": "5511987654321", "text": "Oi Ana, aqui é a Rita. Já vejo isso!", "takeover": true}),
                    ),
                    (
                        "template",
                        "An offer, by an approved template outside the 24-hour window",
                        json!({
                            "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
                            "kind": "marketing",
                            "text": "Oi Ana, 20 % de desconto só hoje!",
                            "template": {"name": "offer", "variables": {"name": "Ana", "discount": "20"}},
                            "message_id": "offer-2026-11-21"
                        }),
                    ),
                ])
                .answer::<Message>(202, "The message's record.")
                .not_found()
                .conflict(
                    "message_id_taken",
                    "Another message was sent under this `message_id`",
                    "Another message was sent under this message_id.",
                    "Another message was sent under this message_id.",
                ),
            Self::ListMessages => Operation::with_key()
                .query::<MessagesQuery>()
                .answer::<MessagePage>(200, "A page of messages.")
                .not_found(),
            Self::ReadMessage => of_message().answer::<Message>(200, "The message's record."),
            Self::RetryMessage => of_message().answer::<Message>(202, "It waits to be sent; its record.").conflict(
                "not_failed",
                "The message has neither failed nor is it on its way",
                "Only a failed message can be sent again; this one is delivered.",
                "The current state does not allow this.",
            ),
        }
    }

    fn refine(schemas: &mut Schemas) {
        let to = json!({"oneOf": [{"required": ["customer_id"]}, {"required": ["phone"]}]});
        let what = json!({"anyOf": [{"required": ["text"]}, {"required": ["template"]}]});
        schemas.say("NewMessage", "allOf", json!([to, what]));
        let reasons: Vec<_> = Reason::iter().map(|reason| format!("`{reason}`")).collect();
        schemas.add_to_description("Message", "error_message", &format!(" The words: {}.", reasons.join(", ")));
    }
}

/// The message that a call is about.
#[derive(Deserialize, IntoParams)]
pub struct MessagePath {
    /// The message's whole id. It has slashes in it, which may be written as they are or as `%2F`. Other signs are
    /// encoded once, as `%23` for `#`.
    #[param(value_type = MessageId, example = "direct/order-812")]
    pub message_id: domain::MessageId,
}

/// Who wrote the messages of a list.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumIter)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The business, to its owners and customers.
    Out,
    /// People, to the business.
    In,
}

/// Which messages, and which page of them.
#[derive(Deserialize, IntoParams)]
pub struct MessagesQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// `out`: messages that the business sends. `in`: what people wrote to it.
    #[param(inline, value_type = Option<MessageDirection>)]
    pub direction: Option<Direction>,
    /// Only of this type.
    #[param(value_type = Option<MessageType>)]
    pub r#type: Option<domain::MessageType>,
    /// Only those that stand here now.
    #[param(value_type = Option<MessageStatus>)]
    pub status: Option<Status>,
    /// Created at this time or later; of what people wrote, written then.
    #[param(value_type = Option<Time>, example = "2026-11-20T00:00:00Z")]
    pub from: Option<DateTime<Utc>>,
    /// Created or written before this time.
    #[param(value_type = Option<Time>, example = "2026-11-21T00:00:00Z")]
    pub to: Option<DateTime<Utc>>,
    /// Only to this customer, or by this one, by id. One that does not exist is 404.
    #[param(value_type = Option<Id>)]
    pub customer_id: Option<CustomerId>,
    /// The same, by phone: with `+` and the country code, or as it is dialled in the business's country.
    #[param(value_type = Option<NamedPhone>, example = "5511987654321")]
    pub phone: Option<String>,
    /// The same, by id or phone. At most one of `customer_id`, `phone` and `customer`.
    // Without an example: pages of documentation fill in every example.
    #[param(inline, value_type = Option<NamedCustomer>)]
    pub customer: Option<String>,
    /// Only to this owner, or by this owner. One that does not exist is 404.
    #[param(value_type = Option<Id>)]
    pub owner_number_id: Option<OwnerId>,
    /// Only of this campaign. One that does not exist is 404.
    #[param(value_type = Option<CampaignId>)]
    pub campaign: Option<domain::CampaignId>,
    /// Messages on a page, at most.
    #[param(inline)]
    pub limit: Option<PageSize>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// A message to send to a customer.
#[derive(Deserialize, ToSchema)]
pub struct NewMessage {
    /// This or `phone`.
    #[schema(value_type = Option<Id>)]
    pub customer_id: Option<CustomerId>,
    /// This or `customer_id`. With `+` and the country code, or as it is dialled in the business's country.
    #[schema(value_type = Option<NamedPhone>)]
    pub phone: Option<String>,
    /// As the person reads it. May be left out if there is a template. To `marketing`, of at most 4000 characters, a sentence
    /// is added that tells how to stop it, unless the text tells the word to answer.
    #[schema(max_length = 4096)]
    pub text: Option<String>,
    /// An approved template.
    pub template: Option<GivenTemplate>,
    /// The rules that it is under; `transactional` if it is absent.
    #[schema(value_type = Option<GivenKind>)]
    pub kind: Option<Kind>,
    /// The caller's own name of the message, so that it is sent once. 1 to 128 printable ASCII characters without
    /// blanks.
    #[schema(value_type = Option<MessageName>)]
    pub message_id: Option<domain::MessageName>,
    /// Whether a person of the business writes it: they have the conversation from then on, as by
    /// `POST /api/conversations/{customer}/takeover`, and what the customer had asked is answered. A notice of a system
    /// leaves the conversation to the assistant. Not with `marketing`.
    #[serde(default)]
    #[schema(default = false)]
    pub takeover: bool,
}

/// An approved template (gateway `cloud_api`). It goes in the place of the text, also to people who have written in the last
/// 24 hours. To these the text goes if the template cannot be filled.
#[derive(Deserialize, ToSchema)]
pub struct GivenTemplate {
    /// Its name among the sender's `templates`.
    #[schema(min_length = 1, max_length = 512, format = "line")]
    pub name: String,
    /// By name.
    #[serde(default)]
    #[schema(value_type = Variables)]
    pub variables: BTreeMap<String, String>,
}

/// The text of a message, and what an approved template is filled with.
#[derive(Serialize, ToSchema)]
pub struct Content {
    /// As the person reads it: where an approved template went, its body with the values filled in. A template whose
    /// `body` the business has not given is shown by its name and the values.
    pub text: String,
    /// The template that was asked for, by its name among the sender's `templates`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// For an approved template, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    /// The choices below the text. A phone that is shown no buttons has them as numbered lines there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 3)]
    pub buttons: Vec<Button>,
}

/// A choice that the person may tap.
#[derive(Serialize, ToSchema)]
pub struct Button {
    /// Comes back with the tap.
    #[schema(min_length = 1, max_length = 256, examples("appointment/bath-812/come"))]
    pub id: String,
    /// As the phone shows it.
    #[schema(min_length = 1, max_length = 25, examples("Vou"))]
    pub title: String,
}

/// The approved template that went.
#[derive(Serialize, ToSchema)]
pub struct SentAs {
    /// Its name at the gateway.
    #[schema(examples("recado_points"))]
    pub template: String,
    /// Its language code at the gateway.
    #[schema(examples("pt_BR"))]
    pub language: String,
}

/// The record of one message. Kept 90 days.
#[derive(Serialize, ToSchema)]
#[schema(examples(
    json!({
        "message_id": "direct/order-812",
        "business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01",
        "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
        "sender_id": null,
        "message_type": "direct",
        "kind": "transactional",
        "content": {"text": "Seu pedido está pronto 🎉"},
        "sent_as": null,
        "scheduled_for": "2026-11-21T14:10:00.120Z",
        "status": "pending",
        "attempts": 0,
        "next_attempt_at": "2026-11-21T14:25:00.120Z",
        "sent_at": null,
        "gateway_message_id": null,
        "error_message": null,
        "metadata": {},
        "created_at": "2026-11-21T14:10:00.120Z"
    }),
    json!({
        "message_id": "direct/offer-2026-11-21",
        "business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01",
        "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
        "sender_id": null,
        "message_type": "direct",
        "kind": "marketing",
        "content": {"text": "20 % off!", "template": "offer", "variables": {"name": "Ana", "discount": "20"}},
        "sent_as": null,
        "scheduled_for": "2026-11-21T14:12:00.400Z",
        "status": "skipped",
        "attempts": 0,
        "next_attempt_at": null,
        "sent_at": null,
        "gateway_message_id": null,
        "error_message": "opted_out: The person has opted out of marketing.",
        "metadata": {},
        "created_at": "2026-11-21T14:12:00.400Z"
    })
))]
pub struct Message {
    /// Its name, by its purpose.
    #[schema(value_type = MessageId)]
    pub message_id: domain::MessageId,
    /// The business that it belongs to.
    #[schema(value_type = Id)]
    pub business_id: BusinessId,
    /// The owner, if it goes to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>)]
    pub owner_number_id: Option<OwnerId>,
    /// The customer, if it goes to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>)]
    pub customer_id: Option<CustomerId>,
    /// The sender it left from, once it was tried.
    #[schema(value_type = Option<Id>, required)]
    pub sender_id: Option<SenderId>,
    /// Which text it is.
    #[schema(value_type = MessageType)]
    pub message_type: domain::MessageType,
    /// The rules that it is under.
    #[schema(value_type = MessageKind)]
    pub kind: Kind,
    /// The text, and what an approved template is filled with.
    pub content: Content,
    /// The approved template that it went as; `null` if it went as free text or has not gone.
    #[schema(required)]
    pub sent_as: Option<SentAs>,
    /// Not sent before.
    #[schema(value_type = Time)]
    pub scheduled_for: DateTime<Utc>,
    /// Where it stands.
    #[schema(value_type = MessageStatus)]
    pub status: Status,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is looked at again at the latest; `null` if it is settled.
    #[schema(value_type = Option<Time>, required)]
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When the gateway took it.
    #[schema(value_type = Option<Time>, required)]
    pub sent_at: Option<DateTime<Utc>>,
    /// The gateway's own id.
    #[schema(required)]
    pub gateway_message_id: Option<String>,
    /// Why it waits, is skipped, failed or unknown: a stable word, a colon, a sentence.
    #[schema(required)]
    pub error_message: Option<String>,
    /// The campaign that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<CampaignId>)]
    pub campaign_id: Option<domain::CampaignId>,
    /// Free, for people.
    pub metadata: BTreeMap<String, String>,
    /// When the record was made.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
}

impl From<domain::Message> for Message {
    fn from(message: domain::Message) -> Self {
        let buttons = message.shown_buttons().into_iter().map(|it| Button { id: it.id, title: it.title }).collect();
        Self {
            owner_number_id: message.owner_id(),
            customer_id: message.customer_id(),
            message_id: message.message_id,
            business_id: message.business_id,
            sender_id: message.sender_id,
            message_type: message.message_type,
            kind: message.kind,
            content: Content {
                buttons,
                text: message.sent_as.as_ref().map_or(message.content.text, |sent| sent.text.clone()),
                template: message.content.template,
                variables: message.content.variables,
            },
            sent_as: message.sent_as.map(|sent| SentAs { template: sent.template, language: sent.language }),
            scheduled_for: message.scheduled_for,
            status: message.status,
            attempts: message.attempts,
            next_attempt_at: message.next_attempt_at,
            sent_at: message.sent_at,
            gateway_message_id: message.gateway_message_id,
            error_message: message.error_message,
            campaign_id: message.campaign_id,
            metadata: message.metadata,
            created_at: message.created_at,
        }
    }
}

/// What a person wrote to the business. Kept 90 days.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "gateway_message_id": "wamid.HBgNNTUxMTk4NzY1NDMyMRUCABIYFDNB",
    "business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01",
    "owner_number_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c02",
    "sender_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c03",
    "at": "2026-11-21T14:12:00Z",
    "kind": "text",
    "text": "Amanhã abrimos só às dez."
})))]
pub struct InboundMessage {
    /// The gateway's own id.
    pub gateway_message_id: String,
    /// The business that it was written to.
    #[schema(value_type = Id)]
    pub business_id: BusinessId,
    /// The owner, if one wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>)]
    pub owner_number_id: Option<OwnerId>,
    /// The customer, if one wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Id>)]
    pub customer_id: Option<CustomerId>,
    /// The sender that it was written to.
    #[schema(value_type = Id)]
    pub sender_id: SenderId,
    /// When it was written.
    #[schema(value_type = Time)]
    pub at: DateTime<Utc>,
    /// What it is.
    pub kind: crate::conversations::SaidKind,
    /// As it was written. What is no text is told in brackets, as `[image: my dog]`.
    pub text: String,
    /// The gateway's own name of the file, if it is one. Recado keeps no files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
}

/// A page of messages.
#[derive(Serialize, ToSchema)]
pub struct MessagePage {
    /// The newest first. Empty for `direction=in`.
    pub messages: Vec<Message>,
    /// For `direction=in`: what people wrote, the newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbound: Option<Vec<InboundMessage>>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
}
