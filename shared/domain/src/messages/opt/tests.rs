use super::lexicon::{Class, entries};
use super::*;
use crate::fold::fold;
use proptest::prelude::*;
use std::collections::HashMap;

/// Sentences, one a line; `\n` in a line is a line break, and `#` begins a remark.
fn sentences(file: &str) -> impl Iterator<Item = String> + '_ {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.replace("\\n", "\n"))
}

fn all_are(file: &str, expected: Option<Wish>) {
    let wrong: Vec<String> = sentences(file)
        .filter(|sentence| wish(sentence) != expected)
        .map(|sentence| format!("{:?}: {sentence}", wish(&sentence)))
        .collect();
    assert!(wrong.is_empty(), "{} are not {expected:?}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn stops() {
    all_are(include_str!("stops.txt"), Some(Wish::Out));
}

#[test]
fn of_other_things() {
    all_are(include_str!("others.txt"), None);
}

#[test]
fn in_doubt() {
    all_are(include_str!("unsure.txt"), Some(Wish::Unsure));
}

#[test]
fn opt_ins() {
    all_are(include_str!("starts.txt"), Some(Wish::In));
}

#[test]
fn words_back() {
    all_are(include_str!("backs.txt"), Some(Wish::Back));
}

#[test]
fn long_texts() {
    let essay = "Blah blah. ".repeat(60);
    assert_eq!(wish(&format!("STOP\n\n{essay}")), Some(Wish::Out));
    assert_eq!(wish(&format!("{essay}\n\nSTOP")), None);
    assert_eq!(wish(&format!("{essay} não quero receber mensagens")), Some(Wish::Unsure));
    assert_eq!(wish(&format!("{essay} quero receber promoções")), None);
    assert_eq!(wish(&format!("Hola\n{essay} no quiero recibir mensajes")), Some(Wish::Unsure));
    assert_eq!(wish(&format!("{essay} não quero receber mensagens {essay}")), None);
    assert_eq!(wish(&format!("Não quero mais receber mensagens\n\n{essay}")), Some(Wish::Out));
}

/// Each word is written as it is looked up, and has one class.
#[test]
fn the_lexicon_is_folded_and_has_one_class_for_a_word() {
    let mut classes: HashMap<&str, Class> = HashMap::new();
    let mut wrong = Vec::new();
    for (class, word) in entries() {
        if fold(word) != word {
            wrong.push(format!("{word} is not folded"));
        }
        if let Some(other) = classes.insert(word, class)
            && other != class
        {
            wrong.push(format!("{word} is {other:?} and {class:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn choices() {
    use Choice::{Menu, Template};
    for (choice, payload, title, expected) in [
        (Menu, Some("appointment_cancel_17"), Some("Cancelar"), None),
        (Menu, Some("appointment_cancel"), Some("Cancel"), None),
        (Menu, Some("appointment_cancel"), Some("Salir"), None),
        (Menu, Some("appointment_cancel"), Some("End"), None),
        (Menu, Some("appointment_cancel"), Some("Remover"), None),
        (Menu, Some("row_3"), Some("STOP"), None),
        (Menu, Some("cancelar"), Some("Cancelar"), None),
        (Menu, Some("voltar"), Some("Voltar"), None),
        (Menu, None, Some("Stop"), None),
        (Menu, Some("STOP"), Some("Não quero mais"), Some(Wish::Out)),
        (Menu, Some("SAIR"), Some("Sair"), Some(Wish::Out)),
        (Menu, Some("BAJA"), None, Some(Wish::Out)),
        (Menu, Some("UNSUBSCRIBE"), Some("x"), Some(Wish::Out)),
        (Menu, Some("stop_promotions"), Some("x"), Some(Wish::Out)),
        (Menu, Some("opt_in"), Some("Yes"), Some(Wish::In)),
        (Template, Some("Stop promotions"), Some("Stop promotions"), Some(Wish::Out)),
        (Template, Some("campaign-17"), Some("Parar promoções"), Some(Wish::Out)),
        (Template, Some("Stop promotions"), Some("إيقاف عمليات الترويج"), Some(Wish::Out)),
        (Template, Some("Interrompi promozioni"), Some("Interrompi promozioni"), Some(Wish::Out)),
        (Template, Some("No quiero más mensajes"), Some("No quiero más mensajes"), Some(Wish::Out)),
        (Template, Some("Sair"), Some("Sair"), Some(Wish::Out)),
        (Template, None, Some("Darme de baja"), Some(Wish::Out)),
        (Template, Some("Cancelar"), Some("Cancelar"), Some(Wish::Unsure)),
        (Template, Some("appointment_cancel_17"), Some("Cancelar"), None),
        (Template, Some("appointment_exit"), Some("Sair"), None),
        (Template, Some("Start"), Some("Start"), None),
        (Template, Some("appointment/019ab1c0/cannot"), Some("Parar promoções"), None),
        (Template, Some("appointment/019ab1c0/cannot"), Some("Cancelar"), None),
        (Menu, Some("appointment/019ab1c0/cannot"), Some("Sair"), None),
        (Template, Some("parar/promoções"), Some("parar/promoções"), Some(Wish::Out)),
        (Template, Some("Confirmar"), Some("Confirmar"), None),
        (Template, Some("Quiero recibir promociones"), Some("Quiero recibir promociones"), Some(Wish::In)),
    ] {
        assert_eq!(wish_of_choice(choice, payload, title), expected, "{choice:?} {payload:?} {title:?}");
    }
}

const KEYWORDS: &[&str] = &[
    "sair",
    "parar",
    "cancelar",
    "descadastrar",
    "remover",
    "baja",
    "salir",
    "detener",
    "desuscribir",
    "stop",
    "unsubscribe",
    "quit",
    "opt out",
    "stopall",
    "darme de baja",
    "não quero receber",
    "no recibir",
];

proptest! {
    /// Whatever signs and courtesy surround a word, in whatever case, it is the word. With a word of another matter it
    /// is none.
    #[test]
    fn what_surrounds_it_does_not_matter(
        word in prop::sample::select(KEYWORDS), upper: bool,
        before in "[ \\n\\t,¡¿*_~\"'«»()🙏😡👍🏽❤️-]{0,6}", after in "[ \\n\\t.,!?*_~\"'«»()🙏😡👍🏽❤️-]{0,6}",
        courtesy in prop::sample::select(&["", " por favor", " gracias", " please", " obrigada", " thanks", " pfv", " 1"][..7]),
    ) {
        let word = if upper { word.to_uppercase() } else { word.to_owned() };
        prop_assert_eq!(wish(&format!("{before}{word}{after}{courtesy}")), Some(Wish::Out));
        let sentence = format!("{before}{word} elefante{after}");
        prop_assert_ne!(wish(&sentence), Some(Wish::In));
        if !["descadastrar", "desuscribir", "unsubscribe", "opt out", "stopall", "darme de baja"].contains(&word.to_lowercase().as_str()) {
            prop_assert_eq!(wish(&sentence), None);
        }
    }

    /// No text is too strange.
    #[test]
    fn nothing_panics(text in "\\PC{0,80}") {
        let _ = wish(&text);
        let _ = wish_of_choice(Choice::Template, Some(&text), Some(&text));
    }
}

/// What an assistant takes for a wish has to have a word of one.
#[test]
fn words_near_a_wish_are_told_from_others() {
    for text in [
        "pare de me mandar essas coisas",
        "ya no quiero que me escriban tanto",
        "Chega de mensagem de vocês, por favor",
        "please stop texting me",
    ] {
        assert!(is_near(text), "{text}");
    }
    for text in [
        "quanto custa o banho?",
        "read me her last messages",
        "¿Abren mañana?",
        "I'd like to book a bath",
        "me chamo Ana",
        "no, gracias",
        "no pienso darme de baja",
        "não pretendo sair da lista",
        "why was I unsubscribed?",
    ] {
        assert!(!is_near(text), "{text}");
    }
}
