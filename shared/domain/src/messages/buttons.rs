//! The quick-reply buttons of a message: what they show, and what a tap on one brings back.

use crate::fold::fold;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// The most buttons of one message, as Cloud API has it.
pub const MOST_BUTTONS: usize = 3;
/// The longest title, in characters: Cloud API takes 20, Whapi 25.
const MOST_TITLE: usize = 20;
/// The longest id, in characters.
const MOST_ID: usize = 256;

/// A button that answers a message with one tap. `Debug` hides what it says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Comes back as the payload of the reply.
    pub id: String,
    /// As the phone shows it; the text of the reply.
    pub title: String,
}

impl Button {
    /// With this id and title; [`check`] says whether a message can have it.
    #[must_use]
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into() }
    }
}

impl fmt::Debug for Button {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Button(…)")
    }
}

/// Why a message cannot have these buttons. Says nothing of their titles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ButtonsError {
    /// WhatsApp shows three at most.
    #[error("a message has at most 3 buttons")]
    TooMany,
    /// An empty or long title, or one that another button has too.
    #[error("a button's title has 1 to 20 characters, and is its own")]
    Title,
    /// An empty or long id, or one that another button has too.
    #[error("a button's id has 1 to 256 characters, and is its own")]
    Id,
}

/// Whether a message can have these buttons.
///
/// # Errors
/// The first rule of WhatsApp that they break.
pub fn check(buttons: &[Button]) -> Result<(), ButtonsError> {
    if buttons.len() > MOST_BUTTONS {
        return Err(ButtonsError::TooMany);
    }
    let own = |part: fn(&Button) -> &str, most: usize| {
        let all: BTreeSet<&str> = buttons.iter().map(part).collect();
        all.len() == buttons.len() && all.iter().all(|it| !it.trim().is_empty() && it.chars().count() <= most)
    };
    if !own(|it| &it.title, MOST_TITLE) {
        return Err(ButtonsError::Title);
    }
    if !own(|it| &it.id, MOST_ID) {
        return Err(ButtonsError::Id);
    }
    Ok(())
}

/// The text with its choices below it, for a phone that is shown no buttons: the person answers by the number.
#[must_use]
pub fn numbered(text: &str, buttons: &[Button]) -> String {
    let choices = buttons.iter().zip(1..).map(|(button, number): (_, u8)| format!("\n{number} – {}", button.title));
    format!("{}\n{}", text.trim_end(), choices.collect::<String>())
}

/// Words before a number that do not change which one it is, folded. `A 1` and `a la 1` are times of day.
const BEFORE_A_NUMBER: &[&str] = &["la", "el", "o", "the"];
/// Words that name a choice, before which an article may stand too: `a la opción 1`.
const A_CHOICE: &[&str] = &["opcao", "opcion", "option", "numero", "number", "no"];

/// The button that a person has written out in the place of a tap: by its number, or by its title.
#[must_use]
pub fn chosen<'a>(buttons: &'a [Button], text: &str) -> Option<&'a Button> {
    let said = fold(text);
    if let Some(button) = buttons.iter().find(|button| !said.is_empty() && fold(&button.title) == said) {
        return Some(button);
    }
    let mut words: Vec<&str> = said.split(' ').collect();
    let number: usize = words.pop()?.parse().ok()?;
    let named = words.iter().rev().take_while(|word| A_CHOICE.contains(word)).count();
    let articles = words.get(..words.len() - named)?;
    let plain = match articles {
        [] => true,
        ["a" | "la"] | ["a", "la"] if named > 0 => true,
        [only] => BEFORE_A_NUMBER.contains(only),
        _ => false,
    };
    buttons.get(number.checked_sub(1)?).filter(|_| plain && named <= 2)
}

/// Whether a payload is the id of a button of ours: `appointment/…/come`. Meta sends the title of a template's button as
/// its payload if we gave none, so a payload that is the title is not ours.
#[must_use]
pub fn is_our_id(payload: &str, title: Option<&str>) -> bool {
    let Some((purpose, rest)) = payload.split_once('/') else { return false };
    let named = !purpose.is_empty() && purpose.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    named && !rest.is_empty() && !payload.contains(char::is_whitespace) && title != Some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buttons(titles: &[&str]) -> Vec<Button> {
        titles.iter().map(|title| Button::new(format!("id/{title}"), *title)).collect()
    }

    #[test]
    fn whatsapps_rules_hold() {
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&buttons(&["Sí, voy", "Cambiar la hora", "No puedo ir, perdón!"])), Ok(()));
        assert_eq!(check(&buttons(&["1", "2", "3", "4"])), Err(ButtonsError::TooMany));
        for titles in [&["Vou", "Vou"][..], &[" "], &["Não poderei comparecer"]] {
            assert_eq!(check(&buttons(titles)), Err(ButtonsError::Title), "{titles:?}");
        }
        for ids in [["a", "a"], ["", "b"], ["x", &"é".repeat(257)]] {
            let [one, other] = ids;
            assert_eq!(check(&[Button::new(one, "Vou"), Button::new(other, "Não")]), Err(ButtonsError::Id));
        }
        assert_eq!(check(&[Button::new("é".repeat(256), "é".repeat(20))]), Ok(()));
    }

    #[test]
    fn a_choice_may_be_written_out() {
        let all = buttons(&["Sí, voy", "Cambiar", "No puedo"]);
        for (text, place) in [
            ("1", Some(0)),
            (" 2. ", Some(1)),
            ("3️⃣", Some(2)),
            ("la 2", Some(1)),
            ("opção número 3", Some(2)),
            ("si voy!", Some(0)),
            ("NO PUEDO", Some(2)),
            ("0", None),
            ("4", None),
            ("", None),
            ("👍", None),
            ("a opção 1", Some(0)),
            ("a la opción 1", Some(0)),
            ("the number 2", Some(1)),
            ("a la 1", None),
            ("a 1", None),
            ("à 1", None),
            ("at 1", None),
            ("hoy 1", None),
            ("a las 3", None),
            ("3 personas", None),
            ("si voy 1", None),
            ("99999999999999999999999", None),
        ] {
            let found = chosen(&all, text).map(|found| all.iter().position(|it| it == found).unwrap());
            assert_eq!(found, place, "{text}");
        }
        assert_eq!(chosen(&[], "1"), None);
        assert_eq!(numbered("¿Vienes?\n", &all), "¿Vienes?\n\n1 – Sí, voy\n2 – Cambiar\n3 – No puedo");
    }

    #[test]
    fn our_ids_are_told_from_titles() {
        let id = "appointment/019ab1c0/come";
        assert!(is_our_id(id, Some("Vou")) && is_our_id(id, None));
        for (payload, title) in
            [("Vou", "Vou"), ("sim/não", "sim/não"), ("stop", "x"), ("parar/sair agora", "x"), ("/x", "x"), ("a/", "x")]
        {
            assert!(!is_our_id(payload, Some(title)), "{payload}");
        }
    }

    #[test]
    fn nothing_of_it_is_shown() {
        assert_eq!(format!("{:?}", buttons(&["Vou"])), "[Button(…)]");
    }
}
