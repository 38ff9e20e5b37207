//! The people of an audience, page by page. A page of a segment is read from the index of last contacts, which has all that
//! is asked of a person but the reach row. A page of a search is read from the search index, and the records of its people
//! from the table.
//!
//! A customer who is in contact while the pages are read moves in that index. So one may come twice, and gets one message.

use crate::{CampaignError, Campaigns};
use automations::Invited;
use chrono::{DateTime, TimeDelta, Utc};
use domain::returns::Mark;
use domain::{Audience, Business, BusinessId, Customer, CustomerFilter, CustomerId, Draft, Lapsed, Locale, Segment};
use gateways::Address;
use search::Query;
use store::{Store, StoreError};

/// The most people that are looked at together.
const PAGE: i32 = 1_000;
/// Far beyond any last contact: a clock may run ahead of another.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// A person of an audience.
#[derive(Clone, Debug)]
pub struct Person {
    /// In the business.
    pub customer_id: CustomerId,
    /// The language to write in; the business's if absent.
    pub locale: Option<Locale>,
    /// Whether there is a name to call them by.
    pub is_named: bool,
    /// When they were last in contact, UTC, if it is known.
    pub last_contact_at: Option<DateTime<Utc>>,
    /// The ways to reach them.
    pub known: Known,
    /// Their message, where it is an automation's own.
    pub draft: Option<Draft>,
    /// Whether the proposal that named them has nothing to say to them any more.
    pub is_out: bool,
}

/// The names by which a gateway may know a person. `Debug` hides them.
#[derive(Clone, Default)]
pub struct Known {
    phone: Option<domain::Phone>,
    bsuid: Option<String>,
    chat_id: Option<String>,
    /// Whether these are all that there are.
    pub is_whole: bool,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("is_whole", &self.is_whole).finish_non_exhaustive()
    }
}

impl Known {
    /// The country of the phone (ISO 3166-1), if it is known.
    pub(crate) fn country(&self) -> Option<&'static str> {
        self.phone.as_ref()?.country()
    }

    /// The address at a gateway, if it has one of the person.
    pub(crate) fn at(&self, gateway: domain::Gateway) -> Option<Address> {
        gateways::adapter(gateway).address(self.phone.as_ref(), self.bsuid.as_deref(), self.chat_id.as_deref())
    }

    fn is_empty(&self) -> bool {
        self.phone.is_none() && !self.is_whole
    }
}

impl Person {
    /// What is kept of them with a frozen audience. `limit` is the time before which the last contact is long ago, UTC.
    pub(crate) fn mark(&self, limit: DateTime<Utc>) -> Mark {
        let country = self.known.country().and_then(|country| country.as_bytes().try_into().ok());
        Mark { country, is_inactive: self.last_contact_at.is_some_and(|at| at < limit) }
    }
}

impl From<Customer> for Person {
    fn from(customer: Customer) -> Self {
        let is_named = customer.known_name().is_some();
        let Customer { customer_id, locale, phone, bsuid, chat_id, last_contact_at, .. } = customer;
        let known = Known { phone, bsuid, chat_id, is_whole: true };
        let last_contact_at = Some(last_contact_at);
        Self { customer_id, locale, is_named, last_contact_at, known, draft: None, is_out: false }
    }
}

impl From<Invited> for Person {
    fn from(invited: Invited) -> Self {
        let Invited { customer_id, locale, draft } = invited;
        let known = Known::default();
        Self { customer_id, locale, is_named: false, last_contact_at: None, known, draft: Some(draft), is_out: false }
    }
}

impl From<Lapsed> for Person {
    fn from(lapsed: Lapsed) -> Self {
        let Lapsed { customer_id, locale, phone, name, last_contact_at, .. } = lapsed;
        let known = Known { phone, ..Known::default() };
        let (is_named, last_contact_at) = (name.is_some(), Some(last_contact_at));
        Self { customer_id, locale, is_named, last_contact_at, known, draft: None, is_out: false }
    }
}

/// A page of an audience, and where it goes on. `since` is the moment at which the audience is taken, UTC: it is the same for
/// all pages.
pub(crate) async fn page(
    campaigns: &Campaigns,
    business: &Business,
    audience: &Audience,
    since: DateTime<Utc>,
    cursor: Option<&str>,
) -> Result<(Vec<Person>, Option<String>), CampaignError> {
    let (store, id) = (campaigns.app().store(), business.business_id);
    // A text is of the time at which it goes.
    let goes_at = business.marketing_from(since);
    let (mut people, next) = match audience {
        Audience::Segment(segment) => {
            let inactive = since - TimeDelta::days(i64::from(business.settings.inactive_days));
            let before = if *segment == Segment::Inactive { inactive } else { since + AHEAD };
            let (found, next) = store.lapsed_before(id, before, Some(PAGE), cursor).await?;
            let of_segment = found.into_iter().filter(|lapsed| *segment != Segment::Vip || lapsed.vip);
            (of_segment.map(Person::from).collect::<Vec<_>>(), next)
        }
        Audience::Customers(ids) => {
            let (found, next) = named(store, id, ids, cursor).await?;
            (found.into_iter().map(Person::from).collect(), next)
        }
        Audience::Search(search) => {
            let (ids, next) = found(campaigns, business, &search.filter, since, cursor).await?;
            let mut records = store.customers(id, &ids).await?;
            // A customer who is gone may still stand in the index.
            let people = ids.iter().filter_map(|id| records.remove(id)).map(Person::from).collect();
            (people, next)
        }
        Audience::Proposal(proposal) if proposal.people.is_empty() => {
            let (found, next) = automations::invited(store, business, proposal, goes_at, PAGE, cursor).await?;
            (found.into_iter().map(Person::from).collect(), next)
        }
        Audience::Proposal(proposal) => {
            let (found, next) = named(store, id, &proposal.people, cursor).await?;
            let mut people = Vec::with_capacity(found.len());
            for customer in found {
                let draft = automations::proposed(proposal, business, &customer, goes_at)?.into_iter().next();
                people.push(Person { is_out: draft.is_none(), draft, ..Person::from(customer) });
            }
            (people, next)
        }
    };
    complete(store, business, &mut people).await?;
    Ok((people, next))
}

/// A page of the customers that a filter finds, in the order of their ids.
async fn found(
    campaigns: &Campaigns,
    business: &Business,
    filter: &CustomerFilter,
    since: DateTime<Utc>,
    cursor: Option<&str>,
) -> Result<(Vec<CustomerId>, Option<String>), CampaignError> {
    let cursor = cursor.map(str::parse).transpose().map_err(|_| StoreError::BadCursor)?;
    let filter = filter.clone().with_inactive_days(business.settings.inactive_days.into());
    let limit = usize::try_from(PAGE).unwrap_or_default();
    let query = Query { filter, sort: None, limit, cursor };
    let snapshot = campaigns.snapshot(business.business_id).await?;
    let page = snapshot.search(&query, since, business.timezone).map_err(|_| StoreError::BadCursor)?;
    let ids = page.rows.into_iter().map(|row| row.customer_id).collect();
    Ok((ids, page.cursor.map(|cursor| cursor.to_string())))
}

/// A page of customers that are named one by one; those that are gone are left out.
async fn named(
    store: &Store,
    business: BusinessId,
    ids: &[CustomerId],
    cursor: Option<&str>,
) -> Result<(Vec<Customer>, Option<String>), StoreError> {
    let from = cursor.map(str::parse).transpose().map_err(|_| StoreError::BadCursor)?.unwrap_or(0);
    let to = usize::try_from(PAGE).map_or(ids.len(), |page| ids.len().min(from + page));
    let wanted = ids.get(from..to).unwrap_or_default();
    let mut found = store.customers(business, wanted).await?;
    let people = wanted.iter().filter_map(|id| found.remove(id)).collect();
    Ok((people, (to < ids.len()).then(|| to.to_string())))
}

/// The index has no other name of a person than the phone: of those without, the record tells.
async fn complete(store: &Store, business: &Business, people: &mut [Person]) -> Result<(), CampaignError> {
    let bare: Vec<CustomerId> = people.iter().filter(|it| it.known.is_empty()).map(|it| it.customer_id).collect();
    if bare.is_empty() {
        return Ok(());
    }
    let found = store.customers(business.business_id, &bare).await?;
    for person in people.iter_mut().filter(|it| it.known.is_empty()) {
        // With two birthdays on a day a customer comes twice.
        if let Some(customer) = found.get(&person.customer_id).cloned() {
            let Person { known, last_contact_at, .. } = customer.into();
            (person.known, person.last_contact_at) = (known, last_contact_at);
        }
    }
    Ok(())
}
