//! API keys of a business: shown once, kept as hashes.

use crate::Businesses;
use api::keys::{Key, KeyList, KeyPath, NewKey};
use api::parameters::{BusinessPath, Nothing};
use axum::extract::State;
use axum::http::StatusCode;
use domain::KeyId;
use kit::Problem;
use kit::customers::no_business;
use kit::fields::Fields;
use kit::json::Json;
use kit::keys::{Caller, hash_of};
use kit::params::{Path, Query};
use store::ApiKey;

pub(crate) async fn create(
    State(Businesses { app, .. }): State<Businesses>,
    caller: Caller,
    Path(BusinessPath { business_id: business }): Path<BusinessPath>,
    Query(Nothing {}): Query<Nothing>,
    Json(request): Json<NewKey>,
) -> Result<(StatusCode, Json<Key>), Problem> {
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
    Ok((StatusCode::CREATED, Json(view(record, Some(key)))))
}

pub(crate) async fn list(
    State(Businesses { app, .. }): State<Businesses>,
    caller: Caller,
    Path(path): Path<BusinessPath>,
    Query(Nothing {}): Query<Nothing>,
) -> Result<Json<KeyList>, Problem> {
    let business = caller.business(Some(path.business_id))?;
    let keys = app.store().keys(business).await?;
    Ok(Json(KeyList { keys: keys.into_iter().map(|record| view(record, None)).collect() }))
}

pub(crate) async fn revoke(
    State(Businesses { app, .. }): State<Businesses>,
    caller: Caller,
    Path(path): Path<KeyPath>,
    Query(Nothing {}): Query<Nothing>,
) -> Result<StatusCode, Problem> {
    let business = caller.business(Some(path.business_id))?;
    if app.store().delete_key(business, path.key_id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("This business has no such key."))
    }
}

fn view(record: ApiKey, key: Option<String>) -> Key {
    let ApiKey { key_id, label, limit_requests, created_at, .. } = record;
    Key { key_id, label, limit: limit_requests, created_at, key }
}
