//! Remarks beside a date, other forms of dates, and lists.

use super::{ALL, check, read};
use serde_json::{Value, json};

fn day(day: &str) -> Value {
    json!({"birthday": day})
}

#[test]
fn a_remark_beside_a_date_leaves_the_date() {
    let both = "email birthday";
    let full = || day("1990-03-12");
    check(&[
        ("BR", both, "não tenho email, só 12/03/1990", full(), Some("não tenho email")),
        ("BR", both, "não tenho email mas 12/03/1990", full(), Some("não tenho email")),
        ("BR", both, "12/03 mas não tenho email", day("--03-12"), Some("não tenho email")),
        ("BR", both, "12/03/1990, não tenho email", full(), Some("não tenho email")),
        ("BR", both, "email não tenho, aniversário 12/03/1990", full(), Some("email não tenho")),
        ("BR", both, "só 12/03/1990", full(), None),
        ("BR", both, "só o aniversário: 12/03/1990", full(), None),
        (
            "BR",
            both,
            "prefiro não informar o email, mas meu niver é 12/03",
            day("--03-12"),
            Some("prefiro não informar o email"),
        ),
        ("MX", both, "solo 12/03/1990", full(), None),
        ("MX", both, "no tengo correo, solo 12/03/1990", full(), Some("no tengo correo")),
        ("MX", both, "12/03/1990 pero no tengo correo", full(), Some("no tengo correo")),
        ("US", both, "only 3/12/1990", full(), None),
        ("US", both, "I don't use email but 3/12/1990", full(), Some("I don't use email")),
        ("BR", both, "faço aniversário em 12/03 mas comemoro 15/03", day("--03-12"), Some("comemoro 15/03")),
    ]);
    for (country, asked, text) in [
        ("BR", "birthday", "não é 12/03 mas 13/03"),
        ("BR", "birthday", "só posso dia 12/03"),
        ("BR", "consent", "sim mas não todo dia"),
        ("CO", "consent", "quiero promociones pero no muchas"),
    ] {
        assert_eq!(read(country, asked, text), (json!({}), Some(text.to_owned())), "{text} ({asked})");
    }
    check(&[("MX", "consent", "no quiero mas mensajes", json!({"consent": false}), None)]);
}

#[test]
fn dates_in_other_forms() {
    for (country, text, date) in [
        ("MX", "cumplo años el 12 de marzo", "--03-12"),
        ("AR", "cumplo años el 12/3", "--03-12"),
        ("BR", "faço anos dia 12/03", "--03-12"),
        ("BR", "aniver 12/03", "--03-12"),
        ("BR", "12 do 3 de 1990", "1990-03-12"),
        ("BR", "nasci dia 12 do 03 de 90", "1990-03-12"),
        ("AR", "mi cumple es el 12 del 3", "--03-12"),
        ("BR", "doze de março", "--03-12"),
        ("BR", "dia trinta e um de março de mil novecentos e noventa e dois", "1992-03-31"),
        ("BR", "primeiro de abril de oitenta e cinco", "1985-04-01"),
        ("MX", "nací el doce de marzo del noventa", "1990-03-12"),
        ("MX", "veintidós de mayo de dos mil cinco", "2005-05-22"),
        ("MX", "1ero de enero de 1980", "1980-01-01"),
        ("CO", "Dic 24/85", "1985-12-24"),
        ("CO", "Dic 24/1985", "1985-12-24"),
        ("US", "fourth of may", "--05-04"),
        ("US", "May fourth", "--05-04"),
        ("US", "my birthday is May twenty-first, 1990", "1990-05-21"),
        ("US", "mine is March 12", "--03-12"),
    ] {
        for asked in ["birthday", "email birthday"] {
            check(&[(country, asked, text, day(date), None)]);
        }
    }
    check(&[
        ("BR", "birthday", "12-3", day("--03-12"), None),
        ("BR", "birthday", "12 3 90", day("1990-03-12"), None),
        ("US", "birthday", "3-12", day("--03-12"), None),
    ]);
    for (country, asked, text) in [
        ("BR", "birthday", "um mar de gente"),
        ("BR", "birthday", "12 de 3"),
        ("BR", "birthday", "trinta e dois de março"),
        ("MX", "birthday", "los dos de marzo y abril"),
        ("MX", "birthday", "cumplo 36 años"),
        ("CO", "birthday", "Dic 24/85/3"),
        ("US", "birthday", "once in March"),
        ("US", "birthday", "may I?"),
        ("BR", "email birthday", "12-3"),
        ("BR", "birthday", "entre 12-3 e 13-3"),
    ] {
        assert_eq!(read(country, asked, text), (json!({}), Some(text.to_owned())), "{text} ({asked})");
    }
}

#[test]
fn lists_are_read_without_their_numbers() {
    let both = json!({"email": "ana@gmail.com", "birthday": "1990-03-12"});
    let three = json!({"name": "Ana Souza", "email": "ana@gmail.com", "birthday": "1990-03-12"});
    let all = json!({"name": "Ana", "email": "ana@gmail.com", "birthday": "1990-03-12", "gender": "female",
        "city": "Campinas", "consent": true});
    check(&[
        ("BR", "email birthday", "1- ana@gmail.com\n2- 12/03/1990", both.clone(), None),
        ("BR", "email birthday", "1-ana@gmail.com\n2-12/03/1990", both.clone(), None),
        ("BR", "email birthday", "a) ana@gmail.com b) 12/03/1990", both, None),
        ("BR", ALL, "1) Ana 2) ana@gmail.com 3) 12/03/1990 4) mulher 5) Campinas 6) sim", all, None),
        ("BR", ALL, "1. Ana Souza\n2. ana@gmail.com\n3. 12/03/1990", three.clone(), None),
        ("BR", ALL, "Oi! 1. Ana Souza 2. ana@gmail.com 3. 12/03/1990", three, None),
        (
            "BR",
            "email birthday",
            "1 - ana@gmail.com 2 - 12/03/1990",
            json!({"email": "ana@gmail.com", "birthday": "1990-03-12"}),
            None,
        ),
        ("BR", "birthday", "1 - 2 - 1990", day("1990-02-01"), None),
        ("BR", "birthday", "1-2-1990", day("1990-02-01"), None),
        ("BR", "birthday", "1. 2. 1990", day("1990-02-01"), None),
        ("BR", "birthday", "1/12/1990", day("1990-12-01"), None),
        ("BR", "email", "1ana@gmail.com", json!({"email": "1ana@gmail.com"}), None),
    ]);
    assert_eq!(read("BR", "birthday", "1) 12").0, json!({}));
}
