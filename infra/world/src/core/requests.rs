//! Requests to the gateways, in process, and what goes wrong with them.

use crate::core::answers::{self, NoAnswer};
use crate::core::fault::{FaultKind, FaultRules, SendFault, Subject};
use crate::core::gateway::Gateway;
use crate::core::world::World;
use crate::{model, upstream};
use bytes::Bytes;
use http::{Request, Response};
use std::time::Duration;

/// Strikes the faults of one kind of requests.
type Meet = fn(&mut FaultRules, &Subject<'_>, &mut fastrand::Rng) -> SendFault;

/// An answer that a fault asks for. The gateway words it.
pub(crate) enum FaultAnswer {
    /// By this HTTP status, with `Retry-After` in seconds.
    Status { status: u16, retry_after: Option<u32> },
    /// By this error of the gateway.
    Code(u32),
    /// The sender is not connected.
    Disconnected,
}

impl World {
    /// Takes a request to `/{gateway}/…` (also below `/_world`) as the gateway of that name would, and one to
    /// `/upstream/…` as the operator's own service would, and one to `/model/…` as a server of language models would.
    ///
    /// # Errors
    /// [`NoAnswer`] if a fault leaves the request without an answer.
    pub async fn call(&self, request: Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
        let path = request.uri().path();
        let path = path.strip_prefix("/_world").unwrap_or(path);
        let Some((name, path)) = path.strip_prefix('/').and_then(|path| path.split_once('/')) else {
            return Ok(answers::empty(404));
        };
        if name == upstream::NAME {
            return upstream::requests::answer(self, path, &request).await;
        }
        if name == model::NAME {
            return model::requests::answer(self, path, &request).await;
        }
        let Some(&gateway) = Gateway::ALL.iter().find(|gateway| gateway.name() == name) else {
            return Ok(answers::empty(404));
        };
        let protocol = self.state().protocols.of(gateway);
        protocol.answer(self, path, &request).await
    }

    /// Takes a request to send, with whatever goes wrong with it. `take` checks and accepts the message, with the error
    /// that will make it fail; its own refusal comes back as it is, and at once.
    pub(crate) async fn attempt<E>(
        &self,
        subject: &Subject<'_>,
        refuse: impl Fn(FaultAnswer) -> Response<Bytes>,
        take: impl FnOnce(Option<u32>) -> Result<Response<Bytes>, E>,
    ) -> Result<Result<Response<Bytes>, E>, NoAnswer> {
        let fault = self.strike(subject, FaultRules::on_send);
        if let Some(answer) = self.before(&fault, &refuse).await? {
            return Ok(Ok(answer));
        }
        let fails = match fault.end {
            Some(FaultKind::FailLater { code }) => Some(code),
            _ => None,
        };
        let answer = match take(fails) {
            Ok(answer) => answer,
            Err(refused) => return Ok(Err(refused)),
        };
        self.take_time(fault.slow).await;
        after(&fault, &refuse, || answer).map(Ok)
    }

    /// Takes any other request, with whatever goes wrong with it. `act` does what is asked, and answers how long the
    /// gateway takes for it; its own refusal comes back as it is, and at once. `answer` then says how things stand.
    pub(crate) async fn attend<E>(
        &self,
        subject: &Subject<'_>,
        refuse: impl Fn(FaultAnswer) -> Response<Bytes>,
        act: impl FnOnce() -> Result<Duration, E>,
        answer: impl FnOnce() -> Response<Bytes>,
    ) -> Result<Result<Response<Bytes>, E>, NoAnswer> {
        let fault = self.strike(subject, FaultRules::on_call);
        if let Some(answer) = self.before(&fault, &refuse).await? {
            return Ok(Ok(answer));
        }
        let wait = match act() {
            Ok(wait) => wait,
            Err(refused) => return Ok(Err(refused)),
        };
        self.take_time(Some(wait + fault.slow.unwrap_or_default())).await;
        after(&fault, &refuse, answer).map(Ok)
    }

    /// The answer to a request that is not taken at all.
    async fn before(
        &self,
        fault: &SendFault,
        refuse: &impl Fn(FaultAnswer) -> Response<Bytes>,
    ) -> Result<Option<Response<Bytes>>, NoAnswer> {
        match fault.end {
            Some(FaultKind::RefuseConnection) => Err(NoAnswer::Refused),
            Some(FaultKind::RequestLost) => {
                self.take_time(fault.slow).await;
                Err(NoAnswer::Lost)
            }
            Some(FaultKind::Status { status, retry_after, accepted: false }) => {
                self.take_time(fault.slow).await;
                Ok(Some(refuse(FaultAnswer::Status { status, retry_after })))
            }
            Some(FaultKind::ErrorCode { code }) => Ok(Some(refuse(FaultAnswer::Code(code)))),
            Some(FaultKind::Disconnected) => Ok(Some(refuse(FaultAnswer::Disconnected))),
            _ => Ok(None),
        }
    }

    /// Waits as long as the gateway takes to answer.
    pub(crate) async fn take_time(&self, slow: Option<Duration>) {
        let wait = Duration::from_millis(self.habits().answer) + slow.unwrap_or_default();
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Strikes the faults that a request meets.
    fn strike(&self, subject: &Subject<'_>, meet: Meet) -> SendFault {
        let fault = {
            let mut state = self.state();
            let state = &mut *state;
            meet(&mut state.faults, subject, &mut state.rng)
        };
        if matches!(fault.end, Some(FaultKind::Disconnected | FaultKind::RefuseConnection)) {
            self.with_faults(|_| ());
        }
        fault
    }
}

/// The answer to a request that was taken.
fn after(
    fault: &SendFault,
    refuse: &impl Fn(FaultAnswer) -> Response<Bytes>,
    answer: impl FnOnce() -> Response<Bytes>,
) -> Result<Response<Bytes>, NoAnswer> {
    match fault.end {
        Some(FaultKind::AnswerLost) => Err(NoAnswer::Lost),
        Some(FaultKind::Status { status, retry_after, .. }) => Ok(refuse(FaultAnswer::Status { status, retry_after })),
        _ => Ok(answer()),
    }
}
