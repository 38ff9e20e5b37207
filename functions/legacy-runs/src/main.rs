//! Runs automations as the replaced system did, by reading every customer: all of it is in `automations::LegacyWorker`.

use automations::LegacyWorker;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("legacy-runs", LegacyWorker::new, LegacyWorker::handle).await
}
