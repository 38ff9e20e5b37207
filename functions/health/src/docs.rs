//! The OpenAPI document, and the page on which it can be read and tried.

use api::parameters::Nothing;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use flate2::read::GzDecoder;
use kit::Problem;
use kit::params::Query;
use std::io::Read;

/// Without the blanks that people read it by.
const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));
/// Compressed, with everything it needs.
const PAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/page.html.gz"));
/// The page runs only its own scripts and talks only to its own host, even if a record that it shows holds others.
const POLICY: &str = include_str!(concat!(env!("OUT_DIR"), "/policy.txt"));

pub(crate) async fn document(Query(Nothing {}): Query<Nothing>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")], DOCUMENT)
}

pub(crate) async fn page(headers: HeaderMap, Query(Nothing {}): Query<Nothing>) -> Result<Response, Problem> {
    let fixed = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::VARY, "accept-encoding"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    if takes_gzip(&headers) {
        return Ok((fixed, [(header::CONTENT_ENCODING, "gzip")], PAGE).into_response());
    }
    let mut html = Vec::new();
    GzDecoder::new(PAGE).read_to_end(&mut html).map_err(Problem::internal)?;
    Ok((fixed, html).into_response())
}

/// Whether `Accept-Encoding` names gzip and does not refuse it.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_ok_and(|weight| weight > 0.0)
    })
}
