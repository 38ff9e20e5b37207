//! What stands on the screen. Results go to standard output, the rest to standard error.

use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The time between two lines about progress where there is no terminal.
const NEWS: Duration = Duration::from_secs(5);

/// The screen.
pub(crate) struct Terminal;

impl Terminal {
    /// A line of the result. A reader who has gone away is no fault.
    pub(crate) fn say(&self, text: &str) {
        let _ = writeln!(std::io::stdout(), "{text}");
    }

    /// A line about the work.
    pub(crate) fn note(&self, text: &str) {
        note(text);
    }

    /// A bar with rate and time left; lines without a terminal.
    pub(crate) fn bar(&self, lines: u64, done: u64) -> Bar {
        let is_terminal = std::io::stderr().is_terminal();
        let bar = if is_terminal { ProgressBar::new(lines) } else { ProgressBar::hidden() };
        let style = "{bar:30} {human_pos} of {human_len} lines, {per_sec}, {eta} left {msg}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.set_position(done);
        bar.reset_eta();
        bar.reset_elapsed();
        Bar { bar, lines, done, begun: Instant::now(), told: AtomicU64::new(0), is_terminal }
    }
}

/// A line about the work.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// How far it is.
pub(crate) struct Bar {
    bar: ProgressBar,
    lines: u64,
    /// Before this run.
    done: u64,
    begun: Instant,
    /// When a line was last written, in seconds of the run.
    told: AtomicU64,
    is_terminal: bool,
}

impl Bar {
    pub(crate) fn at(&self, done: u64, rejected: u64) {
        if self.is_terminal {
            self.bar.set_position(done);
            self.bar.set_message(if rejected > 0 { format!("({rejected} rejected)") } else { String::new() });
            return;
        }
        let seconds = self.begun.elapsed().as_secs();
        if seconds >= self.told.load(Ordering::Relaxed) + NEWS.as_secs() {
            self.told.store(seconds, Ordering::Relaxed);
            let rate = (done - self.done.min(done)) / seconds.max(1);
            let left = (self.lines - done.min(self.lines)) / rate.max(1);
            note(&format!(
                "{} of {} lines, {rate} a second, {left} s left, {rejected} rejected",
                HumanCount(done),
                HumanCount(self.lines)
            ));
        }
    }

    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
        let seconds = self.begun.elapsed();
        note(&format!("{:.1} s", seconds.as_secs_f64()));
    }
}

/// A table for people.
pub(crate) fn table(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(columns.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    table.to_string()
}
