//! Which proposals an answer is about, and what it does to each.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AnswerStep, Does, OwnerAnswer, Proposal, ProposalStatus};

/// For so long after its time a proposal is answered.
const LATELY: TimeDelta = TimeDelta::days(2);

/// The proposals that an answer may mean.
pub(super) struct Meant {
    /// Those that nobody has settled, the newest first. The time of some has passed.
    pub(super) open: Vec<Proposal>,
    /// The one that is quoted.
    pub(super) quoted: Option<Proposal>,
    /// The one that the owner was told of last.
    pub(super) last: Option<Proposal>,
    /// When the owner wrote, UTC.
    pub(super) at: DateTime<Utc>,
}

impl Meant {
    /// The numbers of those that may still be answered, the newest first. If there is none, that of the one whose time has
    /// lately passed: a yes to it is told so.
    pub(super) fn numbers(&self) -> Vec<u32> {
        let passed = || self.open.iter().find(|it| it.until <= self.at && self.at < it.until + LATELY);
        let all = self.answerable();
        let all = if all.is_empty() { passed().into_iter().collect() } else { all };
        all.into_iter().map(|it| it.number).collect()
    }

    pub(super) fn steps(&self, answer: OwnerAnswer) -> Vec<AnswerStep> {
        match answer {
            OwnerAnswer::Nothing => Vec::new(),
            OwnerAnswer::Yes { numbers, offer } => each(&self.of(&numbers), |it| yes(it, offer)),
            OwnerAnswer::All { offer } => each(&self.answerable(), |it| yes(it, offer)),
            OwnerAnswer::No { numbers } => each(&self.of_or_all(&numbers), |_| Does::Decline),
            OwnerAnswer::Later { numbers } => each(&self.of_or_all(&numbers), later),
            OwnerAnswer::Which => each(&self.answerable(), |_| Does::AskWhich),
            OwnerAnswer::Unclear => each(self.unclear().as_slice(), |_| Does::AskAgain),
        }
    }

    fn answerable(&self) -> Vec<&Proposal> {
        self.open.iter().filter(|it| it.is_open(self.at)).collect()
    }

    /// Those of the numbers. Numbers begin at 1 again, so the one that is quoted or was told last comes first.
    fn of(&self, numbers: &[u32]) -> Vec<&Proposal> {
        let known = || self.quoted.iter().chain(&self.last).chain(&self.open);
        numbers.iter().filter_map(|number| known().find(|it| it.number == *number)).collect()
    }

    /// Without a number it is the one that was started, if the owner was told of that last, or else all that are open. Where
    /// none is, a no that comes again is about the one that was declined last.
    fn of_or_all(&self, numbers: &[u32]) -> Vec<&Proposal> {
        match &self.last {
            _ if !numbers.is_empty() => self.of(numbers),
            Some(last) if last.status == ProposalStatus::Accepted => vec![last],
            Some(last) if last.status == ProposalStatus::Declined && self.answerable().is_empty() => vec![last],
            _ => self.answerable(),
        }
    }

    /// The one that is asked about once more.
    fn unclear(&self) -> Option<&Proposal> {
        let near = self.quoted.iter().chain(&self.last).find(|it| it.is_open(self.at));
        near.or_else(|| self.answerable().first().copied())
    }
}

fn yes(proposal: &Proposal, offer: Option<u8>) -> Does {
    if proposal.status == ProposalStatus::Accepted { Does::TellStarted } else { Does::Start { offer } }
}

fn later(proposal: &Proposal) -> Does {
    match proposal.status {
        ProposalStatus::Accepted => Does::TellStarted,
        // It does not become open again.
        ProposalStatus::Declined => Does::Decline,
        _ => Does::Postpone,
    }
}

fn each(proposals: &[&Proposal], does: impl Fn(&Proposal) -> Does) -> Vec<AnswerStep> {
    let step = |it: &&Proposal| AnswerStep { automation: it.automation, date: it.date, does: does(it) };
    proposals.iter().map(step).collect()
}
