//! What people send beside words: the same file, place and contact for all gateways. The text of the bubble is its caption,
//! or the name of the place or the contact.

use super::chat::Bubble;
use serde_json::{Value, json};

/// The name of a document.
pub const FILE: &str = "exame.pdf";
/// Where a place is, in degrees.
pub const LATITUDE: f64 = -23.55;
/// See [`LATITUDE`].
pub const LONGITUDE: f64 = -46.63;
/// The number of a contact.
pub const NUMBER: &str = "+5511912345678";

/// A contact's card.
pub fn card(name: &str) -> String {
    format!("BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL;type=CELL:{NUMBER}\nEND:VCARD")
}

/// The content as WhatsApp's own protocol has it, with the name of its kind; `None` for words, taps and voices.
pub fn of_protocol(bubble: &Bubble) -> Option<(&'static str, Value)> {
    let words = &bubble.text;
    Some(match bubble.kind.as_str() {
        "image" => ("imageMessage", json!({"mimetype": "image/jpeg", "caption": words})),
        "video" => ("videoMessage", json!({"mimetype": "video/mp4", "caption": words})),
        "document" => ("documentMessage", json!({"mimetype": "application/pdf", "fileName": FILE, "caption": words})),
        "sticker" => ("stickerMessage", json!({"mimetype": "image/webp"})),
        "location" => {
            ("locationMessage", json!({"degreesLatitude": LATITUDE, "degreesLongitude": LONGITUDE, "name": words}))
        }
        "contacts" => ("contactMessage", json!({"displayName": words, "vcard": card(words)})),
        "order" => ("orderMessage", json!({"itemCount": 2, "orderTitle": words})),
        _ => return None,
    })
}
