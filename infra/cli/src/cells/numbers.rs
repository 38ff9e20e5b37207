//! Numbers with a point or a comma before their decimals, and the other sign between thousands.

/// Which sign stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DecimalSign {
    /// `1.450,00`
    Comma,
    /// `1,450.00`
    Point,
}

/// Cells that can be read in one way only.
#[derive(Clone, Debug, Default)]
pub(crate) struct NumberVotes {
    pub(crate) comma: u64,
    pub(crate) point: u64,
    /// Such as `1.450`, which is one number or a thousand times as much.
    pub(crate) unsure: u64,
}

impl NumberVotes {
    pub(crate) fn look(&mut self, text: &str) {
        match sure(&bare(text)) {
            Some(Some(DecimalSign::Comma)) => self.comma += 1,
            Some(Some(DecimalSign::Point)) => self.point += 1,
            Some(None) => {}
            None => self.unsure += 1,
        }
    }

    /// The sign of most cells; `usual` if none tells.
    pub(crate) fn decide(&self, usual: DecimalSign) -> DecimalSign {
        match self.comma.cmp(&self.point) {
            std::cmp::Ordering::Greater => DecimalSign::Comma,
            std::cmp::Ordering::Less => DecimalSign::Point,
            std::cmp::Ordering::Equal => usual,
        }
    }
}

/// Without the currency, blanks and signs of thousands that are neither point nor comma.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect()
}

/// The sign before the decimals if the number tells it; `None` if it may be either; `Some(None)` if there is none.
fn sure(bare: &str) -> Option<Option<DecimalSign>> {
    let (points, commas) = (bare.matches('.').count(), bare.matches(',').count());
    let last = bare.rfind(['.', ',']);
    let decimals = last.map_or(0, |at| bare.len() - at - 1);
    match (points, commas) {
        (0, 0) => Some(None),
        (1, 0) if decimals == 3 && !begins_with_zero(bare) => None,
        (0, 1) if decimals == 3 && !begins_with_zero(bare) => None,
        (1, 0) => Some(Some(DecimalSign::Point)),
        (0, 1) => Some(Some(DecimalSign::Comma)),
        (_, 0) => Some(Some(DecimalSign::Comma)),
        (0, _) => Some(Some(DecimalSign::Point)),
        (..) => {
            let is_point = last.and_then(|at| bare.get(at..)).is_some_and(|rest| rest.starts_with('.'));
            Some(Some(if is_point { DecimalSign::Point } else { DecimalSign::Comma }))
        }
    }
}

/// `0.125` is no thousand.
fn begins_with_zero(bare: &str) -> bool {
    bare.starts_with('0') || bare.starts_with(['.', ','])
}

/// Reads a number, as `R$ 1.450,00`, `1,450.00`, `-3,5` or `(12,00)`, into plain digits with a point.
pub(crate) fn read(text: &str, usual: DecimalSign) -> Result<String, String> {
    let expected =
        || format!("expected a number as {}", if usual == DecimalSign::Comma { "1.450,00" } else { "1,450.00" });
    let text = text.trim();
    let is_negative = text.contains(['-', '\u{2212}']) || (text.starts_with('(') && text.ends_with(')'));
    let plain = text.trim_matches(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','));
    // A currency may stand before or behind it; inside stand digits and signs of thousands alone.
    let is_number =
        plain.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | ' ' | '\u{a0}' | '\u{202f}'));
    let bare = bare(plain);
    if !is_number || !bare.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(expected());
    }
    let sign = sure(&bare).unwrap_or(Some(usual));
    let (decimal, thousands) = match sign {
        Some(DecimalSign::Comma) | None => (',', '.'),
        Some(DecimalSign::Point) => ('.', ','),
    };
    let (whole, decimals) = bare.split_once(decimal).unwrap_or((&bare, ""));
    let groups: Vec<&str> = whole.split(thousands).collect();
    let is_grouped = groups.len() == 1 || groups.iter().skip(1).all(|group| group.len() == 3);
    if !is_grouped || decimals.contains(['.', ',']) {
        return Err(expected());
    }
    let whole = groups.concat();
    let whole = if whole.is_empty() { "0" } else { whole.as_str() };
    let minus = if is_negative { "-" } else { "" };
    Ok(if decimals.is_empty() { format!("{minus}{whole}") } else { format!("{minus}{whole}.{decimals}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use DecimalSign::{Comma, Point};

    #[test]
    fn as_people_write_them() {
        for (text, usual, number) in [
            ("1.450,00", Comma, "1450.00"),
            ("1.450,00", Point, "1450.00"),
            ("R$ 1.450,00", Comma, "1450.00"),
            ("$ 12.500", Comma, "12500"),
            ("$ 12.500", Point, "12.500"),
            ("1,450.00", Comma, "1450.00"),
            ("1.234.567", Point, "1234567"),
            ("1,234,567.8", Comma, "1234567.8"),
            ("1'450.50", Point, "1450.50"),
            ("1 450,5", Comma, "1450.5"),
            ("1\u{a0}450,5", Comma, "1450.5"),
            ("0,125", Comma, "0.125"),
            ("0.125", Comma, "0.125"),
            ("-3,5", Comma, "-3.5"),
            ("(12,00)", Comma, "-12.00"),
            ("145", Comma, "145"),
            ("60.5", Comma, "60.5"),
            ("USD 99", Point, "99"),
            ("15,00 €", Comma, "15.00"),
            (",5", Comma, "0.5"),
        ] {
            assert_eq!(read(text, usual).as_deref(), Ok(number), "{text}");
        }
        for text in ["", "abc", "12a5", "1.45.00", "10/12", "1.2345,00"] {
            assert!(read(text, Comma).is_err(), "{text}");
        }
    }

    #[test]
    fn most_cells_decide() {
        let decided = |cells: &[&str], usual| {
            let mut votes = NumberVotes::default();
            cells.iter().for_each(|cell| votes.look(cell));
            votes.decide(usual)
        };
        assert_eq!(decided(&["1.450", "12", "3,50"], Point), Comma);
        assert_eq!(decided(&["1.450", "12", "3.50"], Comma), Point);
        assert_eq!(decided(&["1.450", "2.000"], Comma), Comma);
        assert_eq!(decided(&["1.450.000"], Point), Comma);
        assert_eq!(decided(&["3,50", "4.25", "5.25"], Comma), Point);
    }
}
