//! The API's calls that a laptop reads along: an operator would connect new senders at their gateway, and note down
//! keys. The answers also tell the names that the page shows.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, Uri};
use http_body_util::{BodyExt, Limited};
use serde_json::Value;

use crate::book::{self, Book};
use crate::data::Data;
use crate::gateway_api::decode;
use crate::onboarding;
use crate::parts::Parts;

/// More than the API takes; what is larger goes on unread.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// A call whose answer is read.
#[derive(Debug, PartialEq, Eq)]
enum Call {
    Business,
    NewKey { business: String },
    DeletedKey { business: String, key_id: String },
    Customer { business: String },
    Erasure { business: String, customer: String },
}

impl Call {
    fn of(book: &Book, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        let path: Vec<String> = uri.path().trim_matches('/').split('/').map(decode).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let key = headers.get("x-api-key").and_then(|key| key.to_str().ok());
        let business = || book.business_of(key, uri.query().unwrap_or_default());
        match (method.as_str(), path.as_slice()) {
            ("POST", ["api", "businesses"]) | ("PATCH", ["api", "businesses", _]) => Some(Self::Business),
            ("POST", ["api", "businesses", id, "keys"]) => Some(Self::NewKey { business: (*id).to_owned() }),
            ("DELETE", ["api", "businesses", id, "keys", key_id]) => {
                Some(Self::DeletedKey { business: (*id).to_owned(), key_id: (*key_id).to_owned() })
            }
            ("POST", ["api", "customers"]) | ("PATCH", ["api", "customers", _]) => {
                business().map(|business| Self::Customer { business })
            }
            ("DELETE", ["api", "customers", customer]) => {
                business().map(|business| Self::Erasure { business, customer: (*customer).to_owned() })
            }
            _ => None,
        }
    }
}

/// Answers a request to the API, and does what its answer calls for.
pub(crate) async fn serve(parts: &Parts, data: Option<&Data>, request: Request<Body>) -> Response<Body> {
    let call = Call::of(&parts.book, request.method(), request.uri(), request.headers());
    let declared = request.headers().get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    let is_small = declared.is_some_and(|length: usize| length <= LARGEST_BODY);
    let Some(call) = call.filter(|call| is_small || *call != Call::Business) else {
        return parts.cloud.gateway.serve(request).await;
    };
    let (request, asked) = match call {
        Call::Business => {
            let (head, body) = request.into_parts();
            let read = Limited::new(body, LARGEST_BODY).collect().await;
            let asked = read.map(|body| body.to_bytes()).unwrap_or_default();
            (Request::from_parts(head, Body::from(asked.clone())), asked)
        }
        _ => (request, bytes::Bytes::new()),
    };
    let response = parts.cloud.gateway.serve(request).await;
    if !response.status().is_success() {
        return response;
    }
    let (head, body) = response.into_parts();
    let told = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let read = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    parts.note(data, &call, &read(&asked), &read(&told));
    Response::from_parts(head, Body::from(told))
}

impl Parts {
    fn note(&self, data: Option<&Data>, call: &Call, asked: &Value, told: &Value) {
        let (book, world) = (&self.book, &self.cloud.world);
        match call {
            Call::Business => {
                let connected = onboarding::connect(world, asked, told);
                book.business(world, told);
                if connected && let Some(Err(error)) = data.map(|data| self.keep_outside(data)) {
                    tracing::warn!("the new senders are not kept: {error}");
                }
            }
            Call::NewKey { business } => book.key_made(business, told),
            Call::DeletedKey { business, key_id } => book.key_deleted(business, key_id),
            // People are kept at the end, with their chats.
            Call::Customer { business } => return book.customer(world, business, told),
            Call::Erasure { business, customer } => return book.erased(world, business, customer),
        }
        if let Some(Err(error)) = data.map(|data| data.save(book::KEPT, &book.businesses())) {
            tracing::warn!("the businesses and keys are not kept for the page: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use world::{Role, World};

    use super::*;

    #[test]
    fn names_and_keys_are_read_off_the_api() {
        let (book, world) = (Book::default(), World::new(Arc::new(|| chrono::DateTime::UNIX_EPOCH), 7));
        let owner = json!({"owner_id": "o", "name": "Rui", "phone": "5511912340000"});
        book.business(
            &world,
            &json!({"business_id": "b", "name": "Sol", "owners": [owner],
                                      "senders": [{"address": "S1"}, {"address": "S2"}]}),
        );
        book.key_made("b", &json!({"key_id": "k", "label": "till", "key": "rk_1"}));
        let customer = |phone: &str, name: &str| json!({"customer_id": "c", "phone": phone, "name": name});
        let call = |method: &str, path: &str, key: &'static str| {
            let headers = HeaderMap::from_iter([("x-api-key".parse().unwrap(), key.parse().unwrap())]);
            Call::of(&book, &method.parse().unwrap(), &path.parse().unwrap(), &headers)
        };
        let of_customer = Some(Call::Customer { business: "b".to_owned() });
        assert_eq!(call("POST", "/api/customers", "rk_1"), of_customer);
        assert_eq!(call("PATCH", "/api/customers/c?business_id=b", "operator"), of_customer);
        assert_eq!(call("POST", "/api/customers", "rk_2"), None);
        assert_eq!(call("GET", "/api/customers/c", "rk_1"), None);
        let erasure = Call::Erasure { business: "b".to_owned(), customer: "+5511900000000".to_owned() };
        assert_eq!(call("DELETE", "/api/customers/%2B5511900000000", "rk_1"), Some(erasure));

        let world = Arc::new(world);
        let outside = onboarding::outside(
            &json!({"gateway": "whapi", "credentials": {"token": "t", "webhook_secret": "s"}}),
            "Sol",
            "S1",
            "/w",
        );
        world.register(outside.unwrap());
        let name = |phone: &str| world.chat("S1", phone, false).and_then(|chat| chat.name);
        book.customer(&world, "b", &customer("5511900000000", "Ana"));
        assert_eq!(name("+55 11 90000-0000").as_deref(), Some("Ana"));
        book.customer(&world, "b", &customer("5511900000001", "Ana Souza"));
        assert_eq!((name("5511900000000"), name("5511900000001").as_deref()), (None, Some("Ana Souza")));
        book.erased(&world, "b", "c");
        assert_eq!(name("5511900000001"), None);
        let rui = world.chat("S1", "5511912340000", false).unwrap();
        assert_eq!((rui.name.as_deref(), rui.owner_id.as_deref(), rui.role), (Some("Rui"), Some("o"), Role::Owner));
        book.key_deleted("b", "k");
        assert_eq!(call("POST", "/api/customers", "rk_1"), None);
    }
}
