//! Senders, and to whom an address at a gateway belongs: two senders with one address would send past each other, and
//! take each other's webhooks.

use crate::dynamodb::{Item, Refusal, Transacted, Write, millis, read_millis, read_text, text, to_item};
use crate::keys::PK;
use crate::keys::businesses as keys;
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Attempt, BusinessId, Gateway, Sender, SenderId};

const WHAT: &str = "senders";
const BUSINESS_ID: &str = "business_id";
const SENDER_ID: &str = "sender_id";
const TAKEN_AT: &str = "taken_at";
/// The address of a business that was never made, as its creation was cut off, is free after this.
const UNMADE: TimeDelta = TimeDelta::minutes(5);
/// Tries to free an address of nobody.
const TRIES: usize = 3;

/// What became of a sender that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptSender {
    /// It is kept, and the address is its own.
    Kept,
    /// Another sender has the address; nothing has changed.
    AddressTaken,
    /// The sender that was to change is gone.
    Gone,
}

/// Whose an address is.
struct Holder {
    business: BusinessId,
    sender: SenderId,
    taken_at: DateTime<Utc>,
}

fn holder(item: &Item) -> Result<Holder, StoreError> {
    let read = || {
        let business = read_text(item, BUSINESS_ID)?.parse().ok()?;
        let sender = read_text(item, SENDER_ID)?.parse().ok()?;
        Some(Holder { business, sender, taken_at: read_millis(item, TAKEN_AT)? })
    };
    read().ok_or(StoreError::Corrupt(WHAT))
}

/// Gives an address back that is still the sender's.
pub(crate) fn address_removal(gateway: Gateway, address: &str, sender: SenderId) -> Write {
    Write::delete(Table::Businesses, keys::address(gateway, address))
        .only_if(format!("attribute_not_exists(#{SENDER_ID}) OR #{SENDER_ID} = :own"))
        .with("own", text(sender.to_string()))
}

fn address_write(sender: &Sender, now: DateTime<Utc>) -> Write {
    let mut item = keys::address(sender.gateway, &sender.address);
    item.insert(BUSINESS_ID.to_owned(), text(sender.business_id.to_string()));
    item.insert(SENDER_ID.to_owned(), text(sender.sender_id.to_string()));
    item.insert(TAKEN_AT.to_owned(), millis(now));
    Write::put(Table::Businesses, item)
        .only_if(format!("attribute_not_exists(#{SENDER_ID}) OR #{SENDER_ID} = :own"))
        .with("own", text(sender.sender_id.to_string()))
}

impl Store {
    /// Keeps a sender that is new, or changes what differs of one as it was `before`, with its address, which no other
    /// sender may have. Of two who change the same thing at once the last wins.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn keep_sender(
        &self,
        before: Option<&Sender>,
        after: &Sender,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<KeptSender, StoreError> {
        for round in 1..=TRIES {
            let mut writes = vec![address_write(after, now)];
            let key = keys::sender(after.business_id, after.sender_id);
            match before {
                None => {
                    let mut item = to_item(after, WHAT)?;
                    item.extend(key);
                    writes.push(Write::put(Table::Businesses, item).if_new());
                }
                Some(before) => {
                    let change =
                        Write::update(Table::Businesses, key).turn(&to_item(before, WHAT)?, &to_item(after, WHAT)?);
                    if !change.is_idle() {
                        writes.push(change.only_if(format!("attribute_exists(#{SENDER_ID})")));
                    }
                    if before.address != after.address {
                        writes.push(address_removal(before.gateway, &before.address, before.sender_id));
                    }
                }
            }
            // One token cannot serve two transactions: the second would take the first for itself.
            let own = Attempt(format!("{}/{round}", attempt.0));
            let refusals = match self.transact(writes, &own).await? {
                Transacted::Committed => return Ok(KeptSender::Kept),
                Transacted::Refused(refusals) => refusals,
            };
            let Some(Refusal::Yes(Some(item))) = refusals.into_iter().next() else { return Ok(KeptSender::Gone) };
            if !self.free_of_nobody(after, &holder(&item)?, now).await? {
                return Ok(KeptSender::AddressTaken);
            }
        }
        Err(StoreError::Contended(WHAT))
    }

    /// The sender that has an address at a gateway, if one does.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn sender_at(
        &self,
        gateway: Gateway,
        address: &str,
    ) -> Result<Option<(BusinessId, SenderId)>, StoreError> {
        let item = self.get(Table::Businesses, keys::address(gateway, address)).await?;
        let holder = item.as_ref().map(holder).transpose()?;
        Ok(holder.map(|holder| (holder.business, holder.sender)))
    }

    /// The senders that have one of these addresses at their gateways, each with its address.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn senders_at(
        &self,
        addresses: impl IntoIterator<Item = (Gateway, String)>,
    ) -> Result<Vec<(String, BusinessId, SenderId)>, StoreError> {
        let addresses: Vec<_> = addresses.into_iter().collect();
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = addresses.iter().map(|(gateway, address)| keys::address(*gateway, address)).collect();
        let items = self.batch_get(Table::Businesses, wanted).await?;
        let owner = |item: &Item| {
            let address = read_text(item, PK).and_then(keys::read_address).ok_or(StoreError::Corrupt(WHAT))?;
            let holder = holder(item)?;
            Ok((address.to_owned(), holder.business, holder.sender))
        };
        items.iter().map(owner).collect()
    }

    /// Whether another sender has this address at its gateway.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn is_address_taken(&self, sender: &Sender, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let Some(item) = self.get(Table::Businesses, keys::address(sender.gateway, &sender.address)).await? else {
            return Ok(false);
        };
        let holder = holder(&item)?;
        Ok(holder.sender != sender.sender_id && !self.is_nobody(&holder, now).await?)
    }

    /// Frees an address whose holder's business is not there.
    async fn free_of_nobody(&self, of: &Sender, holder: &Holder, now: DateTime<Utc>) -> Result<bool, StoreError> {
        if !self.is_nobody(holder, now).await? {
            return Ok(false);
        }
        self.write_plain(address_removal(of.gateway, &of.address, holder.sender)).await?;
        Ok(true)
    }

    async fn is_nobody(&self, holder: &Holder, now: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(holder.taken_at + UNMADE < now && self.business(holder.business).await?.is_none())
    }
}
