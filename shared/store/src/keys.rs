//! The keys of all tables and of their indexes. They are spelled and read here alone: a module for each table, and one
//! for the due index that several tables have.
//!
//! Each key of a business begins with the business's id, so that no key of one business can be one of another's.

use crate::dynamodb::{Item, text};
use domain::{BusinessId, CustomerId};
use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

/// Partition key of every table.
pub(crate) const PK: &str = "pk";
/// Sort key of those that have one.
pub(crate) const SK: &str = "sk";
/// Sorts after everything that begins with what stands before it.
const LAST: &str = "~";

fn key(pk: impl Into<String>) -> Item {
    HashMap::from([(PK.to_owned(), text(pk))])
}

fn sorted_key(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    HashMap::from([(PK.to_owned(), text(pk)), (SK.to_owned(), text(sk))])
}

/// `{business_id}/{what}`.
fn of(business: BusinessId, what: impl Display) -> String {
    format!("{business}/{what}")
}

/// The business and what stands behind it; `None` if one of them cannot be read.
fn read<T: FromStr>(key: &str) -> Option<(BusinessId, T)> {
    let (business, what) = key.split_once('/')?;
    business.parse().ok().zip(what.parse().ok())
}

/// The key of an item, which may be one of an index.
pub(crate) fn key_of(mut item: Item) -> Item {
    item.retain(|name, _| name == PK || name == SK);
    item
}

/// Businesses.
///
/// | pk | sk | |
/// | --- | --- | --- |
/// | `{business_id}` | `business` | the record |
/// | `{business_id}` | `sender/{sender_id}` | a sender |
/// | `directory` | `{business_id}` | that it exists, for the operator's list |
/// | `webhook/{sha256 of the secret}` | `webhook` | whose webhook it is |
/// | `address/{gateway}/{address}` | `address` | whose sender has this address at its gateway |
/// | `{business_id}` | `stored-search/{name}` | a saved search; it stands behind what is read with the record |
/// | `{business_id}` | `closed` | that it is closed and being erased, with the ids that its rows are found by |
pub(crate) mod businesses {
    use super::{BusinessId, Display, Item, LAST, sorted_key};
    use domain::{Gateway, SearchName, SenderId};

    pub(crate) const BUSINESS: &str = "business";
    pub(crate) const SENDER: &str = "sender/";
    pub(crate) const DIRECTORY: &str = "directory";
    const CLOSED: &str = "closed";
    const SAVED_SEARCH: &str = "stored-search/";

    pub(crate) fn partition(business: BusinessId) -> String {
        business.to_string()
    }

    pub(crate) fn business(business: impl Display) -> Item {
        sorted_key(business.to_string(), BUSINESS)
    }

    pub(crate) fn sender(business: BusinessId, sender: SenderId) -> Item {
        sorted_key(partition(business), format!("{SENDER}{sender}"))
    }

    pub(crate) fn saved_search(business: BusinessId, name: &SearchName) -> Item {
        sorted_key(partition(business), format!("{SAVED_SEARCH}{name}"))
    }

    /// The first and the last sort key between which the saved searches stand.
    pub(crate) fn saved_searches() -> (String, String) {
        (SAVED_SEARCH.to_owned(), format!("{SAVED_SEARCH}{LAST}"))
    }

    pub(crate) fn entry(business: impl Display) -> Item {
        sorted_key(DIRECTORY, business.to_string())
    }

    pub(crate) fn webhook(secret_hash: &str) -> Item {
        sorted_key(format!("webhook/{secret_hash}"), "webhook")
    }

    /// The address of a sender at its gateway.
    pub(crate) fn address(gateway: Gateway, address: &str) -> Item {
        sorted_key(format!("address/{gateway}/{address}"), "address")
    }

    /// The address in the partition key of [`address`].
    pub(crate) fn read_address(pk: &str) -> Option<&str> {
        pk.strip_prefix("address/")?.split_once('/').map(|(_, address)| address)
    }

    /// That a business is closed.
    pub(crate) fn closed(business: BusinessId) -> Item {
        sorted_key(partition(business), CLOSED)
    }

    /// Of an item that is never there.
    pub(crate) fn ping() -> Item {
        sorted_key("ping", "ping")
    }

    /// The first and the last sort key between which the senders stand.
    pub(crate) fn senders() -> (String, String) {
        (SENDER.to_owned(), format!("{SENDER}{LAST}"))
    }

    /// The record, and behind it the senders.
    pub(crate) fn with_senders() -> (String, String) {
        (BUSINESS.to_owned(), format!("{SENDER}{LAST}"))
    }

    /// All ids of the directory.
    pub(crate) fn entries() -> (String, String) {
        ("0".to_owned(), LAST.to_owned())
    }
}

/// API keys.
///
/// | pk | |
/// | --- | --- |
/// | `key/{sha256 of the key}` | the key's record |
/// | `limit/{key_id}` | start of the window, requests in it |
///
/// Index `by_business`: the records by `business_id` and `created_at`.
pub(crate) mod api_keys {
    use super::{Item, key};
    use domain::KeyId;

    pub(crate) const BY_BUSINESS: &str = "by_business";
    pub(crate) const BUSINESS_ID: &str = "business_id";
    pub(crate) const CREATED_AT: &str = "created_at";

    pub(crate) fn record(hash: &str) -> Item {
        key(format!("key/{hash}"))
    }

    pub(crate) fn limit(key_id: KeyId) -> Item {
        key(format!("limit/{key_id}"))
    }
}

/// Customers: pk `{business_id}/{customer_id}`.
///
/// Index `by_last_contact`: the records by `business_id` and `last_contact_at`. Index `by_due_day`: those of customers
/// who have a rhythm, by `due_key`, which is `{business_id}/{local date}`. Index `by_next_action`: those that have a next
/// step with a date, by `action_key`, which is the same of that date.
pub(crate) mod customers {
    use super::{BusinessId, CustomerId, Item, key, of};
    use crate::dynamodb::text;
    use chrono::NaiveDate;

    pub(crate) const BY_LAST_CONTACT: &str = "by_last_contact";
    pub(crate) const BUSINESS_ID: &str = "business_id";
    pub(crate) const LAST_CONTACT_AT: &str = "last_contact_at";
    pub(crate) const BY_DUE_DAY: &str = "by_due_day";
    pub(crate) const DUE_KEY: &str = "due_key";
    pub(crate) const BY_NEXT_ACTION: &str = "by_next_action";
    pub(crate) const ACTION_KEY: &str = "action_key";

    pub(crate) fn customer(business: BusinessId, customer: CustomerId) -> Item {
        key(of(business, customer))
    }

    pub(crate) fn read(pk: &str) -> Option<(BusinessId, CustomerId)> {
        super::read(pk)
    }

    pub(crate) fn due_key(business: BusinessId, day: NaiveDate) -> String {
        of(business, day)
    }

    pub(crate) fn action_key(business: BusinessId, day: NaiveDate) -> String {
        of(business, day)
    }

    /// The place at which the customers with a next step on a day go on.
    pub(crate) fn action_place(business: BusinessId, day: NaiveDate, customer: CustomerId) -> Item {
        let mut place = self::customer(business, customer);
        place.insert(ACTION_KEY.to_owned(), text(action_key(business, day)));
        place
    }

    /// The place at which the customers of a day go on.
    pub(crate) fn due_place(business: BusinessId, day: NaiveDate, customer: CustomerId) -> Item {
        let mut place = self::customer(business, customer);
        place.insert(DUE_KEY.to_owned(), text(due_key(business, day)));
        place
    }
}

/// Automations.
///
/// | pk | sk | |
/// | --- | --- | --- |
/// | `{business_id}` | `{automation}` | whether and when it runs |
/// | `{business_id}` | `proposal/{automation}/{local date}` | what it proposed |
/// | `{business_id}` | `proposals` | the last number, and the proposals that nobody has settled |
/// | `{business_id}` | `asked/{run_id}` | that a run was started by hand, and how far it is |
/// | `{business_id}` | `sync` | the nightly sync: when it comes, how far it is, the last reports |
/// | `run/{run_id}` | `run` | a run that was asked for |
/// | `run/{run_id}` | `job/{automation}/{business_id or all}` | a job of it that is done |
/// | `run/{run_id}` | `part/{automation}/{business_id}` | a business of a job of all |
///
/// Those that are switched on and have an hour are in the due index, and so is each sync, in a shard of its own.
pub(crate) mod automations {
    use super::{BusinessId, Item, LAST, due, of, sorted_key};
    use chrono::NaiveDate;
    use domain::{AutomationName, RunId};

    pub(crate) const ASKED: &str = "asked/";
    pub(crate) const SYNC: &str = "sync";
    /// All syncs stand in the only one: see [`crate::sync_shards`].
    pub(crate) const SYNC_SHARD: u8 = due::SHARDS;
    const RUN: &str = "run";
    const JOB: &str = "job";
    const PART: &str = "part";
    const ALL: &str = "all";

    pub(crate) fn automation(business: BusinessId, name: AutomationName) -> Item {
        sorted_key(business.to_string(), name.to_string())
    }

    pub(crate) fn read(pk: &str, sk: &str) -> Option<(BusinessId, AutomationName)> {
        pk.parse().ok().zip(sk.parse().ok())
    }

    pub(crate) fn due_shard(business: BusinessId, name: AutomationName) -> String {
        due::shard(&of(business, name))
    }

    pub(crate) fn proposal(business: BusinessId, automation: AutomationName, date: NaiveDate) -> Item {
        sorted_key(business.to_string(), format!("{}{date}", proposals(automation)))
    }

    /// The beginning of the sort keys of all proposals of a business.
    pub(crate) const PROPOSALS: &str = "proposal/";

    /// The beginning of the sort keys of an automation's proposals.
    pub(crate) fn proposals(automation: AutomationName) -> String {
        format!("{PROPOSALS}{automation}/")
    }

    /// The last number of a business's proposals, and those that nobody has settled.
    pub(crate) fn numbers(business: BusinessId) -> Item {
        sorted_key(business.to_string(), "proposals")
    }

    /// The key of what an owner's answer does, by the hash of its message.
    pub(crate) fn answer(business: BusinessId, message: &str) -> Item {
        sorted_key(business.to_string(), format!("answer/{message}"))
    }

    pub(crate) fn asked(business: BusinessId, run: RunId) -> Item {
        sorted_key(business.to_string(), format!("{ASKED}{run}"))
    }

    pub(crate) fn sync(business: BusinessId) -> Item {
        sorted_key(business.to_string(), SYNC)
    }

    pub(crate) fn run_partition(run: RunId) -> String {
        format!("{RUN}/{run}")
    }

    pub(crate) fn run(run: RunId) -> Item {
        sorted_key(run_partition(run), RUN)
    }

    /// The key of a part of a run: one of its jobs for an automation, or a business of such a job.
    pub(crate) fn run_part(run: RunId, is_job: bool, automation: AutomationName, business: Option<BusinessId>) -> Item {
        let kind = if is_job { JOB } else { PART };
        let whose = business.map_or_else(|| ALL.to_owned(), |business| business.to_string());
        sorted_key(run_partition(run), format!("{kind}/{automation}/{whose}"))
    }

    /// Whether it is a job, by which automation, and of which business if not of all.
    pub(crate) fn read_run_part(sk: &str) -> Option<(bool, AutomationName, Option<BusinessId>)> {
        let mut parts = sk.splitn(3, '/');
        let is_job = match parts.next()? {
            JOB => true,
            PART => false,
            _ => return None,
        };
        let automation = parts.next()?.parse().ok()?;
        let business = match parts.next()? {
            ALL => None,
            business => Some(business.parse().ok()?),
        };
        Some((is_job, automation, business))
    }

    /// The first and the last sort key between which the parts of a run stand.
    pub(crate) fn run_parts() -> (String, String) {
        (format!("{JOB}/"), format!("{PART}/{LAST}"))
    }

    /// The place at which the parts of a run go on.
    pub(crate) fn run_place(run: RunId, sk: String) -> Item {
        sorted_key(run_partition(run), sk)
    }
}

/// Birthdays: pk `{business_id}/{MM-DD}`; sk `{customer_id}` of the customer's own, `{customer_id}/{pet}` of a pet's.
pub(crate) mod birthdays {
    use super::{BusinessId, CustomerId, Item, of, sorted_key};

    pub(crate) fn partition(business: BusinessId, month_day: &str) -> String {
        of(business, month_day)
    }

    pub(crate) fn birthday(business: BusinessId, month_day: &str, customer: CustomerId, pet: Option<&str>) -> Item {
        let sk = pet.map_or_else(|| customer.to_string(), |pet| format!("{customer}/{pet}"));
        sorted_key(partition(business, month_day), sk)
    }

    /// The day, the customer, and the pet if it is a pet's.
    pub(crate) fn read(pk: &str, sk: &str) -> Option<(String, CustomerId, Option<String>)> {
        let (_, month_day) = pk.split_once('/')?;
        let (customer, pet) = sk.split_once('/').map_or((sk, None), |(customer, pet)| (customer, Some(pet.to_owned())));
        Some((month_day.to_owned(), customer.parse().ok()?, pet))
    }

    /// The place at which the rows of a day go on.
    pub(crate) fn place(business: BusinessId, month_day: &str, sk: String) -> Item {
        sorted_key(partition(business, month_day), sk)
    }
}

/// Identities: pk `{business_id}/phone/{digits}`, `{business_id}/chat/{id}` or `{business_id}/bsuid/{id}`; and
/// `{business_id}/erased/{sha256 of one of these}`.
pub(crate) mod identities {
    use super::{BusinessId, Item, key, of};
    use crate::Identity;
    use sha2::{Digest, Sha256};

    fn name(business: BusinessId, identity: Identity<'_>) -> String {
        match identity {
            Identity::Phone(phone) => of(business, format_args!("phone/{}", phone.digits())),
            Identity::Chat(id) => of(business, format_args!("chat/{id}")),
            Identity::Bsuid(id) => of(business, format_args!("bsuid/{id}")),
        }
    }

    pub(crate) fn identity(business: BusinessId, identity: Identity<'_>) -> Item {
        key(name(business, identity))
    }

    /// That somebody of this identity was erased.
    pub(crate) fn erased(business: BusinessId, identity: Identity<'_>) -> Item {
        let hash = hex::encode(Sha256::digest(name(business, identity)));
        key(of(business, format_args!("erased/{hash}")))
    }
}

/// Points: pk `{business_id}/{customer_id}`; sk `balance`, or `entry/{load_id}` of one change, or `held/{customer_id}` while
/// another record's points come over. And pk
/// `{business_id}/load/{load_id}`, sk `load`: whose change it is.
pub(crate) mod points {
    use super::{BusinessId, CustomerId, Item, of, sorted_key};
    use domain::LoadId;

    const BALANCE: &str = "balance";
    pub(crate) const ENTRY: &str = "entry/";

    pub(crate) fn partition(business: BusinessId, customer: CustomerId) -> String {
        of(business, customer)
    }

    pub(crate) fn balance(business: BusinessId, customer: CustomerId) -> Item {
        sorted_key(partition(business, customer), BALANCE)
    }

    pub(crate) fn entry(business: BusinessId, customer: CustomerId, load_id: &LoadId) -> Item {
        sorted_key(partition(business, customer), format!("{ENTRY}{load_id}"))
    }

    /// Holds back the points that have come from another record until all are there.
    pub(crate) fn held(business: BusinessId, into: CustomerId, from: CustomerId) -> Item {
        sorted_key(partition(business, into), format!("held/{from}"))
    }

    /// Whose change has this name.
    pub(crate) fn load(business: BusinessId, load_id: &str) -> Item {
        sorted_key(of(business, format_args!("load/{load_id}")), "load")
    }

    pub(crate) fn read(pk: &str) -> Option<(BusinessId, CustomerId)> {
        super::read(pk)
    }
}

/// Purchases.
///
/// | pk | sk | |
/// | --- | --- | --- |
/// | `{business_id}/{customer_id}` | `purchase/{time, epoch milliseconds}/{invoice_id}` | a purchase |
/// | `{business_id}/{customer_id}` | `favorites` | the names of all purchases, with their counts |
/// | `{business_id}/invoice/{invoice_id}` | `invoice` | whose purchase it is, and where it stands |
///
/// Index `by_day`: purchases that count by `day_key`, which is `{business_id}/{date of UTC}`, and `at_key`. A business's
/// purchases so stand in a partition for each day, and a large import meets no hot one.
///
/// Index `by_recorded`: all purchases by `recorded_key`, which is `{business_id}/{date of UTC on which the last version was
/// recorded}`, and `recorded_at`.
pub(crate) mod purchases {
    use super::{BusinessId, CustomerId, Item, PK, SK, of, sorted_key};
    use crate::StoreError;
    use crate::dynamodb::{number, read_millis, read_text, text};
    use chrono::{DateTime, NaiveDate, Utc};
    use domain::InvoiceId;

    pub(crate) const PURCHASE: &str = "purchase/";
    pub(crate) const BY_DAY: &str = "by_day";
    pub(crate) const DAY_KEY: &str = "day_key";
    /// Epoch milliseconds.
    pub(crate) const AT_KEY: &str = "at_key";
    pub(crate) const BY_RECORDED: &str = "by_recorded";
    pub(crate) const RECORDED_KEY: &str = "recorded_key";
    /// Epoch milliseconds.
    pub(crate) const RECORDED_AT: &str = "recorded_at";

    pub(crate) fn partition(business: BusinessId, customer: CustomerId) -> String {
        of(business, customer)
    }

    pub(crate) fn purchase(business: BusinessId, customer: CustomerId, at: DateTime<Utc>, invoice: &InvoiceId) -> Item {
        sorted_key(partition(business, customer), format!("{PURCHASE}{:014}/{invoice}", at.timestamp_millis()))
    }

    /// The customer of a partition.
    pub(crate) fn read_customer(pk: &str) -> Option<CustomerId> {
        super::read(pk).map(|(_, customer)| customer)
    }

    /// The invoice of a purchase's sort key; of other items there is none.
    pub(crate) fn read_invoice(sk: &str) -> Option<InvoiceId> {
        sk.strip_prefix(PURCHASE)?.split_once('/')?.1.parse().ok()
    }

    pub(crate) fn favorites(business: BusinessId, customer: CustomerId) -> Item {
        sorted_key(partition(business, customer), "favorites")
    }

    /// Whose purchase has this name.
    pub(crate) fn invoice(business: BusinessId, invoice: &str) -> Item {
        sorted_key(of(business, format_args!("invoice/{invoice}")), "invoice")
    }

    pub(crate) fn day(business: BusinessId, at: DateTime<Utc>) -> String {
        day_key(business, at.date_naive())
    }

    pub(crate) fn day_key(business: BusinessId, day: NaiveDate) -> String {
        of(business, day)
    }

    /// The place at which a customer's purchases go on.
    pub(crate) fn place(business: BusinessId, customer: CustomerId, sk: String) -> Item {
        sorted_key(partition(business, customer), sk)
    }

    /// The place at which those that were recorded on a day go on, from `{recorded_at} {pk} {sk}`.
    pub(crate) fn read_recorded_place(business: BusinessId, day: NaiveDate, cursor: &str) -> Result<Item, StoreError> {
        let mut parts = cursor.splitn(3, ' ');
        let (Some(Ok(at)), Some(pk), Some(sk)) = (parts.next().map(str::parse::<i64>), parts.next(), parts.next())
        else {
            return Err(StoreError::BadCursor);
        };
        let mut place = sorted_key(pk, sk);
        place.insert(RECORDED_KEY.to_owned(), text(day_key(business, day)));
        place.insert(RECORDED_AT.to_owned(), number(at));
        Ok(place)
    }

    /// The day of `{day}`, or of `{day} {recorded_at} {pk} {sk}` with the place within it. A caller has it: DynamoDB would
    /// refuse a place that cannot be one of this business's as our fault.
    pub(crate) fn read_recorded_cursor(
        business: BusinessId,
        cursor: &str,
    ) -> Result<(NaiveDate, Option<Item>), StoreError> {
        let (day, place) = cursor.split_once(' ').map_or((cursor, None), |(day, place)| (day, Some(place)));
        let day: NaiveDate = day.parse().map_err(|_| StoreError::BadCursor)?;
        let Some(place) = place else { return Ok((day, None)) };
        let place = read_recorded_place(business, day, place)?;
        let is_own = read_text(&place, PK).and_then(super::read::<CustomerId>).is_some_and(|(of, _)| of == business)
            && read_text(&place, SK).and_then(read_invoice).is_some()
            && read_millis(&place, RECORDED_AT).is_some_and(|at| at.date_naive() == day);
        if is_own { Ok((day, Some(place))) } else { Err(StoreError::BadCursor) }
    }
}

/// Messages: pk `{business_id}/{message_id}`.
///
/// | index | partition | sort |
/// | --- | --- | --- |
/// | `by_business` | `business_id` | `created_key`, the time of creation as text |
/// | `by_customer` | `customer_key`: `{business_id}/{customer_id}` | `created_key` |
/// | `by_gateway_id` | `gateway_key`: `{business_id}/{the gateway's id}` | |
///
/// Those that are not settled are in the due index.
pub(crate) mod messages {
    use super::{BusinessId, CustomerId, Item, due, key, of};
    use crate::dynamodb::text;
    use domain::MessageId;

    pub(crate) const BY_BUSINESS: &str = "by_business";
    pub(crate) const BY_CUSTOMER: &str = "by_customer";
    pub(crate) const BY_GATEWAY_ID: &str = "by_gateway_id";
    pub(crate) const BUSINESS_ID: &str = "business_id";
    pub(crate) const CREATED_KEY: &str = "created_key";
    pub(crate) const CUSTOMER_KEY: &str = "customer_key";
    pub(crate) const GATEWAY_KEY: &str = "gateway_key";

    pub(crate) fn message(business: BusinessId, message: &MessageId) -> Item {
        key(of(business, message))
    }

    pub(crate) fn read(pk: &str) -> Option<(BusinessId, MessageId)> {
        super::read(pk)
    }

    pub(crate) fn customer_key(business: BusinessId, customer: CustomerId) -> String {
        of(business, customer)
    }

    pub(crate) fn read_customer_key(key: &str) -> Option<CustomerId> {
        super::read(key).map(|(_, customer)| customer)
    }

    pub(crate) fn gateway_key(business: BusinessId, gateway_message_id: &str) -> String {
        of(business, gateway_message_id)
    }

    /// The same for as long as the message lives.
    pub(crate) fn due_shard(message: &MessageId) -> String {
        due::shard(message.as_str())
    }

    /// The place at which a list goes on: a message of the index whose partition key is `name`, with this value.
    pub(crate) fn place(business: BusinessId, name: &str, value: &str, created_key: &str, message: &str) -> Item {
        let mut place = key(of(business, message));
        place.insert(name.to_owned(), text(value));
        place.insert(CREATED_KEY.to_owned(), text(created_key));
        place
    }
}

/// Recipients: pk `{business_id}/{recipient}`.
pub(crate) mod recipients {
    use super::{BusinessId, Item, key, of};
    use domain::Recipient;

    pub(crate) fn recipient(business: BusinessId, recipient: Recipient) -> Item {
        key(of(business, recipient))
    }

    pub(crate) fn read(pk: &str) -> Option<(BusinessId, Recipient)> {
        super::read(pk)
    }
}

/// Senders: pk `{business_id}/{sender_id}`.
pub(crate) mod senders {
    use super::{BusinessId, Item, key, of};
    use domain::SenderId;

    pub(crate) fn sender(business: BusinessId, sender: SenderId) -> Item {
        key(of(business, sender))
    }
}

/// Conversations: pk `{business_id}/{customer_id}`, and `{business_id}/owners` of what owners write; sk `turn/{time, epoch
/// milliseconds}/{the gateway's id}`, `undated/{the gateway's id}` of a message that came without a time, and `chat`.
///
/// Index `by_standing`: the chats by `standing_key`, which is `{business_id}/{open, human or quiet}`, and `last_key`, which is
/// `{time of the last message, epoch milliseconds}/{customer_id}`.
pub(crate) mod conversations {
    use super::{BusinessId, CustomerId, Item, LAST, of, sorted_key};
    use crate::Conversation;
    use chrono::{DateTime, NaiveDate, Utc};
    use domain::chat::handover::Standing;

    pub(crate) const TURN: &str = "turn/";
    pub(crate) const CHAT: &str = "chat";
    const USAGE: &str = "usage/";
    pub(crate) const BY_STANDING: &str = "by_standing";
    pub(crate) const STANDING_KEY: &str = "standing_key";
    pub(crate) const LAST_KEY: &str = "last_key";

    pub(crate) fn partition(business: BusinessId, conversation: Conversation) -> String {
        match conversation {
            Conversation::Customer(customer) => of(business, customer),
            Conversation::Owners => of(business, "owners"),
        }
    }

    /// The beginning of the sort keys of a moment, and of none before it.
    fn moment(at: DateTime<Utc>) -> String {
        format!("{TURN}{:014}", at.timestamp_millis().max(0))
    }

    pub(crate) fn turn(
        business: BusinessId,
        conversation: Conversation,
        at: DateTime<Utc>,
        gateway_message_id: &str,
    ) -> Item {
        sorted_key(partition(business, conversation), format!("{}/{gateway_message_id}", moment(at)))
    }

    pub(crate) fn undated(business: BusinessId, conversation: Conversation, gateway_message_id: &str) -> Item {
        sorted_key(partition(business, conversation), format!("undated/{gateway_message_id}"))
    }

    /// The first and the last sort key between which all turns stand.
    pub(crate) fn all_turns() -> (String, String) {
        (TURN.to_owned(), format!("{TURN}{LAST}"))
    }

    /// The same of those from a time on and before another.
    pub(crate) fn turns_between(from: DateTime<Utc>, to: DateTime<Utc>) -> (String, String) {
        (moment(from), moment(to))
    }

    /// The chat with a customer.
    pub(crate) fn chat(business: BusinessId, customer: CustomerId) -> Item {
        sorted_key(partition(business, Conversation::Customer(customer)), CHAT)
    }

    /// The name of a chat, for its place in the due index.
    pub(crate) fn chat_name(business: BusinessId, customer: CustomerId) -> String {
        partition(business, Conversation::Customer(customer))
    }

    /// The business and the customer in the key of a chat.
    pub(crate) fn read_chat(pk: &str, sk: &str) -> Option<(BusinessId, CustomerId)> {
        super::read(pk).filter(|_| sk == CHAT)
    }

    /// What the assistant has done on a day of UTC.
    pub(crate) fn usage(business: BusinessId, day: NaiveDate) -> Item {
        sorted_key(partition(business, Conversation::Owners), format!("{USAGE}{day}"))
    }

    /// The first and the last sort key between which the days stand.
    pub(crate) fn usage_between(from: NaiveDate, until: NaiveDate) -> (String, String) {
        (format!("{USAGE}{from}"), format!("{USAGE}{until}"))
    }

    /// The partition of the list of the chats that stand alike.
    pub(crate) fn standing_key(business: BusinessId, standing: Standing) -> String {
        of(business, standing)
    }

    /// The place of a chat in its list: no two chats of a business have the same.
    pub(crate) fn last_key(at: DateTime<Utc>, customer: CustomerId) -> String {
        format!("{:014}/{customer}", at.timestamp_millis().max(0))
    }

    /// The customer of a place in such a list, if it can be one.
    pub(crate) fn read_last_key(key: &str) -> Option<CustomerId> {
        let (at, customer) = key.split_once('/')?;
        let is_time = at.len() == 14 && at.bytes().all(|byte| byte.is_ascii_digit());
        customer.parse().ok().filter(|_| is_time)
    }

    /// The beginning of the places of a moment in such a list.
    pub(crate) fn last_from(at: DateTime<Utc>) -> String {
        format!("{:014}", at.timestamp_millis().max(0))
    }

    /// The place at which turns go on.
    pub(crate) fn place(business: BusinessId, conversation: Conversation, sk: String) -> Item {
        sorted_key(partition(business, conversation), sk)
    }
}

/// Appointments: pk `{business_id}`; sk `appointment/{appointment_id}`, or `day/{date, UTC}` of the times that are taken.
///
/// | index | partition | sort |
/// | --- | --- | --- |
/// | `by_start` | `pk` | `start` |
/// | `by_customer` | `customer_key`: `{business_id}/{customer_id}` | `start` |
pub(crate) mod appointments {
    use super::{BusinessId, CustomerId, Item, of, sorted_key};
    use crate::dynamodb::text;
    use chrono::NaiveDate;
    use domain::AppointmentId;
    use std::fmt::Display;

    pub(crate) const BY_START: &str = "by_start";
    pub(crate) const BY_CUSTOMER: &str = "by_customer";
    pub(crate) const START: &str = "start";
    pub(crate) const CUSTOMER_KEY: &str = "customer_key";
    /// The beginning of the attribute of a time that is taken.
    pub(crate) const TAKEN: &str = "taken_";
    const APPOINTMENT: &str = "appointment/";

    fn named(business: BusinessId, appointment: impl Display) -> Item {
        sorted_key(business.to_string(), format!("{APPOINTMENT}{appointment}"))
    }

    pub(crate) fn appointment(business: BusinessId, appointment: &AppointmentId) -> Item {
        named(business, appointment)
    }

    /// The id of an appointment; `None` of another item.
    pub(crate) fn read_appointment(sk: &str) -> Option<&str> {
        sk.strip_prefix(APPOINTMENT)
    }

    pub(crate) fn day(business: BusinessId, day: NaiveDate) -> Item {
        sorted_key(business.to_string(), format!("day/{day}"))
    }

    pub(crate) fn customer_key(business: BusinessId, customer: CustomerId) -> String {
        of(business, customer)
    }

    /// The place at which a customer's list goes on.
    pub(crate) fn place(business: BusinessId, customer: CustomerId, start: &str, appointment: &str) -> Item {
        let mut place = named(business, appointment);
        place.insert(CUSTOMER_KEY.to_owned(), text(customer_key(business, customer)));
        place.insert(START.to_owned(), text(start));
        place
    }
}

/// Campaigns.
///
/// | pk | sk | |
/// | --- | --- | --- |
/// | `{business_id}/{campaign_id}` | `campaign` | how it was made |
/// | `{business_id}/{campaign_id}` | `progress` | where it stands |
/// | `{business_id}/{campaign_id}` | `chunk/{number}` | a part of its frozen audience |
/// | `{business_id}/{campaign_id}` | `done/{number}` | the messages of that part, by status |
/// | `{business_id}/{campaign_id}` | `left/{number}` | when each message of that part left, a day after the end |
/// | `{business_id}/{campaign_id}` | `held/{number}` | people who were held out |
/// | `{business_id}/joined records` | `{customer_id}` | the record that a person goes on under; no campaign's id has a blank |
/// | `{business_id}` | `{time of creation}/{campaign_id}` | that it exists, for the list |
///
/// The progress of those that something is to be done for by itself is in the due index.
pub(crate) mod campaigns {
    use super::{BusinessId, CustomerId, Item, of, sorted_key};
    use domain::CampaignId;

    const CAMPAIGN: &str = "campaign";
    pub(crate) const PROGRESS: &str = "progress";
    pub(crate) const DONE: &str = "done/";

    pub(crate) fn partition(business: BusinessId, campaign: &CampaignId) -> String {
        of(business, campaign)
    }

    pub(crate) fn read(pk: &str) -> Option<(BusinessId, CampaignId)> {
        super::read(pk)
    }

    pub(crate) fn campaign(business: BusinessId, campaign: &CampaignId) -> Item {
        sorted_key(partition(business, campaign), CAMPAIGN)
    }

    pub(crate) fn progress(business: BusinessId, campaign: &CampaignId) -> Item {
        sorted_key(partition(business, campaign), PROGRESS)
    }

    pub(crate) fn chunk(business: BusinessId, campaign: &CampaignId, number: u32) -> Item {
        sorted_key(partition(business, campaign), format!("chunk/{number:06}"))
    }

    pub(crate) fn done(business: BusinessId, campaign: &CampaignId, number: u32) -> Item {
        sorted_key(partition(business, campaign), format!("{DONE}{number:06}"))
    }

    pub(crate) fn left(business: BusinessId, campaign: &CampaignId, number: u32) -> Item {
        sorted_key(partition(business, campaign), format!("left/{number:06}"))
    }

    pub(crate) fn held(business: BusinessId, campaign: &CampaignId, number: u32) -> Item {
        sorted_key(partition(business, campaign), format!("held/{number:06}"))
    }

    /// The partition of the records of a business whose people go on under another.
    pub(crate) fn joins(business: BusinessId) -> String {
        of(business, "joined records")
    }

    pub(crate) fn join(business: BusinessId, from: CustomerId) -> Item {
        sorted_key(joins(business), from.to_string())
    }

    /// The kind of an item of a chunk, and the chunk's number.
    pub(crate) fn read_part(sk: &str) -> Option<(&str, u32)> {
        let (kind, number) = sk.split_once('/')?;
        Some((kind, number.parse().ok()?))
    }

    /// The number of a chunk, from the sort key of what is known of it.
    pub(crate) fn read_done(sk: &str) -> Option<u32> {
        sk.strip_prefix(DONE)?.parse().ok()
    }

    /// The first and the last sort key between which the ends of the first so many chunks stand.
    pub(crate) fn ends(chunks: u32) -> (String, String) {
        (DONE.to_owned(), format!("{DONE}{:06}", chunks.saturating_sub(1)))
    }

    /// The partition of a business's list.
    pub(crate) fn list(business: BusinessId) -> String {
        business.to_string()
    }

    pub(crate) fn entry(business: BusinessId, created_key: &str, campaign: &CampaignId) -> Item {
        sorted_key(list(business), format!("{created_key}/{campaign}"))
    }

    pub(crate) fn read_entry(sk: &str) -> Option<CampaignId> {
        sk.split_once('/')?.1.parse().ok()
    }

    /// The place at which a business's list goes on.
    pub(crate) fn place(business: BusinessId, sk: String) -> Item {
        sorted_key(list(business), sk)
    }

    /// All stand in the only one: see [`crate::campaign_shards`].
    pub(crate) const DUE_SHARD: &str = "0";
}

/// Sessions.
///
/// | pk | sk | |
/// | --- | --- | --- |
/// | `sessions/{0..15}` | `{session_id}` | a session |
/// | `user/{user_id}` | `user` | the user's session |
/// | `flight/{batch id}` | `flight` | that a batch to the upstream is over |
/// | `upstream` | `codes`, `statuses` | when the last batch went, and since when the upstream does not answer |
/// | `fallen` | `{minute}` | how many sessions fell in that minute |
pub(crate) mod sessions {
    use super::{Item, LAST, due, sorted_key};
    use domain::SessionId;

    pub(crate) const USER: &str = "user";
    pub(crate) const SHARDS: u8 = due::SHARDS;

    /// The part of the list in which a session stands: always the same.
    fn part(session: SessionId) -> String {
        due::shard(&session.to_string())
    }

    pub(crate) fn partition(part: u8) -> String {
        format!("sessions/{part}")
    }

    pub(crate) fn session(session: SessionId) -> Item {
        sorted_key(format!("sessions/{}", part(session)), session.to_string())
    }

    pub(crate) fn due_shard(session: SessionId) -> String {
        part(session)
    }

    pub(crate) fn user(user: &str) -> Item {
        sorted_key(format!("user/{user}"), USER)
    }

    pub(crate) fn flight(batch: &str) -> Item {
        sorted_key(format!("flight/{batch}"), "flight")
    }

    /// The batch of a flight's key.
    pub(crate) fn read_flight(pk: &str) -> Option<&str> {
        pk.strip_prefix("flight/")
    }

    pub(crate) fn upstream(what: &str) -> Item {
        sorted_key("upstream", what)
    }

    pub(crate) fn fallen(minute: i64) -> Item {
        sorted_key("fallen", format!("{minute:012}"))
    }

    /// All sessions of a part.
    pub(crate) fn all() -> (String, String) {
        ("0".to_owned(), LAST.to_owned())
    }

    /// The place at which the list goes on.
    pub(crate) fn place(part: u8, session: &str) -> Item {
        sorted_key(partition(part), session)
    }
}

/// The index `due` of a table: items that have something to wait for, by `due_shard` and `not_before`. Others have
/// neither attribute.
pub(crate) mod due {
    use crate::dynamodb::hash;

    pub(crate) const INDEX: &str = "due";
    pub(crate) const SHARD: &str = "due_shard";
    /// Epoch milliseconds.
    pub(crate) const NOT_BEFORE: &str = "not_before";
    pub(crate) const SHARDS: u8 = 16;

    /// The shard of the index in which a row of this name stands: always the same.
    pub(crate) fn shard(name: &str) -> String {
        (hash(name, 0) % u64::from(SHARDS)).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn shards_are_stable_and_all_used() {
        let shard = |n| messages::due_shard(&format!("points/{n}").parse().unwrap());
        let shards: Vec<_> = (0..1_000).map(shard).collect();
        assert_eq!(shards.iter().collect::<BTreeSet<_>>().len(), usize::from(due::SHARDS));
        assert_eq!(shards.get(..8).unwrap().join(" "), "2 4 7 2 5 0 7 5");
    }
}
