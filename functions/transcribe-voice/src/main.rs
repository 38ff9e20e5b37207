//! Starts the function.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), kit::run::Error> {
    kit::run::run_events("transcribe-voice", transcribe_voice::Transcriber::new, transcribe_voice::Transcriber::handle)
        .await
}
