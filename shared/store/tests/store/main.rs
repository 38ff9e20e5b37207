//! The store against a DynamoDB with the tables of the template: an embedded one or, if `CONTRACT_DYNAMODB_URL` is set
//! (like `http://127.0.0.1:4566`), another one over the wire.
//!
//! ministack differs from AWS, and so is not asked: what a call costs, for it does not tell that of a `BatchGetItem`.

#[cfg(test)]
mod support;

#[cfg(test)]
mod appointments;
#[cfg(test)]
mod birthdays;
#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod customers;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod joining;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod lists;
mod of_campaign;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod purchases;
#[cfg(test)]
mod tables;
