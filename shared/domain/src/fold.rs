//! Texts made equal that people read as equal.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text without case, accents and styled letters, its words parted by single blanks: `San  José` becomes
/// `san jose`. A sign that is neither letter nor digit parts words.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut word = false;
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            if !word && !folded.is_empty() {
                folded.push(' ');
            }
            folded.push(c);
        }
        word = c.is_alphanumeric();
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_for_people() {
        for (text, folded) in [
            ("San  José", "san jose"),
            ("  são   paulo ", "sa\u{303}o Paulo"),
            ("Ñandú-Güemes", "nandu guemes"),
            ("𝗦𝗔𝗜𝗥", "sair"),
            ("¡¡BAJA!! 🙏🏽", "baja"),
            ("❤️‍🔥", ""),
        ] {
            assert_eq!(fold(text), fold(folded), "{text}");
        }
    }

    proptest! {
        /// Folding again changes nothing.
        #[test]
        fn folded_once(text in "\\PC{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
