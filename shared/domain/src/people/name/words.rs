//! A text as the words that can be part of a name.

use super::nobody::somebody;
use super::{has, is_title};
use crate::fold::fold;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Ends of addresses on the web.
const DOMAINS: &str =
    "app ar bio bo br cl club co com cr ec es gt info io link me mx net online org pe pt py shop site store uy ve vip";

/// How an address begins that has no `//`.
const SCHEMES: &str = "mailto tel sms smsto whatsapp skype";

/// The words that can be part of a name, without what stands around them.
pub(super) fn words(text: &str) -> Vec<String> {
    // `Dr.ª` is `Dra.`
    let text = text.replace(".ª", "a.").replace(".º", "o.");
    let circled = text.chars().filter(|c| is_circled(*c)).count();
    let is_sign = |c: char| is_symbol(c) || (circled == 1 && is_circled(c));
    let seen: String =
        text.chars().map(|c| if is_sign(c) { ' ' } else { c }).nfkc().filter(|c| !is_hidden(*c)).collect();
    let mut words = Vec::new();
    for token in seen.split_whitespace().filter(|token| !is_address(token) && !is_either_title(token)) {
        let token: String = token.chars().map(|c| if is_part(c) { c } else { ' ' }).collect();
        for word in token.split(' ') {
            // `ana.souza` is two words, `J.R.` is one.
            let parts: Vec<&str> = word.split('.').collect();
            let joined = parts.len() > 1 && parts.iter().all(|part| part.chars().count() > 1);
            let dotted = word.split_once('.').filter(|(title, name)| is_title(title) && !name.is_empty());
            match dotted {
                Some((title, name)) => words.extend([word_of(&format!("{title}.")), word_of(name)]),
                None if joined => words.extend(parts.into_iter().map(word_of)),
                None => words.push(word_of(word)),
            }
        }
    }
    words.retain(|word| word.chars().any(is_letter));
    somebody(words)
}

/// `Sr(a)` and `Sr./Sra.` leave open which title it is.
fn is_either_title(token: &str) -> bool {
    let parts: Vec<String> =
        token.split(|c: char| !c.is_alphanumeric()).map(fold).filter(|it| !it.is_empty()).collect();
    match &parts[..] {
        [title, other] if token.contains(['(', '/']) && is_title(title) => {
            matches!(other.as_str(), "a" | "o" | "as" | "os") || (is_title(other) && title.get(..2) == other.get(..2))
        }
        _ => false,
    }
}

/// Without digits and signs around it; a point stays after a title, an initial or `Ma.`.
fn word_of(part: &str) -> String {
    let part = part.trim_start_matches(|c| !is_letter(c));
    let bare = part.trim_end_matches(|c: char| !is_letter(c) && !is_combining_mark(c));
    let initials = bare.contains('.') && bare.split('.').all(|part| part.chars().count() == 1);
    let short = bare.chars().count() < 3 || is_title(bare) || initials;
    let point = short && part.strip_prefix(bare).is_some_and(|rest| rest.starts_with('.'));
    format!("{bare}{}", if point { "." } else { "" })
}

pub(super) fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !is_circled(c)
}

/// `Ⓐ`: with others it is a letter of a name, and alone a sign.
fn is_circled(c: char) -> bool {
    matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f1ff}')
}

/// `™` is no `TM`.
fn is_symbol(c: char) -> bool {
    !c.is_alphanumeric() && c.nfkc().any(char::is_alphabetic)
}

fn is_part(c: char) -> bool {
    is_letter(c) || is_combining_mark(c) || c.is_ascii_digit() || "'’.-‐".contains(c)
}

/// Drawn as nothing, though some of them are letters.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{e0000}'..='\u{e007f}'
    ) || (c.is_control() && !c.is_whitespace())
}

/// Whether it is an address for mail, a handle or a link.
fn is_address(token: &str) -> bool {
    let token = token.to_lowercase();
    let host = token.split(['/', '?']).next().unwrap_or(&token);
    let is_host = host.rsplit_once('.').is_some_and(|(name, end)| {
        has(DOMAINS, end)
            && (name.len() > 2 || host.len() < token.len())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
    });
    let handle = token.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@').starts_with('@');
    let scheme = token.split_once(':').is_some_and(|(scheme, rest)| has(SCHEMES, scheme) && !rest.is_empty());
    token.contains("://") || scheme || token.starts_with("www.") || is_host || handle || is_mail(&token)
}

fn is_mail(token: &str) -> bool {
    token.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'))
}
