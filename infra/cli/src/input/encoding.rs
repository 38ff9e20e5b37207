//! The first look at a file: its hash, and the encoding that all of its bytes fit.

use super::{InputError, file_error};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// What the bytes of a file tell.
pub(crate) struct Content {
    /// SHA-256 in hex.
    pub(crate) hash: String,
    pub(crate) bytes: u64,
    pub(crate) encoding: &'static Encoding,
    /// As an .xlsx begins.
    pub(crate) is_zip: bool,
    /// As a line of NDJSON begins.
    pub(crate) begins_with_object: bool,
}

/// Bytes beyond ASCII that the detector is shown: it needs few, and is slow.
const SHOWN: usize = 1 << 20;

/// Looks at every byte once.
pub(crate) fn content(path: &Path) -> Result<Content, InputError> {
    let mut file = File::open(path).map_err(file_error(path))?;
    let (mut hash, mut utf8) = (Sha256::new(), Utf8::default());
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (mut bytes, mut shown, mut head) = (0, 0, Vec::new());
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer).map_err(file_error(path))?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        if head.len() < 64 {
            head.extend(part.iter().take(64));
        }
        bytes += u64::try_from(read).unwrap_or_default();
        hash.update(part);
        utf8.feed(part);
        if shown < SHOWN && !part.is_ascii() {
            detector.feed(part, false);
            shown += part.len();
        }
    }
    detector.feed(&[], true);
    let encoding = match Encoding::for_bom(&head) {
        Some((encoding, _)) => encoding,
        None if utf8.is_valid() => UTF_8,
        None => western(detector.guess(None, Utf8Detection::Deny)),
    };
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    Ok(Content {
        hash: hex::encode(hash.finalize()),
        bytes,
        encoding,
        is_zip: head.starts_with(b"PK\x03\x04"),
        begins_with_object: text.starts_with(b"{"),
    })
}

/// The encoding, if it is one that a program in the Americas or Western Europe writes; else Excel's of that region. A few
/// names are too little for the detector.
fn western(guess: &'static Encoding) -> &'static Encoding {
    let known = [UTF_16LE, UTF_16BE, encoding_rs::ISO_8859_15, encoding_rs::MACINTOSH, encoding_rs::IBM866];
    if known.contains(&guess) && guess != encoding_rs::IBM866 { guess } else { WINDOWS_1252 }
}

/// Whether bytes that come in parts are UTF-8.
#[derive(Default)]
struct Utf8 {
    rest: Vec<u8>,
    is_broken: bool,
}

impl Utf8 {
    fn feed(&mut self, part: &[u8]) {
        if self.is_broken {
            return;
        }
        self.rest.extend_from_slice(part);
        match std::str::from_utf8(&self.rest) {
            Ok(_) => self.rest.clear(),
            Err(error) if error.error_len().is_none() => drop(self.rest.drain(..error.valid_up_to())),
            Err(_) => self.is_broken = true,
        }
    }

    fn is_valid(&self) -> bool {
        !self.is_broken && self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> &'static str {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        std::fs::write(&path, bytes).unwrap();
        content(&path).unwrap().encoding.name()
    }

    #[test]
    fn the_encodings_of_excel_in_latin_america() {
        assert_eq!(of("nome;fone\nJosé;1".as_bytes()), "UTF-8");
        assert_eq!(of("\u{feff}nome;fone\nJosé;1".as_bytes()), "UTF-8");
        assert_eq!(of(b"nome;fone\nJos\xe9;1\nConcei\xe7\xe3o;2"), "windows-1252");
        assert_eq!(of(b"nombre;fono\nMu\xf1oz;1"), "windows-1252");
        assert_eq!(of(b"plain"), "UTF-8");
        let utf16: Vec<u8> = "\u{feff}nome".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(of(&utf16), "UTF-16LE");
    }

    #[test]
    fn a_letter_may_stand_over_the_end_of_a_part() {
        let mut long = vec![b'a'; (1 << 16) - 1];
        long.extend("é".as_bytes());
        assert_eq!(of(&long), "UTF-8");
    }
}
