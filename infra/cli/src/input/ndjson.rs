//! NDJSON: an object in each line. Its columns are the names of all fields, in the order in which lines
//! bring new ones.

use super::{Cell, Each, InputError, Record, file_error};
use serde_json::{Map, Value};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Of a line that is no object.
const EXPECTED: &str = "expected a JSON object on one line";

pub(super) fn read(path: &Path, columns: &mut Vec<String>, each: Each<'_>) -> Result<(), InputError> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(file_error(path))?);
    let (mut text, mut line) = (Vec::new(), 0);
    loop {
        text.clear();
        if file.read_until(b'\n', &mut text).map_err(file_error(path))? == 0 {
            return Ok(());
        }
        line += 1;
        let bytes = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text).trim_ascii();
        if bytes.is_empty() {
            continue;
        }
        let object: Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| InputError::Line {
            line,
            reason: format!("{EXPECTED} ({})", error.classify_in_words()),
        })?;
        let mut cells = vec![Cell::default(); columns.len()];
        for (name, value) in object {
            let place = columns.iter().position(|known| *known == name).unwrap_or_else(|| {
                columns.push(name);
                columns.len() - 1
            });
            if cells.len() <= place {
                cells.resize(place + 1, Cell::default());
            }
            if let Some(cell) = cells.get_mut(place) {
                *cell = of(value);
            }
        }
        each(columns, Record { row: 0, line, cells })?;
    }
}

fn of(value: Value) -> Cell {
    match value {
        Value::Null => Cell::default(),
        Value::String(text) => Cell::text(&text),
        other => Cell::typed(other.to_string()),
    }
}

/// What is wrong with JSON, without the text itself.
trait InWords {
    fn classify_in_words(&self) -> String;
}

impl InWords for serde_json::Error {
    fn classify_in_words(&self) -> String {
        format!("column {}: {:?} error", self.column(), self.classify()).to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_as_they_are_met() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.ndjson");
        std::fs::write(
            &path,
            "{\"phone\": \"11\", \"pets\": [{\"name\": \"Rex\"}]}\n\n{\"total\": 1.5, \"phone\": 12}\n",
        )
        .unwrap();
        let (mut columns, mut seen) = (Vec::new(), Vec::new());
        read(&path, &mut columns, &mut |_, record| {
            seen.push((record.line, record.cells));
            Ok(())
        })
        .unwrap();
        assert_eq!(columns, ["pets", "phone", "total"]);
        let pets = Cell::typed("[{\"name\":\"Rex\"}]".to_owned());
        let typed = |text: &str| Cell::typed(text.to_owned());
        assert_eq!(seen, [(1, vec![pets, Cell::text("11")]), (3, vec![Cell::default(), typed("12"), typed("1.5")])]);
        std::fs::write(&path, "{\"a\": 1}\nnot json\n").unwrap();
        let error = read(&path, &mut Vec::new(), &mut |_, _| Ok(())).unwrap_err();
        assert!(error.to_string().starts_with("line 2: expected a JSON object"), "{error}");
    }
}
