//! Collects what is wrong with the fields of a request, so that one answer tells it all.

use crate::problem::{FieldError, Problem};
use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

/// The fields that were wrong so far. After [`finish`](Self::finish) without a problem every checked value is `Some`.
#[derive(Debug, Default)]
pub struct Fields {
    errors: Vec<FieldError>,
    /// How many of them the schema of the body told.
    by_schema: usize,
}

impl Fields {
    /// Nothing is wrong yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins with what the schema of the body told. Of these fields nothing more is noted.
    pub(crate) fn by_schema(errors: Vec<FieldError>) -> Self {
        let by_schema = errors.len();
        Self { errors, by_schema }
    }

    /// Notes that a field is wrong; `name` as `phone` or `/pets/0/name`.
    pub fn refuse(&mut self, name: &str, detail: impl Into<Cow<'static, str>>) {
        let pointer = if name.starts_with('/') { name.to_owned() } else { format!("/{name}") };
        self.add([FieldError { pointer, detail: detail.into() }]);
    }

    /// The value, or a note of why there is none.
    pub fn check<T, E: Display>(&mut self, name: &str, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.refuse(name, error.to_string())).ok()
    }

    /// A text read as `T`.
    pub fn parse<T: FromStr<Err: Display>>(&mut self, name: &str, text: &str) -> Option<T> {
        self.check(name, text.parse())
    }

    /// A text read as `T`, if it is given: `None` if it is wrong.
    pub fn parse_optional<T: FromStr<Err: Display>>(&mut self, name: &str, text: Option<&str>) -> Option<Option<T>> {
        match text {
            Some(text) => self.parse(name, text).map(Some),
            None => Some(None),
        }
    }

    /// Notes a field whose condition does not hold.
    pub fn require(&mut self, name: &str, holds: bool, detail: &'static str) {
        if !holds {
            self.refuse(name, detail);
        }
    }

    /// Adds what others found wrong.
    pub fn add<F: Into<FieldError>>(&mut self, errors: impl IntoIterator<Item = F>) {
        for error in errors.into_iter().map(Into::into) {
            let is_told = self.errors.iter().take(self.by_schema).any(|told| told.pointer == error.pointer);
            if !is_told {
                self.errors.push(error);
            }
        }
    }

    /// Ends the collecting.
    ///
    /// # Errors
    /// 400 with every field that was wrong.
    pub fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::fields(self.errors)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{LoadId, Locale};

    #[test]
    fn one_answer_tells_all() {
        let mut fields = Fields::new();
        assert_eq!(fields.parse::<u8>("limit", "7"), Some(7));
        assert_eq!(fields.parse_optional::<u8>("nth", None), Some(None));
        assert_eq!(fields.parse_optional::<Locale>("locale", Some("fr")), None);
        assert_eq!(fields.parse::<LoadId>("load_id", "a b"), None);
        fields.require("/pets/0/name", false, "expected a name");
        let problem = fields.finish().unwrap_err();
        let pointers: Vec<_> = problem.errors().iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/locale", "/load_id", "/pets/0/name"]);
        Fields::new().finish().unwrap();
    }

    #[test]
    fn a_field_that_the_schema_refuses_is_told_once() {
        let mut fields = Fields::by_schema(vec![FieldError { pointer: "/name".to_owned(), detail: "is empty".into() }]);
        fields.refuse("name", "expected 1 to 200 characters");
        fields.refuse("country", "expected a country");
        let problem = fields.finish().unwrap_err();
        let told: Vec<_> = problem.errors().iter().map(|error| (&*error.pointer, &*error.detail)).collect();
        assert_eq!(told, [("/name", "is empty"), ("/country", "expected a country")]);
    }
}
