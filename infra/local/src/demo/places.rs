//! The three businesses of the demo.

use super::people::{BRAZIL, COLOMBIA, COSTA_RICA, Names};
use super::purchases::Product;
use super::templates::{self, Approved};
use serde_json::{Value, json};
use world::Gateway;

/// A business with its sender and where its customers come from.
pub(super) struct Place {
    pub gateway: Gateway,
    /// Phone number id, or channel id.
    pub address: &'static str,
    /// The number that people see.
    pub number: &'static str,
    pub name: &'static str,
    pub owners: &'static [(&'static str, &'static str)],
    pub names: &'static Names,
    pub products: &'static [Product],
    pub customers: usize,
    /// Customers of whom fields are missing.
    pub unfinished: usize,
    pub phone: fn(usize) -> String,
    /// Local times of a day at which customers come, with what for and its price.
    pub visits: &'static [(&'static str, &'static str, u32)],
    pub templates: &'static [Approved],
    pub profile: fn() -> Value,
}

pub(super) const PLACES: [Place; 3] = [
    Place {
        gateway: Gateway::CloudApi,
        address: "106540352242922",
        number: "551130000001",
        name: "Patas & Cia",
        owners: &[("Marina Couto", "5511900001001"), ("Rogério Couto", "5511900001002")],
        names: &BRAZIL,
        products: &[
            ("Banho e tosa", "", 80),
            ("Ração Premium 3 kg", "frango, arroz", 145),
            ("Banho", "", 60),
            ("Petisco de frango", "frango", 22),
        ],
        customers: 280,
        unfinished: 3,
        // Every twentieth is from Belo Horizonte, where WhatsApp mostly drops the ninth digit.
        phone: |index| {
            if index % 20 == 19 { format!("55319{:08}", 90_000_000 + index) } else { format!("55119{index:08}") }
        },
        visits: &[
            ("08:30", "Banho", 70),
            ("09:30", "Banho e tosa", 110),
            ("11:00", "Consulta", 150),
            ("13:30", "Banho", 70),
            ("15:00", "Tosa higiênica", 60),
            ("16:30", "Vacina", 95),
            ("18:00", "Banho", 70),
        ],
        templates: templates::PATAS,
        profile: || {
            json!({
                "name": "Patas & Cia", "country": "BR", "locale": "pt-BR", "currency": "BRL", "timezone": "America/Sao_Paulo",
                "slot_minutes": 30,
                "opening_hours": week(&[("08:00", "12:00"), ("13:00", "19:00")], &[("08:00", "13:00")], &[]),
                "settings": {
                    "instructions": "Pet shop em Pinheiros, São Paulo: cães e gatos. Outros animais, só com o veterinário, na \
                                     consulta. Vacinas em dia para o banho. Pagamento em dinheiro, Pix ou cartão.",
                    "services": [
                        {"name": "Banho", "minutes": 60, "price": 70},
                        {"name": "Banho e tosa", "minutes": 90, "price": 110},
                        {"name": "Tosa higiênica", "minutes": 30, "price": 60},
                        {"name": "Consulta", "minutes": 30, "price": 150},
                        {"name": "Vacina", "minutes": 30, "price": 95},
                    ],
                },
            })
        },
    },
    Place {
        gateway: Gateway::Whapi,
        address: "MANTIS-M72HC",
        number: "576011000002",
        name: "Hotel La Candelaria",
        owners: &[("Gloria Ospina", "573000001001")],
        names: &COLOMBIA,
        products: &[
            ("Noche, habitación doble", "", 260_000),
            ("Desayuno", "huevos, arepa, café", 28_000),
            ("Almuerzo", "pollo, arroz, plátano", 42_000),
        ],
        customers: 220,
        unfinished: 3,
        phone: |index| format!("573001{index:06}"),
        visits: &[
            ("09:00", "Desayuno en la terraza", 45_000),
            ("15:00", "Recepción de huéspedes", 320_000),
            ("17:00", "Masaje", 180_000),
            ("20:00", "Cena para dos", 210_000),
        ],
        templates: &[],
        profile: || {
            json!({
                "name": "Hotel La Candelaria", "country": "CO", "locale": "es", "currency": "COP", "timezone": "America/Bogota",
                "slot_minutes": 60,
                "opening_hours": week(&[("06:00", "22:00")], &[("06:00", "22:00")], &[("07:00", "20:00")]),
                "settings": {
                    "instructions": "Hotel de doce habitaciones en La Candelaria, Bogotá. Entrada desde las 15:00, salida hasta \
                                     las 12:00. Desayuno incluido. No hay parqueadero propio.",
                    "services": [
                        {"name": "Habitación doble", "price": 260000},
                        {"name": "Desayuno en la terraza", "minutes": 60, "price": 45000},
                        {"name": "Masaje", "minutes": 60, "price": 180000},
                        {"name": "Cena para dos", "minutes": 120, "price": 210000},
                    ],
                },
            })
        },
    },
    Place {
        gateway: Gateway::CloudApi,
        address: "106540352242933",
        number: "50640000003",
        name: "Soda Doña Flor",
        owners: &[("Flor Quesada", "50683001001"), ("Luis Diego Quesada", "50683001002")],
        names: &COSTA_RICA,
        products: &[
            ("Casado con pollo", "pollo, arroz, frijoles, plátano", 4_200),
            ("Gallo pinto", "arroz, frijoles, huevos", 2_800),
            ("Café chorreado", "café", 1_200),
        ],
        customers: 240,
        unfinished: 3,
        phone: |index| format!("5068400{index:04}"),
        visits: &[
            ("11:30", "Mesa para cuatro", 24_000),
            ("12:30", "Mesa para dos", 12_000),
            ("13:00", "Almuerzo de oficina", 60_000),
            ("16:00", "Cafecito", 9_000),
            ("18:30", "Mesa para seis", 42_000),
        ],
        templates: templates::FLOR,
        profile: || {
            json!({
                "name": "Soda Doña Flor", "country": "CR", "locale": "es", "currency": "CRC", "timezone": "America/Costa_Rica",
                "slot_minutes": 30,
                "opening_hours": week(&[("11:00", "21:00")], &[("11:00", "22:00")], &[("10:00", "17:00")]),
                "settings": {
                    "instructions": "Soda familiar en Barrio Escalante, San José. Casado, gallo pinto y café chorreado todo el día. \
                                     Aceptamos SINPE Móvil, tarjeta y efectivo. Para llevar se pide aquí mismo.",
                    "services": [
                        {"name": "Casado con pollo", "price": 4200},
                        {"name": "Gallo pinto", "price": 2800},
                        {"name": "Mesa para dos", "minutes": 60},
                        {"name": "Mesa para seis", "minutes": 90},
                    ],
                },
            })
        },
    },
];

type Hours = [(&'static str, &'static str)];

fn week(weekdays: &Hours, saturday: &Hours, sunday: &Hours) -> Value {
    let spans = |hours: &Hours| -> Value {
        hours.iter().map(|(opens, closes)| json!({"opens": opens, "closes": closes})).collect()
    };
    let mut week = serde_json::Map::new();
    for day in ["monday", "tuesday", "wednesday", "thursday", "friday"] {
        week.insert(day.to_owned(), spans(weekdays));
    }
    for (day, hours) in [("saturday", saturday), ("sunday", sunday)] {
        if !hours.is_empty() {
            week.insert(day.to_owned(), spans(hours));
        }
    }
    week.into()
}
