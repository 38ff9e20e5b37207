//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("index-customers", index_customers::Indexer::new, index_customers::Indexer::handle).await
}
