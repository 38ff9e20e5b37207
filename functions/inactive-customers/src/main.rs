//! Wins customers back: all of it is in `automations::InactiveCustomers`.

use automations::{InactiveCustomers, Worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("inactive-customers", Worker::<InactiveCustomers>::new, Worker::handle).await
}
