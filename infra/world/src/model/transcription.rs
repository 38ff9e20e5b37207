//! The words of a recording: `POST /v1/audio/transcriptions`. The server hears nothing: it reads the words that a
//! recording of this world carries. Any other recording is silent.

use super::State;
use super::models;
use super::problem::Problem;
use crate::core::{answers, voice};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream;
use http::{Request, Response, header};
use multer::Multipart;
use serde_json::{Value, json};
use std::convert::Infallible;

/// The largest file, in bytes.
pub(crate) const MOST_BYTES: usize = 25 << 20;
/// The formats that are read, by the ends of their names.
const FORMATS: [&str; 10] = ["flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm"];
/// The fields that OpenAI knows, without the brackets of lists. The second ones this server does not take.
const FIELDS: [&str; 7] = ["file", "model", "language", "languages", "prompt", "response_format", "temperature"];
const UNSUPPORTED: [&str; 7] = [
    "chunking_strategy",
    "include",
    "keywords",
    "known_speaker_names",
    "known_speaker_references",
    "stream",
    "timestamp_granularities",
];
/// About so many bytes are a second of speech.
const BYTES_OF_SECOND: usize = 4_000;
/// About so many tokens are a second of speech.
const TOKENS_OF_SECOND: usize = 10;

/// A recording, as it came in a form.
#[derive(Default)]
pub(super) struct Form {
    model: Option<String>,
    format: Option<String>,
    file: Option<(String, Bytes)>,
}

/// The form of a request.
///
/// # Errors
/// The refusal that OpenAI would answer.
pub(super) async fn read(request: &Request<Bytes>) -> Result<Form, Problem> {
    let unreadable = |_| Problem { code: None, ..Problem::new(400, "", "Could not parse multipart form") };
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(unreadable)?;
    let body = request.body().clone();
    let mut parts = Multipart::new(stream::iter([Ok::<_, Infallible>(body)]), boundary);
    let mut form = Form::default();
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().trim_end_matches("[]").to_owned();
        let file = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(unreadable)?;
        let text = || {
            let text = String::from_utf8(bytes.to_vec()).ok().filter(|_| file.is_none());
            text.ok_or_else(|| Problem::kind(&name, "a string", &json!({})))
        };
        match name.as_str() {
            "file" => form.file = Some((file.clone().unwrap_or_default(), bytes)),
            "model" => form.model = Some(text()?),
            "response_format" => form.format = Some(text()?),
            "temperature" => {
                let number: Option<f64> = text()?.parse().ok();
                if !number.is_some_and(|number| (0.0..=1.0).contains(&number)) {
                    return Err(Problem::kind("temperature", "a decimal number from 0 to 1", &json!(text()?)));
                }
            }
            "language" => {
                let language = text()?;
                if language.len() != 2 || !language.bytes().all(|byte| byte.is_ascii_lowercase()) {
                    let message = format!("Language '{language}' is not in ISO-639-1 format.");
                    return Err(Problem::of("language", "invalid_language_format", &message));
                }
            }
            name if FIELDS.contains(&name) => {}
            "stream" if text()? == "false" => {}
            name if UNSUPPORTED.contains(&name) => return Err(Problem::unsupported(name, "unsupported_parameter")),
            name => return Err(Problem::unknown(name)),
        }
    }
    Ok(form)
}

/// The answer to a form.
///
/// # Errors
/// The refusal that OpenAI would answer.
pub(super) fn answer(state: &mut State, form: Form, now: DateTime<Utc>) -> Result<Response<Bytes>, Problem> {
    let model = form.model.ok_or_else(|| Problem::missing("model"))?;
    models::transcribes(&model, now)?;
    let (name, file) = form.file.ok_or_else(|| Problem::missing("file"))?;
    if file.len() > MOST_BYTES {
        let message = format!("Maximum content size limit ({MOST_BYTES}) exceeded ({} bytes read)", file.len());
        return Err(Problem { code: None, ..Problem::new(413, "", &message) });
    }
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    if !FORMATS.contains(&end.as_str()) {
        let message = format!("Unrecognized file format. Supported formats: {FORMATS:?}");
        return Err(Problem { code: None, ..Problem::of("file", "", &message) });
    }
    if !is_audio(&file) {
        let message = "Audio file might be corrupted or unsupported";
        return Err(Problem::of("file", "invalid_value", message));
    }
    let is_whisper = model == "whisper-1";
    let format = form.format.as_deref().unwrap_or("json");
    let formats: &[&str] = if is_whisper { &["json", "text"] } else { &["json"] };
    if !formats.contains(&format) {
        let message = format!("response_format '{format}' is not compatible with model '{model}'.");
        return Err(Problem::of("response_format", "unsupported_value", &message));
    }
    state.record.transcribe();
    let words = voice::words(&file).unwrap_or_default();
    let seconds = file.len().div_ceil(BYTES_OF_SECOND);
    if format == "text" {
        return Ok(answers::text(200, &format!("{words}\n")));
    }
    Ok(answers::json(200, &json!({"text": words, "usage": usage(is_whisper, seconds, words.len().div_ceil(4))})))
}

fn usage(is_whisper: bool, seconds: usize, output: usize) -> Value {
    let input = seconds * TOKENS_OF_SECOND;
    if is_whisper {
        return json!({"type": "duration", "seconds": seconds});
    }
    json!({"type": "tokens", "input_tokens": input, "input_token_details": {"audio_tokens": input, "text_tokens": 0},
        "output_tokens": output, "total_tokens": input + output})
}

/// Whether a file begins as one of the formats does.
fn is_audio(file: &[u8]) -> bool {
    let starts = [&b"OggS"[..], b"RIFF", b"fLaC", b"ID3", b"\x1a\x45\xdf\xa3"];
    let is_frame = file.len() > 1 && file[0] == 0xff && file[1] & 0xe0 == 0xe0;
    starts.iter().any(|start| file.starts_with(start)) || is_frame || file.get(4..8) == Some(b"ftyp")
}
