//! How numbers are written at home: prefixes of long distance, codes of carriers, area codes left out.

use super::plans::Plan;

/// Countries whose numbers are dialled without their area within it: the lengths of such a number, and a whole one.
pub(super) const AREAS: [(&str, &[usize], &str); 12] = [
    ("AR", &[6, 7, 8], "11 2345-6789"),
    ("BO", &[7], "2 234 5678"),
    ("BR", &[8, 9], "(11) 98765-4321"),
    ("CL", &[7, 8], "9 6123 4567"),
    ("CO", &[7], "300 123 4567"),
    ("DO", &[7], "(809) 234-5678"),
    ("EC", &[7], "2 234 5678"),
    ("MX", &[7, 8], "55 1234 5678"),
    ("PE", &[6, 7], "1 421 2345"),
    ("PR", &[7], "(787) 234-5678"),
    ("US", &[7], "(305) 234-5678"),
    ("VE", &[7], "412 234 5678"),
];

/// A whole number as it is written in a country, if the national number given lacks its area code.
pub(super) fn lacks_area(country: &str, national: &str) -> Option<&'static str> {
    let (_, lengths, whole) = AREAS.iter().find(|(known, ..)| *known == country)?;
    let bare = match country {
        "MX" => ["044", "045", "01"].iter().find_map(|prefix| national.strip_prefix(prefix)).unwrap_or(national),
        _ => national.strip_prefix('0').unwrap_or(national),
    };
    // An Argentine mobile is 15 and a local number.
    let bare = bare.strip_prefix("15").filter(|rest| country == "AR" && rest.len() >= 6).unwrap_or(bare);
    lengths.contains(&bare.len()).then_some(*whole)
}

/// National numbers without the prefixes that a plan does not take away where they stand.
pub(super) fn without_prefixes(country: &str, national: &str) -> Vec<String> {
    let rests: Vec<&str> = match country {
        // A carrier is chosen by two digits after the 0.
        "BR" => {
            let rest = national.strip_prefix('0').and_then(|rest| rest.get(2..));
            rest.filter(|rest| matches!(rest.len(), 10 | 11)).into_iter().collect()
        }
        // Until 2019 a call began with 01, or with 044 or 045 if it went to a mobile; abroad with a 1.
        "MX" => {
            let rest = ["044", "045", "01"].iter().find_map(|prefix| national.strip_prefix(prefix));
            let rest = rest.map(|rest| rest.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(rest));
            rest.filter(|rest| rest.len() == 10).into_iter().collect()
        }
        // The 9 of a call from abroad, before the 0 and the 15 of a call at home.
        "AR" => {
            let rest = national.strip_prefix('9').filter(|rest| rest.len() > 10);
            rest.map(|rest| rest.strip_prefix('0').unwrap_or(rest)).into_iter().collect()
        }
        // A fixed phone calls a mobile by 03.
        "CO" => national.strip_prefix("03").into_iter().collect(),
        // A 0 that was dialled once, or is dialled elsewhere.
        _ => national.strip_prefix('0').into_iter().collect(),
    };
    rests.into_iter().map(str::to_owned).collect()
}

/// The country code and the national number; `None` if no plan has such a code.
pub(super) fn split(digits: &str) -> Option<(&str, &str)> {
    if let Some((prefix, _)) = super::COUNTRIES.iter().find(|(prefix, _)| digits.starts_with(prefix)) {
        return digits.split_at_checked(if prefix.starts_with('1') { 1 } else { prefix.len() });
    }
    (1..=3).find_map(|len| digits.split_at_checked(len).filter(|(code, _)| Plan::of_code(code).next().is_some()))
}

/// The main country of a code that stands before numbers with prefixes of their own or without an area.
pub(super) fn country_of(code: &str) -> Option<&'static str> {
    super::COUNTRIES.iter().find(|(prefix, _)| *prefix == code).map(|(_, country)| *country)
}

/// 555-01xx, which North America keeps for films; of digits with the country code.
pub(super) fn is_of_films(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && digits.get(4..9) == Some("55501")
}

/// A number that nobody types as their own: one digit or a count all through, nine equal digits at the end, or one of
/// films.
pub(super) fn is_made_up(digits: &str) -> bool {
    let Some((_, national)) = split(digits) else { return false };
    let bytes = national.as_bytes();
    let counts = |step: u8| {
        bytes.windows(2).all(|pair| matches!(pair, [a, b] if (a - b'0' + step) % 10 == b.wrapping_sub(b'0') % 10))
    };
    let last = bytes.last().copied().unwrap_or_default();
    let equal = bytes.iter().rev().take_while(|b| **b == last).count();
    counts(0) || counts(1) || (equal >= 9 && last != b'0') || is_of_films(digits)
}
