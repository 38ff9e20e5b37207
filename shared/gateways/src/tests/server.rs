//! A real HTTP server on a loopback port, for the clients' tests: one script a connection.

use crate::Gateways;
use domain::Gateway;
use kit::http::{Http, Network, Tls};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use strum::IntoEnumIterator;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The server's way with a connection once it has read the request.
#[derive(Clone, Debug)]
pub enum Act {
    /// Answers: status, headers (each with its line end), body.
    Answer(u16, &'static str, String),
    /// Closes without a word.
    HangUp,
    /// Never answers.
    Silence,
}

/// A request as it came.
#[derive(Debug, Default)]
pub struct Seen {
    /// Request line and headers.
    pub head: String,
    /// Null if there is none.
    pub body: serde_json::Value,
}

/// One for all tests: making it costs far more than a request.
pub fn network() -> Arc<dyn Http> {
    static NETWORK: LazyLock<Arc<dyn Http>> = LazyLock::new(|| {
        let tls = Tls::new(None).unwrap();
        Arc::new(Network::fresh(&tls, Duration::from_secs(1)).unwrap())
    });
    NETWORK.clone()
}

/// Each gateway at this server, under the path of its default address.
pub fn gateways(url: &str) -> Gateways {
    let at = |gateway: Gateway| {
        let default: http::Uri = crate::adapter(gateway).endpoint().url.parse().unwrap();
        (gateway, format!("{url}{}", default.path().trim_end_matches('/')))
    };
    Gateways { urls: Gateway::iter().map(at).collect(), timeout: Duration::from_millis(400) }
}

/// An address where nobody listens.
pub async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Runs `client` against a server that plays the acts, one a request, and returns what both saw.
pub async fn against<T, F: Future<Output = T>>(acts: &[Act], client: impl FnOnce(String) -> F) -> (T, Vec<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let mut seen = Vec::new();
    let serve = async {
        let mut held = Vec::new();
        for act in acts {
            let (mut stream, _) = listener.accept().await.unwrap();
            seen.push(read(&mut stream).await);
            match act {
                Act::Answer(status, headers, body) => {
                    let length = body.len();
                    let answer = format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}");
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
                Act::HangUp => drop(stream),
                Act::Silence => held.push(stream),
            }
        }
        std::future::pending::<()>().await;
    };
    let result = tokio::select! {
        result = client(format!("http://{address}")) => result,
        () = serve => unreachable!(),
    };
    (result, seen)
}

async fn read(stream: &mut TcpStream) -> Seen {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let n = stream.read(&mut buffer).await.unwrap();
        bytes.extend_from_slice(&buffer[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            assert_ne!(n, 0, "cut off");
            continue;
        };
        let length =
            head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Seen { head: head.to_owned(), body: serde_json::from_str(body).unwrap_or_default() };
        }
    }
}
