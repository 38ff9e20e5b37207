//! The events that can be seen from outside the functions: changes of the tables, messages that the gateways accepted,
//! requests of callers with their answers. The invariants look at nothing else.

pub use crate::record::{Decision, Record, Said};
pub use crate::reports::Report;

use crate::sessions::Sessions;

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
    /// Appointments, each with its states in order; none of them is left out.
    pub appointments: BTreeMap<Key, Vec<Booked>>,
    /// Points by customer.
    pub ledgers: BTreeMap<Key, Ledger>,
    /// The requests of callers, each with its answer.
    pub asked: Vec<Asked>,
    /// The events that the bus has taken: type and detail.
    pub events: Vec<(String, serde_json::Value)>,
    /// When callers were told that a campaign is cancelled: business, campaign, when.
    pub cancelled: Vec<(String, String, DateTime<Utc>)>,
    /// The calls about campaigns that were refused for no reason that a caller can see.
    pub refused_campaigns: Vec<String>,
    /// Campaigns as the API shows them at the end.
    pub campaigns: BTreeMap<Key, Value>,
    /// The returns of campaigns as the API tells them at the end.
    pub returns: BTreeMap<Key, Value>,
    /// Customers by business, as its search finds them at the end, and the number that it tells.
    pub searched: BTreeMap<String, (u64, Vec<Value>)>,
    /// By business, how often somebody has written other numbers into the record of a customer.
    pub drifted: BTreeMap<String, u64>,
    /// The texts that people wrote to a business.
    pub written: Vec<Written>,
    /// The messages that the gateways accepted, as of the last look.
    pub sent: Vec<Sent>,
    /// The text of each message, as the API shows it at the end.
    pub shown: BTreeMap<Key, String>,
    /// The status reports that the functions have taken as done, in order.
    pub reports: Vec<Report>,
    /// Writes of data that the event was not about.
    pub foreign: Vec<String>,
    /// When callers had said for a person whether marketing is wanted: business, phone, when.
    pub consents: Vec<(String, String, DateTime<Utc>)>,
    /// Customers whom a gateway has said to have stopped marketing.
    pub stopped: BTreeSet<Key>,
    /// When a gateway has said of a message to a customer that the reply window was closed.
    pub closed: BTreeMap<Key, Vec<DateTime<Utc>>>,
    /// Requests of functions that their roles do not allow.
    pub forbidden: Vec<String>,
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
    /// The bodies of the dead letters, by queue, as of the last look.
    pub dead: BTreeMap<String, Vec<String>>,
    /// Tokens that the language model has read and written.
    pub tokens: u64,
    /// Requests that made the server of the language model keep something.
    pub keeping: u64,
    /// All items there are at the end: table, and what it holds as JSON.
    pub kept: Vec<(String, String)>,
    /// All that was seen of sessions.
    pub sessions: Sessions,
    /// The chats that a person of the business has: business and customer, and until when, epoch milliseconds.
    pub taken: BTreeMap<Key, i64>,
    /// When a person of the business was called to a chat or had it: business and customer, and when that changed.
    pub silenced: Vec<(Key, DateTime<Utc>)>,
    /// When a person has taken a chat: business and customer, and when.
    pub taken_at: Vec<(Key, DateTime<Utc>)>,
    /// Answers of the assistant that were made while a person had the chat.
    pub talked_over: Vec<(Key, DateTime<Utc>)>,
}

/// A customer, as the tables' changes have shown it.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// E.164 digits, unless there is no phone.
    pub phone: Option<String>,
    /// The language, if one was given, from when on.
    pub locales: Vec<(DateTime<Utc>, Option<String>)>,
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

/// An appointment as it stood from a moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// Since when, UTC.
    pub at: DateTime<Utc>,
    /// The customer, by id.
    pub customer: String,
    /// When it begins, UTC; `None` if it does not take place, was only asked for, or is gone.
    pub start: Option<DateTime<Utc>>,
    /// Whether somebody has said that it takes place.
    pub is_confirmed: bool,
}

/// The points of a customer.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The balance as it stands.
    pub balance: i64,
    /// By load id: points.
    pub entries: BTreeMap<String, i64>,
}

/// A request of a caller, with its answer.
#[derive(Clone, Debug)]
pub struct Asked {
    /// When it was first asked.
    pub since: DateTime<Utc>,
    /// When the answer was there.
    pub at: DateTime<Utc>,
    /// The business, by its id.
    pub business: String,
    /// The thing that was asked for.
    pub what: Wish,
    /// The status of the answer.
    pub status: u16,
    /// The number of times that it was asked until there was an answer.
    pub tries: u32,
}

/// One thing that callers ask for.
#[derive(Clone, Debug)]
pub enum Wish {
    /// A customer, who lacks something that the business wants to know or does not.
    Register {
        /// The customer, by id.
        customer: String,
        /// The phone, digits.
        phone: String,
        /// Whether something is missing.
        lacks: bool,
    },
    /// Points that are loaded.
    Load {
        /// The customer, by id.
        customer: String,
        /// The id of the points entry.
        load_id: String,
        /// The number of points.
        points: i64,
    },
    /// A message that is sent.
    Send {
        /// The message, by id.
        message: String,
    },
    /// An appointment that is made.
    Book {
        /// The customer, by id.
        customer: String,
        /// The appointment, by the caller's name.
        appointment: String,
    },
    /// A version of a purchase.
    Buy {
        /// The customer, by id.
        customer: String,
        /// The invoice, by the caller's name.
        invoice: String,
        /// From 1.
        version: i64,
    },
    /// A failed message to be sent again.
    Retry {
        /// The message, by id.
        message: String,
    },
    /// A sender to be mended.
    Mend,
    /// A customer to be erased.
    Erase {
        /// The customer, by id.
        customer: String,
    },
}

/// A text that a person wrote.
#[derive(Clone, Debug)]
pub struct Written {
    /// When it was written, UTC.
    pub at: DateTime<Utc>,
    /// The business that it went to, by id.
    pub business: String,
    /// The writer's phone, digits.
    pub phone: String,
    /// The text as it was written.
    pub text: String,
    /// Whether it is a recording, and the text its words.
    pub spoken: bool,
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
        if table == "Appointments" {
            return self.see_appointment(&change["Keys"], new, at);
        }
        if table == "Sessions" {
            return self.sessions.see(&change["Keys"], new, at);
        }
        let (business, id) = change["Keys"]["pk"]["S"].as_str()?.split_once('/')?;
        let key = (business.to_owned(), id.to_owned());
        match table {
            "Messages" => self.see_message(key, new, at),
            "Customers" => self.see_customer(key, old, new, at),
            "Conversations" => self.see_chat(key, change["Keys"]["sk"]["S"].as_str()?, new, at),
            "Points" => self.see_points(key, change["Keys"]["sk"]["S"].as_str()?, new),
            _ => None,
        }
    }

    /// When the first message or session is looked at again.
    #[must_use]
    pub fn first_due(&self) -> Option<DateTime<Utc>> {
        let message = self.due.values().min().copied().and_then(DateTime::from_timestamp_millis);
        message.into_iter().chain(self.sessions.first_due()).min()
    }

    fn see_chat(&mut self, key: Key, sort: &str, new: &Value, at: DateTime<Utc>) -> Option<String> {
        if sort != "chat" {
            return None;
        }
        let handover = &new["handover"]["M"];
        let until = number(handover, "until").filter(|_| text(handover, "stage").as_deref() == Some("taken"));
        let line = format!("chat {} is {}", key.1, text(new, "standing_key").unwrap_or_default());
        if !handover.is_null() {
            self.silenced.push((key.clone(), at));
        }
        match until {
            Some(until) => {
                self.taken_at.push((key.clone(), at));
                self.taken.insert(key, until);
            }
            None => drop(self.taken.remove(&key)),
        }
        Some(line)
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
        let line = format!("message {} is {status}", key.1);
        let business = key.0.clone();
        if !self.messages.contains_key(&key) && text(new, "message_type").is_some_and(|it| it.starts_with("assistant_"))
        {
            let customer = text(new, "customer_key").and_then(|it| Some(it.split_once('/')?.1.to_owned()));
            let chat = (business.clone(), customer.unwrap_or_default());
            if self.taken.get(&chat).is_some_and(|until| at.timestamp_millis() < *until) {
                self.talked_over.push((key.clone(), at));
            }
        }
        let record = self.messages.entry(key).or_insert_with(|| Record::of(new));
        let moved = record.see(new, at);
        if let (Some(customer), Some(error)) = (record.customer.clone(), record.error.as_deref()) {
            let said =
                |word: &str| error.contains(&format!("({word}: ")) || error.contains(&format!("not_delivered: {word}"));
            if said("opted_out") {
                self.stopped.insert((business.clone(), customer.clone()));
            }
            if said("window_closed") {
                self.closed.entry((business, customer)).or_default().push(at);
            }
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
        if text(old, "locale") != text(new, "locale") || person.locales.is_empty() {
            person.locales.push((at, text(new, "locale")));
        }
        let consent = |image: &Value| image["marketing_consent"]["BOOL"].as_bool();
        let yes = consent(new).filter(|_| consent(old) != consent(new))?;
        person.consent.push((at, yes));
        Some(format!("customer {id} wants marketing: {yes}"))
    }

    fn see_appointment(&mut self, keys: &Value, new: &Value, at: DateTime<Utc>) -> Option<String> {
        let id = keys["sk"]["S"].as_str()?.strip_prefix("appointment/")?.to_owned();
        let states = self.appointments.entry((keys["pk"]["S"].as_str()?.to_owned(), id.clone())).or_default();
        let status = new["status"]["S"].as_str();
        let waits = new["request"]["S"] == "waiting";
        let is_open = matches!(status, Some("pending" | "confirmed")) && !waits;
        let start = text(new, "start").filter(|_| is_open).and_then(|start| start.parse().ok());
        let customer = text(new, "customer_id").or_else(|| states.last().map(|it| it.customer.clone()))?;
        let line = format!("appointment {id} is {} at {start:?}", text(new, "status").unwrap_or_default());
        states.push(Booked { at, customer, start, is_confirmed: status == Some("confirmed") });
        Some(line)
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

    /// The message that a gateway has given an id.
    #[must_use]
    pub fn of_gateway_id(&self, business: &str, id: &str) -> Option<Key> {
        let mut all = self.messages.iter().filter(|(key, _)| key.0 == business);
        all.find(|(_, record)| record.gateway_ids.contains(id)).map(|(key, _)| key.clone())
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
