//! The models that the server has.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

struct Known {
    id: &'static str,
    /// When it was made, in seconds of Unix time.
    created: i64,
    /// The first day on which it is gone, as `YYYY-MM-DD`.
    shutdown: Option<&'static str>,
}

const MODELS: [Known; 3] = [
    Known { id: "gpt-5.4-mini", created: 1_773_705_600, shutdown: None },
    Known { id: "gpt-5.4", created: 1_772_668_800, shutdown: None },
    // One whose end has been told.
    Known { id: "gpt-5-mini", created: 1_754_524_800, shutdown: Some("2026-12-11") },
];

impl Known {
    fn is_there(&self, now: DateTime<Utc>) -> bool {
        let end = self.shutdown.and_then(|day| day.parse::<NaiveDate>().ok());
        end.is_none_or(|end| now.date_naive() < end)
    }

    fn view(&self) -> Value {
        json!({"id": self.id, "object": "model", "created": self.created, "owned_by": "openai",
            "shutdown_date": self.shutdown})
    }
}

pub(super) fn knows(id: &str, now: DateTime<Utc>) -> bool {
    one(id, now).is_some()
}

pub(super) fn one(id: &str, now: DateTime<Utc>) -> Option<Value> {
    MODELS.iter().find(|known| known.id == id && known.is_there(now)).map(Known::view)
}

pub(super) fn list(now: DateTime<Utc>) -> Value {
    let there = MODELS.iter().filter(|known| known.is_there(now)).map(Known::view);
    json!({"object": "list", "data": there.collect::<Vec<_>>()})
}
