//! The figures of what goes to the operator's backend, and of what is kept of sessions.

use crate::{Address, Operation, Tag};
use serde::Serialize;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::ToSchema;

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// What waits for the operator's backend
    ///
    /// Operator key only.
    ReadBatchMetrics,
    /// What is kept of sessions
    ///
    /// Operator key only.
    ReadCacheMetrics,
}

impl crate::Route for Route {
    const TAG: Tag = Tag {
        name: "Figures",
        description: "Of sessions and their batches. The operator key only; no limit counts them.",
    };

    fn address(self) -> Address {
        match self {
            Self::ReadBatchMetrics => Address::get("/metrics/batch"),
            Self::ReadCacheMetrics => Address::get("/metrics/cache"),
        }
    }

    fn operation(self) -> Operation {
        let operation = Operation::with_operator_key();
        match self {
            Self::ReadBatchMetrics => operation.answer::<BatchMetrics>(200, "The figures."),
            Self::ReadCacheMetrics => operation.answer::<CacheMetrics>(200, "The figures."),
        }
    }
}

/// What waits for the operator's backend.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"success": true,
    "metrics": {"qrBatchSize": 3, "statusBatchSize": 0, "timeSinceLastFlushQr": 1840}})))]
pub struct BatchMetrics {
    /// Always.
    pub success: bool,
    /// The figures.
    pub metrics: Batches,
}

/// The figures of batches.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Batches {
    /// Codes that wait in their queue or are on their way, as the queue counts them.
    pub qr_batch_size: u64,
    /// The same of statuses, those of sessions that fell among them.
    pub status_batch_size: u64,
    /// Milliseconds since codes were last taken; absent if none ever were, or a day ago and longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_since_last_flush_qr: Option<u64>,
}

/// What is kept of sessions.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"success": true, "metrics":
    {"totalKeys": 2010, "qrKeys": 10, "statusKeys": 1000, "connectionKeys": 940, "sessionKeys": 1000}})))]
pub struct CacheMetrics {
    /// Always.
    pub success: bool,
    /// The figures.
    pub metrics: Kept,
}

/// The figures of what is kept.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// All of the others together.
    pub total_keys: u64,
    /// Sessions with a code that can be scanned.
    pub qr_keys: u64,
    /// Sessions whose status the gateway has told.
    pub status_keys: u64,
    /// Sessions that are connected.
    pub connection_keys: u64,
    /// Sessions that are not stopped.
    pub session_keys: u64,
}
