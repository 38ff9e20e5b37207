//! The calls to DynamoDB: every one is metered, every conditional write carries its attempt token.

use super::item::{Item, TOKEN, read_text};
use super::meter::Direction;
use super::write::{Form, Write, names_in, unbuildable};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Store, StoreError};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConsumedCapacity, KeysAndAttributes, ReturnConsumedCapacity, ReturnValue,
    ReturnValuesOnConditionCheckFailure,
};
use aws_smithy_async::rt::sleep::{AsyncSleep, default_async_sleep};
use domain::Attempt;
use std::collections::{HashMap, HashSet};
use std::slice;
use std::time::Duration;

/// The number of times that a call is made anew when others work on the same item.
pub(crate) const ROUNDS: u32 = 12;
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// The most keys that `BatchGetItem` takes.
const BATCH: usize = 100;

/// The outcome of one conditional write.
pub(crate) enum Outcome {
    /// It is written; of an update, the item as it now is.
    Written(Item),
    /// It was written before by this same attempt, whose answer was lost; the item as it was found.
    AlreadyMine(Item),
    /// The condition does not hold; the item as it was found, if there is one.
    Refused(Option<Item>),
}

/// The outcome of a transaction.
pub(crate) enum Transacted {
    /// All of it is written, now or by this same attempt before.
    Committed,
    /// Nothing is written. For each action, whether its condition did not hold, and the item as it was found.
    Refused(Vec<Refusal>),
}

/// One action of a refused transaction.
pub(crate) enum Refusal {
    /// Its condition held.
    No,
    /// Its condition did not hold; the item as it was found, if there is one.
    Yes(Option<Item>),
}

/// A query of a table or index.
pub(crate) struct Query<'a> {
    pub(crate) table: Table,
    pub(crate) index: Option<&'static str>,
    /// With `#x` for attributes and `:x` for values.
    pub(crate) condition: &'a str,
    pub(crate) values: Vec<(&'a str, AttributeValue)>,
    pub(crate) forward: bool,
    /// Whether every write before counts; an index knows no such reads.
    pub(crate) consistent: bool,
    pub(crate) limit: Option<i32>,
    pub(crate) start: Option<Item>,
}

/// A page of a query.
pub(crate) struct Found {
    pub(crate) items: Vec<Item>,
    pub(crate) next: Option<Item>,
}

impl Store {
    /// Reads one item, consistently.
    pub(crate) async fn get(&self, table: Table, key: Item) -> Result<Option<Item>, StoreError> {
        const OPERATION: &str = "GetItem";
        let answer = self
            .client
            .get_item()
            .table_name(self.tables.name(table)?)
            .set_key(Some(key))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(|error| StoreError::of(OPERATION, &error))?;
        let read = usize::from(answer.item.is_some());
        self.meter.add(OPERATION, Direction::Read, read, only(answer.consumed_capacity.as_ref()));
        Ok(answer.item)
    }

    /// Reads a page of at most 1 MB.
    pub(crate) async fn query(&self, query: Query<'_>) -> Result<Found, StoreError> {
        const OPERATION: &str = "Query";
        let values: HashMap<_, _> = query.values.into_iter().map(|(name, value)| (format!(":{name}"), value)).collect();
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(query.table)?)
            .set_index_name(query.index.map(str::to_owned))
            .key_condition_expression(query.condition)
            .set_expression_attribute_names(names_in([query.condition].into_iter()))
            .set_expression_attribute_values(Some(values))
            .scan_index_forward(query.forward)
            .consistent_read(query.consistent)
            .set_limit(query.limit)
            .set_exclusive_start_key(query.start)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(|error| StoreError::of(OPERATION, &error))?;
        let read = usize::try_from(answer.scanned_count).unwrap_or_default();
        self.meter.add(OPERATION, Direction::Read, read, only(answer.consumed_capacity.as_ref()));
        Ok(Found { items: answer.items.unwrap_or_default(), next: answer.last_evaluated_key })
    }

    /// Reads a page of at most 1 MB of a whole table, not consistently.
    pub(crate) async fn scan(&self, table: Table, start: Option<Item>) -> Result<Found, StoreError> {
        const OPERATION: &str = "Scan";
        let answer = self
            .client
            .scan()
            .table_name(self.tables.name(table)?)
            .set_exclusive_start_key(start)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(|error| StoreError::of(OPERATION, &error))?;
        let read = usize::try_from(answer.scanned_count).unwrap_or_default();
        self.meter.add(OPERATION, Direction::Read, read, only(answer.consumed_capacity.as_ref()));
        Ok(Found { items: answer.items.unwrap_or_default(), next: answer.last_evaluated_key })
    }

    /// Reads the items that exist of any number of keys, in no order; of a key that comes twice its item once.
    pub(crate) async fn batch_get(&self, table: Table, keys: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        const OPERATION: &str = "BatchGetItem";
        let name = self.tables.name(table)?;
        let mut found = Vec::with_capacity(keys.len());
        let mut waiting = without_repeats(keys);
        let mut idle = 0;
        while !waiting.is_empty() {
            let rest = waiting.split_off(waiting.len().min(BATCH));
            let asked = waiting.len();
            let request = KeysAndAttributes::builder()
                .set_keys(Some(waiting))
                .consistent_read(true)
                .build()
                .map_err(unbuildable)?;
            let answer = self
                .client
                .batch_get_item()
                .request_items(name, request)
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                .send()
                .await
                .map_err(|error| StoreError::of(OPERATION, &error))?;
            let items: Vec<Item> = answer.responses.unwrap_or_default().into_values().flatten().collect();
            let capacity = answer.consumed_capacity.unwrap_or_default();
            self.meter.add(OPERATION, Direction::Read, items.len(), &capacity);
            found.extend(items);
            waiting = answer.unprocessed_keys.unwrap_or_default().into_values().flat_map(|keys| keys.keys).collect();
            if waiting.len() == asked {
                idle += 1;
                if idle == ROUNDS {
                    return Err(StoreError::Throttled(OPERATION));
                }
                self.pause(name, idle).await;
            }
            waiting.extend(rest);
        }
        Ok(found)
    }

    /// Writes one item under its condition.
    pub(crate) async fn write(&self, write: Write, attempt: &Attempt) -> Result<Outcome, StoreError> {
        let write = write.marked(attempt);
        for round in 1..=ROUNDS {
            match self.send(write.clone()).await {
                Err(StoreError::Contended(_)) => self.pause(&attempt.0, round).await,
                Ok(Outcome::Refused(Some(item))) if is_mine(&item, attempt) => return Ok(Outcome::AlreadyMine(item)),
                done => return done,
            }
        }
        Err(StoreError::Contended("write"))
    }

    /// Writes one item that may as well be written again, or deletes one.
    pub(crate) async fn write_plain(&self, write: Write) -> Result<(), StoreError> {
        let seed = self.tables.name(write.table)?.to_owned();
        for round in 1..=ROUNDS {
            match self.send(write.clone()).await {
                Err(StoreError::Contended(_)) => self.pause(&seed, round).await,
                done => return done.map(drop),
            }
        }
        Err(StoreError::Contended("write"))
    }

    async fn send(&self, write: Write) -> Result<Outcome, StoreError> {
        let table = self.tables.name(write.table)?;
        let (condition, names, values) = (write.condition(), write.names(), write.values());
        let all_old = write.is_conditional().then_some(ReturnValuesOnConditionCheckFailure::AllOld);
        let capacity = ReturnConsumedCapacity::Indexes;
        match write.form {
            Form::Put => {
                let request = self
                    .client
                    .put_item()
                    .table_name(table)
                    .set_item(Some(write.item))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .set_return_values_on_condition_check_failure(all_old)
                    .return_consumed_capacity(capacity);
                match request.send().await {
                    Ok(answer) => Ok(self.written("PutItem", answer.consumed_capacity.as_ref(), None)),
                    Err(error) => self.refused("PutItem", error, |error| match error {
                        aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(
                            failed,
                        ) => Some(failed.item),
                        _ => None,
                    }),
                }
            }
            Form::Update => {
                let request = self
                    .client
                    .update_item()
                    .table_name(table)
                    .set_update_expression(write.change())
                    .set_key(Some(write.item))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .set_return_values_on_condition_check_failure(all_old)
                    .return_values(ReturnValue::AllNew)
                    .return_consumed_capacity(capacity);
                match request.send().await {
                    Ok(answer) => Ok(self.written("UpdateItem", answer.consumed_capacity.as_ref(), answer.attributes)),
                    Err(error) => self.refused("UpdateItem", error, |error| match error {
                        aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException(
                            failed,
                        ) => Some(failed.item),
                        _ => None,
                    }),
                }
            }
            Form::Delete => {
                let request = self
                    .client
                    .delete_item()
                    .table_name(table)
                    .set_key(Some(write.item))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .set_return_values_on_condition_check_failure(all_old)
                    .return_consumed_capacity(capacity);
                match request.send().await {
                    Ok(answer) => Ok(self.written("DeleteItem", answer.consumed_capacity.as_ref(), None)),
                    Err(error) => self.refused("DeleteItem", error, |error| match error {
                        aws_sdk_dynamodb::operation::delete_item::DeleteItemError::ConditionalCheckFailedException(
                            failed,
                        ) => Some(failed.item),
                        _ => None,
                    }),
                }
            }
        }
    }

    fn written(&self, operation: &'static str, capacity: Option<&ConsumedCapacity>, item: Option<Item>) -> Outcome {
        self.meter.add(operation, Direction::Write, 0, only(capacity));
        Outcome::Written(item.unwrap_or_default())
    }

    fn refused<E: ProvideErrorMetadata, R>(
        &self,
        operation: &'static str,
        error: SdkError<E, R>,
        failed: impl FnOnce(E) -> Option<Option<Item>>,
    ) -> Result<Outcome, StoreError> {
        let other = StoreError::of(operation, &error);
        let SdkError::ServiceError(service) = error else { return Err(other) };
        let old = failed(service.into_err()).ok_or(other)?;
        self.meter.refused(operation, 1.0);
        Ok(Outcome::Refused(old))
    }

    /// Writes several items or none. Conflicts with other transactions are waited out.
    pub(crate) async fn transact(&self, writes: Vec<Write>, attempt: &Attempt) -> Result<Transacted, StoreError> {
        const OPERATION: &str = "TransactWriteItems";
        let actions = writes
            .into_iter()
            .map(|write| write.marked(attempt).into_action(&self.tables))
            .collect::<Result<Vec<_>, _>>()?;
        for round in 1..=ROUNDS {
            let request = self
                .client
                .transact_write_items()
                .set_transact_items(Some(actions.clone()))
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes);
            let error = match request.send().await {
                Ok(answer) => {
                    let capacity = answer.consumed_capacity.unwrap_or_default();
                    self.meter.add(OPERATION, Direction::Write, 0, &capacity);
                    return Ok(Transacted::Committed);
                }
                Err(error) => error,
            };
            let failure = StoreError::of(OPERATION, &error);
            let Some(reasons) = cancellation(error) else { return Err(failure) };
            self.meter.refused(OPERATION, 2.0 * f64::from(u32::try_from(actions.len()).unwrap_or(u32::MAX)));
            if reasons.iter().any(|reason| code(reason) == "ConditionalCheckFailed") {
                let refusals: Vec<_> = reasons.into_iter().map(refusal).collect();
                let mine = |refusal: &Refusal| matches!(refusal, Refusal::Yes(Some(item)) if is_mine(item, attempt));
                return Ok(if refusals.iter().any(mine) {
                    Transacted::Committed
                } else {
                    Transacted::Refused(refusals)
                });
            }
            let passing = ["None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
            if let Some(lasting) = reasons.iter().map(code).find(|code| !passing.contains(code)) {
                return Err(StoreError::Refused { operation: OPERATION, code: lasting.to_owned() });
            }
            self.pause(&attempt.0, round).await;
        }
        Err(StoreError::Contended(OPERATION))
    }

    /// The number of items in a table, as DynamoDB counts them about every six hours.
    pub(crate) async fn item_count(&self, table: Table) -> Result<u64, StoreError> {
        const OPERATION: &str = "DescribeTable";
        let name = self.tables.name(table)?;
        let answer = self.client.describe_table().table_name(name).send().await;
        let answer = answer.map_err(|error| StoreError::of(OPERATION, &error))?;
        self.meter.add(OPERATION, Direction::Read, 0, &[]);
        let count = answer.table.and_then(|table| table.item_count).unwrap_or_default();
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Waits before the next round, up to twice as long each time. The seed, a random token, spreads those who wait.
    pub(crate) async fn pause(&self, seed: &str, round: u32) {
        let longest = FIRST_PAUSE.saturating_mul(1 << round.min(16)).min(LONGEST_PAUSE);
        let share = f64::from(u32::try_from(hash(seed, round) >> 32).unwrap_or_default()) / f64::from(u32::MAX);
        // Without one of its own the client sleeps by this default too.
        if let Some(sleep) = self.client.config().sleep_impl().or_else(default_async_sleep) {
            sleep.sleep(longest.mul_f64(share)).await;
        }
    }
}

/// DynamoDB refuses a call that names a key twice. Keys are texts.
fn without_repeats(mut keys: Vec<Item>) -> Vec<Item> {
    let mut seen = HashSet::with_capacity(keys.len());
    let part = |key: &Item, name| read_text(key, name).map(str::to_owned);
    keys.retain(|key| seen.insert((part(key, PK), part(key, SK))));
    keys
}

/// FNV-1a, mixed once more: stable between versions and machines, spread over all bits.
pub(crate) fn hash(text: &str, salt: u32) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in salt.to_le_bytes().iter().chain(text.as_bytes()) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

fn only(capacity: Option<&ConsumedCapacity>) -> &[ConsumedCapacity] {
    capacity.map(slice::from_ref).unwrap_or_default()
}

fn is_mine(item: &Item, attempt: &Attempt) -> bool {
    read_text(item, TOKEN) == Some(attempt.0.as_str())
}

fn cancellation<R>(error: SdkError<TransactWriteItemsError, R>) -> Option<Vec<CancellationReason>> {
    match error {
        SdkError::ServiceError(service) => match service.into_err() {
            TransactWriteItemsError::TransactionCanceledException(cancelled) => cancelled.cancellation_reasons,
            _ => None,
        },
        _ => None,
    }
}

fn code(reason: &CancellationReason) -> &str {
    reason.code().unwrap_or("None")
}

fn refusal(reason: CancellationReason) -> Refusal {
    if code(&reason) == "ConditionalCheckFailed" { Refusal::Yes(reason.item) } else { Refusal::No }
}
