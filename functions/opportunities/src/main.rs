//! Tells the owners of free times and of customers who are due: all of it is in `automations::Opportunities`.

use automations::{Opportunities, Reporter};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("opportunities", Reporter::<Opportunities>::new, Reporter::handle).await
}
