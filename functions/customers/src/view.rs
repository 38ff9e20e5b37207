//! A customer as the API shows it.

use domain::Customer;
use serde::Serialize;

/// The record, with the points balance where it was read.
#[derive(Serialize)]
pub(crate) struct CustomerView {
    #[serde(flatten)]
    customer: Customer,
    #[serde(skip_serializing_if = "Option::is_none")]
    points_balance: Option<i64>,
}

impl CustomerView {
    pub(crate) fn of(customer: Customer) -> Self {
        Self { customer, points_balance: None }
    }

    pub(crate) fn with_balance(self, points_balance: Option<i64>) -> Self {
        Self { points_balance, ..self }
    }
}
