//! What is somebody else's, and what is not.

use super::{check, read};
use serde_json::{Value, json};

fn email(email: &str) -> Value {
    json!({"email": email})
}

fn day(day: &str) -> Value {
    json!({"birthday": day})
}

#[test]
fn a_day_of_birth_of_somebody_else_is_nobodys_answer() {
    for (country, text) in [
        ("BR", "o Rex faz aniversário dia 05/06"),
        ("BR", "da minha mãe\n05/06"),
        ("BR", "nascimento (Rex): 05/06"),
        ("BR", "Rex faz aniversário dia 05/06"),
        ("BR", "minha filha faz aniversário dia 05/06"),
        ("BR", "meu marido faz aniversário 05/06"),
        ("BR", "a Mel faz niver 05/06"),
        ("BR", "o niver da Mel é 05/06"),
        ("BR", "aniversário da Mel 05/06"),
        ("BR", "aniversário do Thor: 05/06"),
        ("BR", "Aniversário do Rex\n05/06/2020"),
        ("BR", "05/06 é o aniversário da minha filha"),
        ("BR", "05/06, aniversário do Rex"),
        ("BR", "05/06, o Rex faz 5 anos"),
        ("BR", "a Mel completa ano dia 05/06"),
        ("BR", "minha cachorra, 05/06/2020"),
        ("BR", "Rex, nascimento 05/06/2020"),
        ("BR", "Rex - nascimento 05/06/2020"),
        ("BR", "Rex nascimento 05/06/2020"),
        ("BR", "faz aniversário dia 05/06"),
        ("BR", "não é o meu aniversário 12/03"),
        ("BR", "quero marcar banho, dia 12/12"),
        ("BR", "Rex nasceu em 05/06/2020"),
        ("BR", "o aniversário do Rex é 05/06/2020"),
        ("BR", "do meu marido é 12/03"),
        ("BR", "Rex: 05/06/2020"),
        ("MX", "mi perro cumple el 5 de junio"),
        ("MX", "mi hija cumple el 5 de junio"),
        ("MX", "Firulais cumple el 5 de junio"),
        ("MX", "Firulais cumple años el cinco de junio"),
        ("MX", "el cumple de Firulais es el 5 de junio"),
        ("MX", "cumpleaños de Luna: 5 de junio"),
        ("MX", "su cumpleaños es el 5 de junio"),
        ("MX", "mi esposo nació el 5 de junio"),
        ("MX", "el 5 de junio cumple mi perro"),
        ("US", "my dog's birthday is June 5"),
        ("US", "Rex's birthday is June 5"),
        ("US", "Rex was born June 5, 2020"),
        ("US", "my husband was born June 5"),
        ("US", "my wife's birthday: June 5"),
        ("US", "June 5 is my dog's birthday"),
        ("US", "her birthday is June fifth"),
        ("US", "June 5 is the birthday of my son"),
        ("US", "my kid turns 5 on June 5"),
    ] {
        for asked in ["birthday", "birthday gender", "email birthday"] {
            assert_eq!(read(country, asked, text), (json!({}), Some(text.to_owned())), "{text} ({asked})");
        }
    }
    let ana = || email("ana@gmail.com");
    check(&[
        (
            "BR",
            "email birthday",
            "ana@gmail.com, o Rex faz aniversário dia 05/06",
            ana(),
            Some("o Rex faz aniversário dia 05/06"),
        ),
        ("BR", "email birthday", "ana@gmail.com e o niver do Rex é 05/06", ana(), Some("niver do Rex é 05/06")),
        ("BR", "email birthday", "ana@gmail.com. Rex: 05/06/2020", ana(), Some("Rex: 05/06/2020")),
        (
            "MX",
            "email birthday",
            "ana@gmail.com, Firulais cumple el 5 de junio",
            ana(),
            Some("Firulais cumple el 5 de junio"),
        ),
        ("US", "email birthday", "ana@gmail.com, my dog was born June 5", ana(), Some("my dog was born June 5")),
    ]);
}

#[test]
fn ones_own_day_of_birth_stays_beside_those_of_others() {
    check(&[
        ("BR", "birthday", "eu faço aniversário dia 05/06", day("--06-05"), None),
        ("BR", "birthday", "o meu aniversário é 05/06", day("--06-05"), None),
        ("BR", "birthday", "aniversário 05/06", day("--06-05"), None),
        ("BR", "birthday", "beleza, aniversário 05/06", day("--06-05"), Some("beleza")),
        ("BR", "email birthday", "x, 12/03/1990", day("1990-03-12"), Some("x")),
        ("BR", "email birthday", "ana @gmail.com 12/03/1990", day("1990-03-12"), Some("ana @gmail.com")),
        ("BR", "birthday", "Boa tarde Carla, 12/03/1990", day("1990-03-12"), Some("Boa tarde Carla")),
        ("BR", "birthday", "minha filha dia 05/06 e eu dia 12/03", day("--03-12"), Some("minha filha dia 05/06")),
        ("US", "birthday", "March 12 but my dog was born May 4", day("--03-12"), Some("my dog was born May 4")),
        ("MX", "birthday", "el mío es el 12 de marzo", day("--03-12"), None),
        ("BR", "birthday", "Oi moça, 12/03/1990", day("1990-03-12"), Some("Oi moça")),
        ("BR", "birthday", "Oi amiga, 12/03/1990", day("1990-03-12"), Some("Oi amiga")),
        ("BR", "birthday", "Ana Souza, 12/03/1990", day("1990-03-12"), Some("Ana Souza")),
        ("BR", "birthday", "Ana Souza nasci em 12/03/1990", day("1990-03-12"), Some("Ana Souza")),
        (
            "BR",
            "birthday",
            "Quero um banho pro meu cachorro. 12/03/1990",
            day("1990-03-12"),
            Some("Quero um banho pro meu cachorro"),
        ),
        (
            "BR",
            "birthday",
            "meu aniversário é 12/03 e o da minha filha é 05/06",
            day("--03-12"),
            Some("o da minha filha é 05/06"),
        ),
        ("BR", "birthday", "12/03 e o da minha filha é 05/06", day("--03-12"), Some("o da minha filha é 05/06")),
        ("MX", "birthday", "yo cumplo el 12 de marzo", day("--03-12"), None),
        (
            "MX",
            "birthday",
            "mi cumple es el 12 de marzo, el de mi hija el 5 de junio",
            day("--03-12"),
            Some("el de mi hija el 5 de junio"),
        ),
        ("US", "birthday", "I was born June 5", day("--06-05"), None),
        (
            "US",
            "birthday",
            "my birthday is June 5, Rex's birthday is May 4",
            day("--06-05"),
            Some("Rex's birthday is May 4"),
        ),
        ("US", "birthday", "June 5 is my birthday", day("--06-05"), None),
    ]);
}

#[test]
fn an_address_or_a_name_of_somebody_else_is_nobodys_answer() {
    for (country, asked, text) in [
        ("BR", "email", "mandei um email pra contato@patas.com"),
        ("BR", "email", "escrevi para contato@patas.com"),
        ("BR", "email", "mandei o comprovante pro email contato@patas.com"),
        ("MX", "email", "mandé un correo a contacto@patas.com"),
        ("US", "email", "I sent you an email at contact@patas.com"),
        ("US", "email", "I emailed contact@patas.com"),
        ("US", "email", "my husband's email is joao@gmail.com"),
        ("US", "email", "Mary's email is mary@gmail.com"),
        ("US", "email", "her email is mary@gmail.com"),
        ("BR", "email", "o email da Maria é maria@gmail.com"),
        ("BR", "email", "o email do meu marido é joao@gmail.com"),
        ("MX", "email", "su correo es joao@gmail.com"),
        ("MX", "email", "el correo de mi esposo es joao@gmail.com"),
        ("US", "name", "My dog's name: Rex"),
        ("US", "name email", "My dog's name: Rex"),
        ("BR", "gender birthday", "o Rex sexo masculino"),
        ("BR", "city name", "minha mãe cidade: Recife"),
    ] {
        assert_eq!(read(country, asked, text), (json!({}), Some(text.to_owned())), "{text} ({asked})");
    }
    let ana = || email("ana@gmail.com");
    check(&[
        ("BR", "email", "pode mandar para ana@gmail.com", ana(), Some("pode mandar para")),
        ("BR", "email", "já mandei, é ana@gmail.com", ana(), Some("já mandei")),
        ("BR", "email", "Sou Ana da Silva meu email é ana@gmail.com", ana(), Some("Sou Ana da Silva meu email é")),
        ("BR", "email", "meu email do trabalho é ana@gmail.com", ana(), Some("meu email do trabalho é")),
        ("BR", "email", "já mandei meu email ana@gmail.com", ana(), Some("já mandei meu email")),
        ("MX", "email", "mande al correo ana@gmail.com", ana(), Some("mande al correo")),
        ("US", "email", "here's my email: ana@gmail.com", ana(), Some("here's my email:")),
        ("US", "name", "Name: Ana", json!({"name": "Ana"}), None),
    ]);
}
