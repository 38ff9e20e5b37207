//! The message of a campaign to one of its recipients.

use crate::CampaignError;
use chrono::{DateTime, Utc};
use domain::texts::campaign::Campaign as Typed;
use domain::texts::own_message::{OwnMessage, filled};
use domain::texts::{CustomerName, Line, Percent, Value};
use domain::{
    Audience, Business, Campaign, Content, Customer, Draft, Locale, MessageId, MessageType, OtherLanguage, Recipient,
    Text, Voice, Wording,
};
use std::collections::BTreeMap;

/// A name that stands for anybody's.
pub(crate) const SOMEBODY: &str = "Ana";

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
    if campaign.wording == Wording::Proposed {
        let Audience::Proposal(proposal) = &campaign.audience else { return Ok(None) };
        let drafts = automations::proposed(proposal, business, customer, now)?;
        return Ok(drafts.into_iter().find(|draft| draft.id == id));
    }
    let to = Recipient::Customer(customer.customer_id);
    let said = said(campaign, business, customer.known_name(), customer.locale)?;
    let draft = |(message_type, content)| {
        let (not_before, metadata) = (None, BTreeMap::new());
        Draft { id, to, message_type, content, not_before, metadata }
    };
    Ok(said.map(draft))
}

/// The message of a campaign to a person of this name and language; `None` if it is the campaign of a proposal, whose
/// automation writes it.
///
/// # Errors
/// A variable of a built-in text is missing.
pub(crate) fn said(
    campaign: &Campaign,
    business: &Business,
    name: Option<&str>,
    locale: Option<Locale>,
) -> Result<Option<(MessageType, Content)>, CampaignError> {
    let voice = business.voice(locale);
    let own = |text: &str| OwnMessage::new(text, name, &business.name).content(voice);
    Ok(Some(match &campaign.wording {
        Wording::Message(text) => (MessageType::OwnMessage, own(text)?),
        Wording::Template { name: template, variables, message } => {
            let content = match message {
                Some(text) => own(text)?,
                None => Content { locale: Some(voice.locale()), ..Content::default() },
            };
            let filled = |voice| {
                let fill = |value: &String| value_of(value, name, &business.name, voice);
                variables.iter().map(|(variable, value)| (variable.clone(), fill(value))).collect()
            };
            // Without a template in the person's language it goes in the business's.
            let in_other = |other: Voice| OtherLanguage { locale: other.locale(), variables: filled(other) };
            let (template, fallback) = (Some(template.clone()), voice.fallback().map(in_other));
            let content = Content { template, variables: filled(voice), fallback, ..content };
            (MessageType::OwnMessage, content)
        }
        Wording::Typed { campaign_type, offer } => {
            let (name, business) = (CustomerName(name), Line(&business.name));
            let text = Typed { name, business, campaign_type: *campaign_type, offer: Percent(*offer) };
            (text.message_type(), text.content(voice)?)
        }
        Wording::Proposed => return Ok(None),
    }))
}

/// The value of a variable. An approved template takes none that is empty: where it is a name that is not known, the person
/// is addressed instead.
fn value_of(value: &str, name: Option<&str>, business: &str, voice: Voice) -> String {
    let told = filled(value, name, business, voice);
    let is_name = told.is_empty() && !filled(value, Some(SOMEBODY), business, voice).is_empty();
    match CustomerName::FALLBACK.filter(|_| is_name) {
        Some(fallback) => fallback(voice).to_owned(),
        None => told,
    }
}
