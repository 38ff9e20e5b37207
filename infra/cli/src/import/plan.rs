//! The first reading of a file: how it is written, which column is which field, how dates and numbers are meant.

use super::{usual_dates, usual_decimal};
use crate::arguments::ImportArguments;
use crate::cells::{Decided, Evidence, is_blank};
use crate::columns::{ADDED, Mapping};
use crate::input::{self, Content, Form, Record};
use crate::kinds::{Kind, Place, Rules};
use domain::fold::fold;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// All that is decided before the first line is sent.
pub(crate) struct Plan {
    pub(crate) kind: Kind,
    pub(crate) path: PathBuf,
    pub(crate) content: Content,
    pub(crate) form: Form,
    pub(crate) columns: Vec<String>,
    pub(crate) mapping: Mapping,
    pub(crate) place: Place,
    pub(crate) evidence: Evidence,
    pub(crate) decided: Decided,
    /// Lines with data.
    pub(crate) lines: u64,
    /// Whether a date and time has no offset.
    has_local_times: bool,
}

impl Plan {
    /// Reads the whole file once.
    pub(crate) fn make(arguments: &ImportArguments, place: Place) -> Result<Self, String> {
        let told = |error: input::InputError| error.to_string();
        let (kind, path) = (arguments.kind, arguments.file.clone());
        let content = input::content(&path).map_err(told)?;
        let form = input::form(&path, &content).map_err(told)?;
        let (mut columns, mut evidence, mut lines) = (Vec::new(), Evidence::default(), 0);
        let mut has_local_times = false;
        let given = arguments.given();
        let (mut mapping, mut problem) = (None, None);
        let mut each = |columns: &[String], record: Record| {
            lines += 1;
            if mapping.as_ref().is_none_or(|(known, _)| *known != columns.len()) {
                // All columns of NDJSON are known at its end.
                let is_there = |column: &str| columns.iter().any(|known| fold(known) == fold(column));
                let given: Vec<_> = given.iter().filter(|(column, _)| is_there(column)).cloned().collect();
                match Mapping::new(kind.fields(), columns, &given) {
                    Ok(found) => mapping = Some((columns.len(), found)),
                    Err(error) => problem = Some(error),
                }
            }
            if let Some((_, mapping)) = &mapping {
                look(kind, mapping, &record, &mut evidence, &mut has_local_times);
            }
            Ok(())
        };
        input::read(&path, &form, &mut columns, &mut each).map_err(told)?;
        if let Some(problem) = problem {
            return Err(problem);
        }
        let mapping = Mapping::new(kind.fields(), &columns, &given)?;
        if let Some(field) = kind.lacks(&mapping) {
            return Err(format!(
                "no column is known as {field}; say which one it is with --map COLUMN={field}. The file has: {}",
                columns.join(", ")
            ));
        }
        let separator = match form {
            Form::Delimited { separator, .. } => Some(separator),
            Form::Ndjson | Form::Xlsx => None,
        };
        let decided = Decided {
            dates: arguments.dates.unwrap_or_else(|| evidence.dates.decide(usual_dates(&place))),
            decimal: arguments.decimal.unwrap_or_else(|| evidence.numbers.decide(usual_decimal(&place, separator))),
            m_is_female: evidence.men_are_h,
        };
        Ok(Self { kind, path, content, form, columns, mapping, place, evidence, decided, lines, has_local_times })
    }

    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules { mapping: &self.mapping, decided: self.decided, place: &self.place }
    }

    /// Whether times of the file are local, and nobody has said where.
    pub(crate) fn needs_zone(&self) -> bool {
        self.kind == Kind::Purchases && self.has_local_times && self.place.zone.is_none()
    }

    /// What the lines are read by, besides their content: a change of it makes another import.
    pub(crate) fn reading(&self) -> String {
        let said = format!("{:?} {:?} {:?} {:?}", self.form, self.mapping, self.decided, self.place.country);
        hex::encode(Sha256::digest(said)).chars().take(16).collect()
    }

    /// The columns that are in the file itself, without those that this tool adds to rejected lines.
    pub(crate) fn own_columns(&self) -> impl Iterator<Item = (usize, &String)> {
        self.columns.iter().enumerate().filter(|(_, column)| !ADDED.contains(&column.as_str()))
    }
}

fn look(kind: Kind, mapping: &Mapping, record: &Record, evidence: &mut Evidence, has_local_times: &mut bool) {
    let cell = |field: &str| record.cells.get(mapping.place(field)?).filter(|cell| !is_blank(&cell.text));
    let (dates, numbers) = kind.telling();
    for cell in dates.iter().filter_map(|field| cell(field)) {
        evidence.dates.look(&cell.text);
        *has_local_times |= chrono::DateTime::parse_from_rfc3339(&cell.text).is_err();
    }
    for cell in numbers.iter().filter_map(|field| cell(field)).filter(|cell| !cell.is_typed) {
        evidence.numbers.look(&cell.text);
    }
    if kind == Kind::Customers && cell("gender").is_some_and(|cell| cell.text.eq_ignore_ascii_case("h")) {
        evidence.men_are_h = true;
    }
}
