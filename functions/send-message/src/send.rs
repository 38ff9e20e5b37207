//! One message in its slot: claim, wait, call, settle.

use crate::Function;
use crate::config::span;
use crate::prepare::{Held, Next, Ready};
use chrono::{DateTime, Utc};
use domain::Refusal;
use domain::ledger::Again;
use domain::{Attempt, Message, Pace, Status};
use gateways::{GatewayClient, Outbound, SendOutcome};
use kit::batch::Failure;
use std::time::Duration;
use store::{Claim, Claimed, Moved, Settlement, Slot};

/// A claim is made so long before its slot and not earlier: who dies with a claim leaves a message of which nobody
/// knows whether it was sent. As long as a line leaves before its first slot.
const CLAIM_LEAD: Duration = Duration::from_millis(100);

/// What became of a message in its slot.
pub(crate) enum Sent {
    /// What comes next for its task.
    Next(Result<Next, Failure>),
    /// The slot was over before it could be used.
    Forfeited(Box<Ready>),
}

/// Whether a message is this worker's to send.
enum Mine {
    /// It is.
    Held(Held),
    /// It is not, or what the gate saw has changed.
    Lost(Box<Claimed>),
    /// It was, and was given back.
    Released,
}

impl Function {
    /// Claims the message when its slot is near, so that nothing but the call is left when it begins.
    pub(crate) async fn send(&self, mut ready: Ready, slot: i64) -> (usize, Sent) {
        let place = ready.place;
        let pace = Pace::per_minute(ready.sender.per_minute);
        self.app.clock().sleep(self.ahead(slot).saturating_sub(CLAIM_LEAD)).await;
        let (claim, lease_until) = match self.claimed(&mut ready, times(pace, slot)).await {
            Ok(Mine::Held(held)) => (held.claim, held.lease_until),
            Ok(Mine::Lost(claimed)) => return (place, Sent::Next(self.lost(ready, *claimed).await)),
            Ok(Mine::Released) => return (place, Sent::Next(Ok(Next::Done))),
            Err(failure) => return (place, Sent::Next(Err(failure))),
        };
        self.app.clock().sleep(self.ahead(slot)).await;
        let now = self.app.now();
        if now + span(self.config.gateways.timeout) >= lease_until {
            // The answer could come after the lease, when somebody else may have the message.
            let released = self.release(&ready.message, &claim).await;
            return (place, Sent::Next(released.map(|()| Next::Done)));
        }
        if !pace.slot_is_live(slot, now.timestamp_micros()) {
            metrics::counter!("slots_forfeited").increment(1);
            return (place, Sent::Forfeited(Box::new(ready)));
        }
        let outcome = match self.client(&ready) {
            Ok(client) => {
                let message_id = ready.message.message_id.clone();
                client.send(&Outbound { to: ready.to.clone(), body: ready.body.clone(), message_id }).await
            }
            // Nothing has left.
            Err(detail) => SendOutcome::NotAccepted { refusal: Refusal::Credentials, detail },
        };
        (place, Sent::Next(self.settle(&ready, &claim, outcome, now).await))
    }

    /// How long it is until a slot begins.
    fn ahead(&self, slot: i64) -> Duration {
        Duration::from_micros(u64::try_from(slot - self.app.now().timestamp_micros()).unwrap_or(0))
    }

    /// The claim that it has, moved to this slot, or a new one.
    async fn claimed(&self, ready: &mut Ready, slot: Slot) -> Result<Mine, Failure> {
        let (store, now) = (self.app.store(), self.app.now());
        if let Some(held) = &mut ready.claim {
            let Message { business_id, recipient, .. } = ready.message;
            if store.move_claim(business_id, recipient, held.slot, slot, &self.app.attempt()).await? {
                held.slot = slot;
                return Ok(Mine::Held(held.clone()));
            }
            // The person was written to meanwhile: the gate has to be asked again.
            let claim = held.claim.clone();
            self.release(&ready.message, &claim).await?;
            return Ok(Mine::Released);
        }
        let attempt = self.app.attempt();
        let lease_until = slot.begins.max(now) + self.config.lease;
        let sender_id = ready.sender.sender_id;
        let claim = Claim { message: &ready.message, reach: &ready.reach, sender_id, now, slot, lease_until };
        match store.claim(&claim, &attempt).await? {
            Claimed::Claimed => {
                let held = Held { claim: attempt, lease_until, slot };
                ready.claim = Some(held.clone());
                Ok(Mine::Held(held))
            }
            other => Ok(Mine::Lost(Box::new(other))),
        }
    }

    /// Somebody else took it, or what the gate saw has changed.
    async fn lost(&self, mut ready: Ready, claimed: Claimed) -> Result<Next, Failure> {
        let now = self.app.now();
        match claimed {
            Claimed::ReachChanged(reach) => {
                let said = ready.gate(&reach, now);
                ready.reach = reach;
                self.obey(ready, said, now).await
            }
            // This may be the only task of it that is left, if the holder dies: it may not be acknowledged.
            Claimed::Lost(Some(message)) if message.status == Status::Sending => self.held(&message, now).await,
            Claimed::Claimed | Claimed::Lost(_) => Ok(Next::Done),
        }
    }

    /// The way to the sender's gateway, or what is wrong with its credentials.
    fn client(&self, ready: &Ready) -> Result<Box<dyn GatewayClient>, String> {
        let opened = self.key.open(ready.message.business_id, ready.sender.sender_id, &ready.sender.sealed_credentials);
        let credentials = opened.map_err(|error| error.to_string())?;
        let http = self.app.http().clone();
        self.config.gateways.client(http, &ready.sender, &credentials).map_err(|error| error.to_string())
    }

    /// Gives a claim back that was not used.
    pub(crate) async fn release(&self, message: &Message, claim: &Attempt) -> Result<(), Failure> {
        let (business, id) = (message.business_id, &message.message_id);
        let error = domain::Reason::Pace.error_message();
        let again = Again { not_before: self.app.now(), counts: false };
        let settlement = Settlement::Retry { again, error: &error };
        let moved = self.app.store().settle(business, id, claim, settlement, &self.app.attempt()).await?;
        if let Moved::Not(_) = moved {
            tracing::warn!("a claim was gone before it was given back");
        }
        Ok(())
    }
}

/// From when until when a slot of this pace may be used.
fn times(pace: Pace, slot: i64) -> Slot {
    let time = |us| DateTime::from_timestamp_micros(us).unwrap_or(DateTime::<Utc>::MAX_UTC);
    Slot { begins: time(slot), ends: time(pace.slot_ends(slot)) }
}
