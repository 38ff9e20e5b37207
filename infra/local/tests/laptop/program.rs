//! The program itself.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::client::{Run, programs, template};

/// Starts the program itself and waits until it is ready; answers its address.
fn dev(programs: &TempDir, more: &[&str]) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_local"))
        .args(["--port", "0", "--empty", "--template"])
        .arg(template())
        .arg("--programs")
        .arg(programs.path())
        .args(more)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.as_mut().unwrap());
    let ready = output.lines().map_while(Result::ok).find_map(|line| line.strip_prefix("ready ").map(str::to_owned));
    (child, ready.unwrap())
}

fn lives(process: &Value) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("State:") && !line.contains('Z'))
}

#[tokio::test]
async fn the_program_leaves_no_process_behind_however_it_ends() {
    let programs = programs();
    for (signal, clean) in [("INT", true), ("TERM", true), ("KILL", false)] {
        let (mut child, address) = dev(&programs, &["--now", "2026-12-24T09:00"]);
        let run = Run::at(&address);
        let echoed = run.get("/echo/x").await;
        assert_eq!(echoed["event"]["requestContext"]["time"].as_str().unwrap().get(..17), Some("24/Dec/2026:09:00"));
        let mut processes = vec![echoed["process"].clone()];
        if !clean {
            // One of them does not look up from its work.
            let (http, url) = (run.http.clone(), format!("{address}/echo/x?do=block"));
            tokio::spawn(http.get(url).send());
            while run.get("/_local/functions").await["functions"][2]["busy"] != 1 {}
            processes.push(run.get("/echo/y").await["process"].clone());
        }
        Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.code() == Some(0), clean, "{signal}: {status}");
        while processes.iter().any(lives) {
            tokio::task::yield_now().await;
        }
    }
}

#[test]
fn a_port_in_use_is_told_before_anything_is_built() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_local")).args(["--port", &port, "--empty"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains(&port) && said.contains("--port 0"), "{said}");
}

#[tokio::test]
async fn the_program_says_how_it_ends_and_logs_requests_if_asked() {
    let programs = programs();
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let (kept, none) = (kept.to_str().unwrap(), Vec::new());
    for (more, says) in [(none, "its data goes with it"), (vec!["--log", "--data", kept], kept)] {
        let log = folder.path().join("log");
        let mut child = Command::new(env!("CARGO_BIN_EXE_local"))
            .args(["--port", "0", "--empty", "--template"])
            .arg(template())
            .arg("--programs")
            .arg(programs.path())
            .args(&more)
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().map_while(Result::ok);
        let end = lines.find(|line| line.starts_with("Ctrl-C")).unwrap();
        assert!(end.contains(says), "{end}");
        let address = lines.find_map(|line| line.strip_prefix("ready ").map(str::to_owned)).unwrap();
        let run = Run::at(&address);
        run.get("/echo/5511987654321?name=Ana").await;
        run.get("/_local/state").await;
        run.post("/_local/sweep", Value::Null).await;
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        child.wait().unwrap();
        let logged = std::fs::read_to_string(&log).unwrap();
        let requests: Vec<_> = logged.lines().filter(|line| line.ends_with(" ms")).collect();
        if more.is_empty() {
            assert!(requests.is_empty(), "{logged}");
        } else {
            let begins: Vec<_> = requests.iter().filter_map(|line| line.rsplit_once(' ')?.0.rsplit_once(' ')).collect();
            let begins: Vec<_> = begins.into_iter().map(|(begin, _)| begin).collect();
            assert_eq!(begins, ["GET /echo/{phone} 200", "POST /_local/sweep 200"], "{logged}");
        }
    }
}

#[test]
fn the_program_says_in_one_line_why_it_does_not_start() {
    let nothing = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_local"))
        .args(["--port", "0", "--template"])
        .arg(template())
        .arg("--programs")
        .arg(nothing.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.starts_with("cargo dev: function changes has no program"), "{said}");
}
