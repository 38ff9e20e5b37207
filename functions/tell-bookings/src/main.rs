//! Tells customers how the business has decided on their requests: all of it is in `automations::TellBookings`.

use automations::{Listener, TellBookings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("tell-bookings", Listener::<TellBookings>::new, Listener::handle).await
}
