//! What an owner is told in answer.

use super::{Of, topic};
use crate::Receiver;
use chrono::TimeDelta;
use domain::texts::Proposed;
use domain::texts::proposal_answer::{Answer, Answered, ProposalAnswer};
use domain::texts::proposal_which::ProposalWhich;
use domain::{Draft, MessageId, OwnerId, Proposal, Recipient, Text, local_day};
use kit::batch::Failure;
use store::CreateMessage;

/// The beginning of the ids of our answers.
pub(super) const PREFIX: &str = "proposal/";
/// Which delivery an answer was made for.
const BY: &str = "by";
/// The answers that a proposal may still be answered after.
const QUESTIONS: [&str; 4] = ["confirm", "later", "unclear", "expired"];

/// The id of an answer about a proposal: an owner gets one of each.
pub(super) fn id(proposal: &Proposal, owner: OwnerId, what: &str) -> MessageId {
    let Proposal { automation, date, .. } = proposal;
    MessageId::of(format!("{PREFIX}{automation}/{owner}/{date}/{what}"))
}

/// The messages after which an answer is about the proposal: its report, and our questions.
pub(super) fn asked(proposal: &Proposal, owner: OwnerId) -> Vec<MessageId> {
    let Proposal { automation, date, .. } = proposal;
    let report = MessageId::of(format!("{automation}/{owner}/{date}"));
    let settled = ["started", "already", "declined"];
    let ours = QUESTIONS.iter().chain(&settled).map(|what| id(proposal, owner, what));
    std::iter::once(report).chain(ours).collect()
}

/// Whether an answer has been made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// Now, or by an earlier delivery of the same message.
    ByThis,
    /// For an earlier message.
    Before,
}

impl Receiver {
    /// Makes an answer, once.
    pub(super) async fn say(&self, of: &Of<'_>, id: MessageId, text: &dyn Text) -> Result<Made, Failure> {
        let (to, voice) = (Recipient::Owner(of.owner.owner_id), of.business.voice(None));
        let draft = Draft::new(id, to, text, voice).map_err(Failure::permanent)?.noting(BY, of.inbound.clone());
        Ok(match self.outbox.write(of.business.business_id, draft).await? {
            CreateMessage::Exists(before) if before.metadata.get(BY) != Some(&of.inbound) => Made::Before,
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

    pub(super) async fn tell_once(
        &self,
        of: &Of<'_>,
        proposal: &Proposal,
        what: &str,
        answer: Answer,
    ) -> Result<Made, Failure> {
        // It may be answered until just before that moment.
        let until = local_day(proposal.until - TimeDelta::seconds(1), of.business.timezone);
        let about = Answered { topic: topic(proposal), number: proposal.number, until: Some(until) };
        let text = ProposalAnswer::new(&of.owner.name, &of.business.name, answer, Some(about));
        self.say(of, id(proposal, of.owner.owner_id, what), &text).await
    }

    /// Asks which of the open ones a yes is about, once for each answer.
    pub(super) async fn ask_which(&self, of: &Of<'_>, open: &[&Proposal]) -> Result<(), Failure> {
        let listed = open.iter().map(|it| Proposed { number: it.number, topic: topic(it), people: it.found });
        let text = ProposalWhich::new(&of.owner.name, &of.business.name, listed.collect());
        let id = MessageId::of(format!("which/{}/{}", of.owner.owner_id, of.inbound));
        self.say(of, id, &text).await.map(drop)
    }
}
