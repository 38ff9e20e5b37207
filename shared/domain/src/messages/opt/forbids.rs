//! Negations of sending, of receiving and of wanting, and what they forbid.

use super::Wish;
use super::joins::{self, ENGLISH};
use super::lexicon::Class;
use super::mood::{is_partial, is_statement};
use super::sentence::{Object, Sentence};
use super::verbs::{OUT, Say, Says, UNSURE, short};

/// `No need to text`.
const NEEDS: &[&str] = &["need", "need to", "need you to", "precisa", "precisam", "preciso"];

/// `No hace falta que me mandes mensaje` is polite.
const UNNEEDED: &[&str] = &[
    "hace falta",
    "hace falta que",
    "es necesario",
    "es necesario que",
    "necesario",
    "necessario",
    "necessario que",
    "e necessario",
];

/// `No news` is a remark, `no promotions` is not.
const NEWS: &[&str] =
    &["news", "updates", "noticias", "novidades", "novedades", "informacion", "list", "lista", "group", "grupo"];

/// `No quiero formar parte de esto`.
const PART: &[&str] = &["fazer parte", "participar", "formar parte", "formar parte de", "be part of"];

/// Where messages come.
const CHANNELS: &[&str] = &["whatsapp", "whats", "wpp", "zap", "zapzap", "wsp", "wasap", "wapp"];

/// What a negation forbids. Of one way, or for somebody else, it may be meant for promotions too.
pub(super) fn of_one_way(
    sentence: &Sentence<'_>,
    at: usize,
    say: fn(&Sentence<'_>, usize) -> Option<Say>,
) -> Option<Say> {
    say(sentence, at).map(|say| match say {
        Says(Wish::Out) if is_partial(sentence, at) => Says(Wish::Unsure),
        say => say,
    })
}

/// `Não me mande mais`, `don't text me`.
pub(super) fn send(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
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
    let wants = sentence.between(no, at, Class::Want);
    // `He didn't text me`, `don't you send promos anymore?`
    if !wants
        && (matches!(negation, "didnt" | "didn t" | "doesnt" | "doesn t")
            || sentence.asked && sentence.class(no + 1) == Some(Class::You))
    {
        return None;
    }
    // `No me escribe nadie`
    if matches!(word.text, "escribe" | "me escribe") && !more {
        return None;
    }
    // `Ya no me mandan promociones`
    if !wants && is_statement(word.text) || in_spanish(sentence, at) {
        return UNSURE;
    }
    if is_of_speech(sentence, at) {
        return None;
    }
    // `No message`, `no need to text` forbid nothing.
    let needless = sentence.words.get(no..at).unwrap_or_default().iter().any(|word| NEEDS.contains(&word.text));
    let noun = negation == "no" && matches!(word.text, "message" | "text" | "contact" | "email");
    if (noun || needless) && !me && !more && rest.object == Object::None {
        return None;
    }
    let unneeded = sentence.words.get(no..at).unwrap_or_default().iter().any(|word| UNNEEDED.contains(&word.text));
    if unneeded && !more && matches!(rest.object, Object::None | Object::Note) {
        return None;
    }
    if rest.object != Object::Other && for_another(sentence, at) {
        return if negation == "no le" { None } else { UNSURE };
    }
    match rest.object {
        Object::Other => None,
        Object::Marketing | Object::Nothing | Object::Offer | Object::Note if rest.topic => UNSURE,
        Object::Marketing | Object::Nothing => OUT,
        Object::None | Object::Here if me || more || word.class == Class::Text => OUT,
        Object::Note | Object::Offer | Object::This | Object::Own if me || more => OUT,
        Object::Note if sentence.known() => OUT,
        Object::None | Object::Note | Object::Offer | Object::This => short(sentence),
        Object::Vague => UNSURE,
        _ => None,
    }
}

/// `Nunca me manda mensaje` misses it: `manda` orders in Portuguese only.
fn in_spanish(sentence: &Sentence<'_>, at: usize) -> bool {
    let manda = sentence.words.get(at).is_some_and(|word| matches!(word.text, "manda" | "me manda"));
    manda && sentence.words.iter().any(|word| matches!(word.text, "mensaje" | "mensajes" | "promociones" | "ya no"))
}

/// `Não me chame de senhora`, `não me fale isso`: of how people speak.
fn is_of_speech(sentence: &Sentence<'_>, at: usize) -> bool {
    let Some(word) = sentence.words.get(at) else { return false };
    let verb = word.text.strip_prefix("me ").unwrap_or(word.text);
    let mut after = sentence.after(at).iter().map(|word| word.text);
    let called = matches!(verb, "chame" | "chamem" | "chama") && after.next() == Some("de");
    called || matches!(verb, "fale" | "falem") && sentence.rest(at).object == Object::This
}

/// `No le mandes mensaje a mi mamá`: whether a person that we do not know is to get it.
fn for_another(sentence: &Sentence<'_>, at: usize) -> bool {
    let mut words = sentence.trailing(at).iter().skip_while(|word| !matches!(word.text, "a" | "para" | "pra" | "a mi"));
    let Some(to) = words.next() else { return false };
    let own = |text: &str| matches!(text, "mi" | "meu" | "minha" | "la" | "el" | "tu" | "seu" | "sua");
    let mut owned = to.text == "a mi";
    let next = words.find(|word| {
        owned |= own(word.text);
        !own(word.text)
    });
    owned && next.is_some_and(|word| word.class == Class::Other)
}

/// `Não quero receber`, and `quero receber as promoções`.
pub(super) fn receive(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    let word = sentence.words.get(at)?;
    let rest = sentence.rest(at);
    let english = ENGLISH.contains(&word.text);
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
            _ if rest.topic => UNSURE,
            Object::Vague => short(sentence),
            _ => OUT,
        };
    }
    if sentence.before(at).iter().any(|word| matches!(word.class, Class::Enough) && word.text.contains("mais"))
        && rest.object != Object::Other
    {
        return OUT;
    }
    joins::receive(sentence, at)
}

/// `No quiero más mensajes`, `no messages`, `não quero nada de vocês`.
pub(super) fn want(sentence: &Sentence<'_>, no: usize) -> Option<Say> {
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
        Object::Marketing | Object::Note if rest.topic => (wants || more).then_some(Says(Wish::Unsure)),
        Object::Offer if rest.topic && !more => None,
        Object::Marketing | Object::Note if wants && (more || !unclear(sentence)) => OUT,
        Object::Marketing if more => OUT,
        // `I'm not interested in your promotions` is near to a wish.
        Object::Marketing if is_taste(sentence) => short(sentence),
        Object::Marketing if !more && !wants && no == 0 && (sentence.asked || is_remark(sentence)) => short(sentence),
        Object::Marketing
            if no == 0 && sentence.known() && !sentence.words.iter().any(|word| NEWS.contains(&word.text)) =>
        {
            OUT
        }
        Object::Offer if wants && more => OUT,
        Object::Nothing if wants && rest.you => OUT,
        // `Não quero mais contato`
        Object::Own if wants && is_contact(sentence, no) => OUT,
        // `No autorizo el uso de mis datos`
        Object::Own if allows(sentence, no) => short(sentence),
        // `Não quero envios` may be of parcels, `não quero promoção` of that of today.
        Object::Vague if wants && sentence.words.iter().any(|word| word.text == "envios") => short(sentence),
        Object::Offer if wants && !has_article(sentence, no) => short(sentence),
        // `Não quero mais whats de vocês`
        Object::None
            if wants && more && rest.you && sentence.words.iter().any(|word| CHANNELS.contains(&word.text)) =>
        {
            short(sentence)
        }
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

/// `Não quero contato`; `não quero dar meu contato` is of a number.
fn is_contact(sentence: &Sentence<'_>, no: usize) -> bool {
    let after = sentence.after(no);
    after.iter().any(|word| matches!(word.text, "contato" | "contacto" | "contatos"))
        && !after.iter().any(|word| matches!(word.text, "meu" | "mi" | "seu" | "tu" | "su"))
}

fn is_taste(sentence: &Sentence<'_>) -> bool {
    let tastes = ["i m not interested in", "im not interested in", "me interessa", "me interessam"];
    sentence.words.iter().any(|word| tastes.contains(&word.text))
}

fn allows(sentence: &Sentence<'_>, no: usize) -> bool {
    sentence.after(no).first().is_some_and(|word| {
        matches!(word.text, "autorizo" | "aceito" | "acepto" | "permito" | "consinto" | "consinto com")
    })
}

fn has_article(sentence: &Sentence<'_>, no: usize) -> bool {
    sentence
        .after(no)
        .iter()
        .any(|word| matches!(word.text, "a" | "o" | "la" | "el" | "essa" | "esa" | "the" | "quiero la" | "quiero mi"))
}

/// `I don't like your ads` is a judgement.
fn unclear(sentence: &Sentence<'_>) -> bool {
    sentence.words.iter().any(|word| matches!(word.text, "me interesan" | "me interesa" | "interested in"))
}

/// `No messages` may be a remark; `no messages please` asks.
fn is_remark(sentence: &Sentence<'_>) -> bool {
    !sentence.has(Class::Noise)
        && sentence.words.iter().any(|word| matches!(word.text, "mensajes" | "mensagens" | "messages"))
}

pub(super) fn enough(sentence: &Sentence<'_>, at: usize) -> Option<Say> {
    let rest = sentence.rest(at);
    // `Estou sem mensagens`
    if matches!(sentence.words.get(at)?.text, "sem" | "sin")
        && (at > 0 || rest.sends || rest.receives || !sentence.known())
    {
        return None;
    }
    // `Sem novidades?` and `sin mensajes` are remarks; courtesy makes them a request.
    let remark = matches!(sentence.words.get(at)?.text, "sem" | "sin") && (sentence.asked || is_remark(sentence));
    match rest.object {
        Object::Marketing | Object::Note | Object::Offer if remark => UNSURE,
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
        Object::Vague if sentence.words.iter().any(|word| word.text == "envios") => short(sentence),
        _ => None,
    }
}

/// `Nada de promociones`.
pub(super) fn nothing(sentence: &Sentence<'_>) -> Option<Say> {
    let rest = sentence.rest(0);
    (rest.object == Object::Marketing && sentence.known() && !rest.limited && sentence.words.len() > 1)
        .then_some(Says(Wish::Out))
}
