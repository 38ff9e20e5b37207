//! Conversations: the inbox of a business, and who answers in it, the assistant or a person.

use crate::customers::CustomerPath;
use crate::parameters::{OfBusiness, PageSize};
use crate::values::{Id, MessageId, MessageStatus, MessageType, Phone, Time};
use crate::{Address, Operation, Tag};
use chrono::{DateTime, Utc};
use domain::chat::handover::{Handover, Stage, Standing};
use domain::inbound::InboundKind;
use domain::{BusinessId, CustomerId, Status};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// List conversations
    ///
    /// The one with the newest message first, of the last 90 days. A page may have fewer than `limit` and still a `cursor`. A
    /// conversation that has changed in this moment may still stand where it stood.
    ListConversations,
    /// Read a conversation
    ///
    /// What both sides wrote in the last 90 days, the newest first, by the time at which it was written or made. A customer
    /// who has never written has an empty one.
    ReadConversation,
    /// Take a conversation over
    ///
    /// A person answers from now on, and the assistant is silent until the conversation is given back, or until the business's
    /// `handover_minutes` after the person's last message on the phone or the last call of this route. So a person who answers
    /// by `POST /api/messages` calls it before each answer. No body.
    TakeConversationOver,
    /// Give a conversation back to the assistant
    ///
    /// What the customer wrote meanwhile is answered, unless a person has answered it. A conversation that no person has stays
    /// as it is. No body.
    ReleaseConversation,
}

impl crate::Route for Route {
    const TAG: Tag = Tag {
        name: "Conversations",
        description: "What both sides write, and who answers: the assistant or a person.",
    };

    fn address(self) -> Address {
        match self {
            Self::ListConversations => Address::get("/api/conversations"),
            Self::ReadConversation => Address::get("/api/conversations/{customer}"),
            Self::TakeConversationOver => Address::post("/api/conversations/{customer}/takeover"),
            Self::ReleaseConversation => Address::post("/api/conversations/{customer}/release"),
        }
    }

    fn operation(self) -> Operation {
        let of_customer = || Operation::with_key().path::<CustomerPath>().not_found();
        match self {
            Self::ListConversations => Operation::with_key()
                .query::<ConversationsQuery>()
                .answer::<ConversationList>(200, "A page of conversations."),
            Self::ReadConversation => of_customer()
                .query::<ConversationQuery>()
                .answer::<ConversationPage>(200, "The conversation and a page of its messages."),
            Self::TakeConversationOver => {
                of_customer().query::<OfBusiness>().answer::<Conversation>(200, "The conversation, which a person has.")
            }
            Self::ReleaseConversation => of_customer()
                .query::<OfBusiness>()
                .answer::<Conversation>(200, "The conversation, which the assistant has again."),
        }
    }
}

/// Which conversations of a business are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumIter)]
#[serde(rename_all = "lowercase")]
#[schema(default = "all")]
pub enum Wanted {
    /// Those that go on without a person.
    Open,
    /// Those to which a person is called, or which one has.
    Human,
    /// All.
    #[default]
    All,
}

/// Which conversations, and which page of them.
#[derive(Deserialize, IntoParams)]
pub struct ConversationsQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// `open`: those that go on without a person. `human`: those to which a person is called, or which one has. `all`: these,
    /// and those that have ended.
    #[param(inline)]
    pub state: Option<Wanted>,
    /// Conversations on a page, at most.
    #[param(inline)]
    pub limit: Option<PageSize>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// Which page of a conversation.
#[derive(Deserialize, IntoParams)]
pub struct ConversationQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// Messages on a page, at most.
    #[param(inline)]
    pub limit: Option<PageSize>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// Where a conversation stands: `open`, it goes on without a person; `human`, a person is called or has it; `quiet`, ten
/// minutes have passed since its last message.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the type's text says it")]
pub enum ConversationState {
    Open,
    Human,
    Quiet,
}

impl From<Standing> for ConversationState {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Open => Self::Open,
            Standing::Human => Self::Human,
            Standing::Quiet => Self::Quiet,
        }
    }
}

/// How far a handover is: `called`, the customer was told that a person will answer; `taken`, a person has the conversation.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the type's text says it")]
pub enum HandoverStage {
    Called,
    Taken,
}

/// A person of the business in a conversation.
#[derive(Serialize, ToSchema)]
pub struct ConversationHandover {
    /// Whether somebody has come.
    pub stage: HandoverStage,
    /// Since when it is at this stage.
    #[schema(value_type = Time)]
    pub since: DateTime<Utc>,
    /// When the assistant is back.
    #[schema(value_type = Time)]
    pub until: DateTime<Utc>,
}

impl From<&Handover> for ConversationHandover {
    fn from(handover: &Handover) -> Self {
        let stage = match handover.stage {
            Stage::Called => HandoverStage::Called,
            Stage::Taken => HandoverStage::Taken,
        };
        Self { stage, since: handover.since, until: handover.until }
    }
}

/// The conversation with a customer.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "customer_id": "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
    "name": "Ana Souza",
    "phone": "5511987654321",
    "state": "human",
    "handover": {"stage": "taken", "since": "2026-11-21T14:12:05.000Z", "until": "2026-11-21T15:12:05.000Z"},
    "last_at": "2026-11-21T14:12:00Z",
    "wrote_at": "2026-11-21T14:12:00Z",
    "waiting_since": "2026-11-21T14:12:00Z"
})))]
pub struct Conversation {
    /// The customer.
    #[schema(value_type = Id)]
    pub customer_id: CustomerId,
    /// The customer's name, if it is known.
    #[schema(required)]
    pub name: Option<String>,
    /// `null` for a customer who is known by another identity alone.
    #[schema(value_type = Option<Phone>, required)]
    pub phone: Option<domain::Phone>,
    /// Where it stands.
    pub state: ConversationState,
    /// The person who is called or has it; `null` if none.
    #[schema(required)]
    pub handover: Option<ConversationHandover>,
    /// The last message of the customer, the assistant or a person on the phone; `null` if there is none.
    #[schema(value_type = Option<Time>, required)]
    pub last_at: Option<DateTime<Utc>>,
    /// The last message of the customer.
    #[schema(value_type = Option<Time>, required)]
    pub wrote_at: Option<DateTime<Utc>>,
    /// Since when a message waits for the assistant's answer; `null` if none does.
    #[schema(value_type = Option<Time>, required)]
    pub waiting_since: Option<DateTime<Utc>>,
}

impl Conversation {
    /// A chat as it stands at `now`, UTC.
    #[must_use]
    pub fn of(customer: &domain::Customer, chat: &domain::chat::Chat, now: DateTime<Utc>) -> Self {
        Self {
            customer_id: customer.customer_id,
            name: customer.known_name().map(str::to_owned),
            phone: customer.phone.clone(),
            state: chat.standing_at(now).into(),
            handover: chat.person(now).map(ConversationHandover::from),
            last_at: chat.last_at,
            wrote_at: chat.wrote_at,
            waiting_since: chat.waiting_since,
        }
    }
}

/// A page of conversations.
#[derive(Serialize, ToSchema)]
pub struct ConversationList {
    /// The one with the newest message first.
    pub conversations: Vec<Conversation>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
}

/// The author of a message: `customer`; `person`, one of the business, on the phone or by `POST /api/messages` with
/// `takeover`; `recado`, what else goes through Recado, as `message_type` says.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the type's text says it")]
pub enum Author {
    Customer,
    Person,
    Recado,
}

/// What a message is. A `reply` and a `button` are taps, with the title as the text.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum SaidKind {
    Text,
    Reply,
    Button,
    Image,
    Video,
    Audio,
    Document,
    Sticker,
    Location,
    Contacts,
    Order,
    Reaction,
    Edit,
    Other,
}

impl From<InboundKind> for SaidKind {
    fn from(kind: InboundKind) -> Self {
        match kind {
            InboundKind::Text => Self::Text,
            InboundKind::Reply => Self::Reply,
            InboundKind::Button => Self::Button,
            InboundKind::Image => Self::Image,
            InboundKind::Video => Self::Video,
            InboundKind::Audio => Self::Audio,
            InboundKind::Document => Self::Document,
            InboundKind::Sticker => Self::Sticker,
            InboundKind::Location => Self::Location,
            InboundKind::Contacts => Self::Contacts,
            InboundKind::Order => Self::Order,
            InboundKind::Reaction => Self::Reaction,
            InboundKind::Edit => Self::Edit,
            InboundKind::Unsupported | InboundKind::Other => Self::Other,
        }
    }
}

/// A message of either side.
#[derive(Serialize, ToSchema)]
#[schema(examples(
    json!({"author": "customer", "at": "2026-11-21T14:12:00Z", "kind": "text", "text": "Quanto custa o banho?",
           "gateway_message_id": "wamid.HBgNNTUxMTk4NzY1NDMyMRUCABIYFDNB"}),
    json!({"author": "customer", "at": "2026-11-21T14:12:03Z", "kind": "image", "text": "[image: é para este aqui]",
           "media": "1712345678901234", "gateway_message_id": "wamid.HBgNNTUxMTk4NzY1NDMyMRUCABIYFDNC"}),
    json!({"author": "recado", "at": "2026-11-21T14:12:07.120Z", "kind": "text", "text": "O banho custa R$ 70.",
           "gateway_message_id": "wamid.HBgNNTUxMTk4NzY1NDMyMRUCABEYEjA5", "message_type": "assistant_answer",
           "message_id": "answer/customer/019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11/4", "status": "read"})
))]
pub struct ConversationMessage {
    /// The author of it.
    pub author: Author,
    /// When it was written, or made.
    #[schema(value_type = Time)]
    pub at: DateTime<Utc>,
    /// What it is.
    pub kind: SaidKind,
    /// As the person reads it. What is no text is told in brackets, as `[image: my dog]`.
    pub text: String,
    /// The gateway's own name of the file, if it is one. Recado keeps no files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// The gateway's own id, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway_message_id: Option<String>,
    /// Of what goes through Recado: its name, by its purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MessageId>)]
    pub message_id: Option<domain::MessageId>,
    /// Of what goes through Recado: which text it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MessageType>)]
    pub message_type: Option<domain::MessageType>,
    /// Of what goes through Recado: where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MessageStatus>)]
    pub status: Option<Status>,
    /// Why it waits, is skipped, failed or unknown: a stable word, a colon, a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

impl From<domain::Message> for ConversationMessage {
    fn from(message: domain::Message) -> Self {
        Self {
            author: if message.by_person { Author::Person } else { Author::Recado },
            at: message.created_at,
            kind: SaidKind::Text,
            media: None,
            text: message.shown().to_owned(),
            gateway_message_id: message.gateway_message_id,
            message_id: Some(message.message_id),
            message_type: Some(message.message_type),
            status: Some(message.status),
            error_message: message.error_message,
        }
    }
}

/// A conversation and a page of its messages.
#[derive(Serialize, ToSchema)]
pub struct ConversationPage {
    /// Where it stands.
    pub conversation: Conversation,
    /// The newest first.
    pub messages: Vec<ConversationMessage>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
}
