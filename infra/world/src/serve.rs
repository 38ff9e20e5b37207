//! The gateways' front door: in process, or on a port of its own.

use crate::fault::FaultKind;
use crate::sender::Gateway;
use crate::state::World;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Gateways take requests up to this size, in bytes.
const MOST_BYTES: usize = 4 << 20;
/// The pause after a connection could not be accepted, or the port not be opened again.
const PAUSE: Duration = Duration::from_millis(50);

/// Why a request got no answer at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The connection was not taken: surely nothing was accepted.
    Refused,
    /// The connection was closed after the request was out: who knows.
    Lost,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "connection refused",
            Self::Lost => "connection closed without an answer",
        })
    }
}

impl std::error::Error for NoAnswer {}

/// An answer before it is put into HTTP.
pub(crate) struct Answer {
    pub status: u16,
    pub retry_after: Option<u32>,
    content_type: &'static str,
    body: Bytes,
}

impl Answer {
    pub fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            retry_after: None,
            content_type: "application/json; charset=utf-8",
            body: body.to_string().into(),
        }
    }

    pub fn empty(status: u16) -> Self {
        Self { status, retry_after: None, content_type: "text/plain", body: Bytes::new() }
    }

    /// As a load balancer in front of the gateway answers.
    pub fn html(status: u16) -> Self {
        let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
        let body = format!("<html><body><h1>{status} {reason}</h1></body></html>").into();
        Self { status, retry_after: None, content_type: "text/html", body }
    }

    fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl World {
    /// Takes a request to `/cloud_api/v26.0/…` or `/whapi/…` (also below `/_world`) as the gateway would.
    ///
    /// # Errors
    /// [`NoAnswer`] if a fault leaves the request without an answer.
    pub async fn call(&self, request: Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path();
        let path = path.strip_prefix("/_world").unwrap_or(path);
        let bearer = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .unwrap_or_default();
        let answer = if let Some(path) = path.strip_prefix("/cloud_api/") {
            self.cloud_api(&parts.method, path, bearer, &body).await?
        } else if let Some(path) = path.strip_prefix("/whapi/") {
            self.whapi(&parts.method, path, &parts.uri, bearer, &body).await?
        } else {
            Answer::empty(404)
        };
        Ok(answer.into_response())
    }

    /// Serves both gateways on a port of their own, until dropped: `http://…/cloud_api/v26.0` and `http://…/whapi`.
    /// A lost answer closes the connection; while connections are refused the port is closed.
    ///
    /// # Errors
    /// The listener has no address.
    pub async fn serve(&self, listener: TcpListener) -> std::io::Result<()> {
        let address = listener.local_addr()?;
        let mut refusing = self.inner.refusing.subscribe();
        let mut connections = JoinSet::new();
        let mut listener = Some(listener);
        loop {
            if *refusing.borrow_and_update() {
                listener = None;
                // The world holds the other end, so the wait ends with a change.
                let _ = refusing.changed().await;
                continue;
            }
            let Some(open) = &listener else {
                listener = reopen(address).await;
                continue;
            };
            tokio::select! {
                biased;
                _ = refusing.changed() => {}
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
                accepted = open.accept() => match accepted {
                    Ok((stream, _)) => { connections.spawn(self.clone().connection(stream)); }
                    Err(_) => tokio::time::sleep(PAUSE).await,
                },
            }
        }
    }

    async fn connection(self, stream: tokio::net::TcpStream) {
        // Small answers must not wait for the acknowledgement of earlier ones.
        let _ = stream.set_nodelay(true);
        let service = service_fn(|request: Request<hyper::body::Incoming>| {
            let world = self.clone();
            async move {
                let (parts, body) = request.into_parts();
                let Ok(body) = Limited::new(body, MOST_BYTES).collect().await else {
                    return Ok(Answer::empty(413).into_response().map(Full::new));
                };
                tokio::time::sleep(Duration::from_millis(world.habits().on_the_way)).await;
                world.call(Request::from_parts(parts, body.to_bytes())).await.map(|response| response.map(Full::new))
            }
        });
        // An error here is a fault that was asked for, or a client that left.
        let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    }

    /// Waits as long as the gateway takes to answer.
    pub(crate) async fn take_time(&self, slow: Option<Duration>) {
        let wait = Duration::from_millis(self.habits().answer) + slow.unwrap_or_default();
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Strikes the faults that a request to send meets.
    pub(crate) fn strike(&self, gateway: Gateway, sender: &str, person: Option<&str>) -> crate::fault::SendFault {
        let subject = crate::fault::Subject { gateway, sender, person };
        let fault = {
            let mut state = self.state();
            let state = &mut *state;
            state.faults.on_send(&subject, &mut state.rng)
        };
        if matches!(fault.end, Some(FaultKind::Disconnected | FaultKind::RefuseConnection)) {
            self.with_faults(|_| ());
        }
        fault
    }
}

async fn reopen(address: SocketAddr) -> Option<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Some(listener),
        Err(_) => {
            tokio::time::sleep(PAUSE).await;
            None
        }
    }
}
