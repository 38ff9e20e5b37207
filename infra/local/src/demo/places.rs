//! The three businesses of the demo.

use super::people::{BRAZIL, COLOMBIA, COSTA_RICA, Names};
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
    pub customers: usize,
    /// Customers of whom fields are missing.
    pub unfinished: usize,
    pub phone: fn(usize) -> String,
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
        customers: 280,
        unfinished: 3,
        // Every twentieth is from Belo Horizonte, where WhatsApp mostly drops the ninth digit.
        phone: |index| {
            if index % 20 == 19 { format!("55319{:08}", 90_000_000 + index) } else { format!("55119{index:08}") }
        },
        templates: templates::PATAS,
        profile: || {
            json!({
                "name": "Patas & Cia", "country": "BR", "locale": "pt-BR", "currency": "BRL", "timezone": "America/Sao_Paulo",
                "slot_minutes": 30,
                "opening_hours": week(&[("08:00", "12:00"), ("13:00", "19:00")], &[("08:00", "13:00")], &[]),
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
        customers: 220,
        unfinished: 3,
        phone: |index| format!("573001{index:06}"),
        templates: &[],
        profile: || {
            json!({
                "name": "Hotel La Candelaria", "country": "CO", "locale": "es", "currency": "COP", "timezone": "America/Bogota",
                "slot_minutes": 60,
                "opening_hours": week(&[("06:00", "22:00")], &[("06:00", "22:00")], &[("07:00", "20:00")]),
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
        customers: 240,
        unfinished: 3,
        phone: |index| format!("5068400{index:04}"),
        templates: templates::FLOR,
        profile: || {
            json!({
                "name": "Soda Doña Flor", "country": "CR", "locale": "es", "currency": "CRC", "timezone": "America/Costa_Rica",
                "slot_minutes": 30,
                "opening_hours": week(&[("11:00", "21:00")], &[("11:00", "22:00")], &[("10:00", "17:00")]),
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
