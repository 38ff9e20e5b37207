//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events(
        "forward-session-events",
        forward_session_events::Forwarder::new,
        forward_session_events::Forwarder::handle,
    )
    .await
}
