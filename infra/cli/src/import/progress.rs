//! The progress file beside the input: which rows are done. It goes when all are.

use super::Counts;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Which import a progress file is of: the first line in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Subject {
    pub(super) version: u32,
    /// SHA-256 of the input.
    pub(super) content: String,
    pub(super) url: String,
    /// The business, or a part of the key's hash.
    pub(super) target: String,
    pub(super) kind: String,
    /// How the lines are read.
    pub(super) reading: String,
    /// Where rejected lines go.
    pub(super) rejects: PathBuf,
}

/// A batch that is done: a further line.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Done {
    from: u64,
    until: u64,
    counts: Counts,
    /// Bytes of the file of rejected lines.
    rejects: u64,
}

/// Which rows are done.
#[derive(Debug)]
pub(super) struct Progress {
    file: File,
    path: PathBuf,
    done: Vec<Range<u64>>,
    pub(super) counts: Counts,
    /// Bytes of the file of rejected lines that are of batches that are done.
    pub(super) rejects: u64,
}

impl Progress {
    pub(super) fn path_beside(input: &Path) -> PathBuf {
        let name = input.file_name().unwrap_or_default().to_string_lossy();
        input.with_file_name(format!("{name}.recado-progress"))
    }

    /// Takes up what was done of the same import; what was of another begins anew.
    pub(super) fn open(path: PathBuf, subject: &Subject) -> std::io::Result<Self> {
        let known = read(&path, subject)?;
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        let (done, whole) = known.unwrap_or_else(|| (Vec::new(), 0));
        // A line that a crash cut off goes.
        file.set_len(whole)?;
        if whole == 0 {
            append(&mut file, subject)?;
        }
        let mut counts = Counts::default();
        done.iter().for_each(|done| counts += done.counts);
        let rejects = done.last().map_or(0, |done| done.rejects);
        let done = done.into_iter().map(|done| done.from..done.until).collect();
        Ok(Self { file, path, done, counts, rejects })
    }

    /// Whether a row was done in an earlier run.
    pub(super) fn rows(&self) -> Vec<Range<u64>> {
        let mut done = self.done.clone();
        done.sort_by_key(|rows| rows.start);
        done
    }

    /// Notes that a batch is done, on the disk.
    pub(super) fn note(&mut self, rows: Range<u64>, counts: Counts, rejects: u64) -> std::io::Result<()> {
        append(&mut self.file, &Done { from: rows.start, until: rows.end, counts, rejects })?;
        self.counts += counts;
        self.rejects = rejects;
        Ok(())
    }

    /// All is done.
    pub(super) fn finish(self) -> std::io::Result<()> {
        std::fs::remove_file(&self.path)
    }
}

/// Whether a row is in one of the ranges, which are in order.
pub(super) fn contains(done: &[Range<u64>], row: u64) -> bool {
    let behind = done.partition_point(|rows| rows.start <= row);
    behind > 0 && done.get(behind - 1).is_some_and(|rows| rows.contains(&row))
}

fn append(file: &mut File, line: &impl Serialize) -> std::io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    file.write_all(&text)?;
    file.sync_data()
}

/// What is there of this import, and the bytes of its whole lines.
fn read(path: &Path, subject: &Subject) -> std::io::Result<Option<(Vec<Done>, u64)>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let (mut reader, mut line, mut whole) = (BufReader::new(file), Vec::new(), 0);
    let mut done = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        if !line.ends_with(b"\n") {
            break;
        }
        if whole == 0 {
            if serde_json::from_slice::<Subject>(&line).ok().as_ref() != Some(subject) {
                return Ok(None);
            }
        } else {
            match serde_json::from_slice(&line) {
                Ok(one) => done.push(one),
                Err(_) => break,
            }
        }
        whole += u64::try_from(line.len()).unwrap_or_default();
        line.clear();
    }
    Ok((whole > 0).then_some((done, whole)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(content: &str) -> Subject {
        Subject {
            version: 1,
            content: content.to_owned(),
            url: "http://x".to_owned(),
            target: "b".to_owned(),
            kind: "customers".to_owned(),
            reading: "r".to_owned(),
            rejects: "r.csv".into(),
        }
    }

    #[test]
    fn what_is_noted_outlives_a_crash_and_a_line_that_was_cut_off_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p");
        let counts = |read| Counts { read, created: read, ..Counts::default() };
        let mut progress = Progress::open(path.clone(), &subject("a")).unwrap();
        progress.note(500..1_000, counts(500), 7).unwrap();
        progress.note(0..500, counts(500), 9).unwrap();
        drop(progress);
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"from\":1000,\"un").unwrap();
        let progress = Progress::open(path.clone(), &subject("a")).unwrap();
        assert_eq!((progress.rows(), progress.counts, progress.rejects), (vec![0..500, 500..1_000], counts(1_000), 9));
        let done = progress.rows();
        assert!(contains(&done, 0) && contains(&done, 999) && !contains(&done, 1_000));
        drop(progress);
        // Another file under the same name.
        let progress = Progress::open(path.clone(), &subject("b")).unwrap();
        assert_eq!((progress.rows(), progress.counts), (vec![], Counts::default()));
        progress.finish().unwrap();
        assert!(!path.exists());
    }
}
