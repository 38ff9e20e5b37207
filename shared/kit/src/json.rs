//! A JSON body, read strictly: every field that is wrong is refused by its name.

use crate::fields::Fields;
use crate::problem::{FieldError, Problem};
use crate::schema;
use ::http::header;
use axum::extract::{FromRequest, Request};
use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// The largest body in bytes, unless a route has a [`BodyLimit`] of its own.
pub const BODY_LIMIT: usize = 1 << 20;

/// The largest body of a route, in bytes; put on by `.layer(Extension(BodyLimit(…)))`.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimit(pub usize);

/// A type that a body is read as.
pub trait Body: DeserializeOwned {
    /// The name of its schema.
    const NAME: &'static str;
    /// Its schema and those that it refers to, by name, as the OpenAPI document has them: read once, for a list has hundreds
    /// of entries.
    fn schemas() -> &'static Value;

    /// Why a value cannot be read whose schema has this name or format; phones are read in the country (ISO 3166-1).
    fn wrong(name: &str, value: &Value, country: Option<&str>) -> Option<Cow<'static, str>>;
}

/// A JSON body as an extractor, and an answer. Refused: another content type (415), more than the limit (413), what is
/// no JSON, and all that its schema refuses (400, each by its pointer).
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

/// A JSON body that is read when all is known that it is read by. `Debug` hides it.
pub struct Given<T>(Value, PhantomData<fn() -> T>);

impl<T> fmt::Debug for Given<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(…)")
    }
}

impl<T: Body> Given<T> {
    /// Reads it in a country (ISO 3166-1).
    ///
    /// # Errors
    /// 400 with every field that is wrong.
    pub fn read(&self, country: Option<&str>) -> Result<T, Problem> {
        self.read_also(country, |_, _| None)
    }

    /// As [`Given::read`]; `wrong` tells more of the values of schemas, as [`Body::wrong`].
    ///
    /// # Errors
    /// 400 with every field that is wrong.
    pub fn read_also(
        &self,
        country: Option<&str>,
        wrong: impl Fn(&str, &Value) -> Option<Cow<'static, str>>,
    ) -> Result<T, Problem> {
        let problems = self.problems(country, wrong)?;
        if problems.is_empty() { of_value(&self.0) } else { Err(Problem::fields(problems)) }
    }

    /// As [`Given::read_also`], for a reader that looks at more than the schema tells. It gives the body, if that can be
    /// read, and what is wrong so far. Ended without a problem, the fields promise that there is a body.
    ///
    /// # Errors
    /// The document has no such schema.
    pub fn read_with(
        &self,
        country: Option<&str>,
        wrong: impl Fn(&str, &Value) -> Option<Cow<'static, str>>,
    ) -> Result<(Option<T>, Fields), Problem> {
        let problems = self.problems(country, wrong)?;
        match of_value(&self.0) {
            Ok(body) => Ok((Some(body), Fields::by_schema(problems))),
            Err(problem) if problems.is_empty() => Err(problem),
            // What the schema refuses cannot be read, and is told already.
            Err(_) => Ok((None, Fields::by_schema(problems))),
        }
    }

    /// Each entry of a list by itself; `None` in the place of one that cannot be read, which the schema refuses.
    #[must_use]
    pub fn list<U: DeserializeOwned>(&self, name: &str) -> Vec<Option<U>> {
        let entries = self.0.get(name).and_then(Value::as_array);
        entries.into_iter().flatten().map(|entry| U::deserialize(entry).ok()).collect()
    }

    fn problems(
        &self,
        country: Option<&str>,
        wrong: impl Fn(&str, &Value) -> Option<Cow<'static, str>>,
    ) -> Result<Vec<FieldError>, Problem> {
        let schemas = T::schemas();
        if schemas[T::NAME].is_null() {
            return Err(Problem::internal(format_args!("the document has no schema of {}", T::NAME)));
        }
        let values = |name: &str, value: &Value| T::wrong(name, value, country).or_else(|| wrong(name, value));
        Ok(schema::problems(schemas, T::NAME, &self.0, &values))
    }

    /// Each entry of a list that the body may be in the place of one thing, to be read by itself; `None` if it is no
    /// object with such a list.
    ///
    /// # Errors
    /// 400 if there are other fields beside it, it is no list, or it has more entries than `most`.
    pub fn entries<U: Body>(&self, name: &str, most: usize) -> Result<Option<Vec<Given<U>>>, Problem> {
        self.entries_beside(name, most, &[])
    }

    /// As [`Given::entries`], of a list that fields of these names may stand beside. They are the caller's to check.
    ///
    /// # Errors
    /// Those of [`Given::entries`].
    pub fn entries_beside<U: Body>(
        &self,
        name: &str,
        most: usize,
        beside: &[&str],
    ) -> Result<Option<Vec<Given<U>>>, Problem> {
        let Some(list) = self.0.get(name) else { return Ok(None) };
        let is_other = |field: &&String| *field != name && !beside.contains(&field.as_str());
        let others = self.0.as_object().into_iter().flat_map(Map::keys).filter(is_other);
        let mut problems: Vec<FieldError> = others
            .map(|field| FieldError { pointer: format!("/{}", escaped(field)), detail: "unknown field".into() })
            .collect();
        let entries = list.as_array();
        let mut refuse = |detail: Cow<'static, str>| problems.push(FieldError { pointer: format!("/{name}"), detail });
        match entries {
            None => refuse("expected a list".into()),
            Some(entries) if entries.len() > most => refuse(format!("expected at most {most} entries").into()),
            Some(_) => {}
        }
        if !problems.is_empty() {
            return Err(Problem::fields(problems));
        }
        Ok(entries.map(|entries| entries.iter().map(|entry| Given(entry.clone(), PhantomData)).collect()))
    }

    /// The same body, to be read as another type: one that may be either of two is told by its fields.
    #[must_use]
    pub fn of<U>(self) -> Given<U> {
        Given(self.0, PhantomData)
    }

    /// Whether the outermost object has a field.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// Yes or no in a field of the outermost object; no if it is absent.
    ///
    /// # Errors
    /// 400 if it is anything else.
    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.0.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(Problem::field(format!("/{}", escaped(name)), "expected true or false")),
        }
    }

    /// A text of the outermost object, before anything of it is checked.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }
}

impl<T, S: Sync> FromRequest<S> for Given<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !may_be_json(&request) {
            return Err(Problem::unsupported_media_type("application/json"));
        }
        let limit = request.extensions().get().map_or(BODY_LIMIT, |BodyLimit(limit)| *limit);
        let body = axum::body::to_bytes(request.into_body(), limit);
        // The body is in memory already, so nothing but its size can be wrong.
        let body = body.await.map_err(|_| Problem::payload_too_large(limit))?;
        value(&body).map(|value| Self(value, PhantomData))
    }
}

impl<T: Body, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Given::from_request(request, state).await?.read(None).map(Self)
    }
}

impl<T: Serialize> axum::response::IntoResponse for Json<T> {
    fn into_response(self) -> axum::response::Response {
        axum::Json(self.0).into_response()
    }
}

/// A body without a content type is taken for JSON.
fn may_be_json(request: &Request) -> bool {
    let Some(content_type) = request.headers().get(header::CONTENT_TYPE) else { return true };
    let Some(essence) = content_type.to_str().ok().and_then(|text| text.split(';').next()) else { return false };
    let essence = essence.trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Reads JSON text; a name that is given twice in one object is refused.
fn value(text: &[u8]) -> Result<Value, Problem> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let mut track = serde_path_to_error::Track::new();
    let read = Once::deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    match read.and_then(|value| json.end().map(|()| value)) {
        Ok(Once(value)) => Ok(value),
        Err(error) if error.is_data() => {
            let name = error.to_string();
            let name = name.split('`').nth(1).unwrap_or_default();
            Err(Problem::field(format!("{}/{}", pointer(&track.path()), escaped(name)), "is given twice"))
        }
        Err(error) => Err(Problem::bad_request(format!("The body is not JSON: {error}."))),
    }
}

/// Reads a value that fits its schema. What is wrong with it still, only its type knows.
fn of_value<T: DeserializeOwned>(value: &Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value)
        .map_err(|error| Problem::fields([named(pointer(error.path()), &error.inner().to_string())]))
}

/// JSON without two fields of one name in one object.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor).map(Self)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Once(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(de::Error::custom(format_args!("`{name}` is given twice")));
            }
            let Once(value) = fields.next_value()?;
            object.insert(name, value);
        }
        Ok(object.into())
    }
}

/// Serde names a missing or unknown field only in its text.
fn named(parent: String, text: &str) -> FieldError {
    let field_after = |start: &str| text.strip_prefix(start)?.split('`').next();
    let (pointer, detail) = match (field_after("missing field `"), field_after("unknown field `")) {
        (Some(field), _) => (format!("{parent}/{}", escaped(field)), "must be given".into()),
        (_, Some(field)) => (format!("{parent}/{}", escaped(field)), "unknown field".into()),
        _ => (parent, words(text)),
    };
    FieldError { pointer, detail }
}

/// What a reader of values says, in words of the API and without the value, which may be a number, a name or a key.
#[must_use]
pub fn words(text: &str) -> Cow<'static, str> {
    const TIME: [&str; 7] = [
        "input is out of range",
        "no possible date and time",
        "input is not enough",
        "input contains invalid",
        "premature end of input",
        "trailing input",
        "bad or unsupported format",
    ];
    if text.starts_with("UUID parsing failed") || text.contains("UUID") {
        return "expected an id (a UUID)".into();
    }
    if TIME.iter().any(|start| text.starts_with(start)) {
        return "expected a time as 2026-11-21T14:03:07Z".into();
    }
    let Some((found, expected)) = text.rsplit_once(", expected ") else { return text.to_owned().into() };
    if found.starts_with("unknown variant ") {
        let expected = expected.strip_prefix("one of ").unwrap_or(expected).replace(" or ", ", ").replace('`', "");
        return format!("expected one of: {expected}").into();
    }
    match expected {
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => "expected a whole number".into(),
        "a string" => "expected a text".into(),
        "a boolean" => "expected true or false".into(),
        "a sequence" => "expected a list".into(),
        "a map" => "expected an object with fields".into(),
        expected if expected.starts_with("struct ") => "expected an object with fields".into(),
        expected => format!("expected {expected}").into(),
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => format!("{pointer}/{}", escaped(key)),
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

/// One part of a JSON pointer.
pub(crate) fn escaped(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
