//! What the gateway's answer means for the message, its recipient and its sender.

use crate::Function;
use crate::config::span;
use crate::prepare::{Next, Ready, count};
use chrono::{DateTime, TimeDelta, Utc};
use domain::ledger::retry_at;
use domain::{Attempt, Gateway, Reason, Status};
use kit::batch::Failure;
use messaging::gateway::pair_wait;
use messaging::{Outcome, Refusal};
use store::{Moved, Settlement};

/// How long a sender waits that was told to slow down, and not for how long.
const SLOW_DOWN: TimeDelta = TimeDelta::seconds(10);

impl Function {
    /// Settles the claim by the answer to a call that was made at `called_at`.
    pub(crate) async fn settle(
        &self,
        ready: &Ready,
        claim: &Attempt,
        outcome: Outcome,
        called_at: DateTime<Utc>,
    ) -> Result<Next, Failure> {
        let now = self.app.now();
        match outcome {
            Outcome::Accepted { gateway_message_id } => {
                // The statuses of Cloud API carry our id; Whapi's only its own.
                let find_by_gateway_id = ready.sender.gateway == Gateway::Whapi;
                let id = gateway_message_id.as_str();
                let sent = Settlement::Sent { at: now, gateway_message_id: id, find_by_gateway_id };
                self.end(ready, claim, sent, Status::Sent).await
            }
            Outcome::Perhaps { reason } => {
                metrics::counter!("messages_unknown", "cause" => "answer").increment(1);
                let error = format!("{} ({reason})", Reason::Unknown.error_message());
                let not_before = now + self.config.unknown_wait;
                self.end(ready, claim, Settlement::Unknown { not_before, error: &error }, Status::Unknown).await
            }
            Outcome::NotAccepted { refusal, detail } => {
                // What could not be learnt now, the next message is told too. This one is surely not sent, and may not
                // be left as one of which that is unknown.
                if let Err(failure) = self.learn(ready, refusal, called_at).await {
                    tracing::warn!(?failure, refusal = refusal.word(), "a refusal could not be learnt from");
                }
                self.refused(ready, claim, refusal, &detail, now).await
            }
        }
    }

    /// What a refusal says of the person or the sender, beyond this message.
    async fn learn(&self, ready: &Ready, refusal: Refusal, called_at: DateTime<Utc>) -> Result<(), Failure> {
        let store = self.app.store();
        let (business, sender) = ready.line();
        let recipient = ready.message.recipient;
        match refusal {
            Refusal::RateLimited { after } => {
                let until = self.app.now() + after.map_or(SLOW_DOWN, span);
                store.set_sender_down(business, sender, until, &self.app.attempt()).await?;
            }
            Refusal::OptedOut => {
                store.decide_marketing(business, recipient, false, called_at, &self.app.attempt()).await?;
            }
            Refusal::WindowClosed => {
                store.close_window(business, recipient, called_at, &self.app.attempt()).await?;
            }
            Refusal::SenderRestricted => {
                tracing::error!(sender_id = %sender, "sender {sender} is restricted by its gateway");
                store.restrict_sender(business, sender).await?;
            }
            Refusal::Credentials => {
                tracing::error!(sender_id = %sender, "the gateway does not accept the credentials of sender {sender}");
            }
            _ => {}
        }
        Ok(())
    }

    async fn refused(
        &self,
        ready: &Ready,
        claim: &Attempt,
        refusal: Refusal,
        detail: &str,
        now: DateTime<Utc>,
    ) -> Result<Next, Failure> {
        let reason = match refusal {
            Refusal::Retry | Refusal::WaitADay | Refusal::Credentials => Reason::NotAccepted,
            Refusal::RateLimited { .. } | Refusal::PairLimited => Reason::RateLimited,
            Refusal::SenderDisconnected => Reason::SenderDown,
            Refusal::SenderRestricted => Reason::SenderRestricted,
            Refusal::WindowClosed => Reason::WindowClosed,
            Refusal::OptedOut => Reason::OptedOut,
            Refusal::Blocked | Refusal::Undeliverable | Refusal::TemplateProblem | Refusal::BadRequest => {
                Reason::Refused
            }
        };
        let error = format!("{} ({}: {detail})", reason.error_message(), refusal.word());
        let failures = ready.message.failures + 1;
        let counted = retry_at(failures, &self.config.retry_delays, now);
        let again = match refusal {
            Refusal::RateLimited { after } => Some((now + after.map_or(SLOW_DOWN, span), false)),
            Refusal::PairLimited => Some((now + span(pair_wait(ready.message.attempts + 1)), false)),
            Refusal::WaitADay => counted.map(|_| (now + TimeDelta::hours(24), true)),
            // With the window closed the gate sends the template, if there is one.
            Refusal::WindowClosed if ready.sender.template(&ready.message).is_some() => counted.map(|_| (now, true)),
            Refusal::Retry | Refusal::SenderDisconnected | Refusal::SenderRestricted | Refusal::Credentials => {
                counted.map(|at| (at, true))
            }
            _ => None,
        };
        match again {
            Some((not_before, counts)) => {
                let retry = Settlement::Retry { not_before, error: &error, counts };
                self.end(ready, claim, retry, Status::Pending).await
            }
            None => self.end(ready, claim, Settlement::Failed { error: &error }, Status::Failed).await,
        }
    }

    async fn end(
        &self,
        ready: &Ready,
        claim: &Attempt,
        settlement: Settlement<'_>,
        status: Status,
    ) -> Result<Next, Failure> {
        let (business, id) = (ready.message.business_id, &ready.message.message_id);
        match self.app.store().settle(business, id, claim, settlement, &self.app.attempt()).await? {
            Moved::Done => count(&ready.message, status),
            // A report of the gateway was faster, or the lease was over.
            Moved::Not(_) => metrics::counter!("settlements_overtaken").increment(1),
        }
        Ok(Next::Done)
    }
}
