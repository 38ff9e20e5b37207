//! What a gateway says of a sender, its account and its templates: logged, and told to the owners if they have to act.

use crate::Receiver;
use chrono::TimeDelta;
use domain::inbound::{AccountNotice, Concern, SenderEvent};
use domain::texts::sender_notice::{Details, SenderNotice};
use domain::texts::{Line, OwnerName};
use domain::warm_up::{SLOW_AFTER_COMPLAINTS, SLOW_AFTER_FALLS};
use domain::{BusinessId, Draft, MessageId, Recipient, Sender, SenderId};
use kit::batch::{Failure, Outcome};
use queues::inbound::SenderTask;
use store::StoreError;

impl Receiver {
    pub(crate) async fn sender(&self, task: SenderTask) -> Outcome {
        let SenderTask { business_id, sender_id, event, .. } = task;
        metrics::counter!("sender_events").increment(1);
        let event = match event {
            SenderEvent::AccountNotice(notice) => return self.notice(business_id, sender_id, notice).await,
            event => event,
        };
        tracing::info!(%business_id, %sender_id, ?event, "sender {sender_id} is {event:?}");
        match event {
            SenderEvent::Connected => self.app.store().clear_sender_down(business_id, sender_id).await?,
            SenderEvent::Unsteady => self.slow(business_id, sender_id, SLOW_AFTER_FALLS).await?,
            _ => {}
        }
        Ok(())
    }

    /// Its marketing is slow for a while.
    async fn slow(&self, business: BusinessId, sender: SenderId, time: TimeDelta) -> Result<(), StoreError> {
        metrics::counter!("senders_slowed").increment(1);
        self.app.store().slow_sender(business, sender, self.app.now() + time, &self.app.attempt()).await
    }

    async fn notice(&self, business_id: BusinessId, sender_id: SenderId, mut notice: AccountNotice) -> Outcome {
        let Some(sender) = self.app.store().sender(business_id, sender_id).await? else { return Ok(()) };
        if notice.template.as_deref().is_some_and(|name| !is_ours(&sender, name)) {
            // Others may use the account too: their templates are none of the business's here.
            (notice.template, notice.language, notice.concern) = (None, None, None);
        }
        let AccountNotice { field, template, language, before, after, .. } = &notice;
        metrics::counter!("sender_notices").increment(1);
        tracing::warn!(
            %business_id,
            %sender_id,
            field,
            template,
            language,
            before,
            after,
            "the gateway says of the account of sender {sender_id}: {field}"
        );
        let Some(concern) = notice.concern else { return Ok(()) };
        if concern == Concern::NumberQuality {
            self.slow(business_id, sender_id, SLOW_AFTER_COMPLAINTS).await?;
        }
        let Some(business) = self.business(business_id).await? else { return Ok(()) };
        for owner in &business.owners {
            let text = SenderNotice {
                name: OwnerName(Some(&owner.name)),
                business: Line(&business.name),
                concern,
                details: Details(&notice),
            };
            let id = MessageId::sender_notice(owner.owner_id, &notice);
            let draft = Draft::new(id, Recipient::Owner(owner.owner_id), &text, business.voice(None));
            self.outbox.write(business_id, draft.map_err(Failure::permanent)?).await?;
        }
        Ok(())
    }
}

fn is_ours(sender: &Sender, template: &str) -> bool {
    sender.templates.values().flat_map(|all| all.all()).any(|ours| ours.name == template)
}
