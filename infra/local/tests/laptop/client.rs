//! The calls that the tests make to a run.

use std::path::{Path, PathBuf};

use local::Options;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder of programs that are all the example `echo`.
pub fn programs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let echo = local::programs::folder().unwrap().join("examples/echo");
    for name in ["http", "tasks", "changes", "clock"] {
        std::os::unix::fs::symlink(&echo, folder.path().join(name)).unwrap();
    }
    folder
}

pub fn template() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/laptop/echo.yaml")
}

pub fn options(programs: &TempDir) -> Options {
    Options { template: template(), programs: Some(programs.path().to_path_buf()), ..Options::default() }
}

/// A client of one run.
pub struct Run<'a> {
    pub http: Client,
    address: &'a str,
}

impl<'a> Run<'a> {
    pub fn at(address: &'a str) -> Self {
        Self { http: local::http_client().unwrap(), address }
    }

    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.http.request(method, format!("{}{path}", self.address));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        };
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default())
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.ask(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask(Method::POST, path, Some(body)).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    pub async fn aws(&self, service: &str, target: &str, body: Value) -> Result<Value, reqwest::Error> {
        let request = self.http.post(format!("{}/_aws/{service}/", self.address)).header("x-amz-target", target);
        let response = request.body(body.to_string()).send().await?.error_for_status()?;
        Ok(serde_json::from_slice(&response.bytes().await?).unwrap())
    }

    pub async fn send_task(&self, task: Value, delay: u32) {
        let url = format!("{}/_aws/sqs/000000000000/recado-TasksQueue", self.address);
        let message = json!({"QueueUrl": url, "MessageBody": task.to_string(), "DelaySeconds": delay});
        self.aws("sqs", "AmazonSQS.SendMessage", message).await.unwrap();
    }

    pub async fn put_thing(&self, pk: &str) -> Result<Value, reqwest::Error> {
        let request = json!({"TableName": "recado-ThingsTable", "Item": {"pk": {"S": pk}}});
        self.aws("dynamodb", "DynamoDB_20120810.PutItem", request).await
    }

    pub async fn things(&self) -> Value {
        let request = json!({"TableName": "recado-ThingsTable", "Select": "COUNT"});
        self.aws("dynamodb", "DynamoDB_20120810.Scan", request).await.unwrap()["Count"].clone()
    }
}
