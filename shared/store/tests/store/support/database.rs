//! DynamoDB's protocol, with faults: on an embedded database without a socket, or on the run's other one.

use super::peer::Peer;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// The fault that strikes the next write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is carried out, and the connection breaks before the answer.
    AnswerLost,
    /// The same, and a transaction that comes again is not known by its request token.
    TokenLost,
    /// There is too much to do.
    Throttled,
    /// Another transaction is at the same item.
    Conflict,
}

/// A DynamoDB with tables of its own.
#[derive(Clone)]
pub struct Database {
    engine: Engine,
    /// The prefix of its tables' names.
    prefix: String,
    faults: Arc<Mutex<VecDeque<Fault>>>,
}

#[derive(Clone)]
enum Engine {
    Embedded(dynoxide::Database),
    Peer(Peer),
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Database")
    }
}

impl Database {
    /// With the tables of the template; embedded, unless the run was given another.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let (engine, prefix) = match Peer::given() {
            Some(peer) => {
                let number = NEXT.fetch_add(1, Ordering::Relaxed);
                (Engine::Peer(peer), format!("{}-{number}-", std::process::id()))
            }
            None => (Engine::Embedded(dynoxide::Database::memory().unwrap()), String::new()),
        };
        let database = Self { engine, prefix, faults: Arc::default() };
        for table in tables() {
            let mut table = table.clone();
            table["TableName"] = database.table(table["TableName"].as_str().unwrap()).into();
            database.done("CreateTable", &table);
        }
        database
    }

    /// Another with the same items.
    pub fn copy(&self) -> Self {
        let copy = Self::new();
        for table in tables() {
            let name = table["TableName"].as_str().unwrap();
            for items in self.items(name).chunks(25) {
                let puts: Vec<_> = items.iter().map(|item| json!({"PutRequest": {"Item": item}})).collect();
                copy.done("BatchWriteItem", &json!({"RequestItems": {(copy.table(name)): puts}}));
            }
        }
        copy
    }

    /// Whether what a call costs is told, and as DynamoDB counts it.
    pub fn counts_units(&self) -> bool {
        matches!(self.engine, Engine::Embedded(_))
    }

    /// The name that a table of the template has here.
    pub fn table(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Puts an item, in DynamoDB's JSON.
    pub fn put(&self, table: &str, item: &Value) {
        self.done("PutItem", &json!({"TableName": self.table(table), "Item": item}));
    }

    pub fn inject(&self, fault: Fault) {
        self.faults.lock().unwrap().push_back(fault);
    }

    pub fn faults_left(&self) -> usize {
        self.faults.lock().unwrap().len()
    }

    /// Every item of a table, in DynamoDB's JSON.
    pub fn items(&self, table: &str) -> Vec<Value> {
        let mut answer = self.done("Scan", &json!({"TableName": self.table(table)}));
        assert!(answer["LastEvaluatedKey"].is_null(), "{table} is more than a page");
        answer["Items"].as_array_mut().map(std::mem::take).unwrap_or_default()
    }

    fn done(&self, operation: &str, request: &Value) -> Value {
        self.answer(operation, request.to_string().as_bytes()).unwrap()
    }

    fn answer(&self, operation: &str, body: &[u8]) -> Result<Value, Value> {
        let answer = match &self.engine {
            Engine::Embedded(engine) => embedded(engine, operation, body),
            Engine::Peer(peer) => peer.call(operation, body),
        };
        answer.inspect_err(|error| {
            assert!(!error["__type"].as_str().unwrap().contains("Validation"), "{operation}: {error}");
        })
    }

    fn respond(&self, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let target = request.headers().get("x-amz-target").unwrap();
        let operation = target.split_once('.').unwrap().1.to_owned();
        let body = request.body().bytes().unwrap().to_vec();
        let writes = matches!(operation.as_str(), "PutItem" | "UpdateItem" | "DeleteItem" | "TransactWriteItems");
        let fault = if writes { self.faults.lock().unwrap().pop_front() } else { None };
        let answer = match fault {
            Some(Fault::Conflict) => Err(conflict(&operation, &body)),
            Some(Fault::Throttled) => Err(error("ThrottlingException")),
            Some(Fault::AnswerLost | Fault::TokenLost) => {
                let mut request: Value = serde_json::from_slice(&body).unwrap();
                if fault == Some(Fault::TokenLost) {
                    request.as_object_mut().unwrap().remove("ClientRequestToken");
                }
                drop(self.answer(&operation, request.to_string().as_bytes()));
                return Err(ConnectorError::io("connection reset by peer".into()));
            }
            None => self.answer(&operation, &body),
        };
        let (status, body) = match answer {
            Ok(body) => (200, body),
            Err(body) => (400, body),
        };
        Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_string())))
    }
}

fn embedded(engine: &dynoxide::Database, operation: &str, body: &[u8]) -> Result<Value, Value> {
    macro_rules! call {
        ($method:ident) => {
            engine.$method(serde_json::from_slice(body).unwrap()).map(|answer| serde_json::to_value(answer).unwrap())
        };
    }
    let answer = match operation {
        "CreateTable" => call!(create_table),
        "Scan" => call!(scan),
        "BatchWriteItem" => call!(batch_write_item),
        "GetItem" => call!(get_item),
        "PutItem" => call!(put_item),
        "UpdateItem" => call!(update_item),
        "DeleteItem" => call!(delete_item),
        "Query" => call!(query),
        "BatchGetItem" => call!(batch_get_item),
        "TransactWriteItems" => call!(transact_write_items),
        "DescribeTable" => call!(describe_table),
        other => panic!("{other} is not an operation of the store"),
    };
    answer.map_err(|error| serde_json::from_str(&error.to_json()).unwrap())
}

fn error(code: &str) -> Value {
    json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "…"})
}

fn conflict(operation: &str, body: &[u8]) -> Value {
    if operation != "TransactWriteItems" {
        return error("TransactionConflictException");
    }
    let request: Value = serde_json::from_slice(body).unwrap();
    let actions = request["TransactItems"].as_array().unwrap().len();
    let mut reasons = vec![json!({"Code": "None"}); actions];
    reasons[0] = json!({"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"});
    let mut cancelled = error("TransactionCanceledException");
    cancelled["CancellationReasons"] = Value::Array(reasons);
    cancelled
}

impl HttpConnector for Database {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let database = self.clone();
        HttpConnectorFuture::new(async move {
            // Others may come in between, before and after.
            tokio::task::yield_now().await;
            let response = database.respond(&request);
            tokio::task::yield_now().await;
            response
        })
    }
}

impl HttpClient for Database {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// `CreateTable` requests for the tables of the template, under their logical names.
fn tables() -> &'static [Value] {
    static TABLES: OnceLock<Vec<Value>> = OnceLock::new();
    TABLES.get_or_init(read_tables)
}

/// The tables of the template that have a stream.
pub fn streamed() -> Vec<String> {
    let with_stream = |(_, properties): &(String, Value)| !properties["StreamSpecification"].is_null();
    described().into_iter().filter(with_stream).map(|(name, _)| name).collect()
}

/// The tables of the template with their properties.
pub fn described() -> Vec<(String, Value)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    let template: yaml_serde::Value = yaml_serde::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let resources = template.get("Resources").unwrap().as_mapping().unwrap();
    let tables = resources.iter().filter(|(_, resource)| {
        resource.get("Type").and_then(yaml_serde::Value::as_str) == Some("AWS::DynamoDB::Table")
    });
    let described = |(name, resource): (&yaml_serde::Value, &yaml_serde::Value)| {
        (name.as_str().unwrap().to_owned(), serde_json::to_value(resource.get("Properties").unwrap()).unwrap())
    };
    tables.map(described).collect()
}

fn read_tables() -> Vec<Value> {
    described()
        .into_iter()
        .map(|(name, properties)| {
            let mut table = json!({"TableName": name});
            for kept in ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"] {
                if !properties[kept].is_null() {
                    table[kept] = properties[kept].clone();
                }
            }
            table
        })
        .collect()
}
