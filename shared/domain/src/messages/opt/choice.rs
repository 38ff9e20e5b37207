//! The wish in a tap on a button or a list entry.

use super::labels::is_stop_button;
use super::{Wish, wish};
use crate::buttons::is_our_id;
use crate::fold::fold;

/// Where the button or list entry was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// In a menu of our own: a list, or buttons in a message. Its payload is ours.
    Menu,
    /// A quick reply of an approved template. Meta sends the title as payload, if we gave none.
    Template,
}

/// Payloads that end marketing, folded.
const STOPS: &[&str] = &[
    "stop",
    "stop all",
    "stopall",
    "stop promotions",
    "stop promotion",
    "stop marketing",
    "stop messages",
    "unsubscribe",
    "opt out",
    "optout",
    "opt out marketing",
    "marketing opt out",
    "sair",
    "sair da lista",
    "descadastrar",
    "parar promocoes",
    "parar mensagens",
    "cancelar inscricao",
    "baja",
    "dar de baja",
    "darme de baja",
    "detener promociones",
    "cancelar suscripcion",
    "desuscribir",
    "desuscribirme",
];

/// Payloads that ask for marketing, folded. `start`, `volver` and `voltar` are words of menus.
const STARTS: &[&str] = &["opt in", "optin", "subscribe", "resubscribe", "resume promotions", "resume marketing"];

/// Titles that a reminder has too: `Confirmar`, `Cancelar`. Such a tap may be about an appointment.
const OF_REMINDERS: &[&str] =
    &["cancelar", "cancel", "end", "quit", "remover", "remove", "excluir", "quitar", "eliminar", "borrar"];

/// Whether a text is a bare word such as `Cancelar`, which may be about an appointment as well as about messages.
#[must_use]
pub fn is_of_reminders(text: &str) -> bool {
    OF_REMINDERS.contains(&fold(text).as_str())
}

/// The wish in a tapped button or list entry. A menu decides by its payload, never by its title: `Cancelar` with
/// `appointment_cancel_17` is none. A template's title counts if it is Meta's stop button, or if there is no payload of
/// our own.
#[must_use]
pub fn wish_of_choice(choice: Choice, payload: Option<&str>, title: Option<&str>) -> Option<Wish> {
    // The id of a button of ours says what the tap is about, whatever its title.
    if payload.is_some_and(|payload| is_our_id(payload, title)) {
        return None;
    }
    let folded = payload.map(fold).unwrap_or_default();
    if STOPS.contains(&folded.as_str()) || choice == Choice::Template && payload.is_some_and(is_stop_button) {
        return Some(Wish::Out);
    }
    if STARTS.contains(&folded.as_str()) {
        return Some(Wish::In);
    }
    let title = title.filter(|_| choice == Choice::Template)?;
    if is_stop_button(title) {
        return Some(Wish::Out);
    }
    let same = fold(title);
    if !folded.is_empty() && folded != same {
        return None;
    }
    if OF_REMINDERS.contains(&same.as_str()) {
        return wish(title).map(|_| Wish::Unsure);
    }
    // `Start` on a button begins anything.
    wish(title).filter(|wish| *wish != Wish::Back)
}
