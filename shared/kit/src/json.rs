//! A JSON body, read strictly: an unknown field is refused by name.

use crate::problem::{FieldError, Problem};
use ::http::header;
use axum::extract::{FromRequest, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

/// The largest body in bytes, unless a route has a [`BodyLimit`] of its own.
pub const BODY_LIMIT: usize = 1 << 20;

/// The largest body of a route, in bytes; put on by `.layer(Extension(BodyLimit(…)))`.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimit(pub usize);

/// A JSON body as an extractor, and an answer. Refused: another content type (415), more than the limit (413), what is
/// no JSON, wrong types and fields that `T` does not know (400, each by its pointer).
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(Problem::unsupported_media_type("application/json"));
        }
        let limit = request.extensions().get().map_or(BODY_LIMIT, |BodyLimit(limit)| *limit);
        let body = axum::body::to_bytes(request.into_body(), limit);
        // The body is in memory already, so nothing but its size can be wrong.
        let body = body.await.map_err(|_| Problem::payload_too_large(limit))?;
        parse(&body).map(Self)
    }
}

impl<T: Serialize> axum::response::IntoResponse for Json<T> {
    fn into_response(self) -> axum::response::Response {
        axum::Json(self.0).into_response()
    }
}

fn is_json(request: &Request) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(essence) = content_type.and_then(|text| text.split(';').next()) else { return false };
    let essence = essence.trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Reads `T` from JSON text as [`Json`] does.
///
/// # Errors
/// 400 as a problem.
pub fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let mut unknown = Vec::new();
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let read = serde_ignored::deserialize(tracked, |path| unknown.push(unknown_field(ignored_pointer(&path))));
    let error = match read.and_then(|value| json.end().map(|()| value)) {
        Ok(value) if unknown.is_empty() => return Ok(value),
        Ok(_) => return Err(Problem::fields(unknown)),
        Err(error) => error,
    };
    if error.is_data() {
        unknown.insert(0, named(pointer(&track.path()), &error.to_string()));
        return Err(Problem::fields(unknown));
    }
    Err(Problem::bad_request(format!("The body is not JSON: {error}.")))
}

fn unknown_field(pointer: String) -> FieldError {
    FieldError { pointer, detail: "unknown field".into() }
}

/// Serde names a missing or unknown field only in its text, and adds a position that the pointer makes needless.
pub(crate) fn named(parent: String, text: &str) -> FieldError {
    let text = text.rsplit_once(" at line ").map_or(text, |(text, _)| text);
    let field_after = |start: &str| text.strip_prefix(start)?.split('`').next();
    if let Some(field) = field_after("missing field `") {
        return FieldError { pointer: format!("{parent}/{}", escaped(field)), detail: "must be given".into() };
    }
    match field_after("unknown field `") {
        // With or without the field itself in the path, as the position of the error was.
        Some(field) if !parent.ends_with(&format!("/{}", escaped(field))) => {
            unknown_field(format!("{parent}/{}", escaped(field)))
        }
        Some(_) => unknown_field(parent),
        None => FieldError { pointer: parent, detail: without_value(text).into() },
    }
}

/// Serde's words of an error without the value that it did not expect, which may be a number, a name or a key.
#[must_use]
pub fn without_value(text: &str) -> String {
    let Some((found, expected)) = text.rsplit_once(", expected ") else { return text.to_owned() };
    match (found.split_once(['"', '`']), found.starts_with("unknown variant ")) {
        (_, true) => format!("unknown value, expected {expected}"),
        (Some((kind, _)), false) => format!("{}, expected {expected}", kind.trim_end()),
        (None, false) => text.to_owned(),
    }
}

pub(crate) fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => format!("{pointer}/{}", escaped(key)),
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

pub(crate) fn ignored_pointer(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}/{index}", ignored_pointer(parent)),
        Path::Map { parent, key } => format!("{}/{}", ignored_pointer(parent), escaped(key)),
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
            ignored_pointer(parent)
        }
    }
}

/// One part of a JSON pointer.
pub(crate) fn escaped(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Loose {
        phone: String,
        #[serde(default)]
        pets: Vec<Pet>,
        limit: Option<u8>,
        size: Option<Size>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Size {
        Small,
        Large,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Pet {
        name: String,
    }

    fn refused(text: &str) -> Vec<(String, String)> {
        let problem = parse::<Loose>(text.as_bytes()).unwrap_err();
        assert_eq!(problem.status(), 400);
        problem.errors().iter().map(|error| (error.pointer.clone(), error.detail.to_string())).collect()
    }

    #[test]
    fn a_bad_field_is_named_by_its_pointer() {
        let table = [
            (r#"{}"#, "/phone", "must be given"),
            (r#"{"phone": 5}"#, "/phone", "invalid type: integer, expected a string"),
            (r#"{"phone": "1", "limit": 300}"#, "/limit", "invalid value: integer, expected u8"),
            (r#"{"phone": "1", "limit": "Ana, expected \"`"}"#, "/limit", "invalid type: string, expected u8"),
            (r#"{"phone": "1", "size": "Ana"}"#, "/size", "unknown value, expected `small` or `large`"),
            (r#"{"phone": "1", "phone": "2"}"#, "", "duplicate field `phone`"),
            (r#"{"phone": "1", "a/b~c": 1}"#, "/a~1b~0c", "unknown field"),
            (r#"{"phone": "1", "pets": [{"name": "x"}, {}]}"#, "/pets/1/name", "must be given"),
            (r#"{"phone": "1", "pets": [{"name": "x", "age": 3}]}"#, "/pets/0/age", "unknown field"),
            (
                r#"{"phone": "1", "pets": [{"name": ["x"]}]}"#,
                "/pets/0/name",
                "invalid type: sequence, expected a string",
            ),
            (r#"[]"#, "", "invalid length 0, expected struct Loose with 4 elements"),
        ];
        for (text, pointer, detail) in table {
            assert_eq!(refused(text), [(pointer.to_owned(), detail.to_owned())], "{text}");
        }
    }

    #[test]
    fn all_unknown_fields_are_named_at_once() {
        let pointers: Vec<_> =
            refused(r#"{"phon": "1", "phone": "1", "x": {"y": 1}}"#).into_iter().map(|e| e.0).collect();
        assert_eq!(pointers, ["/phon", "/x"]);
        let pointers: Vec<_> = refused(r#"{"phon": "1"}"#).into_iter().map(|e| e.0).collect();
        assert_eq!(pointers, ["/phone", "/phon"]);
    }

    #[test]
    fn a_body_that_is_no_json_is_told_with_its_place() {
        for (text, place) in
            [("{\"phone\":\n 1,}", "line 2 column 4"), ("", "line 1 column 0"), ("{} x", "line 1 column 4")]
        {
            let problem = parse::<serde_json::Value>(text.as_bytes()).unwrap_err();
            assert_eq!(problem.code(), "bad_request", "{text}");
            let detail = problem.detail();
            assert!(detail.starts_with("The body is not JSON: ") && detail.contains(place), "{text}: {detail}");
        }
    }

    #[tokio::test]
    async fn the_type_and_the_size_are_checked_first() {
        let send = async |content_type: &str, size: usize, limit: Option<usize>| {
            let mut request = Request::new(Body::from(format!("{}1", " ".repeat(size - 1))));
            request.headers_mut().insert("content-type", content_type.parse().unwrap());
            if let Some(limit) = limit {
                request.extensions_mut().insert(BodyLimit(limit));
            }
            let read = Json::<u8>::from_request(request, &()).await;
            read.map_or_else(|problem| problem.status().as_u16(), |Json(value)| value.into())
        };
        assert_eq!(send("application/json", BODY_LIMIT, None).await, 1);
        assert_eq!(send("Application/Merge-Patch+JSON; charset=utf-8", 1, None).await, 1);
        assert_eq!(send("application/json", BODY_LIMIT + 1, None).await, 413);
        assert_eq!(send("application/json", 9, Some(8)).await, 413);
        for other in ["text/plain", "", "application/x-www-form-urlencoded", "text/json"] {
            assert_eq!(send(other, 1, None).await, 415, "{other}");
        }
    }
}
