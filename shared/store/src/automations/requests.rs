//! The numbers of appointments that customers asked for, by which owners answer. They stand in the row that numbers the
//! proposals: a number names one thing.

use super::proposals::numbers_write;
use crate::dynamodb::{Outcome, ROUNDS};
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{AppointmentId, Attempt, BusinessId, RequestNumber};
use serde::{Deserialize, Serialize};

const WHAT: &str = "requests";
/// The most that are named; the oldest go first.
const MOST_NAMED: usize = 30;

/// An appointment that a customer asked for, and its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberedRequest {
    /// The appointment.
    pub appointment_id: AppointmentId,
    /// The numbers by which an owner answers.
    pub number: RequestNumber,
    /// Its start, UTC: later nobody is asked.
    pub until: DateTime<Utc>,
    /// Whether an owner has answered. It stays for a while, so that a second answer is told so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_decided: bool,
}

impl NumberedRequest {
    /// Whether an owner's answer is waited for.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        !self.is_decided && now < self.until
    }
}

impl Store {
    /// The numbers of an appointment that a customer asked for, which begins at `until`: the next ones of its business, or
    /// those that it has.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn number_request(
        &self,
        business: BusinessId,
        appointment: &AppointmentId,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<RequestNumber, StoreError> {
        for round in 1..=ROUNDS {
            let before = self.numbers(business).await?;
            if let Some(known) = before.requests.iter().find(|it| it.appointment_id == *appointment) {
                return Ok(known.number);
            }
            let number = RequestNumber(before.next(now));
            let mut after = before.clone();
            after.requests.retain(|it| now < it.until);
            let appointment_id = appointment.clone();
            after.requests.push(NumberedRequest { appointment_id, number, until, is_decided: false });
            let surplus = after.requests.len().saturating_sub(MOST_NAMED);
            after.requests.drain(..surplus);
            after.last = number.no();
            after.version += 1;
            let own = Attempt(format!("{}/{round}", attempt.0));
            if !matches!(self.write(numbers_write(business, &before, &after)?, &own).await?, Outcome::Refused(_)) {
                return Ok(number);
            }
            self.pause(&attempt.0, round).await;
        }
        Err(StoreError::Contended(WHAT))
    }

    /// The appointments of a business that customers asked for and that are named by a number, the newest first. Some may
    /// be decided, or past.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn numbered_requests(&self, business: BusinessId) -> Result<Vec<NumberedRequest>, StoreError> {
        let mut requests = self.numbers(business).await?.requests;
        requests.reverse();
        Ok(requests)
    }

    /// Keeps that an owner has answered: the numbers are free for another once none is open.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn settle_request(
        &self,
        business: BusinessId,
        appointment: &AppointmentId,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        for round in 1..=ROUNDS {
            let before = self.numbers(business).await?;
            let mut after = before.clone();
            let named = after.requests.iter_mut().find(|it| it.appointment_id == *appointment && !it.is_decided);
            let Some(named) = named else { return Ok(()) };
            named.is_decided = true;
            after.version += 1;
            let own = Attempt(format!("{}/{round}", attempt.0));
            if !matches!(self.write(numbers_write(business, &before, &after)?, &own).await?, Outcome::Refused(_)) {
                return Ok(());
            }
            self.pause(&attempt.0, round).await;
        }
        Err(StoreError::Contended(WHAT))
    }
}
