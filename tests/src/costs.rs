//! The cost of a whole job, from its request to the last status of its message, as the meter counts it. Budgets are the
//! costs that were measured. A change that costs more has to say so here.

use crate::bundle::{Bundle, TestBusiness};
use serde_json::{Value, json};
use std::time::Duration;
use world::Gateway;

/// Of each job so many are done, so that what several share shows as a fraction.
const JOBS: usize = 20;

/// The use and the price of one job.
#[derive(Debug, Clone, Copy)]
struct Cost {
    write_units: f64,
    read_units: f64,
    queue_requests: f64,
    events: f64,
    invocations: f64,
    usd_per_million: f64,
}

fn sum(report: &Value, part: &str, field: &str) -> f64 {
    report[part].as_object().unwrap().values().fold(0.0, |sum, one| sum + one[field].as_f64().unwrap())
}

/// Units of all tables with their indexes.
fn units(report: &Value, field: &str) -> f64 {
    let indexes =
        report["tables"].as_object().unwrap().values().flat_map(|table| table["indexes"].as_object().unwrap().values());
    sum(report, "tables", field) + indexes.map(|index| index[field].as_f64().unwrap()).sum::<f64>()
}

async fn measure(bundle: &Bundle, job: &str, budget: [f64; 3], each: impl AsyncFn(usize)) {
    bundle.laptop.settled().await;
    bundle.call("DELETE", "/_local/usage", "", None).await;
    for nth in 0..JOBS {
        each(nth).await;
    }
    // The last person's last status comes a moment after everything else stands still.
    for _ in 0..3 {
        bundle.laptop.settled().await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let report = bundle.get("/_local/usage", "").await.expect(200);
    let per_job = |count: f64| count / JOBS as f64;
    // Polls that bring nothing are no job's.
    let idle = sum(&report, "queues", "idle_polls") * aws::usage::prices::QUEUE_REQUEST;
    let usd = report["usd"]["total"].as_f64().unwrap() - idle;
    let cost = Cost {
        write_units: per_job(units(&report, "write_units")),
        read_units: per_job(units(&report, "read_units")),
        queue_requests: per_job(sum(&report, "queues", "requests")),
        events: per_job(sum(&report, "buses", "events")),
        invocations: per_job(sum(&report, "functions", "invocations")),
        usd_per_million: per_job(usd) * 1e6,
    };
    eprintln!(
        "| {job} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.2} |",
        cost.write_units, cost.read_units, cost.queue_requests, cost.events, cost.invocations, cost.usd_per_million
    );
    if std::env::var_os("SHOW_TABLES").is_some() {
        eprintln!("{report:#}");
    }
    let [write_units, read_units, queue_requests] = budget;
    assert!(cost.write_units <= write_units, "{job}: {cost:?}");
    assert!(cost.read_units <= read_units, "{job}: {cost:?}");
    assert!(cost.queue_requests <= queue_requests, "{job}: {cost:?}");
}

fn phone(group: usize, nth: usize) -> String {
    format!("55119{group:04}{:04}", 1_000 + nth)
}

async fn told(bundle: &Bundle, business: &TestBusiness, phone: &str) {
    bundle.until("the message", async || !bundle.got(business, phone).is_empty()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_costs_no_more_than_its_budget() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::CloudApi, 4_800).await;
    eprintln!("| job | write units | read units | queue requests | events | invocations | USD a million |");
    eprintln!("| --- | --- | --- | --- | --- | --- | --- |");
    measure(&bundle, "register, nothing missing", [12.5, 4.5, 5.5], async |nth| {
        bundle.customer(&business, &phone(8_001, nth)).await;
    })
    .await;
    measure(&bundle, "register, ask, question read", [27.5, 10.0, 15.5], async |nth| {
        let phone = phone(8_002, nth);
        bundle.post("/api/customers", &business.key, json!({"phone": phone, "name": "Ana"})).await.expect(201);
        told(&bundle, &business, &phone).await;
    })
    .await;
    measure(&bundle, "load points, notice read", [22.5, 12.0, 13.5], async |nth| {
        let phone = phone(8_001, nth);
        let load = json!({"phone": phone, "points": 5, "load_id": format!("load-{nth}")});
        bundle.post("/api/points/load", &business.key, load).await.expect(201);
        told(&bundle, &business, &phone).await;
    })
    .await;
    measure(&bundle, "send a message, read", [16.5, 9.0, 10.5], async |nth| {
        let phone = phone(8_002, nth);
        let message = json!({"phone": phone, "text": "hello", "message_id": format!("m-{nth}"),
                             "template": {"name": "points", "variables": {"points": "1", "balance": "1"}}});
        bundle.post("/api/messages", &business.key, message).await.expect(202);
        bundle.until("the message", async || bundle.got(&business, &phone).len() > 1).await;
    })
    .await;
    bundle.end().await;
}
