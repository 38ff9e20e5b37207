//! The first sheet of an Excel workbook, cell by cell; only its table of shared texts is held in memory.

use super::{Cell, Each, InputError, Record};
use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, open_workbook};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

pub(super) fn read(path: &Path, columns: &mut Vec<String>, each: Each<'_>) -> Result<(), InputError> {
    let wrong = |error: &dyn std::fmt::Display| InputError::Form(path.to_owned(), error.to_string());
    let mut book: Xlsx<BufReader<File>> = open_workbook(path).map_err(|error: calamine::XlsxError| wrong(&error))?;
    let sheet = book.sheet_names().first().cloned().ok_or_else(|| wrong(&"it has no sheet"))?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|error| wrong(&error))?;
    let (mut current, mut row) = (0, Vec::<Cell>::new());
    let mut is_first = true;
    let mut finish = |at: u32, row: Vec<Cell>| {
        if row.iter().all(|cell| cell.text.is_empty()) {
            return Ok(());
        }
        if is_first {
            *columns = row.into_iter().map(|cell| cell.text).collect();
            is_first = false;
            return Ok(());
        }
        each(columns, Record { row: 0, line: u64::from(at) + 1, cells: row })
    };
    while let Some(cell) = cells.next_cell().map_err(|error| wrong(&error))? {
        let (at, column) = cell.get_position();
        if at != current {
            finish(current, std::mem::take(&mut row))?;
            current = at;
        }
        let column = usize::try_from(column).unwrap_or_default();
        if row.len() <= column {
            row.resize(column + 1, Cell::default());
        }
        if let Some(place) = row.get_mut(column) {
            *place = of(cell.get_value());
        }
    }
    finish(current, row)
}

fn of(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty | DataRef::Error(_) => Cell::default(),
        DataRef::String(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Int(number) => Cell::typed(number.to_string()),
        // A number of up to fifteen digits, as of a phone, is written out.
        DataRef::Float(number) => Cell::typed(number.to_string()),
        DataRef::Bool(yes) => Cell::typed(yes.to_string()),
        DataRef::DateTime(at) => Cell::typed(date(at)),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::typed(text.clone()),
    }
}

/// A date, a time of day, or both.
fn date(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let (has_date, has_time) = (at.as_f64() >= 1.0, at.as_f64().fract() > 0.0);
    match (has_date, has_time) {
        (true, true) => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
        (true, false) => format!("{year:04}-{month:02}-{day:02}"),
        (false, _) => format!("{hour:02}:{minute:02}:{second:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number of thirteen digits, a date, a date with its time, a column without a name, a row that is not there.
    #[test]
    fn cells_keep_what_excel_means() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/input/clientes.xlsx");
        let (mut columns, mut seen) = (Vec::new(), Vec::new());
        let mut each = |_: &[String], record: Record| {
            let cells: Vec<_> = record.cells.iter().map(|cell| cell.text.clone()).collect();
            seen.push(format!("{}: {}", record.line, cells.join("|")));
            Ok(())
        };
        read(&path, &mut columns, &mut each).unwrap();
        assert_eq!(columns, ["Nome", "Celular", "Nascimento", "", "Última visita"]);
        assert_eq!(seen, ["2: João Conceição|5511987654321|1990-12-31||2023-03-15T12:00:00", "4: |1450.5"]);
    }
}
