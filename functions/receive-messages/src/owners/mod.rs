//! Owners' answers to proposals, and to appointments that customers asked for: which one is meant, and what follows from it.
//!
//! The meaning of an answer depends on what is open when it comes. So it is kept before it is acted on, and a repeat of
//! the delivery goes on where the first has left off.

mod meant;
mod requests;
mod start;
mod told;

use crate::Receiver;
use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use domain::inbound::{InboundKind, InboundMessage};
use domain::texts::Topic;
use domain::texts::proposal_answer::Answer;
use domain::{
    AnswerStep, AutomationName, Business, BusinessId, Decision, Does, MessageId, OpenProposals, Owner, OwnerAnswer,
    Proposal, Recipient, Said, Status, buttons, owner_answer,
};
use kit::batch::{Failure, Outcome};
use kit::keys::hash_of;
use meant::Meant;
use store::KeptAnswer;

/// Gateways tell times in whole seconds, and their clocks may be behind.
const CLOCK_BEHIND: TimeDelta = TimeDelta::minutes(1);

/// An owner who has written, and when.
pub(crate) struct Of<'a> {
    pub(crate) business: &'a Business,
    pub(crate) owner: &'a Owner,
    pub(crate) at: DateTime<Utc>,
    /// Made of the gateway's id: the same in every repeat of the delivery.
    pub(crate) inbound: String,
}

/// Whether a message of an owner answers a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OwnerAnswered {
    /// It is no answer.
    No,
    /// It may be one, and is asked about once more.
    Unclear,
    /// It is one.
    Understood,
}

/// The message of ours that an owner quotes, taps or reacts to.
enum Quoted {
    /// None.
    Nothing,
    /// A report, or an answer of ours, about this proposal.
    Proposal(Box<Proposal>),
    /// The question which of the open proposals is meant.
    Which,
    /// A message of ours that asks for no answer about a proposal.
    Other,
    /// A message that we do not know: one typed by staff, or one of ours whose sending was cut off.
    Unknown,
}

/// The proposal that the last message to an owner was about.
struct LastTold {
    proposal: Proposal,
    /// Whether it asked about this proposal alone. A report asks too, but others may be open beside it.
    is_question: bool,
}

impl Receiver {
    /// Does what an owner answers to a proposal or to a customer's request.
    pub(crate) async fn answer_owner(
        &self,
        business: &Business,
        owner: &Owner,
        message: &InboundMessage,
    ) -> Result<OwnerAnswered, Failure> {
        let Some(said) = words(message) else { return Ok(OwnerAnswered::No) };
        let of = Of { business, owner, at: message.at, inbound: hash_of(&message.gateway_message_id) };
        let (store, business_id) = (self.app.store(), business.business_id);
        let kept = match store.owner_answer(business_id, &of.inbound).await? {
            Some(kept) => kept,
            None => {
                let requests = self.request_steps(&of, message, said).await?;
                let steps = if requests.is_empty() { self.steps(&of, message, said).await? } else { Vec::new() };
                if steps.is_empty() && requests.is_empty() {
                    return Ok(OwnerAnswered::No);
                }
                let (now, attempt) = (self.app.now(), self.app.attempt());
                let answer = KeptAnswer { steps, requests, is_done: false };
                store.keep_owner_answer(business_id, &of.inbound, answer, now, &attempt).await?
            }
        };
        if !kept.is_done {
            self.take(&of, &kept.steps).await?;
            self.take_requests(&of, &kept.requests).await?;
            store.finish_owner_answer(business_id, &of.inbound, &self.app.attempt()).await?;
        }
        let is_unclear = kept.steps.iter().all(|step| matches!(step.does, Does::AskAgain))
            && kept.requests.iter().all(|step| step.decision == Decision::Unclear);
        Ok(if is_unclear { OwnerAnswered::Unclear } else { OwnerAnswered::Understood })
    }

    /// What an owner's words do to each proposal that they are about; nothing if they are no answer.
    async fn steps(&self, of: &Of<'_>, message: &InboundMessage, said: &str) -> Result<Vec<AnswerStep>, Failure> {
        let business = of.business.business_id;
        let (quoted, is_sure) = match self.quoted(business, message).await? {
            Quoted::Nothing | Quoted::Which => (None, true),
            Quoted::Proposal(proposal) => (Some(*proposal), true),
            Quoted::Unknown => (None, false),
            Quoted::Other => return Ok(Vec::new()),
        };
        let mut open = self.app.store().open_proposals(business).await?;
        open.retain(|it| it.created_at <= of.at + CLOCK_BEHIND);
        let last = self.last_told(of).await?;
        let is_reaction = message.kind == InboundKind::Reaction;
        // An answer that comes right after a question about one proposal is about that one.
        let asked = last.as_ref().filter(|last| last.is_question).map(|last| last.proposal.number);
        let replies_to = quoted.as_ref().map(|it| it.number).or(asked);
        let said = Said { text: said, is_reaction, replies_to };
        let meant = Meant { open, quoted, last: last.map(|it| it.proposal), at: of.at };
        let numbers = meant.numbers();
        let open = OpenProposals { open: &numbers, last_said: meant.last.as_ref().map(|it| it.number) };
        Ok(match owner_answer::owner_answer(said, open) {
            OwnerAnswer::Yes { .. } | OwnerAnswer::All { .. } | OwnerAnswer::No { .. } if !is_sure => {
                meant.steps(OwnerAnswer::Which)
            }
            answer => meant.steps(answer),
        })
    }

    /// Takes the steps. Each may be taken again: it finds its proposal where an earlier try has left it.
    async fn take(&self, of: &Of<'_>, steps: &[AnswerStep]) -> Outcome {
        let mut which = Vec::new();
        for AnswerStep { automation, date, does } in steps {
            let Some(proposal) = self.app.store().proposal(of.business.business_id, *automation, *date).await? else {
                continue;
            };
            match does {
                Does::Start { offer } => self.accept(of, &proposal, *offer).await?,
                Does::TellStarted => self.tell_started(of, &proposal).await?,
                Does::Decline => self.decline(of, &proposal).await?,
                Does::Postpone => self.tell_each(of, &proposal, "later", Answer::Later).await?,
                Does::AskAgain => self.tell(of, &proposal, "unclear", Answer::Unclear).await?,
                Does::AskWhich => which.push(proposal),
            }
        }
        if which.is_empty() { Ok(()) } else { self.ask_which(of, &which).await }
    }

    /// The message of ours that an owner quotes, taps or reacts to.
    async fn quoted(&self, business: BusinessId, message: &InboundMessage) -> Result<Quoted, Failure> {
        let Some(quoted) = &message.reply_to else { return Ok(Quoted::Nothing) };
        let Some(id) = self.app.store().find_by_gateway_id(business, quoted).await? else { return Ok(Quoted::Unknown) };
        if id.as_str().starts_with(told::WHICH) {
            return Ok(Quoted::Which);
        }
        Ok(match self.about(business, &id).await? {
            Some(proposal) => Quoted::Proposal(Box::new(proposal)),
            None => Quoted::Other,
        })
    }

    /// The proposal that the last message to the owner was about, if it was about one. A message that went out only after
    /// the owner wrote, or never, is not answered.
    async fn last_told(&self, of: &Of<'_>) -> Result<Option<LastTold>, Failure> {
        let (store, business) = (self.app.store(), of.business.business_id);
        let reach = store.reach(business, Recipient::Owner(of.owner.owner_id)).await?;
        let Some(id) = reach.last_message_id.filter(|id| about(id).is_some()) else { return Ok(None) };
        let Some(last) = store.message(business, &id).await? else { return Ok(None) };
        let went =
            last.sent_at.or(last.claimed_at).filter(|_| !matches!(last.status, Status::Failed | Status::Skipped));
        // Gateways tell whole seconds.
        if went.is_none_or(|went| of.at < went.trunc_subsecs(0)) {
            return Ok(None);
        }
        let is_question = told::is_question(&id);
        Ok(self.about(business, &id).await?.map(|proposal| LastTold { proposal, is_question }))
    }

    async fn about(&self, business: BusinessId, id: &MessageId) -> Result<Option<Proposal>, Failure> {
        let Some((automation, date)) = about(id) else { return Ok(None) };
        Ok(self.app.store().proposal(business, automation, date).await?)
    }
}

/// The words of a message that may answer a proposal. A tap on a button of a message to customers is no answer.
fn words(message: &InboundMessage) -> Option<&str> {
    let (text, payload) = (message.text.as_deref(), message.payload.as_deref());
    let words = match message.kind {
        InboundKind::Text | InboundKind::Reaction => text,
        InboundKind::Reply | InboundKind::Button if payload.is_some_and(|it| buttons::is_our_id(it, text)) => None,
        InboundKind::Reply | InboundKind::Button => text.or(payload),
        _ => None,
    };
    words.filter(|words| !words.trim().is_empty())
}

/// The proposal that a message to an owner is about: a report, or an answer of ours.
fn about(id: &MessageId) -> Option<(AutomationName, NaiveDate)> {
    let mut parts = id.as_str().strip_prefix(told::PREFIX).unwrap_or(id.as_str()).split('/');
    let (automation, _, date) = (parts.next()?, parts.next()?, parts.next()?);
    automation.parse().ok().zip(date.parse().ok())
}

/// What a proposal is about, in words.
fn topic(proposal: &Proposal) -> Topic<'static> {
    automations::topic(proposal.automation)
}
