//! send-message
