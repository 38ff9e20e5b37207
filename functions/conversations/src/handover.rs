//! A person takes a conversation over, or gives it back. Each is one conditional write of the chat, and may be repeated.

use crate::{Inbox, known};
use api::conversations::Conversation;
use api::customers::CustomerPath;
use api::parameters::OfBusiness;
use axum::extract::State;
use domain::BusinessId;
use kit::Problem;
use kit::customers::no_business;
use kit::json::Json;
use kit::keys::Caller;
use kit::params::{Path, Query};
use queues::converse::HandoverTask;
use queues::tasks::ConverseTask;
use std::time::Duration;

/// Tries of a change that somebody else's change comes between.
const TRIES: usize = 5;
/// Before what waits is answered by the assistant again.
const PAUSE: Duration = Duration::from_secs(1);

/// `POST /api/conversations/{customer}/takeover`
pub(crate) async fn take_over(
    State(Inbox { app, queues }): State<Inbox>,
    caller: Caller,
    Path(path): Path<CustomerPath>,
    Query(about): Query<OfBusiness>,
) -> Result<Json<Conversation>, Problem> {
    let business: BusinessId = caller.business(about.business_id)?;
    let customer = known(&app, business, &path).await?;
    let settings = app.store().business(business).await?.ok_or_else(no_business)?.record.settings;
    for _ in 0..TRIES {
        let before = app.store().chat(business, customer.customer_id).await?;
        let (mut chat, now) = (before.record.clone(), app.now());
        chat.take_over(now, now, settings.handover());
        // Before the write: a handover whose end no task brings would stand in the list for ever.
        if let Some(handover) = &chat.handover {
            let over = HandoverTask::of(business, customer.customer_id, handover);
            queues.send(&over, over.wait(now)).await.map_err(Problem::unavailable)?;
        }
        if app.store().put_chat(business, customer.customer_id, &before, &chat, &app.attempt()).await? {
            metrics::counter!("handovers", "by" => "api").increment(1);
            return Ok(Json(Conversation::of(&customer, &chat, now)));
        }
    }
    Err(Problem::unavailable("contended"))
}

/// `POST /api/conversations/{customer}/release`
pub(crate) async fn release(
    State(Inbox { app, queues }): State<Inbox>,
    caller: Caller,
    Path(path): Path<CustomerPath>,
    Query(about): Query<OfBusiness>,
) -> Result<Json<Conversation>, Problem> {
    let business: BusinessId = caller.business(about.business_id)?;
    let customer = known(&app, business, &path).await?;
    let customer_id = customer.customer_id;
    for _ in 0..TRIES {
        let before = app.store().chat(business, customer_id).await?;
        let (mut chat, now) = (before.record.clone(), app.now());
        let was_held = chat.give_back(now);
        let is_written = before.record == chat
            || app.store().put_chat(business, customer_id, &before, &chat, &app.attempt()).await?;
        if !is_written {
            continue;
        }
        // The call before may have died here, so one that is repeated sends it too.
        let is_back = was_held || chat.returned.is_some();
        if is_back && chat.is_unanswered() {
            let waits =
                ConverseTask { business_id: business, customer_id, sequence: chat.sequence, tries: 0, returned: true };
            queues.send(&waits, PAUSE).await.map_err(Problem::unavailable)?;
        }
        return Ok(Json(Conversation::of(&customer, &chat, now)));
    }
    Err(Problem::unavailable("contended"))
}
