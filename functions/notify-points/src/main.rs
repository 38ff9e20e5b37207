//! Tells customers of their points: all of it is in `automations::NotifyPoints`.

use automations::{Listener, NotifyPoints};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("notify-points", Listener::<NotifyPoints>::new, Listener::handle).await
}
