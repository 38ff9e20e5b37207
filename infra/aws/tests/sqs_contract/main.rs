//! The promises of SQS, held against our own engine and, if `CONTRACT_SQS_URL` is set (like `http://127.0.0.1:4566`),
//! against another one over the wire.
//!
//! ministack differs from AWS, and so is not asked: it has no fair groups and no StartMessageMoveTask, checks neither
//! `DelaySeconds` nor visibility for their bounds, and refuses the deletion of what is deleted already.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod support;

#[tokio::test(start_paused = true)]
async fn ours() {
    Box::pin(cases::all(&support::Ours::new())).await;
}

#[tokio::test]
async fn another() {
    match std::env::var("CONTRACT_SQS_URL") {
        Ok(url) => Box::pin(cases::all(&support::Wire::new(&url))).await,
        Err(_) => eprintln!("CONTRACT_SQS_URL is not set: only our own engine was asked"),
    }
}
