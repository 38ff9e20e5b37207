//! The message of a campaign to one of its recipients.

use crate::CampaignError;
use chrono::{DateTime, Utc};
use domain::texts::campaign::Campaign as Typed;
use domain::texts::own_message::{OwnMessage, filled};
use domain::texts::{CustomerName, Line, Percent};
use domain::{
    Audience, Business, Campaign, Content, Customer, Draft, MessageId, MessageType, Recipient, Text, Voice, Wording,
};
use std::collections::BTreeMap;

/// The message of a campaign to a customer under its id, as it is written at `now` (UTC); `None` if there is nothing to say to
/// them any more. It is marketing.
///
/// # Errors
/// A variable of a built-in text is missing.
pub fn draft(
    campaign: &Campaign,
    business: &Business,
    customer: &Customer,
    id: MessageId,
    now: DateTime<Utc>,
) -> Result<Option<Draft>, CampaignError> {
    let voice = business.voice(customer.locale);
    let to = Recipient::Customer(customer.customer_id);
    let name = customer.known_name();
    let draft = match &campaign.wording {
        Wording::Message(text) => Draft::new(id, to, &OwnMessage::new(text, name, &business.name), voice)?,
        Wording::Template { name: template, variables, message } => {
            let content = match message {
                Some(text) => OwnMessage::new(text, name, &business.name).content(voice)?,
                None => Content { locale: Some(voice.locale()), ..Content::default() },
            };
            let fill = |value: &String| filled(value, name, &business.name, voice);
            let variables = variables.iter().map(|(variable, value)| (variable.clone(), fill(value))).collect();
            let content = Content { template: Some(template.clone()), variables, fallback: None, ..content };
            let message_type = MessageType::OwnMessage;
            Draft { id, to, message_type, content, not_before: None, metadata: BTreeMap::new() }
        }
        Wording::Typed { campaign_type, offer } => {
            let (name, business) = (CustomerName(name), Line(&business.name));
            let text = Typed { name, business, campaign_type: *campaign_type, offer: Percent(*offer) };
            Draft::new(id, to, &text, voice)?
        }
        Wording::Proposed => {
            let Audience::Proposal(proposal) = &campaign.audience else { return Ok(None) };
            let drafts = automations::proposed(proposal, business, customer, now)?;
            return Ok(drafts.into_iter().find(|draft| draft.id == id));
        }
    };
    Ok(Some(draft))
}

/// The content and the type of a message of the campaign as far as the gate looks at it: whether there is a text, and which
/// template stands for it.
pub(crate) fn sample(campaign: &Campaign, voice: Voice) -> (MessageType, Content) {
    let said = |text: &str| Content { text: text.to_owned(), locale: Some(voice.locale()), ..Content::default() };
    match &campaign.wording {
        Wording::Message(text) => (MessageType::OwnMessage, said(text)),
        Wording::Template { name, message, .. } => {
            let text = message.as_deref().unwrap_or_default();
            (MessageType::OwnMessage, Content { template: Some(name.clone()), ..said(text) })
        }
        Wording::Typed { campaign_type, .. } => {
            let variables = BTreeMap::from([("campaign_type".to_owned(), campaign_type.to_string())]);
            (MessageType::Campaign, Content { variables, ..said("…") })
        }
        Wording::Proposed => match &campaign.audience {
            Audience::Proposal(proposal) => (automations::spec(proposal.automation).text, said("…")),
            _ => (MessageType::OwnMessage, said("")),
        },
    }
}
