use std::path::Path;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::*;

/// The example `echo`, which is built with the tests.
fn echo() -> PathBuf {
    let deps = std::env::current_exe().unwrap();
    deps.parent().and_then(Path::parent).unwrap().join("examples/echo")
}

fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

fn spec(most: usize) -> Spec {
    Spec {
        name: "echo".to_owned(),
        program: echo(),
        timeout: Duration::from_secs(20),
        memory_mb: 128,
        most,
        environment: [("GREETING".to_owned(), "hello".to_owned())].into(),
    }
}

async fn start(spec: Spec) -> (Processes, Arc<Usage>) {
    let clock = Clock::starting_at(now());
    let usage = Arc::new(Usage::new(clock.clone(), Vec::new()));
    let functions = [("Echo".to_owned(), spec)].into();
    let (processes, serving) = Processes::new(functions, clock, usage.clone(), Logs::new(false)).await.unwrap();
    tokio::spawn(serving);
    (processes, usage)
}

async fn call(processes: &Processes, event: Value) -> Result<Value, InvokeError> {
    let result = processes.invoke("Echo", event.to_string().into()).await;
    result.map(|result| serde_json::from_slice(&result).unwrap())
}

fn lives(process: &Value) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("State:") && !line.contains('Z'))
}

#[tokio::test]
async fn a_function_gets_its_event_and_only_what_lambda_would_give_it() {
    let (processes, usage) = start(spec(10)).await;
    let earliest = now().timestamp_millis() + 20_000;
    assert_eq!(processes.standing()[0].instances, 0);
    let first = call(&processes, json!({"a": 1})).await.unwrap();
    let second = call(&processes, json!({"a": 2})).await.unwrap();
    assert_eq!((&first["event"], &second["event"]), (&json!({"a": 1}), &json!({"a": 2})));
    assert_eq!(first["process"], second["process"]);
    assert_ne!(first["request"], second["request"]);
    assert_eq!(first["arn"], "arn:aws:lambda:us-east-1:000000000000:function:echo");
    assert!(first["deadline"].as_i64().unwrap() >= earliest);
    let environment = first["environment"].as_object().unwrap();
    assert_eq!(environment["GREETING"], "hello");
    let lambda = |name: &str| name.starts_with("AWS_LAMBDA_") || name.starts_with("LAMBDA_") || name.starts_with('_');
    let foreign: Vec<_> = environment.keys().filter(|name| *name != "GREETING" && !lambda(name)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    let counted = &usage.report().functions["echo"];
    assert_eq!((counted.invocations, counted.cold_starts, counted.errors), (2, 1, 0));
}

#[tokio::test]
async fn it_scales_to_its_limit() {
    let (processes, _) = start(spec(2)).await;
    let wait = || call(&processes, json!({"do": "wait", "ms": 50}));
    let (a, b, c, d) = tokio::join!(wait(), wait(), wait(), wait());
    let mut used: Vec<_> = [a, b, c, d].map(|one| one.unwrap()["process"].as_u64().unwrap()).into();
    used.sort_unstable();
    used.dedup();
    assert_eq!(used.len(), 2);
}

#[tokio::test]
async fn a_process_without_an_event_is_ended_after_a_while_and_one_at_work_is_not() {
    let (processes, _) = start(spec(3)).await;
    let wait = |ms: u64| call(&processes, json!({"do": "wait", "ms": ms}));
    let (first, second) = tokio::join!(wait(50), wait(50));
    let (first, second) = (first.unwrap()["process"].clone(), second.unwrap()["process"].clone());
    processes.end_idle(Duration::from_secs(600));
    assert_eq!(processes.standing()[0].instances, 2);
    let at_work = wait(300);
    let end = async {
        while processes.standing()[0].busy == 0 {
            tokio::task::yield_now().await;
        }
        processes.end_idle(Duration::ZERO);
    };
    let (used, ()) = tokio::join!(at_work, end);
    let used = used.unwrap()["process"].clone();
    let other = if used == first { second } else { first };
    while lives(&other) {
        tokio::task::yield_now().await;
    }
    assert!(lives(&used));
    assert_eq!(call(&processes, json!({})).await.unwrap()["process"], used);
    assert_eq!(processes.standing()[0].instances, 1);
}

#[tokio::test]
async fn whatever_happens_to_a_process_the_next_event_is_served() {
    let (processes, usage) = start(Spec { timeout: Duration::from_millis(300), ..spec(1) }).await;
    for (wish, lost, outcome) in [
        ("fail", false, "the function failed: "),
        ("panic", false, "the function failed: "),
        ("exit", true, "the function's process ended"),
        ("hang", true, "the function timed out"),
        ("block", true, "the function timed out"),
    ] {
        let before = call(&processes, json!({})).await.unwrap()["process"].clone();
        let error = call(&processes, json!({"do": wish})).await.unwrap_err().to_string();
        assert!(error.starts_with(outcome), "{wish}: {error}");
        let after = call(&processes, json!({})).await.unwrap()["process"].clone();
        assert_eq!(before != after, lost, "{wish}");
        assert_eq!(lives(&before), !lost, "{wish}");
    }
    assert_eq!(usage.report().functions["echo"].errors, 5);
    assert!(matches!(processes.invoke("Nobody", Bytes::new()).await, Err(InvokeError::Missing(_))));
}

#[tokio::test]
async fn a_kill_fails_what_is_under_way_and_hurts_nobody_else() {
    let (processes, _) = start(spec(10)).await;
    let idle = call(&processes, json!({})).await.unwrap()["process"].clone();
    assert_eq!(processes.kill("echo"), Some(1));
    let next = call(&processes, json!({})).await.unwrap()["process"].clone();
    assert_ne!(idle, next);
    let under_way = call(&processes, json!({"do": "hang"}));
    let kill = async {
        while !processes.logs().lines().iter().any(|line| line.text == "hanging") {
            tokio::task::yield_now().await;
        }
        assert_eq!(processes.kill("Echo"), Some(1));
    };
    let (result, ()) = tokio::join!(under_way, kill);
    assert!(matches!(result, Err(InvokeError::Crashed)));
    assert_eq!(processes.kill("nobody"), None);
}

#[tokio::test]
async fn a_program_that_does_not_start_says_so() {
    let environment = [("ECHO_REFUSES_TO_START".to_owned(), "1".to_owned())].into();
    let (processes, _) = start(Spec { environment, ..spec(1) }).await;
    assert!(matches!(call(&processes, json!({})).await, Err(InvokeError::Crashed)));
    assert!(processes.logs().lines().iter().any(|line| line.text.contains("it has its reasons")));
    let (processes, _) = start(Spec { program: "/nowhere/echo".into(), ..spec(1) }).await;
    assert!(matches!(call(&processes, json!({})).await, Err(InvokeError::Missing(_))));
}

#[tokio::test]
async fn a_jump_of_the_clock_reaches_the_next_event() {
    let (processes, _) = start(spec(1)).await;
    let before = call(&processes, json!({})).await.unwrap();
    processes.inner.clock.advance(Duration::from_secs(3_600));
    let after = call(&processes, json!({})).await.unwrap();
    assert_ne!(before["process"], after["process"]);
    assert_eq!(after["environment"]["CLOCK_OFFSET_SECONDS"], "3600");
}

#[tokio::test]
async fn none_is_left_behind() {
    let (processes, _) = start(spec(10)).await;
    let one = call(&processes, json!({})).await.unwrap()["process"].clone();
    processes.end().await;
    assert!(!lives(&one));

    let (processes, _) = start(spec(10)).await;
    let one = call(&processes, json!({})).await.unwrap()["process"].clone();
    // The end of this process would do the same to the pipe, without anybody's help.
    processes.inner.group.lock().await.let_go();
    while lives(&one) {
        tokio::task::yield_now().await;
    }
}
