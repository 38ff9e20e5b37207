//! The requests of callers and people, and the business whose data they are about.

use super::Violation;
use crate::businesses::SimulatedBusiness;
use crate::history::{Asked, History, Key, POISON, Person, Wish, Written};
use chrono::{DateTime, TimeDelta, Utc};
use kit::keys::hash_of;
use serde_json::Value;
use std::collections::BTreeMap;

/// Queues keep for 14 days what is in them; what was put there before this may be gone.
const RETENTION: TimeDelta = TimeDelta::days(13);

/// Gateways tell the second in which something was written; of two words in one second either may stand.
pub(super) const SAME_MOMENT: TimeDelta = TimeDelta::seconds(2);

pub(super) fn one_customer(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut phones: BTreeMap<(&str, &str), Vec<&Key>> = BTreeMap::new();
    for (key, person) in history.customers.iter().filter(|(_, person)| person.gone.is_none()) {
        if let Some(phone) = &person.phone {
            phones.entry((&key.0, phone)).or_default().push(key);
        }
    }
    let twice = phones.into_iter().filter(|(_, customers)| customers.len() > 1);
    let told = |((_, phone), customers): ((&str, &str), Vec<&Key>)| {
        let ids: Vec<String> = customers.iter().map(|key| key.1.clone()).collect();
        Violation::new(format!("{phone} is {}", ids.join(" and ")), ids)
    };
    twice.map(told).collect()
}

pub(super) fn foreign(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    history.foreign.iter().map(|write| Violation::new(write.clone(), [write.clone()])).collect()
}

pub(super) fn is_gone(history: &History, business: &str, customer: &str) -> bool {
    let person = history.customers.get(&(business.to_owned(), customer.to_owned()));
    person.is_none_or(|person| person.gone.is_some())
}

pub(super) fn wishes(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for asked in history.asked.iter().filter(|asked| (200..300).contains(&asked.status)) {
        let business = asked.business.clone();
        let has_message = |id: &str| history.messages.contains_key(&(business.clone(), id.to_owned()));
        match &asked.what {
            Wish::Send { message } if !has_message(message) => {
                found.push(Violation::new(format!("there is no {message}"), [message.clone()]));
            }
            Wish::Load { customer, load_id, points } if !is_gone(history, &business, customer) => {
                let ledger = history.ledgers.get(&(business.clone(), customer.clone()));
                let kept = ledger.and_then(|ledger| ledger.entries.get(load_id));
                if kept != Some(points) {
                    let detail = format!("{load_id} of {points} points is kept as {kept:?}");
                    found.push(Violation::new(detail, [load_id.clone(), customer.clone()]));
                }
            }
            Wish::Register { customer, phone, lacks } if !is_gone(history, &business, customer) => {
                let asked_of = format!("missing-fields/{customer}");
                let same_phone = |it: &&Asked| {
                    matches!(&it.what, Wish::Register { phone: other, .. } if other == phone) && it.business == business
                };
                let told_all = history
                    .asked
                    .iter()
                    .filter(same_phone)
                    .any(|it| matches!(&it.what, Wish::Register { lacks: false, .. }));
                if *lacks && !told_all && !has_message(&asked_of) {
                    found.push(Violation::new(format!("nobody asked {customer}"), [customer.clone()]));
                }
            }
            Wish::Erase { customer } if !is_gone(history, &business, customer) => {
                found.push(Violation::new(format!("customer {customer} is not forgotten"), [customer.clone()]));
            }
            _ => {}
        }
    }
    found
}

/// Callers ask for what they may, in words that can be read.
pub(super) fn refused(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let refused = history.asked.iter().filter(|asked| matches!(asked.status, 400 | 401 | 403 | 422));
    let told = |asked: &Asked| {
        let detail =
            format!("{:?} of {} at {} was answered with {}", asked.what, asked.business, asked.at, asked.status);
        Violation::new(detail, [asked.business.clone()])
    };
    refused.map(told).collect()
}

/// Only where each caller had a clear answer at once: a caller who got none may have been told without hearing it. And
/// a human who sends a failed message again is not told that it cannot be.
pub(super) fn news(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut wishes: BTreeMap<(&str, String), Vec<&Asked>> = BTreeMap::new();
    for asked in &history.asked {
        let subject = match &asked.what {
            Wish::Load { load_id, .. } => load_id.clone(),
            Wish::Book { appointment, .. } => appointment.clone(),
            _ => continue,
        };
        wishes.entry((&asked.business, subject)).or_default().push(asked);
    }
    let mut found = Vec::new();
    for ((_, subject), all) in wishes {
        let clear = all.iter().all(|asked| asked.tries == 1 && (200..300).contains(&asked.status));
        let new = all.iter().filter(|asked| asked.status == 201).count();
        if clear && new != 1 {
            let detail = format!("{new} of {} callers were told that {subject} is new", all.len());
            found.push(Violation::new(detail, [subject]));
        }
    }
    for asked in history.asked.iter().filter(|asked| asked.status == 409 && asked.tries == 1) {
        let Wish::Retry { message } = &asked.what else { continue };
        let record = history.messages.get(&(asked.business.clone(), message.clone()));
        let steps = record.map(|record| record.steps.as_slice()).unwrap_or_default();
        let by_it = steps.windows(2).any(|pair| match pair {
            [(_, from), (at, to)] => from == "failed" && to == "pending" && (asked.since..=asked.at).contains(at),
            _ => false,
        });
        let status = steps.iter().rev().find(|(at, _)| *at <= asked.at).map(|(_, status)| status.as_str());
        if by_it && matches!(status, Some("pending" | "sending" | "unknown")) {
            let detail = format!("who sent {message} again was told at {} that it cannot be, and it was", asked.at);
            found.push(Violation::new(detail, [message.clone()]));
        }
    }
    found
}

pub(super) fn balances(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (key, ledger) in history.ledgers.iter().filter(|(key, _)| !is_gone(history, &key.0, &key.1)) {
        let sum: i64 = ledger.entries.values().sum();
        if sum != ledger.balance || ledger.balance < 0 {
            let detail = format!("customer {} has {}, the entries make {sum}", key.1, ledger.balance);
            found.push(Violation::new(detail, [key.1.clone()]));
        }
    }
    found
}

pub(super) fn told(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (key, ledger) in history.ledgers.iter().filter(|(key, _)| !is_gone(history, &key.0, &key.1)) {
        for load in ledger.entries.keys() {
            let message = format!("points/{}/{load}", key.1);
            if !history.messages.contains_key(&(key.0.clone(), message.clone())) {
                found.push(Violation::new(format!("there is no {message}"), [message, key.1.clone()]));
            }
        }
    }
    for (business, message) in history.messages.keys() {
        let Some((customer, load)) = message.strip_prefix("points/").and_then(|rest| rest.split_once('/')) else {
            continue;
        };
        let ledger = history.ledgers.get(&(business.clone(), customer.to_owned()));
        if !ledger.is_some_and(|ledger| ledger.entries.contains_key(load)) {
            found.push(Violation::new(format!("{message} tells of points that nobody has"), [message.clone()]));
        }
    }
    found
}

/// Whether a word takes a person out or in; the simulation's own reading of the words it writes.
pub(super) fn wants(text: &str) -> Option<bool> {
    match text {
        "SAIR" | "BAJA" | "STOP" => Some(false),
        "VOLTAR" => Some(true),
        _ => None,
    }
}

pub(super) fn opted(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut words: BTreeMap<(&str, &str), Vec<(&Written, bool)>> = BTreeMap::new();
    for it in history.written.iter().filter(|it| it.arrived.is_some()) {
        if let Some(yes) = wants(&it.text) {
            words.entry((&it.business, &it.phone)).or_default().push((it, yes));
        }
    }
    let mut found = Vec::new();
    for ((business, phone), mut words) in words {
        words.sort_by_key(|(it, _)| it.at);
        let Some((last, yes)) = words.last() else { continue };
        let by_a_caller = history.consents.iter().any(|it| it.0 == *business && it.1 == *phone && it.2 > last.at);
        let unclear = by_a_caller || words.iter().any(|(it, other)| other != yes && last.at - it.at < SAME_MOMENT);
        let is_person = |person: &Person| {
            person.gone.is_none()
                && person.phone.as_deref() == Some(phone)
                && person.made.is_some_and(|made| made < last.at)
        };
        let mut live = history.customers.iter().filter(|(key, person)| key.0 == business && is_person(person));
        let Some((key, person)) = live.next() else { continue };
        // A gateway's report that they stopped marketing is a no of its own.
        let stopped = *yes && history.stopped.contains(key);
        // A word that asks for marketing again says nothing of a person who was not out.
        let before = person.consent.iter().rfind(|(at, _)| *at < last.at).map(|(_, yes)| *yes);
        // Of words before an erasure nothing is known.
        let same = history.customers.iter().filter(|(of, it)| of.0 == business && it.phone.as_deref() == Some(phone));
        let erased = same.filter_map(|(_, it)| it.gone).filter(|gone| person.made.is_some_and(|made| *gone <= made));
        let known_from = erased.max().map(|gone| gone + SAME_MOMENT);
        let was_out =
            before == Some(false) || words.iter().any(|(it, yes)| !yes && known_from.is_none_or(|from| from < it.at));
        if unclear || stopped || *yes && !was_out {
            continue;
        }
        let stands = person.consent.last().map(|(_, yes)| *yes);
        if stands != Some(*yes) {
            let detail = format!("customer {} wrote {} at {} and stands at {stands:?}", key.1, last.text, last.at);
            found.push(Violation::new(detail, [key.1.clone(), phone.to_owned()]));
        }
        let prefix = format!("opt/{}/", key.1);
        if !history.messages.keys().any(|(of, message)| of == business && message.starts_with(&prefix)) {
            let detail = format!("customer {} wrote {} at {} and was not told", key.1, last.text, last.at);
            found.push(Violation::new(detail, [key.1.clone(), phone.to_owned()]));
        }
    }
    found
}

/// How often each text is kept, by business and the gateway's id.
type Kept = BTreeMap<(String, String), usize>;

/// Of the texts that have arrived, unless their author has been erased since.
pub(super) fn words(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let (mut of_customers, mut of_owners) = (Kept::new(), Kept::new());
    for (_, item) in history.kept.iter().filter(|(table, _)| table == "Conversations") {
        let item: Value = serde_json::from_str(item).unwrap_or_default();
        let partition = item["pk"]["S"].as_str().and_then(|pk| pk.split_once('/'));
        if let (Some((business, of)), Some(id)) = (partition, item["gateway_message_id"]["S"].as_str()) {
            let kept = if of == "owners" { &mut of_owners } else { &mut of_customers };
            *kept.entry((business.to_owned(), id.to_owned())).or_default() += 1;
        }
    }
    let is_owner =
        |it: &Written| businesses.iter().any(|business| business.id == it.business && business.owner == it.phone);
    let times =
        |kept: &Kept, it: &Written| kept.get(&(it.business.clone(), it.id.clone())).copied().unwrap_or_default();
    let mut found = Vec::new();
    for it in history.written.iter().filter(|it| it.arrived.is_some() && !it.spoken) {
        let (who, times) = if is_owner(it) {
            let times = times(&of_owners, it);
            if times == 0 && was_understood(history, it) {
                continue;
            }
            ("owner", times)
        } else {
            let is_same = |(key, who): &(&Key, &Person)| key.0 == it.business && who.phone.as_ref() == Some(&it.phone);
            let mut same = history.customers.iter().filter(is_same);
            if same.any(|(_, who)| who.gone.is_some_and(|gone| gone + SAME_MOMENT > it.at)) {
                continue;
            }
            ("customer", times(&of_customers, it))
        };
        if times != 1 {
            let detail = format!("{} of {who} {} at {} is kept {times} times", it.id, it.phone, it.at);
            found.push(Violation::new(detail, [it.id.clone(), it.phone.clone()]));
        }
    }
    found
}

/// What an answer does is kept for eight days. An owner who is asked once more was not understood.
const ANSWERS: TimeDelta = TimeDelta::days(7);

/// Whether an owner's text was an answer to a proposal, or was one so long ago that nobody knows.
fn was_understood(history: &History, it: &Written) -> bool {
    let key = format!("\"answer/{}\"", hash_of(&it.id));
    let is_its = |(table, item): &&(String, String)| {
        table == "Automations" && item.contains(&it.business) && item.contains(&key)
    };
    match history.kept.iter().find(is_its) {
        Some((_, item)) => !item.contains("\"ask_again\""),
        None => history.now.is_some_and(|now| now - it.at > ANSWERS),
    }
}

/// The time after the deletion of a customer's record in which something of theirs may still come and go.
const FORGOTTEN: TimeDelta = TimeDelta::hours(3);

pub(super) fn forgotten(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let Some(now) = history.now else { return found };
    for ((business, customer), gone) in history.customers.iter().filter_map(|(key, who)| Some((key, who.gone?))) {
        if now - gone < FORGOTTEN {
            continue;
        }
        for (table, item) in history.kept.iter().filter(|(_, item)| item.contains(customer)) {
            // The id alone stays among the people of a proposal and of a campaign, until these expire.
            if table == "Campaigns" || (table == "Automations" && item.contains("\"proposal/")) {
                continue;
            }
            let detail = format!("{table} has of customer {customer} of {business}, gone since {gone}: {item}");
            found.push(Violation::new(detail, [customer.clone()]));
        }
        let phone = history.customers.get(&(business.clone(), customer.clone())).and_then(|who| who.phone.as_deref());
        for (key, _) in
            history.customers.iter().filter(|(key, who)| key.0 == *business && who.phone.as_deref() == phone)
        {
            for at in turns(history, key).filter(|at| *at + SAME_MOMENT < gone) {
                let detail = format!("customer {} has what {customer}, gone since {gone}, wrote at {at}", key.1);
                found.push(Violation::new(detail, [key.1.clone(), customer.clone()]));
            }
        }
    }
    found
}

/// When what is kept of a customer's words was written.
fn turns<'a>(history: &'a History, of: &Key) -> impl Iterator<Item = DateTime<Utc>> + use<'a> {
    let partition = format!("\"{}/{}\"", of.0, of.1);
    let theirs = move |(table, item): &&(String, String)| table == "Conversations" && item.contains(&partition);
    history.kept.iter().filter(theirs).filter_map(|(_, item)| {
        let at = item.split_once("turn/")?.1.split('/').next()?;
        DateTime::from_timestamp_millis(at.parse().ok()?)
    })
}

pub(super) fn forbidden(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    history.forbidden.iter().map(|it| Violation::new(it.clone(), [])).collect()
}

pub(super) fn trespasses(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    history.trespasses.iter().map(|it| Violation::new(it.clone(), [])).collect()
}

pub(super) fn panics(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    history
        .panics
        .iter()
        .map(|it| Violation::new(it.clone(), [it.split(':').next().unwrap_or_default().to_owned()]))
        .collect()
}

pub(super) fn condemned(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let given_up = history.condemned.iter().filter(|it| !is_refused_news(history, it) && !is_unanalysed(it));
    given_up.map(|it| Violation::new(it.clone(), crate::keys::subjects(it.as_bytes()))).collect()
}

/// Whether it is a conversation that the model has not analysed three times. It waits for a human.
fn is_unanalysed(dead_letter: &str) -> bool {
    dead_letter.contains(r#""type":"analyze_conversation""#)
}

/// Whether it is news of a session that the operator's backend has refused, with a reason that says so.
fn is_refused_news(history: &History, condemned: &str) -> bool {
    let task = condemned.find('{').and_then(|begin| serde_json::from_str::<Value>(condemned.get(begin..)?).ok());
    let event = task.as_ref().and_then(|task| task["event"]["event_id"].as_str());
    let is_told = [": refused_by_upstream: ", ": http_4"].iter().any(|reason| condemned.contains(reason));
    is_told && event.is_some_and(|event| history.sessions.was_refused(event))
}

pub(super) fn dead_letters(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let all = history.dead.iter().flat_map(|(queue, bodies)| bodies.iter().map(move |body| (queue, body)));
    let all = all.filter(|(_, body)| !is_unanalysed(body));
    let (poison, other): (Vec<_>, Vec<_>) = all.partition(|(_, body)| *body == POISON);
    let mut found: Vec<Violation> = Vec::new();
    for (queue, body) in other {
        found.push(Violation::new(format!("in {queue}: {body}"), crate::keys::subjects(body.as_bytes())));
    }
    // Putting one there may be repeated, as everything may; after a fortnight the queue forgets it.
    let kept = history.now.map(|now| now - RETENTION);
    let expected = history.poison.iter().filter(|at| kept.is_none_or(|kept| **at > kept)).count();
    if poison.len() < expected {
        let detail = format!("{} of {expected} that nobody can read", poison.len());
        found.push(Violation::new(detail, ["DeadLetters".to_owned(), "poison".to_owned()]));
    }
    found
}
