//! The numbers of a reply that is a list: `1) Ana 2) ana@example.com`.

use std::ops::Range;

/// The numbers or letters with their signs, if there are two or more in their order.
pub(super) fn markers(reply: &str) -> Vec<Range<usize>> {
    let numbers = in_order(reply, |place| place.to_string());
    if numbers.is_empty() {
        let letter = |place| char::from_u32('a' as u32 + place - 1).map(String::from).unwrap_or_default();
        return in_order(reply, letter);
    }
    numbers
}

/// The most parts of a list.
const MOST: u32 = 9;

fn in_order(reply: &str, label: impl Fn(u32) -> String) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for place in 1..=MOST {
        let from = found.last().map_or(0, |last| last.end);
        let Some(next) = marker(reply, from, &label(place), place) else { break };
        found.push(next);
    }
    if found.len() > 1 { found } else { Vec::new() }
}

/// The first place after `from` where the label stands as one of a list.
fn marker(reply: &str, from: usize, label: &str, place: u32) -> Option<Range<usize>> {
    let rest = reply.get(from..)?;
    rest.match_indices(label).find_map(|(offset, _)| {
        let (start, end) = (from + offset, from + offset + label.len());
        let before = reply.get(..start)?.chars().next_back();
        let begins = before.is_none_or(|c| c == '\n') || is_blank_line(reply.get(..start)?);
        let after = reply.get(end..)?;
        let sign = after.trim_start_matches(' ').chars().next()?;
        let blank = after.len() - after.trim_start_matches(' ').len();
        let tail = after.get(blank + sign.len_utf8()..)?;
        let next = tail.trim_start().chars().next()?;
        let (spaced, figure) = (tail.starts_with(char::is_whitespace), next.is_ascii_digit());
        let letter = label.starts_with(|c: char| c.is_ascii_lowercase());
        let is_sign = match sign {
            ')' => blank == 0,
            '.' | '-' | '–' | ':' | 'º' => !letter,
            _ => false,
        };
        // `1. 2. 1990` and `1 - 2 - 1990` are days.
        let day = || tail.split_whitespace().next().is_some_and(|word| word.contains('/'));
        let parted = spaced && (!figure || place > 2 || day());
        let stands = begins || (before.is_some_and(char::is_whitespace) && (sign == ')' || parted));
        (is_sign && stands).then_some(start..end + blank + sign.len_utf8())
    })
}

/// Whether only blanks stand in the line so far.
fn is_blank_line(before: &str) -> bool {
    before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
}
