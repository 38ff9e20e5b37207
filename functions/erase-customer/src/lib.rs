//! erase-customer
