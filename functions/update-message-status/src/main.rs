//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events(
        "update-message-status",
        update_message_status::StatusUpdater::new,
        update_message_status::StatusUpdater::handle,
    )
    .await
}
