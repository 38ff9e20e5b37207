//! The nightly sync of a business: read, or asked for.

use crate::{Businesses, TRIES};
use api::parameters::{BusinessPath, Nothing};
use api::sync::SyncState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::sync::Sync;
use kit::Problem;
use kit::customers::no_business;
use kit::json::Json;
use kit::keys::Caller;
use kit::params::{Path, Query};
use store::Updated;

pub(crate) async fn read(
    State(Businesses { app, .. }): State<Businesses>,
    caller: Caller,
    Path(path): Path<BusinessPath>,
    Query(Nothing {}): Query<Nothing>,
) -> Result<Json<SyncState>, Problem> {
    let business = caller.business(Some(path.business_id))?;
    app.store().business(business).await?.ok_or_else(no_business)?;
    let sync = app.store().sync(business).await?;
    Ok(Json(SyncState::from(sync.as_ref().map(|sync| &sync.record))))
}

/// The due index brings it up within a minute. One that is asked for already is not asked for again.
pub(crate) async fn start(
    State(Businesses { app, .. }): State<Businesses>,
    caller: Caller,
    Path(BusinessPath { business_id: business }): Path<BusinessPath>,
    Query(Nothing {}): Query<Nothing>,
) -> Result<(StatusCode, Json<SyncState>), Problem> {
    caller.operator()?;
    let store = app.store();
    let zone = store.business(business).await?.ok_or_else(no_business)?.record.timezone;
    for _ in 0..TRIES {
        let (now, attempt) = (app.now(), app.attempt());
        let known = store.sync(business).await?;
        let (asked, updated) = match &known {
            Some(known) if known.record.whole && known.record.next_at <= now => {
                (known.record.clone(), Updated::Unchanged)
            }
            Some(known) => {
                let asked = known.record.clone().asked(now);
                let updated = store.update_sync(business, known, &asked, now, &attempt).await?;
                (asked, updated)
            }
            None => {
                let asked = Sync::new(now, zone).asked(now);
                let updated = store.create_sync(business, &asked, now, &attempt).await?;
                (asked, updated)
            }
        };
        if updated != Updated::Conflict {
            return Ok((StatusCode::ACCEPTED, Json(SyncState::from(Some(&asked)))));
        }
    }
    Err(Problem::unavailable("the sync of a business kept changing"))
}
