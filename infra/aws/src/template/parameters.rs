use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::Value;

use super::{
    error::{Result, TemplateError},
    types::Values,
};

/// Values of the template's parameters: those given, else their defaults; each held to what its declaration asks.
pub(super) fn values(declared: Option<&Value>, given: &BTreeMap<String, String>) -> Result<Values> {
    let declared = declared.and_then(Value::as_object);
    if let Some(unknown) = given.keys().find(|name| declared.is_none_or(|declared| !declared.contains_key(*name))) {
        return Err(TemplateError::new(format!("Parameters.{unknown}"), "is given but not declared"));
    }
    let values = declared.into_iter().flatten().map(|(name, declaration)| {
        let value = given.get(name).cloned().or_else(|| declaration.get("Default").map(plain));
        let place = format!("Parameters.{name}");
        let value = value.ok_or_else(|| TemplateError::new(&place, "has neither a value nor a default"))?;
        check(declaration, &value).map_err(|reason| TemplateError::new(&place, reason))?;
        Ok((name.clone(), value))
    });
    values.collect::<Result<BTreeMap<_, _>>>().map(Values)
}

/// The reason does not show the value: it may be a secret.
fn check(declaration: &Value, value: &str) -> std::result::Result<(), String> {
    let number = |name: &str| declaration.get(name).and_then(|bound| plain(bound).parse::<f64>().ok());
    if declaration.get("Type").and_then(Value::as_str) == Some("Number") {
        let value: f64 = value.parse().map_err(|_| "must be a number".to_owned())?;
        if let Some(least) = number("MinValue").filter(|least| value < *least) {
            return Err(format!("must be at least {least}"));
        }
        if let Some(most) = number("MaxValue").filter(|most| value > *most) {
            return Err(format!("must be at most {most}"));
        }
    }
    let length = value.chars().count() as f64;
    if number("MinLength").is_some_and(|least| length < least) || number("MaxLength").is_some_and(|most| length > most)
    {
        return Err("is too short or too long".to_owned());
    }
    if let Some(allowed) = declaration.get("AllowedValues").and_then(Value::as_array)
        && !allowed.iter().any(|allowed| plain(allowed) == value)
    {
        let allowed: Vec<String> = allowed.iter().map(plain).collect();
        return Err(format!("must be one of {}", allowed.join(", ")));
    }
    if let Some(pattern) = declaration.get("AllowedPattern").and_then(Value::as_str) {
        let regex = Regex::new(&format!("^(?:{pattern})$")).map_err(|error| format!("AllowedPattern: {error}"))?;
        if !regex.is_match(value) {
            return Err(format!("must match {pattern}"));
        }
    }
    Ok(())
}

/// A scalar as text.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
