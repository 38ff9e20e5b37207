//! Whether words of an end ask for it, or only speak of it: what has happened, what is not wanted, what somebody else
//! wants, what would be if.

use super::lexicon::{Class, Word};
use super::sentence::Sentence;

/// How a verb of ending is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// The person asks for it.
    Asks,
    /// The person may ask for it.
    Perhaps,
    /// The person asks or tells what has happened.
    Tells,
}

/// Before a verb, these tell what has happened.
const HAPPENED: &[&str] = &[
    "did",
    "was",
    "were",
    "been",
    "got",
    "has",
    "had",
    "fui",
    "foi",
    "fomos",
    "foram",
    "fue",
    "fueron",
    "acabei",
    "acabo",
    "acabamos",
    "consegui",
    "conseguimos",
    "logre",
    "pude",
    "parou de",
];

/// These tell it if a pronoun follows: `have I been unsubscribed`, `am I off the list`.
const HAPPENED_WITH: &[&str] = &["have", "am", "are"];

const PRONOUNS: &[&str] = &["i", "you", "u", "we", "they", "he", "she", "been"];

const WHO: &[&str] = &["who", "quem", "quien", "quienes"];

/// `Who are you`, `quem pode me tirar`: the question is not who did it.
const NOT_WHO: &[&str] =
    &["is", "are", "s", "r", "sao", "e", "es", "son", "eres", "can", "could", "do", "pode", "podem", "puede", "pueden"];

/// Wishes of a third person.
const THIRD: &[&str] = &["quer", "quiere", "quieren", "wants", "wants to", "pediu", "pidio", "pide", "pede", "asked"];

const POSSESSIVES: &[&str] =
    &["meu", "minha", "meus", "minhas", "mi", "mis", "my", "our", "his", "her", "nosso", "nossa", "nuestro", "nuestra"];

/// Wishes that ask for what follows them.
#[rustfmt::skip]
const WISHES: &[&str] = &[
    "quero", "qro", "qero", "kero", "quero que", "queria", "queria que", "gostaria", "gostaria de", "gostaria que", "desejo", "desejaria", "preciso",
    "pode", "podem", "poderia", "poderiam", "peco", "peco que", "solicito", "exijo", "favor", "favor de",
    "quiero", "kiero", "qiero", "quiero que", "quisiera", "deseo", "necesito", "puede", "pueden", "podrian", "podria", "pido", "pido que", "me gustaria",
    "want", "want to", "wanna", "would like to", "d like to", "need to", "wish to", "can you", "could you", "would you", "will you", "i want you to",
];

/// Before a wish, these make it part of what is denied: `não sei se quero sair`, `no dije que quiero salir`.
const PARTS: &[&str] = &["que", "q", "that", "se", "si", "if", "whether"];

/// `I never said I want to unsubscribe`
const SAYING: &[&str] = &["said", "say", "saying", "i said", "disse", "dije", "falei"];

/// A lack of interest is a reason of its own: `no me interesa dejen de escribir`.
const INTEREST: &[&str] = &[
    "me interesa",
    "me interesan",
    "aguento",
    "aguanto",
    "suporto",
    "soporto",
    "tengo interes en",
    "tenho interesse",
    "tenho mais interesse",
    "interested",
    "estoy interesado en",
    "estoy interesada en",
];

/// Verbs and nouns of wishing, planning and asking.
#[rustfmt::skip]
const DENIED: &[&str] = &[
    "pretendo", "penso", "pensei", "planejo", "vontade", "intencao", "foi minha intencao", "pedi", "pediu", "pedimos", "solicitei", "mandei", "cliquei", "tenho vontade",
    "pienso", "planeo", "intencion", "era mi intencion", "pidio", "solicite", "quise",
    "plan", "planning", "going", "mean", "meant", "trying", "intend", "asked", "requested",
];

/// Nouns for the act.
const ACTS: &[&str] = &["descadastro", "descadastramento", "desinscricao", "desuscripcion", "desvinculacion"];

/// Times before or after the act.
const TIMES: &[&str] = &["antes", "before", "depois", "despues", "after", "hasta", "until", "ate", "when i"];

const ABLE: &[&str] = &["posso", "puedo", "podemos", "can", "can i", "could i", "can we"];

/// What the way out is, costs or does: its user may want to leave.
const MECHANICS: &[&str] = &[
    "link",
    "enlace",
    "botao",
    "boton",
    "button",
    "funciona",
    "funcionan",
    "funcionam",
    "funcionar",
    "work",
    "works",
    "working",
    "taxa",
    "tasa",
    "fee",
    "fees",
    "cobran",
    "cobram",
    "cobra",
    "charge",
    "multa",
    "costo",
    "custa",
    "cuesta",
    "custo",
];

/// How the verb of ending at that place is meant.
pub(super) fn mood(sentence: &Sentence<'_>, at: usize) -> Mood {
    let Some(word) = sentence.words.get(at) else { return Mood::Asks };
    let leading = sentence.leading(at);
    if let Some(order) = happened(leading) {
        return if order || sentence.asked { Mood::Tells } else { Mood::Perhaps };
    }
    if who(leading) || complains(leading) {
        return if word.class == Class::Gone { Mood::Tells } else { Mood::Perhaps };
    }
    if depends(word, leading) && denies(leading) {
        return Mood::Tells;
    }
    let doubtful = wish_of_another(leading)
        || denied(word, leading)
        || condition(sentence, at)
        || sentence.has(Class::Mistake)
        || mechanics(sentence, at);
    if doubtful { Mood::Perhaps } else { Mood::Asks }
}

/// Whether a forbidding of messages is none, or of one way only.
pub(super) fn is_partial(sentence: &Sentence<'_>, at: usize) -> bool {
    let leading = sentence.leading(at);
    // `Todavía no acepto promociones`
    let no = leading.iter().position(|word| word.class == Class::No).unwrap_or(leading.len());
    let yet = leading.get(..no).unwrap_or_default().iter().any(|word| matches!(word.text, "todavia" | "aun" | "ainda"));
    yet || wish_of_another(leading)
        || sentence.has(Class::Mistake)
        || sentence.asked && leading.first().is_some_and(|word| word.class == Class::Why)
        || other_way(sentence, at)
}

/// Whether a word before the verb tells that it has happened; and if so, whether in the order of a question.
fn happened(leading: &[Word<'_>]) -> Option<bool> {
    for (n, word) in leading.iter().enumerate().rev() {
        let next = leading.get(n + 1).map(|word| word.text);
        let pronoun = next.is_some_and(|next| PRONOUNS.contains(&next));
        if HAPPENED.contains(&word.text) || HAPPENED_WITH.contains(&word.text) && pronoun {
            let first = leading.get(..n).unwrap_or_default().iter().all(|word| {
                matches!(word.class, Class::Noise | Class::Why) || WHO.contains(&word.text) || word.text == "how"
            });
            return Some(first && (pronoun || next.is_none() || next == Some("my")));
        }
        match word.class {
            Class::Fill | Class::You | Class::Me | Class::Own | Class::Mistake | Class::More => {}
            Class::Receive if word.text == "get" => {}
            Class::Noise if matches!(word.text, "just" | "really" | "already" | "ya" | "ja" | "now") => {}
            _ => return None,
        }
    }
    None
}

/// `Quem me descadastrou`
fn who(leading: &[Word<'_>]) -> bool {
    let mut words = leading.iter().skip_while(|word| matches!(word.class, Class::Noise | Class::Fill));
    words.next().is_some_and(|word| WHO.contains(&word.text))
        && words.next().is_none_or(|next| !NOT_WHO.contains(&next.text))
}

/// `Por que me tiram da lista?` complains; `why can't I leave`, and a wish of its own, do not.
fn complains(leading: &[Word<'_>]) -> bool {
    let mut words = leading.iter().skip_while(|word| word.class != Class::Why);
    words.next().is_some()
        && !words.any(|word| {
            matches!(
                word.class,
                Class::Cant
                    | Class::Want
                    | Class::Text
                    | Class::Send
                    | Class::SendMe
                    | Class::Receive
                    | Class::Marketing
            )
        })
}

/// Whether the wish is of somebody else: `minha filha quer sair`, `my husband wants to unsubscribe`.
pub(super) fn wish_of_another(leading: &[Word<'_>]) -> bool {
    (0..leading.len()).any(|n| {
        let Some(word) = leading.get(n) else { return false };
        let third = is_third(word.text);
        let english = matches!(word.text, "want" | "want to" | "would like" | "would like to" | "wish to" | "need to");
        if !third && !english {
            return false;
        }
        let mut before = leading.get(..n).unwrap_or_default().iter().rev();
        let subject = before.find(|word| !matches!(word.class, Class::No | Class::Me | Class::More));
        let Some(subject) = subject else { return false };
        if WHO.contains(&subject.text) && third {
            return true;
        }
        let theirs = before.next().is_some_and(|word| POSSESSIVES.contains(&word.text));
        match subject.class {
            Class::Other => third || theirs,
            // `Meu amigo pediu`; `amigo` alone addresses us.
            Class::Noise => third && theirs,
            _ => false,
        }
    })
}

pub(super) fn is_third(wish: &str) -> bool {
    THIRD.contains(&wish)
}

/// Whether a negation before the verb may reach it over words that we do not know: `não pretendo sair da lista`. An
/// imperative, and a wish of its own, stand for themselves.
fn denied(word: &Word<'_>, leading: &[Word<'_>]) -> bool {
    let Some(no) = leading.iter().rposition(|word| matches!(word.class, Class::No | Class::Nobody)) else {
        return false;
    };
    let between = leading.get(no + 1..).unwrap_or_default();
    let wished = between.iter().rposition(|word| WISHES.contains(&word.text)).is_some_and(|at| {
        let before = between.get(..at).unwrap_or_default();
        !before.iter().any(|word| SAYING.contains(&word.text))
            && before.last().is_some_and(|word| !PARTS.contains(&word.text))
    });
    !wished && depends(word, leading)
}

/// `Não pretendo`, `I'm not going`, `nadie pidió`: what is denied is the wish itself.
fn denies(leading: &[Word<'_>]) -> bool {
    (0..leading.len()).any(|n| {
        let no = leading.get(n).is_some_and(|word| matches!(word.class, Class::No | Class::Nobody));
        let mut after = leading.get(n + 1..).unwrap_or_default().iter();
        let verb = after.find(|word| !matches!(word.class, Class::Fill | Class::Me | Class::You | Class::More));
        // `No pedí recibir mensajes darme de baja` denies something else.
        no && verb.is_some_and(|verb| DENIED.contains(&verb.text))
            && after.all(|word| matches!(word.class, Class::Fill | Class::Me | Class::You | Class::More | Class::Want))
            && !leading.last().is_some_and(|word| WISHES.contains(&word.text) && !word.text.ends_with("to"))
    })
}

/// Whether the verb hangs on another: an infinitive, `to unsubscribe`, or a noun.
fn depends(word: &Word<'_>, leading: &[Word<'_>]) -> bool {
    let to = |text: &str| text == "to" || text.ends_with(" to");
    word.text.starts_with("to ")
        || word.text.ends_with("ing")
        || leading.last().is_some_and(|word| to(word.text))
        || ACTS.contains(&word.text)
        || is_infinitive(word)
}

/// `Sair`, `darme de baja`, `me tirar`; and `me dieran de baja`.
fn is_infinitive(word: &Word<'_>) -> bool {
    matches!(word.class, Class::Baja)
        || word.text.split(' ').any(|word| {
            ["ar", "er", "ir", "arme", "irme", "arse", "irse", "arnos", "irnos", "arte", "dieran", "diera"]
                .iter()
                .any(|end| word.ends_with(end))
        })
}

/// `Y si me doy de baja?`, `antes de sair da lista`, `posso sair quando quiser?`
fn condition(sentence: &Sentence<'_>, at: usize) -> bool {
    let leading = sentence.leading(at);
    let mut words = leading.iter().skip_while(|word| matches!(word.text, "y" | "e" | "and" | "pero" | "but" | "mas"));
    // `Sí` and `si` fold to the same.
    let si = words.next().is_some_and(|word| word.text == "si") && {
        let known = |word: &Word<'_>| !matches!(word.class, Class::Other | Class::Why);
        let more = sentence.asked || !sentence.trailing(at).iter().all(known);
        let verb = words.find(|word| !matches!(word.class, Class::Me | Class::Fill));
        let verb = verb.or_else(|| sentence.words.get(at)).map_or("", |word| word.text);
        more && (verb.starts_with("me ")
            || matches!(verb, "quiero" | "quisiera" | "deseo")
            || verb.starts_with("salgo"))
    };
    let time = leading
        .iter()
        .rev()
        .find(|word| !matches!(word.class, Class::Fill | Class::Me))
        .is_some_and(|word| word.class == Class::Limit && TIMES.contains(&word.text));
    let anytime = sentence.asked
        && leading.iter().any(|word| ABLE.contains(&word.text))
        && sentence.trailing(at).iter().any(|word| word.class == Class::Doubt);
    // `Preciso sair da lista para usar outro número?`
    let need = sentence.asked
        && leading.first().is_some_and(|word| matches!(word.text, "preciso" | "necesito" | "debo" | "devo"))
        && sentence.trailing(at).iter().any(|word| word.class == Class::Other);
    si || time || anytime || need
}

/// `O link de descadastro não funciona`, `is there a fee to unsubscribe?`
fn mechanics(sentence: &Sentence<'_>, at: usize) -> bool {
    let Some(word) = sentence.words.get(at) else { return false };
    matches!(word.class, Class::Strong | Class::Gone | Class::Baja | Class::Leave | Class::Cancel)
        && !word.text.ends_with(" me")
        && sentence.leading(at).iter().chain(sentence.trailing(at)).any(|word| MECHANICS.contains(&word.text))
}

/// Whether a later clause asks for another way: `não me mande email, mande whatsapp`.
fn other_way(sentence: &Sentence<'_>, at: usize) -> bool {
    let mut clauses = sentence.after(at).split(|word| word.class == Class::Comma).skip(1);
    clauses.any(|clause| {
        let ends = clause.iter().any(|word| {
            matches!(word.class, Class::Enough | Class::Stop | Class::Remove | Class::RemoveMe | Class::Strong)
        });
        let first = clause.iter().find(|word| !matches!(word.class, Class::Noise | Class::Fill | Class::Me));
        let sends = first.is_some_and(|word| match word.class {
            Class::Send | Class::SendMe | Class::Text => !is_statement(word.text),
            Class::Vague => {
                ["lig", "me lig", "call", "llam", "me llam"].iter().any(|start| word.text.starts_with(start))
            }
            _ if clause.iter().any(|word| word.class == Class::No) => false,
            _ => matches!(word.text, "mejor" | "melhor" | "prefiero" | "prefiro" | "rather" | "instead"),
        });
        sends && !ends
    })
}

/// Whether the form tells what a third person does: `ya no me mandan promociones` misses them. `Manda` orders, in
/// Portuguese.
pub(super) fn is_statement(verb: &str) -> bool {
    let verb = verb.strip_prefix("me ").unwrap_or(verb);
    matches!(
        verb,
        "escribe"
            | "mandan"
            | "mandam"
            | "envian"
            | "enviam"
            | "mandas"
            | "envias"
            | "escriben"
            | "escrevem"
            | "contactan"
    )
}

/// Whether a lack of interest stands alone before the word, and ends the reach of its negation.
pub(super) fn stands_alone(wish: &Word<'_>, next: &Word<'_>) -> bool {
    INTEREST.contains(&wish.text)
        && (WISHES.contains(&next.text)
            || matches!(next.class, Class::Stop | Class::Remove | Class::RemoveMe) && !is_infinitive(next))
}
