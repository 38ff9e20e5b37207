//! What the instructions say of the business and of the customer.

use super::language::Language;
use super::services::Service;
use chrono::{NaiveDate, NaiveTime, Weekday};
use std::collections::BTreeMap;

/// The free times of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FreeDay {
    pub day: NaiveDate,
    pub times: Vec<NaiveTime>,
}

/// All that the mind knows.
#[derive(Debug, Default)]
pub(super) struct Briefing {
    pub business: Option<String>,
    pub language: Option<Language>,
    pub today: Option<NaiveDate>,
    /// By weekday from Monday on: from and to, as they were written.
    pub hours: BTreeMap<u8, Vec<(String, String)>>,
    pub services: Vec<Service>,
    pub free: Vec<FreeDay>,
    /// Sentences of the business's own text, and lines of a kind that the mind does not know.
    pub facts: Vec<String>,
    pub customer: Option<String>,
}

impl Briefing {
    pub fn read(instructions: &str) -> Self {
        let mut briefing = Self::default();
        if let Some(block) = block(instructions, "business") {
            briefing.read_business(block);
        }
        for line in block(instructions, "customer").into_iter().flat_map(str::lines) {
            if let Some(("name", name)) = field(line) {
                briefing.customer = Some(name.to_owned()).filter(|name| !name.is_empty());
            }
        }
        briefing
    }

    /// The customer's first name.
    pub fn first_name(&self) -> Option<&str> {
        self.customer.as_deref()?.split_whitespace().next()
    }

    /// A day from which others are counted: today, or else the first free one.
    pub fn first_day(&self) -> Option<NaiveDate> {
        self.today.or_else(|| self.free.first().map(|free| free.day))
    }

    fn read_business(&mut self, block: &str) {
        let mut section = "";
        for line in block.lines() {
            let is_inside = line.starts_with([' ', '\t', '-']);
            if line.trim().is_empty() {
                continue;
            }
            match (section, field(line)) {
                // The business's own text is the last, whatever stands in it.
                ("instructions", _) => self.facts.extend(sentences(line)),
                (_, Some((name, value))) if !is_inside => {
                    section = name;
                    self.read_field(name, value);
                }
                ("opening hours", Some((day, spans))) => self.read_hours(day, spans),
                ("services", _) => self.services.extend(Service::read(line)),
                ("free times", _) => self.free.extend(free_day(line)),
                _ => {}
            }
        }
        self.free.sort_by_key(|free| free.day);
    }

    fn read_field(&mut self, name: &str, value: &str) {
        match name {
            "name" => self.business = Some(value.to_owned()).filter(|name| !name.is_empty()),
            "language" => self.language = Language::by_code(value),
            "today" => self.today = value.split_whitespace().next().and_then(|day| day.parse().ok()),
            "instructions" => self.facts.extend(sentences(value)),
            "opening hours" | "services" | "free times" => {}
            _ if value.is_empty() => {}
            _ => self.facts.push(format!("{name}: {value}")),
        }
    }

    fn read_hours(&mut self, day: &str, spans: &str) {
        let Ok(day) = day.parse::<Weekday>() else { return };
        let spans = spans.split(',').filter_map(|span| span.trim().split_once('-'));
        let spans: Vec<_> = spans.map(|(from, to)| (from.trim().to_owned(), to.trim().to_owned())).collect();
        if !spans.is_empty() {
            self.hours.insert(u8::try_from(day.num_days_from_monday()).unwrap_or_default(), spans);
        }
    }
}

fn block<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(block, _)| block)
}

fn field(line: &str) -> Option<(&str, &str)> {
    line.split_once(':').map(|(name, value)| (name.trim(), value.trim()))
}

fn free_day(line: &str) -> Option<FreeDay> {
    let (day, times) = line.trim_start_matches([' ', '\t', '-']).split_once(' ')?;
    let times: Vec<_> = times.split(',').filter_map(|time| time_of(time.trim())).collect();
    Some(FreeDay { day: day.parse().ok()?, times }).filter(|free| !free.times.is_empty())
}

pub(super) fn time_of(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

fn sentences(text: &str) -> impl Iterator<Item = String> {
    let sentences = text.split_inclusive(['.', '!', '?']).fold(Vec::<String>::new(), |mut all, part| {
        // A point inside of a number or an address ends nothing.
        match all.last_mut() {
            Some(last) if !part.starts_with(' ') => last.push_str(part),
            _ => all.push(part.to_owned()),
        }
        all
    });
    let bare = |sentence: String| sentence.trim_matches([' ', '\t', '-', '•', '*']).to_owned();
    sentences.into_iter().map(bare).filter(|sentence| !sentence.is_empty())
}
