//! The plain numbers of the countries that Recado knows. Almost every number is one of these, and needs no look into
//! the numbering plans of the world.

/// Country code and what follows it where that tells countries apart, ISO 3166-1 alpha-2. Longer ones first.
pub(super) const COUNTRIES: [(&str, &str); 27] = [
    ("1787", "PR"),
    ("1939", "PR"),
    ("1809", "DO"),
    ("1829", "DO"),
    ("1849", "DO"),
    ("1", "US"),
    ("34", "ES"),
    ("351", "PT"),
    ("501", "BZ"),
    ("502", "GT"),
    ("503", "SV"),
    ("504", "HN"),
    ("505", "NI"),
    ("506", "CR"),
    ("507", "PA"),
    ("51", "PE"),
    ("52", "MX"),
    ("53", "CU"),
    ("54", "AR"),
    ("55", "BR"),
    ("56", "CL"),
    ("57", "CO"),
    ("58", "VE"),
    ("591", "BO"),
    ("593", "EC"),
    ("595", "PY"),
    ("598", "UY"),
];

/// Countries whose numbers are written with a 0 before them at home.
const TRUNK_ZERO: [&str; 6] = ["AR", "BR", "EC", "PY", "UY", "VE"];

/// Reads digits as a plain number, as a whole or in the national form of a country; `None` if another look is needed.
/// What is returned is canonical.
pub(super) fn plain(digits: &str, country: Option<&str>) -> Option<String> {
    let code = country.and_then(|country| {
        let (prefix, _) = COUNTRIES.iter().find(|(_, known)| *known == country)?;
        Some(if prefix.starts_with('1') { "1" } else { prefix })
    });
    let home = code.map(|code| {
        let trunk = country.is_some_and(|country| TRUNK_ZERO.contains(&country));
        let national = digits.strip_prefix('0').filter(|_| trunk).unwrap_or(digits);
        format!("{code}{national}")
    });
    home.into_iter().chain([digits.to_owned()]).map(|digits| super::fold(&digits)).find(|digits| is_plain(digits))
}

/// Whether a canonical number is a mobile or fixed one of the ranges in common use.
pub(super) fn is_plain(digits: &str) -> bool {
    let Some((prefix, _)) = COUNTRIES.iter().find(|(prefix, _)| digits.starts_with(prefix)) else { return false };
    let code = if prefix.starts_with('1') { "1" } else { prefix };
    let national = &digits.as_bytes()[code.len()..];
    matches!(
        (code, national.len(), national),
        ("1", 10, [b'2'..=b'9', _, _, b'2'..=b'9', ..])
            | ("34", 9, [b'6'..=b'9', ..])
            | ("351", 9, [b'2' | b'9', ..])
            | ("502", 8, [b'2'..=b'7', ..])
            | ("503", 8, [b'2' | b'6' | b'7', ..])
            | ("504", 8, [b'2' | b'3' | b'8' | b'9', ..])
            | ("505", 8, [b'2' | b'5' | b'7' | b'8', ..])
            | ("506", 8, [b'2' | b'4'..=b'8', ..])
            | ("507", 8, [b'6', ..])
            | ("51", 9, [b'9', ..])
            | ("52", 10, [b'2'..=b'9', ..])
            | ("54", 11, [b'9', b'1'..=b'3', ..])
            | ("55", 11, [b'1'..=b'9', b'1'..=b'9', b'9', ..])
            | ("55", 10, [b'1'..=b'9', b'1'..=b'9', b'2'..=b'5', ..])
            | ("56", 9, [b'2'..=b'9', ..])
            | ("57", 10, [b'3', ..] | [b'6', b'0', ..])
            | ("58", 10, [b'2' | b'4', ..])
            | ("591", 8, [b'6' | b'7', ..])
            | ("593", 9, [b'9', ..])
            | ("595", 9, [b'9', ..])
            | ("598", 8, [b'9', ..])
    )
}

/// Whether a canonical number is in a range that its country's plan has given out as a whole, so that the plan need not
/// be read: nearly all customers have such a mobile. Costa Rica opens ranges of mobiles too often to name them.
pub(super) fn is_given_out(digits: &str) -> bool {
    let Some((code, national)) = ["502", "503", "504", "506", "507", "595", "51", "52", "54", "55", "57", "58"]
        .into_iter()
        .find_map(|code| Some((code, digits.strip_prefix(code)?.as_bytes())))
    else {
        return false;
    };
    matches!(
        (code, national.len(), national),
        ("502", 8, [b'3'..=b'5', ..])
            | ("503", 8, [b'6' | b'7', ..])
            | ("504", 8, [b'3' | b'8' | b'9', ..])
            | ("506", 8, [b'5'..=b'8', ..])
            | ("507", 8, [b'6', ..])
            | ("595", 9, [b'9', b'8', b'1'..=b'7', ..] | [b'9', b'7', b'1'..=b'6', ..])
            | ("51", 9, [b'9', ..])
            | ("52", 10, [b'3', b'3', ..] | [b'5', b'5' | b'6', ..] | [b'8', b'1', ..])
            | ("54", 11, [b'9', b'1', b'1', b'2'..=b'7', ..])
            | ("57", 10, [b'3', b'0', b'0'..=b'5', ..] | [b'3', b'1', ..] | [b'3', b'2', b'0'..=b'3', ..])
            | ("58", 10, [b'4', b'1', b'2' | b'4'..=b'8', ..] | [b'4', b'2', b'4' | b'6', ..])
    ) || matches!((code, national), ("55", [a, b, rest @ ..]) if is_area_of_brazil(*a, *b)
        && matches!((rest.len(), rest), (9, [b'9', ..]) | (8, [b'2'..=b'5', ..])))
}

fn is_area_of_brazil(first: u8, second: u8) -> bool {
    match first {
        b'1' | b'4' | b'6' | b'8' | b'9' => matches!(second, b'1'..=b'9'),
        b'2' => matches!(second, b'1' | b'2' | b'4' | b'7' | b'8'),
        b'3' => matches!(second, b'1'..=b'5' | b'7' | b'8'),
        b'5' => matches!(second, b'1' | b'3'..=b'5'),
        b'7' => matches!(second, b'1' | b'3'..=b'5' | b'7' | b'9'),
        _ => false,
    }
}
