//! A yes to a proposal: who would be written to, and the start. Many people want a second yes.

use super::told::{self, Made};
use super::{Of, topic};
use crate::Receiver;
use campaigns::{CampaignError, Preflight, preflight};
use chrono::TimeDelta;
use domain::texts::preflight::{Cost, Figures, LeftOut, LeftOutReason};
use domain::texts::proposal_answer::Answer;
use domain::{Audience, Campaign, CampaignId, Counted, Job, Mode, Progress, Proposal, ProposalStatus, Wording, texts};
use kit::batch::Failure;
use queues::tasks::JobTask;
use std::time::Duration;

/// The time for which an audience is counted. Of one that is larger the proposal's own count is told.
const COUNTED_WITHIN: TimeDelta = TimeDelta::seconds(8);

impl Receiver {
    /// Starts what a proposal is about, or says what has to happen first. `offer` takes the place of the proposed one.
    pub(super) async fn accept(&self, of: &Of<'_>, proposal: &Proposal, offer: Option<u8>) -> Result<(), Failure> {
        let store = self.app.store();
        if let Some(id) = &proposal.campaign_id
            && store.campaign(of.business.business_id, id).await?.is_some()
        {
            return self.tell(of, proposal, "already", Answer::Already).await;
        }
        if of.at >= proposal.until || proposal.status == ProposalStatus::Expired {
            return self.offer_anew(of, proposal).await;
        }
        let proposal = Proposal { offer: offer.unwrap_or(proposal.offer), ..proposal.clone() };
        let campaign = campaign(of, &proposal);
        // An earlier delivery may have started it and not come further.
        if store.campaign(campaign.business_id, &campaign.campaign_id).await?.is_some() {
            return self.go(of, &proposal, campaign, Answer::Started).await;
        }
        let Some(known) = store.business_with_senders(campaign.business_id).await? else { return Ok(()) };
        let until = self.app.now() + COUNTED_WITHIN;
        let nobody = || Preflight { counted: Counted::default(), cost: None, minutes: 0 };
        let counted = match preflight(&self.app, &known, &campaign, self.app.now(), until).await {
            Ok(Some(counted)) => counted,
            Ok(None) => Preflight { counted: Counted { recipients: proposal.found, ..Counted::default() }, ..nobody() },
            Err(CampaignError::NoSender) => nobody(),
            Err(error) => return Err(error.into()),
        };
        let recipients = counted.counted.recipients;
        let written = counted.cost.map(|cost| cost.written(&of.business.country, of.business.locale));
        let cost = match (&written, counted.cost) {
            (_, Some(cost)) if cost.minor == 0 => Cost::Free,
            (Some(written), _) => Cost::About(written),
            (None, _) => Cost::Unknown,
        };
        let left_out = counted.counted.left_out.iter();
        let left_out = left_out.map(|(reason, count)| LeftOut { reason: reason_of(reason), count: *count });
        let figures = Figures { recipients, left_out: merged(left_out), cost, minutes: counted.minutes };
        let asks =
            recipients > u64::from(of.business.settings.confirm_above) && proposal.status != ProposalStatus::Confirming;
        let second = asks.then_some(proposal.number);
        let text =
            texts::preflight::Preflight::new(&of.owner.name, &of.business.name, topic(&proposal), figures, second);
        let id = |what| told::id(&proposal, of.owner.owner_id, what);
        if recipients == 0 {
            return self.say(of, id("nobody"), &text).await.map(drop);
        }
        if asks {
            let after = Proposal { status: ProposalStatus::Confirming, ..proposal.clone() };
            store.move_proposal(&proposal, &after, &self.app.attempt()).await?;
            return self.say(of, id("confirm"), &text).await.map(drop);
        }
        let campaign =
            Campaign { progress: Progress { told: Some(counted.counted), ..Progress::default() }, ..campaign };
        if proposal.status == ProposalStatus::Confirming {
            return self.go(of, &proposal, campaign, Answer::Started).await;
        }
        self.start(&proposal, campaign).await?;
        self.say(of, id("started"), &text).await.map(drop)
    }

    /// Starts the campaign and says so.
    async fn go(&self, of: &Of<'_>, proposal: &Proposal, campaign: Campaign, answer: Answer) -> Result<(), Failure> {
        self.start(proposal, campaign).await?;
        self.tell(of, proposal, "started", answer).await
    }

    /// Starts the campaign, and then settles the proposal: a crash between both leaves it to the next delivery.
    async fn start(&self, proposal: &Proposal, campaign: Campaign) -> Result<(), Failure> {
        self.campaigns.create_and_start(&campaign).await?;
        let campaign_id = Some(campaign.campaign_id);
        let after = Proposal { status: ProposalStatus::Accepted, campaign_id, ..proposal.clone() };
        self.app.store().move_proposal(proposal, &after, &self.app.attempt()).await?;
        Ok(())
    }

    pub(super) async fn decline(&self, of: &Of<'_>, proposal: &Proposal) -> Result<(), Failure> {
        if !proposal.status.is_open() && proposal.status != ProposalStatus::Declined {
            return self.tell(of, proposal, "already", Answer::Already).await;
        }
        let after = Proposal { status: ProposalStatus::Declined, ..proposal.clone() };
        self.app.store().move_proposal(proposal, &after, &self.app.attempt()).await?;
        self.tell(of, proposal, "declined", Answer::Declined).await
    }

    /// Says that the time has passed. A yes to that makes the report anew.
    async fn offer_anew(&self, of: &Of<'_>, proposal: &Proposal) -> Result<(), Failure> {
        if self.tell_once(of, proposal, "expired", Answer::Expired).await? == Made::ByThis {
            return Ok(());
        }
        let business = Some(of.business.business_id);
        let job = Job::new(proposal.automation, business, Mode::EventDriven, self.app.now());
        let task = JobTask(Job { owner_id: Some(of.owner.owner_id), ..job });
        self.queues.send(&task, Duration::ZERO).await.map_err(Failure::retry)
    }
}

/// The campaign of a proposal: one, whoever says yes and how often.
fn campaign(of: &Of<'_>, proposal: &Proposal) -> Campaign {
    let Proposal { automation, date, business_id, .. } = *proposal;
    Campaign {
        campaign_id: id_of(proposal),
        business_id,
        name: format!("{automation} {date}"),
        audience: Audience::Proposal(Box::new(proposal.clone())),
        wording: Wording::Proposed,
        start_at: None,
        holdout: 0,
        created_at: of.at.max(proposal.created_at),
        progress: Progress::default(),
    }
}

/// A caller's own name begins with no point.
fn id_of(proposal: &Proposal) -> CampaignId {
    CampaignId::of_proposal(proposal.automation, proposal.date)
}

/// The words for the reasons of a preflight.
fn reason_of(reason: &str) -> LeftOutReason {
    match reason {
        campaigns::HELD_OUT => LeftOutReason::HeldOut,
        reason => reason.parse::<domain::Reason>().map_or(LeftOutReason::Other, LeftOutReason::from),
    }
}

/// One line for each reason.
fn merged(all: impl Iterator<Item = LeftOut>) -> Vec<LeftOut> {
    let mut counts = std::collections::BTreeMap::<LeftOutReason, u64>::new();
    for LeftOut { reason, count } in all {
        *counts.entry(reason).or_default() += count;
    }
    counts.into_iter().map(|(reason, count)| LeftOut { reason, count }).collect()
}
