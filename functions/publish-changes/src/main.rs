//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("publish-changes", publish_changes::Function::new, publish_changes::handle).await
}
