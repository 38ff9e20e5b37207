//! The prices of AWS, in US dollars: us-east-1, arm64, on demand, November 2026, without any free tier.

/// A write request unit of DynamoDB.
pub const WRITE_UNIT: f64 = 0.625e-6;
/// A read request unit of DynamoDB.
pub const READ_UNIT: f64 = 0.125e-6;
/// A request to a standard or FIFO queue, of 64 KiB.
pub const QUEUE_REQUEST: f64 = 0.40e-6;
/// An invocation of a function, beside its time.
pub const INVOCATION: f64 = 0.20e-6;
/// A gigabyte of memory for a second.
pub const GB_SECOND: f64 = 0.000_013_333_4;
/// A request to an HTTP API, of 512 KiB.
pub const API_REQUEST: f64 = 1.00e-6;
/// A request to a bucket that writes or lists.
pub const BUCKET_WRITE: f64 = 5.0e-6;
/// A request to a bucket that reads. Deletions are free.
pub const BUCKET_READ: f64 = 0.4e-6;
/// An event put on a bus of one's own, of 64 KiB.
pub const EVENT: f64 = 1.00e-6;
