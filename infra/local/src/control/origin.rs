//! The door of everything that has no key: another page in the same browser must not act on this run.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::problem;

/// Answers 403 to what another page asks for.
pub(crate) async fn guard(request: Request<Body>, next: Next) -> Response {
    if is_foreign(request.method(), request.headers()) {
        return problem(StatusCode::FORBIDDEN, "another page's requests are not served");
    }
    next.run(request).await
}

/// Whether a browser says that another origin's page has sent the request. A program says nothing of that kind. A link
/// from another page may be followed, and changes nothing.
fn is_foreign(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let own = text(header::HOST.as_str()).map(|host| format!("http://{host}"));
    let foreign_origin = text(header::ORIGIN.as_str()).is_some_and(|origin| Some(origin) != own.as_deref());
    let foreign_site = text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    foreign_origin || (foreign_site && !method.is_safe())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_this_page_and_programs_may_act() {
        const OWN: &str = "http://127.0.0.1:3000";
        for (method, origin, site, foreign) in [
            ("POST", None, None, false),
            ("POST", Some(OWN), None, false),
            ("POST", Some(OWN), Some("same-origin"), false),
            ("DELETE", None, Some("same-origin"), false),
            ("POST", None, Some("none"), false),
            ("POST", Some("http://127.0.0.1:8080"), Some("same-site"), true),
            ("POST", None, Some("same-site"), true),
            ("PUT", None, Some("cross-site"), true),
            ("POST", Some("https://evil.example"), None, true),
            ("POST", Some("https://127.0.0.1:3000"), None, true),
            ("POST", Some("null"), None, true),
            ("POST", Some(""), None, true),
            ("GET", Some("https://evil.example"), Some("cross-site"), true),
            ("GET", None, Some("cross-site"), false),
        ] {
            let given = [("host", Some("127.0.0.1:3000")), ("origin", origin), ("sec-fetch-site", site)];
            let given = given.into_iter().filter_map(|(name, value)| Some((name, value?)));
            let header = |(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
            let headers: HeaderMap = given.map(header).collect();
            let method: Method = method.parse().unwrap();
            assert_eq!(is_foreign(&method, &headers), foreign, "{method} {origin:?} {site:?}");
        }
    }
}
