//! Registering customers: one, or many in few requests.

use super::WHAT;
use crate::birthdays::row_writes;
use crate::dynamodb::{ROUNDS, Refusal, Transacted, VERSION, Write, number, read_text, text, to_item};
use crate::identities::{Identity, identities, identity_write, read_customer_id};
use crate::keys::PK;
use crate::keys::customers::{self as keys, BUSINESS_ID};
use crate::keys::identities as identity_keys;
use crate::points::first_balance;
use crate::recipients::decision;
use crate::tables::Table;
use crate::{Store, StoreError, Updated};
use domain::{Attempt, BusinessId, Customer, CustomerId, Profile, Recipient};
use futures::stream::{self, StreamExt};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The most actions of a transaction.
const ACTIONS: usize = 100;
/// Transactions, and people who are known already, at the same time.
const AT_ONCE: usize = 8;

/// The outcome of a registration.
#[derive(Clone, Debug, PartialEq)]
pub enum RegisterOutcome {
    /// The customer is new; the record is as it was given.
    Created,
    /// Somebody with this identity was known.
    Known {
        /// As the record now is.
        customer: Box<Customer>,
        /// Whether something that was empty has been filled.
        changed: bool,
    },
}

impl Store {
    /// Registers a customer, made of what is given, once: of several attempts with one identity the first creates the
    /// record, the others fill what is empty in it. One that is [imported](Customer::imported) registers nobody.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn register(
        &self,
        business: BusinessId,
        fresh: &Customer,
        given: &Profile,
        attempt: &Attempt,
    ) -> Result<RegisterOutcome, StoreError> {
        for round in 1..=ROUNDS {
            let Some(known) = self.create_customer(business, fresh, attempt).await? else {
                return Ok(RegisterOutcome::Created);
            };
            if let Some(outcome) = self.fill_known(business, known, (fresh, given), attempt).await? {
                return Ok(outcome);
            }
            self.pause(&attempt.0, round).await;
        }
        Err(StoreError::Contended("register"))
    }

    /// Registers many as [`Self::register`] does, and answers for each in their order. Their phones are read first. Those
    /// who are new are made together, as many in one transaction as it takes. Of several with one phone the first wins.
    pub async fn register_all(
        &self,
        business: BusinessId,
        people: &[(Customer, Profile)],
        attempt: &Attempt,
    ) -> Vec<Result<RegisterOutcome, StoreError>> {
        let (known, records) = match self.known_of(business, people).await {
            Ok(found) => found,
            Err(error) => return people.iter().map(|_| Err(error.clone())).collect(),
        };
        let plan = match plan(business, people, &known) {
            Ok(plan) => plan,
            Err(error) => return people.iter().map(|_| Err(error.clone())).collect(),
        };
        // One token cannot serve two transactions.
        let own = |place: usize| Attempt(format!("{}/{place}", attempt.0));
        let of_one = async |place: usize| match people.get(place) {
            Some((fresh, given)) => self.register(business, fresh, given, &own(place)).await,
            None => Err(StoreError::Corrupt(WHAT)),
        };
        let made = plan.groups.into_iter().enumerate().map(async |(nth, group)| {
            let together = Attempt(format!("{}/group/{nth}", attempt.0));
            let Group { places, writes } = group;
            let mut done = Vec::with_capacity(places.len());
            match self.transact(writes, &together).await {
                Ok(Transacted::Committed) => {
                    done.extend(places.into_iter().map(|it| (it, Ok(RegisterOutcome::Created))))
                }
                Err(error @ (StoreError::Throttled(_) | StoreError::Unavailable(_))) => {
                    done.extend(places.into_iter().map(|place| (place, Err(error.clone()))))
                }
                // Somebody has come in between, or one of them cannot be written: each by itself.
                Ok(Transacted::Refused(_)) | Err(_) => {
                    for place in places {
                        done.push((place, of_one(place).await));
                    }
                }
            }
            done
        });
        let made: Vec<Vec<_>> = stream::iter(made).buffer_unordered(AT_ONCE).collect().await;
        let filled = plan.known.into_iter().map(async |(place, id)| {
            let Some(((fresh, given), record)) = people.get(place).zip(records.get(&id)) else {
                // It is being erased.
                return (place, of_one(place).await);
            };
            if filled(record, fresh, given).is_none() {
                let customer = Box::new(record.clone());
                return (place, Ok(RegisterOutcome::Known { customer, changed: false }));
            }
            match self.fill_known(business, id, (fresh, given), &own(place)).await {
                Ok(Some(outcome)) => (place, Ok(outcome)),
                Ok(None) => (place, of_one(place).await),
                Err(error) => (place, Err(error)),
            }
        });
        let filled: Vec<_> = stream::iter(filled).buffer_unordered(AT_ONCE).collect().await;
        let repeated = plan.repeated.into_values().map(async |places| {
            let mut done = Vec::with_capacity(places.len());
            for place in places {
                done.push((place, of_one(place).await));
            }
            done
        });
        let repeated: Vec<Vec<_>> = stream::iter(repeated).buffer_unordered(AT_ONCE).collect().await;
        let all: BTreeMap<usize, _> = made.into_iter().chain(repeated).flatten().chain(filled).collect();
        all.into_values().collect()
    }

    /// The customers that the people are, and their records.
    async fn known_of(
        &self,
        business: BusinessId,
        people: &[(Customer, Profile)],
    ) -> Result<(HashMap<String, CustomerId>, HashMap<CustomerId, Customer>), StoreError> {
        let names = people.iter().flat_map(|(fresh, _)| identities(fresh));
        let found = self.batch_get(Table::Identities, names.map(|it| identity_keys::identity(business, it)).collect());
        let mut known = HashMap::new();
        for item in found.await? {
            known.insert(read_text(&item, PK).unwrap_or_default().to_owned(), read_customer_id(&item)?);
        }
        let ids: Vec<CustomerId> = known.values().copied().collect();
        Ok((known, self.customers(business, &ids).await?))
    }

    /// Fills what is empty in a record; `None` if it is being erased or has changed meanwhile.
    async fn fill_known(
        &self,
        business: BusinessId,
        known: CustomerId,
        (fresh, given): (&Customer, &Profile),
        attempt: &Attempt,
    ) -> Result<Option<RegisterOutcome>, StoreError> {
        let Some(before) = self.customer(business, known).await? else { return Ok(None) };
        let unchanged = |record| RegisterOutcome::Known { customer: Box::new(record), changed: false };
        let Some(after) = filled(&before.record, fresh, given) else { return Ok(Some(unchanged(before.record))) };
        Ok(match self.update_customer(business, &before, &after, attempt).await? {
            Updated::Done(_) => Some(RegisterOutcome::Known { customer: Box::new(after), changed: true }),
            Updated::Unchanged => Some(unchanged(after)),
            Updated::Conflict => None,
        })
    }

    /// Makes the record with all that belongs to it, or answers the customer that has one of its identities.
    pub(super) async fn create_customer(
        &self,
        business: BusinessId,
        fresh: &Customer,
        attempt: &Attempt,
    ) -> Result<Option<CustomerId>, StoreError> {
        let names = identities(fresh);
        match self.transact(new_writes(business, fresh)?, attempt).await? {
            Transacted::Committed => Ok(None),
            Transacted::Refused(refusals) => {
                let known = refusals.into_iter().take(names.len()).find_map(|refusal| match refusal {
                    Refusal::Yes(item) => item,
                    Refusal::No => None,
                });
                known.as_ref().map(read_customer_id).transpose()?.map(Some).ok_or(StoreError::Contended("register"))
            }
        }
    }
}

/// People who are made in one transaction.
#[derive(Default)]
struct Group {
    places: Vec<usize>,
    writes: Vec<Write>,
}

/// What is done with each of many people, by their places.
#[derive(Default)]
struct Plan {
    groups: Vec<Group>,
    known: Vec<(usize, CustomerId)>,
    /// By an identity that somebody before them has.
    repeated: BTreeMap<String, Vec<usize>>,
}

fn plan(
    business: BusinessId,
    people: &[(Customer, Profile)],
    known: &HashMap<String, CustomerId>,
) -> Result<Plan, StoreError> {
    let (mut plan, mut seen) = (Plan::default(), HashSet::new());
    let mut group = Group::default();
    for (place, (fresh, _)) in people.iter().enumerate() {
        let names = identities(fresh);
        let key = |identity: &Identity<'_>| {
            let item = identity_keys::identity(business, *identity);
            read_text(&item, PK).unwrap_or_default().to_owned()
        };
        let keys: Vec<String> = names.iter().map(key).collect();
        let repeated = keys.iter().find(|key| seen.contains(*key)).cloned();
        seen.extend(keys.iter().cloned());
        if let Some(repeated) = repeated {
            plan.repeated.entry(repeated).or_default().push(place);
            continue;
        }
        if let Some(id) = keys.iter().find_map(|key| known.get(key)) {
            plan.known.push((place, *id));
            continue;
        }
        let writes = new_writes(business, fresh)?;
        if group.writes.len() + writes.len() > ACTIONS {
            plan.groups.push(std::mem::take(&mut group));
        }
        group.places.push(place);
        group.writes.extend(writes);
    }
    if !group.places.is_empty() {
        plan.groups.push(group);
    }
    Ok(plan)
}

/// A new customer's record with all that belongs to it, the identities first.
fn new_writes(business: BusinessId, fresh: &Customer) -> Result<Vec<Write>, StoreError> {
    let id = fresh.customer_id;
    let mut item = to_item(fresh, WHAT)?;
    item.extend(keys::customer(business, id));
    item.insert(BUSINESS_ID.to_owned(), text(business.to_string()));
    item.insert(VERSION.to_owned(), number(1));
    let names = identities(fresh);
    let mut writes: Vec<_> =
        names.into_iter().map(|identity| identity_write(business, identity, id).if_new()).collect();
    writes.push(Write::put(Table::Customers, item).if_new());
    writes.push(Write::put(Table::Points, first_balance(business, id)));
    writes.extend(row_writes(business, None, Some(fresh))?);
    if let Some(yes) = fresh.marketing_consent {
        writes.push(decision(business, Recipient::Customer(id), yes, fresh.created_at));
    }
    Ok(writes)
}

/// The record with its gaps filled; `None` if there is nothing to fill.
fn filled(record: &Customer, fresh: &Customer, given: &Profile) -> Option<Customer> {
    let mut after = record.clone();
    if !fresh.imported {
        (after.wrote_first, after.imported) = (false, false);
    }
    if !after.fill_empty(given) && after.is_registered() == record.is_registered() {
        return None;
    }
    after.updated_at = fresh.created_at;
    Some(after)
}
