//! API keys of a business: shown once, kept as hashes.

use crate::{Businesses, no_business};
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use domain::{BusinessId, KeyId};
use kit::Problem;
use kit::fields::Fields;
use kit::json::Json;
use kit::keys::{Caller, hash_of};
use kit::params::Path;
use serde::{Deserialize, Serialize};
use store::ApiKey;

#[derive(Deserialize)]
pub(crate) struct NewKey {
    label: String,
    limit: Option<u32>,
}

#[derive(Serialize)]
pub(crate) struct KeyView {
    key_id: KeyId,
    label: String,
    limit: Option<u32>,
    created_at: DateTime<Utc>,
    /// Only when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl KeyView {
    fn of(record: ApiKey, key: Option<String>) -> Self {
        let ApiKey { key_id, label, limit_requests, created_at, .. } = record;
        Self { key_id, label, limit: limit_requests, created_at, key }
    }
}

#[derive(Serialize)]
pub(crate) struct KeyList {
    keys: Vec<KeyView>,
}

pub(crate) async fn create(
    State(Businesses { app, .. }): State<Businesses>,
    caller: Caller,
    Path(business): Path<BusinessId>,
    Json(request): Json<NewKey>,
) -> Result<(StatusCode, Json<KeyView>), Problem> {
    // A key that could make keys with a limit of its own choice would have no limit.
    caller.operator()?;
    let mut fields = Fields::new();
    let length = request.label.trim().chars().count();
    fields.require("label", (1..=100).contains(&length), "expected 1 to 100 characters");
    fields.require("limit", request.limit != Some(0), "expected at least 1");
    fields.finish()?;
    app.store().business(business).await?.ok_or_else(no_business)?;
    let key = format!("rk_{}", app.chance().secret());
    let record = ApiKey {
        key_id: KeyId(app.id()),
        business_id: Some(business),
        label: request.label.trim().to_owned(),
        limit_requests: request.limit,
        created_at: app.now(),
    };
    app.store().create_key(&hash_of(&key), &record, &app.attempt()).await?;
    Ok((StatusCode::CREATED, Json(KeyView::of(record, Some(key)))))
}

pub(crate) async fn list(
    State(Businesses { app, .. }): State<Businesses>,
    caller: Caller,
    Path(business): Path<BusinessId>,
) -> Result<Json<KeyList>, Problem> {
    let business = caller.business(Some(business))?;
    let keys = app.store().keys(business).await?;
    Ok(Json(KeyList { keys: keys.into_iter().map(|record| KeyView::of(record, None)).collect() }))
}

pub(crate) async fn remove(
    State(Businesses { app, .. }): State<Businesses>,
    caller: Caller,
    Path((business, key)): Path<(BusinessId, KeyId)>,
) -> Result<StatusCode, Problem> {
    let business = caller.business(Some(business))?;
    if app.store().delete_key(business, key).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("This business has no such key."))
    }
}
