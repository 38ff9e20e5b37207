//! The faults, their rates, and whether one strikes now: each kind of fault draws from a stream of its own, so that
//! turning one off leaves the others as they were; those of the gateways and webhooks share one, the world's.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use strum::{Display, EnumIter, EnumString, IntoEnumIterator};
use world::{FaultKind, FaultRule, ModelFault, ModelRule, UpstreamFault, UpstreamRule, World};

/// A kind of fault, with a rate of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumIter, EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum Fault {
    /// A handler is dropped after one of its polls.
    Crash,
    /// An invocation begins late, so that deliveries overtake each other.
    LateStart,
    /// DynamoDB refuses for throughput.
    TableThrottles,
    /// DynamoDB refuses because another transaction holds the item.
    TableConflicts,
    /// DynamoDB answers 500 and has done nothing.
    TableFails,
    /// DynamoDB has done it and its answer is lost.
    TableAnswerLost,
    /// DynamoDB does it after the caller has given up.
    TableSlow,
    /// DynamoDB leaves a part of a batch undone.
    TableUnprocessed,
    /// An index does not show yet what was written in the last seconds.
    IndexLags,
    /// A send to a queue is answered with 500.
    QueueRefuses,
    /// A send to a queue is done and its answer lost.
    QueueAnswerLost,
    /// A send to a queue is done after the caller has given up.
    QueueSlow,
    /// One entry of a batch fails.
    QueueEntryFails,
    /// A message is delivered twice.
    QueueTwice,
    /// A deletion does not hold.
    QueueKeeps,
    /// S3 answers 503 and has done nothing.
    ObjectRefused,
    /// S3 has done it and its answer is lost.
    ObjectAnswerLost,
    /// S3 does it after the caller has given up.
    ObjectSlow,
    /// PutEvents is answered with 500.
    BusRefuses,
    /// PutEvents is done and its answer lost.
    BusAnswerLost,
    /// One entry of PutEvents fails.
    BusEntryFails,
    /// An event is delivered twice.
    BusTwice,
    /// The gateway accepts and its answer is lost.
    GatewayAnswerLost,
    /// The request to the gateway is lost.
    GatewayRequestLost,
    /// The gateway does not take the connection.
    GatewayRefuses,
    /// The gateway answers 429, with 30 s in `Retry-After`.
    GatewayRateLimits,
    /// 500, accepted or not.
    GatewayFails,
    /// One of the documented error codes.
    GatewayErrorCode,
    /// Accepted, and the status says failed.
    GatewayFailsLater,
    /// The answer comes after the time-out.
    GatewaySlow,
    /// A sender is disconnected, for half an hour to more than an hour, or for more than a day.
    GatewayDisconnects,
    /// DynamoDB answers nothing but 500 for some minutes.
    TableOutage,
    /// SQS answers nothing but 500 for some minutes.
    QueueOutage,
    /// EventBridge answers nothing but 500 for some minutes.
    BusOutage,
    /// A webhook comes twice.
    WebhookTwice,
    /// A webhook comes late.
    WebhookLate,
    /// A webhook comes after the one that follows it.
    WebhookOvertaken,
    /// A webhook never comes.
    WebhookLost,
    /// A webhook comes with a wrong signature first.
    WebhookForged,
    /// A rule fires up to 90 s late.
    RuleLate,
    /// A rule fires twice.
    RuleTwice,
    /// No rule fires for an hour.
    RuleSilent,
    /// The operator's backend does not take the connection.
    UpstreamRefuses,
    /// The operator's backend answers with an error, and has done nothing.
    UpstreamFails,
    /// The operator's backend answers late, within the time-out or after it.
    UpstreamSlow,
    /// The operator's backend answers something that is no answer.
    UpstreamGarbage,
    /// The operator's backend has taken a batch, and its answer is lost.
    UpstreamAnswerLost,
    /// The operator's backend refuses the items of a batch, one by one or all at once for the first of them.
    UpstreamRefusesItems,
    /// The operator's backend puts the items of a batch off.
    UpstreamPutsOff,
    /// The operator's backend is out of order for some minutes, or for hours.
    UpstreamOutage,
    /// The language model has no answer, or a bad one.
    ModelFails,
    /// Somebody writes another number into a customer's record.
    RecordDrift,
    /// The index has other customers than there are.
    IndexDrift,
}

impl Fault {
    /// Its usual probability: of an invocation, a request, a webhook or a firing, as the kind has it.
    #[must_use]
    pub fn rate(self) -> f64 {
        match self {
            Self::Crash => 0.03,
            Self::LateStart | Self::QueueTwice | Self::QueueKeeps | Self::BusTwice | Self::GatewayAnswerLost => 0.02,
            Self::TableUnprocessed | Self::QueueEntryFails | Self::BusEntryFails | Self::GatewayErrorCode => 0.02,
            Self::TableThrottles | Self::TableConflicts | Self::TableFails | Self::TableAnswerLost => 0.005,
            Self::QueueRefuses | Self::QueueAnswerLost | Self::BusRefuses | Self::BusAnswerLost => 0.01,
            Self::GatewayRequestLost | Self::GatewayRefuses | Self::GatewayRateLimits | Self::GatewayFails => 0.01,
            Self::GatewayFailsLater | Self::GatewaySlow => 0.01,
            Self::TableSlow | Self::QueueSlow => 0.001,
            Self::ObjectRefused | Self::ObjectAnswerLost => 0.02,
            Self::ObjectSlow => 0.005,
            Self::GatewayDisconnects | Self::TableOutage | Self::QueueOutage | Self::BusOutage => 0.02,
            Self::WebhookTwice | Self::WebhookLate | Self::WebhookOvertaken | Self::IndexLags => 0.05,
            Self::WebhookLost | Self::WebhookForged => 0.01,
            Self::RuleLate | Self::RuleTwice => 0.02,
            Self::RuleSilent => 0.000_3,
            Self::UpstreamFails | Self::UpstreamAnswerLost | Self::UpstreamPutsOff => 0.02,
            Self::UpstreamRefuses | Self::UpstreamSlow | Self::UpstreamGarbage | Self::UpstreamRefusesItems => 0.01,
            Self::UpstreamOutage => 0.15,
            Self::ModelFails => 0.1,
            Self::RecordDrift | Self::IndexDrift => 0.05,
        }
    }

    /// The world's own names of the fault; none if it is not the world's to strike.
    fn outside(self) -> Vec<FaultKind> {
        match self {
            Self::GatewayAnswerLost => vec![FaultKind::AnswerLost],
            Self::GatewayRequestLost => vec![FaultKind::RequestLost],
            Self::GatewayRateLimits => vec![FaultKind::Status { status: 429, retry_after: Some(30), accepted: false }],
            Self::GatewayFails => [(500, true), (500, false), (502, true), (503, false)]
                .map(|(status, accepted)| FaultKind::Status { status, retry_after: None, accepted })
                .to_vec(),
            Self::GatewayErrorCode => CODES.map(|code| FaultKind::ErrorCode { code }).to_vec(),
            Self::GatewayFailsLater => LATER.map(|code| FaultKind::FailLater { code }).to_vec(),
            Self::GatewaySlow => vec![FaultKind::Slow { milliseconds: 15_000 }],
            Self::WebhookTwice => vec![FaultKind::WebhookTwice],
            Self::WebhookLate => {
                [2_000, 45_000, 1_200_000].map(|ms| FaultKind::WebhookLate { milliseconds: ms }).to_vec()
            }
            Self::WebhookOvertaken => vec![FaultKind::WebhookOutOfOrder],
            Self::WebhookLost => vec![FaultKind::WebhookLost],
            Self::WebhookForged => vec![FaultKind::BadSignature],
            _ => Vec::new(),
        }
    }

    /// The same of the operator's backend.
    fn upstream(self) -> Vec<UpstreamFault> {
        match self {
            Self::UpstreamRefuses => vec![UpstreamFault::Down],
            Self::UpstreamFails => [(500, None), (502, None), (429, Some(7)), (429, None), (401, None), (404, None)]
                .map(|(status, retry_after)| UpstreamFault::Status { status, retry_after })
                .to_vec(),
            Self::UpstreamSlow => [2_000, 8_000].map(|ms| UpstreamFault::Slow { milliseconds: ms }).to_vec(),
            Self::UpstreamGarbage => vec![UpstreamFault::Garbage],
            Self::UpstreamAnswerLost => vec![UpstreamFault::AnswerLost],
            Self::UpstreamRefusesItems => vec![UpstreamFault::Refused, UpstreamFault::BadItem],
            Self::UpstreamPutsOff => vec![UpstreamFault::Later],
            _ => Vec::new(),
        }
    }
}

impl Fault {
    /// The same of the language model.
    fn model(self) -> Vec<ModelFault> {
        if self != Self::ModelFails {
            return Vec::new();
        }
        let status = |status, code: Option<&str>, retry_after| ModelFault::Status {
            status,
            code: code.map(str::to_owned),
            retry_after,
        };
        vec![
            ModelFault::Down,
            ModelFault::Slow { milliseconds: 8_000 },
            ModelFault::Slow { milliseconds: 30_000 },
            status(429, None, Some(9)),
            status(429, Some("insufficient_quota"), None),
            status(400, Some("context_length_exceeded"), None),
            status(503, None, None),
            ModelFault::AnswerLost,
            ModelFault::Garbage,
            ModelFault::BrokenJson,
            ModelFault::Refusal,
            ModelFault::Incomplete,
            ModelFault::Failed,
            ModelFault::Hostile,
        ]
    }
}

/// One of each class of error. The codes below 600 are those of Whapi, which the Cloud API does not document; either
/// gateway takes a code that is not its own for one more class: not documented.
const CODES: [u32; 15] =
    [1, 100, 190, 368, 429, 503, 130_403, 130_429, 131_026, 131_047, 131_049, 131_050, 131_056, 132_001, 133_010];
/// The codes that may come by a status.
const LATER: [u32; 7] = [130_429, 131_016, 131_026, 131_047, 131_049, 131_050, 131_056];

/// The faults of a run, with their streams and their counts.
pub struct Faults {
    active: AtomicBool,
    streams: Mutex<BTreeMap<Fault, Stream>>,
    standing: Mutex<BTreeMap<Fault, usize>>,
    /// The crashes that a scene wants, by function: of its next invocations, each after so many polls.
    wanted: Mutex<BTreeMap<String, VecDeque<u64>>>,
}

struct Stream {
    rng: fastrand::Rng,
    rate: f64,
    hits: u64,
}

/// The factors by which a kind strikes more often in a run, by the seed. Some runs have a few faults all the time, and
/// others a little of every fault. Each sort finds what the other does not.
const FACTORS: [f64; 7] = [0.0, 0.3, 1.0, 1.0, 3.0, 8.0, 30.0];
/// No kind strikes more often than this.
const HIGHEST: f64 = 0.15;

impl Faults {
    /// All kinds but those `without`, drawn from the seed. None strikes before [`Self::begin`].
    #[must_use]
    pub fn new(seed: u64, without: &BTreeSet<Fault>) -> Self {
        let mut root = fastrand::Rng::with_seed(seed ^ 0xFA_17);
        let mut stream = |kind: Fault| {
            let factor = root.choice(&FACTORS).copied().unwrap_or(1.0);
            Stream { rng: root.fork(), rate: (kind.rate() * factor).min(HIGHEST), hits: 0 }
        };
        let streams = Fault::iter().map(|kind| (kind, stream(kind)));
        let streams = streams.filter(|(kind, _)| !without.contains(kind)).collect();
        let (standing, wanted) = (Mutex::default(), Mutex::default());
        Self { active: AtomicBool::new(false), streams: Mutex::new(streams), standing, wanted }
    }

    /// From now on things go wrong, outside too.
    pub fn begin(&self, world: &World) {
        self.active.store(true, Ordering::Relaxed);
        let rates: Vec<(Fault, f64)> = self.streams().iter().map(|(kind, stream)| (*kind, stream.rate)).collect();
        for (kind, rate) in rates {
            let forms = kind.outside();
            let probability = rate / forms.len().max(1) as f64;
            for form in forms {
                world.set_fault(FaultRule { probability: Some(probability), ..FaultRule::always(form) });
            }
            let forms = kind.upstream();
            let probability = Some(rate / forms.len().max(1) as f64);
            for form in forms {
                world.set_upstream_fault(UpstreamRule { probability, ..UpstreamRule::always(form) });
            }
            let forms = kind.model();
            let probability = Some(rate / forms.len().max(1) as f64);
            for form in forms {
                world.set_model_fault(ModelRule { probability, ..ModelRule::always(form) });
            }
        }
    }

    /// Nothing goes wrong any more. The faults that the world has struck are counted.
    pub fn end(&self, world: &World) {
        self.active.store(false, Ordering::Relaxed);
        let (standing, upstream, model) = (world.faults(), world.upstream_faults(), world.model_faults());
        let mut streams = self.streams();
        for (kind, stream) in streams.iter_mut() {
            let forms = kind.outside();
            let struck = standing.iter().filter(|standing| forms.contains(&standing.fault.kind));
            stream.hits += struck.map(|standing| u64::from(standing.hits)).sum::<u64>();
            let forms = kind.upstream();
            let struck = upstream.iter().filter(|standing| forms.contains(&standing.fault.kind));
            stream.hits += struck.map(|standing| u64::from(standing.hits)).sum::<u64>();
            let forms = kind.model();
            let struck = model.iter().filter(|standing| forms.contains(&standing.fault.kind));
            stream.hits += struck.map(|standing| u64::from(standing.hits)).sum::<u64>();
        }
        world.clear_fault(None);
        world.clear_upstream_fault(None);
        world.clear_model_fault(None);
    }

    /// Whether things go wrong at all now.
    #[must_use]
    pub fn are_active(&self) -> bool {
        self.active.load(Ordering::Relaxed)
    }

    /// Whether this is the time for one.
    #[must_use]
    pub fn strikes(&self, kind: Fault) -> bool {
        self.draw(kind).is_some()
    }

    /// Whether one that lasts is under way.
    #[must_use]
    pub fn stands(&self, kind: Fault) -> bool {
        self.are_active() && self.standing.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&kind)
    }

    /// One that lasts begins or ends; of several at once the last one ends it.
    pub fn set(&self, kind: Fault, stands: bool) {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let count = standing.entry(kind).or_default();
        *count = if stands { *count + 1 } else { count.saturating_sub(1) };
        if *count == 0 {
            standing.remove(&kind);
        }
    }

    /// If this is the time for one, a number below `bound` for how.
    #[must_use]
    pub fn draw_below(&self, kind: Fault, bound: u64) -> Option<u64> {
        self.draw(kind).map(|mut rng| rng.u64(..bound.max(1)))
    }

    /// The next invocations of a function crash, each after so many polls.
    pub fn crash(&self, function: &str, polls: impl IntoIterator<Item = u64>) {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.entry(function.to_owned()).or_default().extend(polls);
    }

    /// If this invocation of a function is to crash, after how many polls.
    #[must_use]
    pub fn crash_of(&self, function: &str, bound: f64) -> Option<u64> {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = wanted.get_mut(function).and_then(VecDeque::pop_front);
        wanted.or_else(|| self.plan_crash(bound))
    }

    /// If this is the time for a crash, after how many polls, below `bound`: as often between 1 and 2 as between 32 and
    /// 64, as most handlers are polled a few times only. It has struck once it is counted.
    #[must_use]
    fn plan_crash(&self, bound: f64) -> Option<u64> {
        let mut rng = self.plan(Fault::Crash)?;
        Some(bound.powf(rng.f64()) as u64 - 1)
    }

    /// One that was planned has struck.
    pub fn count(&self, kind: Fault) {
        if let Some(stream) = self.streams().get_mut(&kind) {
            stream.hits += 1;
        }
    }

    /// If this is the time for one, the chance by which it happens; not counted yet.
    #[must_use]
    pub fn plan(&self, kind: Fault) -> Option<fastrand::Rng> {
        if !self.are_active() {
            return None;
        }
        let mut streams = self.streams();
        let stream = streams.get_mut(&kind)?;
        (stream.rng.f64() < stream.rate).then(|| stream.rng.fork())
    }

    fn draw(&self, kind: Fault) -> Option<fastrand::Rng> {
        let drawn = self.plan(kind)?;
        self.count(kind);
        Some(drawn)
    }

    /// The number of times that each kind has struck.
    #[must_use]
    pub fn hits(&self) -> BTreeMap<Fault, u64> {
        self.streams().iter().map(|(kind, stream)| (*kind, stream.hits)).collect()
    }

    fn streams(&self) -> MutexGuard<'_, BTreeMap<Fault, Stream>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
