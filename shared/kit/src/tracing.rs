//! Logs as JSON lines on standard output; CloudWatch adds the time.
//!
//! A log line names things by their ids, in the sentence and as fields. Phone numbers, names, texts and keys never
//! stand in it: a function is instrumented as `#[instrument(skip_all, fields(message_id = %id))]`, never without
//! `skip_all`. An error is logged once, where it is not passed on.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

/// Crates that may log whole requests when asked for more than this.
const AT_MOST_INFO: [&str; 12] = [
    "aws_runtime",
    "aws_sdk_dynamodb",
    "aws_sdk_eventbridge",
    "aws_sdk_sqs",
    "aws_smithy_http",
    "aws_smithy_runtime",
    "aws_smithy_runtime_api",
    "hyper",
    "hyper_util",
    "lambda_http",
    "lambda_runtime",
    "reqwest",
];

/// Starts logging for the process by a filter, for example `info` or `warn,store=debug`. A filter that cannot be read
/// is `info`. Later calls do nothing.
pub fn init(filter: Option<&str>) {
    let _ = subscriber(filter, std::io::stdout).try_init();
}

/// What [`init`] starts, for a place of its own.
pub fn subscriber<W>(filter: Option<&str>, writer: W) -> impl SubscriberExt + Into<::tracing::Dispatch>
where
    W: for<'a> tracing_subscriber::fmt::MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .without_time()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_writer(writer);
    Registry::default().with(lines.with_filter(targets(filter)))
}

fn targets(filter: Option<&str>) -> Targets {
    let wanted = filter.and_then(|filter| filter.parse::<Targets>().ok());
    let mut targets = wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    for name in AT_MOST_INFO {
        let level = targets.iter().find(|(target, _)| *target == name).map(|(_, level)| level);
        let level = level.or_else(|| targets.default_level()).unwrap_or(LevelFilter::INFO);
        targets = targets.with_target(name, level.min(LevelFilter::INFO));
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_carries_its_fields_and_its_invocation() {
        let lines = Lines::default();
        let to = lines.clone();
        ::tracing::subscriber::with_default(subscriber(Some("info"), move || to.clone()), || {
            let _in = ::tracing::info_span!("invocation", request_id = "r-1").entered();
            ::tracing::info!(message_id = "direct/1", "sent direct/1");
            ::tracing::debug!("not this");
        });
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!(line["message"], "sent direct/1");
        assert_eq!(line["message_id"], "direct/1");
        assert_eq!(line["span"]["request_id"], "r-1");
        assert_eq!(line["timestamp"], serde_json::Value::Null);
    }

    #[test]
    fn nobody_else_may_log_requests() {
        let level = |filter, target: &str| {
            let targets = targets(filter);
            [::tracing::Level::TRACE, ::tracing::Level::DEBUG, ::tracing::Level::INFO, ::tracing::Level::WARN]
                .into_iter()
                .find(|level| targets.would_enable(target, level))
        };
        assert_eq!(level(Some("trace"), "store::points"), Some(::tracing::Level::TRACE));
        assert_eq!(level(Some("trace"), "aws_smithy_runtime::client"), Some(::tracing::Level::INFO));
        assert_eq!(level(Some("debug,hyper=trace"), "hyper::proto"), Some(::tracing::Level::INFO));
        assert_eq!(level(Some("warn"), "aws_sdk_sqs"), Some(::tracing::Level::WARN));
        assert_eq!(level(Some("&nonsense=9"), "points"), Some(::tracing::Level::INFO));
        assert_eq!(level(None, "points"), Some(::tracing::Level::INFO));
    }
}
