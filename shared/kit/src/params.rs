//! Parameters of the query and the path, read as strictly as a body.

use crate::json::{ignored_pointer, named, pointer};
use crate::problem::{FieldError, Problem};
use ::http::request::Parts;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, RawPathParams};
use serde::de::DeserializeOwned;

/// The parameters of the query. Refused with 400, each by its name: wrong values, repeated and unknown parameters.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    let mut unknown = Vec::new();
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(pairs, &mut track);
    let read = serde_ignored::deserialize(tracked, |path| {
        unknown.push(FieldError { pointer: ignored_pointer(&path), detail: "unknown parameter".into() });
    });
    match read {
        Ok(value) if unknown.is_empty() => Ok(value),
        Ok(_) => Err(Problem::fields(unknown)),
        Err(error) => {
            let mut error = named(pointer(&track.path()), &error.to_string());
            if error.detail == "unknown field" {
                error.detail = "unknown parameter".into();
            }
            unknown.insert(0, error);
            Err(Problem::fields(unknown))
        }
    }
}

/// The parameters of the path. A value that cannot be read as `T` is 400 by the parameter's name.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let rejected = match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => return Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(rejected)) => rejected.into_kind(),
            Err(rejected) => return Err(Problem::internal(rejected)),
        };
        let (name, detail) = match rejected {
            ErrorKind::ParseErrorAtKey { key, expected_type, .. } => (key, format!("expected {expected_type}")),
            ErrorKind::DeserializeError { key, message, .. } => (key, message),
            ErrorKind::InvalidUtf8InPathParam { key } => (key, "expected UTF-8".to_owned()),
            ErrorKind::ParseErrorAtIndex { index, expected_type, .. } => {
                (name(parts, state, index).await, format!("expected {expected_type}"))
            }
            other => (name(parts, state, 0).await, other.to_string()),
        };
        Err(Problem::field(format!("/{name}"), detail))
    }
}

/// The name of a parameter by its place in the path.
async fn name<S: Send + Sync>(parts: &mut Parts, state: &S, index: usize) -> String {
    let params = RawPathParams::from_request_parts(parts, state).await.ok();
    params.and_then(|params| params.iter().nth(index).map(|(name, _)| name.to_owned())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use serde::Deserialize;
    use tower::ServiceExt;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Page {
        limit: Option<u8>,
        cursor: Option<String>,
        kind: Option<domain::Kind>,
    }

    #[test]
    fn a_query_is_read_strictly() {
        let page = parse::<Page>("limit=5&cursor=a%2Fb+c&kind=owner").unwrap();
        assert_eq!(page, Page { limit: Some(5), cursor: Some("a/b c".into()), kind: Some(domain::Kind::Owner) });
        assert_eq!(parse::<Page>("").unwrap(), Page { limit: None, cursor: None, kind: None });
        let table = [
            ("limit=x", vec!["/limit"]),
            ("limit=", vec!["/limit"]),
            ("kind=spam", vec!["/kind"]),
            ("limit=1&lim=2&cur=3", vec!["/lim", "/cur"]),
            ("limit=1&limit=2", vec![""]),
        ];
        for (query, expected) in table {
            let problem = parse::<Page>(query).unwrap_err();
            let pointers: Vec<_> = problem.errors().iter().map(|error| error.pointer.as_str()).collect();
            assert_eq!(pointers, expected, "{query}");
        }
    }

    #[tokio::test]
    async fn a_path_is_read_strictly() {
        async fn one(Path(_): Path<domain::BusinessId>) {}
        async fn two(Path(_): Path<(domain::BusinessId, u8)>) {}
        let router = Router::new().route("/one/{business_id}", get(one)).route("/two/{business_id}/{nth}", get(two));
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let table = [
            (format!("/one/{id}"), 200, ""),
            (format!("/two/{id}/7"), 200, ""),
            ("/one/x".into(), 400, "/business_id"),
            (format!("/two/{id}/x"), 400, "/nth"),
            ("/one/%ff".into(), 400, "/business_id"),
        ];
        for (path, status, pointer) in table {
            let request = ::http::Request::get(&path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{path}");
            if status != 200 {
                let error = crate::testing::body_json(response).await["errors"][0].clone();
                assert_eq!(error["pointer"], pointer, "{path}");
                assert!(error["detail"].as_str().unwrap().len() > 5, "{error}");
            }
        }
    }
}
