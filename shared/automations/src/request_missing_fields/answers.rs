//! The answers to the question for profile fields: read without a model, kept, and thanked for.

use super::{ASKED, AT_A_TIME, RequestMissingFields, asked, written};
use crate::engine::{Automation, JobError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::texts::Learned;
use domain::texts::profile_thanks::ProfileThanks;
use domain::{
    Business, Customer, CustomerId, Draft, Message, MessageId, Profile, ProfileField, QuietHours, Recipient, Status,
    read_answers,
};
use kit::App;
use kit::outbox::Outbox;
use store::{StoreError, Updated};

/// A text within this time of the question may be its answer. A reply that quotes the question is one at any time.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::days(7);
/// A bare yes or no later than this is about something else.
const CONSENT_WITHIN: TimeDelta = TimeDelta::hours(24);
/// A person who wrote first is not asked in the first conversation.
const ACQUAINTED: TimeDelta = TimeDelta::days(1);
/// The question does not cut into a conversation.
const AFTER_A_TEXT: TimeDelta = TimeDelta::minutes(10);
/// The metadata of a thanks: the inbound message that it answers, as a hash.
const ANSWERS: &str = "answers";
/// How often a record that somebody else changes meanwhile is read again.
const ROUNDS: usize = 5;

/// A text of a customer.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    /// As it was written.
    pub text: &'a str,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// A name of the inbound message that is no one's secret, the same for each delivery.
    pub id: &'a str,
    /// The gateway's id of the message that it quotes.
    pub reply_to: Option<&'a str>,
    /// Whether the customer typed it now, as against an edit or a caption.
    pub is_plain: bool,
    /// Whether it ends marketing too. Then what it tells is kept, and neither thanked for nor followed by a question.
    pub ends_marketing: bool,
}

/// Reads what customers say as answers.
pub struct Answers<'a> {
    app: &'a App,
    outbox: &'a Outbox,
    business: &'a Business,
}

impl<'a> Answers<'a> {
    /// Of the customers of one business.
    #[must_use]
    pub fn new(app: &'a App, outbox: &'a Outbox, business: &'a Business) -> Self {
        Self { app, outbox, business }
    }

    /// Fills what the text answers and thanks for it. Else asks a customer who wrote first, if that was not done yet.
    ///
    /// # Errors
    /// Those of the store and the texts.
    pub async fn hear(&self, customer: &Customer, said: Said<'_>) -> Result<bool, JobError> {
        // A customer of whom nothing is missing costs no read. An answer is kept after it was thanked for, so one that is
        // delivered again still has something missing until it is kept.
        if customer.missing(&self.business.wanted_fields).is_empty() {
            return Ok(false);
        }
        let business = self.business.business_id;
        let Some(question) =
            self.app.store().message(business, &RequestMissingFields::message_id(customer.customer_id)).await?
        else {
            if !said.ends_marketing {
                self.ask_later(customer, said).await?;
            }
            return Ok(false);
        };
        let thanked = self.app.store().message(business, &thanks_id(customer.customer_id, 1)).await?;
        // The first thanks may ask too, days after the question.
        if !was_asked(&question, said) && !thanked.as_ref().is_some_and(|thanks| was_asked(thanks, said)) {
            return Ok(false);
        }
        let asked_more = thanked.as_ref().map(asked).unwrap_or_default();
        let mut open = asked(&question);
        open.extend(asked_more);
        let recent = thanked.as_ref().map_or(question.created_at, |thanks| thanks.created_at.max(question.created_at));
        if said.reply_to.is_none() && said.at - recent > CONSENT_WITHIN {
            open.retain(|field| *field != ProfileField::Consent);
        }
        let today = said.at.with_timezone(&self.business.timezone).date_naive();
        let answers = read_answers(said.text, &open, &self.business.country, today);
        // The wish that ends marketing is kept already, with its own date.
        let consent = answers.consent.filter(|_| !said.ends_marketing);
        let profile = Profile { marketing_consent: consent, ..answers.profile };
        let learned = customer.lacking(&profile);
        if learned.is_empty() {
            return Ok(false);
        }
        if said.ends_marketing {
            self.fill(customer.customer_id, &profile, said.at).await?;
            return Ok(true);
        }
        let again = thanked.is_none_or(|thanks| thanks.metadata.get(ANSWERS).is_some_and(|id| id == said.id));
        self.thank(customer, &profile, &learned, said, if again { 1 } else { 2 }).await?;
        self.fill(customer.customer_id, &profile, said.at).await?;
        Ok(true)
    }

    /// The first thanks asks once more, for the first two fields that are still missing. In the quiet hours it asks nothing.
    async fn thank(
        &self,
        customer: &Customer,
        profile: &Profile,
        learned: &[ProfileField],
        said: Said<'_>,
        nth: u8,
    ) -> Result<(), JobError> {
        let mut known = customer.clone();
        known.fill_empty(profile);
        let quiet_hours = QuietHours::from(&self.business.settings);
        let is_night = quiet_hours.ends_after(self.app.now(), self.business.timezone).is_some();
        let asks = nth == 1 && !is_night;
        let missing = if asks { known.missing(&self.business.wanted_fields) } else { Vec::new() };
        let missing = missing.get(..AT_A_TIME).unwrap_or(&missing);
        let learned = Learned { fields: learned, news: profile.marketing_consent == Some(true) };
        let text = ProfileThanks::new(known.known_name(), &self.business.name, learned, missing);
        let (id, to) = (thanks_id(customer.customer_id, nth), Recipient::Customer(customer.customer_id));
        let draft = Draft::new(id, to, &text, self.business.voice(customer.locale))?
            .noting(ANSWERS, said.id.to_owned())
            .noting(ASKED, written(missing));
        self.outbox.write(self.business.business_id, draft).await?;
        Ok(())
    }

    async fn fill(&self, id: CustomerId, profile: &Profile, at: DateTime<Utc>) -> Result<(), JobError> {
        let (store, business) = (self.app.store(), self.business.business_id);
        let others = Profile { marketing_consent: None, ..profile.clone() };
        let mut kept = false;
        for _ in 0..ROUNDS {
            let Some(before) = store.customer(business, id).await? else { return Ok(()) };
            let mut after = before.record.clone();
            kept = !after.fill_empty(&others);
            if !kept {
                after.updated_at = self.app.now();
                let updated = store.update_customer(business, &before, &after, &self.app.attempt()).await?;
                kept = updated != Updated::Conflict;
            }
            if kept {
                break;
            }
        }
        // It was thanked for already: the text comes again until it is kept.
        if !kept {
            return Err(StoreError::Contended("answers").into());
        }
        // The record of a consent has its own date, and goes to the reach row too.
        if let Some(yes) = profile.marketing_consent {
            store.set_consent(business, id, yes, at.min(self.app.now()), &self.app.attempt()).await?;
        }
        Ok(())
    }

    /// Asks in the conversation with a person who came by writing, once they are acquainted.
    async fn ask_later(&self, customer: &Customer, said: Said<'_>) -> Result<(), JobError> {
        let name = RequestMissingFields::SPEC.name;
        let acquainted = customer.wrote_first && said.at - customer.created_at >= ACQUAINTED;
        let welcome = customer.marketing_consent != Some(false) && !self.business.switched_off.contains(&name);
        if !(acquainted && welcome && said.is_plain) {
            return Ok(());
        }
        if let Some(draft) = RequestMissingFields::question(self.business, customer, self.app.now() + AFTER_A_TEXT)? {
            self.outbox.write(self.business.business_id, draft).await?;
        }
        Ok(())
    }
}

/// Whether the person may have read the question, and lately, when they wrote.
fn was_asked(question: &Message, said: Said<'_>) -> bool {
    let went = match question.status {
        Status::Sent | Status::Delivered | Status::Read | Status::Unknown | Status::Sending => true,
        Status::Failed => question.gave_up,
        Status::Pending | Status::Skipped => false,
    };
    let quotes = said.reply_to.is_some() && said.reply_to == question.gateway_message_id.as_deref();
    let asked_at = question.claimed_at.unwrap_or(question.created_at);
    // Gateways tell times in whole seconds, and their clocks may be behind.
    let after = said.at + TimeDelta::minutes(1) >= asked_at;
    went && (quotes || after && said.at - asked_at <= ANSWERED_WITHIN)
}

/// The thanks for the first answer, or for the second.
fn thanks_id(customer: CustomerId, nth: u8) -> MessageId {
    MessageId::of(format!("profile-thanks/{customer}/{nth}"))
}
