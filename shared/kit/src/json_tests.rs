use super::*;
use domain::Locale;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Loose {
    phone: String,
    #[serde(default)]
    pets: Vec<Pet>,
    limit: Option<u8>,
    size: Option<String>,
    note: Option<String>,
    best: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Pet {
    name: String,
}

const LOOSE: &str = r##"{
    "Loose": {"type": "object", "required": ["phone"], "additionalProperties": false, "properties": {
        "phone": {"$ref": "#/components/schemas/Phone"},
        "pets": {"type": "array", "maxItems": 2, "items": {"$ref": "#/components/schemas/Pet"}},
        "limit": {"type": "integer", "minimum": 1, "maximum": 200},
        "size": {"type": "string", "enum": ["small", "large"]},
        "note": {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]},
        "best": {"oneOf": [{"$ref": "#/components/schemas/Pet"},
            {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}]}}},
    "Phone": {"type": "string"},
    "Pet": {"type": "object", "required": ["name"], "additionalProperties": false, "properties": {
        "name": {"type": "string", "minLength": 1}}}
}"##;

impl Body for Loose {
    const NAME: &'static str = "Loose";

    fn schemas() -> &'static Value {
        static SCHEMAS: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(LOOSE).unwrap());
        &SCHEMAS
    }

    fn wrong(name: &str, value: &Value, country: Option<&str>) -> Option<Cow<'static, str>> {
        let is_phone = value.as_str().is_some_and(|text| text.parse::<u64>().is_ok());
        (name == "Phone" && !is_phone).then(|| format!("expected a phone of {}", country.unwrap_or("nowhere")).into())
    }
}

fn refused(text: &str) -> Vec<(String, String)> {
    let problem = value(text.as_bytes())
        .and_then(|value| Given::<Loose>(value, PhantomData).read(Some("BR")).map(drop))
        .unwrap_err();
    assert_eq!(problem.status(), 400);
    problem.errors().iter().map(|error| (error.pointer.clone(), error.detail.to_string())).collect()
}

#[test]
fn what_is_wrong_is_named_by_its_pointer() {
    let table = [
        (r#"{}"#, "/phone", "must be given"),
        (r#"{"phone": 5}"#, "/phone", "expected a text"),
        (r#"{"phone": "x"}"#, "/phone", "expected a phone of BR"),
        (r#"{"phone": "1", "limit": 300}"#, "/limit", "expected from 1 to 200"),
        (r#"{"phone": "1", "limit": 1.5}"#, "/limit", "expected a whole number"),
        (r#"{"phone": "1", "limit": null}"#, "/limit", "expected a value: null is none, leave the field out"),
        (r#"{"phone": "1", "size": "Ana"}"#, "/size", "expected one of: small, large"),
        (r#"{"phone": "1", "note": "long"}"#, "/note", "expected at most 3 characters"),
        (r#"{"phone": "1", "note": 5}"#, "/note", "expected a text"),
        (r#"{"phone": "1", "best": {"name": ""}}"#, "/best/name", "expected a text that is not empty"),
        (r#"{"phone": "1", "best": [{}]}"#, "/best/0/name", "must be given"),
        (r#"{"phone": "1", "phone": "2"}"#, "/phone", "is given twice"),
        (r#"{"phone": "1", "pets": [{"name": "x", "name": "y"}]}"#, "/pets/0/name", "is given twice"),
        (r#"{"phone": "1", "a/b~c": 1}"#, "/a~1b~0c", "unknown field"),
        (r#"{"phone": "1", "limt": 1}"#, "/limt", "unknown field; did you mean `limit`?"),
        (r#"{"phone": "1", "pets": [{"name": "x"}, {}]}"#, "/pets/1/name", "must be given"),
        (r#"{"phone": "1", "pets": [{"name": " "}]}"#, "/pets/0/name", "expected a text that is not empty"),
        (r#"{"phone": "1", "pets": [["x"]]}"#, "/pets/0", "expected an object with fields"),
        (r#"{"phone": "1", "pets": [{}, {}, {}]}"#, "/pets", "expected at most 2 entries"),
        (r#"{"phone": "1", "pets": {}}"#, "/pets", "expected a list"),
        (r#"[]"#, "", "expected an object with fields"),
        (r#"["1"]"#, "", "expected an object with fields"),
        (r#""1""#, "", "expected an object with fields"),
        (r#"null"#, "", "expected a value: null is none, leave the field out"),
    ];
    for (text, pointer, detail) in table {
        assert_eq!(refused(text), [(pointer.to_owned(), detail.to_owned())], "{text}");
    }
    let read = |text: &str| value(text.as_bytes()).and_then(|value| Given::<Loose>(value, PhantomData).read(None));
    assert!(read(r#"{"phone": "1", "pets": [{"name": "x"}], "limit": 200, "size": "small", "note": null}"#).is_ok());
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let all = refused(r#"{"phne": "1", "limit": "x", "size": 3, "pets": [{"nam": "x"}, 7]}"#);
    let pointers: Vec<_> = all.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/phone", "/limit", "/pets/0/name", "/pets/0/nam", "/pets/1", "/phne", "/size"]);
}

#[test]
fn what_a_reader_says_is_in_words_of_the_api() {
    for (said, told) in [
        ("invalid type: integer `5`, expected i64", "expected a whole number"),
        ("invalid type: string \"Ana\", expected a boolean", "expected true or false"),
        ("unknown variant `x`, expected one of `a`, `b`, `c`", "expected one of: a, b, c"),
        ("unknown variant `x`, expected `a` or `b`", "expected one of: a, b"),
        ("UUID parsing failed: invalid length", "expected an id (a UUID)"),
        ("premature end of input", "expected a time as 2026-11-21T14:03:07Z"),
        ("expected a day that the calendar has", "expected a day that the calendar has"),
    ] {
        assert_eq!(words(said), told);
    }
}

#[test]
fn every_word_is_said_in_every_language() {
    let texts = refused(r#"{"limit": 300, "size": "x", "limt": 1, "pets": 5, "note": "long"}"#);
    for (_, english) in texts {
        let said = [Locale::Es, Locale::PtBr].map(|locale| domain::problems::detail_in(&english, locale).into_owned());
        assert!(said[0] != english && said[1] != english && said[0] != said[1], "{english}: {said:?}");
    }
}

#[test]
fn what_is_no_json_is_told_with_its_place() {
    for (text, place) in
        [("{\"phone\":\n 1,}", "line 2 column 4"), ("", "line 1 column 0"), ("{} x", "line 1 column 4")]
    {
        let problem = value(text.as_bytes()).unwrap_err();
        assert_eq!(problem.code(), "bad_request", "{text}");
        let detail = problem.detail();
        assert!(detail.starts_with("The body is not JSON: ") && detail.contains(place), "{text}: {detail}");
    }
}

#[tokio::test]
async fn the_type_and_the_size_are_checked_first() {
    let send = async |content_type: Option<&str>, size: usize, limit: Option<usize>| {
        let body = format!("{}{{\"phone\":\"1\"}}", " ".repeat(size - 13));
        let mut request = Request::new(axum::body::Body::from(body));
        if let Some(content_type) = content_type {
            request.headers_mut().insert("content-type", content_type.parse().unwrap());
        }
        if let Some(limit) = limit {
            request.extensions_mut().insert(BodyLimit(limit));
        }
        let read = Json::<Loose>::from_request(request, &()).await;
        read.map_or_else(|problem| problem.status().as_u16(), |_| 200)
    };
    assert_eq!(send(Some("application/json"), BODY_LIMIT, None).await, 200);
    assert_eq!(send(Some("Application/Merge-Patch+JSON; charset=utf-8"), 13, None).await, 200);
    assert_eq!(send(None, 13, None).await, 200);
    assert_eq!(send(Some("application/json"), BODY_LIMIT + 1, None).await, 413);
    assert_eq!(send(Some("application/json"), 19, Some(18)).await, 413);
    for other in ["text/plain", "", "application/x-www-form-urlencoded", "text/json"] {
        assert_eq!(send(Some(other), 13, None).await, 415, "{other}");
    }
}
