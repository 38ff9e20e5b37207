use serde_json::{Map, Value};

use super::error::{Result, TemplateError};

/// Reads YAML; `!Ref x` becomes `{"Ref": "x"}`, `!Sub x` becomes `{"Fn::Sub": "x"}`.
pub(super) fn parse(text: &str) -> Result<Value> {
    let syntax = |error: yaml_serde::Error| TemplateError::new("YAML", error.to_string());
    let mut document: yaml_serde::Value = yaml_serde::from_str(text).map_err(syntax)?;
    document.apply_merge().map_err(syntax)?;
    to_json(document)
}

fn to_json(value: yaml_serde::Value) -> Result<Value> {
    Ok(match value {
        yaml_serde::Value::Null => Value::Null,
        yaml_serde::Value::Bool(value) => Value::Bool(value),
        yaml_serde::Value::String(text) => Value::String(text),
        yaml_serde::Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), _, _) => number.into(),
            (_, Some(number), _) => number.into(),
            (_, _, number) => number.map_or(Value::Null, Value::from),
        },
        yaml_serde::Value::Sequence(items) => Value::Array(items.into_iter().map(to_json).collect::<Result<_>>()?),
        yaml_serde::Value::Mapping(fields) => {
            let fields = fields.into_iter().map(|(name, value)| Ok((key(name)?, to_json(value)?)));
            Value::Object(fields.collect::<Result<Map<_, _>>>()?)
        }
        yaml_serde::Value::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = match tag.trim_start_matches('!') {
                name @ ("Ref" | "Condition") => name.to_owned(),
                name => format!("Fn::{name}"),
            };
            Value::Object(Map::from_iter([(name, to_json(tagged.value)?)]))
        }
    })
}

fn key(value: yaml_serde::Value) -> Result<String> {
    match to_json(value)? {
        Value::String(name) => Ok(name),
        name @ (Value::Number(_) | Value::Bool(_)) => Ok(name.to_string()),
        _ => Err(TemplateError::new("YAML", "the name of a field must be a text")),
    }
}
