//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("record-activity", record_activity::Recorder::new, record_activity::Recorder::handle).await
}
