use serde_json::{Map, Value};

use super::{
    error::{Result, TemplateError},
    parameters::plain,
};

/// Resolved properties of one thing, and where they stand.
pub(super) struct Properties {
    pub place: String,
    pub fields: Map<String, Value>,
}

impl Properties {
    pub fn new(place: impl Into<String>, value: Option<Value>) -> Result<Self> {
        let place = place.into();
        match value {
            None | Some(Value::Null) => Ok(Self { place, fields: Map::new() }),
            Some(Value::Object(fields)) => Ok(Self { place, fields }),
            Some(_) => Err(TemplateError::new(place, "must be a map")),
        }
    }

    pub fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.place)
    }

    pub fn error<T>(&self, name: &str, reason: impl Into<String>) -> Result<T> {
        Err(TemplateError::new(self.at(name), reason))
    }

    /// Refuses any other name: a property that is not carried out must not be written as if it were.
    pub fn only(&self, known: &[&str]) -> Result<()> {
        match self.fields.keys().find(|name| !known.contains(&name.as_str())) {
            Some(unknown) => self.error(unknown, "is not known here"),
            None => Ok(()),
        }
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub fn text(&self, name: &str) -> Result<Option<String>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(_) | Value::Array(_)) => self.error(name, "must be a text"),
            Some(value) => Ok(Some(plain(value))),
        }
    }

    pub fn required(&self, name: &str) -> Result<String> {
        self.text(name)?.map_or_else(|| self.error(name, "is missing"), Ok)
    }

    /// A whole number within bounds.
    pub fn number(&self, name: &str, least: u32, most: u32) -> Result<Option<u32>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => self.error(name, format!("must be a whole number from {least} to {most}")),
        }
    }

    pub fn flag(&self, name: &str) -> Result<Option<bool>> {
        match self.text(name)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => self.error(name, "must be true or false"),
        }
    }

    pub fn list(&self, name: &str) -> Result<Vec<Value>> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items.clone()),
            Some(_) => self.error(name, "must be a list"),
        }
    }

    pub fn map(&self, name: &str) -> Result<Self> {
        Self::new(self.at(name), self.get(name).cloned())
    }

    pub fn maps(&self, name: &str) -> Result<Vec<Self>> {
        let items = self.list(name)?.into_iter().enumerate();
        items.map(|(index, item)| Self::new(format!("{}[{index}]", self.at(name)), Some(item))).collect()
    }
}
