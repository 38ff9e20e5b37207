//! publish-changes
