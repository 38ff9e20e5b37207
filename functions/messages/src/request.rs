//! A message as a caller gives it.

use api::messages::{GivenTemplate, NewMessage};
use domain::texts::own_message::with_way_out;
use domain::{BusinessId, Content, Customer, Kind, Message, MessageId, MessageName, MessageType, Recipient, Voice};
use kit::config::Backstop;
use kit::fields::Fields;
use kit::{App, Problem};
use std::collections::BTreeMap;

/// The longest text that WhatsApp takes, in characters.
const LONGEST_TEXT: usize = 4_096;
/// The longest text of marketing, in characters: the way out is added.
const LONGEST_MARKETING: usize = 4_000;
/// The longest name of a template that WhatsApp takes, and of a variable here, in characters.
const LONGEST_NAME: usize = 512;
/// More than WhatsApp's longest template body, of 1,024 characters, has room for.
const MOST_VARIABLES: usize = 100;
/// The longest value of a variable, in characters; WhatsApp's own limit is on the whole body.
const LONGEST_VARIABLE: usize = 1_024;
/// The most that is kept of names and variables together, in bytes: fifty messages go into one answer of Lambda's 6 MB.
const MOST_BYTES: usize = 16 * 1_024;

fn check_template(template: &GivenTemplate, fields: &mut Fields) {
    let length = |text: &str| text.chars().count();
    let named = (1..=LONGEST_NAME).contains(&length(&template.name));
    fields.require("/template/name", named, "expected 1 to 512 characters");
    let few = template.variables.len() <= MOST_VARIABLES;
    fields.require("/template/variables", few, "expected at most 100 variables");
    let short = |(name, value): (&String, &String)| length(name) <= LONGEST_NAME && length(value) <= LONGEST_VARIABLE;
    let all = template.variables.iter().all(short);
    fields.require("/template/variables", all, "expected names of at most 512 and values of at most 1024 characters");
    let bytes: usize = template.variables.iter().map(|(name, value)| name.len() + value.len()).sum();
    fields.require("/template/variables", bytes <= MOST_BYTES, "expected at most 16 KB together");
}

/// A message to be made.
pub(crate) struct ReadMessage {
    content: Content,
    kind: Kind,
    name: Option<MessageName>,
    takes_over: bool,
}

/// Reads what is given, or tells all that is wrong with it.
pub(crate) fn read_message(given: NewMessage) -> Result<ReadMessage, Problem> {
    let mut fields = Fields::new();
    let text = given.text.unwrap_or_default();
    let has_content = !text.trim().is_empty() || given.template.is_some();
    fields.require("text", has_content, "expected a text, a template or both");
    let is_marketing = given.kind == Some(Kind::Marketing);
    let longest = if is_marketing { LONGEST_MARKETING } else { LONGEST_TEXT };
    if text.chars().count() > longest {
        fields.refuse("text", format!("expected at most {longest} characters"));
    }
    fields.require("takeover", !(given.takeover && is_marketing), "expected false with marketing");
    fields.require("kind", given.kind != Some(Kind::Owner), "expected transactional or marketing");
    if let Some(template) = &given.template {
        check_template(template, &mut fields);
    }
    fields.finish()?;
    let (template, variables) = match given.template {
        Some(template) => (Some(template.name), template.variables),
        None => (None, BTreeMap::new()),
    };
    let content = Content { text, template, variables, ..Content::default() };
    let kind = given.kind.unwrap_or(Kind::Transactional);
    Ok(ReadMessage { content, kind, name: given.message_id, takes_over: given.takeover })
}

impl ReadMessage {
    /// Whether it is a text of marketing, which goes with a way out.
    pub(crate) fn needs_way_out(&self) -> bool {
        self.kind == Kind::Marketing && !self.content.text.trim().is_empty()
    }

    /// The text as the caller gave it.
    pub(crate) fn text(&self) -> &str {
        &self.content.text
    }

    /// With a way out in the customer's language, unless the text tells one.
    pub(crate) fn with_way_out(mut self, voice: Voice) -> Self {
        self.content.text = with_way_out(self.content.text, voice);
        self
    }

    pub(crate) fn message(self, app: &App, business: BusinessId, to: &Customer, backstop: Backstop) -> Message {
        let id = match &self.name {
            Some(name) => MessageId::direct(name),
            None => MessageId::direct_unnamed(app.id()),
        };
        let recipient = Recipient::Customer(to.customer_id);
        let content = Content { locale: to.locale, ..self.content };
        let message = Message::new(business, id, recipient, MessageType::Direct, content, app.now(), backstop.0);
        Message { kind: self.kind, by_person: self.takes_over, ..message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Forty variables of four hundred characters: within the limits of each, whether these have one byte or four.
    fn given(character: &str) -> NewMessage {
        let variables: BTreeMap<_, _> = (0..40).map(|nth| (nth.to_string(), character.repeat(400))).collect();
        let template = json!({"name": "offer", "variables": variables});
        serde_json::from_value(json!({"phone": "+5511987654321", "template": template})).unwrap()
    }

    #[test]
    fn marketing_gets_a_way_out_and_keeps_its_own() {
        let voice = Voice::new(domain::Locale::PtBr, None, "BR");
        for (kind, text, sent) in [
            ("marketing", "20 %", "20 %\n\nPara não receber promoções, responda SAIR."),
            ("marketing", "20 %. Responda SAIR para parar.", "20 %. Responda SAIR para parar."),
            ("transactional", "20 %", "20 %"),
        ] {
            let given = json!({"phone": "+5511987654321", "kind": kind, "text": text});
            let read = read_message(serde_json::from_value(given).unwrap()).unwrap();
            let read = if read.needs_way_out() { read.with_way_out(voice) } else { read };
            assert_eq!(read.content.text, sent);
        }
    }

    #[test]
    fn a_message_that_does_not_fit_into_an_item_is_refused() {
        assert!(read_message(given("a")).is_ok());
        let refused = read_message(given("🎂")).err().unwrap();
        let named: Vec<_> = refused.errors().iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(named, ["/template/variables"]);
    }
}
