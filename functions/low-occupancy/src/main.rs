//! Tells the owners of a day with few appointments: all of it is in `automations::LowOccupancy`.

use automations::{LowOccupancy, Reporter};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("low-occupancy", Reporter::<LowOccupancy>::new, Reporter::handle).await
}
