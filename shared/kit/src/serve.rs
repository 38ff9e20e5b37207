//! The parts that every HTTP function has around its routes: problems in the caller's language, CORS, metrics, one log
//! line for each fault of ours. A slash at the end of an address changes nothing, `OPTIONS` tells the methods, and nothing
//! that a route does not release is kept on the way.

use crate::app::App;
use crate::cors::Cors;
use crate::problem::Problem;
use ::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Locale;
use std::borrow::Cow;

/// Where a customer is named in a path.
const CUSTOMERS: &str = "/api/customers/";
/// The same with a link to a chat in the place of the customer.
const LINKED: &str = "/api/customers/wa.me%2F";

/// The routes as they are served: unknown addresses and methods are problems too.
pub fn serve(app: &App, router: Router) -> Router {
    let around = Around { app: app.clone(), cors: Cors::new(&app.process().cors) };
    let routes = router.fallback(elsewhere).layer(from_fn_with_state(around, answer));
    Router::new().fallback_service(routes).layer(from_fn(addressed))
}

/// Nothing is here. But a link to a chat makes a path longer, so API Gateway may have taken it to another function than
/// the number itself: the caller is sent there, with the same method and body.
async fn elsewhere(uri: Uri) -> Response {
    let Some((number, action)) = uri.path().strip_prefix(LINKED).and_then(|rest| rest.split_once('/')) else {
        return Problem::not_found("There is nothing at this address.").into_response();
    };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::permanent(&format!("{CUSTOMERS}{number}/{action}{query}")).into_response()
}

/// A slash at the end changes nothing, and `OPTIONS` is answered with what axum says of a method that it does not take.
/// Around the routes, as axum adds `Allow` to an answer last.
async fn addressed(request: Request, next: Next) -> Response {
    let asks = request.method() == Method::OPTIONS;
    let response = next.run(plain(request)).await;
    if !asks || response.status() != StatusCode::METHOD_NOT_ALLOWED {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NO_CONTENT;
    let methods = parts.headers.get(header::ALLOW).and_then(|methods| methods.to_str().ok()).unwrap_or_default();
    let methods = [methods, "OPTIONS"].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(",");
    if let Ok(methods) = HeaderValue::try_from(methods) {
        parts.headers.insert(header::ALLOW, methods);
    }
    for name in [header::CONTENT_TYPE, header::CONTENT_LANGUAGE, header::CONTENT_LENGTH] {
        parts.headers.remove(name);
    }
    Response::from_parts(parts, Body::empty())
}

/// The same address without a slash at its end, and with a link to a chat as one part of the path.
fn plain(mut request: Request) -> Request {
    let uri = request.uri();
    let path = uri.path().trim_end_matches('/');
    let path = with_link(path).map_or(Cow::Borrowed(path), Cow::Owned);
    if path == uri.path() || path.is_empty() {
        return request;
    }
    let address = uri.query().map_or_else(|| path.to_string(), |query| format!("{path}?{query}"));
    if let Ok(address) = address.parse() {
        *request.uri_mut() = address;
    }
    request
}

/// A path with `wa.me/…` in the place of a customer, or `https://wa.me/…`, so that the link is one part: the customer is
/// read the same in a path and in a body.
fn with_link(path: &str) -> Option<String> {
    let rest = path.strip_prefix(CUSTOMERS)?;
    let lower = rest.to_ascii_lowercase();
    let scheme = lower.find("wa.me/").filter(|at| {
        let before = lower.get(..*at).unwrap_or_default().replace("%3a", ":");
        matches!(before.as_str(), "" | "https://" | "http://" | "https:/" | "http:/")
    })?;
    let link = rest.get(scheme + "wa.me/".len()..)?;
    let (number, action) = link.split_at(link.find('/').unwrap_or(link.len()));
    Some(format!("{LINKED}{number}{action}"))
}

#[derive(Clone)]
struct Around {
    app: App,
    cors: Cors,
}

async fn answer(State(around): State<Around>, request: Request, next: Next) -> Response {
    let begin = around.app.clock().monotonic();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let locale = locale(request.headers());
    let origin = around.cors.origin(request.headers());

    let mut response = match around.cors.preflight(&method, request.headers()) {
        Some(response) => response,
        None => finished(next.run(request).await, locale, &method, route),
    };
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    around.cors.finish(origin, response.headers_mut());
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    let took = around.app.clock().monotonic().saturating_sub(begin);
    crate::metrics::request(&method, route, response.status().as_u16(), took);
    response
}

/// The language of the caller, by `Accept-Language`; English if it is none of ours.
#[must_use]
pub fn locale(headers: &HeaderMap) -> Locale {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    header.and_then(Locale::from_accept_language).unwrap_or(Locale::En)
}

/// Errors that nobody made a problem of become one; all problems speak the caller's language; ours are logged.
fn finished(mut response: Response, locale: Locale, method: &Method, route: &str) -> Response {
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if is_bare_error(&response) => {
            let problem = Problem::of_status(response.status());
            let mut made = problem.clone().into_response();
            made.headers_mut()
                .extend(response.headers().get(header::ALLOW).map(|allow| (header::ALLOW, allow.clone())));
            response = made;
            problem
        }
        None => return response,
    };
    if let Some(cause) = problem.cause() {
        tracing::error!(%method, route, status = problem.status().as_u16(), cause, "{method} {route} failed: {cause}");
    }
    if locale == Locale::En {
        return response;
    }
    let mut translated = problem.response(locale);
    for (name, value) in response.headers() {
        if !translated.headers().contains_key(name) && name != header::CONTENT_LENGTH {
            translated.headers_mut().append(name, value.clone());
        }
    }
    translated
}

/// An error of axum's own: no body, or a line of plain text.
fn is_bare_error(response: &Response) -> bool {
    let bare = match response.headers().get(header::CONTENT_TYPE) {
        Some(content_type) => content_type.as_bytes().starts_with(b"text/plain"),
        None => true,
    };
    bare && (response.status().is_client_error() || response.status().is_server_error())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Given;
    use crate::testing::{FakeHttp, app_with, body_json, env};
    use axum::routing::{get, post};
    use tower::ServiceExt;

    fn router(more: [(&str, &str); 1]) -> Router {
        let routes = Router::new()
            .route("/fine", get(async || "fine"))
            .route("/broken", get(async || Problem::internal("the table is gone")))
            .route("/teapot", get(async || ::http::StatusCode::IM_A_TEAPOT))
            .route("/json", post(async |_: Given<()>| ()));
        serve(&app_with(env(more), &FakeHttp::hanging()), routes)
    }

    async fn call(router: &Router, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn every_error_is_a_problem() {
        let router = router([("X", "1")]);
        let table = [
            ("GET", "/none", 404, "not_found"),
            ("POST", "/fine", 405, "method_not_allowed"),
            ("GET", "/broken", 500, "internal"),
            ("GET", "/teapot", 418, "bad_request"),
            ("POST", "/json", 415, "unsupported_media_type"),
        ];
        for (method, path, status, code) in table {
            let response = call(&router, method, path, &[("content-type", "text/plain")]).await;
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
            assert_eq!(response.headers()["content-type"], "application/problem+json", "{path}");
            assert_eq!(response.headers().get("allow").is_some(), status == 405, "{path}");
            let body = body_json(response).await;
            assert_eq!(body["type"], format!("urn:recado:problem:{code}"), "{path}");
            assert!(!body.to_string().contains("table is gone"));
        }
        assert_eq!(call(&router, "GET", "/fine", &[]).await.status(), 200);
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_answers_as_people_expect() {
        let router = router([("X", "1")]);
        for (method, path, status, allow) in [
            ("GET", "/fine/", 200, ""),
            ("GET", "/fine/?a=1", 200, ""),
            ("GET", "/", 404, ""),
            ("HEAD", "/fine", 200, ""),
            ("HEAD", "/broken", 500, ""),
            ("OPTIONS", "/fine", 204, "GET,HEAD,OPTIONS"),
            ("OPTIONS", "/json/", 204, "POST,OPTIONS"),
            ("OPTIONS", "/none", 404, ""),
            ("PUT", "/json", 405, "POST"),
        ] {
            let response = call(&router, method, path, &[("accept-language", "es")]).await;
            assert_eq!(response.status(), status, "{method} {path}");
            let told = response.headers().get("allow").map_or("", |allow| allow.to_str().unwrap());
            assert_eq!(told, allow, "{method} {path}");
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            assert_eq!(body.is_empty(), ["HEAD", "OPTIONS"].contains(&method) && status != 404, "{method} {path}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_link_to_a_chat_is_one_part_of_a_path() {
        use axum::extract::Path;
        let routes = Router::new()
            .route("/api/customers/{customer}", get(async |Path(who): Path<String>| who))
            .route("/api/customers/{customer}/export", get(async |Path(who): Path<String>| format!("export {who}")));
        let router = serve(&app_with(env([("X", "1")]), &FakeHttp::hanging()), routes);
        for (path, told) in [
            ("wa.me/573001234567", "wa.me/573001234567"),
            ("wa.me/573001234567/", "wa.me/573001234567"),
            ("wa.me/%2B573001234567?a=1", "wa.me/+573001234567"),
            ("https%3A//wa.me/573001234567/export", "export wa.me/573001234567"),
            ("https:/wa.me/573001234567", "wa.me/573001234567"),
            ("wa.me%2F573001234567", "wa.me/573001234567"),
            ("573001234567/export", "export 573001234567"),
        ] {
            let response = call(&router, "GET", &format!("/api/customers/{path}"), &[]).await;
            assert_eq!(response.status(), 200, "{path}");
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            assert_eq!(body, told, "{path}");
        }
        let other = call(&router, "GET", "/api/customers/wa.me/573001234567/points/?limit=2", &[]).await;
        assert_eq!(other.status(), 308);
        assert_eq!(other.headers()["location"], "/api/customers/573001234567/points?limit=2");
        for path in ["/api/customers/x/wa.me/1", "/other/wa.me/573001234567"] {
            assert_eq!(call(&router, "GET", path, &[]).await.status(), 404, "{path}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_problem_speaks_the_callers_language() {
        let router = router([("X", "1")]);
        let mut seen = Vec::new();
        for (header, language) in [("es-CO,es;q=0.9", "es"), ("pt", "pt-BR"), ("fr", "en"), ("", "en")] {
            let response = call(&router, "POST", "/fine", &[("accept-language", header)]).await;
            assert_eq!(response.headers()["content-language"], language);
            assert_eq!(response.headers()["allow"], "GET,HEAD");
            let body = body_json(response).await;
            assert_eq!(body["status"], 405);
            seen.push(body["error"].as_str().unwrap().to_owned());
        }
        assert_eq!(seen[2], seen[3]);
        assert!(seen[0] != seen[1] && seen[1] != seen[2] && seen[0] != seen[2]);
    }

    #[tokio::test(start_paused = true)]
    async fn browsers_are_let_in_by_setting() {
        let preflight = [("origin", "https://a.test"), ("access-control-request-method", "POST")];
        let closed = router([("X", "1")]);
        let response = call(&closed, "OPTIONS", "/json", &preflight).await;
        assert_eq!((response.status().as_u16(), response.headers().get("access-control-allow-origin")), (204, None));

        let open = router([("CORS_ALLOW_ORIGIN", "https://a.test,https://b.test")]);
        let response = call(&open, "OPTIONS", "/json", &preflight).await;
        assert_eq!(response.status(), 204);
        assert_eq!(response.headers()["access-control-allow-origin"], "https://a.test");
        let allowed = response.headers()["access-control-allow-headers"].to_str().unwrap();
        assert!(allowed.contains("x-api-key") && allowed.contains("content-type"));

        for (origin, named) in [("https://b.test", true), ("https://evil.test", false)] {
            for path in ["/fine", "/none", "/broken"] {
                let response = call(&open, "GET", path, &[("origin", origin), ("accept-language", "es")]).await;
                let header = response.headers().get("access-control-allow-origin");
                assert_eq!(header.is_some_and(|value| value == origin), named, "{origin} {path}");
                assert!(response.headers().get_all("vary").iter().any(|value| value == "origin"));
            }
        }
    }
}
