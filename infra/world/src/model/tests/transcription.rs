use super::KEY;
use crate::core::voice;
use crate::tests::{Outside, outside};
use crate::{ModelEndpoint, ModelFault, ModelRule};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

const WORDS: &str = "Oi! Tem horário amanhã?";

/// Sends a form with a file of this name and these fields.
async fn hear(outside: &Outside, name: &str, file: &[u8], fields: &[(&str, &str)]) -> (u16, Value) {
    let mut form = Vec::new();
    for (field, value) in fields {
        let part = format!("--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        form.extend_from_slice(part.as_bytes());
    }
    let head = format!("--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let form = [&form, head.as_bytes(), file, b"\r\n--b--\r\n"].concat();
    let request = Request::post("/model/v1/audio/transcriptions").header("authorization", KEY);
    let request = request.header("content-type", "multipart/form-data; boundary=b").body(Bytes::from(form)).unwrap();
    let answer = outside.world.call(request).await.unwrap();
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
}

#[tokio::test(start_paused = true)]
async fn a_recording_is_written_down() {
    let outside = outside();
    let recording = voice::record(WORDS);
    let (status, answer) =
        hear(&outside, "note.ogg", &recording, &[("model", "gpt-transcribe"), ("language", "pt")]).await;
    assert_eq!((status, &answer["text"], &answer["usage"]["type"]), (200, &json!(WORDS), &json!("tokens")), "{answer}");
    let (status, answer) = hear(&outside, "note.ogg", b"OggS and silence", &[("model", "gpt-transcribe")]).await;
    assert_eq!((status, &answer["text"]), (200, &json!("")));
    let counts = outside.world.model_counts();
    assert_eq!((counts.transcriptions, counts.requests, counts.keeping), (2, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_form_that_is_badly_made_is_turned_away() {
    let outside = outside();
    let recording = voice::record(WORDS);
    let large = [&recording[..], &vec![0; 25 << 20]].concat();
    let model = ("model", "gpt-transcribe");
    for (name, file, fields, status, code) in [
        ("note.ogg", &recording[..], &[][..], 400, Some("missing_required_parameter")),
        ("note.ogg", &recording, &[("model", "gpt-9")], 404, Some("model_not_found")),
        ("note.ogg", &recording, &[("model", "gpt-5.4")], 400, Some("unsupported_model")),
        ("note.txt", &recording, &[model], 400, None),
        ("note.ogg", b"Oi", &[model], 400, Some("invalid_value")),
        ("note.ogg", &large, &[model], 413, None),
        ("note.ogg", &recording, &[model, ("response_format", "text")], 400, Some("unsupported_value")),
        ("note.ogg", &recording, &[model, ("stream", "true")], 400, Some("unsupported_parameter")),
        ("note.ogg", &recording, &[model, ("mood", "good")], 400, Some("unknown_parameter")),
        ("note.ogg", &recording, &[model, ("language", "Portuguese")], 400, Some("invalid_language_format")),
        ("note.ogg", &recording, &[model, ("temperature", "9")], 400, Some("invalid_type")),
    ] {
        let (found, answer) = hear(&outside, name, file, fields).await;
        assert_eq!((found, answer["error"]["code"].as_str()), (status, code), "{answer}");
    }
    assert_eq!(outside.world.model_counts().transcriptions, 0);
}

#[tokio::test(start_paused = true)]
async fn a_fault_strikes_recordings_alone() {
    let outside = outside();
    let down = ModelFault::Status { status: 503, code: None, retry_after: Some(2) };
    outside
        .world
        .set_model_fault(ModelRule { endpoint: Some(ModelEndpoint::Transcriptions), ..ModelRule::always(down) });
    let (status, _) = hear(&outside, "note.ogg", &voice::record(WORDS), &[("model", "gpt-transcribe")]).await;
    assert_eq!((status, outside.world.model_counts().transcriptions), (503, 0));
    assert_eq!(super::post(&outside, &super::asking("oi")).await.unwrap().0, 200);
}
