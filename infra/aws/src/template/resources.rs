use std::{collections::BTreeMap, time::Duration};

use serde_json::{Map, Value};

use super::{
    error::{Result, TemplateError},
    read::Properties,
    resolve::Resolver,
    types::{FunctionResource, Index, Key, Projection, Table, Values},
};
use crate::{
    arn,
    queues::{QueueConfig, Redrive},
};

/// Properties of a function that the engine looks at; others may hold what cannot be resolved here.
const FUNCTION_PROPERTIES: [&str; 6] = ["CodeUri", "Environment", "Events", "FunctionName", "MemorySize", "Timeout"];

pub(super) fn properties(resolver: &Resolver<'_>, id: &str) -> Result<Properties> {
    let place = format!("Resources.{id}.Properties");
    let value = resolver.resource(id).and_then(|resource| resource.get("Properties"));
    let value = value.map(|value| resolver.resolve(&place, value)).transpose()?.flatten();
    Properties::new(place, value)
}

pub(super) fn queue(resolver: &Resolver<'_>, id: &str) -> Result<QueueConfig> {
    let properties = properties(resolver, id)?;
    let mut config = QueueConfig::new(resolver.name(&properties.place, id)?);
    if properties.flag("FifoQueue")?.unwrap_or(false) != config.fifo {
        return properties.error("FifoQueue", "must be true if the name ends with .fifo, and only then");
    }
    let number = |name, least, most, default| properties.number(name, least, most).map(|n| n.unwrap_or(default));
    config.content_deduplication = properties.flag("ContentBasedDeduplication")?.unwrap_or(false);
    config.deduplication_by_group = properties.text("DeduplicationScope")?.as_deref() == Some("messageGroup");
    config.delay = number("DelaySeconds", 0, 900, config.delay)?;
    config.visibility = number("VisibilityTimeout", 0, 43_200, config.visibility)?;
    config.retention = number("MessageRetentionPeriod", 60, 1_209_600, config.retention)?;
    config.receive_wait = number("ReceiveMessageWaitTimeSeconds", 0, 20, config.receive_wait)?;
    config.maximum_bytes = number("MaximumMessageSize", 1_024, 1_048_576, 1_048_576)? as usize;
    if properties.has("RedrivePolicy") {
        let policy = properties.map("RedrivePolicy")?;
        let target = policy.required("deadLetterTargetArn")?;
        let Some(max_receives) = policy.number("maxReceiveCount", 1, 1_000)? else {
            return policy.error("maxReceiveCount", "is missing");
        };
        config.redrive = Some(Redrive { dead_letters: arn::name_of(&target).to_owned(), max_receives });
    }
    Ok(config)
}

pub(super) fn table(resolver: &Resolver<'_>, id: &str) -> Result<Table> {
    let properties = properties(resolver, id)?;
    let mut kinds = BTreeMap::new();
    for attribute in properties.maps("AttributeDefinitions")? {
        kinds.insert(attribute.required("AttributeName")?, attribute.required("AttributeType")?);
    }
    if properties.has("LocalSecondaryIndexes") {
        return properties.error("LocalSecondaryIndexes", "is not known here");
    }
    let indexes = properties.maps("GlobalSecondaryIndexes")?.into_iter().map(|index| {
        let projection = index.map("Projection")?;
        Ok(Index {
            name: index.required("IndexName")?,
            keys: keys(&index, &kinds)?,
            projection: match projection.required("ProjectionType")?.as_str() {
                "ALL" => Projection::All,
                "KEYS_ONLY" => Projection::KeysOnly,
                "INCLUDE" => {
                    let names = projection.list("NonKeyAttributes")?;
                    Projection::Include(names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
                }
                _ => return projection.error("ProjectionType", "must be ALL, KEYS_ONLY or INCLUDE"),
            },
        })
    });
    let expiry = properties.map("TimeToLiveSpecification")?;
    let expires = expiry.flag("Enabled")?.unwrap_or(expiry.has("AttributeName"));
    Ok(Table {
        name: resolver.name(&properties.place, id)?,
        keys: keys(&properties, &kinds)?,
        indexes: indexes.collect::<Result<_>>()?,
        time_to_live: if expires { Some(expiry.required("AttributeName")?) } else { None },
        stream: properties.map("StreamSpecification")?.text("StreamViewType")?,
    })
}

fn keys(properties: &Properties, kinds: &BTreeMap<String, String>) -> Result<Vec<Key>> {
    let keys = properties.maps("KeySchema")?.into_iter().map(|key| {
        let attribute = key.required("AttributeName")?;
        let Some(kind) = kinds.get(&attribute) else {
            return key.error("AttributeName", format!("{attribute} is not among the AttributeDefinitions"));
        };
        let sorts = match key.required("KeyType")?.as_str() {
            "HASH" => false,
            "RANGE" => true,
            _ => return key.error("KeyType", "must be HASH or RANGE"),
        };
        Ok(Key { attribute, kind: kind.clone(), sorts })
    });
    let keys = keys.collect::<Result<Vec<_>>>()?;
    if keys.first().is_none_or(|key| key.sorts) {
        return properties.error("KeySchema", "must begin with a HASH key");
    }
    Ok(keys)
}

pub(super) fn function(resolver: &Resolver<'_>, id: &str) -> Result<(FunctionResource, Properties)> {
    let place = format!("Resources.{id}.Properties");
    let own = resolver.resource(id).and_then(|resource| resource.get("Properties")).and_then(Value::as_object);
    let globals = resolver.document.get("Globals").and_then(|globals| globals.get("Function")?.as_object());
    let merged = merge(globals.cloned().unwrap_or_default(), own.cloned().unwrap_or_default());
    let known: Map<_, _> =
        merged.into_iter().filter(|(name, _)| FUNCTION_PROPERTIES.contains(&name.as_str())).collect();
    let properties = Properties::new(&place, resolver.resolve(&place, &Value::Object(known))?)?;

    let variables = properties.map("Environment")?.map("Variables")?;
    let names = variables.fields.keys();
    let environment = names.map(|name| Ok((name.clone(), variables.text(name)?.unwrap_or_default())));
    let function = FunctionResource {
        name: resolver.name(&place, id)?,
        code: properties.required("CodeUri")?,
        timeout: Duration::from_secs(properties.number("Timeout", 1, 900)?.unwrap_or(3).into()),
        memory_mb: properties.number("MemorySize", 128, 10_240)?.unwrap_or(128),
        environment: Values(environment.collect::<Result<_>>()?),
    };
    if function.program().is_empty() {
        return Err(TemplateError::new(properties.at("CodeUri"), "names no program"));
    }
    Ok((function, properties))
}

/// SAM's rule for Globals: maps are merged, lists joined, and the function's own value wins.
fn merge(mut base: Map<String, Value>, own: Map<String, Value>) -> Map<String, Value> {
    for (name, value) in own {
        let merged = match (base.remove(&name), value) {
            (Some(Value::Object(base)), Value::Object(own)) => Value::Object(merge(base, own)),
            (Some(Value::Array(base)), Value::Array(own)) => base.into_iter().chain(own).collect(),
            (_, own) => own,
        };
        base.insert(name, merged);
    }
    base
}
