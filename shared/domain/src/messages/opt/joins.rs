//! Words that ask for marketing, or take an end of it back.

use super::Wish;
use super::lexicon::{Class, Word};
use super::mood::{is_third, wish_of_another};
use super::sentence::{Object, Sentence};
use super::verbs::{Say, Says};

/// Nouns that name promotions by themselves. `Mensajes`, `emails` and `informação` may be of an order.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "promos", "promo", "promocoes", "promocao de voces", "ofertas", "publicidade", "publicidades", "propaganda", "propagandas", "novidades", "newsletter",
    "promosoes", "promossoes", "campanhas", "divulgacao", "divulgacoes", "email marketing", "marketing",
    "promociones", "promosiones", "promo ciones", "promoss", "publicidad", "publi", "novedades", "ofertas y promociones", "campanas", "boletin", "boletines",
    "promo messages", "promo texts", "promo msgs", "promotion messages", "promotions", "offers", "news", "newsletters", "promotional messages",
    "promotional texts", "marketing messages", "marketing texts", "marketing emails",
];

/// Taking up again, or going on.
const AGAIN: &[&str] = &[
    "again",
    "de novo",
    "novamente",
    "outra vez",
    "otra vez",
    "de nuevo",
    "nuevamente",
    "otra ves",
    "de volta",
    "de vuelta",
    "continuar",
    "seguir",
    "keep",
    "keep on",
    "continue",
    "voltar a",
    "volver a",
    "vuelvan a",
    "vuelva a",
    "vuelvas a",
    "voltem a",
    "volte a",
    "voltar a me",
    "tornem a",
    "back",
];

/// A change of mind is about something that was said before.
const MINDS: &[&str] =
    &["mudei de ideia", "cambie de opinion", "cambie de idea", "changed my mind", "i changed my mind"];

/// Only these: the rest is not wanted.
const ONLY: &[&str] = &["so", "apenas", "somente", "solo", "solamente", "nomas", "only"];

/// `I want to get` names less than `quero receber`, and `I don't receive` negates no wish.
pub(super) const ENGLISH: &[&str] =
    &["receive", "receiving", "recieve", "recieving", "recive", "reciving", "get", "getting"];

/// What is to be sent, by the words after the verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Nothing,
    Promotions,
    /// Messages, or a list: of what is not said.
    Messages,
    Other,
}

/// `Quero receber as promoções`, `quiero volver a recibir mensajes`.
pub(super) fn receive(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    let before = sentence.before(at);
    let noise = before.iter().all(|word| word.class == Class::Noise);
    let stopped = before.iter().any(|word| {
        matches!(
            word.class,
            Class::Stop
                | Class::Cancel
                | Class::No
                | Class::Nobody
                | Class::Enough
                | Class::Cant
                | Class::Annoyed
                | Class::Why
                | Class::Doubt
        )
    });
    let wishes = |word: &Word<'_>| matches!(word.class, Class::Want | Class::Back) && !is_third(word.text);
    let asked = noise || before.iter().any(wishes) && !wish_of_another(sentence.leading(at));
    let english = sentence.words.get(at).is_some_and(|word| ENGLISH.contains(&word.text));
    let this = sentence.trailing(at).iter().any(|word| word.class == Class::This);
    if stopped || !asked || this || only(sentence) || sentence.rest(at).limited {
        return None;
    }
    let named = match named(sentence, at) {
        Named::Promotions => !english || sentence.has(Class::Want),
        Named::Messages => again(sentence) && (!english || sentence.has(Class::Want)),
        // `Quero receber` names it; `receber` alone, or `I want to get`, does not.
        Named::Nothing => !english && !noise,
        Named::Other => false,
    };
    named.then_some(Says(Wish::In))
}

pub(super) fn subscribe(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    if sentence.negation(at).is_some()
        || sentence.before(at).iter().any(|word| ends(word) || word.class == Class::Other)
    {
        return None;
    }
    let rest = sentence.rest(at);
    let whole = sentence.words.get(at).is_some_and(|word| !word.text.starts_with("inscrib"));
    let asks = match named(sentence, at) {
        Named::Promotions => true,
        Named::Nothing | Named::Messages => whole,
        Named::Other => false,
    };
    (asks && matches!(rest.object, Object::None | Object::Marketing | Object::This)).then_some(Says(Wish::In))
}

/// `Resume promotions`, `podem voltar a mandar mensagens`, `voltar para a lista`.
pub(super) fn back(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    if sentence.negation(at).is_some()
        || sentence.before(at).iter().any(|word| matches!(word.class, Class::Other | Class::Doubt | Class::Why))
    {
        return None;
    }
    let word = sentence.words.get(at)?;
    let lists = sentence.trailing(at).iter().any(|word| word.class == Class::List);
    match named(sentence, at) {
        _ if sentence.rest(at).limited => None,
        Named::Messages if lists => sentence.known().then_some(Says(Wish::Back)),
        Named::Promotions | Named::Messages => Some(Says(Wish::In)),
        // `Pode voltar a mandar`
        Named::Nothing if word.text.ends_with(" mandar") && !sentence.asked => {
            sentence.known().then_some(Says(Wish::Back))
        }
        Named::Nothing | Named::Other => None,
    }
}

/// `Me coloca na lista de novo`, `add me back`.
pub(super) fn put(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    let word = sentence.words.get(at)?;
    let list = sentence.trailing(at).iter().find(|word| word.class == Class::List);
    let returns = again(sentence)
        || word.text.split(' ').any(|word| matches!(word, "back" | "volta" | "vuelta" | "voltar" | "volver"));
    if !sentence.known() || sentence.words.iter().any(ends) || only(sentence) {
        return None;
    }
    match list {
        Some(list) if list.text.contains("promo") => Some(Says(Wish::In)),
        Some(_) if returns => Some(Says(Wish::Back)),
        None if returns && sentence.trailing(at).iter().all(|word| word.class == Class::Noise) => {
            word.text.contains("back").then_some(Says(Wish::Back))
        }
        _ => None,
    }
}

/// `Podem me mandar promoções de novo`, `I changed my mind, send me the offers`. `Manda de novo` asks for a message again.
pub(super) fn resume(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    if !sentence.known() || sentence.words.iter().any(ends) || only(sentence) {
        return None;
    }
    let word = sentence.words.get(at)?;
    let leading = sentence.leading(at);
    let may = leading.iter().any(|word| {
        matches!(
            word.text,
            "pode" | "podem" | "puede" | "pueden" | "puedes" | "can" | "could" | "quero que" | "quiero que"
        )
    });
    let already = may && leading.iter().any(|word| matches!(word.text, "ya" | "ja")) && !sentence.asked;
    let minds = sentence.words.iter().any(|word| MINDS.contains(&word.text));
    // `Volver a mandar`
    let verb = leading.iter().any(|word| AGAIN.contains(&word.text) && word.text.ends_with(" a"));
    let the = sentence.trailing(at).iter().any(|word| matches!(word.text, "as" | "las" | "the" | "a" | "la"));
    let once_more = again(sentence) && !sentence.asked && (may || !the);
    match named(sentence, at) {
        Named::Promotions if already || minds || verb || once_more => Some(Says(Wish::In)),
        Named::Messages if minds || verb || once_more && may => Some(Says(Wish::Back)),
        Named::Nothing if may && !sentence.asked && (verb || once_more && word.class == Class::Text) => {
            Some(Says(Wish::Back))
        }
        _ => None,
    }
}

/// `Autorizo o envio de promoções`.
pub(super) fn allow(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    let word = sentence.words.get(at)?;
    let allows = matches!(word.text, "autorizo" | "aceito" | "acepto" | "permito");
    let sending = sentence.after(at).first().is_some_and(|word| word.text.ends_with("envio de"));
    if !allows || !sending || !sentence.known() || sentence.words.iter().any(ends) || only(sentence) {
        return None;
    }
    match named(sentence, at) {
        Named::Promotions => Some(Says(Wish::In)),
        Named::Messages => Some(Says(Wish::Back)),
        Named::Nothing | Named::Other => None,
    }
}

/// `Respondi SAIR sem querer, quero continuar`.
pub(super) fn took_back(sentences: &[Sentence<'_>]) -> bool {
    let has = |class: Class| sentences.iter().any(|sentence| sentence.has(class));
    let clauses = || sentences.iter().flat_map(Sentence::clauses);
    has(Class::Mistake)
        && [Class::Strong, Class::Gone, Class::Baja, Class::Leave, Class::Stop].into_iter().any(has)
        && clauses().any(|clause| {
            clause.known()
                && clause.has(Class::Want)
                && !clause.words.iter().any(ends)
                && clause.words.iter().any(|word| {
                    matches!(
                        word.text,
                        "continuar" | "seguir" | "ficar" | "voltar" | "volver" | "keep" | "continue" | "stay"
                    )
                })
        })
}

fn named(sentence: &Sentence<'_>, at: usize) -> Named {
    let words = sentence.trailing(at);
    let small = words.iter().all(|word| {
        matches!(
            word.class,
            Class::Noise
                | Class::Fill
                | Class::You
                | Class::Me
                | Class::More
                | Class::Want
                | Class::Own
                | Class::Marketing
                | Class::List
                | Class::Send
                | Class::SendMe
                | Class::Receive
                | Class::Here
                | Class::This
        ) || word.class == Class::Text && word.text != "email"
    });
    if !small {
        Named::Other
    } else if words
        .iter()
        .any(|word| NAMES.contains(&word.text) || word.class == Class::List && word.text.contains("promo"))
    {
        Named::Promotions
    } else if words.iter().any(|word| matches!(word.class, Class::Marketing | Class::List)) {
        Named::Messages
    } else if words.iter().any(|word| word.class == Class::Own) {
        Named::Other
    } else {
        Named::Nothing
    }
}

fn again(sentence: &Sentence<'_>) -> bool {
    sentence.words.iter().any(|word| word.class == Class::Back || AGAIN.contains(&word.text))
}

fn only(sentence: &Sentence<'_>) -> bool {
    sentence.words.iter().any(|word| ONLY.contains(&word.text))
}

/// Words beside which nothing is asked for.
fn ends(word: &Word<'_>) -> bool {
    matches!(
        word.class,
        Class::No
            | Class::Nobody
            | Class::Cant
            | Class::Enough
            | Class::Stop
            | Class::Cancel
            | Class::Remove
            | Class::RemoveMe
            | Class::Leave
            | Class::Strong
            | Class::Gone
            | Class::Doubt
            | Class::Why
    )
}
