//! The process environment: read here, once, and nowhere else.

use base64::Engine;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// The variables that a function was given. `Debug` shows names only. An empty value counts as absent.
#[derive(Clone, Default)]
pub struct Env(Arc<BTreeMap<String, String>>);

impl Env {
    /// The variables that the process was started with. Variables that are not UTF-8 are left out.
    #[must_use]
    pub fn process() -> Self {
        Self::from_pairs(
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )
    }

    /// A made-up environment, for tests and the simulation.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let map = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(Arc::new(map.filter(|(_, value): &(String, String)| !value.is_empty()).collect()))
    }

    /// One variable as it stands.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Reads a whole configuration; all missing and bad variables are told at once.
    ///
    /// # Errors
    /// Every variable that is missing or cannot be read, with the form that was expected.
    pub fn read<T: FromEnv>(&self) -> Result<T, EnvError> {
        let mut vars = Vars { env: self, bad: BTreeMap::new() };
        let value = T::from_env(&mut vars);
        if vars.bad.is_empty() { Ok(value) } else { Err(EnvError { bad: vars.bad }) }
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A configuration that comes from the environment. Tuples are read together, `()` is none.
pub trait FromEnv: Sized {
    /// Reads it. A variable that is missing or bad is noted in `vars` and stands as an empty value,
    /// which nobody sees: the whole reading fails.
    fn from_env(vars: &mut Vars<'_>) -> Self;
}

impl FromEnv for () {
    fn from_env(_: &mut Vars<'_>) -> Self {}
}

impl<A: FromEnv, B: FromEnv> FromEnv for (A, B) {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        (A::from_env(vars), B::from_env(vars))
    }
}

impl<A: FromEnv, B: FromEnv, C: FromEnv> FromEnv for (A, B, C) {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        (A::from_env(vars), B::from_env(vars), C::from_env(vars))
    }
}

impl<A: FromEnv, B: FromEnv, C: FromEnv, D: FromEnv> FromEnv for (A, B, C, D) {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        (A::from_env(vars), B::from_env(vars), C::from_env(vars), D::from_env(vars))
    }
}

/// The variables while a configuration is read; remembers what was wrong.
#[derive(Debug)]
pub struct Vars<'a> {
    env: &'a Env,
    bad: BTreeMap<String, String>,
}

impl Vars<'_> {
    fn note(&mut self, name: &str, expected: impl fmt::Display) {
        let state = if self.env.get(name).is_some() { "is not" } else { "is missing:" };
        self.bad.insert(name.to_owned(), format!("{name} {state} {expected}"));
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &str, expected: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.note(name, expected);
            String::new()
        })
    }

    /// A text that may be absent.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        self.env.get(name).map(str::to_owned)
    }

    /// A value that has a default.
    pub fn parsed_or<T: FromStr>(&mut self, name: &str, default: T, expected: &str) -> T {
        match self.env.get(name).map(str::parse) {
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.note(name, expected);
                default
            }
            None => default,
        }
    }

    /// A time in whole seconds, with a default in seconds.
    pub fn seconds_or(&mut self, name: &str, default: u64) -> Duration {
        Duration::from_secs(self.parsed_or(name, default, "a whole number of seconds"))
    }

    /// Times in whole seconds with commas between, as `60,300,900`.
    pub fn durations_or(&mut self, name: &str, default: &[u64]) -> Vec<Duration> {
        let parsed: Option<Vec<u64>> = match self.env.get(name) {
            Some(text) => text.split(',').map(|part| part.trim().parse().ok()).collect(),
            None => Some(default.to_vec()),
        };
        if parsed.is_none() {
            self.note(name, "whole numbers of seconds with commas between");
        }
        parsed.unwrap_or_default().into_iter().map(Duration::from_secs).collect()
    }

    /// An `http` or `https` address that must be there; a slash at its end is cut off.
    pub fn url(&mut self, name: &str) -> String {
        let text = self.text(name, "an http or https URL");
        self.checked_url(name, text)
    }

    /// An `http` or `https` address with a default; a slash at its end is cut off.
    pub fn url_or(&mut self, name: &str, default: &str) -> String {
        let text = self.optional(name).unwrap_or_else(|| default.to_owned());
        self.checked_url(name, text)
    }

    /// An `http` or `https` address that may be absent; a slash at its end is cut off.
    pub fn optional_url(&mut self, name: &str) -> Option<String> {
        let text = self.optional(name)?;
        Some(self.checked_url(name, text))
    }

    fn checked_url(&mut self, name: &str, text: String) -> String {
        let good = text.parse::<http::Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
        });
        if !good {
            self.note(name, "an http or https URL");
        }
        text.trim_end_matches('/').to_owned()
    }

    /// Secret bytes in base64 that must be there and `N` long.
    pub fn base64_key<const N: usize>(&mut self, name: &str) -> Secret<N> {
        let bytes = self.env.get(name).and_then(|text| base64::engine::general_purpose::STANDARD.decode(text).ok());
        self.secret(name, bytes, format_args!("base64 of {N} bytes"))
    }

    /// Secret bytes in hex that must be there and `N` long.
    pub fn hex_key<const N: usize>(&mut self, name: &str) -> Secret<N> {
        let bytes = self.env.get(name).and_then(|text| hex::decode(text).ok());
        self.secret(name, bytes, format_args!("{} hex digits", N * 2))
    }

    fn secret<const N: usize>(&mut self, name: &str, bytes: Option<Vec<u8>>, expected: fmt::Arguments) -> Secret<N> {
        let array = bytes.and_then(|bytes| <[u8; N]>::try_from(bytes).ok());
        Secret(array.unwrap_or_else(|| {
            self.note(name, expected);
            [0; N]
        }))
    }
}

/// Bytes that nobody may see: `Debug` hides them.
#[derive(Clone)]
pub struct Secret<const N: usize>([u8; N]);

impl<const N: usize> Secret<N> {
    /// A secret of these bytes; `Debug` hides it.
    #[must_use]
    pub fn new(bytes: [u8; N]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the one place that uses them.
    #[must_use]
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The variables that were missing or bad in the environment, all of them, in one line. No value is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvError {
    bad: BTreeMap<String, String>,
}

impl fmt::Display for EnvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("environment: ")?;
        for (nth, text) in self.bad.values().enumerate() {
            if nth > 0 {
                f.write_str("; ")?;
            }
            f.write_str(text)?;
        }
        Ok(())
    }
}

impl std::error::Error for EnvError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Sample {
        name: String,
        wait: Duration,
        delays: Vec<Duration>,
        url: String,
        key: Secret<4>,
        hash: Secret<2>,
    }

    impl FromEnv for Sample {
        fn from_env(vars: &mut Vars<'_>) -> Self {
            Self {
                name: vars.text("NAME", "a name"),
                wait: vars.seconds_or("WAIT", 7),
                delays: vars.durations_or("DELAYS", &[60, 300]),
                url: vars.url("URL"),
                key: vars.base64_key("KEY"),
                hash: vars.hex_key("HASH"),
            }
        }
    }

    const GOOD: [(&str, &str); 5] =
        [("NAME", "n"), ("URL", "https://x.test/v1/"), ("KEY", "AQIDBA=="), ("HASH", "0aff"), ("DELAYS", "1, 2")];

    #[test]
    fn reads_what_is_there_and_fills_defaults() {
        let sample: Sample = Env::from_pairs(GOOD).read().unwrap();
        assert_eq!(sample.name, "n");
        assert_eq!(sample.wait, Duration::from_secs(7));
        assert_eq!(sample.delays, [1, 2].map(Duration::from_secs));
        assert_eq!(sample.url, "https://x.test/v1");
        assert_eq!(sample.key.expose(), &[1, 2, 3, 4]);
        assert_eq!(sample.hash.expose(), &[10, 255]);
    }

    #[test]
    fn tells_everything_that_is_wrong_at_once_and_no_value() {
        let bad = [("NAME", ""), ("WAIT", "soon"), ("DELAYS", "1,x"), ("URL", "ftp://x"), ("KEY", "c2hvcnQ=")];
        let error = Env::from_pairs(bad).read::<(Sample, ())>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "environment: DELAYS is not whole numbers of seconds with commas between; \
             HASH is missing: 4 hex digits; KEY is not base64 of 4 bytes; NAME is missing: a name; \
             URL is not an http or https URL; WAIT is not a whole number of seconds"
        );
    }

    #[test]
    fn debug_hides_values() {
        let env = Env::from_pairs([("SECRET", "hush")]);
        assert!(!format!("{env:?} {:?}", Secret::new(*b"hush")).contains("hush"));
    }
}
