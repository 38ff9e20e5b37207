//! Files of tables, read line by line: CSV in any usual separator and encoding, NDJSON, and the first sheet of .xlsx.

mod delimited;
mod encoding;
mod ndjson;
mod xlsx;

pub(crate) use encoding::{Content, content};

use std::fmt;
use std::path::{Path, PathBuf};

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    #[error("{0}: this is no .csv, .ndjson or .xlsx that can be read: {1}")]
    Form(PathBuf, String),
    #[error("line {line}: {reason}")]
    Line { line: u64, reason: String },
    #[error("{0}: there is no line with data in it")]
    Empty(PathBuf),
    /// The one who reads has had enough.
    #[error("stopped")]
    Stopped,
}

/// How a file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Cells with a separator between them.
    Delimited { encoding: &'static encoding_rs::Encoding, separator: u8 },
    /// A JSON object in each line.
    Ndjson,
    /// The first sheet of a workbook.
    Xlsx,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delimited { encoding, separator } => {
                let separator = match separator {
                    b'\t' => "tab".to_owned(),
                    other => format!("\u{201c}{}\u{201d}", char::from(*other)),
                };
                write!(f, "CSV, separator {separator}, encoding {}", encoding.name())
            }
            Self::Ndjson => f.write_str("NDJSON"),
            Self::Xlsx => f.write_str("Excel workbook, first sheet"),
        }
    }
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Without blanks around it.
    pub(crate) text: String,
    /// Whether a program wrote it as a number, a date or JSON: there is nothing to guess.
    pub(crate) is_typed: bool,
}

impl Cell {
    fn text(text: &str) -> Self {
        Self { text: text.trim().to_owned(), is_typed: false }
    }

    fn typed(text: String) -> Self {
        Self { text, is_typed: true }
    }
}

/// A line of data.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Counts lines of data, from 0.
    pub(crate) row: u64,
    /// The line of the file, as an editor or Excel shows it.
    pub(crate) line: u64,
    /// In the order of the columns; a short line ends early.
    pub(crate) cells: Vec<Cell>,
}

/// What is done with a record, of columns that are known by then.
pub(crate) type Each<'a> = &'a mut dyn FnMut(&[String], Record) -> Result<(), InputError>;

/// The form of a file, by its name, its first bytes and its first lines.
pub(crate) fn form(path: &Path, content: &Content) -> Result<Form, InputError> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    if content.is_zip || ending == "xlsx" {
        return Ok(Form::Xlsx);
    }
    if matches!(ending.as_str(), "ndjson" | "jsonl") || content.begins_with_object {
        return Ok(Form::Ndjson);
    }
    if matches!(ending.as_str(), "xls" | "ods" | "pdf" | "json") {
        return Err(InputError::Form(path.to_owned(), format!("save the .{ending} as .csv or .xlsx")));
    }
    let separator = delimited::separator(path, content.encoding)?;
    Ok(Form::Delimited { encoding: content.encoding, separator })
}

/// Reads a file from its first line of data to its last. Lines without any cell that has text are no data.
pub(crate) fn read(path: &Path, form: &Form, columns: &mut Vec<String>, each: Each<'_>) -> Result<(), InputError> {
    let mut row = 0;
    let mut each = |columns: &[String], mut record: Record| {
        if record.cells.iter().all(|cell| cell.text.is_empty()) {
            return Ok(());
        }
        record.row = row;
        row += 1;
        each(columns, record)
    };
    match form {
        Form::Delimited { encoding, separator } => {
            delimited::read(path, encoding, *separator, columns, &mut each)?;
        }
        Form::Ndjson => ndjson::read(path, columns, &mut each)?,
        Form::Xlsx => xlsx::read(path, columns, &mut each)?,
    }
    if row == 0 { Err(InputError::Empty(path.to_owned())) } else { Ok(()) }
}

fn file_error(path: &Path) -> impl Fn(std::io::Error) -> InputError {
    let path = path.to_owned();
    move |error| InputError::File(path.clone(), error)
}
