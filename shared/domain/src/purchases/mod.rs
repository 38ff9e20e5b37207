//! Purchases: invoices with their lines, and the names that stand in them.

pub mod favorites;
pub mod purchase;
pub mod recount;
