//! Lists in a text, a line for each entry that fits.

use super::people::fitting;
use super::values::Value;
use super::words::number;
use crate::Voice;
use std::sync::Arc;

/// An entry of a list.
pub trait Row {
    /// Its line, without a bullet or a line break.
    fn line(&self, voice: Voice) -> String;
}

/// A line for each of the entries that fit; between them a line break, in an approved template `; `. Missing if there are
/// none.
pub struct Rows<T> {
    rows: Arc<[T]>,
    count: u64,
}

// Written out, as `derive` would ask that `T` is `Clone`.
impl<T> Clone for Rows<T> {
    fn clone(&self) -> Self {
        Self { rows: Arc::clone(&self.rows), count: self.count }
    }
}

impl<T> Rows<T> {
    /// All that there are.
    #[must_use]
    pub fn all(rows: Vec<T>) -> Self {
        let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        Self { rows: rows.into(), count }
    }

    /// The first of so many.
    #[must_use]
    pub fn first_of(rows: Vec<T>, count: u64) -> Self {
        Self { rows: rows.into(), count }
    }

    /// How many of these do not fit or are not given.
    #[must_use]
    pub fn more(&self) -> MoreRows<T> {
        MoreRows(self.clone())
    }

    pub(super) fn rows(&self) -> &[T] {
        &self.rows
    }
}

impl<T: Row> Value for Rows<T> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "–");

    fn write(&self, voice: Voice, room: usize) -> Option<String> {
        let (lines, _) = fitting(self.rows.iter().map(|row| row.line(voice)), self.count, room);
        (!lines.is_empty()).then_some(lines)
    }
}

/// How many entries a list has besides those that fit.
#[derive(Clone)]
pub struct MoreRows<T>(Rows<T>);

impl<T: Row> Value for MoreRows<T> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "0");

    fn write(&self, voice: Voice, room: usize) -> Option<String> {
        let lines = self.0.rows.iter().map(|row| row.line(voice));
        fitting(lines, self.0.count, room).1.map(|others| number(others, voice.locale()))
    }
}
