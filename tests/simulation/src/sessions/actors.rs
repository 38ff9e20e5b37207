//! The operator's backend, people and the network, doing what the script of sessions says.

use crate::client::Client;
use crate::faults::Fault;
use crate::run::Run;
use crate::sessions::books::{Asked, Started};
use crate::sessions::life;
use crate::sessions::script::{Act, What, name};
use futures::future::join_all;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use world::{FaultKind, FaultRule, Gateway, UpstreamFault, UpstreamRule};

/// Waits for its time and does it.
pub async fn act(run: Arc<Run>, client: Client, gateway: Gateway, act: Act) {
    let wait = (act.at - run.now()).to_std().unwrap_or_default();
    tokio::time::sleep(wait).await;
    let user = name(act.user);
    if let What::Start(copies) = act.what {
        return start(&run, &client, act.user, copies).await;
    }
    let world = &run.cloud().world;
    match act.what {
        What::Storm(reason) => {
            let fell = world.storm(None, reason);
            return run.note(format_args!("{fell} sessions fall by {reason}"));
        }
        What::Stranger => return life::stranger(&run, gateway, act.at.timestamp().unsigned_abs().into()),
        _ => {}
    }
    let Some(session) = run.history().sessions.of_user(&user) else { return };
    match act.what {
        What::Scan(seconds) => scan(&run, &session, &phone(act.user), seconds).await,
        What::ScanAndLogout(milliseconds) => {
            scan(&run, &session, &phone(act.user), 60).await;
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            fall(&run, &session, 401);
        }
        What::Read => read(&run, &client, &session).await,
        What::Stop(copies) => stop(&run, &client, &session, copies).await,
        What::Fall(reason) => fall(&run, &session, reason),
        What::Loop(minutes, milliseconds, reason) => {
            standing(&run, &session, minutes, FaultKind::FallsAgain { milliseconds, reason }).await;
        }
        What::Stuck(minutes) => standing(&run, &session, minutes, FaultKind::StuckConnecting).await,
        What::Remove => life::remove(&run, &session).await,
        What::Upstream(kind, alone) => upstream(&run, kind, alone.then_some(session)).await,
        What::Start(_) | What::Storm(_) | What::Stranger => {}
    }
}

fn phone(user: usize) -> String {
    format!("55119888{user:05}")
}

async fn start(run: &Run, client: &Client, user: usize, copies: usize) {
    let text = name(user);
    let calls = (0..copies).map(async |nth| {
        // A number and its digits name the same user.
        let number = text.parse::<i64>().ok().filter(|_| nth.is_multiple_of(2));
        let id = number.map_or_else(|| json!(text), |number| json!(number));
        client.call("POST", "/start", client.operator(), Some(&json!({"user_id": id}))).await
    });
    for answer in join_all(calls).await {
        let Some(session) = answer.body["session_id"].as_str().filter(|_| answer.is_done()) else { continue };
        run.note(format_args!("session {session} is that of {text}"));
        let asked = Asked { session: session.to_owned(), since: answer.since, at: run.now() };
        run.history().sessions.started.push(Started { user: text.clone(), asked });
    }
}

/// Looks for a code until there is one, and scans it.
async fn scan(run: &Run, session: &str, phone: &str, seconds: u64) {
    for _ in 0..seconds {
        if run.cloud().world.scan(session, phone).is_ok() {
            return run.note(format_args!("session {session} is scanned"));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn fall(run: &Run, session: &str, reason: u16) {
    if run.cloud().world.disconnect(session, reason).is_ok() {
        run.note(format_args!("session {session} falls by {reason}"));
    }
}

async fn read(run: &Run, client: &Client, session: &str) {
    let (since, path) = (run.now(), format!("/sessions/{session}"));
    let answer = client.call("GET", &path, client.operator(), None).await;
    if let Some(status) = answer.body["status"].as_str().filter(|_| answer.is_done()) {
        let asked = Asked { session: session.to_owned(), since, at: run.now() };
        run.history().sessions.shown.push((asked, status.to_owned()));
    }
    for path in ["/sessions?limit=3", "/metrics/batch", "/metrics/cache"] {
        client.call("GET", path, client.operator(), None).await;
    }
}

async fn stop(run: &Run, client: &Client, session: &str, copies: usize) {
    let path = format!("/sessions/{session}/stop");
    let calls = join_all((0..copies).map(|_| client.call("POST", &path, client.operator(), None))).await;
    for answer in calls.iter().filter(|answer| answer.is_done() && answer.body != Value::Null) {
        let asked = Asked { session: session.to_owned(), since: answer.since, at: run.now() };
        run.history().sessions.stopped.push(asked);
    }
}

/// A fault of one session stands for some minutes.
async fn standing(run: &Run, session: &str, minutes: u64, kind: FaultKind) {
    let world = &run.cloud().world;
    run.note(format_args!("session {session}: {kind:?} for {minutes} minutes"));
    let rule = world.set_fault(FaultRule { sender: Some(session.to_owned()), ..FaultRule::always(kind) });
    tokio::time::sleep(Duration::from_secs(60 * minutes)).await;
    world.clear_fault(Some(rule));
}

/// The backend is out of order for some minutes, now and then for hours.
async fn upstream(run: &Run, kind: UpstreamFault, session: Option<String>) {
    let Some(drawn) = run.faults.draw_below(Fault::UpstreamOutage, 45) else { return };
    let minutes = if drawn < 4 { 180 } else { drawn };
    let world = &run.cloud().world;
    run.note(format_args!("the backend: {kind:?} for {minutes} minutes, session {session:?}"));
    let rule = world.set_upstream_fault(UpstreamRule { session, ..UpstreamRule::always(kind) });
    tokio::time::sleep(Duration::from_secs(60 * minutes)).await;
    world.clear_upstream_fault(Some(rule));
}
