//! A bare yes or no to a question that we asked.

use super::reply::{Part, read, whole};

/// Yes or no, if the whole text is nothing else. Courtesy, case, accents, signs and small typos do not matter; a raised or
/// lowered thumb is an answer too, and so is `1` for the first of two, `2` for the second.
#[must_use]
pub fn yes_or_no(text: &str) -> Option<bool> {
    let parts = read(text);
    let all_are = |among: &[Part]| !parts.is_empty() && parts.iter().all(|part| among.contains(part));
    let has = |part: Part| parts.contains(&part);
    let yes = all_are(&[Part::Yes, Part::Do, Part::Ack, Part::Number(1)]);
    // `Não quero`, and never `sim, não`.
    let no = (has(Part::No) || has(Part::Number(2))) && all_are(&[Part::No, Part::Do, Part::Ack, Part::Number(2)]);
    match (yes, no) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// Whether a text is no more than thanks or an acknowledgement: `Ok, muchas gracias 🙏`.
#[must_use]
pub fn is_acknowledgement(text: &str) -> bool {
    whole(text).is_some_and(|parts| parts.iter().all(|part| matches!(part, Part::Ack | Part::Near | Part::Noise)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thanks_are_told_from_words_that_say_something() {
        for text in ["Ok, muchas gracias 🙏", "Obrigada!", "👍", "❤️", "Entendido", "ok thanks"] {
            assert!(is_acknowledgement(text), "{text}");
        }
        for text in [
            "Estoy enferma, perdón",
            "hoy",
            "ok, mañana",
            "perdón",
            "sí",
            "no",
            "¿ok?",
            "10:30",
            "2",
            "quinta",
            "ok, quinta",
        ] {
            assert!(!is_acknowledgement(text), "{text}");
        }
    }

    #[test]
    fn a_bare_answer_is_understood_and_a_sentence_is_not() {
        for (text, answer) in [
            ("Sim", Some(true)),
            ("SÍ!!", Some(true)),
            ("sim, por favor 🙏", Some(true)),
            ("Oi! Pode enviar", Some(true)),
            ("sim sim", Some(true)),
            ("siiim", Some(true)),
            ("yes please", Some(true)),
            ("1", Some(true)),
            ("👍🏽", Some(true)),
            ("Não", Some(false)),
            ("no, gracias", Some(false)),
            ("No no no", Some(false)),
            ("não quero", Some(false)),
            ("2", Some(false)),
            ("👎", Some(false)),
            ("sim, não", None),
            ("sim?", None),
            ("agora não", None),
            ("sim, mas amanhã", None),
            ("no sé", None),
            ("quero um banho", None),
            ("sin", None),
            ("oi", None),
            ("por favor", None),
            ("", None),
            ("❤️", None),
        ] {
            assert_eq!(yes_or_no(text), answer, "{text}");
        }
    }
}
