//! run-due
