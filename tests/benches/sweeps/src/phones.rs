//! The gateway outside, as far as a campaign needs it: it takes messages as Cloud API does, and keeps of each person one bit.

use crate::people::FIRST_PHONE;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use kit::clock::Clock;
use kit::http::{HttpError, Request, Response};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The time that the gateway takes to answer.
const ANSWER: Duration = Duration::from_millis(200);

/// What arrived at the gateway.
#[derive(Clone, Debug, Default)]
pub struct Arrived {
    /// Messages.
    pub messages: u64,
    /// Those of them to somebody who had got one.
    pub twice: u64,
    /// The first and the last, UTC.
    pub span: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The most in any second.
    pub most: usize,
    /// Of each phone one bit.
    reached: Vec<u64>,
    /// The arrivals of the last second.
    second: VecDeque<DateTime<Utc>>,
}

impl Arrived {
    fn add(&mut self, nth: usize, now: DateTime<Utc>) {
        if self.reached.len() <= nth / 64 {
            self.reached.resize(nth / 64 + 1, 0);
        }
        if let Some(bits) = self.reached.get_mut(nth / 64) {
            self.twice += (*bits >> (nth % 64)) & 1;
            *bits |= 1 << (nth % 64);
        }
        self.messages += 1;
        self.span = Some((self.span.map_or(now, |(first, _)| first), now));
        self.second.push_back(now);
        while self.second.front().is_some_and(|first| *first + TimeDelta::seconds(1) <= now) {
            self.second.pop_front();
        }
        self.most = self.most.max(self.second.len());
    }
}

/// The phones of the people of a bench.
#[derive(Default)]
pub struct Phones(Mutex<Arrived>);

impl Phones {
    /// So far.
    pub fn arrived(&self) -> Arrived {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes a message, and answers after [`ANSWER`]. Anything else is refused.
    pub async fn answer(&self, request: &Request, clock: &Clock) -> Result<Response, HttpError> {
        let (status, body) = match nth(request) {
            Some((nth, to)) => {
                let messages = {
                    let mut arrived = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                    arrived.add(nth, clock.now());
                    arrived.messages
                };
                let contacts = json!([{"input": to, "wa_id": to.trim_start_matches('+')}]);
                let messages = json!([{"id": format!("wamid.{messages}"), "message_status": "accepted"}]);
                (200, json!({"messaging_product": "whatsapp", "contacts": contacts, "messages": messages}))
            }
            None => (400, json!({"error": {"message": "(#100) Invalid parameter", "code": 100}})),
        };
        clock.sleep(ANSWER).await;
        let response = http::Response::builder().status(status).header("content-type", "application/json");
        let failed = |error: http::Error| HttpError::MaybeSent { timeout: false, detail: error.to_string() };
        response.body(Bytes::from(body.to_string())).map_err(failed)
    }
}

/// The person to whom a message goes, by number and phone.
fn nth(request: &Request) -> Option<(usize, String)> {
    if !request.uri().path().ends_with("/messages") {
        return None;
    }
    let body: Value = serde_json::from_slice(request.body()).ok()?;
    let to = body.get("template").and(body.get("to"))?.as_str()?;
    let digits: u64 = to.trim_start_matches('+').parse().ok()?;
    Some((usize::try_from(digits.checked_sub(FIRST_PHONE)?).ok()?, to.to_owned()))
}
