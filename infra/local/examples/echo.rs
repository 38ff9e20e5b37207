//! A function for the tests: it does what its event says (itself, its query, or the body of its first message) and
//! returns the event.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if std::env::var_os("ECHO_REFUSES_TO_START").is_some() {
        return Err("it has its reasons".into());
    }
    lambda_runtime::run(service_fn(echo)).await
}

async fn echo(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let LambdaEvent { payload, context } = event;
    let body = payload["Records"][0]["body"].as_str().and_then(|body| serde_json::from_str::<Value>(body).ok());
    let wishes = [Some(&payload), Some(&payload["queryStringParameters"]), body.as_ref()];
    let wish = wishes.into_iter().flatten().find_map(|wish| wish["do"].as_str());
    match wish {
        Some("fail") => return Err("failed as asked".into()),
        Some("panic") => std::panic::resume_unwind(Box::new("as asked")),
        Some("exit") => std::process::exit(3),
        Some("hang") => {
            eprintln!("hanging");
            std::future::pending().await
        }
        Some("block") => std::thread::sleep(Duration::from_secs(3_600)),
        Some("wait") => tokio::time::sleep(Duration::from_millis(payload["ms"].as_u64().unwrap_or(100))).await,
        _ => {}
    }
    let environment: std::collections::BTreeMap<String, String> = std::env::vars().collect();
    let left = context.deadline();
    Ok(json!({
        "event": payload,
        "process": std::process::id(),
        "request": context.request_id,
        "arn": context.invoked_function_arn,
        "deadline": left.duration_since(std::time::UNIX_EPOCH)?.as_millis() as u64,
        "environment": environment,
    }))
}
