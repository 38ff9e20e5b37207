/// The fault of a template, in one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("template, {place}: {reason}")]
pub struct TemplateError {
    /// The place, as a path of names.
    pub place: String,
    /// The fault, without its place.
    pub reason: String,
}

impl TemplateError {
    pub(super) fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }
}

pub(super) type Result<T> = std::result::Result<T, TemplateError>;
