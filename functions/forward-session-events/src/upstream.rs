//! Posts batches to the operator's backend, and reads what became of each item.

use crate::config::UpstreamConfig;
use api::upstream::{Batch, BatchAnswer, ItemOutcome};
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{HeaderValue, Method, StatusCode, header};
use kit::http::{Http, HttpError};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// The wait after a 429 that does not say how long.
const USUAL_WAIT: Duration = Duration::from_secs(5);
/// The longest wait that a 429 can ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(900);

/// What became of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The upstream has it.
    Taken,
    /// It never will; the reason holds nothing private.
    Refused(String),
    /// It comes again; the reason holds nothing private.
    Later(String),
    /// It was in no request, and comes again.
    Unasked,
}

/// What a batch found at the upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// It answered.
    Open,
    /// It does not: nothing more goes for so long, or for as long as earlier failures say.
    Closed(Option<Duration>),
}

/// The way to the upstream.
pub(crate) struct Upstream {
    pub(crate) http: Arc<dyn Http>,
    pub(crate) config: UpstreamConfig,
}

/// Anything that the upstream takes.
pub(crate) trait Item: Serialize + Send + Sync {
    /// The id by which it is known again.
    fn event_id(&self) -> &str;
}

impl Item for api::upstream::CodeItem {
    fn event_id(&self) -> &str {
        &self.event_id
    }
}

impl Item for api::upstream::StatusItem {
    fn event_id(&self) -> &str {
        &self.event_id
    }
}

impl Upstream {
    /// Posts all items, in as many requests as they need, one after the other, as long as there is time. The first request is
    /// always made.
    pub(crate) async fn post_all<T: Item>(
        &self,
        path: &'static str,
        items: &[T],
        in_time: impl Fn() -> bool + Sync,
    ) -> (Vec<Sent>, Found) {
        let (mut outcomes, mut found) = (Vec::with_capacity(items.len()), Found::Open);
        for chunk in items.chunks(self.config.batch.max(1)) {
            if found != Found::Open || (!outcomes.is_empty() && !in_time()) {
                break;
            }
            let (more, now) = self.post(path, chunk, &in_time).await;
            outcomes.extend(more);
            found = now;
        }
        outcomes.resize(items.len(), Sent::Unasked);
        (outcomes, found)
    }

    /// Posts the items, and tells for each what became of it. A batch that is refused whole is halved until the item is
    /// found that it was refused for, as long as there is time: no item costs another its way.
    pub(crate) fn post<'a, T: Item>(
        &'a self,
        path: &'static str,
        items: &'a [T],
        in_time: &'a (dyn Fn() -> bool + Sync),
    ) -> BoxFuture<'a, (Vec<Sent>, Found)> {
        async move {
            let (outcomes, found) = match self.request(path, items).await {
                Answer::Items(outcomes) => (outcomes, Found::Open),
                Answer::Closed { reason, wait } => {
                    metrics::counter!("upstream_failures", "reason" => reason.clone()).increment(1);
                    (vec![Sent::Later(reason); items.len()], Found::Closed(wait))
                }
                Answer::Refused(reason) if items.len() == 1 => (vec![Sent::Refused(reason)], Found::Open),
                Answer::Refused(reason) if !in_time() => (vec![Sent::Later(reason); items.len()], Found::Open),
                Answer::Refused(_) => {
                    let (first, second) = items.split_at(items.len() / 2);
                    let (mut outcomes, one) = self.post(path, first, in_time).await;
                    if one != Found::Open {
                        outcomes.resize(items.len(), Sent::Later("upstream_closed".to_owned()));
                        return (outcomes, one);
                    }
                    let (more, other) = self.post(path, second, in_time).await;
                    outcomes.extend(more);
                    (outcomes, other)
                }
            };
            (outcomes, found)
        }
        .boxed()
    }

    async fn request<T: Item>(&self, path: &str, items: &[T]) -> Answer {
        let batch = Batch { batch_id: batch_id(items), items: items.iter().collect() };
        let Some(request) = self.built(path, &batch) else {
            return Answer::Closed { reason: "unbuildable_request".to_owned(), wait: None };
        };
        metrics::counter!("upstream_requests", "path" => path.to_owned()).increment(1);
        metrics::counter!("upstream_items", "path" => path.to_owned()).increment(items.len() as u64);
        let response = match self.http.send(request, self.config.timeout).await {
            Ok(response) => response,
            Err(error) => return Answer::Closed { reason: word(&error).to_owned(), wait: None },
        };
        let status = response.status();
        let http = format!("http_{}", status.as_u16());
        match status {
            status if status.is_success() => match answer(response.body()) {
                Some(answer) => Answer::Items(by_item(items, answer)),
                None => Answer::Closed { reason: "unreadable_answer".to_owned(), wait: None },
            },
            StatusCode::TOO_MANY_REQUESTS => {
                let told =
                    response.headers().get(header::RETRY_AFTER).and_then(|it| it.to_str().ok()?.trim().parse().ok());
                let wait = told.map_or(USUAL_WAIT, Duration::from_secs).min(LONGEST_WAIT);
                Answer::Closed { reason: http, wait: Some(wait) }
            }
            // Not about the items: the key or the address is wrong, or somebody between us and the upstream says so.
            StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_EARLY => Answer::Closed { reason: http, wait: None },
            status if status.is_client_error() => Answer::Refused(http),
            _ => Answer::Closed { reason: http, wait: None },
        }
    }

    fn built<T: Serialize>(&self, path: &str, batch: &Batch<T>) -> Option<kit::http::Request> {
        let mut key = HeaderValue::try_from(format!("Bearer {}", self.config.key)).ok()?;
        key.set_sensitive(true);
        http::Request::builder()
            .method(Method::POST)
            .uri(format!("{}{path}", self.config.url.as_deref()?))
            .header(header::AUTHORIZATION, key)
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", &batch.batch_id)
            .body(serde_json::to_vec(batch).ok()?.into())
            .ok()
    }
}

enum Answer {
    Items(Vec<Sent>),
    Closed { reason: String, wait: Option<Duration> },
    Refused(String),
}

/// The same for the same items in the same order.
pub(crate) fn batch_id<T: Item>(items: &[T]) -> String {
    let mut hash = Sha256::new();
    for item in items {
        hash.update(item.event_id());
        hash.update("\n");
    }
    hex::encode(&hash.finalize()[..16])
}

/// An answer without a body says that all was taken; one that is no JSON object comes from something else.
fn answer(body: &[u8]) -> Option<BatchAnswer> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Some(BatchAnswer::default());
    }
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(body).ok()?;
    let Some(results) = object.get("results") else { return Some(BatchAnswer::default()) };
    // What cannot be read of one result says nothing of the others.
    let results = results.as_array()?.iter().filter_map(|result| serde_json::from_value(result.clone()).ok());
    Some(BatchAnswer { results: results.collect() })
}

fn by_item<T: Item>(items: &[T], answer: BatchAnswer) -> Vec<Sent> {
    let results: HashMap<String, _> = answer.results.into_iter().map(|it| (it.event_id, it.status)).collect();
    let outcome = |item: &T| match results.get(item.event_id()) {
        None | Some(ItemOutcome::Accepted | ItemOutcome::Repeated) => Sent::Taken,
        // The upstream's own words may be of a person.
        Some(ItemOutcome::Refused) => Sent::Refused("refused_by_upstream".to_owned()),
        Some(ItemOutcome::Later) => Sent::Later("put_off_by_upstream".to_owned()),
    };
    items.iter().map(outcome).collect()
}

fn word(error: &HttpError) -> &'static str {
    match (error.surely_not_sent(), error.is_timeout()) {
        (true, false) => "not_connected",
        (true, true) => "connect_timed_out",
        (false, false) => "connection_lost",
        (false, true) => "timed_out",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use kit::http::{Request, Response};
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Clone, Serialize)]
    struct Numbered(String);

    impl Item for Numbered {
        fn event_id(&self) -> &str {
            &self.0
        }
    }

    fn items(count: usize) -> Vec<Numbered> {
        (0..count).map(|nth| Numbered(nth.to_string())).collect()
    }

    /// Answers each request with this status, and keeps how many items it had.
    #[derive(Debug)]
    struct Backend(u16, Mutex<Vec<usize>>);

    #[async_trait]
    impl Http for Backend {
        async fn send(&self, request: Request, _: Duration) -> Result<Response, HttpError> {
            let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
            self.1.lock().unwrap().push(body["items"].as_array().unwrap().len());
            Ok(http::Response::builder().status(self.0).body(Default::default()).unwrap())
        }
    }

    fn upstream(status: u16) -> (Arc<Backend>, Upstream) {
        let backend = Arc::new(Backend(status, Mutex::default()));
        let config = UpstreamConfig {
            url: Some("http://backend.test".to_owned()),
            key: "key".to_owned(),
            timeout: Duration::from_secs(5),
            batch: 50,
            tries: 3,
            longest_pause: chrono::TimeDelta::seconds(60),
        };
        (backend.clone(), Upstream { http: backend, config })
    }

    /// For so many looks there is time.
    fn looks(count: usize) -> impl Fn() -> bool + Sync {
        let left = AtomicUsize::new(count);
        move || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    #[tokio::test]
    async fn what_there_is_no_time_for_is_in_no_request_and_the_first_always_is() {
        for (time, requests) in [(0, 1), (1, 2), (9, 3)] {
            let (backend, upstream) = upstream(200);
            let (outcomes, found) = upstream.post_all("/api", &items(120), looks(time)).await;
            assert_eq!((outcomes.len(), found), (120, Found::Open));
            let taken = outcomes.iter().filter(|it| **it == Sent::Taken).count();
            assert_eq!(taken, (requests * 50).min(120));
            assert!(outcomes[taken..].iter().all(|it| *it == Sent::Unasked));
            assert_eq!(backend.1.lock().unwrap().len(), requests);
        }
    }

    /// They count as tried, or they would come again for ever.
    #[tokio::test]
    async fn what_was_refused_with_others_was_asked_though_there_is_no_time_to_halve() {
        let (backend, upstream) = upstream(422);
        let (outcomes, found) = upstream.post_all("/api", &items(4), looks(1)).await;
        // Four, two of them, and no time for one.
        assert_eq!(*backend.1.lock().unwrap(), [4, 2, 2]);
        assert_eq!((outcomes, found), (vec![Sent::Later("http_422".to_owned()); 4], Found::Open));
    }

    #[tokio::test]
    async fn behind_a_closed_door_nothing_is_asked() {
        let (backend, upstream) = upstream(503);
        let (outcomes, found) = upstream.post_all("/api", &items(60), looks(9)).await;
        assert_eq!((backend.1.lock().unwrap().len(), found), (1, Found::Closed(None)));
        assert_eq!(outcomes.iter().filter(|it| **it == Sent::Unasked).count(), 10);
    }
}
