//! From an event of API Gateway to a request, and back to its answer.
//!
//! `lambda_http` takes the path of the event for an encoded one. API Gateway has decoded it, so the crate would decode it
//! twice, resolve `..` in it, and cut it at `#`. It also panics on a query, a host or a body that it cannot read. So the
//! crate gets an event that it can read, and the request gets the address that is made here.

use crate::problem::Problem;
use axum::Router;
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{StatusCode, Uri, header};
use http_body_util::{BodyExt, Full};
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Context, LambdaEvent, Service, service_fn};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use std::convert::Infallible;
use tower::ServiceExt;

/// Every sign that could mean something else in an encoded path. The slash stays between the parts.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Answers one event of API Gateway by the routes of [`crate::serve()`]: the JSON that Lambda gives back.
///
/// # Errors
/// None.
pub async fn answer(
    router: Router,
    event: &str,
    context: Context,
) -> Result<impl Serialize + use<> + std::fmt::Debug, Infallible> {
    let (event, address) = match read(event) {
        Some((event, address)) => (event, Some(address)),
        None => (LambdaRequest::ApiGatewayV2(ApiGatewayV2httpRequest::default()), None),
    };
    let service = service_fn(move |request| respond(router.clone(), request, address.clone()));
    Adapter::from(service).call(LambdaEvent::new(event, context)).await
}

/// The event with nothing that the crate could stumble over, and the address that it is about; `None` if it cannot be
/// understood.
fn read(event: &str) -> Option<(LambdaRequest, Uri)> {
    let LambdaRequest::ApiGatewayV2(mut event) = serde_json::from_str(event).ok()? else { return None };
    let path = event.raw_path.replace("/".to_owned()).unwrap_or_default();
    let query = event.raw_query_string.take().unwrap_or_default();
    if query.chars().any(|c| c.is_ascii_control() || matches!(c, ' ' | '"' | '#' | '<' | '>')) {
        return None;
    }
    let host = event.headers.get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    if host.is_some_and(|host| host.parse::<http::uri::Authority>().is_err()) {
        return None;
    }
    if event.is_base64_encoded && event.body.as_ref().is_some_and(|body| STANDARD.decode(body).is_err()) {
        return None;
    }
    let mut address = utf8_percent_encode(&path, PATH).to_string();
    if !query.is_empty() {
        address.push('?');
        address.extend(utf8_percent_encode(&query, CONTROLS));
    }
    event.headers.remove(header::HOST);
    event.request_context.domain_name = None;
    Some((LambdaRequest::ApiGatewayV2(event), address.parse().ok()?))
}

async fn respond(
    router: Router,
    mut request: lambda_http::Request,
    address: Option<Uri>,
) -> Result<http::Response<Full<Bytes>>, Infallible> {
    let response = match address {
        Some(address) => {
            *request.uri_mut() = address;
            match router.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
        None => Problem::of_status(StatusCode::BAD_REQUEST).into_response(),
    };
    let (parts, body) = response.into_parts();
    // Axum's body cannot be shared between threads, as the runtime demands; its bytes can. One made in memory does not fail.
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Ok(http::Response::from_parts(parts, Full::new(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::extract::Path;
    use axum::routing::get;
    use serde_json::{Value, json};

    async fn told(change: impl FnOnce(&mut Value)) -> (u64, String) {
        let mut event = json!({
            "version": "2.0",
            "rawPath": "/ids/a",
            "rawQueryString": "",
            "headers": {"host": "api.test", "x-forwarded-proto": "https"},
            "requestContext": {"http": {"method": "GET", "path": "/"}, "stage": "$default", "domainName": "api.test"},
            "isBase64Encoded": false,
        });
        change(&mut event);
        let echo = async |Path(id): Path<String>| id;
        let router = Router::new().route("/ids/{*id}", get(echo).post(async |body: String| body));
        let answer = answer(router, &event.to_string(), Context::default()).await.unwrap();
        let answer = serde_json::to_value(&answer).unwrap();
        (answer["statusCode"].as_u64().unwrap(), answer["body"].as_str().unwrap_or_default().to_owned())
    }

    #[tokio::test]
    async fn a_path_is_decoded_once() {
        for id in
            ["a", "a/b", "a#b", "a?b", "a%41", "a%2Fb", "a\\b", "a/../b", "..", ".", "a b", "é", "a\"<>|^`{}", "a;b=c"]
        {
            let (status, told) = told(|event| event["rawPath"] = format!("/ids/{id}").into()).await;
            assert_eq!((status, told.as_str()), (200, id));
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_the_callers_fault() {
        for query in ["a=\"b\"", "a=<", "a=>", "a= b", "a=#", "a=\u{1}"] {
            let (status, _) = told(|event| event["rawQueryString"] = query.into()).await;
            assert_eq!(status, 400, "{query}");
        }
        for query in ["a=b", "a=%22", "a=%zz", "%", "a=é", "a[]=1&b={}"] {
            let (status, _) = told(|event| event["rawQueryString"] = query.into()).await;
            assert_eq!(status, 200, "{query}");
        }
        for host in ["a b", "<", "api.test/x", "[", "a:b:c", "api.test:x\""] {
            let (status, _) = told(|event| event["headers"]["host"] = host.into()).await;
            assert_eq!(status, 400, "{host}");
        }
        for (name, value) in [("x-forwarded-proto", "<"), ("user-agent", "plain")] {
            let (status, _) = told(|event| event["headers"][name] = value.into()).await;
            assert_eq!(status, 200, "{name}");
        }
        let post = |body: &'static str| {
            move |event: &mut Value| {
                event["requestContext"]["http"]["method"] = "POST".into();
                event["isBase64Encoded"] = true.into();
                event["body"] = body.into();
            }
        };
        assert_eq!(told(post("aGk=")).await, (200, "hi".to_owned()));
        assert_eq!(told(post("a")).await.0, 400);
        assert_eq!(told(|event| *event = json!({"Records": []})).await.0, 400);
        assert_eq!(told(|event| event["headers"]["x-name"] = "\u{1}".into()).await.0, 400);
    }
}
