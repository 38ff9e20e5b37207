//! receive-messages
