//! Everything that a run needs, set up and at work: the cloud, the functions, the world, the rules.

use crate::client::Client;
use crate::lambda::{Host, Lambda, addresses, parts};
use crate::network::Network;
use crate::options::Options;
use crate::roles::roles;
use crate::rules::Rules;
use crate::run::{Run, RunError};
use crate::{script, sessions, streams};
use aws::clock::Clock;
use aws::invoke::Invoke;
use aws::schedules::Schedules;
use aws::template::{Template, TemplateError, document};
use aws::usage::Usage;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use kit::App;
use kit::chance::Chance;
use local::cloud::{self, Cloud, Setting};
use local::setup::given;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use tokio::task::spawn_local;
use world::Habits;

/// The deployment's sealing key.
pub const SEALING_KEY: [u8; 32] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
    31,
];
/// The tables of which no function reads the changes; the simulation does.
const WATCHED: [&str; 2] = ["ConversationsTable", "SessionsTable"];

/// A run before anybody acts.
pub struct Stage {
    /// The state that all parts share.
    pub run: Arc<Run>,
    pub client: Client,
    /// The rules of the template that fire by time.
    pub rules: Arc<Rules>,
    /// Looks into the tables and the indexes.
    pub app: App,
    /// Its tables.
    #[cfg_attr(not(test), expect(dead_code, reason = "scenes alone look"))]
    pub store: store::Store,
    /// The names of the tables, by those of the template.
    #[cfg_attr(not(test), expect(dead_code, reason = "scenes alone look"))]
    pub tables: BTreeMap<String, String>,
    /// The first moment.
    pub begin: DateTime<Utc>,
    /// The chance that is left.
    pub rng: fastrand::Rng,
}

impl Stage {
    /// Sets it up inside a local set.
    ///
    /// # Errors
    /// Something of the template cannot be made.
    pub fn set(options: &Options) -> Result<Self, RunError> {
        let mut rng = fastrand::Rng::with_seed(options.seed);
        let begin = options.start.unwrap_or_else(|| script::beginning(&mut rng));
        let clock = Clock::starting_at(begin);
        // With a backstop that never comes in time, everything has to get there without it.
        let backstop = if rng.bool() { "900" } else { "172800" };
        let gateway = sessions::script::gateway(options.seed);
        let gateway_key = format!("world-{}-key", gateway.name());
        // A deployment without them does not look for any.
        let has_sessions = options.sessions || options.businesses == 0;
        let restored = options.restored.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default();
        let parameters = [
            ("RestoredAt", restored.as_str()),
            ("KeyLimitRequests", "1000000"),
            ("OperatorLimitRequests", "1000000"),
            ("BackstopSeconds", backstop),
            ("SessionGateway", if has_sessions { gateway.name() } else { "" }),
            ("SessionGatewayKey", &gateway_key),
        ];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let sealing_key = STANDARD.encode(SEALING_KEY);
        let path = local::Options::default().template;
        let text = std::fs::read_to_string(&path)
            .map_err(|error| TemplateError { place: path.display().to_string(), reason: error.to_string() })?;
        let mut template = Template::parse(&text, &given(&addresses(), sealing_key, &parameters))?;
        let stream = template.tables.values().find_map(|table| table.stream.clone());
        for watched in WATCHED {
            template.tables.entry(watched.to_owned()).and_modify(|table| table.stream = stream.clone());
        }
        let roles = roles(&document(&text)?, &template);
        let (lambda, jobs) = Lambda::new();
        let run = Arc::new(Run::new(options, clock.clone(), rng.fork()));
        let setting = Setting {
            clock: clock.clone(),
            rng: rng.fork(),
            usage: Arc::new(Usage::new(clock.clone(), cloud::queues_read(&template))),
            functions: Arc::new(lambda.clone()),
            tables: None,
            buckets: None,
            queue_base_url: format!("{}/_aws/sqs", crate::network::AWS),
        };
        run.set_cloud(Cloud::new(&template, setting)?);
        // If updates share a webhook, it is about many messages.
        let world = &run.cloud().world;
        world.set_habits(Habits { batch: if rng.bool() { 2_000 } else { 0 }, ..world.habits() });

        let tables = template.functions.values().flat_map(|function| function.environment.0.clone());
        let tables = tables.filter(|(name, _)| name.starts_with("TABLE_")).collect();
        let looker_on = parts(&run, tables, Network::calm(run.clone()), Chance::seeded(rng.u64(..)));
        let app = App::new::<()>(looker_on)?.0;
        let store = app.store().clone();
        let (events, rules) = (lambda.clone(), Arc::new(Rules::new(run.clone(), lambda)));
        let schedules = Schedules::new(&template.schedules, clock, rng.fork(), rules.clone())?;

        let tables = template.tables.iter().map(|(id, table)| (id.clone(), table.name.clone())).collect();
        let template = Rc::new(template);
        spawn_local(Host::new(run.clone(), template, roles, rng.fork()).work(jobs));
        let functions: Arc<dyn Invoke> = Arc::new(events);
        let workers = streams::workers(run.cloud(), &functions, &mut rng);
        workers.into_iter().for_each(|worker| run.watch("a poller", worker));
        run.watch("the world", crate::run::outside(run.clone()));
        run.watch("the schedules", schedules.run());
        run.watch("the upkeep", crate::run::upkeep(run.clone()));
        run.watch("the operator", crate::run::operator(run.clone()));

        let client = Client::new(run.clone());
        Ok(Self { run, client, rules, app, store, tables, begin, rng })
    }
}
