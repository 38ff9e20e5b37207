//! The sentence of a text that tells how to stop marketing.

use crate::fold::fold;
use crate::{Locale, Voice};
use strum::IntoEnumIterator;

/// The words that stop marketing, as a text tells them.
const STOPS: &[&str] = &["BAJA", "SAIR", "STOP", "SALIR", "PARAR"];
/// Beginnings of verbs by which a text asks for an answer, folded. No other words begin like them.
const ANSWERS: &[&str] = &["respond", "escrib", "escrev"];
/// Whole forms of such verbs whose beginnings other words have: `envío`, `mandato`, `texto`, `digital`.
const ANSWERS_WHOLE: &[&str] = &[
    "contesta",
    "contestando",
    "contestanos",
    "contestar",
    "contestarnos",
    "conteste",
    "contestenos",
    "envia",
    "enviando",
    "enviandonos",
    "envianos",
    "enviar",
    "enviarnos",
    "envie",
    "envienos",
    "manda",
    "mandando",
    "mandandonos",
    "mandanos",
    "mandar",
    "mandarnos",
    "mande",
    "mandenos",
    "digita",
    "digitando",
    "digitar",
    "digite",
    "answer",
    "answering",
    "reply",
    "replying",
    "send",
    "sending",
    "text",
    "texting",
    "type",
    "typing",
    "write",
    "writing",
];
/// How many words before the word that stops the verb may stand: `reply with the word STOP`, `reply STOP, SAIR or BAJA`.
const REACH: usize = 4;
/// What parts sentences.
const ENDS: &[char] = &['.', '!', '?', '…', '¡', '¿', '\n'];
/// What stands between a text and the way out that is added.
const PARTED: &str = "\n\n";

/// Whether a text tells that an answer ends such messages: `responde BAJA`.
fn tells_way_out(text: &str) -> bool {
    text.split(ENDS).any(|sentence| {
        let words: Vec<&str> =
            sentence.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let mut stops = words.iter().enumerate().filter(|(_, word)| STOPS.contains(word));
        stops.any(|(at, _)| words.iter().take(at).rev().take(REACH).any(|word| asks(word)))
    })
}

fn asks(word: &str) -> bool {
    let folded = fold(word);
    ANSWERS.iter().any(|verb| folded.starts_with(verb)) || ANSWERS_WHOLE.contains(&folded.as_str())
}

fn way_out(locale: Locale, usted: bool) -> &'static str {
    match locale {
        Locale::Es if usted => "Si no quiere promociones, responda BAJA.",
        Locale::Es => "Si no quieres promociones, responde BAJA.",
        Locale::PtBr => "Para não receber promoções, responda SAIR.",
        Locale::En => "To stop promotions, reply STOP.",
    }
}

/// The text with the sentence that tells the word that stops marketing, unless the text tells it.
#[must_use]
pub fn with_way_out(text: String, voice: Voice) -> String {
    if tells_way_out(&text) {
        return text;
    }
    format!("{text}{PARTED}{}", way_out(voice.locale(), voice.is_usted()))
}

/// Whether a kept text is the given one, or the given one with the way out in any language and form of address.
#[must_use]
pub fn is_with_way_out(kept: &str, given: &str) -> bool {
    let Some(rest) = kept.strip_prefix(given) else { return false };
    rest.is_empty()
        || rest.strip_prefix(PARTED).is_some_and(|added| {
            Locale::iter().any(|locale| [false, true].into_iter().any(|usted| way_out(locale, usted) == added))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Formality;

    #[test]
    fn a_way_out_is_there_once() {
        let voice = Voice::new(Locale::Es, None, "MX");
        for (text, added) in [
            ("Hola", true),
            ("Hola. Responde BAJA y listo", false),
            ("Precios de temporada baja", true),
            ("Responda con la palabra «SALIR» si ya no los quiere", false),
            ("Contesta BAJA", false),
            ("Envíanos BAJA", false),
            ("Para sair, envie-nos a palavra SAIR", false),
            ("To stop these messages, reply SAIR, STOP or BAJA.", false),
            ("To end this: text STOP", false),
            ("Non-STOP música", true),
            ("BAJA de precios: 20 %", true),
            ("Responde y gana: precios a la BAJA esta semana", true),
            ("Estamos sendo obrigados a PARAR", true),
            ("Envío gratis: precios a la BAJA", true),
            ("Texto novo: é hora de PARAR", true),
            ("Mandato de PARAR", true),
            ("Contest: NON-STOP fun", true),
            ("Música digital NON-STOP", true),
            ("Esperamos que nos escribas. BAJA de precios", true),
            ("¡Responde! ¡BAJA de precios!", true),
            ("Envía esto a tus amigos\nBAJA de precios", true),
        ] {
            assert_eq!(with_way_out(text.to_owned(), voice).ends_with("responde BAJA."), added, "{text}");
        }
    }

    #[test]
    fn a_kept_text_is_compared_without_its_way_out() {
        for locale in Locale::iter() {
            for formality in [None, Some(Formality::Tu), Some(Formality::Usted)] {
                let voice = Voice::new(locale, formality, "MX");
                let with = |text: &str| with_way_out(text.to_owned(), voice);
                let kept = with("20 %");
                assert_ne!(kept, "20 %");
                assert_eq!(with(&kept), kept);
                assert!(
                    is_with_way_out(&kept, "20 %") && is_with_way_out(&kept, &kept) && is_with_way_out("20 %", "20 %")
                );
                for given in ["20", "20 %\n", "30 %", "", &format!("{kept} Hoje")] {
                    assert!(!is_with_way_out(&kept, given), "{given}");
                }
                assert!(!is_with_way_out("20 %", &kept) && !is_with_way_out(&format!("{kept}!"), "20 %"));
            }
        }
    }
}
