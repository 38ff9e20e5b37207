//! The preflight of a campaign: how many people, how many are left out and why, the cost and the time.

use crate::audience::page;
use crate::judge::{Judge, Verdict};
use crate::{CampaignError, Campaigns};
use chrono::{DateTime, Utc};
use domain::{Campaign, Counted, Money, rates};
use iso_currency::Currency;
use std::collections::BTreeMap;
use store::WithSenders;

/// What a campaign would do if it began now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preflight {
    /// The people who would be written to, and those who would not, by reason.
    pub counted: Counted,
    /// The price of the approved templates among the messages: nothing without any; `None` where one is not known.
    pub cost: Option<Money>,
    /// The time that it takes at the pace of the senders, in minutes, rounded up; quiet hours come on top.
    pub minutes: u64,
    /// Whether messages may wait for the best hours of their people, for at most a day on top.
    pub at_best_hours: bool,
}

impl Preflight {
    /// The figures of at most so many people, none of whom was asked for: all as templates, by the first sender.
    #[must_use]
    pub fn at_most(known: &WithSenders, recipients: u64) -> Self {
        let counted = Counted { recipients, ..Counted::default() };
        let Some(sender) = known.senders.first() else {
            return Self { counted, cost: None, minutes: 0, at_best_hours: false };
        };
        let charged = if sender.gateway.has_window() { recipients } else { 0 };
        let country = known.business.record.country.as_str();
        let minutes = recipients.div_ceil(u64::from(sender.per_minute.max(1)));
        let at_best_hours = known.business.record.settings.best_hour;
        Self { counted, cost: cost(&BTreeMap::from([(country, charged)])), minutes, at_best_hours }
    }
}

impl Campaigns {
    /// Counts the audience of a campaign for a start at `now` (UTC) or at its own time, if that is later. Reads a page of the
    /// audience and the reach rows of its people at a time: about one unit for each person, and no more than one page is held.
    /// `None` if it is not done by `until`.
    ///
    /// # Errors
    /// The store did not answer, or the business has no sender.
    pub async fn preflight(
        &self,
        known: &WithSenders,
        campaign: &Campaign,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<Preflight>, CampaignError> {
        let app = self.app();
        let (store, business) = (app.store(), &known.business.record);
        let starts = campaign.start_at.map_or(now, |at| at.max(now));
        let mut judge = Judge::new(known, campaign, starts);
        let (mut counted, mut cursor) = (Counted::default(), None);
        let (mut by_sender, mut templates) = (BTreeMap::<usize, u64>::new(), BTreeMap::<&str, u64>::new());
        loop {
            let (people, next) = page(self, business, &campaign.audience, starts, cursor.as_deref()).await?;
            for (person, verdict) in people.iter().zip(judge.judge(store, &people).await?) {
                match verdict {
                    Verdict::Goes { sender, as_template } => {
                        counted.recipients += 1;
                        *by_sender.entry(sender).or_default() += 1;
                        if as_template {
                            *templates.entry(person.known.country().unwrap_or(&business.country)).or_default() += 1;
                        }
                    }
                    Verdict::LeftOut(reason) => counted.leave_out(reason),
                }
            }
            cursor = next;
            if cursor.is_none() {
                break;
            }
            if app.now() >= until {
                return Ok(None);
            }
        }
        let mut minutes = 0;
        for (place, count) in by_sender {
            let Some(sender) = known.senders.get(place) else { continue };
            let row = store.sender_row(business.business_id, sender.sender_id).await?;
            let takes = sender.marketing_takes(&row.state, count, starts).num_milliseconds();
            minutes = minutes.max(u64::try_from(takes).unwrap_or_default().div_ceil(60_000));
        }
        let at_best_hours = judge.at_best_hours();
        Ok(Some(Preflight { counted, cost: cost(&templates), minutes, at_best_hours }))
    }
}

/// The price of so many templates to people of each country, rounded up to a cent for each.
pub(crate) fn cost(templates: &BTreeMap<&str, u64>) -> Option<Money> {
    let nothing = Money::new(0, Currency::USD);
    templates.iter().try_fold(nothing, |sum, (country, count)| {
        let more = rates::cost(country, rates::Category::Marketing, *count)?;
        Some(Money::new(sum.minor.checked_add(more.minor)?, sum.currency))
    })
}
