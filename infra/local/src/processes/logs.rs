//! The lines that the functions write.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// Lines kept for tests, which count in them.
const KEPT: usize = 10_000;
/// Lines kept where they are shown too.
const KEPT_IF_SHOWN: usize = 2_000;

/// The last lines of all functions, and whether they are shown too.
#[derive(Clone)]
pub struct Logs {
    lines: Arc<Mutex<VecDeque<LogLine>>>,
    shown: bool,
}

/// One line of a function's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Name of the function.
    pub function: String,
    /// The line as it was written.
    pub text: String,
}

impl Logs {
    /// No lines yet; if `shown`, each goes to standard error as well.
    pub fn new(shown: bool) -> Self {
        Self { lines: Arc::default(), shown }
    }

    /// The last lines, oldest first: at most 10,000, or 2,000 if they are shown.
    pub fn lines(&self) -> Vec<LogLine> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(super) fn last_of(&self, function: &str) -> Option<String> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().rev().find(|line| line.function == function).map(|line| line.text.clone())
    }

    /// Takes lines until the output ends.
    pub(super) async fn follow(self, function: String, output: impl AsyncRead + Unpin) {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(text)) = lines.next_line().await {
            if text.is_empty() {
                continue;
            }
            // Metrics are lines too, for CloudWatch alone to read.
            if self.shown && !text.starts_with("{\"_aws\"") {
                eprintln!("{function:<24} {text}");
            }
            let mut kept = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == if self.shown { KEPT_IF_SHOWN } else { KEPT } {
                kept.pop_front();
            }
            kept.push_back(LogLine { function: function.clone(), text });
        }
    }
}
