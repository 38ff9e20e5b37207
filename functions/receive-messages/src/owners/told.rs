//! What an owner is told in answer.

use super::{Of, topic};
use crate::Receiver;
use chrono::{SubsecRound, TimeDelta};
use domain::texts::Proposed;
use domain::texts::proposal_answer::{Answer, Answered, ProposalAnswer};
use domain::texts::proposal_which::ProposalWhich;
use domain::{Draft, MessageId, OwnerId, Proposal, Recipient, Status, Text, local_day};
use kit::batch::Failure;
use store::CreateMessage;

/// The beginning of the ids of our answers.
pub(super) const PREFIX: &str = "proposal/";
/// The beginning of the ids of the questions which proposal is meant.
pub(super) const WHICH: &str = "which/";
/// Which delivery an answer was made for.
const BY: &str = "by";

/// The id of an answer about a proposal: an owner gets one of each.
pub(super) fn id(proposal: &Proposal, owner: OwnerId, what: &str) -> MessageId {
    let Proposal { automation, date, .. } = proposal;
    MessageId::of(format!("{PREFIX}{automation}/{owner}/{date}/{what}"))
}

/// The id of the answer to one message.
pub(super) fn id_of_one(of: &Of<'_>, proposal: &Proposal, what: &str) -> MessageId {
    MessageId::of(format!("{}/{}", id(proposal, of.owner.owner_id, what), of.inbound))
}

/// Whether a message of this id asks about one proposal: for a second yes, once more, or whether to make it anew.
pub(super) fn is_question(id: &MessageId) -> bool {
    let what = id.as_str().strip_prefix(PREFIX).and_then(|rest| rest.split('/').nth(3));
    what.is_some_and(|what| ["confirm", "unclear", "expired"].contains(&what))
}

/// Whether an answer has been made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// Now, or by an earlier delivery of the same message.
    ByThis,
    /// For an earlier message, and this one was written after it.
    Before,
    /// For an earlier message, and this one was written before it went out.
    Crossed,
}

impl Receiver {
    /// Makes an answer, once, and tells whether the owner wrote after it.
    pub(super) async fn say(&self, of: &Of<'_>, id: MessageId, text: &dyn Text) -> Result<Made, Failure> {
        self.say_noting(of, id, text, []).await
    }

    /// The same, with something noted.
    pub(super) async fn say_noting(
        &self,
        of: &Of<'_>,
        id: MessageId,
        text: &dyn Text,
        noted: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Result<Made, Failure> {
        let (to, voice) = (Recipient::Owner(of.owner.owner_id), of.business.voice(None));
        let draft = Draft::new(id, to, text, voice).map_err(Failure::permanent)?.noting(BY, of.inbound.clone());
        let draft = noted.into_iter().fold(draft, |draft, (name, value)| draft.noting(name, value));
        Ok(match self.outbox.write(of.business.business_id, draft).await? {
            CreateMessage::Exists(before) if before.metadata.get(BY) != Some(&of.inbound) => {
                // Gateways tell whole seconds.
                let went = before.claimed_at.map(|at| at.trunc_subsecs(0));
                let never_went = matches!(before.status, Status::Failed | Status::Skipped);
                if never_went || went.is_some_and(|went| of.at >= went) { Made::Before } else { Made::Crossed }
            }
            CreateMessage::Created | CreateMessage::Exists(_) => Made::ByThis,
        })
    }

    /// Tells an owner what follows for a proposal, once for each.
    pub(super) async fn tell(
        &self,
        of: &Of<'_>,
        proposal: &Proposal,
        what: &str,
        answer: Answer,
    ) -> Result<(), Failure> {
        self.tell_once(of, proposal, what, answer).await.map(drop)
    }

    /// The same, once for each message that is answered.
    pub(super) async fn tell_each(
        &self,
        of: &Of<'_>,
        proposal: &Proposal,
        what: &str,
        answer: Answer,
    ) -> Result<(), Failure> {
        let id = id_of_one(of, proposal, what);
        self.say_answer(of, proposal, id, answer).await.map(drop)
    }

    pub(super) async fn tell_once(
        &self,
        of: &Of<'_>,
        proposal: &Proposal,
        what: &str,
        answer: Answer,
    ) -> Result<Made, Failure> {
        self.say_answer(of, proposal, id(proposal, of.owner.owner_id, what), answer).await
    }

    async fn say_answer(
        &self,
        of: &Of<'_>,
        proposal: &Proposal,
        id: MessageId,
        answer: Answer,
    ) -> Result<Made, Failure> {
        // It may be answered until just before that moment.
        let until = local_day(proposal.until - TimeDelta::seconds(1), of.business.timezone);
        let about = Answered { topic: topic(proposal), number: proposal.number, until: Some(until) };
        let text = ProposalAnswer::new(&of.owner.name, &of.business.name, answer, Some(about));
        let text = text.from(self.begins(of));
        self.say(of, id, &text).await
    }

    /// Asks which of the open ones a yes is about, once for each answer.
    pub(super) async fn ask_which(&self, of: &Of<'_>, open: &[Proposal]) -> Result<(), Failure> {
        let proposed =
            |it: &Proposal| Proposed { number: it.number, topic: topic(it), people: it.found, day: Some(it.date) };
        let listed = open.iter().map(proposed);
        let text = ProposalWhich::new(&of.owner.name, &of.business.name, listed.collect());
        let id = MessageId::of(format!("{WHICH}{}/{}", of.owner.owner_id, of.inbound));
        self.say(of, id, &text).await.map(drop)
    }
}
