//! Customers, and what is known of them.

pub mod answers;
pub mod best_hour;
pub mod birthday;
pub mod crm;
pub mod customer;
pub mod customer_filter;
pub mod customer_ref;
pub mod follow_up;
pub mod joined;
pub mod lapsed;
pub mod learned;
pub mod name;
pub mod occasion;
pub mod phone;
pub mod points;
pub mod profile;
pub mod rhythm;
pub mod statistics;
pub mod worth;
