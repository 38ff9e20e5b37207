//! The chat with each customer, beside its turns: one item, changed by conditional writes on its version. It is removed 90
//! days after its last message, and with its customer. One that waits for its analysis is in the due index.

use crate::customers::record_writes;
use crate::due::{DueCursor, DuePage};
use crate::dynamodb::{
    EXPIRES_AT, Item, Outcome, ROUNDS, Refusal, Transacted, VERSION, Versioned, Write, from_item, millis, number,
    read_millis, read_number, read_text, text, to_item,
};
use crate::keys::conversations::{self as keys, LAST_KEY, STANDING_KEY};
use crate::keys::due::{NOT_BEFORE, SHARD, shard};
use crate::keys::{PK, SK};
use crate::messages::new_message;
use crate::tables::Table;
use crate::{Store, StoreError, usage};
use chrono::{DateTime, TimeDelta, Utc};
use domain::chat::{Chat, Settled};
use domain::crm::{Finding, Known};
use domain::usage::Usage;
use domain::{Attempt, BusinessId, Customer, CustomerId, Message};

const WHAT: &str = "chats";
const KEPT: TimeDelta = TimeDelta::days(90);

/// A chat that is due to be analysed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueChat {
    /// The business.
    pub business_id: BusinessId,
    /// The customer.
    pub customer_id: CustomerId,
    /// Since when, UTC.
    pub not_before: DateTime<Utc>,
}

/// The outcome of an answer to a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The message is made, and the chat says so.
    Done,
    /// The chat has changed since it was read: nothing is done.
    Conflict,
}

/// The outcome of bringing a conversation to its customer's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Chat and record are changed.
    Done,
    /// The chat or the record has changed since it was read.
    Conflict,
    /// There is no such customer any more.
    NoCustomer,
}

impl Store {
    /// The chat with a customer; a new one of version 0, if nobody has written yet.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn chat(&self, business: BusinessId, customer: CustomerId) -> Result<Versioned<Chat>, StoreError> {
        let Some(item) = self.get(Table::Conversations, keys::chat(business, customer)).await? else {
            return Ok(Versioned { record: Chat::default(), version: 0 });
        };
        read(item)
    }

    /// Changes a chat as it was read; `false` if somebody has changed it since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn put_chat(
        &self,
        business: BusinessId,
        customer: CustomerId,
        before: &Versioned<Chat>,
        after: &Chat,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let write = write(business, customer, before, after)?;
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }

    /// Makes the message that answers a customer and changes the chat as it was read: both or none. So nothing is said in a
    /// chat that a person has taken meanwhile.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn answer_chat(
        &self,
        business: BusinessId,
        customer: CustomerId,
        before: &Versioned<Chat>,
        after: &Chat,
        message: &Message,
        attempt: &Attempt,
    ) -> Result<Answered, StoreError> {
        let chat = write(business, customer, before, after)?;
        match self.transact(vec![chat.clone(), new_message(message)?], attempt).await? {
            Transacted::Committed => Ok(Answered::Done),
            Transacted::Refused(refusals) => match refusals.as_slice() {
                // The message was made before, and the chat does not say so.
                [Refusal::No, Refusal::Yes(_)] => {
                    let own = Attempt(format!("{}/chat", attempt.0));
                    let is_kept = !matches!(self.write(chat, &own).await?, Outcome::Refused(_));
                    Ok(if is_kept { Answered::Done } else { Answered::Conflict })
                }
                _ => Ok(Answered::Conflict),
            },
        }
    }

    /// Keeps that a conversation has ended at `now` (UTC), and brings it to the customer's record: both or none.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    #[expect(clippy::too_many_arguments)]
    pub async fn record_conversation(
        &self,
        business: BusinessId,
        customer: CustomerId,
        before: &Versioned<Chat>,
        after: &Chat,
        settled: &Settled,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Recorded, StoreError> {
        let change = |record: &mut Customer| record.converse(settled, now);
        let Settled { answers, tokens, .. } = *settled;
        let more = Usage { conversations: u64::from(answers > 0), answers, turn_tokens: tokens, ..Usage::default() };
        let counts = (tokens > 0 || answers > 0).then(|| usage::write(business, more, now));
        self.record_chat((business, customer), (before, after), change, counts, attempt).await
    }

    /// Keeps that a conversation is analysed for so many tokens, and brings what it says to the customer's record: both or
    /// none.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    #[expect(clippy::too_many_arguments)]
    pub async fn record_analysis(
        &self,
        business: BusinessId,
        customer: CustomerId,
        before: &Versioned<Chat>,
        after: &Chat,
        finding: &Finding,
        tokens: u64,
        known: Known,
        attempt: &Attempt,
    ) -> Result<Recorded, StoreError> {
        let change = |record: &mut Customer| {
            record.take_up(finding, known);
        };
        let more = Usage { analysed: 1, analysis_tokens: tokens, ..Usage::default() };
        let counts = Some(usage::write(business, more, known.now));
        self.record_chat((business, customer), (before, after), change, counts, attempt).await
    }

    /// Changes a chat, the customer's record and the counts of the day together.
    async fn record_chat(
        &self,
        (business, customer): (BusinessId, CustomerId),
        (before, after): (&Versioned<Chat>, &Chat),
        change: impl FnOnce(&mut Customer),
        counts: Option<Write>,
        attempt: &Attempt,
    ) -> Result<Recorded, StoreError> {
        let Some(known) = self.customer(business, customer).await? else { return Ok(Recorded::NoCustomer) };
        let mut record = known.record.clone();
        change(&mut record);
        let mut writes = record_writes(business, &known, &record)?;
        writes.push(write(business, customer, before, after)?);
        writes.extend(counts);
        let done = self.write_together(writes, attempt).await?;
        Ok(if done { Recorded::Done } else { Recorded::Conflict })
    }

    /// The chats of a shard that are due to be analysed by `now`, the longest due first, at most `limit` a page.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn due_chats(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueChat>, StoreError> {
        let read = |item| {
            let corrupt = || StoreError::Corrupt(WHAT);
            let key = || read_text(&item, PK).zip(read_text(&item, SK));
            let (business_id, customer_id) = key().and_then(|(pk, sk)| keys::read_chat(pk, sk)).ok_or_else(corrupt)?;
            Ok(DueChat { business_id, customer_id, not_before: read_millis(&item, NOT_BEFORE).ok_or_else(corrupt)? })
        };
        self.due_page(Table::Conversations, shard, now, limit, cursor, read).await
    }

    /// A chat that was due is looked at again at `next`; `false` if it has changed since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn advance_chat(
        &self,
        due: &DueChat,
        next: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let write = Write::update(Table::Conversations, keys::chat(due.business_id, due.customer_id))
            .set(NOT_BEFORE, millis(next))
            .if_same(NOT_BEFORE, Some(millis(due.not_before)));
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }
}

impl Store {
    /// Brings what the chat of a record has to that of the record which its person goes on under, and removes it: both or
    /// none.
    pub(crate) async fn join_chats(
        &self,
        business: BusinessId,
        from: CustomerId,
        into: CustomerId,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        for round in 1..=ROUNDS {
            let (giver, taker) = (self.chat(business, from).await?, self.chat(business, into).await?);
            if giver.version == 0 {
                return Ok(());
            }
            let mut after = taker.record.clone();
            after.join(&giver.record);
            let gone = Write::delete(Table::Conversations, keys::chat(business, from));
            let writes =
                vec![write(business, into, &taker, &after)?, gone.if_same(VERSION, Some(number(giver.version)))];
            // One token cannot serve two transactions: the second would take the first for itself.
            let own = Attempt(format!("{}/chats/{round}", attempt.0));
            match self.transact(writes, &own).await? {
                Transacted::Committed => return Ok(()),
                Transacted::Refused(_) => self.pause(&attempt.0, round).await,
            }
        }
        Err(StoreError::Contended(WHAT))
    }
}

/// A chat of its item.
pub(crate) fn read(item: Item) -> Result<Versioned<Chat>, StoreError> {
    let version = read_number(&item, VERSION).unwrap_or_default();
    Ok(Versioned { record: from_item(item, WHAT)?, version })
}

pub(crate) fn write(
    business: BusinessId,
    customer: CustomerId,
    before: &Versioned<Chat>,
    after: &Chat,
) -> Result<Write, StoreError> {
    let mut item = to_item(after, WHAT)?;
    item.extend(keys::chat(business, customer));
    item.insert(VERSION.to_owned(), number(before.version + 1));
    if let Some(at) = after.analysis_due() {
        item.insert(SHARD.to_owned(), text(shard(&keys::chat_name(business, customer))));
        item.insert(NOT_BEFORE.to_owned(), millis(at));
    }
    // A chat that a person has taken may have no message yet.
    if let Some(at) = after.last_at.or(after.handover.map(|held| held.since)) {
        item.insert(EXPIRES_AT.to_owned(), number((at + KEPT).timestamp()));
        item.insert(STANDING_KEY.to_owned(), text(keys::standing_key(business, after.standing())));
        item.insert(LAST_KEY.to_owned(), text(keys::last_key(at, customer)));
    }
    let put = Write::put(Table::Conversations, item);
    Ok(match before.version {
        0 => put.if_new(),
        version => put.if_same(VERSION, Some(number(version))),
    })
}
