//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("inactive-customers", inactive_customers::Function::new, inactive_customers::handle).await
}
