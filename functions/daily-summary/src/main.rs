//! Tells the owners of the day: all of it is in `automations::DailySummary`.

use automations::{DailySummary, Reporter};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("daily-summary", Reporter::<DailySummary>::new, Reporter::handle).await
}
