//! A week of the demo's businesses, told as their people's phones show it. [`weeks`] has what happens and [`print`] how it
//! is written down; here it is played, on the simulation's stage and without faults.

mod act;
mod print;
mod weeks;

#[cfg(test)]
mod tests;

use crate::faults::Fault;
use crate::options::Options;
use crate::stage::Stage;
use act::{Act, Week, What};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::Locale;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use strum::IntoEnumIterator;
use tokio::task::LocalSet;
use world::{Author, Inbound, ModelFault, ModelRule, World};

/// The Monday of the week.
const MONDAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 11, 16) {
    Some(monday) => monday,
    None => NaiveDate::MIN,
};
/// The evening before it, after the last hour of every automation: the time to which what was before is skipped.
const EVE: &str = "2026-11-16T00:30:00Z";
/// The days from when the businesses were opened until then: longer than any customer is away.
const BEFORE: TimeDelta = TimeDelta::days(150);
/// The time from then until the last business's Sunday is over.
const WEEK: TimeDelta = TimeDelta::hours(7 * 24 + 6);

/// The week, and which messages stand in it.
pub struct Transcript {
    /// Markdown.
    pub text: String,
    /// The types of the messages that businesses of a language have sent.
    pub sent: BTreeMap<Locale, BTreeSet<String>>,
}

/// Why the week cannot be told.
#[derive(Debug, thiserror::Error)]
#[error("the week cannot be told: {0}")]
pub struct TranscriptError(String);

/// A line of the week.
struct Line {
    at: DateTime<Utc>,
    told: Told,
}

/// What a line tells.
enum Told {
    /// What somebody did at the business, in English.
    Done(String),
    /// What stands on a phone.
    Shown { from: Author, role: world::Role, name: String, text: String, buttons: Vec<String>, quotes: Option<String> },
}

/// A business that is open.
struct Opened {
    week: Week,
    zone: Tz,
    locale: Locale,
    address: String,
    key: String,
    lines: Vec<Line>,
}

/// Plays the week; the same one each time.
///
/// # Errors
/// An act is refused, so the script is wrong.
pub fn transcript() -> Result<Transcript, TranscriptError> {
    let eve: DateTime<Utc> = EVE.parse().map_err(|_| TranscriptError("no time".to_owned()))?;
    let start = Some(eve - BEFORE);
    let options = Options { seed: 2, start, without: Fault::iter().collect(), ..Options::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.map_err(|error| TranscriptError(error.to_string()))?;
    LocalSet::new().block_on(&runtime, play(&options, eve)).map_err(TranscriptError)
}

async fn play(options: &Options, eve: DateTime<Utc>) -> Result<Transcript, String> {
    let stage = Stage::set(options).map_err(|error| error.to_string())?;
    let mut businesses = Vec::new();
    for week in weeks::all() {
        businesses.push(open(&stage, week).await?);
    }
    // Nothing happens until then, and whoever waits wakes once.
    tokio::time::advance((eve - stage.run.now()).to_std().unwrap_or_default()).await;
    for business in &businesses {
        business.enter(&stage).await?;
    }
    let mut acts: Vec<(DateTime<Utc>, usize, Act)> = Vec::new();
    for (place, business) in businesses.iter_mut().enumerate() {
        for act in std::mem::take(&mut business.week.acts) {
            acts.push((act::moment(act.at, business.zone)?, place, act));
        }
    }
    // Acts of the same moment happen in the script's order.
    acts.sort_by_key(|(at, place, _)| (*at, *place));
    for (at, place, act) in acts {
        until(&stage, at).await;
        if let Some(business) = businesses.get_mut(place) {
            let happens = format!("{} {}", business.week.name(), act.at);
            business.act(&stage, act.what).await.map_err(|error| format!("{happens}: {error}"))?;
        }
    }
    until(&stage, eve + WEEK).await;
    stage.run.look();
    let world = &stage.run.cloud().world;
    let mut sent: BTreeMap<Locale, BTreeSet<String>> = BTreeMap::new();
    for business in &mut businesses {
        let shown = business.shown(world);
        business.lines.extend(shown);
        business.lines.sort_by_key(|line| line.at);
        let types = sent.entry(business.locale).or_default();
        types.extend(stage.client.messages(&business.key).await?.iter().filter_map(|message| {
            let gone = matches!(message["status"].as_str()?, "sent" | "delivered" | "read");
            gone.then(|| message["message_type"].as_str().map(str::to_owned))?
        }));
    }
    Ok(Transcript { text: print::markdown(&businesses), sent })
}

async fn until(stage: &Stage, at: DateTime<Utc>) {
    if let Ok(wait) = (at - stage.run.now()).to_std() {
        tokio::time::sleep(wait).await;
    }
}

/// Opens a business with its customers and what they have bought before.
async fn open(stage: &Stage, week: Week) -> Result<Opened, String> {
    let operator = stage.client.operator();
    let told = stage.client.must("POST", "/api/businesses", operator, Some(&week.opening)).await?;
    local::connect(&stage.run.cloud().world, &week.opening, &told);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let keys = format!("/api/businesses/{}/keys", text(&told["business_id"]));
    let key = stage.client.must("POST", &keys, operator, Some(&json!({"label": "transcript"}))).await?;
    let opened = Opened {
        zone: text(&told["timezone"]).parse().map_err(|_| "no zone".to_owned())?,
        locale: serde_json::from_value(told["locale"].clone()).map_err(|error| error.to_string())?,
        address: text(&told["senders"][0]["address"]),
        key: text(&key["key"]),
        lines: Vec::new(),
        week,
    };
    // Nothing of what was before is told.
    opened.switch(stage, false).await?;
    for person in opened.week.people.iter().filter(|person| opened.was_here(person.name)) {
        opened.call(stage, "POST", "/api/customers", &person.body).await?;
    }
    Ok(opened)
}

impl Opened {
    /// Comes to the evening before the week: with what customers have bought, and those who are newer.
    async fn enter(&self, stage: &Stage) -> Result<(), String> {
        for (nth, bought) in self.week.before.iter().enumerate() {
            let at = stage.run.now() - TimeDelta::days(bought.days_ago) - TimeDelta::hours(4);
            let body = self.purchase(&format!("before-{nth}"), bought.who, bought.product, bought.price, at)?;
            self.call(stage, "POST", "/api/purchases", &body).await?;
        }
        for person in self.week.people.iter().filter(|it| !it.body.is_null() && !self.was_here(it.name)) {
            self.call(stage, "POST", "/api/customers", &person.body).await?;
        }
        self.switch(stage, true).await
    }

    /// Whether a customer has bought something before the week.
    fn was_here(&self, who: &str) -> bool {
        self.week.before.iter().any(|bought| bought.who == who)
    }

    /// Switches the automations that have hours on or off.
    async fn switch(&self, stage: &Stage, on: bool) -> Result<(), String> {
        for (name, _) in automations::scheduled() {
            self.call(stage, "PUT", &format!("/api/automations/{name}"), &json!({"enabled": on})).await?;
        }
        Ok(())
    }

    async fn call(&self, stage: &Stage, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        stage.client.must(method, path, &self.key, (!body.is_null()).then_some(body)).await
    }

    /// The phone of a customer or owner, by name.
    fn phone(&self, who: &str) -> Result<&str, String> {
        let found = self.week.people.iter().find(|person| person.name == who);
        found.map(|person| person.phone.as_str()).ok_or_else(|| format!("nobody is called {who}"))
    }

    fn purchase(
        &self,
        invoice: &str,
        who: &str,
        product: &str,
        price: u32,
        at: DateTime<Utc>,
    ) -> Result<Value, String> {
        Ok(json!({"invoice_id": invoice, "phone": self.phone(who)?, "at": at.to_rfc3339(), "total": price,
                  "lines": [{"product": product, "amount": price}]}))
    }

    /// Does what the script says, and notes what the phones do not show.
    async fn act(&mut self, stage: &Stage, what: What) -> Result<(), String> {
        let now = stage.run.now();
        let done = what.done();
        match what {
            What::Joins { who, body } => {
                let mut body = body;
                body["name"] = json!(who);
                body["phone"] = json!(self.phone(who)?);
                self.call(stage, "POST", "/api/customers", &body).await?;
            }
            What::Books { id, who, pet, service, start, price } => {
                let mut body = json!({"appointment_id": id, "phone": self.phone(who)?, "service": service,
                                      "start": act::local(start)?, "price": price});
                if let Some(pet) = pet {
                    body["pet"] = json!(pet);
                }
                self.call(stage, "POST", "/api/appointments", &body).await?;
            }
            What::Moves { id, start } => {
                let body = json!({"start": act::local(start)?});
                self.call(stage, "PATCH", &format!("/api/appointments/{id}"), &body).await?;
            }
            What::Becomes { id, status } => {
                let body = json!({"status": status});
                self.call(stage, "PATCH", &format!("/api/appointments/{id}"), &body).await?;
            }
            What::Buys { who, product, price } => {
                let invoice = format!("week-{}", now.timestamp());
                let body = self.purchase(&invoice, who, product, price, now)?;
                self.call(stage, "POST", "/api/purchases", &body).await?;
            }
            What::Loads { who, points, reason } => {
                let body = json!({"phone": self.phone(who)?, "points": points, "reason": reason,
                                  "load_id": format!("load-{}", now.timestamp())});
                self.call(stage, "POST", "/api/points/load", &body).await?;
            }
            What::Calls { method, path, body, .. } => {
                self.call(stage, method, path, &body).await?;
            }
            What::Says { who, text } => self.says(&stage.run.cloud().world, who, text, None)?,
            What::Speaks { who, words } => {
                let (phone, text) = (self.phone(who)?.to_owned(), words.to_owned());
                let (sender, kind) = (self.address.clone(), Some("audio".to_owned()));
                let spoken = Inbound { sender, phone, text, kind, ..Inbound::default() };
                stage.run.cloud().world.inbound(&spoken).map_err(|error| error.to_string())?;
            }
            What::Quotes { who, words, text } => {
                let world = &stage.run.cloud().world;
                let chat = world.chat(&self.address, self.phone(who)?, false);
                let quoted = chat.and_then(|chat| chat.bubbles.into_iter().rfind(|it| it.text.contains(words)));
                let quoted = quoted.ok_or_else(|| format!("{who} has no message with these words: {words}"))?;
                self.says(world, who, text, Some(quoted.id))?;
            }
            What::ModelFails => {
                let down = ModelFault::Status { status: 503, code: None, retry_after: None };
                stage.run.cloud().world.set_model_fault(ModelRule::times(down, 3));
            }
            What::Taps { who, place } => self.taps(&stage.run.cloud().world, who, place)?,
        }
        self.lines.extend(done.map(|done| Line { at: now, told: Told::Done(done) }));
        Ok(())
    }

    fn says(&self, world: &World, who: &str, text: &str, reply_to: Option<String>) -> Result<(), String> {
        let (phone, text) = (self.phone(who)?.to_owned(), text.to_owned());
        let inbound = Inbound { sender: self.address.clone(), phone, text, reply_to, ..Inbound::default() };
        world.inbound(&inbound).map(drop).map_err(|error| error.to_string())
    }

    /// Taps a button of the newest message that has some.
    fn taps(&self, world: &World, who: &str, place: usize) -> Result<(), String> {
        let phone = self.phone(who)?.to_owned();
        let chat = world.chat(&self.address, &phone, false);
        let asked = chat.and_then(|chat| chat.bubbles.into_iter().rfind(|it| !it.buttons.is_empty()));
        let asked = asked.ok_or_else(|| format!("{who} has no button to tap"))?;
        let payload = asked.buttons.get(place).map(|button| button.id.clone());
        let inbound = Inbound {
            sender: self.address.clone(),
            phone,
            kind: Some("reply".to_owned()),
            reply_to: Some(asked.id),
            payload,
            ..Inbound::default()
        };
        world.inbound(&inbound).map(drop).map_err(|error| error.to_string())
    }

    /// What all its people's phones show.
    fn shown(&self, world: &World) -> Vec<Line> {
        let of_person = |person: &act::Person| {
            let chat = world.chat(&self.address, &person.phone, false);
            let role =
                if person.body.is_null() && person.is_owner { world::Role::Owner } else { world::Role::Customer };
            let bubbles = chat.map(|chat| chat.bubbles).unwrap_or_default();
            let name = person.name;
            let firsts: BTreeMap<String, String> = bubbles
                .iter()
                .map(|it| (it.id.clone(), it.text.lines().next().unwrap_or_default().to_owned()))
                .collect();
            bubbles.into_iter().map(move |bubble| {
                let is_tap = bubble.payload.is_some();
                let quotes = bubble.reply_to.filter(|_| !is_tap).and_then(|id| firsts.get(&id).cloned());
                let titles = bubble.buttons.into_iter().map(|button| button.title);
                let text = if bubble.kind == "audio" { format!("🎤 {}", bubble.text) } else { bubble.text.clone() };
                let (text, buttons) =
                    if is_tap { (String::new(), vec![bubble.text]) } else { (text, titles.collect()) };
                let told = Told::Shown { from: bubble.from, role, name: name.to_owned(), text, buttons, quotes };
                Line { at: bubble.at, told }
            })
        };
        self.week.people.iter().flat_map(of_person).collect()
    }
}
