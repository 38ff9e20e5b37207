//! The words in which a week is written: people, and what they do at which time of which day.

use super::MONDAY;
use chrono::{DateTime, Days, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

/// What happens at one business.
pub(super) struct Week {
    /// Body of `POST /api/businesses`.
    pub opening: Value,
    /// The owner first, then customers.
    pub people: Vec<Person>,
    /// What customers had bought before the week.
    pub before: Vec<Bought>,
    pub acts: Vec<Act>,
}

impl Week {
    /// As customers know the business.
    pub fn name(&self) -> &str {
        self.opening["name"].as_str().unwrap_or_default()
    }
}

/// Somebody with a phone.
pub(super) struct Person {
    pub name: &'static str,
    pub phone: String,
    pub is_owner: bool,
    /// What registers the customer before the week; null for an owner, and for somebody who comes later.
    pub body: Value,
}

/// A purchase from before the week.
pub(super) struct Bought {
    pub who: &'static str,
    pub days_ago: i64,
    pub product: &'static str,
    pub price: u32,
}

/// Something that somebody does.
pub(super) struct Act {
    /// Local time of the week: `tue 09:30` or `tue 09:30:20`; `sun` is its end, and `before` the evening before it.
    pub at: &'static str,
    pub what: What,
}

/// What is done.
pub(super) enum What {
    /// A customer is registered, with no more than is in the body.
    Joins { who: &'static str, body: Value },
    /// An appointment is made.
    Books {
        id: &'static str,
        who: &'static str,
        pet: Option<&'static str>,
        service: &'static str,
        start: &'static str,
        price: u32,
    },
    /// An appointment gets another time.
    Moves { id: &'static str, start: &'static str },
    /// An appointment gets another status.
    Becomes { id: &'static str, status: &'static str },
    /// Somebody buys something.
    Buys { who: &'static str, product: &'static str, price: u32 },
    /// Points are added or taken.
    Loads { who: &'static str, points: i64, reason: &'static str },
    /// Another call of the API, and what it is in words.
    Calls { done: &'static str, method: &'static str, path: &'static str, body: Value },
    /// Somebody writes.
    Says { who: &'static str, text: &'static str },
    /// Somebody records these words.
    Speaks { who: &'static str, words: &'static str },
    /// Somebody answers, quoting the newest message that has these words.
    Quotes { who: &'static str, words: &'static str, text: &'static str },
    /// The language model is down, for all who ask until it answers once more.
    ModelFails,
    /// Somebody taps a button of the newest message that has some.
    Taps { who: &'static str, place: usize },
}

impl What {
    /// What no phone shows of it.
    pub fn done(&self) -> Option<String> {
        Some(match self {
            Self::Joins { who, .. } => format!("{who} is registered."),
            Self::Books { who, pet, service, start, .. } => {
                let pet = pet.map(|pet| format!(" with {pet}")).unwrap_or_default();
                format!("{who}{pet} is booked: {service}, {}.", day_and_hour(start))
            }
            Self::Moves { id, start } => format!("The appointment of {} is moved to {}.", id, day_and_hour(start)),
            Self::Becomes { id, status } => format!("The appointment of {} is {}.", id, status.replace('_', "-")),
            Self::Buys { who, product, .. } => format!("{who} buys: {product}."),
            Self::Loads { who, points, .. } => format!("{who}: {points} points."),
            Self::Calls { done, .. } => (*done).to_owned(),
            Self::ModelFails => "The language model does not answer for a minute.".to_owned(),
            Self::Says { .. } | Self::Speaks { .. } | Self::Quotes { .. } | Self::Taps { .. } => return None,
        })
    }
}

const DAYS: [(&str, &str); 7] = [
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
];

fn day_and_hour(at: &str) -> String {
    let (day, hour) = at.split_once(' ').unwrap_or((at, ""));
    let name = DAYS.iter().find(|(short, _)| *short == day).map_or(day, |(_, long)| long);
    format!("{name} {hour}")
}

/// A time of the week, as `2026-11-17T09:30:00`.
pub(super) fn local(at: &str) -> Result<String, String> {
    time(at).map(|time| time.format("%Y-%m-%dT%H:%M:%S").to_string())
}

/// A time of the week in a zone.
pub(super) fn moment(at: &str, zone: Tz) -> Result<DateTime<Utc>, String> {
    let local = time(at)?;
    let zoned = local.and_local_timezone(zone).earliest();
    zoned.map(|zoned| zoned.to_utc()).ok_or_else(|| format!("{at} is no time there"))
}

fn time(at: &str) -> Result<NaiveDateTime, String> {
    let wrong = || format!("{at} is no time of the week");
    let (day, hour) = at.split_once(' ').ok_or_else(wrong)?;
    let hour = NaiveTime::parse_from_str(hour, "%H:%M:%S").or_else(|_| NaiveTime::parse_from_str(hour, "%H:%M"));
    let date = if day == "before" {
        MONDAY.pred_opt()
    } else {
        let nth = DAYS.iter().position(|(short, _)| *short == day).ok_or_else(wrong)?;
        MONDAY.checked_add_days(Days::new(nth as u64))
    };
    Ok(date.ok_or_else(wrong)?.and_time(hour.map_err(|_| wrong())?))
}

/// The owner of a business.
pub(super) fn owner(name: &'static str, phone: &str) -> Person {
    Person { name, phone: phone.to_owned(), is_owner: true, body: Value::Null }
}

/// A customer of whom nothing is missing: name, phone, birthday as `--MM-DD`, gender.
pub(super) fn customer(name: &'static str, phone: &str, birthday: &str, gender: &str, city: &str) -> Person {
    let body = json!({"name": name, "phone": phone, "birthday": birthday, "gender": gender, "city": city,
                      "email": format!("{phone}@example.com"), "marketing_consent": true});
    Person { name, phone: phone.to_owned(), is_owner: false, body }
}

/// Somebody who is no customer yet.
pub(super) fn stranger(name: &'static str, phone: &str) -> Person {
    Person { name, phone: phone.to_owned(), is_owner: false, body: Value::Null }
}

impl Person {
    /// With a pet, and its birthday as `--MM-DD`.
    pub fn with_pet(mut self, name: &str, species: &str, birthday: &str) -> Self {
        self.body["pets"] = json!([{"name": name, "species": species, "birthday": birthday}]);
        self
    }
}

/// Purchases of one product, so many days ago each.
pub(super) fn bought(who: &'static str, product: &'static str, price: u32, days: &[i64]) -> Vec<Bought> {
    days.iter().map(|days_ago| Bought { who, days_ago: *days_ago, product, price }).collect()
}

pub(super) fn says(at: &'static str, who: &'static str, text: &'static str) -> Act {
    Act { at, what: What::Says { who, text } }
}

pub(super) fn speaks(at: &'static str, who: &'static str, words: &'static str) -> Act {
    Act { at, what: What::Speaks { who, words } }
}

/// The language model fails as often as the assistant asks for one answer.
pub(super) fn model_fails(at: &'static str) -> Act {
    Act { at, what: What::ModelFails }
}

pub(super) fn quotes(at: &'static str, who: &'static str, words: &'static str, text: &'static str) -> Act {
    Act { at, what: What::Quotes { who, words, text } }
}

pub(super) fn taps(at: &'static str, who: &'static str, place: usize) -> Act {
    Act { at, what: What::Taps { who, place } }
}

pub(super) fn joins(at: &'static str, who: &'static str, body: Value) -> Act {
    Act { at, what: What::Joins { who, body } }
}

/// The appointment's id is the customer's name: each has one at a time.
pub(super) fn books(
    at: &'static str,
    (who, pet): (&'static str, Option<&'static str>),
    id: &'static str,
    (service, start, price): (&'static str, &'static str, u32),
) -> Act {
    Act { at, what: What::Books { id, who, pet, service, start, price } }
}

pub(super) fn moves(at: &'static str, id: &'static str, start: &'static str) -> Act {
    Act { at, what: What::Moves { id, start } }
}

pub(super) fn becomes(at: &'static str, id: &'static str, status: &'static str) -> Act {
    Act { at, what: What::Becomes { id, status } }
}

pub(super) fn buys(at: &'static str, who: &'static str, product: &'static str, price: u32) -> Act {
    Act { at, what: What::Buys { who, product, price } }
}

pub(super) fn loads(at: &'static str, who: &'static str, points: i64, reason: &'static str) -> Act {
    Act { at, what: What::Loads { who, points, reason } }
}

pub(super) fn posts(at: &'static str, done: &'static str, path: &'static str, body: Value) -> Act {
    Act { at, what: What::Calls { done, method: "POST", path, body } }
}

pub(super) fn puts(at: &'static str, done: &'static str, path: &'static str, body: Value) -> Act {
    Act { at, what: What::Calls { done, method: "PUT", path, body } }
}
