//! Cells as people write them: numbers, dates, words. Which of two readings is meant is decided from all lines together.

pub(crate) mod dates;
pub(crate) mod numbers;
pub(crate) mod words;

use dates::{DateOrder, DateVotes};
use numbers::{DecimalSign, NumberVotes};

/// What was decided for the whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) dates: DateOrder,
    pub(crate) decimal: DecimalSign,
    /// Whether `M` is a woman: it is where men are `H`.
    pub(crate) m_is_female: bool,
}

/// What the lines tell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) dates: DateVotes,
    pub(crate) numbers: NumberVotes,
    pub(crate) men_are_h: bool,
}

/// Whether a cell says that there is nothing in it.
pub(crate) fn is_blank(text: &str) -> bool {
    let text = text.trim();
    matches!(text, "" | "-" | "--" | "—" | "#N/A" | "#N/D" | "N/A" | "n/a")
        || text.eq_ignore_ascii_case("null")
        || text.eq_ignore_ascii_case("nan")
}
