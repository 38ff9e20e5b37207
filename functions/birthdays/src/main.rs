//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("birthdays", birthdays::Function::new, birthdays::handle).await
}
