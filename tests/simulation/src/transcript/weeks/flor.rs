//! Soda Doña Flor in Costa Rica, which writes Spanish by the Cloud API: what is not an answer goes by an approved template,
//! or only within a day of the person's last message.

use super::super::act::{Act, Week, becomes, books, bought, buys, customer, joins, loads, owner, says, stranger, taps};
use super::of_demo;
use serde_json::json;

const FLOR: &str = "Flor Quesada";

pub(super) fn week() -> Week {
    let person =
        |name, nth: u32, birthday, gender| customer(name, &format!("506850{nth:05}"), birthday, gender, "San José");
    let people = vec![
        owner(FLOR, "50683001001"),
        person("Gabriela Mora", 1, "--11-18", "female"),
        person("Esteban Araya", 2, "--05-05", "male"),
        person("Melissa Campos", 3, "--07-19", "female"),
        person("Luis Diego Brenes", 4, "--02-02", "male"),
        person("Karla Zúñiga", 5, "--08-28", "female"),
        stranger("Warner Solano", "50685000006"),
    ];
    let before = [
        bought("Esteban Araya", "Casado con pollo", 4_200, &[28, 21, 14, 7]),
        bought("Melissa Campos", "Gallo pinto", 2_800, &[90, 50]),
        bought("Luis Diego Brenes", "Casado con pollo", 4_200, &[64, 33]),
        bought("Karla Zúñiga", "Café chorreado", 1_200, &[22, 11]),
    ];
    let before = before.into_iter().flatten().collect();
    Week { opening: of_demo("Soda Doña Flor"), people, before, acts: acts() }
}

fn acts() -> Vec<Act> {
    vec![
        says("mon 10:30", FLOR, "sí"),
        says("mon 11:40", "Karla Zúñiga", "Hola, ¿hay mesa para mañana?"),
        books("mon 11:45", ("Karla Zúñiga", None), "Karla", ("Mesa para cuatro", "tue 12:30", 24_000)),
        taps("mon 12:35", "Karla Zúñiga", 0),
        says("mon 16:20", FLOR, "mande mejor con 10%"),
        joins("tue 11:00", "Warner Solano", json!({})),
        says("tue 11:05", "Warner Solano", "warner@example.com, 3 de abril"),
        says("tue 11:10", "Warner Solano", "hombre, Heredia"),
        becomes("tue 13:50", "Karla", "done"),
        buys("tue 13:55", "Karla Zúñiga", "Casado con pollo", 24_000),
        loads("tue 14:00", "Karla Zúñiga", 24, "almuerzo del martes"),
        says("tue 15:30", FLOR, "más tarde"),
        says("wed 12:00", "Gabriela Mora", "¡Muchas gracias!"),
        says("wed 12:30", "Luis Diego Brenes", "BAJA"),
        says("thu 09:00", FLOR, "Buenos días"),
        loads("thu 14:00", "Karla Zúñiga", -10, "café"),
        says("thu 15:30", FLOR, "sí"),
        says("sat 11:00", FLOR, "Buenos días"),
    ]
}
