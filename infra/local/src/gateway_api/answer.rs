//! The return value of a function, as the answer it stands for.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value, json};

/// The answer that a function's result stands for; `None` if it stands for none.
///
/// A result without `statusCode` is a body of its own.
pub(super) fn answer(result: &Bytes) -> Option<Response<Body>> {
    let result: Value = serde_json::from_slice(result).ok()?;
    let Some(status) = result.get("statusCode") else { return Some(whole(&result)) };
    let status = u16::try_from(status.as_u64()?).ok().and_then(|status| StatusCode::from_u16(status).ok())?;
    let empty = Map::new();
    let headers = result["headers"].as_object().unwrap_or(&empty);
    let many = result["multiValueHeaders"].as_object().unwrap_or(&empty);
    let body = result["body"].as_str().unwrap_or_default();
    let body: Bytes = match result["isBase64Encoded"].as_bool() {
        Some(true) => STANDARD.decode(body).ok()?.into(),
        _ => body.to_owned().into(),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let single = headers.iter().map(|(name, value)| (name, text(value)));
    let several = many
        .iter()
        .flat_map(|(name, values)| values.as_array().into_iter().flatten().map(move |value| (name, text(value))));
    for (name, value) in single.chain(several) {
        let name = HeaderName::try_from(name.as_str()).ok()?;
        // The length is that of the body that is really sent.
        if name != header::CONTENT_LENGTH {
            response.headers_mut().append(name, HeaderValue::try_from(value).ok()?);
        }
    }
    for cookie in result["cookies"].as_array().into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, HeaderValue::try_from(text(cookie)).ok()?);
    }
    if !response.headers().contains_key(header::CONTENT_TYPE) {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=UTF-8"));
    }
    Some(response)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn whole(result: &Value) -> Response<Body> {
    let body = result.as_str().map_or_else(|| result.to_string(), str::to_owned);
    json_response(StatusCode::OK, body)
}

/// An answer that the gateway itself gives.
pub(super) fn message(status: StatusCode, message: &str) -> Response<Body> {
    json_response(status, json!({ "message": message }).to_string())
}

fn json_response(status: StatusCode, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
