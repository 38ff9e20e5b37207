//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events(
        "analyze-conversation",
        analyze_conversation::Analyst::new,
        analyze_conversation::Analyst::handle,
    )
    .await
}
