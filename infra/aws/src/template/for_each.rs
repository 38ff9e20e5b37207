use serde_json::{Map, Value};

use super::error::{Result, TemplateError};

/// The document with each `Fn::ForEach` among its resources replaced by what it stands for
/// (`Transform: AWS::LanguageExtensions`).
pub(super) fn expand(mut document: Value) -> Result<Value> {
    if let Some(resources) = document.get_mut("Resources").and_then(Value::as_object_mut) {
        let mut expanded = Map::new();
        for (id, resource) in turns(std::mem::take(resources))? {
            if expanded.insert(id.clone(), resource).is_some() {
                return Err(TemplateError::new(format!("Resources.{id}"), "is there twice"));
            }
        }
        *resources = expanded;
    }
    Ok(document)
}

fn turns(resources: Map<String, Value>) -> Result<Vec<(String, Value)>> {
    let mut all = Vec::new();
    for (key, value) in resources {
        if !key.starts_with("Fn::ForEach::") {
            all.push((key, value));
            continue;
        }
        let wrong = || TemplateError::new(format!("Resources.{key}"), "takes a name, a list of texts and a map");
        let Some([Value::String(name), Value::Array(items), Value::Object(body)]) = value.as_array().map(Vec::as_slice)
        else {
            return Err(wrong());
        };
        for item in items {
            let item = item.as_str().ok_or_else(wrong)?;
            all.extend(turns(replace_fields(body, name, item))?);
        }
    }
    Ok(all)
}

/// `${name}` and `!Ref name` become the item.
fn replace(value: &Value, name: &str, item: &str) -> Value {
    match value {
        Value::String(text) => text.replace(&format!("${{{name}}}"), item).into(),
        Value::Array(items) => items.iter().map(|value| replace(value, name, item)).collect(),
        Value::Object(fields) if fields.len() == 1 && fields.get("Ref").is_some_and(|it| it == name) => item.into(),
        Value::Object(fields) => Value::Object(replace_fields(fields, name, item)),
        value => value.clone(),
    }
}

fn replace_fields(fields: &Map<String, Value>, name: &str, item: &str) -> Map<String, Value> {
    let placeholder = format!("${{{name}}}");
    fields.iter().map(|(key, value)| (key.replace(&placeholder, item), replace(value, name, item))).collect()
}
