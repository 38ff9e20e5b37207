//! The bundle's tables, queues and buckets in the process of a bench, and Apps that stand on them without a socket.

use async_trait::async_trait;
use aws::clock::Clock;
use aws::invoke::{Invoke, InvokeError};
use aws::template::Template;
use aws::usage::Usage;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::{Business, BusinessId, Locale, Settings, Tz};
use kit::chance::Chance;
use kit::env::{Env, FromEnv};
use kit::http::{Http, HttpError, Response};
use kit::{App, Parts};
use local::cloud::{Cloud, Setting, queues_read};
use local::setup::{Addresses, environment, given};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use store::Meter;

const AWS: &str = "http://aws.bench";

/// What a template describes, without sessions, as most deployments are. Streams are not kept: nobody reads them in a bench.
pub struct BenchCloud {
    /// Its parts.
    pub cloud: Cloud,
    template: Template,
}

/// Nobody is called.
struct Nobody;

#[async_trait]
impl Invoke for Nobody {
    async fn invoke(&self, function: &str, _: Bytes) -> Result<Bytes, InvokeError> {
        Err(InvokeError::Missing(function.to_owned()))
    }
}

impl BenchCloud {
    /// With its tables in memory, or in this file.
    ///
    /// # Errors
    /// The template cannot be read, or the tables cannot be made.
    pub fn new(now: DateTime<Utc>, tables: Option<&Path>) -> Result<Self, Box<dyn Error>> {
        let sealing_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned();
        let parameters = [("SessionGateway".to_owned(), String::new())].into();
        let path = local::Options::default().template;
        let mut template = Template::load(&path, &given(&addresses(), sealing_key, &parameters))?;
        template.tables.values_mut().for_each(|table| table.stream = None);
        template.stream_mappings.clear();
        let clock = Clock::starting_at(now);
        let setting = Setting {
            clock: clock.clone(),
            rng: fastrand::Rng::with_seed(1),
            usage: Arc::new(Usage::new(clock, queues_read(&template))),
            functions: Arc::new(Nobody),
            tables,
            buckets: None,
            queue_base_url: format!("{AWS}/_aws/sqs"),
        };
        Ok(Self { cloud: Cloud::new(&template, setting)?, template })
    }

    /// An App with what the template gives a function.
    ///
    /// # Errors
    /// There is no such function, or its configuration is not whole.
    pub fn app<C: FromEnv>(
        &self,
        program: &str,
        clock: kit::clock::Clock,
        chance: Chance,
        network: Arc<dyn Http>,
    ) -> Result<(App, C), Box<dyn Error>> {
        let function = self.template.functions.values().find(|it| it.program() == program).ok_or("no such function")?;
        let variables = function.environment.0.clone().into_iter().chain(environment(&addresses()));
        let variables: Vec<(String, String)> = variables.collect();
        let parts = Parts {
            env: Env::from_pairs(variables.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
            clock,
            chance,
            http: network.clone(),
            aws_http: network,
            retry_partition: None,
            meter: Meter::default(),
        };
        Ok(App::new(parts)?)
    }
}

fn addresses() -> Addresses {
    Addresses { public: AWS.to_owned(), outside: "http://outside.bench".to_owned() }
}

/// The answer of a part of the cloud, as it comes from a network.
///
/// # Errors
/// It has a header that HTTP does not allow.
pub fn response(reply: &aws::Reply) -> Result<Response, HttpError> {
    let mut response = http::Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    let failed = |error: http::Error| HttpError::MaybeSent { timeout: false, detail: error.to_string() };
    response.body(Bytes::clone(&reply.body)).map_err(failed)
}

/// A Brazilian business with the default settings.
#[must_use]
pub fn business(business_id: BusinessId, timezone: Tz, now: DateTime<Utc>) -> Business {
    Business {
        business_id,
        name: "Patas".to_owned(),
        country: "BR".to_owned(),
        locale: Locale::PtBr,
        currency: iso_currency::Currency::BRL,
        timezone,
        owners: Vec::new(),
        opening_hours: Default::default(),
        slot_minutes: 30,
        wanted_fields: Vec::new(),
        settings: Settings::default(),
        best_hour: None,
        switched_off: Default::default(),
        created_at: now,
        updated_at: now,
    }
}
