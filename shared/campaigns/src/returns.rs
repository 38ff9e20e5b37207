//! The returns of a campaign, counted from the books when they are asked for: the purchases of its time by day, and the
//! frozen audiences of all campaigns that were on the way then. Nothing is written when somebody buys, so a late purchase, a
//! correction and a refund count as they stand.
//!
//! A frozen audience holds 125 people to a read unit. Messages are looked up of people who bought alone, and only
//! until the count of a day after the end, which keeps when each message left.

use crate::preflight::cost;
use crate::{CampaignError, Campaigns};
use chrono::{DateTime, TimeDelta, Utc};
use domain::difference::Share;
use domain::returns::{Followed, Left, Mark, Purchased, WINDOW};
use domain::{BusinessId, Campaign, CampaignId, CustomerId, MessageId, Money, Progress, Status};
use futures::stream::{self, StreamExt, TryStreamExt};
use iso_currency::Currency;
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{MeasuredChunk, WithSenders};

/// Chunks that are read in one call.
const TOGETHER: u32 = 50;
/// Such calls that are under way at once.
const AT_ONCE: usize = 4;
/// Purchases may be recorded with a clock that is ahead.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// The returns of a campaign so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returns {
    /// From when on purchases count: the start, UTC.
    pub from: Option<DateTime<Utc>>,
    /// Until when they do: 30 days after the end, UTC.
    pub until: Option<DateTime<Utc>>,
    /// Whether that has passed.
    pub is_complete: bool,
    /// Messages that have left.
    pub messaged: u64,
    /// Of these, how many have reached the phone.
    pub delivered: u64,
    /// Of these, how many were read.
    pub read: u64,
    /// The purchases that are the campaign's.
    pub followed: Followed,
    /// The price of the messages that went as approved templates. `None` until the count of a day after the end, and where a
    /// country's price is not known.
    pub cost: Option<Money>,
    /// The audience and those who were held out of it, if anybody was.
    pub compared: Option<Compared>,
}

/// Who bought of two groups between the start and 30 days after the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// All people of the frozen audience, whether they got their message or not: nobody knows who would have of the others.
    pub audience: Share,
    /// Those who would be in it, and were held out.
    pub held_out: Share,
}

/// What was found in the frozen audience of the campaign itself.
#[derive(Default)]
struct Own {
    /// The people who bought anything.
    buyers: HashSet<CustomerId>,
    /// Messages that went as templates, by the country of the phone.
    templates: BTreeMap<Option<[u8; 2]>, u64>,
    /// Chunks of which it is known what left.
    counted: u32,
}

/// A buyer to whom a campaign was to go.
struct Reached {
    customer: CustomerId,
    message: MessageId,
    mark: Mark,
}

impl Campaigns {
    /// The returns of a campaign as the books stand; `None` if they are not counted by `until` (UTC).
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn returns(
        &self,
        known: &WithSenders,
        campaign: &Campaign,
        until: DateTime<Utc>,
    ) -> Result<Option<Returns>, CampaignError> {
        let (store, now) = (self.app().store(), self.app().now());
        let (business, id) = (campaign.business_id, &campaign.campaign_id);
        let Some(from) = campaign.progress.started_at else { return Ok(Some(Returns::default())) };
        let ends = campaign.progress.ended_at.map(|at| at + WINDOW);
        let last = now + AHEAD;
        // A message may leave a little after the end, if somebody sends it again.
        let to = ends.map_or(last, |ends| last.min(ends + Progress::RECOUNTED_AFTER));
        let mut purchased = Purchased::default();
        for bought in store.bought_between(business, from, to).await? {
            purchased.add(bought.customer, bought.at, bought.minor);
        }
        let joins = store.joins(business).await?;
        let mut all = store.all_progress(business).await?;
        all.entry(id.clone()).or_insert_with(|| campaign.progress.clone());
        let (mut own, mut place) = (Own::default(), 0);
        for (nth, (other, progress)) in all.iter().enumerate() {
            let is_own = other == id;
            if !is_own && !touches(progress, from, to) {
                continue;
            }
            let mut found = is_own.then(Own::default);
            if !self.walk(business, (other, nth), progress, &joins, &mut purchased, &mut found, until).await? {
                return Ok(None);
            }
            if let Some(found) = found {
                (own, place) = (found, nth);
            }
        }
        let counts = self.counts(campaign).await?;
        let count = |wanted: &[Status]| wanted.iter().filter_map(|status| counts.get(status)).sum();
        Ok(Some(Returns {
            from: Some(from),
            until: ends,
            is_complete: ends.is_some_and(|ends| ends <= now),
            messaged: count(&[Status::Sent, Status::Delivered, Status::Read]),
            delivered: count(&[Status::Delivered, Status::Read]),
            read: count(&[Status::Read]),
            followed: purchased.followed(place),
            cost: price(known, campaign, &own),
            compared: self.compared(campaign, &own, &joins, &purchased, ends.unwrap_or(last)).await?,
        }))
    }

    /// Goes through the frozen audience of a campaign, which has a place among all; `false` if `until` has passed.
    #[expect(clippy::too_many_arguments, reason = "what is known, and what is found")]
    async fn walk(
        &self,
        business: BusinessId,
        (id, place): (&CampaignId, usize),
        progress: &Progress,
        joins: &HashMap<CustomerId, CustomerId>,
        purchased: &mut Purchased,
        own: &mut Option<Own>,
        until: DateTime<Utc>,
    ) -> Result<bool, CampaignError> {
        let store = self.app().store();
        let firsts: Vec<u32> = (0..progress.chunks.div_ceil(TOGETHER)).map(|nth| nth * TOGETHER).collect();
        let calls = firsts.into_iter().map(|first| {
            store.measured_chunks(business, id, first..progress.chunks.min(first.saturating_add(TOGETHER)))
        });
        let mut parts = stream::iter(calls).buffered(AT_ONCE);
        while let Some(chunks) = parts.try_next().await? {
            let mut asked = Vec::new();
            for chunk in &chunks {
                take(chunk, (id, place), joins, purchased, own, &mut asked);
            }
            let ids: Vec<&MessageId> = asked.iter().map(|reached| &reached.message).collect();
            let messages = store.messages(business, ids).await?;
            let left: HashMap<_, _> =
                messages.iter().filter_map(|it| Some((&it.message_id, Left::of(it, id)?))).collect();
            for Reached { customer, message, mark } in &asked {
                if let Some(left) = left.get(message) {
                    purchased.add_message(*customer, *left, place, mark.is_inactive);
                }
            }
            if self.app().now() >= until {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn compared(
        &self,
        campaign: &Campaign,
        own: &Own,
        joins: &HashMap<CustomerId, CustomerId>,
        purchased: &Purchased,
        until: DateTime<Utc>,
    ) -> Result<Option<Compared>, CampaignError> {
        let progress = &campaign.progress;
        let Some(from) = progress.started_at.filter(|_| progress.held > 0) else { return Ok(None) };
        let held = self.app().store().held(campaign.business_id, &campaign.campaign_id, progress.held).await?;
        let people = held.len() as u64;
        let held = held.into_iter().map(|it| stands_for(it, joins)).filter(|it| purchased.has(*it)).collect();
        let bought = |buyers| purchased.bought_between(buyers, from, until);
        let audience = Share { people: progress.recipients, bought: bought(&own.buyers) };
        Ok(Some(Compared { audience, held_out: Share { people, bought: bought(&held) } }))
    }
}

/// Takes the people of a chunk who bought. What left for them is known, or to be asked.
fn take(
    measured: &MeasuredChunk,
    (id, place): (&CampaignId, usize),
    joins: &HashMap<CustomerId, CustomerId>,
    purchased: &mut Purchased,
    own: &mut Option<Own>,
    asked: &mut Vec<Reached>,
) {
    let MeasuredChunk { chunk, left } = measured;
    if let Some(own) = own {
        own.counted += u32::from(left.is_some());
    }
    for (nth, customer) in chunk.recipients.iter().enumerate() {
        let mark = chunk.marks.get(nth).copied().unwrap_or_default();
        let gone = left.as_ref().map(|left| left.get(nth).copied().flatten());
        if let (Some(own), Some(Some(gone))) = (own.as_mut(), gone)
            && gone.as_template
        {
            *own.templates.entry(mark.country).or_default() += 1;
        }
        let customer = stands_for(*customer, joins);
        if !purchased.has(customer) {
            continue;
        }
        if let Some(own) = own {
            own.buyers.insert(customer);
        }
        match gone {
            Some(Some(gone)) => purchased.add_message(customer, gone, place, mark.is_inactive),
            Some(None) => {}
            None => asked.extend(chunk.message_id_of(id, nth).map(|message| Reached { customer, message, mark })),
        }
    }
}

/// Whether a campaign may have written to anybody between two times.
fn touches(progress: &Progress, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
    let ended = progress.ended_at.map(|at| at + Progress::RECOUNTED_AFTER);
    progress.chunks > 0 && progress.started_at.is_some_and(|at| at < to) && ended.is_none_or(|at| at >= from)
}

/// The record that a person goes on under.
fn stands_for(customer: CustomerId, joins: &HashMap<CustomerId, CustomerId>) -> CustomerId {
    let mut at = customer;
    // Two that name each other would never end.
    for _ in 0..joins.len() {
        let Some(next) = joins.get(&at) else { break };
        at = *next;
    }
    at
}

/// The price of what went as templates, once that is counted.
fn price(known: &WithSenders, campaign: &Campaign, own: &Own) -> Option<Money> {
    let progress = &campaign.progress;
    if !known.senders.iter().any(|sender| sender.gateway.has_window()) {
        return Some(Money::new(0, Currency::USD));
    }
    let is_counted = progress.ended_at.is_some() && progress.due_at.is_none() && own.counted == progress.recounted;
    if !is_counted {
        return None;
    }
    let mut by_country: BTreeMap<&str, u64> = BTreeMap::new();
    for (country, count) in &own.templates {
        let country = country.as_ref().and_then(|country| std::str::from_utf8(country).ok());
        *by_country.entry(country.unwrap_or(&known.business.record.country)).or_default() += count;
    }
    cost(&by_country)
}
