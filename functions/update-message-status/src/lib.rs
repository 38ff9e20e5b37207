//! update-message-status
