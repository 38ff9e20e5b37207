//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("erase-customer", erase_customer::Eraser::new, erase_customer::Eraser::handle).await
}
