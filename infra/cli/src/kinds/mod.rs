//! The kinds of things that are imported: how a line of each becomes what the API takes.

mod appointments;
mod customers;
mod purchases;
mod row;

use crate::cells::Decided;
use crate::columns::{APPOINTMENT, CUSTOMER, Field, Mapping, PURCHASE};
use crate::input::Record;
use chrono_tz::Tz;
use row::Row;
use serde_json::{Map, Value};

/// What is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// People: by phone
    Customers,
    /// Invoices: by invoice id
    Purchases,
    /// The diary: by appointment id
    Appointments,
}

/// What is known of the business.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// ISO 3166-1, in which phones without a country code are read.
    pub(crate) country: Option<String>,
    /// In which times without an offset are read.
    pub(crate) zone: Option<Tz>,
    pub(crate) this_year: i32,
}

/// What all lines of a file are read by.
pub(crate) struct Rules<'a> {
    pub(crate) mapping: &'a Mapping,
    pub(crate) decided: Decided,
    pub(crate) place: &'a Place,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    /// By which a repetition is known: a phone, an invoice or an appointment.
    pub(crate) key: String,
    /// Whether the key is the file's own, or made of what the line says.
    pub(crate) has_key: bool,
    /// As the API takes it.
    pub(crate) body: Map<String, Value>,
}

/// What a line is to the one before it that has the same key.
#[derive(Debug, PartialEq)]
pub(crate) enum Join {
    /// A further line of the same thing.
    Added,
    /// The same thing once more, which the service takes.
    Apart,
    /// The same thing once more, which is rejected.
    Repeats(String),
    /// A line that does not fit the others: all lines of the thing are rejected.
    Differs(String),
}

impl Kind {
    pub(crate) fn fields(self) -> &'static [Field] {
        match self {
            Self::Customers => CUSTOMER,
            Self::Purchases => PURCHASE,
            Self::Appointments => APPOINTMENT,
        }
    }

    /// The last part of its address, and the name of its list.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Purchases => "purchases",
            Self::Appointments => "appointments",
        }
    }

    /// Which columns are missing that no line can do without.
    pub(crate) fn lacks(self, mapping: &Mapping) -> Option<&'static str> {
        let has = |field| mapping.has(field);
        let has_person = has("phone") || has("customer_id");
        match self {
            Self::Customers if !has("phone") => Some("phone"),
            Self::Purchases | Self::Appointments if !has_person => Some("phone"),
            Self::Purchases if !has("at") => Some("at"),
            Self::Purchases if !has("total") && !has("amount") && !has("lines") => Some("total"),
            Self::Appointments if !has("start") => Some("start"),
            Self::Appointments if !has("service") => Some("service"),
            _ => None,
        }
    }

    /// Fields whose cells are dates, and those whose cells are numbers.
    pub(crate) fn telling(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Customers => (&["birthday", "pet_birthday"], &[]),
            Self::Purchases => (&["at"], &["total", "amount", "quantity"]),
            Self::Appointments => (&["start"], &["price"]),
        }
    }

    /// Reads a line.
    ///
    /// # Errors
    /// Each reason for which it is rejected.
    pub(crate) fn read(self, record: &Record, rules: &Rules<'_>) -> Result<Said, Vec<String>> {
        let row = Row::new(record, rules);
        match self {
            Self::Customers => customers::read(row),
            Self::Purchases => purchases::read(row),
            Self::Appointments => appointments::read(row),
        }
    }

    /// Adds a line to the one before, which has the same key.
    pub(crate) fn join(self, before: &mut Said, line: &Said) -> Join {
        match self {
            Self::Customers => Join::Apart,
            Self::Purchases => purchases::join(before, line),
            Self::Appointments => Join::Repeats("the line before has the same appointment_id".to_owned()),
        }
    }

    /// The key as the line has it, of a thing that may have several lines.
    pub(crate) fn key_in<'a>(self, record: &'a Record, mapping: &Mapping) -> Option<&'a str> {
        let place = mapping.place("invoice_id").filter(|_| self == Self::Purchases)?;
        record.cells.get(place).map(|cell| cell.text.as_str()).filter(|text| !text.is_empty())
    }

    /// What is left to do when all lines of a thing are there.
    pub(crate) fn finish(self, said: &mut Said) -> Result<(), String> {
        match self {
            Self::Purchases => purchases::finish(said),
            Self::Customers | Self::Appointments => Ok(()),
        }
    }

    /// The field that holds the key.
    pub(crate) fn key_field(self) -> &'static str {
        match self {
            Self::Customers => "phone",
            Self::Purchases => "invoice_id",
            Self::Appointments => "appointment_id",
        }
    }

    /// Whether a key may come again in a later line: the service fills what is missing.
    pub(crate) fn may_repeat(self) -> bool {
        self == Self::Customers
    }
}

#[cfg(test)]
mod tests;
