//! Asks new customers for missing profile fields: all of it is in `automations::RequestMissingFields`.

use automations::{Listener, RequestMissingFields};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("request-missing-fields", Listener::<RequestMissingFields>::new, Listener::handle).await
}
