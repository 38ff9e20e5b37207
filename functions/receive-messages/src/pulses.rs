//! When people write to a session, noted once in a quarter of an hour: a silence against its habit is seen by that.

use crate::Receiver;
use chrono::{DateTime, Utc};
use domain::sessions::Pulse;
use domain::sessions::pulse::NOTED;
use domain::{BusinessId, SenderId};
use kit::batch::Outcome;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The most senders that one instance remembers.
const REMEMBERED: usize = 2_000;

/// When this instance last noted that somebody wrote to a sender, UTC.
#[derive(Default)]
pub(crate) struct Noted(Mutex<HashMap<SenderId, DateTime<Utc>>>);

impl Noted {
    /// Whether it was noted in the last quarter of an hour; if not, it is now.
    fn is_noted(&self, sender: SenderId, now: DateTime<Utc>) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.get(&sender).is_some_and(|at| now - *at < NOTED) {
            return true;
        }
        if noted.len() >= REMEMBERED {
            noted.clear();
        }
        noted.insert(sender, now);
        false
    }
}

impl Receiver {
    pub(crate) async fn note_pulse(&self, business: BusinessId, sender: SenderId) -> Outcome {
        let now = self.app.now();
        if self.pulses.is_noted(sender, now) {
            return Ok(());
        }
        let row = self.app.store().sender_row(business, sender).await?;
        if let Some(pulse) = Pulse::beat(row.pulse, now) {
            self.app.store().note_pulse(business, sender, &pulse, &self.app.attempt()).await?;
        }
        Ok(())
    }
}
