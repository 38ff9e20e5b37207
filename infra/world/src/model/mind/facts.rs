//! What the business's own text says about a matter. It is written for a receptionist, so not every sentence may be
//! said to a customer.

use super::briefing::Briefing;
use super::language::Language;
use super::services;
use super::words::{Phrases, Words};

/// Matters that customers ask about, each by its words in the three languages.
const TOPICS: [Phrases; 7] = [
    Phrases(
        "endereco, onde fica*, onde voces, localizacao, direccion, barrio, bairro, ubicacion, ubicad*, donde \
         queda*, donde estan, address, where are you, where is, located, location, rua, calle, street, avenida, \
         como chego, como llego, queda en, fica na, estamos en, estamos na",
    ),
    Phrases(
        "cartao, cartoes, pix, dinheiro, pagamento, pagar, parcel*, tarjeta*, efectivo, transferencia, pago, \
         pagos, nequi, card, cards, cash, payment, payments, pay, debito, credito",
    ),
    Phrases("estacionamento, estacionar, estacionamiento, parqueadero, parqueo, parking, park"),
    Phrases("entrega*, delivery, envio, envios, domicilio*, domicilio, leva e traz, deliver, shipping"),
    Phrases("desconto*, promoc*, descuento*, discount*, cupom, cupon, coupon"),
    Phrases("garantia, warranty, troca, trocas, devolucao, devolucion*, cambios, returns"),
    Phrases("wifi, wi fi, internet"),
];
/// A sentence with one of these is a rule for the receptionist.
const RULES: Phrases = Phrases(
    "nunca, sempre, siempre, never, always, cliente, clientes, customer, customers, diga, fale, responda, \
     pergunte, ofereca, ofrezca, ofrece, pregunte, pregunta, say, tell, answer, ask, offer, dont, do not, \
     assistente, asistente, assistant, recepcionista, receptionist, confidencial, confidential, secret*, senha, \
     password, interno, interna, internal, nao mencione, no menciones, avise, evite, evita, use, usa, trate, trata",
);
/// Words that name no matter.
const COMMON: Phrases = Phrases(
    "voces, ustedes, tienen, tambem, tambien, quero, quiero, gostaria, gustaria, saber, would, could, have, about, \
     favor, please, there, where, which, quando, cuando, posso, puedo, atendem, atienden, atende, aceitam, \
     aceptan, trabalham, trabajan, fazem, hacen, para, como, este, esta, hola, tudo, bien, todo, todos, dias, \
     hora, horas, with, your, what, they, does, from, make, nome, name, aqui, isso, esse, bom, boas, ainda, \
     alguma, alguna, voce, horario, preciso, necesito, quanto, cuanto, que, com, con, los, las, del, por, for, \
     the, and, you, are, can, uma, una, dos, das, tem, hay, mas, mais, meu, minha, sim, nao, qual, cual, estan, \
     muy, muito, quem, quien, tiene, sera, seria",
);

/// Whether the text asks about a matter of a business.
pub(super) fn has_topic(text: &Words) -> bool {
    TOPICS.iter().any(|topic| text.say(*topic))
}

/// A sentence of the business that answers the text, by its matter or by at least so many words of both. It is in the
/// business's language, so it fits no other.
pub(super) fn about(briefing: &Briefing, language: Language, text: &Words, least: usize) -> Option<String> {
    if briefing.language != Some(language) {
        return None;
    }
    let sayable = briefing.facts.iter().map(|fact| (fact, Words::of(fact))).filter(|(_, words)| !words.say(RULES));
    let sayable: Vec<_> = sayable.collect();
    let topics: Vec<_> = TOPICS.iter().filter(|topic| text.say(**topic)).collect();
    if !topics.is_empty() {
        let has_topic = |words: &Words| topics.iter().any(|topic| words.say(**topic));
        return sayable.iter().find(|(_, words)| has_topic(words)).map(|(fact, _)| finished(fact));
    }
    let counted = sayable.iter().map(|(fact, words)| (shared(words, text), fact)).filter(|(count, _)| *count >= least);
    // Of equal ones the first.
    counted.rev().max_by_key(|(count, _)| *count).map(|(_, fact)| finished(fact))
}

/// The telling words of the text that the fact has too.
fn shared(fact: &Words, text: &Words) -> usize {
    let words = text.all.iter().map(|word| word.folded.as_str());
    let telling = words.filter(|word| word.len() > 2 && !COMMON.has(word));
    telling.filter(|said| fact.all.iter().any(|word| services::is_like(&word.folded, said))).count()
}

/// With a capital at its begin and a point at its end. Of a line as `address: Rua A, 10` the value is told.
fn finished(fact: &str) -> String {
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase());
    let fact = fact.split_once(": ").filter(|(name, _)| is_name(name)).map_or(fact, |(_, value)| value);
    let mut characters = fact.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if fact.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}
