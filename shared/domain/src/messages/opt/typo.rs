//! Words with one letter wrong.

/// Words that look like a keyword with a typo, and are words of their own.
const REAL: &[&str] = &[
    "para", "paras", "parra", "arar", "sari", "asir", "tener", "retener", "excluiu", "removed", "remote", "massage",
    "massages", "passages", "guitar", "borra",
];

/// The most letters of a word in which a wrong letter, `shop` for `stop`, makes another word rather than a typo.
const SHORT: usize = 6;

/// Whether the word is the keyword with one slip: two letters exchanged, one left out, one too many, or, in a long
/// word, one wrong. A letter missing at either end makes another word or form, and no slip.
pub(crate) fn slip(word: &str, keyword: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), keyword.chars().collect());
    if a.len() < 4 || b.len() < 4 || a.len().abs_diff(b.len()) > 1 || REAL.contains(&word) {
        return false;
    }
    let before = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let after = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let rest = |word: &[char]| word.len().saturating_sub(before + after);
    match (rest(&a), rest(&b)) {
        // One wrong letter, not the last one.
        (1, 1) => b.len() > SHORT && after > 0,
        // Two exchanged.
        (2, 2) => a.get(before) == b.get(before + 1) && a.get(before + 1) == b.get(before),
        // One left out or too many; of a word of four letters too little would be left.
        (0, 1) | (0, 0) if a.len() < b.len() => b.len() > 4 && before > 0 && after > 0,
        (1, 0) | (0, 0) if a.len() > b.len() => {
            let doubled = before > 0 && a.get(before) == a.get(before - 1);
            (b.len() > 4 || doubled) && before > 0 && after > 0
        }
        _ => false,
    }
}

/// The word with each run of one letter as a single one; none if it has no run. Two consonants inside a word are none:
/// `perro` is not `pero`.
pub(crate) fn without_runs(word: &str) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut short = String::with_capacity(word.len());
    let mut left = letters.len();
    for run in letters.chunk_by(|a, b| a == b) {
        left -= run.len();
        let vowel = run.iter().all(|letter| "aeiou".contains(*letter));
        let spelled = run.len() == 2 && left > 0 && !vowel;
        short.extend(run.iter().take(if spelled { 2 } else { 1 }));
    }
    (short.len() < word.len()).then_some(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        for (word, keyword) in [
            ("stpo", "stop"),
            ("siar", "sair"),
            ("abja", "baja"),
            ("praar", "parar"),
            ("slair", "salir"),
            ("sallir", "salir"),
            ("sttop", "stop"),
            ("cancelr", "cancelar"),
            ("canselar", "cancelar"),
            ("unsuscribe", "unsubscribe"),
            ("unsubcribe", "unsubscribe"),
            ("unsubscrbie", "unsubscribe"),
            ("descadatrar", "descadastrar"),
        ] {
            assert!(slip(word, keyword), "{word}");
        }
        for (word, keyword) in [
            ("shop", "stop"),
            ("step", "stop"),
            ("stops", "stop"),
            ("caja", "baja"),
            ("bajo", "baja"),
            ("cair", "sair"),
            ("care", "pare"),
            ("salar", "salir"),
            ("para", "parar"),
            ("parara", "parar"),
            ("cancela", "cancelar"),
            ("cancelas", "cancelar"),
            ("massages", "messages"),
            ("pagar", "apagar"),
            ("stop", "stop"),
        ] {
            assert!(!slip(word, keyword), "{word}");
        }
    }
}
