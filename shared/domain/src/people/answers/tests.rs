mod forms;
mod whose;
mod words;

use super::*;
use crate::profile::is_email;
use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 29).unwrap()
}

fn fields(asked: &str) -> Vec<ProfileField> {
    asked.split(' ').map(|field| field.parse().unwrap()).collect()
}

/// What was found, as `name=Ana consent=yes`, and what was left.
fn read(country: &str, asked: &str, text: &str) -> (Value, Option<String>) {
    let answers = read_answers(text, &fields(asked), country, today());
    let Answers { profile, consent, rest } = answers;
    assert_eq!(profile.marketing_consent, None);
    let mut found = json!({"name": profile.name, "email": profile.email, "birthday": profile.birthday,
        "gender": profile.gender, "city": profile.city, "consent": consent});
    found.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    (found, rest)
}

const ALL: &str = "name email birthday gender city consent";

fn check(cases: &[(&str, &str, &str, Value, Option<&str>)]) {
    let mut wrong = Vec::new();
    for (country, asked, text, found, rest) in cases {
        let read = read(country, asked, text);
        if read != (found.clone(), rest.map(str::to_owned)) {
            wrong.push(format!("{text:?} ({asked}): {} left {:?}", read.0, read.1));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn addresses_and_days_of_birth() {
    let both = "email birthday";
    let whole = |day: &str| json!({"email": "ana@example.com", "birthday": day});
    check(&[
        ("BR", both, "ana@example.com", json!({"email": "ana@example.com"}), None),
        ("BR", both, "ana@example.com 12/03/1990", whole("1990-03-12"), None),
        ("BR", both, "12/03/1990 ana@example.com", whole("1990-03-12"), None),
        ("BR", both, "Oi! Meu e-mail é ana@example.com e nasci em 12/03/1990", whole("1990-03-12"), None),
        ("BR", both, "ana@example.com, 12-3-90", whole("1990-03-12"), None),
        ("BR", both, "ana@example.com\n12 de março de 1990", whole("1990-03-12"), None),
        ("BR", both, "E-mail: ana@example.com\nAniversário: 12/03", whole("--03-12"), None),
        ("BR", both, "email: ana@example.com. Nascimento: 12.03.1990.", whole("1990-03-12"), None),
        ("BR", both, "meu niver é dia 12/03 e o email ana@example.com 😊", whole("--03-12"), None),
        ("BR", both, "(ana@example.com) 1º de maio", whole("--05-01"), None),
        ("BR", both, "ana@example.com - primeiro de maio de 1990", whole("1990-05-01"), None),
        ("MX", both, "Hola, mi correo es ana@example.com y nací el 12 de marzo de 1990", whole("1990-03-12"), None),
        ("CO", both, "ana@example.com, cumplo el 12 de marzo", whole("--03-12"), None),
        ("AR", both, "Correo ana@example.com cumpleaños 12/3/90", whole("1990-03-12"), None),
        ("ES", both, "mi cumple es el 29 de febrero. ana@example.com", whole("--02-29"), None),
        ("CO", both, "ana@example.com 12-mar-1990", whole("1990-03-12"), None),
        ("CO", both, "ana@example.com 12 ene 85", whole("1985-01-12"), None),
        ("US", both, "ana@example.com, March 12, 1990", whole("1990-03-12"), None),
        ("US", both, "ana@example.com 03/12/1990", whole("1990-03-12"), None),
        ("US", both, "My email is ana@example.com and my birthday is Mar 12th", whole("--03-12"), None),
        ("US", both, "I was born on the 12th of March 1990, ana@example.com", whole("1990-03-12"), None),
        ("US", both, "born 3/12, ana@example.com", whole("--03-12"), None),
        ("BR", both, "ana@example.com 1990-03-12", whole("1990-03-12"), None),
        ("BR", both, "12/03/05 ana@example.com", whole("2005-03-12"), None),
        ("BR", "birthday", "12031990", json!({"birthday": "1990-03-12"}), None),
        ("BR", "birthday", "12 03 1990", json!({"birthday": "1990-03-12"}), None),
        ("BR", "birthday", "Dia 12/03, obrigada!", json!({"birthday": "--03-12"}), None),
        ("CR", "birthday", "5/4", json!({"birthday": "--04-05"}), None),
        ("US", "birthday", "5/4", json!({"birthday": "--05-04"}), None),
        ("PR", "birthday", "5/25/1990", json!({"birthday": "1990-05-25"}), None),
        ("BR", "email", "Ana.Souza+loja@Example.com.br", json!({"email": "Ana.Souza+loja@Example.com.br"}), None),
        (
            "BR",
            "email",
            "pode mandar para ana@example.com",
            json!({"email": "ana@example.com"}),
            Some("pode mandar para"),
        ),
        (
            "BR",
            "email",
            "ana@example.com. Quanto custa o banho?",
            json!({"email": "ana@example.com"}),
            Some("Quanto custa o banho?"),
        ),
        ("BR", both, "Claro! ana@example.com e nasc. 12/03/1990", whole("1990-03-12"), None),
        ("BR", both, "ana@example.com\nNasc: 12/03/90", whole("1990-03-12"), None),
        ("BR", both, "faço aniversário em 12/03, ana@example.com", whole("--03-12"), None),
        ("CO", both, "Claro que sí, ana@example.com, nací un 12 de marzo del 90", whole("1990-03-12"), None),
        ("CO", "birthday", "marzo 12 de 1990", json!({"birthday": "1990-03-12"}), None),
        ("US", "birthday", "It's March 12th, 1990", json!({"birthday": "1990-03-12"}), None),
        ("BR", "email", "mailto:ana@example.com", json!({"email": "ana@example.com"}), Some("mailto:")),
    ]);
}

#[test]
fn genders_consent_names_and_cities() {
    let email = "ana@example.com";
    check(&[
        ("BR", "gender", "Feminino", json!({"gender": "female"}), None),
        (
            "BR",
            "gender birthday",
            "sou mulher, 12/03/1990",
            json!({"gender": "female", "birthday": "1990-03-12"}),
            None,
        ),
        ("BR", "gender", "f", json!({"gender": "female"}), None),
        ("BR", "gender", "M.", json!({"gender": "male"}), None),
        ("BR", "gender city", "sexo: f", json!({"gender": "female"}), None),
        ("BR", "birthday gender", "12/03/1990 feminino", json!({"gender": "female", "birthday": "1990-03-12"}), None),
        ("CO", "gender", "Soy hombre", json!({"gender": "male"}), None),
        ("CO", "gender", "otro", json!({"gender": "other"}), None),
        ("US", "gender", "I'm a woman", json!({"gender": "female"}), None),
        ("US", "gender email", "male, ana@example.com", json!({"gender": "male", "email": email}), None),
        ("BR", "consent", "Sim!", json!({"consent": true}), None),
        ("BR", "consent", "s", json!({"consent": true}), None),
        ("BR", "consent", "ok", json!({"consent": true}), None),
        ("BR", "consent", "claro, pode mandar", json!({"consent": true}), None),
        ("BR", "consent", "Não, obrigada", json!({"consent": false}), None),
        ("BR", "email consent", "ana@example.com, pode", json!({"email": email, "consent": true}), None),
        (
            "BR",
            "email consent",
            "ana@example.com e não quero receber novidades",
            json!({"email": email, "consent": false}),
            None,
        ),
        ("BR", "email consent", "sim ana@example.com", json!({"email": email, "consent": true}), None),
        (
            "BR",
            "email consent",
            "Quero receber as novidades! Quanto custa o banho?",
            json!({"consent": true}),
            Some("Quanto custa o banho?"),
        ),
        ("CO", "consent", "Sí, quiero", json!({"consent": true}), None),
        ("CO", "consent", "claro que sí", json!({"consent": true}), None),
        ("CO", "consent", "claro que no", json!({"consent": false}), None),
        ("CO", "email consent", "no gracias. ana@example.com", json!({"email": email, "consent": false}), None),
        ("CO", "consent", "nop", json!({"consent": false}), None),
        ("CO", "email consent", "novedades: sí", json!({"consent": true}), None),
        ("US", "consent", "yes please", json!({"consent": true}), None),
        ("US", "email consent", "ana@example.com, never", json!({"email": email, "consent": false}), None),
        ("BR", "name", "Ana Souza", json!({"name": "Ana Souza"}), None),
        ("BR", "name", "ana", json!({"name": "ana"}), None),
        ("BR", "name", "Wesley", json!({"name": "Wesley"}), None),
        ("BR", "name", "Boa tarde, Ana Souza", json!({"name": "Ana Souza"}), None),
        ("BR", "birthday", "nasci no dia 12/03", json!({"birthday": "--03-12"}), None),
        (
            "BR",
            "email",
            "não quero receber mensagens, ana@example.com",
            json!({"email": email}),
            Some("não quero receber mensagens"),
        ),
        ("BR", "name", "Oi, sou a Ana", json!({"name": "Ana"}), None),
        ("BR", "name", "Pode me chamar de Ana", json!({"name": "Ana"}), None),
        ("CO", "name", "Yo soy Ana María, mucho gusto", json!({"name": "Ana María"}), None),
        ("US", "name", "Call me Ana", json!({"name": "Ana"}), None),
        ("BR", "name city", "moro no Rio de Janeiro", json!({"city": "Rio de Janeiro"}), None),
        ("CO", "consent", "Por supuesto", json!({"consent": true}), None),
        ("BR", "name", "Yadira Quispe", json!({"name": "Yadira Quispe"}), None),
        ("BR", "name email", "me chamo Ana Lúcia, ana@example.com", json!({"name": "Ana Lúcia", "email": email}), None),
        ("BR", "name city", "Meu nome é ana e moro em Recife", json!({"name": "ana", "city": "Recife"}), None),
        ("BR", "name city", "oi me chamo Ana moro em São Paulo", json!({"name": "Ana", "city": "São Paulo"}), None),
        (
            "CO",
            "name email",
            "Mi nombre es María José de los Ángeles",
            json!({"name": "María José de los Ángeles"}),
            None,
        ),
        ("CO", "name city", "Me llamo Ana y vivo en Santa Marta.", json!({"name": "Ana", "city": "Santa Marta"}), None),
        (
            "US",
            "name city",
            "My name is Ana Smith. I live in New York",
            json!({"name": "Ana Smith", "city": "New York"}),
            None,
        ),
        ("US", "name email", "I'm Ana, ana@example.com", json!({"name": "Ana", "email": email}), None),
        ("BR", "name email", "Nome: Dr. Carlos Souza", json!({"name": "Dr. Carlos Souza"}), None),
        ("BR", "city", "recife", json!({"city": "recife"}), None),
        ("BR", "city", "Recife, PE", json!({"city": "Recife, PE"}), None),
        ("BR", "city", "Boa Vista", json!({"city": "Boa Vista"}), None),
        ("BR", "city", "em Jaboatão dos Guararapes/PE", json!({"city": "Jaboatão dos Guararapes/PE"}), None),
        ("BR", "city email", "Cidade: recife\nana@example.com", json!({"city": "recife", "email": email}), None),
        ("PE", "city", "Vivo en Lima 🇵🇪", json!({"city": "Lima"}), None),
        ("MX", "city", "Ciudad Juárez", json!({"city": "Ciudad Juárez"}), None),
        ("MX", "city email", "vivo en Ciudad de México", json!({"city": "Ciudad de México"}), None),
        ("AR", "city", "Buenos Aires", json!({"city": "Buenos Aires"}), None),
        ("BR", "city email", "Cidade:\nOlinda", json!({"city": "Olinda"}), None),
    ]);
}

#[test]
fn in_the_order_asked() {
    let whole = json!({"name": "Ana Souza", "email": "ana@example.com", "birthday": "1990-03-12", "gender": "female",
        "city": "Recife", "consent": true});
    let pair = json!({"name": "Ana Souza", "email": "ana@example.com"});
    check(&[
        ("BR", ALL, "Ana Souza\nana@example.com\n12/03/1990\nf\nRecife\nsim", whole.clone(), None),
        ("BR", ALL, "Oi!\n\nAna Souza\nana@example.com\n12/03/1990\nFeminino\nRecife\nok 👍", whole.clone(), None),
        ("BR", ALL, "Ana Souza, ana@example.com, 12/03/1990, feminino, Recife, sim", whole.clone(), None),
        (
            "BR",
            ALL,
            "Nome: Ana Souza\nE-mail: ana@example.com\nNascimento: 12/03/1990\nSexo: F\nCidade: Recife\nNovidades: sim",
            whole.clone(),
            None,
        ),
        (
            "BR",
            ALL,
            "Sexo: F\nNovidades: sim\nCidade: Recife\nNome: Ana Souza\nE-mail: ana@example.com\nNascimento: 12/03/1990",
            whole,
            None,
        ),
        ("BR", "name email", "Ana Souza ana@example.com", pair.clone(), None),
        ("BR", "name email", "Ana Souza, ana@example.com", pair.clone(), None),
        ("BR", "name email", "Bom dia, Ana Souza\nana@example.com", pair, None),
        ("BR", "name birthday", "ana souza 12/03/1990", json!({"name": "ana souza", "birthday": "1990-03-12"}), None),
        ("BR", "name city", "Ana Souza\nRecife", json!({"name": "Ana Souza", "city": "Recife"}), None),
        (
            "US",
            "name birthday city",
            "Ana Smith\nMarch 12, 1990\nAustin",
            json!({"name": "Ana Smith", "birthday": "1990-03-12", "city": "Austin"}),
            None,
        ),
        ("CO", "consent email", "ana@example.com\nno", json!({"email": "ana@example.com", "consent": false}), None),
    ]);
}

#[test]
fn surnames_that_are_words_of_sentences() {
    for (country, text, name) in [
        ("BR", "Carla Dias", "Carla Dias"),
        ("BR", "carla dias", "carla dias"),
        ("BR", "Oi, Carla Dias", "Carla Dias"),
        ("BR", "Meu nome é Ana Dias", "Ana Dias"),
        ("BR", "Meu nome é Ana Dia", "Ana Dia"),
        ("BR", "Sou a Carla Dias", "Carla Dias"),
        ("BR", "Nome: Carla Dias", "Carla Dias"),
        ("BR", "Me chamo Gonçalves Dias", "Gonçalves Dias"),
        ("BR", "Me chamo Claro Santos", "Claro Santos"),
        ("BR", "me chamo joão de deus", "joão de deus"),
        ("BR", "Rita do Vale", "Rita do Vale"),
        ("CO", "Me llamo Dolores Días", "Dolores Días"),
        ("CO", "Me llamo Consuelo Bueno", "Consuelo Bueno"),
        ("CO", "Soy Paz", "Paz"),
        ("CO", "Soy Esperanza Mora", "Esperanza Mora"),
        ("CO", "Juan Mercado", "Juan Mercado"),
        ("US", "My name is Hope", "Hope"),
        ("US", "Dorothy Day", "Dorothy Day"),
    ] {
        for asked in ["name", "name email", "name city", "consent name"] {
            assert_eq!(read(country, asked, text), (json!({"name": name}), None), "{text} ({asked})");
        }
    }
    let whole = json!({"name": "Carla Dias", "email": "ana@example.com"});
    check(&[
        ("BR", "name email", "Carla Dias, ana@example.com", whole.clone(), None),
        ("BR", "name email", "ana@example.com\nCarla Dias", whole, None),
        ("BR", "name email", "Claro\nana@example.com", json!({"email": "ana@example.com"}), None),
        ("BR", "name email", "Bom dia\nana@example.com", json!({"email": "ana@example.com"}), None),
    ]);
}

#[test]
fn bare_names_and_cities_among_two_questions() {
    check(&[
        ("BR", "name email", "Ana", json!({"name": "Ana"}), None),
        ("BR", "name email", "ana", json!({"name": "ana"}), None),
        ("BR", "name email", "Carla Souza", json!({"name": "Carla Souza"}), None),
        ("BR", "name email", "carla souza", json!({"name": "carla souza"}), None),
        ("BR", "name email", "ana paula souza", json!({"name": "ana paula souza"}), None),
        ("BR", "name email", "Maria da Silva 😊", json!({"name": "Maria da Silva"}), None),
        ("BR", "name email", "Oi! Carla Souza, obrigada", json!({"name": "Carla Souza"}), None),
        ("BR", "name birthday", "Ana", json!({"name": "Ana"}), None),
        ("CO", "name email", "Santiago", json!({"name": "Santiago"}), None),
        ("BR", "name gender", "feminino, Ana", json!({"name": "Ana", "gender": "female"}), None),
        ("BR", "city consent", "Recife", json!({"city": "Recife"}), None),
        ("BR", "city consent", "São Paulo", json!({"city": "São Paulo"}), None),
        ("BR", "city consent", "são paulo - SP", json!({"city": "são paulo - SP"}), None),
        ("BR", "city consent", "sim, Recife", json!({"city": "Recife", "consent": true}), None),
        ("BR", "city consent", "Sou do Rio de Janeiro", json!({"city": "Rio de Janeiro"}), None),
        ("CO", "city consent", "Medellín", json!({"city": "Medellín"}), None),
        ("PE", "consent city", "Lima", json!({"city": "Lima"}), None),
        ("CL", "city consent", "Santiago", json!({"city": "Santiago"}), None),
        ("BR", "name city", "Ana", json!({"name": "Ana"}), None),
        ("BR", "name city", "Recife", json!({"city": "Recife"}), None),
        ("BR", "name city", "Vitória da Conquista", json!({"city": "Vitória da Conquista"}), None),
        ("BR", "name city", "Recife, Ana", json!({"name": "Ana", "city": "Recife"}), None),
        ("CO", "gender city", "soy de Medellín", json!({"city": "Medellín"}), None),
        ("CO", "gender city", "Bogotá, mujer", json!({"gender": "female", "city": "Bogotá"}), None),
        ("CO", "gender city", "soy hombre y soy de Cali", json!({"gender": "male", "city": "Cali"}), None),
        ("CO", "gender city", "mujer, de Bogotá", json!({"gender": "female", "city": "Bogotá"}), None),
        ("US", "gender city", "male, from Miami", json!({"gender": "male", "city": "Miami"}), None),
        ("US", "city gender", "male, from Miami", json!({"gender": "male", "city": "Miami"}), None),
        ("CO", "gender city", "Mujer de Bogotá", json!({"gender": "female", "city": "Bogotá"}), None),
        ("US", "gender city", "I'm a woman from Miami", json!({"gender": "female", "city": "Miami"}), None),
        ("CO", "name email", "Consuelo Bueno", json!({"name": "Consuelo Bueno"}), None),
        ("US", "gender city", "I'm from Miami", json!({"city": "Miami"}), None),
        ("BR", "birthday gender", "12031990, feminino", json!({"gender": "female", "birthday": "1990-03-12"}), None),
        ("BR", "gender birthday", "mulher 12031990", json!({"gender": "female", "birthday": "1990-03-12"}), None),
        ("BR", "birthday gender", "1604-03-12", json!({"birthday": "--03-12"}), None),
        ("BR", "birthday gender", "05/13/1990 female", json!({"gender": "female", "birthday": "1990-05-13"}), None),
        ("BR", "birthday", "03/25/1990", json!({"birthday": "1990-03-25"}), None),
    ]);
}

#[test]
fn nothing_is_guessed_among_two_questions() {
    for asked in ["name email", "name city", "city consent", "gender city", "name birthday", "consent name"] {
        for text in [
            "Bom dia",
            "bom dia!",
            "Buenos días",
            "Bom dia Ana",
            "Obrigada, Ana",
            "obrigado",
            "Ana?",
            "Ana, e o seu?",
            "Ana e Pedro",
            "Ana, quanto custa?",
            "quero um banho",
            "Quero agendar dia 12",
            "Feliz Dia",
            "Lindo Dia",
            "Linda foto",
            "ana mora longe",
            "Banho e tosa",
            "Recife?",
            "Recife é longe",
            "vocês atendem em Recife?",
            "sou de Capricórnio",
            "soy de Colombia",
            "I'm good",
            "soy bueno",
            "Bueno",
            "Rex",
            "Bolt",
            "Ana do salão",
            "Ana da clínica",
            "minha mulher de Recife",
            "mujer de Juan",
            "ana adora cachorros",
            "linda",
            "Claro",
            "Vale, Ana",
            "de boa",
            "Paz",
            "mil gracias",
            "Corte, cuanto cuesta",
            "25121985",
        ] {
            assert_eq!(read("BR", asked, text), (json!({}), Some(text.to_owned())), "{text} ({asked})");
        }
    }
}

#[test]
fn nothing_is_guessed() {
    for (country, asked, text) in [
        ("BR", ALL, "Quanto custa o banho?"),
        ("BR", ALL, "Oi, bom dia! Quanto custa o banho"),
        ("BR", "name", "Bom dia"),
        ("BR", "name", "Oi, tudo bem?"),
        ("BR", "name", "Depois mando"),
        ("BR", "name", "depois"),
        ("BR", "name", "Combinado"),
        ("BR", "name", "kkkkk"),
        ("BR", "name", "Obrigada, Ana"),
        ("BR", "name", "Bom dia Ana"),
        ("BR", "name", "Show"),
        ("BR", "name", "Boas Festas"),
        ("BR", "name", "Sou a Ana do Rex"),
        ("US", "name", "Merry Christmas"),
        ("US", "name", "Call me later"),
        ("BR", "city", "Ana Souza"),
        ("BR", "city", "Maravilha"),
        ("CO", "name", "Nos Vemos"),
        ("BR", "city", "moro em frente"),
        ("BR", "city", "moro em condomínio"),
        ("US", "city", "I live in hope"),
        ("BR", "city", "Ok"),
        ("CO", "birthday", "No es el 12/03"),
        ("BR", "birthday", "meu aniversário não é 12/03"),
        ("US", "birthday", "it's not March 12"),
        ("BR", "email", "meu email não é ana@example.com"),
        ("BR", "email", "o email ana@example.com está errado"),
        ("BR", "email", "ana@example.com é do meu marido"),
        ("ES", "gender", "Hombre, claro"),
        ("CO", ALL, "Mujer, te llamo luego"),
        ("BR", "gender", "não sou mulher"),
        ("BR", "name", "Ana, e o seu?"),
        ("BR", "name", "Vocês abrem domingo"),
        ("CO", "name", "Me llamo como tu madre"),
        ("US", "name", "None of your business"),
        ("US", "name", "My name is not important"),
        ("BR", "name", "Obrigada!"),
        ("BR", "name", "Quero agendar um banho"),
        ("BR", "name", "Ana?"),
        ("BR", "name", "Não me chamo Ana"),
        ("BR", "name", "Ana e Pedro"),
        ("BR", "name", "5511987654321"),
        ("BR", "name city", "meu nome está errado"),
        ("BR", "name city", "Vou ver, depois mando"),
        ("BR", "name city", "sou cliente de vocês"),
        ("CO", "name", "¿Quién es?"),
        ("CO", "name", "Quiero una cita"),
        ("CO", "name", "Buenas tardes"),
        ("CO", "name city", "Soy clienta hace años"),
        ("US", "name", "Who is this?"),
        ("US", "name", "Later"),
        ("US", "name city", "I'm interested"),
        ("BR", "city", "Que horas vocês abrem?"),
        ("BR", "city", "moro longe"),
        ("BR", "city", "moro em uma casa"),
        ("BR", "city", "não moro em Recife"),
        ("BR", "city name", "minha mãe mora em Recife"),
        ("BR", "city", "moro em Recife há 10 anos"),
        ("CO", "city", "vivo en Colombia"),
        ("BR", "birthday", "31/02/1990"),
        ("BR", "birthday", "30 de fevereiro"),
        ("BR", "birthday", "03/25"),
        ("BR", "birthday", "13/25/1990"),
        ("US", "birthday", "25/03/1990"),
        ("PR", "birthday", "5/4/1990"),
        ("BR", "birthday", "12/03/2030"),
        ("BR", "birthday", "12/03/2026"),
        ("BR", "birthday", "12/03/1890"),
        ("BR", "birthday", "1/12/03/1990"),
        ("BR", "birthday", "12/03 ou 13/03"),
        ("BR", "birthday", "meu filho nasceu em 12/03/2015"),
        ("BR", "birthday", "o aniversário do Rex é 12/03"),
        ("BR", "birthday", "quero marcar banho dia 12/03"),
        ("BR", "birthday", "pode ser dia 12/03 às 15h?"),
        ("BR", "birthday", "às 12:30"),
        ("BR", "birthday", "faço 30 anos"),
        ("BR", "birthday", "12"),
        ("BR", "birthday email", "25121985"),
        ("BR", "birthday", "R$ 12.03"),
        ("BR", "birthday", "não nasci em 12/03/1990"),
        ("US", "birthday", "Can I come on March 12?"),
        ("BR", "email", "ana@example"),
        ("BR", "email", "ana arroba example.com"),
        ("BR", "email", "@ana"),
        ("BR", "email", "ana@example.com ou bia@example.com"),
        ("BR", "email", "vocês receberam no ana@example.com?"),
        ("BR", "email", "não tenho"),
        ("BR", "gender", "minha mulher"),
        ("BR", "gender", "prefiro não dizer"),
        ("BR", "gender birthday", "outro dia"),
        ("BR", "name city", "f"),
        ("BR", "consent", "sim e não"),
        ("BR", "consent", "Sim, quanto custa o banho?"),
        ("BR", "consent", "não sei"),
        ("BR", "consent", "talvez"),
        ("BR", "email consent", "ok"),
        ("CO", "consent", "no hay problema"),
        ("CO", "consent", "¿sí?"),
        ("US", "consent", "no problem"),
        ("BR", "email birthday", "sim"),
        ("BR", ALL, "👍"),
        ("BR", ALL, "12/03/1990?"),
    ] {
        assert_eq!(read(country, asked, text), (json!({}), Some(text.trim().to_owned())), "{text} ({asked})");
    }
    assert_eq!(read("BR", ALL, "  "), (json!({}), None));
    let letter = format!("ana@example.com {}", "bla ".repeat(300));
    assert_eq!(read("BR", "email", &letter).0, json!({}));
    assert_eq!(read_answers("ana@example.com", &[], "BR", today()).rest.as_deref(), Some("ana@example.com"));
}

proptest! {
    /// Whatever is written: nothing panics, no field is found that was not asked for or that we would refuse, and
    /// nothing is lost without an answer.
    #[test]
    fn any_reply(
        text in "\\PC{0,40}|([a-z@.,/0-9\\n :éã-]{1,6} ?){0,8}|\
            ((me chamo|Ana|moro em|Recife|12/03|1990|de março|e|y|,|\\n|a@b\\.co|sim|não|f|\\?|oi|nasci em|Mar 12|novidades) ?){0,8}",
        asked in prop::collection::vec(prop::sample::select(ProfileField::iter().collect::<Vec<_>>()), 0..6),
        country in prop::sample::select(vec!["BR", "US", "PR", ""]),
    ) {
        let answers = read_answers(&text, &asked, country, today());
        let now = today().and_hms_opt(12, 0, 0).unwrap().and_utc();
        let Profile { name, email, birthday, gender, city, locale, marketing_consent, pets } = answers.profile.clone();
        prop_assert!(email.as_deref().is_none_or(is_email));
        prop_assert!(name.as_deref().is_none_or(crate::name::is_name));
        prop_assert_eq!(answers.profile.problems_at(now), []);
        prop_assert!(locale.is_none() && marketing_consent.is_none() && pets.is_empty());
        for (field, found) in [
            (ProfileField::Name, name.is_some()),
            (ProfileField::Email, email.is_some()),
            (ProfileField::Birthday, birthday.is_some()),
            (ProfileField::Gender, gender.is_some()),
            (ProfileField::City, city.is_some()),
            (ProfileField::Consent, answers.consent.is_some()),
        ] {
            prop_assert!(!found || asked.contains(&field), "{}", field);
        }
        if answers.profile == Profile::default() && answers.consent.is_none() {
            prop_assert_eq!(answers.rest.unwrap_or_default(), text.trim());
        }
    }
}
