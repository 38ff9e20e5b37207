//! Which customer a phone, a chat or a business-scoped user id is, in `customer_id`; and for [`REMEMBERED`], by a hash,
//! that somebody of it was erased, in `erased_at`.

pub(crate) use crate::changes::nothing as change;
use crate::customers::record_writes;
use crate::dynamodb::{
    EXPIRES_AT, Item, Refusal, Transacted, Versioned, Write, millis, number, read_millis, read_text, text,
};
use crate::keys::PK;
use crate::keys::identities as keys;
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Attempt, BusinessId, Customer, CustomerId, CustomerRef, Phone};

const CUSTOMER_ID: &str = "customer_id";
const ERASED_AT: &str = "erased_at";
/// Queues keep for so long what was written before, and some time more for the hour at which it is looked at.
const REMEMBERED: TimeDelta = TimeDelta::days(15);

/// A gateway's name for a person.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Identity<'a> {
    /// The phone number.
    Phone(&'a Phone),
    /// The gateway's chat.
    Chat(&'a str),
    /// WhatsApp's business-scoped user id.
    Bsuid(&'a str),
}

impl Identity<'_> {
    /// The attribute of the customer's record that holds it.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Phone(_) => "phone",
            Self::Chat(_) => "chat_id",
            Self::Bsuid(_) => "bsuid",
        }
    }
}

/// The identities that a record knows, the phone first.
pub(crate) fn identities(customer: &Customer) -> Vec<Identity<'_>> {
    [
        customer.phone.as_ref().map(Identity::Phone),
        customer.chat_id.as_deref().map(Identity::Chat),
        customer.bsuid.as_deref().map(Identity::Bsuid),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(crate) fn identity_write(business: BusinessId, identity: Identity<'_>, customer: CustomerId) -> Write {
    let mut item = keys::identity(business, identity);
    item.insert(CUSTOMER_ID.to_owned(), text(customer.to_string()));
    Write::put(Table::Identities, item)
}

/// Makes the identity this customer's if it is nobody's.
fn identity_claim(business: BusinessId, identity: Identity<'_>, customer: CustomerId) -> Write {
    identity_write(business, identity, customer)
        .only_if(format!("attribute_not_exists(#{PK}) OR #{CUSTOMER_ID} = :customer"))
        .with("customer", text(customer.to_string()))
}

/// Removes the identity if it still is this customer's.
pub(crate) fn identity_removal(business: BusinessId, identity: Identity<'_>, customer: CustomerId) -> Write {
    Write::delete(Table::Identities, keys::identity(business, identity))
        .only_if(format!("#{CUSTOMER_ID} = :customer"))
        .with("customer", text(customer.to_string()))
}

/// Takes from a record the chat that is named by its phone: it is another person's once the phone is. `None` if it has
/// none.
fn leave_chat(business: BusinessId, record: &mut Customer) -> Option<Write> {
    let of_phone =
        |chat: &mut String| Phone::from_gateway(chat).is_ok_and(|named| record.phone.as_ref() == Some(&named));
    let chat = record.chat_id.take_if(of_phone)?;
    Some(identity_removal(business, Identity::Chat(&chat), record.customer_id))
}

/// That somebody of this identity was erased at `now`.
pub(crate) fn remembrance(business: BusinessId, identity: Identity<'_>, now: DateTime<Utc>) -> Write {
    let mut item = keys::erased(business, identity);
    item.insert(ERASED_AT.to_owned(), millis(now));
    item.insert(EXPIRES_AT.to_owned(), number((now + REMEMBERED).timestamp()));
    Write::put(Table::Identities, item)
}

pub(crate) fn read_customer_id(item: &Item) -> Result<CustomerId, StoreError> {
    read_text(item, CUSTOMER_ID).and_then(|id| id.parse().ok()).ok_or(StoreError::Corrupt("identities"))
}

/// The outcome of giving a known customer another identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attached {
    /// The identity is the customer's now.
    Done,
    /// It is another customer's.
    Taken,
    /// The record has changed meanwhile, or is gone.
    Changed,
}

impl Store {
    /// The customer whose identity it is.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn customer_id(
        &self,
        business: BusinessId,
        identity: Identity<'_>,
    ) -> Result<Option<CustomerId>, StoreError> {
        let item = self.get(Table::Identities, keys::identity(business, identity)).await?;
        item.as_ref().map(read_customer_id).transpose()
    }

    /// The customer that a caller means; an id is not looked up.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn resolve(&self, business: BusinessId, who: &CustomerRef) -> Result<Option<CustomerId>, StoreError> {
        match who {
            CustomerRef::Id(id) => Ok(Some(*id)),
            CustomerRef::Phone(phone) => self.customer_id(business, Identity::Phone(phone)).await,
        }
    }

    /// When somebody with one of these identities was last erased, UTC, if it is not long ago.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn erased_at(
        &self,
        business: BusinessId,
        names: &[Identity<'_>],
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut last = None;
        for identity in names {
            let found = self.get(Table::Identities, keys::erased(business, *identity)).await?;
            last = last.max(found.and_then(|item| read_millis(&item, ERASED_AT)));
        }
        Ok(last)
    }

    /// A customer goes on under another phone or user id, as the gateway says; nothing changes if one of them is another
    /// customer's or the record has changed since it was read.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn move_identities(
        &self,
        business: BusinessId,
        before: &Versioned<Customer>,
        phone: Option<&Phone>,
        bsuid: Option<&str>,
        attempt: &Attempt,
    ) -> Result<Attached, StoreError> {
        let known = &before.record;
        let id = known.customer_id;
        let moves = [
            (known.phone.as_ref().map(Identity::Phone), phone.map(Identity::Phone)),
            (known.bsuid.as_deref().map(Identity::Bsuid), bsuid.map(Identity::Bsuid)),
        ];
        let (mut writes, mut removals) = (Vec::new(), Vec::new());
        for (old, new) in moves {
            let Some(new) = new.filter(|new| old != Some(*new)) else { continue };
            writes.push(identity_claim(business, new, id));
            removals.extend(old.map(|old| identity_removal(business, old, id)));
        }
        let claims = writes.len();
        if claims == 0 {
            return Ok(Attached::Done);
        }
        writes.extend(removals);
        let mut after = known.clone();
        if phone.is_some_and(|phone| known.phone.as_ref() != Some(phone)) {
            writes.extend(leave_chat(business, &mut after));
        }
        after.phone = phone.cloned().or(after.phone);
        after.bsuid = bsuid.map(str::to_owned).or(after.bsuid);
        writes.extend(record_writes(business, before, &after)?);
        self.attached(writes, claims, attempt).await
    }

    /// Takes the phone or the user id from a customer when the gateway says that it is another person's now.
    /// [`Attached::Changed`] if the record has changed since it was read.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn drop_identities(
        &self,
        business: BusinessId,
        before: &Versioned<Customer>,
        phone: bool,
        bsuid: bool,
        attempt: &Attempt,
    ) -> Result<Attached, StoreError> {
        let known = &before.record;
        let mut after = known.clone();
        let (mut dropped, mut writes) = (Vec::new(), Vec::new());
        if phone {
            writes.extend(leave_chat(business, &mut after));
            dropped.extend(known.phone.as_ref().map(Identity::Phone));
            after.phone = None;
        }
        if bsuid {
            dropped.extend(known.bsuid.as_deref().map(Identity::Bsuid));
            after.bsuid = None;
        }
        if dropped.is_empty() {
            return Ok(Attached::Done);
        }
        writes.extend(dropped.into_iter().map(|identity| identity_removal(business, identity, known.customer_id)));
        writes.extend(record_writes(business, before, &after)?);
        self.attached(writes, 0, attempt).await
    }

    /// Keeps the chat that the gateway names a customer by, once; the record has none yet.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn attach_chat(
        &self,
        business: BusinessId,
        before: &Versioned<Customer>,
        chat: &str,
        attempt: &Attempt,
    ) -> Result<Attached, StoreError> {
        let after = Customer { chat_id: Some(chat.to_owned()), ..before.record.clone() };
        self.attach(business, before, &after, Identity::Chat(chat), attempt).await
    }

    /// Two customers are one person since `now` (UTC): `to` gets the user id of `from`, and the chat and all of its record
    /// that its own lacks. Nobody is found by `from` any more; what is kept of it moves by [`Store::join_step`].
    /// [`Attached::Changed`] if one of the records has changed since it was read, or an identity is another's.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn join_customers(
        &self,
        business: BusinessId,
        from: &Versioned<Customer>,
        to: &Versioned<Customer>,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Attached, StoreError> {
        let (giver, taker) = (&from.record, &to.record);
        let left = giver.left_for(taker.customer_id, now);
        let mut after = taker.clone();
        after.take_over(giver);
        after.updated_at = now;
        let mut writes = Vec::new();
        let hand_over = |identity: Identity<'_>| {
            identity_write(business, identity, taker.customer_id)
                .only_if(format!("#{CUSTOMER_ID} = :giver"))
                .with("giver", text(giver.customer_id.to_string()))
        };
        if let Some(bsuid) = giver.bsuid.clone() {
            let old = taker.bsuid.as_deref().filter(|old| *old != bsuid);
            writes.extend(old.map(|old| identity_removal(business, Identity::Bsuid(old), taker.customer_id)));
            writes.push(hand_over(Identity::Bsuid(&bsuid)));
            after.bsuid = Some(bsuid);
        }
        match &giver.chat_id {
            Some(chat) if taker.chat_id.is_none() => {
                writes.push(hand_over(Identity::Chat(chat)));
                after.chat_id = Some(chat.clone());
            }
            Some(chat) => writes.push(identity_removal(business, Identity::Chat(chat), giver.customer_id)),
            None => {}
        }
        // The number that the record has is not the one that the person shows now.
        let phone = giver.phone.as_ref();
        writes.extend(phone.map(|phone| identity_removal(business, Identity::Phone(phone), giver.customer_id)));
        writes.extend(record_writes(business, from, &left)?);
        writes.extend(record_writes(business, to, &after)?);
        self.attached(writes, 0, attempt).await
    }

    /// Gives a known customer an identity that its record lacks: `after` is the record with it.
    pub(crate) async fn attach(
        &self,
        business: BusinessId,
        before: &Versioned<Customer>,
        after: &Customer,
        identity: Identity<'_>,
        attempt: &Attempt,
    ) -> Result<Attached, StoreError> {
        let customer = before.record.customer_id;
        let mut writes = vec![identity_claim(business, identity, customer)];
        writes.extend(record_writes(business, before, after)?);
        self.attached(writes, 1, attempt).await
    }

    /// Makes writes of which the first `claims` claim identities.
    async fn attached(&self, writes: Vec<Write>, claims: usize, attempt: &Attempt) -> Result<Attached, StoreError> {
        Ok(match self.transact(writes, attempt).await? {
            Transacted::Committed => Attached::Done,
            Transacted::Refused(refusals) => {
                let taken = refusals.iter().take(claims).any(|refusal| matches!(refusal, Refusal::Yes(_)));
                if taken { Attached::Taken } else { Attached::Changed }
            }
        })
    }
}
