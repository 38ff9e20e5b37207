//! Made-up customers: names of the place by hand, numbers and days by arithmetic, so that every run has the same.

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};

/// The names that people of a place have, parted by commas; pets with their species.
pub(super) struct Names {
    pub women: &'static str,
    pub men: &'static str,
    pub families: &'static str,
    pub pets: &'static str,
    pub cities: &'static str,
    /// Whether everybody has a pet.
    pub all_with_pets: bool,
    /// Whether some speak English.
    pub tourists: bool,
}

pub(super) const BRAZIL: Names = Names {
    women: "Ana, Beatriz, Camila, Daniela, Eduarda, Fernanda, Gabriela, Helena, Isabela, Juliana, Larissa, Letícia, \
        Luciana, Mariana, Natália, Patrícia, Priscila, Rafaela, Renata, Simone, Tatiane, Thaís, Vanessa",
    men: "André, Bruno, Caio, Diego, Eduardo, Felipe, Gustavo, Henrique, Igor, João, Leonardo, Lucas, Marcelo, Mateus, \
        Murilo, Otávio, Paulo, Rafael, Rodrigo, Sérgio, Thiago, Vinícius",
    families: "Silva, Souza, Oliveira, Santos, Pereira, Lima, Carvalho, Ferreira, Ribeiro, Almeida, Costa, Gomes, \
        Martins, Araújo, Barbosa, Rocha, Dias, Nascimento, Moreira, Cardoso, Teixeira, Nogueira, Yamamoto, Rossi, \
        Haddad, Pacheco, Brandão, Queiroz, Tavares",
    pets: "Thor dog, Mel dog, Bolinha dog, Luna cat, Paçoca dog, Nina cat, Simba cat, Pipoca dog, Amora dog, \
        Frederico rabbit, Belinha dog, Tom cat, Cacau dog, Bidu dog, Mingau cat, Farofa dog, Jujuba bird",
    cities: "São Paulo, São Paulo, São Paulo, Guarulhos, Osasco, Santo André",
    all_with_pets: true,
    tourists: false,
};

pub(super) const COLOMBIA: Names = Names {
    women: "Adriana, Alejandra, Andrea, Carolina, Catalina, Claudia, Daniela, Diana, Juliana, Laura, Liliana, Luisa, \
        Manuela, Marcela, María José, Mónica, Natalia, Paola, Sandra, Sara, Valentina, Viviana, Ximena",
    men: "Alejandro, Andrés, Camilo, Carlos, César, Cristian, David, Diego, Esteban, Felipe, Fernando, Germán, Hernán, \
        Iván, Jairo, Javier, Jorge, Juan Pablo, Mauricio, Nicolás, Óscar, Santiago",
    families: "Rodríguez, Gómez, López, González, Martínez, García, Sánchez, Ramírez, Torres, Díaz, Rojas, Moreno, \
        Vargas, Ortiz, Jiménez, Castro, Gutiérrez, Muñoz, Restrepo, Ospina, Cárdenas, Mejía, Arango, Peña, Suárez, \
        Zapata, Quintero, Niño, Bernal",
    pets: "Mateo dog, Canela dog, Michín cat, Toby dog, Kira dog, Lulú cat, Negro dog",
    cities: "Bogotá, Medellín, Cali, Bucaramanga, Barranquilla, Pereira, Tunja",
    all_with_pets: false,
    tourists: true,
};

pub(super) const COSTA_RICA: Names = Names {
    women: "Adriana, Ana Lucía, Carolina, Cinthya, Dayana, Fabiola, Gabriela, Hazel, Ileana, Jimena, Karla, Katherine, \
        Laura, Mariela, Marianela, Melissa, Pamela, Priscilla, Raquel, Silvia, Sofía, Tatiana, Yendry",
    men: "Alonso, Andrés, Bryan, Carlos, Daniel, Esteban, Fabián, Gerardo, Gilberto, Hernán, Jafet, Johan, José Pablo, \
        Kenneth, Luis Diego, Manuel, Mauricio, Minor, Olman, Randall, Rodolfo, Warner",
    families: "Mora, Rojas, Vargas, Jiménez, Hernández, Solano, Chaves, Quesada, Brenes, Calderón, Alfaro, Araya, \
        Arias, Bolaños, Cascante, Esquivel, Fonseca, Gamboa, Madrigal, Monge, Picado, Quirós, Salazar, Segura, Ureña, \
        Venegas, Villalobos, Zúñiga, Campos",
    pets: "Pinto dog, Mora dog, Gallo bird, Copo cat, Tica dog, Canelo dog, Luna cat",
    cities: "San José, Heredia, Alajuela, Cartago, Escazú, Curridabat, San Pedro",
    all_with_pets: false,
    tourists: false,
};

/// A made-up customer.
pub(super) struct Person {
    pub name: String,
    pub phone: String,
    /// The body that registers the customer.
    pub body: Value,
}

/// So many customers with all that a business asks for; but the last `unfinished` have only a name and a phone, and
/// the first three have their birthday, or their pet's, today, the next three tomorrow.
pub(super) fn customers(
    names: &Names,
    count: usize,
    unfinished: usize,
    today: NaiveDate,
    phone: fn(usize) -> String,
) -> Vec<Person> {
    (0..count).map(|index| customer(names, index, index + unfinished >= count, today, phone(index))).collect()
}

fn customer(names: &Names, index: usize, unfinished: bool, today: NaiveDate, phone: String) -> Person {
    let woman = !index.is_multiple_of(5) && index % 3 != 1;
    let first = pick(if woman { names.women } else { names.men }, index, 7);
    let name = format!("{first} {}", pick(names.families, index, 11));
    let mut body = json!({"name": name, "phone": format!("+{phone}")});
    if unfinished {
        return Person { name, phone, body };
    }
    let tomorrow = today + Days::new(1);
    let birthday = match index {
        0 | 1 => today.with_year(today.year() - 31).unwrap_or(today),
        3 | 4 => tomorrow.with_year(tomorrow.year() - 42).unwrap_or(tomorrow),
        _ => birthday(index),
    };
    body["email"] = json!(format!("{}.{index}@example.com", ascii(first)));
    body["birthday"] =
        json!(if index % 6 == 5 { birthday.format("--%m-%d").to_string() } else { birthday.to_string() });
    body["gender"] = json!(if index % 41 == 40 {
        "other"
    } else if woman {
        "female"
    } else {
        "male"
    });
    body["city"] = json!(pick(names.cities, index, 5));
    body["marketing_consent"] = json!(index % 10 != 9);
    if names.tourists && index.is_multiple_of(3) {
        body["locale"] = json!("en");
    }
    if names.all_with_pets || index % 9 == 2 || index == 5 {
        let born = match index {
            2 => today,
            5 => tomorrow,
            _ => self::birthday(index + 500),
        };
        let mut pets = vec![pet(pick(names.pets, index, 3), Some(born))];
        if index.is_multiple_of(8) {
            pets.push(pet(pick(names.pets, index + 1, 5), None));
        }
        body["pets"] = pets.into();
    }
    Person { name, phone, body }
}

fn pet(name_and_species: &str, born: Option<NaiveDate>) -> Value {
    let (name, species) = name_and_species.split_once(' ').unwrap_or((name_and_species, "dog"));
    let mut pet = json!({"name": name, "species": species});
    if let Some(day) = born {
        pet["birthday"] = json!(day.format("--%m-%d").to_string());
    }
    pet
}

/// Walks through a list in steps, so that neighbours differ.
fn pick(list: &'static str, index: usize, step: usize) -> &'static str {
    let all: Vec<&str> = list.split(", ").collect();
    all.get((index * step + index / all.len()) % all.len()).copied().unwrap_or_default()
}

/// A day of birth between 1950 and 2004, 29 February among them.
fn birthday(index: usize) -> NaiveDate {
    let leap_day = NaiveDate::from_ymd_opt(1988, 2, 29);
    let days = (index as u64 * 7_919) % 19_723;
    let day = NaiveDate::from_ymd_opt(1950, 1, 1).and_then(|first| first.checked_add_days(Days::new(days)));
    if index % 97 == 13 { leap_day } else { day }.unwrap_or_default()
}

fn ascii(name: &str) -> String {
    let plain = |letter| match letter {
        'á' | 'â' | 'ã' | 'Á' => 'a',
        'é' | 'ê' => 'e',
        'í' => 'i',
        'ó' | 'ô' | 'Ó' => 'o',
        'ú' => 'u',
        'ñ' => 'n',
        ' ' => '.',
        letter => letter.to_ascii_lowercase(),
    };
    name.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn people_are_complete_and_differ() {
        let today = NaiveDate::from_ymd_opt(2028, 2, 29).unwrap();
        for names in [&BRAZIL, &COLOMBIA, &COSTA_RICA] {
            let people = customers(names, 300, 4, today, |index| format!("50683{index:06}"));
            let unique: BTreeSet<_> = people.iter().map(|person| &person.name).collect();
            assert!(unique.len() > 200, "{} names", unique.len());
            for person in &people[..296] {
                for field in ["email", "birthday", "gender", "city", "marketing_consent"] {
                    assert!(!person.body[field].is_null());
                }
                let email = person.body["email"].as_str().unwrap();
                assert!(email.is_ascii() && !email.contains(' '));
                assert!(!person.body.to_string().contains("null"), "{}", person.body);
            }
            assert_eq!(people[299].body.as_object().unwrap().len(), 2);
            assert!(
                people[0].body["birthday"].as_str().unwrap().ends_with("-02-28")
                    || people[0].body["birthday"] == "2028-02-29"
            );
        }
    }
}
