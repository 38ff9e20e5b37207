//! Customers' records: attributes as the fields of [`Customer`], with `business_id` and `version`. A record is made
//! together with its identities, its balance of points, its birthdays and, if the customer said yes or no to marketing,
//! its reach row.

mod contacts;
mod due;
mod erase;
mod follow_ups;
mod join;
mod mentions;
mod recent;
mod register;
mod searched;
mod walk;

pub use contacts::ContactOrder;
pub use erase::Erased;
pub(crate) use erase::STEP;
pub use join::Joined;
pub use register::RegisterOutcome;
pub(crate) use searched::is_searched;

use crate::birthdays::row_writes;
use crate::changes::{Image, image_number, image_text};
use crate::dynamodb::{
    Item, Outcome, ROUNDS, Refusal, Transacted, VERSION, Write, from_item, number, read_text, text, to_item, versioned,
};
use crate::identities::{Attached, Identity, identities};
use crate::keys::PK;
use crate::keys::customers::{self as keys, ACTION_KEY, DUE_KEY};
use crate::recipients::decision;
use crate::tables::Table;
use crate::{Change, Store, StoreError, Updated, Versioned};
use chrono::{DateTime, Utc};
use domain::{Attempt, BusinessId, Customer, CustomerId, Recipient};
use std::collections::HashMap;

const WHAT: &str = "customers";
/// There, and true, only where [`Customer::wrote_first`] is.
const WROTE_FIRST: &str = "wrote_first";
/// There, and true, only where [`Customer::imported`] is.
const IMPORTED: &str = "imported";
const JOINED_INTO: &str = "joined_into";
const CONVERSATIONS: &str = "conversations";
const LAST_ACTIVITY: &str = "last_activity";
const THREAD_ID: &str = "thread_id";
const THREAD_TOKEN_COUNT: &str = "thread_token_count";

/// The person who wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Met {
    /// As the record now is.
    pub customer: Versioned<Customer>,
    /// Whether the record was made for this.
    pub created: bool,
    /// Identities that the record was given now.
    pub attached: u32,
    /// Identities that are another customer's, or that differ from the record's. Nothing is merged.
    pub conflicts: u32,
}

/// The outcome of a yes or no to marketing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consented {
    /// It is kept, in the record and in the reach row.
    Done,
    /// A later word is kept already.
    Older,
    /// There is no such customer.
    NoCustomer,
}

/// The business and the customer of a record that a stream brings.
pub(crate) fn whose(image: &Image) -> Result<(BusinessId, CustomerId), StoreError> {
    image_text(image, PK).and_then(keys::read).ok_or(StoreError::Corrupt(WHAT))
}

/// The business and the customer whose record an item is.
fn read_ids(item: &Item) -> Result<(BusinessId, CustomerId), StoreError> {
    read_text(item, PK).and_then(keys::read).ok_or(StoreError::Corrupt(WHAT))
}

/// A record that the business makes is a customer who was registered. So is one that an import or a message of the person
/// made, when the business registers them. One that its person has left for another is joined.
pub(crate) fn change(before: Option<&Image>, after: &Image) -> Result<Option<Change>, StoreError> {
    let registered = |image: &Image| !image.contains_key(WROTE_FIRST) && !image.contains_key(IMPORTED);
    let joined = |image: &Image| image_text(image, JOINED_INTO).and_then(|id| id.parse().ok());
    if let Some(into) = joined(after).filter(|_| before.is_none_or(|before| joined(before).is_none())) {
        let (business_id, from) = whose(after)?;
        return Ok(Some(Change::CustomerJoined { business_id, from, into }));
    }
    if let Some(settled) = settled(before, after)? {
        return Ok(Some(settled));
    }
    if before.is_some_and(registered) || !registered(after) {
        return Ok(None);
    }
    let (business_id, customer_id) = whose(after)?;
    Ok(Some(Change::CustomerRegistered { business_id, customer_id }))
}

/// A conversation that has ended by this change.
fn settled(before: Option<&Image>, after: &Image) -> Result<Option<Change>, StoreError> {
    let count =
        |image: &Image, name| image_number(image, name).and_then(|it| u64::try_from(it).ok()).unwrap_or_default();
    let was = |name| before.map_or(0, |before| count(before, name));
    let conversation = count(after, CONVERSATIONS);
    if conversation <= was(CONVERSATIONS) {
        return Ok(None);
    }
    let corrupt = StoreError::Corrupt(WHAT);
    let (business_id, customer_id) = image_text(after, PK).and_then(keys::read).ok_or(corrupt)?;
    let last_activity = image_text(after, LAST_ACTIVITY).and_then(|at| at.parse().ok());
    Ok(Some(Change::ConversationSettled {
        business_id,
        customer_id,
        conversation,
        last_activity: last_activity.ok_or(StoreError::Corrupt(WHAT))?,
        tokens: count(after, THREAD_TOKEN_COUNT).saturating_sub(was(THREAD_TOKEN_COUNT)),
        thread_id: image_text(after, THREAD_ID).map(str::to_owned),
    }))
}

/// Changes a record as it was read, and the birthdays with it.
pub(crate) fn record_writes(
    business: BusinessId,
    before: &Versioned<Customer>,
    after: &Customer,
) -> Result<Vec<Write>, StoreError> {
    if to_item(&before.record, WHAT)? == to_item(after, WHAT)? {
        return Ok(Vec::new());
    }
    let mut writes = vec![record_write(business, before, after)?];
    writes.extend(row_writes(business, Some(&before.record), Some(after))?);
    Ok(writes)
}

/// Changes a record as it was read, even if nothing of it differs: what depends on the record's version is guarded so.
pub(crate) fn record_write(
    business: BusinessId,
    before: &Versioned<Customer>,
    after: &Customer,
) -> Result<Write, StoreError> {
    let known = &before.record;
    let record = Write::update(Table::Customers, keys::customer(business, known.customer_id))
        .turn(&to_item(known, WHAT)?, &to_item(after, WHAT)?)
        .set(VERSION, number(before.version + 1))
        .if_same(VERSION, Some(number(before.version)));
    let due = |customer: &Customer| customer.visits.rhythm().map(|rhythm| rhythm.due_on());
    let record = match (due(known), due(after)) {
        (before, after) if before == after => record,
        (_, Some(day)) => record.set(DUE_KEY, text(keys::due_key(business, day))),
        (_, None) => record.remove(DUE_KEY),
    };
    Ok(match (known.next_action_date, after.next_action_date) {
        (before, after) if before == after => record,
        (_, Some(day)) => record.set(ACTION_KEY, text(keys::action_key(business, day))),
        (_, None) => record.remove(ACTION_KEY),
    })
}

impl Store {
    /// The records of those of the customers that exist, by id.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn customers(
        &self,
        business: BusinessId,
        customers: &[CustomerId],
    ) -> Result<HashMap<CustomerId, Customer>, StoreError> {
        let keys = customers.iter().map(|customer| keys::customer(business, *customer)).collect();
        let read = |item| from_item::<Customer>(item, WHAT).map(|customer| (customer.customer_id, customer));
        self.batch_get(Table::Customers, keys).await?.into_iter().map(read).collect()
    }

    /// A customer's record.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn customer(
        &self,
        business: BusinessId,
        customer: CustomerId,
    ) -> Result<Option<Versioned<Customer>>, StoreError> {
        let item = self.get(Table::Customers, keys::customer(business, customer)).await?;
        item.map(|item| versioned(item, WHAT)).transpose()
    }

    /// The record of the customer who has this identity.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn customer_by(
        &self,
        business: BusinessId,
        identity: Identity<'_>,
    ) -> Result<Option<Versioned<Customer>>, StoreError> {
        match self.customer_id(business, identity).await? {
            Some(id) => self.customer(business, id).await,
            None => Ok(None),
        }
    }

    /// Changes a record as it was read; a change of the consent goes to the reach row too, with `updated_at` as its
    /// date. Identities are not changed this way.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn update_customer(
        &self,
        business: BusinessId,
        before: &Versioned<Customer>,
        after: &Customer,
        attempt: &Attempt,
    ) -> Result<Updated, StoreError> {
        let mut writes = record_writes(business, before, after)?;
        if writes.is_empty() {
            return Ok(Updated::Unchanged);
        }
        let consent = after.marketing_consent.filter(|_| after.marketing_consent != before.record.marketing_consent);
        let to = Recipient::Customer(before.record.customer_id);
        writes.extend(consent.map(|yes| decision(business, to, yes, after.updated_at)));
        let done = self.write_together(writes, attempt).await?;
        Ok(if done { Updated::Done(before.version + 1) } else { Updated::Conflict })
    }

    /// Makes all the writes or none; says whether they are made.
    pub(crate) async fn write_together(&self, mut writes: Vec<Write>, attempt: &Attempt) -> Result<bool, StoreError> {
        match (writes.len(), writes.pop()) {
            (1, Some(write)) => Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_))),
            (_, last) => {
                writes.extend(last);
                Ok(matches!(self.transact(writes, attempt).await?, Transacted::Committed))
            }
        }
    }

    /// Keeps that a customer said yes or no to marketing at `at`, in the record and in the reach row, unless a later
    /// word is kept.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn set_consent(
        &self,
        business: BusinessId,
        customer: CustomerId,
        yes: bool,
        at: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Consented, StoreError> {
        for round in 1..=ROUNDS {
            let Some(before) = self.customer(business, customer).await? else { return Ok(Consented::NoCustomer) };
            let after = Customer { marketing_consent: Some(yes), updated_at: at, ..before.record.clone() };
            let mut writes = vec![decision(business, Recipient::Customer(customer), yes, at)];
            writes.extend(record_writes(business, &before, &after)?);
            // One token cannot serve two transactions: the second would take the first for itself.
            let own = Attempt(format!("{}/{round}", attempt.0));
            match self.transact(writes, &own).await? {
                Transacted::Committed => return Ok(Consented::Done),
                Transacted::Refused(refusals) if matches!(refusals.first(), Some(Refusal::Yes(_))) => {
                    return Ok(Consented::Older);
                }
                Transacted::Refused(_) => self.pause(&attempt.0, round).await,
            }
        }
        Err(StoreError::Contended("consent"))
    }

    /// Keeps that a person wants no more marketing since `at`, of a customer as [`Self::set_consent`].
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn opt_out(
        &self,
        business: BusinessId,
        recipient: Recipient,
        at: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        match recipient {
            Recipient::Customer(customer) => {
                self.set_consent(business, customer, false, at, attempt).await?;
            }
            Recipient::Owner(_) => {
                self.decide_marketing(business, recipient, false, at, attempt).await?;
            }
        }
        Ok(())
    }

    /// The customer with any of these identities, the first that is known.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn find_customer(
        &self,
        business: BusinessId,
        names: &[Identity<'_>],
    ) -> Result<Option<Versioned<Customer>>, StoreError> {
        for identity in names {
            if let Some(known) = self.customer_by(business, *identity).await? {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// The customer with any of the identities of `fresh`, the phone's first; else `fresh` itself, which is made then.
    /// A known customer is given the identities that its record lacks. `None` if the person was erased after `did_at`,
    /// even if another customer has come to the identity since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn meet(
        &self,
        business: BusinessId,
        fresh: &Customer,
        did_at: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Option<Met>, StoreError> {
        for round in 1..=ROUNDS {
            let names = identities(fresh);
            let known = self.find_customer(business, &names).await?;
            let was_there = known.as_ref().is_some_and(|known| known.record.created_at <= did_at);
            if !was_there && self.erased_at(business, &names).await?.is_some_and(|erased| did_at <= erased) {
                return Ok(None);
            }
            let Some(customer) = known else {
                if self.create_customer(business, fresh, attempt).await?.is_none() {
                    let customer = Versioned { record: fresh.clone(), version: 1 };
                    return Ok(Some(Met { customer, created: true, attached: 0, conflicts: 0 }));
                }
                self.pause(&attempt.0, round).await;
                continue;
            };
            if let Some(met) = self.attach_all(business, fresh, customer, attempt).await? {
                return Ok(Some(met));
            }
            self.pause(&attempt.0, round).await;
        }
        Err(StoreError::Contended("meet"))
    }

    /// `None` if the record has changed meanwhile.
    async fn attach_all(
        &self,
        business: BusinessId,
        fresh: &Customer,
        known: Versioned<Customer>,
        attempt: &Attempt,
    ) -> Result<Option<Met>, StoreError> {
        let mut met = Met { customer: known, created: false, attached: 0, conflicts: 0 };
        for identity in identities(fresh) {
            let record = &met.customer.record;
            if identities(record).contains(&identity) {
                continue;
            }
            let lacks = match identity {
                Identity::Phone(_) => record.phone.is_none(),
                Identity::Chat(_) => record.chat_id.is_none(),
                Identity::Bsuid(_) => record.bsuid.is_none(),
            };
            if !lacks {
                met.conflicts += 1;
                continue;
            }
            let mut after = record.clone();
            match identity {
                Identity::Phone(phone) => after.phone = Some(phone.clone()),
                Identity::Chat(chat) => after.chat_id = Some(chat.to_owned()),
                Identity::Bsuid(bsuid) => after.bsuid = Some(bsuid.to_owned()),
            }
            // One token cannot serve two transactions: the second would take the first for itself.
            let own = Attempt(format!("{}/{}", attempt.0, identity.field()));
            match self.attach(business, &met.customer, &after, identity, &own).await? {
                Attached::Done => {
                    met.customer = Versioned { record: after, version: met.customer.version + 1 };
                    met.attached += 1;
                }
                Attached::Taken => met.conflicts += 1,
                Attached::Changed => return Ok(None),
            }
        }
        Ok(Some(met))
    }

    /// The number of customers in the deployment, as the table counts them about every six hours.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn customer_count(&self) -> Result<u64, StoreError> {
        self.item_count(Table::Customers).await
    }
}
