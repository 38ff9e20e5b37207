//! The store against an embedded DynamoDB with the tables of the template.

#[cfg(test)]
mod support;

#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod customers;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod operations;
