//! The AWS SDK over our own seam, time and chance: its configuration is made by hand, nothing is looked up.

use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::Aws;
use crate::http::{Http, HttpError, Request};
use crate::objects;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, IdentityCache, Region, SharedAsyncSleep, SharedHttpClient, StalledStreamProtectionConfig,
};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use bytes::Bytes;
use object_store::ObjectStore;
use std::sync::Arc;
use std::time::Duration;

/// To connect to AWS.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// One attempt at a call.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
/// A call with its repeats: below every function's own time-out.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);
/// The first attempt and its repeats.
const ATTEMPTS: u32 = 3;

/// Makes the clients of AWS, all over one HTTP seam.
#[derive(Clone, Debug)]
pub struct Clients {
    aws: Aws,
    http: Arc<dyn Http>,
    shared: SdkConfig,
    retry_partition: Option<RetryPartition>,
}

impl Clients {
    /// Clients that go through `http`. A retry partition of one's own keeps runs apart; the default one is the process's.
    /// The SDK takes its own random numbers (tokens of transactions, jitter) from the thread's generator, which is
    /// seeded from `chance` here.
    #[must_use]
    pub fn new(
        aws: Aws,
        http: Arc<dyn Http>,
        clock: Clock,
        chance: &Chance,
        retry_partition: Option<RetryPartition>,
    ) -> Self {
        fastrand::seed(chance.seed());
        let retry = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(Duration::from_millis(50))
            .with_max_backoff(Duration::from_secs(1));
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build();
        let shared = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(aws.region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(aws.credentials.clone()))
            .identity_cache(IdentityCache::no_cache())
            .retry_config(retry)
            .timeout_config(timeouts)
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .time_source(SharedTimeSource::new(clock))
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .http_client(SharedHttpClient::new(SmithyHttp::new(http.clone())))
            .build();
        Self { aws, http, shared, retry_partition }
    }

    /// A new client for DynamoDB, at the endpoint of the configuration.
    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let mut config = aws_sdk_dynamodb::config::Builder::from(&self.shared);
        config.set_endpoint_url(self.aws.dynamodb_url.clone());
        config.set_retry_partition(self.retry_partition.clone());
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    /// A new client for SQS, at the endpoint of the configuration.
    #[must_use]
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        let mut config = aws_sdk_sqs::config::Builder::from(&self.shared);
        config.set_endpoint_url(self.aws.sqs_url.clone());
        config.set_retry_partition(self.retry_partition.clone());
        aws_sdk_sqs::Client::from_conf(config.build())
    }

    /// A new client for EventBridge, at the endpoint of the configuration.
    #[must_use]
    pub fn eventbridge(&self) -> aws_sdk_eventbridge::Client {
        let mut config = aws_sdk_eventbridge::config::Builder::from(&self.shared);
        config.set_endpoint_url(self.aws.eventbridge_url.clone());
        config.set_retry_partition(self.retry_partition.clone());
        aws_sdk_eventbridge::Client::from_conf(config.build())
    }

    /// The objects of a bucket, at the endpoint of the configuration.
    #[must_use]
    pub fn bucket(&self, name: &str) -> Arc<dyn ObjectStore> {
        objects::bucket(&self.aws, self.http.clone(), name)
    }

    /// The address to which the client of a service sends its requests.
    pub(crate) fn address(&self, service: Service) -> String {
        let (name, own) = match service {
            Service::DynamoDb => ("dynamodb", &self.aws.dynamodb_url),
            Service::Sqs => ("sqs", &self.aws.sqs_url),
            Service::EventBridge => ("events", &self.aws.eventbridge_url),
        };
        let region = &self.aws.region;
        let china = if region.starts_with("cn-") { ".cn" } else { "" };
        own.clone().unwrap_or_else(|| format!("https://{name}.{region}.amazonaws.com{china}"))
    }
}

/// A service of AWS that functions call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    DynamoDb,
    Sqs,
    EventBridge,
}

/// Our seam as the SDK's HTTP client.
#[derive(Clone, Debug)]
pub struct SmithyHttp(Arc<dyn Http>);

impl SmithyHttp {
    /// Lets the SDK's requests go through `http`.
    #[must_use]
    pub fn new(http: Arc<dyn Http>) -> Self {
        Self(http)
    }
}

impl HttpClient for SmithyHttp {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for SmithyHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let http = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = plain(request)?;
            let response = http.send(request, ATTEMPT_TIMEOUT).await.map_err(connector_error)?;
            HttpResponse::try_from(response.map(SdkBody::from))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

fn plain(request: HttpRequest) -> Result<Request, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let bytes = body.bytes().ok_or_else(|| ConnectorError::user("a streamed body".into()))?;
    Ok(Request::from_parts(parts, Bytes::copy_from_slice(bytes)))
}

fn connector_error(error: HttpError) -> ConnectorError {
    let unsent = error.surely_not_sent();
    let mapped =
        if error.is_timeout() { ConnectorError::timeout(error.into()) } else { ConnectorError::io(error.into()) };
    if unsent { mapped.never_connected() } else { mapped }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;
    use crate::testing::{FakeHttp, app_with, env};
    use futures::FutureExt;

    #[tokio::test(start_paused = true)]
    async fn a_request_is_signed_with_our_time_and_goes_where_the_environment_says() {
        let http = FakeHttp::answering(|_| Ok(FakeHttp::json(200, "{}")));
        let app = app_with(env([]), &http);
        app.sqs().send_message().queue_url("http://sqs.test/q").message_body("hi").send().await.unwrap();
        let request = http.requests().pop().unwrap();
        assert_eq!(request.uri().host(), Some("sqs.test"));
        assert_eq!(request.headers()["x-amz-date"], "20260301T090000Z");
        assert_eq!(request.headers()["x-amz-security-token"], "token");
        assert_eq!(request.body().as_ref(), br#"{"QueueUrl":"http://sqs.test/q","MessageBody":"hi"}"#);
    }

    #[test]
    fn services_are_where_the_sdk_would_look_for_them() {
        macro_rules! by_the_sdk {
            ($sdk:ident, $region:expr) => {{
                use $sdk::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
                let params = Params::builder().region($region).build().unwrap();
                let rules = DefaultResolver::new();
                let endpoint = ResolveEndpoint::resolve_endpoint(&rules, &params).now_or_never();
                endpoint.unwrap().unwrap().url().to_owned()
            }};
        }
        for region in ["us-east-1", "sa-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1"] {
            let pairs = [("AWS_REGION", region), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "key")];
            let app = app_with(Env::from_pairs(pairs), &FakeHttp::hanging());
            let clients = app.clients();
            assert_eq!(clients.address(Service::DynamoDb), by_the_sdk!(aws_sdk_dynamodb, region));
            assert_eq!(clients.address(Service::Sqs), by_the_sdk!(aws_sdk_sqs, region));
            assert_eq!(clients.address(Service::EventBridge), by_the_sdk!(aws_sdk_eventbridge, region));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_that_may_pass_is_repeated_and_then_told() {
        let failures = [
            Err(HttpError::NotSent { timeout: false, detail: "refused".into() }),
            Err(HttpError::MaybeSent { timeout: true, detail: "slow".into() }),
            Err(HttpError::MaybeSent { timeout: false, detail: "broken".into() }),
            Ok(FakeHttp::json(503, "{}")),
        ];
        for failure in failures {
            let answer = failure.clone();
            let http = FakeHttp::answering(move |_| answer.clone());
            let app = app_with(env([]), &http);
            let sent = app.sqs().send_message().queue_url("http://sqs.test/q").message_body("hi").send().await;
            assert!(sent.is_err());
            assert_eq!(http.requests().len(), 3, "{failure:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_never_ends_is_given_up() {
        let http = FakeHttp::hanging();
        let app = app_with(env([]), &http);
        let begin = app.clock().monotonic();
        app.sqs().send_message().queue_url("http://sqs.test/q").message_body("hi").send().await.unwrap_err();
        assert!(app.clock().monotonic() - begin <= OPERATION_TIMEOUT);
    }
}
