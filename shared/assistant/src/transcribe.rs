//! The words of a recording, by a model that hears.

use crate::answer::{self, NoAnswer};
use bytes::Bytes;
use serde_json::Value;

/// The largest file that servers take, in bytes.
const MOST_BYTES: usize = 25 << 20;
/// MIME types of recordings, and the ends of the names by which servers know them.
const FORMATS: [(&str, &str); 9] = [
    ("audio/ogg", "ogg"),
    ("audio/opus", "ogg"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("audio/m4a", "m4a"),
    ("audio/x-m4a", "m4a"),
    ("audio/wav", "wav"),
    ("audio/webm", "webm"),
    ("audio/flac", "flac"),
];

/// A form with a recording.
pub(crate) struct Form {
    pub content_type: String,
    pub body: Bytes,
}

/// The form that asks a model for the words of a recording.
pub(crate) fn form(model: &str, audio: &[u8], mime: &str) -> Result<Form, NoAnswer> {
    if audio.is_empty() || audio.len() > MOST_BYTES {
        return Err(NoAnswer::never("unusable_size"));
    }
    let bare = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // Without a type it is what WhatsApp records.
    let known = if bare.is_empty() { Some("ogg") } else { FORMATS.iter().find(|it| it.0 == bare).map(|it| it.1) };
    let end = known.ok_or_else(|| NoAnswer::never("unknown_format"))?;
    let mut boundary = "recado".to_owned();
    while audio.windows(boundary.len()).any(|part| part == boundary.as_bytes()) {
        boundary.push('-');
    }
    let field = |name: &str, value: &str| {
        format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let head = format!(
        "{}{}--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"recording.{end}\"\r\n\
         content-type: audio/{end}\r\n\r\n",
        field("model", model),
        field("response_format", "json"),
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let body = [head.as_bytes(), audio, tail.as_bytes()].concat();
    Ok(Form { content_type: format!("multipart/form-data; boundary={boundary}"), body: body.into() })
}

/// The words that a server has made of it; none, if it is silent.
pub(crate) fn read(response: &kit::http::Response) -> Result<String, NoAnswer> {
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    if !response.status().is_success() {
        return Err(answer::refused(response, &body["error"]));
    }
    body["text"].as_str().map(|text| text.trim().to_owned()).ok_or_else(|| NoAnswer::later("unreadable_answer", None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_the_recording_between_boundaries_that_are_not_in_it() {
        let form = form("gpt-transcribe", b"OggS recado recado-", "audio/ogg; codecs=opus")
            .unwrap_or_else(|no| panic!("{no}"));
        assert_eq!(form.content_type, "multipart/form-data; boundary=recado--");
        let text = String::from_utf8_lossy(&form.body).into_owned();
        assert!(
            text.starts_with("--recado--\r\n") && text.ends_with("OggS recado recado-\r\n--recado----\r\n"),
            "{text}"
        );
        assert!(text.contains("filename=\"recording.ogg\"") && text.contains("\r\n\r\ngpt-transcribe\r\n"), "{text}");
    }

    #[test]
    fn what_no_server_takes_is_not_sent() {
        let no = |audio: &[u8], mime: &str| form("m", audio, mime).err().map(|no| (no.reason, no.again.is_some()));
        assert_eq!(no(b"", "audio/ogg"), Some(("unusable_size".to_owned(), false)));
        assert_eq!(no(&vec![0; MOST_BYTES + 1], "audio/ogg"), Some(("unusable_size".to_owned(), false)));
        assert_eq!(no(b"#!AMR", "audio/amr"), Some(("unknown_format".to_owned(), false)));
        assert_eq!(no(b"OggS", ""), None);
    }
}
