//! The one seam to the network: request in, response out. Everything that leaves a function passes here.

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::error::Error;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A request with an absolute URL and its whole body.
pub type Request = http::Request<Bytes>;
/// A response with its whole body.
pub type Response = http::Response<Bytes>;

/// An answer larger than this is refused, in bytes: DynamoDB's largest.
const LARGEST_ANSWER: usize = 16 << 20;

/// Anything that can carry a request. The real form is [`Network`]; tests and the simulation bring their own.
#[async_trait]
pub trait Http: fmt::Debug + Send + Sync {
    /// Carries the request within `timeout`, all in all. Redirects are not followed.
    ///
    /// # Errors
    /// There is no whole answer; the error says whether the other side may have seen the request.
    async fn send(&self, request: Request, timeout: Duration) -> Result<Response, HttpError>;
}

/// Why there is no answer. `detail` names neither the URL nor anything of the request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Not a byte of the request went out: bad request, no such host, no connection, no TLS.
    #[error("not sent: {detail}")]
    NotSent {
        /// Whether time ran out.
        timeout: bool,
        /// The fault in words, for logs and records.
        detail: String,
    },
    /// The other side may have seen it: time ran out, the connection broke or the answer was cut off.
    #[error("maybe sent: {detail}")]
    MaybeSent {
        /// Whether time ran out.
        timeout: bool,
        /// The fault in words, for logs and records.
        detail: String,
    },
}

impl HttpError {
    /// Whether time ran out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::NotSent { timeout, .. } | Self::MaybeSent { timeout, .. } => *timeout,
        }
    }

    /// Whether the other side surely has not seen the request.
    #[must_use]
    pub fn surely_not_sent(&self) -> bool {
        matches!(self, Self::NotSent { .. })
    }
}

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        let unsent = error.is_builder() || error.is_connect() || was_never_started(&error);
        let timeout = error.is_timeout();
        let detail = chain(&error.without_url());
        if unsent { Self::NotSent { timeout, detail } } else { Self::MaybeSent { timeout, detail } }
    }
}

/// Whether the connection closed before hyper took the request up: not a byte of it was written.
fn was_never_started(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled))
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| cause.source())
}

fn chain(error: &reqwest::Error) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Why a client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The file of extra certificates is not there or holds none.
    #[error("EXTRA_CA_FILE: {0}")]
    ExtraCa(String),
    /// TLS or the client itself.
    #[error("HTTP client: {0}")]
    Client(String),
}

/// TLS with ring, embedded roots, and nothing of the platform: reading its certificates is a cold start's largest cost.
#[derive(Debug, Clone)]
pub struct Tls(ClientConfig);

impl Tls {
    /// The web's roots, and those in the PEM file `extra_ca` if there is one.
    ///
    /// # Errors
    /// The file cannot be read or holds no certificate.
    pub fn new(extra_ca: Option<&Path>) -> Result<Self, SetupError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(file) = extra_ca {
            let refused = |error: &dyn fmt::Display| SetupError::ExtraCa(error.to_string());
            for certificate in CertificateDer::pem_file_iter(file).map_err(|error| refused(&error))? {
                roots.add(certificate.map_err(|error| refused(&error))?).map_err(|error| refused(&error))?;
            }
            if roots.len() == webpki_roots::TLS_SERVER_ROOTS.len() {
                return Err(refused(&"no certificate in it"));
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| SetupError::Client(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(config))
    }
}

/// HTTP over the network, by `reqwest` with rustls.
#[derive(Debug, Clone)]
pub struct Network(reqwest::Client);

impl Network {
    /// Keeps connections for the next request. For AWS only, where calls can be repeated.
    ///
    /// # Errors
    /// The client cannot be built.
    pub fn pooled(tls: &Tls, connect_timeout: Duration) -> Result<Self, SetupError> {
        Self::build(tls, connect_timeout, |builder| builder.pool_idle_timeout(Duration::from_secs(50)))
    }

    /// A new connection for each request: for gateways, where a socket that froze with the function would
    /// look like a request that was perhaps accepted. TLS sessions are resumed all the same. Give requests more time
    /// than `connect_timeout`: one that runs out while it still connects counts as perhaps sent.
    ///
    /// # Errors
    /// The client cannot be built.
    pub fn fresh(tls: &Tls, connect_timeout: Duration) -> Result<Self, SetupError> {
        Self::build(tls, connect_timeout, |builder| builder.pool_max_idle_per_host(0))
    }

    fn build(
        tls: &Tls,
        connect_timeout: Duration,
        pool: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<Self, SetupError> {
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.0.clone())
            .connect_timeout(connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .http1_only();
        pool(builder).build().map(Self).map_err(|error| SetupError::Client(chain(&error)))
    }
}

#[async_trait]
impl Http for Network {
    async fn send(&self, request: Request, timeout: Duration) -> Result<Response, HttpError> {
        let mut request = reqwest::Request::try_from(request)?;
        *request.timeout_mut() = Some(timeout);
        let mut answer = self.0.execute(request).await?;

        let mut body = BytesMut::new();
        // Whatever breaks from here on, the request was out.
        let lost = |error: reqwest::Error| {
            let timeout = error.is_timeout();
            HttpError::MaybeSent { timeout, detail: chain(&error.without_url()) }
        };
        while let Some(chunk) = answer.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(HttpError::MaybeSent { timeout: false, detail: "the answer is too large".into() });
            }
            body.extend_from_slice(&chunk);
        }

        let mut response = Response::new(body.freeze());
        *response.status_mut() = answer.status();
        std::mem::swap(response.headers_mut(), answer.headers_mut());
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener, TcpStream};

    /// A server in a thread of its own that does `act` with each connection.
    #[expect(clippy::disallowed_methods, reason = "the other side of a real socket")]
    fn server(act: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || listener.incoming().flatten().for_each(act));
        address
    }

    fn read_request(stream: &mut TcpStream) -> String {
        let mut seen = Vec::new();
        while !seen.ends_with(b"hello") {
            let mut buffer = [0; 1024];
            match stream.read(&mut buffer).unwrap() {
                0 => break,
                n => seen.extend_from_slice(&buffer[..n]),
            }
        }
        String::from_utf8(seen).unwrap()
    }

    /// Time that no test runs out of, and time that a test waits for to run out.
    const LONG: Duration = Duration::from_secs(20);
    const SHORT: Duration = Duration::from_millis(300);

    fn fresh(connect_timeout: Duration) -> Network {
        Network::fresh(&Tls::new(None).unwrap(), connect_timeout).unwrap()
    }

    async fn post(client: &Network, url: &str, timeout: Duration) -> Result<Response, HttpError> {
        let request = http::Request::post(url).header("x-test", "1").body(Bytes::from_static(b"hello")).unwrap();
        client.send(request, timeout).await
    }

    #[tokio::test]
    async fn whole_answers_come_back_and_redirects_are_not_followed() {
        let address = server(|mut stream| {
            let request = read_request(&mut stream).to_ascii_lowercase();
            assert!(request.starts_with("post /a?b=c http/1.1\r\n") && request.contains("x-test: 1\r\n"), "{request}");
            stream.write_all(b"HTTP/1.1 302 Found\r\nlocation: /b\r\ncontent-length: 2\r\n\r\nok").unwrap();
        });
        let answer = post(&fresh(LONG), &format!("http://{address}/a?b=c"), LONG).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.body().as_ref()), (302, b"ok".as_slice()));
        assert_eq!(answer.headers()["location"], "/b");
    }

    #[tokio::test]
    async fn a_request_that_never_reached_the_other_side_is_not_sent() {
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let plain = server(|mut stream| {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        });
        let mute = server(std::mem::forget);
        let cases = [
            ("refuses", format!("http://{closed}/"), LONG),
            ("no such host", "http://no-such-host.invalid/".into(), LONG),
            ("speaks no TLS", format!("https://{plain}/"), LONG),
            ("never ends its TLS handshake", format!("https://{mute}/"), SHORT),
            ("not an address", "ftp://127.0.0.1/".into(), LONG),
        ];
        for (name, url, connect_timeout) in cases {
            let error = post(&fresh(connect_timeout), &url, LONG).await.unwrap_err();
            assert!(error.surely_not_sent(), "{name}: {error}");
            assert_eq!(error.is_timeout(), connect_timeout == SHORT, "{name}: {error}");
            assert!(!error.to_string().contains("://"), "{name}: {error}");
        }
    }

    #[tokio::test]
    async fn a_request_that_may_have_reached_the_other_side_is_maybe_sent() {
        let cases: [(&str, SocketAddr); 4] = [
            ("closes after the request", server(|mut stream| drop(read_request(&mut stream)))),
            ("never answers", server(std::mem::forget)),
            (
                "answers half a head",
                server(|mut stream| {
                    read_request(&mut stream);
                    stream.write_all(b"HTTP/1.1 200 O").unwrap();
                }),
            ),
            (
                "answers half a body",
                server(|mut stream| {
                    read_request(&mut stream);
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").unwrap();
                }),
            ),
        ];
        for (name, address) in cases {
            let timeout = if name == "never answers" { SHORT } else { LONG };
            let error = post(&fresh(LONG), &format!("http://{address}/"), timeout).await.unwrap_err();
            assert!(matches!(error, HttpError::MaybeSent { .. }), "{name}: {error}");
            assert_eq!(error.is_timeout(), timeout == SHORT, "{name}: {error}");
        }
    }

    #[tokio::test]
    async fn a_connection_that_is_closed_at_once_is_an_error_of_either_kind() {
        let address = server(drop);
        assert!(!post(&fresh(LONG), &format!("http://{address}/"), LONG).await.unwrap_err().is_timeout());
    }

    #[tokio::test]
    async fn pooled_keeps_its_connection_and_fresh_does_not() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let pooled = Network::pooled(&Tls::new(None).unwrap(), LONG).unwrap();
        for (client, expected) in [(pooled, 1), (fresh(LONG), 3)] {
            let connections = Arc::new(AtomicUsize::new(0));
            let seen = connections.clone();
            let address = server(move |mut stream| {
                seen.fetch_add(1, Ordering::SeqCst);
                while read_request(&mut stream).ends_with("hello") {
                    stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
                }
            });
            for _ in 0..3 {
                post(&client, &format!("http://{address}/"), LONG).await.unwrap();
                // The connection goes back to the pool in hyper's own task.
                tokio::task::yield_now().await;
            }
            assert_eq!(connections.load(Ordering::SeqCst), expected);
        }
    }

    #[test]
    fn an_extra_ca_file_must_hold_certificates() {
        let missing = Tls::new(Some(Path::new("/no/such/file.pem"))).unwrap_err();
        assert!(missing.to_string().starts_with("EXTRA_CA_FILE: "), "{missing}");
        let empty = std::env::temp_dir().join(format!("kit-empty-{}.pem", std::process::id()));
        std::fs::write(&empty, "").unwrap();
        assert!(Tls::new(Some(&empty)).unwrap_err().to_string().contains("no certificate"));
        std::fs::remove_file(empty).unwrap();
    }
}
