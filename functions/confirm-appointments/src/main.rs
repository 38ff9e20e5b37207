//! Asks customers before an appointment whether they come: all of it is in `automations::ConfirmAppointments`.

use automations::{ConfirmAppointments, Listener};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("confirm-appointments", Listener::<ConfirmAppointments>::new, Listener::handle).await
}
