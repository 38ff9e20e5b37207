//! Chats as they stand on people's phones, and the record of everything a gateway accepted.

use crate::core::gateway::Gateway;
use crate::core::sender::Category;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// The role of a person at a business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Gets the reports.
    Owner,
    /// Anybody else.
    #[default]
    Customer,
}

/// A person in a business's address book.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Address of the sender whose business it is.
    pub sender: String,
    /// Any spelling.
    pub phone: String,
    /// The name in the person's own profile.
    pub name: String,
    /// The person's role at the business.
    #[serde(default)]
    pub role: Role,
}

/// A person as a business's own list has them, beside the profile that WhatsApp shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Listed {
    /// The name that the business calls the person by.
    pub name: Option<String>,
    /// The business's id of the person as a customer.
    pub customer_id: Option<String>,
    /// The business's id of the person as an owner.
    pub owner_id: Option<String>,
}

/// The author of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The business, by its sender.
    Business,
    /// The person who holds the phone.
    Person,
}

/// The progress of a message, by WhatsApp's ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// The gateway took it (a person's own message: it left the phone).
    Accepted,
    /// One tick: WhatsApp has it.
    Sent,
    /// Two ticks: it is on the phone (a person's own message: the webhook was answered).
    Delivered,
    /// Two blue ticks: the person has read it.
    Read,
    /// It will not arrive.
    Failed,
}

/// A button below a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Comes back with the tap.
    pub id: String,
    /// As the person reads it.
    pub title: String,
}

/// One message in a chat, as WhatsApp shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bubble {
    /// The gateway's id of the message.
    pub id: String,
    /// The side of the chat that wrote it.
    pub from: Author,
    /// As the person reads it.
    pub text: String,
    /// `text`, `template`, `interactive`, `reply`, `button`, `image`, …
    pub kind: String,
    /// Below a business's message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// The id of the button that a person has tapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// The message that a person's message answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Name of the template it was sent by.
    pub template: Option<String>,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// The progress of the message.
    pub tick: Tick,
    /// The error code of a message that failed.
    pub error: Option<u32>,
    /// The category that it is billed as.
    pub category: Category,
    /// The gateway's word for its price, once it is sent.
    pub pricing: Option<String>,
    /// The caller's own id of it, at a gateway that carries one.
    pub callback_id: Option<String>,
    /// Whether it was sent to the user id, not to the phone.
    pub by_user_id: bool,
    /// The error that will make it fail.
    pub fails: Option<u32>,
    /// Whether somebody of the business wrote it on its phone, not by the gateway.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
}

impl Bubble {
    /// A person's own message.
    pub(crate) fn of_person(id: String, text: String, kind: String, at: DateTime<Utc>) -> Self {
        Self {
            id,
            from: Author::Person,
            text,
            kind,
            buttons: Vec::new(),
            payload: None,
            reply_to: None,
            template: None,
            at,
            tick: Tick::Accepted,
            error: None,
            category: Category::Service,
            pricing: None,
            callback_id: None,
            by_user_id: false,
            fails: None,
            by_hand: false,
        }
    }

    /// What somebody of the business wrote on its phone.
    pub(crate) fn by_hand(id: String, text: String, at: DateTime<Utc>) -> Self {
        Self { from: Author::Business, by_hand: true, ..Self::of_person(id, text, "text".to_owned(), at) }
    }
}

/// The bubbles that one person and one business have written to each other.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Chat {
    pub name: Option<String>,
    #[serde(default)]
    pub listed: Listed,
    pub role: Role,
    pub hides_phone: bool,
    pub stopped_marketing: bool,
    pub labels: Vec<String>,
    pub bubbles: Vec<Bubble>,
    /// Until when the business may write free text.
    pub window_until: Option<DateTime<Utc>>,
    /// The number of bubbles at the time when somebody last looked at it.
    pub looked_at: usize,
    /// Until when somebody is looking at it.
    #[serde(skip)]
    pub watched_until: Option<Instant>,
    /// When the pair rate allows the next message but for the burst.
    #[serde(skip)]
    pub next_free: Option<Instant>,
}

impl Chat {
    pub fn new(name: Option<String>, role: Role) -> Self {
        Self {
            name,
            listed: Listed::default(),
            role,
            hides_phone: false,
            stopped_marketing: false,
            labels: Vec::new(),
            bubbles: Vec::new(),
            window_until: None,
            looked_at: 0,
            watched_until: None,
            next_free: None,
        }
    }

    pub fn bubble(&mut self, id: &str) -> Option<&mut Bubble> {
        self.bubbles.iter_mut().rev().find(|bubble| bubble.id == id)
    }

    /// Makes a tap of what a person wrote: the title is the text, and a template's button answers in a way of its own.
    pub fn tapped(&self, tap: &mut Bubble) {
        let asked = self.bubbles.iter().rev().find(|it| Some(&it.id) == tap.reply_to.as_ref());
        let Some(asked) = asked else { return };
        if asked.template.is_some() {
            "button".clone_into(&mut tap.kind);
        }
        if let Some(button) = asked.buttons.iter().find(|it| Some(&it.id) == tap.payload.as_ref()) {
            tap.text.clone_from(&button.title);
        }
    }

    /// The name in the business's list, or that of the profile.
    pub fn shown_name(&self) -> Option<String> {
        self.listed.name.clone().or_else(|| self.name.clone())
    }

    pub fn profile(&self, person: &str) -> Profile {
        Profile { person: person.to_owned(), name: self.name.clone(), hides_phone: self.hides_phone }
    }

    /// Messages of the business that nobody has looked at, whether the person has read them or not.
    pub fn unread(&self) -> usize {
        self.bubbles.iter().skip(self.looked_at).filter(|bubble| bubble.from == Author::Business).count()
    }
}

/// A person as a business sees them.
#[derive(Clone)]
pub(crate) struct Profile {
    pub person: String,
    pub name: Option<String>,
    pub hides_phone: bool,
}

/// One message that a gateway accepted, whatever it answered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The gateway that accepted it.
    pub gateway: Gateway,
    /// The gateway's address of the sender.
    pub sender: String,
    /// The person, in one spelling (see [`crate::person`]).
    pub to: String,
    /// As the person reads it.
    pub text: String,
    /// Below it.
    #[serde(default)]
    pub buttons: Vec<Button>,
    /// Name of the template it was sent by.
    pub template: Option<String>,
    /// The caller's own id of it, at a gateway that carries one.
    pub callback_id: Option<String>,
    /// The gateway's id of the message.
    pub gateway_id: String,
    /// When the request arrived, to the microsecond.
    pub arrived_at: DateTime<Utc>,
    /// The error that its `failed` status brings, if it will not reach the person.
    #[serde(default)]
    pub fails: Option<u32>,
}
