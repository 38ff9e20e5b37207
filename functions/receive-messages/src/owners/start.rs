//! A yes to a proposal: who would be written to, and the start. Many people want a second yes.

use super::told::{self, Made};
use super::{Of, topic};
use crate::Receiver;
use campaigns::{CampaignError, Moved, Preflight};
use chrono::{NaiveDateTime, TimeDelta};
use domain::texts::preflight::{Cost, Figures, LeftOut, LeftOutReason, Takes};
use domain::texts::proposal_answer::Answer;
use domain::{Audience, Campaign, CampaignId, Counted, Job, Mode, Progress, Proposal, ProposalStatus, Wording, texts};
use kit::batch::{Failure, Outcome};
use queues::tasks::JobTask;
use std::time::Duration;
use store::WithSenders;

/// The time for which an audience is counted. Of one that is larger the proposal's own count is told.
const COUNTED_WITHIN: TimeDelta = TimeDelta::seconds(8);

impl Receiver {
    /// Starts what a proposal is about, or says what has to happen first. `offer` takes the place of the proposed one.
    pub(super) async fn accept(&self, of: &Of<'_>, kept: &Proposal, offer: Option<u8>) -> Outcome {
        let is_accepted = kept.status == ProposalStatus::Accepted;
        if !is_accepted && (of.at >= kept.until || kept.status == ProposalStatus::Expired) {
            return self.offer_anew(of, kept).await;
        }
        let store = self.app.store();
        let wanted = Proposal { offer: offer.filter(|_| !is_accepted).unwrap_or(kept.offer), ..kept.clone() };
        let campaign = campaign(of, &wanted);
        let campaign_id = Some(campaign.campaign_id.clone());
        let accepted = Proposal { status: ProposalStatus::Accepted, campaign_id, ..wanted.clone() };
        let made = store.campaign(campaign.business_id, &campaign.campaign_id).await?;
        // Until the audience is frozen nobody was written to, and a repeat tells the same figures.
        if made.is_some_and(|made| made.record.progress.frozen_at.is_some()) {
            self.moved(kept, &accepted).await?;
            self.campaigns.create_and_start(&campaign).await?;
            return self.tell(of, kept, "started", Answer::Started).await;
        }
        let Some(known) = store.business_with_senders(campaign.business_id).await? else { return Ok(()) };
        let told = self.count(&known, &campaign, kept.found).await?;
        let (recipients, price) = (told.figures.counted.recipients, price(of, &told.figures));
        let begins = self.begins(of);
        let text = |second| preflight_text(of, &wanted, &told.figures, price.as_deref(), second).from(begins);
        if recipients == 0 && !is_accepted {
            let id = told::id_of_one(of, kept, "nobody");
            return self.say(of, id, &text(None)).await.map(drop);
        }
        let asks = recipients > u64::from(of.business.settings.confirm_above) && !is_accepted;
        let mut before = kept.clone();
        if asks {
            before = Proposal { status: ProposalStatus::Confirming, ..wanted.clone() };
            self.moved(kept, &before).await?;
            // The second yes is of an owner who has read these lines. It is no repeat of the first, nor sent before them.
            let id = told::id(kept, of.owner.owner_id, "confirm");
            if self.say(of, id, &text(Some(wanted.number))).await? != Made::Before {
                return Ok(());
            }
        }
        // The proposal is settled first: an answer that comes at the same time sees it, and a repeat of this one goes on.
        self.moved(&before, &accepted).await?;
        let progress = Progress { told: told.in_full(), ..Progress::default() };
        self.campaigns.create_and_start(&Campaign { progress, ..campaign }).await?;
        if asks {
            return self.tell(of, kept, "started", Answer::Started).await;
        }
        self.say(of, told::id(kept, of.owner.owner_id, "started"), &text(None)).await.map(drop)
    }

    /// The figures of a campaign now. An audience that takes long to count is told by what the proposal found.
    async fn count(&self, known: &WithSenders, campaign: &Campaign, found: u64) -> Result<Told, Failure> {
        let now = self.app.now();
        match self.campaigns.preflight(known, campaign, now, now + COUNTED_WITHIN).await {
            Ok(Some(figures)) => Ok(Told { figures, is_full: true }),
            Ok(None) => Ok(Told { figures: Preflight::at_most(known, found), is_full: false }),
            Err(CampaignError::NoSender) => Ok(Told { figures: Preflight::at_most(known, 0), is_full: true }),
            Err(error) => Err(error.into()),
        }
    }

    /// The local time from which a campaign goes out, if it has to wait for the end of the quiet hours.
    pub(super) fn begins(&self, of: &Of<'_>) -> Option<NaiveDateTime> {
        let (now, business) = (self.app.now(), of.business);
        let goes_at = business.marketing_from(now);
        (goes_at > now).then(|| goes_at.with_timezone(&business.timezone).naive_local())
    }

    /// Sends nothing. What is under way is stopped.
    pub(super) async fn decline(&self, of: &Of<'_>, proposal: &Proposal) -> Outcome {
        if proposal.status != ProposalStatus::Accepted {
            self.moved(proposal, &Proposal { status: ProposalStatus::Declined, ..proposal.clone() }).await?;
            return self.tell_each(of, proposal, "declined", Answer::Declined).await;
        }
        let (business, campaign) = (of.business.business_id, id_of(proposal));
        let stopped = self.campaigns.cancel(business, &campaign, "owner: An owner has said no.").await?;
        match stopped {
            Moved::To(_) => self.tell(of, proposal, "stopped", Answer::Stopped).await,
            Moved::Not(_) => self.tell(of, proposal, "over", Answer::Over).await,
            Moved::NoCampaign => Err(Failure::retry("an earlier answer is starting the campaign")),
        }
    }

    /// Tells that an earlier answer has started the campaign, or that it is over.
    pub(super) async fn tell_started(&self, of: &Of<'_>, proposal: &Proposal) -> Outcome {
        let campaign = self.app.store().campaign_progress(of.business.business_id, &id_of(proposal)).await?;
        if campaign.is_some_and(|it| it.record.status.is_over()) {
            return self.tell(of, proposal, "over", Answer::Over).await;
        }
        self.tell(of, proposal, "already", Answer::Already).await
    }

    /// Moves a proposal. Where another answer has moved it meanwhile, this one comes again and sees what stands.
    async fn moved(&self, before: &Proposal, after: &Proposal) -> Outcome {
        if before == after || self.app.store().move_proposal(before, after, &self.app.attempt()).await? {
            return Ok(());
        }
        Err(Failure::retry("the proposal was answered by somebody else meanwhile"))
    }

    /// Says that the time has passed. A yes to that makes the report anew.
    async fn offer_anew(&self, of: &Of<'_>, proposal: &Proposal) -> Outcome {
        if self.tell_once(of, proposal, "expired", Answer::Expired).await? != Made::Before {
            return Ok(());
        }
        let business = Some(of.business.business_id);
        let job = Job::new(proposal.automation, business, Mode::EventDriven, self.app.now());
        let task = JobTask(Job { owner_id: Some(of.owner.owner_id), asked_in: Some(of.inbound.clone()), ..job });
        self.queues.send(&task, Duration::ZERO).await.map_err(Failure::retry)
    }
}

/// The figures that an owner is told.
struct Told {
    figures: Preflight,
    /// Whether everybody was asked for.
    is_full: bool,
}

impl Told {
    /// The counts, if everybody was asked for: the campaign is compared with them.
    fn in_full(&self) -> Option<Counted> {
        self.is_full.then(|| self.figures.counted.clone())
    }
}

/// The price of a campaign as the business writes it; `None` if it is not known, and nothing if there is none.
fn price(of: &Of<'_>, told: &Preflight) -> Option<String> {
    let cost = told.cost?;
    Some(if cost.minor == 0 { String::new() } else { cost.written(&of.business.country, of.business.locale) })
}

/// The lines before a start. `second_yes` is the number by which it is confirmed, if it has to be.
fn preflight_text<'a>(
    of: &'a Of<'_>,
    proposal: &Proposal,
    told: &Preflight,
    price: Option<&'a str>,
    second_yes: Option<u32>,
) -> texts::preflight::Preflight<'a> {
    let cost = match price {
        Some("") => Cost::Free,
        Some(price) => Cost::About(price),
        None => Cost::Unknown,
    };
    let left_out = told.counted.left_out.iter();
    let left_out = left_out.map(|(reason, count)| LeftOut { reason: reason_of(reason), count: *count });
    let time = Takes { minutes: told.minutes, at_best_hours: told.at_best_hours };
    let figures = Figures { recipients: told.counted.recipients, left_out: merged(left_out), cost, time };
    texts::preflight::Preflight::new(&of.owner.name, &of.business.name, topic(proposal), figures, second_yes)
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
