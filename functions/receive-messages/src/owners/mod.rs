//! Owners' answers to proposals: which one is meant, and what follows from it.
//!
//! Each step may be done again: an answer that is delivered twice finds the proposal where the first delivery has left it.

mod start;
mod told;

use crate::Receiver;
use chrono::{DateTime, TimeDelta, Utc};
use domain::inbound::{InboundKind, InboundMessage};
use domain::owner_answer::owner_answer;
use domain::reach::PAIR_TIME;
use domain::texts::Topic;
use domain::texts::proposal_answer::Answer;
use domain::{
    AutomationName, Business, BusinessId, Message, MessageId, OpenProposals, Owner, OwnerAnswer, Proposal, Recipient,
    Said,
};
use kit::batch::Failure;
use kit::keys::hash_of;

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

impl Receiver {
    /// Does what an owner answers to a proposal; `false` if it is no answer.
    pub(crate) async fn answer_owner(
        &self,
        business: &Business,
        owner: &Owner,
        message: &InboundMessage,
    ) -> Result<bool, Failure> {
        let Some(said) = words(message) else { return Ok(false) };
        let of = Of { business, owner, at: message.at, inbound: hash_of(&message.gateway_message_id) };
        let quoted = self.quoted(business.business_id, message).await?;
        let mut known = self.app.store().open_proposals(business.business_id).await?;
        known.retain(|it| it.created_at <= message.at + CLOCK_BEHIND);
        known.extend(quoted.clone().filter(|it| !known.iter().any(|other| is_same(it, other))));
        let replies_to = quoted.as_ref().map(|it| it.number);
        let is_reaction = message.kind == InboundKind::Reaction;
        let said = Said { text: said, is_reaction, replies_to };
        if known.is_empty() {
            // One that was settled may still be answered once more, if it was the last thing that the owner was told.
            let could_be = OpenProposals { open: &[], last_said: Some(0) };
            if owner_answer(said, could_be) == OwnerAnswer::Nothing {
                return Ok(false);
            }
            known = self.settled(business.business_id, message.at).await?;
        }
        let last = self.last_told(&of, &known).await?;
        let open: Vec<u32> = known.iter().filter(|it| it.is_open(message.at)).map(|it| it.number).collect();
        let last_said = last.map(|it| it.number);
        let meant = Meant { known: &known, quoted: quoted.as_ref(), last };
        match owner_answer(said, OpenProposals { open: &open, last_said }) {
            OwnerAnswer::Nothing => return Ok(false),
            OwnerAnswer::Yes { numbers, offer } => {
                for proposal in meant.of(&numbers) {
                    self.accept(&of, proposal, offer).await?;
                }
            }
            OwnerAnswer::All { offer } => {
                for proposal in meant.open(message.at) {
                    self.accept(&of, proposal, offer).await?;
                }
            }
            OwnerAnswer::No { numbers } => {
                for proposal in meant.of_or_open(&numbers, message.at) {
                    self.decline(&of, proposal).await?;
                }
            }
            OwnerAnswer::Later { numbers } => {
                for proposal in meant.of_or_open(&numbers, message.at) {
                    self.tell(&of, proposal, "later", Answer::Later).await?;
                }
            }
            OwnerAnswer::Which => self.ask_which(&of, &meant.open(message.at)).await?,
            OwnerAnswer::Unclear => match meant.unclear(message.at) {
                // It is asked once more; after that a human reads it.
                Some(proposal) => self.tell(&of, proposal, "unclear", Answer::Unclear).await?,
                None => return Ok(false),
            },
        }
        Ok(true)
    }

    /// The proposal that a message of ours was about, which an owner quotes, taps or reacts to.
    async fn quoted(&self, business: BusinessId, message: &InboundMessage) -> Result<Option<Proposal>, Failure> {
        let Some(quoted) = &message.reply_to else { return Ok(None) };
        let Some(id) = self.app.store().find_by_gateway_id(business, quoted).await? else { return Ok(None) };
        let Some((automation, date)) = about(&id) else { return Ok(None) };
        Ok(self.app.store().proposal(business, automation, date).await?)
    }

    /// The proposals that were made of late, open or not.
    async fn settled(&self, business: BusinessId, at: DateTime<Utc>) -> Result<Vec<Proposal>, Failure> {
        let mut all = self.app.store().proposals(business).await?;
        all.retain(|it| (-CLOCK_BEHIND..=Proposal::ANSWERED_WITHIN).contains(&(at - it.created_at)));
        Ok(all)
    }

    /// The proposal that the last message to the owner was about, if it was about one.
    async fn last_told<'a>(&self, of: &Of<'_>, known: &'a [Proposal]) -> Result<Option<&'a Proposal>, Failure> {
        let (business, owner) = (of.business.business_id, of.owner.owner_id);
        let ids: Vec<MessageId> = known.iter().flat_map(|it| told::asked(it, owner)).collect();
        if ids.is_empty() {
            return Ok(None);
        }
        let store = self.app.store();
        let last = store.reach(business, Recipient::Owner(owner)).await?.last_claim_at;
        let messages = store.messages(business, &ids).await?;
        let went = |it: &Message| it.sent_at.or(it.claimed_at);
        let newest = messages.iter().max_by_key(|it| went(it));
        // A later message would have been claimed so much later at least.
        let is_last = |it: &&Message| went(it).zip(last).is_some_and(|(went, last)| last - went < PAIR_TIME);
        let about = newest.filter(is_last).and_then(|it| about(&it.message_id));
        Ok(about.and_then(|about| known.iter().find(|it| (it.automation, it.date) == about)))
    }
}

/// The words of a message that may answer a proposal.
fn words(message: &InboundMessage) -> Option<&str> {
    let words = match message.kind {
        InboundKind::Text | InboundKind::Reaction => message.text.as_deref(),
        InboundKind::Reply | InboundKind::Button => message.text.as_deref().or(message.payload.as_deref()),
        _ => None,
    };
    words.filter(|words| !words.trim().is_empty())
}

fn is_same(one: &Proposal, other: &Proposal) -> bool {
    (one.automation, one.date) == (other.automation, other.date)
}

/// The proposal that a message to an owner is about: a report, or an answer of ours.
fn about(id: &MessageId) -> Option<(AutomationName, chrono::NaiveDate)> {
    let mut parts = id.as_str().strip_prefix(told::PREFIX).unwrap_or(id.as_str()).split('/');
    let (automation, _, date) = (parts.next()?, parts.next()?, parts.next()?);
    automation.parse().ok().zip(date.parse().ok())
}

/// The proposals that an answer may mean.
struct Meant<'a> {
    known: &'a [Proposal],
    quoted: Option<&'a Proposal>,
    last: Option<&'a Proposal>,
}

impl<'a> Meant<'a> {
    /// Those of the numbers. A number counts from 1 again, so the one that is quoted comes first.
    fn of(&self, numbers: &[u32]) -> Vec<&'a Proposal> {
        let all = || self.quoted.into_iter().chain(self.last).chain(self.known);
        let open = |number: u32| self.known.iter().find(|it| it.number == number && it.status.is_open());
        let found = |number: &u32| {
            let quoted = self.quoted.filter(|it| it.number == *number);
            quoted.or_else(|| open(*number)).or_else(|| all().find(|it| it.number == *number))
        };
        numbers.iter().filter_map(found).collect()
    }

    fn open(&self, at: DateTime<Utc>) -> Vec<&'a Proposal> {
        self.known.iter().filter(|it| it.is_open(at)).collect()
    }

    fn of_or_open(&self, numbers: &[u32], at: DateTime<Utc>) -> Vec<&'a Proposal> {
        if numbers.is_empty() { self.open(at) } else { self.of(numbers) }
    }

    /// The one that is asked about once more.
    fn unclear(&self, at: DateTime<Utc>) -> Option<&'a Proposal> {
        let is_open = |it: &&Proposal| it.is_open(at);
        self.quoted.filter(is_open).or(self.last.filter(is_open)).or_else(|| self.open(at).first().copied())
    }
}

/// What a proposal is about, in words.
fn topic(proposal: &Proposal) -> Topic<'static> {
    Topic::of(automations::spec(proposal.automation).text)
}
