use super::super::schema::{check, shape};
use super::{analysis_form, object, reply_form};
use serde_json::{Value, json};

#[test]
fn a_strict_schema_says_everything() {
    for form in [reply_form(), analysis_form()] {
        assert_eq!(check(&form["format"]["schema"]), Ok(()));
    }
    let mut optional = object(json!({"a": {"type": "string"}}));
    optional["required"] = json!([]);
    let inner = object(json!({"list": {"type": "array", "items": {"type": "object", "properties": {}}}}));
    for schema in [json!({"type": "string"}), optional, inner, object(json!({"a": {"allOf": []}}))] {
        assert!(check(&schema).is_err(), "{schema}");
    }
}

#[test]
fn a_value_takes_the_shape_of_its_schema() {
    let mut schema = object(json!({
        "word": {"type": "string", "enum": ["a", "b"]},
        "number": {"type": "integer", "minimum": 1, "maximum": 5},
        "list": {"type": "array", "items": {"$ref": "#/$defs/thing"}},
        "either": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/thing"}]},
        "missing": {"type": "boolean"},
    }));
    schema["$defs"] = json!({"thing": object(json!({"name": {"type": "string"}}))});
    let value = json!({"word": "c", "number": 99, "list": [{"name": "x", "more": 1}], "either": {}, "more": 1});
    let shaped = json!({"word": "a", "number": 5, "list": [{"name": "x"}], "either": {"name": ""}, "missing": false});
    assert_eq!(shape(&value, &schema), shaped);
    assert_eq!(shape(&Value::Null, &schema)["either"], Value::Null);
}
