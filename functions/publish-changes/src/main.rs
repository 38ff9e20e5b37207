//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("publish-changes", publish_changes::Publisher::new, publish_changes::Publisher::handle).await
}
