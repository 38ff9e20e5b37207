//! Greets on birthdays: all of it is in `automations::Birthdays`.

use automations::{Birthdays, Worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("birthdays", Worker::<Birthdays>::new, Worker::handle).await
}
