//! An answer as a stream of events: what happens to the response, one after the other, until it is there.

use serde_json::{Value, json};
use std::fmt::Write;

/// The longest piece of a text, in bytes, if its words are no longer.
const PIECE: usize = 24;

/// The events of a response that has come to its end.
pub(super) fn events(response: &Value) -> String {
    let mut begun = response.clone();
    for (field, value) in [("status", json!("in_progress")), ("output", json!([]))] {
        begun[field] = value;
    }
    for field in ["usage", "completed_at", "error", "incomplete_details"] {
        begun[field] = Value::Null;
    }
    let mut stream = Stream::default();
    stream.tell("response.created", json!({"response": begun}));
    stream.tell("response.in_progress", json!({"response": begun}));
    for (index, item) in response["output"].as_array().into_iter().flatten().enumerate() {
        stream.item(index, item);
    }
    let end = response["status"].as_str().unwrap_or_default();
    stream.tell(&format!("response.{end}"), json!({"response": response}));
    // Open Responses ends so, and clients of OpenAI take it.
    stream.text.push_str("data: [DONE]\n\n");
    stream.text
}

#[derive(Default)]
struct Stream {
    text: String,
    told: u64,
}

impl Stream {
    fn tell(&mut self, kind: &str, mut event: Value) {
        event["type"] = json!(kind);
        event["sequence_number"] = json!(self.told);
        self.told += 1;
        // Writing into a string cannot fail.
        let _ = write!(self.text, "event: {kind}\ndata: {event}\n\n");
    }

    fn item(&mut self, index: usize, item: &Value) {
        let mut begun = item.clone();
        let empty = match item["type"].as_str() {
            Some("function_call") => ("arguments", json!("")),
            Some("reasoning") => ("summary", json!([])),
            _ => ("content", json!([])),
        };
        begun[empty.0] = empty.1;
        if !item["status"].is_null() {
            begun["status"] = json!("in_progress");
        }
        self.tell("response.output_item.added", json!({"output_index": index, "item": begun}));
        let place = json!({"item_id": item["id"], "output_index": index});
        match item["type"].as_str() {
            Some("function_call") => {
                self.pieces("response.function_call_arguments", &place, &item["arguments"], "arguments");
            }
            Some("reasoning") => {
                for (nth, part) in item["summary"].as_array().into_iter().flatten().enumerate() {
                    self.part(&at(&place, "summary_index", nth), part);
                }
            }
            _ => {
                for (nth, part) in item["content"].as_array().into_iter().flatten().enumerate() {
                    self.part(&at(&place, "content_index", nth), part);
                }
            }
        }
        self.tell("response.output_item.done", json!({"output_index": index, "item": item}));
    }

    fn part(&mut self, place: &Value, part: &Value) {
        let (around, within, field) = match part["type"].as_str() {
            Some("summary_text") => ("response.reasoning_summary_part", "response.reasoning_summary_text", "text"),
            Some("refusal") => ("response.content_part", "response.refusal", "refusal"),
            _ => ("response.content_part", "response.output_text", "text"),
        };
        let mut begun = part.clone();
        begun[field] = json!("");
        self.tell(&format!("{around}.added"), at(place, "part", begun));
        self.pieces(within, place, &part[field], field);
        self.tell(&format!("{around}.done"), at(place, "part", part));
    }

    /// A text as it grows, and then whole under the name of its field.
    fn pieces(&mut self, kind: &str, place: &Value, text: &Value, field: &str) {
        // Clients read `logprobs` of a text, and of nothing else.
        let place = if field == "text" && kind.ends_with("output_text") {
            at(place, "logprobs", json!([]))
        } else {
            place.clone()
        };
        for piece in pieces(text.as_str().unwrap_or_default()) {
            self.tell(&format!("{kind}.delta"), at(&place, "delta", piece));
        }
        self.tell(&format!("{kind}.done"), at(&place, field, text));
    }
}

fn at(place: &Value, name: &str, value: impl serde::Serialize) -> Value {
    let mut place = place.clone();
    place[name] = json!(value);
    place
}

/// A text in pieces of a few words.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for word in text.split_inclusive(' ') {
        if end > begin && end + word.len() - begin > PIECE {
            pieces.push(&text[begin..end]);
            begin = end;
        }
        end += word.len();
    }
    pieces.extend((begin < end).then(|| &text[begin..end]));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_text() {
        for text in
            ["", "one", "Olá! Como posso ajudar você hoje? 🐾 Banho e tosa", "a-word-that-is-longer-than-any-piece"]
        {
            assert_eq!(pieces(text).concat(), text);
        }
        assert_eq!(pieces("Olá! Como posso ajudar você hoje?"), ["Olá! Como posso ajudar ", "você hoje?"]);
    }
}
