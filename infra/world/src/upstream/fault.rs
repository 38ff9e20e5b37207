//! The faults of the operator's service, by rules that are set and cleared while all runs.

use super::batch::{Asked, Endpoint};
use serde::{Deserialize, Serialize};

/// A rule: which fault strikes, at which batches, how often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UpstreamRule {
    /// Only batches of this kind; both, if absent.
    #[serde(default)]
    pub endpoint: Option<Endpoint>,
    /// Only batches that hold an item of this session; all, if absent.
    #[serde(default)]
    pub session: Option<String>,
    /// The fault that the rule brings.
    #[serde(flatten)]
    pub kind: UpstreamFault,
    /// So many times; without it until cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// With this probability, from 0 to 1. Always, if absent.
    #[serde(default)]
    pub probability: Option<f64>,
}

impl UpstreamRule {
    /// The rule that this goes wrong always, until cleared.
    #[must_use]
    pub fn always(kind: UpstreamFault) -> Self {
        Self { endpoint: None, session: None, kind, times: None, probability: None }
    }

    /// The rule that this goes wrong the next `times` times.
    #[must_use]
    pub fn times(kind: UpstreamFault, times: u32) -> Self {
        Self { times: Some(times), ..Self::always(kind) }
    }
}

/// A fault of the operator's service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum UpstreamFault {
    /// No connection is taken. On a socket, which the gateways share, a connection is closed at once instead.
    Down,
    /// The batch takes effect and the answer comes late.
    Slow {
        /// The delay of the answer.
        milliseconds: u64,
    },
    /// This HTTP status is answered, and nothing takes effect: 500, 429, 401.
    Status {
        /// The HTTP status of the answer.
        status: u16,
        /// Seconds of the header `Retry-After`; no header, if absent.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// Items are refused: those of the rule's session, or all.
    Refused,
    /// Items are put off: those of the rule's session, or all.
    Later,
    /// The item of the rule's session, or the first, is found bad: the whole batch is answered with 400.
    BadItem,
    /// The batch takes effect, and the answer is a page of HTML with 200.
    Garbage,
    /// The batch takes effect, then the connection is closed without an answer.
    AnswerLost,
}

/// A rule that stands, with its count.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StandingUpstreamRule {
    /// The number by which the rule is cleared.
    pub id: u64,
    /// The rule as it was set.
    #[serde(flatten)]
    pub fault: UpstreamRule,
    /// The number of times that it has struck.
    pub hits: u32,
}

impl StandingUpstreamRule {
    fn concerns(&self, endpoint: Endpoint, batch: &Asked) -> bool {
        let Self { fault, hits, .. } = self;
        let holds = |session: &String| batch.items.iter().any(|item| item.session_id == *session);
        fault.times.is_none_or(|times| *hits < times)
            && fault.endpoint.is_none_or(|only| only == endpoint)
            && fault.session.as_ref().is_none_or(holds)
    }
}

#[derive(Default)]
pub(super) struct Rules {
    rules: Vec<StandingUpstreamRule>,
    last_id: u64,
}

impl Rules {
    pub fn set(&mut self, fault: UpstreamRule) -> u64 {
        self.last_id += 1;
        self.rules.push(StandingUpstreamRule { id: self.last_id, fault, hits: 0 });
        self.last_id
    }

    pub fn clear(&mut self, id: Option<u64>) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| id.is_some_and(|id| rule.id != id));
        self.rules.len() != before
    }

    pub fn list(&self) -> Vec<StandingUpstreamRule> {
        self.rules.clone()
    }

    /// The faults that strike a batch, each with the session of its rule.
    pub fn strike(
        &mut self,
        endpoint: Endpoint,
        batch: &Asked,
        rng: &mut fastrand::Rng,
    ) -> Vec<(UpstreamFault, Option<String>)> {
        let mut struck = Vec::new();
        for rule in &mut self.rules {
            if rule.concerns(endpoint, batch)
                && rule.fault.probability.is_none_or(|probability| rng.f64() < probability)
            {
                rule.hits += 1;
                struck.push((rule.fault.kind.clone(), rule.fault.session.clone()));
            }
        }
        struck
    }
}
