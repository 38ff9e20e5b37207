//! What a text that ends marketing says besides.

use super::wish;
use crate::fold::fold;
use crate::{Attendance, appointment_answer, yes_or_no};

/// Beginnings of requests and questions, in three languages, folded.
#[rustfmt::skip]
const REQUESTS: &[&str] = &[
    "quero", "queria", "gostaria", "preciso", "posso", "pode", "podem", "quanto", "qual", "quando", "onde", "que horas", "tem", "voces tem",
    "quiero", "quisiera", "necesito", "puedo", "me gustaria", "pueden", "puedes", "cuanto", "cuando", "donde", "a que hora", "tienen", "hay",
    "i want", "i would like", "i d like", "i need", "can i", "can you", "could you", "how", "when", "where", "what time", "do you", "is there",
];

/// Words before a request, folded.
const GREETINGS: &[&str] = &[
    "oi",
    "ola",
    "bom dia",
    "boa tarde",
    "boa noite",
    "hola",
    "buenos dias",
    "buenas tardes",
    "buenas",
    "hi",
    "hello",
];

/// Whether a text that ends marketing asks for something besides: `Quero marcar banho. Pode parar de mandar promoção`.
#[must_use]
pub fn asks_more(text: &str) -> bool {
    others(text).filter(|sentence| sentence.split_whitespace().count() >= 3).any(is_request)
}

/// The sentences beside the wish, if these may answer a reminder of an appointment: `Sim, eu vou. E parem de mandar
/// promoções`. The words of the wish itself, as `cancelar assinatura`, are about no appointment. A bare no beside it may be
/// about the promotions.
#[must_use]
pub fn answer_beside(text: &str) -> Option<String> {
    let beside = others(text).collect::<Vec<_>>().join(". ");
    let is_clear = appointment_answer(&beside).is_some_and(|answer| answer != Attendance::Unclear);
    (is_clear && yes_or_no(&beside) != Some(false)).then_some(beside)
}

/// The sentences without a wish about marketing. `1.` is none.
fn others(text: &str) -> impl Iterator<Item = &str> {
    let is_sentence = |part: &&str| part.contains(char::is_alphabetic);
    text.split(['.', '!', '?', '\n']).filter(is_sentence).filter(|sentence| wish(sentence).is_none())
}

/// Whether a text that ends marketing may tell something besides: an address, a day, or more than a few words.
#[must_use]
pub fn tells_more(text: &str) -> bool {
    text.split_whitespace().count() > 3 || text.contains('@') || text.contains(|letter: char| letter.is_ascii_digit())
}

fn is_request(sentence: &str) -> bool {
    let folded = fold(sentence);
    let greeted = GREETINGS.iter().find_map(|greeting| after(&folded, greeting));
    let asks = greeted.unwrap_or(&folded);
    REQUESTS.iter().any(|words| after(asks, words).is_some())
}

fn after<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    text.strip_prefix(words)?.strip_prefix(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_beside_a_stop_is_seen() {
        for text in [
            "Quero marcar banho. Pode parar de mandar promoção",
            "Oi, quero marcar banho. Parem de mandar promoção!",
            "No quiero más promociones. ¿Cuánto cuesta un baño?",
            "Stop the offers please. Can I come on Monday?",
            "SAIR\nvocês têm vaga amanhã?",
        ] {
            assert!(asks_more(text), "{text}");
        }
        for text in [
            "SAIR",
            "Quero sair da lista. Obrigada pela atenção de vocês",
            "Parem com isso. Vocês não têm vergonha?",
            "Stop. I already told you twice last week.",
            "ana@example.com, 12/03/1990, não quero receber promoções",
            "Sair, por favor",
        ] {
            assert!(!asks_more(text), "{text}");
        }
    }

    #[test]
    fn a_stop_is_no_answer_to_a_reminder_but_another_sentence_may_be() {
        for text in include_str!("stops.txt").lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(answer_beside(text), None, "{text}");
        }
        for (text, answer) in [
            ("Sim, eu vou. E parem de mandar promoções", Some("Sim, eu vou")),
            ("No puedo ir. Ya no me manden promociones", Some("No puedo ir")),
            ("cancelar assinatura", None),
            ("Stop", None),
            ("No more messages", None),
        ] {
            assert_eq!(answer_beside(text).as_deref(), answer, "{text}");
        }
    }

    #[test]
    fn a_bare_stop_tells_nothing_more() {
        for (text, more) in [
            ("SAIR", false),
            ("Stop. Thank you", false),
            ("sair ana@example.com", true),
            ("baja 12/03", true),
            ("não quero mais promoções, sou de Santos", true),
        ] {
            assert_eq!(tells_more(text), more, "{text}");
        }
    }
}
