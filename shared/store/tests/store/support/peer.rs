//! Another DynamoDB, behind a port.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;

/// The address at which the peer listens.
#[derive(Clone)]
pub struct Peer {
    address: String,
}

impl Peer {
    /// The one that this run was given.
    #[expect(clippy::disallowed_methods, reason = "only who starts the run knows of another DynamoDB")]
    pub fn given() -> Option<Self> {
        let url = std::env::var("CONTRACT_DYNAMODB_URL").ok()?;
        Some(Self { address: url.trim_start_matches("http://").trim_end_matches('/').to_owned() })
    }

    /// One request on a connection of its own, in HTTP/1.0 so that the answer ends with the connection. It blocks, so
    /// that a paused clock stays where it is until the answer is there.
    pub fn call(&self, operation: &str, body: &[u8]) -> Result<Value, Value> {
        let head = format!(
            "POST / HTTP/1.0\r\nHost: {}\r\nX-Amz-Target: DynamoDB_20120810.{operation}\r\n\
             Content-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len(),
        );
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let body = serde_json::from_str(body).unwrap_or_else(|_| panic!("{operation}: {answer}"));
        match head.split(' ').nth(1) {
            Some("200") => Ok(body),
            Some("400") => Err(body),
            _ => panic!("{operation}: {answer}"),
        }
    }
}
