//! The approved templates of the demo's businesses, as they give them to the API and as Meta knows them.

use serde_json::{Map, Value, json};
use world::{Category, Template};

/// A template that Meta has approved.
pub(super) struct Approved {
    /// The text that it stands for.
    text: &'static str,
    occasion: Option<&'static str>,
    /// Language code at Meta.
    language: &'static str,
    category: Category,
    /// With our variables in braces.
    words: &'static str,
    /// The titles of its quick replies.
    buttons: &'static [&'static str],
}

const fn utility(text: &'static str, language: &'static str, words: &'static str) -> Approved {
    Approved { text, occasion: None, language, category: Category::Utility, words, buttons: &[] }
}

const fn marketing(text: &'static str, language: &'static str, words: &'static str) -> Approved {
    Approved { text, occasion: None, language, category: Category::Marketing, words, buttons: &[] }
}

const fn on(occasion: &'static str, template: Approved) -> Approved {
    Approved { occasion: Some(occasion), ..template }
}

const fn with(buttons: &'static [&'static str], template: Approved) -> Approved {
    Approved { buttons, ..template }
}

/// Of the pet shop in São Paulo, which has a few customers who speak Spanish.
pub(super) const PATAS: &[Approved] = &[
    utility(
        "missing_fields",
        "pt_BR",
        "Oi, {name}! Aqui é da {business}. Pode nos contar {fields}? É {purpose}. Se preferir não responder, tudo bem. 🐾",
    ),
    utility(
        "missing_fields",
        "es",
        "¡Hola, {name}! Te escribimos de {business}. ¿Nos cuentas {fields}? Es {purpose}. Si prefieres no responder, no hay \
         problema. 🐾",
    ),
    utility(
        "points",
        "pt_BR",
        "Oi, {name}! Você ganhou {points_with_unit} na {business} 🎉 Seu saldo: {balance_with_unit}.",
    ),
    utility(
        "points",
        "es",
        "¡Hola, {name}! Sumaste {points_with_unit} en {business} 🎉 Tu saldo: {balance_with_unit}.",
    ),
    on(
        "taken",
        utility(
            "points",
            "pt_BR",
            "Oi, {name}! Você usou {points_with_unit} na {business}. Seu saldo: {balance_with_unit}.",
        ),
    ),
    on(
        "taken",
        utility(
            "points",
            "es",
            "¡Hola, {name}! Usaste {points_with_unit} en {business}. Tu saldo: {balance_with_unit}.",
        ),
    ),
    utility(
        "opt_out",
        "pt_BR",
        "Tudo certo: você não receberá mais ofertas da {business}. Para voltar, responda VOLTAR.",
    ),
    utility("opt_in", "pt_BR", "Que bom ter você de volta! Você receberá as ofertas da {business}."),
    marketing(
        "birthday",
        "pt_BR",
        "Oi, {name}! 🎂 Feliz aniversário para {pet}! A {business} dá {offer} de desconto na próxima visita. 🐾 Para não \
         receber ofertas, responda SAIR.",
    ),
    marketing(
        "win_back",
        "pt_BR",
        "Oi, {name}! A {business} está com saudade 💛 Volte com {offer} de desconto. Para parar, responda SAIR.",
    ),
    on(
        "any",
        utility(
            "birthdays_report",
            "pt_BR",
            "Oi, {name}! 🎂 {count_with_unit} hoje na {business}. {people}. Desconto oferecido: {offer}.",
        ),
    ),
    on(
        "any",
        utility(
            "inactive_report",
            "pt_BR",
            "Oi, {name}! {count_with_unit} sem contato com a {business} há mais de {days_with_unit}. {people}. Desconto \
             sugerido: {offer}.",
        ),
    ),
    on(
        "asked",
        utility(
            "inactive_report",
            "pt_BR",
            "Oi, {name}! {count_with_unit} sem contato com a {business} há mais de {days_with_unit}. {people}. Texto \
             sugerido: {suggestion} Quer que eu envie {to_whom}? Responda {number} ou sim.",
        ),
    ),
    utility(
        "low_occupancy_report",
        "pt_BR",
        "Oi, {name}! 📉 {business} tem poucos agendamentos {day}. Horários livres: {hours}. Quem pode vir: {people}. Texto \
         sugerido: {suggestion} Quer que eu envie {to_whom}? Responda {number} ou sim.",
    ),
    on(
        "any",
        utility(
            "low_occupancy_report",
            "pt_BR",
            "Oi, {name}! 📉 {business} tem poucos agendamentos {day}. Horários livres: {hours}. Nada a enviar por enquanto.",
        ),
    ),
    utility(
        "opportunities_report",
        "pt_BR",
        "Oi, {name}! 📈 Os próximos dias da {business}: {days}. Já está na hora de estes clientes voltarem: {people}. Texto \
         sugerido: {suggestion} Quer que eu envie {to_whom}? Responda {number} ou sim.",
    ),
    on(
        "any",
        utility(
            "daily_summary",
            "pt_BR",
            "Oi, {name}! Resumo da {business}, {date}. Agendamentos: {appointments}. Faturamento: {revenue}. Clientes novos: \
             {new_customers}. {tomorrow} {cheer} Até amanhã.",
        ),
    ),
    on("any", utility("nothing_new", "pt_BR", "Oi, {name}! Hoje não há novidades na {business}.")),
    with(
        &["Sim, eu vou", "Mudar o horário", "Não posso ir"],
        utility(
            "appointment_reminder",
            "pt_BR",
            "Oi, {name}! 📅 {business} lembra do seu horário: {service}, {when}. Você vem? Responda por um dos botões.",
        ),
    ),
    utility(
        "campaign_done",
        "pt_BR",
        "Oi, {name}! Terminei de enviar {topic}. Mensagens enviadas: {sent}. Equipe {business}, bom trabalho!",
    ),
    marketing(
        "flash",
        "pt_BR",
        "Oi, {name}! ⚡ {business} tem horário para você {days}: {hours}. Responda e reserve com {offer} de desconto. Para não \
         receber ofertas, responda SAIR.",
    ),
];

/// Of the restaurant in Costa Rica, which calls its customers *usted*.
pub(super) const FLOR: &[Approved] = &[
    utility(
        "missing_fields",
        "es",
        "¡Hola, {name}! Le escribimos de {business}. ¿Nos cuenta {fields}? Es {purpose}. Si prefiere no responder, no hay \
         problema. 🌺",
    ),
    utility(
        "points",
        "es",
        "¡Hola, {name}! Usted sumó {points_with_unit} en {business} 🎉 Su saldo: {balance_with_unit}.",
    ),
    on(
        "taken",
        utility(
            "points",
            "es",
            "¡Hola, {name}! Usted usó {points_with_unit} en {business}. Su saldo: {balance_with_unit}.",
        ),
    ),
    utility("opt_out", "es", "Listo: ya no recibirá promociones de {business}. Para volver, responda ALTA."),
    utility("opt_in", "es", "¡Qué bueno tenerle de vuelta! Recibirá las promociones de {business}."),
    marketing(
        "birthday",
        "es",
        "¡Hola, {name}! 🎂 ¡Feliz cumpleaños para {pet}! {business} le regala un {offer} de descuento en su visita. 🌺 Si no \
         quiere promociones, responda BAJA.",
    ),
    marketing(
        "win_back",
        "es",
        "¡Hola, {name}! En {business} le extrañamos 💛 Vuelva con un {offer} de descuento. Para parar, responda BAJA.",
    ),
    on(
        "any",
        utility(
            "birthdays_report",
            "es",
            "¡Hola, {name}! 🎂 Hoy en {business}: {count_with_unit}. {people}. Descuento ofrecido: {offer}.",
        ),
    ),
    on(
        "any",
        utility(
            "inactive_report",
            "es",
            "¡Hola, {name}! Sin contacto con {business} en más de {days_with_unit}: {count_with_unit}. {people}. Descuento \
             sugerido: {offer}.",
        ),
    ),
    on(
        "asked",
        utility(
            "inactive_report",
            "es",
            "¡Hola, {name}! Sin contacto con {business} en más de {days_with_unit}: {count_with_unit}. {people}. Texto \
             sugerido: {suggestion} ¿Quiere que lo envíe {to_whom}? Responda {number} o sí.",
        ),
    ),
    utility(
        "low_occupancy_report",
        "es",
        "¡Hola, {name}! 📉 {business} tiene pocas citas {day}. Horas libres: {hours}. Quién puede venir: {people}. Texto \
         sugerido: {suggestion} ¿Quiere que lo envíe {to_whom}? Responda {number} o sí.",
    ),
    on(
        "any",
        utility(
            "low_occupancy_report",
            "es",
            "¡Hola, {name}! 📉 {business} tiene pocas citas {day}. Horas libres: {hours}. Por ahora no hay nada que enviar.",
        ),
    ),
    utility(
        "opportunities_report",
        "es",
        "¡Hola, {name}! 📈 Los próximos días de {business}: {days}. Ya les toca volver: {people}. Texto sugerido: {suggestion} \
         ¿Quiere que lo envíe {to_whom}? Responda {number} o sí.",
    ),
    on(
        "any",
        utility(
            "daily_summary",
            "es",
            "¡Hola, {name}! Resumen de {business}, {date}. Citas: {appointments}. Ingresos: {revenue}. Clientes nuevos: \
             {new_customers}. {tomorrow} {cheer} Hasta mañana.",
        ),
    ),
    on("any", utility("nothing_new", "es", "¡Hola, {name}! Hoy no hay novedades en {business}.")),
    with(
        &["Sí, voy", "Cambiar la hora", "No puedo ir"],
        utility(
            "appointment_reminder",
            "es",
            "¡Hola, {name}! 📅 {business} le recuerda su cita: {service}, {when}. ¿Viene? Responda con uno de los botones.",
        ),
    ),
    utility(
        "campaign_done",
        "es",
        "¡Hola, {name}! Terminé de enviar {topic}. Mensajes enviados: {sent}. ¡Buen trabajo, {business}!",
    ),
    marketing(
        "flash",
        "es",
        "¡Hola, {name}! ⚡ {business} tiene horario para usted {days}: {hours}. Responda y reserve con {offer} de descuento. Si \
         no quiere promociones, responda BAJA.",
    ),
];

/// As a business gives them: a list under each text.
pub(super) fn given(all: &[Approved]) -> Value {
    let mut templates = Map::new();
    for it in all {
        let (body, variables) = parts(it.words);
        let mut template = json!({"name": name(it), "language": it.language, "variables": variables, "body": body});
        if let Some(occasion) = it.occasion {
            template["occasion"] = json!(occasion);
        }
        if !it.buttons.is_empty() {
            template["buttons"] = json!(it.buttons);
        }
        let list = templates.entry(it.text).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(template);
        }
    }
    templates.into()
}

/// As Meta knows them.
pub(super) fn known(all: &[Approved]) -> Vec<Template> {
    let template = |it: &Approved| Template {
        name: name(it),
        language: it.language.to_owned(),
        category: it.category,
        body: parts(it.words).0,
        buttons: it.buttons.iter().map(|title| (*title).to_owned()).collect(),
    };
    all.iter().map(template).collect()
}

/// Meta keeps the languages of a template under one name.
fn name(it: &Approved) -> String {
    match it.occasion {
        Some(occasion) => format!("recado_{}_{occasion}", it.text),
        None => format!("recado_{}", it.text),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_become_positions() {
        assert_eq!(parts("Oi, {name}: {points}!"), ("Oi, {{1}}: {{2}}!".to_owned(), vec!["name", "points"]));
        let points = &given(PATAS)["points"][0];
        assert_eq!(points["variables"], json!(["name", "points_with_unit", "business", "balance_with_unit"]));
        assert_eq!(known(PATAS)[2].name, "recado_points");
    }

    #[test]
    fn a_name_in_a_language_is_one_template() {
        for all in [PATAS, FLOR] {
            let mut names: Vec<_> = all.iter().map(|it| (name(it), it.language)).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all.len());
        }
    }
}
