//! Recordings of people who speak. Nobody speaks here: a recording carries its words in a comment, and is silent.

use crate::core::chat::{Author, Bubble};
use crate::core::world::State;
use bytes::Bytes;
use sha2::{Digest, Sha256};

/// Begins the comment that holds the words. Its length stands before it in four bytes, the lowest first, as in the
/// comments of Ogg and in the chunks of WAV.
const MARK: &[u8] = b"TRANSCRIPT=";
/// The most bytes of words: a page of Ogg holds no more.
const MOST_WORDS: usize = 60_000;
/// One stream, and any will do.
const SERIAL: u32 = 0x7265_6361;
/// 20 ms of silence, in Opus.
const SILENCE: &[u8] = &[0xf8, 0xff, 0xfe];
/// Samples in it, of which Opus counts 48,000 a second.
const SAMPLES: u64 = 960;

/// The MIME type of a recording.
pub(crate) const MIME: &str = "audio/ogg; codecs=opus";

impl State {
    /// The recording that a person sent to a sender, of the message that is sought.
    pub fn recording(&self, sender: &str, is_sought: impl Fn(&Bubble) -> bool) -> Option<Bytes> {
        let chats = self.chats.iter().filter(|((at, _), _)| at == sender);
        let spoken = |bubble: &&Bubble| bubble.from == Author::Person && bubble.kind == "audio";
        let mut recordings = chats.flat_map(|(_, chat)| &chat.bubbles).filter(spoken);
        recordings.find(|bubble| is_sought(bubble)).map(|bubble| record(&bubble.text))
    }
}

/// A number by which a file of a message goes, as Meta numbers them.
pub(crate) fn number(message: &str) -> String {
    let digest = Sha256::digest(message);
    let bytes = digest.iter().take(6).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{}", 1_000_000_000_000_000 + bytes)
}

/// A recording of these words, as WhatsApp has voice notes: Opus in Ogg.
pub(crate) fn record(words: &str) -> Bytes {
    let words = &words[..words.floor_char_boundary(MOST_WORDS)];
    let mut head = b"OpusHead\x01\x01".to_vec();
    for bytes in [&312_u16.to_le_bytes()[..], &48_000_u32.to_le_bytes(), &[0; 3]] {
        head.extend_from_slice(bytes);
    }
    let mut tags = b"OpusTags".to_vec();
    for part in [&b"world"[..], &[MARK, words.as_bytes()].concat()] {
        if part.starts_with(MARK) {
            tags.extend_from_slice(&1_u32.to_le_bytes());
        }
        tags.extend_from_slice(&u32::try_from(part.len()).unwrap_or_default().to_le_bytes());
        tags.extend_from_slice(part);
    }
    let pages = [page(0, 2, 0, &head), page(1, 0, 0, &tags), page(2, 4, SAMPLES, SILENCE)];
    pages.concat().into()
}

/// The words of a recording; `None` if it has none.
pub(crate) fn words(recording: &[u8]) -> Option<String> {
    let at = recording.windows(MARK.len()).position(|window| window == MARK)?;
    let length = recording.get(at.checked_sub(4)?..at)?.try_into().map(u32::from_le_bytes).ok()?;
    let comment = recording.get(at..at.checked_add(usize::try_from(length).ok()?)?)?;
    String::from_utf8(comment.get(MARK.len()..)?.to_vec()).ok()
}

/// A page of Ogg with one packet.
fn page(number: u32, kind: u8, samples: u64, packet: &[u8]) -> Vec<u8> {
    let rest = u8::try_from(packet.len() % 255).unwrap_or_default();
    let lacing = [vec![255; packet.len() / 255], vec![rest]].concat();
    let mut page = b"OggS\0".to_vec();
    page.push(kind);
    page.extend_from_slice(&samples.to_le_bytes());
    for word in [SERIAL, number, 0] {
        page.extend_from_slice(&word.to_le_bytes());
    }
    page.push(u8::try_from(lacing.len()).unwrap_or(u8::MAX));
    page.extend_from_slice(&lacing);
    page.extend_from_slice(packet);
    let sum = checksum(&page);
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    page
}

/// That of Ogg: CRC-32 by 0x04c11db7, neither reflected nor inverted.
fn checksum(page: &[u8]) -> u32 {
    page.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum: u32, _| {
            if sum & 0x8000_0000 == 0 { sum << 1 } else { (sum << 1) ^ 0x04c1_1db7 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_carries_its_words() {
        let long = "palavras ".repeat(400);
        for said in ["", "Oi! Tem horário amanhã às 10h? 🐾", &long] {
            assert_eq!(words(&record(said)).as_deref(), Some(said));
        }
        assert_eq!(words(b"OggS and nothing of ours"), None);
        assert_eq!(words(b"TRANSCRIPT=no length"), None);
        assert_eq!(words(&[&[0xff; 4][..], b"TRANSCRIPT=too long"].concat()), None);
    }

    #[test]
    fn a_page_is_summed_as_ogg_does() {
        // The register's check value: CRC-32/CKSUM without its inversion and length.
        assert_eq!(checksum(b"123456789"), 0x89a1_897f);
        assert_eq!(page(0, 2, 0, b"").len(), 28);
    }
}
