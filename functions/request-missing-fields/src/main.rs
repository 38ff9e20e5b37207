//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events(
        "request-missing-fields",
        request_missing_fields::Function::new,
        request_missing_fields::handle,
    )
    .await
}
