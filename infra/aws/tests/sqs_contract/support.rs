//! Two ways to talk to an SQS: our own in process, another one over the wire.

use std::sync::Arc;

use aws::{clock::Clock, observe::Unobserved, queues::Queues, sqs::Sqs};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An SQS. Names of queues get a prefix of the run's own.
pub trait Client {
    /// Status and answer of a request.
    async fn call(&self, action: &str, request: &Value) -> (u16, Value);

    fn prefix(&self) -> &str;

    async fn ok(&self, action: &str, queue: &str, request: Value) -> Value {
        let request = at(queue, request);
        let (status, answer) = self.call(action, &request).await;
        assert_eq!(status, 200, "{action} {request}: {answer}");
        answer
    }

    async fn refused(&self, action: &str, queue: &str, request: Value) -> String {
        let (status, answer) = self.call(action, &at(queue, request)).await;
        assert_eq!(status, 400, "{action}: {answer}");
        answer["__type"].as_str().unwrap().rsplit('#').next().unwrap().to_owned()
    }

    async fn create(&self, name: &str, attributes: Value) -> String {
        let request = json!({"QueueName": format!("{}-{name}", self.prefix()), "Attributes": attributes});
        let (status, answer) = self.call("CreateQueue", &request).await;
        assert_eq!(status, 200, "{answer}");
        answer["QueueUrl"].as_str().unwrap().to_owned()
    }

    async fn receive(&self, queue: &str, request: Value) -> Vec<Value> {
        let mut answer = self.ok("ReceiveMessage", queue, request).await;
        answer.get_mut("Messages").map_or_else(Vec::new, |messages| messages.as_array_mut().unwrap().split_off(0))
    }

    async fn delete(&self, queue: &str, message: &Value) {
        self.ok("DeleteMessage", queue, json!({"ReceiptHandle": message["ReceiptHandle"]})).await;
    }

    async fn change_visibility(&self, queue: &str, message: &Value, seconds: i64) {
        let request = json!({"ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": seconds});
        self.ok("ChangeMessageVisibility", queue, request).await;
    }

    async fn attributes(&self, queue: &str) -> Value {
        self.ok("GetQueueAttributes", queue, json!({"AttributeNames": ["All"]})).await["Attributes"].take()
    }

    async fn arn(&self, queue: &str) -> Value {
        self.attributes(queue).await["QueueArn"].take()
    }

    /// Messages visible, delayed and in flight.
    async fn depth(&self, queue: &str) -> (usize, usize, usize) {
        let attributes = self.attributes(queue).await;
        let number =
            |name: &str| attributes[format!("ApproximateNumberOfMessages{name}")].as_str().unwrap().parse().unwrap();
        (number(""), number("Delayed"), number("NotVisible"))
    }
}

fn at(queue: &str, mut request: Value) -> Value {
    if request.get("QueueName").is_none() {
        request["QueueUrl"] = json!(queue);
    }
    request
}

pub struct Ours(Sqs);

impl Ours {
    pub fn new() -> Self {
        let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
        let queues = Queues::new(clock, fastrand::Rng::with_seed(7), Arc::new(Unobserved));
        Self(Sqs::new(queues, "http://127.0.0.1:8080/_aws/sqs"))
    }
}

impl Client for Ours {
    async fn call(&self, action: &str, request: &Value) -> (u16, Value) {
        let reply = self.0.handle(&format!("AmazonSQS.{action}"), request.to_string().as_bytes()).await;
        (reply.status, serde_json::from_slice(&reply.body).unwrap())
    }

    fn prefix(&self) -> &str {
        "contract"
    }
}

/// An engine behind a port.
pub struct Wire {
    address: String,
    prefix: String,
}

impl Wire {
    pub fn new(url: &str) -> Self {
        let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { address, prefix: format!("contract-{}", fastrand::u32(..)) }
    }
}

impl Client for Wire {
    /// One request on a connection of its own, in HTTP/1.0 so that the answer ends with the connection.
    async fn call(&self, action: &str, request: &Value) -> (u16, Value) {
        let body = request.to_string();
        let head = format!(
            "POST / HTTP/1.0\r\nHost: {}\r\nX-Amz-Target: AmazonSQS.{action}\r\nContent-Type: application/x-amz-json-1.0\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            body.len(),
        );
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_else(|_| panic!("{action}: {answer}")))
    }

    fn prefix(&self) -> &str {
        &self.prefix
    }
}
