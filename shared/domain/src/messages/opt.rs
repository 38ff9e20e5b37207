//! The words by which a person ends marketing or asks for it.

use crate::fold::fold;
use serde::{Deserialize, Serialize};

/// A person's decision about marketing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptChange {
    /// No more marketing.
    Out,
    /// Marketing is welcome.
    In,
}

/// Folded: without case and accents, single blanks between words.
const OUT: &[&str] = &[
    // Portuguese
    "sair",
    "parar",
    "pare",
    "cancelar",
    "cancelar inscricao",
    "descadastrar",
    "me descadastre",
    "remover",
    "nao quero receber",
    "nao quero mais receber",
    // Spanish
    "baja",
    "darme de baja",
    "dar de baja",
    "salir",
    "detener",
    "no recibir",
    "no quiero recibir",
    "no quiero recibir mas",
    "desuscribir",
    "desuscribirme",
    "cancelar suscripcion",
    // English
    "stop",
    "stop all",
    "stopall",
    "unsubscribe",
    "end",
    "quit",
    "cancel",
    "opt out",
    "optout",
    "revoke",
];

const IN: &[&str] = &[
    // Portuguese
    "voltar",
    "quero receber",
    "quero voltar a receber",
    "inscrever",
    // Spanish
    "alta",
    "darme de alta",
    "suscribir",
    "suscribirme",
    "volver",
    "quiero recibir",
    // English
    "start",
    "subscribe",
    "unstop",
    "opt in",
    "optin",
    "resume",
];

/// The decision that a message is, if all of it is such a word; case, accents, punctuation, blanks and emoji around it
/// do not matter. A word inside a sentence decides nothing.
#[must_use]
pub fn opt_word(text: &str) -> Option<OptChange> {
    // The longest word with a generous margin for what surrounds it; no essay is folded.
    if text.len() > 400 {
        return None;
    }
    let word = fold(text);
    if OUT.contains(&word.as_str()) {
        Some(OptChange::Out)
    } else if IN.contains(&word.as_str()) {
        Some(OptChange::In)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_folded_and_decide_one_thing() {
        for word in OUT.iter().chain(IN) {
            assert_eq!(fold(word), *word);
            assert!(!(OUT.contains(word) && IN.contains(word)), "{word}");
        }
    }

    #[test]
    fn whole_messages_only() {
        for text in [
            "SAIR",
            "Parar!",
            "cancelar.",
            "DESCADASTRAR",
            "Baja",
            "salir 🙏",
            "¡STOP!",
            "«Unsubscribe»",
            "end",
            "QUIT",
            "  não quero mais   receber… ",
            "*SAIR*",
            "_baja_",
        ] {
            assert_eq!(opt_word(text), Some(OptChange::Out), "{text}");
        }
        for text in ["VOLTAR", "quero receber", "Alta", "suscribir", "Volver 😊", "START", "Subscribe", "unstop"] {
            assert_eq!(opt_word(text), Some(OptChange::In), "{text}");
        }
        for text in [
            "",
            "🙏",
            "¿",
            "vou sair agora",
            "no quiero dar de baja",
            "quiero salir a pasear con Rex",
            "stop by at 5",
            "the end",
            "start at 9?",
            "Cancelar a consulta de amanhã",
            "sairei",
            "para",
            "1",
        ] {
            assert_eq!(opt_word(text), None, "{text}");
        }
    }

    proptest! {
        /// Whatever signs surround a word, in whatever case, it is the word; one more word and it is none.
        #[test]
        fn the_signs_around_a_word_do_not_matter(
            word in prop::sample::select([OUT, IN].concat()), upper: bool,
            before in "[ \\n\\t.,!¡¿?*_~\"'«»()🙏😡👍🏽❤️-]{0,6}", after in "[ \\n\\t.,!¡¿?*_~\"'«»()🙏😡👍🏽❤️-]{0,6}",
        ) {
            let expected = if OUT.contains(&word) { OptChange::Out } else { OptChange::In };
            let word = if upper { word.to_uppercase() } else { word.to_owned() };
            let decided = opt_word(&format!("{before}{word}{after}"));
            prop_assert_eq!(decided, Some(expected));
            let sentence = format!("{before}{word} tomorrow{after}");
            prop_assert_eq!(opt_word(&sentence), None);
        }
    }
}
