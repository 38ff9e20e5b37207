//! gateway-webhook
