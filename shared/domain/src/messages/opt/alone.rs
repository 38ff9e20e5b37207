//! Keywords: messages, sentences or first lines that are nothing but a word of wish.

use super::Wish;
use super::keys::miss;
use super::lexicon::{Class, Word};
use super::rules::{FEW, folded};
use super::sentence::Sentence;
use super::text::{first_line, sentences};
use super::typo::slip;

/// Alone, these are the wish. Other stop verbs alone (`cancela`) may mean anything.
pub(super) const STOPS: &[&str] = &[
    "sair",
    "parar",
    "pare",
    "parem",
    "cancelar",
    "remover",
    "remova",
    "excluir",
    "apagar",
    "deletar",
    "baja",
    "la baja",
    "mi baja",
    "vaja",
    "de baja",
    "dar de baja",
    "salir",
    "salirme",
    "paren",
    "detener",
    "quitar",
    "eliminar",
    "borrar",
    "alto",
    "stop",
    "stop it",
    "estop",
    "istop",
    "end",
    "quit",
    "cancel",
    "revoke",
    "exit",
    "remove",
    "delete",
    "parad",
    "dar baja",
    "interromper",
    "solicitud de baja",
    "paren ya",
    "pare ya",
];

/// Of these, also with a wish: `quero sair`. `Quero cancelar` is asked.
const WANTED: &[&str] = &[
    "sair",
    "parar",
    "pare",
    "parem",
    "salir",
    "salirme",
    "paren",
    "stop",
    "stop it",
    "baja",
    "la baja",
    "mi baja",
    "de baja",
    "vaja",
    "dar de baja",
    "una baja",
    "dar la baja",
    "dar baja",
    "den de baja",
    "da de baja",
    "detener",
    "alto",
    "parad",
    "stopping",
];

/// Keywords that are known with a slip. Other forms with a slip are words of their own: `parda` is not `parad`.
const TYPED: &[&str] = &[
    "sair", "parar", "cancelar", "remover", "excluir", "baja", "salir", "detener", "quitar", "eliminar", "borrar",
    "stop", "cancel", "remove", "delete",
];

/// The keywords that we tell people.
const TOLD: &[&str] = &["sair", "baja", "stop", "cancelar", "salir", "parar"];

pub(super) const COURTESY: &[&str] = &[
    "por favor",
    "pfv",
    "pf",
    "pff",
    "pfvr",
    "porfa",
    "por gentileza",
    "please",
    "pls",
    "plz",
    "plss",
    "porfavor",
    "xfa",
    "porfis",
];

/// Alone, these take the wish back, if the person had one.
const BACKS: &[&str] = &["voltar", "volver", "volta", "alta", "start", "unstop", "resume"];

/// `Quero voltar`; `pode voltar` may be of a visit.
const RETURNS: &[&str] = &["voltar", "volver"];
const MINE: &[&str] =
    &["quero", "qro", "queria", "gostaria", "gostaria de", "desejo", "quiero", "kiero", "quisiera", "deseo"];

/// The wish of a message that is a keyword with nothing but noise.
pub(super) fn alone(sentences: &[Sentence<'_>]) -> Option<Wish> {
    let mut core: Vec<Word<'_>> = Vec::new();
    let (mut wanted, mut mine, mut courteous) = (false, true, false);
    let whole = sentences.len() == 1;
    let (mut me, mut subject) = (false, false);
    for (n, word) in sentences.iter().flat_map(|sentence| &sentence.words).enumerate() {
        match word.class {
            Class::Noise => courteous |= COURTESY.contains(&word.text),
            // `1 - Sair`, `b) Baja`, `Enviar SAIR`
            Class::Number if n == 0 => {}
            // `Mando BAJA`
            Class::Other if n == 0 && matches!(word.text, "envio" | "mando" | "texto") => {}
            Class::Fill if n == 0 && word.text.len() == 1 && word.text != "i" => {}
            Class::Comma => {}
            // `Eu quero sair`
            Class::Fill if matches!(word.text, "eu" | "yo" | "i") => subject = true,
            Class::Send | Class::Text
                if n == 0 && sentences.iter().map(|sentence| sentence.words.len()).sum::<usize>() > 1 => {}
            Class::Number if n == 1 && core.is_empty() => {}
            Class::Want => {
                wanted = true;
                mine &= MINE.contains(&word.text);
            }
            // `Start again`
            Class::More if core.last().is_some_and(|last| BACKS.contains(&last.text)) => {}
            Class::You => {}
            Class::Me => me = true,
            // `stop stop stop`, `sair, SAIR`
            _ if core.last().is_some_and(|last| last.text == word.text) => {}
            _ => core.push(*word),
        }
    }
    if subject && !wanted {
        return None;
    }
    if let Some((first, rest)) = core.split_first()
        && first.class == Class::Stop
        && matches!(first.text, "stop" | "pare" | "parem" | "paren" | "parar")
        && rest.iter().all(|word| STOPS.contains(&word.text))
        && !rest.is_empty()
    {
        return Some(Wish::Out);
    }
    // `SAI R`, `st op`
    if let [first, second] = core.as_slice()
        && ["sair", "stop", "baja", "salir"].contains(&format!("{}{}", first.text, second.text).as_str())
    {
        return Some(Wish::Out);
    }
    let [word] = core.as_slice() else { return None };
    // `Para, por favor!` stops in Portuguese, and `para` alone is half a sentence.
    if word.text == "para" {
        return (courteous && !me).then_some(Wish::Unsure);
    }
    if word.class == Class::Strong {
        return Some(Wish::Out);
    }
    let text = match word.class {
        Class::Other => match meant(word.text) {
            Some(meant) => meant,
            None => return (whole && beside(word.text)).then_some(Wish::Unsure),
        },
        _ => word.text,
    };
    if BACKS.contains(&text) {
        return (!me && (!wanted || mine && RETURNS.contains(&text))).then_some(Wish::Back);
    }
    let stops = if wanted { WANTED } else { STOPS };
    if stops.contains(&text) && (!me || matches!(word.class, Class::Baja | Class::Leave | Class::Stop)) {
        return Some(Wish::Out);
    }
    None
}

/// Whether the word is a keyword with a key beside the right one, or without one letter.
fn beside(word: &str) -> bool {
    TOLD.iter().any(|keyword| miss(word, keyword).is_some())
}

/// The keyword that a word with a slip means.
fn meant(word: &str) -> Option<&'static str> {
    TYPED.iter().chain(BACKS).find(|keyword| slip(word, keyword)).copied()
}

/// `Why do you text me? STOP`: a word that we told the person, in capitals, is all of a sentence.
pub(super) fn shouted(text: &str) -> bool {
    sentences(text).into_iter().any(|sentence| {
        !sentence.chars().any(char::is_lowercase)
            && ["stop", "sair", "baja", "unsubscribe"].contains(&folded(sentence).as_str())
    })
}

/// `PARA!!`, and a stop sign.
pub(super) fn cried(text: &str, sentences: &[Sentence<'_>]) -> bool {
    let mut words = sentences.iter().flat_map(|sentence| &sentence.words);
    match words.next() {
        None => text.contains('🛑'),
        Some(word) => word.text == "para" && words.next().is_none() && (text.contains('!') || text.trim() == "PARA"),
    }
}

/// `Não tenho interesse. Sair.`: a keyword is all of a sentence or clause, and the rest is no other matter.
pub(super) fn among(sentences: &[Sentence<'_>]) -> Option<Wish> {
    let clauses = || sentences.iter().flat_map(|sentence| sentence.clauses());
    let keyword = clauses().find(|clause| alone(std::slice::from_ref(clause)) == Some(Wish::Out))?;
    let called_off = keyword.has(Class::Cancel) || keyword.has(Class::Remove);
    let known = sentences.iter().all(|sentence| sentence.known() && !sentence.has(Class::Doubt));
    match (called_off, known) {
        (false, true) => Some(Wish::Out),
        (true, true) => Some(Wish::Unsure),
        // `Cliente há anos. SAIR`
        (false, false) => {
            let whole = sentences.iter().any(|sentence| alone(std::slice::from_ref(sentence)) == Some(Wish::Out));
            let few = sentences.iter().map(|sentence| sentence.words.len()).sum::<usize>() <= FEW;
            (whole && few).then_some(Wish::Unsure)
        }
        (true, false) => None,
    }
}

/// `My phone keeps buzzing please stop`: the last words ask for an end, whatever stands before them.
pub(super) fn at_the_end(sentences: &[Sentence<'_>]) -> bool {
    let Some(last) = sentences.last().filter(|last| !last.asked) else { return false };
    let owned = sentences.iter().any(|sentence| sentence.has(Class::Own) || sentence.has(Class::Text));
    let listed = [Class::List, Class::Marketing, Class::Receive].into_iter().any(|class| last.has(class));
    let mut words = last.words.iter().rev().skip_while(|word| word.class == Class::Noise);
    let ends = words.next().is_some_and(|word| match word.class {
        Class::Stop => matches!(word.text, "stop" | "stop it" | "paren" | "parem" | "pare"),
        // `This number belongs to someone else, please remove`
        Class::Remove | Class::RemoveMe => owned,
        // `No pedí estar en esta lista quiero salir`
        Class::Leave => matches!(word.text, "sair" | "salir" | "salirme") && listed,
        _ => false,
    });
    let before = words.next();
    let wished = before.is_some_and(|word| MINE.contains(&word.text));
    let parted = before.map_or(sentences.len() > 1, |word| {
        word.class == Class::Comma && last.words.len() > 2 || COURTESY.contains(&word.text) || word.text == "time"
    });
    ends && (parted || listed && wished)
}

/// The wish of a first line, with a signature below it. `Cancelar` may be about the lines below.
pub(super) fn signed(text: &str) -> Option<Wish> {
    let (first, rest, parted) = first_line(text)?;
    // `Unsubscribe?`, and below it a question
    if first.ends_with('?') {
        return None;
    }
    let words = rest.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic));
    let name = words.count() <= 4 && rest.chars().next().is_some_and(|first| !first.is_lowercase());
    let folded = folded(first);
    let line = [Sentence::of(&folded)];
    let called_off = line.iter().any(|line| line.has(Class::Cancel) || line.has(Class::Remove));
    if !parted && (!name || called_off) {
        return None;
    }
    match alone(&line)? {
        Wish::Out => Some(if called_off { Wish::Unsure } else { Wish::Out }),
        _ => None,
    }
}
