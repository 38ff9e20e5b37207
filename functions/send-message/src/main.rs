//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("send-message", send_message::Dispatcher::new, send_message::Dispatcher::handle).await
}
