//! The file of rejected lines: each as it was written, with its line and its reason. It can be mended and imported.

use super::lines::Rejected;
use super::plan::Plan;
use crate::columns::ADDED;
use crate::input::Form;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Excel takes a file for UTF-8 by it.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The file; made when the first line comes.
pub(super) struct Rejects {
    path: PathBuf,
    file: Option<File>,
    bytes: u64,
}

impl Rejects {
    pub(super) fn path_beside(input: &Path) -> PathBuf {
        let stem = input.file_stem().unwrap_or_default().to_string_lossy();
        input.with_file_name(format!("{stem}.rejects.csv"))
    }

    /// Goes on behind the first `bytes` of the file: what is behind them is of batches that were not done.
    pub(super) fn open(path: PathBuf, bytes: u64) -> std::io::Result<Self> {
        if bytes == 0 {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => return Ok(Self { path, file: None, bytes }),
            }
        }
        let file = OpenOptions::new().append(true).open(&path)?;
        file.set_len(bytes)?;
        Ok(Self { path, file: Some(file), bytes })
    }

    /// Adds lines; says how long the file is then.
    pub(super) fn add(&mut self, plan: &Plan, rejected: &[Rejected]) -> std::io::Result<u64> {
        if rejected.is_empty() {
            return Ok(self.bytes);
        }
        let separator = match plan.form {
            Form::Delimited { separator, .. } => separator,
            Form::Ndjson | Form::Xlsx => b';',
        };
        let mut text = Vec::new();
        if self.bytes == 0 {
            text.extend_from_slice(BOM);
        }
        let mut writer = csv::WriterBuilder::new().delimiter(separator).flexible(true).from_writer(text);
        if self.bytes == 0 {
            let columns = plan.own_columns().map(|(_, column)| column.as_str());
            writer.write_record(columns.chain(ADDED))?;
        }
        for Rejected { record, reason } in rejected {
            let cells = plan.own_columns().map(|(place, _)| record.cells.get(place).map_or("", |cell| &cell.text));
            let line = record.line.to_string();
            writer.write_record(cells.chain([line.as_str(), reason.as_str()]))?;
        }
        let text = writer.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?;
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(OpenOptions::new().create(true).append(true).open(&self.path)?),
        };
        file.write_all(&text)?;
        self.bytes += u64::try_from(text.len()).unwrap_or_default();
        Ok(self.bytes)
    }

    pub(super) fn path(&self) -> Option<&Path> {
        (self.bytes > 0).then_some(&self.path)
    }
}
