//! S3 as far as object stores need it: objects of buckets, put whole, read whole or in part, listed by prefix, deleted.
//!
//! Addresses are path-style (`/bucket/key`). Signatures are not checked. Conditional puts answer as S3 does: 412 if the
//! condition does not hold.

mod objects;
mod xml;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, header};

use crate::Reply;
use crate::clock::Clock;
use crate::observe::Observe;

pub use objects::{Bucket, KeptError};
use objects::{Buckets, Object};

/// Most objects in one answer of a list.
const MOST_LISTED: usize = 1_000;

/// A failure of one request to a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BucketFault {
    /// `SlowDown`, 503; nothing was done.
    Refuse,
    /// All is done, but the answer does not arrive.
    LoseAnswer,
}

/// The buckets of a template, and the protocol over them; a clone serves the same buckets.
#[derive(Clone)]
pub struct S3 {
    clock: Clock,
    meter: Arc<dyn Observe>,
    buckets: Arc<Mutex<Buckets>>,
    faults: Arc<Mutex<Vec<BucketFault>>>,
}

impl S3 {
    /// Serves these buckets.
    #[must_use]
    pub fn new(buckets: impl IntoIterator<Item = Bucket>, clock: Clock, meter: Arc<dyn Observe>) -> Self {
        let buckets = Arc::new(Mutex::new(buckets.into_iter().collect()));
        Self { clock, meter, buckets, faults: Arc::default() }
    }

    /// Lets the next request meet a failure.
    pub fn inject(&self, fault: BucketFault) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    }

    /// Keys of the objects of a bucket whose key begins with `prefix`, in order.
    #[must_use]
    pub fn keys(&self, bucket: &str, prefix: &str) -> Vec<String> {
        self.buckets().get(bucket).map(|it| it.keys(prefix).cloned().collect()).unwrap_or_default()
    }

    /// The whole content of an object.
    #[must_use]
    pub fn content(&self, bucket: &str, key: &str) -> Option<Bytes> {
        self.buckets().get(bucket)?.object(key).map(|object| object.content.clone())
    }

    /// Bytes that a bucket holds.
    #[must_use]
    pub fn bytes(&self, bucket: &str) -> u64 {
        self.buckets().get(bucket).map(Bucket::bytes).unwrap_or_default()
    }

    /// Answers a request whose path is `/bucket` or `/bucket/key`, as it was sent.
    #[must_use]
    pub fn handle(&self, request: &Request<Bytes>) -> Reply {
        let fault = self.faults.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let path = request.uri().path().trim_start_matches('/');
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        let (bucket, key) = (decoded(bucket), decoded(key));
        let operation = operation(request.method(), &key);
        self.meter.bucket_request(&bucket, operation, request.body().len());
        if fault == Some(BucketFault::Refuse) {
            return xml::error(503, "SlowDown", "Please reduce your request rate.");
        }
        let mut reply = self.act(operation, &bucket, &key, request);
        reply.lost = fault == Some(BucketFault::LoseAnswer);
        reply
    }

    fn act(&self, operation: &str, bucket: &str, key: &str, request: &Request<Bytes>) -> Reply {
        let mut buckets = self.buckets();
        let Some(bucket) = buckets.get_mut(bucket) else {
            return xml::error(404, "NoSuchBucket", "The specified bucket does not exist");
        };
        let missing = || xml::error(404, "NoSuchKey", "The specified key does not exist.");
        match operation {
            "PutObject" => self.put(bucket, key, request),
            "GetObject" | "HeadObject" => match bucket.object(key) {
                Some(object) => read(object, request.headers(), operation == "HeadObject"),
                None => missing(),
            },
            "DeleteObject" => match bucket.delete(key) {
                Ok(()) => Reply { status: 204, ..Reply::default() },
                Err(error) => xml::error(500, "InternalError", &error.to_string()),
            },
            "ListObjectsV2" => list(bucket, request.uri().query().unwrap_or_default()),
            _ => xml::error(501, "NotImplemented", "This is not offered here"),
        }
    }

    fn put(&self, bucket: &mut Bucket, key: &str, request: &Request<Bytes>) -> Reply {
        let condition = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let there = bucket.object(key);
        let only_if_new = condition(header::IF_NONE_MATCH).is_some();
        let holds = match condition(header::IF_MATCH) {
            Some(tag) => there.is_some_and(|object| object.tag == tag),
            None => !only_if_new || there.is_none(),
        };
        if condition(header::IF_MATCH).is_some() && there.is_none() {
            return xml::error(404, "NoSuchKey", "The specified key does not exist.");
        }
        if !holds {
            return xml::error(
                412,
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
            );
        }
        let object = Object::new(request.body().clone(), self.clock.now());
        let tag = object.tag.clone();
        match bucket.put(key, object) {
            Ok(()) => Reply { status: 200, ..Reply::default() }.with_header("etag", tag),
            Err(error) => xml::error(500, "InternalError", &error.to_string()),
        }
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn operation(method: &Method, key: &str) -> &'static str {
    match (method.as_str(), key.is_empty()) {
        ("PUT", false) => "PutObject",
        ("GET", false) => "GetObject",
        ("HEAD", false) => "HeadObject",
        ("DELETE", false) => "DeleteObject",
        ("GET", true) => "ListObjectsV2",
        _ => "Other",
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A whole object, or the part that `Range` names.
fn read(object: &Object, headers: &HeaderMap, head_only: bool) -> Reply {
    let size = object.content.len();
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok()).and_then(|it| range(it, size));
    let (status, content) = match range {
        None => (200, object.content.clone()),
        Some((begin, end)) if begin < end => (206, object.content.slice(begin..end)),
        Some(_) => return xml::error(416, "InvalidRange", "The requested range is not satisfiable"),
    };
    let mut reply = Reply { status, ..Reply::default() }
        .with_header("etag", object.tag.clone())
        .with_header("last-modified", object.at.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .with_header("content-type", "application/octet-stream".to_owned())
        .with_header("accept-ranges", "bytes".to_owned());
    if let Some((begin, end)) = range {
        reply = reply.with_header("content-range", format!("bytes {begin}-{}/{size}", end - 1));
    }
    reply = reply.with_header("content-length", content.len().to_string());
    reply.body = if head_only { Bytes::new() } else { content };
    reply
}

/// `bytes=3-9`, `bytes=3-` or `bytes=-5` as a half-open span of `size` bytes.
fn range(text: &str, size: usize) -> Option<(usize, usize)> {
    let (begin, end) = text.strip_prefix("bytes=")?.split_once('-')?;
    match (begin.parse::<usize>().ok(), end.parse::<usize>().ok()) {
        (Some(begin), Some(end)) => Some((begin, size.min(end + 1))),
        (Some(begin), None) => Some((begin, size)),
        (None, Some(last)) => Some((size.saturating_sub(last), size)),
        (None, None) => None,
    }
}

fn list(bucket: &Bucket, query: &str) -> Reply {
    let parameters: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let parameter = |name: &str| parameters.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
    let prefix = parameter("prefix").unwrap_or_default();
    let after = parameter("continuation-token").or(parameter("start-after")).unwrap_or_default();
    let most = parameter("max-keys").and_then(|it| it.parse().ok()).unwrap_or(MOST_LISTED).min(MOST_LISTED);
    let mut found = bucket.objects(prefix).filter(|(key, _)| key.as_str() > after);
    let page: Vec<(&String, &Object)> = found.by_ref().take(most).collect();
    let next = found.next().and_then(|_| page.last().map(|(key, _)| key.as_str()));
    xml::listing(bucket.name(), prefix, &page, next)
}
