//! A message's record, as the changes of its table have shown it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The record of one message.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// `transactional`, `owner` or `marketing`.
    pub kind: String,
    /// `points`, `birthday`, `direct`, …
    pub message_type: String,
    /// The customer it goes to, if it is one.
    pub customer: Option<String>,
    /// The text that it sends.
    pub text: String,
    /// When it may go, if that was later than it was made.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// Its statuses, each with the time since which it had it, from its creation on.
    pub steps: Vec<(DateTime<Utc>, String)>,
    /// Its statuses and errors, from its creation on.
    pub said: Vec<Said>,
    /// Its error, as of now.
    pub error: Option<String>,
    /// The number of its claims before it was deleted and made again.
    pub earlier_claims: usize,
    /// When a gateway said that it may come again in a day.
    pub wait_a_day: Vec<DateTime<Utc>>,
    /// The number of its moves back to `pending`, by the status that it left, as the gateway reported that it was not
    /// delivered.
    pub reported: BTreeMap<String, usize>,
    /// The gateway's id of it, as of now.
    pub gateway_id: Option<String>,
    /// All ids that gateways have given it.
    pub gateway_ids: BTreeSet<String>,
    /// When it was deleted.
    pub gone: Option<DateTime<Utc>>,
}

/// Status and error of a record, and since when both are so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// UTC.
    pub at: DateTime<Utc>,
    /// The status as it stands.
    pub status: String,
    /// Empty if there is none.
    pub error: String,
}

impl Said {
    /// The stable word at the beginning of the error.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.error.split(':').next().unwrap_or_default()
    }

    /// Whether a gateway's report has opened the message again: so reads its error then, and no other.
    #[must_use]
    pub fn is_by_report(&self) -> bool {
        self.error.contains(": code ") && !self.error.starts_with("not_delivered")
    }
}

/// A decision of policy on a message that was unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The claim of which nothing was known.
    pub claim: DateTime<Utc>,
    /// When it was decided, UTC.
    pub at: DateTime<Utc>,
    /// Whether the message was unknown, as it must be.
    pub is_of_unknown: bool,
}

impl Record {
    /// A record that is seen for the first time.
    #[must_use]
    pub fn of(image: &Value) -> Self {
        Self {
            kind: text(image, "kind").unwrap_or_default(),
            message_type: text(image, "message_type").unwrap_or_default(),
            customer: text(image, "customer_key").and_then(|key| Some(key.split_once('/')?.1.to_owned())),
            text: image["content"]["M"]["text"]["S"].as_str().unwrap_or_default().to_owned(),
            scheduled_for: image["scheduled_for"]["N"]
                .as_str()
                .and_then(|at| DateTime::from_timestamp_millis(at.parse().ok()?)),
            ..Self::default()
        }
    }

    /// Takes in the record as it stands at a time; tells whether its status is another one.
    pub fn see(&mut self, image: &Value, at: DateTime<Utc>) -> bool {
        // A write whose answer was lost may be made again after an erasure: that is another message.
        if self.gone.take().is_some() {
            self.earlier_claims += self.claims().count();
            self.steps.clear();
            self.said.clear();
            self.wait_a_day.clear();
            self.reported.clear();
        }
        self.gateway_id = text(image, "gateway_message_id");
        self.gateway_ids.extend(self.gateway_id.clone());
        self.error = text(image, "error_message");
        let status = text(image, "status").unwrap_or_default();
        let said = Said { at, status, error: self.error.clone().unwrap_or_default() };
        if self.said.last().is_some_and(|last| (&last.status, &last.error) == (&said.status, &said.error)) {
            return false;
        }
        self.said.push(said.clone());
        if self.status() == said.status {
            return false;
        }
        if said.status == "pending" {
            if said.error.contains("(wait_a_day: ") && (said.is_by_report() || self.status() != "failed") {
                self.wait_a_day.push(at);
            }
            if said.is_by_report() {
                *self.reported.entry(self.status().to_owned()).or_default() += 1;
            }
        }
        self.steps.push((at, said.status));
        true
    }

    /// The status as it stands.
    #[must_use]
    pub fn status(&self) -> &str {
        self.steps.last().map_or("", |(_, status)| status)
    }

    /// When it was claimed.
    pub fn claims(&self) -> impl Iterator<Item = DateTime<Utc>> {
        self.steps.iter().filter(|(_, status)| status == "sending").map(|(at, _)| *at)
    }

    /// The number of its moves from one status to another.
    #[must_use]
    pub fn moves(&self, from: &str, to: &str) -> usize {
        self.steps.windows(2).filter(|pair| matches!(pair, [(_, a), (_, b)] if a == from && b == to)).count()
    }

    /// When policy sent it once more, or gave it up.
    #[must_use]
    pub fn decisions(&self) -> Vec<Decision> {
        let by_policy = |pair: &&[Said]| match pair {
            [from, to] => match to.status.as_str() {
                "pending" => from.status == "unknown" && !to.is_by_report(),
                "failed" => from.status != "failed" && to.reason() == "unknown",
                _ => false,
            },
            _ => false,
        };
        let claim = |at| self.claims().filter(|claim| *claim <= at).last();
        let decision = |pair: &[Said]| match pair {
            [from, to] => {
                let is_of_unknown = from.status == "unknown";
                Some(Decision { claim: claim(to.at)?, at: to.at, is_of_unknown })
            }
            _ => None,
        };
        self.said.windows(2).filter(by_policy).filter_map(decision).collect()
    }

    /// The number of times that policy gave it up.
    #[must_use]
    pub fn given_up(&self) -> usize {
        let gives_up = |pair: &[Said]| match pair {
            [from, to] => from.status == "unknown" && to.status == "failed" && to.reason() == "unknown",
            _ => false,
        };
        self.said.windows(2).filter(|pair| gives_up(pair)).count()
    }
}

fn text(image: &Value, name: &str) -> Option<String> {
    image[name]["S"].as_str().map(str::to_owned)
}
