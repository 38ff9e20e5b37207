//! Reading other people's JSON: nothing may be missing, everything may be of another kind.

use chrono::{DateTime, Utc};
use domain::Phone;
use serde_json::Value;
use std::borrow::Cow;

/// The longest id we take from outside, in bytes.
const MAX_ID: usize = 512;

/// The object's text at this key, if it is one and not empty.
pub fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// An id at this key: a text of sensible length.
pub fn id(value: &Value, key: &str) -> Option<String> {
    text(value, key).filter(|id| id.len() <= MAX_ID).map(str::to_owned)
}

/// The elements at this key; none if it is no array.
pub fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A whole number that may be written as a text.
pub fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "checked to lie within what f64 holds exactly")]
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.abs() < EXACT).then(|| number.trunc() as i64)
}

/// A time in seconds since 1970 at this key, as number or text; `None` unless it lies between 2000 and 2100.
pub fn time(value: &Value, key: &str) -> Option<DateTime<Utc>> {
    const SENSIBLE: std::ops::Range<i64> = 946_684_800..4_102_444_800;
    let seconds = integer(value.get(key)?).filter(|seconds| SENSIBLE.contains(seconds))?;
    DateTime::from_timestamp(seconds, 0)
}

/// A time in milliseconds since 1970 at this key, under the same bounds.
pub fn time_of_millis(value: &Value, key: &str) -> Option<DateTime<Utc>> {
    const SENSIBLE: std::ops::Range<i64> = 946_684_800_000..4_102_444_800_000;
    let millis = integer(value.get(key)?).filter(|millis| SENSIBLE.contains(millis))?;
    DateTime::from_timestamp_millis(millis)
}

/// At most this many characters of a text, whose lines end in `\n` alone. Other control characters are left out: WhatsApp
/// does not show them, and JSON writes them in six bytes.
pub fn cut(text: &str, most: usize) -> String {
    let mut before = '\0';
    let lines = text.chars().filter_map(|letter| match (std::mem::replace(&mut before, letter), letter) {
        ('\r', '\n') => None,
        (_, '\r') => Some('\n'),
        _ => Some(letter),
    });
    lines.filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).take(most).collect()
}

/// The canonical phone of digits as a gateway writes them.
pub fn phone(digits: &str) -> Option<Phone> {
    Phone::from_gateway(digits).ok()
}

/// The first text at these keys, in their order.
pub fn first<'a>(value: &'a Value, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| text(value, key))
}

/// Parses a whole document. Halves of surrogate pairs and bytes that are no UTF-8, as texts cut in the middle of an
/// emoji leave behind, are replaced rather than refused: one of them would cost all the updates beside it.
pub fn parse(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok().or_else(|| {
        let text = String::from_utf8_lossy(bytes);
        serde_json::from_str(&without_halves(&text)).ok()
    })
}

fn without_halves(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let kept = match unit(escape) {
            Some(0xd800..=0xdbff) if matches!(escape.get(6..).and_then(unit), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                out.push_str("\\ufffd");
                rest = &escape[6..];
                continue;
            }
            Some(_) => 6,
            None => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
        };
        let (escape, after) = escape.split_at(kept);
        out.push_str(escape);
        rest = after;
    }
    if out.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(out + rest) }
}

/// The UTF-16 unit that an escape like `\u00e9` at the start of the text stands for.
fn unit(escape: &str) -> Option<u32> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn half_an_emoji_does_not_cost_the_document() {
        let cases = [
            (r#"["\ud83d\ude00"]"#, json!(["😀"])),
            (r#"["a\ud83d", 1]"#, json!(["a\u{fffd}", 1])),
            (r#"["\ude00b"]"#, json!(["\u{fffd}b"])),
            (r#"["\ud83d\ud83d\ude00"]"#, json!(["\u{fffd}😀"])),
            (r#"["\\ud83d", "\u00e9\n", "\ud83d"]"#, json!(["\\ud83d", "é\n", "\u{fffd}"])),
        ];
        for (document, expected) in cases {
            assert_eq!(parse(document.as_bytes()), Some(expected), "{document}");
        }
        assert_eq!(parse(b"[\"a\xff\"]"), Some(json!(["a\u{fffd}"])));
        assert_eq!(parse(b"{"), None);
    }

    #[test]
    fn every_end_of_a_line_is_kept_in_one_form() {
        for text in ["Sair\nagora", "Sair\r\nagora", "Sair\ragora"] {
            assert_eq!(cut(text, 100), "Sair\nagora", "{text:?}");
        }
        assert_eq!(cut("a\r\r\n\nb\r", 100), "a\n\n\nb\n");
        assert_eq!(cut("a\u{0}\t\u{7f}b", 100), "a\tb");
        assert_eq!(cut("a\r\nbc", 3), "a\nb");
    }

    #[test]
    fn a_time_is_seconds_as_number_or_text() {
        let at = |value: Value| time(&json!({ "t": value }), "t").map(|time| time.timestamp());
        assert_eq!(at(json!(1_790_000_000)), Some(1_790_000_000));
        assert_eq!(at(json!("1790000000")), Some(1_790_000_000));
        assert_eq!(at(json!(1_790_000_000.7)), Some(1_790_000_000));
        for senseless in [json!(0), json!(1.844_674_407_370_955_2e19), json!(1e300), json!("soon"), json!(null)] {
            assert_eq!(at(senseless.clone()), None, "{senseless}");
        }
    }

    proptest! {
        #[test]
        fn good_json_stays_as_it_is(texts in prop::collection::vec(any::<String>(), 0..4)) {
            let document = serde_json::to_string(&texts).unwrap();
            prop_assert_eq!(&without_halves(&document), &document);
            let escaped: String = document
                .chars()
                .flat_map(|c| {
                    let mut units = [0; 2];
                    if c.is_ascii() {
                        vec![c]
                    } else {
                        let units = c.encode_utf16(&mut units).iter();
                        units.flat_map(|u| format!("\\u{u:04x}").chars().collect::<Vec<_>>()).collect()
                    }
                })
                .collect();
            prop_assert_eq!(without_halves(&escaped), escaped.as_str());
        }

        #[test]
        fn any_text_can_be_cleaned(text: String) {
            let _ = without_halves(&text);
        }
    }
}
