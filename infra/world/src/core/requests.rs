//! Requests to the gateways, in process, and what goes wrong with them.

use crate::core::answers::{self, NoAnswer};
use crate::core::fault::{FaultKind, SendFault, Subject};
use crate::core::gateway::Gateway;
use crate::core::world::World;
use bytes::Bytes;
use http::{Request, Response};
use std::time::Duration;

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
    /// Takes a request to `/{gateway}/…` (also below `/_world`) as the gateway of that name would.
    ///
    /// # Errors
    /// [`NoAnswer`] if a fault leaves the request without an answer.
    pub async fn call(&self, request: Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
        let path = request.uri().path();
        let path = path.strip_prefix("/_world").unwrap_or(path);
        let Some((name, path)) = path.strip_prefix('/').and_then(|path| path.split_once('/')) else {
            return Ok(answers::empty(404));
        };
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
        let fault = self.strike(subject);
        match fault.end {
            Some(FaultKind::RefuseConnection) => return Err(NoAnswer::Refused),
            Some(FaultKind::RequestLost) => {
                self.take_time(fault.slow).await;
                return Err(NoAnswer::Lost);
            }
            Some(FaultKind::Status { status, retry_after, accepted: false }) => {
                self.take_time(fault.slow).await;
                return Ok(Ok(refuse(FaultAnswer::Status { status, retry_after })));
            }
            Some(FaultKind::ErrorCode { code }) => return Ok(Ok(refuse(FaultAnswer::Code(code)))),
            Some(FaultKind::Disconnected) => return Ok(Ok(refuse(FaultAnswer::Disconnected))),
            _ => {}
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
        match fault.end {
            Some(FaultKind::AnswerLost) => Err(NoAnswer::Lost),
            Some(FaultKind::Status { status, retry_after, .. }) => {
                Ok(Ok(refuse(FaultAnswer::Status { status, retry_after })))
            }
            _ => Ok(Ok(answer)),
        }
    }

    /// Waits as long as the gateway takes to answer.
    pub(crate) async fn take_time(&self, slow: Option<Duration>) {
        let wait = Duration::from_millis(self.habits().answer) + slow.unwrap_or_default();
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Strikes the faults that a request to send meets.
    fn strike(&self, subject: &Subject<'_>) -> SendFault {
        let fault = {
            let mut state = self.state();
            let state = &mut *state;
            state.faults.on_send(subject, &mut state.rng)
        };
        if matches!(fault.end, Some(FaultKind::Disconnected | FaultKind::RefuseConnection)) {
            self.with_faults(|_| ());
        }
        fault
    }
}
