//! Conversations with the assistant, as the tables hold them at the end.

use super::Violation;
use super::asked::is_gone;
use super::purchases::{items, number};
use crate::businesses::SimulatedBusiness;
use crate::history::History;
use chrono::TimeDelta;
use serde_json::Value;

/// The longest that an analysis waits that is due: what was held comes when the queue delivers it again.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(3);

/// The chats of customers who are still there: business, customer, chat.
fn chats(history: &History) -> impl Iterator<Item = (String, String, Value)> + '_ {
    items(history, "Conversations").filter(|(_, key, _)| key == "chat").filter_map(|(of, _, chat)| {
        let (business, customer) = of.split_once('/')?;
        (!is_gone(history, business, customer)).then(|| (business.to_owned(), customer.to_owned(), chat))
    })
}

/// No answer is made while a person of the business has the chat.
pub(super) fn talked_over(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let said = history.talked_over.iter();
    said.map(|((_, id), at)| Violation::new(format!("{id} was made at {at}"), [id.clone()])).collect()
}

/// A message that wants an answer has one, be it that a person will answer.
pub(super) fn each(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let unanswered = chats(history).filter(|(.., chat)| number(&chat["answered"]) != number(&chat["sequence"]));
    unanswered
        .map(|(_, customer, chat)| {
            let detail = format!("of {customer}: {} of {}", number(&chat["answered"]), number(&chat["sequence"]));
            Violation::new(detail, [customer])
        })
        .collect()
}

/// A conversation that is over is analysed, unless three tries have failed.
pub(super) fn analysed(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let now = history.now.unwrap_or_default();
    let waits_long = |chat: &Value| {
        let waiting = &chat["analysis"]["M"];
        let waits = now.timestamp_millis() - number(&waiting["at"]);
        !waiting.is_null() && number(&waiting["tries"]) < 3 && waits > LONGEST_WAIT.num_milliseconds()
    };
    let waiting = chats(history).filter(|(.., chat)| waits_long(chat));
    waiting.map(|(_, customer, _)| Violation::new(format!("of {customer}"), [customer])).collect()
}

/// Nobody gets more answers than messages that want one.
pub(super) fn once(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (business, customer, chat) in chats(history) {
        let to = format!("answer/customer/{customer}/");
        let answers = history.messages.keys().filter(|(of, id)| *of == business && id.starts_with(&to)).count();
        let wanted = usize::try_from(number(&chat["sequence"])).unwrap_or_default();
        if answers > wanted {
            found.push(Violation::new(format!("{answers} answers to {wanted} messages of {customer}"), [customer]));
        }
    }
    found
}

/// The record knows of each conversation that has ended, and no token counts twice.
pub(super) fn recorded(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut counted = 0;
    for (_, customer, chat) in chats(history) {
        counted += number(&chat["tokens"]);
        if number(&chat["settled"]) != number(&chat["activity"]) {
            let (settled, activity) = (number(&chat["settled"]), number(&chat["activity"]));
            found.push(Violation::new(format!("of {customer}: {settled} of {activity} messages"), [customer]));
        }
    }
    counted += items(history, "Customers").map(|(.., it)| number(&it["thread_token_count"])).sum::<i64>();
    if counted > i64::try_from(history.tokens).unwrap_or(i64::MAX) {
        found.push(Violation::new(format!("{counted} tokens are counted, and {} were used", history.tokens), []));
    }
    found
}

/// The history comes with each request: no request makes the server of the model keep anything.
pub(super) fn kept_nowhere_else(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let keeping = history.keeping;
    if keeping == 0 { Vec::new() } else { vec![Violation::new(format!("{keeping} requests"), [])] }
}
