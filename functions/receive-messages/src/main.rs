//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("receive-messages", receive_messages::Receiver::new, receive_messages::Receiver::handle).await
}
