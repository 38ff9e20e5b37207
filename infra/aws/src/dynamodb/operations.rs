//! The operations that the laptop serves.

use dynoxide::actions;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::capacity::{Mode, Slot, Units};
use super::errors::unreadable;

/// Whether the laptop serves `operation`.
pub(super) fn known(operation: &str) -> bool {
    matches!(
        operation,
        "GetItem"
            | "PutItem"
            | "UpdateItem"
            | "DeleteItem"
            | "Query"
            | "Scan"
            | "BatchGetItem"
            | "BatchWriteItem"
            | "TransactGetItems"
            | "TransactWriteItems"
            | "DescribeTable"
            | "ListTables"
            | "DescribeTimeToLive"
    )
}

/// Whether units that the engine does not split are write units.
fn writes(operation: &str) -> bool {
    matches!(operation, "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems")
}

/// One well answered request.
pub(super) struct Executed {
    pub(super) body: Vec<u8>,
    pub(super) used: Vec<Units>,
}

/// Runs `operation`; the request asks for capacity by index, the answer carries what `mode` says.
pub(super) fn execute(
    database: &Database,
    operation: &str,
    request: &Value,
    mode: Mode,
) -> Result<Executed, DynoxideError> {
    match operation {
        "GetItem" => metered(database.get_item(parse(request)?)?, operation, mode),
        "PutItem" => metered(database.put_item(parse(request)?)?, operation, mode),
        "UpdateItem" => metered(database.update_item(parse(request)?)?, operation, mode),
        "DeleteItem" => metered(database.delete_item(parse(request)?)?, operation, mode),
        "Query" => metered(database.query(parse(request)?)?, operation, mode),
        "Scan" => metered(database.scan(parse(request)?)?, operation, mode),
        "BatchGetItem" => metered(database.batch_get_item(parse(request)?)?, operation, mode),
        "BatchWriteItem" => metered(database.batch_write_item(parse(request)?)?, operation, mode),
        "TransactGetItems" => metered(database.transact_get_items(parse(request)?)?, operation, mode),
        "TransactWriteItems" => metered(database.transact_write_items(parse(request)?)?, operation, mode),
        "DescribeTable" => free(&database.describe_table(parse(request)?)?),
        "ListTables" => free(&database.list_tables(parse(request)?)?),
        "DescribeTimeToLive" => free(&database.describe_time_to_live(parse(request)?)?),
        other => Err(DynoxideError::ValidationException(format!("{other} is not served"))),
    }
}

/// A request in the engine's form.
pub(super) fn parse<T: DeserializeOwned>(request: &Value) -> Result<T, DynoxideError> {
    T::deserialize(request).map_err(|error| unreadable(&error))
}

fn metered<R: Metered>(mut response: R, operation: &str, mode: Mode) -> Result<Executed, DynoxideError> {
    let used = response.slot().settle(writes(operation), mode);
    Ok(Executed { used, ..free(&response)? })
}

fn free<R: Serialize>(response: &R) -> Result<Executed, DynoxideError> {
    let body = serde_json::to_vec(response).map_err(|error| DynoxideError::InternalServerError(error.to_string()))?;
    Ok(Executed { body, used: Vec::new() })
}

trait Metered: Serialize {
    fn slot(&mut self) -> Slot<'_>;
}

macro_rules! metered {
    ($($response:ty => $slot:ident,)*) => {
        $(impl Metered for $response {
            fn slot(&mut self) -> Slot<'_> {
                Slot::$slot(&mut self.consumed_capacity)
            }
        })*
    };
}

metered! {
    actions::get_item::GetItemResponse => One,
    actions::put_item::PutItemResponse => One,
    actions::update_item::UpdateItemResponse => One,
    actions::delete_item::DeleteItemResponse => One,
    actions::query::QueryResponse => One,
    actions::scan::ScanResponse => One,
    actions::batch_get_item::BatchGetItemResponse => Many,
    actions::batch_write_item::BatchWriteItemResponse => Many,
    actions::transact_get_items::TransactGetItemsResponse => Many,
    actions::transact_write_items::TransactWriteItemsResponse => Many,
}
