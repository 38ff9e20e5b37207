//! businesses
