//! An HTTP client for this machine.

use std::time::Duration;

/// A client with time-outs that asks no proxy.
pub fn http_client() -> reqwest::Result<reqwest::Client> {
    // The client wants a TLS provider even if it will not need one; another may be installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(60))
        .build()
}
