//! The parts that every HTTP function has around its routes: problems in the caller's language, CORS, metrics, one log
//! line for each fault of ours.

use crate::app::App;
use crate::cors::Cors;
use crate::problem::Problem;
use ::http::{HeaderMap, Method, header};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use domain::Locale;

/// The routes as they are served: unknown addresses and methods are problems too.
pub fn serve(app: &App, router: Router) -> Router {
    let around = Around { app: app.clone(), cors: Cors::new(&app.process().cors) };
    let unknown = async || Problem::not_found("There is nothing at this address.");
    router.fallback(unknown).layer(from_fn_with_state(around, answer))
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
    around.cors.finish(origin, response.headers_mut());
    let took = around.app.clock().monotonic().saturating_sub(begin);
    crate::metrics::request(&method, route, response.status().as_u16(), took);
    response
}

fn locale(headers: &HeaderMap) -> Locale {
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
    use crate::json::Json;
    use crate::testing::{FakeHttp, app_with, body_json, env};
    use axum::body::Body;
    use axum::routing::{get, post};
    use serde_json::Value;
    use tower::ServiceExt;

    fn router(more: [(&str, &str); 1]) -> Router {
        let routes = Router::new()
            .route("/fine", get(async || "fine"))
            .route("/broken", get(async || Problem::internal("the table is gone")))
            .route("/teapot", get(async || ::http::StatusCode::IM_A_TEAPOT))
            .route("/json", post(async |Json(_): Json<Value>| ()));
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
            let response = call(&router, method, path, &[]).await;
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(response.headers()["content-type"], "application/problem+json", "{path}");
            assert_eq!(response.headers().get("allow").is_some(), status == 405, "{path}");
            let body = body_json(response).await;
            assert_eq!(body["type"], format!("urn:recado:problem:{code}"), "{path}");
            assert!(!body.to_string().contains("table is gone"));
        }
        assert_eq!(call(&router, "GET", "/fine", &[]).await.status(), 200);
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
        assert_eq!(call(&closed, "OPTIONS", "/json", &preflight).await.status(), 405);

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
