//! One sentence: its words, and the object of a verb in it.

use super::keys::miss;
use super::lexicon::{Class, Word, words};
use super::mood::stands_alone;

/// Words between a noun and the thing of which it is part.
const FROM: &[&str] = &[
    "da", "do", "das", "dos", "de", "del", "from", "of", "for", "off", "desse", "dessa", "deste", "desta", "out of",
    "off of", "para", "en", "pra", "na", "nos", "nas",
];

/// Things that have names, numbers or groups, and are no list of recipients.
#[rustfmt::skip]
pub(super) const BOOKED: &[&str] = &[
    "reserva", "reservas", "pedido", "pedidos", "booking", "bookings", "reservation", "reservations", "order", "orders", "orden", "habitacion", "quarto", "room",
    "mesa", "table", "appointment", "appointments", "consulta", "cita", "turno", "agendamento", "agenda", "schedule", "ficha", "factura", "invoice", "receipt",
    "recibo", "nota", "convite", "invitacion", "bolo", "torta", "pastel", "cake", "cartao", "tarjeta", "card", "evento", "event", "festa",
    "fiesta", "party", "sorteio", "sorteo", "rifa", "raffle", "turma", "aula", "clase", "class", "entrega", "delivery", "carrinho",
    "carrito", "cart", "compra", "purchase", "boda", "casamento", "wedding", "churrasco", "excursao", "viagem", "viaje", "passeio", "hotel", "creche",
    "convidados", "invitados", "guests", "espera", "campeonato", "torneo", "curso", "course", "contrato", "contract", "boleto",
    "comanda", "conta da mesa", "orcamento", "presupuesto", "hospedagem", "hospedaje", "fila", "cola", "queue", "etiqueta", "placa", "coleira", "collar",
];

const SUBSCRIPTIONS: &[&str] = &[
    "assinatura",
    "inscricao",
    "inscricoes",
    "suscripcion",
    "suscripciones",
    "subscripcion",
    "suscribcion",
    "subscription",
    "subscriptions",
];

/// Where messages arrive: all that arrive there are meant.
const INBOXES: &[&str] = &["inbox", "bandeja", "facebook", "instagram", "insta", "telegram", "messenger", "caixa"];

/// The object of a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    /// The sentence ends.
    None,
    /// Messages, promotions, a list.
    Marketing,
    /// The person's number or data, said to be theirs.
    Own,
    /// One promotion.
    Offer,
    /// One message.
    Note,
    Nothing,
    This,
    Here,
    Vague,
    Other,
}

/// What follows a verb.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest {
    pub object: Object,
    pub me: bool,
    pub more: bool,
    /// The business is addressed.
    pub you: bool,
    /// A verb of sending or receiving stands between.
    pub sends: bool,
    pub receives: bool,
    /// A word after the object limits it.
    pub limited: bool,
    /// The messages are of one matter: `promoção de gato`.
    pub topic: bool,
    /// The group or list is of something else: `grupo de corrida`.
    pub club: bool,
}

pub(super) struct Sentence<'a> {
    pub words: Vec<Word<'a>>,
    /// It ends with a question mark.
    pub asked: bool,
}

impl<'a> Sentence<'a> {
    /// Of a folded sentence; commas are kept.
    pub(super) fn of(folded: &'a str) -> Self {
        let mut all = Vec::new();
        for clause in folded.split(',') {
            if !all.is_empty() {
                all.push(Word { class: Class::Comma, text: "," });
            }
            all.extend(words(clause));
        }
        Self { words: all, asked: false }
    }

    /// Of a folded sentence, and whether it asks.
    pub(super) fn read((folded, asked): &'a (String, bool)) -> Self {
        Self { asked: *asked, ..Self::of(folded) }
    }

    /// The parts between commas.
    pub(super) fn clauses(&self) -> impl Iterator<Item = Self> {
        self.words
            .split(|word| word.class == Class::Comma)
            .map(|words| Self { words: words.to_vec(), asked: self.asked })
    }

    pub(super) fn class(&self, at: usize) -> Option<Class> {
        self.words.get(at).map(|word| word.class)
    }

    pub(super) fn has(&self, class: Class) -> bool {
        self.words.iter().any(|word| word.class == class)
    }

    pub(super) fn before(&self, at: usize) -> &[Word<'a>] {
        self.words.get(..at).unwrap_or_default()
    }

    /// What stands before the word in its clause.
    pub(super) fn leading(&self, at: usize) -> &[Word<'a>] {
        self.before(at).rsplit(|word| word.class == Class::Comma).next().unwrap_or_default()
    }

    /// What stands after the word in its clause.
    pub(super) fn trailing(&self, at: usize) -> &[Word<'a>] {
        self.after(at).split(|word| word.class == Class::Comma).next().unwrap_or_default()
    }

    pub(super) fn after(&self, at: usize) -> &[Word<'a>] {
        self.words.get(at + 1..).unwrap_or_default()
    }

    /// Where the negation stands that reaches the word: nothing but small words and wishes is between.
    pub(super) fn negation(&self, at: usize) -> Option<usize> {
        for (n, word) in self.before(at).iter().enumerate().rev() {
            match word.class {
                Class::No => return Some(n),
                Class::Want if self.next(n).is_some_and(|next| stands_alone(word, next)) => return None,
                Class::Fill | Class::Want | Class::Me | Class::More | Class::You => {}
                Class::Noise if matches!(word.text, "just" | "really" | "already" | "ya" | "ja") => {}
                _ => return None,
            }
        }
        None
    }

    /// Whether a word of the class stands between.
    pub(super) fn between(&self, from: usize, to: usize, class: Class) -> bool {
        self.words.get(from..to).unwrap_or_default().iter().any(|word| word.class == class)
    }

    /// The next word that is not small.
    fn next(&self, at: usize) -> Option<&Word<'a>> {
        self.after(at).iter().find(|word| !matches!(word.class, Class::More | Class::Me | Class::You | Class::Noise))
    }

    /// What follows the word.
    pub(super) fn rest(&self, at: usize) -> Rest {
        let mut rest = Rest {
            object: Object::None,
            me: false,
            more: false,
            you: false,
            sends: false,
            receives: false,
            limited: false,
            topic: false,
            club: false,
        };
        let mut own = false;
        for (n, word) in self.after(at).iter().enumerate() {
            own |= matches!(word.text, "meu" | "minha" | "meus" | "minhas" | "mi" | "mis" | "my" | "me");
            let found = match word.class {
                Class::Fill | Class::Noise | Class::Want | Class::Number | Class::Comma => continue,
                Class::You => {
                    rest.you = true;
                    continue;
                }
                Class::Me => {
                    rest.me = true;
                    continue;
                }
                Class::More => {
                    rest.more = true;
                    continue;
                }
                Class::Send => {
                    rest.sends = true;
                    continue;
                }
                Class::SendMe => {
                    (rest.sends, rest.me) = (true, true);
                    continue;
                }
                Class::Text if own && word.text == "contact" => Object::Own,
                Class::Text if rest.sends || rest.receives => Object::Marketing,
                Class::Text => {
                    rest.sends = true;
                    continue;
                }
                Class::Receive => {
                    rest.receives = true;
                    continue;
                }
                Class::Nothing => {
                    rest.object = Object::Nothing;
                    continue;
                }
                Class::This | Class::Here if rest.object == Object::Nothing => continue,
                Class::This => {
                    rest.object = Object::This;
                    continue;
                }
                Class::Here => {
                    rest.object = Object::Here;
                    continue;
                }
                Class::Marketing | Class::List | Class::Own if self.foreign(at + 1 + n) => Object::Other,
                Class::Marketing | Class::List => Object::Marketing,
                // `Bloqueia a data`: a day, in Portuguese.
                Class::Own if word.text == "data" && self.is_a_day(at + 1 + n) => Object::Other,
                Class::Own if own || !self.qualified(at + 1 + n) => Object::Own,
                Class::Offer => Object::Offer,
                Class::Note => Object::Note,
                Class::Vague => {
                    rest.object = Object::Vague;
                    continue;
                }
                Class::Limit => {
                    rest.limited = true;
                    continue;
                }
                // A second clause begins.
                Class::No
                | Class::Why
                | Class::Doubt
                | Class::Annoyed
                | Class::Stop
                | Class::Strong
                | Class::Gone
                | Class::Cant => {
                    break;
                }
                _ if rest.object == Object::Nothing => break,
                _ => Object::Other,
            };
            rest.object = found;
            let after = at + 1 + n;
            rest.topic = word.class != Class::List && self.named_after(after, &["de", "del"]);
            rest.club = word.class == Class::List
                && (word.text.starts_with("gr") && self.named_after(after, &["de", "del", "of"])
                    || self.named_after(after, &["of", "at"]));
            rest.limited |= self.limited(after) || self.placed(after);
            rest.me |= self.after(after).iter().any(|word| word.class == Class::Me);
            rest.more |= self.after(after).iter().any(|word| word.class == Class::More);
            rest.you |= self.after(after).iter().any(|word| word.class == Class::You);
            break;
        }
        rest
    }

    /// Whether a word after this one limits the wish to a time or manner.
    fn limited(&self, at: usize) -> bool {
        self.after(at).iter().any(|word| word.class == Class::Limit)
    }

    /// Whether the noun is followed by a word that we do not know: `o número do pedido`.
    fn qualified(&self, at: usize) -> bool {
        let next = self.after(at).iter().find(|word| !matches!(word.class, Class::Fill | Class::Noise));
        next.is_some_and(|word| matches!(word.class, Class::Other | Class::Limit))
    }

    fn is_a_day(&self, at: usize) -> bool {
        let before = self.before(at).last();
        before.is_some_and(|word| matches!(word.text, "a" | "da" | "essa" | "esta" | "uma" | "na" | "nova" | "minha"))
    }

    /// Whether one of these words and an unknown one follow the noun.
    fn named_after(&self, at: usize, of: &[&str]) -> bool {
        self.after(at).first().is_some_and(|word| of.contains(&word.text))
            && self.after(at + 1).first().is_some_and(|word| matches!(word.class, Class::Other | Class::Number))
    }

    /// Whether the noun is part of a booking or an order: `meu nome da reserva`, `the list for the table`, `o grupo das 5`.
    fn foreign(&self, at: usize) -> bool {
        let mut of = false;
        for word in self.after(at) {
            match word.class {
                Class::Fill | Class::Noise => of |= FROM.contains(&word.text),
                Class::Number => return of && self.class(at) == Some(Class::List),
                Class::Other if word.text.starts_with("lista ") || word.text.ends_with(" list") => return true,
                // `The group class`
                _ if !of => return self.class(at) == Some(Class::List) && BOOKED.contains(&word.text),
                _ => return booked(word) || timed(word.text),
            }
        }
        false
    }

    /// Whether something else than messages is after the noun: `mensajes en la torta`, `emails about my invoice`.
    pub(super) fn placed(&self, at: usize) -> bool {
        let portuguese = self.words.iter().any(|word| {
            matches!(word.text, "nao" | "n") || word.text.contains("inscricao") || word.text.contains("assinatura")
        });
        let mut place = false;
        for word in self.after(at) {
            match word.text {
                "en" | "em" | "in" | "on" | "na" | "nos" | "nas" | "about" | "sobre" | "acerca" => place = true,
                // `About your sales`
                "your" | "ur" | "suas" | "seus" | "sus" => return false,
                "no" if portuguese => place = true,
                _ if matches!(word.class, Class::Fill | Class::Noise | Class::Me) => {}
                text => return place && word.class == Class::Other && !INBOXES.contains(&text),
            }
        }
        false
    }

    /// Whether the verb takes a thing off a list: `remove da lista o bolo`.
    pub(super) fn lists_a_thing(&self, at: usize) -> bool {
        let mut after = self.after(at).iter().skip_while(|word| word.class != Class::List).skip(1);
        after
            .next()
            .is_some_and(|word| matches!(word.text, "o" | "a" | "os" | "as" | "el" | "la" | "los" | "las" | "the"))
            && after.next().is_some_and(|word| word.class == Class::Other)
    }

    /// Whether the subscription is of something that we do not know: `assinatura do clube de ração`.
    pub(super) fn subscribes_to_a_thing(&self, at: usize) -> bool {
        let mut after = self.after(at).iter().skip_while(|word| !SUBSCRIPTIONS.contains(&word.text)).skip(1);
        after
            .find(|word| !matches!(word.class, Class::Fill | Class::Noise | Class::No))
            .is_some_and(|word| word.class == Class::Other)
    }

    /// Whether no word is unknown.
    pub(super) fn known(&self) -> bool {
        !self.words.iter().any(|word| matches!(word.class, Class::Other | Class::Limit | Class::Number))
    }
}

/// Whether it is one of those things, with a slip or without: `lista de wspera`.
fn booked(word: &Word<'_>) -> bool {
    BOOKED.contains(&word.text)
        || word.class == Class::Other && BOOKED.iter().any(|booked| miss(word.text, booked).is_some())
}

/// `15h`, `3pm`
fn timed(word: &str) -> bool {
    let digits = word.trim_end_matches(char::is_alphabetic);
    digits.len() < word.len() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
