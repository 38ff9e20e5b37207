//! What a conversation says about a customer: where they stand, and what to do next.

use super::super::ask::{ModelRole, ModelTurn};
use super::briefing::Briefing;
use super::language::Language;
use super::sentences::{Sentence, say};
use super::wishes::Wishes;
use super::words::{Phrases, Words};
use chrono::Days;
use serde_json::{Value, json};

/// Days until somebody who asked for a price is asked again.
const FOLLOW_UP: u64 = 2;

const NOT_WANTED: Phrases = Phrases(
    "muito caro, ta caro, esta caro, desisti, nao quero, nao tenho interesse, nao vou, ja comprei em outro, ja \
     marquei em outro, muy caro, no me interesa, ya no quiero, no quiero, ya compre en otro, no voy a, desisto, \
     too expensive, not interested, no longer interested, changed my mind, somewhere else, dont want",
);
const CAME_BEFORE: Phrases = Phrases(
    "de novo, como sempre, da ultima vez, ultima vez, adorei, amei, ficou otimo, otra vez, como siempre, quede \
     encantad*, quedo muy bien, me encanto, again, as usual, last time, loved it, sou cliente, soy cliente, im a \
     customer",
);
const IS_BOOKED: Phrases = Phrases(
    "confirmado, confirmada, esta agendado, esta agendada, agendamos, reservado, reservada, esta marcado, is \
     confirmed, is booked, are booked, youre booked, confirmed",
);

/// Words beside an amount; `R$` is an `r`.
const AMOUNT: Phrases = Phrases("r, custa, cuesta, reais, pesos, usd, cop, dollars");

/// Where a customer stands, in the words of the form.
struct Finding {
    status: &'static str,
    priority: u8,
    /// So many days from today; `None` if there is nothing to do.
    next: Option<(u64, Sentence)>,
    reason: Sentence,
    /// What is said to the customer on that day, if it is not for a person to act.
    follow_up: Option<Sentence>,
}

/// The answer in the form `analysis`.
pub(super) fn value(briefing: &Briefing, turns: &[ModelTurn]) -> Value {
    let language = briefing.language.unwrap_or(Language::Spanish);
    let lines = lines(turns);
    let Finding { status, priority, next, reason, follow_up } = finding(&lines);
    let spoken = lines.iter().rev().find(|(is_customer, _)| *is_customer);
    let spoken = spoken.map_or(language, |(_, words)| Language::of(words).unwrap_or(language));
    let date = next.and_then(|(days, _)| briefing.today?.checked_add_days(Days::new(days)));
    json!({
        "profile_status": status,
        "next_action": next.map(|(_, action)| say(language, action)),
        "next_action_date": date.map(|date| date.to_string()),
        "priority": priority,
        "reason": say(language, reason),
        "follow_up": follow_up.map(|text| say(spoken, text)),
        "summary": say(language, reason),
    })
}

fn finding(lines: &[(bool, Words)]) -> Finding {
    let customer = || lines.iter().filter(|(is_customer, _)| *is_customer).map(|(_, words)| words);
    let wishes: Vec<Wishes> = customer().map(Wishes::of).collect();
    let any = |wish: fn(&Wishes) -> bool| wishes.iter().any(wish);
    let last = customer().next_back();
    let is_lost = last.is_some_and(|last| last.say(NOT_WANTED) || Wishes::of(last).opt_out);
    let is_booked =
        lines.iter().rev().find(|(is_customer, _)| !is_customer).is_some_and(|(_, words)| words.say(IS_BOOKED));
    let has_price = lines.iter().any(|(is_customer, words)| !is_customer && tells_price(words));
    match () {
        () if is_lost => Finding {
            status: "lost",
            priority: 5,
            next: None,
            reason: ["El cliente dijo que no.", "O cliente disse que não.", "The customer said no."],
            follow_up: None,
        },
        () if is_booked => Finding {
            status: "booked",
            priority: 4,
            next: None,
            reason: ["La cita está confirmada.", "O horário está confirmado.", "The appointment is confirmed."],
            follow_up: None,
        },
        () if any(|wishes| wishes.booking) => Finding {
            status: "interested",
            priority: 1,
            next: Some((0, ["Confirmar un horario.", "Confirmar um horário.", "Confirm a time."])),
            reason: [
                "El cliente quiere una cita.",
                "O cliente quer marcar um horário.",
                "The customer wants an appointment.",
            ],
            follow_up: None,
        },
        () if any(|wishes| wishes.urgent || wishes.complaint || wishes.person || wishes.change) => Finding {
            status: if customer().any(|words| words.say(CAME_BEFORE)) { "customer" } else { "interested" },
            priority: 1,
            next: Some((0, ["Responder al cliente.", "Responder ao cliente.", "Answer the customer."])),
            reason: [
                "El cliente espera a una persona.",
                "O cliente espera uma pessoa.",
                "The customer is waiting for a person.",
            ],
            follow_up: None,
        },
        () if any(|wishes| wishes.price) => Finding {
            status: if has_price { "quoted" } else { "interested" },
            priority: if has_price { 2 } else { 3 },
            next: Some((
                FOLLOW_UP,
                [
                    "Preguntar si quiere reservar.",
                    "Perguntar se quer marcar um horário.",
                    "Ask whether they want an appointment.",
                ],
            )),
            reason: [
                "El cliente preguntó por precios.",
                "O cliente perguntou o preço.",
                "The customer asked for a price.",
            ],
            follow_up: Some([
                "¡Hola! ¿Pudiste ver el precio que te pasamos? Si quieres, buscamos un horario para ti 😊",
                "Oi! Conseguiu ver o preço que passamos? Se quiser, já procuramos um horário para você 😊",
                "Hi! Did you get to see the price we sent you? If you like, we can look for a time for you 😊",
            ]),
        },
        () if customer().any(|words| words.say(CAME_BEFORE)) => Finding {
            status: "customer",
            priority: 4,
            next: None,
            reason: ["El cliente ya vino antes.", "O cliente já veio antes.", "The customer has come before."],
            follow_up: None,
        },
        () if any(|wishes| wishes.hours || wishes.services || wishes.of_the_business) => Finding {
            status: "interested",
            priority: 3,
            next: Some((
                FOLLOW_UP,
                [
                    "Preguntar si necesita algo más.",
                    "Perguntar se precisa de mais alguma coisa.",
                    "Ask whether they need anything else.",
                ],
            )),
            reason: [
                "El cliente pidió información.",
                "O cliente pediu informações.",
                "The customer asked for information.",
            ],
            follow_up: Some([
                "¡Hola! ¿Te quedó alguna duda? Aquí estamos para ayudarte 😊",
                "Oi! Ficou alguma dúvida? Estamos por aqui para ajudar 😊",
                "Hi! Any other questions? We're here to help 😊",
            ]),
        },
        () => Finding {
            status: "lead",
            priority: 4,
            next: None,
            reason: [
                "El cliente aún no dijo qué busca.",
                "O cliente ainda não disse o que procura.",
                "The customer has not said yet what they need.",
            ],
            follow_up: None,
        },
    }
}

/// Each line with whether it is the customer's. A conversation may come as items, or as one text with names.
fn lines(turns: &[ModelTurn]) -> Vec<(bool, Words)> {
    let mut lines = Vec::new();
    for turn in turns {
        let mut is_customer = match turn.role {
            ModelRole::User => true,
            ModelRole::Assistant => false,
            ModelRole::System | ModelRole::Developer => continue,
        };
        for line in turn.text.lines().filter(|line| !line.trim().is_empty()) {
            let named = line.split_once(':').and_then(|(name, text)| Some((is_customers(name)?, text)));
            let (side, text) = named.unwrap_or((is_customer, line));
            is_customer = side;
            lines.push((side, Words::of(text)));
        }
    }
    lines
}

fn is_customers(name: &str) -> Option<bool> {
    match super::words::fold(name.trim()).rsplit(' ').next()? {
        "customer" | "cliente" | "user" => Some(true),
        "business" | "negocio" | "empresa" | "assistant" | "team" | "owner" => Some(false),
        _ => None,
    }
}

/// An amount with its currency: `R$ 80,00`, `$ 30.000`, `20 USD`.
fn tells_price(words: &Words) -> bool {
    words.say(AMOUNT) && words.all.iter().any(|word| word.folded.bytes().all(|byte| byte.is_ascii_digit()))
}
