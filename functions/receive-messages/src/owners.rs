//! An owner's yes or no to the latest proposal.

use crate::Receiver;
use chrono::TimeDelta;
use domain::inbound::InboundMessage;
use domain::texts::proposal_answer::ProposalAnswer;
use domain::{Business, Draft, MessageId, Owner, Proposal, Recipient, yes_or_no};
use kit::batch::Failure;

/// A proposal may be answered for so long.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::days(7);

impl Receiver {
    /// Tells an owner, once for each proposal, what follows from their yes or no; `false` if it answers none.
    pub(crate) async fn answer_owner(
        &self,
        business: &Business,
        owner: &Owner,
        message: &InboundMessage,
    ) -> Result<bool, Failure> {
        let Some(yes) = message.text.as_deref().and_then(yes_or_no) else { return Ok(false) };
        let mut latest: Option<Proposal> = None;
        for (automation, _) in automations::scheduled() {
            let found = self.app.store().latest_proposal(business.business_id, automation).await?;
            // Gateways tell times in whole seconds, and their clocks may be behind.
            let open =
                found.filter(|it| (-TimeDelta::minutes(1)..=ANSWERED_WITHIN).contains(&(message.at - it.created_at)));
            latest = latest.into_iter().chain(open).max_by_key(|it| it.created_at);
        }
        let Some(Proposal { automation, date, .. }) = latest else { return Ok(false) };
        let text = ProposalAnswer::new(&owner.name, &business.name, yes);
        let id = MessageId::of(format!("proposal-answer/{}/{automation}/{date}", owner.owner_id));
        let to = Recipient::Owner(owner.owner_id);
        let draft = Draft::new(id, to, &text, business.voice(None)).map_err(Failure::permanent)?;
        self.outbox.write(business.business_id, draft).await?;
        Ok(true)
    }
}
