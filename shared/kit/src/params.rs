//! Parameters of the query and the path, read as strictly as a body.

use crate::json::{escaped, words};
use crate::problem::{FieldError, Problem};
use crate::schema::unknown;
use ::http::request::Parts;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, RawPathParams};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::{self, Display};

/// The parameters of the query. Refused with 400, each by its name: wrong values, repeated and unknown parameters.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Each parameter is read by itself, so that all that are wrong are told; then those that are right together.
fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs: Vec<Pair<'_>> = form_urlencoded::parse(query.as_bytes()).collect();
    let known = Cell::new(&[] as &[&str]);
    let (mut errors, mut right): (Vec<FieldError>, Vec<&Pair<'_>>) = (Vec::new(), Vec::new());
    let _ = T::deserialize(Pairs { pairs: &[], known: &known });
    for pair in &pairs {
        let (name, _) = pair;
        let wrong = if !known.get().contains(&&**name) {
            let given = |known: &&&str| !pairs.iter().any(|(given, _)| given == **known);
            Some(unknown("parameter", name, known.get().iter().filter(given).copied()))
        } else if right.iter().any(|(other, _)| other == name) {
            Some("is given twice".to_owned())
        } else {
            match T::deserialize(Pairs { pairs: &[pair], known: &known }) {
                Err(Wrong::Value(detail)) => Some(detail),
                Err(Wrong::Missing(_)) | Ok(_) => None,
            }
        };
        match wrong {
            Some(detail) => {
                errors.push(FieldError { pointer: format!("/{}", escaped(name)), detail: detail.into() });
            }
            None => right.push(pair),
        }
    }
    match T::deserialize(Pairs { pairs: &right, known: &known }) {
        Ok(value) if errors.is_empty() => Ok(value),
        Ok(_) => Err(Problem::fields(errors)),
        Err(Wrong::Missing(name)) => {
            if !pairs.iter().any(|(given, _)| given == name) {
                errors.insert(0, FieldError { pointer: format!("/{name}"), detail: "must be given".into() });
            }
            Err(Problem::fields(errors))
        }
        Err(Wrong::Value(detail)) => {
            errors.push(FieldError { pointer: String::new(), detail: detail.into() });
            Err(Problem::fields(errors))
        }
    }
}

/// Why parameters cannot be read.
#[derive(Debug)]
enum Wrong {
    Missing(&'static str),
    Value(String),
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing(name) => name,
            Self::Value(detail) => detail,
        })
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: Display>(text: T) -> Self {
        Self::Value(words(&text.to_string()).into_owned())
    }

    fn missing_field(name: &'static str) -> Self {
        Self::Missing(name)
    }
}

/// Parameters, for a struct of them, which tells the names that it knows.
struct Pairs<'a> {
    pairs: &'a [&'a Pair<'a>],
    known: &'a Cell<&'static [&'static str]>,
}

impl<'de> Deserializer<'de> for Pairs<'_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_map(Rest(self.pairs))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.known.set(fields);
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Rest<'a>(&'a [&'a Pair<'a>]);

impl<'de> MapAccess<'de> for Rest<'_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((name, _)) = self.0.first() else { return Ok(None) };
        seed.deserialize((&**name).into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let Some(((_, value), rest)) = self.0.split_first() else { return Err(Wrong::Value(String::new())) };
        self.0 = rest;
        seed.deserialize(Text(value))
    }
}

/// The text of one parameter.
struct Text<'a>(&'a str);

macro_rules! parsed {
    ($($method:ident $visit:ident $kind:ty, $expected:literal;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            let read: Result<$kind, _> = self.0.parse();
            visitor.$visit(read.map_err(|_| Wrong::Value($expected.to_owned()))?)
        })*
    };
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    parsed! {
        deserialize_bool visit_bool bool, "expected true or false";
        deserialize_u8 visit_u8 u8, "expected a whole number";
        deserialize_u16 visit_u16 u16, "expected a whole number";
        deserialize_u32 visit_u32 u32, "expected a whole number";
        deserialize_u64 visit_u64 u64, "expected a whole number";
        deserialize_i64 visit_i64 i64, "expected a whole number";
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
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
            ErrorKind::ParseErrorAtKey { key, expected_type, .. } => (key, number(expected_type)),
            ErrorKind::DeserializeError { key, message, .. } => (key, words(&message).into_owned()),
            ErrorKind::InvalidUtf8InPathParam { key } => (key, "expected UTF-8".to_owned()),
            ErrorKind::ParseErrorAtIndex { index, expected_type, .. } => {
                (name(parts, state, index).await, number(expected_type))
            }
            other => (name(parts, state, 0).await, words(&other.to_string()).into_owned()),
        };
        Err(Problem::field(format!("/{name}"), detail))
    }
}

/// The words for a type of Rust.
fn number(expected: &str) -> String {
    words(&format!("invalid, expected {expected}")).into_owned()
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
            ("limit=1&limit=2", vec!["/limit"]),
            ("limit=x&kind=spam&cursor=1&lmit=3", vec!["/limit", "/kind", "/lmit"]),
        ];
        for (query, expected) in table {
            let problem = parse::<Page>(query).unwrap_err();
            let pointers: Vec<_> = problem.errors().iter().map(|error| error.pointer.as_str()).collect();
            assert_eq!(pointers, expected, "{query}");
        }
        let problem = parse::<Needed>("lim=1").unwrap_err();
        let told: Vec<_> =
            problem.errors().iter().map(|error| (error.pointer.as_str(), error.detail.as_ref())).collect();
        assert_eq!(told, [("/event", "must be given"), ("/lim", "unknown parameter; did you mean `limit`?")]);
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Needed {
        event: String,
        limit: Option<u8>,
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
