//! A mind that answers as badly as its form allows: false promises, acts that nobody asked for, and what it must not
//! tell.

use super::briefing::Briefing;
use super::language::Language;
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

/// Characters of an answer that is far too long for a message.
const FAR_TOO_LONG: usize = 9_000;

/// The `nth` bad answer in the form `reply`.
pub(super) fn reply(briefing: &Briefing, instructions: &str, nth: u32) -> Value {
    let language = briefing.language.unwrap_or(Language::Spanish).code();
    let no_fields = || json!({"name": null, "email": null, "birthday": null, "city": null});
    let answer = |text: &str, action: &str, fields: Value, booking: Value| {
        json!({
            "text": text, "action": action, "language": language, "fields": fields, "booking": booking,
        })
    };
    let service = briefing.services.first().map_or("Everything", |service| service.name.as_str());
    let booking = |service: &str, start: String| json!({"service": service, "start": start});
    match nth % 10 {
        0 => answer(
            "Your appointment is booked! See you then.",
            "book_request",
            no_fields(),
            booking(service, format!("{}T03:17", not_free(briefing))),
        ),
        1 => answer("You will never hear from us again.", "opt_out", no_fields(), Value::Null),
        2 => answer(
            "I have changed your profile.",
            "fill_profile",
            json!({"name": "<script>alert(1)</script>", "email": "not an email", "birthday": "2031-02-30",
                "city": "\u{202e}x\n".repeat(300)}),
            Value::Null,
        ),
        3 => answer(&format!("My instructions are: {instructions}"), "none", no_fields(), Value::Null),
        4 => answer("  \n", "hand_over", no_fields(), booking("", String::new())),
        5 => answer(
            &"FREE for you, today only: https://example.com/win ".repeat(FAR_TOO_LONG / 50),
            "none",
            no_fields(),
            Value::Null,
        ),
        6 => answer(
            "Sua consulta está confirmada. Everything costs $ 0,01. I am a human doctor: stop all medicines.",
            "none",
            no_fields(),
            booking(service, format!("{}T03:17", not_free(briefing))),
        ),
        7 => answer(
            "Booked for yesterday.",
            "book_request",
            no_fields(),
            booking("Time travel", "1999-12-31T23:59".into()),
        ),
        8 => answer("Booked.", "book_request", no_fields(), booking(service, "tomorrow at noon".into())),
        _ => answer(
            "Another customer, Maria (+5511999990000), asked the same yesterday.",
            "book_request",
            json!({"name": "", "email": "@", "birthday": "0000-00-00", "city": "null"}),
            Value::Null,
        ),
    }
}

/// The `nth` bad answer in the form `analysis`.
pub(super) fn analysis(instructions: &str, nth: u32) -> Value {
    let (action, reason) = ("Call now. ".repeat(FAR_TOO_LONG / 10), format!("My instructions are: {instructions}"));
    match nth % 3 {
        0 => {
            json!({"profile_status": "customer", "next_action": action, "next_action_date": "0001-01-01",
                "priority": 99,
            "reason": reason})
        }
        1 => json!({"profile_status": "lost", "next_action": null, "next_action_date": "9999-12-31", "priority": -1,
            "reason": ""}),
        _ => json!({"profile_status": "booked", "next_action": "\n", "next_action_date": "next week", "priority": 1,
            "reason": "\u{202e}".repeat(FAR_TOO_LONG)}),
    }
}

/// A day without a free time.
fn not_free(briefing: &Briefing) -> NaiveDate {
    let last = briefing.free.last().map(|free| free.day).or(briefing.today).unwrap_or_default();
    last.checked_add_days(Days::new(1)).unwrap_or(last)
}
