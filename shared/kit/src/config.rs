//! The settings that kit itself reads from the environment, by concern.

use crate::env::{FromEnv, Secret, Vars};
use aws_credential_types::Credentials;
use chrono::{DateTime, TimeDelta};
pub use domain::RestoredAt;
use std::path::PathBuf;
use std::time::Duration;
use store::Tables;

/// The way to reach AWS. `Debug` hides the credentials.
#[derive(Clone, Debug)]
pub struct Aws {
    /// `AWS_REGION`.
    pub region: String,
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, as Lambda sets them for the function's role.
    pub credentials: Credentials,
    /// `AWS_ENDPOINT_URL_DYNAMODB`; absent in the cloud.
    pub dynamodb_url: Option<String>,
    /// `AWS_ENDPOINT_URL_SQS`; absent in the cloud.
    pub sqs_url: Option<String>,
    /// `AWS_ENDPOINT_URL_EVENTBRIDGE`; absent in the cloud.
    pub eventbridge_url: Option<String>,
    /// `AWS_ENDPOINT_URL_S3`; absent in the cloud.
    pub s3_url: Option<String>,
}

impl FromEnv for Aws {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let access_key = vars.text("AWS_ACCESS_KEY_ID", "the access key of the function's role");
        let secret_key = vars.text("AWS_SECRET_ACCESS_KEY", "the secret key of the function's role");
        let token = vars.optional("AWS_SESSION_TOKEN");
        Self {
            region: vars.text("AWS_REGION", "an AWS region"),
            credentials: Credentials::new(access_key, secret_key, token, None, "environment"),
            dynamodb_url: vars.optional_url("AWS_ENDPOINT_URL_DYNAMODB"),
            sqs_url: vars.optional_url("AWS_ENDPOINT_URL_SQS"),
            eventbridge_url: vars.optional_url("AWS_ENDPOINT_URL_EVENTBRIDGE"),
            s3_url: vars.optional_url("AWS_ENDPOINT_URL_S3"),
        }
    }
}

impl FromEnv for Tables {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self::named(|table| vars.optional(&table.variable()))
    }
}

/// The keys that may call, and how often. Read by the functions that check keys.
#[derive(Clone, Debug)]
pub struct Keys {
    /// `OPERATOR_KEY_HASH`: SHA-256 of the operator key.
    pub operator_hash: Secret<32>,
    /// `KEY_LIMIT_REQUESTS`: requests per window of a key that has no limit of its own. Default 100.
    pub limit: u32,
    /// `OPERATOR_LIMIT_REQUESTS`: the same for the operator key, default as any key.
    pub operator_limit: u32,
    /// `KEY_LIMIT_WINDOW_SECONDS`: the window, from a key's first request. Default 15 minutes.
    pub window: Duration,
}

impl FromEnv for Keys {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let limit = vars.parsed_or("KEY_LIMIT_REQUESTS", 100, "a whole number");
        Self {
            operator_hash: vars.hex_key("OPERATOR_KEY_HASH"),
            limit,
            operator_limit: vars.parsed_or("OPERATOR_LIMIT_REQUESTS", limit, "a whole number"),
            window: vars.seconds_or("KEY_LIMIT_WINDOW_SECONDS", 900),
        }
    }
}

/// `BACKSTOP_SECONDS`: after which time a message that made no progress is looked at again. Default 15 minutes.
#[derive(Clone, Copy, Debug)]
pub struct Backstop(pub TimeDelta);

impl FromEnv for Backstop {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self(TimeDelta::from_std(vars.seconds_or("BACKSTOP_SECONDS", 900)).unwrap_or(TimeDelta::MAX))
    }
}

impl FromEnv for RestoredAt {
    /// `RESTORED_AT`: RFC 3339; none if it is empty. Read by the functions that send by themselves.
    fn from_env(vars: &mut Vars<'_>) -> Self {
        if vars.optional("RESTORED_AT").is_none_or(|at| at.is_empty()) {
            return Self::default();
        }
        Self(Some(vars.parsed_or("RESTORED_AT", DateTime::UNIX_EPOCH, "a time as 2026-11-21T14:03:07Z")))
    }
}

/// The indexes of customers, of the functions that search them and that write them.
#[derive(Clone, Debug)]
pub struct Indexes {
    /// `INDEX_BUCKET`: the bucket that they stand in.
    pub bucket: String,
    /// Bytes of them that may be kept in memory: half of what the function has, by `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`.
    pub memory: u64,
}

impl FromEnv for Indexes {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let megabytes: u64 = vars.parsed_or("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 1_024, "a whole number");
        Self {
            bucket: vars.text("INDEX_BUCKET", "the name of the bucket with the indexes"),
            memory: (megabytes << 20) / 2,
        }
    }
}

/// The settings that belong to the process rather than to a function.
#[derive(Clone, Debug)]
pub struct Process {
    /// `CLOCK_OFFSET_SECONDS`: set only by the laptop.
    pub clock_offset: TimeDelta,
    /// `EXTRA_CA_FILE`: PEM file of a certificate authority beside the web's.
    pub extra_ca: Option<PathBuf>,
    /// `DEAD_LETTERS_URL`: the queue of dead letters.
    pub dead_letters: Option<String>,
    /// `CORS_ALLOW_ORIGIN`: the origins that browsers may call from, with commas between, or `*`; none if empty.
    pub cors: Vec<String>,
}

impl FromEnv for Process {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let offset: i64 = vars.parsed_or("CLOCK_OFFSET_SECONDS", 0, "a whole number of seconds");
        let cors = vars.optional("CORS_ALLOW_ORIGIN").unwrap_or_default();
        Self {
            clock_offset: TimeDelta::try_seconds(offset).unwrap_or_default(),
            extra_ca: vars.optional("EXTRA_CA_FILE").map(PathBuf::from),
            dead_letters: vars.optional_url("DEAD_LETTERS_URL"),
            cors: cors.split(',').map(str::trim).filter(|origin| !origin.is_empty()).map(str::to_owned).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;
    use store::Table;

    #[test]
    fn reads_the_names_that_the_template_gives() {
        let hash = "00".repeat(32);
        let env = Env::from_pairs([
            ("AWS_REGION", "sa-east-1"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "hush"),
            ("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1/_aws/sqs"),
            ("TABLE_POINTS", "p"),
            ("OPERATOR_KEY_HASH", &hash),
            ("KEY_LIMIT_REQUESTS", "7"),
            ("CORS_ALLOW_ORIGIN", "https://a.test, https://b.test"),
            ("CLOCK_OFFSET_SECONDS", "-60"),
        ]);
        let (aws, tables, keys): (Aws, Tables, Keys) = env.read().unwrap();
        assert_eq!(aws.sqs_url.as_deref(), Some("http://127.0.0.1:1/_aws/sqs"));
        assert_eq!(tables, Tables::named(|table| (table == Table::Points).then(|| "p".to_owned())));
        assert_eq!((keys.limit, keys.operator_limit, keys.window), (7, 7, Duration::from_secs(900)));
        assert!(!format!("{aws:?} {keys:?}").contains("hush"));

        assert_eq!(env.read::<Backstop>().unwrap().0, TimeDelta::minutes(15));
        let process: Process = env.read().unwrap();
        assert_eq!(process.cors, ["https://a.test", "https://b.test"]);
        assert_eq!(process.clock_offset, TimeDelta::seconds(-60));

        let restored = |at| Env::from_pairs([("RESTORED_AT", at)]).read::<RestoredAt>();
        assert_eq!(restored("").unwrap(), RestoredAt::default());
        let at = "2026-11-21T14:03:07Z".parse().unwrap();
        assert_eq!(restored("2026-11-21T14:03:07Z").unwrap(), RestoredAt(Some(at)));
        assert!(
            restored("yesterday").unwrap_err().to_string().contains("RESTORED_AT"),
            "no guard is none that was meant"
        );
    }

    #[test]
    fn all_that_is_missing_is_told_together() {
        let error = Env::default().read::<(Aws, Keys)>().unwrap_err().to_string();
        for name in ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "OPERATOR_KEY_HASH"] {
            assert!(error.contains(name), "{error}");
        }
    }
}
