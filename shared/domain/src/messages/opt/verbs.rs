//! Verbs and their objects.

use super::Wish;
use super::lexicon::Class;
use super::rules::FEW;
use super::sentence::{Object, Sentence};

/// `I want to get` names less than `quero receber`, and `I don't receive` negates no wish.
const ENGLISH_RECEIVE: &[&str] =
    &["receive", "receiving", "recieve", "recieving", "recive", "reciving", "get", "getting"];

/// `No need to text`.
const NEEDS: &[&str] = &["need", "need to", "need you to", "precisa", "precisam", "preciso"];

/// `No news` is a remark, `no promotions` is not.
const NEWS: &[&str] =
    &["news", "updates", "noticias", "novidades", "novedades", "informacion", "list", "lista", "group", "grupo"];

/// `No quiero formar parte de esto`.
const PART: &[&str] = &["fazer parte", "participar", "formar parte", "formar parte de", "be part of"];

/// One sentence's say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Say {
    Wish(Wish),
    /// `don't stop`: the person wants to keep what they get.
    Keep,
}

pub(super) use Say::{Keep, Wish as Says};

/// What the word at that place says, with what is around it.
pub(super) fn at_word(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    let say = match sentence.class(at)? {
        Class::Strong | Class::Baja | Class::Stop | Class::Leave | Class::Remove | Class::RemoveMe | Class::Cancel => {
            verb(sentence, at)?
        }
        Class::Send | Class::SendMe | Class::Text | Class::Note => not_send(sentence, at)?,
        Class::Receive => receive(sentence, at)?,
        Class::No => not_want(sentence, at)?,
        Class::Enough => enough(sentence, at)?,
        Class::Nothing if at == 0 => return nothing(sentence),
        Class::Subscribe => return subscribe(sentence, at),
        Class::Back => return back(sentence, at),
        // `Chega que horas?`, `basta con traer la cartilla` are not annoyed.
        Class::Annoyed if sentence.words.get(at).is_some_and(|word| !word.text.contains(' ')) => short(sentence)?,
        Class::Annoyed => Says(Wish::Unsure),
        _ => return None,
    };
    let doubt = sentence.before(at).iter().any(|word| word.class == Class::Doubt);
    match say {
        Says(Wish::Out) if doubt || sentence.rest(at).limited => Some(Says(Wish::Unsure)),
        Says(Wish::Unsure) if doubt => None,
        say => Some(say),
    }
}

const OUT: Option<Say> = Some(Says(Wish::Out));
const UNSURE: Option<Say> = Some(Says(Wish::Unsure));

/// A stop verb and its object.
fn verb(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    let word = sentence.words.get(at)?;
    let rest = sentence.rest(at);
    if let Some(no) = sentence.negation(at) {
        // `Por que não param de mandar mensagem?` complains.
        let complains = sentence.before(no).iter().any(|word| word.class == Class::Why)
            || matches!(word.text, "param de" | "dejan de" | "paran de");
        return if complains { UNSURE } else { Some(Keep) };
    }
    // `Por que me tiram da lista?` wants to stay.
    if word.class == Class::RemoveMe && sentence.before(at).iter().any(|word| word.class == Class::Why) {
        return None;
    }
    let wants = sentence.before(at).iter().any(|word| matches!(word.class, Class::Want | Class::Cant));
    let me = rest.me || word.class == Class::RemoveMe || mine(sentence, at);
    if word.text.ends_with(" envio") || word.text.ends_with(" envios") {
        // `Cancele o envio do pedido`
        return match rest.object {
            _ if rest.limited => None,
            Object::None | Object::Marketing | Object::Note | Object::This => OUT,
            Object::Offer | Object::Vague => UNSURE,
            _ => None,
        };
    }
    if rest.object == Object::Marketing && sentence.lists_a_thing(at) && !me {
        return None;
    }
    if rest.object == Object::Marketing && sentence.subscribes_to_a_thing(at) {
        return UNSURE;
    }
    match (word.class, rest.object) {
        // `Parei de receber`, `dejé de recibir` look the same without accents.
        (Class::Stop, _) if rest.receives && matches!(word.text, "deje de" | "pare de") => UNSURE,
        (Class::Stop, Object::Other) if rest.sends && me => UNSURE,
        (_, Object::Other) => (word.class == Class::Strong).then_some(Says(Wish::Unsure)),
        (Class::Remove | Class::RemoveMe, Object::Offer) if me => OUT,
        (Class::Cancel | Class::Leave, Object::Offer | Object::Note | Object::Vague) => short(sentence),
        (Class::Remove | Class::RemoveMe, Object::Note) if !me => None,
        (Class::Remove | Class::RemoveMe, Object::Offer | Object::Note | Object::Vague) => short(sentence),
        (Class::Baja, Object::Vague) => short(sentence),
        (Class::Stop, Object::Vague) => short(sentence),
        (_, Object::Marketing | Object::Offer | Object::Note | Object::Vague) => OUT,
        (Class::Stop, Object::Own) => rest.sends.then_some(Says(Wish::Out)),
        (_, Object::Own) => OUT,
        // `Cancelar inscrição no curso`
        (Class::Strong, Object::None) if sentence.placed(at) => UNSURE,
        (Class::Strong, _) => OUT,
        (Class::Baja, _) if wants || me => OUT,
        (Class::Stop, Object::This) => OUT,
        (Class::Stop, _) if rest.sends || rest.receives => OUT,
        (Class::Stop, Object::Nothing) => short(sentence),
        (Class::Leave, Object::This | Object::Here | Object::Nothing) => {
            if wants && sentence.known() {
                OUT
            } else {
                short(sentence)
            }
        }
        (Class::Remove | Class::RemoveMe, Object::None | Object::Here | Object::Nothing | Object::This) if me => OUT,
        (Class::Remove, Object::This | Object::Here) | (Class::Cancel, Object::This | Object::Here) => short(sentence),
        (Class::Cancel, _) if rest.sends || rest.receives => {
            if word.text == "quit" {
                OUT
            } else {
                short(sentence)
            }
        }
        _ => None,
    }
}

/// Unsure, if the sentence has no unknown word: `cancela o serviço de banho` is of something else.
fn short(sentence: &Sentence<'_>) -> Option<Say> {
    (sentence.known() && sentence.words.len() <= FEW).then_some(Says(Wish::Unsure))
}

/// Whether the person is named directly before the verb: `me tira`, `me pode tirar`.
fn mine(sentence: &Sentence<'_>, at: usize) -> bool {
    let before = sentence.before(at).iter().rev();
    before
        .take_while(|word| matches!(word.class, Class::Me | Class::Want | Class::Noise))
        .any(|word| word.class == Class::Me)
}

/// `Não me mande mais`, `don't text me`.
fn not_send(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    let word = sentence.words.get(at)?;
    if word.class == Class::Note && !matches!(word.text, "message" | "msg") {
        return None;
    }
    let no = sentence.negation(at)?;
    let rest = sentence.rest(at);
    let never = sentence.words.get(no).is_some_and(|no| {
        matches!(
            no.text,
            "nunca" | "nunca mais" | "nunca mas" | "jamais" | "jamas" | "never" | "ya no" | "ja nao" | "no longer"
        )
    });
    let more = never || rest.more || sentence.between(no, at, Class::More);
    let me = rest.me || word.class == Class::SendMe || sentence.between(no, at, Class::Me);
    // `Por que não manda mais mensagem?` misses them.
    let mut clause = sentence.before(no).iter().rev().take_while(|word| word.class != Class::Comma);
    if clause.any(|word| matches!(word.class, Class::Why | Class::You)) && !sentence.between(no, at, Class::Want) {
        return UNSURE;
    }
    let negation = sentence.words.get(no)?.text;
    // `No message`, `no need to text` forbid nothing.
    let needless = sentence.words.get(no..at).unwrap_or_default().iter().any(|word| NEEDS.contains(&word.text));
    let noun = negation == "no" && matches!(word.text, "message" | "text" | "contact" | "email");
    if (noun || needless) && !me && !more && rest.object == Object::None {
        return None;
    }
    match rest.object {
        Object::Other => None,
        Object::Marketing | Object::Nothing => OUT,
        Object::None | Object::Here if me || more || word.class == Class::Text => OUT,
        Object::Note | Object::Offer | Object::This | Object::Own if me || more => OUT,
        Object::Note if sentence.known() => OUT,
        Object::None | Object::Note | Object::Offer | Object::This => short(sentence),
        Object::Vague => UNSURE,
        _ => None,
    }
}

/// `Não quero receber`, and `quero receber as promoções`.
fn receive(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    let word = sentence.words.get(at)?;
    let rest = sentence.rest(at);
    let english = ENGLISH_RECEIVE.contains(&word.text);
    if let Some(no) = sentence.negation(at) {
        let wants = sentence.between(no, at, Class::Want)
            || sentence.words.get(no).is_some_and(|no| no.text.contains("interested"));
        let to = sentence.words.get(no + 1).is_some_and(|word| word.text == "to")
            || sentence.before(no).iter().any(|word| word.class == Class::Want);
        let gerund = word.text.ends_with("ndo") || word.text.ends_with("ing");
        // `I don't receive messages`, `desculpa por não receber` and `não estou recebendo` miss them.
        let missed = (english || gerund) && !wants && !to || sentence.before(no).iter().any(|word| word.text == "por");
        if missed {
            return None;
        }
        return match rest.object {
            Object::Other | Object::Own => None,
            Object::Vague => short(sentence),
            _ => OUT,
        };
    }
    if sentence.before(at).iter().any(|word| matches!(word.class, Class::Enough) && word.text.contains("mais"))
        && rest.object != Object::Other
    {
        return OUT;
    }
    let stopped = sentence.before(at).iter().any(|word| {
        matches!(
            word.class,
            Class::Stop
                | Class::Cancel
                | Class::No
                | Class::Enough
                | Class::Cant
                | Class::Annoyed
                | Class::Why
                | Class::Doubt
        )
    });
    let asked = sentence.before(at).iter().any(|word| matches!(word.class, Class::Want | Class::Back))
        || sentence.before(at).iter().all(|word| word.class == Class::Noise);
    match rest.object {
        _ if stopped || !asked || rest.limited => None,
        Object::Marketing if !english || sentence.has(Class::Want) => Some(Says(Wish::In)),
        // `Quero receber` names it; `receber` alone, or `I want to get`, does not.
        Object::None if !english && !sentence.before(at).iter().all(|word| word.class == Class::Noise) => {
            Some(Says(Wish::In))
        }
        _ => None,
    }
}

/// `No quiero más mensajes`, `no messages`, `não quero nada de vocês`.
fn not_want(sentence: &Sentence<'_>, no: usize) -> Option<Say> {
    let rest = sentence.rest(no);
    let wants = sentence.class(no + 1) == Some(Class::Want)
        || sentence
            .after(no)
            .iter()
            .take_while(|word| matches!(word.class, Class::Me | Class::More | Class::Want | Class::Fill))
            .any(|word| word.class == Class::Want);
    if rest.sends || rest.receives {
        return None;
    }
    // `Nomás mensajes no`
    let before = sentence.before(no);
    let denied = before.iter().any(|word| word.class == Class::Marketing)
        && before.iter().all(|word| matches!(word.class, Class::Noise | Class::Fill | Class::More | Class::Marketing))
        && sentence.after(no).iter().all(|word| matches!(word.class, Class::Noise | Class::Comma));
    if denied {
        return UNSURE;
    }
    let never = sentence.words.get(no).is_some_and(|no| matches!(no.text, "ya no" | "no longer" | "ja nao"));
    let more = rest.more || never;
    match rest.object {
        Object::Marketing | Object::Note if wants && (more || !unclear(sentence)) => OUT,
        Object::Marketing if more => OUT,
        Object::Marketing
            if no == 0 && sentence.known() && !sentence.words.iter().any(|word| NEWS.contains(&word.text)) =>
        {
            OUT
        }
        Object::Offer if wants && more => OUT,
        Object::Nothing if wants && rest.you => OUT,
        Object::This | Object::Here if wants && sentence.words.iter().any(|word| PART.contains(&word.text)) => OUT,
        Object::None | Object::Nothing | Object::This if wants && more && bare_want(sentence, no) => short(sentence),
        _ => None,
    }
}

/// `No quiero más`, but not `ya no lo quiero` or `não preciso mais`.
fn bare_want(sentence: &Sentence<'_>, no: usize) -> bool {
    sentence.after(no).iter().all(|word| match word.class {
        Class::Want => word.text.starts_with('q') || word.text == "want",
        Class::Fill => false,
        _ => true,
    })
}

/// `I don't like your ads` is a judgement.
fn unclear(sentence: &Sentence<'_>) -> bool {
    sentence.words.iter().any(|word| matches!(word.text, "me interesan" | "me interesa" | "interested in"))
}

fn enough(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    let rest = sentence.rest(at);
    // `Estou sem mensagens`
    if matches!(sentence.words.get(at)?.text, "sem" | "sin")
        && (at > 0 || rest.sends || rest.receives || !sentence.known())
    {
        return None;
    }
    match rest.object {
        Object::Marketing | Object::Note | Object::Offer => OUT,
        Object::This => OUT,
        _ if rest.sends || rest.receives => {
            if rest.object == Object::Other {
                None
            } else {
                OUT
            }
        }
        Object::None | Object::Nothing => short(sentence),
        _ => None,
    }
}

/// `Nada de promociones`.
fn nothing(sentence: &Sentence<'_>) -> Option<Say> {
    let rest = sentence.rest(0);
    (rest.object == Object::Marketing && sentence.known() && !rest.limited && sentence.words.len() > 1)
        .then_some(Says(Wish::Out))
}

fn subscribe(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    if sentence.negation(at).is_some()
        || sentence.before(at).iter().any(|word| {
            matches!(
                word.class,
                Class::Stop
                    | Class::Cancel
                    | Class::Remove
                    | Class::RemoveMe
                    | Class::Leave
                    | Class::Enough
                    | Class::Strong
                    | Class::Other
                    | Class::Doubt
            )
        })
    {
        return None;
    }
    let rest = sentence.rest(at);
    let other = rest.object == Object::None && sentence.after(at).iter().any(|word| word.class == Class::Other);
    (!other && matches!(rest.object, Object::None | Object::Marketing | Object::This)).then_some(Says(Wish::In))
}

/// `Resume promotions`, `podem voltar a mandar mensagens`, `voltar para a lista`.
fn back(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    if sentence.negation(at).is_some()
        || sentence.before(at).iter().any(|word| matches!(word.class, Class::Other | Class::Doubt | Class::Why))
    {
        return None;
    }
    let rest = sentence.rest(at);
    (rest.object == Object::Marketing && !rest.limited).then_some(Says(Wish::In))
}
