//! Asks customers for reviews: all of it is in `automations::ReviewRequest`.

use automations::{Listener, ReviewRequest};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("review-request", Listener::<ReviewRequest>::new, Listener::handle).await
}
