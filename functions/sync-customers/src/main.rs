//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("sync-customers", sync_customers::Syncer::new, sync_customers::Syncer::handle).await
}
