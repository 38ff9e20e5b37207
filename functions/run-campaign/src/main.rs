//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("run-campaign", run_campaign::Runner::new, run_campaign::Runner::handle).await
}
