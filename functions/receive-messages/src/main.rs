//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("receive-messages", receive_messages::Function::new, receive_messages::handle).await
}
