//! Words as a hand misses them on a keyboard.

use std::cmp::Ordering;

/// The rows of letters, each half a key to the right of the one above.
const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// Words of their own that stand beside a keyword.
const REAL: &[&str] = &[
    "sir", "air", "sal", "sari", "sai", "haja", "bajas", "bajar", "paja", "vaja", "bana", "baka", "step", "stops",
    "cancela", "cancelas", "salis", "salio", "sali", "para", "parae", "pagar", "paras", "pasar", "salia", "salie",
    "sais", "baa",
];

/// How a word differs from the one that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Miss {
    /// Two letters exchanged, or one doubled: hardly a word of its own.
    Plain,
    /// A key beside the right one, a letter missing, or one too many beside its neighbour. It may be another word.
    Near,
}

/// The one slip by which the keyword became the word. Both are folded; of other letters than those of a keyboard none
/// is known.
pub(super) fn miss(word: &str, keyword: &str) -> Option<Miss> {
    let (typed, meant) = (word.as_bytes(), keyword.as_bytes());
    if typed.len() < 3 || typed.len().abs_diff(meant.len()) > 1 || !word.is_ascii() || REAL.contains(&word) {
        return None;
    }
    let before = typed.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let after = typed.iter().rev().zip(meant.iter().rev()).take_while(|(a, b)| a == b).count();
    let beside = |at: Option<usize>, of: Option<usize>| {
        let (typed, meant) = (at.and_then(|at| typed.get(at)), of.and_then(|of| meant.get(of)));
        matches!((typed, meant), (Some(typed), Some(meant)) if are_beside(*typed, *meant))
    };
    match typed.len().cmp(&meant.len()) {
        Ordering::Equal if before + after + 2 == meant.len() => {
            let exchanged = typed.get(before) == meant.get(before + 1) && typed.get(before + 1) == meant.get(before);
            exchanged.then_some(Miss::Plain)
        }
        Ordering::Equal if before + after + 1 == meant.len() => {
            beside(Some(before), Some(before)).then_some(Miss::Near)
        }
        Ordering::Less if before > 0 && before + after >= typed.len() => Some(Miss::Near),
        Ordering::Greater if before > 0 && before + after >= meant.len() => {
            if typed.get(before) == typed.get(before - 1) {
                Some(Miss::Plain)
            } else {
                let near = beside(Some(before), Some(before)) || beside(Some(before), before.checked_sub(1));
                near.then_some(Miss::Near)
            }
        }
        _ => None,
    }
}

fn are_beside(a: u8, b: u8) -> bool {
    if matches!((a, b), (b'0', b'o' | b'p')) {
        return true;
    }
    let place = |sign: u8| {
        ROWS.iter().enumerate().find_map(|(row, keys)| keys.bytes().position(|key| key == sign).map(|at| (row, at)))
    };
    let (Some((row, at)), Some((other, of))) = (place(a), place(b)) else { return false };
    match row.cmp(&other) {
        Ordering::Equal => at.abs_diff(of) == 1,
        Ordering::Less => row + 1 == other && (at == of || at == of + 1),
        Ordering::Greater => other + 1 == row && (at == of || of == at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misses() {
        for (word, keyword, expected) in [
            ("stpo", "stop", Some(Miss::Plain)),
            ("mmais", "mais", Some(Miss::Plain)),
            ("ssair", "sair", Some(Miss::Plain)),
            ("queiro", "quiero", Some(Miss::Plain)),
            ("saur", "sair", Some(Miss::Near)),
            ("bsja", "baja", Some(Miss::Near)),
            ("st0p", "stop", Some(Miss::Near)),
            ("sairt", "sair", Some(Miss::Near)),
            ("stp", "stop", Some(Miss::Near)),
            ("cancelr", "cancelar", Some(Miss::Near)),
            ("shop", "stop", None),
            ("stop", "stop", None),
            ("cair", "sair", None),
            ("caja", "baja", None),
            ("top", "stop", None),
            ("stopa", "stop", None),
            ("são", "sao", None),
        ] {
            assert_eq!(miss(word, keyword), expected, "{word}");
        }
    }
}
