//! Verbs of ending and their objects.

use super::Wish;
use super::alone::COURTESY;
use super::forbids::{enough, nothing, of_one_way, receive, send, want};
use super::joins;
use super::lexicon::Class;
use super::mood::{Mood, mood};
use super::rules::FEW;
use super::sentence::{Object, Sentence};

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
        Class::Strong
        | Class::Gone
        | Class::Baja
        | Class::Stop
        | Class::Leave
        | Class::Remove
        | Class::RemoveMe
        | Class::Cancel => match (verb(sentence, at)?, mood(sentence, at)) {
            (Says(Wish::Out), Mood::Perhaps) => Says(Wish::Unsure),
            (Says(Wish::Out), Mood::Tells) => return None,
            // `Am I unsubscribed?`
            (_, Mood::Tells) if sentence.class(at) == Some(Class::Gone) => return None,
            (say, _) => say,
        },
        Class::Send | Class::SendMe | Class::Text if sentence.negation(at).is_none() => {
            return joins::resume(sentence, at);
        }
        Class::Send | Class::SendMe | Class::Text | Class::Note => of_one_way(sentence, at, send)?,
        Class::Receive => of_one_way(sentence, at, receive)?,
        Class::No => of_one_way(sentence, at, want)?,
        Class::Enough => enough(sentence, at)?,
        Class::Nothing if at == 0 => return nothing(sentence),
        Class::Subscribe => return joins::subscribe(sentence, at),
        Class::Back => return joins::back(sentence, at),
        Class::Put => return joins::put(sentence, at),
        Class::Want => return joins::allow(sentence, at),
        // `Chega que horas?`, `basta con traer la cartilla` are not annoyed.
        Class::Annoyed if sentence.words.get(at).is_some_and(|word| !word.text.contains(' ')) => short(sentence)?,
        // `Harta de sus mensajes`, and not `harta de esperar`.
        Class::Annoyed if is_open(sentence, at) => {
            let rest = sentence.rest(at);
            match rest.object {
                Object::Marketing | Object::Note => Says(Wish::Unsure),
                _ => return None,
            }
        }
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

/// Whether the words of anger say of what only by what follows.
fn is_open(sentence: &Sentence<'_>, at: usize) -> bool {
    sentence.words.get(at).is_some_and(|word| {
        matches!(
            word.text,
            "harta de"
                | "harto de"
                | "cansado de"
                | "cansada de"
                | "que fastidio con"
                | "cansei de"
                | "cansei das"
                | "odeio essas"
                | "odeio as"
                | "que inferno essas"
        )
    })
}

pub(super) const OUT: Option<Say> = Some(Says(Wish::Out));
pub(super) const UNSURE: Option<Say> = Some(Says(Wish::Unsure));

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
    // `Unsubscribed please`
    let bare = sentence.words.iter().any(|word| COURTESY.contains(&word.text))
        && sentence.leading(at).iter().all(|word| word.class == Class::Noise);
    let to_be = bare || wants || sentence.leading(at).iter().any(|word| word.text == "be");
    if word.class == Class::Gone && !to_be {
        return UNSURE;
    }
    let me = rest.me || word.class == Class::RemoveMe || mine(sentence, at);
    if word.text.ends_with(" envio") || word.text.ends_with(" envios") {
        // `Cancele o envio do pedido`
        return match rest.object {
            _ if rest.limited => None,
            // `Cancelem o envio, vou buscar na loja`
            Object::None if !sentence.known() => UNSURE,
            // `Suspender el envío` may be of a parcel.
            Object::None if word.class == Class::Cancel => UNSURE,
            Object::None | Object::Marketing | Object::Note | Object::This => OUT,
            Object::Offer | Object::Vague => UNSURE,
            _ => None,
        };
    }
    if rest.object == Object::Marketing && sentence.lists_a_thing(at) && !me {
        return None;
    }
    if rest.object == Object::Marketing && (sentence.subscribes_to_a_thing(at) || rest.club) {
        return UNSURE;
    }
    match (word.class, rest.object) {
        // `Parei de receber`, `dejé de recibir` look the same without accents.
        (Class::Stop, _) if rest.receives && matches!(word.text, "deje de" | "pare de") => UNSURE,
        (Class::Stop, Object::Other) if rest.sends && me => UNSURE,
        (_, Object::Other) => matches!(word.class, Class::Strong | Class::Gone).then_some(Says(Wish::Unsure)),
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
        (Class::Strong | Class::Gone, Object::None) if sentence.placed(at) => UNSURE,
        (Class::Strong | Class::Gone, _) => OUT,
        (Class::Baja, _) if wants || me => OUT,
        (Class::Stop, Object::This) => OUT,
        // `I prefer to avoid texting`
        (Class::Stop, Object::None) if word.text == "avoid" && !of_me(sentence, at) => None,
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
pub(super) fn short(sentence: &Sentence<'_>) -> Option<Say> {
    (sentence.known() && sentence.words.len() <= FEW).then_some(Says(Wish::Unsure))
}

/// Whether the person is named directly before the verb: `me tira`, `me pode tirar`.
fn mine(sentence: &Sentence<'_>, at: usize) -> bool {
    let before = sentence.before(at).iter().rev();
    before
        .take_while(|word| matches!(word.class, Class::Me | Class::Want | Class::Noise))
        .any(|word| word.class == Class::Me)
}

fn of_me(sentence: &Sentence<'_>, at: usize) -> bool {
    sentence.after(at).iter().any(|word| word.class == Class::Me || word.text.ends_with(" me"))
}
