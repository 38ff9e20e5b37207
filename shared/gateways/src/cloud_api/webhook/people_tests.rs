use super::super::tests::meta;
use crate::tests::ANA;
use serde_json::{Value, json};

const OTHER: &str = "5511999990002";

#[test]
fn a_contact_is_the_authors_in_any_spelling() {
    let names = |from: &[&str], contacts: Value| -> Vec<Option<String>> {
        let text = |from: &&str| json!({"from": from, "id": "m", "type": "text", "text": {"body": "oi"}});
        let messages: Vec<Value> = from.iter().map(text).collect();
        let told = meta("messages", json!({"messages": messages, "contacts": contacts}));
        told.inbound.into_iter().map(|message| message.name).collect()
    };
    let contact = |wa_id: &str, name: &str| json!({"wa_id": wa_id, "profile": {"name": name}});
    let some = |names: &[&str]| -> Vec<Option<String>> { names.iter().map(|name| Some((*name).to_owned())).collect() };
    assert_eq!(names(&["5531987650001"], json!([contact("553187650001", "Ana Teste")])), some(&["Ana Teste"]));
    assert_eq!(names(&["553187650001"], json!([contact("+5531987650001", "Ana")])), some(&["Ana"]));
    assert_eq!(names(&["525512345678"], json!([contact("5215512345678", "Luz")])), some(&["Luz"]));
    assert_eq!(names(&[ANA], json!([{"profile": {"name": "Ana"}}])), some(&["Ana"]));
    let two = json!([contact("553187650001", "Ana"), contact(OTHER, "Rui")]);
    assert_eq!(names(&[OTHER, "5531987650001"], two), some(&["Rui", "Ana"]));
    assert_eq!(names(&[ANA, OTHER], json!([contact("573001234567", "Pilar")])), [None, None]);
    assert_eq!(names(&[ANA], json!([contact("573001234567", "Pilar")])), [None], "another person's");
    assert_eq!(names(&[ANA], json!([{"user_id": "BR.1", "profile": {"name": "Ana"}}])), some(&["Ana"]));
    assert_eq!(names(&[ANA], json!([contact(ANA, "Ana\nSouza\u{0}")])), some(&["Ana Souza"]));
    assert_eq!(names(&[ANA], json!([contact(ANA, "\u{7}")])), [None]);
}

#[test]
fn a_message_that_names_nobody_is_of_the_only_contact_with_a_user_id() {
    let text = json!({"id": "m", "type": "text", "text": {"body": "oi"}});
    let told =
        |messages: &[Value], contacts: Value| meta("messages", json!({"messages": messages, "contacts": contacts}));
    let only = json!([{"user_id": "BR.1", "wa_id": ANA, "profile": {"name": "Ana"}}]);
    let from = told(std::slice::from_ref(&text), only.clone()).inbound.remove(0).from;
    assert_eq!((from.bsuid.as_deref(), from.phone), (Some("BR.1"), crate::tests::ana_phone()));
    assert_eq!(told(&[text.clone(), text.clone()], only).ignored, 2);
    assert_eq!(told(std::slice::from_ref(&text), json!([{"user_id": "BR.1"}, {"user_id": "BR.2"}])).ignored, 1);
    assert_eq!(told(&[text], json!([{"wa_id": ANA}])).ignored, 1);
}

#[test]
fn an_author_is_known_in_any_spelling_of_the_number() {
    let author = |from: &str| {
        let text = json!({"from": from, "id": "m", "type": "text", "text": {"body": "oi"}});
        meta("messages", json!({"messages": [text]})).inbound.pop().map(|message| message.from)
    };
    for from in [ANA, "+5511999990001", "+55 11 99999-0001", "\u{202a}+55\u{a0}(11)\u{a0}99999-0001\u{202c}"] {
        assert_eq!(author(from).and_then(|who| who.phone), crate::tests::ana_phone(), "{from}");
    }
    assert_eq!(author("BR.1").and_then(|who| who.bsuid).as_deref(), Some("BR.1"));
    for nobody in ["+1 650 536-1212", "+1 (202) 555-0143", "Ana", "5511999990001@lid", "+ -", "12"] {
        assert_eq!(author(nobody), None, "{nobody}");
    }
}
