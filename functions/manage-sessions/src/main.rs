//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("manage-sessions", manage_sessions::Manager::new, manage_sessions::Manager::handle).await
}
