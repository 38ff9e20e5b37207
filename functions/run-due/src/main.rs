//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("run-due", run_due::Sweeper::new, run_due::Sweeper::handle).await
}
