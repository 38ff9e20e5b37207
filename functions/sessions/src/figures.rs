//! What waits for the operator's backend, as the queues count it, and what is kept of sessions.

use crate::Sessions;
use api::figures::{BatchMetrics, Batches, CacheMetrics, Kept};
use api::parameters::Nothing;
use aws_sdk_sqs::types::QueueAttributeName as Attribute;
use axum::extract::State;
use domain::sessions::{How, SessionStatus};
use kit::Problem;
use kit::json::Json;
use kit::keys::Caller;
use kit::params::Query;
use queues::Queue;
use store::Upstream;

/// Sessions that are read at once.
const PAGE: usize = 1_000;
/// What is looked at of a queue: what waits, what is being done, and what comes later.
const COUNTED: [Attribute; 3] = [
    Attribute::ApproximateNumberOfMessages,
    Attribute::ApproximateNumberOfMessagesNotVisible,
    Attribute::ApproximateNumberOfMessagesDelayed,
];

pub(crate) async fn batches(
    State(sessions): State<Sessions>,
    caller: Caller,
    Query(Nothing {}): Query<Nothing>,
) -> Result<Json<BatchMetrics>, Problem> {
    caller.operator()?;
    let qr_batch_size = sessions.waiting(Queue::SessionCodes).await?;
    let mut status_batch_size = 0;
    for queue in [Queue::SessionStatuses, Queue::SessionDisconnects, Queue::SessionExpress] {
        status_batch_size += sessions.waiting(queue).await?;
    }
    let rows = sessions.app.store().upstream().await?;
    let last = rows.into_iter().find(|(kind, _)| *kind == Upstream::Codes).and_then(|(_, row)| row.last_batch_at);
    let since = last.map(|at| u64::try_from((sessions.app.now() - at).num_milliseconds()).unwrap_or_default());
    let metrics = Batches { qr_batch_size, status_batch_size, time_since_last_flush_qr: since };
    Ok(Json(BatchMetrics { success: true, metrics }))
}

pub(crate) async fn kept(
    State(sessions): State<Sessions>,
    caller: Caller,
    Query(Nothing {}): Query<Nothing>,
) -> Result<Json<CacheMetrics>, Problem> {
    caller.operator()?;
    let mut kept = Kept::default();
    let mut cursor: Option<String> = None;
    loop {
        let page = sessions.app.store().sessions(PAGE, cursor.as_deref()).await?;
        let alive = page.items.into_iter().filter(|session| session.status != SessionStatus::Stopped);
        for session in alive {
            kept.session_keys += 1;
            kept.status_keys += u64::from(session.how != How::Request);
            kept.connection_keys += u64::from(session.status.is_active());
            let code = session.code.filter(|code| sessions.app.now() < code.expires_at(sessions.code_valid));
            kept.qr_keys += u64::from(code.is_some());
        }
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    kept.total_keys = kept.session_keys + kept.status_keys + kept.connection_keys + kept.qr_keys;
    Ok(Json(CacheMetrics { success: true, metrics: kept }))
}

impl Sessions {
    async fn waiting(&self, queue: Queue) -> Result<u64, Problem> {
        let url = self.urls.url(queue).map_err(Problem::internal)?;
        let answer = self.app.sqs().get_queue_attributes().queue_url(url).set_attribute_names(Some(COUNTED.to_vec()));
        let answer = answer.send().await.map_err(|_| Problem::unavailable("a queue did not answer"))?;
        let counts = answer.attributes.unwrap_or_default();
        Ok(counts.values().filter_map(|count| count.parse::<u64>().ok()).sum())
    }
}
