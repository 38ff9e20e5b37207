//! The values that a run gives to the template and to the functions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use aws::arn;
use aws::template::{Given, Template, TemplateError};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::options::Options;
use crate::processes::Spec;
use crate::programs::{self, ProgramError};

/// The operator key of every run; it guards nothing but a laptop.
pub const OPERATOR_KEY: &str = "laptop-operator-key";
/// Processes at once of a function whose mapping names no other number.
const MOST_PROCESSES: usize = 10;

/// Addresses of a run, each without a slash at the end.
pub struct Addresses {
    /// Page, API, AWS, as `http://127.0.0.1:3000`.
    pub public: String,
    /// The gateways outside, on a port of their own.
    pub outside: String,
}

/// Base URLs of the gateways outside, of the operator's own service and of the language model.
#[derive(Debug, Clone, Serialize)]
pub struct Outside {
    /// WhatsApp Cloud API with its version.
    pub cloud_api: String,
    /// Evolution API.
    pub evolution: String,
    /// WAHA.
    pub waha: String,
    /// Whapi, which has no version in its address.
    pub whapi: String,
    /// The operator's own service, to which codes and the standing of sessions are delivered.
    pub upstream: String,
    /// The server of language models, without `/v1`.
    pub model: String,
}

impl Addresses {
    pub(crate) fn gateways(&self) -> Outside {
        let Self { outside, .. } = self;
        let at = |name: &str| format!("{outside}/{name}");
        Outside {
            cloud_api: at("cloud_api/v26.0"),
            evolution: at("evolution"),
            waha: at("waha"),
            whapi: at("whapi"),
            upstream: at("upstream"),
            model: at("model"),
        }
    }
}

/// The values for the template: addresses and keys of the run, and those that `parameters` says instead.
#[must_use]
pub fn given(addresses: &Addresses, sealing_key: String, parameters: &BTreeMap<String, String>) -> Given {
    let Outside { cloud_api, evolution, waha, whapi, upstream, model } = addresses.gateways();
    let own = [
        ("OperatorKeyHash", hex::encode(Sha256::digest(OPERATOR_KEY))),
        ("CloudApiUrl", cloud_api),
        ("EvolutionUrl", evolution),
        ("WahaUrl", waha),
        ("WhapiUrl", whapi),
        ("PublicUrl", addresses.public.clone()),
        ("SessionGateway", "evolution".to_owned()),
        ("SessionGatewayKey", "world-evolution-key".to_owned()),
        ("UpstreamUrl", upstream),
        ("UpstreamKey", "world-upstream-key".to_owned()),
        ("AssistantUrl", model),
        ("AssistantKey", "world-model-key".to_owned()),
    ];
    let secret = parameters.get("SealingKeySecret").map_or("recado/sealing-key", String::as_str);
    let mut given = Given::at(format!("{}/_aws/sqs", addresses.public));
    given.parameters = own.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    given.parameters.extend(parameters.clone());
    given.secrets = [(secret.to_owned(), [("key".to_owned(), sealing_key)].into())].into();
    given
}

/// Names of the programs that the functions of the template need.
pub fn programs_of(options: &Options) -> Result<Vec<String>, TemplateError> {
    let nowhere = || "http://127.0.0.1:0".to_owned();
    let addresses = Addresses { public: nowhere(), outside: nowhere() };
    let template = Template::load(&options.template, &given(&addresses, String::new(), &options.parameters))?;
    let names: BTreeSet<String> = template.functions.values().map(|function| function.program().to_owned()).collect();
    Ok(names.into_iter().collect())
}

/// The functions of `template` with their programs from `folder`.
pub(crate) fn functions(
    template: &Template,
    folder: &Path,
    addresses: &Addresses,
) -> Result<BTreeMap<String, Spec>, ProgramError> {
    let spec = |(id, function): (&String, &aws::template::FunctionResource)| {
        let name = function.program().to_owned();
        let mut environment = function.environment.0.clone();
        environment.extend(self::environment(addresses));
        let spec = Spec {
            program: programs::find(folder, &name)?,
            name,
            timeout: function.timeout,
            memory_mb: function.memory_mb,
            most: most(template, id),
            environment,
        };
        Ok((id.clone(), spec))
    };
    template.functions.iter().map(spec).collect()
}

/// The variables that Lambda gives to every function, and the address of AWS here.
#[must_use]
pub fn environment(addresses: &Addresses) -> BTreeMap<String, String> {
    let endpoint = |service: &str| format!("{}/_aws/{service}", addresses.public);
    let variables = [
        ("AWS_REGION", arn::REGION.to_owned()),
        ("AWS_DEFAULT_REGION", arn::REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", "laptop".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "laptop".to_owned()),
        ("AWS_SESSION_TOKEN", "laptop".to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoint("dynamodb")),
        ("AWS_ENDPOINT_URL_SQS", endpoint("sqs")),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", endpoint("events")),
        ("AWS_ENDPOINT_URL_S3", endpoint("s3")),
        ("LANG", "en_US.UTF-8".to_owned()),
        ("TZ", ":UTC".to_owned()),
        ("PATH", "/usr/local/bin:/usr/bin:/bin".to_owned()),
    ];
    variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Instances at once of a function: what its mappings say together, or ten.
#[must_use]
pub fn most(template: &Template, function: &str) -> usize {
    let mine = template.queue_mappings.iter().filter(|mapping| mapping.function == function);
    let limits = mine.map(|mapping| mapping.maximum_concurrency).collect::<Option<Vec<usize>>>();
    let mapped: usize = limits.unwrap_or_default().iter().sum();
    let asked = template.routes.iter().any(|route| route.function == function);
    if mapped == 0 || asked { mapped.max(MOST_PROCESSES) } else { mapped }
}
