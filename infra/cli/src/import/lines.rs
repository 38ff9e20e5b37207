//! The second reading of a file: its lines as things to send, in batches that the service takes in one request.

use super::plan::Plan;
use crate::input::{self, InputError, Record};
use crate::kinds::{Join, Rules, Said};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

/// The most things of one request, as the API has it.
const MOST: usize = 500;
/// The most bytes of a body; the API takes 1 MiB.
const MOST_BYTES: usize = 900_000;
/// The most lines of a batch, where nearly all are rejected.
const MOST_LINES: u64 = 2_000;

/// A thing to send: one line, or several of one invoice.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) records: Vec<Record>,
    /// Of its key.
    pub(super) hash: u64,
    pub(super) body: Map<String, Value>,
}

impl Unit {
    /// What is left of one that was sent.
    pub(super) fn named(hash: u64) -> Self {
        Self { records: Vec::new(), hash, body: Map::new() }
    }
}

/// A line that is not sent, or was refused.
#[derive(Debug)]
pub(super) struct Rejected {
    pub(super) record: Record,
    pub(super) reason: String,
}

/// Lines that follow each other: those that go in one request, and those that are rejected among them.
#[derive(Debug)]
pub(super) struct Batch {
    /// Rows, from the first to behind the last.
    pub(super) rows: Range<u64>,
    pub(super) units: Vec<Unit>,
    pub(super) rejected: Vec<Rejected>,
    bytes: usize,
}

impl Batch {
    fn starting_at(row: u64) -> Self {
        Self { rows: row..row, units: Vec::new(), rejected: Vec::new(), bytes: 0 }
    }
}

/// What was found on the way.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Lines whose key an earlier line has too, and that are taken nevertheless.
    pub(super) repeated: u64,
}

/// Reads all lines; `take` gets each batch, but for the rows that `is_done` has.
///
/// # Errors
/// The file cannot be read, or `take` has stopped.
pub(super) fn read(
    plan: &Plan,
    is_done: &dyn Fn(u64) -> bool,
    take: &mut dyn FnMut(Batch) -> Result<(), InputError>,
) -> Result<Found, InputError> {
    let mut lines = Lines {
        plan,
        rules: plan.rules(),
        is_done,
        take,
        seen: HashMap::new(),
        made: HashMap::new(),
        open: None,
        spoiled: None,
        batch: Batch::starting_at(0),
        found: Found::default(),
    };
    let mut columns = plan.columns.clone();
    input::read(&plan.path, &plan.form, &mut columns, &mut |_, record| lines.line(record))?;
    lines.close()?;
    lines.flush()?;
    Ok(lines.found)
}

struct Lines<'a> {
    plan: &'a Plan,
    rules: Rules<'a>,
    is_done: &'a dyn Fn(u64) -> bool,
    take: &'a mut dyn FnMut(Batch) -> Result<(), InputError>,
    /// By the hash of its key: the line on which a thing stands first. Sixteen bytes for each thing of the file.
    seen: HashMap<u64, u32>,
    /// How often a key was made of the same words.
    made: HashMap<u64, u32>,
    /// The thing whose lines are being read.
    open: Option<(Said, Vec<Record>)>,
    /// A thing of which a line was rejected, and that line.
    spoiled: Option<(String, u64)>,
    batch: Batch,
    found: Found,
}

impl Lines<'_> {
    fn line(&mut self, record: Record) -> Result<(), InputError> {
        let kind = self.plan.kind;
        let said = match self.check(&record) {
            Ok(said) => said,
            Err(reason) => {
                match kind.key_in(&record, self.rules.mapping).map(str::to_owned) {
                    Some(key) => self.spoil(key, record.line)?,
                    None => self.close()?,
                }
                return self.reject(record, reason);
            }
        };
        if let Some((_, line)) = self.spoiled.as_ref().filter(|(key, _)| said.has_key && *key == said.key) {
            let reason = format!("another line of the same {}, line {line}, is rejected", kind.key_field());
            self.close()?;
            return self.reject(record, reason);
        }
        if let Some((before, records)) = &mut self.open
            && said.has_key
            && before.key == said.key
        {
            match kind.join(before, &said) {
                Join::Added => {
                    records.push(record);
                    return Ok(());
                }
                Join::Apart => {}
                Join::Repeats(reason) => {
                    self.close()?;
                    return self.reject(record, reason);
                }
                Join::Differs(reason) => {
                    self.spoil(said.key, record.line)?;
                    return self.reject(record, reason);
                }
            }
        }
        self.close()?;
        self.open = Some((said, vec![record]));
        Ok(())
    }

    /// All lines of a thing are rejected, as one of them is: half an invoice is none.
    fn spoil(&mut self, key: String, line: u64) -> Result<(), InputError> {
        match self.open.take_if(|(said, _)| said.has_key && said.key == key) {
            Some((_, records)) => {
                let reason =
                    format!("another line of the same {}, line {line}, is rejected", self.plan.kind.key_field());
                for record in records {
                    self.reject(record, reason.clone())?;
                }
            }
            None => self.close()?,
        }
        self.spoiled = Some((key, line));
        Ok(())
    }

    fn check(&self, record: &Record) -> Result<Said, String> {
        let columns = self.plan.columns.len();
        if record.cells.len() > columns {
            return Err(format!("expected {columns} cells as in the first line, found {}", record.cells.len()));
        }
        self.plan.kind.read(record, &self.rules).map_err(|faults| faults.join("; "))
    }

    /// The thing that is open is whole.
    fn close(&mut self) -> Result<(), InputError> {
        let Some((mut said, records)) = self.open.take() else { return Ok(()) };
        let line = records.first().map_or(0, |record| record.line);
        if !said.has_key {
            self.number(&mut said);
        }
        let hash = hash_of(&said.key);
        let first = self.seen.entry(hash).or_insert_with(|| u32::try_from(line).unwrap_or(u32::MAX));
        let is_repeated = u64::from(*first) != line;
        let reason = match self.plan.kind.finish(&mut said) {
            Err(reason) => Some(reason),
            Ok(()) if is_repeated && !self.plan.kind.may_repeat() => {
                Some(format!("the same {} stands in line {first} already", self.plan.kind.key_field()))
            }
            Ok(()) => None,
        };
        if let Some(reason) = reason {
            for record in records {
                self.reject(record, reason.clone())?;
            }
            return Ok(());
        }
        self.found.repeated += u64::from(is_repeated);
        let bytes = serde_json::to_string(&said.body).map_or(0, |text| text.len());
        self.room(&records, bytes)?;
        if !records.first().is_some_and(|record| (self.is_done)(record.row)) {
            self.batch.bytes += bytes;
            self.batch.rows.end = records.last().map_or(self.batch.rows.end, |record| record.row + 1);
            self.batch.units.push(Unit { records, hash, body: said.body });
        }
        Ok(())
    }

    /// Two lines that say the same are two things: the second has a number.
    fn number(&mut self, said: &mut Said) {
        let nth = self.made.entry(hash_of(&said.key)).or_default();
        *nth += 1;
        if *nth > 1 {
            said.key = format!("{}-{nth}", said.key);
            said.body.insert(self.plan.kind.key_field().to_owned(), json!(said.key));
        }
    }

    fn reject(&mut self, record: Record, reason: String) -> Result<(), InputError> {
        self.room(std::slice::from_ref(&record), 0)?;
        if !(self.is_done)(record.row) {
            self.batch.rows.end = record.row + 1;
            self.batch.rejected.push(Rejected { record, reason });
        }
        Ok(())
    }

    /// Sends the batch off if these records have no place in it: it is full, or they do not follow it.
    fn room(&mut self, records: &[Record], bytes: usize) -> Result<(), InputError> {
        let Some(first) = records.first() else { return Ok(()) };
        let is_full = self.batch.units.len() == MOST
            || self.batch.bytes + bytes > MOST_BYTES
            || self.batch.rows.end - self.batch.rows.start >= MOST_LINES;
        if is_full || (self.is_done)(first.row) || self.batch.rows.is_empty() {
            self.flush()?;
            self.batch = Batch::starting_at(first.row);
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), InputError> {
        if self.batch.rows.is_empty() {
            return Ok(());
        }
        let next = Batch::starting_at(self.batch.rows.end);
        (self.take)(std::mem::replace(&mut self.batch, next))
    }
}

/// The same in each run of one build of this tool.
fn hash_of(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
