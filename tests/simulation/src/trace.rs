//! Everything that happened, in order: a line each, and a digest of all lines by which two runs are compared.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The lines of a run.
#[derive(Default)]
pub struct Trace(Mutex<Lines>);

#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    digest: Sha256,
    aloud: bool,
}

impl Trace {
    /// A trace that, `aloud`, also writes each line to standard error at once.
    #[must_use]
    pub fn new(aloud: bool) -> Self {
        Self(Mutex::new(Lines { aloud, ..Lines::default() }))
    }

    /// Adds a line.
    pub fn note(&self, at: DateTime<Utc>, what: impl std::fmt::Display) {
        let line = format!("{} {what}", at.to_rfc3339_opts(SecondsFormat::Millis, true));
        let mut lines = self.lines();
        if lines.aloud {
            // A listener that has gone is no reason to stop.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
        lines.digest.update(line.as_bytes());
        lines.digest.update(b"\n");
        lines.lines.push(line);
    }

    /// The trace so far; this one begins anew.
    #[must_use]
    pub fn take(&self) -> Self {
        Self(Mutex::new(std::mem::take(&mut *self.lines())))
    }

    /// The digest of all lines so far, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        hex::encode(self.lines().digest.clone().finalize())
    }

    /// The number of lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines().lines.len()
    }

    /// Whether nothing has happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The last lines that name any of the subjects, oldest first, at most `most`.
    #[must_use]
    pub fn about(&self, subjects: &[String], most: usize) -> Vec<String> {
        let lines = self.lines();
        let touching = lines.lines.iter().rev().filter(|line| subjects.iter().any(|it| line.contains(it.as_str())));
        let mut last: Vec<String> = touching.take(most).cloned().collect();
        last.reverse();
        last
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
