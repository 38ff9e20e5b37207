//! A message as a caller gives it.

use domain::{
    BusinessId, Content, Customer, CustomerId, CustomerRef, Kind, Message, MessageId, MessageName, MessageType,
    Recipient,
};
use kit::config::Backstop;
use kit::fields::Fields;
use kit::{App, Problem};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The longest text that WhatsApp takes, in characters.
const LONGEST_TEXT: usize = 4_096;

#[derive(Deserialize)]
pub(crate) struct NewMessage {
    customer_id: Option<CustomerId>,
    phone: Option<String>,
    text: Option<String>,
    template: Option<GivenTemplate>,
    kind: Option<Kind>,
    message_id: Option<MessageName>,
}

#[derive(Deserialize)]
struct GivenTemplate {
    name: String,
    #[serde(default)]
    variables: BTreeMap<String, String>,
}

/// A message to be made.
pub(crate) struct ReadMessage {
    pub(crate) customer: CustomerRef,
    content: Content,
    kind: Kind,
    name: Option<MessageName>,
}

impl NewMessage {
    pub(crate) fn read(self) -> Result<ReadMessage, Problem> {
        let mut fields = Fields::new();
        let customer = match (self.customer_id, &self.phone) {
            (Some(id), None) => Some(CustomerRef::Id(id)),
            (None, Some(phone)) => fields.check("phone", CustomerRef::phone(phone)),
            _ => {
                fields.refuse("customer_id", "expected either customer_id or phone");
                None
            }
        };
        let text = self.text.unwrap_or_default();
        let given = !text.trim().is_empty() || self.template.is_some();
        fields.require("text", given, "expected a text, a template or both");
        fields.require("text", text.chars().count() <= LONGEST_TEXT, "expected at most 4096 characters");
        fields.require("kind", self.kind != Some(Kind::Owner), "expected transactional or marketing");
        fields.finish()?;
        let (template, variables) = match self.template {
            Some(template) => (Some(template.name), template.variables),
            None => (None, BTreeMap::new()),
        };
        let customer = customer.ok_or_else(|| Problem::internal("a field was refused without a word"))?;
        let content = Content { text, template, variables };
        Ok(ReadMessage { customer, content, kind: self.kind.unwrap_or(Kind::Transactional), name: self.message_id })
    }
}

impl ReadMessage {
    pub(crate) fn message(self, app: &App, business: BusinessId, to: &Customer, backstop: Backstop) -> Message {
        let id = match &self.name {
            Some(name) => MessageId::direct(name),
            None => MessageId::direct_unnamed(app.id()),
        };
        let recipient = Recipient::Customer(to.customer_id);
        let message = Message::new(business, id, recipient, MessageType::Direct, self.content, app.now(), backstop.0);
        Message { kind: self.kind, ..message }
    }
}
