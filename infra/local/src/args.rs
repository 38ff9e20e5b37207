//! The command line of `cargo dev`.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use clap::Parser;

/// Runs Recado on this machine: no Docker, no account.
#[derive(Debug, Parser)]
#[command(name = "cargo dev", version, after_help = "Ctrl-C ends the run.")]
pub struct Args {
    /// Port of the page and the API; 0 for any that is free
    #[arg(long, default_value_t = 3000)]
    pub port: u16,
    /// Folder that keeps the tables and, at a clean end, what waits in queues; without it all data goes at the end
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Time at which the clock starts, UTC if it names no zone: 2026-12-24, 2026-12-24T09:00, 2026-12-24T09:00:00-03:00
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub now: Option<DateTime<Utc>>,
    /// Begin without the demo's businesses and customers
    #[arg(long)]
    pub empty: bool,
    /// Print a line for each request to the API, each webhook, and each act of the page
    #[arg(long)]
    pub log: bool,
    /// Messages, batches and items that the simulated outside remembers at most, so that a long run does not fill the memory
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000)]
    pub remember: usize,
    /// A parameter of the template, as often as wanted
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    pub parameter: Vec<(String, String)>,
    /// A server of OpenAI's Responses API that answers customers, with or without /v1; without it the simulated model does
    #[arg(long, value_name = "URL", value_parser = server)]
    pub assistant_url: Option<String>,
    /// The key for that server
    #[arg(long, value_name = "KEY", requires = "assistant_url")]
    pub assistant_key: Option<String>,
    /// The model that is asked there
    #[arg(long, value_name = "NAME")]
    pub assistant_model: Option<String>,
    /// Another template than the workspace's
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
    /// Folder of programs that are built already; without it they are built now
    #[arg(long, value_name = "DIR")]
    pub programs: Option<PathBuf>,
}

impl Args {
    /// Template parameters: those that have a flag of their own, and the others as they were given, which win.
    pub fn parameters(&self) -> impl Iterator<Item = (String, String)> {
        // The key of the simulated model is not for others.
        let key = self.assistant_url.as_ref().map(|_| self.assistant_key.clone().unwrap_or_default());
        let own = [
            ("AssistantUrl", self.assistant_url.clone()),
            ("AssistantKey", key),
            ("AssistantModel", self.assistant_model.clone()),
        ];
        let own = own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        own.chain(self.parameter.iter().cloned())
    }
}

/// An address as the template takes it: without `/v1` and without a slash at the end.
fn server(text: &str) -> Result<String, String> {
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return Err("an address begins with http:// or https://".to_owned());
    }
    let bare = text.trim_end_matches('/');
    Ok(bare.strip_suffix("/v1").unwrap_or(bare).to_owned())
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a parameter is NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
    let local = local.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN));
    local.or_else(day).map(|time| time.and_utc()).ok_or_else(|| "a time is 2026-12-24T09:00 or the like".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_or_without_a_zone() {
        for (text, expected) in [
            ("2026-12-24", Some("2026-12-24T00:00:00+00:00")),
            ("2026-12-24T09:30", Some("2026-12-24T09:30:00+00:00")),
            ("2026-12-24T09:30:15", Some("2026-12-24T09:30:15+00:00")),
            ("2026-12-24 09:30", Some("2026-12-24T09:30:00+00:00")),
            ("2026-12-24T09:30:00-03:00", Some("2026-12-24T12:30:00+00:00")),
            ("tomorrow", None),
        ] {
            assert_eq!(time(text).ok().map(|time| time.to_rfc3339()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        <Args as clap::CommandFactory>::command().debug_assert();
        let args = <Args as Parser>::try_parse_from(["dev", "--parameter", "RetryDelaysSeconds=1,2", "--port", "0"]);
        assert_eq!(args.unwrap().parameter, [("RetryDelaysSeconds".to_owned(), "1,2".to_owned())]);
        assert!(<Args as Parser>::try_parse_from(["dev", "--parameter", "nothing"]).is_err());
    }

    #[test]
    fn another_assistant_has_flags_of_its_own() {
        let parameters = |given: &[&str]| {
            let args = <Args as Parser>::try_parse_from([&["dev"], given].concat()).ok()?;
            let pairs = args.parameters().map(|(name, value)| format!("{name}={value}"));
            Some(pairs.collect::<Vec<_>>().join(" "))
        };
        let local = ["--assistant-url", "http://localhost:8080/v1/", "--assistant-model", "qwen"];
        for (given, expected) in [
            (&[][..], Some("")),
            (&local, Some("AssistantUrl=http://localhost:8080 AssistantKey= AssistantModel=qwen")),
            (
                &[
                    "--assistant-url",
                    "https://api.openai.com",
                    "--assistant-key",
                    "sk",
                    "--parameter",
                    "AssistantKey=k",
                ],
                Some("AssistantUrl=https://api.openai.com AssistantKey=sk AssistantKey=k"),
            ),
            (&["--assistant-key", "sk"], None),
            (&["--assistant-url", "localhost:8080"], None),
        ] {
            assert_eq!(parameters(given).as_deref(), expected, "{given:?}");
        }
    }
}
