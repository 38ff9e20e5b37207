//! A store in memory whose requests can fail before they do anything, or after.

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What happens to a request, and to those after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The process dies before it: neither it nor any later one arrives.
    Crash,
    /// It fails, and later ones do not.
    Refused,
    /// It is carried out, and its answer is lost.
    Lost,
    /// It is carried out, its answer is lost, and the client sends it again.
    Repeated,
}

/// A store with a fault at one of its requests, counted from 0.
#[derive(Debug)]
pub struct Unreliable {
    pub inner: Arc<InMemory>,
    at: usize,
    fault: Fault,
    requests: AtomicUsize,
}

impl Unreliable {
    pub fn new(inner: Arc<InMemory>, at: usize, fault: Fault) -> Arc<Self> {
        Arc::new(Self { inner, at, fault, requests: AtomicUsize::new(0) })
    }

    /// Whether the fault has taken place.
    pub fn struck(&self) -> bool {
        self.requests.load(Ordering::Relaxed) > self.at
    }

    /// The fault of the next request.
    fn next(&self) -> Option<Fault> {
        let nth = self.requests.fetch_add(1, Ordering::Relaxed);
        let is_hit = if self.fault == Fault::Crash { nth >= self.at } else { nth == self.at };
        is_hit.then_some(self.fault)
    }
}

fn failed() -> Error {
    Error::Generic { store: "unreliable", source: "no answer".into() }
}

impl fmt::Display for Unreliable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreliable")
    }
}

#[async_trait]
impl ObjectStore for Unreliable {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        match self.next() {
            None => self.inner.put_opts(location, payload, options).await,
            Some(Fault::Crash | Fault::Refused) => Err(failed()),
            Some(Fault::Lost) => self.inner.put_opts(location, payload, options).await.and(Err(failed())),
            Some(Fault::Repeated) => {
                let _ = self.inner.put_opts(location, payload.clone(), options.clone()).await;
                self.inner.put_opts(location, payload, options).await
            }
        }
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        Err(failed())
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        match self.next() {
            None | Some(Fault::Repeated) => self.inner.get_opts(location, options).await,
            Some(_) => Err(failed()),
        }
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        match self.next() {
            None | Some(Fault::Repeated) => self.inner.delete_stream(locations),
            Some(Fault::Lost) => self.inner.delete_stream(locations).map(|_| Err(failed())).boxed(),
            Some(Fault::Crash | Fault::Refused) => futures::stream::iter([Err(failed())]).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.next() {
            None | Some(Fault::Repeated) => self.inner.list(prefix),
            Some(_) => futures::stream::iter([Err(failed())]).boxed(),
        }
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        Err(failed())
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(failed())
    }
}
