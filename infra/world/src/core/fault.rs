//! The faults outside, by rules that are set and cleared while all runs.

use crate::core::gateway::Gateway;
use crate::core::people;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A rule: which fault strikes, at which sender, how often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultRule {
    /// Only this gateway; every one, if absent.
    #[serde(default)]
    pub gateway: Option<Gateway>,
    /// Only the sender of this address; every one, if absent.
    #[serde(default)]
    pub sender: Option<String>,
    /// Only requests of this kind; every one, if absent. At a gateway without
    /// sessions those to send are struck, those for one chat or file, and those by
    /// which a person sees that somebody types.
    #[serde(default)]
    pub call: Option<Call>,
    /// Only this person, in any spelling.
    #[serde(default)]
    pub to: Option<String>,
    /// The fault that the rule brings.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// So many times; without it until cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// With this probability, from 0 to 1. Always, if absent.
    #[serde(default)]
    pub probability: Option<f64>,
}

impl FaultRule {
    /// The rule that this goes wrong always, for everybody, until cleared.
    #[must_use]
    pub fn always(kind: FaultKind) -> Self {
        Self { gateway: None, sender: None, call: None, to: None, kind, times: None, probability: None }
    }

    /// The rule that this goes wrong the next `times` times, for everybody.
    #[must_use]
    pub fn times(kind: FaultKind, times: u32) -> Self {
        Self { times: Some(times), ..Self::always(kind) }
    }
}

/// The kinds of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// Sends a message.
    Send,
    /// Makes a session or has it connected.
    Open,
    /// Asks how a session stands, or what is in its chats.
    Look,
    /// Sets a session's webhook.
    Settings,
    /// Stops, logs out or removes a session.
    Close,
}

/// A fault of a gateway or of its webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// The message is accepted, then the connection is closed without an answer.
    AnswerLost,
    /// The connection is closed without an answer and nothing was accepted.
    RequestLost,
    /// This HTTP status is answered.
    Status {
        /// The HTTP status of the answer.
        status: u16,
        /// Seconds of the header `Retry-After`; no header, if absent.
        #[serde(default)]
        retry_after: Option<u32>,
        /// Whether the message was accepted all the same.
        #[serde(default)]
        accepted: bool,
    },
    /// This error of the gateway is answered, be it a code of its own or an HTTP status.
    ErrorCode {
        /// The gateway's code, as its documentation numbers it.
        code: u32,
    },
    /// The message is accepted, and its `failed` status brings this error.
    FailLater {
        /// The gateway's code of the `failed` status.
        code: u32,
    },
    /// The message is accepted and the answer comes late.
    Slow {
        /// The delay of the answer.
        milliseconds: u64,
    },
    /// The sender is not connected; a webhook says so too, at a gateway that tells of connections.
    Disconnected,
    /// No connection is taken. On a socket the port is closed while such a rule stands, whatever it is limited to.
    RefuseConnection,
    /// The person of the rule is not on WhatsApp, as far as a gateway can be asked for that.
    NotOnWhatsapp,
    /// The gateway's limit of messages from one sender to one person is in force, if it has one.
    PairRate,
    /// Free text outside the 24-hour window is refused at once instead of failing later, if the gateway has that window.
    WindowAtOnce,
    /// A session stays connecting: no code comes, and no connection.
    StuckConnecting,
    /// A session falls again after each time that it opens.
    FallsAgain {
        /// From open to the fall.
        milliseconds: u64,
        /// By WhatsApp's numbers, as 428 or 440.
        reason: u16,
    },
    /// A webhook comes twice.
    WebhookTwice,
    /// A webhook comes late.
    WebhookLate {
        /// The delay of the webhook.
        milliseconds: u64,
    },
    /// A webhook comes after the one that follows it at the same sender, or after 10 s.
    WebhookOutOfOrder,
    /// A webhook never comes.
    WebhookLost,
    /// A webhook comes with a wrong signature or secret, once; then, if it was refused, with the right one.
    BadSignature,
}

/// A rule that stands, with its count.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StandingRule {
    /// The number by which the rule is cleared.
    pub id: u64,
    /// The rule as it was set.
    #[serde(flatten)]
    pub fault: FaultRule,
    /// The number of times that it has struck.
    pub hits: u32,
}

impl StandingRule {
    fn spent(&self) -> bool {
        self.fault.times.is_some_and(|times| self.hits >= times)
    }

    fn concerns(&self, subject: &Subject) -> bool {
        let fault = &self.fault;
        !self.spent()
            && fault.gateway.is_none_or(|gateway| gateway == subject.gateway)
            && fault.sender.as_deref().is_none_or(|sender| sender == subject.sender)
            && fault.call.is_none_or(|call| subject.call == Some(call))
            && fault.to.as_deref().is_none_or(|to| subject.person == Some(people::person(to).as_str()))
    }
}

/// The request or webhook that a fault may strike.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub gateway: Gateway,
    pub sender: &'a str,
    pub person: Option<&'a str>,
    /// `None` if it is no request.
    pub call: Option<Call>,
}

impl<'a> Subject<'a> {
    /// The sender as such.
    pub fn of_sender(gateway: Gateway, sender: &'a str) -> Self {
        Self { gateway, sender, person: None, call: None }
    }

    /// A request of the sender's, or about it.
    pub fn of_call(gateway: Gateway, sender: &'a str, call: Call) -> Self {
        Self { call: Some(call), ..Self::of_sender(gateway, sender) }
    }
}

/// The rules, in the order they were set.
#[derive(Default)]
pub(crate) struct FaultRules {
    rules: Vec<StandingRule>,
    last_id: u64,
}

impl FaultRules {
    pub fn set(&mut self, fault: FaultRule) -> u64 {
        self.last_id += 1;
        self.rules.push(StandingRule { id: self.last_id, fault, hits: 0 });
        self.last_id
    }

    pub fn clear(&mut self, id: Option<u64>) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| id.is_some_and(|id| rule.id != id));
        self.rules.len() != before
    }

    pub fn list(&self) -> Vec<StandingRule> {
        self.rules.clone()
    }

    /// Whether such a rule stands, without striking.
    pub fn stands(&self, subject: &Subject, kind: &FaultKind) -> bool {
        self.rules.iter().any(|rule| rule.fault.kind == *kind && rule.concerns(subject))
    }

    /// Whether such a rule stands for anybody.
    pub fn stands_anywhere(&self, kind: &FaultKind) -> bool {
        self.rules.iter().any(|rule| rule.fault.kind == *kind && !rule.spent())
    }

    fn strike<T>(
        &mut self,
        subject: &Subject,
        rng: &mut fastrand::Rng,
        pick: impl Fn(&FaultKind) -> Option<T>,
    ) -> Option<T> {
        for rule in &mut self.rules {
            if let Some(found) = pick(&rule.fault.kind)
                && rule.concerns(subject)
                && rule.fault.probability.is_none_or(|probability| rng.f64() < probability)
            {
                rule.hits += 1;
                return Some(found);
            }
        }
        None
    }

    /// The faults that strike a request to send.
    pub fn on_send(&mut self, subject: &Subject, rng: &mut fastrand::Rng) -> SendFault {
        let slow = self.slow(subject, rng);
        let end = self.strike(subject, rng, |kind| match kind {
            FaultKind::AnswerLost
            | FaultKind::RequestLost
            | FaultKind::Status { .. }
            | FaultKind::ErrorCode { .. }
            | FaultKind::FailLater { .. }
            | FaultKind::Disconnected
            | FaultKind::RefuseConnection => Some(kind.clone()),
            _ => None,
        });
        SendFault { slow, end }
    }

    /// The faults that strike another request.
    pub fn on_call(&mut self, subject: &Subject, rng: &mut fastrand::Rng) -> SendFault {
        let slow = self.slow(subject, rng);
        let end = self.strike(subject, rng, |kind| match kind {
            FaultKind::AnswerLost | FaultKind::RequestLost | FaultKind::Status { .. } | FaultKind::RefuseConnection => {
                Some(kind.clone())
            }
            _ => None,
        });
        SendFault { slow, end }
    }

    /// When and for which reason a session falls that opens now.
    pub fn on_open(&mut self, subject: &Subject, rng: &mut fastrand::Rng) -> Option<(Duration, u16)> {
        self.strike(subject, rng, |kind| match kind {
            FaultKind::FallsAgain { milliseconds, reason } => Some((Duration::from_millis(*milliseconds), *reason)),
            _ => None,
        })
    }

    fn slow(&mut self, subject: &Subject, rng: &mut fastrand::Rng) -> Option<Duration> {
        self.strike(subject, rng, |kind| match kind {
            FaultKind::Slow { milliseconds } => Some(Duration::from_millis(*milliseconds)),
            _ => None,
        })
    }

    /// The faults that strike a webhook.
    pub fn on_webhook(&mut self, subject: &Subject, rng: &mut fastrand::Rng) -> WebhookFault {
        let mut whether =
            |wanted: FaultKind| self.strike(subject, rng, |kind| (*kind == wanted).then_some(())).is_some();
        let lost = whether(FaultKind::WebhookLost);
        let twice = whether(FaultKind::WebhookTwice);
        let held = whether(FaultKind::WebhookOutOfOrder);
        let bad_signature = whether(FaultKind::BadSignature);
        let late = self.strike(subject, rng, |kind| match kind {
            FaultKind::WebhookLate { milliseconds } => Some(Duration::from_millis(*milliseconds)),
            _ => None,
        });
        WebhookFault { lost, twice, held, bad_signature, late }
    }
}

pub(crate) struct SendFault {
    pub slow: Option<Duration>,
    pub end: Option<FaultKind>,
}

pub(crate) struct WebhookFault {
    pub lost: bool,
    pub twice: bool,
    pub held: bool,
    pub bad_signature: bool,
    pub late: Option<Duration>,
}
