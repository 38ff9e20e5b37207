//! One message in its slot: claim, wait, call, settle.

use crate::Dispatcher;
use crate::config::span;
use crate::states::{Claiming, End, Held, Next, Ready, Record};
use domain::ledger::Again;
use domain::{Attempt, Message, Reach, Refusal, Slot, Status};
use gateways::{GatewayClient, Outbound, SendOutcome};
use kit::batch::Failure;
use std::time::Duration;
use store::{Claim, Claimed, Moved, Settlement};

/// A claim is made so long before its slot and not earlier: a worker that dies with a claim leaves a message of which
/// nobody knows whether it was sent. As long as a line leaves before its first slot.
pub(crate) const CLAIM_LEAD: Duration = Duration::from_millis(100);

impl Dispatcher {
    /// Claims the message when its slot is near, so that nothing but the call is left when it begins.
    pub(crate) async fn send(&self, ready: Ready, slot: Slot) -> (usize, Result<Next, Failure>) {
        (ready.place, self.send_in(ready, slot).await)
    }

    async fn send_in(&self, ready: Ready, slot: Slot) -> Result<Next, Failure> {
        self.app.clock().sleep(self.ahead(slot).saturating_sub(CLAIM_LEAD)).await;
        let (mut ready, claim, lease_until) = match self.claim(ready, slot).await? {
            Claiming::Held(ready, held) => (ready, held.claim, held.lease_until),
            Claiming::Lost(next) => return Ok(next),
        };
        let asked_at = self.app.now();
        if let Err(refused) = self.find_chat(&mut ready).await {
            return self.settle(&ready, &claim, refused, asked_at).await.map(Next::End);
        }
        self.app.clock().sleep(self.ahead(slot)).await;
        let now = self.app.now();
        if now + span(self.config.gateways.timeout) >= lease_until {
            // The answer could come after the lease, when somebody else may have the message.
            return self.release(&ready.message, &claim).await.map(Next::End);
        }
        if !slot.is_live(now) {
            metrics::counter!("slots_forfeited").increment(1);
            return Ok(Next::Line(ready));
        }
        let outcome = match self.client(&ready) {
            Ok(client) => {
                let message_id = ready.message.message_id.clone();
                client.send(&Outbound { to: ready.to.clone(), body: ready.body.clone(), message_id }).await
            }
            // Nothing has left.
            Err(detail) => SendOutcome::NotAccepted { refusal: Refusal::Credentials, detail },
        };
        self.settle(&ready, &claim, outcome, now).await.map(Next::End)
    }

    /// The time until a slot begins.
    pub(crate) fn ahead(&self, slot: Slot) -> Duration {
        (slot.begins - self.app.now()).to_std().unwrap_or_default()
    }

    /// The claim that it has, moved to this slot, or a new one.
    async fn claim(&self, mut ready: Ready, slot: Slot) -> Result<Claiming, Failure> {
        let (store, now) = (self.app.store(), self.app.now());
        if let Some(held) = &mut ready.claim {
            let Message { business_id, recipient, .. } = ready.message;
            if store.move_claim(business_id, recipient, held.slot, slot, &self.app.attempt()).await? {
                held.slot = slot;
                let held = held.clone();
                return Ok(Claiming::Held(Box::new(ready), held));
            }
            // The person was written to meanwhile: the gate has to be asked again.
            let claim = held.claim.clone();
            return self.release(&ready.message, &claim).await.map(|end| Claiming::Lost(end.into()));
        }
        let attempt = self.app.attempt();
        let lease_until = slot.begins.max(now) + self.config.lease;
        let sender_id = ready.sender.sender_id;
        let (message, reach, sent_as) = (&ready.message, &ready.reach, ready.body.sent_as());
        let claim = Claim { message, reach, sender_id, sent_as, now, slot, lease_until };
        let claimed = match ready.record {
            Record::Pending => store.claim(&claim, &attempt).await?,
            Record::New => store.claim_new(&claim, &attempt).await?,
        };
        match claimed {
            Claimed::Claimed => {
                let held = Held { claim: attempt, lease_until, slot };
                ready.claim = Some(held.clone());
                Ok(Claiming::Held(Box::new(ready), held))
            }
            Claimed::ReachChanged(reach) => self.ask_again(ready, reach).await.map(Claiming::Lost),
            // This may be the only task of it that is left, if the holder dies: it may not be acknowledged.
            Claimed::Lost(Some(message)) if message.status == Status::Sending => {
                self.held(&message, self.app.now()).await.map(|end| Claiming::Lost(end.into()))
            }
            Claimed::Lost(_) => Ok(Claiming::Lost(End::Done.into())),
        }
    }

    /// Asks the gate again, as the row that it judged by has changed.
    async fn ask_again(&self, mut ready: Ready, reach: Reach) -> Result<Next, Failure> {
        let now = self.app.now();
        let said = ready.gate(&reach, self.config.restored, now);
        ready.reach = reach;
        let end = self.obey(&ready.message, ready.record, said, ready.put_backs, now).await?;
        Ok(end.map_or_else(|| Next::Line(Box::new(ready)), Next::End))
    }

    /// The client of the sender's gateway, or the fault in its credentials.
    pub(crate) fn client(&self, ready: &Ready) -> Result<Box<dyn GatewayClient>, String> {
        let opened = self.key.open(ready.message.business_id, ready.sender.sender_id, &ready.sender.sealed_credentials);
        let credentials = opened.map_err(|error| error.to_string())?;
        let http = self.app.http().clone();
        self.config.gateways.client(http, &ready.sender, &credentials).map_err(|error| error.to_string())
    }

    /// Gives a claim back that was not used.
    pub(crate) async fn release(&self, message: &Message, claim: &Attempt) -> Result<End, Failure> {
        let (business, id) = (message.business_id, &message.message_id);
        let error = domain::Reason::Pace.error_message();
        let again = Again { not_before: self.app.now(), counts: false };
        let settlement = Settlement::Retry { again, error: &error };
        let moved = self.app.store().settle(business, id, claim, settlement, &self.app.attempt()).await?;
        if let Moved::Not(_) = moved {
            tracing::warn!("a claim was gone before it was given back");
        }
        Ok(End::Done)
    }
}
