//! One line of text: names, cities and labels stand inside a sentence.

/// What is expected where a line is wanted.
pub const NOT_A_LINE: &str = "expected a text without line breaks, tabs and other control characters";

/// Whether it has neither control characters nor other signs that break a line.
#[must_use]
pub fn is_line(text: &str) -> bool {
    !text.chars().any(breaks)
}

/// The text in one line: for what others give us and we cannot refuse. Breaks and tabs become blanks, other control
/// characters go.
#[must_use]
pub fn in_one_line(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_whitespace() || !breaks(*c));
    kept.map(|c| if breaks(c) { ' ' } else { c }).collect::<String>().trim().to_owned()
}

fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_control_characters() {
        for (text, line) in [
            ("Ana Souza", "Ana Souza"),
            ("👩\u{200d}🦰 Ana", "👩\u{200d}🦰 Ana"),
            ("Ana\nSouza", "Ana Souza"),
            ("Ana\tSouza\r\n", "Ana Souza"),
            ("Ana\u{2028}Souza", "Ana Souza"),
            ("A\u{0}na\u{1b}[31m", "Ana[31m"),
            ("Ana\u{85}Souza", "Ana Souza"),
            ("\u{7}", ""),
        ] {
            assert_eq!(in_one_line(text), line, "{text:?}");
            assert_eq!(is_line(text), text == line, "{text:?}");
            assert!(is_line(line));
        }
    }
}
