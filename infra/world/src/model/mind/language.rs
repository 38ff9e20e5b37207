//! The three languages, and the words by which each is known.

use super::words::{Phrases, Words};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Spanish,
    Portuguese,
    English,
}

const SPANISH: Phrases = Phrases(
    "hola, buenas, buenos, buen, usted, ustedes, quiero, quisiera, queria saber, gracias, cuanto, cuesta, cuestan, \
     vale, precio, precios, manana, hoy, lunes, martes, miercoles, jueves, viernes, cual, cuales, tienen, tenes, \
     tienes, con, una, un, hablar, cita, turno, cumpleanos, vivo, mi, el, la, los, las, y, abren, cierran, donde, \
     quedan, baja, necesito, gustaria, puedo, puede, hay, del, al, por favor quiero, servicio, servicios, son, \
     esta tarde, llamo, nombre, soy, es, muchas, aceptan, hacen, atienden, escriban, bien, si, perfecto, dale, \
     listo, algo, como estan, como estas",
);
const PORTUGUESE: Phrases = Phrases(
    "oi, ola, bom, boa, voce, voces, vcs, vc, nao, quero, queria, gostaria, obrigado, obrigada, quanto, custa, \
     custam, preco, precos, amanha, hoje, segunda, terca, quarta, quinta, sexta, quais, qual, tem, sim, com, um, \
     uma, pra, pro, atendente, falar, servico, servicos, aniversario, moro, meu, minha, parar, ate, dos, das, do, \
     da, ao, abrem, abre, fecham, cartao, endereco, valeu, tchau, em, funcionam, fica, e, o, os, sao, remarcar, \
     marcar, chamo, nome, aceitam, fazem, atendem, nasci, sou, tudo, muito, horario tem, alguem, promocoes, \
     receber",
);
const ENGLISH: Phrases = Phrases(
    "hi, hello, hey, the, you, your, do, does, what, how, much, thanks, thank, please, want, would, like, book, \
     open, close, tomorrow, today, monday, tuesday, wednesday, thursday, friday, saturday, sunday, is, are, i, my, \
     and, speak, talk, could, where, price, prices, appointment, can, an, of, at, on, for, good morning, good \
     afternoon, good evening, id, im, whats, have, need, services, yes, sure, great, messages, to",
);

impl Language {
    pub fn code(self) -> &'static str {
        match self {
            Self::Spanish => "es",
            Self::Portuguese => "pt-BR",
            Self::English => "en",
        }
    }

    /// By a code as `es-CO`.
    pub fn by_code(code: &str) -> Option<Self> {
        match code.trim().get(..2)?.to_ascii_lowercase().as_str() {
            "es" => Some(Self::Spanish),
            "pt" => Some(Self::Portuguese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The language of a text; `None` if two have equally many of its words.
    pub fn of(words: &Words) -> Option<Self> {
        let mut counts = [
            (words.count(SPANISH), Self::Spanish),
            (words.count(PORTUGUESE), Self::Portuguese),
            (words.count(ENGLISH), Self::English),
        ];
        counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        (counts[0].0 > counts[1].0).then_some(counts[0].1)
    }
}
