//! The meaning of the gateway's answer for the message, its recipient and its sender.

use crate::Dispatcher;
use crate::prepare::count;
use crate::states::{End, Ready};
use chrono::{DateTime, Utc};
use domain::Refusal;
use domain::refusal::slow_down;
use domain::{Attempt, Reason, Status};
use gateways::SendOutcome;
use kit::batch::Failure;
use store::{Moved, Settlement};

impl Dispatcher {
    /// Settles the claim by the answer to a call that was made at `called_at`.
    pub(crate) async fn settle(
        &self,
        ready: &Ready,
        claim: &Attempt,
        outcome: SendOutcome,
        called_at: DateTime<Utc>,
    ) -> Result<End, Failure> {
        let now = self.app.now();
        match outcome {
            SendOutcome::Accepted { gateway_message_id } => {
                let findable = ready.message.is_found_by_gateway_id(ready.sender.gateway);
                let sent = Settlement::Sent { at: now, gateway_message_id: &gateway_message_id, findable };
                self.end(ready, claim, sent, Status::Sent).await
            }
            SendOutcome::Perhaps { reason } => {
                metrics::counter!("messages_unknown", "cause" => "answer").increment(1);
                let error = format!("{} ({reason})", Reason::Unknown.error_message());
                let not_before = now + self.config.unknown_wait;
                self.end(ready, claim, Settlement::Unknown { not_before, error: &error }, Status::Unknown).await
            }
            SendOutcome::NotAccepted { refusal, detail } => {
                // The next message is told the same, so a failure to learn does no harm. This message is surely not
                // sent, and must not be left as `unknown`.
                if let Err(failure) = self.learn(ready, refusal, called_at).await {
                    tracing::warn!(?failure, refusal = refusal.word(), "a refusal could not be learnt from");
                }
                self.refused(ready, claim, refusal, &detail, now).await
            }
        }
    }

    /// Keeps the meaning of a refusal for the person or the sender, beyond this message.
    async fn learn(&self, ready: &Ready, refusal: Refusal, called_at: DateTime<Utc>) -> Result<(), Failure> {
        let store = self.app.store();
        let (business, sender) = ready.line();
        let recipient = ready.message.recipient;
        match refusal {
            Refusal::RateLimited { after } => {
                let until = self.app.now() + slow_down(after);
                store.set_sender_down(business, sender, until, &self.app.attempt()).await?;
            }
            Refusal::OptedOut => {
                store.opt_out(business, recipient, called_at, &self.app.attempt()).await?;
            }
            Refusal::WindowClosed => {
                store.close_window(business, recipient, called_at, &self.app.attempt()).await?;
            }
            Refusal::SenderRestricted => {
                tracing::error!(sender_id = %sender, "sender {sender} is restricted by its gateway");
                store.restrict_sender(business, sender, called_at, &self.app.attempt()).await?;
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
    ) -> Result<End, Failure> {
        let error = format!("{} ({}: {detail})", refusal.reason().error_message(), refusal.word());
        let (attempts, failures) = (ready.message.attempts + 1, ready.message.failures + 1);
        let has_other = refusal != Refusal::WindowClosed || ready.sender.template(&ready.message).is_some();
        match refusal.again(attempts, failures, &self.config.retry_delays, now).filter(|_| has_other) {
            Some(again) => {
                let retry = Settlement::Retry { again, error: &error };
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
    ) -> Result<End, Failure> {
        let (business, id) = (ready.message.business_id, &ready.message.message_id);
        match self.app.store().settle(business, id, claim, settlement, &self.app.attempt()).await? {
            Moved::Done => count(&ready.message, status),
            // A report of the gateway was faster, or the lease was over.
            Moved::Not(_) => metrics::counter!("settlements_overtaken").increment(1),
        }
        Ok(End::Done)
    }
}
