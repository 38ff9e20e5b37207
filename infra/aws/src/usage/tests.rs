use chrono::DateTime;

use super::*;
use crate::dynamodb::Units;

#[tokio::test(start_paused = true)]
async fn an_idle_queue_costs_what_its_pollers_ask() {
    let clock = Clock::starting_at(DateTime::UNIX_EPOCH);
    let usage = Usage::new(clock.clone(), vec!["send-message".to_owned()]);
    clock.advance(Duration::from_secs(30 * 86_400));
    let report = usage.report();
    assert_eq!(report.queues["send-message"].idle_polls, 15 * 60 * 24 * 30);
    assert!((report.usd.total - 0.2592).abs() < 1e-9);
}

#[tokio::test(start_paused = true)]
async fn everything_is_counted_where_it_belongs_and_priced() {
    let usage = Usage::new(Clock::starting_at(DateTime::UNIX_EPOCH), Vec::new());
    let units = |index: Option<&str>, read, write| Units {
        table: "Messages".to_owned(),
        index: index.map(str::to_owned),
        read,
        write,
    };
    usage.dynamodb(&Consumed {
        operation: "TransactWriteItems",
        tables: &["Messages".to_owned(), "Recipients".to_owned()],
        failed: false,
        used: &[units(None, 0.0, 2.0), units(Some("due"), 0.0, 1.0), units(None, 0.5, 0.0)],
    });
    usage.queue_requests("send-message", "SendMessage", 3);
    usage.bus_events("bus", 1);
    usage.bucket_request("index", "PutObject", 10);
    usage.bucket_request("index", "GetObject", 0);
    usage.bucket_request("index", "DeleteObject", 0);
    usage.api_request(600 * 1024);
    let invocation = Invocation {
        function: "send-message",
        memory_mb: 128,
        time: Duration::from_micros(1_200),
        init: Some(Duration::from_micros(6_700)),
        failed: true,
    };
    usage.invocation(&invocation);

    let report = usage.report();
    let table = &report.tables["Messages"];
    assert_eq!((table.requests, table.read_units, table.write_units), (1, 0.5, 2.0));
    assert_eq!((table.indexes["due"].write_units, report.tables["Recipients"].requests), (1.0, 1));
    let function = &report.functions["send-message"];
    assert_eq!((function.billed_ms, function.errors, function.cold_starts), (8, 1, 1));
    assert_eq!((report.api.requests, report.queues["send-message"].actions["SendMessage"]), (2, 3));
    let dynamodb = 0.5 * 0.125e-6 + 3.0 * 0.625e-6;
    let lambda = 0.2e-6 + 0.001 * 0.000_013_333_4;
    let expected = Cost {
        dynamodb,
        sqs: 3.0 * 0.4e-6,
        lambda,
        eventbridge: 1e-6,
        s3: 5e-6 + 0.4e-6,
        http_api: 2e-6,
        total: dynamodb + 3.0 * 0.4e-6 + lambda + 1e-6 + 5e-6 + 0.4e-6 + 2e-6,
    };
    assert!((report.usd.total - expected.total).abs() < 1e-15, "{:?} is not {expected:?}", report.usd);
    usage.reset();
    assert_eq!(usage.report().usd, Cost::default());
}
