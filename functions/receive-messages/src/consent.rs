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

/// A bare yes within this time of the question whether promotions are to end is its answer.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::hours(24);

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
    /// Does what the message says about marketing; `false` if it says nothing of it. A message that answers a reminder of
    /// an appointment is about marketing only if it says so: `cancelar` is not, and a yes is none to an earlier question.
    pub(crate) async fn honour(
        &self,
        business: &Business,
        customer: &Customer,
        message: &InboundMessage,
        answers_reminder: bool,
    ) -> Result<bool, Failure> {
        let (id, at) = (business.business_id, sensible(&self.app, message.at));
        let wish = match said(message) {
            Some(Wish::Unsure) | None if answers_reminder => return Ok(false),
            Some(_) if answers_reminder && message.text.as_deref().is_some_and(is_of_reminders) => return Ok(false),
            Some(wish) => wish,
            None if self.answers_the_question(id, customer.customer_id, message).await? => Wish::Out,
            None => return Ok(false),
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
                    return Ok(false);
                }
                self.opt(business, customer, OptChange::In, at).await?;
            }
            Wish::Unsure => self.ask(business, customer).await?,
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

    /// Asks a person who may wish to end marketing, once.
    async fn ask(&self, business: &Business, customer: &Customer) -> Result<(), Failure> {
        let reach = self.app.store().reach(business.business_id, Recipient::Customer(customer.customer_id)).await?;
        if is_out(&reach) {
            return Ok(());
        }
        let (name, business_name) = (CustomerName(customer.known_name()), Line(&business.name));
        let question = OptQuestion { name, business: business_name };
        self.write(business, customer, MessageId::opt_question(customer.customer_id), &question).await
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
    async fn answers_the_question(
        &self,
        business: BusinessId,
        customer: CustomerId,
        message: &InboundMessage,
    ) -> Result<bool, Failure> {
        if message.text.as_deref().and_then(yes_or_no) != Some(true) {
            return Ok(false);
        }
        let question = self.app.store().message(business, &MessageId::opt_question(customer)).await?;
        Ok(question.is_some_and(|question| {
            let went = !matches!(question.status, Status::Pending | Status::Skipped | Status::Failed);
            let asked_at = question.claimed_at.unwrap_or(question.created_at);
            went && message.at - asked_at <= ANSWERED_WITHIN && message.at + TimeDelta::minutes(1) >= asked_at
        }))
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

fn is_out(reach: &Reach) -> bool {
    reach.opted_out() || reach.consent == Some(false)
}
