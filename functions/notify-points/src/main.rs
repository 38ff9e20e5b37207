//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("notify-points", notify_points::Function::new, notify_points::handle).await
}
