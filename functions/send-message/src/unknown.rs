//! Unknown messages: evidence settles them, else the policy of their kind.

use crate::Dispatcher;
use crate::prepare::count;
use crate::states::End;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Attempt, Message, Reason, Recipient, Sender, Status};
use gateways::{Address, SearchOutcome, Sought, adapter};
use kit::batch::Failure;
use std::time::Duration;
use store::{Moved, Settlement};

/// A gateway that has not answered for so long is not asked any more.
const LONGEST_LOOK: TimeDelta = TimeDelta::hours(24);

/// After so long the index shows which record an equal message in the chat belongs to.
const SHOWN_AFTER: Duration = Duration::from_secs(6);

impl Dispatcher {
    pub(crate) async fn resolve_unknown(&self, message: &Message, now: DateTime<Utc>) -> Result<End, Failure> {
        // Until then a report of the gateway may come. It is counted from the claim: `run-due` has put the row off by
        // the time its task is here.
        if message.claimed_at.is_some_and(|at| at + self.config.unknown_wait > now) {
            return Ok(End::Done);
        }
        let Some(claim) = &message.attempt else { return Err(Failure::permanent("an unknown message has no claim")) };
        match self.look(message).await? {
            Some(SearchOutcome::Found { gateway_message_ids }) => {
                match self.ours(message, gateway_message_ids).await? {
                    Some(id) => {
                        let at = message.claimed_at.unwrap_or(now);
                        let sent = Settlement::Sent { at, gateway_message_id: &id, findable: true };
                        self.move_on(message, claim, sent, Status::Sent).await
                    }
                    None => self.by_policy(message, claim, now).await,
                }
            }
            // The due index brings it up again, for as long as somebody may still answer.
            Some(SearchOutcome::Unavailable { .. }) if message.claimed_at.is_some_and(|at| at + LONGEST_LOOK > now) => {
                Ok(End::Done)
            }
            Some(SearchOutcome::Unavailable { .. } | SearchOutcome::NotFound | SearchOutcome::Unsupported) | None => {
                self.by_policy(message, claim, now).await
            }
        }
    }

    /// Looks for it at the gateway; `None` if there is no gateway to ask, or no address to look for.
    async fn look(&self, message: &Message) -> Result<Option<SearchOutcome>, Failure> {
        let store = self.app.store();
        let Some(sender_id) = message.sender_id else { return Ok(None) };
        let Some(sender) = store.sender(message.business_id, sender_id).await? else { return Ok(None) };
        let Some(to) = self.sought_address(message, &sender).await? else { return Ok(None) };
        let opened = self.key.open(message.business_id, sender_id, &sender.sealed_credentials);
        let http = self.app.http().clone();
        let client = opened.ok().and_then(|credentials| self.config.gateways.client(http, &sender, &credentials).ok());
        let Some(client) = client else {
            tracing::error!(%sender_id, "the credentials of sender {sender_id} cannot be used");
            return Ok(None);
        };
        let since = message.claimed_at.unwrap_or(message.created_at);
        let (text, buttons) = (message.content.text.clone(), message.content.buttons.clone());
        Ok(Some(client.find_sent(&Sought { to, text, buttons, since }).await))
    }

    async fn sought_address(&self, message: &Message, sender: &Sender) -> Result<Option<Address>, Failure> {
        let gateway = adapter(sender.gateway);
        if !gateway.can_be_searched() {
            return Ok(None);
        }
        match message.recipient {
            Recipient::Customer(id) => {
                let found = self.app.store().customer(message.business_id, id).await?;
                Ok(found.and_then(|found| {
                    let it = found.record;
                    gateway.address(it.phone.as_ref(), it.bsuid.as_deref(), it.chat_id.as_deref())
                }))
            }
            Recipient::Owner(id) => {
                let business = self.app.store().business(message.business_id).await?;
                let owner = business.and_then(|it| it.record.owners.into_iter().find(|owner| owner.owner_id == id));
                Ok(owner.and_then(|owner| gateway.address(Some(&owner.phone), None, None)))
            }
        }
    }

    /// The first of the equal messages that belongs to no other record. It is taken, as another record with the same text may
    /// be looked for in this moment.
    async fn ours(&self, message: &Message, candidates: Vec<String>) -> Result<Option<String>, Failure> {
        let Message { business_id, recipient, message_id, .. } = message;
        let store = self.app.store();
        self.app.clock().sleep(SHOWN_AFTER).await;
        for id in candidates {
            let owner = store.find_by_gateway_id(*business_id, &id).await?;
            let is_free = owner.is_none_or(|owner| owner == *message_id);
            if is_free && store.take_evidence(*business_id, *recipient, message_id, &id, &self.app.attempt()).await? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Transactional once more, others not, and nothing of before a restore.
    async fn by_policy(&self, message: &Message, claim: &Attempt, now: DateTime<Utc>) -> Result<End, Failure> {
        if message.unknown_policy(self.config.restored) == domain::MessageEvent::PolicyRepeat {
            return self.move_on(message, claim, Settlement::Repeat { not_before: now }, Status::Pending).await;
        }
        let error = Reason::Unknown.error_message();
        self.move_on(message, claim, Settlement::GiveUp { error: &error }, Status::Failed).await
    }

    async fn move_on(
        &self,
        message: &Message,
        claim: &Attempt,
        settlement: Settlement<'_>,
        status: Status,
    ) -> Result<End, Failure> {
        let (business, id) = (message.business_id, &message.message_id);
        if self.app.store().settle(business, id, claim, settlement, &self.app.attempt()).await? == Moved::Done {
            metrics::counter!("messages_unknown_settled", "as" => <&'static str>::from(status)).increment(1);
            count(message, status);
        }
        Ok(End::Done)
    }
}
