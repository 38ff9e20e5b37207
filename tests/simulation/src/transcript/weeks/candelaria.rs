//! Hotel La Candelaria in Bogotá, which writes Spanish.

use super::super::act::{
    Act, Week, becomes, books, bought, buys, customer, joins, loads, model_fails, moves, owner, posts, puts, quotes,
    says, speaks, stranger, taps,
};
use super::{by_whapi, of_demo, telling_and_asking};
use serde_json::json;

const GLORIA: &str = "Gloria Ospina";
const CITY: &str = "Bogotá";

pub(super) fn week() -> Week {
    let person =
        |name, nth: u32, birthday, gender| customer(name, &format!("573002000{nth:03}"), birthday, gender, CITY);
    let people = vec![
        owner(GLORIA, "573000001001"),
        person("Adriana Rojas", 1, "--11-17", "female"),
        person("Andrés Peña", 2, "--11-17", "male"),
        person("Carolina Mejía", 3, "--06-03", "female").with_pet("Canela", "dog", "--11-19"),
        person("Esteban Vargas", 4, "--02-14", "male"),
        person("Germán Castro", 5, "--08-01", "male"),
        person("Juan Pablo Torres", 6, "--01-27", "male"),
        person("Laura Quintero", 7, "--12-12", "female"),
        person("Mauricio Ortiz", 8, "--09-23", "male"),
        person("Natalia Suárez", 9, "--04-30", "female"),
        person("Óscar Zapata", 10, "--03-19", "male"),
        person("Sandra Gómez", 11, "--10-05", "female"),
        stranger("Valentina Ramírez", "573002000012"),
    ];
    let before = [
        bought("Esteban Vargas", "Almuerzo", 42_000, &[44, 30, 16, 1]),
        bought("Germán Castro", "Noche, habitación doble", 260_000, &[92, 62, 32]),
        bought("Juan Pablo Torres", "Noche, habitación doble", 260_000, &[200, 150, 95]),
        bought("Laura Quintero", "Desayuno", 28_000, &[26, 19, 12, 5]),
        bought("Mauricio Ortiz", "Almuerzo", 42_000, &[36]),
        bought("Sandra Gómez", "Desayuno", 28_000, &[48]),
    ];
    let mut opening = telling_and_asking(by_whapi(of_demo("Hotel La Candelaria"), "MANTIS-M72HC"));
    // Few may be written to by one yes.
    opening["settings"]["confirm_above"] = json!(3);
    let before = before.into_iter().flatten().collect();
    Week { opening, people, before, acts: first_days().into_iter().chain(last_days()).collect() }
}

fn first_days() -> Vec<Act> {
    vec![
        books("before 21:40", ("Natalia Suárez", None), "Natalia", ("Masaje", "tue 17:00", 180_000)),
        books("before 21:41", ("Óscar Zapata", None), "Oscar", ("Cena para dos", "tue 20:00", 210_000)),
        books("before 21:42", ("Sandra Gómez", None), "Sandra", ("Desayuno en la terraza", "wed 09:00", 45_000)),
        says("mon 10:20", GLORIA, "sí"),
        says("mon 17:10", "Natalia Suárez", "Sí, allá estaré"),
        says("tue 08:20", "Óscar Zapata", "No puedo, tengo un viaje"),
        says("mon 20:15", GLORIA, "1 con 15%"),
        says("mon 20:16", GLORIA, "sí"),
        says("mon 20:25", GLORIA, "no, mejor no"),
        puts(
            "mon 20:30",
            "From now on birthdays are proposed first.",
            "/api/automations/birthdays",
            json!({"action": "propose"}),
        ),
        says("tue 09:15", GLORIA, "sí"),
        taps("tue 09:20", "Sandra Gómez", 1),
        says("tue 09:22", "Sandra Gómez", "¿Puede ser el jueves a las 9?"),
        moves("tue 09:40", "Sandra", "thu 09:00"),
        joins("tue 11:00", "Valentina Ramírez", json!({})),
        says("tue 11:15", "Valentina Ramírez", "Mi correo es vale.ramirez@example.com y cumplo el 8 de julio"),
        says("tue 11:30", "Valentina Ramírez", "mujer, vivo en Tunja"),
        loads("tue 12:00", "Esteban Vargas", 42, "almuerzo"),
        says("tue 16:20", GLORIA, "sí"),
        says("tue 16:22", GLORIA, "todas"),
        says("tue 16:40", GLORIA, "sí"),
        becomes("tue 18:10", "Natalia", "done"),
        buys("tue 18:15", "Natalia Suárez", "Masaje", 180_000),
    ]
}

fn last_days() -> Vec<Act> {
    vec![
        says("wed 09:05", "Sandra Gómez", "quizás"),
        says("wed 09:08", "Sandra Gómez", "1"),
        says("wed 10:00", "Germán Castro", "BAJA"),
        loads("wed 10:30", "Esteban Vargas", -30, "café de cortesía"),
        posts(
            "wed 10:55",
            "A campaign is made: “Puente en la ciudad”, to all customers.",
            "/api/campaigns",
            json!({"campaign_id": "puente", "name": "Puente en la ciudad", "audience": {"segment": "all"},
                   "message": "{{name}}, este puente quédese en {{business}}: desayuno incluido ☕"}),
        ),
        posts("wed 11:00", "It is started.", "/api/campaigns/puente/start", json!(null)),
        posts("wed 11:00:30", "It is paused.", "/api/campaigns/puente/pause", json!(null)),
        posts("wed 11:20", "It goes on.", "/api/campaigns/puente/resume", json!(null)),
        says("wed 12:40", "Juan Pablo Torres", "¿Cuánto cuesta el masaje?"),
        says("wed 14:00", "Andrés Peña", "quiero cancelar"),
        says("wed 16:10", GLORIA, "quizás"),
        says("wed 16:15", GLORIA, "después"),
        books("wed 17:00", ("Natalia Suárez", None), "Natalia-2", ("Masaje", "fri 17:00", 180_000)),
        books("wed 17:05", ("Esteban Vargas", None), "Esteban", ("Cena para dos", "fri 20:00", 210_000)),
        books("wed 17:10", ("Valentina Ramírez", None), "Valentina", ("Desayuno en la terraza", "fri 09:00", 45_000)),
        says("thu 09:10", GLORIA, "no"),
        becomes("thu 10:00", "Sandra", "done"),
        says("thu 15:10", GLORIA, "ok"),
        says("thu 15:12", GLORIA, "no, ninguna"),
        quotes("fri 10:00", GLORIA, "Canela", "sí"),
        says("fri 10:05", GLORIA, "sí"),
        says("fri 12:00", "Germán Castro", "ALTA"),
        posts(
            "fri 12:30",
            "A flash campaign is started by hand.",
            "/api/aurora/proactive",
            json!({"type": "custom_campaign", "data": {"campaignType": "relampago", "targetAudience": "all"}}),
        ),
        says("sat 12:05", "Laura Quintero", "Buenos días"),
        says("sat 12:05:03", "Laura Quintero", "¿cuánto cuesta el masaje?"),
        says("sat 12:07", "Laura Quintero", "¿y a qué hora abren mañana?"),
        says("sat 12:09", "Laura Quintero", "quiero hablar con una persona"),
        model_fails("sat 12:20"),
        says("sat 12:21", "Mauricio Ortiz", "¿Tienen habitación doble para el viernes?"),
        speaks("sat 12:30", "Adriana Rojas", "Y quiero saber cuánto cuesta el masaje."),
        says("sat 12:31", "Adriana Rojas", "¿cuánto cuesta el masaje?"),
        says("sat 12:40", "Andrés Peña", "quiero reservar un masaje para el lunes a las 10"),
        quotes("sat 12:50", GLORIA, "pide una cita: Masaje", "sí"),
        says("sat 16:30", GLORIA, "sí"),
        says("sat 16:31", GLORIA, "la última"),
        quotes("sun 10:00", GLORIA, "mañana, jueves 19 de noviembre.", "sí"),
        says("sun 10:03", GLORIA, "sí"),
        posts(
            "sat 11:00",
            "A message is sent to Natalia.",
            "/api/messages",
            json!({"phone": "573002000009", "kind": "transactional", "text": "Natalia, olvidó su bufanda en recepción."}),
        ),
    ]
}
