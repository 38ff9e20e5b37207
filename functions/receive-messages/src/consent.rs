//! Opt-out and opt-in words: kept with their date, and confirmed once.

use crate::Receiver;
use chrono::{DateTime, TimeDelta, Utc};
use domain::inbound::InboundMessage;
use domain::texts::opt_in::OptIn;
use domain::texts::opt_out::OptOut;
use domain::texts::{CustomerName, Line};
use domain::{Business, BusinessId, Customer, CustomerId, Draft, MessageId, OptChange, Recipient, Text};
use kit::batch::{Failure, Outcome};
use store::Consented;

/// A gateway's clock may be so far ahead of ours. Words of a later time would stand against all that come before it.
const CLOCK_AHEAD: TimeDelta = TimeDelta::minutes(5);

impl Receiver {
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
        let (name, business_name) = (CustomerName(customer.known_name()), Line(&business.name));
        let text: &dyn Text = match change {
            OptChange::Out => &OptOut { name, business: business_name },
            OptChange::In => &OptIn { name, business: business_name },
        };
        let id = MessageId::opt_confirmation(customer_id, &inbound.gateway_message_id);
        let voice = business.voice(customer.locale);
        let draft = Draft::new(id, Recipient::Customer(customer_id), text, voice).map_err(Failure::permanent)?;
        self.outbox.write(business_id, draft).await?;
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
