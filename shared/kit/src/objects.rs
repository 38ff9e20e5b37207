//! Objects of a bucket of S3: the `object_store` crate over our own seam, so that it brings no HTTP client of its own.
//! It signs by the machine's clock, as S3 asks for.

use crate::config::Aws;
use crate::http::{Http, HttpError as SeamError, Request};
use async_trait::async_trait;
use aws_credential_types::Credentials;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use http_body_util::{BodyExt, Full};
use object_store::aws::{AmazonS3, AmazonS3Builder, S3ConditionalPut};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use object_store::path::Path;
use object_store::{
    ClientOptions, CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, RetryConfig,
};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// One attempt at a request. A part of an index of 8 MiB takes about 0.1 s.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
/// The pauses before a request is repeated.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(250)];

/// The objects of a bucket. If its address in the environment cannot be used, each request is answered with the reason.
pub(crate) fn bucket(aws: &Aws, http: Arc<dyn Http>, name: &str) -> Arc<dyn ObjectStore> {
    match build(aws, http, name) {
        Ok(bucket) => Arc::new(bucket),
        Err(error) => Arc::new(Unusable(error.to_string())),
    }
}

fn build(aws: &Aws, http: Arc<dyn Http>, name: &str) -> object_store::Result<AmazonS3> {
    let Aws { region, credentials, s3_url, .. } = aws;
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(name)
        .with_region(region)
        .with_access_key_id(credentials.access_key_id())
        .with_secret_access_key(credentials.secret_access_key())
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_disable_bulk_delete(true)
        // The crate's own repeats draw random numbers that no seed decides.
        .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() })
        .with_http_connector(Seam(http));
    if let Some(token) = Credentials::session_token(credentials) {
        builder = builder.with_token(token);
    }
    if let Some(url) = s3_url {
        builder = builder.with_endpoint(url).with_allow_http(true);
    }
    builder.build()
}

/// Our seam as the crate's HTTP client.
#[derive(Clone, Debug)]
struct Seam(Arc<dyn Http>);

impl HttpConnector for Seam {
    fn connect(&self, _: &ClientOptions) -> Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Seam {
    async fn call(&self, request: HttpRequest) -> std::result::Result<HttpResponse, HttpError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?.to_bytes();
        let request = Request::from_parts(head, body);
        let mut response = self.0.send(request.clone(), ATTEMPT_TIMEOUT).await;
        // Reads, whole writes and deletions may all be repeated. A write that is only for a new object then finds its own
        // object there, and its author knows it by the token inside.
        for pause in PAUSES {
            if response.as_ref().is_ok_and(|response| !response.status().is_server_error()) {
                break;
            }
            tokio::time::sleep(pause).await;
            response = self.0.send(request.clone(), ATTEMPT_TIMEOUT).await;
        }
        let response = response.map_err(failed)?;
        Ok(response.map(|bytes: Bytes| HttpResponseBody::new(Full::new(bytes).map_err(|never| match never {}))))
    }
}

/// What surely was not sent is repeated; what was perhaps done only if that does no harm.
fn failed(error: SeamError) -> HttpError {
    let kind = match &error {
        SeamError::NotSent { .. } => HttpErrorKind::Connect,
        SeamError::MaybeSent { timeout: true, .. } => HttpErrorKind::Timeout,
        SeamError::MaybeSent { timeout: false, .. } => HttpErrorKind::Interrupted,
    };
    HttpError::new(kind, error)
}

/// A bucket at an address that cannot be used, with the reason.
#[derive(Debug)]
struct Unusable(String);

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an unusable bucket")
    }
}

impl Unusable {
    fn refuse<T>(&self) -> Result<T> {
        Err(object_store::Error::Generic { store: "S3", source: self.0.clone().into() })
    }
}

#[async_trait]
impl ObjectStore for Unusable {
    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        self.refuse()
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.refuse()
    }

    async fn get_opts(&self, _: &Path, _: GetOptions) -> Result<GetResult> {
        self.refuse()
    }

    fn delete_stream(&self, _: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        stream::iter([self.refuse()]).boxed()
    }

    fn list(&self, _: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        stream::iter([self.refuse()]).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        self.refuse()
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        self.refuse()
    }
}

#[cfg(test)]
mod tests {
    use crate::http::HttpError;
    use crate::testing::{FakeHttp, app_with, env};
    use object_store::path::Path;
    use object_store::{Error, ObjectStoreExt, PutMode};

    fn app(answer: impl Fn(&crate::http::Request) -> Result<u16, HttpError> + Send + Sync + 'static) -> crate::App {
        let http = FakeHttp::answering(move |request| answer(request).map(|status| FakeHttp::json(status, "")));
        app_with(env([("AWS_ENDPOINT_URL_S3", "http://s3.test/_aws/s3")]), &http)
    }

    #[tokio::test(start_paused = true)]
    async fn an_object_that_is_there_is_not_put_again() {
        let bucket = app(|request| {
            assert_eq!(request.uri().to_string(), "http://s3.test/_aws/s3/index/a/1");
            assert_eq!(request.headers()["if-none-match"], "*");
            Ok(412)
        })
        .bucket("index");
        let put = bucket.put_opts(&Path::from("a/1"), "x".into(), PutMode::Create.into()).await;
        assert!(matches!(put, Err(Error::AlreadyExists { .. })), "{put:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_bucket_that_fails_is_asked_three_times() {
        for failure in [Ok(503), Err(HttpError::NotSent { timeout: false, detail: "refused".into() })] {
            let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
            let (counted, answer) = (asked.clone(), failure.clone());
            let bucket = app(move |_| {
                counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                answer.clone()
            })
            .bucket("index");
            assert!(bucket.get(&Path::from("a/1")).await.is_err());
            assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 3, "{failure:?}");
        }
    }
}
