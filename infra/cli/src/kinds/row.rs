//! A line of data, asked by field.

use super::Rules;
use crate::cells::{dates, is_blank, numbers};
use crate::input::{Cell, Record};
use chrono::{NaiveDateTime, NaiveTime, TimeZone};
use domain::Phone;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// A line, its fields as they are read, and the reasons for which it is rejected.
pub(super) struct Row<'a> {
    record: &'a Record,
    pub(super) rules: &'a Rules<'a>,
    pub(super) body: Map<String, Value>,
    faults: Vec<String>,
}

/// A purchase of which the file tells only the day is at noon: so it stays on that day wherever it is looked at.
const NOON: Option<NaiveTime> = NaiveTime::from_hms_opt(12, 0, 0);

impl<'a> Row<'a> {
    pub(super) fn new(record: &'a Record, rules: &'a Rules<'a>) -> Self {
        Self { record, rules, body: Map::new(), faults: Vec::new() }
    }

    /// The cell of a field, if it says anything.
    pub(super) fn cell(&self, field: &str) -> Option<&'a Cell> {
        let cell = self.record.cells.get(self.rules.mapping.place(field)?)?;
        (!is_blank(&cell.text)).then_some(cell)
    }

    pub(super) fn text(&self, field: &str) -> Option<&'a str> {
        self.cell(field).map(|cell| cell.text.as_str())
    }

    pub(super) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.body.insert(field.to_owned(), value.into());
    }

    /// Takes a text over as it is.
    pub(super) fn copy(&mut self, field: &str) {
        if let Some(text) = self.text(field) {
            self.set(field, text);
        }
    }

    pub(super) fn fault(&mut self, field: &str, reason: impl std::fmt::Display) {
        self.faults.push(format!("{field}: {reason}"));
    }

    /// The value, or a fault of its field.
    pub(super) fn check<T>(&mut self, field: &str, read: Result<T, String>) -> Option<T> {
        read.map_err(|reason| self.fault(field, reason)).ok()
    }

    /// A number as plain digits.
    pub(super) fn number(&mut self, field: &str) -> Option<String> {
        let cell = self.cell(field)?;
        let read =
            if cell.is_typed { plain(&cell.text) } else { numbers::read(&cell.text, self.rules.decided.decimal) };
        self.check(field, read)
    }

    pub(super) fn whole_number(&mut self, field: &str) -> Option<u64> {
        let text = self.number(field)?;
        let whole = text
            .split_once('.')
            .map_or(text.as_str(), |(whole, rest)| if rest.bytes().all(|b| b == b'0') { whole } else { "" });
        self.check(field, whole.parse().map_err(|_| "expected a whole number".to_owned()))
    }

    pub(super) fn birthday(&mut self, field: &str) -> Option<String> {
        let text = self.text(field)?;
        let read = dates::birthday(text, self.rules.decided.dates, self.rules.place.this_year);
        self.check(field, read).flatten()
    }

    /// When it is: with an offset if the cell has one, else local. Without a time of day it is noon, if that will do.
    pub(super) fn date_time(&mut self, field: &str, noon_will_do: bool) -> Option<When> {
        let Some(text) = self.text(field) else {
            self.fault(field, "must be given");
            return None;
        };
        if let Ok(at) = chrono::DateTime::parse_from_rfc3339(text) {
            return Some(When::Fixed(at));
        }
        let read = dates::date_time(text, self.text("time"), self.rules.decided.dates);
        let (date, time) = match self.check(field, read)? {
            Some(found) => found,
            None => {
                self.fault(field, "must be given");
                return None;
            }
        };
        match time.or(NOON.filter(|_| noon_will_do)) {
            Some(time) => Some(When::Local(date.and_time(time))),
            None => {
                self.fault(field, "expected a time of day too, here or in a column time, as 14:30");
                None
            }
        }
    }

    /// Who it is about, by id or by phone; says by which word the person is known in this file.
    pub(super) fn person(&mut self) -> Option<String> {
        if let Some(id) = self.text("customer_id") {
            self.set("customer_id", id);
            return Some(id.to_owned());
        }
        let Some(text) = self.text("phone") else {
            self.fault("phone", "must be given");
            return None;
        };
        match Phone::parse(text, self.rules.place.country.as_deref()) {
            Ok(phone) => {
                self.set("phone", phone.e164());
                Some(phone.digits().to_owned())
            }
            Err(reason) => {
                self.fault("phone", reason);
                None
            }
        }
    }

    /// All that is wrong with the line, or what it says.
    pub(super) fn finish(self) -> Result<Map<String, Value>, Vec<String>> {
        if self.faults.is_empty() { Ok(self.body) } else { Err(self.faults) }
    }
}

/// A moment.
#[derive(Clone, Copy)]
pub(super) enum When {
    Fixed(chrono::DateTime<chrono::FixedOffset>),
    Local(NaiveDateTime),
}

impl When {
    /// With its offset, in the business's zone.
    pub(super) fn with_offset(self, zone: Option<chrono_tz::Tz>) -> Result<String, String> {
        match self {
            Self::Fixed(at) => Ok(at.to_rfc3339()),
            Self::Local(at) => {
                let zone = zone.ok_or("expected a time with its offset, as the zone of the business is not known")?;
                let at = zone.from_local_datetime(&at).earliest();
                Ok(at
                    .ok_or("expected a time that the clocks of the business show: on this day they skip it")?
                    .to_rfc3339())
            }
        }
    }

    /// As it is written.
    pub(super) fn written(self) -> String {
        match self {
            Self::Fixed(at) => at.to_rfc3339(),
            Self::Local(at) => dates::local(at),
        }
    }
}

/// A number that a program wrote.
fn plain(text: &str) -> Result<String, String> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    if !is_plain || text.parse::<f64>().is_err() {
        return Err("expected a number as 1450.00".to_owned());
    }
    // A spreadsheet shows 0.1 + 0.2 as 0.3, and keeps seventeen digits of it.
    let digits = text.len() - text.find('.').map_or(text.len(), |at| at + 1);
    if digits <= 6 {
        return Ok(text.to_owned());
    }
    let rounded = format!("{:.6}", text.parse::<f64>().unwrap_or_default());
    Ok(rounded.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// A name made of what a line says: the same line has the same.
pub(super) fn name_of(prefix: &str, parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\u{1f}"));
    let hex: String = hex::encode(digest).chars().take(24).collect();
    format!("{prefix}-{hex}")
}
