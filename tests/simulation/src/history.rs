//! What happened, as it can be seen from outside the functions: changes of the tables, what the gateways accepted, what
//! callers asked and were told. The invariants look at nothing else.

use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use world::Sent;

/// A business and an id within it.
pub type Key = (String, String);

/// A body that no function can read.
pub const POISON: &str = "{\"nobody\": \"reads this\"}";

/// All that was seen.
#[derive(Default)]
pub struct History {
    /// Message records, the erased ones too.
    pub messages: BTreeMap<Key, Record>,
    /// When messages that are not settled are looked at again, epoch milliseconds.
    pub due: BTreeMap<Key, i64>,
    /// Customers, the erased ones too.
    pub customers: BTreeMap<Key, Person>,
    /// Points by customer.
    pub ledgers: BTreeMap<Key, Ledger>,
    /// What callers asked, with what they were told.
    pub asked: Vec<Asked>,
    /// What people wrote to a business.
    pub written: Vec<Written>,
    /// What the gateways accepted, as of the last look.
    pub sent: Vec<Sent>,
    /// Writes of data that the event was not about.
    pub foreign: Vec<String>,
    /// When callers had said for a person whether marketing is wanted: business, phone, when.
    pub consents: Vec<(String, String, DateTime<Utc>)>,
    /// Customers whom a gateway has said to have stopped marketing.
    pub stopped: BTreeSet<Key>,
    /// Answers to callers about what is another business's.
    pub trespasses: Vec<String>,
    /// Panics, of handlers and of the simulation itself.
    pub panics: Vec<String>,
    /// Dead letters that a function has given up for good, with its reason.
    pub condemned: Vec<String>,
    /// Automations that are switched on, as of the last look: business, name, and when it runs next.
    pub automations: Vec<(String, String, DateTime<Utc>)>,
    /// When messages were put into queues that nobody can read.
    pub poison: Vec<DateTime<Utc>>,
    /// When the last look was.
    pub now: Option<DateTime<Utc>>,
    /// When people and callers had done all they did.
    pub ended: Option<DateTime<Utc>>,
    /// What lies in dead letters, by queue, as of the last look.
    pub dead: BTreeMap<String, Vec<String>>,
    /// All items there are at the end: table, and what it holds as JSON.
    pub kept: Vec<(String, String)>,
}

/// A message record.
#[derive(Clone, Debug)]
pub struct Record {
    /// `transactional`, `owner` or `marketing`.
    pub kind: String,
    /// The customer it goes to, if it is one.
    pub customer: Option<String>,
    /// Its text.
    pub text: String,
    /// Where it stood, from its creation on.
    pub steps: Vec<(DateTime<Utc>, String)>,
    /// Its error, as of now.
    pub error: Option<String>,
    /// How often it was claimed before it was deleted and made again.
    pub earlier_claims: usize,
    /// When a gateway said that it may come again in a day.
    pub wait_a_day: Vec<DateTime<Utc>>,
    /// How often it went back to `pending` from a status, as the gateway reported that it was not delivered.
    pub reported: BTreeMap<String, usize>,
    /// When it was deleted.
    pub gone: Option<DateTime<Utc>>,
}

impl Record {
    /// Where it stands, or last stood.
    #[must_use]
    pub fn status(&self) -> &str {
        self.steps.last().map_or("", |(_, status)| status)
    }

    /// When it was claimed.
    pub fn claims(&self) -> impl Iterator<Item = DateTime<Utc>> {
        self.steps.iter().filter(|(_, status)| status == "sending").map(|(at, _)| *at)
    }

    /// How often it went from one status to another.
    #[must_use]
    pub fn moves(&self, from: &str, to: &str) -> usize {
        self.steps.windows(2).filter(|pair| matches!(pair, [(_, a), (_, b)] if a == from && b == to)).count()
    }
}

/// A customer.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// Digits.
    pub phone: Option<String>,
    /// Whether marketing is wanted, from when on.
    pub consent: Vec<(DateTime<Utc>, bool)>,
    /// The birthday, as `MM-DD`, from when on.
    pub birthdays: Vec<(DateTime<Utc>, Option<String>)>,
    /// The first pet's, likewise.
    pub pets: Vec<(DateTime<Utc>, Option<String>)>,
    /// When the record was made.
    pub made: Option<DateTime<Utc>>,
    /// When it was deleted.
    pub gone: Option<DateTime<Utc>>,
}

/// The points of a customer.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// As it stands.
    pub balance: i64,
    /// By load id: points.
    pub entries: BTreeMap<String, i64>,
}

/// What a caller asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// When it was first asked.
    pub since: DateTime<Utc>,
    /// When the answer was there.
    pub at: DateTime<Utc>,
    /// Whose business.
    pub business: String,
    /// What for.
    pub what: Wish,
    /// The status of the answer.
    pub status: u16,
    /// How often it was asked until there was one.
    pub tries: u32,
}

/// What callers ask for.
#[derive(Clone, Debug)]
pub enum Wish {
    /// A customer, who lacks something that the business wants to know or does not.
    Register {
        /// Who.
        customer: String,
        /// The phone, digits.
        phone: String,
        /// Whether something is missing.
        lacks: bool,
    },
    /// Points.
    Load {
        /// Whose.
        customer: String,
        /// Under which id.
        load_id: String,
        /// How many.
        points: i64,
    },
    /// A message.
    Send {
        /// Its id.
        message: String,
    },
    /// A failed message to be sent again.
    Retry {
        /// Its id.
        message: String,
    },
    /// A sender to be mended.
    Mend,
    /// To be forgotten.
    Erase {
        /// Who.
        customer: String,
    },
}

/// What a person wrote.
#[derive(Clone, Debug)]
pub struct Written {
    /// When.
    pub at: DateTime<Utc>,
    /// To which business.
    pub business: String,
    /// Who, digits.
    pub phone: String,
    /// What.
    pub text: String,
    /// The gateway's id of it.
    pub id: String,
    /// When it was seen that its webhook had been answered with 200.
    pub arrived: Option<DateTime<Utc>>,
}

impl History {
    /// Takes in a change of a table; tells what of it is worth a line.
    pub fn see(&mut self, table: &str, record: &Value, at: DateTime<Utc>) -> Option<String> {
        let change = &record["dynamodb"];
        let (old, new) = (&change["OldImage"], &change["NewImage"]);
        let (business, id) = change["Keys"]["pk"]["S"].as_str()?.split_once('/')?;
        let key = (business.to_owned(), id.to_owned());
        match table {
            "Messages" => self.see_message(key, new, at),
            "Customers" => self.see_customer(key, old, new, at),
            "Points" => self.see_points(key, change["Keys"]["sk"]["S"].as_str()?, new),
            _ => None,
        }
    }

    /// When the first message is looked at again.
    #[must_use]
    pub fn first_due(&self) -> Option<DateTime<Utc>> {
        self.due.values().min().copied().and_then(DateTime::from_timestamp_millis)
    }

    fn see_message(&mut self, key: Key, new: &Value, at: DateTime<Utc>) -> Option<String> {
        match number(new, "not_before").filter(|_| new["due_shard"].is_object()) {
            Some(due) => drop(self.due.insert(key.clone(), due)),
            None => drop(self.due.remove(&key)),
        }
        if new.is_null() {
            let record = self.messages.get_mut(&key)?;
            record.gone = Some(at);
            return Some(format!("message {} is gone", key.1));
        }
        let status = text(new, "status")?;
        let made = || Record {
            kind: text(new, "kind").unwrap_or_default(),
            customer: text(new, "customer_key").and_then(|key| Some(key.split_once('/')?.1.to_owned())),
            text: new["content"]["M"]["text"]["S"].as_str().unwrap_or_default().to_owned(),
            steps: Vec::new(),
            error: None,
            earlier_claims: 0,
            wait_a_day: Vec::new(),
            reported: BTreeMap::new(),
            gone: None,
        };
        let line = format!("message {} is {status}", key.1);
        let business = key.0.clone();
        let record = self.messages.entry(key).or_insert_with(made);
        // A write whose answer was lost may be made again after an erasure: that is another message.
        if record.gone.take().is_some() {
            record.earlier_claims += record.claims().count();
            record.steps.clear();
            record.wait_a_day.clear();
            record.reported.clear();
        }
        record.error = text(new, "error_message");
        let by_the_gateway = |error: &str| error.contains("(opted_out: ") || error.contains("not_delivered: opted_out");
        if let Some(customer) = record.customer.clone().filter(|_| record.error.as_deref().is_some_and(by_the_gateway))
        {
            self.stopped.insert((business, customer));
        }
        let moved = record.status() != status;
        if moved && status == "pending" {
            let error = record.error.as_deref().unwrap_or_default();
            // So reads what a gateway's report has opened again, and nothing else.
            let by_report = error.contains(": code ") && !error.starts_with("not_delivered");
            if error.contains("(wait_a_day: ") && (by_report || record.status() != "failed") {
                record.wait_a_day.push(at);
            }
            if by_report {
                *record.reported.entry(record.status().to_owned()).or_default() += 1;
            }
        }
        if moved {
            record.steps.push((at, status));
        }
        moved.then_some(line)
    }

    fn see_customer(&mut self, key: Key, old: &Value, new: &Value, at: DateTime<Utc>) -> Option<String> {
        let id = key.1.clone();
        let person = self.customers.entry(key).or_default();
        if new.is_null() {
            person.gone = Some(at);
            return Some(format!("customer {id} is gone"));
        }
        person.made.get_or_insert(at);
        person.phone = text(new, "phone").or(person.phone.take());
        let day = |image: &Value| text(image, "birthday").map(|it| it[it.len() - 5..].to_owned());
        if day(old) != day(new) {
            person.birthdays.push((at, day(new)));
        }
        let pet = |image: &Value| day(&image["pets"]["L"][0]["M"]);
        if pet(old) != pet(new) {
            person.pets.push((at, pet(new)));
        }
        let consent = |image: &Value| image["marketing_consent"]["BOOL"].as_bool();
        let yes = consent(new).filter(|_| consent(old) != consent(new))?;
        person.consent.push((at, yes));
        Some(format!("customer {id} wants marketing: {yes}"))
    }

    fn see_points(&mut self, key: Key, sort: &str, new: &Value) -> Option<String> {
        // Whose entry a name is.
        if sort == "load" {
            return None;
        }
        let line =
            format!("points {}/{sort} = {}", key.1, number(new, "balance").or(number(new, "points")).unwrap_or(0));
        let ledger = self.ledgers.entry(key).or_default();
        if new.is_null() {
            return None;
        }
        match sort.strip_prefix("entry/") {
            Some(load) => drop(ledger.entries.insert(load.to_owned(), number(new, "points")?)),
            None => ledger.balance = number(new, "balance")?,
        }
        Some(line)
    }

    /// The person to whom a record goes.
    #[must_use]
    pub fn person(&self, business: &str, record: &Record) -> Option<&Person> {
        self.customers.get(&(business.to_owned(), record.customer.clone()?))
    }
}

fn text(image: &Value, name: &str) -> Option<String> {
    image[name]["S"].as_str().map(str::to_owned)
}

fn number(image: &Value, name: &str) -> Option<i64> {
    image[name]["N"].as_str()?.parse().ok()
}
