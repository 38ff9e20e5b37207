//! Moves what is kept of a record to the one that its person goes on under: points, turns, messages, the reply window. Each
//! step can be repeated, and goes on after an interruption. Erasing the record is the caller's next step.

use crate::dynamodb::{EXPIRES_AT, Item, ROUNDS, Transacted, Write, number, read_number, read_text, text};
use crate::keys::messages::{BY_CUSTOMER, CUSTOMER_KEY};
use crate::keys::{self, PK, SK, key_of};
use crate::points::{BALANCE, CUSTOMER_ID, JOINED, POINTS, SEQ};
use crate::tables::Table;
use crate::{Conversation, Store, StoreError};
use domain::reach::WINDOW;
use domain::{Attempt, BusinessId, CustomerId, Recipient};

/// Entries of points in one transaction: each needs three writes of the hundred that it may have.
const ENTRIES: usize = 30;

/// The progress of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// There is more to move: take the next step.
    More,
    /// All that can be seen is moved.
    Done,
}

/// One record's points as they stand.
struct Account {
    balance: i64,
    seq: u64,
}

impl Store {
    /// Moves a part of what `from` has to `into`, at most about a hundred items. Both are of one person, and `into` is
    /// there.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn join_step(
        &self,
        business: BusinessId,
        from: CustomerId,
        into: CustomerId,
        attempt: &Attempt,
    ) -> Result<Joined, StoreError> {
        if self.move_points(business, from, into, attempt).await? == Joined::More
            || self.move_turns(business, from, into, attempt).await? == Joined::More
            || self.move_messages(business, from, into).await? == Joined::More
        {
            return Ok(Joined::More);
        }
        self.move_reach(business, from, into, attempt).await?;
        Ok(Joined::Done)
    }

    /// Whether a record has what [`Store::join_step`] does not move: appointments and purchases.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn has_appointments_or_purchases(
        &self,
        business: BusinessId,
        customer: CustomerId,
    ) -> Result<bool, StoreError> {
        let appointments = self.customer_appointments(business, customer, 1, None).await?;
        if !appointments.items.is_empty() {
            return Ok(true);
        }
        Ok(!self.customer_purchases(business, customer, 1, None).await?.items.is_empty())
    }

    /// The oldest entries go over, with their names, in one transaction. The balance of `into` rises in the last one
    /// alone, by all of it: until then a row that is no entry holds back what has come. So nobody spends points that later
    /// entries take away, and each record's balance is the sum of its rows at any time.
    async fn move_points(
        &self,
        business: BusinessId,
        from: CustomerId,
        into: CustomerId,
        attempt: &Attempt,
    ) -> Result<Joined, StoreError> {
        for round in 1..=ROUNDS {
            let Some(giver) = self.account(business, from).await? else { return Ok(Joined::Done) };
            let taker = self.account(business, into).await?.ok_or(StoreError::Contended("join"))?;
            let held_key = keys::points::held(business, into, from);
            let held = self.get(Table::Points, held_key.clone()).await?;
            let held: Option<i64> = held.as_ref().and_then(|item| read_number(item, POINTS));
            let mut entries = self.all_entries(business, from).await?;
            let last = entries.len() <= ENTRIES;
            entries.truncate(ENTRIES);
            let points = |item: &Item| read_number::<i64>(item, POINTS).unwrap_or_default();
            let sum: i64 = entries.iter().map(points).sum();
            let come = sum - held.unwrap_or_default();
            let balance = if last { taker.balance.checked_add(come) } else { Some(taker.balance) };
            let balance = balance.ok_or(StoreError::Corrupt("points"))?;

            let moved = u64::try_from(entries.len()).unwrap_or_default();
            let mut writes = Vec::with_capacity(entries.len() * 3 + 3);
            if moved > 0 || balance != taker.balance {
                writes.push(
                    Write::update(Table::Points, keys::points::balance(business, into))
                        .set(BALANCE, number(balance))
                        .set(SEQ, number(taker.seq + moved))
                        .if_same(BALANCE, Some(number(taker.balance)))
                        .if_same(SEQ, Some(number(taker.seq))),
                );
            }
            let row = keys::points::balance(business, from);
            let row = if last {
                Write::delete(Table::Points, row)
            } else {
                Write::update(Table::Points, row).set(BALANCE, number(giver.balance - sum))
            };
            writes.push(row.if_same(BALANCE, Some(number(giver.balance))).if_same(SEQ, Some(number(giver.seq))));
            match (last, held) {
                (false, held) => writes.push(
                    Write::update(Table::Points, held_key).set(POINTS, number(-come)).if_same(POINTS, held.map(number)),
                ),
                (true, Some(held)) => {
                    writes.push(Write::delete(Table::Points, held_key).if_same(POINTS, Some(number(held))));
                }
                (true, None) => {}
            }
            for (seq, entry) in (taker.seq + 1..).zip(entries) {
                writes.extend(entry_over(business, from, into, seq, entry));
            }
            // One token cannot serve two transactions: the second would take the first for itself.
            let own = Attempt(format!("{}/{round}", attempt.0));
            match self.transact(writes, &own).await? {
                Transacted::Committed => return Ok(if last { Joined::Done } else { Joined::More }),
                Transacted::Refused(_) => self.pause(&attempt.0, round).await,
            }
        }
        Err(StoreError::Contended("join"))
    }

    async fn account(&self, business: BusinessId, customer: CustomerId) -> Result<Option<Account>, StoreError> {
        let Some(item) = self.get(Table::Points, keys::points::balance(business, customer)).await? else {
            return Ok(None);
        };
        let read = || Some(Account { balance: read_number(&item, BALANCE)?, seq: read_number(&item, SEQ)? });
        read().map(Some).ok_or(StoreError::Corrupt("points"))
    }

    /// Turns have the same place under the other record, so one that is there is the same. The chats become one.
    async fn move_turns(
        &self,
        business: BusinessId,
        from: CustomerId,
        into: CustomerId,
        attempt: &Attempt,
    ) -> Result<Joined, StoreError> {
        let partition = |customer| keys::conversations::partition(business, Conversation::Customer(customer));
        let found = self.first_keys(Table::Conversations, None, PK, partition(from)).await?;
        if found.is_empty() {
            return Ok(Joined::Done);
        }
        if found.iter().any(is_chat) {
            self.join_chats(business, from, into, attempt).await?;
        }
        let over = found.iter().filter(|item| !is_chat(item)).cloned().map(|mut item| {
            item.insert(PK.to_owned(), text(partition(into)));
            Write::put(Table::Conversations, item)
        });
        self.write_all(over.collect()).await?;
        self.delete_all(Table::Conversations, found).await?;
        Ok(Joined::More)
    }

    /// The index may show a message some time after it has gone over; it is left alone then.
    async fn move_messages(
        &self,
        business: BusinessId,
        from: CustomerId,
        into: CustomerId,
    ) -> Result<Joined, StoreError> {
        let list = |customer| keys::messages::customer_key(business, customer);
        let found = self.first_keys(Table::Messages, Some(BY_CUSTOMER), CUSTOMER_KEY, list(from)).await?;
        let many = found.len() >= ENTRIES;
        let over = found.into_iter().map(|item| {
            Write::update(Table::Messages, key_of(item))
                .set(CUSTOMER_KEY, text(list(into)))
                .if_same(CUSTOMER_KEY, Some(text(list(from))))
        });
        self.write_all(over.collect()).await?;
        Ok(if many { Joined::More } else { Joined::Done })
    }

    /// The reply window, and a yes to marketing if the other record has no word about it.
    async fn move_reach(
        &self,
        business: BusinessId,
        from: CustomerId,
        into: CustomerId,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let reach = self.reach(business, Recipient::Customer(from)).await?;
        let own = |what: &str| Attempt(format!("{}/{what}", attempt.0));
        if let (Some(until), Some(sender)) = (reach.window_until, reach.sender_id) {
            let to = Recipient::Customer(into);
            self.touch_window(business, to, sender, until - WINDOW, &own("window")).await?;
        }
        if let (Some(true), Some(at)) = (reach.consent, reach.opted_in_at) {
            let taker = self.customer(business, into).await?;
            if taker.is_some_and(|taker| taker.record.marketing_consent.is_none()) {
                self.set_consent(business, into, true, at, &own("consent")).await?;
            }
        }
        Ok(())
    }
}

fn is_chat(item: &Item) -> bool {
    read_text(item, SK) == Some(keys::conversations::CHAT)
}

/// An entry under the other record, told nobody anew, and its name with it.
fn entry_over(business: BusinessId, from: CustomerId, into: CustomerId, seq: u64, entry: Item) -> [Write; 3] {
    let name = entry.get(SK).and_then(|sk| sk.as_s().ok()).and_then(|sk| sk.strip_prefix(keys::points::ENTRY));
    let mut owner = keys::points::load(business, name.unwrap_or_default());
    owner.insert(CUSTOMER_ID.to_owned(), text(into.to_string()));
    let name = Write::put(Table::Points, owner)
        .only_if(format!("attribute_not_exists(#{CUSTOMER_ID}) OR #{CUSTOMER_ID} = :giver"))
        .with("giver", text(from.to_string()));
    let gone = Write::delete(Table::Points, key_of(entry.clone())).if_same(SEQ, entry.get(SEQ).cloned());
    let mut over = entry;
    over.insert(PK.to_owned(), text(keys::points::partition(business, into)));
    over.insert(SEQ.to_owned(), number(seq));
    over.insert(JOINED.to_owned(), text(from.to_string()));
    over.remove(EXPIRES_AT);
    [Write::put(Table::Points, over).if_new(), gone, name]
}
