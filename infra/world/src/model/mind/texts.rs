//! The sentences of the mind that have names, times or prices in them, in three languages.

use super::language::Language;
use super::sentences::{Sentence, place, say};
use super::services;
use super::words::{Phrases, Words};
use chrono::Weekday;

const WEEKDAYS: [[&str; 7]; 3] = [
    ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    ["segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"],
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
];

/// `¡Hola, Ana! 😊`, with the time of day that the customer named.
pub(super) fn greeting(language: Language, text: &Words, name: Option<&str>) -> String {
    let times: [(Phrases, Sentence); 3] = [
        (Phrases("bom dia, buenos dias, buen dia, good morning"), ["Buenos días", "Bom dia", "Good morning"]),
        (Phrases("boa tarde, buenas tardes, good afternoon"), ["Buenas tardes", "Boa tarde", "Good afternoon"]),
        (Phrases("boa noite, buenas noches, good evening"), ["Buenas noches", "Boa noite", "Good evening"]),
    ];
    let named = times.iter().find(|(phrases, _)| text.say(*phrases)).map(|(_, sentence)| *sentence);
    let hello = say(language, named.unwrap_or(["Hola", "Olá", "Hi"]));
    let open = if language == Language::Spanish { "¡" } else { "" };
    match name {
        Some(name) if hello == "Hi" => format!("Hi {name}!"),
        Some(name) => format!("{open}{hello}, {name}!"),
        None => format!("{open}{hello}!"),
    }
}

pub(super) fn who_speaks(language: Language, business: &str) -> String {
    match language {
        Language::Spanish => format!("Soy la asistente virtual de {business}."),
        Language::Portuguese => format!("Sou a assistente virtual da equipe {business}."),
        Language::English => format!("I'm the virtual assistant at {business}."),
    }
}

pub(super) fn price(language: Language, name: &str, price: &str, time: Option<&str>) -> String {
    let Some(name) = services::with_article(language, name)
        .map(|name| capital(&name))
        .or_else(|| (language == Language::English).then(|| name.to_owned()))
    else {
        return match (language, time) {
            (Language::Portuguese, Some(time)) => format!("{name}: {price}, cerca de {time}."),
            (_, Some(time)) => format!("{name}: {price}, unos {time}."),
            (_, None) => format!("{name}: {price}."),
        };
    };
    match (language, time) {
        (Language::Spanish, Some(time)) => format!("{name} cuesta {price} y dura unos {time}."),
        (Language::Spanish, None) => format!("{name} cuesta {price}."),
        (Language::Portuguese, Some(time)) => format!("{name} custa {price} e leva cerca de {time}."),
        (Language::Portuguese, None) => format!("{name} custa {price}."),
        (Language::English, Some(time)) => format!("{name} is {price} and takes about {time}."),
        (Language::English, None) => format!("{name} is {price}."),
    }
}

/// The wish is passed on; nothing is booked.
pub(super) fn requested(language: Language, service: &str, day: &str, hour: &str) -> String {
    match language {
        Language::Spanish => {
            format!("¡Perfecto! Paso la solicitud al equipo: {service}, {day} a las {hour}. Confirman por aquí.")
        }
        Language::Portuguese => {
            format!(
                "Ótimo! Vou passar seu pedido para a equipe: {service}, {day}, às {hour}. A confirmação chega por aqui."
            )
        }
        Language::English => format!(
            "Great! I'm passing your request on to the team: {service}, {day} at {hour}. \
             They'll confirm it with you here."
        ),
    }
}

pub(super) fn free_on(language: Language, day: &str, hours: &str) -> String {
    match language {
        Language::Spanish => format!("Para el {day} tengo libre: {hours}."),
        Language::Portuguese => format!("Para {day}, tenho livre: {hours}."),
        Language::English => format!("On {day}, these times are free: {hours}."),
    }
}

/// A time that the customer named.
pub(super) fn is_free(language: Language, day: &str, hour: &str) -> String {
    match language {
        Language::Spanish => format!("El {day} a las {hour} está libre."),
        Language::Portuguese => format!("{}, às {hour}, está livre.", capital(day)),
        Language::English => format!("{day} at {hour} is free."),
    }
}

/// The only time of a day.
pub(super) fn only_free(language: Language, day: &str, hour: &str) -> String {
    match language {
        Language::Spanish => format!("Para el {day} tengo libre solo a las {hour}."),
        Language::Portuguese => format!("Para {day}, tenho livre só às {hour}."),
        Language::English => format!("On {day}, only {hour} is free."),
    }
}

pub(super) fn free_at(language: Language, hour: &str, days: &str) -> String {
    match language {
        Language::Spanish => format!("A las {hour} tengo libre: {days}."),
        Language::Portuguese => format!("Às {hour}, tenho livre: {days}."),
        Language::English => format!("{hour} is free on {days}."),
    }
}

pub(super) fn weekday(language: Language, day: Weekday) -> &'static str {
    WEEKDAYS[place(language)][usize::try_from(day.num_days_from_monday()).unwrap_or_default()]
}

fn short(language: Language, day: Weekday) -> &'static str {
    weekday(language, day).trim_end_matches("-feira")
}

/// From one weekday to another.
pub(super) fn weekdays(language: Language, first: Weekday, last: Weekday) -> String {
    let (first, last) = (short(language, first), short(language, last));
    match language {
        Language::Spanish => format!("de {first} a {last}"),
        Language::Portuguese => format!("de {first} a {last}"),
        Language::English => format!("{first} to {last}"),
    }
}

/// On each such weekday.
pub(super) fn on_weekdays(language: Language, day: Weekday) -> String {
    let name = short(language, day);
    let is_weekend = matches!(day, Weekday::Sat | Weekday::Sun);
    match language {
        Language::Spanish => format!("los {name}{}", if is_weekend { "s" } else { "" }),
        Language::Portuguese => format!("{} {name}s", if is_weekend { "aos" } else { "às" }),
        Language::English => format!("on {name}s"),
    }
}

/// On one such weekday.
pub(super) fn on_weekday(language: Language, day: Weekday) -> String {
    let name = short(language, day);
    match language {
        Language::Spanish => format!("el {name}"),
        Language::Portuguese if matches!(day, Weekday::Sat | Weekday::Sun) => format!("no {name}"),
        Language::Portuguese => format!("na {name}"),
        Language::English => format!("on {name}"),
    }
}

pub(super) fn today(language: Language) -> &'static str {
    say(language, ["hoy", "hoje", "today"])
}

pub(super) fn tomorrow(language: Language) -> &'static str {
    say(language, ["mañana", "amanhã", "tomorrow"])
}

pub(super) fn span(language: Language, from: &str, to: &str) -> String {
    match language {
        Language::Spanish => format!("de {from} a {to}"),
        Language::Portuguese => format!("das {from} às {to}"),
        Language::English => format!("from {from} to {to}"),
    }
}

pub(super) fn open(language: Language, days: &str) -> String {
    match language {
        Language::Spanish | Language::Portuguese => format!("Abrimos {days}."),
        Language::English => format!("We're open {days}."),
    }
}

pub(super) fn closed(language: Language, days: &str) -> String {
    match language {
        Language::Spanish => format!("{} no abrimos.", capital(days)),
        Language::Portuguese => format!("{} não abrimos.", capital(days)),
        Language::English => format!("We're closed {days}."),
    }
}

pub(super) fn open_on(language: Language, day: &str, spans: &str) -> String {
    match language {
        Language::Spanish | Language::Portuguese => format!("{} abrimos {spans}.", capital(day)),
        Language::English => format!("{} we're open {spans}.", capital(day)),
    }
}

/// `a, b and c`.
pub(super) fn joined(language: Language, parts: &[String]) -> String {
    let and = say(language, ["y", "e", "and"]);
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}
