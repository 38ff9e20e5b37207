//! Opt-out and opt-in words: kept with their date, and confirmed once.

use crate::Function;
use chrono::{DateTime, TimeDelta, Utc};
use domain::inbound::InboundMessage;
use domain::texts::{About, Text};
use domain::{Business, BusinessId, Customer, CustomerId, Message, MessageId, OptChange, Recipient};
use kit::batch::{Failure, Outcome};
use store::Consented;

/// A gateway's clock may be so far ahead of ours. Words of a later time would stand against all that come before it.
const CLOCK_AHEAD: TimeDelta = TimeDelta::minutes(5);

impl Function {
    pub(crate) async fn opt(
        &self,
        business: &Business,
        customer: &Customer,
        change: OptChange,
        inbound: &InboundMessage,
    ) -> Outcome {
        let (business_id, customer_id) = (business.business_id, customer.customer_id);
        if !self.decide(business_id, customer_id, change, inbound.at).await? {
            return Ok(());
        }
        let about = match change {
            OptChange::Out => About::OptOut,
            OptChange::In => About::OptIn,
        };
        let text = Text { name: customer.known_name(), business: &business.name, about };
        let content = text.content(customer.locale.unwrap_or(business.locale)).map_err(Failure::permanent)?;
        let message = Message::new(
            business_id,
            MessageId::opt_confirmation(customer_id, &inbound.gateway_message_id),
            Recipient::Customer(customer_id),
            text.message_type(),
            content,
            self.app.now(),
            self.backstop.0,
        );
        self.app.store().create_message(&message, &self.app.attempt()).await?;
        Ok(())
    }

    /// Keeps the decision; `true` if it is the one that stands, now or since an earlier delivery of the same message.
    pub(crate) async fn decide(
        &self,
        business: BusinessId,
        customer: CustomerId,
        change: OptChange,
        at: DateTime<Utc>,
    ) -> Result<bool, Failure> {
        let yes = change == OptChange::In;
        let store = self.app.store();
        let at = at.min(self.app.now() + CLOCK_AHEAD);
        match store.set_consent(business, customer, yes, at, &self.app.attempt()).await? {
            Consented::Done => {
                metrics::counter!("marketing_decisions", "decision" => if yes { "in" } else { "out" }).increment(1);
                Ok(true)
            }
            Consented::NoCustomer => Ok(false),
            Consented::Older => {
                let reach = store.reach(business, Recipient::Customer(customer)).await?;
                let stands = if yes { reach.opted_in_at } else { reach.opted_out_at };
                Ok(reach.consent == Some(yes) && stands == Some(at))
            }
        }
    }
}
