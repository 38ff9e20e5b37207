//! What a person wishes about marketing: kept with its date, and confirmed once.

use crate::Receiver;
use automations::consent::{self, sensible};
use chrono::{DateTime, TimeDelta, Utc};
use domain::inbound::{InboundKind, InboundMessage};
use domain::opt::is_of_reminders;
use domain::texts::opt_in::OptIn;
use domain::texts::opt_out::OptOut;
use domain::texts::opt_question::OptQuestion;
use domain::texts::{CustomerName, Line};
use domain::{
    Business, BusinessId, Choice, Customer, CustomerId, Draft, MessageId, OptChange, Reach, Recipient, Status, Text,
    Wish, wish, wish_of_choice, yes_or_no,
};
use kit::batch::Failure;
use kit::keys::hash_of;

/// A bare yes within this time of the question whether promotions are to end is its answer. So is a second doubtful wish:
/// `quero cancelar`, and then `cancela por favor`.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::hours(24);
/// A second doubtful wish within this time of the question has crossed it.
const CROSSES: TimeDelta = TimeDelta::seconds(5);
/// The metadata of the question: the inbound message that it is about, as a hash.
const ABOUT: &str = "about";

/// How a message stands to the one question whether promotions are to end.
enum Asked {
    /// There is none.
    Never,
    /// It is the message that led to it, delivered again, or one that crossed it.
    Already,
    /// It came after it, within its time.
    Answers,
    /// It came long after it, or the question never reached the person.
    LongAgo,
}

/// What a message says about marketing.
fn said(message: &InboundMessage) -> Option<Wish> {
    let (payload, text) = (message.payload.as_deref(), message.text.as_deref());
    match message.kind {
        InboundKind::Reply => wish_of_choice(Choice::Menu, payload, text),
        InboundKind::Button => wish_of_choice(Choice::Template, payload, text),
        _ => text.and_then(wish),
    }
}

impl Receiver {
    /// Does what the message says about marketing; `None` if it says nothing of it. A message that answers a reminder of
    /// an appointment is about marketing only if it says so: `cancelar` is not, and a yes is none to an earlier question.
    pub(crate) async fn honour(
        &self,
        business: &Business,
        customer: &Customer,
        message: &InboundMessage,
        answers_reminder: bool,
    ) -> Result<Option<Wish>, Failure> {
        let (id, at) = (business.business_id, sensible(&self.app, message.at));
        let wish = match said(message) {
            Some(Wish::Unsure) | None if answers_reminder => return Ok(None),
            Some(_) if answers_reminder && message.text.as_deref().is_some_and(is_of_reminders) => return Ok(None),
            Some(wish) => wish,
            None if self.says_yes(id, customer.customer_id, message).await? => Wish::Out,
            None => return Ok(None),
        };
        match wish {
            Wish::Out => self.opt(business, customer, OptChange::Out, at).await?,
            Wish::In => self.opt(business, customer, OptChange::In, at).await?,
            Wish::Back => {
                let reach = self.app.store().reach(id, Recipient::Customer(customer.customer_id)).await?;
                // An earlier delivery may have kept the opt-in and not confirmed it.
                if !is_out(&reach) && reach.opted_in_at != Some(at) {
                    let who = Recipient::Customer(customer.customer_id);
                    self.app.store().keep_return(id, who, at, &self.app.attempt()).await?;
                    return Ok(None);
                }
                self.opt(business, customer, OptChange::In, at).await?;
            }
            Wish::Unsure => {
                return Ok(self.doubt(business, customer, message, at).await?.then_some(wish));
            }
        }
        Ok(Some(wish))
    }

    /// A person who may wish to end marketing is asked once. Another doubtful wish soon after the question answers it. One
    /// that comes later, or from a person who gets no marketing, is about something else: `false`.
    async fn doubt(
        &self,
        business: &Business,
        customer: &Customer,
        message: &InboundMessage,
        at: DateTime<Utc>,
    ) -> Result<bool, Failure> {
        let id = business.business_id;
        match self.asked(id, customer.customer_id, message, CROSSES).await? {
            // An edit of the first words, and words after a no, do not say it again.
            Asked::Answers if message.kind == InboundKind::Edit || begins_with_no(message) => {}
            Asked::Already => {}
            Asked::Answers => self.opt(business, customer, OptChange::Out, at).await?,
            Asked::LongAgo => return Ok(false),
            Asked::Never => {
                let reach = self.app.store().reach(id, Recipient::Customer(customer.customer_id)).await?;
                if is_out(&reach) {
                    return Ok(false);
                }
                self.ask(business, customer, message).await?;
            }
        }
        Ok(true)
    }

    async fn opt(
        &self,
        business: &Business,
        customer: &Customer,
        change: OptChange,
        at: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let (business_id, customer_id) = (business.business_id, customer.customer_id);
        if !self.decide(business_id, customer_id, change, at).await? {
            return Ok(());
        }
        let reach = self.app.store().reach(business_id, Recipient::Customer(customer_id)).await?;
        let (name, business_name) = (CustomerName(customer.known_name()), Line(&business.name));
        let (text, before): (&dyn Text, _) = match change {
            OptChange::Out => (&OptOut { name, business: business_name }, reach.opted_in_at),
            OptChange::In => (&OptIn { name, business: business_name }, reach.opted_out_at),
        };
        let day = at.with_timezone(&business.timezone).date_naive();
        let id = MessageId::opt_confirmation(customer_id, change, before, day);
        self.write(business, customer, id, text).await
    }

    async fn ask(&self, business: &Business, customer: &Customer, message: &InboundMessage) -> Result<(), Failure> {
        let (name, business_name) = (CustomerName(customer.known_name()), Line(&business.name));
        let question = OptQuestion { name, business: business_name };
        let (to, voice) = (Recipient::Customer(customer.customer_id), business.voice(customer.locale));
        let id = MessageId::opt_question(customer.customer_id);
        let draft = Draft::new(id, to, &question, voice).map_err(Failure::permanent)?;
        let draft = draft.noting(ABOUT, hash_of(&message.gateway_message_id));
        self.outbox.write(business.business_id, draft).await?;
        Ok(())
    }

    async fn write(
        &self,
        business: &Business,
        customer: &Customer,
        id: MessageId,
        text: &dyn Text,
    ) -> Result<(), Failure> {
        let (to, voice) = (Recipient::Customer(customer.customer_id), business.voice(customer.locale));
        let draft = Draft::new(id, to, text, voice).map_err(Failure::permanent)?;
        self.outbox.write(business.business_id, draft).await?;
        Ok(())
    }

    /// Whether it is a yes to the question whether promotions are to end.
    async fn says_yes(
        &self,
        business: BusinessId,
        customer: CustomerId,
        message: &InboundMessage,
    ) -> Result<bool, Failure> {
        let is_yes = message.text.as_deref().and_then(yes_or_no) == Some(true);
        // Gateways tell times in whole seconds, and their clocks may be behind.
        let soonest = -TimeDelta::minutes(1);
        Ok(is_yes && matches!(self.asked(business, customer, message, soonest).await?, Asked::Answers))
    }

    /// `soonest`: an answer is so long after the question, at least.
    async fn asked(
        &self,
        business: BusinessId,
        customer: CustomerId,
        message: &InboundMessage,
        soonest: TimeDelta,
    ) -> Result<Asked, Failure> {
        let Some(question) = self.app.store().message(business, &MessageId::opt_question(customer)).await? else {
            return Ok(Asked::Never);
        };
        let is_about = question.metadata.get(ABOUT).is_some_and(|id| *id == hash_of(&message.gateway_message_id));
        let went = !matches!(question.status, Status::Pending | Status::Skipped | Status::Failed);
        let asked_at = question.claimed_at.unwrap_or(question.created_at);
        Ok(match message.at - asked_at {
            _ if is_about => Asked::Already,
            _ if matches!(question.status, Status::Skipped | Status::Failed) => Asked::LongAgo,
            since if since > ANSWERED_WITHIN => Asked::LongAgo,
            since if went && since >= soonest => Asked::Answers,
            _ => Asked::Already,
        })
    }

    /// Keeps the decision; `true` if it is the one that stands.
    pub(crate) async fn decide(
        &self,
        business: BusinessId,
        customer: CustomerId,
        change: OptChange,
        at: DateTime<Utc>,
    ) -> Result<bool, Failure> {
        Ok(consent::decide(&self.app, business, customer, change, at).await?)
    }
}

/// `Não. Quero cancelar o horário`; `cancela, por favor` is a wish itself.
fn begins_with_no(message: &InboundMessage) -> bool {
    let first = message.text.as_deref().and_then(|text| text.split(['.', ',', '!', '\n']).next());
    first.is_some_and(|first| yes_or_no(first) == Some(false) && wish(first).is_none())
}

fn is_out(reach: &Reach) -> bool {
    reach.opted_out() || reach.consent == Some(false)
}
