//! How profile fields are asked for, told of, and explained.

use super::values::Value;
use super::words::joined;
use crate::{Locale, ProfileField, Voice};

/// The most fields that a customer is asked for at a time.
const AT_A_TIME: usize = 2;

/// The fields that a customer is asked for: the first two, consent last.
#[derive(Clone, Copy)]
pub struct Asked<'a>(pub &'a [ProfileField]);

impl Value for Asked<'_> {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let words: Vec<&str> = asked(self.0).into_iter().map(|field| word(field, voice)).collect();
        Some(joined(&words, voice.locale()))
    }
}

/// The fields that a customer is asked for besides, if there are any: the first two, consent last.
#[derive(Clone, Copy)]
pub struct AskedToo<'a>(pub &'a [ProfileField]);

impl Value for AskedToo<'_> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|voice| match voice.locale() {
        Locale::Es => "nada más",
        Locale::PtBr => "nada mais",
        Locale::En => "nothing else",
    });

    fn write(&self, voice: Voice, room: usize) -> Option<String> {
        Asked(self.0).write(voice, room).filter(|words| !words.is_empty())
    }
}

/// What a customer has told us.
#[derive(Clone, Copy)]
pub struct Learned<'a> {
    /// The fields.
    pub fields: &'a [ProfileField],
    /// Whether the customer wants our news, if that is one of them.
    pub news: bool,
}

impl Value for Learned<'_> {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let told = |field| if field == ProfileField::Consent { choice(self.news, voice) } else { word(field, voice) };
        let words: Vec<&str> = consent_last(self.fields).into_iter().map(told).collect();
        Some(joined(&words, voice.locale()))
    }
}

/// Why a customer is asked for the fields of [`Asked`]; missing if they explain themselves.
#[derive(Clone, Copy)]
pub struct Purpose<'a>(pub &'a [ProfileField]);

impl Value for Purpose<'_> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|voice| match voice.locale() {
        Locale::Es if voice.is_usted() => "para atenderle mejor",
        Locale::Es => "para atenderte mejor",
        Locale::PtBr => "para atender você melhor",
        Locale::En => "so that we can serve you better",
    });

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let mut purposes: Vec<&str> = asked(self.0).into_iter().filter_map(|field| purpose(field, voice)).collect();
        // There are two at most.
        purposes.dedup();
        let joined = joined(&purposes, voice.locale());
        match voice.locale() {
            _ if joined.is_empty() => None,
            Locale::Es | Locale::PtBr => Some(joined),
            Locale::En => Some(format!("so that we can {joined}")),
        }
    }
}

fn asked(fields: &[ProfileField]) -> Vec<ProfileField> {
    consent_last(fields.get(..AT_A_TIME).unwrap_or(fields))
}

/// Its words are a clause, which sounds well only at the end.
fn consent_last(fields: &[ProfileField]) -> Vec<ProfileField> {
    let mut fields = fields.to_vec();
    fields.sort_by_key(|field| *field == ProfileField::Consent);
    fields
}

/// The field as it is asked for.
fn word(field: ProfileField, voice: Voice) -> &'static str {
    let usted = voice.is_usted();
    let spanish = |tu, polite| if usted { polite } else { tu };
    match (voice.locale(), field) {
        (Locale::Es, ProfileField::Name) => spanish("tu nombre", "su nombre"),
        (Locale::Es, ProfileField::Email) => spanish("tu correo electrónico", "su correo electrónico"),
        (Locale::Es, ProfileField::Birthday) => spanish("tu fecha de cumpleaños", "su fecha de cumpleaños"),
        (Locale::Es, ProfileField::Gender) => spanish("tu género", "su género"),
        (Locale::Es, ProfileField::City) => spanish("tu ciudad", "su ciudad"),
        (Locale::Es, ProfileField::Consent) => {
            spanish("si quieres recibir nuestras novedades", "si quiere recibir nuestras novedades")
        }
        (Locale::PtBr, ProfileField::Name) => "seu nome",
        (Locale::PtBr, ProfileField::Email) => "seu e-mail",
        (Locale::PtBr, ProfileField::Birthday) => "sua data de aniversário",
        (Locale::PtBr, ProfileField::Gender) => "seu gênero",
        (Locale::PtBr, ProfileField::City) => "sua cidade",
        (Locale::PtBr, ProfileField::Consent) => "se quer receber nossas novidades",
        (Locale::En, ProfileField::Name) => "your name",
        (Locale::En, ProfileField::Email) => "your email address",
        (Locale::En, ProfileField::Birthday) => "your birthday",
        (Locale::En, ProfileField::Gender) => "your gender",
        (Locale::En, ProfileField::City) => "your city",
        (Locale::En, ProfileField::Consent) => "whether you would like to get our news",
    }
}

/// Whether the customer wants our news, as we note it.
fn choice(news: bool, voice: Voice) -> &'static str {
    match (voice.locale(), news) {
        (Locale::Es, true) if voice.is_usted() => "que quiere recibir nuestras novedades",
        (Locale::Es, false) if voice.is_usted() => "que no quiere recibir nuestras novedades",
        (Locale::Es, true) => "que quieres recibir nuestras novedades",
        (Locale::Es, false) => "que no quieres recibir nuestras novedades",
        (Locale::PtBr, true) => "que você quer receber nossas novidades",
        (Locale::PtBr, false) => "que você não quer receber nossas novidades",
        (Locale::En, true) => "that you would like to get our news",
        (Locale::En, false) => "that you would rather not get our news",
    }
}

/// What the field is good for, to the customer. Whether news is wanted explains itself.
fn purpose(field: ProfileField, voice: Voice) -> Option<&'static str> {
    let usted = voice.is_usted();
    let spanish = |tu, polite| Some(if usted { polite } else { tu });
    match (voice.locale(), field) {
        (_, ProfileField::Consent) => None,
        (Locale::Es, ProfileField::Name) => spanish("para llamarte por tu nombre", "para llamarle por su nombre"),
        (Locale::Es, ProfileField::Email) => spanish("para atenderte mejor", "para atenderle mejor"),
        (Locale::Es, ProfileField::Birthday) => spanish("para felicitarte en tu día", "para felicitarle en su día"),
        (Locale::Es, ProfileField::Gender) => {
            spanish("para saber cómo dirigirnos a ti", "para saber cómo dirigirnos a usted")
        }
        (Locale::Es, ProfileField::City) => spanish("para atenderte mejor", "para atenderle mejor"),
        (Locale::PtBr, ProfileField::Name) => Some("para chamar você pelo nome"),
        (Locale::PtBr, ProfileField::Email) => Some("para atender você melhor"),
        (Locale::PtBr, ProfileField::Birthday) => Some("para dar os parabéns no seu dia"),
        (Locale::PtBr, ProfileField::Gender) => Some("para saber como tratar você"),
        (Locale::PtBr, ProfileField::City) => Some("para atender você melhor"),
        (Locale::En, ProfileField::Name) => Some("call you by your name"),
        (Locale::En, ProfileField::Email) => Some("serve you better"),
        (Locale::En, ProfileField::Birthday) => Some("greet you on your day"),
        (Locale::En, ProfileField::Gender) => Some("address you properly"),
        (Locale::En, ProfileField::City) => Some("serve you better"),
    }
}
