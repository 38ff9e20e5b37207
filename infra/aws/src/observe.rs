//! The observer that counts what AWS would bill.

/// Told of each billable request of the queues and the bus.
pub trait Observe: Send + Sync {
    /// An action on a queue took so many requests of 64 KiB (never told of an idle poll of a mapping).
    fn queue_requests(&self, queue: &str, action: &str, requests: u64) {
        let _ = (queue, action, requests);
    }

    /// Events of so many chunks of 64 KiB were put on a bus.
    fn bus_events(&self, bus: &str, chunks: u64) {
        let _ = (bus, chunks);
    }

    /// A request to a bucket, with so many bytes in its body.
    fn bucket_request(&self, bucket: &str, operation: &str, bytes: usize) {
        let _ = (bucket, operation, bytes);
    }
}

/// Counts nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observe for Unobserved {}

/// Payload of one billed request or event, in bytes.
const CHUNK: usize = 64 * 1024;

/// Chunks of 64 KiB that so many bytes are billed as; at least one.
pub(crate) fn chunks(bytes: usize) -> u64 {
    bytes.div_ceil(CHUNK).max(1) as u64
}
