//! The gateways on a port of their own.

use crate::core::answers;
use crate::core::world::World;
use crate::model::transcription;
use http::Request;
use http_body_util::{BodyExt, Full, Limited};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Requests are taken up to this size, in bytes: a recording that is too large is to be refused by whoever takes it.
const MOST_BYTES: usize = transcription::MOST_BYTES + (4 << 20);
/// The pause after a connection could not be accepted, or the port not be opened again.
const PAUSE: Duration = Duration::from_millis(50);

impl World {
    /// Serves all gateways on a port of their own, until dropped, each below its name: `http://…/{gateway}/…`.
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
                    return Ok(answers::empty(413).map(Full::new));
                };
                tokio::time::sleep(Duration::from_millis(world.habits().on_the_way)).await;
                world.call(Request::from_parts(parts, body.to_bytes())).await.map(|response| response.map(Full::new))
            }
        });
        // An error here is a fault that was asked for, or a client that left.
        let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
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
