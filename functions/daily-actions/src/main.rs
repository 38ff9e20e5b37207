//! Takes the next steps of the day: all of it is in `automations::DailyActions`.

use automations::{DailyActions, Worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("daily-actions", Worker::<DailyActions>::new, Worker::handle).await
}
