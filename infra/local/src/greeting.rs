//! The lines that `cargo dev` prints when all is up.

use std::fmt::Write;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::businesses::DemoBusiness;

/// The facts that there are to tell.
pub struct Greeting<'a> {
    /// As `http://127.0.0.1:3000`.
    pub address: &'a str,
    /// May do everything.
    pub operator_key: &'a str,
    /// The time of the clock, if that is not this machine's time.
    pub clock: Option<DateTime<Utc>>,
    pub businesses: &'a [DemoBusiness],
    /// The folder that keeps the data, if any does.
    pub data: Option<&'a Path>,
    /// Number of a sender that one can write to.
    pub sender: Option<String>,
}

impl Greeting<'_> {
    /// The lines before `ready`.
    pub fn text(&self) -> String {
        let Self { address, operator_key, .. } = self;
        let mut text =
            format!("Recado on this machine\n\n  page and API    {address}\n  operator key    {operator_key}\n");
        line(&mut text, &format!("  API to try      {address}/api-docs"));
        if let Some(clock) = self.clock {
            line(&mut text, &format!("  clock           {}", clock.to_rfc3339_opts(SecondsFormat::Secs, true)));
        }
        let width = self.businesses.iter().map(|business| business.name.chars().count()).max().unwrap_or_default();
        if !self.businesses.is_empty() {
            line(&mut text, &format!("\n  {:<width$}  customers  API key", "business"));
        }
        for business in self.businesses {
            line(&mut text, &format!("  {:<width$}  {:>9}  {}", business.name, business.customers, business.key));
        }
        line(&mut text, "\nTry:");
        for curl in self.curls() {
            line(&mut text, &format!("  {curl}"));
        }
        let end = match self.data {
            Some(folder) => format!("Ctrl-C ends the run. Its data stays in {}.", folder.display()),
            None => "Ctrl-C ends the run, and its data goes with it; --data DIR keeps it.".to_owned(),
        };
        line(&mut text, &format!("\n{end}"));
        text
    }

    /// Three requests to begin with.
    fn curls(&self) -> [String; 3] {
        let Self { address, operator_key, .. } = self;
        let post = |path: &str, key: Option<&str>, body: &str| {
            let key = key.map(|key| format!("-H 'x-api-key: {key}' ")).unwrap_or_default();
            format!("curl -s {address}{path} {key}-H 'content-type: application/json' -d '{body}'")
        };
        let health = format!("curl -s {address}/health");
        match (self.businesses.first(), &self.sender) {
            (Some(business), Some(sender)) => [
                post(
                    "/api/customers",
                    Some(&business.key),
                    r#"{"name": "Ana Souza", "phone": "+55 11 98765-4321", "locale": "pt-BR"}"#,
                ),
                post(
                    "/api/points/load",
                    Some(&business.key),
                    r#"{"phone": "+55 11 98765-4321", "points": 50, "reason": "welcome", "load_id": "first"}"#,
                ),
                post(
                    "/_local/inbound",
                    None,
                    &format!(r#"{{"sender": "{sender}", "phone": "5511987654321", "text": "Oi!"}}"#),
                ),
            ],
            _ => [
                health,
                format!("curl -s {address}/api/businesses -H 'x-api-key: {operator_key}'"),
                format!("curl -s {address}/_local/usage"),
            ],
        }
    }
}

fn line(text: &mut String, line: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{line}");
}
