//! The returns of a campaign, as callers see them.

use crate::{COUNTED_WITHIN, Of, found};
use api::campaigns::Cost;
use api::returns::{CampaignComparison, CampaignGroup, CampaignReturns};
use axum::extract::State;
use campaigns::{Compared, Returns};
use domain::difference::Share;
use domain::returns::WINDOW;
use domain::{Business, CampaignId, Money};
use kit::Problem;
use kit::customers::no_business;
use kit::json::Json;
use kit::params::{Path, Query};

pub(crate) async fn read(
    (State(campaigns), caller, Path(path), Query(about)): Of,
) -> Result<Json<CampaignReturns>, Problem> {
    let (app, business) = (campaigns.app(), caller.business(about.business_id)?);
    let campaign = found(&campaigns, business, &path).await?.record;
    let known = app.store().business_with_senders(business).await?.ok_or_else(no_business)?;
    let returns = campaigns.returns(&known, &campaign, app.now() + COUNTED_WITHIN).await?;
    // A repeat would take as long.
    let too_large = || Problem::conflict("This audience is too large to be counted in one call.");
    let returns = returns.ok_or_else(|| too_large().coded("audience_too_large"))?;
    Ok(Json(shown(campaign.campaign_id, returns, &known.business.record)))
}

fn shown(campaign_id: CampaignId, returns: Returns, business: &Business) -> CampaignReturns {
    let Returns { from, until, is_complete, messaged, delivered, read, followed, cost, compared } = returns;
    let of_messaged = |bought| rate(Share { people: messaged, bought });
    let revenue = Money::new(followed.revenue, business.currency);
    CampaignReturns {
        campaign_id,
        window_days: WINDOW.num_days(),
        from,
        until,
        complete: is_complete,
        messaged,
        delivery_rate: of_messaged(delivered),
        read_rate: of_messaged(read),
        bought: followed.bought,
        conversion: of_messaged(followed.bought),
        purchases: followed.purchases,
        revenue: amount(revenue),
        won_back: followed.won_back,
        cost: cost.map(amount),
        per_cost: cost.and_then(|cost| per_cost(revenue, cost, business)),
        comparison: compared.map(comparison),
    }
}

fn amount(money: Money) -> Cost {
    Cost { amount: money.units(), currency: money.currency.code().to_owned() }
}

fn comparison(Compared { audience, held_out }: Compared) -> CampaignComparison {
    let difference = audience.beside(held_out);
    CampaignComparison {
        audience: group(audience),
        held_out: group(held_out),
        lift: difference.map(|it| rounded(it.lift)),
        low: difference.map(|it| rounded(it.low)),
        high: difference.map(|it| rounded(it.high)),
        evidence: audience.evidence(held_out),
    }
}

fn group(share: Share) -> CampaignGroup {
    CampaignGroup { people: share.people, bought: share.bought, conversion: rate(share) }
}

fn rate(share: Share) -> Option<f64> {
    share.rate().map(rounded)
}

/// With four decimals.
fn rounded(part: f64) -> f64 {
    // Nothing below nought is written as `-0.0`.
    (part * 10_000.0).round() / 10_000.0 + 0.0
}

/// Revenue divided by cost, with two decimals; `None` where nothing was paid, or the cost is in another currency of which the
/// business has told no price.
fn per_cost(revenue: Money, cost: Money, business: &Business) -> Option<f64> {
    let price = if cost.currency == revenue.currency { 1.0 } else { business.settings.dollar_rate()? };
    let paid = cost.units() * price;
    (paid > 0.0).then(|| (revenue.units() / paid * 100.0).round() / 100.0)
}
