//! Campaigns as callers see them.

use api::campaigns::{Campaign, CampaignAudience, Cost, Difference, Preflight};
use campaigns::Campaigns;
use domain::{Audience, Counted, Progress, Wording};
use kit::Problem;
use std::collections::BTreeSet;

/// A campaign with the counts of its messages.
pub(crate) async fn shown(campaigns: &Campaigns, campaign: domain::Campaign) -> Result<Campaign, Problem> {
    let counts = campaigns.counts(&campaign).await?;
    let reached = counts.values().sum();
    let domain::Campaign { campaign_id, business_id, name, audience, wording, start_at, holdout, created_at, progress } =
        campaign;
    let audience = match audience {
        Audience::Segment(segment) => CampaignAudience { segment: Some(segment), ..CampaignAudience::default() },
        Audience::Customers(ids) => {
            CampaignAudience { customers: Some(ids.len() as u64), ..CampaignAudience::default() }
        }
        Audience::Search(search) => CampaignAudience { search: Some(search.name), ..CampaignAudience::default() },
        Audience::Proposal(proposal) => {
            CampaignAudience { proposal: Some(proposal.automation), ..CampaignAudience::default() }
        }
    };
    let (message, template) = match wording {
        Wording::Message(text) => (Some(text), None),
        Wording::Template { name, message, .. } => (message, Some(name)),
        Wording::Typed { .. } | Wording::Proposed => (None, None),
    };
    Ok(Campaign {
        campaign_id,
        business_id,
        name,
        audience,
        message,
        template,
        start_at,
        holdout,
        status: progress.status,
        expected_end: progress.expected_end(reached, campaigns.app().now()),
        differences: differences(&progress),
        reason: progress.reason,
        recipients: progress.recipients,
        left_out: progress.left_out,
        counts,
        created_at,
        started_at: progress.started_at,
        ended_at: progress.ended_at,
    })
}

/// In what the frozen audience differs from what the last preflight told.
fn differences(progress: &Progress) -> Vec<Difference> {
    let Some(Counted { recipients, left_out }) = progress.told.as_ref().filter(|_| progress.frozen_at.is_some()) else {
        return Vec::new();
    };
    let reasons: BTreeSet<&String> = left_out.keys().chain(progress.left_out.keys()).collect();
    let count = |counts: &std::collections::BTreeMap<String, u64>, of: &String| counts.get(of).copied().unwrap_or(0);
    let by_reason = reasons.into_iter().map(|reason| Difference {
        of: reason.clone(),
        before: count(left_out, reason),
        after: count(&progress.left_out, reason),
    });
    let people = Difference { of: "recipients".to_owned(), before: *recipients, after: progress.recipients };
    std::iter::once(people).chain(by_reason).filter(|it| it.before != it.after).collect()
}

/// A preflight.
pub(crate) fn told(preflight: campaigns::Preflight) -> Preflight {
    let Counted { recipients, left_out } = preflight.counted;
    let cost = preflight.cost.map(|money| Cost { amount: money.units(), currency: money.currency.code().to_owned() });
    let campaigns::Preflight { minutes, at_best_hours, .. } = preflight;
    Preflight { recipients, left_out, cost, minutes, at_best_hours }
}
