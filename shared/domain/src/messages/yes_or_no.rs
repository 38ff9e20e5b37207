//! A bare yes or no to a question that we asked.

use crate::fold::fold;

const YES: &[&str] = &[
    "sim",
    "s",
    "si",
    "yes",
    "y",
    "yep",
    "yeah",
    "yup",
    "claro",
    "ok",
    "okay",
    "oki",
    "isso",
    "dale",
    "pode",
    "pode ser",
    "pode sim",
    "pode mandar",
    "pode enviar",
    "manda",
    "mande",
    "manda ver",
    "quero",
    "quero sim",
    "sim quero",
    "quiero",
    "si quiero",
    "bora",
    "vamos",
    "vai",
    "positivo",
    "com certeza",
    "por supuesto",
    "listo",
    "hagale",
    "sure",
    "of course",
    "go",
    "go ahead",
    "do it",
    "do it please",
    "sim pode",
    "si dale",
    "si claro",
    "claro que si",
    "claro que sim",
    "esta bien",
    "ta bom",
    "tudo bem",
    "fechado",
    "aceito",
    "acepto",
    "confirmo",
    "1",
];

const NO: &[&str] = &[
    "nao",
    "n",
    "no",
    "nope",
    "nah",
    "agora nao",
    "ahora no",
    "not now",
    "hoje nao",
    "hoy no",
    "nao quero",
    "no quiero",
    "nao precisa",
    "no hace falta",
    "deixa",
    "deixa pra la",
    "dejalo",
    "mejor no",
    "melhor nao",
    "negativo",
    "nunca",
    "never",
    "jamais",
    "jamas",
    "i do not",
    "i don t",
    "dont",
    "2",
];

/// Words around an answer that do not change it.
const COURTESY: &[&str] = &[
    "por favor",
    "porfa",
    "pfv",
    "please",
    "pls",
    "obrigado",
    "obrigada",
    "gracias",
    "muchas gracias",
    "thanks",
    "thank you",
    "valeu",
    "bom dia",
    "buenos dias",
    "boa tarde",
    "buenas tardes",
    "oi",
    "ola",
    "hola",
    "hi",
    "hello",
];

/// Yes or no, if the whole text is nothing else. Courtesy, case, accents and signs do not matter; a raised or lowered
/// thumb is an answer too.
#[must_use]
pub fn yes_or_no(text: &str) -> Option<bool> {
    if text.len() > 100 {
        return None;
    }
    let folded = fold(text);
    if folded.is_empty() {
        return match (text.contains('👍'), text.contains('👎')) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        };
    }
    let mut answer = folded.as_str();
    while let Some(rest) = COURTESY.iter().find_map(|word| without(answer, word)) {
        answer = rest;
    }
    // `sim, sim` and `no no no`.
    let mut words = answer.split(' ');
    let first = words.next()?;
    let one = if words.all(|word| word == first) { first } else { answer };
    match (YES.contains(&one), NO.contains(&one)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// The rest of a text that has these words at its beginning or end and others beside them.
fn without<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let before = text.strip_suffix(words).and_then(|rest| rest.strip_suffix(' '));
    before.or_else(|| text.strip_prefix(words).and_then(|rest| rest.strip_prefix(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_answer_is_understood_and_a_sentence_is_not() {
        for (text, answer) in [
            ("Sim", Some(true)),
            ("SÍ!!", Some(true)),
            ("sim, por favor 🙏", Some(true)),
            ("Oi! Pode enviar", Some(true)),
            ("sim sim", Some(true)),
            ("yes please", Some(true)),
            ("👍🏽", Some(true)),
            ("Não", Some(false)),
            ("no, gracias", Some(false)),
            ("No no no", Some(false)),
            ("👎", Some(false)),
            ("sim, mas amanhã", None),
            ("no sé", None),
            ("quero um banho", None),
            ("oi", None),
            ("por favor", None),
            ("", None),
            ("❤️", None),
        ] {
            assert_eq!(yes_or_no(text), answer, "{text}");
        }
    }

    #[test]
    fn words_are_folded_and_mean_one_thing() {
        for word in YES.iter().chain(NO).chain(COURTESY) {
            assert_eq!(fold(word), *word);
            assert!(!(YES.contains(word) && NO.contains(word)), "{word}");
        }
    }
}
