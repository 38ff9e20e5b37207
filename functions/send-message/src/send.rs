//! One message in its slot: claim, wait, call, settle.

use crate::Function;
use crate::config::span;
use crate::prepare::{Next, Ready};
use chrono::{DateTime, Utc};
use domain::{Attempt, Message, Pace};
use kit::batch::Failure;
use messaging::{GatewayClient, Outbound, Outcome, Refusal};
use std::time::Duration;
use store::{Claim, Claimed, Moved, Settlement};

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

impl Function {
    /// Claims the message when its slot is near, so that nothing but the call is left when it begins.
    pub(crate) async fn send(&self, mut ready: Ready, slot: i64) -> (usize, Sent) {
        let place = ready.place;
        self.app.clock().sleep(self.ahead(slot).saturating_sub(CLAIM_LEAD)).await;
        let (claim, lease_until) = match self.claimed(&mut ready, slot).await {
            Ok(Ok(claim)) => claim,
            Ok(Err(next)) => return (place, Sent::Next(self.lost(ready, *next).await)),
            Err(failure) => return (place, Sent::Next(Err(failure))),
        };
        self.app.clock().sleep(self.ahead(slot)).await;
        let now = self.app.now();
        let pace = Pace::per_minute(ready.sender.per_minute);
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
            Err(detail) => Outcome::NotAccepted { refusal: Refusal::Credentials, detail },
        };
        (place, Sent::Next(self.settle(&ready, &claim, outcome, now).await))
    }

    /// How long it is until a slot begins.
    fn ahead(&self, slot: i64) -> Duration {
        Duration::from_micros(u64::try_from(slot - self.app.now().timestamp_micros()).unwrap_or(0))
    }

    /// The claim that it has, or a new one.
    async fn claimed(
        &self,
        ready: &mut Ready,
        slot: i64,
    ) -> Result<Result<(Attempt, DateTime<Utc>), Box<Claimed>>, Failure> {
        let now = self.app.now();
        let send_at = DateTime::from_timestamp_micros(slot).unwrap_or(now);
        if let Some(claim) = &ready.claim {
            return Ok(Ok(claim.clone()));
        }
        let attempt = self.app.attempt();
        let lease_until = send_at.max(now) + self.config.lease;
        let claim = Claim {
            message: &ready.message,
            reach: &ready.reach,
            sender_id: ready.sender.sender_id,
            now,
            send_at,
            lease_until,
        };
        match self.app.store().claim(&claim, &attempt).await? {
            Claimed::Claimed => {
                ready.claim = Some((attempt.clone(), lease_until));
                Ok(Ok((attempt, lease_until)))
            }
            other => Ok(Err(Box::new(other))),
        }
    }

    /// Somebody else took it, or what the gate saw has changed.
    async fn lost(&self, mut ready: Ready, claimed: Claimed) -> Result<Next, Failure> {
        match claimed {
            Claimed::ReachChanged(reach) => {
                let now = self.app.now();
                let said = ready.gate(&reach, now);
                ready.reach = reach;
                self.obey(ready, said, now).await
            }
            Claimed::Claimed | Claimed::Lost(_) => Ok(Next::Done),
        }
    }

    /// The way to the sender's gateway, or what is wrong with its credentials.
    fn client(&self, ready: &Ready) -> Result<Box<dyn GatewayClient>, String> {
        let opened = self.key.open(ready.message.business_id, ready.sender.sender_id, &ready.sender.sealed_credentials);
        let credentials = opened.map_err(|error| error.to_string())?;
        let http = self.app.http().clone();
        self.config.gateways.client(http, &ready.sender, credentials).map_err(|error| error.to_string())
    }

    /// Gives a claim back that was not used.
    pub(crate) async fn release(&self, message: &Message, claim: &Attempt) -> Result<(), Failure> {
        let (business, id) = (message.business_id, &message.message_id);
        let error = domain::Reason::Pace.error_message();
        let settlement = Settlement::Retry { not_before: self.app.now(), error: &error, counts: false };
        let moved = self.app.store().settle(business, id, claim, settlement, &self.app.attempt()).await?;
        if let Moved::Not(_) = moved {
            tracing::warn!("a claim was gone before it was given back");
        }
        Ok(())
    }
}
