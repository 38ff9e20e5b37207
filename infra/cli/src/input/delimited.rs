//! CSV.

use super::{Cell, Each, InputError, Record, file_error};
use csv::{ReaderBuilder, StringRecord};
use encoding_rs::Encoding;
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

const SEPARATORS: [u8; 4] = [b';', b',', b'\t', b'|'];
/// Lines that the separator is decided from.
const LINES: usize = 1_000;
/// A cell of so many lines comes from a quote that is not closed.
const MOST_LINES: u64 = 200;

/// Text whose lines end with a line feed alone, the last one too: so lines can be counted from a reader's place.
struct Lines {
    text: BufReader<DecodeReaderBytes<File, Vec<u8>>>,
    /// A carriage return came last.
    returned: bool,
    is_over: bool,
}

impl Read for Lines {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let (mut written, room) = (0, to.len());
        let mut put = |byte: u8| {
            if let Some(place) = to.get_mut(written) {
                *place = byte;
                written += 1;
            }
        };
        let part = self.text.fill_buf()?;
        if part.is_empty() && !self.is_over {
            self.is_over = true;
            put(b'\n');
            return Ok(written);
        }
        // A byte may bring a line feed with it.
        let take = part.len().min(room / 2);
        for byte in part.iter().take(take) {
            if self.returned && *byte != b'\n' {
                put(b'\n');
            }
            self.returned = *byte == b'\r';
            if !self.returned {
                put(*byte);
            }
        }
        self.text.consume(take);
        // What was only a carriage return is nothing yet, and not the end.
        if written == 0 && take > 0 { self.read(to) } else { Ok(written) }
    }
}

/// The text of a file, without the `sep=;` that Excel puts before its first line; says how many lines that was.
fn text(path: &Path, encoding: &'static Encoding) -> Result<(impl BufRead + use<>, u64), InputError> {
    let file = File::open(path).map_err(file_error(path))?;
    let decoder = DecodeReaderBytesBuilder::new().encoding(Some(encoding)).strip_bom(true).build(file);
    let lines = Lines { text: BufReader::with_capacity(1 << 15, decoder), returned: false, is_over: false };
    let mut text = BufReader::with_capacity(1 << 16, lines);
    let mut first = String::new();
    text.read_line(&mut first).map_err(file_error(path))?;
    let is_note = first.len() < 9 && first.to_ascii_lowercase().starts_with("sep=");
    let skipped = u64::from(is_note);
    if is_note {
        first.clear();
    }
    Ok((std::io::Cursor::new(first.into_bytes()).chain(text), skipped))
}

/// The separator with which most lines have as many cells as the first.
pub(super) fn separator(path: &Path, encoding: &'static Encoding) -> Result<u8, InputError> {
    let (mut all, _) = text(path, encoding)?;
    let mut sample = Vec::new();
    for _ in 0..LINES {
        if all.read_until(b'\n', &mut sample).map_err(file_error(path))? == 0 {
            break;
        }
    }
    let fit = |separator: u8| {
        let mut reader = builder(separator).from_reader(sample.as_slice());
        let counts: Vec<usize> = reader.records().map_while(Result::ok).map(|record| record.len()).collect();
        let (columns, rest) = counts.split_first().map_or((1, &[][..]), |(first, rest)| (*first, rest));
        let same = rest.iter().filter(|count| **count == columns).count();
        // Of many lines in a thousand; a file of one line has only its columns to go by.
        let share = if rest.is_empty() { 1_000 } else { same * 1_000 / rest.len() };
        if columns < 2 { (0, 0) } else { (share / 20, columns) }
    };
    let best = SEPARATORS.into_iter().rev().max_by_key(|separator| fit(*separator));
    Ok(best.filter(|best| fit(*best).0 > 0).unwrap_or(b','))
}

fn builder(separator: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(separator).flexible(true).has_headers(false);
    builder
}

pub(super) fn read(
    path: &Path,
    encoding: &'static Encoding,
    separator: u8,
    columns: &mut Vec<String>,
    each: Each<'_>,
) -> Result<(), InputError> {
    let (text, skipped) = text(path, encoding)?;
    let mut reader = builder(separator).from_reader(text);
    let mut record = StringRecord::new();
    let mut is_first = true;
    while reader.read_record(&mut record).map_err(|error| InputError::Form(path.to_owned(), error.to_string()))? {
        // The reader stands behind the line, and lines inside of cells belong to it. It stood before empty lines too.
        let inside = record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        let inside = u64::try_from(inside).unwrap_or_default();
        let before = record.position().map_or(0, csv::Position::line);
        let begin = reader.position().line().saturating_sub(1 + inside).max(before) + skipped;
        if inside > MOST_LINES {
            let reason = "a quotation mark opens a cell here and is not closed".to_owned();
            return Err(InputError::Line { line: begin, reason });
        }
        if is_first {
            *columns = record.iter().map(|name| name.trim().to_owned()).collect();
            is_first = false;
            continue;
        }
        let cells = record.iter().map(Cell::text).collect();
        each(columns, Record { row: 0, line: begin, cells })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{UTF_8, WINDOWS_1252};

    fn file(bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        std::fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    #[test]
    fn the_separator_is_that_of_most_lines() {
        for (text, separator) in [
            ("nome;valor\nAna, Lima;1.450,00\nRui;3,50\n", b';'),
            ("name,amount\n\"Lima; Ana\",1450.00\nRui,3.50\n", b','),
            ("nome\tfone\nAna\t11\n", b'\t'),
            ("nome|fone\nAna|11\n", b'|'),
            ("telefone\n11987654321\n", b','),
            ("sep=;\nnome;fone\nAna;11\n", b';'),
            ("nome;obs\nAna;um, dois, três\nRui;a, b, c\n", b';'),
            ("nome;fone", b';'),
        ] {
            let (_folder, path) = file(text.as_bytes());
            assert_eq!(char::from(super::separator(&path, UTF_8).unwrap()), char::from(separator), "{text}");
        }
    }

    #[test]
    fn lines_are_told_as_an_editor_shows_them() {
        let (_folder, path) = file(b"sep=;\r\nnome;nota\r\nJos\xe9;\"a\nb\"\r\n\r\nRui; x \r\n");
        let (mut columns, mut seen) = (Vec::new(), Vec::new());
        let mut each = |_: &[String], record: Record| {
            seen.push((record.line, record.cells.into_iter().map(|cell| cell.text).collect::<Vec<_>>()));
            Ok(())
        };
        read(&path, WINDOWS_1252, b';', &mut columns, &mut each).unwrap();
        assert_eq!(columns, ["nome", "nota"]);
        let cells = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
        assert_eq!(seen, [(3, cells("José", "a\nb")), (6, cells("Rui", "x"))]);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_told_with_its_line() {
        let text = format!("nome;fone\nAna;1\n\"Rui;2\n{}", "Bia;3\n".repeat(500));
        let (_folder, path) = file(text.as_bytes());
        let error = read(&path, UTF_8, b';', &mut Vec::new(), &mut |_, _| Ok(())).unwrap_err();
        assert_eq!(error.to_string(), "line 3: a quotation mark opens a cell here and is not closed");
    }
}
