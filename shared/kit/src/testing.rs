//! Stand-ins for kit's own tests.

use crate::app::{App, Parts};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::env::Env;
use crate::http::{Http, HttpError, Request, Response};
use async_trait::async_trait;
use bytes::Bytes;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::Meter;

type Responder = dyn Fn(&Request) -> Result<Response, HttpError> + Send + Sync;

/// A network that remembers what was sent and answers by a function, or never.
#[derive(Clone)]
pub struct FakeHttp {
    answer: Option<Arc<Responder>>,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl FakeHttp {
    pub fn answering(answer: impl Fn(&Request) -> Result<Response, HttpError> + Send + Sync + 'static) -> Self {
        Self { answer: Some(Arc::new(answer)), seen: Arc::default() }
    }

    pub fn hanging() -> Self {
        Self { answer: None, seen: Arc::default() }
    }

    pub fn json(status: u16, body: &str) -> Response {
        let response = http::Response::builder().status(status).header("content-type", "application/x-amz-json-1.0");
        response.body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
    }

    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

impl fmt::Debug for FakeHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeHttp")
    }
}

#[async_trait]
impl Http for FakeHttp {
    async fn send(&self, request: Request, _: Duration) -> Result<Response, HttpError> {
        self.seen.lock().unwrap().push(request.clone());
        match &self.answer {
            Some(answer) => answer(&request),
            None => std::future::pending().await,
        }
    }
}

/// The least that an App needs, and `more`.
pub fn env<const N: usize>(more: [(&str, &str); N]) -> Env {
    let least = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "key"),
        ("AWS_SESSION_TOKEN", "token"),
        ("TABLE_API_KEYS", "keys"),
        ("AWS_ENDPOINT_URL_SQS", "http://sqs.test"),
    ];
    Env::from_pairs(least.into_iter().chain(more))
}

/// Parts around one fake network, on tokio's time from 2026-03-01 09:00 UTC. Needs a tokio runtime for paused time only.
pub fn parts(env: Env, http: &FakeHttp) -> Parts {
    Parts {
        env,
        clock: Clock::tokio("2026-03-01T09:00:00Z".parse().unwrap()),
        chance: Chance::seeded(1),
        http: Arc::new(http.clone()),
        aws_http: Arc::new(http.clone()),
        retry_partition: Some(aws_sdk_dynamodb::config::retry::RetryPartition::custom("test").build()),
        meter: Meter::default(),
    }
}

pub fn app_with(env: Env, http: &FakeHttp) -> App {
    App::new::<()>(parts(env, http)).unwrap().0
}

pub async fn body_json(response: axum::response::Response) -> serde_json::Value {
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    serde_json::from_slice(&body).unwrap()
}
