//! The faults of the server of language models, by rules that are set and cleared while all runs.

use super::ask::Asked;
use serde::{Deserialize, Serialize};

/// One of the things that the server is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelEndpoint {
    /// An answer.
    Responses,
    /// The models that it has.
    Models,
    /// Kept conversations and responses.
    Conversations,
    /// The words of a recording.
    Transcriptions,
}

/// A rule: which fault strikes, at which requests, how often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelRule {
    /// Only requests of this kind; all, if absent.
    #[serde(default)]
    pub endpoint: Option<ModelEndpoint>,
    /// Only answers in the form of this name, for example `reply`; all, if absent.
    #[serde(default)]
    pub format: Option<String>,
    /// Only requests whose instructions or input hold this text; all, if absent.
    #[serde(default)]
    pub about: Option<String>,
    /// The fault that the rule brings.
    #[serde(flatten)]
    pub kind: ModelFault,
    /// So many times; without it until cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// With this probability, from 0 to 1. Always, if absent.
    #[serde(default)]
    pub probability: Option<f64>,
}

impl ModelRule {
    /// The rule that this goes wrong always, until cleared.
    #[must_use]
    pub fn always(kind: ModelFault) -> Self {
        Self { endpoint: None, format: None, about: None, kind, times: None, probability: None }
    }

    /// The rule that this goes wrong the next `times` times.
    #[must_use]
    pub fn times(kind: ModelFault, times: u32) -> Self {
        Self { times: Some(times), ..Self::always(kind) }
    }
}

/// A fault of the server of language models. Where no answer of a model is asked for, only `Down`, `Slow`, `Status`,
/// `Garbage` and `AnswerLost` strike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ModelFault {
    /// No connection is taken. On a socket, which the gateways share, a connection is closed at once instead.
    Down,
    /// The answer comes late.
    Slow {
        /// The delay of the answer.
        milliseconds: u64,
    },
    /// This HTTP status is answered, with an error body.
    Status {
        /// The HTTP status of the answer.
        status: u16,
        /// The code of the error, for example `insufficient_quota`. The usual one of the status, if absent.
        #[serde(default)]
        code: Option<String>,
        /// Seconds of the header `Retry-After`; no header, if absent.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// The answer is made and counted, then the connection is closed without it.
    AnswerLost,
    /// The answer is a page of HTML with 200.
    Garbage,
    /// The text of the answer breaks off in the middle of its JSON, and says that it is complete.
    BrokenJson,
    /// The model refuses: a part of type `refusal` and no text.
    Refusal,
    /// The answer has reached its most tokens: `status: incomplete`.
    Incomplete,
    /// The answer has failed with `server_error`, with 200.
    Failed,
    /// The model answers as badly as the form allows. Each time another way, in turn.
    Hostile,
    /// The model does whatever the customer writes, tells all that it was told, and makes up the rest.
    Obedient,
}

impl ModelFault {
    fn concerns(&self, endpoint: ModelEndpoint) -> bool {
        let of_answers = matches!(
            self,
            Self::BrokenJson | Self::Refusal | Self::Incomplete | Self::Failed | Self::Hostile | Self::Obedient
        );
        endpoint == ModelEndpoint::Responses || !of_answers
    }
}

/// A rule that stands, with its count.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StandingModelRule {
    /// The number by which the rule is cleared.
    pub id: u64,
    /// The rule as it was set.
    #[serde(flatten)]
    pub fault: ModelRule,
    /// The number of times that it has struck.
    pub hits: u32,
}

impl StandingModelRule {
    fn concerns(&self, endpoint: ModelEndpoint, asked: Option<&Asked>) -> bool {
        let Self { fault, hits, .. } = self;
        let is_format = |name: &String| asked.is_some_and(|asked| asked.format.name() == Some(name));
        let is_about = |text: &String| asked.is_some_and(|asked| asked.holds(text));
        fault.times.is_none_or(|times| *hits < times)
            && fault.endpoint.is_none_or(|only| only == endpoint)
            && fault.kind.concerns(endpoint)
            && fault.format.as_ref().is_none_or(is_format)
            && fault.about.as_ref().is_none_or(is_about)
    }
}

/// A fault that strikes a request, and how often it has struck before.
pub(super) struct Struck {
    pub kind: ModelFault,
    pub before: u32,
}

#[derive(Default)]
pub(super) struct Rules {
    rules: Vec<StandingModelRule>,
    last_id: u64,
}

impl Rules {
    pub fn set(&mut self, fault: ModelRule) -> u64 {
        self.last_id += 1;
        self.rules.push(StandingModelRule { id: self.last_id, fault, hits: 0 });
        self.last_id
    }

    pub fn clear(&mut self, id: Option<u64>) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| id.is_some_and(|id| rule.id != id));
        self.rules.len() != before
    }

    pub fn list(&self) -> Vec<StandingModelRule> {
        self.rules.clone()
    }

    /// The faults that strike a request; `asked` is absent where no answer of a model is asked for.
    pub fn strike(&mut self, endpoint: ModelEndpoint, asked: Option<&Asked>, rng: &mut fastrand::Rng) -> Vec<Struck> {
        let mut struck = Vec::new();
        for rule in &mut self.rules {
            if rule.concerns(endpoint, asked)
                && rule.fault.probability.is_none_or(|probability| rng.f64() < probability)
            {
                struck.push(Struck { kind: rule.fault.kind.clone(), before: rule.hits });
                rule.hits += 1;
            }
        }
        struck
    }
}
