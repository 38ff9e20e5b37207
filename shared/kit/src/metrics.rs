//! Metrics as CloudWatch's embedded format on standard output, written after each invocation.

use metrics_cloudwatch_embedded::{Builder, Collector};
use std::sync::OnceLock;
use std::time::Duration;

/// The namespace of everything that is measured.
pub const NAMESPACE: &str = "Recado";

static COLLECTOR: OnceLock<&'static Collector> = OnceLock::new();

/// Starts collecting for the process; without it nothing is collected. Later calls do nothing.
pub fn init() {
    if COLLECTOR.get().is_some() {
        return;
    }
    match Builder::new().cloudwatch_namespace(NAMESPACE).init() {
        Ok(collector) => {
            let _ = COLLECTOR.set(collector);
            metrics::describe_histogram!(REQUESTS, metrics::Unit::Seconds, "");
        }
        Err(error) => tracing::warn!(%error, "no metrics"),
    }
}

/// Writes what has been collected to standard output. A failure is logged and harms nobody.
pub fn flush() {
    flush_to(std::io::stdout().lock());
}

fn flush_to(to: impl std::io::Write) {
    if let Some(Err(error)) = COLLECTOR.get().map(|collector| collector.flush(to)) {
        tracing::warn!(%error, "metrics are lost");
    }
}

const REQUESTS: &str = "http_request_duration_seconds";

/// Notes an answered request. `route` is the template, never the path that was asked for.
pub(crate) fn request(method: &::http::Method, route: &str, status: u16, took: Duration) {
    let labels = [("method", method.as_str().to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    metrics::histogram!(REQUESTS, &labels).record(took.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_becomes_one_line_of_the_embedded_format() {
        init();
        init();
        request(&::http::Method::GET, "/api/customers/{customer}", 200, Duration::from_millis(12));
        let mut lines = Vec::new();
        flush_to(&mut lines);
        let text = String::from_utf8(lines).unwrap();
        let line = text.lines().find(|line| line.contains("/api/customers/{customer}")).unwrap();
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line[REQUESTS], serde_json::json!([0.012]));
        let described = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(described["Namespace"], NAMESPACE);
        assert_eq!(described["Dimensions"], serde_json::json!([["method", "route", "status"]]));
        assert_eq!(described["Metrics"], serde_json::json!([{"Name": REQUESTS, "Unit": "Seconds"}]));
    }
}
