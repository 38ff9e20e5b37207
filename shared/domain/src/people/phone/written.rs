//! What people, spreadsheets and apps write for a number: labels, links, floats, invisible marks.

use super::PhoneError;
use crate::fold::fold;
use unicode_normalization::UnicodeNormalization;

/// The digits of one number, and whether the country code is surely among them.
pub(super) struct Written {
    pub(super) digits: String,
    pub(super) abroad: bool,
}

/// Words that may stand before a number, folded.
const LABELS: &str = "\
    cel celular contacto contato fijo fixo fone mobile mov movil numero phone sms tel telefone telefono telephone \
    tfno tlf wa whats whatsapp wpp wsp zap";
/// Words between two numbers.
const BETWEEN: &[&str] = &[" e ", " y ", " o ", " ou ", " or ", " and ", " & "];
/// The zeros of scripts whose digits are written with numbers in some phones, besides those that NFKC folds.
const ZEROS: [char; 5] = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}'];
/// Fewest digits of a number of its own.
const WHOLE: usize = 7;
/// The longest link or number that is looked at, in bytes.
const LONGEST: usize = 2_000;

/// Reads the digits of one number.
pub(super) fn written(text: &str) -> Result<Written, PhoneError> {
    if text.len() > LONGEST {
        return Err(PhoneError::TooLong);
    }
    let seen: String = text.nfkc().filter(|c| !is_ornament(*c)).map(ascii_digit).collect();
    // A sheet writes `'` or `="…"` to keep the digits from becoming a figure.
    let seen = seen.trim_matches(|c: char| c.is_whitespace() || "'‘’`´\"“”=".contains(c));
    if let Some(number) = in_link(&seen.to_lowercase()) {
        return abroad(&number?);
    }
    let number = without_label(seen);
    if let Some((user, server)) = number.split_once('@') {
        return if matches!(server, "s.whatsapp.net" | "c.us") { abroad(user) } else { Err(PhoneError::Characters) };
    }
    let number = figure(number)?;
    if are_several(&number) {
        return Err(PhoneError::Several);
    }
    let bare = bare(&number)?;
    let digits = bare.strip_prefix('+').map(|digits| digits.strip_prefix("00").unwrap_or(digits));
    let abroad = digits.or_else(|| bare.strip_prefix("00"));
    Ok(Written { digits: abroad.unwrap_or(&bare).to_owned(), abroad: abroad.is_some() })
}

fn abroad(number: &str) -> Result<Written, PhoneError> {
    let bare = bare(number)?;
    Ok(Written { digits: bare.strip_prefix('+').unwrap_or(&bare).to_owned(), abroad: true })
}

/// Marks of direction, joiners, keycaps and pictures of a phone, which come with numbers copied from a contact.
fn is_ornament(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{180e}' | '\u{20e3}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{260e}' | '\u{260f}' | '\u{2706}'
            | '\u{1f4de}' | '\u{1f4df}' | '\u{1f4f1}' | '\u{1f4f2}' | '\u{1f919}'
    )
}

fn ascii_digit(c: char) -> char {
    let value = ZEROS.iter().find_map(|zero| (*zero..).take(10).position(|digit| digit == c));
    value.and_then(|value| char::from_digit(u32::try_from(value).ok()?, 10)).unwrap_or(c)
}

/// The number of a link that opens a chat, in lower case; `None` if it is no such link.
fn in_link(text: &str) -> Option<Result<String, PhoneError>> {
    let rest = ["https://", "http://", "whatsapp://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let rest = rest.unwrap_or(text);
    let rest = ["www.", "api.", "web."].iter().find_map(|host| rest.strip_prefix(host)).unwrap_or(rest);
    let number = if let Some(path) = rest.strip_prefix("wa.me/") {
        path.split(['?', '/', '#']).next()
    } else {
        let query = rest.strip_prefix("whatsapp.com/").unwrap_or(rest).strip_prefix("send")?;
        let query = query.strip_prefix('/').unwrap_or(query).strip_prefix('?')?;
        query.split(['&', '#']).find_map(|parameter| parameter.strip_prefix("phone="))
    };
    Some(number.map(|number| number.replace("%2b", "+").replace("%20", " ")).ok_or(PhoneError::Characters))
}

fn without_label(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    match text.split_at_checked(end) {
        Some((label, number)) if is_label(&fold(label)) => {
            number.trim_start_matches(|c: char| c.is_whitespace() || ".:#=".contains(c))
        }
        _ => text,
    }
}

fn is_label(word: &str) -> bool {
    LABELS.split(' ').any(|known| known == word)
}

/// A number that a spreadsheet took for a figure, as `5511987654017.0` or `5.511987654017E+12`, as its digits.
fn figure(text: &str) -> Result<String, PhoneError> {
    let (sign, figure) = text.strip_prefix('+').map_or(("", text), |figure| ("+", figure));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((whole, fraction)) = figure.split_once(['.', ','])
        && is_digits(whole)
    {
        if whole.len() >= WHOLE && !fraction.is_empty() && fraction.bytes().all(|b| b == b'0') {
            return Ok(format!("{sign}{whole}"));
        }
        if let Some((fraction, power)) = fraction.split_once(['e', 'E'])
            && let Ok(power) = power.strip_prefix('+').unwrap_or(power).parse::<usize>()
            && is_digits(fraction)
        {
            return match fraction.len() {
                digits if digits == power => Ok(format!("{sign}{whole}{fraction}")),
                digits if digits < power => Err(PhoneError::Rounded),
                _ => Err(PhoneError::Characters),
            };
        }
    }
    if let Some((whole, power)) = figure.split_once(['e', 'E'])
        && is_digits(whole)
        && is_digits(power.strip_prefix('+').unwrap_or(power))
    {
        return Err(PhoneError::Rounded);
    }
    let mut groups = figure.split(',');
    let first = groups.next().is_some_and(|first| is_digits(first) && first.len() <= 3);
    let mut rest = groups.peekable();
    if first && rest.peek().is_some() && rest.all(|group| is_digits(group) && group.len() == 3) {
        return Ok(text.replace(',', ""));
    }
    Ok(text.to_owned())
}

fn are_several(text: &str) -> bool {
    let mut text = text.to_lowercase();
    for word in BETWEEN {
        text = text.replace(word, "|");
    }
    let digits = |part: &&str| part.chars().filter(char::is_ascii_digit).count() >= WHOLE;
    text.split(['/', ';', ',', '|', '\n']).filter(digits).count() > 1
}

/// The digits, after a `+` if there was one.
fn bare(text: &str) -> Result<String, PhoneError> {
    let mut bare = String::with_capacity(16);
    for c in text.chars() {
        match c {
            '0'..='9' => bare.push(c),
            '+' if bare.is_empty() => bare.push('+'),
            // Brazil writes `0xx11` where the code of a carrier goes.
            'x' | 'X' | '*' if is_before_area(&bare) => {}
            '-' | '.' | '/' | '(' | ')' | '[' | ']' | '_' | '\u{b7}' | '\u{2022}' | '\u{2212}' => {}
            '\u{2010}'..='\u{2015}' => {}
            c if c.is_whitespace() => {}
            _ => return Err(PhoneError::Characters),
        }
    }
    match bare.len() {
        0..5 => Err(PhoneError::TooShort),
        // The longest there is, with `00`, a trunk prefix and the number of a carrier.
        5..=22 => Ok(bare),
        _ => Err(PhoneError::TooLong),
    }
}

fn is_before_area(bare: &str) -> bool {
    let home = bare.trim_start_matches('+').trim_start_matches("00");
    matches!(home.strip_prefix("55").unwrap_or(home), "" | "0")
}
