//! A line for each request, for `cargo dev --log`: method, path, status and milliseconds. A path has its ids, but
//! neither query nor phone numbers nor the secret of a webhook.

use std::fmt::Write;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, Response, StatusCode};

use crate::gateway_api::decode;

/// A run of digits this long is taken for a phone number.
const PHONE_DIGITS: usize = 7;
const PHONE: &str = "{phone}";

/// Prints the lines, if they are wanted.
#[derive(Clone, Copy)]
pub(crate) struct RequestLog {
    pub(crate) shown: bool,
}

impl RequestLog {
    /// Waits for the answer to a request, and prints its line to standard error.
    pub(crate) async fn follow(
        self,
        method: &Method,
        path: &str,
        answer: impl Future<Output = Response<Body>>,
    ) -> Response<Body> {
        let begun = Instant::now();
        let response = answer.await;
        if self.shown {
            eprintln!("{}", line(method, path, response.status(), begun.elapsed()));
        }
        response
    }
}

fn line(method: &Method, path: &str, status: StatusCode, time: Duration) -> String {
    format!("{method} {} {} {} ms", shown(path), status.as_u16(), time.as_millis())
}

/// The path as it may be shown.
fn shown(path: &str) -> String {
    let decoded = decode(path);
    let path = decoded.split('?').next().unwrap_or_default();
    if let Some((gateway, _)) = path.strip_prefix("/webhooks/").and_then(|rest| rest.split_once('/')) {
        return format!("/webhooks/{}/{{secret}}", without_phones(gateway));
    }
    without_phones(path)
}

fn without_phones(mut rest: &str) -> String {
    let mut shown = String::with_capacity(rest.len());
    while let Some(first) = rest.chars().next() {
        let taken = if let Some(id) = rest.get(..36).filter(|id| is_uuid(id)) {
            shown.push_str(id);
            id.len()
        } else if is_of_phone(first) {
            let run = rest.find(|letter| !is_of_phone(letter)).unwrap_or(rest.len());
            let (text, _) = rest.split_at(run);
            let digits = text.chars().filter(char::is_ascii_digit).count();
            if digits < PHONE_DIGITS || is_date(text) {
                push(&mut shown, text);
            } else {
                shown.push_str(PHONE);
            }
            run
        } else {
            push(&mut shown, first.encode_utf8(&mut [0; 4]));
            first.len_utf8()
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    shown
}

/// A line stays one line, and its words stay apart.
fn push(shown: &mut String, text: &str) {
    for letter in text.chars() {
        if letter.is_whitespace() || letter.is_control() {
            // Writing to a string does not fail.
            let _ = write!(shown, "%{:02X}", u32::from(letter));
        } else {
            shown.push(letter);
        }
    }
}

/// The letters that a phone number is written with.
fn is_of_phone(letter: char) -> bool {
    letter.is_ascii_digit() || "+-(). ".contains(letter)
}

fn is_date(text: &str) -> bool {
    let shape = text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    shape.eq("0000-00-00".bytes())
}

fn is_uuid(text: &str) -> bool {
    let is_fit = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(is_fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_ids_but_neither_query_nor_phone_nor_secret() {
        const ID: &str = "01920192-3363-7083-9640-309644497470";
        for (path, shown) in [
            ("/api/points/load", "/api/points/load".to_owned()),
            ("/api/customers/5511987654321", "/api/customers/{phone}".to_owned()),
            ("/api/customers/%2B5511987654321/export", "/api/customers/{phone}/export".to_owned()),
            ("/api/customers/+55%20(11)%2098765-4321", "/api/customers/{phone}".to_owned()),
            ("/api/customers/%35%35%31%31%39%38%37%36%35%34%33", "/api/customers/{phone}".to_owned()),
            ("/api/customers/5511987654321@s.whatsapp.net", "/api/customers/{phone}@s.whatsapp.net".to_owned()),
            ("/api/messages/points/a-5511987654321", "/api/messages/points/a{phone}".to_owned()),
            ("/api/messages/direct/order-812", "/api/messages/direct/order-812".to_owned()),
            ("/api/messages/birthday/2026-11-21/x", "/api/messages/birthday/2026-11-21/x".to_owned()),
            ("/webhooks/whapi/wIlv_secret", "/webhooks/whapi/{secret}".to_owned()),
            ("/api/a%0Ab%3Fphone=5511987654321", "/api/a%0Ab".to_owned()),
        ] {
            assert_eq!(super::shown(path), shown, "{path}");
        }
        assert_eq!(super::shown(&format!("/api/customers/{ID}/points")), format!("/api/customers/{ID}/points"));
        let line = line(&Method::GET, "/api/customers/5511987654321", StatusCode::OK, Duration::from_micros(14_900));
        assert_eq!(line, "GET /api/customers/{phone} 200 14 ms");
    }
}
