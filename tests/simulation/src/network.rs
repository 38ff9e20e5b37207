//! The network of a simulated function: the seam of `kit`, over the engine and the world instead of sockets.
//!
//! A request is carried by a task of its own: the other side goes on when the caller is gone or has given up, so that a
//! crash may come before and after each effect.

use crate::faults::Fault;
use crate::roles::Role;
use crate::run::Run;
use async_trait::async_trait;
use aws::Reply;
use aws::dynamodb::{Rule, TableFault};
use aws::queues::QueueFault;
use aws::s3::BucketFault;
use bytes::Bytes;
use kit::http::{Http, HttpError, Request, Response};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use world::NoAnswer;

/// AWS, as functions are told.
pub const AWS: &str = "http://aws.simulation";
/// Where the paths of objects begin.
const OBJECTS: &str = "/_aws/s3";
/// The gateways, as functions are told.
pub const OUTSIDE: &str = "http://outside.simulation";

/// The businesses that the invocation at hand is about, by id.
pub type Concerned = Arc<Mutex<BTreeSet<String>>>;

/// The network of one instance.
#[derive(Clone)]
pub struct Network {
    run: Arc<Run>,
    who: Arc<str>,
    concerned: Option<Concerned>,
    role: Option<Arc<Role>>,
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}

#[derive(Clone, Copy)]
enum Service {
    Tables,
    Queues,
    Bus,
    Objects,
    Outside,
}

impl Network {
    #[must_use]
    pub fn of_instance(run: Arc<Run>, who: Arc<str>, concerned: Concerned, role: Option<Arc<Role>>) -> Self {
        Self { run, who, concerned: Some(concerned), role }
    }

    /// A network on which nothing goes wrong, for observers.
    #[must_use]
    pub fn calm(run: Arc<Run>) -> Self {
        Self { run, who: "looker-on".into(), concerned: None, role: None }
    }

    fn strikes(&self, fault: Fault) -> bool {
        self.concerned.is_some() && self.run.faults.strikes(fault)
    }

    fn note(&self, what: impl fmt::Display) {
        if self.concerned.is_some() {
            self.run.note(format_args!("{} {what}", self.who));
        }
    }

    async fn carry(&self, request: Request) -> Result<Response, HttpError> {
        let service = match target(&request).split(['.', '_']).next() {
            Some("DynamoDB") => Service::Tables,
            Some("AmazonSQS") => Service::Queues,
            Some("AWSEvents") => Service::Bus,
            _ if request.uri().path().starts_with(OBJECTS) => Service::Objects,
            _ => Service::Outside,
        };
        match service {
            Service::Tables => self.tables(&request).await,
            Service::Queues => self.queues(&request).await,
            Service::Bus => self.bus(&request).await,
            Service::Objects => self.objects(request).await,
            Service::Outside => self.outside(request).await,
        }
    }

    async fn tables(&self, request: &Request) -> Result<Response, HttpError> {
        let target = target(request);
        let operation = target.rsplit('.').next().unwrap_or_default();
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let keys = crate::keys::keys(operation, &body);
        if let Some(refused) = self.role.as_ref().and_then(|role| role.refuses(operation, &body)) {
            return self.forbidden(&refused);
        }
        // A slow write may be done when its instance is about something else already.
        let concerned = self.concerned.as_ref().map(|it| it.lock().unwrap_or_else(PoisonError::into_inner).clone());
        if self.strikes(Fault::TableSlow) {
            self.run.pause(3_500, 12_000).await;
        }
        let faults = [
            (Fault::TableThrottles, TableFault::Throttled),
            (Fault::TableConflicts, TableFault::TransactionConflict),
            (Fault::TableFails, TableFault::InternalError),
            (Fault::TableAnswerLost, TableFault::AnswerLost),
            (Fault::TableUnprocessed, TableFault::Unprocessed),
        ];
        let writes = !matches!(operation, "GetItem" | "Query" | "BatchGetItem" | "DescribeTable" | "Scan");
        let fault = faults.into_iter().find(|(kind, _)| {
            let possible = match kind {
                Fault::TableConflicts => writes,
                Fault::TableUnprocessed => operation.starts_with("Batch"),
                _ => true,
            };
            possible && self.strikes(*kind)
        });
        let outage = (Fault::TableOutage, TableFault::InternalError);
        let stands = self.concerned.is_some() && self.run.faults.stands(Fault::TableOutage);
        let struck = if stands { Some(outage) } else { fault }.map(|(kind, fault)| {
            self.run.cloud().dynamodb.faults().add(Rule { fault, operation: None, table: None, times: Some(1) });
            format!(" ({kind})")
        });
        if writes && let Some(concerned) = &concerned {
            self.run.wrote(&self.who, operation, &keys, concerned);
        }
        let mut reply = self.run.cloud().dynamodb.handle(&target, request.body()).await;
        let plans_lag = || self.concerned.is_some() && self.run.faults.plan(Fault::IndexLags).is_some();
        if body["IndexName"].is_string() && reply.status == 200 && plans_lag() {
            self.lag(&mut reply);
        }
        let status = reply.status;
        let error = error_of(&reply);
        self.note(format_args!("{operation} {} → {status}{error}{}", keys.join(" "), struck.unwrap_or_default()));
        self.run.look();
        answer(reply)
    }

    /// As AWS answers what a role does not allow.
    fn forbidden(&self, refused: &str) -> Result<Response, HttpError> {
        self.note(format_args!("may not {refused}"));
        let program = self.who.split('#').next().unwrap_or_default();
        let line = format!("{program} may not {refused}");
        let mut history = self.run.history();
        if !history.forbidden.contains(&line) {
            history.forbidden.push(line);
        }
        drop(history);
        let body = br#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"not allowed"}"#;
        answer(Reply { status: 400, body: Bytes::from_static(body), ..Reply::default() })
    }

    /// Takes out of an index's answer what was written a moment ago.
    fn lag(&self, reply: &mut Reply) {
        let mut answer: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let Some(items) = answer["Items"].as_array_mut() else { return };
        let before = items.len();
        items.retain(|item| !self.run.is_fresh(item["pk"]["S"].as_str().unwrap_or_default()));
        let hidden = before - items.len();
        if hidden == 0 {
            return;
        }
        self.run.faults.count(Fault::IndexLags);
        answer["Count"] = items.len().into();
        reply.body = answer.to_string().into();
        self.note(format_args!("an index hides {hidden} ({})", Fault::IndexLags));
    }

    async fn queues(&self, request: &Request) -> Result<Response, HttpError> {
        let target = target(request);
        let action = target.rsplit('.').next().unwrap_or_default();
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let queue = body["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default().to_owned();
        let sends = action.starts_with("SendMessage");
        if sends && self.strikes(Fault::QueueSlow) {
            self.run.pause(3_500, 12_000).await;
        }
        let faults = [
            (Fault::QueueRefuses, QueueFault::RefuseSend),
            (Fault::QueueAnswerLost, QueueFault::LoseSendAnswer),
            (Fault::QueueEntryFails, QueueFault::RefuseEntry),
            (Fault::QueueTwice, QueueFault::DeliverTwice),
            (Fault::QueueKeeps, QueueFault::LoseDelete),
        ];
        let mut struck = String::new();
        for (kind, fault) in faults {
            let possible = sends && (kind != Fault::QueueEntryFails || action == "SendMessageBatch");
            if possible && self.strikes(kind) {
                self.run.cloud().queues.inject(&queue, fault, 1);
                struck.push_str(&format!(" ({kind})"));
            }
        }
        let outage = self.run.faults.stands(Fault::QueueOutage);
        if sends && outage {
            self.run.cloud().queues.inject(&queue, QueueFault::RefuseSend, 1);
        }
        if outage {
            struck.push_str(&format!(" ({})", Fault::QueueOutage));
        }
        let refused = !sends && (outage || self.strikes(Fault::QueueRefuses));
        let reply = if refused {
            Reply { status: 500, body: Bytes::from_static(b"{}"), ..Reply::default() }
        } else {
            self.run.cloud().sqs.handle(&target, request.body()).await
        };
        let (status, error) = (reply.status, error_of(&reply));
        let about = crate::keys::subjects(request.body()).join(" ");
        self.note(format_args!("{action} {queue} {about} → {status}{error}{struck}"));
        answer(reply)
    }

    async fn bus(&self, request: &Request) -> Result<Response, HttpError> {
        use aws::bus::BusFault;
        let faults = [
            (Fault::BusRefuses, BusFault::Refuse),
            (Fault::BusAnswerLost, BusFault::LoseAnswer),
            (Fault::BusEntryFails, BusFault::FailEntry),
            (Fault::BusTwice, BusFault::DeliverTwice),
        ];
        let mut struck = String::new();
        for (kind, fault) in faults {
            if self.strikes(kind) {
                self.run.cloud().bus.inject(fault, 1);
                struck.push_str(&format!(" ({kind})"));
            }
        }
        if self.run.faults.stands(Fault::BusOutage) {
            self.run.cloud().bus.inject(BusFault::Refuse, 1);
            struck.push_str(&format!(" ({})", Fault::BusOutage));
        }
        let reply = self.run.cloud().bus.handle(&target(request), request.body()).await;
        let (status, error) = (reply.status, error_of(&reply));
        if status == 200 {
            self.run.history().events.extend(events(request.body()));
        }
        let about = crate::keys::subjects(request.body()).join(" ");
        self.note(format_args!("PutEvents {about} → {status}{error}{struck}"));
        answer(reply)
    }

    async fn objects(&self, request: Request) -> Result<Response, HttpError> {
        if self.strikes(Fault::ObjectSlow) {
            self.run.pause(3_500, 12_000).await;
        }
        let s3 = &self.run.cloud().s3;
        let faults = [(Fault::ObjectRefused, BucketFault::Refuse), (Fault::ObjectAnswerLost, BucketFault::LoseAnswer)];
        let struck = faults.into_iter().find(|(kind, _)| self.strikes(*kind)).map(|(kind, fault)| {
            s3.inject(fault);
            format!(" ({kind})")
        });
        let (mut head, body) = request.into_parts();
        let path = head.uri.path_and_query().map(|it| it.as_str()).unwrap_or_default();
        let path = path.strip_prefix(OBJECTS).unwrap_or(path).to_owned();
        head.uri = path.parse().map_err(|_| HttpError::NotSent { timeout: false, detail: "bad path".to_owned() })?;
        let line = format!("{} {path}", head.method);
        let reply = s3.handle(&Request::from_parts(head, body));
        let lost = if reply.lost { " and lost" } else { "" };
        self.note(format_args!("{line} → {}{lost}{}", reply.status, struck.unwrap_or_default()));
        answer(reply)
    }

    async fn outside(&self, request: Request) -> Result<Response, HttpError> {
        let line = format!("{} {}", request.method(), request.uri().path());
        let about = crate::keys::subjects(request.body()).join(" ");
        if self.strikes(Fault::GatewayRefuses) {
            self.note(format_args!("{line} {about} → ({})", Fault::GatewayRefuses));
            return Err(HttpError::NotSent { timeout: false, detail: "connection refused".to_owned() });
        }
        // The world strikes at sends; reading goes wrong in its own ways.
        if *request.method() == http::Method::GET && self.strikes(Fault::GatewayFails) {
            self.note(format_args!("{line} {about} → 500 ({})", Fault::GatewayFails));
            return answer(Reply { status: 500, body: Bytes::from_static(b"{}"), ..Reply::default() });
        }
        let answered = self.run.cloud().world.call(request).await;
        let result = match &answered {
            Ok(response) => response.status().to_string(),
            Err(error) => error.to_string(),
        };
        self.note(format_args!("{line} {about} → {result}"));
        answered.map_err(|error| match error {
            NoAnswer::Refused => HttpError::NotSent { timeout: false, detail: error.to_string() },
            NoAnswer::Lost => HttpError::MaybeSent { timeout: false, detail: error.to_string() },
        })
    }
}

#[async_trait]
impl Http for Network {
    async fn send(&self, request: Request, timeout: Duration) -> Result<Response, HttpError> {
        let (back, answer) = oneshot::channel();
        let network = self.clone();
        // The other side of the network lives on when the caller is gone.
        tokio::spawn(async move {
            if network.concerned.is_some() {
                network.run.pause(1, 6).await;
                // A client that is gone by now has perhaps not sent all of it.
                if back.is_closed() && network.run.coin() {
                    return network.note("is gone before its request is out");
                }
            }
            let _ = back.send(network.carry(request).await);
        });
        match tokio::time::timeout(timeout, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => {
                self.run.panicked("the network");
                Err(HttpError::MaybeSent { timeout: false, detail: "no answer at all".to_owned() })
            }
            Err(_) => Err(HttpError::MaybeSent { timeout: true, detail: "no answer in time".to_owned() }),
        }
    }
}

fn target(request: &Request) -> String {
    request.headers().get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// The error's name of an answer that is one.
fn error_of(reply: &Reply) -> String {
    if reply.lost {
        return " and lost".to_owned();
    }
    if reply.status < 400 {
        return String::new();
    }
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let name = body["__type"].as_str().and_then(|name| name.rsplit('#').next()).unwrap_or("error");
    format!(" {name}")
}

fn answer(reply: Reply) -> Result<Response, HttpError> {
    if reply.lost {
        return Err(HttpError::MaybeSent { timeout: false, detail: "the answer is lost".to_owned() });
    }
    let mut response = http::Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    response
        .body(Bytes::clone(&reply.body))
        .map_err(|error| HttpError::MaybeSent { timeout: false, detail: error.to_string() })
}

/// The events of a request to the bus.
fn events(body: &[u8]) -> Vec<(String, serde_json::Value)> {
    let request: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let read = |entry: &serde_json::Value| {
        let detail = serde_json::from_str(entry["Detail"].as_str()?).ok()?;
        Some((entry["DetailType"].as_str()?.to_owned(), detail))
    };
    request["Entries"].as_array().into_iter().flatten().filter_map(read).collect()
}
