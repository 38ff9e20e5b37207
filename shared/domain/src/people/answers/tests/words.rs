//! Other words of a gender, and of a yes or no to news.

use super::{check, read};
use serde_json::json;

#[test]
fn other_words_of_a_gender() {
    for (country, text, gender) in [
        ("BR", "rapaz", "male"),
        ("BR", "moça", "female"),
        ("BR", "menina", "female"),
        ("BR", "sou uma senhora", "female"),
        ("BR", "não binário", "other"),
        ("BR", "sou não-binárie", "other"),
        ("BR", "não sou binário", "other"),
        ("CO", "no binario", "other"),
        ("CO", "varón", "male"),
        ("CO", "dama", "female"),
        ("CO", "soy un caballero", "male"),
        ("CO", "chica", "female"),
        ("US", "nonbinary", "other"),
        ("US", "I am non binary", "other"),
        ("US", "guy", "male"),
        ("US", "I'm a girl", "female"),
    ] {
        for asked in ["gender", "gender birthday"] {
            check(&[(country, asked, text, json!({"gender": gender}), None)]);
        }
    }
    check(&[
        ("BR", "birthday gender", "12/03/1990, moça", json!({"birthday": "1990-03-12", "gender": "female"}), None),
        ("CO", "name", "Caballero", json!({}), Some("Caballero")),
        ("CO", "name", "Juan Caballero", json!({"name": "Juan Caballero"}), None),
    ]);
    for (country, asked, text) in [
        ("BR", "gender", "Obrigada, moça"),
        ("BR", "gender", "Oi moça"),
        ("BR", "gender", "moça, quanto custa?"),
        ("BR", "gender", "minha menina"),
        ("BR", "gender", "a Luna é menina"),
        ("CO", "gender", "sí señora"),
        ("CO", "gender", "gracias señora"),
        ("CO", "gender", "no, señora"),
        ("US", "gender", "hey girl"),
    ] {
        assert_eq!(read(country, asked, text), (json!({}), Some(text.to_owned())), "{text} ({asked})");
    }
    let day = || json!({"birthday": "1990-03-12"});
    check(&[
        ("BR", "gender birthday", "Moça, 12/03/1990", day(), Some("Moça")),
        ("CO", "gender birthday", "Señora, 12/03/1990", day(), Some("Señora")),
    ]);
}

#[test]
fn other_words_of_a_yes_or_no_to_news() {
    for (country, text, yes) in [
        ("BR", "👍", true),
        ("BR", "👍🏽👍🏽", true),
        ("BR", "ss", true),
        ("BR", "bora!", true),
        ("BR", "pode mandar sim, obrigada", true),
        ("CO", "va", true),
        ("CO", "órale, gracias", true),
        ("CO", "está bien", true),
        ("US", "go ahead", true),
        ("BR", "👎", false),
        ("BR", "por enquanto não", false),
        ("BR", "por enquanto não, obrigada", false),
        ("BR", "dispenso", false),
        ("BR", "nao precisa", false),
        ("BR", "de jeito nenhum", false),
        ("BR", "não pode mandar", false),
        ("BR", "não, não quero", false),
        ("BR", "ok, não", false),
        ("CO", "por ahora no", false),
        ("CO", "mejor no", false),
        ("CO", "no me interesa", false),
        ("US", "not really", false),
        ("US", "I'm not interested", false),
    ] {
        check(&[(country, "consent", text, json!({"consent": yes}), None)]);
    }
    for (country, asked, text) in [
        ("BR", "consent", "não, pode mandar"),
        ("BR", "consent", "não, mas quero receber"),
        ("BR", "consent", "tudo bem"),
        ("BR", "consent", "bem"),
        ("CO", "consent", "muy bien, gracias"),
        ("BR", "consent", "bom dia"),
        ("BR", "consent", "agora não"),
        ("BR", "consent", "👍?"),
        ("BR", "consent", "👍👎"),
        ("BR", "consent", "😂"),
        ("BR", "consent", "1"),
        ("BR", "consent", "entendi"),
        ("BR", "consent", "não me interessa o banho, quanto custa a tosa"),
        ("CO", "consent", "listo el pollo"),
        ("CO", "consent", "no está mal"),
        ("US", "consent", "why not"),
        ("BR", "email consent", "👍"),
        ("BR", "email consent", "bora"),
        ("BR", "email consent", "listo"),
    ] {
        assert_eq!(read(country, asked, text), (json!({}), Some(text.to_owned())), "{text} ({asked})");
    }
    let email = json!({"email": "ana@example.com"});
    check(&[("CO", "email consent", "ana@example.com, listo", email, Some("listo"))]);
}
