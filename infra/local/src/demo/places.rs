//! The three businesses of the demo.

use super::people::{BRAZIL, COLOMBIA, COSTA_RICA, Names};
use serde_json::{Value, json};
use world::{Category, Gateway, Template};

/// A business with its sender and where its customers come from.
pub(super) struct Place {
    pub gateway: Gateway,
    /// Phone number id, or channel id.
    pub address: &'static str,
    /// The number that people see.
    pub number: &'static str,
    pub name: &'static str,
    /// Language code of its templates at Meta.
    pub language: &'static str,
    pub owners: &'static [(&'static str, &'static str)],
    pub names: &'static Names,
    pub customers: usize,
    /// Customers of whom fields are missing.
    pub unfinished: usize,
    pub phone: fn(usize) -> String,
    /// Approved templates: the text it stands for, its category, the text with our variables in braces.
    pub texts: &'static [(&'static str, Category, &'static str)],
    pub profile: fn() -> Value,
}

pub(super) const PLACES: [Place; 3] = [
    Place {
        gateway: Gateway::CloudApi,
        address: "106540352242922",
        number: "551130000001",
        name: "Patas & Cia",
        language: "pt_BR",
        owners: &[("Marina Couto", "5511900001001"), ("Rogério Couto", "5511900001002")],
        names: &BRAZIL,
        customers: 280,
        unfinished: 3,
        // Every twentieth is from Belo Horizonte, where WhatsApp mostly drops the ninth digit.
        phone: |index| {
            if index % 20 == 19 { format!("55319{:08}", 90_000_000 + index) } else { format!("55119{index:08}") }
        },
        texts: &[
            (
                "missing_fields",
                Category::Utility,
                "Oi, {name}! Aqui é da {business}. Pode nos contar {fields}? É {purpose}. Se preferir não responder, tudo \
                 bem. 🐾",
            ),
            (
                "points",
                Category::Utility,
                "Oi, {name}! Movimento na {business}: {amount}. Seu saldo agora: {total}. 🐾",
            ),
            (
                "opt_out",
                Category::Utility,
                "Tudo certo: você não receberá mais ofertas da {business}. Para voltar, responda VOLTAR.",
            ),
            ("opt_in", Category::Utility, "Que bom ter você de volta! Você receberá as ofertas da {business}."),
            (
                "birthday",
                Category::Marketing,
                "Oi, {name}! 🎂 Feliz aniversário para {pet}! A {business} dá {offer} de desconto na próxima visita. 🐾 \
                 Para parar, responda SAIR.",
            ),
            (
                "win_back",
                Category::Marketing,
                "Oi, {name}! A {business} está com saudade 💛 Volte com {offer} de desconto. Para parar, responda SAIR.",
            ),
            (
                "birthdays_report",
                Category::Utility,
                "Oi, {name}! 🎂 Aniversários de hoje na {business}: {count}. {people}. Desconto oferecido: {offer}.",
            ),
            (
                "inactive_report",
                Category::Utility,
                "Oi, {name}! 👥 Sem contato com a {business} há mais de {days} dias: {count}. {people}. Desconto sugerido: \
                 {offer}.",
            ),
        ],
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
        language: "es",
        owners: &[("Gloria Ospina", "573000001001")],
        names: &COLOMBIA,
        customers: 220,
        unfinished: 3,
        phone: |index| format!("573001{index:06}"),
        texts: &[],
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
        language: "es",
        owners: &[("Flor Quesada", "50683001001"), ("Luis Diego Quesada", "50683001002")],
        names: &COSTA_RICA,
        customers: 240,
        unfinished: 3,
        phone: |index| format!("5068400{index:04}"),
        texts: &[
            (
                "missing_fields",
                Category::Utility,
                "¡Hola, {name}! Le escribimos de {business}. ¿Nos cuenta {fields}? Es {purpose}. Si prefiere no responder, no \
                 hay problema. 🌺",
            ),
            (
                "points",
                Category::Utility,
                "¡Hola, {name}! Movimiento en {business}: {amount}. Su saldo ahora: {total}. 🌺",
            ),
            (
                "opt_out",
                Category::Utility,
                "Listo: ya no recibirá promociones de {business}. Para volver, responda ALTA.",
            ),
            ("opt_in", Category::Utility, "¡Qué bueno tenerle de vuelta! Recibirá las promociones de {business}."),
            (
                "birthday",
                Category::Marketing,
                "¡Hola, {name}! 🎂 ¡Feliz cumpleaños a {pet}! {business} le regala un {offer} de descuento en su \
                 visita. 🌺 Para parar, responda BAJA.",
            ),
            (
                "win_back",
                Category::Marketing,
                "¡Hola, {name}! {business} le extraña 💛 Vuelva con un {offer} de descuento. Para parar, responda BAJA.",
            ),
            (
                "birthdays_report",
                Category::Utility,
                "¡Hola, {name}! 🎂 Cumpleaños de hoy en {business}: {count}. {people}. Descuento ofrecido: {offer}.",
            ),
            (
                "inactive_report",
                Category::Utility,
                "¡Hola, {name}! 👥 Sin contacto con {business} en más de {days} días: {count}. {people}. Descuento \
                 sugerido: {offer}.",
            ),
        ],
        profile: || {
            json!({
                "name": "Soda Doña Flor", "country": "CR", "locale": "es", "currency": "CRC", "timezone": "America/Costa_Rica",
                "slot_minutes": 30,
                "opening_hours": week(&[("11:00", "21:00")], &[("11:00", "22:00")], &[("10:00", "17:00")]),
            })
        },
    },
];

impl Place {
    /// The approved templates as the business names them.
    pub fn templates(&self) -> Value {
        let template = |(text, _, words): &(&str, Category, &str)| {
            let approved =
                json!({"name": self.template_name(text), "language": self.language, "variables": parts(words).1});
            ((*text).to_owned(), approved)
        };
        self.texts.iter().map(template).collect::<serde_json::Map<_, _>>().into()
    }

    /// The approved templates as Meta knows them.
    pub fn approved(&self) -> Vec<Template> {
        let template = |(text, category, words): &(&str, Category, &str)| Template {
            name: self.template_name(text),
            language: self.language.to_owned(),
            category: *category,
            body: parts(words).0,
        };
        self.texts.iter().map(template).collect()
    }

    fn template_name(&self, text: &str) -> String {
        format!("recado_{text}_{}", self.language.to_lowercase())
    }
}

/// Text with `{{1}}`, `{{2}}`, … for its variables, and their names in that order.
fn parts(words: &str) -> (String, Vec<&str>) {
    let (mut text, mut variables, mut rest) = (String::new(), Vec::new(), words);
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(b, rest)| Some((b, rest.split_once('}')?)))
    {
        variables.push(name);
        text.push_str(&format!("{before}{{{{{}}}}}", variables.len()));
        rest = after;
    }
    (text + rest, variables)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_become_positions() {
        assert_eq!(parts("Oi, {name}: {points}!"), ("Oi, {{1}}: {{2}}!".to_owned(), vec!["name", "points"]));
        let business = &PLACES[0];
        assert_eq!(business.templates()["points"]["variables"], json!(["name", "points", "business", "balance"]));
        assert_eq!(business.approved()[1].name, "recado_points_pt_br");
    }
}
