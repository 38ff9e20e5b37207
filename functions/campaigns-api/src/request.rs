//! A campaign as a caller gives it.

use api::campaigns::{GivenAudience, NewCampaign};
use domain::texts::own_message;
use domain::{Audience, BusinessId, Campaign, Progress, SearchAudience, Wording};
use kit::fields::Fields;
use kit::{App, Problem};
use std::collections::BTreeSet;

/// The most that is kept of a template's names and variables together, in bytes.
const MOST_BYTES: usize = 16 * 1_024;

/// Reads what is given, or tells all that is wrong with it.
pub(crate) async fn read_campaign(app: &App, business_id: BusinessId, given: NewCampaign) -> Result<Campaign, Problem> {
    let NewCampaign { campaign_id, name, audience, message, template, start_at, holdout } = given;
    let mut fields = Fields::new();
    fields.require("name", !name.trim().is_empty(), "expected a text that is not empty");
    let message = message.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    fields.require("message", message.is_some() || template.is_some(), "expected a text, a template or both");
    for problem in message.iter().flat_map(|text| own_message::problems(text)) {
        fields.refuse("message", problem.to_string());
    }
    if let Some(template) = &template {
        let bytes: usize = template.variables.iter().map(|(name, value)| name.len() + value.len()).sum();
        fields.require("/template/variables", bytes <= MOST_BYTES, "expected at most 16 KB together");
    }
    let audience = read_audience(app, business_id, audience, &mut fields).await?;
    fields.finish()?;
    let wording = match template {
        Some(template) => Wording::Template { name: template.name, variables: template.variables, message },
        None => Wording::Message(message.unwrap_or_default()),
    };
    let id = || app.id().to_string().parse().map_err(Problem::internal);
    let campaign_id = campaign_id.map_or_else(id, Ok)?;
    Ok(Campaign {
        campaign_id,
        business_id,
        name: name.trim().to_owned(),
        audience,
        wording,
        start_at,
        holdout: holdout.unwrap_or_default(),
        created_at: app.now(),
        progress: Progress::new(start_at),
    })
}

async fn read_audience(
    app: &App,
    business: BusinessId,
    given: GivenAudience,
    fields: &mut Fields,
) -> Result<Audience, Problem> {
    Ok(match (given.segment, given.search, given.customers) {
        (Some(segment), ..) => Audience::Segment(segment),
        (None, Some(name), _) => {
            let known = app.store().saved_search(business, &name).await?;
            fields.require("/audience/search", known.is_some(), "expected the name of a saved search");
            let filter = known.map(|search| search.filter).unwrap_or_default();
            Audience::Search(Box::new(SearchAudience { name, filter }))
        }
        (None, None, customers) => {
            let mut customers = customers.unwrap_or_default();
            fields.require("/audience/customers", !customers.is_empty(), "must be given");
            // Each person gets it once.
            let mut seen = BTreeSet::new();
            customers.retain(|customer| seen.insert(*customer));
            Audience::Customers(customers)
        }
    })
}
