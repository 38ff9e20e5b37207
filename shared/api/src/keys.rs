//! API keys of a business.

use crate::parameters::BusinessPath;
use crate::values::{Id, Time};
use crate::{Address, Operation, Tag};
use chrono::{DateTime, Utc};
use domain::{BusinessId, KeyId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::openapi::ResponseBuilder;
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Make an API key
    ///
    /// Operator key only. The answer shows the key, this once; only its hash is kept.
    CreateKey,
    /// List the keys of a business
    ///
    /// The oldest first, without the keys themselves.
    ListKeys,
    /// Revoke an API key
    ///
    /// It may still work for up to 60 seconds.
    RevokeKey,
}

impl crate::Route for Route {
    const TAG: Tag = Tag { name: "Keys", description: "The keys that call for a business." };

    fn address(self) -> Address {
        match self {
            Self::CreateKey => Address::post("/api/businesses/{business_id}/keys"),
            Self::ListKeys => Address::get("/api/businesses/{business_id}/keys"),
            Self::RevokeKey => Address::delete("/api/businesses/{business_id}/keys/{key_id}"),
        }
    }

    fn operation(self) -> Operation {
        match self {
            Self::CreateKey => Operation::with_operator_key()
                .path::<BusinessPath>()
                .body::<NewKey>([("till", "Of a till", json!({"label": "Shop till", "limit": 500}))])
                .answer::<Key>(201, "The key.")
                .not_found(),
            Self::ListKeys => Operation::with_key().path::<BusinessPath>().answer::<KeyList>(200, "All keys."),
            Self::RevokeKey => Operation::with_key()
                .path::<KeyPath>()
                .response(204, ResponseBuilder::new().description("Revoked."))
                .not_found(),
        }
    }
}

/// The key that a call is about.
#[derive(Deserialize, IntoParams)]
pub struct KeyPath {
    /// The business that owns it.
    #[param(value_type = Id, example = "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01")]
    pub business_id: BusinessId,
    /// The key's id, not the key.
    #[param(value_type = Id, example = "019ab1c2-11d0-7b3c-a4e5-0c9d8e7f6a03")]
    pub key_id: KeyId,
}

/// A key to make.
#[derive(Deserialize, ToSchema)]
pub struct NewKey {
    /// The name that people know it by.
    #[schema(min_length = 1, max_length = 100, format = "line")]
    pub label: String,
    /// Requests per window of 15 minutes; the deployment's default if absent.
    #[schema(minimum = 1, maximum = 4_294_967_295_u32)]
    pub limit: Option<u32>,
}

/// A key of a business.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "key_id": "019ab1c2-11d0-7b3c-a4e5-0c9d8e7f6a03",
    "label": "Shop till",
    "limit": 500,
    "created_at": "2026-11-20T18:31:04.018Z",
    "key": "rk_mJ8d2Wq0yLr5Zb1xT7c"
})))]
pub struct Key {
    /// Its name in the API.
    #[schema(value_type = Id)]
    pub key_id: KeyId,
    /// The name that people know it by.
    pub label: String,
    /// Requests per window; `null` is the deployment's default.
    #[schema(required)]
    pub limit: Option<u32>,
    /// When it was made.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
    /// Only in the answer that it is made by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// The keys of a business.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"keys": [{
    "key_id": "019ab1c2-11d0-7b3c-a4e5-0c9d8e7f6a03",
    "label": "Shop till",
    "limit": 500,
    "created_at": "2026-11-20T18:31:04.018Z"
}]})))]
pub struct KeyList {
    /// The oldest first.
    pub keys: Vec<Key>,
}
